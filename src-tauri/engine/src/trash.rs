//! Where files go that no row knows: `trash/` in the vault folder, for a week.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use stave_model::{Clock, Timestamp};
use stave_vault::{BlobId, Disk, Vault};

use crate::error::{Error, Result};

/// A file younger than this may belong to a write in progress, or to a clock that was set.
const SETTLED_AFTER_DAYS: i64 = 1;

/// How long the trash keeps a file.
const KEPT_DAYS: i64 = 7;

const DAY_SECS: i64 = 24 * 60 * 60;

/// The trash of a vault.
pub(crate) struct Trash {
    pub(crate) dir: PathBuf,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Trash {
    /// Returns whether a file is old enough to be no write in progress.
    pub(crate) fn is_settled(&self, vault: &Vault, blob: BlobId) -> Result<bool> {
        let modified = vault.blob_modified(blob)?;
        // A time before 1970 is older than anything.
        let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
        let modified_secs = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        Ok(self.now().as_secs().saturating_sub(modified_secs) > SETTLED_AFTER_DAYS * DAY_SECS)
    }

    /// Moves a file to the trash, under the day and its name.
    pub(crate) fn take(&self, vault: &Vault, blob: BlobId) -> Result<()> {
        if !self.disk.exists(&self.dir).map_err(failed)? {
            self.disk.create_dir(&self.dir).map_err(failed)?;
        }
        let name = format!("{}-{blob}", self.today());
        let to = self.dir.join(name);
        self.disk
            .rename(&vault.dir().blob(blob), &to)
            .map_err(failed)
    }

    /// Removes what has been there for longer than a week.
    pub(crate) fn empty_old(&self) -> Result<()> {
        if !self.disk.exists(&self.dir).map_err(failed)? {
            return Ok(());
        }
        for name in self.disk.list(&self.dir).map_err(failed)? {
            let day = name.to_str().and_then(day_of);
            if day.is_some_and(|day| self.today() - day > KEPT_DAYS) {
                self.disk.remove(&self.dir.join(&name)).map_err(failed)?;
            }
        }
        Ok(())
    }

    fn today(&self) -> i64 {
        self.now().as_secs() / DAY_SECS
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// Returns the day, counted from 1970, that a name in the trash begins with.
fn day_of(name: &str) -> Option<i64> {
    name.split_once('-')?.0.parse().ok()
}

fn failed(source: io::Error) -> Error {
    let doing = "keeping the trash";
    stave_vault::Error::Io { doing, source }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_stands_before_the_name() {
        assert_eq!(day_of("20410-00ff"), Some(20410));
        assert_eq!(day_of("00ff"), None);
        assert_eq!(day_of("x-00ff"), None);
    }
}
