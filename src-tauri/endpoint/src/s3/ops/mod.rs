//! One function for each operation: it turns the input into the store's words, and the store's answer
//! into the output. What has no function here s3s answers with `NotImplemented`.

mod attributes;
mod buckets;
mod copy;
mod delete;
mod get;
mod head;
mod list;
mod list_uploads;
mod list_versions;
mod parts;
mod put;
mod read;
mod settings;
mod uploads;

pub(super) use attributes::unquote_etag;
pub(super) use put::BODY_MAX_BYTES;

use std::sync::Arc;

use s3s::dto;
use s3s::{S3, S3Request, S3Response, S3Result, s3_error};
use stave_model::UserName;
use stave_store::Store;

use super::verified::{Caller, Verbatim};

/// The operations over a store.
pub(super) struct Operations {
    store: Arc<dyn Store>,
    region: String,
}

impl Operations {
    pub(super) fn new(store: Arc<dyn Store>, region: String) -> Self {
        Self { store, region }
    }
}

/// Returns who asks. The verifier put it there; without it nothing is done.
fn caller<T>(request: &S3Request<T>) -> S3Result<UserName> {
    let caller = request.extensions.get::<Caller>();
    let caller = caller.ok_or_else(|| s3_error!(AccessDenied, "Access Denied"))?;
    Ok(caller.user().clone())
}

/// Returns the headers as they came.
fn verbatim<T>(request: &S3Request<T>) -> S3Result<Verbatim> {
    let verbatim = request.extensions.get::<Verbatim>().cloned();
    verbatim.ok_or_else(|| s3_error!(AccessDenied, "Access Denied"))
}

/// Hands each of s3s's methods to the function of its name.
macro_rules! operations {
    ($($module:ident :: $name:ident ( $input:ident ) -> $output:ident;)*) => {
        #[async_trait::async_trait]
        impl S3 for Operations {
            $(
                async fn $name(&self, request: S3Request<dto::$input>) -> S3Result<S3Response<dto::$output>> {
                    self::$module::$name(self, request).await
                }
            )*
        }
    };
}

operations! {
    buckets::list_buckets(ListBucketsInput) -> ListBucketsOutput;
    buckets::create_bucket(CreateBucketInput) -> CreateBucketOutput;
    buckets::head_bucket(HeadBucketInput) -> HeadBucketOutput;
    buckets::delete_bucket(DeleteBucketInput) -> DeleteBucketOutput;
    buckets::get_bucket_location(GetBucketLocationInput) -> GetBucketLocationOutput;
    buckets::get_bucket_versioning(GetBucketVersioningInput) -> GetBucketVersioningOutput;
    buckets::put_bucket_versioning(PutBucketVersioningInput) -> PutBucketVersioningOutput;

    put::put_object(PutObjectInput) -> PutObjectOutput;
    get::get_object(GetObjectInput) -> GetObjectOutput;
    head::head_object(HeadObjectInput) -> HeadObjectOutput;
    delete::delete_object(DeleteObjectInput) -> DeleteObjectOutput;
    delete::delete_objects(DeleteObjectsInput) -> DeleteObjectsOutput;
    copy::copy_object(CopyObjectInput) -> CopyObjectOutput;
    attributes::get_object_attributes(GetObjectAttributesInput) -> GetObjectAttributesOutput;

    list::list_objects(ListObjectsInput) -> ListObjectsOutput;
    list::list_objects_v2(ListObjectsV2Input) -> ListObjectsV2Output;
    list_versions::list_object_versions(ListObjectVersionsInput) -> ListObjectVersionsOutput;

    uploads::create_multipart_upload(CreateMultipartUploadInput) -> CreateMultipartUploadOutput;
    uploads::complete_multipart_upload(CompleteMultipartUploadInput) -> CompleteMultipartUploadOutput;
    uploads::abort_multipart_upload(AbortMultipartUploadInput) -> AbortMultipartUploadOutput;
    parts::upload_part(UploadPartInput) -> UploadPartOutput;
    parts::upload_part_copy(UploadPartCopyInput) -> UploadPartCopyOutput;
    list_uploads::list_parts(ListPartsInput) -> ListPartsOutput;
    list_uploads::list_multipart_uploads(ListMultipartUploadsInput) -> ListMultipartUploadsOutput;

    settings::get_bucket_acl(GetBucketAclInput) -> GetBucketAclOutput;
    settings::get_object_acl(GetObjectAclInput) -> GetObjectAclOutput;
    settings::get_object_tagging(GetObjectTaggingInput) -> GetObjectTaggingOutput;
    settings::get_bucket_encryption(GetBucketEncryptionInput) -> GetBucketEncryptionOutput;
    settings::get_bucket_ownership_controls(GetBucketOwnershipControlsInput) -> GetBucketOwnershipControlsOutput;
    settings::get_public_access_block(GetPublicAccessBlockInput) -> GetPublicAccessBlockOutput;
    settings::get_bucket_request_payment(GetBucketRequestPaymentInput) -> GetBucketRequestPaymentOutput;
    settings::get_bucket_logging(GetBucketLoggingInput) -> GetBucketLoggingOutput;
    settings::get_bucket_notification_configuration(GetBucketNotificationConfigurationInput) -> GetBucketNotificationConfigurationOutput;
    settings::get_bucket_accelerate_configuration(GetBucketAccelerateConfigurationInput) -> GetBucketAccelerateConfigurationOutput;
    settings::get_bucket_policy(GetBucketPolicyInput) -> GetBucketPolicyOutput;
    settings::get_bucket_policy_status(GetBucketPolicyStatusInput) -> GetBucketPolicyStatusOutput;
    settings::get_bucket_cors(GetBucketCorsInput) -> GetBucketCorsOutput;
    settings::get_bucket_lifecycle_configuration(GetBucketLifecycleConfigurationInput) -> GetBucketLifecycleConfigurationOutput;
    settings::get_bucket_tagging(GetBucketTaggingInput) -> GetBucketTaggingOutput;
    settings::get_bucket_website(GetBucketWebsiteInput) -> GetBucketWebsiteOutput;
    settings::get_bucket_replication(GetBucketReplicationInput) -> GetBucketReplicationOutput;
    settings::get_object_lock_configuration(GetObjectLockConfigurationInput) -> GetObjectLockConfigurationOutput;
}
