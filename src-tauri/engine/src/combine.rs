//! What the parts of a multipart upload say of the whole: its entity tag and its checksum.

use crc_fast::{CrcAlgorithm, checksum_combine};
use stave_model::{Checksum, ChecksumAlgorithm, ChecksumKind, ETag};

use crate::digests::{digest, md5};

/// What is combined of one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartDigests {
    /// Its length.
    pub size_bytes: u64,
    /// Its MD5.
    pub md5: [u8; 16],
    /// The raw value of its checksum.
    pub checksum: Vec<u8>,
}

/// Returns whether S3 computes this kind of checksum by this algorithm: hashes of a whole cannot be
/// had from hashes of its parts, and CRC-64/NVME is of the whole alone
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>).
pub fn is_offered(algorithm: ChecksumAlgorithm, kind: ChecksumKind) -> bool {
    match algorithm {
        ChecksumAlgorithm::Crc32 | ChecksumAlgorithm::Crc32c => true,
        ChecksumAlgorithm::Crc64Nvme => kind == ChecksumKind::FullObject,
        ChecksumAlgorithm::Sha1 | ChecksumAlgorithm::Sha256 => kind == ChecksumKind::Composite,
    }
}

/// Returns the entity tag of an object of these parts.
pub fn combined_etag(parts: &[PartDigests]) -> ETag {
    let joined: Vec<u8> = parts.iter().flat_map(|part| part.md5).collect();
    ETag::of_parts(&md5(&joined), parts.len())
}

/// Returns the checksum of an object of these parts. `kind` must be offered for `algorithm`.
pub fn combined_checksum(
    algorithm: ChecksumAlgorithm,
    kind: ChecksumKind,
    parts: &[PartDigests],
) -> Checksum {
    let (value, count) = match kind {
        ChecksumKind::Composite => (
            composite(algorithm, parts),
            u16::try_from(parts.len()).unwrap_or(u16::MAX),
        ),
        ChecksumKind::FullObject => (full_object(algorithm, parts), 0),
    };
    Checksum {
        algorithm,
        kind,
        value,
        parts: count,
    }
}

fn composite(algorithm: ChecksumAlgorithm, parts: &[PartDigests]) -> Vec<u8> {
    let joined: Vec<u8> = parts
        .iter()
        .flat_map(|part| part.checksum.iter().copied())
        .collect();
    digest(algorithm, &joined)
}

fn full_object(algorithm: ChecksumAlgorithm, parts: &[PartDigests]) -> Vec<u8> {
    let crc = match algorithm {
        ChecksumAlgorithm::Crc32 => CrcAlgorithm::Crc32IsoHdlc,
        ChecksumAlgorithm::Crc32c => CrcAlgorithm::Crc32Iscsi,
        ChecksumAlgorithm::Crc64Nvme => CrcAlgorithm::Crc64Nvme,
        // Not offered; what the parts say is all there is.
        ChecksumAlgorithm::Sha1 | ChecksumAlgorithm::Sha256 => return composite(algorithm, parts),
    };
    let whole = parts
        .iter()
        .map(|part| (register(&part.checksum), part.size_bytes))
        .reduce(|(first, first_bytes), (next, next_bytes)| {
            let combined = checksum_combine(crc, first, next, next_bytes);
            (combined, first_bytes + next_bytes)
        })
        .map_or(0, |(value, _)| value);
    whole.to_be_bytes()[8 - algorithm.length_bytes()..].to_vec()
}

fn register(value: &[u8]) -> u64 {
    value
        .iter()
        .fold(0, |register, byte| (register << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(algorithm: ChecksumAlgorithm, bodies: &[&[u8]]) -> Vec<PartDigests> {
        bodies
            .iter()
            .map(|body| PartDigests {
                size_bytes: body.len() as u64,
                md5: md5(body),
                checksum: digest(algorithm, body),
            })
            .collect()
    }

    #[test]
    fn the_crc_of_the_whole_is_combined_from_its_parts() {
        let cases = [
            (ChecksumAlgorithm::Crc32, "cbf43926"),
            (ChecksumAlgorithm::Crc32c, "e3069283"),
            (ChecksumAlgorithm::Crc64Nvme, "ae8b14860a799888"),
        ];
        for (algorithm, expected) in cases {
            for bodies in [
                &[&b"123456789"[..]][..],
                &[b"1", b"23456", b"789"],
                &[b"", b"123456789", b""],
            ] {
                let parts = parts(algorithm, bodies);
                let whole = combined_checksum(algorithm, ChecksumKind::FullObject, &parts);
                assert_eq!(hex::encode(&whole.value), expected, "{algorithm:?}");
                assert_eq!(whole.parts, 0);
            }
        }
    }

    #[test]
    fn a_composite_checksum_covers_the_checksums_of_the_parts() {
        let parts = parts(ChecksumAlgorithm::Sha256, &[b"1234", b"56789"]);
        let whole = combined_checksum(ChecksumAlgorithm::Sha256, ChecksumKind::Composite, &parts);
        assert_eq!(
            hex::encode(&whole.value),
            "6e74410538a57820d54252d3ffa7d9246aea71fdcedd7e86f240fc57bcd9ab14"
        );
        assert_eq!(whole.parts, 2);
    }

    #[test]
    fn the_tag_of_parts_counts_them() {
        let parts = parts(ChecksumAlgorithm::Crc32, &[b"1234", b"56789"]);
        assert_eq!(
            combined_etag(&parts).as_str(),
            "d8399932ce6023ac3365f50fbbcde132-2"
        );
    }
}
