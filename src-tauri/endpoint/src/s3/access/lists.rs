//! What access control lists give, where they count, and ownership.

use s3s::{S3Error, S3ErrorCode, S3Result};
use stave_model::{Bucket, ObjectOwnership, Permission, UploadId, UserName};
use stave_store::{Error, ListParts, UploadRef};

use super::circumstances::Circumstances;
use super::laws::{Laws, Say};
use super::needs::Need;
use super::rights::{Ground, Rights};
use super::{Asks, On, Standing, allowed, denied};
use crate::s3::convert::{object_ref, upload_id};
use crate::s3::errors::from_store;

impl Rights {
    /// Decides by ownership and lists, or fails.
    pub(super) async fn without_policy(
        &self,
        laws: &Laws<'_>,
        ground: &Ground,
        asks: &Asks<'_>,
    ) -> S3Result<Standing> {
        let owner = laws.user() == Some(&ground.bucket.owner);
        match (owner, ground.ownership) {
            (true, ObjectOwnership::BucketOwnerEnforced) => Ok(Standing::Owner),
            (false, ObjectOwnership::BucketOwnerEnforced) => Err(denied()),
            (true, _) => {
                if let Need::Object(wanted) = asks.need {
                    self.object_gives(laws, ground, asks, wanted).await?;
                }
                Ok(Standing::Owner)
            }
            (false, _) => {
                self.lists_give(laws, ground, asks).await?;
                Ok(Standing::Guest)
            }
        }
    }

    /// Returns whether an object that a guest may read may be told to be missing: to those alone who may list.
    pub(super) async fn may_know(
        &self,
        laws: &Laws<'_>,
        ground: &Ground,
        asks: &Asks<'_>,
    ) -> S3Result<bool> {
        let (Need::Object(Permission::Read), Some(key)) = (asks.need, asks.key) else {
            return Ok(true);
        };
        let object = object_ref(ground.bucket.name.as_str(), key, asks.version)?;
        if self.store.object_tags(object).await.is_ok() {
            return Ok(true);
        }
        match self.may_list(laws, ground, key).await {
            Ok(()) => Ok(true),
            Err(error) if is_denial(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Lets a caller know what is under a key, or fails.
    async fn may_list(&self, laws: &Laws<'_>, ground: &Ground, key: &str) -> S3Result<()> {
        let asks = Asks {
            need: Need::Bucket(Permission::Read),
            actions: &["s3:ListBucket"],
            on: On::Bucket,
            circumstances: Circumstances::Listing { prefix: key },
            key: None,
            version: None,
            upload: None,
        };
        let lists_count = ground.ownership != ObjectOwnership::BucketOwnerEnforced;
        match self.say(laws, &ground.bucket.name, &asks).await?.0 {
            Say::Yes(..) => Ok(()),
            Say::Nothing(_) | Say::Blocked(_) if lists_count => {
                let read = Permission::Read;
                self.bucket_gives(laws.user(), &ground.bucket, read).await
            }
            Say::No(..) | Say::OutOfBounds(_) | Say::Nothing(_) | Say::Blocked(_) => Err(denied()),
        }
    }

    async fn lists_give(&self, laws: &Laws<'_>, ground: &Ground, asks: &Asks<'_>) -> S3Result<()> {
        let bucket = &ground.bucket;
        match asks.need {
            Need::Signature | Need::Owner => Err(denied()),
            Need::Bucket(wanted) => self.bucket_gives(laws.user(), bucket, wanted).await,
            Need::Object(wanted) => self.object_gives(laws, ground, asks, wanted).await,
            Need::Upload => {
                self.bucket_gives(laws.user(), bucket, Permission::Write)
                    .await?;
                self.began(laws.user(), bucket, asks).await
            }
        }
    }

    async fn bucket_gives(
        &self,
        user: Option<&UserName>,
        bucket: &Bucket,
        wanted: Permission,
    ) -> S3Result<()> {
        let acl = self
            .counting(bucket, self.bucket_acl(bucket).await?)
            .await?;
        let gives = acl.allows(user, wanted);
        allowed(gives)
    }

    /// Asks the list of an object. Who may not list the bucket is not told either whether it is there.
    async fn object_gives(
        &self,
        laws: &Laws<'_>,
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
                let owner = laws.user() == Some(&found.owner) && of_the_list;
                let acl = self.counting(bucket, found.acl).await?;
                let gives = owner || acl.allows(laws.user(), wanted);
                gives.then_some(()).ok_or_else(denied)
            }
            Err(
                Error::NoSuchKey { .. }
                | Error::NoSuchVersion { .. }
                | Error::IsDeleteMarker { .. },
            ) if laws.user() == Some(&bucket.owner) => Ok(()),
            Err(
                Error::NoSuchKey { .. }
                | Error::NoSuchVersion { .. }
                | Error::IsDeleteMarker { .. },
            ) => self.may_list(laws, ground, key).await,
            Err(error) => Err(from_store(error)),
        }
    }

    async fn began(
        &self,
        user: Option<&UserName>,
        bucket: &Bucket,
        asks: &Asks<'_>,
    ) -> S3Result<()> {
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
        let began = user == Some(&page.upload.owner);
        began.then_some(()).ok_or_else(denied)
    }
}

/// Returns whether an error is a refusal, and not a failure.
pub(super) fn is_denial(error: &S3Error) -> bool {
    *error.code() == S3ErrorCode::AccessDenied
}
