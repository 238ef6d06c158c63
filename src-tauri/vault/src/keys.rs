//! Keys in memory: zeroed when dropped, shown by no Debug.

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::blob_id::ID_BYTES;
use crate::{Error, Result, VaultId};

/// The length of every key, in bytes.
pub(crate) const KEY_BYTES: usize = 32;

/// Fills a buffer of at most 255 blocks by HKDF-SHA256. `info` is the concatenation of its pieces.
pub(crate) fn derive(input: &[u8], salt: &[u8], info: &[&[u8]], output: &mut [u8]) {
    Hkdf::<Sha256>::new(Some(salt), input)
        .expand_multi_info(info, output)
        .expect("HKDF-SHA256 gives up to 8160 bytes, and no key is that long");
}

/// 32 secret bytes.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub(crate) struct SecretKey([u8; KEY_BYTES]);

impl SecretKey {
    pub(crate) fn from_bytes(bytes: &[u8; KEY_BYTES]) -> Self {
        Self(*bytes)
    }

    pub(crate) fn random() -> Result<Self> {
        let mut key = Self([0; KEY_BYTES]);
        getrandom::fill(&mut key.0).map_err(Error::Random)?;
        Ok(key)
    }

    /// Derives a key from secret bytes of any length that hold 256 bits of chance.
    pub(crate) fn derived(input: &[u8], salt: &[u8], info: &[u8]) -> Self {
        let mut key = Self([0; KEY_BYTES]);
        derive(input, salt, &[info], &mut key.0);
        key
    }

    pub(crate) fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    pub(crate) fn as_mut_bytes(&mut self) -> &mut [u8; KEY_BYTES] {
        &mut self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// The key above all others of a vault. Never seals anything itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RootKey(SecretKey);

impl RootKey {
    pub(crate) fn random() -> Result<Self> {
        SecretKey::random().map(Self)
    }

    pub(crate) fn from_bytes(bytes: &[u8; KEY_BYTES]) -> Self {
        Self(SecretKey::from_bytes(bytes))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        self.0.as_bytes()
    }

    /// Returns what tells this root key from others without telling the key.
    pub(crate) fn key_id(&self, vault: VaultId) -> [u8; ID_BYTES] {
        let mut id = [0; ID_BYTES];
        derive(self.as_bytes(), vault.as_bytes(), &[b"id"], &mut id);
        id
    }

    /// `K_kms`: wraps key-encryption keys.
    pub(crate) fn kms_key(&self, vault: VaultId) -> SecretKey {
        SecretKey::derived(self.as_bytes(), vault.as_bytes(), b"stave/kms/v1")
    }

    /// `K_mac`: authenticates `vault.json`.
    pub(crate) fn mac_key(&self, vault: VaultId) -> SecretKey {
        SecretKey::derived(self.as_bytes(), vault.as_bytes(), b"stave/mac/v1")
    }

    /// `K_root`: wraps another root key of the same vault while one takes the place of the other.
    pub(crate) fn rotation_key(&self, vault: VaultId) -> SecretKey {
        SecretKey::derived(self.as_bytes(), vault.as_bytes(), b"stave/root/v1")
    }

    /// `K_cred`: wraps small secrets.
    pub(crate) fn cred_key(&self, vault: VaultId) -> SecretKey {
        SecretKey::derived(self.as_bytes(), vault.as_bytes(), b"stave/cred/v1")
    }
}

/// The key that seals one blob: random, fresh for each, stored wrapped. Its Debug shows nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKey(pub(crate) SecretKey);

impl DataKey {
    /// Mints a random key.
    pub fn random() -> Result<Self> {
        SecretKey::random().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_key() {
        let key = DataKey(SecretKey([0xab; KEY_BYTES]));
        assert_eq!(format!("{key:?}"), "DataKey(SecretKey(…))");
        let root = RootKey::from_bytes(&[0xab; KEY_BYTES]);
        assert_eq!(format!("{root:?}"), "RootKey(SecretKey(…))");
    }

    #[test]
    fn random_keys_differ() {
        assert_ne!(DataKey::random().unwrap(), DataKey::random().unwrap());
    }

    #[test]
    fn derived_keys_differ_by_purpose_and_by_vault() {
        let root = RootKey::from_bytes(&[7; KEY_BYTES]);
        let (one, two) = (VaultId::from_bytes([1; 16]), VaultId::from_bytes([2; 16]));
        let keys = [
            root.kms_key(one),
            root.mac_key(one),
            root.cred_key(one),
            root.rotation_key(one),
            root.kms_key(two),
        ];
        for (i, a) in keys.iter().enumerate() {
            for b in &keys[i + 1..] {
                assert_ne!(a, b);
            }
        }
        assert_ne!(root.key_id(one), root.key_id(two));
    }

    /// RFC 5869, test case 1.
    #[test]
    fn derivation_is_hkdf_sha256() {
        let salt = hex::decode("000102030405060708090a0b0c").unwrap();
        let info = hex::decode("f0f1f2f3f4f5f6f7f8f9").unwrap();
        let mut output = [0; 42];
        derive(&[0x0b; 22], &salt, &[&info[..4], &info[4..]], &mut output);
        assert_eq!(
            hex::encode(output),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
        );
    }
}
