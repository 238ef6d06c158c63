//! Two thousand valid requests of five SDKs, every one of which has to go through: keys that sign differently when
//! somebody encodes them wrongly, ranges, links, forms, and bodies in every form that signature version 4 has.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumAlgorithm;
use aws_smithy_http_client::Builder;
use stave_tests::files::bytes;
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server, succeed};

use crate::{client, scripts};

const BUCKET: &str = "valid-rust";

#[test]
fn two_thousand_valid_requests_of_five_sdks_go_through() {
    let Some(python) = client("python") else {
        return;
    };
    let server = Server::start();
    let python = python.to_string_lossy();
    let run = |program: &str, script: &str| {
        let mut command = server.command(program);
        command
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .arg(scripts().join(script));
        count(&mut command)
    };
    let passed = thread::scope(|scope| {
        let runs = [
            scope.spawn(|| ("boto3", run(&python, "python/valid_boto3.py"))),
            scope.spawn(|| ("botocore", run(&python, "python/valid_botocore.py"))),
            scope.spawn(|| ("minio-py", run(&python, "python/valid_minio.py"))),
            scope.spawn(|| ("JavaScript", run("node", "js/valid.mjs"))),
            scope.spawn(|| ("Rust", rust(&server))),
        ];
        runs.map(|run| run.join().expect("a run of an SDK"))
    });
    assert_eq!(
        passed,
        [
            ("boto3", 589),
            ("botocore", 589),
            ("minio-py", 504),
            ("JavaScript", 462),
            ("Rust", 420),
        ]
    );
}

/// Runs a script and returns how many requests it says went through.
fn count(command: &mut Command) -> usize {
    let printed = succeed(command);
    let line = printed.lines().last().unwrap_or_default();
    let number = line.strip_suffix(" requests passed");
    number
        .and_then(|n| n.parse().ok())
        .unwrap_or_else(|| panic!("no count in {printed}"))
}

/// Sends those of the SDK for Rust; returns how many went through, which is all or none.
fn rust(server: &Server) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let valid = Valid::start(server).await;
        let keys = fs::read_to_string(scripts().join("keys.json")).expect("the keys");
        let keys: Vec<String> = serde_json::from_str(&keys).expect("a list of keys");
        let mut passed = 0;
        for (number, key) in keys.iter().enumerate() {
            passed += valid.of_key(number, key).await;
        }
        passed
    })
}

/// A client, and where it leaves files.
struct Valid<'s> {
    client: Client,
    server: &'s Server,
}

impl<'s> Valid<'s> {
    async fn start(server: &'s Server) -> Self {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(server.url())
            .force_path_style(true)
            .credentials_provider(Credentials::new(ACCESS_KEY_ID, SECRET, None, None, "suite"))
            .retry_config(RetryConfig::disabled())
            .http_client(Builder::new().build_http())
            .build();
        let client = Client::from_conf(config);
        let made = client.create_bucket().bucket(BUCKET).send().await;
        made.expect("a bucket");
        Self { client, server }
    }

    /// Sends all requests of a key; returns how many those are.
    async fn of_key(&self, number: usize, key: &str) -> usize {
        let content = bytes(number as u64, 100 + number);
        self.put(key, &content, number).await;
        assert_eq!(self.read(key, None).await, content, "get {key}");
        let part = self.read(key, Some("bytes=3-9")).await;
        assert_eq!(part, content[3..10], "range of {key}");
        let head = self
            .client
            .head_object()
            .bucket(BUCKET)
            .key(key)
            .send()
            .await;
        let length = usize::try_from(head.expect("a head").content_length().unwrap_or(0));
        assert_eq!(length, Ok(content.len()), "head {key}");
        let listed = self
            .client
            .list_objects_v2()
            .bucket(BUCKET)
            .prefix(key)
            .max_keys(1);
        let listed = listed.send().await.expect("a list");
        assert_eq!(listed.contents()[0].key(), Some(key), "list {key}");
        self.copy(key).await;
        self.by_links(key, &content).await;
        let file = self.server.folder().join("valid-rust");
        fs::write(&file, &content).expect("a file is written");
        // A body of a file goes in chunks with its checksum behind it.
        let body = ByteStream::from_path(&file).await.expect("a body");
        let put = self.client.put_object().bucket(BUCKET).key(key).body(body);
        put.send().await.expect("chunks");
        let deleted = self
            .client
            .delete_object()
            .bucket(BUCKET)
            .key(key)
            .send()
            .await;
        deleted.expect("a delete");
        10
    }

    async fn put(&self, key: &str, content: &[u8], number: usize) {
        let algorithms = [
            ChecksumAlgorithm::Crc32,
            ChecksumAlgorithm::Sha256,
            ChecksumAlgorithm::Crc64Nvme,
        ];
        let algorithm = algorithms[number % algorithms.len()].clone();
        let put = self.client.put_object().bucket(BUCKET).key(key);
        let put = put
            .body(content.to_vec().into())
            .checksum_algorithm(algorithm);
        put.metadata("n", number.to_string())
            .send()
            .await
            .expect("a put");
    }

    async fn read(&self, key: &str, range: Option<&str>) -> Vec<u8> {
        let get = self.client.get_object().bucket(BUCKET).key(key);
        let got = get.set_range(range.map(str::to_owned)).send().await;
        let body = got.expect("an object").body.collect().await;
        body.expect("its bytes").to_vec()
    }

    async fn copy(&self, key: &str) {
        let source: String = key.bytes().fold(format!("{BUCKET}/"), |source, byte| {
            if byte.is_ascii_alphanumeric() {
                source + &char::from(byte).to_string()
            } else {
                source + &format!("%{byte:02X}")
            }
        });
        let copied = self.client.copy_object().bucket(BUCKET).copy_source(source);
        copied
            .key(format!("copy of/{key}"))
            .send()
            .await
            .expect("a copy");
    }

    /// Reads and writes by links, as a program without credentials does.
    async fn by_links(&self, key: &str, content: &[u8]) {
        let minute = || PresigningConfig::expires_in(Duration::from_mins(1)).expect("a minute");
        let get = self.client.get_object().bucket(BUCKET).key(key);
        let get = get.presigned(minute()).await.expect("a link");
        let put = self.client.put_object().bucket(BUCKET).key(key);
        let put = put.presigned(minute()).await.expect("a link");
        let file = self.server.folder().join("valid-rust-link");
        let path = file.to_string_lossy().into_owned();
        let curl = |more: &[&str], url: &str| {
            let mut curl = Command::new("curl");
            curl.args([
                "--silent",
                "--show-error",
                "--fail",
                "--globoff",
                "--path-as-is",
            ]);
            succeed(curl.args(more).arg(url));
        };
        curl(&["--output", &path], get.uri());
        assert_eq!(fs::read(&file).expect("the file"), content, "link to {key}");
        // As a file to upload, its name would be added to an address that ends like a folder.
        let body = format!("@{path}");
        curl(&["--request", "PUT", "--data-binary", &body], put.uri());
    }
}
