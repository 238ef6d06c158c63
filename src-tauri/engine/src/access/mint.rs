//! Ids and secrets that are made here.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::SecretString;
use stave_model::{AccessKeyId, Ids};
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// The random bytes of a minted secret: 40 characters of base64, as AWS's have.
const SECRET_BYTES: usize = 30;

/// The random bytes of a session's token.
const TOKEN_BYTES: usize = 32;

/// The alphabet of minted ids, 32 characters: five bits each, none of them by chance likelier.
const ID_ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Mints an id like AWS's: a prefix and 16 capitals and digits.
pub(super) fn id(prefix: &str, ids: &dyn Ids) -> Result<AccessKeyId> {
    let letters = ids
        .random_16()
        .map(|byte| char::from(ID_ALPHABET[usize::from(byte % 32)]));
    let text: String = prefix.chars().chain(letters).collect();
    AccessKeyId::parse(&text).map_err(|_| Error::Contradiction {
        what: "a minted access key id is none",
    })
}

/// Mints a secret of 40 characters.
pub(super) fn secret() -> Result<SecretString> {
    let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
    getrandom::fill(bytes.as_mut())?;
    Ok(SecretString::from(STANDARD.encode(bytes.as_slice())))
}

/// Mints the token of a session.
pub(super) fn token() -> Result<SecretString> {
    let mut bytes = Zeroizing::new([0; TOKEN_BYTES]);
    getrandom::fill(bytes.as_mut())?;
    Ok(SecretString::from(URL_SAFE_NO_PAD.encode(bytes.as_slice())))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    struct Counting;

    impl Ids for Counting {
        fn random_16(&self) -> [u8; 16] {
            [
                0, 1, 2, 3, 31, 32, 33, 63, 64, 95, 128, 159, 200, 223, 254, 255,
            ]
        }
    }

    #[test]
    fn a_minted_id_looks_like_that_of_aws() {
        assert_eq!(
            id("AKIA", &Counting).unwrap().as_str(),
            "AKIAABCD7AB7A7A7I767"
        );
    }

    #[test]
    fn minted_secrets_have_their_length_and_differ() {
        for (mint, length) in [(secret as fn() -> _, 40), (token, 43)] {
            let (one, other): (SecretString, SecretString) = (mint().unwrap(), mint().unwrap());
            assert_eq!(one.expose_secret().len(), length);
            assert_ne!(one.expose_secret(), other.expose_secret());
        }
    }
}
