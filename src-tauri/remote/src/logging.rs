//! Where access logs go, as documents carry it.

use aws_sdk_s3::types::{
    BucketLogsPermission, LoggingEnabled, PartitionDateSource, PartitionedPrefix, SimplePrefix,
    TargetGrant, TargetObjectKeyFormat,
};
use stave_model::{BucketName, Grant, LogKeyFormat, Logging, Permission};
use stave_store::{Error, Result};

use crate::acls::{sdk_grantee, told_grantee};
use crate::words::garbled;

const WRITING: &str = "writing where access logs go";
const READING: &str = "reading where access logs go";

pub(crate) fn sdk_logging(logging: &Logging) -> Result<LoggingEnabled> {
    let grants = logging.grants.iter().map(sdk_grant);
    let grants: Vec<TargetGrant> = grants.collect::<Result<_>>()?;
    LoggingEnabled::builder()
        .target_bucket(logging.target_bucket.as_str())
        .target_prefix(&logging.target_prefix)
        .set_target_grants((!grants.is_empty()).then_some(grants))
        .target_object_key_format(sdk_key_format(logging.key_format))
        .build()
        .map_err(|e| garbled(WRITING, e))
}

pub(crate) fn told_logging(told: &LoggingEnabled) -> Result<Logging> {
    let grants = told.target_grants().iter().map(told_grant);
    Ok(Logging {
        target_bucket: BucketName::parse(told.target_bucket()).map_err(|e| garbled(READING, e))?,
        target_prefix: told.target_prefix().to_owned(),
        grants: grants.collect::<Result<_>>()?,
        key_format: told_key_format(told.target_object_key_format()),
    })
}

fn sdk_grant(grant: &Grant) -> Result<TargetGrant> {
    let permission = BucketLogsPermission::from(grant.permission.as_str());
    let builder = TargetGrant::builder().permission(permission);
    Ok(builder.grantee(sdk_grantee(&grant.grantee)?).build())
}

fn told_grant(told: &TargetGrant) -> Result<Grant> {
    let name = told.permission().map(BucketLogsPermission::as_str);
    let permission = name.and_then(Permission::parse).ok_or(Error::NotOffered {
        what: "a grant of this kind",
    })?;
    Ok(Grant {
        grantee: told_grantee(told.grantee())?,
        permission,
    })
}

fn sdk_key_format(format: LogKeyFormat) -> TargetObjectKeyFormat {
    let partitioned = |source| {
        let prefix = PartitionedPrefix::builder().partition_date_source(source);
        TargetObjectKeyFormat::builder().partitioned_prefix(prefix.build())
    };
    let format = match format {
        LogKeyFormat::Simple => {
            TargetObjectKeyFormat::builder().simple_prefix(SimplePrefix::builder().build())
        }
        LogKeyFormat::PartitionedByDelivery => partitioned(PartitionDateSource::DeliveryTime),
        LogKeyFormat::PartitionedByEvent => partitioned(PartitionDateSource::EventTime),
    };
    format.build()
}

fn told_key_format(told: Option<&TargetObjectKeyFormat>) -> LogKeyFormat {
    let Some(partitioned) = told.and_then(TargetObjectKeyFormat::partitioned_prefix) else {
        return LogKeyFormat::Simple;
    };
    if partitioned.partition_date_source() == Some(&PartitionDateSource::EventTime) {
        LogKeyFormat::PartitionedByEvent
    } else {
        LogKeyFormat::PartitionedByDelivery
    }
}

#[cfg(test)]
mod tests {
    use stave_model::{Grantee, UserName};

    use super::*;

    #[test]
    fn a_document_is_read_as_it_was_written() {
        for key_format in [
            LogKeyFormat::Simple,
            LogKeyFormat::PartitionedByDelivery,
            LogKeyFormat::PartitionedByEvent,
        ] {
            let logging = Logging {
                target_bucket: BucketName::parse("logs").unwrap(),
                target_prefix: "of/".to_owned(),
                grants: vec![Grant {
                    grantee: Grantee::User(UserName::parse("ann").unwrap()),
                    permission: Permission::Read,
                }],
                key_format,
            };
            let document = sdk_logging(&logging).unwrap();
            assert_eq!(told_logging(&document).unwrap(), logging);
        }
    }
}
