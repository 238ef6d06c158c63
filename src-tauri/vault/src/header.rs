//! The 88 bytes before the first chunk, and where each chunk lies.
//!
//! ```text
//! 0 magic "STVB" | 4 version | 5 suite | 6 log2(chunk) | 7 flags
//! 8 blob id[16]  | 24 salt[32] | 56 commitment[32]
//! ```

use std::ops::RangeInclusive;

use crate::BlobId;
use crate::cipher::TAG_BYTES;

/// The length of a header.
pub(crate) const HEADER_BYTES: usize = 88;

/// The length of what the keys are derived from: all but the commitment, which is one of them.
pub(crate) const PREAMBLE_BYTES: usize = 56;

/// The length of a salt.
pub(crate) const SALT_BYTES: usize = 32;

/// The length of a commitment.
pub(crate) const COMMITMENT_BYTES: usize = 32;

const MAGIC: [u8; 4] = *b"STVB";
const VERSION: u8 = 1;
const FLAGS: u8 = 0;

/// AES-256-GCM in the STREAM construction, keys by HKDF-SHA256.
pub(crate) const SUITE: u8 = 1;

/// The chunk size that is written: 64 KiB.
pub(crate) const LOG2_CHUNK: u8 = 16;

/// The chunk sizes that are read: 1 KiB to 1 MiB, which bounds the memory of a reader.
const LOG2_CHUNKS: RangeInclusive<u8> = 10..=20;

/// What the header of a blob says before its commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Preamble {
    pub(crate) chunks: ChunkSize,
    pub(crate) blob: BlobId,
    pub(crate) salt: [u8; SALT_BYTES],
}

impl Preamble {
    pub(crate) fn encode(&self) -> [u8; PREAMBLE_BYTES] {
        let mut bytes = [0; PREAMBLE_BYTES];
        bytes[..4].copy_from_slice(&MAGIC);
        bytes[4..8].copy_from_slice(&[VERSION, SUITE, self.chunks.log2, FLAGS]);
        bytes[8..24].copy_from_slice(self.blob.as_bytes());
        bytes[24..].copy_from_slice(&self.salt);
        bytes
    }

    /// Reads what [`Self::encode`] wrote, and nothing else.
    pub(crate) fn decode(bytes: &[u8; PREAMBLE_BYTES]) -> Option<Self> {
        let preamble = Self {
            chunks: ChunkSize::new(bytes[6])?,
            blob: BlobId::from_bytes(*bytes[8..].first_chunk()?),
            salt: *bytes[24..].first_chunk()?,
        };
        (preamble.encode() == *bytes).then_some(preamble)
    }
}

/// The size of a plaintext chunk, which decides where everything lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChunkSize {
    log2: u8,
}

impl ChunkSize {
    /// The size that is written.
    pub(crate) const DEFAULT: Self = Self { log2: LOG2_CHUNK };

    pub(crate) fn new(log2: u8) -> Option<Self> {
        LOG2_CHUNKS.contains(&log2).then_some(Self { log2 })
    }

    /// The plaintext bytes of every chunk but the last.
    pub(crate) fn bytes(self) -> usize {
        1 << self.log2
    }

    /// The number of chunks: an empty body has one too, which authenticates that it is empty.
    pub(crate) fn count(self, plaintext_len: u64) -> u64 {
        plaintext_len.div_ceil(1 << self.log2).max(1)
    }

    /// The chunk that holds a byte.
    pub(crate) fn index_of(self, offset: u64) -> u64 {
        offset >> self.log2
    }

    /// Where a chunk begins in the plaintext.
    pub(crate) fn plaintext_offset(self, index: u64) -> u64 {
        index << self.log2
    }

    /// Where a chunk begins in the sealed file.
    pub(crate) fn sealed_offset(self, index: u64) -> u64 {
        HEADER_BYTES as u64 + index * (self.bytes() + TAG_BYTES) as u64
    }

    /// The sealed length of a body, or `None` where the numbers end.
    pub(crate) fn sealed_len(self, plaintext_len: u64) -> Option<u64> {
        let tags = self.count(plaintext_len) * TAG_BYTES as u64;
        plaintext_len
            .checked_add(tags)?
            .checked_add(HEADER_BYTES as u64)
    }
}

/// Returns the sealed length of a body of this length.
pub fn sealed_len(plaintext_len: u64) -> u64 {
    ChunkSize::DEFAULT
        .sealed_len(plaintext_len)
        .unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREAMBLE: Preamble = Preamble {
        chunks: ChunkSize::DEFAULT,
        blob: BlobId::from_bytes([0xbb; 16]),
        salt: [0x55; SALT_BYTES],
    };

    #[test]
    fn the_bytes_are_where_the_format_says() {
        assert_eq!(
            hex::encode(PREAMBLE.encode()),
            "53545642\
             01011000\
             bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\
             5555555555555555555555555555555555555555555555555555555555555555"
        );
        assert_eq!(Preamble::decode(&PREAMBLE.encode()), Some(PREAMBLE));
    }

    #[test]
    fn another_magic_version_suite_chunk_size_or_flag_is_not_read() {
        for index in (0..6).chain([7]) {
            let mut bytes = PREAMBLE.encode();
            bytes[index] ^= 0x80;
            assert_eq!(Preamble::decode(&bytes), None, "byte {index}");
        }
        for log2 in [0, 9, 21, 255] {
            let mut bytes = PREAMBLE.encode();
            bytes[6] = log2;
            assert_eq!(Preamble::decode(&bytes), None, "log2 {log2}");
        }
    }

    #[test]
    fn sealed_lengths_are_header_plaintext_and_a_tag_for_each_chunk() {
        assert_eq!(sealed_len(0), 88 + 16);
        assert_eq!(sealed_len(1), 88 + 1 + 16);
        assert_eq!(sealed_len(65_536), 88 + 65_536 + 16);
        assert_eq!(sealed_len(65_537), 88 + 65_537 + 32);
        assert_eq!(sealed_len(u64::MAX), u64::MAX);
    }
}
