//! The vault.
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use stave_model::{Clock, SystemClock, Timestamp};
use zeroize::Zeroizing;

use crate::{
    BlobId, BlobReader, Blobs, DataKey, Disk, Holder, Kek, PassphraseCost, RealDisk, RecoveryWords,
    Result, SlotKind, Staging, VaultDir, VaultId, WrappedKek,
};

/// Whether a folder holds a vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// It holds none.
    Absent,
    /// It holds one.
    Present {
        /// Its id.
        id: VaultId,
        /// When it was made.
        created: Timestamp,
        /// The ways in.
        slots: Vec<SlotKind>,
    },
}

/// What a vault stands on. The default is the real disk and clock.
#[derive(Debug, Clone)]
pub struct VaultOptions {
    /// The disk.
    pub disk: Arc<dyn Disk>,
    /// What stretching a new passphrase costs.
    pub passphrase_cost: PassphraseCost,
}

impl Default for VaultOptions {
    fn default() -> Self {
        let _ = SystemClock.now();
        Self {
            disk: Arc::new(RealDisk),
            passphrase_cost: PassphraseCost::default(),
        }
    }
}

/// An open vault. One process has it open at a time; dropping it lets go of it. `Send` and `Sync`.
#[derive(Debug)]
pub struct Vault;

impl Vault {
    /// Tells whether the folder holds a vault, without opening it.
    pub fn probe(dir: &Path) -> Result<Presence> {
        let _ = dir;
        todo!()
    }
    /// Creates a vault, held by `holder` and by recovery words that are returned this once.
    pub fn create(
        dir: &Path,
        holder: &Holder,
        options: VaultOptions,
    ) -> Result<(Self, RecoveryWords)> {
        let _ = (dir, holder, options);
        todo!()
    }
    /// Opens an existing vault.
    pub fn open(dir: &Path, holder: &Holder, options: VaultOptions) -> Result<Self> {
        let _ = (dir, holder, options);
        todo!()
    }
    /// Returns the id.
    pub fn id(&self) -> VaultId {
        todo!()
    }
    /// Returns the folder.
    pub fn dir(&self) -> &VaultDir {
        todo!()
    }
    /// Returns the ways in.
    pub fn slots(&self) -> Vec<SlotKind> {
        todo!()
    }
    /// Adds a way in, or replaces the one of that kind: after recovery on a new computer, or for a new passphrase.
    pub fn add_holder(&self, holder: &Holder) -> Result<()> {
        let _ = holder;
        todo!()
    }
    /// Replaces the recovery words; the former ones open the vault no more.
    pub fn renew_recovery_words(&self) -> Result<RecoveryWords> {
        todo!()
    }
    /// Mints a key-encryption key.
    pub fn new_kek(&self, name: &str, version: u32) -> Result<WrappedKek> {
        let _ = (name, version);
        todo!()
    }
    /// Opens a key-encryption key of that name and version.
    pub fn open_kek(&self, wrapped: &WrappedKek, name: &str, version: u32) -> Result<Kek> {
        let _ = (wrapped, name, version);
        todo!()
    }
    /// Seals a small secret under a label that must be told again to open it.
    pub fn seal_secret(&self, label: &str, plaintext: &[u8]) -> Result<Vec<u8>> {
        let _ = (label, plaintext);
        todo!()
    }
    /// Opens a small secret.
    pub fn open_secret(&self, label: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let _ = (label, sealed);
        todo!()
    }
    /// Begins to seal a body into a file.
    pub fn stage(&self, key: &DataKey, blob: BlobId) -> Result<Staging> {
        let _ = (key, blob);
        todo!()
    }
    /// Seals a small body in memory, in the format of a file.
    pub fn seal_small(&self, key: &DataKey, blob: BlobId, plaintext: &[u8]) -> Result<Vec<u8>> {
        let _ = (key, blob, plaintext);
        todo!()
    }
    /// Opens a kept blob.
    pub fn open_file(&self, key: &DataKey, blob: BlobId, plaintext_len: u64) -> Result<BlobReader> {
        let _ = (key, blob, plaintext_len);
        todo!()
    }
    /// Opens a body that was sealed in memory.
    pub fn open_small(
        &self,
        key: &DataKey,
        blob: BlobId,
        sealed: Vec<u8>,
        plaintext_len: u64,
    ) -> Result<BlobReader> {
        let _ = (key, blob, sealed, plaintext_len);
        todo!()
    }
    /// Removes a kept blob. One that is not there is none to remove.
    pub fn remove_blob(&self, blob: BlobId) -> Result<()> {
        let _ = blob;
        todo!()
    }
    /// Tells whether a blob is kept.
    pub fn blob_exists(&self, blob: BlobId) -> Result<bool> {
        let _ = blob;
        todo!()
    }
    /// Returns when a kept blob was written.
    pub fn blob_modified(&self, blob: BlobId) -> Result<SystemTime> {
        let _ = blob;
        todo!()
    }
    /// Lists the kept blobs.
    pub fn list_blobs(&self) -> Result<Blobs> {
        todo!()
    }
    /// Empties `tmp/` of what a former process left. Done when the vault is opened; nothing else is to be staged.
    pub fn clear_tmp(&self) -> Result<()> {
        todo!()
    }
    /// Tells whether a failed sync made the vault read-only until it is opened again.
    pub fn is_read_only(&self) -> bool {
        todo!()
    }
}
