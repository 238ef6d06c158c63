//! Staging.
use crate::{BlobId, Result};

/// A body being sealed into `tmp/`. Holds one chunk in memory. Dropped before it is kept, its file goes.
#[derive(Debug)]
pub struct Staging;

impl Staging {
    /// Appends plaintext.
    pub fn write_all(&mut self, plaintext: &[u8]) -> Result<()> {
        let _ = plaintext;
        todo!()
    }
    /// Returns how many bytes of plaintext came so far.
    pub fn plaintext_len(&self) -> u64 {
        todo!()
    }
    /// Seals the last chunk. Nothing is durable yet.
    pub fn finish(self) -> Result<Staged> {
        todo!()
    }
}

/// A sealed body in `tmp/`, whole but not durable. Dropped, its file goes.
#[derive(Debug)]
pub struct Staged;

impl Staged {
    /// Returns the length of the plaintext.
    pub fn plaintext_len(&self) -> u64 {
        todo!()
    }
    /// Makes the file durable under its final name: file synced, moved, its folder synced, and each folder made on
    /// the way synced in its parent. After an error the file is gone.
    pub fn keep(self) -> Result<Kept> {
        todo!()
    }
}

/// A blob that is durable under its final name. Dropping it changes nothing: a blob that no row names is the sweep's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The blob.
    pub blob: BlobId,
    /// The length of the file.
    pub sealed_len: u64,
}
