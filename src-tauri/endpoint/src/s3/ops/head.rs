//! Telling of an object without reading it.

use hyper::header::HeaderName;
use s3s::dto::{HeadObjectInput, HeadObjectOutput};
use s3s::{S3Request, S3Response, S3Result};

use super::read::{Read, Shown, check_overrides, reads, stored_headers};
use super::{Operations, caller, verbatim};
use crate::s3::convert::{etag, timestamp, told_storage_class};
use crate::s3::encryption;

const TAGGING_COUNT: HeaderName = HeaderName::from_static("x-amz-tagging-count");

pub(super) async fn head_object(
    ops: &Operations,
    request: S3Request<HeadObjectInput>,
) -> S3Result<S3Response<HeadObjectOutput>> {
    check_overrides(&caller(&request)?, &request.uri)?;
    let headers = verbatim(&request)?.headers;
    let input = request.input;
    let version = input.version_id.as_deref();
    let get = reads(
        &headers,
        &input.bucket,
        &input.key,
        version,
        input.part_number,
    )?;
    let head = match ops.acting().head_object(get.clone()).await {
        Ok(head) => head,
        Err(error) => return Err(ops.read_error(error, get).await),
    };
    let version = head.version;
    let read = Read {
        get: &get,
        part_checksum: head.part_checksum.as_ref(),
    };
    let shown = Shown::new(&version, head.versioning, head.range, &read, &headers)?;
    let mut told = stored_headers(&version.headers, &request.uri)?;
    told.extend(encryption::told(&version.sse, &ops.region, &headers));
    if let Some(count) = shown.tag_count {
        // s3s knows this header of a GET alone.
        told.insert(TAGGING_COUNT, count.into());
    }
    let output = HeadObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        checksum_crc32: shown.checksum.crc32,
        checksum_crc32c: shown.checksum.crc32c,
        checksum_crc64nvme: shown.checksum.crc64nvme,
        checksum_sha1: shown.checksum.sha1,
        checksum_sha256: shown.checksum.sha256,
        checksum_type: shown.checksum.kind,
        content_length: Some(shown.length),
        content_range: shown.content_range,
        e_tag: Some(etag(&version.etag)),
        last_modified: Some(timestamp(version.modified)),
        metadata: Some(version.user_metadata.into_iter().collect()),
        parts_count: shown.parts_count,
        storage_class: told_storage_class(&version.headers.storage_class),
        version_id: shown.version_id,
        ..HeadObjectOutput::default()
    };
    Ok(S3Response::with_headers(output, told))
}
