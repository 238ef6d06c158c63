//! Long work: uploads, downloads, renamed folders and large deletions, each a job with progress,
//! cancel and retry.

mod download;
mod file;
mod job;
mod meter;
mod names;
mod plan;
mod reencrypt;
mod rename;
mod runner;
mod upload;

#[cfg(test)]
mod transfers_test;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use stave_model::{BucketName, ObjectKey, VersionId};
use stave_store::{CustomerKey, GetObject, ObjectRef, Store};
use tokio::sync::{Notify, Semaphore};

use crate::errors::{Answer, Failure};
use crate::views::{TransferKind, TransferView};
use job::{Job, Title, Work};

pub use job::JobHandle;
pub use meter::Amount;
pub use reencrypt::{Reencryptions, WhichVersions};

/// Bodies that move at one time, over all jobs: enough to keep a disk busy, few enough to leave the
/// window quick.
const BODIES_MAX: usize = 3;

/// Jobs that move bytes at one time; more wait.
const JOBS_MAX: usize = 3;

/// Finished jobs that stay in the list.
const FINISHED_MAX: usize = 200;

/// How often the window is told that something moved.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// Objects to be brought to this computer.
#[derive(Debug, Clone)]
pub struct Downloads {
    /// The bucket.
    pub bucket: BucketName,
    /// Single objects.
    pub keys: Vec<ObjectKey>,
    /// Folders: all that begins with these.
    pub prefixes: Vec<String>,
    /// The version of the one key, if not the latest.
    pub version: Option<VersionId>,
    /// The folder on this computer.
    pub folder: PathBuf,
    /// The customer's key that they are under.
    pub customer_key: Option<CustomerKey>,
}

impl Downloads {
    fn read(&self, object: ObjectRef) -> GetObject {
        GetObject {
            customer_key: self.customer_key.clone(),
            ..GetObject::whole(object)
        }
    }
}

/// Files of this computer to be brought into a bucket.
#[derive(Debug, Clone)]
pub struct Uploads {
    /// The bucket.
    pub bucket: BucketName,
    /// What their keys begin with.
    pub prefix: String,
    /// The files and folders.
    pub paths: Vec<PathBuf>,
    /// The customer's key to encrypt them under; `None` is as the bucket's default says.
    pub customer_key: Option<CustomerKey>,
}

/// The jobs of an open vault.
pub struct Transfers {
    shared: Arc<Shared>,
    next: AtomicU64,
    jobs: Mutex<BTreeMap<u64, Arc<Job>>>,
}

/// What all jobs share.
pub struct Shared {
    store: Arc<dyn Store>,
    bodies: Semaphore,
    turns: Semaphore,
    moved: Arc<Notify>,
}

impl Transfers {
    /// Makes an empty list; `tell` is called when something moved, at most five times a second.
    pub fn new(store: Arc<dyn Store>, tell: impl Fn() + Send + 'static) -> Self {
        let moved = Arc::new(Notify::new());
        tokio::spawn(tell_in_turn(Arc::downgrade(&moved), tell));
        Self {
            shared: Arc::new(Shared {
                store,
                bodies: Semaphore::new(BODIES_MAX),
                turns: Semaphore::new(JOBS_MAX),
                moved,
            }),
            next: AtomicU64::new(1),
            jobs: Mutex::default(),
        }
    }

    /// Uploads files and folders into `prefix`.
    pub fn upload(&self, bucket: BucketName, prefix: &str, paths: Vec<PathBuf>) -> u64 {
        self.upload_under(Uploads {
            bucket,
            prefix: prefix.to_owned(),
            paths,
            customer_key: None,
        })
    }

    /// Uploads files and folders, where a customer's key is given under it.
    pub fn upload_under(&self, uploads: Uploads) -> u64 {
        let Uploads {
            bucket,
            prefix,
            paths,
            customer_key,
        } = uploads;
        let title = Title {
            kind: TransferKind::Upload,
            name: upload::title(&paths),
            bucket: bucket.as_str().to_owned(),
            target: format!("{bucket}/{prefix}"),
        };
        self.start(
            title,
            Box::new(upload::Upload {
                bucket,
                prefix,
                paths,
                customer_key,
            }),
        )
    }

    /// Downloads objects and folders.
    pub fn download(&self, downloads: Downloads) -> u64 {
        let title = Title {
            kind: TransferKind::Download,
            name: download::title(&downloads),
            bucket: downloads.bucket.as_str().to_owned(),
            target: downloads.folder.display().to_string(),
        };
        self.start(title, Box::new(download::Download { downloads }))
    }

    /// Renames everything that begins with `prefix`.
    pub fn rename_folder(&self, bucket: BucketName, prefix: &str, to_prefix: &str) -> u64 {
        let title = Title {
            kind: TransferKind::Rename,
            name: prefix.to_owned(),
            bucket: bucket.as_str().to_owned(),
            target: format!("{bucket}/{to_prefix}"),
        };
        let (prefix, to_prefix) = (prefix.to_owned(), to_prefix.to_owned());
        self.start(
            title,
            Box::new(rename::Rename {
                bucket,
                prefix,
                to_prefix,
            }),
        )
    }

    /// Encrypts versions otherwise, in their place.
    pub fn reencrypt(&self, reencryptions: Reencryptions) -> u64 {
        let title = Title {
            kind: TransferKind::Reencrypt,
            name: reencrypt::title(&reencryptions),
            bucket: reencryptions.bucket.as_str().to_owned(),
            target: reencrypt::target(&reencryptions.encryption),
        };
        self.start(title, Box::new(reencrypt::Reencrypt { reencryptions }))
    }

    /// Shows work that somebody else does, such as a large deletion.
    pub fn show(&self, kind: TransferKind, name: String, bucket: &BucketName) -> JobHandle {
        self.show_titled(Title {
            kind,
            name,
            bucket: bucket.as_str().to_owned(),
            target: bucket.as_str().to_owned(),
        })
    }

    /// Shows work on the whole vault that somebody else does.
    pub fn show_of_all(&self, kind: TransferKind, name: String) -> JobHandle {
        self.show_titled(Title {
            kind,
            name,
            bucket: String::new(),
            target: String::new(),
        })
    }

    fn show_titled(&self, title: Title) -> JobHandle {
        JobHandle::new(self.add(title, None), Arc::clone(&self.shared))
    }

    /// Returns whether one is at work, or waits for its turn.
    pub fn are_at_work(&self) -> bool {
        self.lock().values().any(|job| !job.has_ended())
    }

    /// Returns all jobs, the newest first.
    pub fn list(&self) -> Vec<TransferView> {
        self.lock().values().rev().map(|job| job.view()).collect()
    }

    /// Stops a job. What it finished stays.
    pub fn cancel(&self, id: u64) -> Answer<()> {
        self.find(id)?.cancel();
        self.shared.moved.notify_one();
        Ok(())
    }

    /// Does again what failed of a job, or what was left of a cancelled one.
    pub fn retry(&self, id: u64) -> Answer<()> {
        let job = self.find(id)?;
        if !job.begin_again() {
            return Err(Failure::refused(
                "nothing_to_retry",
                "nothing of this is left to do",
                "",
            ));
        }
        runner::spawn(job, Arc::clone(&self.shared));
        Ok(())
    }

    /// Takes finished jobs from the list.
    pub fn clear(&self) {
        self.lock().retain(|_, job| !job.has_ended());
        self.shared.moved.notify_one();
    }

    /// Stops all jobs: the vault is about to close.
    pub fn stop(&self) {
        for job in self.lock().values() {
            job.cancel();
        }
    }

    fn start(&self, title: Title, work: Box<dyn Work>) -> u64 {
        let job = self.add(title, Some(work));
        let id = job.id();
        runner::spawn(job, Arc::clone(&self.shared));
        id
    }

    fn add(&self, title: Title, work: Option<Box<dyn Work>>) -> Arc<Job> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let job = Arc::new(Job::new(id, title, work));
        let mut jobs = self.lock();
        jobs.insert(id, Arc::clone(&job));
        let ended: Vec<_> = jobs
            .iter()
            .filter(|(_, job)| job.has_ended())
            .map(|(id, _)| *id)
            .collect();
        let surplus = ended.len().saturating_sub(FINISHED_MAX);
        for id in &ended[..surplus] {
            jobs.remove(id);
        }
        job
    }

    fn find(&self, id: u64) -> Answer<Arc<Job>> {
        let found = self.lock().get(&id).cloned();
        found.ok_or_else(|| Failure::refused("no_such_transfer", "this transfer is gone", ""))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Job>>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Transfers {
    fn drop(&mut self) {
        self.stop();
        // Wakes the teller, which finds that nobody is left to move anything.
        self.shared.moved.notify_one();
    }
}

/// Tells at once, and then not again for a while; what moves meanwhile is told at the end of it.
async fn tell_in_turn(moved: std::sync::Weak<Notify>, tell: impl Fn() + Send + 'static) {
    while let Some(moved) = moved.upgrade() {
        // A strong count of one is this task's own: the list and its jobs are gone.
        if Arc::strong_count(&moved) == 1 {
            return;
        }
        moved.notified().await;
        drop(moved);
        tell();
        tokio::time::sleep(TELL_EVERY).await;
    }
}
