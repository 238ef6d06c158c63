//! The trait.

use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::Stream;
use stave_model::{
    Acl, Actor, Bucket, BucketConfig, BucketConfigKind, BucketName, Change, Sse, Tags, VersionId,
    Versioning,
};

use crate::requests::{
    Buckets, Copied, CopyObject, CreateBucket, DeleteObject, Deleted, DeletedEach, GetObject, Got,
    Head, ListObjectParts, ListObjects, ListVersions, ObjectAcl, ObjectPage, ObjectPartPage,
    ObjectRef, PutObject, ReencryptObject, Stored, VersionPage,
};
use crate::upload_requests::{
    CompleteUpload, CreateUpload, ListParts, ListUploads, PartCopied, PartPage, PartStored,
    UploadBegun, UploadPage, UploadPart, UploadPartCopy, UploadRef,
};
use crate::{Error, Result};

/// Changes after their commit, whoever wrote. A slow reader misses none: it is told `Change::Everything`.
pub type ChangeStream = Pin<Box<dyn Stream<Item = Change> + Send>>;

/// A store of buckets and objects: a local vault or a remote cluster. The words and rules are S3's; each
/// method says only what S3's page on the operation of the same name leaves open.
#[async_trait]
pub trait Store: Send + Sync {
    /// Returns this store as it is for someone: whose rights to keys count, and whom the audit names. A store
    /// that nobody was named for acts for the owner. A remote store acts for whoever its credentials are.
    fn acting_for(&self, actor: Actor) -> Arc<dyn Store>;

    /// Lists all buckets, by name.
    async fn list_buckets(&self) -> Result<Buckets>;
    /// Makes a bucket.
    async fn create_bucket(&self, create: CreateBucket) -> Result<Bucket>;
    /// Returns a bucket, or `NoSuchBucket`.
    async fn head_bucket(&self, bucket: &BucketName) -> Result<Bucket>;
    /// Removes a bucket that holds no version; uploads in progress go with it.
    async fn delete_bucket(&self, bucket: &BucketName) -> Result<()>;
    /// Turns versioning on or suspends it. `Versioning::Off` is `InvalidArgument`.
    async fn put_bucket_versioning(
        &self,
        bucket: &BucketName,
        versioning: Versioning,
    ) -> Result<()>;

    /// Returns what is set for a bucket; `None` where nothing is, which is not an error here. A bucket
    /// without an access control list has the private one of its owner.
    async fn bucket_config(
        &self,
        bucket: &BucketName,
        kind: BucketConfigKind,
    ) -> Result<Option<BucketConfig>> {
        let _ = (bucket, kind);
        Err(Error::NotOffered {
            what: "configuration of buckets",
        })
    }
    /// Sets something for a bucket, in the place of what was set before.
    async fn put_bucket_config(&self, bucket: &BucketName, config: BucketConfig) -> Result<()> {
        let _ = (bucket, config);
        Err(Error::NotOffered {
            what: "configuration of buckets",
        })
    }
    /// Removes what is set for a bucket; not an error where nothing is.
    async fn delete_bucket_config(
        &self,
        bucket: &BucketName,
        kind: BucketConfigKind,
    ) -> Result<()> {
        let _ = (bucket, kind);
        Err(Error::NotOffered {
            what: "configuration of buckets",
        })
    }

    /// Writes an object; returns once it is durable.
    async fn put_object(&self, put: PutObject) -> Result<Stored>;
    /// Reads an object or a range of it.
    async fn get_object(&self, get: GetObject) -> Result<Got>;
    /// Tells of an object without reading it.
    async fn head_object(&self, head: GetObject) -> Result<Head>;
    /// Deletes a key or a version.
    async fn delete_object(&self, delete: DeleteObject) -> Result<Deleted>;
    /// Deletes up to 1,000, each on its own: one that fails does not stop the others.
    async fn delete_objects(
        &self,
        bucket: &BucketName,
        deletes: Vec<DeleteObject>,
    ) -> Result<DeletedEach>;
    /// Copies a version.
    async fn copy_object(&self, copy: CopyObject) -> Result<Copied>;

    /// Encrypts a version otherwise, in its place, and returns how it is encrypted now. A local store re-wraps
    /// data keys and moves no bytes.
    async fn reencrypt_object(&self, reencrypt: ReencryptObject) -> Result<Sse> {
        let _ = reencrypt;
        Err(Error::NotOffered {
            what: "another encryption of an object in its place",
        })
    }

    /// Lists the parts that a multipart object was made of.
    async fn list_object_parts(&self, list: ListObjectParts) -> Result<ObjectPartPage> {
        let _ = list;
        Err(Error::NotOffered {
            what: "the parts of an object",
        })
    }

    /// Returns the tags of an object, with its version.
    async fn object_tags(&self, object: ObjectRef) -> Result<(VersionId, Tags)> {
        let _ = object;
        Err(Error::NotOffered {
            what: "tags of objects",
        })
    }
    /// Sets the tags of an object in the place of those that it has; returns its version. Neither the
    /// version nor its time of modification changes.
    async fn put_object_tags(&self, object: ObjectRef, tags: Tags) -> Result<VersionId> {
        let _ = (object, tags);
        Err(Error::NotOffered {
            what: "tags of objects",
        })
    }
    /// Returns the access control list of an object, with its version and owner.
    async fn object_acl(&self, object: ObjectRef) -> Result<ObjectAcl> {
        let _ = object;
        Err(Error::NotOffered {
            what: "access control lists of objects",
        })
    }
    /// Sets the access control list of an object; `None` is the private one of its owner.
    async fn put_object_acl(&self, object: ObjectRef, acl: Option<Acl>) -> Result<VersionId> {
        let _ = (object, acl);
        Err(Error::NotOffered {
            what: "access control lists of objects",
        })
    }

    /// Lists objects.
    async fn list_objects(&self, list: ListObjects) -> Result<ObjectPage>;
    /// Lists versions and delete markers.
    async fn list_versions(&self, list: ListVersions) -> Result<VersionPage>;

    /// Begins a multipart upload.
    async fn create_upload(&self, create: CreateUpload) -> Result<UploadBegun>;
    /// Writes a part.
    async fn upload_part(&self, part: UploadPart) -> Result<PartStored>;
    /// Makes a part of an object's bytes.
    async fn upload_part_copy(&self, copy: UploadPartCopy) -> Result<PartCopied>;
    /// Makes an object of the parts; one transaction, moves no bytes in a local store.
    async fn complete_upload(&self, complete: CompleteUpload) -> Result<Stored>;
    /// Drops an upload and its parts.
    async fn abort_upload(&self, upload: UploadRef) -> Result<()>;
    /// Lists the parts of an upload.
    async fn list_parts(&self, list: ListParts) -> Result<PartPage>;
    /// Lists uploads in progress.
    async fn list_uploads(&self, list: ListUploads) -> Result<UploadPage>;

    /// Follows the changes from now on. A remote store has none to tell and returns `NotOffered`.
    fn changes(&self) -> Result<ChangeStream> {
        Err(Error::NotOffered {
            what: "a feed of changes",
        })
    }
}
