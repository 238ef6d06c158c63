//! Counts what a job moved.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// The pace is that of the last seconds: steady enough to read, quick enough to believe.
const WINDOW: Duration = Duration::from_secs(10);

/// The least time between two samples of the pace.
const SAMPLE_EVERY: Duration = Duration::from_millis(250);

/// The amounts of a job.
#[derive(Default)]
pub struct Meter {
    done_bytes: AtomicU64,
    total_bytes: AtomicU64,
    done_items: AtomicU64,
    total_items: AtomicU64,
    current: Mutex<String>,
    samples: Mutex<VecDeque<(Instant, u64)>>,
}

/// How far work is that is counted elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    pub done_items: u64,
    pub total_items: u64,
    pub done_bytes: u64,
    pub total_bytes: u64,
}

/// The amounts at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Amounts {
    pub done_bytes: u64,
    pub total_bytes: u64,
    pub done_items: u64,
    pub total_items: u64,
    pub current: String,
    pub bytes_per_second: u64,
}

impl Meter {
    /// Adds to what there is to do.
    pub fn expect(&self, items: u64, bytes: u64) {
        self.total_items.fetch_add(items, Ordering::Relaxed);
        self.total_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Adds finished items.
    pub fn items_done(&self, items: u64) {
        self.done_items.fetch_add(items, Ordering::Relaxed);
    }

    /// Takes the counts of somebody else in the place of its own.
    pub fn reach(&self, amount: &Amount) {
        self.total_items
            .store(amount.total_items, Ordering::Relaxed);
        self.total_bytes
            .store(amount.total_bytes, Ordering::Relaxed);
        self.done_items.store(amount.done_items, Ordering::Relaxed);
        let before = self.done_bytes.load(Ordering::Relaxed);
        self.add(amount.done_bytes.saturating_sub(before));
    }

    /// Tells what is being worked on.
    pub fn set_current(&self, name: &str) {
        name.clone_into(&mut lock(&self.current));
    }

    /// Returns the amounts.
    pub fn amounts(&self) -> Amounts {
        let done_bytes = self.done_bytes.load(Ordering::Relaxed);
        Amounts {
            done_bytes,
            total_bytes: self.total_bytes.load(Ordering::Relaxed),
            done_items: self.done_items.load(Ordering::Relaxed),
            total_items: self.total_items.load(Ordering::Relaxed),
            current: lock(&self.current).clone(),
            bytes_per_second: self.pace(done_bytes),
        }
    }

    fn pace(&self, done_bytes: u64) -> u64 {
        let samples = lock(&self.samples);
        let Some((since, from)) = samples.front() else {
            return 0;
        };
        let millis = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let moved = done_bytes.saturating_sub(*from);
        moved.saturating_mul(1_000) / millis.max(1)
    }

    fn add(&self, bytes: u64) {
        let done = self.done_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let mut samples = lock(&self.samples);
        let now = Instant::now();
        let is_due = |(at, _): &(Instant, u64)| now.duration_since(*at) >= SAMPLE_EVERY;
        if samples.back().is_none_or(is_due) {
            samples.push_back((now, done - bytes));
        }
        let is_old = |(at, _): &(Instant, u64)| now.duration_since(*at) > WINDOW;
        while samples.front().is_some_and(is_old) {
            samples.pop_front();
        }
    }

    fn take_back(&self, bytes: u64) {
        self.done_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// Counts one item; what it counted is taken back unless it is kept.
pub struct ItemMeter {
    meter: Arc<Meter>,
    moved: Arc<Notify>,
    bytes: AtomicU64,
}

impl ItemMeter {
    /// Begins at nothing.
    pub fn new(meter: Arc<Meter>, moved: Arc<Notify>) -> Self {
        Self {
            meter,
            moved,
            bytes: AtomicU64::new(0),
        }
    }

    /// Begins a piece of the item, which may fail and be moved again.
    pub fn piece(self: &Arc<Self>) -> Arc<Piece> {
        Arc::new(Piece {
            item: Arc::clone(self),
            bytes: AtomicU64::new(0),
        })
    }

    /// Keeps what was counted: the item is done.
    pub fn keep(&self) {
        self.bytes.store(0, Ordering::Relaxed);
        self.meter.items_done(1);
        self.moved.notify_one();
    }
}

impl Drop for ItemMeter {
    fn drop(&mut self) {
        self.meter.take_back(self.bytes.load(Ordering::Relaxed));
    }
}

/// Counts a piece of an item; what it counted is taken back unless it is kept.
pub struct Piece {
    item: Arc<ItemMeter>,
    bytes: AtomicU64,
}

impl Piece {
    /// Adds moved bytes.
    pub fn add(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.item.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.item.meter.add(bytes);
        self.item.moved.notify_one();
    }

    /// Keeps what was counted: the piece is moved.
    pub fn keep(&self) {
        self.bytes.store(0, Ordering::Relaxed);
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        let bytes = self.bytes.load(Ordering::Relaxed);
        // After the item was kept there is nothing left to take back.
        let taken = self
            .item
            .bytes
            .try_update(Ordering::Relaxed, Ordering::Relaxed, |all| {
                all.checked_sub(bytes)
            });
        if taken.is_ok() {
            self.item.meter.take_back(bytes);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(meter: &Arc<Meter>) -> Arc<ItemMeter> {
        Arc::new(ItemMeter::new(Arc::clone(meter), Arc::default()))
    }

    #[test]
    fn what_a_failed_item_moved_is_taken_back() {
        let meter = Arc::new(Meter::default());
        let kept = item(&meter);
        let piece = kept.piece();
        piece.add(10);
        piece.keep();
        kept.keep();
        drop((piece, kept));
        let failed = item(&meter);
        let piece = failed.piece();
        piece.add(7);
        piece.keep();
        assert_eq!(meter.amounts().done_bytes, 17);
        drop((piece, failed));
        let amounts = meter.amounts();
        assert_eq!((amounts.done_bytes, amounts.done_items), (10, 1));
    }

    #[test]
    fn what_a_failed_piece_moved_is_taken_back() {
        let meter = Arc::new(Meter::default());
        let item = item(&meter);
        let piece = item.piece();
        piece.add(5);
        drop(piece);
        let again = item.piece();
        again.add(5);
        again.keep();
        item.keep();
        assert_eq!(meter.amounts().done_bytes, 5);
    }
}
