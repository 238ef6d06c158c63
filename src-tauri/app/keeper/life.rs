//! What a person does with the vault itself: its passphrase, its root key, its recovery words, and
//! a look at every body.

use std::sync::{Arc, PoisonError};

use secrecy::SecretString;
use stave_engine::{Engine, Holder, OpenError, RecoveryWords, SlotKind};

use super::{Keeper, Unproven, blocking};
use crate::errors::{Answer, Failure};
use crate::events::Event;
use crate::sheet;
use crate::views::{DrillResult, RecoverySheet, VaultCreated};

impl Keeper {
    /// Changes the passphrase, or adds one where there is none.
    pub async fn change_passphrase(
        &self,
        current: Option<SecretString>,
        next: SecretString,
    ) -> Answer<()> {
        let _turn = self.0.turn.lock().await;
        let engine = self.unlocked()?;
        blocking(move || engine.change_passphrase(current.as_ref(), &next)).await?;
        self.0.events.tell(Event::Vault);
        Ok(())
    }

    /// Makes a new root key and returns new recovery words: the former open nothing any more.
    pub async fn rotate_root(&self, passphrase: Option<SecretString>) -> Answer<VaultCreated> {
        let _turn = self.0.turn.lock().await;
        let engine = self.unlocked()?;
        let holders = self.holders_of(&engine, passphrase.as_ref())?;
        self.new_words(move || engine.rotate_root(&holders)).await
    }

    /// Makes new recovery words in the place of lost ones.
    pub async fn renew_recovery(&self) -> Answer<VaultCreated> {
        let _turn = self.0.turn.lock().await;
        let engine = self.unlocked()?;
        self.new_words(move || engine.renew_recovery_words()).await
    }

    /// Tries recovery words without changing anything. Words that open the vault are kept
    /// somewhere: they count as typed back.
    pub async fn drill(&self, words: SecretString) -> Answer<DrillResult> {
        let engine = Arc::clone(&self.house()?.engine);
        match blocking(move || engine.check_recovery_words(&words)).await {
            Ok(()) => {
                self.forget_unproven();
                self.0.events.tell(Event::Vault);
                Ok(DrillResult {
                    opens: true,
                    problem: None,
                })
            }
            Err(OpenError::WrongRecoveryWords(why)) => Ok(DrillResult {
                opens: false,
                problem: Some(Failure::new("", why.to_string(), "", "").message),
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// Draws the page to print for these words.
    pub fn recovery_sheet(&self, words: &[String]) -> Answer<RecoverySheet> {
        let id = match self.first_run() {
            Some(first) => first.engine.vault_id(),
            None => self.house()?.engine.vault_id(),
        };
        let text = words.join(" ");
        RecoveryWords::parse(&text).map_err(|error| {
            Failure::new(
                "wrong_recovery_words",
                error.to_string(),
                "",
                "Compare each word with what was shown, in its order.",
            )
        })?;
        let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
        let today = chrono::Local::now().date_naive();
        Ok(RecoverySheet {
            html: sheet::html(&id.to_string(), today, &words),
        })
    }

    /// Reads every body, as a job among the transfers; returns its id, or that of the one that is
    /// at it already.
    pub fn scrub(&self) -> Answer<u64> {
        let session = self.session()?;
        Ok(self.0.scrubbing.start(&session))
    }

    /// Takes the words that were asked for of new words.
    pub(super) fn prove(&self, typed: &[String]) -> Answer<()> {
        let unproven = self.0.unproven.read();
        let unproven = unproven.unwrap_or_else(PoisonError::into_inner).clone();
        let unproven = unproven
            .ok_or_else(|| Failure::refused("no_first_run", "there are no words to confirm", ""))?;
        unproven.check(typed)?;
        self.forget_unproven();
        Ok(())
    }

    fn forget_unproven(&self) {
        self.remember_unconfirmed(None);
        let unproven = self.0.unproven.write();
        *unproven.unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Makes words of which the vault is told beforehand that nobody has them yet: should this
    /// process end before they are shown, they are asked for at the next start.
    async fn new_words<F>(&self, make: F) -> Answer<VaultCreated>
    where
        F: FnOnce() -> Result<RecoveryWords, OpenError> + Send + 'static,
    {
        let id = self.house()?.engine.vault_id();
        let before = self.0.settings.get().unconfirmed_words;
        self.remember_unconfirmed(Some(id.to_string()));
        let words = match blocking(make).await {
            Ok(words) => words,
            Err(error) => {
                self.remember_unconfirmed(before);
                return Err(error.into());
            }
        };
        let unproven = Arc::new(Unproven::new(words, id.as_bytes()));
        let shown = unproven.shown();
        let kept = self.0.unproven.write();
        *kept.unwrap_or_else(PoisonError::into_inner) = Some(unproven);
        self.0.events.tell(Event::Vault);
        Ok(shown)
    }

    fn unlocked(&self) -> Answer<Arc<Engine>> {
        Ok(Arc::clone(&self.session()?.house.engine))
    }

    /// Returns the ways in that a new root key is wrapped for. The keychain and the words need
    /// nobody.
    fn holders_of(
        &self,
        engine: &Engine,
        passphrase: Option<&SecretString>,
    ) -> Answer<Vec<Holder>> {
        let missing = |slot| Failure::from(OpenError::HolderNeeded(slot));
        let mut holders = Vec::new();
        for slot in engine.slots() {
            match slot {
                SlotKind::Keychain | SlotKind::RecoveryWords => {}
                SlotKind::Passphrase => {
                    let given = passphrase.cloned();
                    let given = given.or_else(|| self.0.environment.passphrase.clone());
                    let given = given.ok_or_else(|| missing(slot))?;
                    holders.push(Holder::Passphrase(given));
                }
                SlotKind::KeyFile => {
                    let file = self.0.environment.key_file.clone();
                    holders.push(Holder::KeyFile(file.ok_or_else(|| missing(slot))?));
                }
            }
        }
        Ok(holders)
    }
}
