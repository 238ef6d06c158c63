//! What went wrong, in S3's codes. The match over the store's errors has no wildcard: a new error does not
//! compile until someone has thought of its code.

use hyper::header::{CONTENT_RANGE, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{HeaderMap, StatusCode};
use s3s::{S3Error, S3ErrorCode, s3_error};
use stave_store::{BodyError, Error, KeyError};

use super::bodies::BodyProblem;
use crate::dialect::Dialect;
use crate::server::note_failure;

const DELETE_MARKER: HeaderName = HeaderName::from_static("x-amz-delete-marker");
const VERSION_ID: HeaderName = HeaderName::from_static("x-amz-version-id");

/// Gives a store's error its code, status, message and headers.
#[allow(clippy::too_many_lines)] // One arm for each error: a table reads best whole.
pub(super) fn from_store(error: Error) -> S3Error {
    let message = error.to_string();
    let with = |code: S3ErrorCode| S3Error::with_message(code, message.clone());
    match error {
        Error::NoSuchBucket(_) => {
            s3_error!(NoSuchBucket, "The specified bucket does not exist")
        }
        Error::BucketAlreadyOwnedByYou(_) => with(S3ErrorCode::BucketAlreadyOwnedByYou),
        Error::BucketAlreadyExists(_) => with(S3ErrorCode::BucketAlreadyExists),
        Error::BucketNotEmpty(_) => s3_error!(
            BucketNotEmpty,
            "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
        ),
        Error::NoSuchKey { delete_marker, .. } => {
            let error = s3_error!(NoSuchKey, "The specified key does not exist.");
            match delete_marker {
                None => error,
                Some(marker) => with_headers(
                    error,
                    [
                        (DELETE_MARKER, "true".to_owned()),
                        (VERSION_ID, marker.as_str().to_owned()),
                    ],
                ),
            }
        }
        Error::NoSuchVersion { .. } => {
            s3_error!(NoSuchVersion, "The specified version does not exist.")
        }
        Error::IsDeleteMarker { version, .. } => with_headers(
            s3_error!(
                MethodNotAllowed,
                "The specified method is not allowed against this resource."
            ),
            [
                (DELETE_MARKER, "true".to_owned()),
                (VERSION_ID, version.as_str().to_owned()),
                (hyper::header::ALLOW, "DELETE".to_owned()),
            ],
        ),
        Error::NoSuchUpload(_) => s3_error!(
            NoSuchUpload,
            "The specified multipart upload does not exist. The upload ID may be invalid, or the \
             upload may have been aborted or completed."
        ),
        Error::InvalidPart(_) => s3_error!(
            InvalidPart,
            "One or more of the specified parts could not be found. The part may not have been \
             uploaded, or the specified entity tag may not match the part's entity tag."
        ),
        Error::InvalidPartOrder => s3_error!(
            InvalidPartOrder,
            "The list of parts was not in ascending order. Parts must be ordered by part number."
        ),
        Error::EntityTooSmall { .. } => s3_error!(
            EntityTooSmall,
            "Your proposed upload is smaller than the minimum allowed size"
        ),
        Error::EntityTooLarge { .. } => s3_error!(
            EntityTooLarge,
            "Your proposed upload exceeds the maximum allowed size"
        ),
        Error::IncompleteBody { .. } => with(S3ErrorCode::IncompleteBody),
        Error::BadDigest { .. } => with(S3ErrorCode::BadDigest),
        Error::Body(error) => from_body(&error),
        Error::PreconditionFailed => s3_error!(
            PreconditionFailed,
            "At least one of the pre-conditions you specified did not hold"
        ),
        Error::NotModified => S3Error::new(S3ErrorCode::NotModified),
        Error::InvalidRange(range) => with_headers(
            s3_error!(InvalidRange, "The requested range is not satisfiable"),
            [(CONTENT_RANGE, format!("bytes */{}", range.size_bytes))],
        ),
        Error::CopyOntoItself => s3_error!(
            InvalidRequest,
            "This copy request is illegal because it is trying to copy an object to itself without \
             changing the object's metadata, storage class, website redirect location or \
             encryption attributes."
        ),
        Error::InvalidArgument(_) => with(S3ErrorCode::InvalidArgument),
        Error::InvalidRequest(_) => with(S3ErrorCode::InvalidRequest),
        Error::NoSuchAccessKey(_) => with(S3ErrorCode::InvalidAccessKeyId),
        // S3 has no operation that names an identity or a link; these stand for IAM's.
        Error::NoSuchIdentity(_) | Error::NoSuchIdentityPolicy { .. } | Error::NoSuchLink(_) => {
            custom("NoSuchEntity", StatusCode::NOT_FOUND, message)
        }
        Error::AccessKeyExists(_) | Error::IdentityExists(_) => {
            custom("EntityAlreadyExists", StatusCode::CONFLICT, message)
        }
        Error::IdentityInUse { .. } => custom("DeleteConflict", StatusCode::CONFLICT, message),
        Error::InvalidPolicy(_) => with(S3ErrorCode::MalformedPolicy),
        Error::NoSuchSession => with(S3ErrorCode::InvalidToken),
        Error::SessionExpired => with(S3ErrorCode::ExpiredToken),
        Error::AccessDenied => s3_error!(AccessDenied, "Access Denied"),
        Error::NotOffered { .. } => with(S3ErrorCode::NotImplemented),
        Error::CustomerKeyRequired => s3_error!(
            InvalidRequest,
            "The object was stored using a form of Server Side Encryption. The correct parameters \
             must be provided to retrieve the object."
        ),
        Error::CustomerKeyUnexpected => s3_error!(
            InvalidRequest,
            "The encryption parameters are not applicable to this object."
        ),
        Error::CustomerKeyWrong => s3_error!(
            AccessDenied,
            "Requests specifying Server Side Encryption with Customer provided keys must provide \
             the correct secret key."
        ),
        Error::Key(error) => from_key(error),
        Error::Damaged { .. } => ours(&error, S3ErrorCode::InternalError),
        Error::Locked => s3_error!(ServiceUnavailable, "{}", crate::locked::MESSAGE),
        Error::ReadOnly => ours(&error, S3ErrorCode::ServiceUnavailable),
        Error::DiskFull => {
            note_failure(&error);
            custom(
                "InsufficientStorage",
                StatusCode::INSUFFICIENT_STORAGE,
                message,
            )
        }
        Error::Failed { .. } => {
            note_failure(&error);
            s3_error!(
                InternalError,
                "We encountered an internal error. Please try again."
            )
        }
    }
}

/// Gives a refusal of the key service its code: S3 hands those on that speak of a key's state.
fn from_key(error: KeyError) -> S3Error {
    let message = error.to_string();
    let kms = |code| custom(code, StatusCode::BAD_REQUEST, message.clone());
    match error {
        KeyError::NotFound(_) => kms("KMS.NotFoundException"),
        KeyError::InvalidArn(text) => {
            let message = format!("Invalid keyId {text:?}");
            custom("KMS.NotFoundException", StatusCode::BAD_REQUEST, message)
        }
        KeyError::Disabled { .. } => kms("KMS.DisabledException"),
        KeyError::InvalidState { .. } => kms("KMS.KMSInvalidStateException"),
        KeyError::InvalidKeyUsage { .. } => kms("KMS.InvalidKeyUsageException"),
        KeyError::AccessDenied {
            user,
            action,
            resource,
            why,
        } => s3_error!(
            AccessDenied,
            "User: {user} is not authorized to perform: {action} on resource: {resource}: {why}"
        ),
        KeyError::LimitExceeded(_) => kms("KMS.LimitExceededException"),
        KeyError::Unsupported(_) => s3_error!(NotImplemented, "{message}"),
        KeyError::Damaged(_) | KeyError::InvalidCiphertext => {
            ours(&error, S3ErrorCode::InternalError)
        }
        KeyError::AlreadyExists(_)
        | KeyError::MalformedPolicyDocument(_)
        | KeyError::IncorrectKey
        | KeyError::InvalidMac
        | KeyError::Tag(_)
        | KeyError::InvalidGrantToken
        | KeyError::InvalidImportToken
        | KeyError::ExpiredImportToken
        | KeyError::IncorrectKeyMaterial
        | KeyError::Validation(_) => s3_error!(InvalidArgument, "{message}"),
    }
}

/// Gives a failure of a part, or of the completion of an upload, its code. What is wrong with a customer's
/// key is said of the upload there.
pub(super) fn from_upload(error: Error) -> S3Error {
    match error {
        Error::CustomerKeyRequired => s3_error!(
            InvalidRequest,
            "The multipart upload initiate requested encryption. Subsequent part requests must \
             include the appropriate encryption parameters."
        ),
        Error::CustomerKeyWrong => s3_error!(
            InvalidRequest,
            "The provided encryption parameters did not match the ones used originally."
        ),
        Error::CustomerKeyUnexpected => s3_error!(
            InvalidRequest,
            "The multipart upload initiate did not request encryption. Please resend the request \
             without sending encryption parameters."
        ),
        error => from_store(error),
    }
}

/// Gives the failure of a body its code.
pub(super) fn from_body(error: &BodyError) -> S3Error {
    match error {
        BodyError::Aborted(_) => s3_error!(
            IncompleteBody,
            "You did not provide the number of bytes specified by the Content-Length HTTP header"
        ),
        BodyError::Signature => s3_error!(
            SignatureDoesNotMatch,
            "The signature of a chunk does not match the one that was calculated."
        ),
        BodyError::Damaged => ours(error, S3ErrorCode::InternalError),
        BodyError::Io(io) => match io.get_ref().and_then(|e| e.downcast_ref::<BodyProblem>()) {
            Some(problem) => from_problem(*problem),
            None => ours(error, S3ErrorCode::InternalError),
        },
    }
}

/// A document whose elements contradict S3's schema.
pub(super) fn malformed_xml() -> S3Error {
    s3_error!(
        MalformedXML,
        "The XML you provided was not well-formed or did not validate against our published schema"
    )
}

fn from_problem(problem: BodyProblem) -> S3Error {
    match problem {
        BodyProblem::PayloadHash => custom(
            "XAmzContentSHA256Mismatch",
            StatusCode::BAD_REQUEST,
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ),
        BodyProblem::Malformed => s3_error!(
            InvalidRequest,
            "The body contained chunks or a trailer that are malformed or were not announced"
        ),
        BodyProblem::Length => s3_error!(
            IncompleteBody,
            "You did not provide the number of bytes specified by the Content-Length HTTP header"
        ),
        BodyProblem::TimedOut => s3_error!(
            RequestTimeout,
            "Your socket connection to the server was not read from or written to within the \
             timeout period."
        ),
    }
}

/// A failure on our side: told in full to the log, and to the client by what they can do.
fn ours(error: &(dyn std::error::Error + 'static), code: S3ErrorCode) -> S3Error {
    note_failure(error);
    S3Error::with_message(code, error.to_string())
}

/// Makes an error whose code s3s does not know.
pub(super) fn custom(
    code: &'static str,
    status: StatusCode,
    message: impl Into<std::borrow::Cow<'static, str>>,
) -> S3Error {
    let mut error = S3Error::with_message(S3ErrorCode::Custom(code.into()), message);
    error.set_status_code(status);
    error
}

/// Adds headers; s3s then sends these alone, so the type of the document is one of them.
pub(super) fn with_headers(
    mut error: S3Error,
    headers: impl IntoIterator<Item = (HeaderName, String)>,
) -> S3Error {
    let mut map = HeaderMap::new();
    map.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    for (name, value) in headers {
        // Ids and lengths are visible ASCII; what is not would be no header.
        if let Ok(value) = HeaderValue::from_str(&value) {
            map.insert(name, value);
        }
    }
    error.set_headers(map);
    error
}

/// Says an error as a dialect has it.
pub(super) fn in_dialect(dialect: Dialect, mut error: S3Error) -> S3Error {
    if dialect == Dialect::Aws {
        return error;
    }
    let says = |start| error.message().is_some_and(|m| m.starts_with(start));
    let code = match error.code().as_str() {
        "InvalidRequest" if says("Value for x-amz-checksum-") => S3ErrorCode::BadDigest,
        "InvalidPartNumber" => S3ErrorCode::InvalidPart,
        "BadRequest" if says("Object tags cannot") => S3ErrorCode::InvalidTag,
        "AccessDenied" if says("Requests specifying Server Side Encryption") => {
            S3ErrorCode::InvalidRequest
        }
        _ => return error,
    };
    error.set_code(code);
    error.set_status_code(StatusCode::BAD_REQUEST);
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use stave_model::{BucketName, ObjectKey, RangeError, VersionId};

    #[track_caller]
    fn tells(error: Error, status: u16, code: &str) {
        let told = from_store(error);
        let got = told.status_code().map(|s| s.as_u16());
        assert_eq!((got, told.code().as_str()), (Some(status), code));
        let silent = status == 304;
        assert!(silent || told.message().is_some_and(|m| !m.is_empty()));
    }

    #[test]
    fn every_kind_of_error_has_its_code_and_status() {
        let bucket = || BucketName::parse("photos").unwrap();
        let key = || ObjectKey::parse("k").unwrap();
        tells(Error::NoSuchBucket(bucket()), 404, "NoSuchBucket");
        tells(Error::BucketNotEmpty(bucket()), 409, "BucketNotEmpty");
        tells(
            Error::BucketAlreadyExists(bucket()),
            409,
            "BucketAlreadyExists",
        );
        tells(Error::PreconditionFailed, 412, "PreconditionFailed");
        tells(Error::NotModified, 304, "NotModified");
        tells(
            Error::InvalidRange(RangeError { size_bytes: 1 }),
            416,
            "InvalidRange",
        );
        tells(
            Error::BadDigest {
                what: "content-md5",
            },
            400,
            "BadDigest",
        );
        tells(Error::AccessDenied, 403, "AccessDenied");
        tells(Error::NotOffered { what: "it" }, 501, "NotImplemented");
        tells(Error::Locked, 503, "ServiceUnavailable");
        tells(Error::CustomerKeyRequired, 400, "InvalidRequest");
        tells(Error::CustomerKeyUnexpected, 400, "InvalidRequest");
        tells(Error::CustomerKeyWrong, 403, "AccessDenied");
        tells(Error::ReadOnly, 503, "ServiceUnavailable");
        tells(Error::DiskFull, 507, "InsufficientStorage");
        let damaged = Error::Damaged {
            key: key(),
            version: VersionId::Null,
        };
        tells(damaged, 500, "InternalError");
        let signature = Error::Body(BodyError::Signature);
        tells(signature, 403, "SignatureDoesNotMatch");
        for (problem, code) in [
            (BodyProblem::PayloadHash, "XAmzContentSHA256Mismatch"),
            (BodyProblem::Malformed, "InvalidRequest"),
            (BodyProblem::Length, "IncompleteBody"),
            (BodyProblem::TimedOut, "RequestTimeout"),
        ] {
            tells(Error::Body(problem.into()), 400, code);
        }
    }

    #[test]
    fn a_refusal_of_a_key_is_told_as_the_key_service_would() {
        let arn = || "arn:aws:kms:us-east-1:000000000000:key/k".to_owned();
        let key = |error: KeyError, status, code| tells(Error::Key(error), status, code);
        key(KeyError::NotFound(arn()), 400, "KMS.NotFoundException");
        key(
            KeyError::InvalidArn("k".to_owned()),
            400,
            "KMS.NotFoundException",
        );
        let disabled = KeyError::Disabled { arn: arn() };
        key(disabled, 400, "KMS.DisabledException");
        let pending = KeyError::InvalidState {
            arn: arn(),
            state: "PendingDeletion",
            way_out: "cancel it",
        };
        key(pending, 400, "KMS.KMSInvalidStateException");
        let usage = KeyError::InvalidKeyUsage {
            arn: arn(),
            usage: "GENERATE_VERIFY_MAC",
        };
        key(usage, 400, "KMS.InvalidKeyUsageException");
        key(KeyError::Damaged(arn()), 500, "InternalError");
        let denied = KeyError::AccessDenied {
            user: "arn:aws:iam::000000000000:user/bob".to_owned(),
            action: "kms:Decrypt",
            resource: arn(),
            why: "the key policy does not allow it".to_owned(),
        };
        let told = from_store(Error::Key(denied));
        assert_eq!(told.status_code(), Some(StatusCode::FORBIDDEN));
        assert_eq!(
            told.message(),
            Some(
                "User: arn:aws:iam::000000000000:user/bob is not authorized to perform: \
                 kms:Decrypt on resource: arn:aws:kms:us-east-1:000000000000:key/k: the key \
                 policy does not allow it"
            )
        );
    }

    #[test]
    fn a_failure_of_ours_does_not_tell_its_cause_to_the_client() {
        let source = std::io::Error::other("/home/bea/.local/share/stave");
        let told = from_store(Error::Failed {
            doing: "reading",
            source: Box::new(source),
        });
        assert!(!told.message().unwrap().contains("bea"));
    }
}
