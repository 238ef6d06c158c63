//! What a request declares of its body, held against what arrived. Checked before anything is kept.

use stave_model::{ChecksumAlgorithm, Checksums};
use stave_store::Error;

use crate::digests::Digests;
use crate::incoming::TrailerChecksum;

/// The checksum that is stored where the client asked for none: what S3 computes by itself.
pub(crate) const DEFAULT_CHECKSUM: ChecksumAlgorithm = ChecksumAlgorithm::Crc64Nvme;

/// Returns the algorithm of the checksum that a body declares or asks for, or S3's default.
pub(crate) fn chosen_algorithm(declared: &Checksums) -> ChecksumAlgorithm {
    declared_algorithm(declared).unwrap_or(DEFAULT_CHECKSUM)
}

/// Returns the algorithm of the checksum that a body declares or asks for.
pub(crate) fn declared_algorithm(declared: &Checksums) -> Option<ChecksumAlgorithm> {
    let by_value = declared
        .additional
        .as_ref()
        .map(|(algorithm, _)| *algorithm);
    by_value.or(declared.computed)
}

/// Checks the declared digests, and the one that came behind the body.
pub(crate) fn check(
    declared: &Checksums,
    trailer: &TrailerChecksum,
    digests: &Digests,
) -> Result<(), Error> {
    if declared.md5.is_some_and(|md5| md5 != digests.md5) {
        return Err(Error::BadDigest {
            what: "Content-MD5",
        });
    }
    if declared.sha256.is_some() && declared.sha256 != digests.payload_sha256 {
        return Err(Error::BadDigest {
            what: "x-amz-content-sha256",
        });
    }
    for (algorithm, value) in declared.additional.iter().chain(trailer) {
        let Some(computed) = digests.additional(*algorithm) else {
            return Err(Error::InvalidRequest(
                "the checksum behind the body is not of the algorithm that was announced",
            ));
        };
        if computed != value {
            let what = header_name(*algorithm);
            return Err(Error::BadDigest { what });
        }
    }
    Ok(())
}

/// Returns the header, or trailer, that carries a checksum of this algorithm.
fn header_name(algorithm: ChecksumAlgorithm) -> &'static str {
    match algorithm {
        ChecksumAlgorithm::Crc32 => "x-amz-checksum-crc32",
        ChecksumAlgorithm::Crc32c => "x-amz-checksum-crc32c",
        ChecksumAlgorithm::Crc64Nvme => "x-amz-checksum-crc64nvme",
        ChecksumAlgorithm::Sha1 => "x-amz-checksum-sha1",
        ChecksumAlgorithm::Sha256 => "x-amz-checksum-sha256",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digests::{Digester, digest, md5};

    const BODY: &[u8] = b"the body";

    fn digests(declared: &Checksums) -> Digests {
        let mut digester = Digester::new(declared, chosen_algorithm(declared));
        digester.update(BODY);
        digester.finish()
    }

    fn refusal(declared: &Checksums, trailer: &TrailerChecksum) -> Option<Error> {
        check(declared, trailer, &digests(declared)).err()
    }

    #[test]
    fn digests_that_match_pass() {
        let sha256 = digest(ChecksumAlgorithm::Sha256, BODY);
        let declared = Checksums {
            md5: Some(md5(BODY)),
            sha256: sha256.try_into().ok(),
            additional: Some((
                ChecksumAlgorithm::Crc32,
                digest(ChecksumAlgorithm::Crc32, BODY),
            )),
            computed: Some(ChecksumAlgorithm::Sha1),
        };
        let trailer = Some((
            ChecksumAlgorithm::Sha1,
            digest(ChecksumAlgorithm::Sha1, BODY),
        ));
        assert!(refusal(&declared, &trailer).is_none());
    }

    #[test]
    fn each_digest_that_differs_is_named() {
        let nothing = Checksums::default;
        let cases = [
            (
                Checksums {
                    md5: Some([0; 16]),
                    ..nothing()
                },
                "Content-MD5",
            ),
            (
                Checksums {
                    sha256: Some([0; 32]),
                    ..nothing()
                },
                "x-amz-content-sha256",
            ),
            (
                Checksums {
                    additional: Some((ChecksumAlgorithm::Crc32c, vec![0; 4])),
                    ..nothing()
                },
                "x-amz-checksum-crc32c",
            ),
        ];
        for (declared, expected) in cases {
            let Some(Error::BadDigest { what }) = refusal(&declared, &None) else {
                panic!("{expected} passed");
            };
            assert_eq!(what, expected);
        }
    }

    #[test]
    fn a_wrong_trailer_is_refused() {
        let declared = Checksums {
            computed: Some(ChecksumAlgorithm::Crc32),
            ..Checksums::default()
        };
        let wrong = Some((ChecksumAlgorithm::Crc32, vec![0; 4]));
        assert!(matches!(
            refusal(&declared, &wrong),
            Some(Error::BadDigest {
                what: "x-amz-checksum-crc32"
            })
        ));
        let unannounced = Some((
            ChecksumAlgorithm::Sha1,
            digest(ChecksumAlgorithm::Sha1, BODY),
        ));
        assert!(matches!(
            refusal(&declared, &unannounced),
            Some(Error::InvalidRequest(_))
        ));
    }
}
