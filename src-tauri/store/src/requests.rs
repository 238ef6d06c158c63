//! One request struct and one result struct for each operation, named after it.

use std::fmt;

use stave_model::{
    Acl, Bucket, BucketName, ByteRange, Checksum, ChecksumAlgorithm, Checksums, Conditions, ETag,
    ObjectHeaders, ObjectKey, ObjectOwnership, ObjectPart, PartNumber, ResolvedRange, Sse, Tags,
    Timestamp, UserMetadata, UserName, Version, VersionId, Versioning,
};

use crate::{Body, ByteStream, CustomerKey, Error, SseRequest};

/// Makes a bucket.
#[derive(Debug, Clone)]
pub struct CreateBucket {
    /// Its name.
    pub bucket: BucketName,
    /// Whose it will be.
    pub owner: UserName,
    /// Who else may do what; `None` is nobody.
    pub acl: Option<Acl>,
    /// Who owns what others write; `None` leaves S3's default.
    pub ownership: Option<ObjectOwnership>,
}

impl CreateBucket {
    /// Makes the request for a private bucket.
    pub fn new(bucket: BucketName, owner: UserName) -> Self {
        Self {
            bucket,
            owner,
            acl: None,
            ownership: None,
        }
    }
}

/// Writes an object.
#[derive(Debug)]
pub struct PutObject {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// Who writes.
    pub owner: UserName,
    /// The standard headers.
    pub headers: ObjectHeaders,
    /// The user's own metadata.
    pub user_metadata: UserMetadata,
    /// What must hold of the present latest version.
    pub conditions: Conditions,
    /// The declared digests.
    pub checksums: Checksums,
    /// The tags.
    pub tags: Tags,
    /// Who else may do what; `None` is nobody.
    pub acl: Option<Acl>,
    /// The bytes.
    pub body: Body,
    /// How it is to be encrypted.
    pub encryption: SseRequest,
}

impl PutObject {
    /// Makes a plain write without headers or conditions.
    pub fn new(bucket: BucketName, key: ObjectKey, owner: UserName, body: Body) -> Self {
        Self {
            bucket,
            key,
            owner,
            headers: ObjectHeaders::default(),
            user_metadata: UserMetadata::new(),
            conditions: Conditions::default(),
            checksums: Checksums::default(),
            tags: Tags::default(),
            acl: None,
            encryption: SseRequest::default(),
            body,
        }
    }
}

/// What a write made.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The new version; `Null` where versioning is off or suspended.
    pub version: VersionId,
    /// Whether the bucket has ever been versioned, so that `x-amz-version-id` is told.
    pub versioning: Versioning,
    /// The entity tag.
    pub etag: ETag,
    /// The length in bytes.
    pub size_bytes: u64,
    /// When it was written.
    pub modified: Timestamp,
    /// The stored checksum.
    pub checksum: Option<Checksum>,
    /// How it is encrypted.
    pub sse: Sse,
}

/// Names an object or one of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRef {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// The version; `None` is the latest.
    pub version: Option<VersionId>,
}

/// Reads an object: all of it, a range, or one part.
#[derive(Debug, Clone)]
pub struct GetObject {
    /// Which.
    pub object: ObjectRef,
    /// Which bytes; `None` is all.
    pub range: Option<ByteRange>,
    /// Which part of a multipart object; excludes `range`.
    pub part: Option<PartNumber>,
    /// What must hold of the version.
    pub conditions: Conditions,
    /// The customer's key, where the object is under one. A read of another object is refused with it.
    pub customer_key: Option<CustomerKey>,
}

impl GetObject {
    /// Makes a read of the whole.
    pub fn whole(object: ObjectRef) -> Self {
        Self {
            object,
            range: None,
            part: None,
            conditions: Conditions::default(),
            customer_key: None,
        }
    }
}

/// A version and its bytes.
pub struct Got {
    /// The version.
    pub version: Version,
    /// The bucket's versioning state.
    pub versioning: Versioning,
    /// The bytes that `body` carries, where a range or a part was asked for.
    pub range: Option<ResolvedRange>,
    /// The additional checksum of the part, where a part was asked for.
    pub part_checksum: Option<Checksum>,
    /// The bytes. Each chunk is authenticated before it is handed out.
    pub body: ByteStream,
}

impl fmt::Debug for Got {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Got")
            .field("version", &self.version)
            .field("range", &self.range)
            .finish_non_exhaustive()
    }
}

/// A version without its bytes.
#[derive(Debug, Clone)]
pub struct Head {
    /// The version.
    pub version: Version,
    /// The bucket's versioning state.
    pub versioning: Versioning,
    /// The bytes that a GET would carry, where a range or a part was asked for.
    pub range: Option<ResolvedRange>,
    /// The additional checksum of the part, where a part was asked for.
    pub part_checksum: Option<Checksum>,
}

/// Lists the parts that a multipart object was made of.
#[derive(Debug, Clone)]
pub struct ListObjectParts {
    /// Which object.
    pub object: ObjectRef,
    /// Parts with a number above this one; 0 is all.
    pub after: u16,
    /// At most so many, up to 1,000.
    pub max_parts: u16,
    /// The customer's key, where the object is under one.
    pub customer_key: Option<CustomerKey>,
}

/// A page of the parts of an object; empty for one that was put whole.
#[derive(Debug, Clone)]
pub struct ObjectPartPage {
    /// The version.
    pub version: Version,
    /// The bucket's versioning state.
    pub versioning: Versioning,
    /// The parts, by number.
    pub parts: Vec<ObjectPart>,
    /// The number to go on behind, if there are more.
    pub next_after: Option<u16>,
}

/// Who may do what with a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectAcl {
    /// The version.
    pub version: VersionId,
    /// Who owns it.
    pub owner: UserName,
    /// The list; the private one where none was set.
    pub acl: Acl,
}

/// Deletes a key (which on a versioned bucket adds a delete marker) or one version for ever.
#[derive(Debug, Clone)]
pub struct DeleteObject {
    /// Which.
    pub object: ObjectRef,
    /// Who deletes: the owner of the delete marker.
    pub owner: UserName,
    /// `If-Match` of the present latest version.
    pub conditions: Conditions,
}

/// What a delete did. Deleting what is not there is no error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// The key.
    pub key: ObjectKey,
    /// The version that was removed for ever, or the delete marker that was added.
    pub version: Option<VersionId>,
    /// Whether `version` is a delete marker: one added, or one removed.
    pub delete_marker: bool,
}

/// The outcome of each delete of a batch, in the order asked.
pub type DeletedEach = Vec<(ObjectRef, Result<Deleted, Error>)>;

/// Copies a version. A local store re-wraps the data key and moves no bytes.
#[derive(Debug, Clone)]
pub struct CopyObject {
    /// From where.
    pub source: ObjectRef,
    /// What must hold of the source.
    pub source_conditions: Conditions,
    /// To which bucket.
    pub bucket: BucketName,
    /// To which key.
    pub key: ObjectKey,
    /// Who copies.
    pub owner: UserName,
    /// The new headers and user metadata; `None` keeps those of the source.
    pub replace: Option<(ObjectHeaders, UserMetadata)>,
    /// The new tags; `None` keeps those of the source.
    pub tags: Option<Tags>,
    /// Who else may do what with the copy; `None` is nobody, for a list is never copied.
    pub acl: Option<Acl>,
    /// What must hold of the present latest version at the target.
    pub conditions: Conditions,
    /// The algorithm of the checksum that the copy is to have; `None` keeps the source's.
    pub checksum: Option<ChecksumAlgorithm>,
    /// How the copy is to be encrypted.
    pub encryption: SseRequest,
    /// The customer's key of the source, where it is under one.
    pub source_customer_key: Option<CustomerKey>,
}

/// What a copy made.
#[derive(Debug, Clone)]
pub struct Copied {
    /// The new version.
    pub stored: Stored,
    /// The version that was copied.
    pub source_version: VersionId,
    /// The versioning state of the bucket that it came from.
    pub source_versioning: Versioning,
}

/// Lists the latest versions of a bucket that are no delete markers, in the order of the keys' bytes.
#[derive(Debug, Clone)]
pub struct ListObjects {
    /// The bucket.
    pub bucket: BucketName,
    /// Only keys that begin with this.
    pub prefix: String,
    /// Folds keys at the first delimiter after the prefix; empty folds nothing.
    pub delimiter: String,
    /// Begin after this key or common prefix: S3's marker, start-after or the token's content.
    pub after: Option<String>,
    /// At most so many keys and common prefixes together, 0 to 1,000.
    pub max_keys: u16,
}

/// A page of a listing. `objects` and `common_prefixes` are each sorted; together they have at most `max_keys`.
#[derive(Debug, Clone, Default)]
pub struct ObjectPage {
    /// The versions.
    pub objects: Vec<Version>,
    /// The folded prefixes, each with its delimiter at the end.
    pub common_prefixes: Vec<String>,
    /// Where the next page begins (`ListObjects::after`); `None` on the last page.
    pub next_after: Option<String>,
}

/// Lists all versions and delete markers of a bucket: keys in the order of their bytes, newest version first.
#[derive(Debug, Clone)]
pub struct ListVersions {
    /// The bucket.
    pub bucket: BucketName,
    /// Only keys that begin with this.
    pub prefix: String,
    /// Folds keys at the first delimiter after the prefix; empty folds nothing.
    pub delimiter: String,
    /// Begin after this key, or after this version of it.
    pub after: Option<(String, Option<VersionId>)>,
    /// At most so many versions and common prefixes together, 0 to 1,000.
    pub max_keys: u16,
}

/// A page of versions.
#[derive(Debug, Clone, Default)]
pub struct VersionPage {
    /// Versions and delete markers.
    pub versions: Vec<Version>,
    /// The folded prefixes.
    pub common_prefixes: Vec<String>,
    /// Where the next page begins; `None` on the last page.
    pub next_after: Option<(String, Option<VersionId>)>,
}

/// Encrypts a version otherwise, in its place: no new version, no bytes moved.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html>
#[derive(Debug, Clone)]
pub struct ReencryptObject {
    /// Which.
    pub object: ObjectRef,
    /// How it is to be encrypted.
    pub encryption: SseRequest,
    /// The customer's key, where the version is under one.
    pub customer_key: Option<CustomerKey>,
}

/// All buckets of a store.
pub type Buckets = Vec<Bucket>;
