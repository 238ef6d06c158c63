//! What can go wrong, in words that a caller can act on.

use std::io;

use thiserror::Error as ThisError;

use crate::{BlobId, SlotKind, WordsError};

/// The result of a vault operation.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a vault operation did not happen.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The folder holds no vault.
    #[error("there is no vault in this folder")]
    NotAVault,
    /// The folder holds a vault already.
    #[error("there is a vault in this folder already")]
    VaultExists,
    /// The folder has sealed bodies or a catalog, and no `vault.json`: a new vault would make them
    /// unreadable for ever, so none is created.
    #[error("the folder holds the remains of a vault without its vault.json; restore that file")]
    RemainsOfAVault,
    /// Another process holds the vault. Its id is not known where the system hides a locked file
    /// (Windows).
    #[error("the vault is in use by {}", process(*.pid))]
    InUse {
        /// The process that holds it.
        pid: Option<u32>,
    },
    /// The vault was written by a newer version of the program.
    #[error("the vault has format {found}, this program knows formats up to {known}")]
    NewerFormat {
        /// The format of the vault.
        found: u32,
        /// The newest format that this program reads.
        known: u32,
    },
    /// `vault.json` cannot be read, or its MAC is not that of its content.
    #[error("vault.json is damaged or was changed by another program")]
    ManifestDamaged,
    /// The vault exists, and what should hold its root key is gone. Never answered with a new key.
    #[error("the {0} that opens this vault is missing; open it by its recovery words")]
    NeedsRecovery(SlotKind),
    /// The vault was not set up for this way in.
    #[error("this vault has no {0} as a way in")]
    NoSuchSlot(SlotKind),
    /// This computer has no keychain service, or it cannot be reached. It is not asked again in
    /// this process.
    #[error("there is no keychain on this computer, or it cannot be reached")]
    KeychainAbsent(#[source] Box<keyring::Error>),
    /// The keychain is locked, or the person declined to unlock it.
    #[error("the keychain is locked, or access to it was declined")]
    KeychainLocked(#[source] Box<keyring::Error>),
    /// The keychain answered with something else.
    #[error("the keychain failed")]
    KeychainFailed(#[source] Box<keyring::Error>),
    /// The keychain holds an entry for this vault, and it is not this vault's root key.
    #[error("the keychain's entry for this vault holds another key")]
    KeychainWrongKey,
    /// The keychain took a value and gave back another one.
    #[error("the keychain did not give back what was stored in it")]
    KeychainUnreliable,
    /// The passphrase is not that of the vault.
    #[error("the passphrase is not that of this vault")]
    WrongPassphrase,
    /// A passphrase has at least one character.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// The key file is not that of the vault.
    #[error("the key file is not that of this vault")]
    WrongKeyFile,
    /// A key file has 32 bytes to 64 KiB.
    #[error("a key file has 32 bytes to 64 KiB, this one has {size_bytes} bytes")]
    UnusableKeyFile {
        /// Its size.
        size_bytes: u64,
    },
    /// The text is not a set of recovery words.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// The words are well formed, and not those of the vault.
    #[error("the recovery words are not those of this vault")]
    WrongRecoveryWords,
    /// Recovery words are minted by the vault, never chosen: they open it and nothing else.
    #[error("recovery words are made by the vault and cannot be chosen")]
    WordsAreMade,
    /// The vault was locked: its keys are gone from memory until it is opened again.
    #[error("the vault is locked")]
    Locked,
    /// The recovery words, and the last other way in, stay.
    #[error("a vault keeps its recovery words and one other way in")]
    LastWayIn,
    /// Only who has the secret of this way in can let it open the vault under another root key.
    #[error("the {0} that opens this vault is needed too")]
    HolderNeeded(SlotKind),
    /// A wrapped key or secret does not authenticate for the place where it was found.
    #[error("a wrapped key does not belong where it was found")]
    Unwrap,
    /// The bytes of a blob are not those that were sealed.
    #[error("blob {blob} is damaged: {damage}")]
    Damaged {
        /// The blob.
        blob: BlobId,
        /// What does not hold.
        damage: Damage,
    },
    /// The blob is not there.
    #[error("blob {0} is missing")]
    MissingBlob(BlobId),
    /// A blob of that id was kept already.
    #[error("blob {0} exists already")]
    BlobExists(BlobId),
    /// The range is not inside the blob.
    #[error("the range is not inside the blob")]
    RangeOutside,
    /// A former write of this body failed, so it cannot be finished.
    #[error("a former write of this body failed")]
    BrokenBody,
    /// A body is longer than a blob can be.
    #[error("the body is longer than a blob can be")]
    BodyTooLong,
    /// A former failure to make bytes durable: nothing is written until the vault is opened again.
    #[error("the vault is read-only after a failed write; check the disk and open it again")]
    ReadOnly,
    /// The disk, or the user's share of it, is full.
    #[error("the disk is full while {doing}")]
    DiskFull {
        /// What was being done.
        doing: &'static str,
    },
    /// The disk failed.
    #[error("the disk failed while {doing}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The operating system gave no random bytes.
    #[error("the system gave no random bytes")]
    Random(#[source] getrandom::Error),
    /// The passphrase could not be stretched: the slot's cost is out of bounds, or memory is short.
    #[error("the passphrase could not be stretched")]
    Stretch(#[source] argon2::Error),
}

/// What does not hold in a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ThisError)]
pub enum Damage {
    /// The header is not one of this format, or names another blob.
    #[error("its header is not that of this blob")]
    Header,
    /// The sealed length is not that of the plaintext length.
    #[error("its length is not the expected one")]
    Length,
    /// The header does not commit to this key.
    #[error("it was sealed by another key")]
    Commitment,
    /// A chunk does not authenticate.
    #[error("chunk {0} does not authenticate")]
    Chunk(u32),
}

impl Error {
    /// Names what was being done when the disk failed, and tells a full disk from other failures.
    pub(crate) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| {
            if is_disk_full(&source) {
                Self::DiskFull { doing }
            } else {
                Self::Io { doing, source }
            }
        }
    }
}

fn process(pid: Option<u32>) -> String {
    pid.map_or_else(
        || "another process".to_owned(),
        |pid| format!("process {pid}"),
    )
}

/// A full disk (ENOSPC), a spent quota (EDQUOT).
pub(crate) fn is_disk_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}
