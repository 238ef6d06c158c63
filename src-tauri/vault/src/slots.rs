//! The slots of `vault.json`: each is one way to the root key.

use std::fmt;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::fields::Fields;
use crate::keys::{RootKey, SecretKey};
use crate::{Error, PassphraseCost, RecoveryWords, Result, VaultId, wrap};

/// The length of a slot's salt.
const SALT_BYTES: usize = 32;

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

impl SlotKind {
    /// The name of this kind in `vault.json`.
    fn as_str(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::Passphrase => "passphrase",
            Self::KeyFile => "key-file",
            Self::RecoveryWords => "recovery-words",
        }
    }
}

/// The kind in a sentence.
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

/// A slot as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Slot {
    /// The root key is in the keychain, and nothing of it here.
    Keychain {},
    /// The root key, wrapped by a stretched passphrase.
    Passphrase {
        argon2id: PassphraseCost,
        #[serde(with = "hex::serde")]
        salt: [u8; SALT_BYTES],
        #[serde(with = "hex::serde")]
        wrapped_root: Vec<u8>,
    },
    /// The root key, wrapped by a key that is derived from the content of a file.
    KeyFile {
        #[serde(with = "hex::serde")]
        salt: [u8; SALT_BYTES],
        #[serde(with = "hex::serde")]
        wrapped_root: Vec<u8>,
    },
    /// The root key, wrapped by a key that is derived from the recovery words.
    RecoveryWords {
        #[serde(with = "hex::serde")]
        salt: [u8; SALT_BYTES],
        #[serde(with = "hex::serde")]
        wrapped_root: Vec<u8>,
    },
}

impl Slot {
    pub(crate) fn kind(&self) -> SlotKind {
        match self {
            Self::Keychain {} => SlotKind::Keychain,
            Self::Passphrase { .. } => SlotKind::Passphrase,
            Self::KeyFile { .. } => SlotKind::KeyFile,
            Self::RecoveryWords { .. } => SlotKind::RecoveryWords,
        }
    }

    pub(crate) fn for_passphrase(
        vault: VaultId,
        root: &RootKey,
        passphrase: &SecretString,
        argon2id: PassphraseCost,
    ) -> Result<Self> {
        let salt = fresh_salt()?;
        let key = argon2id.stretch(passphrase, &salt)?;
        let wrapped_root = wrap_root(&key, root, vault, SlotKind::Passphrase)?;
        Ok(Self::Passphrase {
            argon2id,
            salt,
            wrapped_root,
        })
    }

    pub(crate) fn for_key_file(vault: VaultId, root: &RootKey, content: &[u8]) -> Result<Self> {
        let salt = fresh_salt()?;
        let key = key_file_key(content, &salt);
        let wrapped_root = wrap_root(&key, root, vault, SlotKind::KeyFile)?;
        Ok(Self::KeyFile { salt, wrapped_root })
    }

    pub(crate) fn for_words(vault: VaultId, root: &RootKey, words: &RecoveryWords) -> Result<Self> {
        let salt = fresh_salt()?;
        let key = words_key(words, &salt);
        let wrapped_root = wrap_root(&key, root, vault, SlotKind::RecoveryWords)?;
        Ok(Self::RecoveryWords { salt, wrapped_root })
    }

    /// Opens a slot of a passphrase.
    pub(crate) fn open_by_passphrase(
        &self,
        vault: VaultId,
        passphrase: &SecretString,
    ) -> Result<RootKey> {
        let Self::Passphrase {
            argon2id,
            salt,
            wrapped_root,
        } = self
        else {
            return Err(Error::NoSuchSlot(SlotKind::Passphrase));
        };
        let key = argon2id.stretch(passphrase, salt)?;
        unwrap_root(&key, wrapped_root, vault, self.kind()).ok_or(Error::WrongPassphrase)
    }

    /// Opens a slot of a key file.
    pub(crate) fn open_by_key_file(&self, vault: VaultId, content: &[u8]) -> Result<RootKey> {
        let Self::KeyFile { salt, wrapped_root } = self else {
            return Err(Error::NoSuchSlot(SlotKind::KeyFile));
        };
        let key = key_file_key(content, salt);
        unwrap_root(&key, wrapped_root, vault, self.kind()).ok_or(Error::WrongKeyFile)
    }

    /// Opens a slot of recovery words.
    pub(crate) fn open_by_words(&self, vault: VaultId, words: &RecoveryWords) -> Result<RootKey> {
        let Self::RecoveryWords { salt, wrapped_root } = self else {
            return Err(Error::NoSuchSlot(SlotKind::RecoveryWords));
        };
        let key = words_key(words, salt);
        unwrap_root(&key, wrapped_root, vault, self.kind()).ok_or(Error::WrongRecoveryWords)
    }

    /// Tells whether a slot that nobody authenticated yet asks for no more than this program gives.
    pub(crate) fn is_bounded(&self) -> bool {
        match self {
            Self::Passphrase { argon2id, .. } => argon2id.is_payable(),
            Self::Keychain {} | Self::KeyFile { .. } | Self::RecoveryWords { .. } => true,
        }
    }

    /// Appends all that the slot says to what the MAC of `vault.json` covers.
    pub(crate) fn append_to(&self, fields: Fields) -> Fields {
        let fields = fields.text(self.kind().as_str());
        match self {
            Self::Keychain {} => fields,
            Self::Passphrase {
                argon2id,
                salt,
                wrapped_root,
            } => fields
                .u32(argon2id.memory_kib)
                .u32(argon2id.passes)
                .u32(argon2id.lanes)
                .bytes(salt)
                .bytes(wrapped_root),
            Self::KeyFile { salt, wrapped_root } | Self::RecoveryWords { salt, wrapped_root } => {
                fields.bytes(salt).bytes(wrapped_root)
            }
        }
    }
}

/// Returns the slot of a kind among these.
pub(crate) fn of_kind(slots: &[Slot], kind: SlotKind) -> Result<&Slot> {
    let mut slots = slots.iter();
    slots
        .find(|slot| slot.kind() == kind)
        .ok_or(Error::NoSuchSlot(kind))
}

fn fresh_salt() -> Result<[u8; SALT_BYTES]> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(Error::Random)?;
    Ok(salt)
}

fn key_file_key(content: &[u8], salt: &[u8]) -> SecretKey {
    SecretKey::derived(content, salt, b"stave/key-file/v1")
}

fn words_key(words: &RecoveryWords, salt: &[u8]) -> SecretKey {
    SecretKey::derived(words.entropy(), salt, b"stave/recovery-words/v1")
}

fn wrap_root(key: &SecretKey, root: &RootKey, vault: VaultId, kind: SlotKind) -> Result<Vec<u8>> {
    wrap::wrap(key, root.as_bytes(), &slot_place(vault, kind))
}

fn unwrap_root(key: &SecretKey, wrapped: &[u8], vault: VaultId, kind: SlotKind) -> Option<RootKey> {
    let root = wrap::unwrap_key(key, wrapped, &slot_place(vault, kind)).ok()?;
    Some(RootKey::from_bytes(root.as_bytes()))
}

fn slot_place(vault: VaultId, kind: SlotKind) -> Vec<u8> {
    Fields::new("stave/slot/v1")
        .bytes(vault.as_bytes())
        .text(kind.as_str())
        .finish()
}
