//! An engine: one open vault, from `create` or `open` to `close`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError, RwLock};

use secrecy::SecretString;
use stave_catalog::{Catalog, CatalogOptions, Missing};
use stave_model::{AccessKeyId, Clock, DEFAULT_REGION, Ids, SystemClock, UserName};
use stave_store::{Error as StoreError, NewAccessKey};
use stave_vault::{Holder, Presence, RecoveryWords, SlotKind, Vault, VaultId, VaultOptions};

use crate::changes::{Changes, Listener};
use crate::core::Core;
use crate::error::Error;
use crate::keys::Keys;
use crate::open_bodies::OpenBodies;
use crate::open_error::OpenError;
use crate::random::RandomIds;
use crate::sweep::{Sweep, Sweeper};
use crate::trash::Trash;

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

/// One open vault. Shared by `Arc`; closed by `close`, or when the last handle is dropped.
pub struct Engine {
    vault_id: VaultId,
    dir: PathBuf,
    slots: Vec<SlotKind>,
    changes: Arc<Changes>,
    /// `None` once closed.
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

    /// Returns the ways in that the vault had when it was opened.
    pub fn slots(&self) -> &[SlotKind] {
        &self.slots
    }

    /// Replaces or adds a way in: another passphrase, or the keychain of a new computer after a
    /// recovery.
    pub fn add_holder(&self, holder: &Holder) -> Result<(), OpenError> {
        Ok(self.unlocked()?.vault.add_holder(holder)?)
    }

    /// Closes the vault: stops the sweep, finishes the writes that were accepted, lets go of the
    /// folder. Later calls answer `Locked`. Bodies that are still being read keep the folder until
    /// their readers are gone.
    pub fn close(&self) {
        let core = self
            .core
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(core) = core {
            core.sweeper.stop();
            core.catalog.close();
        }
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
        vault.clear_tmp()?;
        let catalog_options = CatalogOptions {
            missing,
            ..CatalogOptions::default()
        };
        let catalog = Catalog::open(&vault.dir().catalog(), &catalog_options)?;
        let keys = Keys::open_or_create(&vault, &catalog, options.clock.as_ref())?;
        let (vault, catalog) = (Arc::new(vault), Arc::new(catalog));
        let bodies = Arc::new(OpenBodies::default());
        let changes = Arc::new(Changes::default());
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
        let (vault_id, dir, slots) = (vault.id(), vault.dir().root().to_owned(), vault.slots());
        let core = Core {
            vault,
            catalog,
            keys: Arc::new(keys),
            clock: options.clock,
            ids: options.ids,
            region: options.region,
            changes: Arc::clone(&changes),
            bodies,
            sweeper: Sweeper::start(sweep)?,
        };
        Ok(Arc::new(Self {
            vault_id,
            dir,
            slots,
            changes,
            core: RwLock::new(Some(Arc::new(core))),
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
    fn unlocked(&self) -> Result<Arc<Core>, OpenError> {
        self.core()
            .map_err(|error| OpenError::Failed(Box::new(error)))
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
