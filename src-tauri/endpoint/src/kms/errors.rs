//! What went wrong, by the names that AWS KMS has for it. The matches have no wildcard: a new error does not
//! compile until someone has thought of its name.

use hyper::StatusCode;
use stave_store::{Error, KeyError};

use crate::json::JsonError;
use crate::locked;
use crate::server::note_failure;

const INTERNAL: &str = "KMSInternalException";

/// Gives a store's error its name, status and message.
pub(super) fn from_store(error: Error) -> JsonError {
    match error {
        Error::Key(error) => from_key(&error),
        Error::Locked => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            JsonError::with_status(status, INTERNAL, locked::MESSAGE)
        }
        Error::AccessDenied => JsonError::new("AccessDeniedException", error.to_string()),
        Error::NotOffered { what } => JsonError::unsupported(what),
        Error::InvalidArgument(why) | Error::InvalidRequest(why) => JsonError::invalid(why),
        Error::ReadOnly | Error::DiskFull => ours(&error, error.to_string()),
        // The rest are of objects, uploads and access keys, with which no operation here has to do.
        Error::Failed { .. }
        | Error::NoSuchBucket(_)
        | Error::BucketAlreadyOwnedByYou(_)
        | Error::BucketAlreadyExists(_)
        | Error::BucketNotEmpty(_)
        | Error::NoSuchKey { .. }
        | Error::NoSuchVersion { .. }
        | Error::IsDeleteMarker { .. }
        | Error::NoSuchUpload(_)
        | Error::InvalidPart(_)
        | Error::InvalidPartOrder
        | Error::EntityTooSmall { .. }
        | Error::EntityTooLarge { .. }
        | Error::IncompleteBody { .. }
        | Error::BadDigest { .. }
        | Error::Body(_)
        | Error::PreconditionFailed
        | Error::NotModified
        | Error::InvalidRange(_)
        | Error::CopyOntoItself
        | Error::NoSuchAccessKey(_)
        | Error::AccessKeyExists(_)
        | Error::NoSuchIdentity(_)
        | Error::IdentityExists(_)
        | Error::IdentityInUse { .. }
        | Error::NoSuchIdentityPolicy { .. }
        | Error::InvalidPolicy(_)
        | Error::NoSuchSession
        | Error::SessionExpired
        | Error::NoSuchLink(_)
        | Error::CustomerKeyRequired
        | Error::CustomerKeyWrong
        | Error::CustomerKeyUnexpected
        | Error::Damaged { .. } => ours(&error, "The key service failed. Please try again."),
    }
}

fn from_key(error: &KeyError) -> JsonError {
    let code = match error {
        KeyError::NotFound(_) => "NotFoundException",
        // Of what is no ARN at all AWS says that it found none.
        KeyError::InvalidArn(text) if !text.starts_with("arn:") => "NotFoundException",
        KeyError::InvalidArn(_) => "InvalidArnException",
        KeyError::Disabled { .. } => "DisabledException",
        KeyError::InvalidState { .. } => "KMSInvalidStateException",
        KeyError::AccessDenied { .. } => "AccessDeniedException",
        KeyError::AlreadyExists(_) => "AlreadyExistsException",
        KeyError::LimitExceeded(_) => "LimitExceededException",
        KeyError::MalformedPolicyDocument(_) => "MalformedPolicyDocumentException",
        KeyError::InvalidCiphertext => "InvalidCiphertextException",
        KeyError::IncorrectKey => "IncorrectKeyException",
        KeyError::InvalidKeyUsage { .. } => "InvalidKeyUsageException",
        KeyError::InvalidMac => "KMSInvalidMacException",
        KeyError::Tag(_) => "TagException",
        KeyError::Unsupported(_) => "UnsupportedOperationException",
        KeyError::InvalidGrantToken => "InvalidGrantTokenException",
        KeyError::InvalidImportToken => "InvalidImportTokenException",
        KeyError::ExpiredImportToken => "ExpiredImportTokenException",
        KeyError::IncorrectKeyMaterial => "IncorrectKeyMaterialException",
        KeyError::Validation(_) => "ValidationException",
        KeyError::Damaged(_) => return ours(error, error.to_string()),
    };
    JsonError::new(code, error.to_string())
}

/// A failure on our side: told in full to the log, and to the client by what they can do.
fn ours(
    error: &(dyn std::error::Error + 'static),
    message: impl Into<std::borrow::Cow<'static, str>>,
) -> JsonError {
    note_failure(error);
    JsonError::with_status(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn tells(error: impl Into<Error>, status: u16, code: &str) {
        let answer = from_store(error.into()).into_answer();
        assert_eq!(
            (answer.status, answer.error.as_deref()),
            (status, Some(code))
        );
    }

    #[test]
    fn every_kind_of_refusal_has_its_name() {
        let text = || "it".to_owned();
        tells(KeyError::NotFound(text()), 400, "NotFoundException");
        tells(KeyError::InvalidArn(text()), 400, "NotFoundException");
        let arn = "arn:aws:kms:eu-west-1:1:key/x".to_owned();
        tells(
            KeyError::InvalidArn(arn.clone()),
            400,
            "InvalidArnException",
        );
        tells(KeyError::Disabled { arn }, 400, "DisabledException");
        tells(KeyError::InvalidMac, 400, "KMSInvalidMacException");
        tells(KeyError::Damaged(text()), 500, "KMSInternalException");
        tells(Error::Locked, 503, "KMSInternalException");
        tells(Error::AccessDenied, 400, "AccessDeniedException");
        tells(Error::DiskFull, 500, "KMSInternalException");
        tells(
            Error::NotOffered { what: "it" },
            400,
            "UnsupportedOperationException",
        );
    }

    #[test]
    fn a_failure_of_ours_does_not_tell_its_cause_to_the_client() {
        let source = std::io::Error::other("/home/bea/.local/share/stave");
        let answer = from_store(Error::Failed {
            doing: "reading",
            source: Box::new(source),
        });
        let body = String::from_utf8(answer.into_answer().body).unwrap();
        assert!(!body.contains("bea"), "{body}");
    }
}
