//! What the store says of rights: buckets, how things are owned in them, and their lists.

use std::sync::Arc;

use s3s::S3Result;
use s3s::access::S3AccessContext;
use stave_model::{
    Acl, Bucket, BucketConfig, BucketConfigKind, BucketName, ObjectOwnership, Payer, UserName,
};
use stave_store::{Identities, Store};

use super::{allowed, denied};
use crate::options::EndpointOptions;
use crate::s3::acls::{Asked, Belongs};
use crate::s3::errors::from_store;
use crate::s3::verified::{Caller, Charged};

/// A bucket and how things are owned in it.
pub(in crate::s3) struct Ground {
    pub(in crate::s3) bucket: Bucket,
    pub(in crate::s3) ownership: ObjectOwnership,
}

/// What the store says of rights.
#[derive(Clone)]
pub(in crate::s3) struct Rights {
    pub(super) store: Arc<dyn Store>,
    /// Who has policies; `None` where nobody has any.
    pub(super) identities: Option<Arc<dyn Identities>>,
    /// What holds where a bucket has no ownership setting.
    unset: ObjectOwnership,
    /// Whether buckets are this store's own: elsewhere their policies are asked there.
    pub(super) local: bool,
}

impl Rights {
    pub(in crate::s3) fn new(options: &EndpointOptions) -> Self {
        let identities = options.identities.clone();
        Self::of(
            Arc::clone(&options.store),
            identities,
            options.object_ownership,
        )
    }

    pub(super) fn of(
        store: Arc<dyn Store>,
        identities: Option<Arc<dyn Identities>>,
        unset: ObjectOwnership,
    ) -> Self {
        let local = store.changes().is_ok();
        Self {
            store,
            identities,
            unset,
            local,
        }
    }

    /// Returns whether users have policies here.
    pub(in crate::s3) fn knows_identities(&self) -> bool {
        self.identities.is_some()
    }

    /// Returns a bucket, or `NoSuchBucket`.
    pub(in crate::s3) async fn bucket(&self, bucket: &BucketName) -> S3Result<Bucket> {
        self.store.head_bucket(bucket).await.map_err(from_store)
    }

    /// Returns a bucket with its ownership setting, or `NoSuchBucket`.
    pub(in crate::s3) async fn ground(&self, bucket: &BucketName) -> S3Result<Ground> {
        self.ground_of(self.bucket(bucket).await?).await
    }

    async fn ground_of(&self, bucket: Bucket) -> S3Result<Ground> {
        let ownership = self.ownership(&bucket.name).await?;
        Ok(Ground { bucket, ownership })
    }

    /// Decides whose an object is that `writer` puts into a bucket, and its list.
    pub(in crate::s3) async fn belongs(
        &self,
        writer: UserName,
        bucket: Bucket,
        asked: Option<Asked>,
    ) -> S3Result<Belongs> {
        // No setting makes it another's, so that none is looked up on the usual way of a write.
        if asked.is_none() && writer == bucket.owner {
            return Ok(Belongs {
                owner: writer,
                acl: None,
            });
        }
        let ground = self.ground_of(bucket).await?;
        let belongs = Belongs::decide(writer, &ground, asked)?;
        let bucket = &ground.bucket.name;
        self.lists_may_be(bucket, belongs.acl.as_ref()).await?;
        Ok(belongs)
    }

    pub(in crate::s3) async fn ownership(&self, bucket: &BucketName) -> S3Result<ObjectOwnership> {
        let kind = BucketConfigKind::Ownership;
        match self.config(bucket, kind).await? {
            Some(BucketConfig::Ownership(ownership)) => Ok(ownership),
            _ => Ok(self.unset),
        }
    }

    /// Returns the list of a bucket: the private one of its owner where none was set.
    pub(in crate::s3) async fn bucket_acl(&self, bucket: &Bucket) -> S3Result<Acl> {
        match self.config(&bucket.name, BucketConfigKind::Acl).await? {
            Some(BucketConfig::Acl(acl)) => Ok(acl),
            _ => Ok(Acl::private(&bucket.owner)),
        }
    }

    /// Returns what counts of a list: nothing of the public's, where that is ignored.
    pub(super) async fn counting(&self, bucket: &Bucket, acl: Acl) -> S3Result<Acl> {
        if !acl.is_public() || !self.public_access(&bucket.name).await?.ignore_acls {
            return Ok(acl);
        }
        Ok(acl.without_public())
    }

    /// Fails where a list gives the public something and the bucket blocks such lists.
    pub(in crate::s3) async fn lists_may_be(
        &self,
        bucket: &BucketName,
        acl: Option<&Acl>,
    ) -> S3Result<()> {
        let public = acl.is_some_and(Acl::is_public);
        let blocked = public && self.public_access(bucket).await?.block_acls;
        allowed(!blocked)
    }

    pub(super) async fn config(
        &self,
        bucket: &BucketName,
        kind: BucketConfigKind,
    ) -> S3Result<Option<BucketConfig>> {
        let config = self.store.bucket_config(bucket, kind).await;
        config.map_err(from_store)
    }

    /// Fails where a bucket is not owned by whom the client expects.
    pub(in crate::s3) async fn is_owned_by(
        &self,
        bucket: &BucketName,
        expected: &[u8],
    ) -> S3Result<()> {
        let found = self.bucket(bucket).await?;
        let owned = found.owner.as_str().as_bytes() == expected;
        owned.then_some(()).ok_or_else(denied)
    }

    /// Demands of a guest, where the bucket's owner wants it, to say that they know that they pay.
    pub(super) async fn pays(
        &self,
        caller: &Caller,
        bucket: &BucketName,
        agrees: bool,
        cx: &mut S3AccessContext<'_>,
    ) -> S3Result<()> {
        let set = self
            .config(bucket, BucketConfigKind::RequestPayment)
            .await?;
        if set != Some(BucketConfig::RequestPayment(Payer::Requester)) {
            return Ok(());
        }
        if caller.user().is_none() || !agrees {
            return Err(denied());
        }
        if let Some(charged) = cx.extensions_mut().get::<Charged>() {
            charged.note();
        }
        Ok(())
    }
}
