//! Passphrases, stretched by Argon2id.

use std::borrow::Cow;

use argon2::{Algorithm, Argon2, Params, Version};
use bip39::Mnemonic;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::keys::{KEY_BYTES, SecretKey};
use crate::{Error, Result};

/// The most that a slot may ask for. A `vault.json` is read before it is authenticated: without a
/// bound, a changed one could take all memory, or a week.
const MOST: PassphraseCost = PassphraseCost {
    memory_kib: 1_024 * 1_024,
    passes: 64,
    lanes: 16,
};

/// What stretching a passphrase costs. It is stored in the slot, so a later version can raise it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassphraseCost {
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
}

impl Default for PassphraseCost {
    /// 64 MiB, three passes, one lane: about what RFC 9106 recommends where memory is short.
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1_024,
            passes: 3,
            lanes: 1,
        }
    }
}

impl PassphraseCost {
    /// The least cost that Argon2id knows. For tests: it protects nobody.
    pub const fn cheap_for_tests() -> Self {
        Self {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        }
    }

    /// Tells whether the cost is one that Argon2id knows and this program pays.
    pub(crate) fn is_payable(self) -> bool {
        self.memory_kib <= MOST.memory_kib
            && self.passes <= MOST.passes
            && self.lanes <= MOST.lanes
            && self.params().is_ok()
    }

    fn params(self) -> Result<Params> {
        Params::new(self.memory_kib, self.passes, self.lanes, Some(KEY_BYTES))
            .map_err(Error::Stretch)
    }

    /// Stretches a passphrase into a key. The same characters typed on another system may come as
    /// other code points (`ä` as one or as two), so the text is first normalised (NFKD).
    pub(crate) fn stretch(self, passphrase: &SecretString, salt: &[u8]) -> Result<SecretKey> {
        let mut text = Cow::Borrowed(passphrase.expose_secret());
        Mnemonic::normalize_utf8_cow(&mut text);
        let text = Zeroizing::new(text.into_owned());
        if text.is_empty() {
            return Err(Error::EmptyPassphrase);
        }
        let mut key = SecretKey::from_bytes(&[0; KEY_BYTES]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params()?)
            .hash_password_into(text.as_bytes(), salt, key.as_mut_bytes())
            .map_err(Error::Stretch)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretched(text: &str) -> SecretKey {
        PassphraseCost::cheap_for_tests()
            .stretch(&SecretString::from(text), &[1; 32])
            .unwrap()
    }

    #[test]
    fn one_text_in_two_codings_is_one_passphrase() {
        assert_eq!(stretched("Schl\u{fc}ssel"), stretched("Schlu\u{308}ssel"));
        assert_ne!(stretched("Schlüssel"), stretched("Schlussel"));
    }

    #[test]
    fn an_empty_passphrase_is_refused() {
        let refused = PassphraseCost::default().stretch(&SecretString::from(""), &[1; 32]);
        assert!(matches!(refused, Err(Error::EmptyPassphrase)));
    }

    #[test]
    fn a_cost_out_of_bounds_is_told_from_a_payable_one() {
        assert!(PassphraseCost::default().is_payable());
        assert!(PassphraseCost::cheap_for_tests().is_payable());
        let none = PassphraseCost {
            memory_kib: 7,
            ..PassphraseCost::default()
        };
        assert!(!none.is_payable());
        let huge = PassphraseCost {
            memory_kib: u32::MAX,
            ..PassphraseCost::default()
        };
        assert!(!huge.is_payable());
        let slow = PassphraseCost {
            passes: 65,
            ..PassphraseCost::default()
        };
        assert!(!slow.is_payable());
        let wide = PassphraseCost {
            lanes: 17,
            ..PassphraseCost::default()
        };
        assert!(!wide.is_payable());
    }
}
