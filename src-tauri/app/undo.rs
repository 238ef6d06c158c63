//! The way back from a deletion on a versioned bucket: the delete markers that it made.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use stave_model::{BucketName, Conditions, ObjectKey, VersionId};
use stave_store::{DeleteObject, ObjectRef, Result, Store};

use crate::args::window_user;
use crate::errors::{Answer, Failure};
use crate::views::Undone;

/// The most markers that are remembered, over all deletions: some 40 MB.
const MARKERS_MAX: usize = 200_000;

/// The most deletions that are remembered.
const DELETIONS_MAX: usize = 20;

/// S3 deletes no more in one request.
const BATCH: usize = 1_000;

/// A delete marker.
pub type Marker = (ObjectKey, VersionId);

struct Deletion {
    id: u64,
    bucket: BucketName,
    markers: Vec<Marker>,
}

/// The deletions that can be undone.
#[derive(Default)]
pub struct Undos {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    next: u64,
    deletions: VecDeque<Deletion>,
}

impl Undos {
    /// Remembers a deletion; `None` where it has nothing to undo or is too large to remember.
    pub fn keep(&self, bucket: BucketName, markers: Vec<Marker>) -> Option<u64> {
        if markers.is_empty() || markers.len() > MARKERS_MAX {
            return None;
        }
        let mut kept = self.lock();
        kept.next += 1;
        let id = kept.next;
        kept.deletions.push_back(Deletion {
            id,
            bucket,
            markers,
        });
        while kept.is_too_much() {
            kept.deletions.pop_front();
        }
        Some(id)
    }

    /// Removes the markers of a deletion, so that what they hid is back.
    pub async fn undo(&self, id: u64, store: &dyn Store) -> Answer<Undone> {
        let deletion = self.lock().take(id).ok_or_else(|| {
            Failure::refused(
                "nothing_to_undo",
                "this deletion cannot be undone any more",
                "Show deleted objects and undelete them one by one.",
            )
        })?;
        match deletion.remove_markers(store).await {
            Ok(restored) => Ok(Undone { restored }),
            Err(error) => {
                // Removing a marker twice is no error: the same undo can be tried again.
                self.lock().deletions.push_back(deletion);
                Err(error.into())
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deletion {
    /// Removes all markers that can be removed; fails with the first that cannot.
    async fn remove_markers(&self, store: &dyn Store) -> Result<u64> {
        let mut restored = 0;
        let mut failed = None;
        for batch in self.markers.chunks(BATCH) {
            let deletes = batch.iter().map(|marker| self.removal(marker)).collect();
            for (_, done) in store.delete_objects(&self.bucket, deletes).await? {
                match done {
                    Ok(_) => restored += 1,
                    Err(error) => failed = failed.or(Some(error)),
                }
            }
        }
        failed.map_or(Ok(restored), Err)
    }

    fn removal(&self, (key, marker): &Marker) -> DeleteObject {
        DeleteObject {
            object: ObjectRef {
                bucket: self.bucket.clone(),
                key: key.clone(),
                version: Some(marker.clone()),
            },
            owner: window_user(),
            conditions: Conditions::default(),
        }
    }
}

impl Kept {
    fn is_too_much(&self) -> bool {
        let markers: usize = self.deletions.iter().map(|d| d.markers.len()).sum();
        markers > MARKERS_MAX || self.deletions.len() > DELETIONS_MAX
    }

    fn take(&mut self, id: u64) -> Option<Deletion> {
        let at = self.deletions.iter().position(|d| d.id == id)?;
        self.deletions.remove(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(undos: &Undos, count: usize) -> Option<u64> {
        let bucket = BucketName::parse("photos").unwrap();
        let key = ObjectKey::parse("a").unwrap();
        undos.keep(bucket, vec![(key, VersionId::Null); count])
    }

    #[test]
    fn the_oldest_deletion_is_forgotten_first() {
        let undos = Undos::default();
        let first = keep(&undos, MARKERS_MAX - 1).unwrap();
        let second = keep(&undos, 2).unwrap();
        assert!(undos.lock().take(first).is_none());
        assert!(undos.lock().take(second).is_some());
    }

    #[test]
    fn what_is_too_large_is_not_offered() {
        let undos = Undos::default();
        assert_eq!(keep(&undos, MARKERS_MAX + 1), None);
        assert_eq!(keep(&undos, 0), None);
    }
}
