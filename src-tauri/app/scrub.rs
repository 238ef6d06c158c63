//! A look at every body of the vault, as a job among the transfers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use stave_engine::{BodyOwner, DamagedBody, ScrubProgress, ScrubReport};

use crate::session::Session;
use crate::transfers::{Amount, JobHandle};
use crate::views::TransferKind;

/// How many damaged bodies are named to who asks from outside.
const NAMED_MAX: usize = 100;

/// The scrub that is at work, or the last one.
#[derive(Default)]
pub struct Scrubbing(Arc<Mutex<Scrub>>);

/// How far a scrub is.
#[derive(Debug, Clone, Default)]
pub struct Scrub {
    job: u64,
    pub running: bool,
    pub checked: u64,
    pub total: Option<u64>,
    pub damaged: Vec<String>,
    pub failed: Option<String>,
}

impl Scrubbing {
    /// Starts a scrub unless one is at work; returns its job.
    pub fn start(&self, session: &Session) -> u64 {
        let mut now = lock(&self.0);
        if now.running {
            return now.job;
        }
        let name = "Every object of the vault".to_owned();
        let job = session.transfers.show_of_all(TransferKind::Scrub, name);
        *now = Scrub {
            job: job.id(),
            running: true,
            ..Scrub::default()
        };
        let (engine, telling) = (Arc::clone(&session.house.engine), Arc::clone(&self.0));
        tokio::task::spawn_blocking(move || {
            let cancel = AtomicBool::new(false);
            let mut progress = |so_far: &ScrubProgress| {
                cancel.store(job.is_cancelled(), Ordering::Relaxed);
                note(&telling, so_far, &job);
            };
            let done = engine.scrub(&mut progress, &cancel);
            let mut now = lock(&telling);
            now.running = false;
            match done {
                Ok(report) => now.damaged = told(&report, &job),
                Err(error) => {
                    now.failed = Some(error.to_string());
                    job.fail("the vault", error);
                }
            }
        });
        now.job
    }

    /// Tells how far it is.
    pub fn now(&self) -> Scrub {
        lock(&self.0).clone()
    }
}

fn note(telling: &Mutex<Scrub>, so_far: &ScrubProgress, job: &JobHandle) {
    {
        let mut now = lock(telling);
        now.checked = so_far.bodies;
        now.total = Some(so_far.bodies_total);
    }
    job.reach(&Amount {
        done_items: so_far.bodies,
        total_items: so_far.bodies_total,
        done_bytes: so_far.size_bytes,
        total_bytes: so_far.size_bytes_total,
    });
}

/// Tells the job what was found, and returns the names of what is damaged.
fn told(report: &ScrubReport, job: &JobHandle) -> Vec<String> {
    for body in &report.damaged {
        job.fail_body(&name(body), body.fault);
    }
    let unopened = report.sealed_for_customers + report.without_key;
    if unopened > 0 {
        job.note(format!(
            "{unopened} bodies are whole as far as that shows without their keys."
        ));
    }
    report.damaged.iter().take(NAMED_MAX).map(name).collect()
}

fn name(body: &DamagedBody) -> String {
    let object = format!("{}/{}", body.bucket, body.key);
    let part = match body.part {
        0 => String::new(),
        part => format!(", part {part}"),
    };
    match &body.belongs {
        BodyOwner::Version(version) => format!("{object} ({version}){part}"),
        BodyOwner::Upload(_) => format!("{object} (unfinished upload){part}"),
    }
}

fn lock(scrub: &Mutex<Scrub>) -> MutexGuard<'_, Scrub> {
    scrub.lock().unwrap_or_else(PoisonError::into_inner)
}
