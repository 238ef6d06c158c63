//! Listing versions and delete markers.

use s3s::dto::{
    DeleteMarkerEntry, ListObjectVersionsInput, ListObjectVersionsOutput, ObjectVersion,
    ObjectVersionStorageClass,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};
use stave_model::{Version, VersionId, VersionKind};
use stave_store::ListVersions;

use super::Operations;
use super::list::{PAGE_MAX, told_delimiter, told_encoding};
use crate::s3::checksums::{algorithm_name, checksum_type};
use crate::s3::convert::{
    Encoding, bucket_name, etag, length, owner, page_size, timestamp, version_id,
};
use crate::s3::errors::from_store;

pub(super) async fn list_object_versions(
    ops: &Operations,
    request: S3Request<ListObjectVersionsInput>,
) -> S3Result<S3Response<ListObjectVersionsOutput>> {
    let input = request.input;
    let encoding = Encoding::parse(input.encoding_type.as_ref())?;
    let max_keys = page_size(input.max_keys, "max-keys", PAGE_MAX)?;
    let key_marker = input.key_marker.filter(|marker| !marker.is_empty());
    let id_marker = input.version_id_marker.filter(|marker| !marker.is_empty());
    let list = ListVersions {
        bucket: bucket_name(&input.bucket)?,
        prefix: input.prefix.unwrap_or_default(),
        delimiter: input.delimiter.unwrap_or_default(),
        after: after(key_marker.as_deref(), id_marker.as_deref())?,
        max_keys,
    };
    let page = ops
        .store
        .list_versions(list.clone())
        .await
        .map_err(from_store)?;
    let (markers, versions): (Vec<&Version>, Vec<&Version>) = page
        .versions
        .iter()
        .partition(|version| version.kind == VersionKind::DeleteMarker);
    let (next_key, next_id) = match &page.next_after {
        Some((key, id)) => (Some(key.as_str()), id.as_ref()),
        None => (None, None),
    };
    Ok(S3Response::new(ListObjectVersionsOutput {
        common_prefixes: encoding.write_prefixes(&page.common_prefixes),
        delete_markers: Some(
            markers
                .into_iter()
                .map(|v| told_marker(v, encoding))
                .collect(),
        ),
        delimiter: told_delimiter(&list.delimiter, encoding),
        encoding_type: told_encoding(encoding),
        is_truncated: Some(page.next_after.is_some()),
        key_marker: Some(encoding.write(key_marker.as_deref().unwrap_or_default())),
        max_keys: Some(i32::from(max_keys)),
        name: Some(list.bucket.as_str().to_owned()),
        next_key_marker: next_key.map(|key| encoding.write(key)),
        next_version_id_marker: next_id.map(|id| id.as_str().to_owned()),
        prefix: Some(encoding.write(&list.prefix)),
        request_charged: None,
        version_id_marker: Some(id_marker.unwrap_or_default()),
        versions: Some(
            versions
                .into_iter()
                .map(|v| told_version(v, encoding))
                .collect(),
        ),
    }))
}

fn after(key: Option<&str>, id: Option<&str>) -> S3Result<Option<(String, Option<VersionId>)>> {
    match (key, id) {
        (None, None) => Ok(None),
        (Some(key), id) => Ok(Some((key.to_owned(), version_id(id)?))),
        (None, Some(_)) => Err(s3_error!(
            InvalidArgument,
            "A version-id marker cannot be specified without a key marker."
        )),
    }
}

fn told_version(version: &Version, encoding: Encoding) -> ObjectVersion {
    let class = version.headers.storage_class.0.clone();
    ObjectVersion {
        checksum_algorithm: version
            .checksum
            .as_ref()
            .map(|c| vec![algorithm_name(c.algorithm)]),
        checksum_type: version.checksum.as_ref().map(|c| checksum_type(c.kind)),
        e_tag: Some(etag(&version.etag)),
        is_latest: Some(version.is_latest),
        key: Some(encoding.write(version.key.as_str())),
        last_modified: Some(timestamp(version.modified)),
        owner: Some(owner(&version.owner)),
        restore_status: None,
        size: Some(length(version.size_bytes)),
        storage_class: Some(ObjectVersionStorageClass::from(class)),
        version_id: Some(version.id.as_str().to_owned()),
    }
}

fn told_marker(version: &Version, encoding: Encoding) -> DeleteMarkerEntry {
    DeleteMarkerEntry {
        is_latest: Some(version.is_latest),
        key: Some(encoding.write(version.key.as_str())),
        last_modified: Some(timestamp(version.modified)),
        owner: Some(owner(&version.owner)),
        version_id: Some(version.id.as_str().to_owned()),
    }
}
