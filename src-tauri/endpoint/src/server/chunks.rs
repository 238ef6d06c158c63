//! Chunks of a body, as small as memory wants them. s3s holds a chunk whole before it hands it on, and a
//! client may make one chunk of five GiB. Chunks without signatures are cut; those with one cannot be, so
//! a large one is refused.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use http_body::{Body, Frame};
use hyper::HeaderMap;

use super::body::{BodyFault, PacedBody};

/// The largest signed chunk; clients send 64 KiB to 1 MiB.
const SIGNED_CHUNK_MAX: u64 = 16 * 1_024 * 1_024;

/// The longest line before a chunk: a length and a signature.
const LINE_MAX: usize = 1_024;

/// How the chunks of a body are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Each chunk carries a signature.
    Signed,
    /// No chunk does.
    Unsigned,
}

impl Form {
    /// Returns the form that the head of a request announces; `None` for a body without chunks.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let hash = headers.get("x-amz-content-sha256")?.as_bytes();
        match hash.strip_prefix(b"STREAMING-") {
            None => None,
            Some(form) if form.starts_with(b"UNSIGNED-") => Some(Self::Unsigned),
            Some(_) => Some(Self::Signed),
        }
    }
}

/// A body whose chunks fit into memory.
pub(super) struct SmallChunks {
    inner: PacedBody,
    cutter: Cutter,
    ready: VecDeque<Bytes>,
}

impl SmallChunks {
    pub(super) fn new(inner: PacedBody, form: Form) -> Self {
        Self {
            inner,
            cutter: Cutter::new(form),
            ready: VecDeque::new(),
        }
    }
}

impl Body for SmallChunks {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        loop {
            if let Some(bytes) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            let frame = match ready!(Pin::new(&mut self.inner).poll_frame(cx)) {
                None => return Poll::Ready(self.cutter.end().err().map(Err)),
                Some(Err(fault)) => return Poll::Ready(Some(Err(fault))),
                Some(Ok(frame)) => frame,
            };
            // What HTTP itself puts behind a body is no part of it.
            let Ok(bytes) = frame.into_data() else {
                continue;
            };
            let this = &mut *self;
            if let Err(fault) = this.cutter.cut(bytes, &mut this.ready) {
                return Poll::Ready(Some(Err(fault)));
            }
        }
    }
}

/// Where in the body the next byte is.
enum State {
    /// In the line before a chunk.
    Line(Vec<u8>),
    /// In a chunk, with so many bytes to come.
    Data(u64),
    /// In the end of line behind a chunk, with so many bytes to come.
    EndOfData(u8),
    /// Behind the last chunk, with the last bytes that came.
    Trailer(Vec<u8>),
}

/// What ends a trailer: the end of its last line, and an empty line.
const END: &[u8] = b"\r\n\r\n";

/// What ends a body without a trailer: an empty line.
const END_ALONE: &[u8] = b"\r\n";

/// Cuts chunks as they arrive.
struct Cutter {
    form: Form,
    state: State,
}

impl Cutter {
    fn new(form: Form) -> Self {
        Self {
            form,
            state: State::Line(Vec::new()),
        }
    }

    fn cut(&mut self, mut bytes: Bytes, out: &mut VecDeque<Bytes>) -> Result<(), BodyFault> {
        while !bytes.is_empty() {
            match &mut self.state {
                State::Line(_) => self.line(&mut bytes, out)?,
                State::Data(left) => {
                    let here = usize::try_from(*left)
                        .unwrap_or(usize::MAX)
                        .min(bytes.len());
                    *left -= here as u64;
                    let ended = *left == 0;
                    self.data(bytes.split_to(here), out);
                    if ended {
                        self.state = State::EndOfData(2);
                    }
                }
                State::EndOfData(left) => {
                    let here = usize::from(*left).min(bytes.len());
                    *left -= u8::try_from(here).unwrap_or(*left);
                    let ended = *left == 0;
                    self.end_of_data(bytes.split_to(here), out)?;
                    if ended {
                        self.state = State::Line(Vec::new());
                    }
                }
                State::Trailer(_) => {
                    self.trailer(&bytes);
                    out.push_back(bytes.split_off(0));
                }
            }
        }
        Ok(())
    }

    /// Demands the last chunk, which is empty: without it nobody signed that this was all. A body that ends
    /// within a chunk is s3s's to refuse, and so is one whose chunks are not signed: it misses its trailer.
    fn end(&self) -> Result<(), BodyFault> {
        let whole = match (self.form, &self.state) {
            (Form::Signed, State::Line(_)) => false,
            (Form::Signed, State::Trailer(end)) => *end == END_ALONE || end.ends_with(END),
            (Form::Signed, State::Data(_) | State::EndOfData(_)) | (Form::Unsigned, _) => true,
        };
        whole.then_some(()).ok_or(BodyFault::Incomplete)
    }

    /// Keeps the last bytes of what stands behind the last chunk.
    fn trailer(&mut self, bytes: &[u8]) {
        if let State::Trailer(end) = &mut self.state {
            end.extend_from_slice(&bytes[bytes.len().saturating_sub(END.len())..]);
            // One more than the end is long: an end that stands alone is told from one behind a line.
            let surplus = end.len().saturating_sub(END.len() + 1);
            end.drain(..surplus);
        }
    }

    fn line(&mut self, bytes: &mut Bytes, out: &mut VecDeque<Bytes>) -> Result<(), BodyFault> {
        let State::Line(line) = &mut self.state else {
            return Ok(());
        };
        let end = bytes.iter().position(|b| *b == b'\n');
        let here = end.map_or(bytes.len(), |at| at + 1);
        line.extend_from_slice(&bytes[..here]);
        bytes.advance(here);
        if line.len() > LINE_MAX {
            return Err(BodyFault::Chunk);
        }
        if end.is_none() {
            return Ok(());
        }
        let line = std::mem::take(line);
        let length = length_of(&line).ok_or(BodyFault::Chunk)?;
        if self.form == Form::Signed && length > SIGNED_CHUNK_MAX {
            return Err(BodyFault::Chunk);
        }
        if self.form == Form::Signed || length == 0 {
            out.push_back(line.into());
        }
        self.state = match length {
            0 => State::Trailer(Vec::new()),
            length => State::Data(length),
        };
        Ok(())
    }

    /// Hands on a piece of a chunk: as it is, or as a chunk of its own.
    fn data(&self, piece: Bytes, out: &mut VecDeque<Bytes>) {
        match self.form {
            Form::Signed => out.push_back(piece),
            Form::Unsigned => {
                out.push_back(format!("{:x}\r\n", piece.len()).into());
                out.push_back(piece);
                out.push_back(Bytes::from_static(b"\r\n"));
            }
        }
    }

    fn end_of_data(&self, piece: Bytes, out: &mut VecDeque<Bytes>) -> Result<(), BodyFault> {
        match self.form {
            Form::Signed => out.push_back(piece),
            Form::Unsigned if piece.iter().all(|b| matches!(b, b'\r' | b'\n')) => {}
            Form::Unsigned => return Err(BodyFault::Chunk),
        }
        Ok(())
    }
}

/// Reads the length from `hex[;extension]\r\n`.
fn length_of(line: &[u8]) -> Option<u64> {
    let line = std::str::from_utf8(line)
        .ok()?
        .trim_end_matches(['\r', '\n']);
    let length = line.split(';').next().unwrap_or_default();
    // `from_str_radix` would take a sign.
    let digits = !length.is_empty() && length.bytes().all(|b| b.is_ascii_hexdigit());
    digits
        .then(|| u64::from_str_radix(length, 16).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cuts a body that arrives in pieces of some size.
    fn cut(form: Form, body: &[u8], piece: usize) -> Result<Vec<u8>, BodyFault> {
        let mut cutter = Cutter::new(form);
        let mut out = VecDeque::new();
        for piece in body.chunks(piece) {
            cutter.cut(Bytes::copy_from_slice(piece), &mut out)?;
        }
        Ok(out.into_iter().flatten().collect())
    }

    const UNSIGNED: &[u8] =
        b"5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";

    #[test]
    fn unsigned_chunks_are_cut_where_they_arrive_and_mean_the_same() {
        assert_eq!(cut(Form::Unsigned, UNSIGNED, 1_000).unwrap(), UNSIGNED);
        assert_eq!(
            cut(Form::Unsigned, b"5\r\nhello\r\n0\r\n\r\n", 5).unwrap(),
            b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
        );
    }

    #[test]
    fn signed_chunks_pass_as_they_are() {
        let body = b"5;chunk-signature=00\r\nhello\r\n0;chunk-signature=00\r\n\r\n";
        for piece in [1, 2, 3, 7, 1_000] {
            assert_eq!(cut(Form::Signed, body, piece).unwrap(), body);
        }
    }

    #[test]
    fn a_signed_chunk_too_large_for_memory_is_refused() {
        let chunk = |length: u64| format!("{length:x};chunk-signature=00\r\n").into_bytes();
        assert!(cut(Form::Signed, &chunk(SIGNED_CHUNK_MAX), 9).is_ok());
        assert!(cut(Form::Signed, &chunk(SIGNED_CHUNK_MAX + 1), 9).is_err());
        assert!(cut(Form::Unsigned, b"140000000\r\nx", 9).is_ok());
    }

    #[test]
    fn a_signed_body_ends_with_an_empty_chunk() {
        let is_whole = |body: &'static str, piece: usize| {
            let mut cutter = Cutter::new(Form::Signed);
            let mut out = VecDeque::new();
            for piece in body.as_bytes().chunks(piece) {
                cutter.cut(Bytes::from_static(piece), &mut out).unwrap();
            }
            cutter.end().is_ok()
        };
        for (body, expected) in [
            ("5\r\nhello\r\n0\r\n\r\n", true),
            ("5\r\nhello\r\n0\r\na:b\r\n\r\n", true),
            ("5\r\nhello\r\n0\r\na:b\r\n", false),
            ("5\r\nhello\r\n0\r\n\r", false),
            ("5\r\nhello\r\n0\r\n", false),
            ("5\r\nhello\r\n0\r", false),
            ("5\r\nhello\r\n", false),
            ("", false),
        ] {
            for piece in [1, 3, 1_000] {
                assert_eq!(is_whole(body, piece), expected, "{body:?}");
            }
        }
    }

    #[test]
    fn what_is_no_chunk_is_refused() {
        for body in [
            "zz\r\n",
            "+5\r\n",
            "\r\n",
            "-1\r\n",
            "5\r\nhelloXX",
            "10000000000000000\r\n",
        ] {
            for piece in [1, 1_000] {
                assert!(
                    cut(Form::Unsigned, body.as_bytes(), piece).is_err(),
                    "{body:?}"
                );
            }
        }
        assert!(cut(Form::Signed, &[b'0'; LINE_MAX + 1], 100).is_err());
    }
}
