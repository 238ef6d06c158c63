//! The small documents that some requests carry.

use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use s3s::{Body, S3Result, s3_error};

use super::bodies::body_error;
use super::errors::from_body;

/// Reads a document of at most so many bytes.
pub(super) async fn read_document(mut body: Body, maximum: usize) -> S3Result<Bytes> {
    if let Some(bytes) = body.bytes() {
        return Ok(bytes);
    }
    let mut document = BytesMut::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| from_body(&body_error(error.as_ref())))?;
        if document.len() + chunk.len() > maximum {
            return Err(s3_error!(
                MaxMessageLengthExceeded,
                "Your request was too big."
            ));
        }
        document.extend_from_slice(&chunk);
    }
    Ok(document.freeze())
}
