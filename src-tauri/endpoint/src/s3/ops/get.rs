//! Reading an object.

use s3s::dto::{GetObjectInput, GetObjectOutput, GetObjectTorrentInput, GetObjectTorrentOutput};
use s3s::{S3Request, S3Response, S3Result, s3_error};
use stave_store::GetObject;

use super::read::{Read, Shown, check_overrides, reads, stored_headers};
use super::{Operations, caller, verbatim};
use crate::s3::bodies::outgoing;
use crate::s3::convert::{etag, object_ref, timestamp, told_storage_class};
use crate::s3::encryption;
use crate::s3::errors::{from_body, from_store};

pub(super) async fn get_object(
    ops: &Operations,
    request: S3Request<GetObjectInput>,
) -> S3Result<S3Response<GetObjectOutput>> {
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
    let got = match ops.acting().get_object(get.clone()).await {
        Ok(got) => got,
        Err(error) => return Err(ops.read_error(error, get).await),
    };
    let version = got.version;
    let read = Read {
        get: &get,
        part_checksum: got.part_checksum.as_ref(),
    };
    let shown = Shown::new(&version, got.versioning, got.range, &read, &headers)?;
    let mut told = stored_headers(&version.headers, &request.uri)?;
    told.extend(encryption::told(&version.sse, &ops.region, &headers));
    let body = outgoing(got.body).await.map_err(|e| from_body(&e))?;
    let output = GetObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        body: Some(body),
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
        tag_count: shown.tag_count,
        version_id: shown.version_id,
        ..GetObjectOutput::default()
    };
    Ok(S3Response::with_headers(output, told))
}

/// Torrents are withdrawn at S3 too: no object has one.
pub(super) async fn get_object_torrent(
    ops: &Operations,
    request: S3Request<GetObjectTorrentInput>,
) -> S3Result<S3Response<GetObjectTorrentOutput>> {
    let object = object_ref(&request.input.bucket, &request.input.key, None)?;
    let head = ops.acting().head_object(GetObject::whole(object)).await;
    head.map_err(from_store)?;
    Err(s3_error!(NoSuchKey, "There is no torrent of this object."))
}
