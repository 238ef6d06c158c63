//! Lines that wait for their delivery.

use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use stave_model::{BucketName, Timestamp};
use tokio::sync::Notify;

/// The most lines that wait; those beyond are dropped and counted.
const LINES_MAX: usize = 10_000;
/// The most bytes that wait: a line may be long.
const BYTES_MAX: usize = 8 * 1_024 * 1_024;
/// So many lines are delivered at once.
const LINES_MUCH: usize = 5_000;
/// So many bytes are delivered at once.
const BYTES_MUCH: usize = 1_024 * 1_024;

/// The line of one request, without its first two fields: whose the bucket is is asked at delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) bucket: BucketName,
    /// When the request came.
    pub(super) received: Timestamp,
    pub(super) text: String,
}

/// Lines, and how many more there would have been.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) lines: Vec<Line>,
    pub(super) dropped: u64,
}

#[derive(Debug, Default)]
struct Held {
    batch: Batch,
    bytes: usize,
}

/// The waiting lines.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    held: Mutex<Held>,
    much: Notify,
}

impl Buffer {
    pub(super) fn push(&self, line: Line) {
        let mut held = self.held();
        let bytes = held.bytes + line.text.len();
        if held.batch.lines.len() >= LINES_MAX || bytes > BYTES_MAX {
            held.batch.dropped += 1;
            return;
        }
        held.bytes = bytes;
        held.batch.lines.push(line);
        if held.batch.lines.len() >= LINES_MUCH || bytes >= BYTES_MUCH {
            self.much.notify_one();
        }
    }

    /// Waits until so much has come that it should go.
    pub(super) async fn much(&self) {
        self.much.notified().await;
    }

    pub(super) fn take(&self) -> Batch {
        mem::take(&mut *self.held()).batch
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(length: usize) -> Line {
        Line {
            bucket: BucketName::parse("photos").unwrap(),
            received: Timestamp::from_millis(0),
            text: "x".repeat(length),
        }
    }

    #[test]
    fn lines_beyond_the_limit_are_counted() {
        let buffer = Buffer::default();
        for _ in 0..10_003 {
            buffer.push(line(1));
        }
        let batch = buffer.take();
        assert_eq!((batch.lines.len(), batch.dropped), (10_000, 3));
        let next = buffer.take();
        assert_eq!((next.lines.len(), next.dropped), (0, 0));
    }

    #[test]
    fn bytes_beyond_the_limit_are_counted() {
        let buffer = Buffer::default();
        for _ in 0..9 {
            buffer.push(line(1_024 * 1_024));
        }
        let batch = buffer.take();
        assert_eq!((batch.lines.len(), batch.dropped), (8, 1));
    }

    #[tokio::test]
    async fn much_is_told_before_the_interval() {
        let buffer = Buffer::default();
        buffer.push(line(1_024 * 1_024));
        buffer.much().await;
        for _ in 0..4_999 {
            buffer.push(line(1));
        }
        buffer.much().await;
    }
}
