//! The sealed bodies of a vault.

use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use crate::{BlobId, BlobReader, Blobs, DataKey, Error, Result, Staging, Vault, seal};

impl Vault {
    /// Begins to seal a body into a file.
    pub fn stage(&self, key: &DataKey, blob: BlobId) -> Result<Staging> {
        Staging::begin(&self.folder, key, blob)
    }

    /// Seals a small body in memory, in the format of a file.
    pub fn seal_small(&self, key: &DataKey, blob: BlobId, plaintext: &[u8]) -> Result<Vec<u8>> {
        self.folder.check_unlocked()?;
        seal::seal_whole(key, blob, plaintext)
    }

    /// Opens a kept blob: its header is checked against key and id, its length against the
    /// plaintext's.
    pub fn open_file(&self, key: &DataKey, blob: BlobId, plaintext_len: u64) -> Result<BlobReader> {
        BlobReader::open_file(&self.folder, key, blob, plaintext_len)
    }

    /// Opens a body that was sealed in memory, with the same checks.
    pub fn open_small(
        &self,
        key: &DataKey,
        blob: BlobId,
        sealed: Vec<u8>,
        plaintext_len: u64,
    ) -> Result<BlobReader> {
        BlobReader::open_small(&self.folder, sealed, key, blob, plaintext_len)
    }

    /// Checks what shows of a kept blob without its key: that it is there, that its header names it, and
    /// that its length is that of a plaintext of this length.
    pub fn check_file(&self, blob: BlobId, plaintext_len: u64) -> Result<()> {
        BlobReader::check_file(&self.folder, blob, plaintext_len)
    }

    /// Checks the same of a body that was sealed in memory.
    pub fn check_small(&self, blob: BlobId, sealed: Vec<u8>, plaintext_len: u64) -> Result<()> {
        BlobReader::check_small(sealed, blob, plaintext_len)
    }

    /// Removes a kept blob. One that is not there is removed already. The removal is not synced: a
    /// file that comes back after a power cut is one that no row names.
    pub fn remove_blob(&self, blob: BlobId) -> Result<()> {
        match self.folder.disk().remove(&self.dir().blob(blob)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed.map_err(Error::io("removing a blob")),
        }
    }

    /// Tells whether a blob is kept.
    pub fn blob_exists(&self, blob: BlobId) -> Result<bool> {
        let exists = self.folder.disk().exists(&self.dir().blob(blob));
        exists.map_err(Error::io("looking for a blob"))
    }

    /// Returns when a kept blob was written.
    pub fn blob_modified(&self, blob: BlobId) -> Result<SystemTime> {
        let modified = self.folder.disk().modified(&self.dir().blob(blob));
        modified.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::MissingBlob(blob),
            _ => Error::io("looking for a blob")(error),
        })
    }

    /// Lists the kept blobs.
    pub fn list_blobs(&self) -> Result<Blobs> {
        Blobs::new(Arc::clone(&self.folder))
    }

    /// Empties `tmp/` of what a former process left. Done when the vault is opened; bodies that are
    /// being staged would lose their files.
    pub fn clear_tmp(&self) -> Result<()> {
        let clearing = || Error::io("clearing tmp");
        let (disk, tmp) = (self.folder.disk(), self.dir().tmp());
        let names = disk.list(&tmp).map_err(clearing())?;
        // Our names only: what a stranger put here is not ours to remove.
        let bodies = names.iter().filter_map(|n| BlobId::parse(n.to_str()?));
        for blob in bodies {
            disk.remove(&self.dir().staging(blob)).map_err(clearing())?;
        }
        Ok(())
    }
}
