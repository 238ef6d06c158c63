//! The operations, a request of each, and the actions that AWS documents for it: written down here once more, by hand.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>

/// Name, method, target, and the actions that must all be allowed. What is written changes nothing that others stand on:
/// documents are malformed, and what is deleted is not there or not empty.
const TABLE: &str = "
ListBuckets GET / ListAllMyBuckets
CreateBucket PUT /photos CreateBucket
HeadBucket HEAD /photos ListBucket
ListObjects GET /photos ListBucket
ListObjectsV2 GET /photos?list-type=2 ListBucket
ListObjectVersions GET /photos?versions ListBucketVersions
ListMultipartUploads GET /photos?uploads ListBucketMultipartUploads
PutObject PUT /photos/new PutObject
PostObject POST /photos PutObject
CopyObject PUT /photos/copy PutObject GetObject
DeleteObject DELETE /photos/gone DeleteObject
DeleteObject DELETE /photos/gone?versionId=null DeleteObjectVersion
DeleteObjects POST /photos?delete DeleteObject
CreateMultipartUpload POST /photos/parts?uploads PutObject
UploadPart PUT /photos/parts?partNumber=1&uploadId={upload} PutObject
UploadPartCopy PUT /photos/parts?partNumber=2&uploadId={upload} PutObject GetObject
CompleteMultipartUpload POST /photos/parts?uploadId={upload} PutObject
AbortMultipartUpload DELETE /photos/parts?uploadId=nowhere AbortMultipartUpload
ListParts GET /photos/parts?uploadId={upload} ListMultipartUploadParts
GetObject GET /photos/k GetObject
GetObject GET /photos/k?versionId=null GetObjectVersion
HeadObject HEAD /photos/k GetObject
HeadObject HEAD /photos/k?versionId=null GetObjectVersion
GetObjectTorrent GET /photos/k?torrent GetObjectTorrent
GetObjectAttributes GET /photos/k?attributes GetObject GetObjectAttributes
GetObjectAttributes GET /photos/k?attributes&versionId=null GetObjectVersion GetObjectVersionAttributes
GetObjectAcl GET /photos/k?acl GetObjectAcl
GetObjectAcl GET /photos/k?acl&versionId=null GetObjectVersionAcl
PutObjectAcl PUT /photos/k?acl PutObjectAcl
PutObjectAcl PUT /photos/k?acl&versionId=null PutObjectVersionAcl
GetObjectTagging GET /photos/k?tagging GetObjectTagging
GetObjectTagging GET /photos/k?tagging&versionId=null GetObjectVersionTagging
PutObjectTagging PUT /photos/k?tagging PutObjectTagging
DeleteObjectTagging DELETE /photos/k?tagging DeleteObjectTagging
GetObjectLegalHold GET /photos/k?legal-hold GetObjectLegalHold
PutObjectLegalHold PUT /photos/k?legal-hold PutObjectLegalHold
GetObjectRetention GET /photos/k?retention GetObjectRetention
PutObjectRetention PUT /photos/k?retention PutObjectRetention
RestoreObject POST /photos/k?restore RestoreObject
SelectObjectContent POST /photos/k?select&select-type=2 GetObject
UpdateObjectEncryption PUT /photos/k?encryption UpdateObjectEncryption
DeleteBucket DELETE /photos DeleteBucket
GetBucketLocation GET /photos?location GetBucketLocation
GetBucketVersioning GET /photos?versioning GetBucketVersioning
PutBucketVersioning PUT /photos?versioning PutBucketVersioning
GetBucketAcl GET /photos?acl GetBucketAcl
PutBucketAcl PUT /photos?acl PutBucketAcl
GetBucketTagging GET /photos?tagging GetBucketTagging
PutBucketTagging PUT /photos?tagging PutBucketTagging
DeleteBucketTagging DELETE /photos?tagging PutBucketTagging
GetBucketOwnershipControls GET /photos?ownershipControls GetBucketOwnershipControls
PutBucketOwnershipControls PUT /photos?ownershipControls PutBucketOwnershipControls
DeleteBucketOwnershipControls DELETE /photos?ownershipControls PutBucketOwnershipControls
GetBucketRequestPayment GET /photos?requestPayment GetBucketRequestPayment
PutBucketRequestPayment PUT /photos?requestPayment PutBucketRequestPayment
GetBucketAccelerateConfiguration GET /photos?accelerate GetAccelerateConfiguration
PutBucketAccelerateConfiguration PUT /photos?accelerate PutAccelerateConfiguration
GetBucketLogging GET /photos?logging GetBucketLogging
PutBucketLogging PUT /photos?logging PutBucketLogging
GetBucketWebsite GET /photos?website GetBucketWebsite
PutBucketWebsite PUT /photos?website PutBucketWebsite
DeleteBucketWebsite DELETE /photos?website DeleteBucketWebsite
GetBucketEncryption GET /photos?encryption GetEncryptionConfiguration
PutBucketEncryption PUT /photos?encryption PutEncryptionConfiguration
DeleteBucketEncryption DELETE /photos?encryption PutEncryptionConfiguration
GetBucketCors GET /photos?cors GetBucketCORS
PutBucketCors PUT /photos?cors PutBucketCORS
DeleteBucketCors DELETE /photos?cors PutBucketCORS
GetBucketPolicy GET /photos?policy GetBucketPolicy
PutBucketPolicy PUT /photos?policy PutBucketPolicy
DeleteBucketPolicy DELETE /photos?policy DeleteBucketPolicy
GetBucketPolicyStatus GET /photos?policyStatus GetBucketPolicyStatus
GetPublicAccessBlock GET /photos?publicAccessBlock GetBucketPublicAccessBlock
PutPublicAccessBlock PUT /photos?publicAccessBlock PutBucketPublicAccessBlock
DeletePublicAccessBlock DELETE /photos?publicAccessBlock PutBucketPublicAccessBlock
GetBucketNotificationConfiguration GET /photos?notification GetBucketNotification
PutBucketNotificationConfiguration PUT /photos?notification PutBucketNotification
GetBucketLifecycleConfiguration GET /photos?lifecycle GetLifecycleConfiguration
PutBucketLifecycleConfiguration PUT /photos?lifecycle PutLifecycleConfiguration
DeleteBucketLifecycle DELETE /photos?lifecycle PutLifecycleConfiguration
GetBucketReplication GET /photos?replication GetReplicationConfiguration
PutBucketReplication PUT /photos?replication PutReplicationConfiguration
DeleteBucketReplication DELETE /photos?replication PutReplicationConfiguration
GetObjectLockConfiguration GET /photos?object-lock GetBucketObjectLockConfiguration
PutObjectLockConfiguration PUT /photos?object-lock PutBucketObjectLockConfiguration
GetBucketInventoryConfiguration GET /photos?inventory&id=a GetInventoryConfiguration
ListBucketInventoryConfigurations GET /photos?inventory GetInventoryConfiguration
PutBucketInventoryConfiguration PUT /photos?inventory&id=a PutInventoryConfiguration
DeleteBucketInventoryConfiguration DELETE /photos?inventory&id=a PutInventoryConfiguration
GetBucketAnalyticsConfiguration GET /photos?analytics&id=a GetAnalyticsConfiguration
ListBucketAnalyticsConfigurations GET /photos?analytics GetAnalyticsConfiguration
PutBucketAnalyticsConfiguration PUT /photos?analytics&id=a PutAnalyticsConfiguration
DeleteBucketAnalyticsConfiguration DELETE /photos?analytics&id=a PutAnalyticsConfiguration
GetBucketMetricsConfiguration GET /photos?metrics&id=a GetMetricsConfiguration
ListBucketMetricsConfigurations GET /photos?metrics GetMetricsConfiguration
PutBucketMetricsConfiguration PUT /photos?metrics&id=a PutMetricsConfiguration
DeleteBucketMetricsConfiguration DELETE /photos?metrics&id=a PutMetricsConfiguration
GetBucketIntelligentTieringConfiguration GET /photos?intelligent-tiering&id=a GetIntelligentTieringConfiguration
ListBucketIntelligentTieringConfigurations GET /photos?intelligent-tiering GetIntelligentTieringConfiguration
PutBucketIntelligentTieringConfiguration PUT /photos?intelligent-tiering&id=a PutIntelligentTieringConfiguration
DeleteBucketIntelligentTieringConfiguration DELETE /photos?intelligent-tiering&id=a PutIntelligentTieringConfiguration
GetBucketMetadataTableConfiguration GET /photos?metadataTable GetBucketMetadataTableConfiguration
DeleteBucketMetadataTableConfiguration DELETE /photos?metadataTable DeleteBucketMetadataTableConfiguration
";

/// Operations of the tables that no request reaches: the guard takes a POST to a bucket for a form alone.
pub const UNREACHED: [&str; 1] = ["CreateBucketMetadataTableConfiguration"];

/// An operation, and a request of it.
#[derive(Debug, Clone)]
pub struct Operation {
    pub name: &'static str,
    pub method: &'static str,
    pub target: String,
    /// With `s3:` before them.
    pub actions: Vec<String>,
}

impl Operation {
    /// Returns whether it is done to the account, not to a bucket that has a policy.
    pub fn is_of_the_account(&self) -> bool {
        matches!(self.name, "ListBuckets" | "CreateBucket")
    }

    /// Returns whether it is how an owner mends a policy.
    pub fn mends(&self) -> bool {
        matches!(
            self.name,
            "GetBucketPolicy" | "PutBucketPolicy" | "DeleteBucketPolicy"
        )
    }

    /// Returns whether it changes nothing.
    pub fn reads(&self) -> bool {
        matches!(self.method, "GET" | "HEAD")
    }

    /// Returns whether it takes away what is set for the bucket, where it is let in.
    pub fn unsets(&self) -> bool {
        self.method == "DELETE" && self.target.starts_with("/photos?")
    }
}

/// Returns all of them, for an upload in progress.
pub fn all(upload: &str) -> Vec<Operation> {
    let lines = TABLE.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let mut words = line.split(' ');
            let mut word = || words.next().expect("a name, a method and a target");
            let (name, method, target) = (word(), word(), word());
            Operation {
                name,
                method,
                target: target.replace("{upload}", upload),
                actions: words.map(|action| format!("s3:{action}")).collect(),
            }
        })
        .collect()
}
