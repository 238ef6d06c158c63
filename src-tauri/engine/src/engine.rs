//! An engine: one open vault, from `create` or `open` to `close`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use secrecy::SecretString;
use stave_catalog::{Catalog, CatalogOptions, Missing};
use stave_model::{AccessKeyId, Clock, DEFAULT_REGION, Ids, SystemClock, Timestamp, UserName};
use stave_store::{Error as StoreError, NewAccessKey};
use stave_vault::{HeldFolder, Holder, Presence, RecoveryWords, Vault, VaultId, VaultOptions};

use crate::access::{self, KeyUses};
use crate::changes::{Changes, Listener};
use crate::core::Core;
use crate::error::Error;
use crate::keys::Keys;
use crate::kms::Kms;
use crate::open_bodies::OpenBodies;
use crate::open_error::OpenError;
use crate::random::RandomIds;
use crate::sweep::{Sweep, Sweeper};
use crate::trash::Trash;
use crate::vault_life;

/// The first user of a vault, its owner.
pub const ADMIN: &str = "admin";

/// The folder of files that no row knows, in the vault folder.
const TRASH_DIR: &str = "trash";

/// What an engine stands on. The default is the real disk, time and randomness.
#[derive(Clone)]
pub struct EngineOptions {
    /// The disk, and what a passphrase costs.
    pub vault: VaultOptions,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<dyn Ids>,
    /// The region that stands in the ARNs of keys.
    pub region: String,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            vault: VaultOptions::default(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            region: DEFAULT_REGION.to_owned(),
        }
    }
}

/// A vault to be made.
#[derive(Debug)]
pub struct CreateVault {
    /// Its folder, empty or not there yet.
    pub dir: PathBuf,
    /// What holds its root key, besides the recovery words.
    pub holder: Holder,
    /// The first access key of `admin`; `None` mints one.
    pub first_access_key: Option<(AccessKeyId, SecretString)>,
}

/// One vault. Shared by `Arc`; closed by `close`, or when the last handle is dropped. In between it may be locked
/// and unlocked (`vault_life`), and whoever has a handle goes on with it.
pub struct Engine {
    vault_id: VaultId,
    dir: PathBuf,
    created: Timestamp,
    options: EngineOptions,
    changes: Arc<Changes>,
    /// Had by who locks, unlocks, closes or rotates: one at a time. The folder is held until the vault is closed.
    turn: Mutex<Option<HeldFolder>>,
    /// `None` while locked, and once closed.
    core: RwLock<Option<Arc<Core>>>,
}

impl Engine {
    /// Tells whether a folder holds a vault, without opening it.
    pub fn probe(dir: &Path) -> Result<Presence, OpenError> {
        Ok(Vault::probe(dir)?)
    }

    /// Makes a vault with the user `admin` and its first access key. The recovery words are told
    /// this once.
    pub fn create(create: CreateVault) -> Result<(Arc<Self>, RecoveryWords), OpenError> {
        Self::create_with(create, EngineOptions::default())
    }

    /// Makes a vault on the given disk, time and randomness.
    pub fn create_with(
        create: CreateVault,
        options: EngineOptions,
    ) -> Result<(Arc<Self>, RecoveryWords), OpenError> {
        let (vault, words) = Vault::begin(&create.dir, &create.holder, options.vault.clone())?;
        let engine = Self::start(vault, options, Missing::Create)?;
        engine.add_first_access_key(create.first_access_key)?;
        // Before this there is no vault, so one that a power cut left half made can be made again.
        engine.unlocked()?.vault.finish()?;
        Ok((engine, words))
    }

    /// Opens a vault.
    pub fn open(dir: &Path, holder: &Holder) -> Result<Arc<Self>, OpenError> {
        Self::open_with(dir, holder, EngineOptions::default())
    }

    /// Opens a vault on the given disk, time and randomness.
    pub fn open_with(
        dir: &Path,
        holder: &Holder,
        options: EngineOptions,
    ) -> Result<Arc<Self>, OpenError> {
        let vault = Vault::open(dir, holder, options.vault.clone())?;
        Self::start(vault, options, Missing::Refuse)
    }

    /// Returns the id of the vault.
    pub fn vault_id(&self) -> VaultId {
        self.vault_id
    }

    /// Returns the folder of the vault.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Returns when the vault was made.
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// Closes the vault: stops the sweep, finishes the writes that were accepted, lets go of the
    /// folder. Later calls answer `Locked`. Bodies that are still being read keep the folder until
    /// their readers are gone.
    pub fn close(&self) {
        let mut turn = self.turn();
        if let Some(core) = self.take_core() {
            core.end();
        }
        turn.take();
    }

    /// Unlinks now what no row names and no request holds, and looks for files that no row knows.
    /// Happens by itself when a vault is opened; the unlinking also after deletes.
    pub fn sweep(&self) -> Result<(), StoreError> {
        self.core()?.sweeper.sweep_now().map_err(Error::into_store)
    }

    /// Adds a listener to the feed of changes.
    pub(crate) fn listen(&self, listener: Listener) {
        self.changes.listen(listener);
    }

    /// Returns the open parts, or `Locked`.
    pub(crate) fn core(&self) -> Result<Arc<Core>, StoreError> {
        let core = self.core.read().unwrap_or_else(PoisonError::into_inner);
        core.clone().ok_or(StoreError::Locked)
    }

    fn start(
        vault: Vault,
        options: EngineOptions,
        missing: Missing,
    ) -> Result<Arc<Self>, OpenError> {
        let changes = Arc::new(Changes::default());
        let (vault_id, dir, created) = (vault.id(), vault.dir().root().to_owned(), vault.created());
        let held_folder = vault.held_folder();
        let core = Core::start(vault, &options, missing, &changes)?;
        Ok(Arc::new(Self {
            vault_id,
            dir,
            created,
            options,
            changes,
            turn: Mutex::new(Some(held_folder)),
            core: RwLock::new(Some(core)),
        }))
    }

    fn add_first_access_key(
        &self,
        first: Option<(AccessKeyId, SecretString)>,
    ) -> Result<(), OpenError> {
        let user = UserName::parse(ADMIN).map_err(|error| OpenError::Failed(Box::new(error)))?;
        let (id, secret) = first.unzip();
        let core = self.unlocked()?;
        core.add_access_key(NewAccessKey { user, id, secret })?;
        Ok(())
    }

    /// Returns the open parts, for what makes and opens vaults.
    pub(crate) fn unlocked(&self) -> Result<Arc<Core>, OpenError> {
        Ok(self.core()?)
    }

    /// Takes the turn of who locks, unlocks, closes or rotates.
    pub(crate) fn turn(&self) -> MutexGuard<'_, Option<HeldFolder>> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn options(&self) -> &EngineOptions {
        &self.options
    }

    pub(crate) fn changes(&self) -> &Arc<Changes> {
        &self.changes
    }

    pub(crate) fn take_core(&self) -> Option<Arc<Core>> {
        let mut core = self.core.write().unwrap_or_else(PoisonError::into_inner);
        core.take()
    }

    pub(crate) fn put_core(&self, opened: Arc<Core>) {
        let mut core = self.core.write().unwrap_or_else(PoisonError::into_inner);
        *core = Some(opened);
    }
}

impl Core {
    /// Joins an open vault and its catalog, once what an interrupted rotation left is settled.
    pub(crate) fn start(
        vault: Vault,
        options: &EngineOptions,
        missing: Missing,
        changes: &Arc<Changes>,
    ) -> Result<Arc<Self>, OpenError> {
        vault.clear_tmp()?;
        let catalog_options = CatalogOptions {
            missing,
            ..CatalogOptions::default()
        };
        let catalog = Catalog::open(&vault.dir().catalog(), &catalog_options)?;
        vault_life::settle(&vault, &catalog)?;
        let clock = options.clock.as_ref();
        let keys = Keys::open_or_create(&vault, &catalog, clock)?;
        let kms = Kms::open_or_create(&vault, &catalog, clock)?;
        access::adopt(&catalog, &kms.mac)?;
        let (vault, catalog) = (Arc::new(vault), Arc::new(catalog));
        let bodies = Arc::new(OpenBodies::default());
        let sweep = Sweep {
            vault: Arc::clone(&vault),
            catalog: Arc::clone(&catalog),
            bodies: Arc::clone(&bodies),
            trash: Trash {
                dir: vault.dir().root().join(TRASH_DIR),
                disk: Arc::clone(&options.vault.disk),
                clock: Arc::clone(&options.clock),
            },
            stopping: AtomicBool::new(false),
        };
        let core = Arc::new(Self {
            vault,
            catalog,
            keys: Arc::new(keys),
            kms: Arc::new(kms),
            clock: Arc::clone(&options.clock),
            ids: Arc::clone(&options.ids),
            region: options.region.clone(),
            changes: Arc::clone(changes),
            bodies,
            sweeper: Sweeper::start(sweep)?,
            key_uses: KeyUses::default(),
        });
        Kms::keep(&core)?;
        Ok(core)
    }

    /// Stops the sweep and finishes the writes that were accepted.
    pub(crate) fn end(&self) {
        self.sweeper.stop();
        self.catalog.close();
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("vault_id", &self.vault_id)
            .field("dir", &self.dir)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for EngineOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineOptions").finish_non_exhaustive()
    }
}
