//! How a person holds the root key of a vault.

use std::path::PathBuf;

use secrecy::SecretString;

use crate::SlotKind;

/// What opens a vault. Its Debug shows no secret.
#[derive(Debug, Clone)]
pub enum Holder {
    /// The keychain of the operating system.
    Keychain,
    /// A passphrase, stretched by Argon2id.
    Passphrase(SecretString),
    /// A file of at least 32 bytes, kept elsewhere. A new vault creates it if it does not exist.
    KeyFile(PathBuf),
    /// The 24 words shown when the vault was made. They open a vault and cannot be chosen for one.
    RecoveryWords(SecretString),
}

impl Holder {
    /// Returns the kind of slot that this opens.
    pub fn slot_kind(&self) -> SlotKind {
        match self {
            Self::Keychain => SlotKind::Keychain,
            Self::Passphrase(_) => SlotKind::Passphrase,
            Self::KeyFile(_) => SlotKind::KeyFile,
            Self::RecoveryWords(_) => SlotKind::RecoveryWords,
        }
    }
}
