//! An open vault and its catalog, joined: what every use case stands on.

use std::fmt;
use std::sync::Arc;

use stave_catalog::{Catalog, WriteTx};
use stave_model::{Change, Clock, Ids};
use stave_store::Error as StoreError;
use stave_vault::{BlobId, Vault};

use crate::access::KeyUses;
use crate::changes::Changes;
use crate::error::{Error, Result};
use crate::keys::Keys;
use crate::kms::Kms;
use crate::objects::Recorder;
use crate::open_bodies::OpenBodies;
use crate::sweep::Sweeper;

/// The open parts. The use cases are its methods, one file for each noun.
pub(crate) struct Core {
    pub(crate) vault: Arc<Vault>,
    pub(crate) catalog: Arc<Catalog>,
    /// The keys of SSE-S3.
    pub(crate) keys: Arc<Keys>,
    /// What authenticates the key service's rows and the audit.
    pub(crate) kms: Arc<Kms>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    /// The region that stands in the ARNs of keys.
    pub(crate) region: String,
    pub(crate) changes: Arc<Changes>,
    pub(crate) bodies: Arc<OpenBodies>,
    pub(crate) sweeper: Sweeper,
    pub(crate) key_uses: KeyUses,
}

impl Core {
    /// Refuses a write once a failed sync or commit has made the vault read-only.
    pub(crate) fn writable(&self) -> Result<()> {
        if self.vault.is_read_only() || self.catalog.is_read_only() {
            return Err(StoreError::ReadOnly.into());
        }
        Ok(())
    }

    /// Refuses a write that makes the disk fuller also where no room can be held back for deletes.
    pub(crate) fn has_room(&self) -> Result<()> {
        self.writable()?;
        Ok(self.vault.hold_room()?)
    }

    /// Writes what leads to free room: on a full disk, in the room that is held back for it.
    pub(crate) fn write_freeing<T, W>(&self, write: impl Fn() -> W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&WriteTx<'_>) -> Result<T> + Send + 'static,
    {
        match self.catalog.write(write()) {
            Err(Error::Catalog(stave_catalog::Error::DiskFull)) if self.vault.release_room()? => {
                self.catalog.write(write())
            }
            outcome => outcome,
        }
    }

    /// Returns what turns drafts into rows.
    pub(crate) fn recorder(&self) -> Recorder {
        Recorder {
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
        }
    }

    /// Commits the rows that name `new_files`; hands the files to the sweep where the commit surely
    /// did not happen.
    pub(crate) fn commit<T, F>(&self, new_files: Vec<BlobId>, write: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&WriteTx<'_>) -> Result<T> + Send + 'static,
    {
        let outcome = self.catalog.write(write);
        match &outcome {
            Ok(_) | Err(Error::Catalog(stave_catalog::Error::OutcomeUnknown(_))) => {}
            Err(_) => self.sweeper.take_orphans(new_files),
        }
        outcome
    }

    /// Mints the id of a blob.
    pub(crate) fn new_blob_id(&self) -> BlobId {
        BlobId::from_bytes(self.ids.random_16())
    }

    /// Tells the listeners of a change that is durable.
    pub(crate) fn publish(&self, change: &Change) {
        self.changes.publish(change);
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").finish_non_exhaustive()
    }
}
