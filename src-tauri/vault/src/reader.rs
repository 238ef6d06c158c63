//! Reader.
use crate::Result;

/// An open blob whose header was checked against its key and whose length is the expected one.
#[derive(Debug)]
pub struct BlobReader;

impl BlobReader {
    /// Returns the length of the plaintext.
    pub fn plaintext_len(&self) -> u64 {
        todo!()
    }
    /// Reads a range of the plaintext, chunk by chunk. A range that is not inside the blob is
    /// [`Error::RangeOutside`](crate::Error::RangeOutside). The chunks do not borrow the reader.
    pub fn read_range(&self, offset: u64, length: u64) -> Result<BlobChunks> {
        let _ = (offset, length);
        todo!()
    }
}

/// The chunks of a range. Each was authenticated before a byte of it is given out.
#[derive(Debug)]
pub struct BlobChunks;

impl BlobChunks {
    /// Returns the next bytes (1 to 64 KiB of them), or `None` after the last. After an error there is nothing more.
    pub fn next_chunk(&mut self) -> Result<Option<Vec<u8>>> {
        todo!()
    }
}
