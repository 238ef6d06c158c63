//! The words and pure rules of Stave: what a bucket name, a key, a version, a range or a condition is,
//! and how each is decided. No I/O, no async, no SQL, no HTTP, no serialisation: every floor above speaks
//! these types, and parses text into them once, at its door.

mod acl;
mod actor;
mod bucket_config;
mod change;
mod checksum;
mod clock;
mod condition;
mod cors;
mod encryption;
mod etag;
mod identity;
mod kms;
mod link;
mod listing;
mod names;
mod object;
mod public_access;
mod range;
mod tags;
mod versioning;

pub use acl::{Acl, CannedAcl, Grant, Grantee, ObjectOwnership, Permission};
pub use actor::{ACCOUNT, Actor, ActorSession, Via, role_arn, root_arn, session_arn, user_arn};
pub use bucket_config::{
    Acceleration, BucketConfig, BucketConfigKind, LogKeyFormat, Logging, Payer, RoutingRule,
    Website,
};
pub use change::Change;
pub use checksum::{Checksum, ChecksumAlgorithm, ChecksumKind, Checksums};
pub use clock::{Clock, Ids, SystemClock, Timestamp};
pub use condition::{Conditions, Decision, ETagCondition};
pub use cors::{
    Allowed, CORS_RULES_MAX, Cors, CorsError, CorsMethod, CorsRule, Judgement, Miss, MissReason,
    Preflight, Unmatched,
};
pub use encryption::{BucketEncryption, EncryptionContext, KmsSse, Sse, SseAlgorithm};
pub use etag::ETag;
pub use identity::{
    AccessKey, AccessKeyId, AccessKeyStatus, Identity, IdentityKind, InlinePolicy, KeyUse,
    PolicyName, Session, UserName,
};
pub use kms::{
    Alias, AliasName, DEFAULT_REGION, Key, KeyId, KeyOrigin, KeyRef, KeySpec, KeyState, KeyVersion,
    MANAGED_S3_ALIAS, RotationSchedule, VersionOrigin,
};
pub use link::{LINK_ID_PREFIX, Link, LinkAudience, LinkOutcome, LinkState, LinkTarget, LinkVisit};
pub use listing::{Fold, fold, prefix_end};
pub use names::{BucketName, NameError, ObjectKey, PartNumber, UploadId, VersionId};
pub use object::{
    Bucket, BucketUsage, ObjectHeaders, ObjectPart, Part, StorageClass, Upload, UploadUsage,
    UserMetadata, Version, VersionKind,
};
pub use public_access::PublicAccessBlock;
pub use range::{ByteRange, RangeError, ResolvedRange};
pub use tags::{TagError, Tags};
pub use versioning::Versioning;
