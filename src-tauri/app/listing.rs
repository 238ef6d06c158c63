//! Listings of any length, of which the window only ever has the rows that it shows.
//!
//! A listing is walked once in the order of the keys, a page of the store at a time; what is kept
//! of a page is where it begins and how many rows it has. A row is found by its number through
//! these marks and read again from the store. Rows in another order than that of the keys are
//! collected in a light form, up to [`SORTABLE_ROWS`].

mod cache;
mod counts;
mod cursor;
mod find;
mod known;
mod source;
mod summary;

#[cfg(test)]
mod cursor_test;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use stave_model::Change;
use stave_store::Store;

use crate::args;
use crate::errors::{Answer, Failure};
use crate::views::{ListingOpened, ListingProgress, ListingRequest, ListingRows};
use cursor::Cursor;

pub use summary::Selection;

/// The most rows that are sorted by anything but their names: about 40 MB of light rows.
pub const SORTABLE_ROWS: usize = 250_000;

/// The most listings that are open at once; the oldest is closed for a new one.
const CURSORS_MAX: usize = 16;

/// The most rows in one answer: a window shows some sixty.
const ROWS_MAX: u64 = 200;

/// Keys that are read at once: S3 lists no more.
const PAGE_KEYS: u16 = 1_000;

/// Hears how far a walk is.
pub type OnProgress = Arc<dyn Fn(ListingProgress) + Send + Sync>;

/// What listings stand on.
pub struct Around {
    store: Arc<dyn Store>,
    on_progress: OnProgress,
    page_keys: u16,
}

/// The open listings.
pub struct Listings {
    around: Around,
    next: AtomicU64,
    open: Mutex<VecDeque<Arc<Cursor>>>,
}

impl Listings {
    /// Makes a place for listings of `store`.
    pub fn new(store: Arc<dyn Store>, on_progress: OnProgress) -> Self {
        Self {
            around: Around {
                store,
                on_progress,
                page_keys: PAGE_KEYS,
            },
            next: AtomicU64::new(1),
            open: Mutex::default(),
        }
    }

    /// Opens a listing; returns once its first page is known, and counts on behind.
    pub async fn open(&self, request: &ListingRequest) -> Answer<ListingOpened> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let bucket = args::bucket(&request.bucket)?;
        let bucket = self.around.store.head_bucket(&bucket).await?;
        args::folder(&request.prefix)?;
        let cursor = Cursor::open(id, bucket, request, &self.around).await?;
        let opened = cursor.progress();
        let mut open = self.lock();
        open.push_back(cursor);
        while open.len() > CURSORS_MAX {
            open.pop_front();
        }
        Ok(opened)
    }

    /// Returns up to 200 rows from `start` on.
    pub async fn rows(&self, id: u64, start: u64, len: u64) -> Answer<ListingRows> {
        self.find(id)?.rows(start, len.min(ROWS_MAX)).await
    }

    /// Returns the number of the first row whose name begins with `text`, as far as rows are known.
    pub async fn first_named(&self, id: u64, text: &str) -> Answer<Option<u64>> {
        self.find(id)?.first_named(text).await
    }

    /// Returns what a selection in the listing amounts to.
    pub async fn summary(
        &self,
        id: u64,
        selection: &Selection,
    ) -> Answer<crate::views::SelectionSummary> {
        summary::of(&*self.find(id)?, selection).await
    }

    /// Closes a listing; closing it twice is no error.
    pub fn close(&self, id: u64) {
        self.lock().retain(|cursor| cursor.id() != id);
    }

    /// Notes a change, so that the listings that show it read again when they are asked next.
    pub fn note(&self, change: &Change) {
        for cursor in self.lock().iter() {
            cursor.note(change);
        }
    }

    fn find(&self, id: u64) -> Answer<Arc<Cursor>> {
        let found = self.lock().iter().find(|c| c.id() == id).cloned();
        found.ok_or_else(|| {
            Failure::refused(
                "no_such_listing",
                "this listing is closed",
                "Open it again.",
            )
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Arc<Cursor>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
