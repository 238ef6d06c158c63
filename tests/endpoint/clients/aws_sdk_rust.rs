//! The AWS SDK for Rust as it comes: with the checksums that it adds by itself, and its own way of moving files.
//! What it says of each operation in detail is in the suite `endpoint`.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::{ByteStream, Length};
use aws_sdk_s3::types::{
    BucketVersioningStatus, ChecksumAlgorithm, ChecksumMode, CompletedMultipartUpload,
    CompletedPart, Delete, ObjectIdentifier, VersioningConfiguration,
};
use aws_smithy_http_client::Builder;
use stave_tests::files::bytes;
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server, succeed};

use crate::client;

const PART: u64 = 5 * 1024 * 1024;

/// Makes a client and the bucket `rust`, where clients are to run.
async fn start() -> Option<(Server, Client)> {
    client("python")?;
    let server = Server::start();
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
    let made = client.create_bucket().bucket("rust").send().await;
    made.expect("a bucket");
    Some((server, client))
}

async fn read(client: &Client, key: &str) -> Vec<u8> {
    let got = client.get_object().bucket("rust").key(key);
    // The body is held against its checksum by the client.
    let got = got.checksum_mode(ChecksumMode::Enabled).send().await;
    let body = got.expect("an object").body.collect().await;
    body.expect("its bytes").to_vec()
}

#[tokio::test]
async fn the_sdk_for_rust_moves_files() {
    let Some((server, client)) = start().await else {
        return;
    };
    let content = bytes(11, 300_007);
    let file = server.folder().join("file");
    std::fs::write(&file, &content).expect("a file is written");
    let body = ByteStream::from_path(&file).await.expect("a body");
    // A body of a file goes in chunks with its checksum behind it.
    let put = client.put_object().bucket("rust").key("a b+c/ü.bin");
    let put = put.checksum_algorithm(ChecksumAlgorithm::Sha256).body(body);
    let put = put.send().await.expect("a put");
    assert!(put.checksum_sha256().is_some());
    assert_eq!(read(&client, "a b+c/ü.bin").await, content);

    let link = client.get_object().bucket("rust").key("a b+c/ü.bin");
    let link =
        link.presigned(PresigningConfig::expires_in(Duration::from_secs(90)).expect("a time"));
    let link = link.await.expect("a link");
    let down = server.folder().join("down");
    let mut curl = server.command("curl");
    let curl = curl.args(["--silent", "--fail", "--output"]).arg(&down);
    succeed(curl.arg(link.uri()));
    assert_eq!(std::fs::read(&down).expect("the file"), content);
}

#[tokio::test]
async fn the_sdk_for_rust_uploads_in_parts() {
    let Some((server, client)) = start().await else {
        return;
    };
    let content = bytes(13, usize::try_from(2 * PART).expect("a size") + 33);
    let file = server.folder().join("large");
    std::fs::write(&file, &content).expect("a file is written");
    let begin = client.create_multipart_upload().bucket("rust").key("large");
    let begin = begin
        .checksum_algorithm(ChecksumAlgorithm::Crc32C)
        .send()
        .await;
    let id = begin.expect("an upload").upload_id.expect("its id");
    let mut parts = Vec::new();
    for (number, at) in [(1, 0), (2, PART), (3, 2 * PART)] {
        let length = if number == 3 { 33 } else { PART };
        let piece = ByteStream::read_from().path(&file).offset(at);
        let piece = piece.length(Length::Exact(length)).build().await;
        let part = client
            .upload_part()
            .bucket("rust")
            .key("large")
            .upload_id(&id);
        let part = part.part_number(number).body(piece.expect("a piece"));
        let part = part
            .checksum_algorithm(ChecksumAlgorithm::Crc32C)
            .send()
            .await;
        let part = part.expect("a part");
        let done = CompletedPart::builder()
            .part_number(number)
            .set_e_tag(part.e_tag)
            .set_checksum_crc32_c(part.checksum_crc32_c);
        parts.push(done.build());
    }
    let parts = CompletedMultipartUpload::builder()
        .set_parts(Some(parts))
        .build();
    let done = client
        .complete_multipart_upload()
        .bucket("rust")
        .key("large");
    let done = done
        .upload_id(id)
        .multipart_upload(parts)
        .if_none_match("*")
        .send();
    let sum = done.await.expect("a completion").checksum_crc32_c;
    assert!(sum.is_some_and(|sum| sum.ends_with("-3")));
    assert!(read(&client, "large").await == content, "other bytes");
    let range = client.get_object().bucket("rust").key("large");
    let range = range
        .range("bytes=5242870-5242889")
        .send()
        .await
        .expect("a range");
    let range = range.body.collect().await.expect("its bytes").to_vec();
    assert_eq!(range, content[5_242_870..5_242_890]);
}

#[tokio::test]
async fn the_sdk_for_rust_lists_and_deletes() {
    let Some((_server, client)) = start().await else {
        return;
    };
    let keys = ["a b", "a+b", "a/", "a//b", "é", "日本", "🦀"];
    for key in keys {
        let put = client.put_object().bucket("rust").key(key);
        let put = put.body(ByteStream::from(key.as_bytes().to_vec())).send();
        put.await.expect("a put");
        assert_eq!(read(&client, key).await, key.as_bytes());
    }
    let mut pages = client
        .list_objects_v2()
        .bucket("rust")
        .into_paginator()
        .page_size(2)
        .send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let items = page.expect("a page").contents.unwrap_or_default();
        found.extend(items.into_iter().filter_map(|item| item.key));
    }
    assert_eq!(found, keys);
    let gone = keys.map(|key| ObjectIdentifier::builder().key(key).build().expect("a key"));
    let gone = Delete::builder().set_objects(Some(gone.into())).build();
    let answer = client
        .delete_objects()
        .bucket("rust")
        .delete(gone.expect("a list"));
    let answer = answer.send().await.expect("deletes");
    assert_eq!((answer.deleted().len(), answer.errors().len()), (7, 0));
}

#[tokio::test]
async fn the_sdk_for_rust_keeps_versions_and_conditions() {
    let Some((_server, client)) = start().await else {
        return;
    };
    let enabled = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled);
    let versioning = client.put_bucket_versioning().bucket("rust");
    let versioning = versioning.versioning_configuration(enabled.build()).send();
    versioning.await.expect("versioning");
    let put = |body: &'static str| {
        client
            .put_object()
            .bucket("rust")
            .key("k")
            .body(body.as_bytes().to_vec().into())
    };
    let first = put("1")
        .if_none_match("*")
        .send()
        .await
        .expect("a first write");
    let again = put("x")
        .if_none_match("*")
        .send()
        .await
        .expect_err("a second write");
    assert_eq!(again.code(), Some("PreconditionFailed"));
    let second = put("2")
        .set_if_match(first.e_tag)
        .send()
        .await
        .expect("an update");
    let listed = client.list_object_versions().bucket("rust").send().await;
    let listed = listed.expect("a listing");
    let ids: Vec<_> = listed
        .versions()
        .iter()
        .map(|version| version.version_id.clone())
        .collect();
    assert_eq!(ids, [second.version_id, first.version_id.clone()]);
    let restore = client.copy_object().bucket("rust").key("k");
    let from = format!("rust/k?versionId={}", first.version_id.expect("an id"));
    restore.copy_source(from).send().await.expect("a copy");
    assert_eq!(read(&client, "k").await, b"1");
}

#[tokio::test]
async fn the_sdk_for_rust_keeps_a_key_of_its_own() {
    let Some((_server, client)) = start().await else {
        return;
    };
    // 32 times "k", and the digest of it.
    let key = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=";
    let digest = "mT2HRsMGJ5IX5C+0rreZ8Q==";
    let put = client.put_object().bucket("rust").key("own");
    let put = put
        .body(b"only mine".to_vec().into())
        .sse_customer_algorithm("AES256")
        .sse_customer_key(key)
        .sse_customer_key_md5(digest)
        .send();
    let put = put.await.expect("a put");
    assert_eq!(put.sse_customer_key_md5(), Some(digest));
    assert_eq!(put.server_side_encryption(), None);
    let got = client.get_object().bucket("rust").key("own");
    let got = got
        .sse_customer_algorithm("AES256")
        .sse_customer_key(key)
        .sse_customer_key_md5(digest)
        .send();
    let body = got.await.expect("an object").body.collect().await;
    assert_eq!(body.expect("its bytes").to_vec(), b"only mine");
    let bare = client.get_object().bucket("rust").key("own").send().await;
    let bare = bare.expect_err("a read without the key");
    assert_eq!(bare.code(), Some("InvalidRequest"));
}
