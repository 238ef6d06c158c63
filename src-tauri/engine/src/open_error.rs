//! Why a vault could not be opened: one variant for each thing that a person can do about it.

use std::io;

use stave_store::Error as StoreError;
use stave_vault::SlotKind;
use thiserror::Error;

use crate::error::Error as EngineError;

/// Why a vault could not be made or opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The folder holds no vault.
    #[error("there is no vault in this folder")]
    NotAVault,
    /// The folder holds a vault, or the remains of one.
    #[error("the folder holds a vault already, or the remains of one")]
    AlreadyExists,
    /// Another process has the vault open.
    #[error("the vault is in use by another process")]
    InUse {
        /// The process, where the system tells.
        pid: Option<u32>,
    },
    /// A newer release wrote the vault.
    #[error("the vault was written by a newer release")]
    NewerFormat,
    /// The key file is gone; the recovery words open the vault.
    #[error("what opens this vault is missing; open it by its recovery words")]
    NeedsRecovery,
    /// The vault was not set up for this way in.
    #[error("this vault does not open in this way")]
    NoSuchWay,
    /// There is no keychain, or it cannot be reached.
    #[error("there is no keychain on this computer, or it cannot be reached")]
    KeychainAbsent,
    /// The keychain is locked, or the person declined.
    #[error("the keychain is locked, or access to it was declined")]
    KeychainLocked,
    /// The keychain has no entry for this vault; the recovery words open the vault, and then the keychain can
    /// keep its key anew.
    #[error("the keychain has no entry for this vault; open it by its recovery words")]
    KeychainEntryMissing,
    /// The keychain holds another value under this vault's name. The way out is the same.
    #[error("the keychain's entry is not the key of this vault; open it by its recovery words")]
    KeychainEntryWrong(#[source] Box<stave_vault::Error>),
    /// The keychain failed.
    #[error("the keychain failed")]
    KeychainFailed(#[source] Box<stave_vault::Error>),
    /// The passphrase is wrong.
    #[error("the passphrase is not that of this vault")]
    WrongPassphrase,
    /// The key file is wrong or unusable.
    #[error("the key file is not that of this vault, or is unusable")]
    WrongKeyFile(#[source] Box<stave_vault::Error>),
    /// The recovery words are wrong or not well formed.
    #[error("the recovery words are not those of this vault")]
    WrongRecoveryWords(#[source] Box<stave_vault::Error>),
    /// A new vault cannot be held in this way: an empty passphrase, chosen recovery words.
    #[error("a new vault cannot be held in this way")]
    UnusableHolder(#[source] Box<stave_vault::Error>),
    /// The vault is locked, or closed.
    #[error("the vault is locked")]
    Locked,
    /// A vault keeps its recovery words, and one other way in.
    #[error("a vault keeps its recovery words and one other way in")]
    LastWayIn,
    /// The secret of this way in is needed, and was not given.
    #[error("the {0} that opens this vault is needed too")]
    HolderNeeded(SlotKind),
    /// The vault's own files are damaged.
    #[error("the vault is damaged")]
    Damaged(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The disk failed.
    #[error("the disk failed")]
    Io(#[from] io::Error),
    /// Something that nobody can act on.
    #[error("the vault could not be opened")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Locked => Self::Locked,
            StoreError::DiskFull => Self::DiskFull,
            error => Self::Failed(Box::new(error)),
        }
    }
}

impl From<stave_vault::Error> for OpenError {
    fn from(error: stave_vault::Error) -> Self {
        use stave_vault::Error as E;
        match error {
            E::NotAVault => Self::NotAVault,
            E::VaultExists | E::RemainsOfAVault => Self::AlreadyExists,
            E::InUse { pid } => Self::InUse { pid },
            E::NewerFormat { .. } => Self::NewerFormat,
            E::NeedsRecovery(SlotKind::Keychain) => Self::KeychainEntryMissing,
            E::NeedsRecovery(_) => Self::NeedsRecovery,
            E::NoSuchSlot(_) => Self::NoSuchWay,
            E::KeychainAbsent(_) => Self::KeychainAbsent,
            E::KeychainLocked(_) => Self::KeychainLocked,
            E::KeychainWrongKey => Self::KeychainEntryWrong(Box::new(error)),
            E::KeychainFailed(_) | E::KeychainUnreliable => Self::KeychainFailed(Box::new(error)),
            E::WrongPassphrase => Self::WrongPassphrase,
            E::WrongKeyFile | E::UnusableKeyFile { .. } => Self::WrongKeyFile(Box::new(error)),
            E::Words(_) | E::WrongRecoveryWords => Self::WrongRecoveryWords(Box::new(error)),
            E::EmptyPassphrase | E::WordsAreMade => Self::UnusableHolder(Box::new(error)),
            E::Locked => Self::Locked,
            E::LastWayIn => Self::LastWayIn,
            E::HolderNeeded(kind) => Self::HolderNeeded(kind),
            E::ManifestDamaged => Self::Damaged(Box::new(error)),
            E::DiskFull { .. } => Self::DiskFull,
            E::Io { source, .. } => Self::Io(source),
            _ => Self::Failed(Box::new(error)),
        }
    }
}

impl From<stave_catalog::Error> for OpenError {
    fn from(error: stave_catalog::Error) -> Self {
        use stave_catalog::Error as E;
        match error {
            E::InUse => Self::InUse { pid: None },
            E::NewerFormat { .. } => Self::NewerFormat,
            E::Missing | E::NotACatalog | E::Damaged { .. } => Self::Damaged(Box::new(error)),
            E::DiskFull => Self::DiskFull,
            E::Closed => Self::Locked,
            E::Io(source) => Self::Io(source),
            _ => Self::Failed(Box::new(error)),
        }
    }
}

impl From<EngineError> for OpenError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Vault(stave_vault::Error::Unwrap) => {
                Self::Damaged(Box::new(stave_vault::Error::Unwrap))
            }
            EngineError::Vault(error) => error.into(),
            EngineError::Catalog(error) => error.into(),
            EngineError::Refused(StoreError::Locked) => Self::Locked,
            EngineError::Contradiction { .. } => Self::Damaged(Box::new(error)),
            EngineError::Refused(_) | EngineError::Digests(_) | EngineError::Random(_) => {
                Self::Failed(Box::new(error))
            }
        }
    }
}
