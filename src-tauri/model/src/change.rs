//! What the screens are told after a commit.

use crate::{BucketName, ObjectKey};

/// Something changed, no matter who wrote: a screen that shows it reads it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The list of buckets, or the settings of one.
    Bucket(BucketName),
    /// The versions of a key.
    Object(BucketName, ObjectKey),
    /// The multipart uploads of a bucket.
    Uploads(BucketName),
    /// The list of access keys.
    AccessKeys,
    /// Users and roles: their policies or sessions.
    Identities,
    /// The list of links, or a use of one.
    Links,
    /// The keys of the key service: their states, versions, aliases, policies or grants.
    Keys,
    /// The audit has a new record.
    Audit,
    /// More changed than the feed could carry: read everything that is shown again.
    Everything,
}
