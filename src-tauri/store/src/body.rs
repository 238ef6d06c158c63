//! Bodies as streams.

use std::fmt;
use std::pin::Pin;

use bytes::Bytes;
use futures::stream::{self, Stream};
use stave_model::ChecksumAlgorithm;
use thiserror::Error;

/// Why a body could not be read.
#[derive(Debug, Error)]
pub enum BodyError {
    /// The other side closed, timed out or sent bytes that its own protocol forbids.
    #[error("the sender stopped: {0}")]
    Aborted(String),
    /// A signature or hash over a piece of the body does not match.
    #[error("a part of the body does not match its signature")]
    Signature,
    /// The stored bytes do not authenticate.
    #[error("the stored bytes are damaged")]
    Damaged,
    /// Reading failed.
    #[error("reading failed")]
    Io(#[from] std::io::Error),
}

/// Chunks of a body, in order. The consumer's pace is the producer's: nothing is buffered beyond a few chunks.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, BodyError>> + Send + Sync>>;

/// Told after the last byte: the checksum that came behind the body, if one did. Called once, after the
/// stream ended well and before anything is kept.
pub type Trailer =
    Box<dyn FnOnce() -> Result<Option<(ChecksumAlgorithm, Vec<u8>)>, BodyError> + Send + Sync>;

/// The body of a write.
pub struct Body {
    /// The bytes.
    pub stream: ByteStream,
    /// The declared length in bytes; `None` where the client did not say.
    pub size_bytes: Option<u64>,
    /// The checksum behind the body.
    pub trailer: Option<Trailer>,
}

impl Body {
    /// Makes a body of bytes in memory.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let size_bytes = Some(bytes.len() as u64);
        Self {
            stream: Box::pin(stream::iter([Ok(bytes)])),
            size_bytes,
            trailer: None,
        }
    }

    /// Makes an empty body.
    pub fn empty() -> Self {
        Self::from_bytes(Bytes::new())
    }

    /// Makes a body of a stream of `size_bytes`.
    pub fn from_stream(stream: ByteStream, size_bytes: Option<u64>) -> Self {
        Self {
            stream,
            size_bytes,
            trailer: None,
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("size_bytes", &self.size_bytes)
            .finish_non_exhaustive()
    }
}
