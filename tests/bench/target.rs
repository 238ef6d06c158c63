//! An S3 endpoint, seen through the AWS SDK.

use aws_sdk_s3::Client;
use stave_tests::client::client;

/// A named endpoint and a client for it.
pub struct Target {
    /// The name in the report.
    pub name: String,
    /// The client.
    pub client: Client,
}

impl Target {
    /// Makes a client for an endpoint.
    pub fn new(name: &str, url: &str, access_key_id: &str, secret: &str) -> Self {
        Self {
            name: name.to_owned(),
            client: client(url, access_key_id, secret),
        }
    }
}
