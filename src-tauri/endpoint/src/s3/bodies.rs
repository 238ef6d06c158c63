//! Bodies between s3s and the store: what went wrong while a body was read, in one type.

use std::error::Error;
use std::io;

use bytes::Bytes;
use futures::stream::{self, StreamExt as _};
use s3s::dto::StreamingBlob;
use stave_store::{Body, BodyError, ByteStream, Trailer};
use thiserror::Error;

use crate::server::BodyFault;

/// What was wrong with a body, where S3 has a code for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum BodyProblem {
    /// The bytes do not have the hash that was signed.
    #[error("the body does not match x-amz-content-sha256")]
    PayloadHash,
    /// The framing of the chunks or the trailer is broken.
    #[error("the chunks of the body are malformed")]
    Malformed,
    /// The body ended early, or is longer than declared.
    #[error("the body is not as long as it was declared to be")]
    Length,
    /// The sender stood still, or was too slow.
    #[error("the sender was too slow")]
    TimedOut,
}

/// Tells the store why the bytes stopped.
pub(super) fn body_error(error: &(dyn Error + Send + Sync + 'static)) -> BodyError {
    // s3s keeps the types of its errors to itself, also of those that it wraps round ours; their text is
    // all there is to tell them apart.
    let text = error.to_string();
    let has = |part: &str| text.contains(part);
    let is = |fault: BodyFault| has(&fault.to_string());
    if has("SignatureMismatch") {
        return BodyError::Signature;
    }
    if has("Sha256Mismatch") {
        BodyProblem::PayloadHash.into()
    } else if is(BodyFault::Stalled) || is(BodyFault::TooSlow) {
        BodyProblem::TimedOut.into()
    } else if has("Incomplete") || has("LengthMismatch") {
        BodyProblem::Length.into()
    } else if is(BodyFault::Chunk) || has("FormatError") || has("TooLarge") || has("TooMany") {
        BodyProblem::Malformed.into()
    } else {
        BodyError::Aborted(text)
    }
}

impl From<BodyProblem> for BodyError {
    fn from(problem: BodyProblem) -> Self {
        Self::Io(io::Error::other(problem))
    }
}

/// Makes a store's body of what a client sends.
pub(super) fn incoming(
    blob: Option<StreamingBlob>,
    size_bytes: u64,
    trailer: Option<Trailer>,
) -> Body {
    let stream: ByteStream = match blob {
        Some(blob) => Box::pin(blob.map(|chunk| chunk.map_err(|e| body_error(e.as_ref())))),
        None => Box::pin(stream::empty()),
    };
    Body {
        stream,
        size_bytes: Some(size_bytes),
        trailer,
    }
}

/// Makes an answer's body of what the store reads. The first chunk is awaited: what cannot be read is an
/// error with a code then, and head and first bytes leave together.
pub(super) async fn outgoing(mut body: ByteStream) -> Result<StreamingBlob, BodyError> {
    let first: Option<Bytes> = body.next().await.transpose()?;
    let first = stream::iter(first.map(Ok));
    Ok(StreamingBlob::wrap(first.chain(body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Error)]
    #[error("AwsChunkedStreamError: Underlying: {0}")]
    struct Wrapped(BodyFault);

    #[test]
    fn a_fault_of_ours_is_known_also_when_it_was_wrapped() {
        for (fault, expected) in [
            (BodyFault::Stalled, BodyProblem::TimedOut),
            (BodyFault::TooSlow, BodyProblem::TimedOut),
            (BodyFault::Chunk, BodyProblem::Malformed),
        ] {
            let BodyError::Io(told) = body_error(&Wrapped(fault)) else {
                panic!("not a problem of the body");
            };
            let told = told.get_ref().and_then(|e| e.downcast_ref());
            assert_eq!(told, Some(&expected));
        }
    }
}
