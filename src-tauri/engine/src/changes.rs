//! The feed of changes: told after a commit, whoever wrote.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use stave_model::Change;

/// Hears of each change. Must be quick: it is called by the writer's thread of execution.
pub type Listener = Box<dyn Fn(&Change) + Send + Sync>;

/// Everyone who hears of changes.
#[derive(Default)]
pub struct Changes {
    listeners: Mutex<Vec<Listener>>,
}

impl Changes {
    /// Adds a listener.
    pub fn listen(&self, listener: Listener) {
        self.lock().push(listener);
    }

    /// Tells everyone.
    pub fn publish(&self, change: &Change) {
        for listener in self.lock().iter() {
            listener(change);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Listener>> {
        self.listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").finish_non_exhaustive()
    }
}
