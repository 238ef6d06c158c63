//! Bodies on their way out and in, chunk by chunk at the pace of the slower side.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream as SdkByteStream;
use bytes::{Bytes, BytesMut};
use futures::{StreamExt as _, stream};
use http_body::{Frame, SizeHint};
use stave_store::{Body, BodyError, ByteStream, Error, Result};

/// Up to here a body is held in memory, so that its request can be tried again. Larger ones are
/// sent once.
const REPEATABLE_MAX_BYTES: u64 = 1024 * 1024;
/// S3 wants the length before the first byte; a body of unknown length is held up to here, the
/// least size of a part, from which on it should travel in parts.
const UNKNOWN_MAX_BYTES: u64 = 5 * 1024 * 1024;

/// A body ready to be sent.
pub(crate) struct Outgoing {
    /// What the SDK sends.
    pub(crate) body: SdkByteStream,
    /// Its length, which is declared.
    pub(crate) size_bytes: u64,
    failure: Failure,
}

/// Where a body that fails while it is sent leaves its reason: the SDK would flatten it to text.
#[derive(Clone, Default)]
struct Failure(Arc<Mutex<Option<Error>>>);

impl Failure {
    fn set(&self, error: Error) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    fn take(&self) -> Option<Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What remains to tell of a body once the SDK has taken it.
pub(crate) struct Sent(Failure);

impl Sent {
    /// Returns why the body failed, if it did: that outranks what the SDK says of the request.
    pub(crate) fn failure(&self) -> Option<Error> {
        self.0.take()
    }
}

impl Outgoing {
    /// Takes a body apart. A checksum that only comes behind the body is not offered: S3 wants it
    /// before, or computed on the way, which `Checksums::computed` asks for.
    pub(crate) async fn of(body: Body) -> Result<Self> {
        if body.trailer.is_some() {
            return Err(Error::NotOffered {
                what: "a checksum behind the body",
            });
        }
        match body.size_bytes {
            Some(size) if size > REPEATABLE_MAX_BYTES => Ok(Self::streamed(body.stream, size)),
            declared => {
                let maximum = declared.unwrap_or(UNKNOWN_MAX_BYTES);
                let bytes = read_bounded(body.stream, maximum, declared).await?;
                Ok(Self::held(bytes))
            }
        }
    }

    fn held(bytes: Bytes) -> Self {
        Self {
            size_bytes: bytes.len() as u64,
            body: SdkByteStream::from(bytes),
            failure: Failure::default(),
        }
    }

    fn streamed(stream: ByteStream, size_bytes: u64) -> Self {
        let failure = Failure::default();
        let body = Streamed {
            stream,
            size_bytes,
            sent_bytes: 0,
            failure: failure.clone(),
        };
        Self {
            body: SdkByteStream::new(SdkBody::from_body_1_x(body)),
            size_bytes,
            failure,
        }
    }

    /// Parts the body from what will be known of its failure.
    pub(crate) fn split(self) -> (SdkByteStream, Sent) {
        (self.body, Sent(self.failure))
    }
}

/// Reads a small body whole and holds it to its declared length.
async fn read_bounded(
    mut stream: ByteStream,
    maximum_bytes: u64,
    declared_bytes: Option<u64>,
) -> Result<Bytes> {
    let mut all = BytesMut::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(Error::Body)?;
        let got_bytes = (all.len() + chunk.len()) as u64;
        match declared_bytes {
            Some(declared_bytes) if got_bytes > declared_bytes => {
                return Err(Error::IncompleteBody {
                    got_bytes,
                    declared_bytes,
                });
            }
            None if got_bytes > maximum_bytes => {
                return Err(Error::InvalidArgument(
                    "a body of unknown length goes to a remote store in parts",
                ));
            }
            _ => all.extend_from_slice(&chunk),
        }
    }
    match declared_bytes {
        Some(declared_bytes) if declared_bytes != all.len() as u64 => Err(Error::IncompleteBody {
            got_bytes: all.len() as u64,
            declared_bytes,
        }),
        _ => Ok(all.freeze()),
    }
}

/// A stream that is sent once. It ends exactly at its declared length, or fails: the connection is
/// then closed and the other side keeps nothing.
struct Streamed {
    stream: ByteStream,
    size_bytes: u64,
    sent_bytes: u64,
    failure: Failure,
}

impl Streamed {
    fn fail<T>(&self, error: Error) -> Poll<Option<std::result::Result<T, BodyError>>> {
        self.failure.set(error);
        Poll::Ready(Some(Err(BodyError::Aborted("the body failed".to_owned()))))
    }

    fn wrong_length<T>(&self, got_bytes: u64) -> Poll<Option<std::result::Result<T, BodyError>>> {
        self.fail(Error::IncompleteBody {
            got_bytes,
            declared_bytes: self.size_bytes,
        })
    }
}

impl http_body::Body for Streamed {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, BodyError>>> {
        match std::task::ready!(self.stream.poll_next_unpin(context)) {
            Some(Ok(chunk)) => {
                let sent_bytes = self.sent_bytes + chunk.len() as u64;
                if sent_bytes > self.size_bytes {
                    return self.wrong_length(sent_bytes);
                }
                self.sent_bytes = sent_bytes;
                Poll::Ready(Some(Ok(Frame::data(chunk))))
            }
            Some(Err(error)) => self.fail(Error::Body(error)),
            None if self.sent_bytes < self.size_bytes => self.wrong_length(self.sent_bytes),
            None => Poll::Ready(None),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.size_bytes - self.sent_bytes)
    }
}

/// Turns the body of an answer into the trait's stream.
pub(crate) fn incoming(body: SdkByteStream) -> ByteStream {
    Box::pin(stream::unfold(Some(body), |body| async move {
        let mut body = body?;
        match body.next().await? {
            Ok(chunk) => Some((Ok(chunk), Some(body))),
            // The first failure ends the stream.
            Err(error) => Some((Err(BodyError::Aborted(deepest(&error))), None)),
        }
    }))
}

/// Returns the text of the first cause, which names what happened.
fn deepest(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    fn body(chunks: &[usize], declared: Option<u64>) -> Body {
        let chunks: Vec<_> = chunks
            .iter()
            .map(|length| Ok(Bytes::from(vec![7; *length])))
            .collect();
        Body::from_stream(Box::pin(stream::iter(chunks)), declared)
    }

    /// Sends a body into the void; returns how many bytes went, or why not all.
    fn sent(chunks: &[usize], declared: Option<u64>) -> Result<usize> {
        futures::executor::block_on(async {
            let (body, sent) = Outgoing::of(body(chunks, declared)).await?.split();
            match body.into_inner().collect().await {
                Ok(all) => Ok(all.to_bytes().len()),
                Err(_) => Err(sent.failure().expect("a failed body says why")),
            }
        })
    }

    #[test]
    fn a_body_is_sent_whole_whether_it_is_held_or_streamed() {
        assert_eq!(sent(&[3, 4], Some(7)).unwrap(), 7);
        assert_eq!(sent(&[], Some(0)).unwrap(), 0);
        assert_eq!(sent(&[3, 4], None).unwrap(), 7);
        assert_eq!(sent(&[1 << 20, 1 << 20], Some(2 << 20)).unwrap(), 2 << 20);
    }

    #[test]
    fn a_body_of_another_length_than_declared_is_refused() {
        let check =
            |chunks: &[usize], declared, expected: (u64, u64)| match sent(chunks, Some(declared)) {
                Err(Error::IncompleteBody {
                    got_bytes,
                    declared_bytes,
                }) => {
                    assert_eq!((got_bytes, declared_bytes), expected);
                }
                other => panic!("{other:?}"),
            };
        check(&[3], 4, (3, 4));
        check(&[5], 4, (5, 4));
        check(&[1 << 20], 2 << 20, (1 << 20, 2 << 20));
        check(&[2 << 20, 1], 2 << 20, ((2 << 20) + 1, 2 << 20));
    }

    #[test]
    fn a_long_body_of_unknown_length_is_refused() {
        assert!(sent(&[5 << 20], None).is_ok());
        assert!(matches!(
            sent(&[5 << 20, 1], None),
            Err(Error::InvalidArgument(_))
        ));
    }

    #[test]
    fn a_failed_read_keeps_its_own_reason() {
        let chunks = vec![Ok(Bytes::from(vec![7; 2 << 20])), Err(BodyError::Damaged)];
        let body = Body::from_stream(Box::pin(stream::iter(chunks)), Some(4 << 20));
        let failure = futures::executor::block_on(async {
            let (body, sent) = Outgoing::of(body).await.unwrap().split();
            assert!(body.into_inner().collect().await.is_err());
            sent.failure()
        });
        assert!(matches!(failure, Some(Error::Body(BodyError::Damaged))));
    }
}
