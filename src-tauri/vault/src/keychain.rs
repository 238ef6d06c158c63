//! The keychain of the operating system: Keychain Services, Credential Manager, Secret Service.
//!
//! An entry is the root key in base64, under the service "Stave" and the account "vault <id>"; while one
//! root key takes the place of another, the new one is beside it under "vault <id> next".
//! After the service could not be reached once, `keyring` does not try again in this process.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keyring::{Entry, Error as KeyringError};
use zeroize::Zeroizing;

use crate::blob_id::ID_BYTES;
use crate::keys::{KEY_BYTES, RootKey};
use crate::manifest::Manifest;
use crate::{Error, RealDisk, Result, SlotKind, VaultDir, VaultId};

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

/// What the keychain holds for one vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeychainEntry {
    /// The root key of the vault; where the keychain is no way into it, the keychain keeps secrets.
    Ready,
    /// It is locked, or the person declined to unlock it.
    Locked,
    /// There is no keychain, or it cannot be reached.
    Absent,
    /// It has no entry for this vault.
    Missing,
    /// Its entry for this vault is not its root key.
    Wrong,
    /// It answers, and does not do what it should.
    Failing,
}

/// Asks the keychain for the root key of the vault in a folder, and tells how that ends. Where the keychain is
/// no way into the vault, tells how the keychain is. May wait for a person who is asked to unlock it.
pub fn keychain_entry(dir: &Path) -> Result<KeychainEntry> {
    let manifest = Manifest::read(&RealDisk, &VaultDir::new(dir))?.ok_or(Error::NotAVault)?;
    if manifest.slot(SlotKind::Keychain).is_err() {
        return Ok(keychain_state().into());
    }
    Ok(match load(manifest.vault_id(), manifest.key_id()) {
        Ok(_) => KeychainEntry::Ready,
        Err(Error::KeychainLocked(_)) => KeychainEntry::Locked,
        Err(Error::KeychainAbsent(_)) => KeychainEntry::Absent,
        Err(Error::NeedsRecovery(_)) => KeychainEntry::Missing,
        Err(Error::KeychainWrongKey) => KeychainEntry::Wrong,
        Err(_) => KeychainEntry::Failing,
    })
}

impl From<KeychainState> for KeychainEntry {
    fn from(state: KeychainState) -> Self {
        match state {
            KeychainState::Ready => Self::Ready,
            KeychainState::Locked => Self::Locked,
            KeychainState::Absent => Self::Absent,
            KeychainState::Failing => Self::Failing,
        }
    }
}

/// Writes the root key of a vault, reads it back and compares.
pub(crate) fn store(vault: VaultId, root: &RootKey) -> Result<()> {
    store_in(&entry(vault)?, root)
}

/// Writes the root key that is to take the place of the present one, in an entry beside it.
pub(crate) fn store_beside(vault: VaultId, root: &RootKey) -> Result<()> {
    store_in(&entry_beside(vault)?, root)
}

fn store_in(entry: &Entry, root: &RootKey) -> Result<()> {
    let text = Zeroizing::new(STANDARD.encode(root.as_bytes()));
    entry.set_password(&text).map_err(failure)?;
    match read(entry) {
        Ok(stored) if stored == *root => Ok(()),
        Ok(_) | Err(Error::NeedsRecovery(_) | Error::KeychainWrongKey) => {
            Err(Error::KeychainUnreliable)
        }
        Err(error) => Err(error),
    }
}

/// Reads the root key of a vault, the one of this id. No entry is [`Error::NeedsRecovery`], an entry that
/// is another key [`Error::KeychainWrongKey`]. It may still be in the entry beside, where a rotation was
/// cut short.
pub(crate) fn load(vault: VaultId, key_id: [u8; ID_BYTES]) -> Result<RootKey> {
    let is_wanted = |root: &RootKey| root.key_id(vault) == key_id;
    let refused = match read(&entry(vault)?) {
        Ok(root) if is_wanted(&root) => return Ok(root),
        Ok(_) => Error::KeychainWrongKey,
        Err(error @ (Error::NeedsRecovery(_) | Error::KeychainWrongKey)) => error,
        Err(error) => return Err(error),
    };
    let beside = read(&entry_beside(vault)?).ok().filter(is_wanted);
    beside.ok_or(refused)
}

/// Removes the entries of a vault. One that is not there is removed already.
pub(crate) fn remove(vault: VaultId) -> Result<()> {
    remove_beside(vault)?;
    remove_entry(&entry(vault)?)
}

/// Removes the entry beside that of a vault.
pub(crate) fn remove_beside(vault: VaultId) -> Result<()> {
    remove_entry(&entry_beside(vault)?)
}

fn remove_entry(entry: &Entry) -> Result<()> {
    match entry.delete_credential() {
        Err(KeyringError::NoEntry) => Ok(()),
        removed => removed.map_err(failure),
    }
}

fn read(entry: &Entry) -> Result<RootKey> {
    let text = entry.get_password().map_err(failure)?;
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

fn entry_beside(vault: VaultId) -> Result<Entry> {
    Entry::new(SERVICE, &format!("vault {vault} next")).map_err(failure)
}

/// Sorts the answers of the keychain. Those that carry what was stored are dropped, so that no log
/// ever shows it.
pub(crate) fn failure(error: KeyringError) -> Error {
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
