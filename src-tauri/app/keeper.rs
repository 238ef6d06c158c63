//! The vault's life in the app: absent, made, open, locked. The commands ask it for the session of
//! the open vault.

#[cfg(test)]
#[path = "keeper_test.rs"]
mod keeper_test;

mod idle;
mod life;
mod remote;
mod status;
mod unproven;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use secrecy::SecretString;
use stave_engine::{ADMIN, CreateVault, Engine, Holder, OpenError};
use stave_model::{BucketName, UserName, Versioning};
use stave_store::{CreateBucket, Store};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use crate::errors::{Answer, Failure};
use crate::events::{Event, Events};
use crate::opening::{self, Environment};
use crate::scrub::Scrubbing;
use crate::session::{House, Session, Surroundings};
use crate::settings::SettingsFile;
use crate::views::{Purpose, VaultCreated, VaultState, VaultStatus};
use idle::IdleClock;
use remote::KeeperControl;
use unproven::Unproven;

/// The bucket of a person who came to build.
const FIRST_BUCKET: &str = "dev";

/// Keeps the vault. A clone keeps the same one.
#[derive(Clone)]
pub struct Keeper(Arc<Kept>);

struct Kept {
    folder: PathBuf,
    environment: Environment,
    settings: Arc<SettingsFile>,
    events: Events,
    phase: RwLock<Phase>,
    /// Words that were made in the place of others, and not yet typed back.
    unproven: RwLock<Option<Arc<Unproven>>>,
    idle: IdleClock,
    scrubbing: Scrubbing,
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
    /// Held by this process, and locked; `state` is the screen that it calls for.
    Locked {
        house: Arc<House>,
        state: VaultState,
    },
}

struct FirstRun {
    engine: Arc<Engine>,
    unproven: Unproven,
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
        Self(Arc::new(Kept {
            folder,
            environment,
            settings,
            events,
            phase: RwLock::new(Phase::Closed {
                state: VaultState::Locked,
                in_use_by: None,
            }),
            unproven: RwLock::default(),
            idle: IdleClock::default(),
            scrubbing: Scrubbing::default(),
            turn: Mutex::new(()),
        }))
    }

    /// Returns the vault's folder.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Returns the unlocked vault.
    pub fn session(&self) -> Answer<Arc<Session>> {
        match &*self.phase() {
            Phase::Open(session) => Ok(Arc::clone(session)),
            Phase::Closed { .. } | Phase::FirstRun(_) | Phase::Locked { .. } => {
                Err(Failure::locked())
            }
        }
    }

    /// Returns the vault that this process holds, unlocked or locked.
    pub fn house(&self) -> Answer<Arc<House>> {
        match &*self.phase() {
            Phase::Open(session) => Ok(Arc::clone(&session.house)),
            Phase::Locked { house, .. } => Ok(Arc::clone(house)),
            Phase::Closed { .. } | Phase::FirstRun(_) => Err(Failure::locked()),
        }
    }

    /// Opens the vault if that needs nobody; else says which screen it calls for. A person who has
    /// not yet shown that the recovery words are kept is asked for them first.
    pub async fn open_silently(&self) {
        let _turn = self.0.turn.lock().await;
        if self.0.environment.holder().is_none() && self.words_are_unconfirmed().await {
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
        let _turn = self.0.turn.lock().await;
        self.status_now().await
    }

    /// Makes a vault and returns its recovery words. Asked again before they are confirmed, it
    /// returns the same.
    pub async fn create(&self, holder: Holder, purpose: Purpose) -> Answer<VaultCreated> {
        let _turn = self.0.turn.lock().await;
        if let Some(first) = self.first_run() {
            return Ok(first.unproven.shown());
        }
        let folder = self.0.folder.clone();
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
            unproven: Unproven::new(words, engine.vault_id().as_bytes()),
            engine,
            purpose,
        });
        let created = first.unproven.shown();
        self.enter(Phase::FirstRun(first));
        Ok(created)
    }

    /// Takes the words that were asked for: they end the first run, or prove that new words are
    /// kept.
    pub async fn confirm(&self, typed: &[String]) -> Answer<()> {
        let _turn = self.0.turn.lock().await;
        if let Some(first) = self.first_run() {
            first.unproven.check(typed)?;
            self.remember_unconfirmed(None);
            self.begin(Arc::clone(&first.engine), first.purpose).await?;
        } else {
            self.prove(typed)?;
        }
        self.0.events.tell(Event::Vault);
        Ok(())
    }

    /// Opens the vault by what a person gave; by nothing tries again what needs nobody.
    pub async fn unlock(&self, holder: Option<Holder>) -> Answer<VaultStatus> {
        let _turn = self.0.turn.lock().await;
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
        let _turn = self.0.turn.lock().await;
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
        self.0.events.tell(Event::Vault);
        self.0.events.tell(Event::Endpoint);
        Ok(self.status_now().await)
    }

    /// Locks the vault: its keys are forgotten, and the endpoint answers that it is locked. This
    /// process goes on to hold the folder, so that an unlock goes on where the lock left.
    pub async fn lock(&self) -> VaultStatus {
        let _turn = self.0.turn.lock().await;
        if let Ok(session) = self.session() {
            session.end();
            let house = Arc::clone(&session.house);
            // Nobody looks after what is shared any more.
            house.gate.stop_sharing().await;
            let engine = Arc::clone(&house.engine);
            let locked = spawn_blocking(move || engine.lock()).await;
            if let Err(error) = locked {
                tracing::error!(%error, "locking the vault failed");
            }
            self.enter(Phase::Locked {
                house,
                state: VaultState::Locked,
            });
        } else if self.first_run().is_some() {
            self.close().await;
        }
        self.0.events.tell(Event::Vault);
        self.0.events.tell(Event::Endpoint);
        self.status_now().await
    }

    /// Closes the vault for good: the app ends.
    pub async fn end(&self) {
        let _turn = self.0.turn.lock().await;
        self.close().await;
    }

    async fn close(&self) {
        if let Ok(session) = self.session() {
            session.end();
        }
        let house = self.house().ok();
        if let Some(first) = self.first_run() {
            first.engine.close();
        }
        self.enter(Phase::Closed {
            state: VaultState::Locked,
            in_use_by: None,
        });
        if let Some(house) = house {
            house.close().await;
        }
    }

    async fn try_silently(&self) -> Result<(), OpenError> {
        let folder = self.0.folder.clone();
        let slots = match blocking(move || opening::slots(&folder)).await {
            Err(OpenError::NotAVault) => return self.create_silently().await,
            slots => slots?,
        };
        match opening::silent_holder(&self.0.environment, &slots) {
            Some(holder) => self.open_by(holder, None).await,
            None => Err(OpenError::NoSuchWay),
        }
    }

    /// Makes the vault where the environment says how it is held: nobody is there to be asked, or
    /// to be shown words.
    async fn create_silently(&self) -> Result<(), OpenError> {
        let holder = self.0.environment.holder().ok_or(OpenError::NotAVault)?;
        let create = CreateVault {
            dir: self.0.folder.clone(),
            holder,
            first_access_key: None,
        };
        let (engine, _words) = blocking(move || Engine::create(create)).await?;
        self.enter_house(engine).await;
        Ok(())
    }

    async fn open_by(&self, holder: Holder, keep_by: Option<Holder>) -> Result<(), OpenError> {
        let folder = self.0.folder.clone();
        let held = self.house().ok();
        let engine = held.as_ref().map(|house| Arc::clone(&house.engine));
        let engine = blocking(move || {
            let engine = match engine {
                Some(engine) => {
                    engine.unlock(&holder)?;
                    engine
                }
                None => Engine::open(&folder, &holder)?,
            };
            if let Some(keep_by) = keep_by {
                keep(&engine, &keep_by);
            }
            Ok(engine)
        })
        .await?;
        match held {
            Some(house) => self.enter_open(house),
            None => self.enter_house(engine).await,
        }
        Ok(())
    }

    async fn enter_house(&self, engine: Arc<Engine>) {
        let around = Surroundings {
            settings: Arc::clone(&self.0.settings),
            forced_port: self.0.environment.port,
            events: self.0.events.clone(),
            vault: Arc::new(KeeperControl::new(self)),
        };
        let house = House::begin(engine, around).await;
        house.gate.start_if_wanted().await;
        self.enter_open(house);
    }

    fn enter_open(&self, house: Arc<House>) {
        self.0.idle.touch();
        self.enter(Phase::Open(Session::begin(house)));
    }

    async fn begin(&self, engine: Arc<Engine>, purpose: Purpose) -> Answer<()> {
        self.enter_house(engine).await;
        match purpose {
            Purpose::Build => make_first_bucket(&*self.session()?.store).await,
            Purpose::Keep | Purpose::Manage => Ok(()),
        }
    }

    fn remember_unconfirmed(&self, vault_id: Option<String>) {
        let known = self.0.settings.get().unconfirmed_words;
        if known == vault_id {
            return;
        }
        let changed = self
            .0
            .settings
            .change(|remembered| remembered.unconfirmed_words = vault_id);
        if let Err(error) = changed {
            tracing::warn!(why = error.why, "the words may not be asked for again");
        }
    }

    fn closed_state(&self) -> Option<VaultState> {
        match &*self.phase() {
            Phase::Closed { state, .. } | Phase::Locked { state, .. } => Some(*state),
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
        self.enter(match self.house() {
            Ok(house) => Phase::Locked { house, state },
            Err(_) => Phase::Closed { state, in_use_by },
        });
    }

    fn first_run(&self) -> Option<Arc<FirstRun>> {
        match &*self.phase() {
            Phase::FirstRun(first) => Some(Arc::clone(first)),
            Phase::Closed { .. } | Phase::Open(_) | Phase::Locked { .. } => None,
        }
    }

    fn phase(&self) -> RwLockReadGuard<'_, Phase> {
        self.0.phase.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, phase: Phase) {
        *self.0.phase.write().unwrap_or_else(PoisonError::into_inner) = phase;
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
