//! Which way into a vault to try, and which screen a failure calls for.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use stave_engine::{
    Engine, Holder, KeychainEntry, KeychainState as Keychain, OpenError, Presence, SlotKind,
};

use crate::errors::Failure;
use crate::views::{HolderKind, KeychainState, VaultState};

/// What the environment says; the same variables as the terminal's.
#[derive(Default)]
pub struct Environment {
    /// `STAVE_VAULT`: the folder.
    pub vault: Option<PathBuf>,
    /// `STAVE_KEY_FILE`: a way in.
    pub key_file: Option<PathBuf>,
    /// `STAVE_PASSPHRASE`: a way in.
    pub passphrase: Option<SecretString>,
    /// `STAVE_PORT`: the endpoint's port; 0 lets the system choose.
    pub port: Option<u16>,
}

impl Environment {
    /// Reads the variables.
    pub fn read(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let path = |name| variable(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        let text = |name| variable(name).and_then(|value| value.into_string().ok());
        Self {
            vault: path("STAVE_VAULT"),
            key_file: path("STAVE_KEY_FILE"),
            passphrase: text("STAVE_PASSPHRASE").map(SecretString::from),
            port: text("STAVE_PORT").and_then(|port| port.parse().ok()),
        }
    }

    /// Returns the way in that the environment gives.
    pub fn holder(&self) -> Option<Holder> {
        let file = self.key_file.clone().map(Holder::KeyFile);
        file.or_else(|| self.passphrase.clone().map(Holder::Passphrase))
    }
}

/// Returns the way into a vault that needs nobody: the environment's, else the keychain.
pub fn silent_holder(environment: &Environment, slots: &[SlotKind]) -> Option<Holder> {
    let keychain = || {
        slots
            .contains(&SlotKind::Keychain)
            .then_some(Holder::Keychain)
    };
    environment.holder().or_else(keychain)
}

/// Returns the id of the vault of a folder.
pub fn vault_id(folder: &Path) -> Option<String> {
    match Engine::probe(folder) {
        Ok(Presence::Present { id, .. }) => Some(id.to_string()),
        Ok(Presence::Absent) | Err(_) => None,
    }
}

/// Returns the ways into the vault of a folder; none where there is no vault.
pub fn slots(folder: &Path) -> Result<Vec<SlotKind>, OpenError> {
    match Engine::probe(folder)? {
        Presence::Absent => Err(OpenError::NotAVault),
        Presence::Present { slots, .. } => Ok(slots),
    }
}

/// Returns the screen that a failure calls for, and who has the vault.
pub fn state_of(error: &OpenError) -> (VaultState, Option<u32>) {
    let state = match error {
        OpenError::InUse { pid } => return (VaultState::InUse, *pid),
        OpenError::NotAVault => VaultState::Absent,
        OpenError::NewerFormat => VaultState::NewerFormat,
        OpenError::NeedsRecovery
        | OpenError::WrongKeyFile(_)
        | OpenError::KeychainEntryMissing
        | OpenError::KeychainEntryWrong(_) => VaultState::NeedsRecovery,
        OpenError::KeychainAbsent => VaultState::KeychainAbsent,
        OpenError::KeychainLocked | OpenError::KeychainFailed(_) => VaultState::KeychainLocked,
        OpenError::NoSuchWay
        | OpenError::WrongPassphrase
        | OpenError::WrongRecoveryWords(_)
        | OpenError::UnusableHolder(_)
        | OpenError::Locked
        | OpenError::LastWayIn
        | OpenError::HolderNeeded(_) => VaultState::Locked,
        OpenError::DiskFull => VaultState::DiskFull,
        OpenError::Io(_) => VaultState::Unreadable,
        OpenError::AlreadyExists | OpenError::Damaged(_) | OpenError::Failed(_) => {
            VaultState::Damaged
        }
    };
    (state, None)
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let (code, hint) = advice(&error);
        let why = std::error::Error::source(&error).map_or_else(String::new, ToString::to_string);
        Self::new(code, error.to_string(), why, hint)
    }
}

fn advice(error: &OpenError) -> (&'static str, &'static str) {
    match error {
        OpenError::NotAVault => ("not_a_vault", "Make a new vault."),
        OpenError::AlreadyExists => ("vault_exists", "Open it, or choose another folder."),
        OpenError::InUse { .. } => ("in_use", "End the other program, then try again."),
        OpenError::NewerFormat => ("newer_format", "Install the newest Stave."),
        OpenError::NeedsRecovery => ("needs_recovery", "Type your 24 recovery words."),
        OpenError::KeychainEntryMissing => (
            "keychain_entry_missing",
            "Type your 24 recovery words; the key then goes back into the keychain.",
        ),
        OpenError::KeychainEntryWrong(_) => (
            "keychain_entry_wrong",
            "Type your 24 recovery words; the right key then goes back into the keychain.",
        ),
        OpenError::Locked => ("locked", "Unlock the vault."),
        OpenError::LastWayIn => ("last_way_in", "Add another way in first."),
        OpenError::HolderNeeded(SlotKind::KeyFile) => (
            "holder_needed",
            "Start Stave with STAVE_KEY_FILE, so that it finds the key file.",
        ),
        OpenError::HolderNeeded(_) => ("holder_needed", "Type the passphrase of this vault."),
        OpenError::NoSuchWay => ("no_such_way", "Use the passphrase or the recovery words."),
        OpenError::KeychainAbsent => (
            "keychain_absent",
            "Use a passphrase, or start the keychain of this computer and then Stave again.",
        ),
        OpenError::KeychainLocked => ("keychain_locked", "Unlock the keychain, then try again."),
        OpenError::KeychainFailed(_) => (
            "keychain_failed",
            "Try again, or open the vault with its recovery words.",
        ),
        OpenError::WrongPassphrase => (
            "wrong_passphrase",
            "Type it again; capitals and the keyboard's language matter.",
        ),
        OpenError::WrongKeyFile(_) => ("wrong_key_file", "Choose the file that this vault had."),
        OpenError::WrongRecoveryWords(_) => (
            "wrong_recovery_words",
            "Compare each word with your sheet, in its order.",
        ),
        OpenError::UnusableHolder(_) => ("unusable_holder", "Choose a longer passphrase."),
        OpenError::Damaged(_) => ("damaged", "Bring the vault folder back from a backup."),
        OpenError::DiskFull => ("disk_full", "Free some space, then try again."),
        OpenError::Io(_) => (
            "io",
            "Check the disk and the permissions of the vault folder.",
        ),
        OpenError::Failed(_) => ("failed", "Try again; if it stays, look at the log."),
    }
}

impl From<SlotKind> for HolderKind {
    fn from(slot: SlotKind) -> Self {
        match slot {
            SlotKind::Keychain => Self::Keychain,
            SlotKind::Passphrase => Self::Passphrase,
            SlotKind::KeyFile => Self::KeyFile,
            SlotKind::RecoveryWords => Self::Recovery,
        }
    }
}

impl From<KeychainEntry> for KeychainState {
    fn from(entry: KeychainEntry) -> Self {
        match entry {
            KeychainEntry::Ready => Self::Ready,
            KeychainEntry::Locked => Self::Locked,
            KeychainEntry::Missing => Self::MissingEntry,
            KeychainEntry::Wrong => Self::WrongValue,
            KeychainEntry::Absent | KeychainEntry::Failing => Self::Absent,
        }
    }
}

impl From<Keychain> for KeychainState {
    fn from(state: Keychain) -> Self {
        match state {
            Keychain::Ready => Self::Ready,
            Keychain::Locked => Self::Locked,
            Keychain::Absent | Keychain::Failing => Self::Absent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        Environment::read(|name| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_environment_outranks_the_keychain() {
        let given = environment(&[("STAVE_KEY_FILE", "/keys/one"), ("STAVE_PASSPHRASE", "x")]);
        let holder = silent_holder(&given, &[SlotKind::Keychain]);
        assert!(matches!(holder, Some(Holder::KeyFile(path)) if path == Path::new("/keys/one")));
    }

    #[test]
    fn a_vault_with_a_passphrase_alone_waits_for_a_person() {
        let none = environment(&[]);
        let slots = [SlotKind::Passphrase, SlotKind::RecoveryWords];
        assert!(silent_holder(&none, &slots).is_none());
    }

    #[test]
    fn a_port_that_is_no_number_is_none() {
        assert_eq!(environment(&[("STAVE_PORT", "0")]).port, Some(0));
        assert_eq!(environment(&[("STAVE_PORT", "many")]).port, None);
    }

    #[test]
    fn a_missing_key_never_looks_like_a_missing_vault() {
        let check = |error, expected| assert_eq!(state_of(&error).0, expected);
        check(OpenError::NeedsRecovery, VaultState::NeedsRecovery);
        check(OpenError::KeychainEntryMissing, VaultState::NeedsRecovery);
        check(OpenError::NotAVault, VaultState::Absent);
        check(OpenError::AlreadyExists, VaultState::Damaged);
        check(OpenError::DiskFull, VaultState::DiskFull);
        assert_eq!(
            state_of(&OpenError::InUse { pid: Some(812) }),
            (VaultState::InUse, Some(812))
        );
    }
}
