//! Which blobs are being read. The sweep unlinks none of them.
//!
//! A read looks up its row and registers its blobs under the shared side of one lock; the sweep
//! decides and unlinks under the exclusive side. So a blob whose row was seen is either registered
//! before the sweep looks, or was queued before the row was sought, and then the row is not found.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

/// The raw id of a blob.
pub type RawBlobId = [u8; 16];

/// The blobs that requests hold.
#[derive(Default)]
pub struct OpenBodies {
    gate: RwLock<()>,
    held: Mutex<HashMap<RawBlobId, usize>>,
    /// The sweep passed over a held blob and wants to hear when one is let go.
    sweep_waits: AtomicBool,
    on_release: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

/// Holds blobs until it is dropped.
#[derive(Debug)]
pub struct Hold {
    bodies: Arc<OpenBodies>,
    blobs: Vec<RawBlobId>,
}

impl OpenBodies {
    /// Sets what is called when a blob is let go that the sweep passed over. Set once.
    pub fn on_release(&self, call: impl Fn() + Send + Sync + 'static) {
        // A second call would be another engine over the same bodies, of which there is none.
        drop(self.on_release.set(Box::new(call)));
    }

    /// Looks something up and holds the blobs that it names; the sweep waits meanwhile.
    pub fn hold<T, E>(
        self: &Arc<Self>,
        look_up: impl FnOnce() -> Result<(T, Vec<RawBlobId>), E>,
    ) -> Result<(T, Hold), E> {
        let _gate = self.gate.read().unwrap_or_else(PoisonError::into_inner);
        let (found, blobs) = look_up()?;
        let mut held = self.lock();
        for blob in &blobs {
            *held.entry(*blob).or_insert(0) += 1;
        }
        drop(held);
        let bodies = Arc::clone(self);
        Ok((found, Hold { bodies, blobs }))
    }

    /// Runs `unlink` for `blob` if nothing holds it; no look-up runs meanwhile. Returns `None` if
    /// it is held.
    pub fn unless_held<T>(&self, blob: &RawBlobId, unlink: impl FnOnce() -> T) -> Option<T> {
        let _gate = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        if self.lock().contains_key(blob) {
            self.sweep_waits.store(true, Ordering::SeqCst);
            return None;
        }
        Some(unlink())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RawBlobId, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut held = self.bodies.lock();
        for blob in &self.blobs {
            if let Some(count) = held.get_mut(blob) {
                *count -= 1;
                if *count == 0 {
                    held.remove(blob);
                }
            }
        }
        drop(held);
        if self.bodies.sweep_waits.swap(false, Ordering::SeqCst)
            && let Some(call) = self.bodies.on_release.get()
        {
            call();
        }
    }
}

impl fmt::Debug for OpenBodies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenBodies").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn hold(bodies: &Arc<OpenBodies>, blob: RawBlobId) -> Hold {
        bodies
            .hold(|| Ok::<_, Infallible>(((), vec![blob])))
            .unwrap()
            .1
    }

    #[test]
    fn a_blob_is_free_only_after_its_last_holder() {
        let bodies = Arc::new(OpenBodies::default());
        let first = hold(&bodies, [1; 16]);
        let second = hold(&bodies, [1; 16]);
        drop(first);
        assert_eq!(bodies.unless_held(&[1; 16], || "unlinked"), None);
        assert_eq!(
            bodies.unless_held(&[2; 16], || "unlinked"),
            Some("unlinked")
        );
        drop(second);
        assert_eq!(
            bodies.unless_held(&[1; 16], || "unlinked"),
            Some("unlinked")
        );
    }
}
