//! Keys that a person keeps for objects of their own (SSE-C), in the keychain of the operating
//! system. The vault never holds them: who loses the keychain's entry loses what was written under it.
//!
//! An entry is the key in base64, under the service "Stave customer keys" and the name as account.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keyring::{Entry, Error as KeyringError};
use thiserror::Error as ThisError;
use zeroize::Zeroizing;

use crate::keys::KEY_BYTES;

const SERVICE: &str = "Stave customer keys";

/// Why the keychain did not do as asked. None carries what was stored.
#[derive(Debug, ThisError)]
pub enum CustomerKeyError {
    /// There is no keychain, or it cannot be reached.
    #[error("this computer has no keychain that answers")]
    Absent,
    /// It is locked, or the person declined to unlock it.
    #[error("the keychain is locked")]
    Locked,
    /// The entry holds something else than a key of 32 bytes.
    #[error("the keychain's entry is not a key of 32 bytes")]
    Malformed,
    /// It took the key and gives another back.
    #[error("the keychain does not keep what it is given")]
    Unreliable,
    /// It failed otherwise.
    #[error("the keychain failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Writes a key, over one of the same name, and reads it back.
pub fn keep_customer_key(name: &str, key: &[u8; KEY_BYTES]) -> Result<(), CustomerKeyError> {
    let text = Zeroizing::new(STANDARD.encode(key));
    entry(name)?.set_password(&text).map_err(failure)?;
    match customer_key(name)? {
        Some(kept) if *kept == *key => Ok(()),
        Some(_) | None => Err(CustomerKeyError::Unreliable),
    }
}

/// Reads a key; `None` where the keychain has none of that name.
pub fn customer_key(name: &str) -> Result<Option<Zeroizing<[u8; KEY_BYTES]>>, CustomerKeyError> {
    match entry(name)?.get_password() {
        Ok(text) => parse(&Zeroizing::new(text)).map(Some),
        Err(KeyringError::NoEntry) => Ok(None),
        Err(error) => Err(failure(error)),
    }
}

/// Removes a key; not an error where there is none.
pub fn forget_customer_key(name: &str) -> Result<(), CustomerKeyError> {
    match entry(name)?.delete_credential() {
        Ok(()) | Err(KeyringError::NoEntry) => Ok(()),
        Err(error) => Err(failure(error)),
    }
}

fn parse(text: &str) -> Result<Zeroizing<[u8; KEY_BYTES]>, CustomerKeyError> {
    let bytes = STANDARD.decode(text.trim()).map(Zeroizing::new);
    let bytes = bytes.map_err(|_| CustomerKeyError::Malformed)?;
    let key: [u8; KEY_BYTES] = bytes
        .as_slice()
        .try_into()
        .map_err(|_| CustomerKeyError::Malformed)?;
    Ok(Zeroizing::new(key))
}

fn entry(name: &str) -> Result<Entry, CustomerKeyError> {
    Entry::new(SERVICE, name).map_err(failure)
}

/// Sorts the answers of the keychain. Those that carry what was stored are dropped, so that no log
/// ever shows it.
fn failure(error: KeyringError) -> CustomerKeyError {
    match error {
        KeyringError::NoDefaultStore => CustomerKeyError::Absent,
        KeyringError::NoStorageAccess(_) => CustomerKeyError::Locked,
        KeyringError::BadEncoding(secret) | KeyringError::BadDataFormat(secret, _) => {
            drop(Zeroizing::new(secret));
            CustomerKeyError::Malformed
        }
        other => CustomerKeyError::Failed(Box::new(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_a_key_of_32_bytes_in_base64() {
        let key = parse("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n").unwrap();
        assert_eq!(*key, [1; 32]);
        for text in ["", "AQEB", "not base64"] {
            assert!(
                matches!(parse(text), Err(CustomerKeyError::Malformed)),
                "{text}"
            );
        }
    }

    #[test]
    fn an_error_never_carries_what_was_stored() {
        let error = failure(KeyringError::BadEncoding(b"stored".to_vec()));
        assert_eq!(format!("{error:?}"), "Malformed");
    }
}
