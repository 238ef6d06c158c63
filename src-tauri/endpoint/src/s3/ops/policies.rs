//! The policy of a bucket, and what is blocked of the public. Both are asked at each request (`s3/access`).

use hyper::StatusCode;
use s3s::dto::{
    DeleteBucketPolicyInput, DeleteBucketPolicyOutput, DeletePublicAccessBlockInput,
    DeletePublicAccessBlockOutput, GetBucketPolicyInput, GetBucketPolicyOutput,
    GetBucketPolicyStatusInput, GetBucketPolicyStatusOutput, GetPublicAccessBlockInput,
    GetPublicAccessBlockOutput, PolicyStatus, PublicAccessBlockConfiguration, PutBucketPolicyInput,
    PutBucketPolicyOutput, PutPublicAccessBlockInput, PutPublicAccessBlockOutput,
};
use s3s::{S3Error, S3Request, S3Response, S3Result, s3_error};
use stave_model::{
    Acl, BucketConfig, BucketConfigKind, BucketName, ObjectOwnership, PublicAccessBlock,
};
use stave_policy::{Accounts, Effect, Kind, Policy};

use super::Operations;
use crate::dialect::Dialect;
use crate::s3::access::{POLICY_MAX_BYTES, denied};
use crate::s3::convert::bucket_name;
use crate::s3::errors::custom;

pub(super) async fn get_bucket_policy(
    ops: &Operations,
    request: S3Request<GetBucketPolicyInput>,
) -> S3Result<S3Response<GetBucketPolicyOutput>> {
    let policy = ops.policy_text(&request.input.bucket).await?;
    let policy = policy.ok_or_else(no_policy)?;
    Ok(S3Response::new(GetBucketPolicyOutput {
        policy: Some(policy),
    }))
}

pub(super) async fn put_bucket_policy(
    ops: &Operations,
    request: S3Request<PutBucketPolicyInput>,
) -> S3Result<S3Response<PutBucketPolicyOutput>> {
    let bucket = bucket_name(&request.input.bucket)?;
    let text = request.input.policy;
    if text.len() > POLICY_MAX_BYTES {
        let message = format!("Policies must be at most {POLICY_MAX_BYTES} bytes.");
        return Err(malformed(&message));
    }
    let accounts = match ops.dialect {
        Dialect::Aws => Accounts::Numbered,
        // Its accounts are tenants with names.
        Dialect::Ceph => Accounts::Named,
    };
    let policy = Policy::parse_with(&text, Kind::Resource, accounts);
    let policy = policy.map_err(|e| malformed(&e.to_string()))?;
    check(&policy, &bucket)?;
    let blocked = policy.is_public() && ops.rights.public_access(&bucket).await?.block_policy;
    if blocked {
        return Err(denied());
    }
    ops.set(&bucket, BucketConfig::Policy(text)).await?;
    Ok(S3Response::new(PutBucketPolicyOutput {}))
}

pub(super) async fn delete_bucket_policy(
    ops: &Operations,
    request: S3Request<DeleteBucketPolicyInput>,
) -> S3Result<S3Response<DeleteBucketPolicyOutput>> {
    let kind = BucketConfigKind::Policy;
    ops.unset(&request.input.bucket, kind).await?;
    Ok(S3Response::new(DeleteBucketPolicyOutput {}))
}

pub(super) async fn get_bucket_policy_status(
    ops: &Operations,
    request: S3Request<GetBucketPolicyStatusInput>,
) -> S3Result<S3Response<GetBucketPolicyStatusOutput>> {
    let bucket = bucket_name(&request.input.bucket)?;
    let text = ops.policy_text(&request.input.bucket).await?;
    let public = match (text, ops.dialect) {
        (Some(text), _) => {
            let policy = Policy::parse_with(&text, Kind::Resource, Accounts::Named);
            policy.is_ok_and(|policy| policy.is_public())
        }
        (None, Dialect::Aws) => return Err(no_policy()),
        // Ceph tells here of lists too.
        (None, Dialect::Ceph) => {
            let found = ops.bucket(bucket.as_str()).await?;
            let acl: Acl = ops.rights.bucket_acl(&found).await?;
            acl.is_public()
        }
    };
    Ok(S3Response::new(GetBucketPolicyStatusOutput {
        policy_status: Some(PolicyStatus {
            is_public: Some(public),
        }),
    }))
}

pub(super) async fn get_public_access_block(
    ops: &Operations,
    request: S3Request<GetPublicAccessBlockInput>,
) -> S3Result<S3Response<GetPublicAccessBlockOutput>> {
    let bucket = bucket_name(&request.input.bucket)?;
    let kind = BucketConfigKind::PublicAccess;
    let set = ops.config(bucket.as_str(), kind).await?.is_some();
    if !set && ops.blocks_nothing_unset(&bucket).await? {
        return Err(custom(
            "NoSuchPublicAccessBlockConfiguration",
            StatusCode::NOT_FOUND,
            "The public access block configuration was not found",
        ));
    }
    let block = ops.rights.public_access(&bucket).await?;
    Ok(S3Response::new(GetPublicAccessBlockOutput {
        public_access_block_configuration: Some(PublicAccessBlockConfiguration {
            block_public_acls: Some(block.block_acls),
            block_public_policy: Some(block.block_policy),
            ignore_public_acls: Some(block.ignore_acls),
            restrict_public_buckets: Some(block.restrict_buckets),
        }),
    }))
}

pub(super) async fn put_public_access_block(
    ops: &Operations,
    request: S3Request<PutPublicAccessBlockInput>,
) -> S3Result<S3Response<PutPublicAccessBlockOutput>> {
    let bucket = bucket_name(&request.input.bucket)?;
    let asked = request.input.public_access_block_configuration;
    let block = PublicAccessBlock {
        block_acls: asked.block_public_acls.unwrap_or_default(),
        ignore_acls: asked.ignore_public_acls.unwrap_or_default(),
        block_policy: asked.block_public_policy.unwrap_or_default(),
        restrict_buckets: asked.restrict_public_buckets.unwrap_or_default(),
    };
    ops.set(&bucket, BucketConfig::PublicAccess(block)).await?;
    Ok(S3Response::new(PutPublicAccessBlockOutput {}))
}

/// Lets go of what is blocked. Where an unset bucket blocks everything, this is to block nothing.
pub(super) async fn delete_public_access_block(
    ops: &Operations,
    request: S3Request<DeletePublicAccessBlockInput>,
) -> S3Result<S3Response<DeletePublicAccessBlockOutput>> {
    let bucket = bucket_name(&request.input.bucket)?;
    if ops.blocks_nothing_unset(&bucket).await? {
        let kind = BucketConfigKind::PublicAccess;
        ops.unset(bucket.as_str(), kind).await?;
    } else {
        let nothing = PublicAccessBlock::default();
        ops.set(&bucket, BucketConfig::PublicAccess(nothing))
            .await?;
    }
    Ok(S3Response::new(DeletePublicAccessBlockOutput {}))
}

impl Operations {
    async fn policy_text(&self, bucket: &str) -> S3Result<Option<String>> {
        match self.config(bucket, BucketConfigKind::Policy).await? {
            Some(BucketConfig::Policy(text)) => Ok(Some(text)),
            _ => Ok(None),
        }
    }

    /// Returns whether a bucket where it was never set blocks nothing of the public.
    async fn blocks_nothing_unset(&self, bucket: &BucketName) -> S3Result<bool> {
        let ownership = self.rights.ownership(bucket).await?;
        Ok(ownership != ObjectOwnership::BucketOwnerEnforced)
    }
}

/// Refuses what is a policy and not one of this bucket.
fn check(policy: &Policy, bucket: &BucketName) -> S3Result<()> {
    let of_bucket = format!("arn:aws:s3:::{bucket}");
    for statement in policy.statements() {
        if statement.effect() == Effect::Allow && statement.excepts_principals() {
            return Err(malformed("Allow with NotPrincipal is not allowed"));
        }
        let of_s3 = |action: &str| {
            action == "*"
                || action
                    .get(..3)
                    .is_some_and(|s| s.eq_ignore_ascii_case("s3:"))
        };
        if !statement.actions().all(of_s3) {
            return Err(malformed("Policy has invalid action"));
        }
        let own = |resource: &str| {
            let rest = resource.strip_prefix(&of_bucket);
            let within =
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '*', '?']));
            let wildcard = resource.find(['*', '?']);
            within || wildcard.is_some_and(|at| of_bucket.starts_with(&resource[..at]))
        };
        if !statement.resources().all(own) {
            return Err(malformed("Policy has invalid resource"));
        }
    }
    Ok(())
}

fn malformed(message: &str) -> S3Error {
    custom(
        "MalformedPolicy",
        StatusCode::BAD_REQUEST,
        message.to_owned(),
    )
}

fn no_policy() -> S3Error {
    s3_error!(NoSuchBucketPolicy, "The bucket policy does not exist")
}
