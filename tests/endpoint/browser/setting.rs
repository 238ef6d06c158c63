//! The built program with buckets, objects and rules, and everything that is in it.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CorsConfiguration, CorsRule};
use stave_endpoint::presign::{Signer, UrlStyle};
use stave_model::{AccessKeyId, BucketName, Clock as _, ObjectKey, SystemClock, Timestamp};
use stave_tests::client::client;
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server};

/// How long links here live.
pub const MINUTES: Duration = Duration::from_mins(5);

/// A running server and a client of its owner.
pub struct Setting {
    pub server: Server,
    pub s3: Client,
}

impl Setting {
    pub fn new() -> Self {
        let server = Server::start();
        let s3 = client(server.url(), ACCESS_KEY_ID, SECRET);
        Self { server, s3 }
    }

    pub async fn bucket(&self, name: &str) {
        let made = self.s3.create_bucket().bucket(name).send().await;
        made.unwrap();
    }

    pub async fn put(&self, bucket: &str, key: &str, content_type: &str, body: &[u8]) {
        let put = self.s3.put_object().bucket(bucket).key(key);
        let put = put.content_type(content_type);
        let body = ByteStream::from(body.to_vec());
        put.body(body).send().await.unwrap();
    }

    pub async fn allow(&self, bucket: &str, rule: CorsRule) {
        let rules = CorsConfiguration::builder().cors_rules(rule).build();
        let put = self.s3.put_bucket_cors().bucket(bucket);
        let put = put.cors_configuration(rules.unwrap());
        put.send().await.unwrap();
    }

    /// Lets everyone do everything in a bucket, signed or not.
    pub async fn open(&self, bucket: &str) {
        let unblock = self.s3.delete_public_access_block().bucket(bucket);
        unblock.send().await.unwrap();
        let policy = serde_json::json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow", "Principal": "*", "Action": "s3:*",
                "Resource": [
                    format!("arn:aws:s3:::{bucket}"),
                    format!("arn:aws:s3:::{bucket}/*"),
                ],
            }],
        });
        let put = self.s3.put_bucket_policy().bucket(bucket);
        put.policy(policy.to_string()).send().await.unwrap();
    }

    /// Returns what signs links of the server's owner.
    pub fn signer(&self) -> Signer {
        Signer {
            endpoint: self.server.url().to_owned(),
            region: "us-east-1".to_owned(),
            access_key_id: AccessKeyId::parse(ACCESS_KEY_ID).unwrap(),
            secret_access_key: SECRET.into(),
            session_token: None,
            style: UrlStyle::Path,
        }
    }

    /// Returns every object with its bytes.
    pub async fn everything(&self) -> BTreeMap<String, Vec<u8>> {
        let mut all = BTreeMap::new();
        // A client of its own: the connections of the other may have gone while a browser was busy.
        let s3 = client(self.server.url(), ACCESS_KEY_ID, SECRET);
        for bucket in s3.list_buckets().send().await.unwrap().buckets() {
            let bucket = bucket.name().unwrap();
            let listed = s3.list_objects_v2().bucket(bucket).send().await;
            for object in listed.unwrap().contents() {
                let key = object.key().unwrap();
                let got = s3.get_object().bucket(bucket).key(key).send().await;
                let bytes = got.unwrap().body.collect().await.unwrap().to_vec();
                all.insert(format!("{bucket}/{key}"), bytes);
            }
            let uploads = s3.list_multipart_uploads().bucket(bucket).send().await;
            for upload in uploads.unwrap().uploads() {
                let name = format!("{bucket}/{} (an upload)", upload.key().unwrap());
                all.insert(name, Vec::new());
            }
        }
        all
    }
}

pub fn place(bucket: &str, key: &str) -> (BucketName, ObjectKey) {
    let bucket = BucketName::parse(bucket).unwrap();
    (bucket, ObjectKey::parse(key).unwrap())
}

pub fn now() -> Timestamp {
    SystemClock.now()
}
