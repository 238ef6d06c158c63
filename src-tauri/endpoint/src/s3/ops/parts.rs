//! The parts of a multipart upload.

use s3s::dto::{
    CopyPartResult, UploadPartCopyInput, UploadPartCopyOutput, UploadPartInput, UploadPartOutput,
};
use s3s::{S3Request, S3Response, S3Result};
use stave_store::{ListParts, UploadPart, UploadPartCopy};

use super::put::checked_length;
use super::uploads::upload_ref;
use super::{Operations, verbatim};
use crate::s3::bodies::incoming;
use crate::s3::checksums::{Told, declared, trailer};
use crate::s3::convert::{etag, part_number, timestamp, told_version};
use crate::s3::encryption;
use crate::s3::errors::{from_store, from_upload};
use crate::s3::headers::{
    OF_SOURCE, body_length, conditions, copy_source_range, expects_to_be_asked,
};

pub(super) async fn upload_part(
    ops: &Operations,
    request: S3Request<UploadPartInput>,
) -> S3Result<S3Response<UploadPartOutput>> {
    let verbatim = verbatim(&request)?;
    let headers = &verbatim.headers;
    let input = request.input;
    let size_bytes = checked_length(body_length(headers)?)?;
    let part = UploadPart {
        upload: upload_ref(&input.bucket, &input.key, &input.upload_id)?,
        number: part_number(input.part_number)?,
        checksums: declared(headers)?,
        body: incoming(
            input.body,
            size_bytes,
            trailer(headers, verbatim.trailers.clone())?,
        ),
        customer_key: encryption::of_part(headers, ops.dialect)?,
    };
    if expects_to_be_asked(headers) {
        // Whether there is such an upload, before its bytes are asked for.
        let look = ListParts {
            upload: part.upload.clone(),
            after: 0,
            max_parts: 0,
        };
        ops.store.list_parts(look).await.map_err(from_store)?;
    }
    let part = ops.acting().upload_part(part).await.map_err(from_upload)?;
    let sse = encryption::told(&part.sse, &ops.region, headers);
    let checksum = Told::bare(part.part.checksum.as_ref());
    let output = UploadPartOutput {
        checksum_crc32: checksum.crc32,
        checksum_crc32c: checksum.crc32c,
        checksum_crc64nvme: checksum.crc64nvme,
        checksum_sha1: checksum.sha1,
        checksum_sha256: checksum.sha256,
        e_tag: Some(etag(&part.part.etag)),
        ..UploadPartOutput::default()
    };
    Ok(S3Response::with_headers(output, sse))
}

pub(super) async fn upload_part_copy(
    ops: &Operations,
    request: S3Request<UploadPartCopyInput>,
) -> S3Result<S3Response<UploadPartCopyOutput>> {
    let headers = verbatim(&request)?.headers;
    let input = request.input;
    let source = ops.copy_source(&input.copy_source).await?;
    if let Some(expected) = &input.expected_source_bucket_owner {
        let expected = expected.as_bytes();
        ops.rights.is_owned_by(&source.bucket, expected).await?;
    }
    let copy = UploadPartCopy {
        upload: upload_ref(&input.bucket, &input.key, &input.upload_id)?,
        number: part_number(input.part_number)?,
        source,
        range: copy_source_range(&headers)?,
        source_conditions: conditions(&headers, &OF_SOURCE)?,
        customer_key: encryption::of_part(&headers, ops.dialect)?,
        source_customer_key: encryption::of_source(&headers)?,
    };
    let copied = ops.acting().upload_part_copy(copy).await;
    let copied = copied.map_err(from_upload)?;
    let sse = encryption::told(&copied.sse, &ops.region, &headers);
    let checksum = Told::bare(copied.part.checksum.as_ref());
    let output = UploadPartCopyOutput {
        copy_part_result: Some(CopyPartResult {
            checksum_crc32: checksum.crc32,
            checksum_crc32c: checksum.crc32c,
            checksum_crc64nvme: checksum.crc64nvme,
            checksum_sha1: checksum.sha1,
            checksum_sha256: checksum.sha256,
            e_tag: Some(etag(&copied.part.etag)),
            last_modified: Some(timestamp(copied.part.modified)),
        }),
        copy_source_version_id: told_version(&copied.source_version, copied.source_versioning),
        ..UploadPartCopyOutput::default()
    };
    Ok(S3Response::with_headers(output, sse))
}
