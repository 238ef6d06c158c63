//! The listing of kept blobs.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::folder::BlobFolder;
use crate::{BlobId, Error, Result};

/// The kept blobs of a vault, folder by folder, in no order. Holds the names of one folder at a
/// time. Files that are no blobs are passed over.
#[derive(Debug)]
pub struct Blobs {
    folder: Arc<BlobFolder>,
    outer: Vec<PathBuf>,
    inner: Vec<PathBuf>,
    found: Vec<BlobId>,
}

impl Blobs {
    pub(crate) fn new(folder: Arc<BlobFolder>) -> Result<Self> {
        let blobs = folder.dir().blobs();
        let outer = names(&folder, &blobs)?;
        Ok(Self {
            outer: outer.into_iter().map(|name| blobs.join(name)).collect(),
            folder,
            inner: Vec::new(),
            found: Vec::new(),
        })
    }
}

impl Iterator for Blobs {
    type Item = Result<BlobId>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(blob) = self.found.pop() {
                return Some(Ok(blob));
            }
            let read = if let Some(shard) = self.inner.pop() {
                blobs_in(&self.folder, &shard).map(|found| self.found = found)
            } else {
                let outer = self.outer.pop()?;
                names(&self.folder, &outer)
                    .map(|found| self.inner = found.iter().map(|n| outer.join(n)).collect())
            };
            if let Err(error) = read {
                return Some(Err(error));
            }
        }
    }
}

fn blobs_in(folder: &BlobFolder, shard: &Path) -> Result<Vec<BlobId>> {
    let parsed = names(folder, shard)?
        .into_iter()
        .filter_map(|name| BlobId::parse(name.to_str()?))
        .filter(|blob| folder.dir().shard(*blob) == shard)
        .collect();
    Ok(parsed)
}

fn names(folder: &BlobFolder, path: &Path) -> Result<Vec<OsString>> {
    match folder.disk().list(path) {
        Ok(names) => Ok(names),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(Vec::new()),
        Err(error) => Err(Error::io("listing blobs")(error)),
    }
}
