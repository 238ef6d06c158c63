//! A socket that gives up on a peer that stands still, and that closes without cutting off an answer.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::raw_head::RawHead;
use crate::guard::Framing;
use crate::options::Limits;

/// How long a connection whose request body was refused is still read, so that the peer gets to the
/// answer instead of a reset.
const LINGER: Duration = Duration::from_secs(5);

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// No byte of a request has come.
    Idle = 0,
    /// A head is arriving.
    Head = 1,
    /// A request is being answered.
    Busy = 2,
    /// An answer was given although the body was not read to its end.
    Refused = 3,
}

/// The phase of a connection, shared between the socket, which sees bytes, and the requests, which know
/// what they mean.
#[derive(Debug)]
pub(crate) struct Pace {
    phase: AtomicU8,
    /// What the bytes of the head that is arriving say of its end.
    framing: Mutex<Framing>,
    opened: Instant,
    /// When the last answer was given, in milliseconds after `opened`.
    answered_ms: AtomicU64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            phase: AtomicU8::new(Phase::Idle as u8),
            framing: Mutex::default(),
            opened: Instant::now(),
            answered_ms: AtomicU64::new(0),
        }
    }
}

impl Pace {
    /// Begins a request; returns what the bytes of its head say of where it ends.
    pub(super) fn begin(&self) -> Framing {
        self.set(Phase::Busy);
        let mut framing = self.framing.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *framing)
    }

    fn found(&self, framing: Framing) {
        *self.framing.lock().unwrap_or_else(PoisonError::into_inner) = framing;
    }

    /// Ends a request, unless its body was left unread: then the connection ends with it.
    pub(super) fn answered(&self) {
        let since_opened = self.opened.elapsed().as_millis();
        let since_opened = u64::try_from(since_opened).unwrap_or(u64::MAX);
        self.answered_ms.store(since_opened, Ordering::Relaxed);
        let (busy, idle) = (Phase::Busy as u8, Phase::Idle as u8);
        // Any other phase stays as it is.
        let _ = self
            .phase
            .compare_exchange(busy, idle, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Tells whether the connection ends with the answer that is being given.
    pub(super) fn ends(&self) -> bool {
        self.is(Phase::Refused)
    }

    /// Returns since when nothing has come and nothing is owed; `None` while a request is under way.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let answered = Duration::from_millis(self.answered_ms.load(Ordering::Relaxed));
        self.is(Phase::Idle).then(|| self.opened + answered)
    }

    /// Ends the connection with the answer that is being given.
    pub(super) fn refuse(&self) {
        self.set(Phase::Refused);
    }

    pub(super) fn set(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    fn is(&self, phase: Phase) -> bool {
        self.phase.load(Ordering::Relaxed) == phase as u8
    }
}

/// A socket with deadlines.
pub(super) struct PacedStream<S> {
    inner: S,
    pace: Arc<Pace>,
    head_time: Duration,
    idle_time: Duration,
    head: Option<(RawHead, Pin<Box<Sleep>>)>,
    write: Option<Pin<Box<Sleep>>>,
    linger: Option<Pin<Box<Sleep>>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> PacedStream<S> {
    pub(super) fn new(inner: S, pace: Arc<Pace>, limits: &Limits) -> Self {
        Self {
            inner,
            pace,
            head_time: limits.head_time,
            idle_time: limits.idle_time,
            head: None,
            write: None,
            linger: None,
        }
    }

    /// Looks at bytes that may belong to a head.
    fn watch_head(&mut self, bytes: &[u8]) {
        if self.pace.is(Phase::Idle) && !bytes.is_empty() {
            self.pace.set(Phase::Head);
            self.head = Some((RawHead::default(), sleep(self.head_time)));
        }
        if !self.pace.is(Phase::Head) {
            return;
        }
        if let Some((head, _)) = &mut self.head {
            head.read(bytes);
            if head.framing() != Framing::Clear {
                self.pace.found(head.framing());
            }
        }
    }

    /// Lets the deadline of a write run while the peer takes nothing.
    fn paced_write(
        &mut self,
        written: Poll<io::Result<usize>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.write = None;
            return written;
        }
        let idle_time = self.idle_time;
        let deadline = self.write.get_or_insert_with(|| sleep(idle_time));
        ready!(deadline.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Reads and throws away until the peer has closed too or the time is over.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let deadline = self.linger.get_or_insert_with(|| sleep(LINGER));
        let mut scratch = [0; 16 * 1024];
        loop {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut self.inner).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending => break,
            }
            if deadline.deadline() <= Instant::now() {
                return Poll::Ready(Ok(()));
            }
        }
        deadline.as_mut().poll(cx).map(Ok)
    }
}

fn sleep(time: Duration) -> Pin<Box<Sleep>> {
    Box::pin(tokio::time::sleep(time))
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for PacedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buf);
        self.watch_head(&buf.filled()[before..]);
        if read.is_ready() || !self.pace.is(Phase::Head) {
            return read;
        }
        if let Some((_, deadline)) = &mut self.head {
            ready!(deadline.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for PacedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.paced_write(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.paced_write(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.linger.is_none() {
            ready!(Pin::new(&mut self.inner).poll_shutdown(cx))?;
        }
        if !self.pace.is(Phase::Refused) {
            return Poll::Ready(Ok(()));
        }
        self.poll_linger(cx)
    }
}
