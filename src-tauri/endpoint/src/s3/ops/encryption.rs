//! How a bucket's objects are encrypted whose writers do not say it.

use hyper::StatusCode;
use s3s::dto::{
    DeleteBucketEncryptionInput, DeleteBucketEncryptionOutput, GetBucketEncryptionInput,
    GetBucketEncryptionOutput, PutBucketEncryptionInput, PutBucketEncryptionOutput,
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};
use stave_model::{BucketConfig, BucketConfigKind, BucketEncryption, SseAlgorithm};

use super::Operations;
use crate::dialect::Dialect;
use crate::s3::convert::bucket_name;
use crate::s3::encryption::dual_layer;
use crate::s3::errors::{custom, malformed_xml};

/// What holds where nothing is set, as at S3 since 2023.
const UNSET: BucketEncryption = BucketEncryption {
    algorithm: SseAlgorithm::S3,
    kms_key: None,
    bucket_key: false,
};

pub(super) async fn get_bucket_encryption(
    ops: &Operations,
    request: S3Request<GetBucketEncryptionInput>,
) -> S3Result<S3Response<GetBucketEncryptionOutput>> {
    let kind = BucketConfigKind::Encryption;
    let set = match ops.config(&request.input.bucket, kind).await? {
        Some(BucketConfig::Encryption(set)) => set,
        _ if ops.dialect == Dialect::Ceph => {
            return Err(custom(
                "ServerSideEncryptionConfigurationNotFoundError",
                StatusCode::NOT_FOUND,
                "The server side encryption configuration was not found",
            ));
        }
        _ => {
            ops.bucket(&request.input.bucket).await?;
            UNSET
        }
    };
    let rule = ServerSideEncryptionRule {
        apply_server_side_encryption_by_default: Some(ServerSideEncryptionByDefault {
            kms_master_key_id: set.kms_key,
            sse_algorithm: ServerSideEncryption::from_static(set.algorithm.as_str()),
        }),
        bucket_key_enabled: Some(set.bucket_key),
    };
    Ok(S3Response::new(GetBucketEncryptionOutput {
        server_side_encryption_configuration: Some(ServerSideEncryptionConfiguration {
            rules: vec![rule],
        }),
    }))
}

pub(super) async fn put_bucket_encryption(
    ops: &Operations,
    request: S3Request<PutBucketEncryptionInput>,
) -> S3Result<S3Response<PutBucketEncryptionOutput>> {
    let bucket = bucket_name(&request.input.bucket)?;
    let set = parse(&request.input.server_side_encryption_configuration)?;
    ops.set(&bucket, BucketConfig::Encryption(set)).await?;
    Ok(S3Response::new(PutBucketEncryptionOutput {}))
}

pub(super) async fn delete_bucket_encryption(
    ops: &Operations,
    request: S3Request<DeleteBucketEncryptionInput>,
) -> S3Result<S3Response<DeleteBucketEncryptionOutput>> {
    let kind = BucketConfigKind::Encryption;
    ops.unset(&request.input.bucket, kind).await?;
    Ok(S3Response::new(DeleteBucketEncryptionOutput {}))
}

fn parse(document: &ServerSideEncryptionConfiguration) -> S3Result<BucketEncryption> {
    let [rule] = document.rules.as_slice() else {
        return Err(malformed_xml());
    };
    let default = rule.apply_server_side_encryption_by_default.as_ref();
    let default = default.ok_or_else(malformed_xml)?;
    let named = default.sse_algorithm.as_str();
    if named == "aws:kms:dsse" {
        return Err(dual_layer());
    }
    let algorithm = SseAlgorithm::parse(named).ok_or_else(malformed_xml)?;
    let kms_key = default.kms_master_key_id.clone();
    let kms_key = kms_key.filter(|key| !key.is_empty());
    if kms_key.is_some() && algorithm != SseAlgorithm::Kms {
        return Err(s3_error!(
            InvalidArgument,
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms"
        ));
    }
    Ok(BucketEncryption {
        algorithm,
        kms_key,
        bucket_key: rule.bucket_key_enabled.unwrap_or(false),
    })
}
