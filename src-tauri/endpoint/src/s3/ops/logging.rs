//! Where the access logs of a bucket go.

use s3s::dto::{
    self, BucketLoggingStatus, GetBucketLoggingInput, GetBucketLoggingOutput, LoggingEnabled,
    PartitionDateSource, PutBucketLoggingInput, PutBucketLoggingOutput, TargetGrant,
    TargetObjectKeyFormat,
};
use s3s::{S3Error, S3Request, S3Response, S3Result, s3_error};
use stave_model::{
    Bucket, BucketConfig, BucketConfigKind, Grant, LogKeyFormat, Logging, ObjectOwnership,
    Permission,
};
use stave_store::Error;

use super::Operations;
use crate::s3::acls::{grantee_of, lists_are_off, told_grantee};
use crate::s3::convert::bucket_name;
use crate::s3::errors::{from_store, malformed_xml};

/// What may be granted of logs.
const GRANTED: [Permission; 3] = [Permission::FullControl, Permission::Read, Permission::Write];

pub(super) async fn get_bucket_logging(
    ops: &Operations,
    request: S3Request<GetBucketLoggingInput>,
) -> S3Result<S3Response<GetBucketLoggingOutput>> {
    let kind = BucketConfigKind::Logging;
    let logging_enabled = match ops.config(&request.input.bucket, kind).await? {
        Some(BucketConfig::Logging(logging)) => Some(told(&logging)),
        _ => None,
    };
    Ok(S3Response::new(GetBucketLoggingOutput { logging_enabled }))
}

pub(super) async fn put_bucket_logging(
    ops: &Operations,
    request: S3Request<PutBucketLoggingInput>,
) -> S3Result<S3Response<PutBucketLoggingOutput>> {
    let BucketLoggingStatus { logging_enabled } = request.input.bucket_logging_status;
    let bucket = ops.bucket(&request.input.bucket).await?;
    match logging_enabled {
        None => {
            let kind = BucketConfigKind::Logging;
            ops.unset(bucket.name.as_str(), kind).await?;
        }
        Some(enabled) => {
            let logging = parse(&enabled)?;
            ops.check_target(&bucket, &logging).await?;
            ops.set(&bucket.name, BucketConfig::Logging(logging))
                .await?;
        }
    }
    Ok(S3Response::new(PutBucketLoggingOutput {}))
}

impl Operations {
    async fn check_target(&self, bucket: &Bucket, logging: &Logging) -> S3Result<()> {
        let target = match self.store.head_bucket(&logging.target_bucket).await {
            Ok(target) => target,
            Err(Error::NoSuchBucket(_)) => return Err(no_target()),
            Err(error) => return Err(from_store(error)),
        };
        if target.owner != bucket.owner {
            return Err(s3_error!(
                InvalidTargetBucketForLogging,
                "The owner for the bucket to be logged and the target bucket must be the same."
            ));
        }
        let ground = self.rights.ground(&target.name).await?;
        let enforced = ground.ownership == ObjectOwnership::BucketOwnerEnforced;
        if enforced && !logging.grants.is_empty() {
            return Err(lists_are_off());
        }
        Ok(())
    }
}

fn no_target() -> S3Error {
    s3_error!(
        InvalidTargetBucketForLogging,
        "The target bucket for logging does not exist"
    )
}

fn parse(enabled: &LoggingEnabled) -> S3Result<Logging> {
    let grants = enabled.target_grants.iter().flatten();
    Ok(Logging {
        target_bucket: bucket_name(&enabled.target_bucket).map_err(|_| no_target())?,
        target_prefix: enabled.target_prefix.clone(),
        grants: grants.map(parse_grant).collect::<S3Result<_>>()?,
        key_format: parse_format(enabled.target_object_key_format.as_ref())?,
    })
}

fn parse_grant(grant: &TargetGrant) -> S3Result<Grant> {
    let permission = grant.permission.as_ref().ok_or_else(malformed_xml)?;
    let permission = Permission::parse(permission.as_str());
    let permission = permission.filter(|one| GRANTED.contains(one));
    let grantee = grant.grantee.as_ref().ok_or_else(malformed_xml)?;
    Ok(Grant {
        grantee: grantee_of(grantee)?,
        permission: permission.ok_or_else(malformed_xml)?,
    })
}

fn parse_format(format: Option<&TargetObjectKeyFormat>) -> S3Result<LogKeyFormat> {
    let Some(format) = format else {
        return Ok(LogKeyFormat::Simple);
    };
    match (&format.simple_prefix, &format.partitioned_prefix) {
        (Some(_), None) => Ok(LogKeyFormat::Simple),
        (None, Some(partitioned)) => {
            let source = partitioned.partition_date_source.as_ref();
            match source.map(PartitionDateSource::as_str) {
                Some(PartitionDateSource::DELIVERY_TIME) => Ok(LogKeyFormat::PartitionedByDelivery),
                Some(PartitionDateSource::EVENT_TIME) => Ok(LogKeyFormat::PartitionedByEvent),
                _ => Err(malformed_xml()),
            }
        }
        _ => Err(malformed_xml()),
    }
}

fn told(logging: &Logging) -> LoggingEnabled {
    let grant = |grant: &Grant| TargetGrant {
        grantee: Some(told_grantee(&grant.grantee)),
        permission: Some(dto::BucketLogsPermission::from_static(
            grant.permission.as_str(),
        )),
    };
    let grants: Vec<TargetGrant> = logging.grants.iter().map(grant).collect();
    LoggingEnabled {
        target_bucket: logging.target_bucket.as_str().to_owned(),
        target_grants: (!grants.is_empty()).then_some(grants),
        target_object_key_format: told_format(logging.key_format),
        target_prefix: logging.target_prefix.clone(),
    }
}

fn told_format(format: LogKeyFormat) -> Option<TargetObjectKeyFormat> {
    let source = match format {
        LogKeyFormat::Simple => return None,
        LogKeyFormat::PartitionedByDelivery => PartitionDateSource::DELIVERY_TIME,
        LogKeyFormat::PartitionedByEvent => PartitionDateSource::EVENT_TIME,
    };
    Some(TargetObjectKeyFormat {
        partitioned_prefix: Some(dto::PartitionedPrefix {
            partition_date_source: Some(PartitionDateSource::from_static(source)),
        }),
        simple_prefix: None,
    })
}
