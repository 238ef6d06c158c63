//! What the terminal may ask of the vault that the window has open.

use std::sync::{Arc, Weak};

use async_trait::async_trait;
use secrecy::SecretString;
use stave_endpoint::control::{
    Failure as Refusal, FailureCode, ScrubInfo, UnlockBy, VaultControl, VaultInfo,
};
use stave_engine::{Holder, SlotKind};

use super::{Keeper, Kept};
use crate::errors::{Answer, Failure};
use crate::views::VaultCreated;

/// Answers for a keeper, as long as there is one.
pub struct KeeperControl(Weak<Kept>);

impl KeeperControl {
    /// Answers for this keeper.
    pub fn new(keeper: &Keeper) -> Self {
        Self(Arc::downgrade(&keeper.0))
    }

    fn keeper(&self) -> Result<Keeper, Refusal> {
        let kept = self.0.upgrade();
        kept.map(Keeper).ok_or_else(|| refusal(Failure::locked()))
    }
}

#[async_trait]
impl VaultControl for KeeperControl {
    async fn status(&self) -> Result<VaultInfo, Refusal> {
        let keeper = self.keeper()?;
        let house = keeper.house().map_err(refusal)?;
        let ways_in = house.engine.slots().into_iter().map(word);
        Ok(VaultInfo {
            locked: house.engine.is_locked(),
            ways_in: ways_in.map(str::to_owned).collect(),
            scrubbing: keeper.0.scrubbing.now().running,
        })
    }

    async fn lock(&self) -> Result<(), Refusal> {
        self.keeper()?.lock().await;
        Ok(())
    }

    async fn unlock(&self, by: UnlockBy) -> Result<(), Refusal> {
        let keeper = self.keeper()?;
        let holder = match by {
            UnlockBy::Keychain => Holder::Keychain,
            UnlockBy::Passphrase { passphrase } => Holder::Passphrase(passphrase.into_inner()),
            UnlockBy::Words { words } => Holder::RecoveryWords(words.into_inner()),
            UnlockBy::KeyFile => {
                let file = keeper.0.environment.key_file.clone();
                Holder::KeyFile(file.ok_or_else(|| Refusal {
                    code: FailureCode::Invalid,
                    message: "the window was started without a key file".to_owned(),
                })?)
            }
        };
        told(keeper.unlock(Some(holder)).await.map(|_| ()))
    }

    async fn change_passphrase(
        &self,
        current: Option<SecretString>,
        next: SecretString,
    ) -> Result<(), Refusal> {
        told(self.keeper()?.change_passphrase(current, next).await)
    }

    async fn rotate_root(&self, passphrase: Option<SecretString>) -> Result<SecretString, Refusal> {
        words(self.keeper()?.rotate_root(passphrase).await)
    }

    async fn renew_words(&self) -> Result<SecretString, Refusal> {
        words(self.keeper()?.renew_recovery().await)
    }

    async fn drill(&self, words: SecretString) -> Result<(), Refusal> {
        let drilled = self.keeper()?.drill(words).await.map_err(refusal)?;
        match drilled.problem {
            None => Ok(()),
            Some(message) => Err(Refusal {
                code: FailureCode::WrongSecret,
                message,
            }),
        }
    }

    async fn start_scrub(&self) -> Result<(), Refusal> {
        told(self.keeper()?.scrub().map(|_| ()))
    }

    async fn scrub_status(&self) -> Result<ScrubInfo, Refusal> {
        let scrub = self.keeper()?.0.scrubbing.now();
        Ok(ScrubInfo {
            running: scrub.running,
            checked: scrub.checked,
            total: scrub.total,
            damaged: scrub.damaged,
            failed: scrub.failed,
        })
    }
}

fn word(slot: SlotKind) -> &'static str {
    match slot {
        SlotKind::Keychain => "keychain",
        SlotKind::Passphrase => "passphrase",
        SlotKind::KeyFile => "key-file",
        SlotKind::RecoveryWords => "words",
    }
}

fn words(made: Answer<VaultCreated>) -> Result<SecretString, Refusal> {
    let made = made.map_err(refusal)?;
    Ok(SecretString::from(made.recovery_words.join(" ")))
}

fn told(done: Answer<()>) -> Result<(), Refusal> {
    done.map_err(refusal)
}

fn refusal(failure: Failure) -> Refusal {
    let code = match failure.code.as_str() {
        "locked" => FailureCode::Locked,
        "wrong_passphrase" | "wrong_key_file" | "wrong_recovery_words" => FailureCode::WrongSecret,
        "holder_needed" | "no_such_way" | "unusable_holder" => FailureCode::Invalid,
        _ => FailureCode::Failed,
    };
    Refusal {
        code,
        message: failure.message,
    }
}
