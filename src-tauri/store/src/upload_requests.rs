//! The requests and results of multipart uploads.

use stave_model::{
    Acl, BucketName, ByteRange, ChecksumAlgorithm, ChecksumKind, Checksums, Conditions, ETag,
    ObjectHeaders, ObjectKey, Part, PartNumber, Sse, Tags, Upload, UploadId, UserMetadata,
    UserName, VersionId, Versioning,
};

use crate::{Body, CustomerKey, ObjectRef, SseRequest};

/// Begins a multipart upload.
#[derive(Debug, Clone)]
pub struct CreateUpload {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// Who uploads.
    pub owner: UserName,
    /// The standard headers of the object to be.
    pub headers: ObjectHeaders,
    /// The user metadata of the object to be.
    pub user_metadata: UserMetadata,
    /// The additional checksum of the object to be, and what it covers.
    pub checksum: Option<(ChecksumAlgorithm, ChecksumKind)>,
    /// The tags of the object to be.
    pub tags: Tags,
    /// Who else may do what with the object to be; `None` is nobody.
    pub acl: Option<Acl>,
    /// How the object is to be encrypted.
    pub encryption: SseRequest,
}

/// An upload that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadBegun {
    /// Its id.
    pub upload: UploadId,
    /// How the object will be encrypted.
    pub sse: Sse,
}

/// Names an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRef {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// The upload.
    pub upload: UploadId,
}

/// Writes one part; a second write of the same number replaces the first.
#[derive(Debug)]
pub struct UploadPart {
    /// Which upload.
    pub upload: UploadRef,
    /// Which part.
    pub number: PartNumber,
    /// The declared digests.
    pub checksums: Checksums,
    /// The bytes.
    pub body: Body,
    /// The customer's key, where the upload is under one: the same for each part.
    pub customer_key: Option<CustomerKey>,
}

/// What an UploadPart made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartStored {
    /// The part.
    pub part: Part,
    /// How it is encrypted.
    pub sse: Sse,
}

/// Makes a part of the bytes of an object.
#[derive(Debug, Clone)]
pub struct UploadPartCopy {
    /// Which upload.
    pub upload: UploadRef,
    /// Which part.
    pub number: PartNumber,
    /// From where.
    pub source: ObjectRef,
    /// Which bytes; `None` is all. Unlike a GET's, it must lie wholly within the source.
    pub range: Option<ByteRange>,
    /// What must hold of the source.
    pub source_conditions: Conditions,
    /// The customer's key, where the upload is under one: the same for each part.
    pub customer_key: Option<CustomerKey>,
    /// The customer's key of the source, where it is under one.
    pub source_customer_key: Option<CustomerKey>,
}

/// What a part copy made.
#[derive(Debug, Clone)]
pub struct PartCopied {
    /// The part.
    pub part: Part,
    /// The version that was read.
    pub source_version: VersionId,
    /// The versioning state of the bucket that it came from.
    pub source_versioning: Versioning,
    /// How it is encrypted.
    pub sse: Sse,
}

/// A part as Complete names it.
#[derive(Debug, Clone)]
pub struct CompletedPart {
    /// Its number.
    pub number: PartNumber,
    /// The tag that UploadPart returned.
    pub etag: ETag,
    /// The checksum that UploadPart returned, if the client repeats it.
    pub checksum: Option<(ChecksumAlgorithm, Vec<u8>)>,
}

/// Makes an object of the parts.
#[derive(Debug, Clone)]
pub struct CompleteUpload {
    /// Which upload.
    pub upload: UploadRef,
    /// The parts, in ascending order.
    pub parts: Vec<CompletedPart>,
    /// What must hold of the present latest version.
    pub conditions: Conditions,
    /// The checksum of the whole, if the client declares one.
    pub checksum: Option<(ChecksumAlgorithm, Vec<u8>)>,
    /// The size of the whole (`x-amz-mp-object-size`), if the client declares it.
    pub size_bytes: Option<u64>,
    /// The customer's key, if the client repeats it; it must be the right one then.
    pub customer_key: Option<CustomerKey>,
}

/// Lists the parts of an upload.
#[derive(Debug, Clone)]
pub struct ListParts {
    /// Which upload.
    pub upload: UploadRef,
    /// Begin after this part number.
    pub after: u16,
    /// At most so many, 0 to 1,000.
    pub max_parts: u16,
}

/// A page of parts.
#[derive(Debug, Clone)]
pub struct PartPage {
    /// The upload that they belong to.
    pub upload: Upload,
    /// The additional checksum that was asked for.
    pub checksum: Option<(ChecksumAlgorithm, ChecksumKind)>,
    /// The parts, ascending.
    pub parts: Vec<Part>,
    /// Where the next page begins; `None` on the last page.
    pub next_after: Option<u16>,
}

/// Lists the uploads in progress: by key, then by the time of their beginning.
#[derive(Debug, Clone)]
pub struct ListUploads {
    /// The bucket.
    pub bucket: BucketName,
    /// Only keys that begin with this.
    pub prefix: String,
    /// Folds keys; empty folds nothing.
    pub delimiter: String,
    /// Begin after this key, or after this upload of it.
    pub after: Option<(String, Option<UploadId>)>,
    /// At most so many, 0 to 1,000.
    pub max_uploads: u16,
}

/// A page of uploads.
#[derive(Debug, Clone, Default)]
pub struct UploadPage {
    /// The uploads.
    pub uploads: Vec<Upload>,
    /// The folded prefixes.
    pub common_prefixes: Vec<String>,
    /// Where the next page begins; `None` on the last page.
    pub next_after: Option<(String, Option<UploadId>)>,
}
