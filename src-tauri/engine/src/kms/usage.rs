//! What a key guards: what is lost with it.

use stave_catalog::{ReadTx, bucket_configs, buckets, kms_keys};
use stave_model::{
    Actor, BucketConfig, BucketConfigKind, BucketEncryption, BucketName, MANAGED_S3_ALIAS,
    SseAlgorithm, Timestamp,
};
use stave_store::{KeyUsage, VersionUsage};

use super::access::Asked;
use super::call::Desk;
use super::operation::DESCRIBE_KEY;
use super::rows::StoredKey;
use crate::core::Core;
use crate::error::Result;

impl Core {
    /// Tells what a key guards.
    pub(crate) fn key_usage(&self, by: &Actor, named: String) -> Result<KeyUsage> {
        let desk = self.desk();
        let (key, now) = self.key_call(by, DESCRIBE_KEY, move |call| {
            Ok((call.open(&named, Asked::default())?, call.now))
        })?;
        // Counting takes long where there is much: not while the writer waits for it.
        self.catalog.read(|tx| {
            let versions = kms_keys::usage(tx, &key.id)?;
            let told = |one: kms_keys::VersionUse| VersionUsage {
                version: one.version,
                objects: one.objects,
                size_bytes: one.size_bytes,
            };
            Ok(KeyUsage {
                versions: versions.into_iter().map(told).collect(),
                default_of: desk.default_of(tx, &key, now)?,
                buckets: kms_keys::buckets(tx, &key.id)?,
            })
        })
    }
}

impl Desk {
    /// Lists the buckets whose default a key is.
    fn default_of(
        &self,
        tx: &ReadTx<'_>,
        key: &StoredKey,
        now: Timestamp,
    ) -> Result<Vec<BucketName>> {
        let mut found = Vec::new();
        for row in buckets::list(tx)? {
            let config = bucket_configs::find(tx, row.id, BucketConfigKind::Encryption)?;
            if let Some(BucketConfig::Encryption(encryption)) = config
                && self.is_named(tx, key, &encryption, now)
            {
                found.push(row.bucket.name);
            }
        }
        Ok(found)
    }

    fn is_named(
        &self,
        tx: &ReadTx<'_>,
        key: &StoredKey,
        encryption: &BucketEncryption,
        now: Timestamp,
    ) -> bool {
        let named = encryption.kms_key.as_deref().unwrap_or(MANAGED_S3_ALIAS);
        encryption.algorithm == SseAlgorithm::Kms
            && self
                .find(tx, named, now)
                .is_ok_and(|(found, _)| found.id == key.id)
    }
}
