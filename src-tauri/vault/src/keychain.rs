//! The keychain of the operating system: Keychain Services, Credential Manager, Secret Service.
//!
//! An entry is the root key in base64, under the service "Stave" and the account "vault <id>".
//! After the service could not be reached once, `keyring` does not try again in this process.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keyring::{Entry, Error as KeyringError};
use zeroize::Zeroizing;

use crate::keys::{KEY_BYTES, RootKey};
use crate::{Error, Result, SlotKind, VaultId};

const SERVICE: &str = "Stave";

/// What the keychain of this computer answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeychainState {
    /// It keeps secrets.
    Ready,
    /// It is locked, or the person declined to unlock it.
    Locked,
    /// There is none, or it cannot be reached. It is not asked again in this process.
    Absent,
    /// It answers, and does not do what it should.
    Failing,
}

/// Tries the keychain by writing, reading and deleting an entry of no worth. May wait for a person
/// who is asked to unlock it.
pub fn keychain_state() -> KeychainState {
    match try_keychain() {
        Ok(()) => KeychainState::Ready,
        Err(Error::KeychainAbsent(_)) => KeychainState::Absent,
        Err(Error::KeychainLocked(_)) => KeychainState::Locked,
        Err(_) => KeychainState::Failing,
    }
}

fn try_keychain() -> Result<()> {
    let vault = VaultId::random()?;
    store(vault, &RootKey::random()?)?;
    entry(vault)?.delete_credential().map_err(failure)
}

/// Writes the root key of a vault, reads it back and compares.
pub(crate) fn store(vault: VaultId, root: &RootKey) -> Result<()> {
    let text = Zeroizing::new(STANDARD.encode(root.as_bytes()));
    entry(vault)?.set_password(&text).map_err(failure)?;
    match load(vault) {
        Ok(stored) if stored == *root => Ok(()),
        Ok(_) | Err(Error::NeedsRecovery(_) | Error::KeychainWrongKey) => {
            Err(Error::KeychainUnreliable)
        }
        Err(error) => Err(error),
    }
}

/// Reads the root key of a vault. A missing entry is [`Error::NeedsRecovery`].
pub(crate) fn load(vault: VaultId) -> Result<RootKey> {
    let text = entry(vault)?.get_password().map_err(failure)?;
    let text = Zeroizing::new(text);
    let bytes = STANDARD.decode(text.trim()).map(Zeroizing::new);
    let bytes = bytes.map_err(|_| Error::KeychainWrongKey)?;
    let bytes: &[u8; KEY_BYTES] = bytes
        .as_slice()
        .try_into()
        .map_err(|_| Error::KeychainWrongKey)?;
    Ok(RootKey::from_bytes(bytes))
}

fn entry(vault: VaultId) -> Result<Entry> {
    Entry::new(SERVICE, &format!("vault {vault}")).map_err(failure)
}

/// Sorts the answers of the keychain. Those that carry what was stored are dropped, so that no log
/// ever shows it.
fn failure(error: KeyringError) -> Error {
    match error {
        KeyringError::NoEntry => Error::NeedsRecovery(SlotKind::Keychain),
        KeyringError::NoDefaultStore => Error::KeychainAbsent(Box::new(error)),
        KeyringError::NoStorageAccess(_) => Error::KeychainLocked(Box::new(error)),
        KeyringError::BadEncoding(secret) | KeyringError::BadDataFormat(secret, _) => {
            drop(Zeroizing::new(secret));
            Error::KeychainWrongKey
        }
        other => Error::KeychainFailed(Box::new(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_of_the_keychain_has_its_own_state() {
        let locked = KeyringError::NoStorageAccess("locked".into());
        assert!(matches!(failure(locked), Error::KeychainLocked(_)));
        assert!(matches!(
            failure(KeyringError::NoDefaultStore),
            Error::KeychainAbsent(_)
        ));
        assert!(matches!(
            failure(KeyringError::NoEntry),
            Error::NeedsRecovery(SlotKind::Keychain)
        ));
        let failed = KeyringError::PlatformFailure("out of order".into());
        assert!(matches!(failure(failed), Error::KeychainFailed(_)));
    }

    #[test]
    fn an_error_never_carries_what_was_stored() {
        let error = failure(KeyringError::BadEncoding(b"stored".to_vec()));
        assert_eq!(format!("{error:?}"), "KeychainWrongKey");
    }
}
