//! Checksums between headers and the model: what a client declared, and what is told back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use s3s::crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Md5, Sha1, Sha256};
use s3s::{S3Error, S3Result, TrailingHeaders, s3_error};
use stave_model::{Checksum, ChecksumAlgorithm, ChecksumKind, Checksums};
use stave_store::{BodyError, Trailer};

use super::bodies::BodyProblem;
use super::errors::from_body;
use super::headers::text;

const CONTENT_MD5: &str = "content-md5";
const TRAILER: &str = "x-amz-trailer";

/// The headers in which a client names the algorithm of a checksum without its value.
const ALGORITHM_HEADERS: [&str; 2] = ["x-amz-sdk-checksum-algorithm", "x-amz-checksum-algorithm"];

/// Returns the name of the header that carries the value.
pub(super) fn header_of(algorithm: ChecksumAlgorithm) -> &'static str {
    match algorithm {
        ChecksumAlgorithm::Crc32 => "x-amz-checksum-crc32",
        ChecksumAlgorithm::Crc32c => "x-amz-checksum-crc32c",
        ChecksumAlgorithm::Crc64Nvme => "x-amz-checksum-crc64nvme",
        ChecksumAlgorithm::Sha1 => "x-amz-checksum-sha1",
        ChecksumAlgorithm::Sha256 => "x-amz-checksum-sha256",
    }
}

/// Reads what a client declared of an object's body. S3 gives every object a checksum; where the client chose
/// none, this is the one that S3 chooses.
pub(super) fn of_object(headers: &HeaderMap) -> S3Result<Checksums> {
    let mut checksums = declared(headers)?;
    if checksums.additional.is_none() && checksums.computed.is_none() {
        checksums.computed = Some(ChecksumAlgorithm::Crc64Nvme);
    }
    Ok(checksums)
}

/// Reads what a client declared of a body.
pub(super) fn declared(headers: &HeaderMap) -> S3Result<Checksums> {
    let additional = additional(headers)?;
    let announced = announced(headers)?;
    if additional.is_some() && announced.is_some() {
        return Err(several());
    }
    Ok(Checksums {
        md5: content_md5(headers)?,
        sha256: None,
        computed: match &additional {
            Some(_) => None,
            None => announced.or(named_algorithm(headers)?),
        },
        additional,
    })
}

/// Reads the one `x-amz-checksum-*` header that carries a value.
pub(super) fn additional(headers: &HeaderMap) -> S3Result<Option<(ChecksumAlgorithm, Vec<u8>)>> {
    let found = single(headers)?;
    let parse = |(algorithm, value)| Ok((algorithm, parse_value(algorithm, value)?));
    found.map(parse).transpose()
}

/// Reads what a client declares of an object that it makes of so many parts: a checksum of the parts'
/// checksums may have their number behind it.
pub(super) fn of_parts(
    headers: &HeaderMap,
    parts: usize,
) -> S3Result<Option<(ChecksumAlgorithm, Vec<u8>)>> {
    let Some((algorithm, value)) = single(headers)? else {
        return Ok(None);
    };
    let bare = match value.rsplit_once('-') {
        Some((bare, number)) if number.parse() == Ok(parts) => bare,
        _ => value,
    };
    Ok(Some((algorithm, parse_value(algorithm, bare)?)))
}

fn single(headers: &HeaderMap) -> S3Result<Option<(ChecksumAlgorithm, &str)>> {
    let mut found = None;
    for algorithm in ChecksumAlgorithm::ALL {
        let Some(value) = text(headers, header_of(algorithm))? else {
            continue;
        };
        if found.replace((algorithm, value)).is_some() {
            return Err(several());
        }
    }
    Ok(found)
}

/// Parses a value as headers and documents carry it.
pub(super) fn parse_value(algorithm: ChecksumAlgorithm, value: &str) -> S3Result<Vec<u8>> {
    let header = header_of(algorithm);
    let invalid = || s3_error!(InvalidRequest, "Value for {header} header is invalid.");
    let bytes = STANDARD.decode(value).map_err(|_| invalid())?;
    let fits = bytes.len() == algorithm.length_bytes();
    fits.then_some(bytes).ok_or_else(invalid)
}

/// Parses the name of an algorithm.
pub(super) fn parse_algorithm(name: &str) -> S3Result<ChecksumAlgorithm> {
    ChecksumAlgorithm::parse(name).ok_or_else(|| {
        s3_error!(
            InvalidRequest,
            "Checksum algorithm provided is unsupported. Please try again with any of the valid \
             types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"
        )
    })
}

fn named_algorithm(headers: &HeaderMap) -> S3Result<Option<ChecksumAlgorithm>> {
    for header in ALGORITHM_HEADERS {
        if let Some(name) = text(headers, header)? {
            return parse_algorithm(name).map(Some);
        }
    }
    Ok(None)
}

/// Reads which checksum is to come behind the body.
fn announced(headers: &HeaderMap) -> S3Result<Option<ChecksumAlgorithm>> {
    let Some(names) = text(headers, TRAILER)? else {
        return Ok(None);
    };
    let mut found = None;
    for name in names.split(',').map(|n| n.trim().to_ascii_lowercase()) {
        let Some(algorithm) = ChecksumAlgorithm::ALL
            .into_iter()
            .find(|a| header_of(*a) == name)
        else {
            return Err(s3_error!(
                InvalidRequest,
                "The value specified in the x-amz-trailer header is not supported"
            ));
        };
        if found.replace(algorithm).is_some() {
            return Err(several());
        }
    }
    Ok(found)
}

fn several() -> S3Error {
    s3_error!(
        InvalidRequest,
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
    )
}

fn content_md5(headers: &HeaderMap) -> S3Result<Option<[u8; 16]>> {
    let Some(value) = headers.get(CONTENT_MD5) else {
        return Ok(None);
    };
    let invalid = || s3_error!(InvalidDigest, "The Content-MD5 you specified was invalid.");
    let bytes = STANDARD.decode(value.as_bytes()).map_err(|_| invalid())?;
    Ok(Some(bytes.try_into().map_err(|_| invalid())?))
}

/// Makes the question that the store asks behind the last byte. In the unsigned form the checksum there is
/// the only guard of the body, so one that was announced and did not come is a failure.
pub(super) fn trailer(
    headers: &HeaderMap,
    trailers: Option<TrailingHeaders>,
) -> S3Result<Option<Trailer>> {
    let Some(trailers) = trailers else {
        return Ok(None);
    };
    let announced = announced(headers)?;
    Ok(Some(Box::new(move || read_trailer(announced, &trailers))))
}

fn read_trailer(
    announced: Option<ChecksumAlgorithm>,
    trailers: &TrailingHeaders,
) -> Result<Option<(ChecksumAlgorithm, Vec<u8>)>, BodyError> {
    let came = trailers.take().unwrap_or_default();
    let malformed = || BodyError::from(BodyProblem::Malformed);
    let came = additional(&came).map_err(|_| malformed())?;
    match (announced, came) {
        (None, None) => Ok(None),
        (Some(expected), Some((algorithm, value))) if expected == algorithm => {
            Ok(Some((algorithm, value)))
        }
        (Some(_), _) | (None, Some(_)) => Err(malformed()),
    }
}

/// Checks a document against what was declared of it. `demanded`: S3 takes a list of deletions only with
/// a digest.
pub(super) fn check_document(
    headers: &HeaderMap,
    trailers: Option<&TrailingHeaders>,
    document: &[u8],
    demanded: Demand,
) -> S3Result<()> {
    let md5 = content_md5(headers)?;
    let mut additional = match demanded {
        Demand::OfObject => None,
        Demand::Digest | Demand::Nothing => declared(headers)?.additional,
    };
    if let Some(trailers) = trailers {
        let announced = announced(headers)?;
        let came = read_trailer(announced, trailers);
        additional = additional.or(came.map_err(|e| from_body(&e))?);
    }
    if demanded == Demand::Digest && md5.is_none() && additional.is_none() {
        return Err(s3_error!(
            InvalidRequest,
            "Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
        ));
    }
    if md5.is_some_and(|md5| Md5::checksum(document) != md5) {
        return Err(s3_error!(
            BadDigest,
            "The Content-MD5 you specified did not match what we received."
        ));
    }
    match additional {
        Some((algorithm, value)) if digest(algorithm, document) != value => {
            let name = algorithm.as_str();
            Err(s3_error!(
                BadDigest,
                "The {name} you specified did not match the calculated checksum."
            ))
        }
        _ => Ok(()),
    }
}

/// Whether a document may come without a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Demand {
    /// Only with one.
    Digest,
    /// Also without.
    Nothing,
    /// Also without; a checksum beside Content-MD5 is that of the object which the document completes.
    OfObject,
}

fn digest(algorithm: ChecksumAlgorithm, bytes: &[u8]) -> Vec<u8> {
    match algorithm {
        ChecksumAlgorithm::Crc32 => Crc32::checksum(bytes).to_vec(),
        ChecksumAlgorithm::Crc32c => Crc32c::checksum(bytes).to_vec(),
        ChecksumAlgorithm::Crc64Nvme => Crc64Nvme::checksum(bytes).to_vec(),
        ChecksumAlgorithm::Sha1 => Sha1::checksum(bytes).to_vec(),
        ChecksumAlgorithm::Sha256 => Sha256::checksum(bytes).to_vec(),
    }
}

/// A checksum as answers carry it: one of the five fields filled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) crc32: Option<String>,
    pub(super) crc32c: Option<String>,
    pub(super) crc64nvme: Option<String>,
    pub(super) sha1: Option<String>,
    pub(super) sha256: Option<String>,
    pub(super) kind: Option<s3s::dto::ChecksumType>,
}

impl Told {
    /// Tells a checksum as headers do: a composite one with the number of its parts.
    pub(super) fn with_parts(checksum: Option<&Checksum>) -> Self {
        Self::new(checksum, |checksum| {
            let value = STANDARD.encode(&checksum.value);
            match checksum.kind {
                ChecksumKind::FullObject => value,
                ChecksumKind::Composite => format!("{value}-{}", checksum.parts),
            }
        })
    }

    /// Tells the bare value, as `GetObjectAttributes` does.
    pub(super) fn bare(checksum: Option<&Checksum>) -> Self {
        Self::new(checksum, |checksum| STANDARD.encode(&checksum.value))
    }

    fn new(checksum: Option<&Checksum>, value: impl Fn(&Checksum) -> String) -> Self {
        let Some(checksum) = checksum else {
            return Self::default();
        };
        let mut told = Self {
            kind: Some(checksum_type(checksum.kind)),
            ..Self::default()
        };
        let field = match checksum.algorithm {
            ChecksumAlgorithm::Crc32 => &mut told.crc32,
            ChecksumAlgorithm::Crc32c => &mut told.crc32c,
            ChecksumAlgorithm::Crc64Nvme => &mut told.crc64nvme,
            ChecksumAlgorithm::Sha1 => &mut told.sha1,
            ChecksumAlgorithm::Sha256 => &mut told.sha256,
        };
        *field = Some(value(checksum));
        told
    }
}

/// Returns S3's word for what a checksum covers.
pub(super) fn checksum_type(kind: ChecksumKind) -> s3s::dto::ChecksumType {
    s3s::dto::ChecksumType::from_static(kind.as_str())
}

/// Returns S3's word for an algorithm.
pub(super) fn algorithm_name(algorithm: ChecksumAlgorithm) -> s3s::dto::ChecksumAlgorithm {
    s3s::dto::ChecksumAlgorithm::from_static(algorithm.as_str())
}
