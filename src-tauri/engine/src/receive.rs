//! A body on its way in: counted, digested and sealed in one pass, checked before it may be kept.

use bytes::{Bytes, BytesMut};
use stave_catalog::blobs::BlobPlace;
use stave_model::{ChecksumAlgorithm, Checksums};
use stave_store::{BodyError, Error as StoreError};
use stave_vault::{BlobId, DataKey, Staged, Staging};

use crate::core::Core;
use crate::digesting::Digesting;
use crate::digests::{Digester, Digests};
use crate::error::Result;
use crate::expected;
use crate::incoming::Incoming;
use crate::objects::{DraftPart, NewBlob, PartKey};

/// The largest body of one PUT or one part
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>).
pub const BODY_MAX_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// A body up to this size travels in its row: one shared fsync instead of three of its own.
pub const ROW_MAX_BYTES: usize = 16 * 1024;

/// What a request says of its body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected<'a> {
    /// The declared length.
    pub size_bytes: Option<u64>,
    /// The declared digests.
    pub checksums: &'a Checksums,
    /// The algorithm of the checksum that is stored.
    pub stored: ChecksumAlgorithm,
}

/// A body that arrived whole and is what the request declared. Not durable; dropped, it is gone.
#[derive(Debug)]
pub(crate) struct Received {
    /// The blob that it will be.
    pub blob: BlobId,
    /// The key that seals it.
    pub key: DataKey,
    /// Its digests.
    pub digests: Digests,
    /// The raw checksum that is stored.
    pub checksum: Vec<u8>,
    /// Its sealed bytes.
    pub sealed: Sealed,
}

/// Where the sealed bytes of a received body are.
#[derive(Debug)]
pub(crate) enum Sealed {
    /// In memory, for the row.
    Row(Vec<u8>),
    /// In a staged file.
    File(Staged),
}

impl Received {
    /// Makes a received body durable where it is a file; from then on only the sweep unlinks it.
    pub(crate) fn keep(self, number: u16) -> Result<DraftPart> {
        let size_bytes = self.digests.size_bytes;
        let new_blob = match self.sealed {
            Sealed::Row(sealed) => NewBlob {
                sealed_bytes: sealed.len() as u64,
                place: BlobPlace::Row(sealed),
            },
            Sealed::File(staged) => NewBlob {
                sealed_bytes: staged.keep()?.sealed_len,
                place: BlobPlace::File,
            },
        };
        Ok(DraftPart {
            number,
            size_bytes,
            blob: self.blob,
            data_key: PartKey::Open(self.key),
            checksum: Some(self.checksum),
            md5: Some(self.digests.md5),
            new_blob: Some(new_blob),
        })
    }
}

impl Core {
    /// Receives a body, and refuses one that is not what was declared.
    pub(crate) fn receive(
        &self,
        body: &mut dyn Incoming,
        expected: Expected<'_>,
    ) -> Result<Received> {
        refuse_too_large(expected.size_bytes.unwrap_or(0))?;
        let (blob, key) = (self.new_blob_id(), DataKey::random()?);
        let mut digesting = Digesting::new(Digester::new(expected.checksums, expected.stored));
        let mut count = Count::new(expected.size_bytes);
        let mut sink = Sink::Memory(BytesMut::new());
        while let Some(chunk) = body.next_chunk()? {
            count.add(chunk.len() as u64)?;
            digesting.update(&chunk)?;
            sink = self.take(sink, &chunk, &key, blob)?;
        }
        count.check_whole()?;
        let trailer = body.trailer()?;
        let sealed = match sink {
            Sink::Memory(plain) => Sealed::Row(self.vault.seal_small(&key, blob, &plain)?),
            Sink::File(staging) => Sealed::File(staging.finish()?),
        };
        let digests = digesting.finish()?;
        expected::check(expected.checksums, &trailer, &digests)?;
        let checksum = digests
            .additional(expected.stored)
            .unwrap_or_default()
            .to_vec();
        Ok(Received {
            blob,
            key,
            digests,
            checksum,
            sealed,
        })
    }

    /// Takes a chunk: into memory while the body is small, else into a staged file.
    fn take(&self, sink: Sink, chunk: &Bytes, key: &DataKey, blob: BlobId) -> Result<Sink> {
        match sink {
            Sink::Memory(mut plain) if plain.len() + chunk.len() <= ROW_MAX_BYTES => {
                plain.extend_from_slice(chunk);
                Ok(Sink::Memory(plain))
            }
            Sink::Memory(plain) => {
                let mut staging = self.vault.stage(key, blob)?;
                staging.write_all(&plain)?;
                staging.write_all(chunk)?;
                Ok(Sink::File(Box::new(staging)))
            }
            Sink::File(mut staging) => {
                staging.write_all(chunk)?;
                Ok(Sink::File(staging))
            }
        }
    }
}

/// Where a body goes while it arrives.
enum Sink {
    Memory(BytesMut),
    File(Box<Staging>),
}

/// How much of a body came, against what was declared.
struct Count {
    declared: Option<u64>,
    came: u64,
}

impl Count {
    fn new(declared: Option<u64>) -> Self {
        Self { declared, came: 0 }
    }

    fn add(&mut self, bytes: u64) -> Result<()> {
        self.came += bytes;
        refuse_too_large(self.came)?;
        if self.declared.is_some_and(|declared| self.came > declared) {
            let longer = "the body is longer than was declared".to_owned();
            return Err(BodyError::Aborted(longer).into());
        }
        Ok(())
    }

    fn check_whole(&self) -> Result<()> {
        match self.declared {
            Some(declared_bytes) if self.came < declared_bytes => Err(StoreError::IncompleteBody {
                got_bytes: self.came,
                declared_bytes,
            }
            .into()),
            _ => Ok(()),
        }
    }
}

fn refuse_too_large(size_bytes: u64) -> Result<()> {
    if size_bytes > BODY_MAX_BYTES {
        let maximum_bytes = BODY_MAX_BYTES;
        return Err(StoreError::EntityTooLarge { maximum_bytes }.into());
    }
    Ok(())
}
