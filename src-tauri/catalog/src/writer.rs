//! The one thread that writes. Writes that wait together are committed together: each runs in a
//! savepoint of one transaction, and all are answered once the commit of the whole is durable.

mod group;
mod job;

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use crate::{Error, Result, WriteTx};
use group::{Groups, LogLimits};
use job::{Job, Pending};

/// Writes that wait at once; one more blocks its caller until there is room.
const QUEUE_MAX: usize = 1_024;

/// The hand of the callers on the writer's thread.
pub(crate) struct Writer {
    queue: Mutex<Option<SyncSender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    read_only: Arc<AtomicBool>,
}

impl Writer {
    pub(crate) fn start(connection: Connection) -> Result<Self> {
        let (queue, jobs) = mpsc::sync_channel(QUEUE_MAX);
        let read_only = Arc::new(AtomicBool::new(false));
        let groups = Groups::new(connection, Arc::clone(&read_only), LogLimits::default());
        let thread = thread::Builder::new()
            .name("catalog writer".to_owned())
            .spawn(move || groups.run(&jobs))?;
        Ok(Self {
            queue: Mutex::new(Some(queue)),
            thread: Mutex::new(Some(thread)),
            read_only,
        })
    }

    pub(crate) fn write<T, E, W>(&self, write: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        W: FnOnce(&WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        if self.is_read_only() {
            return Err(Error::ReadOnly.into());
        }
        let queue = lock(&self.queue).clone().ok_or(Error::Closed)?;
        let (pending, answer) = Pending::new(write);
        queue.send(Box::new(pending)).map_err(|_| Error::Closed)?;
        drop(queue);
        answer.recv().map_err(|_| Error::Closed)?
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.read_only.load(Ordering::Acquire)
    }

    /// Takes no more writes and waits until those that were taken are answered.
    pub(crate) fn close(&self) {
        lock(&self.queue).take();
        if let Some(thread) = lock(&self.thread).take() {
            // A panic of the thread was reported when it happened; there is nobody to pass it on
            // to.
            let _ = thread.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
