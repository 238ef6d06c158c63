//! The request inspector: what each of the last requests was, and why it was answered so. It lives in memory
//! alone, holds no secret and no signature, and is off until somebody looks.

mod canonical;
mod draft;
mod record;
mod redact;
mod story;

pub use record::{RequestRecord, SignedHow};

pub(crate) use draft::{Draft, Left};
pub(crate) use story::Story;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// How many requests are kept; with the limits of each no more than 20 MiB.
const RECORDS_MAX: usize = 500;

/// The last requests, newest first. One of these may outlive the endpoints that fill it.
#[derive(Debug)]
pub struct Inspector {
    on: AtomicBool,
    kept: Mutex<Kept>,
    newest: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Kept {
    /// The oldest first.
    records: VecDeque<Arc<RequestRecord>>,
    last_id: u64,
}

impl Default for Inspector {
    fn default() -> Self {
        Self {
            on: AtomicBool::new(false),
            kept: Mutex::default(),
            newest: watch::Sender::new(0),
        }
    }
}

impl Inspector {
    /// Keeps requests from now on.
    pub fn turn_on(&self) {
        self.on.store(true, Ordering::Relaxed);
    }

    /// Keeps no more requests; what was kept stays until it is cleared.
    pub fn turn_off(&self) {
        self.on.store(false, Ordering::Relaxed);
    }

    /// Returns whether requests are kept.
    pub fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    /// Returns at most `limit` requests, the newest first, of those with ids below `before`.
    pub fn records(&self, before: Option<u64>, limit: usize) -> Vec<Arc<RequestRecord>> {
        let kept = self.kept();
        let newest_first = kept.records.iter().rev();
        let older = newest_first.filter(|record| before.is_none_or(|before| record.id < before));
        older.take(limit).map(Arc::clone).collect()
    }

    /// Forgets all of them. Ids go on, so that none is ever given twice.
    pub fn clear(&self) {
        self.kept().records.clear();
        self.newest.send_modify(|_| {});
    }

    /// Returns the id of the newest request, told anew with each request and when all are forgotten.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    /// Keeps a request; the oldest gives way.
    pub(crate) fn keep(&self, record: impl FnOnce(u64) -> RequestRecord) {
        let id = {
            let mut kept = self.kept();
            kept.last_id += 1;
            let id = kept.last_id;
            if kept.records.len() >= RECORDS_MAX {
                kept.records.pop_front();
            }
            kept.records.push_back(Arc::new(record(id)));
            id
        };
        self.newest.send_modify(|newest| *newest = id.max(*newest));
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
