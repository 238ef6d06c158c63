//! What is set for a bucket. Where S3 tells what comes without being set (the private list, the
//! owner who pays), nothing is set here.

use aws_sdk_s3::error::BuildError;
use aws_sdk_s3::types::{
    AccelerateConfiguration, BucketAccelerateStatus, BucketCannedAcl, BucketLoggingStatus,
    ObjectOwnership as SdkOwnership, OwnershipControls, OwnershipControlsRule, Payer as SdkPayer,
    RequestPaymentConfiguration,
};
use stave_model::{
    Acceleration, Acl, BucketConfig, BucketConfigKind, BucketEncryption, BucketName, Logging,
    ObjectOwnership, Payer, Tags, Website,
};
use stave_store::{Error, Result};

use crate::RemoteStore;
use crate::acls::{canned, policy, told_acl};
use crate::encryption::{sdk_default, told_default};
use crate::errors::{Asked, unless_absent};
use crate::logging::{sdk_logging, told_logging};
use crate::tags::{NO_TAGS, sdk_tagging, told_pairs};
use crate::website::{sdk_website, told_website};
use crate::words::{garbled, owner_name};

pub(crate) const ASKING: &str = "asking for what is set for a bucket";
pub(crate) const SETTING: &str = "setting something for a bucket";
pub(crate) const REMOVING: &str = "removing what is set for a bucket";

/// What an endpoint says of a bucket without a default encryption; S3 itself always has one.
const NO_DEFAULT: [&str; 1] = ["ServerSideEncryptionConfigurationNotFoundError"];

impl RemoteStore {
    /// Returns what is set for a bucket.
    pub(crate) async fn config(
        &self,
        bucket: &BucketName,
        kind: BucketConfigKind,
    ) -> Result<Option<BucketConfig>> {
        Ok(match kind {
            BucketConfigKind::Acl => self.acl(bucket).await?.map(BucketConfig::Acl),
            BucketConfigKind::Tagging => self.tagging(bucket).await?.map(BucketConfig::Tagging),
            BucketConfigKind::Ownership => {
                self.ownership(bucket).await?.map(BucketConfig::Ownership)
            }
            BucketConfigKind::RequestPayment => {
                self.payer(bucket).await?.map(BucketConfig::RequestPayment)
            }
            BucketConfigKind::Accelerate => {
                let told = self.acceleration(bucket).await?;
                told.map(BucketConfig::Accelerate)
            }
            BucketConfigKind::Logging => self.logging(bucket).await?.map(BucketConfig::Logging),
            BucketConfigKind::Website => self.website(bucket).await?.map(BucketConfig::Website),
            BucketConfigKind::Cors => self.cors(bucket).await?.map(BucketConfig::Cors),
            BucketConfigKind::Policy => self.policy(bucket).await?.map(BucketConfig::Policy),
            BucketConfigKind::PublicAccess => {
                let told = self.public_access(bucket).await?;
                told.map(BucketConfig::PublicAccess)
            }
            BucketConfigKind::Encryption => {
                let told = self.default_encryption(bucket).await?;
                told.map(BucketConfig::Encryption)
            }
        })
    }

    /// Sets something for a bucket.
    pub(crate) async fn set_config(&self, bucket: &BucketName, config: BucketConfig) -> Result<()> {
        match config {
            BucketConfig::Acl(acl) => self.set_acl(bucket, &acl).await,
            BucketConfig::Tagging(tags) => self.set_tagging(bucket, &tags).await,
            BucketConfig::Ownership(ownership) => self.set_ownership(bucket, ownership).await,
            BucketConfig::RequestPayment(payer) => self.set_payer(bucket, payer).await,
            BucketConfig::Accelerate(wanted) => self.set_acceleration(bucket, wanted).await,
            BucketConfig::Logging(logging) => self.set_logging(bucket, Some(&logging)).await,
            BucketConfig::Website(website) => self.set_website(bucket, &website).await,
            BucketConfig::Cors(cors) => self.set_cors(bucket, &cors).await,
            BucketConfig::Policy(policy) => self.set_policy(bucket, policy).await,
            BucketConfig::PublicAccess(block) => self.set_public_access(bucket, block).await,
            BucketConfig::Encryption(wanted) => self.set_default_encryption(bucket, &wanted).await,
        }
    }

    /// Removes what is set for a bucket. S3 can suspend acceleration, and not forget it.
    pub(crate) async fn remove_config(
        &self,
        bucket: &BucketName,
        kind: BucketConfigKind,
    ) -> Result<()> {
        match kind {
            BucketConfigKind::Acl => self.set_private(bucket).await,
            BucketConfigKind::Cors => self.remove_cors(bucket).await,
            BucketConfigKind::Policy => self.remove_policy(bucket).await,
            BucketConfigKind::PublicAccess => self.remove_public_access(bucket).await,
            BucketConfigKind::RequestPayment => self.set_payer(bucket, Payer::BucketOwner).await,
            BucketConfigKind::Logging => self.set_logging(bucket, None).await,
            BucketConfigKind::Accelerate => match self.acceleration(bucket).await? {
                None => Ok(()),
                Some(_) => Err(Error::NotOffered {
                    what: "forgetting acceleration; it can be suspended",
                }),
            },
            BucketConfigKind::Encryption => {
                let request = self.client.delete_bucket_encryption();
                let answer = request.bucket(bucket.as_str()).send().await;
                unless_absent(answer, &NO_DEFAULT, &Asked::bucket(REMOVING, bucket)).map(|_| ())
            }
            BucketConfigKind::Tagging => {
                let request = self.client.delete_bucket_tagging();
                let answer = request.bucket(bucket.as_str()).send().await;
                unless_absent(answer, &NO_TAGS, &Asked::bucket(REMOVING, bucket)).map(|_| ())
            }
            BucketConfigKind::Ownership => {
                let request = self.client.delete_bucket_ownership_controls();
                let answer = request.bucket(bucket.as_str()).send().await;
                let absent = ["OwnershipControlsNotFoundError"];
                unless_absent(answer, &absent, &Asked::bucket(REMOVING, bucket)).map(|_| ())
            }
            BucketConfigKind::Website => {
                let request = self.client.delete_bucket_website();
                let answer = request.bucket(bucket.as_str()).send().await;
                let absent = ["NoSuchWebsiteConfiguration"];
                unless_absent(answer, &absent, &Asked::bucket(REMOVING, bucket)).map(|_| ())
            }
        }
    }

    async fn acl(&self, bucket: &BucketName) -> Result<Option<Acl>> {
        let request = self.client.get_bucket_acl().bucket(bucket.as_str());
        let answer = request.send().await;
        let answer = answer.map_err(|e| Asked::bucket(ASKING, bucket).failed(e))?;
        let owner = owner_name(answer.owner());
        let acl = told_acl(answer.grants(), &owner)?;
        Ok((acl != Acl::private(&owner)).then_some(acl))
    }

    /// Sets the list of a bucket. A list without a name stands beside the owner, who is asked for.
    async fn set_acl(&self, bucket: &BucketName, acl: &Acl) -> Result<()> {
        let request = self.client.get_bucket_acl().bucket(bucket.as_str());
        let told = request.send().await;
        let told = told.map_err(|e| Asked::bucket(SETTING, bucket).failed(e))?;
        let request = self.client.put_bucket_acl().bucket(bucket.as_str());
        let request = match canned(acl, &owner_name(told.owner())) {
            Some(canned) => request.acl(BucketCannedAcl::from(canned.as_str())),
            None => request.access_control_policy(policy(acl, told.owner())?),
        };
        let answer = request.send().await;
        answer.map_err(|e| Asked::bucket(SETTING, bucket).failed(e))?;
        Ok(())
    }

    async fn set_private(&self, bucket: &BucketName) -> Result<()> {
        let request = self.client.put_bucket_acl().bucket(bucket.as_str());
        let answer = request.acl(BucketCannedAcl::Private).send().await;
        answer.map_err(|e| Asked::bucket(REMOVING, bucket).failed(e))?;
        Ok(())
    }

    async fn tagging(&self, bucket: &BucketName) -> Result<Option<Tags>> {
        let request = self.client.get_bucket_tagging().bucket(bucket.as_str());
        let answer = request.send().await;
        let told = unless_absent(answer, &NO_TAGS, &Asked::bucket(ASKING, bucket))?;
        let tags = told.map(|told| Tags::of_bucket(told_pairs(told.tag_set())));
        let tags = tags.transpose().map_err(|e| garbled("reading tags", e))?;
        Ok(tags.filter(|tags| !tags.is_empty()))
    }

    async fn set_tagging(&self, bucket: &BucketName, tags: &Tags) -> Result<()> {
        let request = self.client.put_bucket_tagging().bucket(bucket.as_str());
        let answer = request.tagging(sdk_tagging(tags)?).send().await;
        answer.map_err(|e| Asked::bucket(SETTING, bucket).failed(e))?;
        Ok(())
    }

    async fn ownership(&self, bucket: &BucketName) -> Result<Option<ObjectOwnership>> {
        let request = self.client.get_bucket_ownership_controls();
        let answer = request.bucket(bucket.as_str()).send().await;
        let absent = ["OwnershipControlsNotFoundError"];
        let told = unless_absent(answer, &absent, &Asked::bucket(ASKING, bucket))?;
        let rules = told.and_then(|told| told.ownership_controls);
        let rule = rules.and_then(|controls| controls.rules.into_iter().next());
        Ok(rule.and_then(|rule| ObjectOwnership::parse(rule.object_ownership().as_str())))
    }

    async fn set_ownership(&self, bucket: &BucketName, wanted: ObjectOwnership) -> Result<()> {
        let rule = OwnershipControlsRule::builder()
            .object_ownership(SdkOwnership::from(wanted.as_str()))
            .build();
        let controls = rule.and_then(|rule| OwnershipControls::builder().rules(rule).build());
        let request = self.client.put_bucket_ownership_controls();
        let answer = request
            .bucket(bucket.as_str())
            .ownership_controls(controls.map_err(unbuilt)?)
            .send()
            .await;
        answer.map_err(|e| Asked::bucket(SETTING, bucket).failed(e))?;
        Ok(())
    }

    async fn payer(&self, bucket: &BucketName) -> Result<Option<Payer>> {
        let request = self.client.get_bucket_request_payment();
        let answer = request.bucket(bucket.as_str()).send().await;
        let answer = answer.map_err(|e| Asked::bucket(ASKING, bucket).failed(e))?;
        let payer = answer.payer().and_then(|told| Payer::parse(told.as_str()));
        Ok(payer.filter(|payer| *payer != Payer::default()))
    }

    async fn set_payer(&self, bucket: &BucketName, payer: Payer) -> Result<()> {
        let configuration = RequestPaymentConfiguration::builder()
            .payer(SdkPayer::from(payer.as_str()))
            .build();
        let request = self.client.put_bucket_request_payment();
        let answer = request
            .bucket(bucket.as_str())
            .request_payment_configuration(configuration.map_err(unbuilt)?)
            .send()
            .await;
        answer.map_err(|e| Asked::bucket(SETTING, bucket).failed(e))?;
        Ok(())
    }

    async fn acceleration(&self, bucket: &BucketName) -> Result<Option<Acceleration>> {
        let request = self.client.get_bucket_accelerate_configuration();
        let answer = request.bucket(bucket.as_str()).send().await;
        let answer = answer.map_err(|e| Asked::bucket(ASKING, bucket).failed(e))?;
        let status = answer.status();
        Ok(status.and_then(|status| Acceleration::parse(status.as_str())))
    }

    async fn set_acceleration(&self, bucket: &BucketName, wanted: Acceleration) -> Result<()> {
        let configuration = AccelerateConfiguration::builder()
            .status(BucketAccelerateStatus::from(wanted.as_str()))
            .build();
        let request = self.client.put_bucket_accelerate_configuration();
        let answer = request
            .bucket(bucket.as_str())
            .accelerate_configuration(configuration)
            .send()
            .await;
        answer.map_err(|e| Asked::bucket(SETTING, bucket).failed(e))?;
        Ok(())
    }

    async fn logging(&self, bucket: &BucketName) -> Result<Option<Logging>> {
        let request = self.client.get_bucket_logging().bucket(bucket.as_str());
        let answer = request.send().await;
        let answer = answer.map_err(|e| Asked::bucket(ASKING, bucket).failed(e))?;
        answer.logging_enabled().map(told_logging).transpose()
    }

    async fn set_logging(&self, bucket: &BucketName, logging: Option<&Logging>) -> Result<()> {
        let status = BucketLoggingStatus::builder()
            .set_logging_enabled(logging.map(sdk_logging).transpose()?)
            .build();
        let request = self.client.put_bucket_logging().bucket(bucket.as_str());
        let answer = request.bucket_logging_status(status).send().await;
        answer.map_err(|e| Asked::bucket(SETTING, bucket).failed(e))?;
        Ok(())
    }

    async fn default_encryption(&self, bucket: &BucketName) -> Result<Option<BucketEncryption>> {
        let request = self.client.get_bucket_encryption().bucket(bucket.as_str());
        let answer = request.send().await;
        let told = unless_absent(answer, &NO_DEFAULT, &Asked::bucket(ASKING, bucket))?;
        let told = told.and_then(|told| told.server_side_encryption_configuration);
        told.as_ref().map_or(Ok(None), told_default)
    }

    async fn set_default_encryption(
        &self,
        bucket: &BucketName,
        wanted: &BucketEncryption,
    ) -> Result<()> {
        let request = self.client.put_bucket_encryption().bucket(bucket.as_str());
        let configuration = sdk_default(wanted)?;
        let answer = request
            .server_side_encryption_configuration(configuration)
            .send()
            .await;
        answer.map_err(|e| Asked::bucket(SETTING, bucket).failed(e))?;
        Ok(())
    }

    async fn website(&self, bucket: &BucketName) -> Result<Option<Website>> {
        let request = self.client.get_bucket_website().bucket(bucket.as_str());
        let answer = request.send().await;
        let absent = ["NoSuchWebsiteConfiguration"];
        let told = unless_absent(answer, &absent, &Asked::bucket(ASKING, bucket))?;
        Ok(told.as_ref().map(told_website))
    }

    async fn set_website(&self, bucket: &BucketName, website: &Website) -> Result<()> {
        let request = self.client.put_bucket_website().bucket(bucket.as_str());
        let configuration = sdk_website(website)?;
        let answer = request.website_configuration(configuration).send().await;
        answer.map_err(|e| Asked::bucket(SETTING, bucket).failed(e))?;
        Ok(())
    }
}

pub(crate) fn unbuilt(error: BuildError) -> Error {
    garbled(SETTING, error)
}
