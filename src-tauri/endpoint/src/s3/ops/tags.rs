//! Tags of objects and buckets.

use s3s::dto::{
    DeleteBucketTaggingInput, DeleteBucketTaggingOutput, DeleteObjectTaggingInput,
    DeleteObjectTaggingOutput, GetBucketTaggingInput, GetBucketTaggingOutput,
    GetObjectTaggingInput, GetObjectTaggingOutput, PutBucketTaggingInput, PutBucketTaggingOutput,
    PutObjectTaggingInput, PutObjectTaggingOutput,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};
use stave_model::{BucketConfig, BucketConfigKind, BucketName, Tags, VersionId};

use super::Operations;
use crate::s3::convert::{bucket_name, object_ref, told_version};
use crate::s3::errors::from_store;
use crate::s3::tagging::{bucket_tags, object_tags, told_tags};

pub(super) async fn get_object_tagging(
    ops: &Operations,
    request: S3Request<GetObjectTaggingInput>,
) -> S3Result<S3Response<GetObjectTaggingOutput>> {
    let input = request.input;
    let object = object_ref(&input.bucket, &input.key, input.version_id.as_deref())?;
    let bucket = object.bucket.clone();
    let found = ops.store.object_tags(object).await;
    let (version, tags) = found.map_err(from_store)?;
    Ok(S3Response::new(GetObjectTaggingOutput {
        tag_set: told_tags(&tags),
        version_id: ops.version_of(&bucket, &version).await?,
    }))
}

pub(super) async fn put_object_tagging(
    ops: &Operations,
    request: S3Request<PutObjectTaggingInput>,
) -> S3Result<S3Response<PutObjectTaggingOutput>> {
    let input = request.input;
    let object = object_ref(&input.bucket, &input.key, input.version_id.as_deref())?;
    let bucket = object.bucket.clone();
    let tags = object_tags(input.tagging)?;
    let version = ops.store.put_object_tags(object, tags).await;
    let version = version.map_err(from_store)?;
    Ok(S3Response::new(PutObjectTaggingOutput {
        version_id: ops.version_of(&bucket, &version).await?,
    }))
}

pub(super) async fn delete_object_tagging(
    ops: &Operations,
    request: S3Request<DeleteObjectTaggingInput>,
) -> S3Result<S3Response<DeleteObjectTaggingOutput>> {
    let input = request.input;
    let object = object_ref(&input.bucket, &input.key, input.version_id.as_deref())?;
    let bucket = object.bucket.clone();
    let none = Tags::default();
    let version = ops.store.put_object_tags(object, none).await;
    let version = version.map_err(from_store)?;
    Ok(S3Response::new(DeleteObjectTaggingOutput {
        version_id: ops.version_of(&bucket, &version).await?,
    }))
}

pub(super) async fn get_bucket_tagging(
    ops: &Operations,
    request: S3Request<GetBucketTaggingInput>,
) -> S3Result<S3Response<GetBucketTaggingOutput>> {
    let kind = BucketConfigKind::Tagging;
    match ops.config(&request.input.bucket, kind).await? {
        Some(BucketConfig::Tagging(tags)) => Ok(S3Response::new(GetBucketTaggingOutput {
            tag_set: told_tags(&tags),
        })),
        _ => Err(s3_error!(NoSuchTagSet, "The TagSet does not exist")),
    }
}

pub(super) async fn put_bucket_tagging(
    ops: &Operations,
    request: S3Request<PutBucketTaggingInput>,
) -> S3Result<S3Response<PutBucketTaggingOutput>> {
    let tags = bucket_tags(request.input.tagging)?;
    let bucket = bucket_name(&request.input.bucket)?;
    if tags.is_empty() {
        ops.unset(bucket.as_str(), BucketConfigKind::Tagging)
            .await?;
    } else {
        ops.set(&bucket, BucketConfig::Tagging(tags)).await?;
    }
    Ok(S3Response::new(PutBucketTaggingOutput {}))
}

pub(super) async fn delete_bucket_tagging(
    ops: &Operations,
    request: S3Request<DeleteBucketTaggingInput>,
) -> S3Result<S3Response<DeleteBucketTaggingOutput>> {
    let kind = BucketConfigKind::Tagging;
    ops.unset(&request.input.bucket, kind).await?;
    Ok(S3Response::new(DeleteBucketTaggingOutput {}))
}

impl Operations {
    /// Returns a version as answers tell it, for results that do not say how the bucket is versioned.
    async fn version_of(&self, bucket: &BucketName, id: &VersionId) -> S3Result<Option<String>> {
        match id {
            VersionId::Id(id) => Ok(Some(id.clone())),
            VersionId::Null => {
                let bucket = self.bucket(bucket.as_str()).await?;
                Ok(told_version(id, bucket.versioning))
            }
        }
    }
}
