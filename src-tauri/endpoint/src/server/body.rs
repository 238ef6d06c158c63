//! The body of a request as it arrives, with a limit to a sender's patience with us.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use thiserror::Error;
use tokio::time::{Instant, Sleep};

use super::pace::{Pace, Phase};
use crate::options::Limits;

/// Why the rest of a body did not arrive.
#[derive(Debug, Error)]
pub(crate) enum BodyFault {
    /// Nothing came for too long.
    #[error("no byte of the body came for too long")]
    Stalled,
    /// Too little came.
    #[error("the body came too slowly")]
    TooSlow,
    /// A chunk is none, or is too large to be verified.
    #[error("a chunk of the body is malformed or too large")]
    Chunk,
    /// The last chunk, or the end of the trailer behind it, did not come.
    #[error("Incomplete: the body ended before its last chunk did")]
    Incomplete,
    /// The connection or its framing failed.
    #[error("the connection ended within the body")]
    Broken(#[source] hyper::Error),
}

/// A body that arrives.
pub(super) struct PacedBody {
    inner: Incoming,
    pace: Arc<Pace>,
    idle_time: Duration,
    least_bytes: u64,
    /// Bytes since `waited` was last set back.
    window_bytes: u64,
    /// Time spent waiting for the sender; ours does not count.
    waited: Duration,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
    /// All bytes that came.
    received: Arc<AtomicU64>,
    ended: bool,
}

impl PacedBody {
    pub(super) fn new(
        inner: Incoming,
        pace: Arc<Pace>,
        received: &Arc<AtomicU64>,
        limits: &Limits,
    ) -> Self {
        Self {
            inner,
            pace,
            idle_time: limits.idle_time,
            least_bytes: limits.least_body_bytes,
            window_bytes: 0,
            waited: Duration::ZERO,
            waiting: None,
            received: Arc::clone(received),
            ended: false,
        }
    }

    fn poll_stalled(&mut self, cx: &mut Context<'_>) -> Poll<BodyFault> {
        let idle_time = self.idle_time;
        let (_, deadline) = self
            .waiting
            .get_or_insert_with(|| (Instant::now(), Box::pin(tokio::time::sleep(idle_time))));
        ready!(deadline.as_mut().poll(cx));
        Poll::Ready(BodyFault::Stalled)
    }

    /// Counts what came, and fails once a window of waiting brought too little.
    fn count(&mut self, bytes: usize) -> Result<(), BodyFault> {
        self.window_bytes += bytes as u64;
        self.received.fetch_add(bytes as u64, Ordering::Relaxed);
        if let Some((since, _)) = self.waiting.take() {
            self.waited += since.elapsed();
        }
        if self.waited < self.idle_time {
            return Ok(());
        }
        if self.window_bytes < self.least_bytes {
            return Err(BodyFault::TooSlow);
        }
        self.waited = Duration::ZERO;
        self.window_bytes = 0;
        Ok(())
    }
}

impl Body for PacedBody {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Pending => self.poll_stalled(cx).map(|fault| Some(Err(fault))),
            Poll::Ready(None) => {
                self.ended = true;
                Poll::Ready(None)
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(BodyFault::Broken(error)))),
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                Poll::Ready(Some(self.count(bytes).map(|()| frame)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for PacedBody {
    fn drop(&mut self) {
        if !self.ended && !self.inner.is_end_stream() {
            self.pace.set(Phase::Refused);
        }
    }
}
