//! Inventories, analytics, metrics and tiering: a store on one computer has nothing to say of them. Lists
//! are empty, no configuration of them exists, and none is taken.

use hyper::StatusCode;
use s3s::dto;
use s3s::{S3Error, S3Request, S3Response, S3Result};

use super::Operations;
use crate::s3::errors::custom;

/// Defines operations that tell of an existing bucket that it has none.
macro_rules! lists {
    ($($name:ident ( $input:ident ) -> $output:ident;)*) => { $(
        pub(super) async fn $name(
            ops: &Operations,
            request: S3Request<dto::$input>,
        ) -> S3Result<S3Response<dto::$output>> {
            ops.bucket(&request.input.bucket).await?;
            Ok(S3Response::new(dto::$output {
                is_truncated: Some(false),
                ..dto::$output::default()
            }))
        }
    )* };
}

lists! {
    list_bucket_inventory_configurations(ListBucketInventoryConfigurationsInput)
        -> ListBucketInventoryConfigurationsOutput;
    list_bucket_analytics_configurations(ListBucketAnalyticsConfigurationsInput)
        -> ListBucketAnalyticsConfigurationsOutput;
    list_bucket_metrics_configurations(ListBucketMetricsConfigurationsInput)
        -> ListBucketMetricsConfigurationsOutput;
    list_bucket_intelligent_tiering_configurations(ListBucketIntelligentTieringConfigurationsInput)
        -> ListBucketIntelligentTieringConfigurationsOutput;
}

/// Defines operations on one of them, which an existing bucket does not have.
macro_rules! ones {
    ($($name:ident ( $input:ident ) -> $output:ident;)*) => { $(
        pub(super) async fn $name(
            ops: &Operations,
            request: S3Request<dto::$input>,
        ) -> S3Result<S3Response<dto::$output>> {
            ops.bucket(&request.input.bucket).await?;
            Err(no_such_configuration())
        }
    )* };
}

ones! {
    get_bucket_inventory_configuration(GetBucketInventoryConfigurationInput)
        -> GetBucketInventoryConfigurationOutput;
    get_bucket_analytics_configuration(GetBucketAnalyticsConfigurationInput)
        -> GetBucketAnalyticsConfigurationOutput;
    get_bucket_metrics_configuration(GetBucketMetricsConfigurationInput)
        -> GetBucketMetricsConfigurationOutput;
    get_bucket_intelligent_tiering_configuration(GetBucketIntelligentTieringConfigurationInput)
        -> GetBucketIntelligentTieringConfigurationOutput;
    delete_bucket_inventory_configuration(DeleteBucketInventoryConfigurationInput)
        -> DeleteBucketInventoryConfigurationOutput;
    delete_bucket_analytics_configuration(DeleteBucketAnalyticsConfigurationInput)
        -> DeleteBucketAnalyticsConfigurationOutput;
    delete_bucket_metrics_configuration(DeleteBucketMetricsConfigurationInput)
        -> DeleteBucketMetricsConfigurationOutput;
    delete_bucket_intelligent_tiering_configuration(DeleteBucketIntelligentTieringConfigurationInput)
        -> DeleteBucketIntelligentTieringConfigurationOutput;
}

fn no_such_configuration() -> S3Error {
    let message = "The specified configuration does not exist.";
    custom("NoSuchConfiguration", StatusCode::NOT_FOUND, message)
}
