//! Settings that clients ask for when they begin and that cannot be set. Each answer is what holds here: of
//! what is not set there is no configuration.

use s3s::dto;
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result, s3_error};

use super::Operations;

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
