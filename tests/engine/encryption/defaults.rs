//! How a bucket encrypts what comes without a word about it.

use stave_model::{BucketConfig, BucketConfigKind, BucketEncryption, BucketName, SseAlgorithm};
use stave_store::{Error, Store};

use super::vault_and_bucket;
use crate::kit::Vault;

const KEY: &str = "12345678-90ab-4def-8123-4567890abcde";

fn default(algorithm: SseAlgorithm, key: Option<&str>) -> BucketEncryption {
    BucketEncryption {
        algorithm,
        kms_key: key.map(str::to_owned),
        bucket_key: false,
    }
}

async fn set(vault: &Vault, bucket: &BucketName, wanted: BucketEncryption) -> Result<(), Error> {
    let config = BucketConfig::Encryption(wanted);
    vault.store.put_bucket_config(bucket, config).await
}

#[tokio::test]
async fn a_key_of_a_default_need_not_exist_but_must_be_the_name_of_one() {
    let (vault, bucket) = vault_and_bucket().await;
    let arn = format!("arn:aws:kms:us-east-1:000000000000:key/{KEY}");
    for key in [KEY, &arn, "alias/none", "alias/aws/s3"] {
        let wanted = default(SseAlgorithm::Kms, Some(key));
        set(&vault, &bucket, wanted.clone()).await.unwrap();
        let kind = BucketConfigKind::Encryption;
        let found = vault.store.bucket_config(&bucket, kind).await.unwrap();
        assert_eq!(found, Some(BucketConfig::Encryption(wanted)));
    }
    let elsewhere = format!("arn:aws:kms:eu-west-1:000000000000:key/{KEY}");
    for key in ["", "none", "alias/", &elsewhere] {
        let refused = set(&vault, &bucket, default(SseAlgorithm::Kms, Some(key))).await;
        assert!(matches!(refused, Err(Error::InvalidArgument(_))), "{key}");
    }
    let refused = set(&vault, &bucket, default(SseAlgorithm::S3, Some(KEY))).await;
    assert!(matches!(refused, Err(Error::InvalidArgument(_))));
}
