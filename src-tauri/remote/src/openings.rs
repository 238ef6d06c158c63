//! What lets others into a bucket: CORS rules, the policy, and what is blocked of the public.

use aws_sdk_s3::types::{
    CorsConfiguration, CorsRule as SdkCorsRule,
    PublicAccessBlockConfiguration as SdkPublicAccessBlock,
};
use stave_model::{BucketName, Cors, CorsMethod, CorsRule, PublicAccessBlock};
use stave_store::Result;

use crate::RemoteStore;
use crate::bucket_configs::{ASKING, REMOVING, SETTING, unbuilt};
use crate::errors::{Asked, unless_absent};
use crate::words::garbled;

const NO_CORS: [&str; 1] = ["NoSuchCORSConfiguration"];
const NO_POLICY: [&str; 1] = ["NoSuchBucketPolicy"];
const NO_BLOCK: [&str; 1] = ["NoSuchPublicAccessBlockConfiguration"];

impl RemoteStore {
    pub(crate) async fn cors(&self, bucket: &BucketName) -> Result<Option<Cors>> {
        let request = self.client.get_bucket_cors().bucket(bucket.as_str());
        let answer = request.send().await;
        let told = unless_absent(answer, &NO_CORS, &Asked::bucket(ASKING, bucket))?;
        let Some(told) = told else {
            return Ok(None);
        };
        let cors = Cors::new(told.cors_rules().iter().map(told_rule).collect());
        cors.map(Some).map_err(|e| garbled("reading CORS rules", e))
    }

    pub(crate) async fn set_cors(&self, bucket: &BucketName, cors: &Cors) -> Result<()> {
        let rules = cors.rules().iter().map(sdk_rule).collect::<Result<_>>()?;
        let configuration = CorsConfiguration::builder().set_cors_rules(Some(rules));
        let request = self.client.put_bucket_cors().bucket(bucket.as_str());
        let answer = request
            .cors_configuration(configuration.build().map_err(unbuilt)?)
            .send()
            .await;
        answer.map_err(|e| Asked::bucket(SETTING, bucket).failed(e))?;
        Ok(())
    }

    pub(crate) async fn remove_cors(&self, bucket: &BucketName) -> Result<()> {
        let request = self.client.delete_bucket_cors().bucket(bucket.as_str());
        let answer = request.send().await;
        unless_absent(answer, &NO_CORS, &Asked::bucket(REMOVING, bucket)).map(|_| ())
    }

    pub(crate) async fn policy(&self, bucket: &BucketName) -> Result<Option<String>> {
        let request = self.client.get_bucket_policy().bucket(bucket.as_str());
        let answer = request.send().await;
        let told = unless_absent(answer, &NO_POLICY, &Asked::bucket(ASKING, bucket))?;
        Ok(told.and_then(|told| told.policy))
    }

    pub(crate) async fn set_policy(&self, bucket: &BucketName, policy: String) -> Result<()> {
        let request = self.client.put_bucket_policy().bucket(bucket.as_str());
        let answer = request.policy(policy).send().await;
        answer.map_err(|e| Asked::bucket(SETTING, bucket).failed(e))?;
        Ok(())
    }

    pub(crate) async fn remove_policy(&self, bucket: &BucketName) -> Result<()> {
        let request = self.client.delete_bucket_policy().bucket(bucket.as_str());
        let answer = request.send().await;
        unless_absent(answer, &NO_POLICY, &Asked::bucket(REMOVING, bucket)).map(|_| ())
    }

    pub(crate) async fn public_access(
        &self,
        bucket: &BucketName,
    ) -> Result<Option<PublicAccessBlock>> {
        let request = self.client.get_public_access_block();
        let answer = request.bucket(bucket.as_str()).send().await;
        let told = unless_absent(answer, &NO_BLOCK, &Asked::bucket(ASKING, bucket))?;
        let told = told.and_then(|told| told.public_access_block_configuration);
        Ok(told.map(|told| PublicAccessBlock {
            block_acls: told.block_public_acls().unwrap_or_default(),
            ignore_acls: told.ignore_public_acls().unwrap_or_default(),
            block_policy: told.block_public_policy().unwrap_or_default(),
            restrict_buckets: told.restrict_public_buckets().unwrap_or_default(),
        }))
    }

    pub(crate) async fn set_public_access(
        &self,
        bucket: &BucketName,
        block: PublicAccessBlock,
    ) -> Result<()> {
        let configuration = SdkPublicAccessBlock::builder()
            .block_public_acls(block.block_acls)
            .ignore_public_acls(block.ignore_acls)
            .block_public_policy(block.block_policy)
            .restrict_public_buckets(block.restrict_buckets)
            .build();
        let request = self.client.put_public_access_block();
        let answer = request
            .bucket(bucket.as_str())
            .public_access_block_configuration(configuration)
            .send()
            .await;
        answer.map_err(|e| Asked::bucket(SETTING, bucket).failed(e))?;
        Ok(())
    }

    pub(crate) async fn remove_public_access(&self, bucket: &BucketName) -> Result<()> {
        let request = self.client.delete_public_access_block();
        let answer = request.bucket(bucket.as_str()).send().await;
        unless_absent(answer, &NO_BLOCK, &Asked::bucket(REMOVING, bucket)).map(|_| ())
    }
}

fn sdk_rule(rule: &CorsRule) -> Result<SdkCorsRule> {
    let some = |texts: &[String]| (!texts.is_empty()).then(|| texts.to_vec());
    let methods = rule.methods.iter().map(|m| m.as_str().to_owned());
    SdkCorsRule::builder()
        .set_id(rule.id.clone())
        .set_allowed_origins(Some(rule.origins.clone()))
        .set_allowed_methods(Some(methods.collect()))
        .set_allowed_headers(some(&rule.headers))
        .set_expose_headers(some(&rule.exposed))
        .set_max_age_seconds(rule.max_age_secs.and_then(|secs| i32::try_from(secs).ok()))
        .build()
        .map_err(unbuilt)
}

/// A method that S3 does not know is left out: no browser asks for it.
fn told_rule(told: &SdkCorsRule) -> CorsRule {
    let methods = told.allowed_methods().iter();
    CorsRule {
        id: told.id().map(str::to_owned),
        origins: told.allowed_origins().to_vec(),
        methods: methods.filter_map(|m| CorsMethod::parse(m)).collect(),
        headers: told.allowed_headers().to_vec(),
        exposed: told.expose_headers().to_vec(),
        max_age_secs: told.max_age_seconds().and_then(|s| u32::try_from(s).ok()),
    }
}
