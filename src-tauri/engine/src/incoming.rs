//! A body as the blocking engine reads it. The seam between async callers and plain code.

use bytes::Bytes;
use stave_model::ChecksumAlgorithm;
use stave_store::BodyError;

/// The checksum that came behind a body.
pub type TrailerChecksum = Option<(ChecksumAlgorithm, Vec<u8>)>;

/// Chunks of a body that arrive one after another.
pub trait Incoming: Send {
    /// Waits for the next chunk; `None` after the last.
    fn next_chunk(&mut self) -> Result<Option<Bytes>, BodyError>;

    /// Returns the checksum that came behind the body. Asked once, after the last chunk.
    fn trailer(&mut self) -> Result<TrailerChecksum, BodyError>;
}
