//! What the key service seals for its clients: a few bytes with an encryption context.
//!
//! ```text
//! "STVK" · format 1 (1 byte) · key id (36 bytes) · version of the key (4 bytes, big-endian) · sealed bytes
//! ```
//!
//! Everything before the sealed bytes is authenticated with them, as is the vault and the context.

use stave_model::{EncryptionContext, KeyId};
use zeroize::Zeroizing;

use crate::fields::Fields;
use crate::wrap;
use crate::{Error, Kek, Result};

/// What sealed bytes begin with.
const MAGIC: &[u8; 4] = b"STVK";

/// The format that is written, and the only one that is read.
const FORMAT: u8 = 1;

/// The length of a key's id as text.
const ID_BYTES: usize = 36;

/// The length of all that stands before the sealed bytes.
const HEAD_BYTES: usize = MAGIC.len() + 1 + ID_BYTES + 4;

/// Sealed bytes, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedBytes<'a> {
    /// The key.
    pub key: KeyId,
    /// Its version.
    pub version: u32,
    sealed: &'a [u8],
}

impl<'a> SealedBytes<'a> {
    /// Reads what [`Kek::seal`] wrote; nothing is authenticated yet.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (head, sealed) = bytes.split_first_chunk::<HEAD_BYTES>()?;
        let rest = head.strip_prefix(MAGIC)?.strip_prefix(&[FORMAT])?;
        let (id, version) = rest.split_first_chunk::<ID_BYTES>()?;
        Some(Self {
            key: KeyId::parse(std::str::from_utf8(id).ok()?)?,
            version: u32::from_be_bytes(*version.first_chunk()?),
            sealed,
        })
    }
}

impl Kek {
    /// Seals bytes with a context, by a key whose name is a key's id.
    pub fn seal(&self, plaintext: &[u8], context: &EncryptionContext) -> Result<Vec<u8>> {
        let sealed = wrap::wrap(self.secret(), plaintext, &self.sealing_place(context))?;
        let version = self.version().to_be_bytes();
        let head: [&[u8]; 4] = [MAGIC, &[FORMAT], self.name().as_bytes(), &version];
        Ok([&head.concat(), sealed.as_slice()].concat())
    }

    /// Opens sealed bytes, or answers [`Error::Unwrap`](crate::Error::Unwrap) when bytes, context or key are
    /// not those of the sealing.
    pub fn unseal(
        &self,
        sealed: &SealedBytes<'_>,
        context: &EncryptionContext,
    ) -> Result<Zeroizing<Vec<u8>>> {
        if sealed.key.as_str() != self.name() || sealed.version != self.version() {
            return Err(Error::Unwrap);
        }
        wrap::unwrap(self.secret(), sealed.sealed, &self.sealing_place(context))
    }

    fn sealing_place(&self, context: &EncryptionContext) -> Vec<u8> {
        let fields = Fields::new("stave/kms-ciphertext/v1")
            .bytes(self.vault().as_bytes())
            .text(self.name())
            .u32(self.version());
        let pairs = context.iter();
        pairs
            .fold(fields, |fields, (name, value)| {
                fields.text(name).text(value)
            })
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::SecretKey;
    use crate::{VaultId, WrappedKek};

    const VAULT: VaultId = VaultId::from_bytes([1; 16]);

    fn kek(byte: u8, version: u32) -> Kek {
        let kms_key = SecretKey::from_bytes(&[9; 32]);
        let name = KeyId::from_random([byte; 16]);
        let place = crate::kek::kek_place(VAULT, name.as_str(), version);
        let wrapped = WrappedKek(wrap::wrap(&kms_key, &[byte; 32], &place).unwrap());
        Kek::open(&kms_key, &wrapped, VAULT, name.as_str(), version).unwrap()
    }

    fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn sealed_bytes_open_by_their_key_version_and_context_alone() {
        let own = context(&[("a", "b")]);
        let sealed = kek(1, 2).seal(b"secret", &own).unwrap();
        let parsed = SealedBytes::parse(&sealed).unwrap();
        assert_eq!(
            (parsed.key.clone(), parsed.version),
            (KeyId::from_random([1; 16]), 2)
        );
        let opens = |kek: Kek, pairs: &[(&str, &str)]| {
            let opened = kek.unseal(&parsed, &context(pairs));
            opened.map(|opened| opened.to_vec())
        };
        assert_eq!(opens(kek(1, 2), &[("a", "b")]).unwrap(), b"secret");
        assert!(opens(kek(1, 1), &[("a", "b")]).is_err());
        assert!(opens(kek(2, 2), &[("a", "b")]).is_err());
        assert!(opens(kek(1, 2), &[]).is_err());
        assert!(opens(kek(1, 2), &[("a", "c")]).is_err());
    }

    #[test]
    fn every_changed_or_missing_byte_is_refused() {
        let own = context(&[]);
        let sealed = kek(1, 1).seal(b"secret", &own).unwrap();
        assert_eq!(sealed.len(), 4 + 1 + 36 + 4 + 32 + 6 + 16);
        let opens = |bytes: &[u8]| {
            let parsed = SealedBytes::parse(bytes)?;
            kek(1, 1).unseal(&parsed, &own).ok()
        };
        assert!(opens(&sealed).is_some());
        for i in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[i] ^= 1;
            assert!(opens(&changed).is_none(), "byte {i}");
            assert!(opens(&sealed[..i]).is_none(), "cut {i}");
        }
    }
}
