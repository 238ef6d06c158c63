//! Listings of objects, versions and uploads. Names are asked for URL-encoded, since XML cannot
//! carry every character that a key may have.

use std::cmp::Reverse;

use aws_sdk_s3::types::{
    CommonPrefix, DeleteMarkerEntry, EncodingType, MultipartUpload, Object, ObjectStorageClass,
    ObjectVersion, ObjectVersionStorageClass, StorageClass as SdkStorageClass,
};
use stave_model::{
    BucketName, ETag, Sse, Upload, UploadId, UserMetadata, Version, VersionId, VersionKind,
};
use stave_store::{
    ListObjects, ListUploads, ListVersions, ObjectPage, Result, UploadPage, VersionPage,
};

use crate::RemoteStore;
use crate::errors::Asked;
use crate::metadata::{listed_headers, storage_class};
use crate::words::{Decoder, etag, garbled, moment, owner_name, parts_of_etag, size, version_id};

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl RemoteStore {
    /// Lists objects, by ListObjects: its marker may be a key or a common prefix, as `after` may.
    /// S3 does not tell version ids here: `Null` stands for each, and metadata stays empty.
    pub(crate) async fn objects(&self, list: ListObjects) -> Result<ObjectPage> {
        let asked = Asked::bucket("listing objects", &list.bucket);
        let answer = self
            .client
            .list_objects()
            .bucket(list.bucket.as_str())
            .set_prefix(given(&list.prefix))
            .set_delimiter(given(&list.delimiter))
            .set_marker(list.after)
            .max_keys(i32::from(list.max_keys))
            .encoding_type(EncodingType::Url)
            .send()
            .await
            .map_err(|e| asked.failed(e))?;
        let decoder = Decoder::of(answer.encoding_type());
        let mut page = ObjectPage {
            objects: answer
                .contents()
                .iter()
                .map(|object| listed_object(object, &decoder))
                .collect::<Result<_>>()?,
            common_prefixes: decoded_prefixes(answer.common_prefixes(), &decoder),
            next_after: None,
        };
        if answer.is_truncated().unwrap_or(false) {
            let told = answer.next_marker().map(|marker| decoder.text(marker));
            page.next_after = told.or_else(|| last_name(&page));
        }
        Ok(page)
    }

    /// Lists versions. S3's answer parts versions from delete markers; they are brought together
    /// again by key and time.
    pub(crate) async fn versions(&self, list: ListVersions) -> Result<VersionPage> {
        let asked = Asked::bucket("listing versions", &list.bucket);
        let (key_marker, version_marker) = list.after.unzip();
        let answer = self
            .client
            .list_object_versions()
            .bucket(list.bucket.as_str())
            .set_prefix(given(&list.prefix))
            .set_delimiter(given(&list.delimiter))
            .set_key_marker(key_marker)
            .set_version_id_marker(version_marker.flatten().map(|id| id.to_string()))
            .max_keys(i32::from(list.max_keys))
            .encoding_type(EncodingType::Url)
            .send()
            .await
            .map_err(|e| asked.failed(e))?;
        let decoder = Decoder::of(answer.encoding_type());
        let versions = answer.versions().iter();
        let markers = answer.delete_markers().iter();
        let mut versions = versions
            .map(|version| listed_version(version, &decoder))
            .chain(markers.map(|marker| listed_marker(marker, &decoder)))
            .collect::<Result<Vec<_>>>()?;
        versions.sort_by(|a, b| order(a).cmp(&order(b)));
        let next_key = answer
            .next_key_marker()
            .filter(|_| answer.is_truncated().unwrap_or(false));
        Ok(VersionPage {
            versions,
            common_prefixes: decoded_prefixes(answer.common_prefixes(), &decoder),
            next_after: next_key.map(|key| {
                let version = answer.next_version_id_marker().filter(|id| !id.is_empty());
                (decoder.text(key), version.map(|id| version_id(Some(id))))
            }),
        })
    }

    /// Lists uploads in progress.
    pub(crate) async fn uploads(&self, list: ListUploads) -> Result<UploadPage> {
        let asked = Asked::bucket("listing uploads", &list.bucket);
        let (key_marker, upload_marker) = list.after.unzip();
        let answer = self
            .client
            .list_multipart_uploads()
            .bucket(list.bucket.as_str())
            .set_prefix(given(&list.prefix))
            .set_delimiter(given(&list.delimiter))
            .set_key_marker(key_marker)
            .set_upload_id_marker(upload_marker.flatten().map(|id| id.to_string()))
            .max_uploads(i32::from(list.max_uploads))
            .encoding_type(EncodingType::Url)
            .send()
            .await
            .map_err(|e| asked.failed(e))?;
        let decoder = Decoder::of(answer.encoding_type());
        let next_key = answer
            .next_key_marker()
            .filter(|_| answer.is_truncated().unwrap_or(false));
        Ok(UploadPage {
            uploads: answer
                .uploads()
                .iter()
                .map(|upload| listed_upload(upload, &list.bucket, &decoder))
                .collect::<Result<_>>()?,
            common_prefixes: decoded_prefixes(answer.common_prefixes(), &decoder),
            next_after: next_key.map(|key| {
                let upload = answer.next_upload_id_marker();
                let upload = upload.and_then(|id| UploadId::parse(id).ok());
                (decoder.text(key), upload)
            }),
        })
    }
}

fn decoded_prefixes(prefixes: &[CommonPrefix], decoder: &Decoder) -> Vec<String> {
    prefixes
        .iter()
        .filter_map(|prefix| Some(decoder.text(prefix.prefix()?)))
        .collect()
}

/// Returns the greatest name of a page, from which the next one goes on where the answer does not
/// say.
fn last_name(page: &ObjectPage) -> Option<String> {
    let key = page.objects.last().map(|object| object.key.as_str());
    let prefix = page.common_prefixes.last().map(String::as_str);
    key.max(prefix).map(str::to_owned)
}

/// Keys in the order of their bytes, newest first; the latest leads, since two writes may share a
/// moment.
fn order(version: &Version) -> (&str, bool, Reverse<i64>) {
    (
        version.key.as_str(),
        !version.is_latest,
        Reverse(version.modified.as_millis()),
    )
}

fn listed_object(object: &Object, decoder: &Decoder) -> Result<Version> {
    let tag = etag(object.e_tag());
    Ok(Version {
        key: decoder.key(object.key())?,
        id: VersionId::Null,
        kind: VersionKind::Object,
        is_latest: true,
        size_bytes: size(object.size()),
        modified: moment(object.last_modified()),
        owner: owner_name(object.owner()),
        headers: listed_headers(storage_class(
            object.storage_class().map(ObjectStorageClass::as_str),
        )),
        user_metadata: UserMetadata::new(),
        checksum: None,
        sse: Sse::S3,
        parts: parts_of_etag(&tag),
        etag: tag,
        tags: stave_model::Tags::default(),
        acl: None,
    })
}

fn listed_version(version: &ObjectVersion, decoder: &Decoder) -> Result<Version> {
    let tag = etag(version.e_tag());
    Ok(Version {
        key: decoder.key(version.key())?,
        id: version_id(version.version_id()),
        kind: VersionKind::Object,
        is_latest: version.is_latest().unwrap_or(false),
        size_bytes: size(version.size()),
        modified: moment(version.last_modified()),
        owner: owner_name(version.owner()),
        headers: listed_headers(storage_class(
            version
                .storage_class()
                .map(ObjectVersionStorageClass::as_str),
        )),
        user_metadata: UserMetadata::new(),
        checksum: None,
        sse: Sse::S3,
        parts: parts_of_etag(&tag),
        etag: tag,
        tags: stave_model::Tags::default(),
        acl: None,
    })
}

fn listed_marker(marker: &DeleteMarkerEntry, decoder: &Decoder) -> Result<Version> {
    Ok(Version {
        key: decoder.key(marker.key())?,
        id: version_id(marker.version_id()),
        kind: VersionKind::DeleteMarker,
        is_latest: marker.is_latest().unwrap_or(false),
        size_bytes: 0,
        etag: ETag::parse(""),
        modified: moment(marker.last_modified()),
        owner: owner_name(marker.owner()),
        headers: listed_headers(storage_class(None)),
        user_metadata: UserMetadata::new(),
        checksum: None,
        sse: Sse::S3,
        parts: 0,
        tags: stave_model::Tags::default(),
        acl: None,
    })
}

fn listed_upload(
    upload: &MultipartUpload,
    bucket: &BucketName,
    decoder: &Decoder,
) -> Result<Upload> {
    let id = UploadId::parse(upload.upload_id().unwrap_or_default())
        .map_err(|e| garbled("reading a listing of uploads", e))?;
    Ok(Upload {
        id,
        bucket: bucket.clone(),
        key: decoder.key(upload.key())?,
        initiated: moment(upload.initiated()),
        owner: owner_name(upload.owner()),
        storage_class: storage_class(upload.storage_class().map(SdkStorageClass::as_str)),
        usage: None,
    })
}
