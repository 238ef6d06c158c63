//! The vault, as the first screens see it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which screen the vault calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// There is none yet: the first run.
    Absent,
    /// It waits for a passphrase.
    Locked,
    /// It is open.
    Open,
    /// Its recovery words were never typed back: they are asked for before it is opened.
    WordsUnconfirmed,
    /// Another process has it open.
    InUse,
    /// Its keychain entry or key file is missing.
    NeedsRecovery,
    /// This computer has no keychain that answers.
    KeychainAbsent,
    /// The keychain is locked, or its owner said no.
    KeychainLocked,
    /// A newer Stave made it.
    NewerFormat,
    /// Its own files do not hold together.
    Damaged,
    /// The disk has no room left.
    DiskFull,
    /// The disk or the rights of the folder do not let it be read or written.
    Unreadable,
}

/// A way into the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HolderKind {
    /// The keychain of the operating system.
    Keychain,
    /// A passphrase.
    Passphrase,
    /// A file that holds the key.
    KeyFile,
    /// The 24 recovery words.
    Recovery,
}

/// The ways that the first run offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NewHolder {
    /// The keychain of the operating system.
    Keychain,
    /// A passphrase.
    Passphrase,
}

/// Whether the keychain can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeychainState {
    /// It answers.
    Ready,
    /// It is locked.
    Locked,
    /// There is none.
    Absent,
    /// It answers, and has no entry for this vault.
    MissingEntry,
    /// It answers, and its entry is not the key of this vault.
    WrongValue,
}

/// What the person means to do; decides what the first run prepares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Build with S3: a bucket `dev` is made.
    Build,
    /// Keep and share files.
    Keep,
    /// Manage remote storage.
    Manage,
}

/// The process that has the vault open.
#[derive(Debug, Clone, Serialize, TS)]
pub struct InUseBy {
    /// Its id.
    pub pid: u32,
}

/// The vault.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VaultStatus {
    /// Which screen it calls for.
    pub state: VaultState,
    /// Where it lies.
    pub folder: String,
    /// The ways in.
    pub holders: Vec<HolderKind>,
    /// Whether the keychain can be used.
    pub keychain: KeychainState,
    /// Who has it, if another process does.
    pub in_use_by: Option<InUseBy>,
    /// After so many minutes without a command it locks itself; 0 is never.
    pub idle_minutes: u32,
    /// Whether it locks when this computer goes to sleep.
    pub lock_on_suspend: bool,
    /// Whether the recovery words were typed back.
    pub recovery_confirmed: bool,
    /// When the root key was made.
    pub root_key_created: i64,
}

/// New recovery words: of a vault that was just made, of a new root key, or in the place of lost
/// ones. No `Debug`: it carries a secret.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VaultCreated {
    /// The 24 words, shown once.
    pub recovery_words: Vec<String>,
    /// Two positions, counted from 0, whose words are to be typed back.
    pub check: Vec<usize>,
}

/// What a trial of recovery words found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DrillResult {
    /// Whether they open this vault.
    pub opens: bool,
    /// What is wrong with them.
    pub problem: Option<String>,
}

/// A page to print. No `Debug`: it carries a secret.
#[derive(Clone, Serialize, TS)]
pub struct RecoverySheet {
    /// The page: one document that loads nothing.
    pub html: String,
}
