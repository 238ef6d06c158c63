//! S3's operations, a request of each, and what is answered.

use super::Support::{self, Answered, Partly, Refused};

/// One operation of S3's API.
pub struct Operation {
    /// Its name in the API reference.
    pub name: &'static str,
    /// Method and target of a request of it. `{upload}` is an upload in progress of `photos/parts`.
    pub request: &'static str,
    /// The document that the request carries. `{key}` is the ARN of a key of the key service.
    pub body: &'static str,
    /// The status of the answer, and the code where it is a refusal.
    pub answer: &'static str,
    /// What can be said of it.
    pub support: Support,
}

/// Shortens the table: an operation whose request carries no document.
const fn op(
    name: &'static str,
    request: &'static str,
    answer: &'static str,
    support: Support,
) -> Operation {
    with(name, request, "", answer, support)
}

const fn with(
    name: &'static str,
    request: &'static str,
    body: &'static str,
    answer: &'static str,
    support: Support,
) -> Operation {
    Operation {
        name,
        request,
        body,
        answer,
        support,
    }
}

const TAGS: &str = "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>";
const OWNERSHIP: &str = "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>";
const ACL: &str = "<AccessControlPolicy><Owner><ID>admin</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"><ID>admin</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>";
const CORS: &str = "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>";
const ENCRYPTION: &str = "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>";
const REENCRYPTION: &str =
    "<ObjectEncryption><SSE-KMS><KMSKeyArn>{key}</KMSKeyArn></SSE-KMS></ObjectEncryption>";
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/bob"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"}]}"#;
const LIFECYCLE: &str = "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status><Filter><Prefix>x</Prefix></Filter><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>";
const REPLICATION: &str = "<ReplicationConfiguration><Role>arn:aws:iam::1:role/r</Role><Rule><Status>Enabled</Status><Destination><Bucket>arn:aws:s3:::b</Bucket></Destination></Rule></ReplicationConfiguration>";
const BLOCK: &str = "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>";
const LOCK: &str = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>";
const ANALYTICS: &str =
    "<AnalyticsConfiguration><Id>a</Id><StorageClassAnalysis/></AnalyticsConfiguration>";
const TIERING: &str = "<IntelligentTieringConfiguration><Id>a</Id><Status>Enabled</Status><Tiering><AccessTier>ARCHIVE_ACCESS</AccessTier><Days>90</Days></Tiering></IntelligentTieringConfiguration>";
const INVENTORY: &str = "<InventoryConfiguration><Destination><S3BucketDestination><Bucket>arn:aws:s3:::b</Bucket><Format>CSV</Format></S3BucketDestination></Destination><IsEnabled>true</IsEnabled><Id>a</Id><IncludedObjectVersions>All</IncludedObjectVersions><Schedule><Frequency>Daily</Frequency></Schedule></InventoryConfiguration>";
const SELECT: &str = "<SelectObjectContentRequest><Expression>SELECT * FROM S3Object</Expression><ExpressionType>SQL</ExpressionType><InputSerialization><CSV/></InputSerialization><OutputSerialization><CSV/></OutputSerialization></SelectObjectContentRequest>";

const LATER: Support = Refused("not built yet");
const ONE_MACHINE: Support = Refused("has no meaning on one machine");
const NOT_SET: Support = Partly("answers that nothing is set; cannot be set yet");

/// All of them, by what they are about.
pub const OPERATIONS: &[Operation] = &[
    // Buckets.
    op("ListBuckets", "GET /", "200", Answered("")),
    op(
        "CreateBucket",
        "PUT /films",
        "200",
        Partly(
            "names are unique in the vault; one region: a location constraint is taken and not kept; object lock is not built yet",
        ),
    ),
    op("HeadBucket", "HEAD /photos", "200", Answered("")),
    op("DeleteBucket", "DELETE /films", "204", Answered("")),
    op(
        "GetBucketLocation",
        "GET /photos?location",
        "200",
        Answered(""),
    ),
    op(
        "GetBucketVersioning",
        "GET /photos?versioning",
        "200",
        Answered(""),
    ),
    with(
        "PutBucketVersioning",
        "PUT /photos?versioning",
        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
        "200",
        Partly("MFA Delete is not built yet"),
    ),
    // What is set for a bucket.
    with(
        "PutBucketTagging",
        "PUT /photos?tagging",
        TAGS,
        "200",
        Answered(""),
    ),
    op(
        "GetBucketTagging",
        "GET /photos?tagging",
        "200",
        Answered(""),
    ),
    op(
        "DeleteBucketTagging",
        "DELETE /photos?tagging",
        "204",
        Answered(""),
    ),
    with(
        "PutBucketOwnershipControls",
        "PUT /photos?ownershipControls",
        OWNERSHIP,
        "200",
        Answered(""),
    ),
    op(
        "GetBucketOwnershipControls",
        "GET /photos?ownershipControls",
        "200",
        Answered(""),
    ),
    with("PutBucketAcl", "PUT /photos?acl", ACL, "200", Answered("")),
    op("GetBucketAcl", "GET /photos?acl", "200", Answered("")),
    with(
        "PutBucketRequestPayment",
        "PUT /photos?requestPayment",
        "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>",
        "200",
        Answered("nothing is charged; others must say that they know"),
    ),
    op(
        "GetBucketRequestPayment",
        "GET /photos?requestPayment",
        "200",
        Answered(""),
    ),
    with(
        "PutBucketAccelerateConfiguration",
        "PUT /photos?accelerate",
        "<AccelerateConfiguration><Status>Suspended</Status></AccelerateConfiguration>",
        "200",
        Partly("kept and told; there are no edge locations on one machine"),
    ),
    op(
        "GetBucketAccelerateConfiguration",
        "GET /photos?accelerate",
        "200",
        Answered(""),
    ),
    with(
        "PutBucketLogging",
        "PUT /photos?logging",
        "<BucketLoggingStatus><LoggingEnabled><TargetBucket>photos</TargetBucket><TargetPrefix>log/</TargetPrefix></LoggingEnabled></BucketLoggingStatus>",
        "200",
        Answered(""),
    ),
    op(
        "GetBucketLogging",
        "GET /photos?logging",
        "200",
        Answered(""),
    ),
    with(
        "PutBucketWebsite",
        "PUT /photos?website",
        "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>",
        "200",
        Answered(""),
    ),
    op(
        "GetBucketWebsite",
        "GET /photos?website",
        "200",
        Answered(""),
    ),
    op(
        "DeleteBucketWebsite",
        "DELETE /photos?website",
        "204",
        Answered(""),
    ),
    op(
        "GetBucketEncryption",
        "GET /photos?encryption",
        "200",
        Answered("AES256 where nothing is set"),
    ),
    with(
        "PutBucketEncryption",
        "PUT /photos?encryption",
        ENCRYPTION,
        "200",
        Partly("AES256 and aws:kms; aws:kms:dsse and the blocking of SSE-C are refused"),
    ),
    op(
        "DeleteBucketEncryption",
        "DELETE /photos?encryption",
        "204",
        Answered(""),
    ),
    op(
        "GetBucketCors",
        "GET /photos?cors",
        "404 NoSuchCORSConfiguration",
        Answered(""),
    ),
    with(
        "PutBucketCors",
        "PUT /photos?cors",
        CORS,
        "200",
        Answered(""),
    ),
    op(
        "DeleteBucketCors",
        "DELETE /photos?cors",
        "204",
        Answered(""),
    ),
    op(
        "GetBucketPolicy",
        "GET /photos?policy",
        "404 NoSuchBucketPolicy",
        Answered(""),
    ),
    op(
        "GetBucketPolicyStatus",
        "GET /photos?policyStatus",
        "404 NoSuchBucketPolicy",
        Answered(""),
    ),
    with(
        "PutBucketPolicy",
        "PUT /photos?policy",
        POLICY,
        "204",
        Answered(""),
    ),
    op(
        "DeleteBucketPolicy",
        "DELETE /photos?policy",
        "204",
        Answered(""),
    ),
    op(
        "GetPublicAccessBlock",
        "GET /photos?publicAccessBlock",
        "404 NoSuchPublicAccessBlockConfiguration",
        Answered(
            "where nothing is set: all four where lists do not count, none where they do, as here",
        ),
    ),
    with(
        "PutPublicAccessBlock",
        "PUT /photos?publicAccessBlock",
        BLOCK,
        "200",
        Answered(""),
    ),
    op(
        "DeletePublicAccessBlock",
        "DELETE /photos?publicAccessBlock",
        "204",
        Answered(""),
    ),
    op(
        "GetBucketLifecycleConfiguration",
        "GET /photos?lifecycle",
        "404 NoSuchLifecycleConfiguration",
        NOT_SET,
    ),
    with(
        "PutBucketLifecycleConfiguration",
        "PUT /photos?lifecycle",
        LIFECYCLE,
        "501 NotImplemented",
        LATER,
    ),
    op(
        "DeleteBucketLifecycle",
        "DELETE /photos?lifecycle",
        "501 NotImplemented",
        LATER,
    ),
    op(
        "GetBucketReplication",
        "GET /photos?replication",
        "404 ReplicationConfigurationNotFoundError",
        NOT_SET,
    ),
    with(
        "PutBucketReplication",
        "PUT /photos?replication",
        REPLICATION,
        "501 NotImplemented",
        LATER,
    ),
    op(
        "DeleteBucketReplication",
        "DELETE /photos?replication",
        "501 NotImplemented",
        LATER,
    ),
    op(
        "GetBucketNotificationConfiguration",
        "GET /photos?notification",
        "200",
        NOT_SET,
    ),
    with(
        "PutBucketNotificationConfiguration",
        "PUT /photos?notification",
        "<NotificationConfiguration/>",
        "501 NotImplemented",
        LATER,
    ),
    op(
        "GetObjectLockConfiguration",
        "GET /photos?object-lock",
        "404 ObjectLockConfigurationNotFoundError",
        NOT_SET,
    ),
    with(
        "PutObjectLockConfiguration",
        "PUT /photos?object-lock",
        LOCK,
        "501 NotImplemented",
        LATER,
    ),
    op(
        "ListBucketAnalyticsConfigurations",
        "GET /photos?analytics",
        "200",
        Partly("always none"),
    ),
    with(
        "PutBucketAnalyticsConfiguration",
        "PUT /photos?analytics&id=a",
        ANALYTICS,
        "501 NotImplemented",
        ONE_MACHINE,
    ),
    op(
        "ListBucketInventoryConfigurations",
        "GET /photos?inventory",
        "200",
        Partly("always none"),
    ),
    with(
        "PutBucketInventoryConfiguration",
        "PUT /photos?inventory&id=a",
        INVENTORY,
        "501 NotImplemented",
        LATER,
    ),
    op(
        "ListBucketMetricsConfigurations",
        "GET /photos?metrics",
        "200",
        Partly("always none"),
    ),
    with(
        "PutBucketMetricsConfiguration",
        "PUT /photos?metrics&id=a",
        "<MetricsConfiguration><Id>a</Id></MetricsConfiguration>",
        "501 NotImplemented",
        ONE_MACHINE,
    ),
    op(
        "ListBucketIntelligentTieringConfigurations",
        "GET /photos?intelligent-tiering",
        "200",
        Partly("always none"),
    ),
    with(
        "PutBucketIntelligentTieringConfiguration",
        "PUT /photos?intelligent-tiering&id=a",
        TIERING,
        "501 NotImplemented",
        ONE_MACHINE,
    ),
    op(
        "CreateSession",
        "GET /photos?session",
        "501 NotImplemented",
        Refused("for directory buckets"),
    ),
    // Objects.
    op("PutObject", "PUT /photos/new", "200", Answered("")),
    op(
        "GetObject",
        "GET /photos/k",
        "200",
        Answered("versions, ranges, `partNumber`, conditions, `response-*`"),
    ),
    op("HeadObject", "HEAD /photos/k", "200", Answered("")),
    op(
        "GetObjectAttributes",
        "GET /photos/k?attributes",
        "200",
        Answered(""),
    ),
    op("ListObjects", "GET /photos", "200", Answered("")),
    op(
        "ListObjectsV2",
        "GET /photos?list-type=2",
        "200",
        Answered(""),
    ),
    op(
        "ListObjectVersions",
        "GET /photos?versions",
        "200",
        Answered(""),
    ),
    op(
        "CopyObject",
        "PUT /photos/copy",
        "200",
        Answered("re-wraps keys and moves no bytes"),
    ),
    with(
        "PutObjectTagging",
        "PUT /photos/k?tagging",
        TAGS,
        "200",
        Answered(""),
    ),
    op(
        "GetObjectTagging",
        "GET /photos/k?tagging",
        "200",
        Answered(""),
    ),
    op(
        "DeleteObjectTagging",
        "DELETE /photos/k?tagging",
        "204",
        Answered(""),
    ),
    with(
        "PutObjectAcl",
        "PUT /photos/k?acl",
        ACL,
        "200",
        Answered(""),
    ),
    op("GetObjectAcl", "GET /photos/k?acl", "200", Answered("")),
    with(
        "DeleteObjects",
        "POST /photos?delete",
        "<Delete><Object><Key>new</Key></Object></Delete>",
        "200",
        Answered(""),
    ),
    op("DeleteObject", "DELETE /photos/copy", "204", Answered("")),
    op(
        "GetObjectRetention",
        "GET /photos/k?retention",
        "501 NotImplemented",
        LATER,
    ),
    with(
        "PutObjectRetention",
        "PUT /photos/k?retention",
        "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2099-01-01T00:00:00Z</RetainUntilDate></Retention>",
        "501 NotImplemented",
        LATER,
    ),
    op(
        "GetObjectLegalHold",
        "GET /photos/k?legal-hold",
        "501 NotImplemented",
        LATER,
    ),
    with(
        "PutObjectLegalHold",
        "PUT /photos/k?legal-hold",
        "<LegalHold><Status>ON</Status></LegalHold>",
        "501 NotImplemented",
        LATER,
    ),
    with(
        "RestoreObject",
        "POST /photos/k?restore",
        "<RestoreRequest><Days>1</Days></RestoreRequest>",
        "501 NotImplemented",
        Refused("nothing is archived on one machine"),
    ),
    with(
        "SelectObjectContent",
        "POST /photos/k?select&select-type=2",
        SELECT,
        "501 NotImplemented",
        Refused("retired by AWS for new customers"),
    ),
    op(
        "GetObjectTorrent",
        "GET /photos/k?torrent",
        "404 NoSuchKey",
        Refused("retired by AWS; no object has one"),
    ),
    with(
        "UpdateObjectEncryption",
        "PUT /photos/k?encryption",
        REENCRYPTION,
        "200",
        Answered("moves no data"),
    ),
    op(
        "RenameObject",
        "PUT /photos/k2?renameObject",
        "501 NotImplemented",
        Refused("for directory buckets"),
    ),
    // Uploads in parts.
    op(
        "CreateMultipartUpload",
        "POST /photos/parts?uploads",
        "200",
        Answered(""),
    ),
    with(
        "UploadPart",
        "PUT /photos/parts?partNumber=1&uploadId={upload}",
        "part",
        "200",
        Answered(""),
    ),
    op(
        "UploadPartCopy",
        "PUT /photos/parts?partNumber=2&uploadId={upload}",
        "200",
        Answered(""),
    ),
    op(
        "ListParts",
        "GET /photos/parts?uploadId={upload}",
        "200",
        Answered(""),
    ),
    op(
        "ListMultipartUploads",
        "GET /photos?uploads",
        "200",
        Answered(""),
    ),
    with(
        "CompleteMultipartUpload",
        "POST /photos/parts?uploadId={upload}",
        "<CompleteMultipartUpload><Part><PartNumber>7</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>",
        "400 InvalidPart",
        Answered("the answer to a second one tells of the same object"),
    ),
    op(
        "AbortMultipartUpload",
        "DELETE /photos/parts?uploadId={upload}",
        "204",
        Answered(""),
    ),
];
