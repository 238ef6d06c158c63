//! The life of a vault between its opening and its closing: locked and unlocked, its ways in, its root key, and
//! the check of all that it keeps.

mod rotation;
mod scrub;

use std::path::Path;

use secrecy::SecretString;
use stave_catalog::Missing;
use stave_model::{Change, Timestamp};
use stave_vault::{Holder, KeychainEntry, Presence, RecoveryWords, SlotKind, Vault};

use crate::core::Core;
use crate::engine::Engine;
use crate::open_error::OpenError;

pub(crate) use rotation::settle;
pub use scrub::{BodyFault, BodyOwner, DamagedBody, ScrubProgress, ScrubReport};

/// Asks the keychain for the key of the vault in a folder, which need not be open, and tells how that ends. May
/// wait for a person who is asked to unlock the keychain.
pub fn keychain_entry(dir: &Path) -> Result<KeychainEntry, OpenError> {
    Ok(stave_vault::keychain_entry(dir)?)
}

impl Engine {
    /// Locks the vault: writes that were accepted are finished, bodies that are being read end with an error, and
    /// the keys are zeroed. From here on everything answers `Locked`. The folder is still held: no other process
    /// opens the vault meanwhile. Nothing happens where it is locked or closed already.
    pub fn lock(&self) {
        let _turn = self.turn();
        self.lock_in_turn();
    }

    /// Unlocks the vault by a way in; a wrong one leaves it locked. Of an open vault the way in is only checked.
    /// `Locked` where the vault was closed.
    pub fn unlock(&self, holder: &Holder) -> Result<(), OpenError> {
        let turn = self.turn();
        if let Ok(core) = self.core() {
            return Ok(core.vault.check_holder(holder)?);
        }
        let held_folder = turn.as_ref().ok_or(OpenError::Locked)?;
        let options = self.options();
        let vault = Vault::open_held(held_folder, holder, options.vault.clone())?;
        let core = Core::start(vault, options, Missing::Refuse, self.changes())?;
        self.put_core(core);
        self.changes().publish(&Change::Everything);
        Ok(())
    }

    /// Returns whether the vault is locked, or closed.
    pub fn is_locked(&self) -> bool {
        self.core().is_err()
    }

    /// Returns whether the vault was closed: it is not unlocked any more.
    pub fn is_closed(&self) -> bool {
        self.turn().is_none()
    }

    /// Returns the ways in, also while the vault is locked.
    pub fn slots(&self) -> Vec<SlotKind> {
        match self.core() {
            Ok(core) => core.vault.slots(),
            Err(_) => match Self::probe(self.dir()) {
                Ok(Presence::Present { slots, .. }) => slots,
                Ok(Presence::Absent) | Err(_) => Vec::new(),
            },
        }
    }

    /// Returns when the present root key was made.
    pub fn root_key_created(&self) -> Result<Timestamp, OpenError> {
        let core = self.unlocked()?;
        let id = core.vault.root_key_id()?;
        let rotated = rotation::created(&core.catalog, id)?;
        Ok(rotated.unwrap_or(self.created()))
    }

    /// Replaces or adds a way in: the keychain of a new computer after a recovery.
    pub fn add_holder(&self, holder: &Holder) -> Result<(), OpenError> {
        Ok(self.unlocked()?.vault.add_holder(holder)?)
    }

    /// Removes a way in, and the keychain's entry with it. Never the recovery words, and never the last other way
    /// in. A copy of the folder made before still opens by it; another root key ends that for what is written
    /// from then on.
    pub fn remove_holder(&self, kind: SlotKind) -> Result<(), OpenError> {
        Ok(self.unlocked()?.vault.remove_holder(kind)?)
    }

    /// Changes the passphrase, which takes the present one; makes one a way in where there is none.
    pub fn change_passphrase(
        &self,
        current: Option<&SecretString>,
        next: &SecretString,
    ) -> Result<(), OpenError> {
        let core = self.unlocked()?;
        if core.vault.slots().contains(&SlotKind::Passphrase) {
            let current = current.ok_or(OpenError::HolderNeeded(SlotKind::Passphrase))?;
            let current = Holder::Passphrase(current.clone());
            core.vault.check_holder(&current)?;
        }
        Ok(core.vault.add_holder(&Holder::Passphrase(next.clone()))?)
    }

    /// Replaces the recovery words; the former ones open this vault no more.
    pub fn renew_recovery_words(&self) -> Result<RecoveryWords, OpenError> {
        Ok(self.unlocked()?.vault.renew_recovery_words()?)
    }

    /// Checks that these words open the vault, and changes nothing; the vault may be locked. `WrongRecoveryWords`
    /// where they do not.
    pub fn check_recovery_words(&self, words: &SecretString) -> Result<(), OpenError> {
        let words = Holder::RecoveryWords(words.clone());
        let disk = &*self.options().vault.disk;
        Ok(Vault::check_way_in(self.dir(), &words, disk)?)
    }

    /// Locks in the turn of the caller.
    fn lock_in_turn(&self) {
        if let Some(core) = self.take_core() {
            core.vault.lock();
            core.end();
        }
    }
}
