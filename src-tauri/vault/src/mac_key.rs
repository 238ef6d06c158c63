//! A key that authenticates rows: what is written beside them shows whether they were changed.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::fields::Fields;
use crate::keys::{KEY_BYTES, SecretKey};
use crate::{Kek, VaultId};

/// The length of a MAC in bytes.
pub const MAC_BYTES: usize = 32;

/// A key of HMAC-SHA256. Its Debug shows nothing.
#[derive(Debug, Clone)]
pub struct MacKey {
    vault: VaultId,
    key: SecretKey,
}

impl MacKey {
    /// Makes the MAC key of a key that was minted for it ([`Vault::new_kek`](crate::Vault::new_kek)) and wraps
    /// nothing.
    pub fn of(kek: &Kek) -> Self {
        Self {
            vault: kek.vault(),
            key: SecretKey::derived(
                kek.secret().as_bytes(),
                &[0; KEY_BYTES],
                b"stave/row-mac/v1",
            ),
        }
    }

    /// Returns the MAC of a list of fields. The label names the kind of list; two different lists never have
    /// the same MAC.
    #[expect(clippy::missing_panics_doc, reason = "HMAC takes a key of any length")]
    pub fn mac(&self, label: &str, fields: &[&[u8]]) -> [u8; MAC_BYTES] {
        let list = Fields::new(label).bytes(self.vault.as_bytes());
        let list = fields.iter().fold(list, |list, field| list.bytes(field));
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(&list.finish());
        mac.finalize().into_bytes().into()
    }

    /// Returns whether a MAC is that of these fields, in constant time.
    pub fn verifies(&self, label: &str, fields: &[&[u8]], mac: &[u8]) -> bool {
        self.mac(label, fields).as_slice().ct_eq(mac).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> MacKey {
        MacKey {
            vault: VaultId::from_bytes([1; 16]),
            key: SecretKey::from_bytes(&[byte; KEY_BYTES]),
        }
    }

    #[test]
    fn a_mac_is_that_of_its_key_label_and_fields() {
        let mac = key(1).mac("row", &[b"ab", b"c"]);
        assert!(key(1).verifies("row", &[b"ab", b"c"], &mac));
        assert!(!key(2).verifies("row", &[b"ab", b"c"], &mac));
        assert!(!key(1).verifies("other", &[b"ab", b"c"], &mac));
        assert!(!key(1).verifies("row", &[b"a", b"bc"], &mac));
        assert!(!key(1).verifies("row", &[b"ab", b"c"], &mac[..31]));
    }

    #[test]
    fn debug_shows_no_key() {
        assert!(format!("{:?}", key(1)).contains("SecretKey(…)"));
    }
}
