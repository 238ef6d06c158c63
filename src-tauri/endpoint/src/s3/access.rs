//! Who may do what: the owner of the vault everything, everyone else what concerns a bucket of their own.
//! Policies come later, at this point.

use std::sync::Arc;

use s3s::access::{S3Access, S3AccessContext};
use s3s::{S3Error, S3Result, s3_error};
use stave_model::{BucketName, UserName};
use stave_store::Store;

use super::convert::bucket_name;
use super::errors::from_store;
use super::verified::Caller;

/// The first user of a vault, who owns it.
pub(super) const ADMIN: &str = "admin";

/// Decides before an operation reads its input.
pub(super) struct Authority {
    store: Arc<dyn Store>,
}

impl Authority {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }
}

#[async_trait::async_trait]
impl S3Access for Authority {
    async fn check(&self, cx: &mut S3AccessContext<'_>) -> S3Result<()> {
        let caller = cx
            .extensions_mut()
            .get::<Caller>()
            .cloned()
            .ok_or_else(denied)?;
        let expected = cx.headers().get("x-amz-expected-bucket-owner").cloned();
        let Some(bucket) = cx.s3_path().get_bucket_name() else {
            // Only ListBuckets names no bucket, and it shows each caller their own.
            return Ok(());
        };
        if cx.s3_op().name() == "CreateBucket" {
            return Ok(());
        }
        let bucket = bucket_name(bucket)?;
        may_use(self.store.as_ref(), caller.user(), &bucket).await?;
        if let Some(expected) = expected {
            is_owned_by(self.store.as_ref(), &bucket, expected.as_bytes()).await?;
        }
        Ok(())
    }
}

/// Lets `caller` use a bucket and what is in it, or fails.
pub(super) async fn may_use(
    store: &dyn Store,
    caller: &UserName,
    bucket: &BucketName,
) -> S3Result<()> {
    if is_admin(caller) {
        return Ok(());
    }
    let found = store.head_bucket(bucket).await.map_err(from_store)?;
    (found.owner == *caller).then_some(()).ok_or_else(denied)
}

/// Fails where a bucket is not owned by whom the client expects.
pub(super) async fn is_owned_by(
    store: &dyn Store,
    bucket: &BucketName,
    expected: &[u8],
) -> S3Result<()> {
    let found = store.head_bucket(bucket).await.map_err(from_store)?;
    let owned = found.owner.as_str().as_bytes() == expected;
    owned.then_some(()).ok_or_else(denied)
}

/// Returns whether a user owns the vault.
pub(super) fn is_admin(user: &UserName) -> bool {
    user.as_str() == ADMIN
}

fn denied() -> S3Error {
    s3_error!(AccessDenied, "Access Denied")
}
