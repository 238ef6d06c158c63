//! Open key-encryption keys, and the places that data keys are wrapped for.

use std::collections::BTreeMap;
use std::sync::Arc;

use stave_catalog::encryption::RowSse;
use stave_catalog::keks::KekRow;
use stave_catalog::parts::PartRow;
use stave_catalog::{Catalog, keks};
use stave_model::{Clock, EncryptionContext, ObjectKey, UploadId, VersionId, VersionOrigin};
use stave_vault::{BlobId, DataKey, Kek, Vault, WrapContext, WrapKind, WrappedKek};

use crate::error::{Error, Result};

/// The name of the key that guards every object by SSE-S3.
const KEK_NAME: &str = "s3";

/// The first version of a key-encryption key.
const FIRST_VERSION: u32 = 1;

/// Open versions of one key-encryption key, for one kind of encryption: the newest wraps, all unwrap.
#[derive(Debug)]
pub(crate) struct Keys {
    kind: Kind,
    keks: BTreeMap<u32, Arc<Kek>>,
}

#[derive(Debug)]
enum Kind {
    S3,
    /// With the whole encryption context.
    Kms(EncryptionContext),
    Customer,
}

/// What a part belongs to, as its wrapped key authenticates it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Belongs<'a> {
    /// To a version.
    Version(&'a VersionId),
    /// To an upload in progress.
    Upload(&'a UploadId),
}

/// The place of a wrapped data key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The row id of the bucket.
    pub bucket_id: i64,
    /// The object's key.
    pub key: &'a ObjectKey,
    /// The version or upload.
    pub belongs: Belongs<'a>,
    /// The part; 0 for a body that was put whole.
    pub part_number: u16,
    /// The blob.
    pub blob: BlobId,
    /// The length of its plaintext.
    pub size_bytes: u64,
}

/// A data key as a row keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrapped {
    /// The wrapped key.
    pub wrapped_key: Vec<u8>,
    /// The version of the key that wrapped it.
    pub kek_version: u32,
}

impl<'a> Belongs<'a> {
    /// Returns what the wraps of a version name: the version, or the upload that it was completed from where
    /// they were kept as they were.
    pub(crate) fn of_version(encryption: &'a RowSse, version: &'a VersionId) -> Self {
        match encryption {
            RowSse::Customer {
                upload: Some(upload),
                ..
            } => Self::Upload(upload),
            RowSse::S3 | RowSse::Kms { .. } | RowSse::Customer { .. } => Self::Version(version),
        }
    }
}

impl Wrapped {
    /// Returns the wrapped key of a part's row.
    pub(crate) fn of(row: &PartRow) -> Self {
        Self {
            wrapped_key: row.wrapped_key.clone(),
            kek_version: row.kek_version,
        }
    }
}

impl Keys {
    /// Takes open versions of a key of the key service.
    pub(crate) fn of_kms(context: EncryptionContext, keks: BTreeMap<u32, Arc<Kek>>) -> Self {
        let kind = Kind::Kms(context);
        Self { kind, keks }
    }

    /// Takes the key of a customer.
    pub(crate) fn of_customer(kek: Kek) -> Self {
        Self {
            kind: Kind::Customer,
            keks: BTreeMap::from([(kek.version(), Arc::new(kek))]),
        }
    }

    /// Stands for the key of a customer who did not send it: it opens nothing and wraps nothing.
    pub(crate) fn of_absent_customer() -> Self {
        Self {
            kind: Kind::Customer,
            keks: BTreeMap::new(),
        }
    }

    /// Opens all versions of the key of SSE-S3; makes the first of a new vault. A catalog without keys over
    /// sealed files is not that of a new vault, and new keys would hide that the old ones are lost.
    pub(crate) fn open_or_create(
        vault: &Vault,
        catalog: &Catalog,
        clock: &dyn Clock,
    ) -> Result<Self> {
        let keys = Self::open(vault, catalog)?;
        if !keys.keks.is_empty() {
            return Ok(keys);
        }
        if vault.list_blobs()?.next().is_some() {
            return Err(Error::Contradiction {
                what: "there are sealed files and no key-encryption key",
            });
        }
        Self::create(vault, catalog, clock)?;
        Self::open(vault, catalog)
    }

    fn create(vault: &Vault, catalog: &Catalog, clock: &dyn Clock) -> Result<()> {
        // The root key stays what it is until the row is committed.
        let _wrapping = vault.wrapping();
        let wrapped = vault.new_kek(KEK_NAME, FIRST_VERSION)?;
        let row = KekRow {
            name: KEK_NAME.to_owned(),
            version: FIRST_VERSION,
            wrapped: wrapped.0,
            created: clock.now(),
            origin: VersionOrigin::Created,
        };
        catalog.write(move |tx| Ok::<_, Error>(keks::insert(tx, &row)?))
    }

    fn open(vault: &Vault, catalog: &Catalog) -> Result<Self> {
        let rows = catalog.read(|tx| Ok::<_, Error>(keks::list(tx)?))?;
        let mut opened = BTreeMap::new();
        for row in rows.into_iter().filter(|row| row.name == KEK_NAME) {
            let kek = vault.open_kek(&WrappedKek(row.wrapped), KEK_NAME, row.version)?;
            opened.insert(row.version, Arc::new(kek));
        }
        Ok(Self {
            kind: Kind::S3,
            keks: opened,
        })
    }

    /// Wraps a data key for one place, by the newest key.
    pub(crate) fn wrap(&self, key: &DataKey, place: &Place<'_>) -> Result<Wrapped> {
        let (version, kek) = self.keks.last_key_value().ok_or(Error::Contradiction {
            what: "there is no key-encryption key to wrap by",
        })?;
        let wrapped_key = kek.wrap(key, &place.context(&self.kind))?;
        let kek_version = *version;
        Ok(Wrapped {
            wrapped_key,
            kek_version,
        })
    }

    /// Unwraps the data key of a place.
    pub(crate) fn unwrap(&self, wrapped: &Wrapped, place: &Place<'_>) -> Result<DataKey> {
        // A version that is not there is a changed row: told like any other wrap that does not
        // open.
        let kek = self
            .keks
            .get(&wrapped.kek_version)
            .ok_or(stave_vault::Error::Unwrap)?;
        Ok(kek.unwrap(&wrapped.wrapped_key, &place.context(&self.kind))?)
    }
}

impl<'a> Place<'a> {
    fn context(&self, kind: &'a Kind) -> WrapContext<'a> {
        // Ids of uploads and versions are both random and never meet: one text serves both.
        let version_id = match self.belongs {
            Belongs::Version(version) => version.as_str(),
            Belongs::Upload(upload) => upload.as_str(),
        };
        WrapContext {
            bucket_id: self.bucket_id,
            key: self.key.as_str(),
            version_id,
            part_number: self.part_number,
            blob: self.blob,
            plaintext_len: self.size_bytes,
            sse: match kind {
                Kind::S3 => WrapKind::S3,
                Kind::Kms(context) => WrapKind::Kms(context),
                Kind::Customer => WrapKind::Customer,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use stave_catalog::CatalogOptions;
    use stave_model::SystemClock;
    use stave_vault::{Holder, VaultOptions};
    use tempfile::TempDir;

    use super::*;

    struct Opened {
        keys: Keys,
        _folder: TempDir,
    }

    fn opened() -> Opened {
        let folder = tempfile::tempdir().unwrap();
        let holder = Holder::KeyFile(folder.path().join("key"));
        let dir = folder.path().join("vault");
        let (vault, _) = Vault::create(&dir, &holder, VaultOptions::default()).unwrap();
        let catalog = Catalog::open(&vault.dir().catalog(), &CatalogOptions::default()).unwrap();
        let keys = Keys::open_or_create(&vault, &catalog, &SystemClock).unwrap();
        Opened {
            keys,
            _folder: folder,
        }
    }

    #[test]
    fn a_data_key_opens_in_its_own_place_and_in_no_other() {
        let Opened { keys, _folder } = opened();
        let (key, other_key) = (object_key("k"), object_key("other"));
        let (version, other_version) = (VersionId::Null, VersionId::Id("0".repeat(32)));
        let upload = UploadId::parse("0").unwrap();
        let place = Place {
            bucket_id: 1,
            key: &key,
            belongs: Belongs::Version(&version),
            part_number: 0,
            blob: BlobId::from_bytes([1; 16]),
            size_bytes: 100,
        };
        let wrapped = keys.wrap(&DataKey::random().unwrap(), &place).unwrap();
        keys.unwrap(&wrapped, &place).unwrap();
        let others = [
            Place {
                bucket_id: 2,
                ..place
            },
            Place {
                key: &other_key,
                ..place
            },
            Place {
                belongs: Belongs::Version(&other_version),
                ..place
            },
            Place {
                belongs: Belongs::Upload(&upload),
                ..place
            },
            Place {
                part_number: 1,
                ..place
            },
            Place {
                blob: BlobId::from_bytes([2; 16]),
                ..place
            },
            Place {
                size_bytes: 99,
                ..place
            },
        ];
        for other in others {
            let opened = keys.unwrap(&wrapped, &other);
            assert!(
                matches!(opened, Err(Error::Vault(stave_vault::Error::Unwrap))),
                "{other:?}"
            );
        }
        let of_no_key = Wrapped {
            kek_version: 2,
            ..wrapped
        };
        assert!(keys.unwrap(&of_no_key, &place).is_err());
    }

    fn object_key(text: &str) -> ObjectKey {
        ObjectKey::parse(text).unwrap()
    }
}
