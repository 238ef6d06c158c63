//! The trait, each method handed to the module that knows it.

use std::sync::Arc;

use async_trait::async_trait;
use stave_model::{
    Acl, Actor, Bucket, BucketConfig, BucketConfigKind, BucketName, Tags, VersionId, Versioning,
};
use stave_store::{
    Buckets, CompleteUpload, Copied, CopyObject, CreateBucket, CreateUpload, DeleteObject, Deleted,
    DeletedEach, GetObject, Got, Head, ListObjectParts, ListObjects, ListParts, ListUploads,
    ListVersions, ObjectAcl, ObjectPage, ObjectPartPage, ObjectRef, PartCopied, PartPage,
    PartStored, PutObject, Result, Store, Stored, UploadBegun, UploadPage, UploadPart,
    UploadPartCopy, UploadRef, VersionPage,
};

use crate::RemoteStore;

#[async_trait]
impl Store for RemoteStore {
    fn acting_for(&self, _: Actor) -> Arc<dyn Store> {
        Arc::new(self.clone())
    }

    async fn list_buckets(&self) -> Result<Buckets> {
        self.buckets().await
    }

    async fn create_bucket(&self, create: CreateBucket) -> Result<Bucket> {
        self.make_bucket(create).await
    }

    async fn head_bucket(&self, bucket: &BucketName) -> Result<Bucket> {
        self.bucket(bucket).await
    }

    async fn delete_bucket(&self, bucket: &BucketName) -> Result<()> {
        self.remove_bucket(bucket).await
    }

    async fn put_bucket_versioning(
        &self,
        bucket: &BucketName,
        versioning: Versioning,
    ) -> Result<()> {
        self.set_versioning(bucket, versioning).await
    }

    async fn bucket_config(
        &self,
        bucket: &BucketName,
        kind: BucketConfigKind,
    ) -> Result<Option<BucketConfig>> {
        self.config(bucket, kind).await
    }

    async fn put_bucket_config(&self, bucket: &BucketName, config: BucketConfig) -> Result<()> {
        self.set_config(bucket, config).await
    }

    async fn delete_bucket_config(
        &self,
        bucket: &BucketName,
        kind: BucketConfigKind,
    ) -> Result<()> {
        self.remove_config(bucket, kind).await
    }

    async fn put_object(&self, put: PutObject) -> Result<Stored> {
        self.put(put).await
    }

    async fn get_object(&self, get: GetObject) -> Result<Got> {
        self.get(get).await
    }

    async fn head_object(&self, head: GetObject) -> Result<Head> {
        self.head(head).await
    }

    async fn delete_object(&self, delete: DeleteObject) -> Result<Deleted> {
        self.delete(delete).await
    }

    async fn delete_objects(
        &self,
        bucket: &BucketName,
        deletes: Vec<DeleteObject>,
    ) -> Result<DeletedEach> {
        self.delete_each(bucket, deletes).await
    }

    async fn copy_object(&self, copy: CopyObject) -> Result<Copied> {
        self.copy(copy).await
    }

    async fn list_object_parts(&self, list: ListObjectParts) -> Result<ObjectPartPage> {
        self.parts_of_object(list).await
    }

    async fn object_tags(&self, object: ObjectRef) -> Result<(VersionId, Tags)> {
        self.tags_of_object(object).await
    }

    async fn put_object_tags(&self, object: ObjectRef, tags: Tags) -> Result<VersionId> {
        self.set_tags_of_object(object, tags).await
    }

    async fn object_acl(&self, object: ObjectRef) -> Result<ObjectAcl> {
        self.acl_of_object(object).await
    }

    async fn put_object_acl(&self, object: ObjectRef, acl: Option<Acl>) -> Result<VersionId> {
        self.set_acl_of_object(object, acl).await
    }

    async fn list_objects(&self, list: ListObjects) -> Result<ObjectPage> {
        self.objects(list).await
    }

    async fn list_versions(&self, list: ListVersions) -> Result<VersionPage> {
        self.versions(list).await
    }

    async fn create_upload(&self, create: CreateUpload) -> Result<UploadBegun> {
        self.begin_upload(create).await
    }

    async fn upload_part(&self, part: UploadPart) -> Result<PartStored> {
        self.put_part(part).await
    }

    async fn upload_part_copy(&self, copy: UploadPartCopy) -> Result<PartCopied> {
        self.copy_part(copy).await
    }

    async fn complete_upload(&self, complete: CompleteUpload) -> Result<Stored> {
        self.finish_upload(complete).await
    }

    async fn abort_upload(&self, upload: UploadRef) -> Result<()> {
        self.drop_upload(upload).await
    }

    async fn list_parts(&self, list: ListParts) -> Result<PartPage> {
        self.parts(list).await
    }

    async fn list_uploads(&self, list: ListUploads) -> Result<UploadPage> {
        self.uploads(list).await
    }
}
