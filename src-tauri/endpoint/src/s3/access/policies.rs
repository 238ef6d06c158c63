//! The policy of a bucket, and what is blocked of the public in it.

use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};
use stave_model::{BucketConfig, BucketConfigKind, BucketName, ObjectOwnership, PublicAccessBlock};
use stave_policy::{Accounts, Kind, Policy};

use super::Rights;
use super::bearer::{Bearer, asks_for_tags};

/// The most bytes of a policy.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html>
pub(in crate::s3) const POLICY_MAX_BYTES: usize = 20 * 1024;

/// The policy of a bucket, and how far it counts.
pub(in crate::s3) struct BucketPolicy {
    pub(super) bucket: BucketName,
    pub(super) policy: Policy,
    /// Whether a condition asks for the tags that an object has.
    pub(super) asks_for_tags: bool,
    /// Whether what it gives the public counts for nobody outside the account.
    pub(super) restricted: bool,
}

impl Rights {
    /// Returns the policy of a bucket; `None` where it has none. One that cannot be read any more lets nobody in.
    pub(in crate::s3) async fn policy(
        &self,
        bucket: &BucketName,
    ) -> S3Result<Option<BucketPolicy>> {
        let found = match self.config(bucket, BucketConfigKind::Policy).await {
            // A bucket that is not there is told by whoever looks for it next.
            Err(error) if is_no_bucket(&error) => return Ok(None),
            found => found?,
        };
        let Some(BucketConfig::Policy(json)) = found else {
            return Ok(None);
        };
        // What was taken in one dialect is read in the other.
        let read = Policy::parse_with(&json, Kind::Resource, Accounts::Named);
        let policy = read.map_err(|error| {
            tracing::error!(%bucket, %error, "the policy of a bucket cannot be read");
            s3_error!(InternalError, "The policy of the bucket cannot be read.")
        })?;
        let restricted = policy.is_public() && self.public_access(bucket).await?.restrict_buckets;
        Ok(Some(BucketPolicy {
            bucket: bucket.clone(),
            policy,
            asks_for_tags: asks_for_tags(&json),
            restricted,
        }))
    }

    /// Returns the policy that is asked about a request: none where the store is elsewhere, and asks its own of its owner.
    pub(super) async fn policy_for(
        &self,
        bearer: &Bearer,
        bucket: &BucketName,
    ) -> S3Result<Option<BucketPolicy>> {
        if bearer.asker.is_admin() && !self.local {
            return Ok(None);
        }
        self.policy(bucket).await
    }

    /// Returns what is blocked of the public in a bucket. A bucket where it was never set blocks everything, as at
    /// AWS, unless lists count in it.
    pub(in crate::s3) async fn public_access(
        &self,
        bucket: &BucketName,
    ) -> S3Result<PublicAccessBlock> {
        let found = self.config(bucket, BucketConfigKind::PublicAccess).await?;
        match found {
            Some(BucketConfig::PublicAccess(block)) => Ok(block),
            _ => Ok(unset_public_access(self.ownership(bucket).await?)),
        }
    }
}

/// Returns what is blocked of the public in a bucket where it was never set.
fn unset_public_access(ownership: ObjectOwnership) -> PublicAccessBlock {
    let all = ownership == ObjectOwnership::BucketOwnerEnforced;
    PublicAccessBlock {
        block_acls: all,
        ignore_acls: all,
        block_policy: all,
        restrict_buckets: all,
    }
}

fn is_no_bucket(error: &S3Error) -> bool {
    *error.code() == S3ErrorCode::NoSuchBucket
}
