//! The bytes of a version on their way out: part after part, chunk after chunk, each authenticated.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use stave_store::BodyError;
use stave_vault::{BlobChunks, BlobId, DataKey, Vault};

use crate::error::Result;
use crate::open_bodies::Hold;

/// A range of one part that is to be read.
pub(crate) struct Piece {
    pub(crate) blob: BlobId,
    pub(crate) key: DataKey,
    /// The sealed bytes of a blob that lives in a row.
    pub(crate) sealed: Option<Vec<u8>>,
    /// The length of the whole part.
    pub(crate) size_bytes: u64,
    /// Where to begin in it.
    pub(crate) offset: u64,
    /// How much to read of it.
    pub(crate) length: u64,
}

/// A body being read. Holds its blobs from the sweep, and no transaction.
pub(crate) struct Reading {
    vault: Arc<Vault>,
    pieces: VecDeque<Piece>,
    open: Option<BlobChunks>,
    _hold: Hold,
}

impl Reading {
    pub(crate) fn new(vault: Arc<Vault>, pieces: Vec<Piece>, hold: Hold) -> Self {
        Self {
            vault,
            pieces: pieces.into(),
            open: None,
            _hold: hold,
        }
    }

    /// Returns the next bytes; `None` after the last.
    pub(crate) fn next_plain(&mut self) -> Result<Option<Bytes>> {
        loop {
            if let Some(chunks) = &mut self.open {
                if let Some(chunk) = chunks.next_chunk()? {
                    return Ok(Some(Bytes::from(chunk)));
                }
                self.open = None;
            }
            let Some(piece) = self.pieces.pop_front() else {
                return Ok(None);
            };
            self.open = Some(self.open_piece(piece)?);
        }
    }

    /// Returns the next bytes as a stream tells them.
    pub(crate) fn next_chunk(&mut self) -> Result<Option<Bytes>, BodyError> {
        self.next_plain().map_err(crate::error::Error::into_body)
    }

    fn open_piece(&self, piece: Piece) -> Result<BlobChunks> {
        let reader = match piece.sealed {
            Some(sealed) => {
                self.vault
                    .open_small(&piece.key, piece.blob, sealed, piece.size_bytes)?
            }
            None => self
                .vault
                .open_file(&piece.key, piece.blob, piece.size_bytes)?,
        };
        Ok(reader.read_range(piece.offset, piece.length)?)
    }
}
