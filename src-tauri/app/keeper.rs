//! The vault's life in the app: absent, made, open, locked. The commands ask it for the session of
//! the open vault.

#[cfg(test)]
#[path = "keeper_test.rs"]
mod keeper_test;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use secrecy::SecretString;
use stave_engine::{ADMIN, CreateVault, Engine, Holder, OpenError, RecoveryWords, keychain_state};
use stave_model::{BucketName, UserName, Versioning};
use stave_store::{CreateBucket, Store};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use crate::errors::{Answer, Failure};
use crate::events::{Event, Events};
use crate::opening::{self, Environment};
use crate::session::{Session, Surroundings};
use crate::settings::SettingsFile;
use crate::views::{
    HolderKind, InUseBy, KeychainState, Purpose, VaultCreated, VaultState, VaultStatus,
};

/// The words that a person types back are one from each half of the sheet.
const HALF: usize = 12;

/// The bucket of a person who came to build.
const FIRST_BUCKET: &str = "dev";

/// Keeps the vault.
pub struct Keeper {
    folder: PathBuf,
    environment: Environment,
    settings: Arc<SettingsFile>,
    events: Events,
    phase: RwLock<Phase>,
    /// Held while the vault is made, opened or closed: one at a time.
    turn: Mutex<()>,
}

enum Phase {
    Closed {
        state: VaultState,
        in_use_by: Option<u32>,
    },
    /// Made, and not handed over before its recovery words are safe.
    FirstRun(Arc<FirstRun>),
    Open(Arc<Session>),
}

struct FirstRun {
    engine: Arc<Engine>,
    words: RecoveryWords,
    check: [usize; 2],
    purpose: Purpose,
}

impl Keeper {
    /// Makes a keeper of the vault in `folder`, which it does not open yet.
    pub fn new(
        folder: PathBuf,
        environment: Environment,
        settings: Arc<SettingsFile>,
        events: Events,
    ) -> Self {
        Self {
            folder,
            environment,
            settings,
            events,
            phase: RwLock::new(Phase::Closed {
                state: VaultState::Locked,
                in_use_by: None,
            }),
            turn: Mutex::new(()),
        }
    }

    /// Returns the vault's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the open vault.
    pub fn session(&self) -> Answer<Arc<Session>> {
        match &*self.phase.read().unwrap_or_else(PoisonError::into_inner) {
            Phase::Open(session) => Ok(Arc::clone(session)),
            Phase::Closed { .. } | Phase::FirstRun(_) => Err(Failure::locked()),
        }
    }

    /// Opens the vault if that needs nobody; else says which screen it calls for. A person who has
    /// not yet shown that the recovery words are kept is asked for them first.
    pub async fn open_silently(&self) {
        let _turn = self.turn.lock().await;
        if self.environment.holder().is_none() && self.words_are_unconfirmed().await {
            return self.enter(Phase::Closed {
                state: VaultState::WordsUnconfirmed,
                in_use_by: None,
            });
        }
        if let Err(error) = self.try_silently().await {
            self.closed(&error);
        }
    }

    /// Tells of the vault; waits while it is being opened.
    pub async fn status(&self) -> VaultStatus {
        let _turn = self.turn.lock().await;
        self.status_now().await
    }

    /// Makes a vault and returns its recovery words. Asked again before they are confirmed, it
    /// returns the same.
    pub async fn create(&self, holder: Holder, purpose: Purpose) -> Answer<VaultCreated> {
        let _turn = self.turn.lock().await;
        if let Some(first) = self.first_run() {
            return Ok(first.created());
        }
        let folder = self.folder.clone();
        let (engine, words) = blocking(move || {
            Engine::create(CreateVault {
                dir: folder,
                holder,
                first_access_key: None,
            })
        })
        .await?;
        self.remember_unconfirmed(Some(engine.vault_id().to_string()));
        let first = Arc::new(FirstRun {
            check: positions(engine.vault_id().as_bytes()),
            engine,
            words,
            purpose,
        });
        let created = first.created();
        self.enter(Phase::FirstRun(first));
        Ok(created)
    }

    /// Ends the first run: the words asked for were typed back.
    pub async fn confirm(&self, typed: &[String]) -> Answer<()> {
        let _turn = self.turn.lock().await;
        let first = self
            .first_run()
            .ok_or_else(|| Failure::refused("no_first_run", "there are no words to confirm", ""))?;
        if !first.accepts(typed) {
            return Err(Failure::refused(
                "words_differ",
                "these are not the words asked for",
                "Look at your sheet again: the numbers count from 1.",
            ));
        }
        self.remember_unconfirmed(None);
        self.begin(Arc::clone(&first.engine), first.purpose).await?;
        self.events.tell(Event::Vault);
        Ok(())
    }

    /// Opens the vault by what a person gave; by nothing tries again what needs nobody.
    pub async fn unlock(&self, holder: Option<Holder>) -> Answer<VaultStatus> {
        let _turn = self.turn.lock().await;
        if self.session().is_ok() || self.first_run().is_some() {
            return Ok(self.status_now().await);
        }
        let by_nothing = holder.is_none();
        let opened = match holder {
            Some(holder) => self.open_by(holder, None).await,
            None => self.try_silently().await,
        };
        self.answer(opened, by_nothing).await
    }

    /// Opens the vault by its recovery words, and lets `keep_by` keep its key from then on; where the
    /// words were only to be confirmed, what keeps it stays.
    pub async fn recover(&self, words: SecretString, keep_by: Holder) -> Answer<VaultStatus> {
        let _turn = self.turn.lock().await;
        if self.session().is_ok() || self.first_run().is_some() {
            return Ok(self.status_now().await);
        }
        let confirming = self.closed_state() == Some(VaultState::WordsUnconfirmed);
        let keep_by = (!confirming).then_some(keep_by);
        let words = Holder::RecoveryWords(words);
        let opened = self.open_by(words, keep_by).await;
        if opened.is_ok() {
            self.remember_unconfirmed(None);
        }
        self.answer(opened, false).await
    }

    /// Tells what became of an attempt to open the vault.
    async fn answer(&self, opened: Result<(), OpenError>, by_nothing: bool) -> Answer<VaultStatus> {
        if let Err(error) = opened {
            // Nobody else has it any more, and it waits for its passphrase: that is an answer, not
            // a failure.
            if by_nothing && matches!(error, OpenError::NoSuchWay) {
                self.closed(&error);
                return Ok(self.status_now().await);
            }
            // A wrong word or passphrase leaves the screen as it is; everything else may change it.
            if !matches!(
                error,
                OpenError::WrongPassphrase | OpenError::WrongRecoveryWords(_)
            ) {
                self.closed(&error);
            }
            return Err(error.into());
        }
        self.events.tell(Event::Vault);
        Ok(self.status_now().await)
    }

    /// Closes the vault.
    pub async fn lock(&self) -> VaultStatus {
        let _turn = self.turn.lock().await;
        self.close_session().await;
        self.events.tell(Event::Vault);
        self.status_now().await
    }

    /// Closes the vault for good: the app ends.
    pub async fn end(&self) {
        let _turn = self.turn.lock().await;
        self.close_session().await;
    }

    async fn close_session(&self) {
        let session = self.session().ok();
        if let Some(first) = self.first_run() {
            first.engine.close();
        }
        self.enter(Phase::Closed {
            state: VaultState::Locked,
            in_use_by: None,
        });
        if let Some(session) = session {
            session.close().await;
        }
    }

    async fn try_silently(&self) -> Result<(), OpenError> {
        let folder = self.folder.clone();
        let slots = match blocking(move || opening::slots(&folder)).await {
            Err(OpenError::NotAVault) => return self.create_silently().await,
            slots => slots?,
        };
        match opening::silent_holder(&self.environment, &slots) {
            Some(holder) => self.open_by(holder, None).await,
            None => Err(OpenError::NoSuchWay),
        }
    }

    /// Makes the vault where the environment says how it is held: nobody is there to be asked, or
    /// to be shown words.
    async fn create_silently(&self) -> Result<(), OpenError> {
        let holder = self.environment.holder().ok_or(OpenError::NotAVault)?;
        let create = CreateVault {
            dir: self.folder.clone(),
            holder,
            first_access_key: None,
        };
        let (engine, _words) = blocking(move || Engine::create(create)).await?;
        self.enter_open(engine).await;
        Ok(())
    }

    async fn open_by(&self, holder: Holder, keep_by: Option<Holder>) -> Result<(), OpenError> {
        let folder = self.folder.clone();
        let engine = blocking(move || {
            let engine = Engine::open(&folder, &holder)?;
            if let Some(keep_by) = keep_by {
                keep(&engine, &keep_by);
            }
            Ok(engine)
        })
        .await?;
        self.enter_open(engine).await;
        Ok(())
    }

    async fn enter_open(&self, engine: Arc<Engine>) {
        let around = Surroundings {
            settings: Arc::clone(&self.settings),
            forced_port: self.environment.port,
            events: self.events.clone(),
        };
        let session = Session::begin(engine, around).await;
        session.gate.start_if_wanted().await;
        self.enter(Phase::Open(session));
    }

    async fn begin(&self, engine: Arc<Engine>, purpose: Purpose) -> Answer<()> {
        self.enter_open(engine).await;
        match purpose {
            Purpose::Build => make_first_bucket(&*self.session()?.store).await,
            Purpose::Keep | Purpose::Manage => Ok(()),
        }
    }

    async fn status_now(&self) -> VaultStatus {
        let (state, in_use_by) = match &*self.phase.read().unwrap_or_else(PoisonError::into_inner) {
            Phase::Closed { state, in_use_by } => (*state, *in_use_by),
            Phase::FirstRun(_) => (VaultState::Absent, None),
            Phase::Open(_) => (VaultState::Open, None),
        };
        let folder = self.folder.clone();
        let slots = blocking(move || opening::slots(&folder)).await;
        let holders = slots.unwrap_or_default().into_iter().map(HolderKind::from);
        VaultStatus {
            state,
            folder: self.folder.display().to_string(),
            holders: if state == VaultState::Absent {
                Vec::new()
            } else {
                holders.collect()
            },
            keychain: keychain(state).await,
            in_use_by: in_use_by.map(|pid| InUseBy { pid }),
        }
    }

    async fn words_are_unconfirmed(&self) -> bool {
        let Some(unconfirmed) = self.settings.get().unconfirmed_words else {
            return false;
        };
        let folder = self.folder.clone();
        let present = spawn_blocking(move || opening::vault_id(&folder)).await;
        present.is_ok_and(|id| id.as_deref() == Some(&unconfirmed))
    }

    fn remember_unconfirmed(&self, vault_id: Option<String>) {
        let known = self.settings.get().unconfirmed_words;
        if known == vault_id {
            return;
        }
        let changed = self
            .settings
            .change(|remembered| remembered.unconfirmed_words = vault_id);
        if let Err(error) = changed {
            tracing::warn!(why = error.why, "the words may not be asked for again");
        }
    }

    fn closed_state(&self) -> Option<VaultState> {
        match &*self.phase.read().unwrap_or_else(PoisonError::into_inner) {
            Phase::Closed { state, .. } => Some(*state),
            Phase::FirstRun(_) | Phase::Open(_) => None,
        }
    }

    fn closed(&self, error: &OpenError) {
        let (state, in_use_by) = opening::state_of(error);
        if matches!(
            state,
            VaultState::Damaged | VaultState::DiskFull | VaultState::Unreadable
        ) {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            tracing::error!(%error, cause, "the vault does not open");
        }
        self.enter(Phase::Closed { state, in_use_by });
    }

    fn first_run(&self) -> Option<Arc<FirstRun>> {
        match &*self.phase.read().unwrap_or_else(PoisonError::into_inner) {
            Phase::FirstRun(first) => Some(Arc::clone(first)),
            Phase::Closed { .. } | Phase::Open(_) => None,
        }
    }

    fn enter(&self, phase: Phase) {
        *self.phase.write().unwrap_or_else(PoisonError::into_inner) = phase;
    }
}

impl FirstRun {
    fn created(&self) -> VaultCreated {
        let words = self.words.expose();
        VaultCreated {
            recovery_words: words.into_iter().map(str::to_owned).collect(),
            check: self.check.to_vec(),
        }
    }

    fn accepts(&self, typed: &[String]) -> bool {
        let words = self.words.expose();
        let asked = self.check.map(|at| words[at]);
        typed.len() == asked.len()
            && typed
                .iter()
                .zip(asked)
                .all(|(typed, word)| typed.trim().eq_ignore_ascii_case(word))
    }
}

/// Returns which words are asked for: by the vault's id, so that they stay the same if the window
/// is loaded again.
fn positions(vault_id: &[u8; 16]) -> [usize; 2] {
    let pick = |byte: u8| usize::from(byte) % HALF;
    [pick(vault_id[0]), HALF + pick(vault_id[1])]
}

/// Asks the keychain only where a screen shows it: it may in turn ask the person.
async fn keychain(state: VaultState) -> KeychainState {
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
            let asked = spawn_blocking(keychain_state).await;
            asked.map_or(KeychainState::Absent, KeychainState::from)
        }
    }
}

/// After a recovery what the person chose opens the vault again. Where it cannot, the vault stays
/// open, and the words are needed once more.
fn keep(engine: &Engine, holder: &Holder) {
    if let Err(error) = engine.add_holder(holder) {
        tracing::warn!(%error, "the key was not kept; the recovery words are needed again");
    }
}

async fn make_first_bucket(store: &dyn Store) -> Answer<()> {
    let bucket = BucketName::parse(FIRST_BUCKET)?;
    let owner = UserName::parse(ADMIN)?;
    let create = CreateBucket::new(bucket.clone(), owner);
    store.create_bucket(create).await?;
    store
        .put_bucket_versioning(&bucket, Versioning::Enabled)
        .await?;
    Ok(())
}

/// The hop: disk and keychain block.
async fn blocking<T, F>(job: F) -> Result<T, OpenError>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, OpenError> + Send + 'static,
{
    let done = spawn_blocking(job).await;
    done.unwrap_or_else(|error| Err(OpenError::Failed(Box::new(error))))
}

/// Returns a passphrase, unless it is empty.
pub fn passphrase(text: Option<String>) -> Option<SecretString> {
    text.filter(|text| !text.is_empty()).map(SecretString::from)
}
