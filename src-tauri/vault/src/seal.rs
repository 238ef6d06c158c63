//! The sealing of a body: a header, then chunks that each know their place, and whether they are
//! the last.
//!
//! ```text
//! payload key[32] ‖ nonce prefix[7] ‖ commitment[32]
//!         = HKDF-SHA256(data key, salt, "stave/blob/v1" ‖ header[0..56])
//! nonce i = prefix ‖ be32(i) ‖ final(0/1)
//! associated data = SHA-256(header[0..88])
//! ```

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::cipher::{BulkCipher, NONCE_BYTES, TAG_BYTES};
use crate::header::{
    COMMITMENT_BYTES, ChunkSize, HEADER_BYTES, PREAMBLE_BYTES, Preamble, SALT_BYTES,
};
use crate::keys::{KEY_BYTES, SecretKey, derive};
use crate::{BlobId, Damage, DataKey, Error, Result};

const PREFIX_BYTES: usize = 7;
const INFO: &[u8] = b"stave/blob/v1";

/// The place of a chunk in its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    Inner,
    Last,
}

/// All that seals and opens the chunks of one blob.
#[derive(Debug)]
struct ChunkCipher {
    cipher: BulkCipher,
    prefix: [u8; PREFIX_BYTES],
    aad: [u8; 32],
}

impl ChunkCipher {
    /// Derives the keys of a blob, and returns with them the commitment that its header carries.
    fn derive(key: &DataKey, preamble: &[u8; PREAMBLE_BYTES]) -> (Self, [u8; COMMITMENT_BYTES]) {
        let salt = &preamble[PREAMBLE_BYTES - SALT_BYTES..];
        let mut output = Zeroizing::new([0; KEY_BYTES + PREFIX_BYTES + COMMITMENT_BYTES]);
        derive(key.0.as_bytes(), salt, &[INFO, preamble], output.as_mut());
        let (payload_key, rest) = output
            .split_first_chunk::<KEY_BYTES>()
            .expect("71 bytes begin with 32");
        let (prefix, commitment) = rest
            .split_first_chunk::<PREFIX_BYTES>()
            .expect("39 bytes begin with 7");
        let commitment = *commitment.first_chunk().expect("32 bytes are left");
        let aad = Sha256::new()
            .chain_update(preamble)
            .chain_update(commitment)
            .finalize()
            .into();
        let chunks = Self {
            cipher: BulkCipher::new(&SecretKey::from_bytes(payload_key)),
            prefix: *prefix,
            aad,
        };
        (chunks, commitment)
    }

    fn nonce(&self, index: u32, position: Position) -> [u8; NONCE_BYTES] {
        let mut nonce = [0; NONCE_BYTES];
        nonce[..PREFIX_BYTES].copy_from_slice(&self.prefix);
        nonce[PREFIX_BYTES..11].copy_from_slice(&index.to_be_bytes());
        nonce[11] = u8::from(position == Position::Last);
        nonce
    }
}

/// Seals the chunks of one blob in order. The counter makes a nonce impossible to repeat.
#[derive(Debug)]
pub(crate) struct Sealer {
    chunks: ChunkCipher,
    next_index: Option<u32>,
}

impl Sealer {
    /// Begins a blob under a fresh salt, and returns its header with the sealer.
    pub(crate) fn begin(
        key: &DataKey,
        blob: BlobId,
        chunks: ChunkSize,
    ) -> Result<(Self, [u8; HEADER_BYTES])> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(Error::Random)?;
        Ok(Self::begin_with_salt(key, blob, chunks, salt))
    }

    fn begin_with_salt(
        key: &DataKey,
        blob: BlobId,
        chunks: ChunkSize,
        salt: [u8; SALT_BYTES],
    ) -> (Self, [u8; HEADER_BYTES]) {
        let preamble = Preamble { chunks, blob, salt }.encode();
        let (chunks, commitment) = ChunkCipher::derive(key, &preamble);
        let mut header = [0; HEADER_BYTES];
        header[..PREAMBLE_BYTES].copy_from_slice(&preamble);
        header[PREAMBLE_BYTES..].copy_from_slice(&commitment);
        let next_index = Some(0);
        (Self { chunks, next_index }, header)
    }

    /// Seals the next chunk in place and returns its tag.
    pub(crate) fn seal(&mut self, chunk: &mut [u8], at: Position) -> Result<[u8; TAG_BYTES]> {
        let index = self.next_index.ok_or(Error::BodyTooLong)?;
        self.next_index = index.checked_add(1);
        let nonce = self.chunks.nonce(index, at);
        Ok(self.chunks.cipher.seal(nonce, &self.chunks.aad, chunk))
    }
}

/// Seals a whole body in memory.
pub(crate) fn seal_whole(key: &DataKey, blob: BlobId, plaintext: &[u8]) -> Result<Vec<u8>> {
    let chunks = ChunkSize::DEFAULT;
    let (sealer, header) = Sealer::begin(key, blob, chunks)?;
    append_chunks(sealer, header, chunks, plaintext)
}

fn append_chunks(
    mut sealer: Sealer,
    header: [u8; HEADER_BYTES],
    chunks: ChunkSize,
    plaintext: &[u8],
) -> Result<Vec<u8>> {
    let count = chunks.count(plaintext.len() as u64);
    let tags = usize::try_from(count).map_err(|_| Error::BodyTooLong)? * TAG_BYTES;
    // All of it at once: a vector that grows would leave plaintext in the memory it gave back.
    let mut output = Vec::with_capacity(HEADER_BYTES + plaintext.len() + tags);
    output.extend_from_slice(&header);
    let mut rest = plaintext;
    loop {
        let (chunk, after) = rest.split_at(rest.len().min(chunks.bytes()));
        let at = if after.is_empty() {
            Position::Last
        } else {
            Position::Inner
        };
        let start = output.len();
        output.extend_from_slice(chunk);
        let tag = sealer.seal(&mut output[start..], at)?;
        output.extend_from_slice(&tag);
        if after.is_empty() {
            return Ok(output);
        }
        rest = after;
    }
}

/// Opens the chunks of one blob in any order.
#[derive(Debug)]
pub(crate) struct Opener {
    chunks: ChunkCipher,
    size: ChunkSize,
    blob: BlobId,
    plaintext_len: u64,
}

impl Opener {
    /// Checks a header against the key, the blob and the two lengths. The plaintext length is the
    /// caller's, from the authenticated wrap of the key: so a file that was cut or extended shows
    /// before a chunk is read.
    pub(crate) fn new(
        key: &DataKey,
        blob: BlobId,
        header: &[u8; HEADER_BYTES],
        plaintext_len: u64,
        sealed_len: u64,
    ) -> Result<Self> {
        let damaged = |damage| Error::Damaged { blob, damage };
        let (preamble_bytes, commitment) = header
            .split_first_chunk::<PREAMBLE_BYTES>()
            .expect("88 bytes begin with 56");
        let preamble = Preamble::decode(preamble_bytes).ok_or(damaged(Damage::Header))?;
        if preamble.blob != blob {
            return Err(damaged(Damage::Header));
        }
        let (chunks, expected) = ChunkCipher::derive(key, preamble_bytes);
        if !bool::from(expected.as_slice().ct_eq(commitment)) {
            return Err(damaged(Damage::Commitment));
        }
        let size = preamble.chunks;
        let countable = size.count(plaintext_len) <= 1 << 32;
        if !countable || size.sealed_len(plaintext_len) != Some(sealed_len) {
            return Err(damaged(Damage::Length));
        }
        Ok(Self {
            chunks,
            size,
            blob,
            plaintext_len,
        })
    }

    pub(crate) fn plaintext_len(&self) -> u64 {
        self.plaintext_len
    }

    pub(crate) fn chunk_size(&self) -> ChunkSize {
        self.size
    }

    pub(crate) fn blob(&self) -> BlobId {
        self.blob
    }

    /// The sealed bytes of a chunk: where they begin, and how many they are.
    pub(crate) fn sealed_chunk(&self, index: u64) -> (u64, usize) {
        let left = self.plaintext_len - self.size.plaintext_offset(index);
        let whole = self.size.bytes();
        let plaintext = usize::try_from(left).map_or(whole, |left| left.min(whole));
        (self.size.sealed_offset(index), plaintext + TAG_BYTES)
    }

    /// Opens a chunk in place and cuts its tag off. After an error the buffer is empty.
    pub(crate) fn open(&self, index: u64, chunk: &mut Vec<u8>) -> Result<()> {
        let last = self.size.count(self.plaintext_len) - 1;
        let at = if index == last {
            Position::Last
        } else {
            Position::Inner
        };
        let index = u32::try_from(index).expect("the count was checked against 2^32");
        self.chunks
            .cipher
            .open(self.chunks.nonce(index, at), &self.chunks.aad, chunk)
            .map_err(|_| Error::Damaged {
                blob: self.blob,
                damage: Damage::Chunk(index),
            })
    }
}

#[cfg(test)]
mod tests;
