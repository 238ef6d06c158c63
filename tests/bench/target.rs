//! An S3 endpoint, seen through the AWS SDK.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{
    BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
};
use aws_smithy_http_client::Builder;

/// A named endpoint and a client for it.
pub struct Target {
    /// The name in the report.
    pub name: String,
    /// The client: path style, no checksums beyond what S3 demands, so that all servers do the same work.
    pub client: Client,
}

impl Target {
    /// Makes a client for an endpoint.
    pub fn new(name: &str, url: &str, access_key_id: &str, secret: &str) -> Self {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(url)
            .force_path_style(true)
            .credentials_provider(Credentials::new(access_key_id, secret, None, None, "bench"))
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .http_client(Builder::new().build_http())
            .build();
        Self {
            name: name.to_owned(),
            client: Client::from_conf(config),
        }
    }
}
