//! What is set for a bucket: read, set, removed.

use stave_catalog::{ReadTx, WriteTx, bucket_configs};
use stave_model::{
    BucketConfig, BucketConfigKind, BucketEncryption, BucketName, Change, KeyRef, SseAlgorithm,
};
use stave_policy::{Accounts, Kind, Policy};
use stave_store::Error as StoreError;

use crate::buckets;
use crate::core::Core;
use crate::error::Result;

impl Core {
    pub(crate) fn bucket_config(
        &self,
        name: &BucketName,
        kind: BucketConfigKind,
    ) -> Result<Option<BucketConfig>> {
        self.catalog.read(|tx| {
            let row = buckets::find(tx, name)?;
            Ok(bucket_configs::find(tx, row.id, kind)?)
        })
    }

    pub(crate) fn put_bucket_config(&self, name: &BucketName, config: BucketConfig) -> Result<()> {
        self.has_room()?;
        if let BucketConfig::Encryption(encryption) = &config {
            self.check_default(encryption)?;
        }
        if let BucketConfig::Policy(policy) = &config {
            // Whose accounts may have names is decided at the door.
            Policy::parse_with(policy, Kind::Resource, Accounts::Named).map_err(|_| {
                StoreError::InvalidRequest("the policy is not one in AWS' language of policies")
            })?;
        }
        let wanted = name.clone();
        self.catalog.write(move |tx| {
            let row = buckets::find(tx, &wanted)?;
            Ok::<_, crate::error::Error>(bucket_configs::put(tx, row.id, &config)?)
        })?;
        self.publish(&Change::Bucket(name.clone()));
        Ok(())
    }

    pub(crate) fn delete_bucket_config(
        &self,
        name: &BucketName,
        kind: BucketConfigKind,
    ) -> Result<()> {
        self.writable()?;
        let removed = self.write_freeing(|| {
            let wanted = name.clone();
            move |tx: &WriteTx<'_>| {
                let row = buckets::find(tx, &wanted)?;
                Ok(bucket_configs::remove(tx, row.id, kind)?)
            }
        })?;
        if removed {
            self.publish(&Change::Bucket(name.clone()));
        }
        Ok(())
    }

    /// Refuses a default that no write could follow. Whether the key exists is not asked, nor does S3.
    fn check_default(&self, encryption: &BucketEncryption) -> Result<(), StoreError> {
        let Some(key) = &encryption.kms_key else {
            return Ok(());
        };
        if encryption.algorithm != SseAlgorithm::Kms {
            let refused =
                "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms";
            return Err(StoreError::InvalidArgument(refused));
        }
        if KeyRef::parse(key, &self.region).is_none() {
            let refused = "the KMSMasterKeyID is no id, alias or ARN of a key that could be here";
            return Err(StoreError::InvalidArgument(refused));
        }
        Ok(())
    }
}

/// Returns how objects of a bucket are encrypted whose writers do not say it.
pub(crate) fn default_encryption(
    tx: &ReadTx<'_>,
    bucket_id: i64,
) -> Result<Option<BucketEncryption>> {
    let found = bucket_configs::find(tx, bucket_id, BucketConfigKind::Encryption)?;
    if let Some(BucketConfig::Encryption(encryption)) = found {
        return Ok(Some(encryption));
    }
    Ok(None)
}
