//! The ways in: how a holder comes to hold the root key, and how it gives it back.

use secrecy::ExposeSecret;

use crate::keys::RootKey;
use crate::manifest::Manifest;
use crate::slots::Slot;
use crate::{
    Disk, Error, Holder, PassphraseCost, RecoveryWords, Result, SlotKind, Vault, VaultId, key_file,
    keychain,
};

impl Vault {
    /// Returns the ways in.
    pub fn slots(&self) -> Vec<SlotKind> {
        self.manifest().slot_kinds()
    }

    /// Adds a way in, or replaces the one of that kind: after recovery on a new computer, or for a
    /// new passphrase.
    pub fn add_holder(&self, holder: &Holder) -> Result<()> {
        let disk = self.folder.disk();
        let slot = hold(holder, self.id, &self.root, self.passphrase_cost, &**disk)?;
        self.replace_slot(slot)
    }

    /// Replaces the recovery words; the former ones open this vault no more. (A copy of the folder
    /// made before keeps the former ones.)
    pub fn renew_recovery_words(&self) -> Result<RecoveryWords> {
        let words = RecoveryWords::random()?;
        self.replace_slot(Slot::for_words(self.id, &self.root, &words)?)?;
        Ok(words)
    }

    fn replace_slot(&self, slot: Slot) -> Result<()> {
        let mut manifest = self.manifest();
        let next = manifest.with_slot(&self.root, slot);
        let dir = self.folder.dir();
        next.write(&**self.folder.disk(), dir, &dir.manifest())?;
        *manifest = next;
        Ok(())
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

/// Asks a holder for the root key of a vault.
pub(super) fn unlock(holder: &Holder, manifest: &Manifest, disk: &dyn Disk) -> Result<RootKey> {
    let (vault, kind) = (manifest.vault_id(), holder.slot_kind());
    let slot = manifest.slot(kind)?;
    let root = match holder {
        Holder::Keychain => keychain::load(vault)?,
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
    if root.key_id(vault) == manifest.key_id() {
        return Ok(root);
    }
    Err(match kind {
        SlotKind::Keychain => Error::KeychainWrongKey,
        // The slot gave a root key that was wrapped for this vault: then it is the id that was
        // changed.
        SlotKind::Passphrase | SlotKind::KeyFile | SlotKind::RecoveryWords => {
            Error::ManifestDamaged
        }
    })
}
