//! A body on its way to the disk: staging (being sealed), staged (whole), kept (durable). Dropped
//! on the way, its file goes.

use std::path::PathBuf;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::cipher::TAG_BYTES;
use crate::folder::BlobFolder;
use crate::header::ChunkSize;
use crate::seal::{Position, Sealer};
use crate::{BlobId, DataKey, DiskWriter, Error, Result};

const SIZE: ChunkSize = ChunkSize::DEFAULT;

/// A body being sealed into `tmp/`. Holds one chunk in memory. Dropped, its file goes.
#[derive(Debug)]
pub struct Staging {
    sealer: Sealer,
    /// The plaintext of the chunk that is filling up. It is sealed in place, and only when more
    /// comes after it: the last chunk is sealed as the last.
    chunk: Zeroizing<Vec<u8>>,
    plaintext_len: u64,
    // Dropped in this order: some systems do not remove a file that is open.
    output: Output,
    unkept: Unkept,
}

/// The file of a body being sealed.
#[derive(Debug)]
struct Output {
    file: Box<dyn DiskWriter>,
    /// A write failed: the file ends nobody knows where, and nothing more goes into it.
    broken: bool,
}

impl Output {
    fn write(&mut self, sealed: &[u8]) -> Result<()> {
        if self.broken {
            return Err(Error::BrokenBody);
        }
        let written = self.file.write_all(sealed);
        self.broken = written.is_err();
        written.map_err(Error::io("writing a body"))
    }
}

impl Staging {
    pub(crate) fn begin(folder: &Arc<BlobFolder>, key: &DataKey, blob: BlobId) -> Result<Self> {
        folder.check_writable()?;
        let (sealer, header) = Sealer::begin(key, blob, SIZE)?;
        let path = folder.dir().staging(blob);
        let created = folder.disk().create_new(&path);
        let file = created.map_err(Error::io("creating a file for a body"))?;
        let mut staging = Self {
            sealer,
            chunk: Zeroizing::new(Vec::with_capacity(SIZE.bytes() + TAG_BYTES)),
            plaintext_len: 0,
            output: Output {
                file,
                broken: false,
            },
            unkept: Unkept {
                folder: Arc::clone(folder),
                blob,
                path: Some(path),
            },
        };
        staging.output.write(&header)?;
        Ok(staging)
    }

    /// Appends plaintext. After an error the body cannot be finished.
    pub fn write_all(&mut self, mut plaintext: &[u8]) -> Result<()> {
        while !plaintext.is_empty() {
            if self.chunk.len() == SIZE.bytes() {
                self.seal_chunk(Position::Inner)?;
            }
            let room = SIZE.bytes() - self.chunk.len();
            let (now, later) = plaintext.split_at(plaintext.len().min(room));
            self.chunk.extend_from_slice(now);
            self.plaintext_len += now.len() as u64;
            plaintext = later;
        }
        Ok(())
    }

    /// Returns how many bytes of plaintext came so far.
    pub fn plaintext_len(&self) -> u64 {
        self.plaintext_len
    }

    /// Seals the last chunk. Nothing is durable yet.
    pub fn finish(mut self) -> Result<Staged> {
        self.seal_chunk(Position::Last)?;
        Ok(Staged {
            plaintext_len: self.plaintext_len,
            file: self.output.file,
            unkept: self.unkept,
        })
    }

    fn seal_chunk(&mut self, position: Position) -> Result<()> {
        self.unkept.folder.check_unlocked()?;
        let tag = self.sealer.seal(&mut self.chunk, position)?;
        self.chunk.extend_from_slice(&tag);
        self.output.write(&self.chunk)?;
        self.chunk.clear();
        Ok(())
    }
}

/// A sealed body in `tmp/`, whole but not durable. Dropped, its file goes.
#[derive(Debug)]
pub struct Staged {
    plaintext_len: u64,
    file: Box<dyn DiskWriter>,
    unkept: Unkept,
}

impl Staged {
    /// Returns the length of the plaintext.
    pub fn plaintext_len(&self) -> u64 {
        self.plaintext_len
    }

    /// Makes the file durable under its final name: the file synced, the folders above it made and
    /// synced, the file moved there, its folder synced. After an error the file is gone.
    pub fn keep(self) -> Result<Kept> {
        let Self {
            mut file,
            mut unkept,
            plaintext_len,
        } = self;
        let (folder, blob) = (Arc::clone(&unkept.folder), unkept.blob);
        folder.check_writable()?;
        folder.judge_sync("syncing a body", file.sync())?;
        drop(file);
        folder.make_shard(blob)?;
        unkept.move_into_place()?;
        folder.sync_dir(&folder.dir().shard(blob))?;
        unkept.path = None;
        let sealed_len = SIZE.sealed_len(plaintext_len).ok_or(Error::BodyTooLong)?;
        Ok(Kept { blob, sealed_len })
    }
}

/// A blob that is durable under its final name. Dropping this changes nothing: a blob that no row
/// names is the sweep's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The blob.
    pub blob: BlobId,
    /// The length of the file.
    pub sealed_len: u64,
}

/// A file that goes unless its path is taken out.
#[derive(Debug)]
struct Unkept {
    folder: Arc<BlobFolder>,
    blob: BlobId,
    path: Option<PathBuf>,
}

impl Unkept {
    fn move_into_place(&mut self) -> Result<()> {
        let doing = "moving a body into its place";
        let (disk, place) = (self.folder.disk(), self.folder.dir().blob(self.blob));
        // A rename would replace what is there. Ids are random and never used twice, so nothing is.
        if disk.exists(&place).map_err(Error::io(doing))? {
            return Err(Error::BlobExists(self.blob));
        }
        if let Some(staged) = &self.path {
            disk.rename(staged, &place).map_err(Error::io(doing))?;
            self.path = Some(place);
        }
        Ok(())
    }
}

impl Drop for Unkept {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // What cannot be removed now is garbage: in `tmp/` the next start removes it, in
            // `blobs/` the sweep.
            let _ = self.folder.disk().remove(path);
        }
    }
}
