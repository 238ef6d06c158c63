//! What can go wrong, in words that a caller can act on.

use stave_model::{
    AccessKeyId, BucketName, ObjectKey, PartNumber, PolicyName, RangeError, UploadId, UserName,
    VersionId,
};
use thiserror::Error;

use crate::{BodyError, KeyError};

/// The result of a storage operation.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a storage operation did not happen. Each variant but the last is something that a caller can act on.
#[derive(Debug, Error)]
pub enum Error {
    /// The bucket does not exist.
    #[error("bucket {0} does not exist")]
    NoSuchBucket(BucketName),
    /// The bucket exists and belongs to the caller.
    #[error("bucket {0} exists already and is yours")]
    BucketAlreadyOwnedByYou(BucketName),
    /// The bucket exists and belongs to another user.
    #[error("bucket {0} exists already and belongs to another user")]
    BucketAlreadyExists(BucketName),
    /// The bucket still holds versions or uploads.
    #[error("bucket {0} is not empty")]
    BucketNotEmpty(BucketName),
    /// The key has no version, or its latest is a delete marker (then `delete_marker` is its id).
    #[error("key {:?} does not exist", .key.as_str())]
    NoSuchKey {
        /// The key.
        key: ObjectKey,
        /// The delete marker that hides it.
        delete_marker: Option<VersionId>,
    },
    /// The key has no version of that id.
    #[error("key {:?} has no version {version}", .key.as_str())]
    NoSuchVersion {
        /// The key.
        key: ObjectKey,
        /// The version asked for.
        version: VersionId,
    },
    /// The version asked for is a delete marker, which has no body: S3's 405.
    #[error("version {version} of {:?} is a delete marker", .key.as_str())]
    IsDeleteMarker {
        /// The key.
        key: ObjectKey,
        /// The version asked for.
        version: VersionId,
    },
    /// The upload does not exist, was completed or was aborted.
    #[error("upload {0} does not exist, or was completed or aborted")]
    NoSuchUpload(UploadId),
    /// A part named in Complete was not uploaded, or its tag differs.
    #[error("part {} was not uploaded, or its entity tag differs", .0.get())]
    InvalidPart(PartNumber),
    /// The parts named in Complete are not in ascending order.
    #[error("the parts are not in ascending order")]
    InvalidPartOrder,
    /// A part that is not the last is smaller than 5 MiB.
    #[error(
        "part {} has {size_bytes} bytes; all but the last have at least {minimum_bytes}", .number.get()
    )]
    EntityTooSmall {
        /// The part.
        number: PartNumber,
        /// Its size.
        size_bytes: u64,
        /// The least size.
        minimum_bytes: u64,
    },
    /// The body is larger than S3 takes in one request, or an object larger than 5 TiB.
    #[error("the body is larger than the {maximum_bytes} bytes that S3 takes")]
    EntityTooLarge {
        /// The limit.
        maximum_bytes: u64,
    },
    /// The body ended before its declared length.
    #[error("the body ended after {got_bytes} of {declared_bytes} bytes")]
    IncompleteBody {
        /// What came.
        got_bytes: u64,
        /// What was declared.
        declared_bytes: u64,
    },
    /// A declared digest differs from that of the bytes that arrived; `what` is the header's name.
    #[error("{what} does not match the body that arrived")]
    BadDigest {
        /// The header that carried the digest.
        what: &'static str,
    },
    /// The body failed while it was read.
    #[error("the body could not be read")]
    Body(#[source] BodyError),
    /// A condition of the request does not hold: 412.
    #[error("a condition of the request does not hold")]
    PreconditionFailed,
    /// A read's condition says that the client has the object already: 304.
    #[error("the object was not modified")]
    NotModified,
    /// No byte of the object lies in the range.
    #[error(transparent)]
    InvalidRange(#[from] RangeError),
    /// A copy onto itself that changes nothing.
    #[error("a copy onto itself must change metadata, storage class or encryption")]
    CopyOntoItself,
    /// A request whose parts contradict one another; the text says which.
    #[error("{0}")]
    InvalidArgument(&'static str),
    /// A request that S3 refuses as `InvalidRequest`; the text says why.
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// The access key does not exist.
    #[error("access key {0} does not exist")]
    NoSuchAccessKey(AccessKeyId),
    /// An access key of that id exists.
    #[error("access key {0} exists already")]
    AccessKeyExists(AccessKeyId),
    /// No user and no role has that name.
    #[error("there is no user and no role {0}")]
    NoSuchIdentity(UserName),
    /// A user or a role has that name.
    #[error("there is a user or a role {0} already")]
    IdentityExists(UserName),
    /// The identity still has something; `has` names it.
    #[error("{name} still has {has}")]
    IdentityInUse {
        /// The identity.
        name: UserName,
        /// What it has.
        has: &'static str,
    },
    /// The identity has no policy of that name.
    #[error("{identity} has no policy {policy}")]
    NoSuchIdentityPolicy {
        /// The identity.
        identity: UserName,
        /// The policy.
        policy: PolicyName,
    },
    /// A policy is none; the text says where and why.
    #[error("{0}")]
    InvalidPolicy(String),
    /// The session does not exist, was ended, or has another token.
    #[error("the session does not exist or was ended")]
    NoSuchSession,
    /// The session's end has come.
    #[error("the session has expired")]
    SessionExpired,
    /// The link does not exist.
    #[error("link {0} does not exist")]
    NoSuchLink(AccessKeyId),
    /// The credentials do not allow it.
    #[error("access denied")]
    AccessDenied,
    /// The store does not offer this operation; `what` names it.
    #[error("this store does not offer {what}")]
    NotOffered {
        /// The operation.
        what: &'static str,
    },
    /// The object is under a customer's key, and the request brought none.
    #[error("the object is encrypted under a key of its owner; send it with the request")]
    CustomerKeyRequired,
    /// The object is under another customer's key than the one that the request brought.
    #[error("the object is encrypted under another key than the one that was sent")]
    CustomerKeyWrong,
    /// The request brought a customer's key, and the object is under none.
    #[error("the object is not encrypted under a customer's key, so that none can be sent for it")]
    CustomerKeyUnexpected,
    /// The key service refused the use of a key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The bytes at rest do not authenticate: damaged or tampered with. Never a body.
    #[error("the stored bytes of version {version} of {:?} are damaged", .key.as_str())]
    Damaged {
        /// The key.
        key: ObjectKey,
        /// The version.
        version: VersionId,
    },
    /// The vault is locked; unlock it and try again.
    #[error("the vault is locked")]
    Locked,
    /// The disk is full; free some space and try again.
    #[error("the disk is full")]
    DiskFull,
    /// A write failed in a way after which nothing more is written until the vault is opened again.
    #[error(
        "the vault is read-only after a failed write; close it, check the disk and open it again"
    )]
    ReadOnly,
    /// Something that the caller cannot act on.
    #[error("the store failed while {doing}")]
    Failed {
        /// What was being done.
        doing: &'static str,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
