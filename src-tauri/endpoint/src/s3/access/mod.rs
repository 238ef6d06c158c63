//! Who may do what. What a bucket's policy denies nobody may, but for its owner, who can always mend it. Else the
//! owner of the vault may do everything, the owner of a bucket everything in it but read what others own there;
//! everyone else, signed or not, what the policy or access control lists give them, and lists count only where
//! the bucket's ownership setting lets them. Policies of users come later, at this point.

mod actions;
mod may;
mod needs;
mod policies;

pub(super) use policies::POLICY_MAX_BYTES;

use std::sync::Arc;

use hyper::header::HeaderValue;
use s3s::access::{S3Access, S3AccessContext};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};
use stave_model::{
    Acl, Bucket, BucketConfig, BucketConfigKind, BucketName, ObjectOwnership, Payer, Permission,
    UploadId, UserName,
};
use stave_store::{Error, ListParts, Store, UploadRef};

use self::actions::{Actions, MENDING, On, actions_of};
use self::needs::{Need, Version, need_of};
use self::policies::{Asking, Circumstances, Say};
use super::acls::{Asked, Belongs};
use super::convert::{bucket_name, object_ref, upload_id};
use super::errors::from_store;
use super::query::Query;
use super::verified::{Caller, Charged, Verbatim};
use crate::dialect::Dialect;

/// The first user of a vault, who owns it.
pub(super) const ADMIN: &str = "admin";

/// Decides before an operation reads its input.
pub(super) struct Authority {
    rights: Rights,
    dialect: Dialect,
}

impl Authority {
    pub(super) fn new(rights: Rights, dialect: Dialect) -> Self {
        Self { rights, dialect }
    }
}

#[async_trait::async_trait]
impl S3Access for Authority {
    async fn check(&self, cx: &mut S3AccessContext<'_>) -> S3Result<()> {
        let caller = cx.extensions_mut().get::<Caller>().cloned();
        let caller = caller.ok_or_else(denied)?;
        let verbatim = cx.extensions_mut().get::<Verbatim>().cloned();
        let verbatim = verbatim.ok_or_else(denied)?;
        let uri = cx.uri().clone();
        let query = Query::parse(uri.query().unwrap_or_default());
        let version = Version::of(query.text("versionId"));
        let need = need_of(cx.s3_op().name(), version).ok_or_else(denied)?;
        let actions = actions_of(cx.s3_op().name(), version).ok_or_else(denied)?;
        let bucket = cx.s3_path().get_bucket_name();
        let (Some(bucket), false) = (bucket, need == Need::Signature) else {
            let shows_nothing = self.dialect == Dialect::Ceph && cx.s3_op().name() == "ListBuckets";
            let may = shows_nothing || caller.user().is_some();
            return may.then_some(()).ok_or_else(denied);
        };
        let asks = Asks {
            need,
            actions,
            circumstances: Circumstances::Request {
                headers: &verbatim.headers,
                query: &query,
            },
            key: cx.s3_path().get_object_key(),
            version: query.text("versionId"),
            upload: query.text("uploadId"),
        };
        let bucket = bucket_name(bucket)?;
        let standing = self.rights.check(&caller, &bucket, &asks).await?;
        let header = |name: &str| cx.headers().get(name).map(HeaderValue::as_bytes);
        if let Some(expected) = header("x-amz-expected-bucket-owner") {
            self.rights.is_owned_by(&bucket, expected).await?;
        }
        if standing == Standing::Guest {
            let agrees = header("x-amz-request-payer") == Some(b"requester");
            self.rights.pays(&caller, &bucket, agrees, cx).await?;
        }
        cx.extensions_mut().insert(standing);
        Ok(())
    }
}

/// What a request asks for.
struct Asks<'r> {
    need: Need,
    actions: Actions,
    circumstances: Circumstances<'r>,
    key: Option<&'r str>,
    version: Option<&'r str>,
    upload: Option<&'r str>,
}

/// By what right a caller was let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// The bucket's owner, or the vault's.
    Owner,
    /// Someone whom a list or a policy lets in.
    Guest,
    /// Someone whom only a policy can let in, object by object.
    Stranger,
}

/// A bucket and how things are owned in it.
pub(super) struct Ground {
    pub(super) bucket: Bucket,
    pub(super) ownership: ObjectOwnership,
}

/// What the store says of rights.
#[derive(Clone)]
pub(super) struct Rights {
    store: Arc<dyn Store>,
    /// What holds where a bucket has no ownership setting.
    unset: ObjectOwnership,
    /// Whether buckets are this store's own: elsewhere their policies are asked there.
    local: bool,
}

impl Rights {
    pub(super) fn new(store: Arc<dyn Store>, unset: ObjectOwnership) -> Self {
        let local = store.changes().is_ok();
        Self {
            store,
            unset,
            local,
        }
    }

    /// Returns a bucket, or `NoSuchBucket`.
    pub(super) async fn bucket(&self, bucket: &BucketName) -> S3Result<Bucket> {
        self.store.head_bucket(bucket).await.map_err(from_store)
    }

    /// Returns a bucket with its ownership setting, or `NoSuchBucket`.
    pub(super) async fn ground(&self, bucket: &BucketName) -> S3Result<Ground> {
        self.ground_of(self.bucket(bucket).await?).await
    }

    async fn ground_of(&self, bucket: Bucket) -> S3Result<Ground> {
        let ownership = self.ownership(&bucket.name).await?;
        Ok(Ground { bucket, ownership })
    }

    /// Decides whose an object is that `writer` puts into a bucket, and its list.
    pub(super) async fn belongs(
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

    pub(super) async fn ownership(&self, bucket: &BucketName) -> S3Result<ObjectOwnership> {
        let kind = BucketConfigKind::Ownership;
        match self.config(bucket, kind).await? {
            Some(BucketConfig::Ownership(ownership)) => Ok(ownership),
            _ => Ok(self.unset),
        }
    }

    /// Returns the list of a bucket: the private one of its owner where none was set.
    pub(super) async fn bucket_acl(&self, bucket: &Bucket) -> S3Result<Acl> {
        match self.config(&bucket.name, BucketConfigKind::Acl).await? {
            Some(BucketConfig::Acl(acl)) => Ok(acl),
            _ => Ok(Acl::private(&bucket.owner)),
        }
    }

    /// Returns what counts of a list: nothing of the public's, where that is ignored.
    async fn counting(&self, bucket: &Bucket, acl: Acl) -> S3Result<Acl> {
        if !acl.is_public() || !self.public_access(&bucket.name).await?.ignore_acls {
            return Ok(acl);
        }
        Ok(acl.without_public())
    }

    /// Fails where a list gives the public something and the bucket blocks such lists.
    pub(super) async fn lists_may_be(
        &self,
        bucket: &BucketName,
        acl: Option<&Acl>,
    ) -> S3Result<()> {
        let public = acl.is_some_and(Acl::is_public);
        let blocked = public && self.public_access(bucket).await?.block_acls;
        allowed(!blocked)
    }

    async fn config(
        &self,
        bucket: &BucketName,
        kind: BucketConfigKind,
    ) -> S3Result<Option<BucketConfig>> {
        let config = self.store.bucket_config(bucket, kind).await;
        config.map_err(from_store)
    }

    async fn check(
        &self,
        caller: &Caller,
        bucket: &BucketName,
        asks: &Asks<'_>,
    ) -> S3Result<Standing> {
        let admin = caller.user().is_some_and(is_admin);
        if admin && !self.local {
            return Ok(Standing::Owner);
        }
        let says = self.policy_says(caller, bucket, asks).await?;
        if admin {
            return allowed(says != Say::No || asks.mends()).map(|()| Standing::Owner);
        }
        let ground = self.ground(bucket).await?;
        let owner = caller.user() == Some(&ground.bucket.owner);
        match says {
            Say::No => {
                allowed(owner && asks.mends())?;
            }
            Say::Yes if !owner => {
                self.may_know(caller, &ground, asks).await?;
                return Ok(Standing::Guest);
            }
            Say::Yes => return Ok(Standing::Owner),
            Say::Nothing => {}
        }
        let given = self.without_policy(caller, &ground, asks).await;
        let each = asks.actions.on == On::EachObject;
        if given.is_err() && each && self.policy(bucket).await?.is_some() {
            // Object by object the policy may allow it yet.
            return Ok(Standing::Stranger);
        }
        given
    }

    async fn without_policy(
        &self,
        caller: &Caller,
        ground: &Ground,
        asks: &Asks<'_>,
    ) -> S3Result<Standing> {
        let owner = caller.user() == Some(&ground.bucket.owner);
        match (owner, ground.ownership) {
            (true, ObjectOwnership::BucketOwnerEnforced) => Ok(Standing::Owner),
            (false, ObjectOwnership::BucketOwnerEnforced) => Err(denied()),
            (true, _) => {
                if let Need::Object(wanted) = asks.need {
                    self.object_gives(caller, ground, asks, wanted).await?;
                }
                Ok(Standing::Owner)
            }
            (false, _) => {
                self.lists_give(caller, ground, asks).await?;
                Ok(Standing::Guest)
            }
        }
    }

    async fn policy_says(
        &self,
        caller: &Caller,
        bucket: &BucketName,
        asks: &Asks<'_>,
    ) -> S3Result<Say> {
        let object = match asks.actions.on {
            On::Nothing | On::EachObject => return Ok(Say::Nothing),
            On::Bucket => None,
            On::Object => {
                let key = asks.key.ok_or_else(denied)?;
                Some(object_ref(bucket.as_str(), key, asks.version)?)
            }
        };
        // A bucket that is not there is told by whoever looks for it next.
        let policy = match self.policy(bucket).await {
            Ok(policy) => policy,
            Err(error) if *error.code() == S3ErrorCode::NoSuchBucket => None,
            Err(error) => return Err(error),
        };
        let Some(policy) = policy else {
            return Ok(Say::Nothing);
        };
        let asking = Asking {
            user: caller.user(),
            actions: asks.actions.names,
            object: object.as_ref(),
            circumstances: asks.circumstances,
        };
        Ok(self.ask(&policy, &asking).await)
    }

    /// Fails where an object that a guest may read is not there, and they may not list the bucket: then they are
    /// not told either that it is not.
    async fn may_know(&self, caller: &Caller, ground: &Ground, asks: &Asks<'_>) -> S3Result<()> {
        let (Need::Object(Permission::Read), Some(key)) = (asks.need, asks.key) else {
            return Ok(());
        };
        let object = object_ref(ground.bucket.name.as_str(), key, asks.version)?;
        match self.store.object_tags(object).await {
            Ok(_) => Ok(()),
            Err(_) => self.may_list(caller, ground, key).await,
        }
    }

    /// Lets a caller know what is under a key, or fails.
    async fn may_list(&self, caller: &Caller, ground: &Ground, key: &str) -> S3Result<()> {
        let asks = Asks {
            need: Need::Bucket(Permission::Read),
            actions: actions_of("ListObjectsV2", Version::Latest).ok_or_else(denied)?,
            circumstances: Circumstances::Listing { prefix: key },
            key: None,
            version: None,
            upload: None,
        };
        let lists_count = ground.ownership != ObjectOwnership::BucketOwnerEnforced;
        match self.policy_says(caller, &ground.bucket.name, &asks).await? {
            Say::Yes => Ok(()),
            Say::Nothing if lists_count => {
                let read = Permission::Read;
                self.bucket_gives(caller, &ground.bucket, read).await
            }
            Say::No | Say::Nothing => Err(denied()),
        }
    }

    async fn lists_give(&self, caller: &Caller, ground: &Ground, asks: &Asks<'_>) -> S3Result<()> {
        let bucket = &ground.bucket;
        match asks.need {
            Need::Signature | Need::Owner => Err(denied()),
            Need::Bucket(wanted) => self.bucket_gives(caller, bucket, wanted).await,
            Need::Object(wanted) => self.object_gives(caller, ground, asks, wanted).await,
            Need::Upload => {
                self.bucket_gives(caller, bucket, Permission::Write).await?;
                self.began(caller, bucket, asks).await
            }
        }
    }

    async fn bucket_gives(
        &self,
        caller: &Caller,
        bucket: &Bucket,
        wanted: Permission,
    ) -> S3Result<()> {
        let acl = self
            .counting(bucket, self.bucket_acl(bucket).await?)
            .await?;
        let gives = acl.allows(caller.user(), wanted);
        gives.then_some(()).ok_or_else(denied)
    }

    /// Asks the list of an object. Who may not list the bucket is not told either whether it is there.
    async fn object_gives(
        &self,
        caller: &Caller,
        ground: &Ground,
        asks: &Asks<'_>,
        wanted: Permission,
    ) -> S3Result<()> {
        let bucket = &ground.bucket;
        let key = asks.key.ok_or_else(denied)?;
        let object = object_ref(bucket.name.as_str(), key, asks.version)?;
        match self.store.object_acl(object).await {
            Ok(found) => {
                // The owner of an object can always read and change its list, whatever it says.
                let of_the_list = matches!(wanted, Permission::ReadAcp | Permission::WriteAcp);
                let owner = caller.user() == Some(&found.owner) && of_the_list;
                let acl = self.counting(bucket, found.acl).await?;
                let gives = owner || acl.allows(caller.user(), wanted);
                gives.then_some(()).ok_or_else(denied)
            }
            Err(
                Error::NoSuchKey { .. }
                | Error::NoSuchVersion { .. }
                | Error::IsDeleteMarker { .. },
            ) if caller.user() == Some(&bucket.owner) => Ok(()),
            Err(
                Error::NoSuchKey { .. }
                | Error::NoSuchVersion { .. }
                | Error::IsDeleteMarker { .. },
            ) => self.may_list(caller, ground, key).await,
            Err(error) => Err(from_store(error)),
        }
    }

    async fn began(&self, caller: &Caller, bucket: &Bucket, asks: &Asks<'_>) -> S3Result<()> {
        let (Some(key), Some(upload)) = (asks.key, asks.upload) else {
            return Err(denied());
        };
        let object = object_ref(bucket.name.as_str(), key, None)?;
        let upload: UploadId = upload_id(upload)?;
        let look = ListParts {
            upload: UploadRef {
                bucket: object.bucket,
                key: object.key,
                upload,
            },
            after: 0,
            max_parts: 0,
        };
        let page = self.store.list_parts(look).await.map_err(from_store)?;
        let began = caller.user() == Some(&page.upload.owner);
        began.then_some(()).ok_or_else(denied)
    }

    /// Fails where a bucket is not owned by whom the client expects.
    pub(super) async fn is_owned_by(&self, bucket: &BucketName, expected: &[u8]) -> S3Result<()> {
        let found = self.bucket(bucket).await?;
        let owned = found.owner.as_str().as_bytes() == expected;
        owned.then_some(()).ok_or_else(denied)
    }

    /// Demands of a guest, where the bucket's owner wants it, to say that they know that they pay.
    async fn pays(
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

impl Asks<'_> {
    /// Returns whether this is how an owner mends a policy.
    fn mends(&self) -> bool {
        self.actions.names.iter().all(|name| MENDING.contains(name))
            && self.actions.on == On::Bucket
    }
}

fn allowed(is: bool) -> S3Result<()> {
    is.then_some(()).ok_or_else(denied)
}

/// Returns whether a user owns the vault.
pub(super) fn is_admin(user: &UserName) -> bool {
    user.as_str() == ADMIN
}

/// S3's refusal.
pub(super) fn denied() -> S3Error {
    s3_error!(AccessDenied, "Access Denied")
}
