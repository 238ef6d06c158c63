//! The paths that a person gave by a drop or a dialog. The window may name no others.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::errors::{Answer, Failure};

/// The most paths that are remembered.
const PATHS_MAX: usize = 10_000;

/// What a person gave.
#[derive(Default)]
pub struct Offered {
    given: Mutex<Given>,
}

#[derive(Default)]
struct Given {
    paths: VecDeque<PathBuf>,
    dropped: Vec<PathBuf>,
}

impl Offered {
    /// Remembers what a dialog gave.
    pub fn chosen(&self, paths: &[PathBuf]) {
        self.lock().remember(paths);
    }

    /// Remembers what was dropped.
    pub fn dropped(&self, paths: Vec<PathBuf>) {
        let mut given = self.lock();
        given.remember(&paths);
        given.dropped = paths;
    }

    /// Returns what was dropped last, once.
    pub fn take_dropped(&self) -> Answer<Vec<PathBuf>> {
        let dropped = std::mem::take(&mut self.lock().dropped);
        if dropped.is_empty() {
            return Err(Failure::refused(
                "nothing_dropped",
                "nothing was dropped",
                "Drop the files once more.",
            ));
        }
        Ok(dropped)
    }

    /// Checks that a person gave all of these.
    pub fn check(&self, paths: Vec<String>) -> Answer<Vec<PathBuf>> {
        let paths: Vec<_> = paths.into_iter().map(PathBuf::from).collect();
        let given = self.lock();
        if paths.iter().all(|path| given.has(path)) {
            return Ok(paths);
        }
        Err(Failure::refused(
            "path_not_offered",
            "this file was not chosen in a dialog and not dropped",
            "Drop it onto the window, or choose it with Upload.",
        ))
    }

    fn lock(&self) -> MutexGuard<'_, Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Given {
    fn remember(&mut self, paths: &[PathBuf]) {
        self.paths.extend(paths.iter().cloned());
        let surplus = self.paths.len().saturating_sub(PATHS_MAX);
        self.paths.drain(..surplus);
    }

    fn has(&self, path: &Path) -> bool {
        self.paths.iter().any(|given| given == path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_given_paths_pass() {
        let offered = Offered::default();
        offered.chosen(&[PathBuf::from("/home/mara/a.txt")]);
        let check = |path: &str| offered.check(vec![path.to_owned()]).is_ok();
        assert!(check("/home/mara/a.txt"));
        assert!(!check("/home/mara/.ssh/id_ed25519"));
        assert!(!check("/home/mara/../mara/a.txt"));
    }

    #[test]
    fn a_drop_is_taken_once() {
        let offered = Offered::default();
        offered.dropped(vec![PathBuf::from("/a")]);
        assert_eq!(offered.take_dropped().unwrap(), [PathBuf::from("/a")]);
        assert_eq!(offered.take_dropped().unwrap_err().code, "nothing_dropped");
    }
}
