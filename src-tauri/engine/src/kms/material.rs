//! The versions of a key: made, opened, destroyed.

use std::sync::Arc;

use stave_catalog::keks::{self, KekRow};
use stave_catalog::{ReadTx, WriteTx};
use stave_model::{KeyVersion, Timestamp, VersionOrigin};
use stave_store::KeyError;
use stave_vault::{Kek, KeyMaterial, WrappedKek};

use super::call::Desk;
use super::refused;
use super::rows::StoredKey;
use crate::error::Result;

impl Desk {
    /// Makes the next version of a key. The caller saves the key.
    pub(crate) fn add_version(
        &self,
        tx: &WriteTx<'_>,
        key: &mut StoredKey,
        origin: VersionOrigin,
        now: Timestamp,
    ) -> Result<()> {
        let bytes = key.is.spec.material_bytes();
        let (name, version) = (key.id.as_str(), key.is.version + 1);
        let wrapped = self.vault.new_key_material(name, version, bytes)?;
        insert_version(tx, key, wrapped, origin, now)
    }

    /// Opens the newest version of a key, which seals.
    pub(crate) fn newest_kek(&self, tx: &ReadTx<'_>, key: &StoredKey) -> Result<Arc<Kek>> {
        let kek = self.kek(tx, key, key.is.version)?;
        kek.ok_or_else(|| self.damaged(key))
    }

    /// Opens a version of a key; `None` where there is none of that number.
    pub(crate) fn kek(
        &self,
        tx: &ReadTx<'_>,
        key: &StoredKey,
        version: u32,
    ) -> Result<Option<Arc<Kek>>> {
        let name = key.id.as_str();
        let Some(row) = keks::find(tx, name, version)? else {
            return Ok(None);
        };
        let kek = self.vault.open_kek(&WrappedKek(row.wrapped), name, version);
        match kek {
            Ok(kek) => Ok(Some(Arc::new(kek))),
            Err(stave_vault::Error::Unwrap) => Err(self.damaged(key)),
            Err(other) => Err(other.into()),
        }
    }

    /// Opens the material of a key of another kind.
    pub(crate) fn newest_material(&self, tx: &ReadTx<'_>, key: &StoredKey) -> Result<KeyMaterial> {
        let (name, version) = (key.id.as_str(), key.is.version);
        let row = keks::find(tx, name, version)?.ok_or_else(|| self.damaged(key))?;
        let opened = self
            .vault
            .open_key_material(&WrappedKek(row.wrapped), name, version);
        match opened {
            Ok(material) => Ok(material),
            Err(stave_vault::Error::Unwrap) => Err(self.damaged(key)),
            Err(other) => Err(other.into()),
        }
    }

    /// Returns the refusal of a key whose row or versions are not what was written.
    pub(crate) fn damaged(&self, key: &StoredKey) -> crate::error::Error {
        let arn = key.id.arn(&self.region);
        refused(KeyError::Damaged(format!("key {arn}")))
    }
}

/// Keeps material as the next version of a key. The caller saves the key.
pub(crate) fn insert_version(
    tx: &WriteTx<'_>,
    key: &mut StoredKey,
    wrapped: WrappedKek,
    origin: VersionOrigin,
    now: Timestamp,
) -> Result<()> {
    key.is.version += 1;
    let row = KekRow {
        name: key.id.as_str().to_owned(),
        version: key.is.version,
        wrapped: wrapped.0,
        created: now,
        origin,
    };
    Ok(keks::insert(tx, &row)?)
}

/// Lists the versions of a key, oldest first.
pub(crate) fn versions(tx: &ReadTx<'_>, key: &StoredKey) -> Result<Vec<KeyVersion>> {
    let rows = keks::of_name(tx, key.id.as_str())?;
    let told = |row: KekRow| KeyVersion {
        version: row.version,
        created: row.created,
        origin: row.origin,
    };
    Ok(rows.into_iter().map(told).collect())
}
