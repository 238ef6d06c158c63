//! Key material of the key service: secret bytes of the length that the kind of key has, and the MACs that
//! they make.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use crate::{Error, Result};

/// Secret bytes: zeroed when dropped, shown by no Debug.
#[derive(Clone)]
pub struct KeyMaterial(Zeroizing<Vec<u8>>);

/// A hash that MACs are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MacHash {
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

impl KeyMaterial {
    /// Takes bytes.
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// Mints random bytes.
    pub fn random(bytes: usize) -> Result<Self> {
        let mut material = Zeroizing::new(vec![0; bytes]);
        getrandom::fill(&mut material).map_err(Error::Random)?;
        Ok(Self(material))
    }

    /// Returns the bytes.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Returns the MAC of a message: HMAC, RFC 2104.
    #[expect(clippy::missing_panics_doc, reason = "HMAC takes a key of any length")]
    pub fn mac(&self, hash: MacHash, message: &[u8]) -> Vec<u8> {
        const ANY: &str = "HMAC takes a key of any length";
        match hash {
            MacHash::Sha256 => {
                let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect(ANY);
                mac.update(message);
                mac.finalize().into_bytes().to_vec()
            }
            MacHash::Sha384 => {
                let mut mac = Hmac::<Sha384>::new_from_slice(&self.0).expect(ANY);
                mac.update(message);
                mac.finalize().into_bytes().to_vec()
            }
            MacHash::Sha512 => {
                let mut mac = Hmac::<Sha512>::new_from_slice(&self.0).expect(ANY);
                mac.update(message);
                mac.finalize().into_bytes().to_vec()
            }
        }
    }

    /// Returns whether a MAC is that of a message, in constant time.
    pub fn verifies(&self, hash: MacHash, message: &[u8], mac: &[u8]) -> bool {
        use subtle::ConstantTimeEq as _;
        self.mac(hash, message).as_slice().ct_eq(mac).into()
    }
}

impl fmt::Debug for KeyMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyMaterial(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn a_mac_is_hmac() {
        let key = KeyMaterial::new(Zeroizing::new(b"Jefe".to_vec()));
        let message = b"what do ya want for nothing?";
        let cases = [
            (
                MacHash::Sha256,
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                MacHash::Sha384,
                "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e\
                 8e2240ca5e69e2c78b3239ecfab21649",
            ),
            (
                MacHash::Sha512,
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
                 9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
            ),
        ];
        for (hash, expected) in cases {
            let mac = key.mac(hash, message);
            assert_eq!(hex::encode(&mac), expected, "{hash:?}");
            assert!(key.verifies(hash, message, &mac));
            assert!(!key.verifies(hash, b"another", &mac));
            assert!(!key.verifies(hash, message, &mac[1..]));
        }
    }

    #[test]
    fn debug_shows_no_material() {
        assert_eq!(
            format!("{:?}", KeyMaterial::random(48).unwrap()),
            "KeyMaterial(…)"
        );
    }
}
