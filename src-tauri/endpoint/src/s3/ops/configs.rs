//! What is set for a bucket in one word: who owns what others write, who pays, whether transfers are
//! accelerated.

use s3s::dto::{
    self, DeleteBucketOwnershipControlsInput, DeleteBucketOwnershipControlsOutput,
    GetBucketAccelerateConfigurationInput, GetBucketAccelerateConfigurationOutput,
    GetBucketOwnershipControlsInput, GetBucketOwnershipControlsOutput,
    GetBucketRequestPaymentInput, GetBucketRequestPaymentOutput,
    PutBucketAccelerateConfigurationInput, PutBucketAccelerateConfigurationOutput,
    PutBucketOwnershipControlsInput, PutBucketOwnershipControlsOutput,
    PutBucketRequestPaymentInput, PutBucketRequestPaymentOutput,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};
use stave_model::{
    Acceleration, Acl, BucketConfig, BucketConfigKind, BucketName, ObjectOwnership, Payer,
};

use super::Operations;
use crate::s3::convert::bucket_name;
use crate::s3::errors::{from_store, malformed_xml};

pub(super) async fn get_bucket_ownership_controls(
    ops: &Operations,
    request: S3Request<GetBucketOwnershipControlsInput>,
) -> S3Result<S3Response<GetBucketOwnershipControlsOutput>> {
    let kind = BucketConfigKind::Ownership;
    let Some(BucketConfig::Ownership(set)) = ops.config(&request.input.bucket, kind).await? else {
        return Err(s3_error!(
            OwnershipControlsNotFoundError,
            "The bucket ownership controls were not found"
        ));
    };
    let rules = vec![dto::OwnershipControlsRule {
        object_ownership: dto::ObjectOwnership::from_static(set.as_str()),
    }];
    Ok(S3Response::new(GetBucketOwnershipControlsOutput {
        ownership_controls: Some(dto::OwnershipControls { rules }),
    }))
}

pub(super) async fn put_bucket_ownership_controls(
    ops: &Operations,
    request: S3Request<PutBucketOwnershipControlsInput>,
) -> S3Result<S3Response<PutBucketOwnershipControlsOutput>> {
    let bucket = bucket_name(&request.input.bucket)?;
    let rules = request.input.ownership_controls.rules;
    let [rule] = rules.as_slice() else {
        return Err(malformed_xml());
    };
    let set = ObjectOwnership::parse(rule.object_ownership.as_str());
    let set = set.ok_or_else(malformed_xml)?;
    if set == ObjectOwnership::BucketOwnerEnforced {
        let found = ops.bucket(bucket.as_str()).await?;
        if ops.rights.bucket_acl(&found).await? != Acl::private(&found.owner) {
            return Err(acl_in_the_way());
        }
    }
    ops.set(&bucket, BucketConfig::Ownership(set)).await?;
    Ok(S3Response::new(PutBucketOwnershipControlsOutput {}))
}

/// S3 turns lists off only where none gives anything away.
pub(super) fn acl_in_the_way() -> s3s::S3Error {
    s3_error!(
        InvalidBucketAclWithObjectOwnership,
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
    )
}

pub(super) async fn delete_bucket_ownership_controls(
    ops: &Operations,
    request: S3Request<DeleteBucketOwnershipControlsInput>,
) -> S3Result<S3Response<DeleteBucketOwnershipControlsOutput>> {
    let kind = BucketConfigKind::Ownership;
    ops.unset(&request.input.bucket, kind).await?;
    Ok(S3Response::new(DeleteBucketOwnershipControlsOutput {}))
}

pub(super) async fn get_bucket_request_payment(
    ops: &Operations,
    request: S3Request<GetBucketRequestPaymentInput>,
) -> S3Result<S3Response<GetBucketRequestPaymentOutput>> {
    let kind = BucketConfigKind::RequestPayment;
    let payer = match ops.config(&request.input.bucket, kind).await? {
        Some(BucketConfig::RequestPayment(payer)) => payer,
        _ => Payer::default(),
    };
    Ok(S3Response::new(GetBucketRequestPaymentOutput {
        payer: Some(dto::Payer::from_static(payer.as_str())),
    }))
}

pub(super) async fn put_bucket_request_payment(
    ops: &Operations,
    request: S3Request<PutBucketRequestPaymentInput>,
) -> S3Result<S3Response<PutBucketRequestPaymentOutput>> {
    let bucket = bucket_name(&request.input.bucket)?;
    let payer = request.input.request_payment_configuration.payer;
    let payer = Payer::parse(payer.as_str()).ok_or_else(malformed_xml)?;
    ops.set(&bucket, BucketConfig::RequestPayment(payer))
        .await?;
    Ok(S3Response::new(PutBucketRequestPaymentOutput {}))
}

pub(super) async fn get_bucket_accelerate_configuration(
    ops: &Operations,
    request: S3Request<GetBucketAccelerateConfigurationInput>,
) -> S3Result<S3Response<GetBucketAccelerateConfigurationOutput>> {
    let kind = BucketConfigKind::Accelerate;
    let status = match ops.config(&request.input.bucket, kind).await? {
        Some(BucketConfig::Accelerate(set)) => {
            Some(dto::BucketAccelerateStatus::from_static(set.as_str()))
        }
        _ => None,
    };
    Ok(S3Response::new(GetBucketAccelerateConfigurationOutput {
        status,
        ..GetBucketAccelerateConfigurationOutput::default()
    }))
}

pub(super) async fn put_bucket_accelerate_configuration(
    ops: &Operations,
    request: S3Request<PutBucketAccelerateConfigurationInput>,
) -> S3Result<S3Response<PutBucketAccelerateConfigurationOutput>> {
    let bucket = bucket_name(&request.input.bucket)?;
    if bucket.as_str().contains('.') {
        // Edge locations are reached by host name, and dots would break their certificate.
        return Err(s3_error!(
            InvalidRequest,
            "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names"
        ));
    }
    let status = request.input.accelerate_configuration.status;
    let status = status.as_ref().map(dto::BucketAccelerateStatus::as_str);
    let set = status
        .and_then(Acceleration::parse)
        .ok_or_else(malformed_xml)?;
    ops.set(&bucket, BucketConfig::Accelerate(set)).await?;
    Ok(S3Response::new(PutBucketAccelerateConfigurationOutput {}))
}

impl Operations {
    /// Returns what is set for a bucket.
    pub(super) async fn config(
        &self,
        bucket: &str,
        kind: BucketConfigKind,
    ) -> S3Result<Option<BucketConfig>> {
        let bucket = bucket_name(bucket)?;
        let config = self.store.bucket_config(&bucket, kind).await;
        config.map_err(from_store)
    }

    /// Sets something for a bucket.
    pub(super) async fn set(&self, bucket: &BucketName, config: BucketConfig) -> S3Result<()> {
        let set = self.store.put_bucket_config(bucket, config).await;
        set.map_err(from_store)
    }

    /// Removes what is set for a bucket.
    pub(super) async fn unset(&self, bucket: &str, kind: BucketConfigKind) -> S3Result<()> {
        let bucket = bucket_name(bucket)?;
        let unset = self.store.delete_bucket_config(&bucket, kind).await;
        unset.map_err(from_store)
    }
}
