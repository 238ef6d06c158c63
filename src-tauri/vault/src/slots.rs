//! The ways in.
use std::fmt;

/// A way into a vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlotKind {
    /// The keychain of the operating system.
    Keychain,
    /// A passphrase.
    Passphrase,
    /// A key file.
    KeyFile,
    /// The 24 recovery words.
    RecoveryWords,
}

impl fmt::Display for SlotKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keychain => "keychain entry",
            Self::Passphrase => "passphrase",
            Self::KeyFile => "key file",
            Self::RecoveryWords => "set of recovery words",
        })
    }
}
