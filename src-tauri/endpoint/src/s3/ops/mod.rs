//! One function for each operation: it turns the input into the store's words, and the store's answer
//! into the output. What has no function here s3s answers with `NotImplemented`.

mod acls;
mod attributes;
mod buckets;
mod configs;
mod copy;
mod cors;
mod delete;
mod encryption;
mod get;
mod head;
mod list;
mod list_uploads;
mod list_versions;
mod logging;
mod parts;
mod policies;
mod put;
mod read;
mod reports;
mod settings;
mod tags;
mod uploads;
mod website;

pub(super) use attributes::unquote_etag;
pub(super) use put::BODY_MAX_BYTES;

use std::sync::Arc;

use s3s::dto;
use s3s::{S3, S3Request, S3Response, S3Result};
use stave_model::ObjectOwnership;
use stave_store::{AccessKeys, Store};

use super::access::{Rights, denied};
use super::errors;
use super::verified::{Caller, Verbatim};
use crate::dialect::Dialect;
use crate::options::EndpointOptions;
use crate::server::actor;

/// The operations over a store.
pub(super) struct Operations {
    store: Arc<dyn Store>,
    access_keys: Arc<dyn AccessKeys>,
    rights: Rights,
    region: String,
    object_ownership: ObjectOwnership,
    dialect: Dialect,
}

impl Operations {
    pub(super) fn new(options: &EndpointOptions, rights: Rights) -> Self {
        Self {
            store: Arc::clone(&options.store),
            access_keys: Arc::clone(&options.access_keys),
            rights,
            region: options.region.clone(),
            object_ownership: options.object_ownership,
            dialect: options.dialect,
        }
    }

    /// Returns the store as it is for who asks: for what reads or writes bodies, whose keys are asked for.
    fn acting(&self) -> Arc<dyn Store> {
        self.store.acting_for(actor())
    }
}

/// Returns who asks. The verifier put it there; without it nothing is done.
fn caller<T>(request: &S3Request<T>) -> S3Result<Caller> {
    let caller = request.extensions.get::<Caller>().cloned();
    caller.ok_or_else(denied)
}

/// Returns the headers as they came.
fn verbatim<T>(request: &S3Request<T>) -> S3Result<Verbatim> {
    let verbatim = request.extensions.get::<Verbatim>().cloned();
    verbatim.ok_or_else(denied)
}

/// Hands each of s3s's methods to the function of its name.
macro_rules! operations {
    ($($module:ident :: $name:ident ( $input:ident ) -> $output:ident;)*) => {
        #[async_trait::async_trait]
        impl S3 for Operations {
            $(
                async fn $name(&self, request: S3Request<dto::$input>) -> S3Result<S3Response<dto::$output>> {
                    let answer = self::$module::$name(self, request).await;
                    answer.map_err(|error| errors::in_dialect(self.dialect, error))
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
    get::get_object_torrent(GetObjectTorrentInput) -> GetObjectTorrentOutput;
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

    acls::get_bucket_acl(GetBucketAclInput) -> GetBucketAclOutput;
    acls::put_bucket_acl(PutBucketAclInput) -> PutBucketAclOutput;
    acls::get_object_acl(GetObjectAclInput) -> GetObjectAclOutput;
    acls::put_object_acl(PutObjectAclInput) -> PutObjectAclOutput;
    tags::get_object_tagging(GetObjectTaggingInput) -> GetObjectTaggingOutput;
    tags::put_object_tagging(PutObjectTaggingInput) -> PutObjectTaggingOutput;
    tags::delete_object_tagging(DeleteObjectTaggingInput) -> DeleteObjectTaggingOutput;
    tags::get_bucket_tagging(GetBucketTaggingInput) -> GetBucketTaggingOutput;
    tags::put_bucket_tagging(PutBucketTaggingInput) -> PutBucketTaggingOutput;
    tags::delete_bucket_tagging(DeleteBucketTaggingInput) -> DeleteBucketTaggingOutput;
    configs::get_bucket_ownership_controls(GetBucketOwnershipControlsInput) -> GetBucketOwnershipControlsOutput;
    configs::put_bucket_ownership_controls(PutBucketOwnershipControlsInput) -> PutBucketOwnershipControlsOutput;
    configs::delete_bucket_ownership_controls(DeleteBucketOwnershipControlsInput) -> DeleteBucketOwnershipControlsOutput;
    configs::get_bucket_request_payment(GetBucketRequestPaymentInput) -> GetBucketRequestPaymentOutput;
    configs::put_bucket_request_payment(PutBucketRequestPaymentInput) -> PutBucketRequestPaymentOutput;
    configs::get_bucket_accelerate_configuration(GetBucketAccelerateConfigurationInput) -> GetBucketAccelerateConfigurationOutput;
    configs::put_bucket_accelerate_configuration(PutBucketAccelerateConfigurationInput) -> PutBucketAccelerateConfigurationOutput;
    logging::get_bucket_logging(GetBucketLoggingInput) -> GetBucketLoggingOutput;
    logging::put_bucket_logging(PutBucketLoggingInput) -> PutBucketLoggingOutput;
    website::get_bucket_website(GetBucketWebsiteInput) -> GetBucketWebsiteOutput;
    website::put_bucket_website(PutBucketWebsiteInput) -> PutBucketWebsiteOutput;
    website::delete_bucket_website(DeleteBucketWebsiteInput) -> DeleteBucketWebsiteOutput;

    reports::list_bucket_inventory_configurations(ListBucketInventoryConfigurationsInput) -> ListBucketInventoryConfigurationsOutput;
    reports::list_bucket_analytics_configurations(ListBucketAnalyticsConfigurationsInput) -> ListBucketAnalyticsConfigurationsOutput;
    reports::list_bucket_metrics_configurations(ListBucketMetricsConfigurationsInput) -> ListBucketMetricsConfigurationsOutput;
    reports::list_bucket_intelligent_tiering_configurations(ListBucketIntelligentTieringConfigurationsInput) -> ListBucketIntelligentTieringConfigurationsOutput;
    reports::get_bucket_inventory_configuration(GetBucketInventoryConfigurationInput) -> GetBucketInventoryConfigurationOutput;
    reports::get_bucket_analytics_configuration(GetBucketAnalyticsConfigurationInput) -> GetBucketAnalyticsConfigurationOutput;
    reports::get_bucket_metrics_configuration(GetBucketMetricsConfigurationInput) -> GetBucketMetricsConfigurationOutput;
    reports::get_bucket_intelligent_tiering_configuration(GetBucketIntelligentTieringConfigurationInput) -> GetBucketIntelligentTieringConfigurationOutput;
    reports::delete_bucket_inventory_configuration(DeleteBucketInventoryConfigurationInput) -> DeleteBucketInventoryConfigurationOutput;
    reports::delete_bucket_analytics_configuration(DeleteBucketAnalyticsConfigurationInput) -> DeleteBucketAnalyticsConfigurationOutput;
    reports::delete_bucket_metrics_configuration(DeleteBucketMetricsConfigurationInput) -> DeleteBucketMetricsConfigurationOutput;
    reports::delete_bucket_intelligent_tiering_configuration(DeleteBucketIntelligentTieringConfigurationInput) -> DeleteBucketIntelligentTieringConfigurationOutput;

    encryption::get_bucket_encryption(GetBucketEncryptionInput) -> GetBucketEncryptionOutput;
    encryption::put_bucket_encryption(PutBucketEncryptionInput) -> PutBucketEncryptionOutput;
    encryption::delete_bucket_encryption(DeleteBucketEncryptionInput) -> DeleteBucketEncryptionOutput;
    settings::get_bucket_notification_configuration(GetBucketNotificationConfigurationInput) -> GetBucketNotificationConfigurationOutput;
    cors::get_bucket_cors(GetBucketCorsInput) -> GetBucketCorsOutput;
    cors::put_bucket_cors(PutBucketCorsInput) -> PutBucketCorsOutput;
    cors::delete_bucket_cors(DeleteBucketCorsInput) -> DeleteBucketCorsOutput;
    policies::get_bucket_policy(GetBucketPolicyInput) -> GetBucketPolicyOutput;
    policies::put_bucket_policy(PutBucketPolicyInput) -> PutBucketPolicyOutput;
    policies::delete_bucket_policy(DeleteBucketPolicyInput) -> DeleteBucketPolicyOutput;
    policies::get_bucket_policy_status(GetBucketPolicyStatusInput) -> GetBucketPolicyStatusOutput;
    policies::get_public_access_block(GetPublicAccessBlockInput) -> GetPublicAccessBlockOutput;
    policies::put_public_access_block(PutPublicAccessBlockInput) -> PutPublicAccessBlockOutput;
    policies::delete_public_access_block(DeletePublicAccessBlockInput) -> DeletePublicAccessBlockOutput;
    settings::get_bucket_lifecycle_configuration(GetBucketLifecycleConfigurationInput) -> GetBucketLifecycleConfigurationOutput;
    settings::get_bucket_replication(GetBucketReplicationInput) -> GetBucketReplicationOutput;
    settings::get_object_lock_configuration(GetObjectLockConfigurationInput) -> GetObjectLockConfigurationOutput;
}
