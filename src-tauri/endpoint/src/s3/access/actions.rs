//! What each operation is in the language of policies: its actions, and what they are done to.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>

use super::needs::Version;

/// What an action is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    /// The bucket.
    Bucket,
    /// The object, by its key.
    Object,
    /// Each object that the request lists: the operation asks for each.
    EachObject,
    /// Nothing that has a policy: the account, or a bucket that is still to be made.
    Nothing,
}

/// The actions of an operation: all must be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Actions {
    pub(super) names: &'static [&'static str],
    pub(super) on: On,
}

/// Returns the actions of an operation, by s3s's name; `None` where nobody has thought of it yet.
pub(super) fn actions_of(operation: &str, version: Version) -> Option<Actions> {
    let on = |on, names| Actions { names, on };
    match operation {
        "ListBuckets" => return Some(on(On::Nothing, &["s3:ListAllMyBuckets"])),
        "CreateBucket" => return Some(on(On::Nothing, &["s3:CreateBucket"])),
        _ => {}
    }
    if operation == "DeleteObjects" {
        return Some(on(On::EachObject, &[]));
    }
    on_object(operation, version)
        .map(|names| on(On::Object, names))
        .or_else(|| on_bucket(operation).map(|names| on(On::Bucket, names)))
}

fn on_object(operation: &str, version: Version) -> Option<&'static [&'static str]> {
    let (latest, named): (&[&str], &[&str]) = match operation {
        "GetObject" | "HeadObject" | "SelectObjectContent" => {
            (&["s3:GetObject"], &["s3:GetObjectVersion"])
        }
        "GetObjectAttributes" => (
            &["s3:GetObject", "s3:GetObjectAttributes"],
            &["s3:GetObjectVersion", "s3:GetObjectVersionAttributes"],
        ),
        "GetObjectTorrent" => (&["s3:GetObjectTorrent"], &["s3:GetObjectVersionTorrent"]),
        "DeleteObject" => (&["s3:DeleteObject"], &["s3:DeleteObjectVersion"]),
        "GetObjectAcl" => (&["s3:GetObjectAcl"], &["s3:GetObjectVersionAcl"]),
        "PutObjectAcl" => (&["s3:PutObjectAcl"], &["s3:PutObjectVersionAcl"]),
        "GetObjectTagging" => (&["s3:GetObjectTagging"], &["s3:GetObjectVersionTagging"]),
        "PutObjectTagging" => (&["s3:PutObjectTagging"], &["s3:PutObjectVersionTagging"]),
        "DeleteObjectTagging" => (
            &["s3:DeleteObjectTagging"],
            &["s3:DeleteObjectVersionTagging"],
        ),
        "PutObject"
        | "PostObject"
        | "CopyObject"
        | "CreateMultipartUpload"
        | "UploadPart"
        | "UploadPartCopy"
        | "CompleteMultipartUpload" => {
            return Some(&["s3:PutObject"]);
        }
        "AbortMultipartUpload" => return Some(&["s3:AbortMultipartUpload"]),
        "ListParts" => return Some(&["s3:ListMultipartUploadParts"]),
        "GetObjectRetention" => return Some(&["s3:GetObjectRetention"]),
        "PutObjectRetention" => return Some(&["s3:PutObjectRetention"]),
        "GetObjectLegalHold" => return Some(&["s3:GetObjectLegalHold"]),
        "PutObjectLegalHold" => return Some(&["s3:PutObjectLegalHold"]),
        "RestoreObject" => return Some(&["s3:RestoreObject"]),
        "UpdateObjectEncryption" => return Some(&["s3:UpdateObjectEncryption"]),
        _ => return None,
    };
    Some(match version {
        Version::Latest => latest,
        Version::Named => named,
    })
}

#[allow(clippy::too_many_lines)] // A table reads best whole.
fn on_bucket(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "HeadBucket" | "ListObjects" | "ListObjectsV2" => &["s3:ListBucket"],
        "ListObjectVersions" => &["s3:ListBucketVersions"],
        "ListMultipartUploads" => &["s3:ListBucketMultipartUploads"],
        "DeleteBucket" => &["s3:DeleteBucket"],
        "GetBucketLocation" => &["s3:GetBucketLocation"],
        "GetBucketVersioning" => &["s3:GetBucketVersioning"],
        "PutBucketVersioning" => &["s3:PutBucketVersioning"],
        "GetBucketAcl" => &["s3:GetBucketAcl"],
        "PutBucketAcl" => &["s3:PutBucketAcl"],
        "GetBucketTagging" => &["s3:GetBucketTagging"],
        "PutBucketTagging" | "DeleteBucketTagging" => &["s3:PutBucketTagging"],
        "GetBucketOwnershipControls" => &["s3:GetBucketOwnershipControls"],
        "PutBucketOwnershipControls" | "DeleteBucketOwnershipControls" => {
            &["s3:PutBucketOwnershipControls"]
        }
        "GetBucketRequestPayment" => &["s3:GetBucketRequestPayment"],
        "PutBucketRequestPayment" => &["s3:PutBucketRequestPayment"],
        "GetBucketAccelerateConfiguration" => &["s3:GetAccelerateConfiguration"],
        "PutBucketAccelerateConfiguration" => &["s3:PutAccelerateConfiguration"],
        "GetBucketLogging" => &["s3:GetBucketLogging"],
        "PutBucketLogging" => &["s3:PutBucketLogging"],
        "GetBucketWebsite" => &["s3:GetBucketWebsite"],
        "PutBucketWebsite" => &["s3:PutBucketWebsite"],
        "DeleteBucketWebsite" => &["s3:DeleteBucketWebsite"],
        "GetBucketEncryption" => &["s3:GetEncryptionConfiguration"],
        "PutBucketEncryption" | "DeleteBucketEncryption" => &["s3:PutEncryptionConfiguration"],
        "GetBucketCors" => &["s3:GetBucketCORS"],
        "PutBucketCors" | "DeleteBucketCors" => &["s3:PutBucketCORS"],
        "GetBucketPolicy" => &["s3:GetBucketPolicy"],
        "PutBucketPolicy" => &["s3:PutBucketPolicy"],
        "DeleteBucketPolicy" => &["s3:DeleteBucketPolicy"],
        "GetBucketPolicyStatus" => &["s3:GetBucketPolicyStatus"],
        "GetPublicAccessBlock" => &["s3:GetBucketPublicAccessBlock"],
        "PutPublicAccessBlock" | "DeletePublicAccessBlock" => &["s3:PutBucketPublicAccessBlock"],
        "GetBucketNotificationConfiguration" => &["s3:GetBucketNotification"],
        "PutBucketNotificationConfiguration" => &["s3:PutBucketNotification"],
        "GetBucketLifecycleConfiguration" => &["s3:GetLifecycleConfiguration"],
        "PutBucketLifecycleConfiguration" | "DeleteBucketLifecycle" => {
            &["s3:PutLifecycleConfiguration"]
        }
        "GetBucketReplication" => &["s3:GetReplicationConfiguration"],
        "PutBucketReplication" | "DeleteBucketReplication" => &["s3:PutReplicationConfiguration"],
        "GetObjectLockConfiguration" => &["s3:GetBucketObjectLockConfiguration"],
        "PutObjectLockConfiguration" => &["s3:PutBucketObjectLockConfiguration"],
        "GetBucketInventoryConfiguration" | "ListBucketInventoryConfigurations" => {
            &["s3:GetInventoryConfiguration"]
        }
        "PutBucketInventoryConfiguration" | "DeleteBucketInventoryConfiguration" => {
            &["s3:PutInventoryConfiguration"]
        }
        "GetBucketAnalyticsConfiguration" | "ListBucketAnalyticsConfigurations" => {
            &["s3:GetAnalyticsConfiguration"]
        }
        "PutBucketAnalyticsConfiguration" | "DeleteBucketAnalyticsConfiguration" => {
            &["s3:PutAnalyticsConfiguration"]
        }
        "GetBucketMetricsConfiguration" | "ListBucketMetricsConfigurations" => {
            &["s3:GetMetricsConfiguration"]
        }
        "PutBucketMetricsConfiguration" | "DeleteBucketMetricsConfiguration" => {
            &["s3:PutMetricsConfiguration"]
        }
        "GetBucketIntelligentTieringConfiguration"
        | "ListBucketIntelligentTieringConfigurations" => {
            &["s3:GetIntelligentTieringConfiguration"]
        }
        "PutBucketIntelligentTieringConfiguration"
        | "DeleteBucketIntelligentTieringConfiguration" => {
            &["s3:PutIntelligentTieringConfiguration"]
        }
        "CreateBucketMetadataTableConfiguration" => &["s3:CreateBucketMetadataTableConfiguration"],
        "GetBucketMetadataTableConfiguration" => &["s3:GetBucketMetadataTableConfiguration"],
        "DeleteBucketMetadataTableConfiguration" => &["s3:DeleteBucketMetadataTableConfiguration"],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::needs::{self, need_of};
    use super::*;

    #[test]
    fn each_operation_that_somebody_may_do_is_an_action() {
        for operation in needs::all() {
            assert!(need_of(operation, Version::Latest).is_some(), "{operation}");
            assert!(
                actions_of(operation, Version::Latest).is_some(),
                "{operation}"
            );
        }
        assert_eq!(actions_of("RenameObject", Version::Latest), None);
    }

    #[test]
    fn a_version_by_its_name_takes_an_action_of_its_own() {
        let names = |operation, version| actions_of(operation, version).unwrap().names;
        assert_eq!(names("HeadObject", Version::Latest), ["s3:GetObject"]);
        assert_eq!(names("HeadObject", Version::Named), ["s3:GetObjectVersion"]);
        assert_eq!(
            names("DeleteObject", Version::Named),
            ["s3:DeleteObjectVersion"]
        );
        assert_eq!(names("PutObject", Version::Latest), ["s3:PutObject"]);
    }
}
