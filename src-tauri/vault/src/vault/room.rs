//! Room that is held back on the disk, so that something can still be deleted when it is full: a
//! delete writes before it frees. What makes the disk fuller is refused while that room is missing.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Disk, Error, Result, Vault, VaultDir};

/// Enough for a thousand deletes at once in the catalog's log, and for the moving of that log.
const ROOM_BYTES: usize = 16 * 1024 * 1024;

/// What is written at once.
const PIECE_BYTES: usize = 256 * 1024;

/// Whether the room is known to be held.
#[derive(Debug, Default)]
pub(super) struct Room(Mutex<bool>);

impl Room {
    fn lock(&self) -> MutexGuard<'_, bool> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vault {
    /// Holds room back if it is not held yet. `DiskFull` where there is none to spare.
    pub fn hold_room(&self) -> Result<()> {
        let mut is_held = self.room.lock();
        if !*is_held {
            hold(&**self.folder.disk(), self.folder.dir())?;
            *is_held = true;
        }
        Ok(())
    }

    /// Lets go of the room; returns whether any was held.
    pub fn release_room(&self) -> Result<bool> {
        let mut is_held = self.room.lock();
        *is_held = false;
        match self.folder.disk().remove(&self.folder.dir().room()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            released => released
                .map(|()| true)
                .map_err(Error::io("letting go of the room for deletes")),
        }
    }
}

fn hold(disk: &dyn Disk, dir: &VaultDir) -> Result<()> {
    let doing = "holding back room for deletes";
    let path = dir.room();
    if is_whole(disk, dir).map_err(Error::io(doing))? {
        return Ok(());
    }
    // Trying would take the last room from a delete that is at work.
    let free_bytes = disk.free_bytes(dir.root()).map_err(Error::io(doing))?;
    if free_bytes.is_some_and(|free| free < ROOM_BYTES as u64) {
        return Err(Error::DiskFull { doing });
    }
    // Bytes that do not compress, for some file systems give no room to those that do.
    let mut piece = vec![0; PIECE_BYTES];
    getrandom::fill(&mut piece).map_err(Error::Random)?;
    fill(disk, dir, &piece).map_err(|error| {
        // What is left of it is no room; the next try finds that it is not whole.
        let _ = disk.remove(&path);
        Error::io(doing)(error)
    })
}

/// Tells whether the file is there and was written to its end; removes it where it was not.
fn is_whole(disk: &dyn Disk, dir: &VaultDir) -> io::Result<bool> {
    let path = dir.room();
    let size_bytes = match disk.open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        file => file?.size_bytes()?,
    };
    let is_whole = size_bytes == ROOM_BYTES as u64;
    if !is_whole {
        disk.remove(&path)?;
    }
    Ok(is_whole)
}

/// Fills the room. Not synced: where a power cut takes it, the next process that writes fills it
/// anew.
fn fill(disk: &dyn Disk, dir: &VaultDir, piece: &[u8]) -> io::Result<()> {
    let mut file = disk.create_new(&dir.room())?;
    for _ in 0..ROOM_BYTES / PIECE_BYTES {
        file.write_all(piece)?;
    }
    Ok(())
}
