//! The use of a key for an object: SSE-KMS.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use stave_catalog::kms_aliases;
use stave_model::{
    Actor, AliasName, BucketName, EncryptionContext, KeyId, MANAGED_S3_ALIAS, ObjectKey, Timestamp,
};
use stave_vault::Kek;

use super::access::{Asked, Asker};
use super::call::{Call, Desk};
use super::operation::{DECRYPT, GENERATE_DATA_KEY, Operation};
use super::recent::BucketUse;
use super::rows::StoredKey;
use crate::audit::{Resource, Via};
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

/// The versions of a key that were asked for.
type Opened = BTreeMap<u32, Arc<Kek>>;

impl Core {
    /// Returns the newest version of a key if the actor may generate data keys with it. The use is recorded,
    /// and so is a refusal. `None` is the key that the store manages; it is made at its first use.
    pub(crate) fn key_to_seal(
        &self,
        by: &Actor,
        key: Option<&str>,
        of: &ObjectUse<'_>,
    ) -> Result<SealingKey> {
        let named = key.unwrap_or(MANAGED_S3_ALIAS).to_owned();
        let seal = move |desk: &Desk, tx: &stave_catalog::ReadTx<'_>, key: &StoredKey| {
            Ok(SealingKey {
                id: key.id.clone(),
                version: key.is.version,
                kek: desk.newest_kek(tx, key)?,
            })
        };
        self.use_key(by, GENERATE_DATA_KEY, named, &Owned::of(of), seal)
    }

    /// Returns these versions of a key if the actor may decrypt with it; a version that the key does not have
    /// is left out. The use is recorded, and so is a refusal.
    pub(crate) fn key_to_open(
        &self,
        by: &Actor,
        key: &KeyId,
        versions: &[u32],
        of: &ObjectUse<'_>,
    ) -> Result<BTreeMap<u32, Arc<Kek>>> {
        let (named, versions) = (key.as_str().to_owned(), versions.to_vec());
        let open = move |desk: &Desk, tx: &stave_catalog::ReadTx<'_>, key: &StoredKey| {
            let mut opened = Opened::new();
            for version in &versions {
                if let Some(kek) = desk.kek(tx, key, *version)? {
                    opened.insert(*version, kek);
                }
            }
            Ok(opened)
        };
        self.use_key(by, DECRYPT, named, &Owned::of(of), open)
    }

    /// Under a bucket key, a record of the same use stands for further ones: then it is decided by a read.
    fn use_key<T, F>(
        &self,
        by: &Actor,
        operation: Operation,
        named: String,
        of: &Owned,
        take: F,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Desk, &stave_catalog::ReadTx<'_>, &StoredKey) -> Result<T> + Send + 'static,
    {
        if of.bucket_key
            && let Some(taken) = self.use_unrecorded(by, operation, &named, of, &take)?
        {
            return Ok(taken);
        }
        let used = of.clone();
        let (taken, recorded) = self.key_call(by, operation, move |call| {
            used.draft(call);
            let mut key = call.key_of_object(&named, &used)?;
            if operation == GENERATE_DATA_KEY {
                call.rotate_if_due(&mut key)?;
            }
            let version = key.is.version;
            call.draft
                .extra
                .insert("keyVersion".to_owned(), version.into());
            let recorded = used.of_bucket(call.by, operation, &key);
            Ok((take(call.desk, call.tx, &key)?, (recorded, call.now)))
        })?;
        if of.bucket_key {
            self.kms.recent.remember(recorded.0, recorded.1);
        }
        Ok(taken)
    }

    /// Decides a use by a read, and answers `None` where it must be recorded: where no record stands for it,
    /// where it is refused, where the key is due to rotate or not there yet.
    fn use_unrecorded<T>(
        &self,
        by: &Actor,
        operation: Operation,
        named: &str,
        of: &Owned,
        take: &impl Fn(&Desk, &stave_catalog::ReadTx<'_>, &StoredKey) -> Result<T>,
    ) -> Result<Option<T>> {
        let desk = self.desk();
        let now = self.clock.now();
        self.catalog.read(|tx| {
            let Ok((key, alias)) = desk.find(tx, named, now) else {
                return Ok(None);
            };
            let stands = desk
                .kms
                .recent
                .stands(&of.of_bucket(by, operation, &key), now);
            if !stands || key.is_rotation_due(now) {
                return Ok(None);
            }
            let asked = of.asked(alias);
            let decided = desk
                .allow(tx, Asker { by, now, operation }, &key, &asked)
                .and_then(|()| desk.takes_state(&key, operation, now));
            match decided {
                Ok(()) => take(&desk, tx, &key).map(Some),
                Err(_) => Ok(None),
            }
        })
    }
}

/// What a key is used for, to be taken to the writer's thread.
#[derive(Debug, Clone)]
struct Owned {
    operation: &'static str,
    bucket: BucketName,
    key: ObjectKey,
    context: EncryptionContext,
    bucket_key: bool,
}

impl Owned {
    fn of(of: &ObjectUse<'_>) -> Self {
        Self {
            operation: of.operation,
            bucket: of.bucket.clone(),
            key: of.key.clone(),
            context: of.context.clone(),
            bucket_key: of.bucket_key,
        }
    }

    fn asked(&self, alias: Option<AliasName>) -> Asked<'_> {
        Asked {
            context: Some(&self.context),
            alias,
            via: Via::S3,
            extra: vec![("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT".to_owned())],
            ..Asked::default()
        }
    }

    fn of_bucket(&self, by: &Actor, operation: Operation, key: &StoredKey) -> BucketUse {
        BucketUse {
            user: by.user.clone(),
            bucket: self.bucket.clone(),
            key: key.id.clone(),
            version: key.is.version,
            event: operation.event,
        }
    }

    /// Writes down what the key is used for. The object is named also under a bucket key: the record is of
    /// the use that it was written for.
    fn draft(&self, call: &mut Call<'_, '_>) {
        let draft = &mut call.draft;
        draft.via = Via::S3;
        let (bucket, key) = (&self.bucket, self.key.as_str());
        let arn = format!("arn:aws:s3:::{bucket}/{key}");
        draft.resources.push(Resource::Object(arn));
        draft
            .extra
            .insert("s3Operation".to_owned(), self.operation.into());
        draft
            .request
            .insert("encryptionContext".to_owned(), json!(self.context));
        if call.operation == DECRYPT {
            call.note("encryptionAlgorithm", "SYMMETRIC_DEFAULT");
        } else {
            call.note("keySpec", "AES_256");
        }
    }
}

impl Call<'_, '_> {
    /// Finds the key of an object, and makes the managed one at its first use.
    fn key_of_object(&mut self, named: &str, of: &Owned) -> Result<StoredKey> {
        let managed = AliasName::parse(MANAGED_S3_ALIAS);
        let wanted = stave_model::KeyRef::parse(named, &self.desk.region);
        if let (Some(managed), Some(stave_model::KeyRef::Alias(wanted))) = (managed, wanted)
            && managed == wanted
            && self.by.user.is_some()
            && kms_aliases::find(self.tx, &managed)?.is_none()
        {
            self.make_managed_key(&managed)?;
        }
        let key = self.open(named, of.asked(None))?;
        if key.is.spec != stave_model::KeySpec::Symmetric {
            return Err(self.wrong_usage(&key));
        }
        Ok(key)
    }
}

impl StoredKey {
    /// Returns whether it should have rotated by itself.
    pub(crate) fn is_rotation_due(&self, now: Timestamp) -> bool {
        let rotation = self.is.rotation;
        rotation.is_some_and(|rotation| rotation.next_ms <= now.as_millis())
    }
}
