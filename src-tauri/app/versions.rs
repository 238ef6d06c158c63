//! The versions of one key.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use stave_model::{
    BucketName, Checksum, ChecksumKind, Conditions, ObjectPart, Version, VersionId, VersionKind,
};
use stave_store::{DeleteObject, ListObjectParts, ListVersions, ObjectRef, Result, Store};

use crate::access;
use crate::args::window_user;
use crate::errors::{Answer, Failure};
use crate::views::{
    AccessView, ChecksumView, EncryptionView, ObjectPartView, ObjectPartsView, ObjectView, TagView,
};

/// The most versions of a key that the window is given; a person reads fewer.
const VERSIONS_MAX: usize = 10_000;

/// How many parts the window is given at a time.
const PARTS_PAGE: u16 = 100;

/// What S3 answers for an object that was sent without a type.
const DEFAULT_TYPE: &str = "binary/octet-stream";

/// What stays as it is in an address: RFC 3986's unreserved characters, and the slashes of a key.
const KEY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Lists the versions and delete markers of a key, newest first.
pub async fn of_key(store: &dyn Store, object: &ObjectRef) -> Result<Vec<Version>> {
    let mut found = Vec::new();
    let mut after = None;
    while found.len() < VERSIONS_MAX {
        let list = ListVersions {
            bucket: object.bucket.clone(),
            prefix: object.key.as_str().to_owned(),
            delimiter: String::new(),
            after,
            max_keys: 1_000,
        };
        let page = store.list_versions(list).await?;
        // The key itself comes before all keys that only begin with it.
        let all = page.versions.len();
        let own = page.versions.into_iter().filter(|v| v.key == object.key);
        let before = found.len();
        found.extend(own);
        let others_begun = found.len() - before < all;
        after = page.next_after;
        if others_begun || after.is_none() {
            break;
        }
    }
    Ok(found)
}

/// Brings a deleted key back: removes the delete markers that hide its last version.
pub async fn undelete(store: &dyn Store, object: ObjectRef) -> Answer<()> {
    let versions = of_key(store, &object).await?;
    let is_marker = |version: &&Version| version.kind == VersionKind::DeleteMarker;
    let markers: Vec<_> = versions.iter().take_while(is_marker).collect();
    if markers.len() == versions.len() {
        return Err(Failure::refused(
            "nothing_to_undelete",
            "no older version of this object is left",
            "",
        ));
    }
    for marker in markers {
        remove(store, &object, marker.id.clone()).await?;
    }
    Ok(())
}

async fn remove(store: &dyn Store, object: &ObjectRef, version: VersionId) -> Result<()> {
    let delete = DeleteObject {
        object: ObjectRef {
            version: Some(version),
            ..object.clone()
        },
        owner: window_user(),
        conditions: Conditions::default(),
    };
    store.delete_object(delete).await?;
    Ok(())
}

/// Tells everything of a version; `endpoint` is empty while it is off.
pub async fn details(
    store: &dyn Store,
    bucket: &BucketName,
    version: Version,
    endpoint: &str,
    encryption: EncryptionView,
) -> Result<ObjectView> {
    let access = access::of_version(store, bucket, &version).await?;
    Ok(shown(bucket, version, endpoint, (access, encryption)))
}

fn shown(
    bucket: &BucketName,
    version: Version,
    endpoint: &str,
    (access, encryption): (AccessView, EncryptionView),
) -> ObjectView {
    let key = version.key.as_str();
    let headers = version.headers;
    ObjectView {
        s3_uri: format!("s3://{bucket}/{key}"),
        url: match endpoint {
            "" => String::new(),
            endpoint => format!("{endpoint}/{bucket}/{}", utf8_percent_encode(key, KEY)),
        },
        bucket: bucket.as_str().to_owned(),
        key: key.to_owned(),
        version_id: version.id.as_str().to_owned(),
        is_latest: version.is_latest,
        size_bytes: version.size_bytes,
        etag: version.etag.as_str().to_owned(),
        modified: version.modified.as_millis(),
        owner: version.owner.as_str().to_owned(),
        content_type: headers
            .content_type
            .unwrap_or_else(|| DEFAULT_TYPE.to_owned()),
        cache_control: headers.cache_control,
        content_disposition: headers.content_disposition,
        content_encoding: headers.content_encoding,
        content_language: headers.content_language,
        expires: headers.expires,
        storage_class: headers.storage_class.0,
        user_metadata: version.user_metadata,
        checksum: version.checksum.as_ref().map(checksum),
        encryption,
        parts: u32::from(version.parts),
        tags: TagView::all(&version.tags),
        access,
    }
}

/// Lists parts of a multipart object, those with a number above `after`.
pub async fn parts(store: &dyn Store, object: ObjectRef, after: u16) -> Result<ObjectPartsView> {
    let list = ListObjectParts {
        object,
        after,
        max_parts: PARTS_PAGE,
        customer_key: None,
    };
    let page = store.list_object_parts(list).await?;
    let view = |part: ObjectPart| ObjectPartView {
        number: part.number.get(),
        size_bytes: part.size_bytes,
        checksum: part.checksum.as_ref().map(checksum),
    };
    Ok(ObjectPartsView {
        parts: page.parts.into_iter().map(view).collect(),
        next_after: page.next_after,
    })
}

fn checksum(checksum: &Checksum) -> ChecksumView {
    let value = base64(&checksum.value);
    ChecksumView {
        algorithm: checksum.algorithm.as_str().to_owned(),
        kind: checksum.kind.as_str().to_owned(),
        value: match checksum.kind {
            ChecksumKind::FullObject => value,
            ChecksumKind::Composite => format!("{value}-{}", checksum.parts),
        },
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
