//! The actions and condition keys that S3 and KMS have.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html> ·
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html>

/// Services whose prefix is no slip of the pen, though their actions are not known here.
pub(super) const SERVICES: &str = "
    access-analyzer acm apigateway athena autoscaling batch bedrock cloudformation cloudfront cloudtrail
    cloudwatch codebuild codecommit codedeploy codepipeline cognito-identity cognito-idp config datasync dynamodb
    ec2 ecr ecs eks elasticache elasticfilesystem elasticloadbalancing elasticmapreduce es events execute-api
    firehose fsx glacier glue guardduty iam iot kinesis kms lakeformation lambda logs macie2 mediaconvert
    organizations rds redshift rekognition resource-groups route53 s3 s3-object-lambda s3-outposts s3express
    s3tables sagemaker scheduler secretsmanager securityhub ses sns sqs ssm sso states storagegateway sts
    support tag textract transcribe transfer vpc-lattice wafv2 workspaces xray";

/// S3's actions on objects: their resource is `arn:aws:s3:::bucket/key`.
pub(super) const S3_OBJECT: &str = "
    AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectTagging DeleteObjectVersion
    DeleteObjectVersionTagging GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention
    GetObjectTagging GetObjectTorrent GetObjectVersion GetObjectVersionAcl GetObjectVersionAttributes
    GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent InitiateReplication
    ListMultipartUploadParts ObjectOwnerOverrideToBucketOwner PutObject PutObjectAcl PutObjectLegalHold
    PutObjectRetention PutObjectTagging PutObjectVersionAcl PutObjectVersionTagging ReplicateDelete
    ReplicateObject ReplicateTags RestoreObject UpdateObjectEncryption";

/// S3's actions on buckets: their resource is `arn:aws:s3:::bucket`.
pub(super) const S3_BUCKET: &str = "
    CreateBucket CreateBucketMetadataTableConfiguration DeleteBucket DeleteBucketMetadataTableConfiguration
    DeleteBucketPolicy DeleteBucketWebsite GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAbac
    GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging GetBucketMetadataTableConfiguration
    GetBucketNotification GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy
    GetBucketPolicyStatus GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging
    GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration GetIntelligentTieringConfiguration
    GetInventoryConfiguration GetLifecycleConfiguration GetMetricsConfiguration GetReplicationConfiguration
    ListBucket ListBucketMultipartUploads ListBucketVersions PutAccelerateConfiguration
    PutAnalyticsConfiguration PutBucketAbac PutBucketAcl PutBucketCORS PutBucketLogging PutBucketNotification
    PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock
    PutBucketRequestPayment PutBucketTagging PutBucketVersioning PutBucketWebsite PutEncryptionConfiguration
    PutIntelligentTieringConfiguration PutInventoryConfiguration PutLifecycleConfiguration
    PutMetricsConfiguration PutReplicationConfiguration";

/// S3's other actions: on the account, on access points, on jobs.
pub(super) const S3_OTHER: &str = "
    CreateAccessPoint CreateJob CreateMultiRegionAccessPoint CreateStorageLensGroup DeleteAccessPoint
    DeleteAccessPointPolicy DeleteJobTagging DeleteMultiRegionAccessPoint DeleteStorageLensConfiguration
    DescribeJob DescribeMultiRegionAccessPointOperation GetAccessPoint GetAccessPointPolicy
    GetAccessPointPolicyStatus GetAccountPublicAccessBlock GetDataAccess GetJobTagging
    GetMultiRegionAccessPoint GetStorageLensConfiguration ListAccessPoints ListAllMyBuckets ListJobs
    ListMultiRegionAccessPoints ListStorageLensConfigurations ListTagsForResource PutAccessPointPolicy
    PutAccessPointPublicAccessBlock PutAccountPublicAccessBlock PutJobTagging PutMultiRegionAccessPointPolicy
    PutStorageLensConfiguration TagResource UntagResource UpdateJobPriority UpdateJobStatus";

/// KMS' actions.
pub(super) const KMS: &str = "
    CancelKeyDeletion ConnectCustomKeyStore CreateAlias CreateCustomKeyStore CreateGrant CreateKey Decrypt
    DeleteAlias DeleteCustomKeyStore DeleteImportedKeyMaterial DeriveSharedSecret DescribeCustomKeyStores
    DescribeKey DisableKey DisableKeyRotation DisconnectCustomKeyStore EnableKey EnableKeyRotation Encrypt
    GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext
    GenerateMac GenerateRandom GetKeyPolicy GetKeyRotationStatus GetParametersForImport GetPublicKey
    ImportKeyMaterial ListAliases ListGrants ListKeyPolicies ListKeyRotations ListKeys ListResourceTags
    ListRetirableGrants PutKeyPolicy ReEncryptFrom ReEncryptTo ReplicateKey RetireGrant RevokeGrant
    RotateKeyOnDemand ScheduleKeyDeletion Sign SynchronizeMultiRegionKey TagResource UntagResource UpdateAlias
    UpdateCustomKeyStore UpdateKeyDescription UpdatePrimaryRegion Verify VerifyMac";

/// Condition keys of all services.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
const GLOBAL_KEYS: &str = "
    CalledVia CalledViaFirst CalledViaLast CurrentTime Ec2InstanceSourcePrivateIPv4 Ec2InstanceSourceVpc
    EpochTime FederatedProvider MultiFactorAuthAge MultiFactorAuthPresent PrincipalAccount PrincipalArn
    PrincipalIsAWSService PrincipalOrgID PrincipalOrgPaths PrincipalServiceName PrincipalServiceNamesList
    PrincipalTag/ PrincipalType Referer RequestTag/ RequestedRegion ResourceAccount ResourceOrgID
    ResourceOrgPaths ResourceTag/ SecureTransport SourceAccount SourceArn SourceIdentity SourceIp SourceOrgID
    SourceOrgPaths SourceOwner SourceVpc SourceVpce SourceVpcArn TagKeys TokenIssueTime UserAgent userid username
    ViaAWSService VpcSourceIp VpceAccount VpceOrgID VpceOrgPaths AssumedRoot SignInSessionArn ChatbotSourceArn
    ec2InstanceSourceInstanceArn";

/// S3's own condition keys.
const S3_KEYS: &str = "
    AccessGrantsInstanceArn AccessGrantsLocationScope AccessPointNetworkOrigin AccessPointTag/ BucketTag/
    DataAccessPointAccount DataAccessPointArn ExistingJobOperation ExistingJobPriority ExistingObjectTag/
    InventoryAccessibleOptionalFields JobSuspendedCause LocationConstraint RequestJobOperation
    RequestJobPriority RequestObjectTag/ RequestObjectTagKeys ResourceAccount TlsVersion authType
    delimiter destinationRegion if-match if-none-match isReplicationPauseRequest locationconstraint max-keys
    object-lock-legal-hold object-lock-mode object-lock-remaining-retention-days object-lock-retain-until-date
    objectCreationOperation prefix signatureAge signatureversion versionid x-amz-acl x-amz-content-sha256
    x-amz-copy-source x-amz-grant-full-control x-amz-grant-read x-amz-grant-read-acp x-amz-grant-write
    x-amz-grant-write-acp x-amz-metadata-directive x-amz-object-ownership x-amz-server-side-encryption
    x-amz-server-side-encryption-aws-kms-key-id x-amz-server-side-encryption-customer-algorithm
    x-amz-storage-class x-amz-website-redirect-location";

/// KMS' own condition keys.
const KMS_KEYS: &str = "
    BypassPolicyLockoutSafetyCheck CallerAccount CustomerMasterKeySpec CustomerMasterKeyUsage
    DataKeyPairSpec EncryptionAlgorithm EncryptionContext: EncryptionContextKeys ExpirationModel
    GrantConstraintType GrantIsForAWSResource GrantOperations GranteePrincipal KeyAgreementAlgorithm
    KeyOrigin KeySpec KeyUsage MacAlgorithm MessageType MultiRegion MultiRegionKeyType PrimaryRegion
    ReEncryptOnSameKey RequestAlias ResourceAliases ReplicaRegion RetiringPrincipal RotationPeriodInDays
    ScheduleKeyDeletionPendingWindowInDays SigningAlgorithm ValidTo ViaService WrappingAlgorithm
    WrappingKeySpec";

/// Returns the known actions of a service in classes; none where they are not known.
pub(super) fn actions(service: &str) -> &'static [&'static str] {
    match service {
        "s3" => &[S3_OBJECT, S3_BUCKET, S3_OTHER],
        "kms" => &[KMS],
        _ => &[],
    }
}

/// Returns whether a condition key exists; one of a service whose keys are not known here is taken to.
pub(super) fn is_key(key: &str) -> bool {
    let lower = key.to_lowercase();
    let Some((service, name)) = lower.split_once(':') else {
        return false;
    };
    let known = match service {
        "aws" => GLOBAL_KEYS,
        "s3" => S3_KEYS,
        "kms" => KMS_KEYS,
        _ => return true,
    };
    let mut known = known.split_ascii_whitespace().map(str::to_lowercase);
    known.any(|one| {
        let family = one.ends_with(['/', ':']) && name.len() > one.len();
        name == one || family && name.starts_with(&one)
    })
}
