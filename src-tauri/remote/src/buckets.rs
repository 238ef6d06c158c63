//! Buckets.

use std::collections::HashMap;

use aws_sdk_s3::types::{
    BucketCannedAcl, BucketLocationConstraint, BucketVersioningStatus, CreateBucketConfiguration,
    ObjectOwnership as SdkOwnership, VersioningConfiguration,
};
use futures::{StreamExt as _, stream};
use stave_model::{Bucket, BucketName, ObjectOwnership, Timestamp, UserName, Versioning};
use stave_store::{Buckets, CreateBucket, Error, Result};

use crate::RemoteStore;
use crate::acls::AclHeaders;
use crate::errors::Asked;
use crate::words::{bucket_name, moment, nobody, owner_name};

/// How many buckets are asked for their versioning state at a time: a list of buckets does not tell
/// it.
const VERSIONING_AT_ONCE: usize = 8;
/// The region whose name CreateBucket must not carry.
const HOME_REGION: &str = "us-east-1";

impl RemoteStore {
    /// Lists the buckets that these credentials own. `usage` is not told by S3.
    pub(crate) async fn buckets(&self) -> Result<Buckets> {
        let (owner, created) = self.owned().await?;
        let mut found: Vec<Bucket> = stream::iter(created)
            .map(|(name, created)| {
                let owner = owner.clone();
                async move {
                    let told = self.versioning_or_off(&name).await;
                    told.map(|told| {
                        told.map(|versioning| Bucket {
                            name,
                            created,
                            owner,
                            versioning,
                            usage: None,
                        })
                    })
                }
            })
            .buffer_unordered(VERSIONING_AT_ONCE)
            .filter_map(|bucket| async move { bucket.transpose() })
            .collect::<Vec<Result<Bucket>>>()
            .await
            .into_iter()
            .collect::<Result<_>>()?;
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(found)
    }

    /// Makes a bucket in the client's region. In the first one S3 takes a second request for a bucket
    /// of one's own as a reset of its access control list: there it is asked for before.
    pub(crate) async fn make_bucket(&self, create: CreateBucket) -> Result<Bucket> {
        let region = self.client.config().region().map(ToString::to_string);
        let elsewhere = region.filter(|region| region != HOME_REGION);
        if elsewhere.is_none() && self.is_own(&create.bucket).await? {
            return Err(Error::BucketAlreadyOwnedByYou(create.bucket));
        }
        let configuration = elsewhere.map(|region| {
            CreateBucketConfiguration::builder()
                .location_constraint(BucketLocationConstraint::from(region.as_str()))
                .build()
        });
        let acl = AclHeaders::of(create.acl.as_ref(), &create.owner);
        let ownership = create.ownership.map(ObjectOwnership::as_str);
        self.client
            .create_bucket()
            .bucket(create.bucket.as_str())
            .set_acl(acl.canned.map(BucketCannedAcl::from))
            .set_grant_full_control(acl.full_control)
            .set_grant_read(acl.read)
            .set_grant_write(acl.write)
            .set_grant_read_acp(acl.read_acp)
            .set_grant_write_acp(acl.write_acp)
            .set_object_ownership(ownership.map(SdkOwnership::from))
            .set_create_bucket_configuration(configuration)
            .send()
            .await
            .map_err(|e| Asked::bucket("making a bucket", &create.bucket).failed(e))?;
        self.bucket(&create.bucket).await
    }

    /// Returns whether there is a bucket of that name that is one's own. What stands in the way of
    /// asking is told better by the request that comes after.
    async fn is_own(&self, name: &BucketName) -> Result<bool> {
        let there = self.client.head_bucket().bucket(name.as_str()).send().await;
        match there {
            Ok(_) => Ok(self.owned().await?.1.contains_key(name)),
            Err(_) => Ok(false),
        }
    }

    /// Returns a bucket. When it was made and whose it is stand only in the list of one's own
    /// buckets; of a bucket of another's the epoch and `-` are told.
    pub(crate) async fn bucket(&self, name: &BucketName) -> Result<Bucket> {
        self.client
            .head_bucket()
            .bucket(name.as_str())
            .send()
            .await
            .map_err(|e| Asked::bucket("asking for a bucket", name).failed(e))?;
        let versioning = self.versioning(name).await?;
        let (owner, created) = match self.owned().await {
            Ok((owner, mut created)) => match created.remove(name) {
                Some(created) => (owner, created),
                None => (nobody(), Timestamp::from_millis(0)),
            },
            Err(Error::AccessDenied) => (nobody(), Timestamp::from_millis(0)),
            Err(other) => return Err(other),
        };
        Ok(Bucket {
            name: name.clone(),
            created,
            owner,
            versioning,
            usage: None,
        })
    }

    /// Removes an empty bucket.
    pub(crate) async fn remove_bucket(&self, name: &BucketName) -> Result<()> {
        self.client
            .delete_bucket()
            .bucket(name.as_str())
            .send()
            .await
            .map_err(|e| Asked::bucket("removing a bucket", name).failed(e))?;
        Ok(())
    }

    /// Turns versioning on or suspends it.
    pub(crate) async fn set_versioning(
        &self,
        name: &BucketName,
        versioning: Versioning,
    ) -> Result<()> {
        let status = match versioning {
            Versioning::Off => {
                return Err(Error::InvalidArgument(
                    "versioning is turned on or suspended, never off again",
                ));
            }
            Versioning::Enabled => BucketVersioningStatus::Enabled,
            Versioning::Suspended => BucketVersioningStatus::Suspended,
        };
        self.client
            .put_bucket_versioning()
            .bucket(name.as_str())
            .versioning_configuration(VersioningConfiguration::builder().status(status).build())
            .send()
            .await
            .map_err(|e| Asked::bucket("setting versioning", name).failed(e))?;
        Ok(())
    }

    /// Returns the owner of the credentials and the buckets, with when each was made.
    async fn owned(&self) -> Result<(UserName, HashMap<BucketName, Timestamp>)> {
        let mut created = HashMap::new();
        let mut owner = nobody();
        let mut token = None;
        loop {
            let page = self
                .client
                .list_buckets()
                .set_continuation_token(token)
                .send()
                .await
                .map_err(|e| Asked::store("listing buckets").failed(e))?;
            owner = page.owner().map_or(owner, |told| owner_name(Some(told)));
            created.extend(page.buckets().iter().filter_map(|bucket| {
                Some((bucket_name(bucket.name())?, moment(bucket.creation_date())))
            }));
            token = page.continuation_token().map(str::to_owned);
            if token.is_none() {
                return Ok((owner, created));
            }
        }
    }

    async fn versioning(&self, name: &BucketName) -> Result<Versioning> {
        let answer = self.client.get_bucket_versioning().bucket(name.as_str());
        let answer = answer.send().await;
        let asked = Asked::bucket("asking for versioning", name);
        match answer.map_err(|e| asked.failed(e)) {
            Ok(told) => Ok(match told.status() {
                Some(BucketVersioningStatus::Enabled) => Versioning::Enabled,
                Some(BucketVersioningStatus::Suspended) => Versioning::Suspended,
                _ => Versioning::Off,
            }),
            // Stores without versioning say so, and a narrow key may not ask.
            Err(Error::NotOffered { .. } | Error::AccessDenied) => Ok(Versioning::Off),
            Err(other) => Err(other),
        }
    }

    /// Returns the state of a listed bucket; `None` where it is gone since.
    async fn versioning_or_off(&self, name: &BucketName) -> Result<Option<Versioning>> {
        match self.versioning(name).await {
            Ok(versioning) => Ok(Some(versioning)),
            Err(Error::NoSuchBucket(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }
}
