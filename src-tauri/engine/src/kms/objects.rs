//! The use of a key for an object: SSE-KMS.

use std::collections::BTreeMap;
use std::sync::Arc;

use stave_model::{Actor, BucketName, EncryptionContext, KeyId, MANAGED_S3_ALIAS, ObjectKey};
use stave_store::KeyError;
use stave_vault::Kek;

use crate::core::Core;
use crate::error::Result;

/// What a key is used for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ObjectUse<'a> {
    /// The operation of S3 that needs the key, `PutObject` say.
    pub operation: &'static str,
    /// The bucket.
    pub bucket: &'a BucketName,
    /// The object's key.
    pub key: &'a ObjectKey,
    /// The whole encryption context.
    pub context: &'a EncryptionContext,
    /// Whether a bucket key stands between.
    pub bucket_key: bool,
}

/// A key that may seal, open.
#[derive(Debug)]
pub(crate) struct SealingKey {
    /// Its id.
    pub id: KeyId,
    /// Its newest version.
    pub version: u32,
    /// That version.
    pub kek: Arc<Kek>,
}

impl Core {
    /// Returns the newest version of a key if the actor may generate data keys with it. The use is recorded,
    /// and so is a refusal. `None` is the key that the store manages; it is made at its first use.
    pub(crate) fn key_to_seal(
        &self,
        by: &Actor,
        key: Option<&str>,
        of: &ObjectUse<'_>,
    ) -> Result<SealingKey> {
        let _ = (by, of);
        let named = key.unwrap_or(MANAGED_S3_ALIAS).to_owned();
        Err(stave_store::Error::from(KeyError::NotFound(named)).into())
    }

    /// Returns these versions of a key if the actor may decrypt with it. The use is recorded, and so is a
    /// refusal.
    pub(crate) fn key_to_open(
        &self,
        by: &Actor,
        key: &KeyId,
        versions: &[u32],
        of: &ObjectUse<'_>,
    ) -> Result<BTreeMap<u32, Arc<Kek>>> {
        let _ = (by, of, versions);
        Err(stave_store::Error::from(KeyError::NotFound(key.to_string())).into())
    }
}
