//! How a vault comes to be: its `vault.json` has another name until all that belongs to it is there.
//! So a power cut leaves either a whole vault, or one that nobody has stored anything in, nor has
//! seen the recovery words of: that one is made anew.

use std::io;
use std::path::{Path, PathBuf};

use crate::{Disk, Error, Result, Vault, VaultDir};

/// What SQLite puts beside a catalog.
const CATALOG_ENDINGS: [&str; 4] = ["", "-wal", "-journal", "-shm"];

impl Vault {
    /// Ends the making of a vault: from here on the folder holds one, durably.
    pub fn finish(&self) -> Result<()> {
        let (disk, dir) = (self.folder.disk(), self.folder.dir());
        let finished = disk.rename(&dir.unfinished_manifest(), &dir.manifest());
        let synced = finished.and_then(|()| disk.sync_dir(dir.root()));
        synced.map_err(|error| {
            // The person never sees the words of a vault that may have come to be, so it had better
            // not. Where this fails too, the folder holds a vault that its holder opens.
            let _ = disk.rename(&dir.manifest(), &dir.unfinished_manifest());
            Error::io("finishing the vault")(error)
        })
    }
}

/// Refuses a folder in which a new vault would hide an old one.
pub(super) fn refuse_former_vault(disk: &dyn Disk, dir: &VaultDir) -> Result<()> {
    if exists(disk, &dir.manifest())? {
        return Err(Error::VaultExists);
    }
    let has_blobs = match disk.list(&dir.blobs()) {
        Ok(names) => !names.is_empty(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(looking()(error)),
    };
    let has_catalog = exists(disk, &dir.catalog())? && !exists(disk, &dir.unfinished_manifest())?;
    if has_catalog || has_blobs {
        return Err(Error::RemainsOfAVault);
    }
    Ok(())
}

/// Removes what stands beside a `vault.json` that was never finished, and then that. Called by the
/// holder of the lock, for a folder that holds no former vault.
pub(super) fn remove_unfinished(disk: &dyn Disk, dir: &VaultDir) -> Result<()> {
    let of_catalog = CATALOG_ENDINGS.map(|ending| {
        let mut path = dir.catalog().into_os_string();
        path.push(ending);
        PathBuf::from(path)
    });
    for path in of_catalog {
        remove(disk, &path)?;
    }
    // Durably before the name that says what they were.
    let clearing = Error::io("clearing what was never finished");
    disk.sync_dir(dir.root()).map_err(clearing)?;
    remove(disk, &dir.unfinished_manifest())
}

fn remove(disk: &dyn Disk, path: &Path) -> Result<()> {
    match disk.remove(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(Error::io("clearing what was never finished")),
    }
}

fn exists(disk: &dyn Disk, path: &Path) -> Result<bool> {
    disk.exists(path).map_err(looking())
}

fn looking() -> impl FnOnce(io::Error) -> Error {
    Error::io("looking for a former vault")
}
