//! The sweep: the only one that unlinks a kept file, and only one that no row names and no request
//! holds.
//!
//! It runs when the vault is opened and after deletes, on a thread of its own, and removes sessions that
//! ended long ago as well. A file that was
//! orphaned by a failed commit is handed to it; one that an ended process left is found when the
//! vault is opened, and goes to a trash for a week first, for what looks like garbage may be the
//! last copy behind a damaged catalog.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use stave_catalog::{Catalog, blobs, gc};
use stave_vault::{BlobId, Vault};

use crate::access::end_old_sessions;
use crate::error::{Error, Result};
use crate::open_bodies::OpenBodies;
use crate::trash::Trash;

/// How many files one pass takes: bounds its memory and the size of its transaction.
const PASS_MAX: u32 = 1_000;

/// What the sweep works on.
pub(crate) struct Sweep {
    pub(crate) vault: Arc<Vault>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) bodies: Arc<OpenBodies>,
    pub(crate) trash: Trash,
    /// The vault is being closed: what is left waits for the next opening.
    pub(crate) stopping: AtomicBool,
}

impl Sweep {
    /// Unlinks every file that is queued and not held.
    fn unlink_queued(&self) -> Result<()> {
        loop {
            let queued = self
                .catalog
                .read(|tx| Ok::<_, Error>(gc::pending(tx, PASS_MAX)?))?;
            let mut unlinked = Vec::with_capacity(queued.len());
            for blob in queued {
                if self.stopping.load(Ordering::SeqCst) {
                    break;
                }
                if self.unlink(blob)? {
                    unlinked.push(blob);
                }
            }
            if unlinked.is_empty() {
                return Ok(());
            }
            self.catalog.write(move |tx| {
                for blob in &unlinked {
                    gc::done(tx, blob)?;
                }
                Ok::<_, Error>(())
            })?;
        }
    }

    /// Unlinks the files of writes that were not committed.
    fn unlink_orphans(&self, orphans: Vec<BlobId>) -> Result<()> {
        for blob in orphans {
            self.unlink(*blob.as_bytes())?;
        }
        Ok(())
    }

    /// Unlinks a file unless a row names it or a request holds it.
    fn unlink(&self, blob: [u8; 16]) -> Result<bool> {
        let unlinked = self.bodies.unless_held(&blob, || {
            let named = self
                .catalog
                .read(|tx| Ok::<_, Error>(blobs::is_named(tx, &blob)?))?;
            if !named {
                self.vault.remove_blob(BlobId::from_bytes(blob))?;
            }
            Ok::<_, Error>(!named)
        });
        unlinked.unwrap_or(Ok(false))
    }

    /// Moves the files that no row knows, and that are no write in progress, to the trash; empties
    /// it of what is old.
    fn collect_strays(&self) -> Result<()> {
        for blob in self.vault.list_blobs()? {
            let blob = blob?;
            if self.stopping.load(Ordering::SeqCst) {
                return Ok(());
            }
            let known = self
                .catalog
                .read(|tx| Ok::<_, Error>(blobs::is_known(tx, blob.as_bytes())?))?;
            if !known && self.trash.is_settled(&self.vault, blob)? {
                self.trash.take(&self.vault, blob)?;
            }
        }
        self.trash.empty_old()
    }
}

/// The thread that sweeps.
pub(crate) struct Sweeper {
    sweep: Arc<Sweep>,
    asked: Arc<Asked>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the thread was asked for.
#[derive(Default)]
struct Asked {
    state: Mutex<Wish>,
    changed: Condvar,
    /// Held while a pass runs, so that two never meet.
    running: Mutex<()>,
}

#[derive(Default)]
struct Wish {
    sweep: bool,
    stop: bool,
    orphans: Vec<BlobId>,
}

impl Sweeper {
    /// Starts the thread, which first collects what an ended process left.
    pub(crate) fn start(sweep: Sweep) -> std::io::Result<Self> {
        let (sweep, asked) = (Arc::new(sweep), Arc::new(Asked::default()));
        let releasing = Arc::clone(&asked);
        sweep.bodies.on_release(move || releasing.wake());
        let (working, hearing) = (Arc::clone(&sweep), Arc::clone(&asked));
        let thread = thread::Builder::new()
            .name("stave-sweep".to_owned())
            .spawn(move || work(&working, &hearing))?;
        Ok(Self {
            sweep,
            asked,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Asks for a pass.
    pub(crate) fn wake(&self) {
        self.asked.wake();
    }

    /// Takes files that no row will name.
    pub(crate) fn take_orphans(&self, orphans: Vec<BlobId>) {
        if !orphans.is_empty() {
            self.asked.lock().orphans.extend(orphans);
            self.asked.wake();
        }
    }

    /// Sweeps now, on this thread, all that is swept when a vault is opened.
    pub(crate) fn sweep_now(&self) -> Result<()> {
        full_pass(&self.sweep, &self.asked)
    }

    /// Stops the thread and waits for it.
    pub(crate) fn stop(&self) {
        self.sweep.stopping.store(true, Ordering::SeqCst);
        self.asked.lock().stop = true;
        self.asked.changed.notify_all();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the sweep ended by a panic");
        }
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Sweeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sweeper").finish_non_exhaustive()
    }
}

impl Asked {
    fn wake(&self) {
        self.lock().sweep = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Wish> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until no other pass runs.
    fn alone(&self) -> MutexGuard<'_, ()> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a wish; returns whether it is one to sweep rather than to stop.
    fn wait(&self) -> bool {
        let mut wish = self.lock();
        while !wish.sweep && !wish.stop {
            wish = self
                .changed
                .wait(wish)
                .unwrap_or_else(PoisonError::into_inner);
        }
        wish.sweep = false;
        !wish.stop
    }
}

fn work(sweep: &Sweep, asked: &Asked) {
    log_failure(full_pass(sweep, asked));
    while asked.wait() {
        log_failure(pass(sweep, asked));
    }
}

/// A pass, and a look at every file of the vault.
fn full_pass(sweep: &Sweep, asked: &Asked) -> Result<()> {
    pass(sweep, asked)?;
    let _alone = asked.alone();
    sweep.collect_strays()
}

fn pass(sweep: &Sweep, asked: &Asked) -> Result<()> {
    // Taken only once no other pass runs: who waited for that one finds its orphans gone.
    let _alone = asked.alone();
    let orphans = std::mem::take(&mut asked.lock().orphans);
    sweep.unlink_orphans(orphans)?;
    sweep.unlink_queued()?;
    end_old_sessions(&sweep.catalog, sweep.trash.clock.now())
}

/// A pass that failed is tried again with the next wish; what it left is queued still.
fn log_failure(outcome: Result<()>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "the sweep could not finish");
    }
}
