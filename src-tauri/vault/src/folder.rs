//! The folder of kept blobs: what is durable in it, and whether it may still be written.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::is_disk_full;
use crate::{BlobId, Disk, Error, Result, VaultDir};

/// The number of folders in `blobs/`, and in each of them.
const SHARDS: usize = 256;

/// The paths, the disk, and what this process knows to be durable.
#[derive(Debug)]
pub(crate) struct BlobFolder {
    dir: VaultDir,
    disk: Arc<dyn Disk>,
    /// Set by a failed sync, for ever: what the system dropped then, nobody knows.
    read_only: AtomicBool,
    /// Set for ever once the vault is locked: no body is read on.
    locked: AtomicBool,
    /// Whether the names in `blobs/` are durable.
    outer_durable: Mutex<bool>,
    /// Whether the names in each `blobs/ab/` are durable. A folder that exists is not durable for
    /// that: the process that made it may have died before its sync. So the first use in each
    /// process syncs it once.
    inner_durable: Vec<Mutex<bool>>,
}

impl BlobFolder {
    pub(crate) fn new(dir: VaultDir, disk: Arc<dyn Disk>) -> Self {
        Self {
            dir,
            disk,
            read_only: AtomicBool::new(false),
            locked: AtomicBool::new(false),
            outer_durable: Mutex::new(false),
            inner_durable: (0..SHARDS).map(|_| Mutex::new(false)).collect(),
        }
    }

    pub(crate) fn dir(&self) -> &VaultDir {
        &self.dir
    }

    pub(crate) fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.read_only.load(Ordering::Acquire)
    }

    /// Ends the reading and writing of bodies.
    pub(crate) fn lock(&self) {
        self.locked.store(true, Ordering::Release);
    }

    pub(crate) fn check_unlocked(&self) -> Result<()> {
        if self.locked.load(Ordering::Acquire) {
            return Err(Error::Locked);
        }
        Ok(())
    }

    pub(crate) fn check_writable(&self) -> Result<()> {
        self.check_unlocked()?;
        if self.is_read_only() {
            return Err(Error::ReadOnly);
        }
        Ok(())
    }

    /// Makes the two folders above a blob, durably. Waits for another thread that is making them,
    /// so that nobody builds on a folder whose name is not yet durable.
    pub(crate) fn make_shard(&self, id: BlobId) -> Result<()> {
        let outer = self.dir.outer_shard(id);
        let inner = &self.inner_durable[usize::from(id.as_bytes()[0])];
        let mut inner_durable = inner.lock().unwrap_or_else(PoisonError::into_inner);
        if !*inner_durable {
            let blobs = &self.outer_durable;
            let mut outer_durable = blobs.lock().unwrap_or_else(PoisonError::into_inner);
            self.make_durable_dir(&outer, &self.dir.blobs(), &mut outer_durable)?;
        }
        self.make_durable_dir(&self.dir.shard(id), &outer, &mut inner_durable)
    }

    /// Makes a folder if need be, and syncs its parent if the folder is new or the parent's names
    /// are not known to be durable. `durable` is false from before the change until the sync has
    /// succeeded.
    fn make_durable_dir(&self, path: &Path, parent: &Path, durable: &mut bool) -> Result<()> {
        match self.disk.create_dir(path) {
            Ok(()) => *durable = false,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::io("making a folder for blobs")(error)),
        }
        if !*durable {
            self.sync_dir(parent)?;
            *durable = true;
        }
        Ok(())
    }

    /// Makes the names in a folder durable.
    pub(crate) fn sync_dir(&self, path: &Path) -> Result<()> {
        self.judge_sync("syncing a folder of blobs", self.disk.sync_dir(path))
    }

    /// Passes a sync on. A failure is final: it makes the vault read-only, for what was lost may
    /// not be this file's alone. A full disk is no such failure: the body at hand is dropped, and
    /// deleting must still be possible.
    pub(crate) fn judge_sync(&self, doing: &'static str, synced: io::Result<()>) -> Result<()> {
        synced.map_err(|error| {
            if !is_disk_full(&error) {
                self.read_only.store(true, Ordering::Release);
            }
            Error::io(doing)(error)
        })
    }
}
