//! What each operation needs of someone who is not the owner. An operation that does not stand here is
//! nobody's: a new one does not come in unseen.

use stave_model::Permission;

/// What lets someone in beside the owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// To have signed: it shows and makes what is the caller's own.
    Signature,
    /// This permission by the list of the bucket.
    Bucket(Permission),
    /// This permission by the list of the object.
    Object(Permission),
    /// To have begun the upload, and still to be allowed to write into the bucket.
    Upload,
    /// Nothing: no list gives it.
    Owner,
}

const LIST: Need = Need::Bucket(Permission::Read);
const WRITE: Need = Need::Bucket(Permission::Write);
const READ: Need = Need::Object(Permission::Read);

/// The operations that lists can open, by s3s's names
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions>).
const LISTED: [(&str, Need); 25] = [
    ("ListBuckets", Need::Signature),
    ("CreateBucket", Need::Signature),
    ("HeadBucket", LIST),
    ("ListObjects", LIST),
    ("ListObjectsV2", LIST),
    ("ListObjectVersions", LIST),
    ("ListMultipartUploads", LIST),
    ("PutObject", WRITE),
    ("PostObject", WRITE),
    ("CopyObject", WRITE),
    ("DeleteObject", WRITE),
    ("DeleteObjects", WRITE),
    ("CreateMultipartUpload", WRITE),
    ("UploadPart", WRITE),
    ("UploadPartCopy", WRITE),
    ("CompleteMultipartUpload", WRITE),
    ("AbortMultipartUpload", Need::Upload),
    ("ListParts", Need::Upload),
    ("GetBucketAcl", Need::Bucket(Permission::ReadAcp)),
    ("PutBucketAcl", Need::Bucket(Permission::WriteAcp)),
    ("GetObject", READ),
    ("HeadObject", READ),
    ("GetObjectTorrent", READ),
    ("GetObjectAcl", Need::Object(Permission::ReadAcp)),
    ("PutObjectAcl", Need::Object(Permission::WriteAcp)),
];

/// The operations that are the bucket's owner's alone.
const OWNERS: [&str; 71] = [
    "CreateBucketMetadataTableConfiguration",
    "DeleteBucket",
    "DeleteBucketAnalyticsConfiguration",
    "DeleteBucketCors",
    "DeleteBucketEncryption",
    "DeleteBucketIntelligentTieringConfiguration",
    "DeleteBucketInventoryConfiguration",
    "DeleteBucketLifecycle",
    "DeleteBucketMetadataTableConfiguration",
    "DeleteBucketMetricsConfiguration",
    "DeleteBucketOwnershipControls",
    "DeleteBucketPolicy",
    "DeleteBucketReplication",
    "DeleteBucketTagging",
    "DeleteBucketWebsite",
    "DeleteObjectTagging",
    "DeletePublicAccessBlock",
    "GetBucketAccelerateConfiguration",
    "GetBucketAnalyticsConfiguration",
    "GetBucketCors",
    "GetBucketEncryption",
    "GetBucketIntelligentTieringConfiguration",
    "GetBucketInventoryConfiguration",
    "GetBucketLifecycleConfiguration",
    "GetBucketLocation",
    "GetBucketLogging",
    "GetBucketMetadataTableConfiguration",
    "GetBucketMetricsConfiguration",
    "GetBucketNotificationConfiguration",
    "GetBucketOwnershipControls",
    "GetBucketPolicy",
    "GetBucketPolicyStatus",
    "GetBucketReplication",
    "GetBucketRequestPayment",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetBucketWebsite",
    "GetObjectAttributes",
    "GetObjectLegalHold",
    "GetObjectLockConfiguration",
    "GetObjectRetention",
    "GetObjectTagging",
    "GetPublicAccessBlock",
    "ListBucketAnalyticsConfigurations",
    "ListBucketIntelligentTieringConfigurations",
    "ListBucketInventoryConfigurations",
    "ListBucketMetricsConfigurations",
    "PutBucketAccelerateConfiguration",
    "PutBucketAnalyticsConfiguration",
    "PutBucketCors",
    "PutBucketEncryption",
    "PutBucketIntelligentTieringConfiguration",
    "PutBucketInventoryConfiguration",
    "PutBucketLifecycleConfiguration",
    "PutBucketLogging",
    "PutBucketMetricsConfiguration",
    "PutBucketNotificationConfiguration",
    "PutBucketOwnershipControls",
    "PutBucketPolicy",
    "PutBucketReplication",
    "PutBucketRequestPayment",
    "PutBucketTagging",
    "PutBucketVersioning",
    "PutBucketWebsite",
    "PutObjectLegalHold",
    "PutObjectLockConfiguration",
    "PutObjectRetention",
    "PutObjectTagging",
    "PutPublicAccessBlock",
    "RestoreObject",
    "SelectObjectContent",
];

/// Returns what an operation needs; `None` where nobody has thought of it yet.
pub(super) fn need_of(operation: &str, version: Version) -> Option<Need> {
    // Who may write may delete, but a single version for ever only the owner does.
    if operation == "DeleteObject" && version == Version::Named {
        return Some(Need::Owner);
    }
    let listed = LISTED.iter().find(|(name, _)| *name == operation);
    let owners = || OWNERS.contains(&operation).then_some(Need::Owner);
    listed.map(|(_, need)| *need).or_else(owners)
}

/// Returns the names of all operations that somebody may do.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    LISTED.iter().map(|(name, _)| *name).chain(OWNERS)
}

/// Whether a request names a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// It does.
    Named,
    /// It means the latest.
    Latest,
}

impl Version {
    /// Returns whether a version is named.
    pub(super) fn of<T>(named: Option<T>) -> Self {
        named.map_or(Self::Latest, |_| Self::Named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_stands_once() {
        let mut names: Vec<&str> = LISTED.iter().map(|(name, _)| *name).collect();
        names.extend(OWNERS);
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn what_is_unknown_is_nobodys() {
        assert_eq!(need_of("CreateSession", Version::Latest), None);
        assert_eq!(need_of("RenameObject", Version::Latest), None);
    }

    #[test]
    fn versions_die_by_the_owners_hand_alone() {
        assert_eq!(need_of("DeleteObject", Version::Latest), Some(WRITE));
        assert_eq!(need_of("DeleteObject", Version::Named), Some(Need::Owner));
        assert_eq!(need_of("GetObject", Version::Named), Some(READ));
        assert_eq!(need_of("DeleteBucket", Version::Latest), Some(Need::Owner));
    }
}
