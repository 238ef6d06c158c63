//! The checksums that S3 stores beside a body.

/// The algorithm of an additional checksum
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChecksumAlgorithm {
    /// CRC-32 (ISO-HDLC), 4 bytes.
    Crc32,
    /// CRC-32C (iSCSI), 4 bytes.
    Crc32c,
    /// CRC-64/NVME, 8 bytes.
    Crc64Nvme,
    /// SHA-1, 20 bytes.
    Sha1,
    /// SHA-256, 32 bytes.
    Sha256,
}

impl ChecksumAlgorithm {
    /// Every algorithm.
    pub const ALL: [Self; 5] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
    ];

    /// Returns S3's name of the algorithm, as `x-amz-checksum-algorithm` carries it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
        }
    }

    /// Parses S3's name of an algorithm, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|a| a.as_str().eq_ignore_ascii_case(text))
    }

    /// Returns the length of a value, in bytes.
    pub fn length_bytes(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }
}

/// Whether a checksum covers the bytes of the object or the checksums of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChecksumKind {
    /// Over all bytes.
    FullObject,
    /// Over the parts' checksums; S3 writes `-N` behind the value.
    Composite,
}

impl ChecksumKind {
    /// Returns S3's name, as `x-amz-checksum-type` carries it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FullObject => "FULL_OBJECT",
            Self::Composite => "COMPOSITE",
        }
    }
}

/// One checksum: raw bytes of the length that its algorithm has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checksum {
    /// The algorithm.
    pub algorithm: ChecksumAlgorithm,
    /// What it covers.
    pub kind: ChecksumKind,
    /// The raw bytes, not base64.
    pub value: Vec<u8>,
    /// The number of parts of a composite checksum, 0 otherwise.
    pub parts: u16,
}

/// The digests that a client declared for a body; each is checked before anything is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checksums {
    /// `Content-MD5`.
    pub md5: Option<[u8; 16]>,
    /// The hash of `x-amz-content-sha256` where the layer that verifies signatures left it to the store.
    pub sha256: Option<[u8; 32]>,
    /// An `x-amz-checksum-*` header: algorithm and raw value.
    pub additional: Option<(ChecksumAlgorithm, Vec<u8>)>,
    /// The algorithm of a checksum that comes as a trailer after the body, or that the client only asked
    /// to have computed; see `store::Trailer` for how its value arrives.
    pub computed: Option<ChecksumAlgorithm>,
}
