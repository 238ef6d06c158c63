//! Settings that clients ask for when they begin and that cannot be set. Each answer is what holds here: of
//! what is not set there is no configuration.

use hyper::StatusCode;
use s3s::dto::{self, PublicAccessBlockConfiguration};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result, s3_error};
use stave_model::ObjectOwnership;

use super::Operations;
use crate::s3::convert::bucket_name;
use crate::s3::errors::custom;

pub(super) async fn get_public_access_block(
    ops: &Operations,
    request: S3Request<dto::GetPublicAccessBlockInput>,
) -> S3Result<S3Response<dto::GetPublicAccessBlockOutput>> {
    let bucket = bucket_name(&request.input.bucket)?;
    // Where lists are off nothing is public; where they are on nothing keeps them from being so.
    if ops.rights.ground(&bucket).await?.ownership != ObjectOwnership::BucketOwnerEnforced {
        return Err(custom(
            "NoSuchPublicAccessBlockConfiguration",
            StatusCode::NOT_FOUND,
            "The public access block configuration was not found",
        ));
    }
    Ok(S3Response::new(dto::GetPublicAccessBlockOutput {
        public_access_block_configuration: Some(PublicAccessBlockConfiguration {
            block_public_acls: Some(true),
            block_public_policy: Some(true),
            ignore_public_acls: Some(true),
            restrict_public_buckets: Some(true),
        }),
    }))
}

pub(super) async fn get_bucket_notification_configuration(
    ops: &Operations,
    request: S3Request<dto::GetBucketNotificationConfigurationInput>,
) -> S3Result<S3Response<dto::GetBucketNotificationConfigurationOutput>> {
    ops.bucket(&request.input.bucket).await?;
    Ok(S3Response::new(
        dto::GetBucketNotificationConfigurationOutput::default(),
    ))
}

/// Defines operations that tell of an existing bucket that there is no such configuration.
macro_rules! absent {
    ($($name:ident ( $input:ident ) -> $output:ident = $error:expr;)*) => { $(
        pub(super) async fn $name(
            ops: &Operations,
            request: S3Request<dto::$input>,
        ) -> S3Result<S3Response<dto::$output>> {
            ops.bucket(&request.input.bucket).await?;
            Err($error)
        }
    )* };
}

absent! {
    get_bucket_policy(GetBucketPolicyInput) -> GetBucketPolicyOutput
        = s3_error!(NoSuchBucketPolicy, "The bucket policy does not exist");
    get_bucket_policy_status(GetBucketPolicyStatusInput) -> GetBucketPolicyStatusOutput
        = s3_error!(NoSuchBucketPolicy, "The bucket policy does not exist");
    get_bucket_cors(GetBucketCorsInput) -> GetBucketCorsOutput
        = s3_error!(NoSuchCORSConfiguration, "The CORS configuration does not exist");
    get_bucket_lifecycle_configuration(GetBucketLifecycleConfigurationInput)
        -> GetBucketLifecycleConfigurationOutput
        = s3_error!(
            NoSuchLifecycleConfiguration,
            "The lifecycle configuration does not exist"
        );
    get_bucket_replication(GetBucketReplicationInput) -> GetBucketReplicationOutput
        = s3_error!(
            ReplicationConfigurationNotFoundError,
            "The replication configuration was not found"
        );
    get_object_lock_configuration(GetObjectLockConfigurationInput)
        -> GetObjectLockConfigurationOutput
        = no_object_lock();
}

fn no_object_lock() -> S3Error {
    S3Error::with_message(
        S3ErrorCode::ObjectLockConfigurationNotFoundError,
        "Object Lock configuration does not exist for this bucket",
    )
}
