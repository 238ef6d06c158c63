//! The checksums that requests declare and answers tell. The SDK has one field for each algorithm,
//! on two dozen types; the two macros gather them.

use aws_sdk_s3::types::{ChecksumAlgorithm as SdkAlgorithm, ChecksumType};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use stave_model::{Checksum, ChecksumAlgorithm, ChecksumKind, Checksums};

/// The fields of an answer, each the text of its header.
pub(crate) struct Told<'a> {
    pub(crate) crc32: Option<&'a str>,
    pub(crate) crc32c: Option<&'a str>,
    pub(crate) crc64_nvme: Option<&'a str>,
    pub(crate) sha1: Option<&'a str>,
    pub(crate) sha256: Option<&'a str>,
}

/// Gathers the checksum fields of an answer of the SDK.
macro_rules! told {
    ($answer:expr) => {
        $crate::checksums::Told {
            crc32: $answer.checksum_crc32(),
            crc32c: $answer.checksum_crc32_c(),
            crc64_nvme: $answer.checksum_crc64_nvme(),
            sha1: $answer.checksum_sha1(),
            sha256: $answer.checksum_sha256(),
        }
    };
}
pub(crate) use told;

impl Told<'_> {
    /// Returns the checksum of an object, or of a part of one.
    pub(crate) fn checksum(&self, kind: Option<&ChecksumType>) -> Option<Checksum> {
        let (algorithm, text) = [
            (ChecksumAlgorithm::Crc32, self.crc32),
            (ChecksumAlgorithm::Crc32c, self.crc32c),
            (ChecksumAlgorithm::Crc64Nvme, self.crc64_nvme),
            (ChecksumAlgorithm::Sha1, self.sha1),
            (ChecksumAlgorithm::Sha256, self.sha256),
        ]
        .into_iter()
        .find_map(|(algorithm, text)| Some((algorithm, text?)))?;
        let (value, parts) = match text.split_once('-') {
            Some((value, parts)) => (value, parts.parse().ok()?),
            None => (text, 0),
        };
        let composite = parts > 0 || kind == Some(&ChecksumType::Composite);
        let value = STANDARD.decode(value).ok()?;
        (value.len() == algorithm.length_bytes()).then_some(Checksum {
            algorithm,
            kind: if composite {
                ChecksumKind::Composite
            } else {
                ChecksumKind::FullObject
            },
            value,
            parts,
        })
    }
}

/// The checksum headers of a request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) crc32: Option<String>,
    pub(crate) crc32c: Option<String>,
    pub(crate) crc64_nvme: Option<String>,
    pub(crate) sha1: Option<String>,
    pub(crate) sha256: Option<String>,
    pub(crate) content_md5: Option<String>,
    /// The algorithm that the SDK is to compute while it sends.
    pub(crate) computed: Option<SdkAlgorithm>,
}

impl Declared {
    /// Declares one checksum.
    pub(crate) fn one(checksum: Option<&(ChecksumAlgorithm, Vec<u8>)>) -> Self {
        let mut declared = Self::default();
        if let Some((algorithm, value)) = checksum {
            let text = Some(STANDARD.encode(value));
            match algorithm {
                ChecksumAlgorithm::Crc32 => declared.crc32 = text,
                ChecksumAlgorithm::Crc32c => declared.crc32c = text,
                ChecksumAlgorithm::Crc64Nvme => declared.crc64_nvme = text,
                ChecksumAlgorithm::Sha1 => declared.sha1 = text,
                ChecksumAlgorithm::Sha256 => declared.sha256 = text,
            }
        }
        declared
    }

    /// Declares all that the caller knows of a body. A SHA-256 of the payload travels as an
    /// additional checksum, so that the other side verifies it.
    pub(crate) fn of(checksums: &Checksums) -> Self {
        let payload = checksums
            .sha256
            .map(|hash| (ChecksumAlgorithm::Sha256, hash.to_vec()));
        let additional = checksums.additional.clone().or(payload);
        let computed = match &additional {
            Some(_) => None,
            None => checksums.computed.map(sdk_algorithm),
        };
        Self {
            content_md5: checksums.md5.map(|md5| STANDARD.encode(md5)),
            computed,
            ..Self::one(additional.as_ref())
        }
    }

    /// Returns the header that a mismatch most likely speaks of.
    pub(crate) fn header(&self) -> &'static str {
        let additional = [
            (self.crc32.is_some(), "x-amz-checksum-crc32"),
            (self.crc32c.is_some(), "x-amz-checksum-crc32c"),
            (self.crc64_nvme.is_some(), "x-amz-checksum-crc64nvme"),
            (self.sha1.is_some(), "x-amz-checksum-sha1"),
            (self.sha256.is_some(), "x-amz-checksum-sha256"),
        ];
        match additional.into_iter().find(|(declared, _)| *declared) {
            Some((_, header)) => header,
            None if self.content_md5.is_some() => "Content-MD5",
            None => "a digest",
        }
    }
}

/// Writes the checksums of a `Declared` onto a request that has a body.
macro_rules! declare {
    ($request:expr, $declared:expr) => {
        $request
            .set_checksum_crc32($declared.crc32.clone())
            .set_checksum_crc32_c($declared.crc32c.clone())
            .set_checksum_crc64_nvme($declared.crc64_nvme.clone())
            .set_checksum_sha1($declared.sha1.clone())
            .set_checksum_sha256($declared.sha256.clone())
    };
}
pub(crate) use declare;

/// Returns the SDK's word for an algorithm.
pub(crate) fn sdk_algorithm(algorithm: ChecksumAlgorithm) -> SdkAlgorithm {
    match algorithm {
        ChecksumAlgorithm::Crc32 => SdkAlgorithm::Crc32,
        ChecksumAlgorithm::Crc32c => SdkAlgorithm::Crc32C,
        ChecksumAlgorithm::Crc64Nvme => SdkAlgorithm::Crc64Nvme,
        ChecksumAlgorithm::Sha1 => SdkAlgorithm::Sha1,
        ChecksumAlgorithm::Sha256 => SdkAlgorithm::Sha256,
    }
}

/// Returns the SDK's word for what a checksum covers.
pub(crate) fn sdk_kind(kind: ChecksumKind) -> ChecksumType {
    match kind {
        ChecksumKind::FullObject => ChecksumType::FullObject,
        ChecksumKind::Composite => ChecksumType::Composite,
    }
}

/// Returns the algorithm and coverage that an upload was begun with.
pub(crate) fn chosen(
    algorithm: Option<&SdkAlgorithm>,
    kind: Option<&ChecksumType>,
) -> Option<(ChecksumAlgorithm, ChecksumKind)> {
    let algorithm = ChecksumAlgorithm::parse(algorithm?.as_str())?;
    let kind = if kind == Some(&ChecksumType::FullObject) {
        ChecksumKind::FullObject
    } else {
        ChecksumKind::Composite
    };
    Some((algorithm, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(crc32: Option<&'static str>, sha256: Option<&'static str>) -> Told<'static> {
        Told {
            crc32,
            crc32c: None,
            crc64_nvme: None,
            sha1: None,
            sha256,
        }
    }

    #[test]
    fn a_composite_is_told_by_its_number_of_parts() {
        let whole = told(Some("AAAAAQ=="), None).checksum(None).unwrap();
        assert_eq!((whole.kind, whole.parts), (ChecksumKind::FullObject, 0));
        assert_eq!(whole.value, [0, 0, 0, 1]);
        let parts = told(Some("AAAAAQ==-3"), None).checksum(None).unwrap();
        assert_eq!((parts.kind, parts.parts), (ChecksumKind::Composite, 3));
    }

    #[test]
    fn what_is_no_checksum_is_not_told() {
        for text in ["", "AAAA", "not base64", "AAAAAQ==-x"] {
            assert_eq!(told(Some(text), None).checksum(None), None, "{text:?}");
        }
        assert_eq!(told(None, None).checksum(None), None);
    }

    #[test]
    fn a_payload_hash_travels_as_an_additional_checksum() {
        let declared = Declared::of(&Checksums {
            sha256: Some([0; 32]),
            md5: Some([0; 16]),
            computed: Some(ChecksumAlgorithm::Crc32),
            ..Checksums::default()
        });
        assert_eq!(
            declared.sha256.as_deref(),
            Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        );
        assert_eq!(
            declared.content_md5.as_deref(),
            Some("AAAAAAAAAAAAAAAAAAAAAA==")
        );
        assert_eq!(declared.computed, None);
        assert_eq!(declared.header(), "x-amz-checksum-sha256");
    }
}
