//! Buckets, versions, parts and what is told of them.

use std::collections::BTreeMap;

use crate::{
    Acl, BucketName, Checksum, ETag, ObjectKey, PartNumber, Sse, Tags, Timestamp, UploadId,
    UserName, VersionId, Versioning,
};

/// User metadata: names in lower case without `x-amz-meta-`, values as sent. At most 2 KiB in all.
pub type UserMetadata = BTreeMap<String, String>;

/// A bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name, unique in the vault.
    pub name: BucketName,
    /// When it was made.
    pub created: Timestamp,
    /// Whose it is.
    pub owner: UserName,
    /// Its versioning state.
    pub versioning: Versioning,
    /// Kept counters; `None` where a remote store does not tell.
    pub usage: Option<BucketUsage>,
}

/// What a bucket holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BucketUsage {
    /// Keys whose latest version is no delete marker.
    pub objects: u64,
    /// The bytes of those.
    pub size_bytes: u64,
    /// All versions, delete markers included.
    pub versions: u64,
    /// The bytes of all versions.
    pub all_versions_size_bytes: u64,
}

/// The standard headers that travel with an object and come back with it, as the client sent them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectHeaders {
    /// `Content-Type`; S3 answers `binary/octet-stream` where none was sent.
    pub content_type: Option<String>,
    /// `Cache-Control`.
    pub cache_control: Option<String>,
    /// `Content-Disposition`.
    pub content_disposition: Option<String>,
    /// `Content-Encoding`, without `aws-chunked`.
    pub content_encoding: Option<String>,
    /// `Content-Language`.
    pub content_language: Option<String>,
    /// `Expires`, as text.
    pub expires: Option<String>,
    /// `x-amz-website-redirect-location`.
    pub website_redirect: Option<String>,
    /// `x-amz-storage-class`; kept and told, of no effect in a local store.
    pub storage_class: StorageClass,
}

/// A storage class by S3's name; `STANDARD` where none was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageClass(pub String);

impl Default for StorageClass {
    fn default() -> Self {
        Self("STANDARD".to_owned())
    }
}

/// Whether a version is an object or the mark of a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionKind {
    /// Bytes and metadata.
    Object,
    /// A delete marker: no bytes; as the latest version it hides the key.
    DeleteMarker,
}

/// One version of an object, without its bytes. For a delete marker, size, `etag` and headers are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The key.
    pub key: ObjectKey,
    /// Its id.
    pub id: VersionId,
    /// Object or delete marker.
    pub kind: VersionKind,
    /// Whether it is the latest of its key.
    pub is_latest: bool,
    /// The length of the body in bytes.
    pub size_bytes: u64,
    /// The entity tag.
    pub etag: ETag,
    /// When it was written.
    pub modified: Timestamp,
    /// Who wrote it.
    pub owner: UserName,
    /// The standard headers.
    pub headers: ObjectHeaders,
    /// The user's own metadata.
    pub user_metadata: UserMetadata,
    /// The stored additional checksum.
    pub checksum: Option<Checksum>,
    /// How it is encrypted.
    pub sse: Sse,
    /// The number of parts of a multipart object, 0 for one that was put whole.
    pub parts: u16,
    /// Its tags; a remote store tells them of single objects only.
    pub tags: Tags,
    /// Its own access control list; `None` is the private one of its owner.
    pub acl: Option<Acl>,
}

/// A part of a multipart upload in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its number.
    pub number: PartNumber,
    /// The length in bytes.
    pub size_bytes: u64,
    /// The entity tag: the MD5 of its bytes.
    pub etag: ETag,
    /// When it was written.
    pub modified: Timestamp,
    /// The additional checksum of its bytes.
    pub checksum: Option<Checksum>,
}

/// A multipart upload in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// The bucket that it goes to.
    pub bucket: BucketName,
    /// The key that it will have.
    pub key: ObjectKey,
    /// When it was begun.
    pub initiated: Timestamp,
    /// Who began it.
    pub owner: UserName,
    /// The storage class that it will have.
    pub storage_class: StorageClass,
    /// What its parts take; `None` where a remote store does not tell.
    pub usage: Option<UploadUsage>,
}

/// What the parts of an upload in progress take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UploadUsage {
    /// How many parts have come.
    pub parts: u16,
    /// Their bytes in all.
    pub size_bytes: u64,
}

/// A part of a multipart object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectPart {
    /// Its number.
    pub number: PartNumber,
    /// The length in bytes.
    pub size_bytes: u64,
    /// The additional checksum of its bytes.
    pub checksum: Option<Checksum>,
}
