//! What the window is told of the vault.

use std::path::PathBuf;
use std::sync::Arc;

use stave_engine::{keychain_entry, keychain_state};
use tokio::task::spawn_blocking;

use super::{Keeper, Phase, blocking};
use crate::opening;
use crate::views::{HolderKind, InUseBy, KeychainState, VaultState, VaultStatus};

impl Keeper {
    pub(super) async fn status_now(&self) -> VaultStatus {
        let (state, in_use_by) = match &*self.phase() {
            Phase::Closed { state, in_use_by } => (*state, *in_use_by),
            Phase::FirstRun(_) => (VaultState::Absent, None),
            Phase::Open(_) => (VaultState::Open, None),
            Phase::Locked { state, .. } => (*state, None),
        };
        let folder = self.0.folder.clone();
        let slots = blocking(move || opening::slots(&folder)).await;
        let holders = slots.unwrap_or_default().into_iter().map(HolderKind::from);
        let remembered = self.0.settings.get();
        VaultStatus {
            state,
            folder: self.0.folder.display().to_string(),
            holders: if state == VaultState::Absent {
                Vec::new()
            } else {
                holders.collect()
            },
            keychain: keychain(self.0.folder.clone(), state).await,
            in_use_by: in_use_by.map(|pid| InUseBy { pid }),
            idle_minutes: remembered.idle_minutes,
            lock_on_suspend: remembered.lock_on_suspend,
            recovery_confirmed: !self.words_are_unconfirmed().await,
            root_key_created: self.root_key_created().await,
        }
    }

    async fn root_key_created(&self) -> i64 {
        let Ok(house) = self.house() else {
            return 0;
        };
        let engine = Arc::clone(&house.engine);
        let created = blocking(move || engine.root_key_created()).await;
        created.map_or(0, stave_model::Timestamp::as_millis)
    }

    pub(super) async fn words_are_unconfirmed(&self) -> bool {
        let Some(unconfirmed) = self.0.settings.get().unconfirmed_words else {
            return false;
        };
        let folder = self.0.folder.clone();
        let present = spawn_blocking(move || opening::vault_id(&folder)).await;
        present.is_ok_and(|id| id.as_deref() == Some(&unconfirmed))
    }
}

/// Asks the keychain only where a screen shows it: it may in turn ask the person.
async fn keychain(folder: PathBuf, state: VaultState) -> KeychainState {
    match state {
        VaultState::Open => KeychainState::Ready,
        VaultState::KeychainAbsent => KeychainState::Absent,
        VaultState::KeychainLocked => KeychainState::Locked,
        VaultState::Absent
        | VaultState::Locked
        | VaultState::WordsUnconfirmed
        | VaultState::InUse
        | VaultState::NeedsRecovery
        | VaultState::NewerFormat
        | VaultState::Damaged
        | VaultState::DiskFull
        | VaultState::Unreadable => {
            let asked = spawn_blocking(move || match keychain_entry(&folder) {
                Ok(entry) => KeychainState::from(entry),
                // There is no vault, or none that can be read: only the keychain itself is asked.
                Err(_) => KeychainState::from(keychain_state()),
            });
            asked.await.unwrap_or(KeychainState::Absent)
        }
    }
}
