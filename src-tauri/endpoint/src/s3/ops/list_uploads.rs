//! Listing uploads in progress, and the parts of one.

use s3s::dto::{
    self, Initiator, ListMultipartUploadsInput, ListMultipartUploadsOutput, ListPartsInput,
    ListPartsOutput, MultipartUpload, StorageClass,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};
use stave_model::{Part, PartNumber, Upload, UploadId, UserName};
use stave_store::{ListParts, ListUploads};

use super::list::{PAGE_MAX, told_delimiter, told_encoding};
use super::uploads::upload_ref;
use super::{Operations, verbatim};
use crate::s3::checksums::{Told, algorithm_name, checksum_type};
use crate::s3::convert::{
    Encoding, bucket_name, etag, length, owner, page_size, timestamp, upload_id,
};
use crate::s3::encryption;
use crate::s3::errors::from_store;

pub(super) async fn list_parts(
    ops: &Operations,
    request: S3Request<ListPartsInput>,
) -> S3Result<S3Response<ListPartsOutput>> {
    // What is told of parts is the same with a customer's key; a malformed one is refused all the same.
    encryption::of_read(&verbatim(&request)?.headers)?;
    let input = request.input;
    let max_parts = page_size(input.max_parts, "max-parts", PAGE_MAX)?;
    let marker = input.part_number_marker.unwrap_or(0);
    let after = page_size(Some(marker), "part-number-marker", PartNumber::MAX)?;
    let list = ListParts {
        upload: upload_ref(&input.bucket, &input.key, &input.upload_id)?,
        after,
        max_parts,
    };
    let page = ops.store.list_parts(list).await.map_err(from_store)?;
    Ok(S3Response::new(ListPartsOutput {
        bucket: Some(input.bucket),
        checksum_algorithm: page
            .checksum
            .map(|(algorithm, _)| algorithm_name(algorithm)),
        checksum_type: page.checksum.map(|(_, kind)| checksum_type(kind)),
        initiator: Some(initiator(&page.upload.owner)),
        is_truncated: Some(page.next_after.is_some()),
        key: Some(input.key),
        max_parts: Some(i32::from(max_parts)),
        next_part_number_marker: page.next_after.map(i32::from),
        owner: Some(owner(&page.upload.owner)),
        part_number_marker: Some(i32::from(after)),
        parts: Some(page.parts.iter().map(told_part).collect()),
        storage_class: Some(StorageClass::from(page.upload.storage_class.0)),
        upload_id: Some(input.upload_id),
        ..ListPartsOutput::default()
    }))
}

fn initiator(user: &UserName) -> Initiator {
    Initiator {
        display_name: Some(user.as_str().to_owned()),
        id: Some(user.as_str().to_owned()),
    }
}

fn told_part(part: &Part) -> dto::Part {
    let checksum = Told::bare(part.checksum.as_ref());
    dto::Part {
        checksum_crc32: checksum.crc32,
        checksum_crc32c: checksum.crc32c,
        checksum_crc64nvme: checksum.crc64nvme,
        checksum_sha1: checksum.sha1,
        checksum_sha256: checksum.sha256,
        e_tag: Some(etag(&part.etag)),
        last_modified: Some(timestamp(part.modified)),
        part_number: Some(i32::from(part.number.get())),
        size: Some(length(part.size_bytes)),
    }
}

pub(super) async fn list_multipart_uploads(
    ops: &Operations,
    request: S3Request<ListMultipartUploadsInput>,
) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
    let input = request.input;
    let encoding = Encoding::parse(input.encoding_type.as_ref())?;
    let max_uploads = page_size(input.max_uploads, "max-uploads", PAGE_MAX)?;
    if max_uploads == 0 {
        return Err(s3_error!(
            InvalidArgument,
            "Argument max-uploads must be an integer between 1 and 1000"
        ));
    }
    let key_marker = input.key_marker.filter(|marker| !marker.is_empty());
    // Without a key an upload id says nothing: S3 ignores it.
    let id_marker = input
        .upload_id_marker
        .filter(|m| !m.is_empty() && key_marker.is_some());
    let list = ListUploads {
        bucket: bucket_name(&input.bucket)?,
        prefix: input.prefix.unwrap_or_default(),
        delimiter: input.delimiter.unwrap_or_default(),
        after: after(key_marker.as_deref(), id_marker.as_deref())?,
        max_uploads,
    };
    let page = ops
        .store
        .list_uploads(list.clone())
        .await
        .map_err(from_store)?;
    let (next_key, next_id) = match &page.next_after {
        Some((key, id)) => (Some(key.as_str()), id.as_ref()),
        None => (None, None),
    };
    Ok(S3Response::new(ListMultipartUploadsOutput {
        bucket: Some(list.bucket.as_str().to_owned()),
        common_prefixes: encoding.write_prefixes(&page.common_prefixes),
        delimiter: told_delimiter(&list.delimiter, encoding),
        encoding_type: told_encoding(encoding),
        is_truncated: Some(page.next_after.is_some()),
        key_marker: Some(encoding.write(key_marker.as_deref().unwrap_or_default())),
        max_uploads: Some(i32::from(max_uploads)),
        next_key_marker: next_key.map(|key| encoding.write(key)),
        next_upload_id_marker: next_id.map(|id| id.as_str().to_owned()),
        prefix: Some(encoding.write(&list.prefix)),
        request_charged: None,
        upload_id_marker: Some(id_marker.unwrap_or_default()),
        uploads: Some(
            page.uploads
                .iter()
                .map(|u| told_upload(u, encoding))
                .collect(),
        ),
    }))
}

fn after(key: Option<&str>, id: Option<&str>) -> S3Result<Option<(String, Option<UploadId>)>> {
    let Some(key) = key else {
        return Ok(None);
    };
    Ok(Some((key.to_owned(), id.map(upload_id).transpose()?)))
}

fn told_upload(upload: &Upload, encoding: Encoding) -> MultipartUpload {
    MultipartUpload {
        initiated: Some(timestamp(upload.initiated)),
        initiator: Some(initiator(&upload.owner)),
        key: Some(encoding.write(upload.key.as_str())),
        owner: Some(owner(&upload.owner)),
        storage_class: Some(StorageClass::from(upload.storage_class.0.clone())),
        upload_id: Some(upload.id.as_str().to_owned()),
        ..MultipartUpload::default()
    }
}
