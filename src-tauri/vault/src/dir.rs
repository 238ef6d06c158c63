//! Where things lie in the folder of a vault.

use std::path::{Path, PathBuf};

use crate::BlobId;

/// The folder of a vault. Holds paths only; nothing is touched by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultDir {
    root: PathBuf,
}

impl VaultDir {
    /// Names the folder of a vault.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// `vault.json`: format, id and the ways in.
    pub fn manifest(&self) -> PathBuf {
        self.root.join("vault.json")
    }

    /// The `vault.json` of a vault that is being made; without it beside them, other files are those
    /// of a vault.
    pub(crate) fn unfinished_manifest(&self) -> PathBuf {
        self.root.join("vault.json.unfinished")
    }

    /// The file that the one process with the vault open holds locked.
    pub fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// The catalog's database.
    pub fn catalog(&self) -> PathBuf {
        self.root.join("catalog.db")
    }

    /// Room that is held back on the disk for deletes.
    pub(crate) fn room(&self) -> PathBuf {
        self.root.join("room")
    }

    /// Bodies being sealed. Emptied when the vault is opened.
    pub fn tmp(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// Where a body is sealed before it is kept.
    pub fn staging(&self, id: BlobId) -> PathBuf {
        self.tmp().join(id.to_string())
    }

    /// Sealed bodies.
    pub fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    /// The first of the two folders above a blob: `blobs/ab`.
    pub(crate) fn outer_shard(&self, id: BlobId) -> PathBuf {
        self.blobs().join(format!("{:02x}", id.as_bytes()[0]))
    }

    /// The folder of a blob: `blobs/ab/cd`.
    pub(crate) fn shard(&self, id: BlobId) -> PathBuf {
        self.outer_shard(id)
            .join(format!("{:02x}", id.as_bytes()[1]))
    }

    /// A sealed body: `blobs/ab/cd/<32 hex>`, where `abcd` begin the id.
    pub fn blob(&self, id: BlobId) -> PathBuf {
        self.shard(id).join(id.to_string())
    }
}
