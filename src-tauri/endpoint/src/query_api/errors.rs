//! What went wrong, by the names that IAM and STS have for it. The match has no wildcard: a new error does not
//! compile until someone has thought of its name.

use std::borrow::Cow;

use hyper::StatusCode;
use stave_store::Error;

use super::answer::Fault;
use crate::locked;
use crate::server::note_failure;

/// Gives a store's error its name, status and message.
pub(super) fn from_store(error: Error) -> Fault {
    match error {
        Error::NoSuchIdentity(_)
        | Error::NoSuchIdentityPolicy { .. }
        | Error::NoSuchAccessKey(_)
        | Error::NoSuchSession => Fault::no_such_entity(error.to_string()),
        Error::IdentityExists(_) | Error::AccessKeyExists(_) => {
            Fault::conflict("EntityAlreadyExists", error.to_string())
        }
        Error::IdentityInUse { .. } => Fault::conflict("DeleteConflict", error.to_string()),
        Error::InvalidPolicy(why) => Fault::new("MalformedPolicyDocument", why),
        Error::SessionExpired => {
            Fault::with_status(StatusCode::FORBIDDEN, "ExpiredToken", error.to_string())
        }
        Error::AccessDenied => Fault::denied(error.to_string()),
        Error::Locked => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Fault::with_status(status, "ServiceUnavailable", locked::MESSAGE)
        }
        Error::NotOffered { what } => Fault::unsupported(what),
        Error::InvalidArgument(why) | Error::InvalidRequest(why) => Fault::invalid(why),
        Error::ReadOnly | Error::DiskFull => ours(&error, error.to_string()),
        // The rest are of objects, uploads, links and keys of the key service, with which no operation here has to do.
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
        | Error::NoSuchLink(_)
        | Error::CustomerKeyRequired
        | Error::CustomerKeyWrong
        | Error::CustomerKeyUnexpected
        | Error::Key(_)
        | Error::Damaged { .. } => ours(&error, "The service failed. Please try again."),
    }
}

/// A failure on our side: told in full to the log, and to the client by what they can do.
fn ours(error: &Error, message: impl Into<Cow<'static, str>>) -> Fault {
    note_failure(error);
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    Fault::with_status(status, "ServiceFailure", message)
}
