//! A socket that gives up on a peer that stands still, and that closes without cutting off an answer.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
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
    /// Whether a request has come.
    used: AtomicBool,
    /// When the phase was entered last, of those that wait for the peer: in milliseconds after `opened`.
    waits_ms: AtomicU64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            phase: AtomicU8::new(Phase::Idle as u8),
            framing: Mutex::default(),
            opened: Instant::now(),
            used: AtomicBool::new(false),
            waits_ms: AtomicU64::new(0),
        }
    }
}

impl Pace {
    /// Begins a request; returns what the bytes of its head say of where it ends.
    pub(super) fn begin(&self) -> Framing {
        self.set(Phase::Busy);
        self.used.store(true, Ordering::Relaxed);
        let mut framing = self.framing.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *framing)
    }

    fn found(&self, framing: Framing) {
        *self.framing.lock().unwrap_or_else(PoisonError::into_inner) = framing;
    }

    /// Ends a request, unless its body was left unread: then the connection ends with it.
    pub(super) fn answered(&self) {
        self.wait();
        let (busy, idle) = (Phase::Busy as u8, Phase::Idle as u8);
        // Any other phase stays as it is.
        let _ = self
            .phase
            .compare_exchange(busy, idle, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Begins to read a head, or to shake hands.
    pub(super) fn head(&self) {
        self.wait();
        self.set(Phase::Head);
    }

    /// Has shaken hands: the first head is waited for again.
    pub(super) fn shaken(&self) {
        self.wait();
        self.set(Phase::Idle);
    }

    fn wait(&self) {
        let since_opened = self.opened.elapsed().as_millis();
        let since_opened = u64::try_from(since_opened).unwrap_or(u64::MAX);
        self.waits_ms.store(since_opened, Ordering::Relaxed);
    }

    /// Tells whether the connection ends with the answer that is being given.
    pub(super) fn ends(&self) -> bool {
        self.is(Phase::Refused)
    }

    /// Returns since when nothing is owed after a request; `None` while one is under way, or none has come.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let idle = self.is(Phase::Idle) && self.used.load(Ordering::Relaxed);
        idle.then(|| self.waits_since())
    }

    /// Returns since when a head is arriving, or the first one is waited for; `None` at any other time.
    pub(super) fn head_since(&self) -> Option<Instant> {
        let unused = self.is(Phase::Idle) && !self.used.load(Ordering::Relaxed);
        (unused || self.is(Phase::Head)).then(|| self.waits_since())
    }

    fn waits_since(&self) -> Instant {
        self.opened + Duration::from_millis(self.waits_ms.load(Ordering::Relaxed))
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
            self.pace.head();
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
        // A head that HTTP itself refuses has not come to its end; its sender too gets to read why.
        if !self.pace.is(Phase::Refused) && !self.pace.is(Phase::Head) {
            return Poll::Ready(Ok(()));
        }
        self.poll_linger(cx)
    }
}
