//! A vault: a folder that one process holds open with its root key.

mod bodies;
mod held;
mod kms_material;
mod making;
mod room;
mod rotation;
mod secrets;
mod ways_in;

pub use rotation::{Interrupted, Rewrap, RootKeyId, Rotation};
pub use secrets::Wrapping;

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use stave_model::{Clock, SystemClock, Timestamp};

use crate::folder::BlobFolder;
use crate::keys::RootKey;
use crate::lock::HeldFolder;
use crate::manifest::Manifest;
use crate::slots::Slot;
use held::Held;
use room::Room;
use ways_in::Unlocked;

use crate::{
    Disk, Error, Holder, PassphraseCost, RealDisk, RecoveryWords, Result, SlotKind, VaultDir,
    VaultId, dumps,
};

/// Whether a folder holds a vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// It holds none.
    Absent,
    /// It holds one. What is said of it is not authenticated before it is opened.
    Present {
        /// Its id.
        id: VaultId,
        /// When it was made.
        created: Timestamp,
        /// The ways in.
        slots: Vec<SlotKind>,
    },
}

/// What a vault stands on. The default is the real disk and clock, and the full cost of a
/// passphrase.
#[derive(Clone)]
pub struct VaultOptions {
    /// The disk.
    pub disk: Arc<dyn Disk>,
    /// The clock, which dates a new vault.
    pub clock: Arc<dyn Clock>,
    /// What stretching a new passphrase costs.
    pub passphrase_cost: PassphraseCost,
}

impl Default for VaultOptions {
    fn default() -> Self {
        Self {
            disk: Arc::new(RealDisk),
            clock: Arc::new(SystemClock),
            passphrase_cost: PassphraseCost::default(),
        }
    }
}

impl fmt::Debug for VaultOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultOptions")
            .field("disk", &self.disk)
            .field("passphrase_cost", &self.passphrase_cost)
            .finish_non_exhaustive()
    }
}

/// An open vault. One process has it open at a time; dropping it lets go of it. `Send` and `Sync`.
///
/// Once [`lock`](Self::lock)ed it has no key any more and opens nothing; the folder is still held.
#[derive(Debug)]
pub struct Vault {
    id: VaultId,
    created: Timestamp,
    folder: Arc<BlobFolder>,
    /// `None` once locked.
    held: RwLock<Option<Held>>,
    /// Shared by those who wrap a key for a row until the row is committed; alone had by a rotation of the
    /// root key, so that no row is left that the former root key alone opens.
    wrapping: RwLock<()>,
    passphrase_cost: PassphraseCost,
    room: Room,
    held_folder: HeldFolder,
}

impl Vault {
    /// Tells whether the folder holds a vault, without opening it.
    pub fn probe(dir: &Path) -> Result<Presence> {
        let manifest = Manifest::read(&RealDisk, &VaultDir::new(dir))?;
        Ok(
            manifest.map_or(Presence::Absent, |manifest| Presence::Present {
                id: manifest.vault_id(),
                created: manifest.created(),
                slots: manifest.slot_kinds(),
            }),
        )
    }

    /// Creates a vault, held by `holder` and by recovery words that are returned this once. The
    /// folder is made if need be; one that holds a vault, or the remains of one, is refused.
    ///
    /// What holds the root key is known to hold it before there is a vault. After an error, a
    /// keychain entry or a key file that was made is left; it opens nothing, and costs nothing.
    pub fn create(
        dir: &Path,
        holder: &Holder,
        options: VaultOptions,
    ) -> Result<(Self, RecoveryWords)> {
        let (vault, words) = Self::begin(dir, holder, options)?;
        vault.finish()?;
        Ok((vault, words))
    }

    /// Creates a vault as [`create`](Self::create) does, but for its last step: until
    /// [`finish`](Self::finish), the folder counts as holding none, so that a catalog can be made
    /// in it. If that never ends, the next `create` or `begin` starts anew.
    pub fn begin(
        dir: &Path,
        holder: &Holder,
        options: VaultOptions,
    ) -> Result<(Self, RecoveryWords)> {
        let VaultOptions {
            disk,
            clock,
            passphrase_cost,
        } = options;
        if holder.slot_kind() == SlotKind::RecoveryWords {
            return Err(Error::WordsAreMade);
        }
        let dir = VaultDir::new(dir);
        make_dirs(&*disk, dir.root())?;
        making::refuse_former_vault(&*disk, &dir)?;
        let held_folder = HeldFolder::take(&*disk, dir.clone())?;
        // Again, for another process may have made one before it let go of the lock.
        making::refuse_former_vault(&*disk, &dir)?;
        making::remove_unfinished(&*disk, &dir)?;
        make_dirs(&*disk, &dir.tmp())?;
        make_dirs(&*disk, &dir.blobs())?;
        sync_names(&*disk, &dir)?;

        let (id, root, words) = (
            VaultId::random()?,
            RootKey::random()?,
            RecoveryWords::random()?,
        );
        let held = ways_in::hold(holder, id, &root, passphrase_cost, &*disk)?;
        let slots = vec![held, Slot::for_words(id, &root, &words)?];
        let manifest = Manifest::new(id, clock.now(), &root, slots);
        manifest.write(&*disk, &dir, &dir.unfinished_manifest())?;
        let folder = BlobFolder::new(dir, disk);
        let held = Held::new(manifest, root);
        let vault = Self::new(folder, held_folder, held, passphrase_cost);
        Ok((vault, words))
    }

    /// Opens an existing vault. Nothing is ever created in place of a key that is missing: that is
    /// [`Error::NeedsRecovery`].
    pub fn open(dir: &Path, holder: &Holder, options: VaultOptions) -> Result<Self> {
        let dir = VaultDir::new(dir);
        if Manifest::read(&*options.disk, &dir)?.is_none() {
            return Err(Error::NotAVault);
        }
        let held_folder = HeldFolder::take(&*options.disk, dir)?;
        Self::open_held(&held_folder, holder, options)
    }

    /// Opens the vault of a folder that this process holds already: one that was locked.
    pub fn open_held(
        held_folder: &HeldFolder,
        holder: &Holder,
        options: VaultOptions,
    ) -> Result<Self> {
        let VaultOptions {
            disk,
            passphrase_cost,
            ..
        } = options;
        let dir = held_folder.dir().clone();
        // Read now, for its former holder may have changed it before it let go of the lock.
        let manifest = Manifest::read(&*disk, &dir)?.ok_or(Error::NotAVault)?;
        let Unlocked { root, next } = ways_in::unlock(holder, &manifest, &*disk)?;
        // A copy or a backup may have left empty folders behind.
        make_dirs(&*disk, &dir.tmp())?;
        make_dirs(&*disk, &dir.blobs())?;
        sync_names(&*disk, &dir)?;
        let folder = BlobFolder::new(dir, disk);
        let held = Held::with_next(manifest, root, next);
        let vault = Self::new(folder, held_folder.clone(), held, passphrase_cost);
        vault.clear_tmp()?;
        Ok(vault)
    }

    /// Tries a way into the vault of a folder, which may be open, locked or closed, and changes nothing.
    pub fn check_way_in(dir: &Path, holder: &Holder, disk: &dyn Disk) -> Result<()> {
        let manifest = Manifest::read(disk, &VaultDir::new(dir))?.ok_or(Error::NotAVault)?;
        ways_in::unlock(holder, &manifest, disk).map(drop)
    }

    fn new(
        folder: BlobFolder,
        held_folder: HeldFolder,
        held: Held,
        passphrase_cost: PassphraseCost,
    ) -> Self {
        dumps::refuse();
        Self {
            id: held.manifest.vault_id(),
            created: held.manifest.created(),
            folder: Arc::new(folder),
            held: RwLock::new(Some(held)),
            wrapping: RwLock::new(()),
            passphrase_cost,
            room: Room::default(),
            held_folder,
        }
    }

    /// Locks the vault for good: its keys are zeroed, and bodies that are being read end with
    /// [`Error::Locked`] at their next chunk. The folder is held until this and all its
    /// [`held_folder`](Self::held_folder)s are dropped.
    pub fn lock(&self) {
        self.folder.lock();
        self.held
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }

    /// Returns the hold on the folder, which outlives a lock.
    pub fn held_folder(&self) -> HeldFolder {
        self.held_folder.clone()
    }

    /// Returns the id.
    pub fn id(&self) -> VaultId {
        self.id
    }

    /// Returns the folder.
    pub fn dir(&self) -> &VaultDir {
        self.folder.dir()
    }

    /// Returns when the vault was made.
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// Tells whether a failed sync made the vault read-only until it is opened again.
    pub fn is_read_only(&self) -> bool {
        self.folder.is_read_only()
    }

    /// Lets `look` see what an open vault holds.
    fn with_held<T>(&self, look: impl FnOnce(&Held) -> Result<T>) -> Result<T> {
        // Whole at every moment, so a panic elsewhere does not spoil it.
        let held: RwLockReadGuard<'_, _> = self.held.read().unwrap_or_else(PoisonError::into_inner);
        look(held.as_ref().ok_or(Error::Locked)?)
    }

    /// Lets `change` change what an open vault holds.
    fn change_held<T>(&self, change: impl FnOnce(&mut Held) -> Result<T>) -> Result<T> {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        change(held.as_mut().ok_or(Error::Locked)?)
    }
}

/// Makes a folder and those above it that are missing, each durable in its parent.
fn make_dirs(disk: &dyn Disk, path: &Path) -> Result<()> {
    let making = || Error::io("making the folders of the vault");
    if disk.exists(path).map_err(making())? {
        return Ok(());
    }
    let parent = parent_of(path);
    make_dirs(disk, parent)?;
    match disk.create_dir(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(making()(error)),
        _ => disk.sync_dir(parent).map_err(making()),
    }
}

/// Makes the names in the folder of the vault durable, and that of the folder. They may be there and
/// not be durable: the process that made them may have died before its sync. Without `vault.json`
/// all that is sealed from now on would be lost.
fn sync_names(disk: &dyn Disk, dir: &VaultDir) -> Result<()> {
    let syncing = || Error::io("syncing the folder of the vault");
    disk.sync_dir(dir.root()).map_err(syncing())?;
    match disk.sync_dir(parent_of(dir.root())) {
        // A folder that we may pass through and not read was not made by us.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        synced => synced.map_err(syncing()),
    }
}

fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
