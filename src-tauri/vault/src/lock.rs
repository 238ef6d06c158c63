//! The lock that makes one process the holder of a vault.

use std::fs::File;
use std::sync::Arc;

use crate::{Disk, Error, Locking, Result, VaultDir};

/// The longest program name that is written into the lock file.
const NAME_MAX: usize = 64;

/// The folder of a vault, held by this process until the last clone is dropped, whether the vault in
/// it is open or locked. The system lets go of it when the process dies, however it dies.
#[derive(Debug, Clone)]
pub struct HeldFolder {
    dir: VaultDir,
    _file: Arc<File>,
}

impl HeldFolder {
    /// Takes the lock, or tells who has it.
    pub(crate) fn take(disk: &dyn Disk, dir: VaultDir) -> Result<Self> {
        let answer = disk.lock(&dir.lock(), &owner());
        match answer.map_err(Error::io("locking the vault"))? {
            Locking::Held(file) => Ok(Self {
                dir,
                _file: Arc::new(file),
            }),
            Locking::Taken { owner } => Err(Error::InUse {
                pid: owner.as_deref().and_then(pid_of),
            }),
        }
    }

    /// Returns the folder.
    pub fn dir(&self) -> &VaultDir {
        &self.dir
    }
}

/// What the lock file says: process id, program name.
fn owner() -> String {
    let program = std::env::current_exe().unwrap_or_default();
    let name = program.file_stem().unwrap_or_default().to_string_lossy();
    let name: String = name.chars().take(NAME_MAX).collect();
    format!("{} {name}\n", std::process::id())
}

fn pid_of(owner: &str) -> Option<u32> {
    owner.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_this_process() {
        assert_eq!(pid_of(&owner()), Some(std::process::id()));
    }

    #[test]
    fn a_lock_file_without_a_process_id_names_nobody() {
        assert_eq!(pid_of(""), None);
        assert_eq!(pid_of("stave 12"), None);
    }
}
