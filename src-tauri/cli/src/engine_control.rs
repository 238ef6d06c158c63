//! What a terminal may ask of the vault that this process has open: `stave serve` answers it on its
//! control socket, and `stave vault` asks itself where nobody else has the vault.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use secrecy::SecretString;
use stave_endpoint::control::{
    Failure as Refusal, FailureCode, ScrubInfo, UnlockBy, VaultControl, VaultInfo,
};
use stave_engine::{
    BodyOwner, DamagedBody, Engine, Holder, OpenError, RecoveryWords, ScrubProgress, SlotKind,
};

use crate::failure::causes;

/// How many damaged bodies are named.
const NAMED_MAX: usize = 100;

/// Answers for an engine.
pub struct EngineControl {
    engine: Arc<Engine>,
    key_file: Option<PathBuf>,
    scrub: Arc<Mutex<ScrubInfo>>,
}

impl EngineControl {
    /// Answers for an engine that was opened with this key file, if with any.
    pub fn new(engine: Arc<Engine>, key_file: Option<PathBuf>) -> Self {
        Self {
            engine,
            key_file,
            scrub: Arc::default(),
        }
    }

    /// Does something that blocks, off the runtime.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Engine) -> Result<T, OpenError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let engine = Arc::clone(&self.engine);
        let done = tokio::task::spawn_blocking(move || work(&engine)).await;
        let done = done.unwrap_or_else(|lost| Err(OpenError::Failed(Box::new(lost))));
        done.map_err(|error| refusal(&error))
    }

    fn key_file(&self) -> Result<Holder, Refusal> {
        let file = self.key_file.clone().ok_or_else(|| Refusal {
            code: FailureCode::Invalid,
            message: "no key file was given".to_owned(),
        })?;
        Ok(Holder::KeyFile(file))
    }

    /// Returns the ways in that a new root key is wrapped for; the keychain and the words need
    /// nobody.
    fn holders(&self, passphrase: Option<&SecretString>) -> Result<Vec<Holder>, Refusal> {
        let mut holders = Vec::new();
        for slot in self.engine.slots() {
            match slot {
                SlotKind::Keychain | SlotKind::RecoveryWords => {}
                SlotKind::KeyFile => holders.push(self.key_file()?),
                SlotKind::Passphrase => {
                    let given = passphrase.cloned();
                    let missing = || refusal(&OpenError::HolderNeeded(slot));
                    holders.push(Holder::Passphrase(given.ok_or_else(missing)?));
                }
            }
        }
        Ok(holders)
    }
}

#[async_trait]
impl VaultControl for EngineControl {
    async fn status(&self) -> Result<VaultInfo, Refusal> {
        let ways_in = self.engine.slots().into_iter().map(word);
        Ok(VaultInfo {
            locked: self.engine.is_locked(),
            ways_in: ways_in.map(str::to_owned).collect(),
            scrubbing: lock(&self.scrub).running,
        })
    }

    async fn lock(&self) -> Result<(), Refusal> {
        let locked = |engine: &Engine| {
            engine.lock();
            Ok(())
        };
        self.run(locked).await?;
        tracing::info!("the vault is locked; the endpoint answers 503 until it is unlocked");
        Ok(())
    }

    async fn unlock(&self, by: UnlockBy) -> Result<(), Refusal> {
        let holder = match by {
            UnlockBy::Keychain => Holder::Keychain,
            UnlockBy::KeyFile => self.key_file()?,
            UnlockBy::Passphrase { passphrase } => Holder::Passphrase(passphrase.into_inner()),
            UnlockBy::Words { words } => Holder::RecoveryWords(words.into_inner()),
        };
        self.run(move |engine| engine.unlock(&holder)).await?;
        tracing::info!("the vault is unlocked");
        Ok(())
    }

    async fn change_passphrase(
        &self,
        current: Option<SecretString>,
        next: SecretString,
    ) -> Result<(), Refusal> {
        self.run(move |engine| engine.change_passphrase(current.as_ref(), &next))
            .await
    }

    async fn rotate_root(&self, passphrase: Option<SecretString>) -> Result<SecretString, Refusal> {
        let holders = self.holders(passphrase.as_ref())?;
        let words = self.run(move |engine| engine.rotate_root(&holders)).await?;
        Ok(text(&words))
    }

    async fn renew_words(&self) -> Result<SecretString, Refusal> {
        let words = self.run(Engine::renew_recovery_words).await?;
        Ok(text(&words))
    }

    async fn drill(&self, words: SecretString) -> Result<(), Refusal> {
        self.run(move |engine| engine.check_recovery_words(&words))
            .await
    }

    async fn start_scrub(&self) -> Result<(), Refusal> {
        {
            let mut now = lock(&self.scrub);
            if now.running {
                return Ok(());
            }
            *now = ScrubInfo {
                running: true,
                ..ScrubInfo::default()
            };
        }
        let (engine, telling) = (Arc::clone(&self.engine), Arc::clone(&self.scrub));
        // Nobody waits for it: how it went is asked for.
        drop(tokio::task::spawn_blocking(move || {
            scrub(&engine, &telling);
        }));
        Ok(())
    }

    async fn scrub_status(&self) -> Result<ScrubInfo, Refusal> {
        Ok(lock(&self.scrub).clone())
    }
}

fn scrub(engine: &Engine, telling: &Mutex<ScrubInfo>) {
    let mut progress = |so_far: &ScrubProgress| {
        let mut now = lock(telling);
        now.checked = so_far.bodies;
        now.total = Some(so_far.bodies_total);
    };
    let done = engine.scrub(&mut progress, &AtomicBool::new(false));
    let mut now = lock(telling);
    now.running = false;
    match done {
        Ok(report) => {
            now.checked = report.bodies;
            now.damaged = report.damaged.iter().take(NAMED_MAX).map(named).collect();
        }
        Err(error) => now.failed = Some(causes(&error)),
    }
}

fn named(body: &DamagedBody) -> String {
    let version = match &body.belongs {
        BodyOwner::Version(version) => version.to_string(),
        BodyOwner::Upload(_) => "unfinished upload".to_owned(),
    };
    let part = match body.part {
        0 => String::new(),
        part => format!(", part {part}"),
    };
    let object = format!("s3://{}/{}", body.bucket, body.key);
    format!("{object} ({version}{part}): {}", body.fault)
}

fn text(words: &RecoveryWords) -> SecretString {
    SecretString::from(words.expose().join(" "))
}

/// Returns the word that the control socket has for a way in.
fn word(slot: SlotKind) -> &'static str {
    match slot {
        SlotKind::Keychain => "keychain",
        SlotKind::Passphrase => "passphrase",
        SlotKind::KeyFile => "key-file",
        SlotKind::RecoveryWords => "words",
    }
}

fn refusal(error: &OpenError) -> Refusal {
    let code = match error {
        OpenError::WrongPassphrase
        | OpenError::WrongKeyFile(_)
        | OpenError::WrongRecoveryWords(_) => FailureCode::WrongSecret,
        OpenError::Locked => FailureCode::Locked,
        OpenError::HolderNeeded(_)
        | OpenError::LastWayIn
        | OpenError::NoSuchWay
        | OpenError::UnusableHolder(_) => FailureCode::Invalid,
        _ => FailureCode::Failed,
    };
    Refusal {
        code,
        message: causes(error),
    }
}

fn lock(scrub: &Mutex<ScrubInfo>) -> MutexGuard<'_, ScrubInfo> {
    scrub.lock().unwrap_or_else(PoisonError::into_inner)
}
