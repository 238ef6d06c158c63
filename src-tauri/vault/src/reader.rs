//! A sealed body being read: the chunks that a range covers, each authenticated before a byte of it
//! leaves.

use std::io;
use std::sync::Arc;

use crate::folder::BlobFolder;
use crate::header::{HEADER_BYTES, PREAMBLE_BYTES, Preamble};
use crate::seal::Opener;
use crate::{BlobId, Damage, DataKey, DiskReader, Error, Result};

/// An open blob whose header was checked against its key and whose length is the expected one.
#[derive(Debug)]
pub struct BlobReader {
    body: Arc<Body>,
}

#[derive(Debug)]
struct Body {
    /// Tells when the vault is locked.
    folder: Arc<BlobFolder>,
    sealed: Box<dyn DiskReader>,
    opener: Opener,
}

impl BlobReader {
    /// Opens a kept blob.
    pub(crate) fn open_file(
        folder: &Arc<BlobFolder>,
        key: &DataKey,
        blob: BlobId,
        plaintext_len: u64,
    ) -> Result<Self> {
        folder.check_unlocked()?;
        let file = open_kept(folder, blob)?;
        Self::open(folder, file, key, blob, plaintext_len)
    }

    /// Opens a body that was sealed in memory.
    pub(crate) fn open_small(
        folder: &Arc<BlobFolder>,
        sealed: Vec<u8>,
        key: &DataKey,
        blob: BlobId,
        plaintext_len: u64,
    ) -> Result<Self> {
        folder.check_unlocked()?;
        let sealed = Box::new(InMemory(sealed));
        Self::open(folder, sealed, key, blob, plaintext_len)
    }

    fn open(
        folder: &Arc<BlobFolder>,
        sealed: Box<dyn DiskReader>,
        key: &DataKey,
        blob: BlobId,
        plaintext_len: u64,
    ) -> Result<Self> {
        let sealed_len = sealed.size_bytes().map_err(Error::io("opening a blob"))?;
        let mut header = [0; HEADER_BYTES];
        read_exact(&*sealed, blob, &mut header, 0)?;
        let opener = Opener::new(key, blob, &header, plaintext_len, sealed_len)?;
        let folder = Arc::clone(folder);
        let body = Arc::new(Body {
            folder,
            sealed,
            opener,
        });
        Ok(Self { body })
    }

    /// Checks a kept blob as far as that goes without its key.
    pub(crate) fn check_file(folder: &BlobFolder, blob: BlobId, plaintext_len: u64) -> Result<()> {
        check_outside(&*open_kept(folder, blob)?, blob, plaintext_len)
    }

    /// Checks a body that was sealed in memory as far as that goes without its key.
    pub(crate) fn check_small(sealed: Vec<u8>, blob: BlobId, plaintext_len: u64) -> Result<()> {
        check_outside(&InMemory(sealed), blob, plaintext_len)
    }

    /// Returns the length of the plaintext.
    pub fn plaintext_len(&self) -> u64 {
        self.body.opener.plaintext_len()
    }

    /// Reads a range of the plaintext, chunk by chunk. A range that is not inside the blob is
    /// [`Error::RangeOutside`]. The chunks do not borrow the reader.
    pub fn read_range(&self, offset: u64, length: u64) -> Result<BlobChunks> {
        let end = offset.checked_add(length).ok_or(Error::RangeOutside)?;
        if end > self.plaintext_len() {
            return Err(Error::RangeOutside);
        }
        // A body of no bytes has a chunk all the same, and it is authenticated like any other.
        let left = if self.plaintext_len() == 0 {
            Left::EmptyBody
        } else {
            Left::Bytes { offset, end }
        };
        let body = Arc::clone(&self.body);
        Ok(BlobChunks { body, left })
    }
}

/// The chunks of a range. Each was authenticated before a byte of it is given out.
#[derive(Debug)]
pub struct BlobChunks {
    body: Arc<Body>,
    left: Left,
}

#[derive(Debug, Clone, Copy)]
enum Left {
    EmptyBody,
    Bytes { offset: u64, end: u64 },
    Nothing,
}

impl BlobChunks {
    /// Returns the next bytes (1 byte to 64 KiB), or `None` after the last. After an error there is
    /// nothing more.
    pub fn next_chunk(&mut self) -> Result<Option<Vec<u8>>> {
        match std::mem::replace(&mut self.left, Left::Nothing) {
            Left::Nothing => Ok(None),
            Left::EmptyBody => self.body.read_chunk(0).map(|_| None),
            Left::Bytes { offset, end } if offset >= end => Ok(None),
            Left::Bytes { offset, end } => self.next_bytes(offset, end).map(Some),
        }
    }

    fn next_bytes(&mut self, offset: u64, end: u64) -> Result<Vec<u8>> {
        let size = self.body.opener.chunk_size();
        let index = size.index_of(offset);
        let chunk_start = size.plaintext_offset(index);
        let mut chunk = self.body.read_chunk(index)?;
        let chunk_end = chunk_start + chunk.len() as u64;
        let inside = |offset: u64| {
            usize::try_from(offset - chunk_start)
                .expect("the offset lies in a chunk of at most 1 MiB")
        };
        chunk.truncate(inside(end.min(chunk_end)));
        chunk.drain(..inside(offset));
        let offset = end.min(chunk_end);
        self.left = Left::Bytes { offset, end };
        Ok(chunk)
    }
}

impl Body {
    fn read_chunk(&self, index: u64) -> Result<Vec<u8>> {
        self.folder.check_unlocked()?;
        let (offset, sealed_len) = self.opener.sealed_chunk(index);
        let mut chunk = vec![0; sealed_len];
        read_exact(&*self.sealed, self.opener.blob(), &mut chunk, offset)?;
        self.opener.open(index, &mut chunk)?;
        Ok(chunk)
    }
}

fn open_kept(folder: &BlobFolder, blob: BlobId) -> Result<Box<dyn DiskReader>> {
    let opened = folder.disk().open(&folder.dir().blob(blob));
    opened.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::MissingBlob(blob),
        _ => Error::io("opening a blob")(error),
    })
}

/// Checks header and length.
fn check_outside(sealed: &dyn DiskReader, blob: BlobId, plaintext_len: u64) -> Result<()> {
    let damaged = |damage| Error::Damaged { blob, damage };
    let sealed_len = sealed.size_bytes().map_err(Error::io("opening a blob"))?;
    let mut bytes = [0; PREAMBLE_BYTES];
    read_exact(sealed, blob, &mut bytes, 0)?;
    let preamble = Preamble::decode(&bytes).filter(|preamble| preamble.blob == blob);
    let preamble = preamble.ok_or_else(|| damaged(Damage::Header))?;
    if preamble.chunks.sealed_len(plaintext_len) == Some(sealed_len) {
        Ok(())
    } else {
        Err(damaged(Damage::Length))
    }
}

/// Reads bytes that must be there: a file that ends before them is damaged.
fn read_exact(sealed: &dyn DiskReader, blob: BlobId, buffer: &mut [u8], offset: u64) -> Result<()> {
    sealed
        .read_exact_at(buffer, offset)
        .map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Error::Damaged {
                blob,
                damage: Damage::Length,
            },
            _ => Error::io("reading a blob")(error),
        })
}

/// A sealed body that came out of a row.
#[derive(Debug)]
struct InMemory(Vec<u8>);

impl DiskReader for InMemory {
    fn size_bytes(&self) -> io::Result<u64> {
        Ok(self.0.len() as u64)
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let bytes = usize::try_from(offset)
            .ok()
            .and_then(|start| self.0.get(start..)?.get(..buffer.len()))
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(bytes);
        Ok(())
    }
}
