//! Small secrets under a long-lived key: 32 random bytes, then AES-256-GCM of the secret under a
//! key that is derived from the long-lived one and those bytes. The derived key is used once, so
//! its nonce is zero and nothing limits how often the long-lived key wraps.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use zeroize::Zeroizing;

use crate::keys::{KEY_BYTES, SecretKey};
use crate::{Error, Result};

/// The length of the random bytes before the sealed ones.
const SALT_BYTES: usize = 32;

/// Wraps a secret for the place that `aad` names.
pub(crate) fn wrap(key: &SecretKey, secret: &[u8], aad: &[u8]) -> Result<Vec<u8>> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(Error::Random)?;
    Ok(wrap_with_salt(key, salt, secret, aad))
}

fn wrap_with_salt(key: &SecretKey, salt: [u8; SALT_BYTES], secret: &[u8], aad: &[u8]) -> Vec<u8> {
    let payload = Payload { msg: secret, aad };
    let sealed = single_use_cipher(key, &salt)
        .encrypt(&Nonce::default(), payload)
        .expect("AES-GCM seals up to 64 GiB, and a secret is small");
    [&salt, sealed.as_slice()].concat()
}

/// Unwraps a secret, or answers [`Error::Unwrap`] when key, bytes or place differ.
pub(crate) fn unwrap(key: &SecretKey, wrapped: &[u8], aad: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let (salt, sealed) = wrapped
        .split_first_chunk::<SALT_BYTES>()
        .ok_or(Error::Unwrap)?;
    let payload = Payload { msg: sealed, aad };
    single_use_cipher(key, salt)
        .decrypt(&Nonce::default(), payload)
        .map(Zeroizing::new)
        .map_err(|_| Error::Unwrap)
}

/// Unwraps a secret that is a key.
pub(crate) fn unwrap_key(key: &SecretKey, wrapped: &[u8], aad: &[u8]) -> Result<SecretKey> {
    let secret = unwrap(key, wrapped, aad)?;
    let bytes: &[u8; KEY_BYTES] = secret.as_slice().try_into().map_err(|_| Error::Unwrap)?;
    Ok(SecretKey::from_bytes(bytes))
}

fn single_use_cipher(key: &SecretKey, salt: &[u8; SALT_BYTES]) -> Aes256Gcm {
    let derived = SecretKey::derived(key.as_bytes(), salt, b"wrap");
    Aes256Gcm::new(<&Key<Aes256Gcm>>::from(derived.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SecretKey {
        SecretKey::from_bytes(&[byte; KEY_BYTES])
    }

    #[test]
    fn a_wrapped_secret_unwraps_for_its_key_and_its_place_alone() {
        let wrapped = wrap(&key(1), b"secret", b"place").unwrap();
        let opened = unwrap(&key(1), &wrapped, b"place").unwrap();
        assert_eq!(opened.as_slice(), b"secret");
        assert!(matches!(
            unwrap(&key(2), &wrapped, b"place"),
            Err(Error::Unwrap)
        ));
        assert!(matches!(
            unwrap(&key(1), &wrapped, b"other"),
            Err(Error::Unwrap)
        ));
    }

    #[test]
    fn every_changed_or_missing_byte_of_a_wrap_is_refused() {
        let wrapped = wrap(&key(1), &[9; KEY_BYTES], b"place").unwrap();
        assert_eq!(wrapped.len(), 80);
        for i in 0..wrapped.len() {
            let mut changed = wrapped.clone();
            changed[i] ^= 0x10;
            assert!(unwrap(&key(1), &changed, b"place").is_err(), "byte {i}");
            assert!(unwrap(&key(1), &wrapped[..i], b"place").is_err(), "cut {i}");
        }
    }

    #[test]
    fn a_secret_that_is_no_key_is_not_taken_for_one() {
        let wrapped = wrap(&key(1), b"short", b"place").unwrap();
        assert!(matches!(
            unwrap_key(&key(1), &wrapped, b"place"),
            Err(Error::Unwrap)
        ));
    }

    #[test]
    fn two_wraps_of_one_secret_differ() {
        let one = wrap(&key(1), b"secret", b"place").unwrap();
        let other = wrap(&key(1), b"secret", b"place").unwrap();
        assert_ne!(one[32..], other[32..]);
    }
}
