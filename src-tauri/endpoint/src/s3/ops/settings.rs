//! Settings that clients ask for when they begin. Each answer is what holds here: a bucket and its objects
//! are their owner's alone, encrypted by keys of the vault; of what is not set there is no configuration.
//! Setting them is not offered.

use s3s::dto::{
    self, Grant, Grantee, Grants, ObjectOwnership, OwnershipControls, OwnershipControlsRule, Payer,
    Permission, PublicAccessBlockConfiguration, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule, Type,
};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result, s3_error};
use stave_model::{SseKind, UserName};
use stave_store::GetObject;

use super::Operations;
use crate::s3::convert::{object_ref, owner, sse, told_version};
use crate::s3::errors::from_store;

fn all_rights(user: &UserName) -> Grants {
    vec![Grant {
        grantee: Some(Grantee {
            display_name: Some(user.as_str().to_owned()),
            email_address: None,
            id: Some(user.as_str().to_owned()),
            type_: Type::from_static(Type::CANONICAL_USER),
            uri: None,
        }),
        permission: Some(Permission::from_static(Permission::FULL_CONTROL)),
    }]
}

pub(super) async fn get_bucket_acl(
    ops: &Operations,
    request: S3Request<dto::GetBucketAclInput>,
) -> S3Result<S3Response<dto::GetBucketAclOutput>> {
    let bucket = ops.bucket(&request.input.bucket).await?;
    Ok(S3Response::new(dto::GetBucketAclOutput {
        grants: Some(all_rights(&bucket.owner)),
        owner: Some(owner(&bucket.owner)),
    }))
}

pub(super) async fn get_object_acl(
    ops: &Operations,
    request: S3Request<dto::GetObjectAclInput>,
) -> S3Result<S3Response<dto::GetObjectAclOutput>> {
    let input = request.input;
    let object = object_ref(&input.bucket, &input.key, input.version_id.as_deref())?;
    let head = ops.store.head_object(GetObject::whole(object)).await;
    head.map_err(from_store)?;
    // Ownership is enforced: what lies in a bucket is its owner's, whoever wrote it.
    let bucket = ops.bucket(&input.bucket).await?;
    Ok(S3Response::new(dto::GetObjectAclOutput {
        grants: Some(all_rights(&bucket.owner)),
        owner: Some(owner(&bucket.owner)),
        request_charged: None,
    }))
}

pub(super) async fn get_object_tagging(
    ops: &Operations,
    request: S3Request<dto::GetObjectTaggingInput>,
) -> S3Result<S3Response<dto::GetObjectTaggingOutput>> {
    let input = request.input;
    let object = object_ref(&input.bucket, &input.key, input.version_id.as_deref())?;
    let head = ops.store.head_object(GetObject::whole(object)).await;
    let head = head.map_err(from_store)?;
    Ok(S3Response::new(dto::GetObjectTaggingOutput {
        tag_set: Vec::new(),
        version_id: told_version(&head.version.id, head.versioning),
    }))
}

pub(super) async fn get_bucket_encryption(
    ops: &Operations,
    request: S3Request<dto::GetBucketEncryptionInput>,
) -> S3Result<S3Response<dto::GetBucketEncryptionOutput>> {
    ops.bucket(&request.input.bucket).await?;
    let rule = ServerSideEncryptionRule {
        apply_server_side_encryption_by_default: Some(ServerSideEncryptionByDefault {
            kms_master_key_id: None,
            sse_algorithm: sse(&SseKind::S3),
        }),
        bucket_key_enabled: Some(false),
    };
    Ok(S3Response::new(dto::GetBucketEncryptionOutput {
        server_side_encryption_configuration: Some(ServerSideEncryptionConfiguration {
            rules: vec![rule],
        }),
    }))
}

pub(super) async fn get_bucket_ownership_controls(
    ops: &Operations,
    request: S3Request<dto::GetBucketOwnershipControlsInput>,
) -> S3Result<S3Response<dto::GetBucketOwnershipControlsOutput>> {
    ops.bucket(&request.input.bucket).await?;
    let enforced = ObjectOwnership::from_static(ObjectOwnership::BUCKET_OWNER_ENFORCED);
    let rules = vec![OwnershipControlsRule {
        object_ownership: enforced,
    }];
    Ok(S3Response::new(dto::GetBucketOwnershipControlsOutput {
        ownership_controls: Some(OwnershipControls { rules }),
    }))
}

pub(super) async fn get_public_access_block(
    ops: &Operations,
    request: S3Request<dto::GetPublicAccessBlockInput>,
) -> S3Result<S3Response<dto::GetPublicAccessBlockOutput>> {
    ops.bucket(&request.input.bucket).await?;
    Ok(S3Response::new(dto::GetPublicAccessBlockOutput {
        public_access_block_configuration: Some(PublicAccessBlockConfiguration {
            block_public_acls: Some(true),
            block_public_policy: Some(true),
            ignore_public_acls: Some(true),
            restrict_public_buckets: Some(true),
        }),
    }))
}

pub(super) async fn get_bucket_request_payment(
    ops: &Operations,
    request: S3Request<dto::GetBucketRequestPaymentInput>,
) -> S3Result<S3Response<dto::GetBucketRequestPaymentOutput>> {
    ops.bucket(&request.input.bucket).await?;
    Ok(S3Response::new(dto::GetBucketRequestPaymentOutput {
        payer: Some(Payer::from_static(Payer::BUCKET_OWNER)),
    }))
}

/// Defines operations that tell of an existing bucket that something is set to nothing.
macro_rules! empty {
    ($($name:ident ( $input:ident ) -> $output:ident;)*) => { $(
        pub(super) async fn $name(
            ops: &Operations,
            request: S3Request<dto::$input>,
        ) -> S3Result<S3Response<dto::$output>> {
            ops.bucket(&request.input.bucket).await?;
            Ok(S3Response::new(dto::$output::default()))
        }
    )* };
}

empty! {
    get_bucket_logging(GetBucketLoggingInput) -> GetBucketLoggingOutput;
    get_bucket_notification_configuration(GetBucketNotificationConfigurationInput)
        -> GetBucketNotificationConfigurationOutput;
    get_bucket_accelerate_configuration(GetBucketAccelerateConfigurationInput)
        -> GetBucketAccelerateConfigurationOutput;
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
    get_bucket_tagging(GetBucketTaggingInput) -> GetBucketTaggingOutput
        = s3_error!(NoSuchTagSet, "The TagSet does not exist");
    get_bucket_website(GetBucketWebsiteInput) -> GetBucketWebsiteOutput
        = s3_error!(
            NoSuchWebsiteConfiguration,
            "The specified bucket does not have a website configuration"
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
