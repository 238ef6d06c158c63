//! The ways in: how a holder comes to hold the root key, and how it gives it back.

use secrecy::ExposeSecret;

use crate::blob_id::ID_BYTES;
use crate::keys::RootKey;
use crate::manifest::Manifest;
use crate::slots::{self, Slot};
use crate::{
    Disk, Error, Holder, PassphraseCost, RecoveryWords, Result, SlotKind, Vault, VaultId, key_file,
    keychain,
};

impl Vault {
    /// Returns the ways in; none once locked.
    pub fn slots(&self) -> Vec<SlotKind> {
        self.with_held(|held| Ok(held.manifest.slot_kinds()))
            .unwrap_or_default()
    }

    /// Tries a way in, as one that opens this vault would be.
    pub fn check_holder(&self, holder: &Holder) -> Result<()> {
        let manifest = self.with_held(|held| Ok(held.manifest.clone()))?;
        unlock(holder, &manifest, &**self.folder.disk()).map(drop)
    }

    /// Adds a way in, or replaces the one of that kind: after recovery on a new computer, or for a
    /// new passphrase.
    pub fn add_holder(&self, holder: &Holder) -> Result<()> {
        let _wrapping = self.wrapping();
        let root = self.with_held(|held| Ok(held.root.clone()))?;
        let disk = self.folder.disk();
        let slot = hold(holder, self.id, &root, self.passphrase_cost, &**disk)?;
        self.replace_slot(slot)
    }

    /// Removes a way in. The recovery words stay, and so does the last other one. (A copy of the folder
    /// made before still opens by it; only another root key ends that.)
    pub fn remove_holder(&self, kind: SlotKind) -> Result<()> {
        let _wrapping = self.wrapping();
        self.change_held(|held| {
            held.manifest.slot(kind)?;
            let mut others = held.manifest.slot_kinds();
            others.retain(|other| ![kind, SlotKind::RecoveryWords].contains(other));
            if kind == SlotKind::RecoveryWords || others.is_empty() {
                return Err(Error::LastWayIn);
            }
            let next = held.manifest.without_slot(&held.root, kind);
            self.write_manifest(&next)?;
            held.manifest = next;
            Ok(())
        })?;
        match kind {
            SlotKind::Keychain => keychain::remove(self.id),
            SlotKind::Passphrase | SlotKind::KeyFile | SlotKind::RecoveryWords => Ok(()),
        }
    }

    /// Replaces the recovery words; the former ones open this vault no more. (A copy of the folder
    /// made before keeps the former ones.)
    pub fn renew_recovery_words(&self) -> Result<RecoveryWords> {
        let _wrapping = self.wrapping();
        let words = RecoveryWords::random()?;
        let root = self.with_held(|held| Ok(held.root.clone()))?;
        self.replace_slot(Slot::for_words(self.id, &root, &words)?)?;
        Ok(words)
    }

    fn replace_slot(&self, slot: Slot) -> Result<()> {
        self.change_held(|held| {
            let next = held.manifest.with_slot(&held.root, slot);
            self.write_manifest(&next)?;
            held.manifest = next;
            Ok(())
        })
    }
}

/// Makes a holder hold the root key, and returns the slot that tells so.
pub(super) fn hold(
    holder: &Holder,
    vault: VaultId,
    root: &RootKey,
    passphrase_cost: PassphraseCost,
    disk: &dyn Disk,
) -> Result<Slot> {
    match holder {
        Holder::Keychain => keychain::store(vault, root).map(|()| Slot::Keychain {}),
        Holder::Passphrase(passphrase) => {
            Slot::for_passphrase(vault, root, passphrase, passphrase_cost)
        }
        Holder::KeyFile(path) => {
            let content = key_file::read_or_create(disk, path)?;
            Slot::for_key_file(vault, root, &content)
        }
        Holder::RecoveryWords(_) => Err(Error::WordsAreMade),
    }
}

/// The root keys that a way in leads to; `vault.json` was found to be theirs.
pub(super) struct Unlocked {
    pub(super) root: RootKey,
    /// Of a rotation that was begun and not ended.
    pub(super) next: Option<RootKey>,
}

/// Asks a holder for the root key of a vault. While a rotation is unfinished, the ways to either root
/// key lead to both.
pub(super) fn unlock(holder: &Holder, manifest: &Manifest, disk: &dyn Disk) -> Result<Unlocked> {
    let vault = manifest.vault_id();
    let refused = match root_by(holder, vault, manifest.key_id(), manifest.slots(), disk) {
        Ok(root) => {
            manifest.verify(&root)?;
            let next = manifest.next_root(&root)?;
            return Ok(Unlocked { root, next });
        }
        Err(refused) => refused,
    };
    let Some(to_come) = manifest.to_come().filter(|_| may_be_of_the_next(&refused)) else {
        return Err(refused);
    };
    let next = root_by(holder, vault, to_come.key_id(), to_come.slots(), disk);
    let next = next.map_err(|_| refused)?;
    to_come.verify(&next)?;
    let root = manifest.former_root(&next)?;
    manifest.verify(&root)?;
    Ok(Unlocked {
        root,
        next: Some(next),
    })
}

fn may_be_of_the_next(refused: &Error) -> bool {
    matches!(
        refused,
        Error::WrongPassphrase
            | Error::WrongKeyFile
            | Error::WrongRecoveryWords
            | Error::KeychainWrongKey
            | Error::NeedsRecovery(SlotKind::Keychain)
    )
}

/// Asks a holder for the root key of this id.
fn root_by(
    holder: &Holder,
    vault: VaultId,
    key_id: [u8; ID_BYTES],
    slots: &[Slot],
    disk: &dyn Disk,
) -> Result<RootKey> {
    let kind = holder.slot_kind();
    let slot = slots::of_kind(slots, kind)?;
    let root = match holder {
        Holder::Keychain => return keychain::load(vault, key_id),
        Holder::Passphrase(passphrase) => slot.open_by_passphrase(vault, passphrase)?,
        Holder::KeyFile(path) => {
            let content = key_file::read(disk, path)?.ok_or(Error::NeedsRecovery(kind))?;
            slot.open_by_key_file(vault, &content)?
        }
        Holder::RecoveryWords(text) => {
            let words = RecoveryWords::parse(text.expose_secret())?;
            slot.open_by_words(vault, &words)?
        }
    };
    if root.key_id(vault) == key_id {
        Ok(root)
    } else {
        // The slot gave a root key that was wrapped for this vault: then it is the id that was
        // changed.
        Err(Error::ManifestDamaged)
    }
}
