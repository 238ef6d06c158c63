//! The bulk cipher: AES-256-GCM by ring, which seals about three times as fast as the crate
//! `aes-gcm`. That crate wraps keys and is the reference: the tests below let each open what the
//! other sealed. Another implementation changes this file alone.

use std::fmt;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::keys::SecretKey;

/// The length of the tag behind each chunk.
pub(crate) const TAG_BYTES: usize = 16;

/// The length of a nonce.
pub(crate) const NONCE_BYTES: usize = 12;

/// Bytes that were not sealed by this key, nonce and associated data.
#[derive(Debug)]
pub(crate) struct NotAuthentic;

/// A key, ready to seal and open.
pub(crate) struct BulkCipher(LessSafeKey);

impl BulkCipher {
    pub(crate) fn new(key: &SecretKey) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key.as_bytes()).expect("the key has 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// Seals in place and returns the tag. The caller never uses a nonce twice.
    pub(crate) fn seal(
        &self,
        nonce: [u8; NONCE_BYTES],
        aad: &[u8],
        chunk: &mut [u8],
    ) -> [u8; TAG_BYTES] {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce, Aad::from(aad), chunk)
            .expect("AES-GCM seals up to 64 GiB, and a chunk has at most 1 MiB");
        tag.as_ref().try_into().expect("the tag has 16 bytes")
    }

    /// Opens a chunk with its tag in place and cuts the tag off. After an error the buffer is
    /// empty.
    pub(crate) fn open(
        &self,
        nonce: [u8; NONCE_BYTES],
        aad: &[u8],
        chunk: &mut Vec<u8>,
    ) -> Result<(), NotAuthentic> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let opened = self.0.open_in_place(nonce, Aad::from(aad), chunk);
        let plaintext_len = opened.map(|plaintext| plaintext.len());
        chunk.truncate(*plaintext_len.as_ref().unwrap_or(&0));
        plaintext_len.map(drop).map_err(|_| NotAuthentic)
    }
}

impl fmt::Debug for BulkCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BulkCipher(…)")
    }
}

#[cfg(test)]
mod tests {
    use aes_gcm::aead::{Aead, KeyInit, Payload};
    use aes_gcm::{Aes256Gcm, Nonce};

    use super::*;

    const KEY: [u8; 32] = [3; 32];
    const NONCE: [u8; NONCE_BYTES] = [5; NONCE_BYTES];
    const AAD: &[u8] = b"associated";

    fn reference_seals(plaintext: &[u8]) -> Vec<u8> {
        let payload = Payload {
            msg: plaintext,
            aad: AAD,
        };
        let cipher = Aes256Gcm::new(&KEY.into());
        cipher.encrypt(&Nonce::from(NONCE), payload).unwrap()
    }

    fn ours_seals(plaintext: &[u8]) -> Vec<u8> {
        let mut sealed = plaintext.to_vec();
        let cipher = BulkCipher::new(&SecretKey::from_bytes(&KEY));
        let tag = cipher.seal(NONCE, AAD, &mut sealed);
        sealed.extend_from_slice(&tag);
        sealed
    }

    #[test]
    fn each_implementation_opens_what_the_other_sealed() {
        for length in [0, 1, 15, 16, 17, 1_023, 65_535, 65_536] {
            let plaintext: Vec<u8> = (0..=250).cycle().take(length).collect();

            let mut opened = reference_seals(&plaintext);
            let cipher = BulkCipher::new(&SecretKey::from_bytes(&KEY));
            cipher.open(NONCE, AAD, &mut opened).unwrap();
            assert!(opened == plaintext, "ours opens {length} bytes");

            let sealed = ours_seals(&plaintext);
            let payload = Payload {
                msg: &sealed,
                aad: AAD,
            };
            let reference = Aes256Gcm::new(&KEY.into());
            let opened = reference.decrypt(&Nonce::from(NONCE), payload).unwrap();
            assert!(opened == plaintext, "the reference opens {length} bytes");
        }
    }

    #[test]
    fn a_chunk_that_does_not_authenticate_leaves_no_bytes() {
        let cipher = BulkCipher::new(&SecretKey::from_bytes(&KEY));
        let mut sealed = ours_seals(b"plaintext");
        sealed[0] ^= 1;
        assert!(cipher.open(NONCE, AAD, &mut sealed).is_err());
        assert!(sealed.is_empty());

        let mut shorter_than_a_tag = vec![0; TAG_BYTES - 1];
        assert!(cipher.open(NONCE, AAD, &mut shorter_than_a_tag).is_err());
        assert!(shorter_than_a_tag.is_empty());
    }
}
