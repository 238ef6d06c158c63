//! Key-encryption keys, and the places for which they wrap data keys.

use stave_model::EncryptionContext;

use crate::fields::Fields;
use crate::header::SUITE;
use crate::keys::{KEY_BYTES, SecretKey};
use crate::wrap;
use crate::{BlobId, DataKey, Result, VaultId};

/// A key-encryption key as it is stored: wrapped by the vault, readable by nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKek(pub Vec<u8>);

/// The place that a wrapped data key belongs to. All of it is authenticated, together with the
/// vault's id and the name and version of the wrapping key: a row, a part, a blob or a size that
/// was swapped does not unwrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrapContext<'a> {
    /// The row id of the bucket.
    pub bucket_id: i64,
    /// The object's key.
    pub key: &'a str,
    /// The version id as text (`null` for the null version), or the upload id while a part belongs
    /// to an upload.
    pub version_id: &'a str,
    /// The part number; 0 for an object that was written whole.
    pub part_number: u16,
    /// The blob.
    pub blob: BlobId,
    /// The length of the plaintext: this is what authenticates the length of the blob.
    pub plaintext_len: u64,
    /// The kind of server-side encryption.
    pub sse: WrapKind<'a>,
}

/// The kind of server-side encryption that a data key is wrapped for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrapKind<'a> {
    /// SSE-S3.
    S3,
    /// SSE-KMS, with the whole encryption context.
    Kms(&'a EncryptionContext),
    /// SSE-C.
    Customer,
}

/// A key-encryption key, open: it wraps and unwraps data keys. It knows its vault, its name and
/// its version, which are part of what each wrap authenticates.
#[derive(Debug)]
pub struct Kek {
    vault: VaultId,
    name: String,
    version: u32,
    key: SecretKey,
}

impl Kek {
    /// Mints a key and returns it wrapped by the vault's `K_kms`.
    pub(crate) fn mint(
        kms_key: &SecretKey,
        vault: VaultId,
        name: &str,
        version: u32,
    ) -> Result<WrappedKek> {
        let key = SecretKey::random()?;
        let place = kek_place(vault, name, version);
        wrap::wrap(kms_key, key.as_bytes(), &place).map(WrappedKek)
    }

    /// Unwraps a key that was minted under this name and version.
    pub(crate) fn open(
        kms_key: &SecretKey,
        wrapped: &WrappedKek,
        vault: VaultId,
        name: &str,
        version: u32,
    ) -> Result<Self> {
        let place = kek_place(vault, name, version);
        let key = wrap::unwrap_key(kms_key, &wrapped.0, &place)?;
        let name = name.to_owned();
        Ok(Self {
            vault,
            name,
            version,
            key,
        })
    }

    /// Returns the name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the version of the key.
    pub fn version(&self) -> u32 {
        self.version
    }

    pub(crate) fn vault(&self) -> VaultId {
        self.vault
    }

    pub(crate) fn secret(&self) -> &SecretKey {
        &self.key
    }

    /// Wraps a data key for one place: 80 bytes that unwrap nowhere else.
    pub fn wrap(&self, key: &DataKey, place: &WrapContext<'_>) -> Result<Vec<u8>> {
        wrap::wrap(&self.key, key.0.as_bytes(), &self.data_key_place(place))
    }

    /// Unwraps the data key of a place, or answers [`Error::Unwrap`](crate::Error::Unwrap).
    pub fn unwrap(&self, wrapped: &[u8], place: &WrapContext<'_>) -> Result<DataKey> {
        wrap::unwrap_key(&self.key, wrapped, &self.data_key_place(place)).map(DataKey)
    }

    /// Makes the key-encryption key of a key that a customer sends. The salt is random, made once for
    /// each object, and kept beside it.
    pub fn of_customer(vault: VaultId, key: &[u8; KEY_BYTES], salt: &[u8; KEY_BYTES]) -> Self {
        Self {
            vault,
            name: "customer".to_owned(),
            version: 1,
            key: SecretKey::derived(key, salt, b"stave/sse-c/v1"),
        }
    }

    fn data_key_place(&self, place: &WrapContext<'_>) -> Vec<u8> {
        let fields = Fields::new("stave/data-key/v1")
            .bytes(self.vault.as_bytes())
            .i64(place.bucket_id)
            .text(place.key)
            .text(place.version_id)
            .u16(place.part_number)
            .bytes(place.blob.as_bytes())
            .u64(place.plaintext_len)
            .bytes(&[SUITE])
            .text(place.sse.as_str())
            .text(&self.name)
            .u32(self.version);
        let WrapKind::Kms(context) = place.sse else {
            return fields.finish();
        };
        let pairs = context.iter();
        pairs
            .fold(fields, |fields, (name, value)| {
                fields.text(name).text(value)
            })
            .finish()
    }
}

impl WrapKind<'_> {
    fn as_str(self) -> &'static str {
        match self {
            Self::S3 => "AES256",
            Self::Kms(_) => "aws:kms",
            Self::Customer => "customer",
        }
    }
}

/// Returns what tells a customer's key from another without telling the key: it can only be compared
/// under the same salt.
pub fn customer_key_check(key: &[u8; KEY_BYTES], salt: &[u8; KEY_BYTES]) -> [u8; KEY_BYTES] {
    *SecretKey::derived(key, salt, b"stave/sse-c/check/v1").as_bytes()
}

/// The place of a key-encryption key.
pub(crate) fn kek_place(vault: VaultId, name: &str, version: u32) -> Vec<u8> {
    Fields::new("stave/kek/v1")
        .bytes(vault.as_bytes())
        .text(name)
        .u32(version)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    const VAULT: VaultId = VaultId::from_bytes([1; 16]);
    const PLACE: WrapContext<'static> = WrapContext {
        bucket_id: 7,
        key: "photos/a.jpg",
        version_id: "null",
        part_number: 0,
        blob: BlobId::from_bytes([2; 16]),
        plaintext_len: 1_000,
        sse: WrapKind::S3,
    };

    fn kms_key() -> SecretKey {
        SecretKey::from_bytes(&[9; 32])
    }

    fn kek() -> Kek {
        let wrapped = Kek::mint(&kms_key(), VAULT, "s3", 1).unwrap();
        Kek::open(&kms_key(), &wrapped, VAULT, "s3", 1).unwrap()
    }

    #[test]
    fn a_data_key_unwraps_in_its_place() {
        let (kek, key) = (kek(), DataKey::random().unwrap());
        let wrapped = kek.wrap(&key, &PLACE).unwrap();
        assert_eq!(kek.unwrap(&wrapped, &PLACE).unwrap(), key);
    }

    #[test]
    fn a_data_key_unwraps_in_no_other_place() {
        let kek = kek();
        let wrapped = kek.wrap(&DataKey::random().unwrap(), &PLACE).unwrap();
        let others = [
            WrapContext {
                bucket_id: 8,
                ..PLACE
            },
            WrapContext {
                bucket_id: -7,
                ..PLACE
            },
            WrapContext {
                key: "photos/b.jpg",
                ..PLACE
            },
            WrapContext { key: "", ..PLACE },
            WrapContext {
                key: "photos/a.jpgnull",
                version_id: "",
                ..PLACE
            },
            WrapContext {
                version_id: "0123",
                ..PLACE
            },
            WrapContext {
                part_number: 1,
                ..PLACE
            },
            WrapContext {
                blob: BlobId::from_bytes([3; 16]),
                ..PLACE
            },
            WrapContext {
                plaintext_len: 999,
                ..PLACE
            },
            WrapContext {
                plaintext_len: 1_000 << 32,
                ..PLACE
            },
            WrapContext {
                sse: WrapKind::Customer,
                ..PLACE
            },
            WrapContext {
                sse: WrapKind::Kms(&EncryptionContext::new()),
                ..PLACE
            },
        ];
        for other in others {
            let refused = kek.unwrap(&wrapped, &other);
            assert!(matches!(refused, Err(Error::Unwrap)), "{other:?}");
        }
    }

    #[test]
    fn a_data_key_unwraps_with_its_own_encryption_context_alone() {
        fn under(context: &EncryptionContext) -> WrapContext<'_> {
            WrapContext {
                sse: WrapKind::Kms(context),
                ..PLACE
            }
        }
        let kek = kek();
        let context = |pairs: &[(&str, &str)]| -> EncryptionContext {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            pairs.iter().map(owned).collect()
        };
        let own = context(&[("a", "b"), ("c", "d")]);
        let wrapped = kek.wrap(&DataKey::random().unwrap(), &under(&own)).unwrap();
        assert!(kek.unwrap(&wrapped, &under(&own)).is_ok());
        for other in [
            context(&[]),
            context(&[("a", "b")]),
            context(&[("a", "b"), ("c", "e")]),
            context(&[("a", "bc"), ("d", "")]),
        ] {
            assert!(kek.unwrap(&wrapped, &under(&other)).is_err(), "{other:?}");
        }
        assert!(kek.unwrap(&wrapped, &PLACE).is_err());
    }

    #[test]
    fn a_customers_key_wraps_under_its_own_salt_and_its_check_tells_it_from_others() {
        let (key, salt) = ([1; 32], [2; 32]);
        let kek = Kek::of_customer(VAULT, &key, &salt);
        let place = WrapContext {
            sse: WrapKind::Customer,
            ..PLACE
        };
        let wrapped = kek.wrap(&DataKey::random().unwrap(), &place).unwrap();
        let opens = |key, salt| {
            Kek::of_customer(VAULT, key, salt)
                .unwrap(&wrapped, &place)
                .is_ok()
        };
        assert!(opens(&key, &salt));
        assert!(!opens(&[3; 32], &salt));
        assert!(!opens(&key, &[3; 32]));
        let check = customer_key_check(&key, &salt);
        assert_eq!(check, customer_key_check(&key, &salt));
        assert_ne!(check, customer_key_check(&[3; 32], &salt));
        assert_ne!(check, customer_key_check(&key, &[3; 32]));
    }

    #[test]
    fn two_rows_that_swapped_their_wraps_do_not_open() {
        let kek = kek();
        let other = WrapContext {
            key: "other",
            blob: BlobId::from_bytes([4; 16]),
            ..PLACE
        };
        let first = kek.wrap(&DataKey::random().unwrap(), &PLACE).unwrap();
        let second = kek.wrap(&DataKey::random().unwrap(), &other).unwrap();
        assert!(kek.unwrap(&second, &PLACE).is_err());
        assert!(kek.unwrap(&first, &other).is_err());
    }

    #[test]
    fn a_kek_opens_under_its_vault_name_and_version_alone() {
        let wrapped = Kek::mint(&kms_key(), VAULT, "s3", 1).unwrap();
        let other_vault = VaultId::from_bytes([8; 16]);
        let other_key = SecretKey::from_bytes(&[10; 32]);
        assert!(Kek::open(&kms_key(), &wrapped, other_vault, "s3", 1).is_err());
        assert!(Kek::open(&kms_key(), &wrapped, VAULT, "s4", 1).is_err());
        assert!(Kek::open(&kms_key(), &wrapped, VAULT, "s3", 2).is_err());
        assert!(Kek::open(&other_key, &wrapped, VAULT, "s3", 1).is_err());
    }

    #[test]
    fn the_same_key_under_another_name_or_version_unwraps_nothing() {
        let key = SecretKey::from_bytes(&[5; 32]);
        let named = |vault, name: &str, version| Kek {
            vault,
            name: name.to_owned(),
            version,
            key: key.clone(),
        };
        let wrapped = named(VAULT, "s3", 1)
            .wrap(&DataKey::random().unwrap(), &PLACE)
            .unwrap();
        assert!(named(VAULT, "s3", 1).unwrap(&wrapped, &PLACE).is_ok());
        let other_vault = VaultId::from_bytes([6; 16]);
        assert!(
            named(other_vault, "s3", 1)
                .unwrap(&wrapped, &PLACE)
                .is_err()
        );
        assert!(named(VAULT, "s", 1).unwrap(&wrapped, &PLACE).is_err());
        assert!(named(VAULT, "s3", 2).unwrap(&wrapped, &PLACE).is_err());
    }

    /// Computed by a writer of its own from docs/BLOB_FORMAT.md.
    #[test]
    fn golden_a_wrapped_data_key_is_still_read() {
        let wrapped = hex::decode(
            "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f\
             4a620b1e16f4b428a9f3756d619c04c6cf933a6ad58e677f600cc993f3e1a1dc\
             8179e1d96255ca4f2c459ffe814fad48",
        );
        let kek = Kek {
            vault: VaultId::from_bytes([0x22; 16]),
            name: "s3".to_owned(),
            version: 1,
            key: SecretKey::from_bytes(&[0x11; 32]),
        };
        let blob = BlobId::parse("404142434445464748494a4b4c4d4e4f").unwrap();
        let place = WrapContext {
            blob,
            plaintext_len: 5,
            ..PLACE
        };
        let key = kek.unwrap(&wrapped.unwrap(), &place).unwrap();
        assert_eq!(
            hex::encode(key.0.as_bytes()),
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
        );
    }

    #[test]
    fn debug_shows_no_key() {
        assert!(format!("{:?}", kek()).contains("SecretKey(…)"));
    }
}
