//! The digests of a body: MD5, which is S3's entity tag, and the checksums that were asked for, in
//! one pass.

use std::fmt;

use crc_fast::{CrcAlgorithm, Digest as Crc};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use stave_model::{ChecksumAlgorithm, Checksums};

/// The running digests of one body.
pub struct Digester {
    md5: Md5,
    payload: Option<Sha256>,
    additional: Vec<(ChecksumAlgorithm, Running)>,
    size_bytes: u64,
}

/// The finished digests of one body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digests {
    /// The MD5 of all bytes.
    pub md5: [u8; 16],
    /// The SHA-256 of all bytes, where the request declared it.
    pub payload_sha256: Option<[u8; 32]>,
    /// How many bytes there were.
    pub size_bytes: u64,
    additional: Vec<(ChecksumAlgorithm, Vec<u8>)>,
}

impl Digester {
    /// Makes the digests that `declared` needs, and that of `stored`, the checksum to be kept.
    pub fn new(declared: &Checksums, stored: ChecksumAlgorithm) -> Self {
        let wanted = [
            Some(stored),
            declared
                .additional
                .as_ref()
                .map(|(algorithm, _)| *algorithm),
            declared.computed,
        ];
        let mut additional: Vec<(ChecksumAlgorithm, Running)> = Vec::with_capacity(wanted.len());
        for algorithm in wanted.into_iter().flatten() {
            if additional.iter().all(|(known, _)| *known != algorithm) {
                additional.push((algorithm, Running::new(algorithm)));
            }
        }
        Self {
            md5: Md5::new(),
            payload: declared.sha256.map(|_| Sha256::new()),
            additional,
            size_bytes: 0,
        }
    }

    /// Makes the digests of one algorithm besides MD5.
    pub fn of(algorithm: ChecksumAlgorithm) -> Self {
        Self::new(&Checksums::default(), algorithm)
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        if let Some(payload) = &mut self.payload {
            payload.update(bytes);
        }
        for (_, running) in &mut self.additional {
            running.update(bytes);
        }
        self.size_bytes += bytes.len() as u64;
    }

    /// Finishes all digests.
    pub fn finish(self) -> Digests {
        Digests {
            md5: self.md5.finalize().into(),
            payload_sha256: self.payload.map(|sha| sha.finalize().into()),
            size_bytes: self.size_bytes,
            additional: self
                .additional
                .into_iter()
                .map(|(algorithm, running)| (algorithm, running.finish()))
                .collect(),
        }
    }
}

impl fmt::Debug for Digester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Digester")
            .field("size_bytes", &self.size_bytes)
            .finish_non_exhaustive()
    }
}

impl Digests {
    /// Returns the value of a checksum that was asked for.
    pub fn additional(&self, algorithm: ChecksumAlgorithm) -> Option<&[u8]> {
        self.additional
            .iter()
            .find(|(known, _)| *known == algorithm)
            .map(|(_, value)| value.as_slice())
    }
}

/// Returns the digest of `bytes` by `algorithm`.
pub fn digest(algorithm: ChecksumAlgorithm, bytes: &[u8]) -> Vec<u8> {
    let mut running = Running::new(algorithm);
    running.update(bytes);
    running.finish()
}

/// Returns the MD5 of `bytes`.
pub fn md5(bytes: &[u8]) -> [u8; 16] {
    Md5::digest(bytes).into()
}

/// One digest of any algorithm.
enum Running {
    Crc32(Crc),
    Crc64(Crc),
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Running {
    fn new(algorithm: ChecksumAlgorithm) -> Self {
        match algorithm {
            ChecksumAlgorithm::Crc32 => Self::Crc32(Crc::new(CrcAlgorithm::Crc32IsoHdlc)),
            ChecksumAlgorithm::Crc32c => Self::Crc32(Crc::new(CrcAlgorithm::Crc32Iscsi)),
            ChecksumAlgorithm::Crc64Nvme => Self::Crc64(Crc::new(CrcAlgorithm::Crc64Nvme)),
            ChecksumAlgorithm::Sha1 => Self::Sha1(Sha1::new()),
            ChecksumAlgorithm::Sha256 => Self::Sha256(Sha256::new()),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Crc32(crc) | Self::Crc64(crc) => crc.update(bytes),
            Self::Sha1(sha) => sha.update(bytes),
            Self::Sha256(sha) => sha.update(bytes),
        }
    }

    fn finish(self) -> Vec<u8> {
        match self {
            // A 32-bit CRC stands in the low half of the register: the last four big-endian bytes.
            Self::Crc32(crc) => crc.finalize().to_be_bytes()[4..].to_vec(),
            Self::Crc64(crc) => crc.finalize().to_be_bytes().to_vec(),
            Self::Sha1(sha) => sha.finalize().to_vec(),
            Self::Sha256(sha) => sha.finalize().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each value is the published check value of its algorithm.
    #[test]
    fn every_algorithm_gives_its_published_value() {
        let cases = [
            (ChecksumAlgorithm::Crc32, "cbf43926"),
            (ChecksumAlgorithm::Crc32c, "e3069283"),
            (ChecksumAlgorithm::Crc64Nvme, "ae8b14860a799888"),
            (
                ChecksumAlgorithm::Sha1,
                "f7c3bc1d808e04732adf679965ccc34ca7ae3441",
            ),
            (
                ChecksumAlgorithm::Sha256,
                "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
            ),
        ];
        for (algorithm, expected) in cases {
            assert_eq!(hex::encode(digest(algorithm, b"123456789")), expected);
        }
        assert_eq!(
            hex::encode(md5(b"123456789")),
            "25f9e794323b453885f5181f1b624d0b"
        );
    }

    #[test]
    fn pieces_digest_like_the_whole() {
        let declared = Checksums {
            sha256: Some([0; 32]),
            additional: Some((ChecksumAlgorithm::Sha1, vec![])),
            computed: Some(ChecksumAlgorithm::Crc32c),
            md5: None,
        };
        let mut digester = Digester::new(&declared, ChecksumAlgorithm::Sha1);
        for piece in [&b"1234"[..], b"", b"56789"] {
            digester.update(piece);
        }
        let digests = digester.finish();
        assert_eq!(digests.size_bytes, 9);
        assert_eq!(digests.md5, md5(b"123456789"));
        let value = |algorithm| digests.additional(algorithm).map(hex::encode);
        assert_eq!(
            value(ChecksumAlgorithm::Sha1).as_deref(),
            Some("f7c3bc1d808e04732adf679965ccc34ca7ae3441")
        );
        assert_eq!(
            value(ChecksumAlgorithm::Crc32c).as_deref(),
            Some("e3069283")
        );
        assert_eq!(value(ChecksumAlgorithm::Crc32), None);
        assert_eq!(
            digests.payload_sha256.map(hex::encode).as_deref(),
            Some("15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225")
        );
    }
}
