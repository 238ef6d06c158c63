//! A locked vault behind a running endpoint.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::types::{BucketLoggingStatus, LoggingEnabled};
use serde_json::json;
use stave_model::BucketName;
use stave_store::{GetObject, ListObjects, ObjectRef, Store as _, read_to_end};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Signer, document, kms, lookup, make_key, refused};
use crate::kit::{BUCKET, Served, bytes, read};
use crate::raw::{Answer, Raw};

#[tokio::test]
async fn while_the_vault_is_locked_everything_is_put_off() {
    let served = Served::new().await;
    let key = make_key(&served).await;
    let s3 = served.client();
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("k")
        .body(b"hello".to_vec().into());
    put.send().await.unwrap();
    served.engine.lock();
    for request in [
        Raw::new(&served, "GET", "/photos/k").signed(),
        Raw::new(&served, "GET", "/photos/k"),
        Raw::new(&served, "PUT", "/photos/new").body("x").signed(),
        Raw::new(&served, "POST", "/photos")
            .with("content-type", "multipart/form-data; boundary=b"),
    ] {
        let answer = request.send(&served).await;
        answer.is_error(503, "ServiceUnavailable");
        assert_eq!(answer.header("retry-after"), Some("5"));
        assert!(answer.body.contains("is locked"), "{}", answer.body);
    }
    let answer = kms(&served, "DescribeKey", json!({"KeyId": key})).await;
    refused(&answer, 503, "KMSInternalException");
    assert_eq!(answer.header("retry-after"), Some("5"));
    assert!(
        answer.body.contains("stave vault unlock"),
        "{}",
        answer.body
    );
    refused(&lookup(&served, json!({})).await, 503, "ServiceUnavailable");
    served.unlock();
    let got = s3
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(read(got.body).await, b"hello");
    document(&kms(&served, "DescribeKey", json!({"KeyId": key})).await);
}

#[tokio::test]
async fn a_page_of_another_site_does_not_learn_that_the_vault_is_locked() {
    let served = Served::new().await;
    served.engine.lock();
    let page = Raw::new(&served, "GET", "/photos/k").with("origin", "http://evil.example");
    page.send(&served).await.is_error(403, "AccessForbidden");
    let rebound = Raw::new(&served, "GET", "/photos/k").replaced("host", "evil.example");
    rebound.send(&served).await.is_error(403, "AccessDenied");
}

#[tokio::test]
async fn a_connection_outlives_the_lock() {
    let served = Served::new().await;
    let request = Raw::new(&served, "GET", "/photos").replaced("connection", "keep-alive");
    let request = request.signed().bytes();
    let mut stream = TcpStream::connect(served.host()).await.unwrap();
    served.engine.lock();
    assert_eq!(exchange(&mut stream, &request).await.status, 503);
    served.unlock();
    assert_eq!(exchange(&mut stream, &request).await.status, 200);
}

/// Sends a request over a connection that stays, and reads its answer by its length.
async fn exchange(stream: &mut TcpStream, request: &[u8]) -> Answer {
    stream.write_all(request).await.unwrap();
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|l| l.strip_prefix("content-length: "));
            let length: usize = length.expect("a length").parse().unwrap();
            if body.len() >= length {
                return Answer::parse(&bytes);
            }
        }
        let mut piece = [0; 4_096];
        let read = stream.read(&mut piece).await.unwrap();
        assert_ne!(read, 0, "the connection ended");
        bytes.extend_from_slice(&piece[..read]);
    }
}

#[tokio::test]
async fn a_body_that_the_lock_cuts_off_does_not_look_whole() {
    let served = Served::new().await;
    let s3 = served.client();
    // More than the buffers between the vault and this test hold.
    let body = bytes(32 * 1_024 * 1_024);
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("large")
        .body(body.into());
    put.send().await.unwrap();
    let mut stream = TcpStream::connect(served.host()).await.unwrap();
    let request = Raw::new(&served, "GET", "/photos/large").signed();
    stream.write_all(&request.bytes()).await.unwrap();
    let mut begun = vec![0; 64 * 1_024];
    stream.read_exact(&mut begun).await.unwrap();
    assert!(begun.starts_with(b"HTTP/1.1 200 "));
    let engine = Arc::clone(&served.engine);
    tokio::task::spawn_blocking(move || engine.lock())
        .await
        .unwrap();
    let mut rest = Vec::new();
    // Whether the connection is closed or reset is the system's affair.
    let _ = stream.read_to_end(&mut rest).await;
    assert!(begun.len() + rest.len() < 32 * 1_024 * 1_024);
    served.unlock();
    let head = s3.head_object().bucket(BUCKET).key("large").send().await;
    assert_eq!(head.unwrap().content_length(), Some(32 * 1_024 * 1_024));
}

#[tokio::test]
async fn a_lock_that_the_endpoint_was_not_told_of_is_no_unknown_key() {
    let served = Served::with(|options| options.is_locked = None).await;
    served.engine.lock();
    let answer = Raw::new(&served, "GET", "/photos")
        .signed()
        .send(&served)
        .await;
    answer.is_error(503, "ServiceUnavailable");
    let signer = Signer::owner();
    let answer = super::kms_as(&served, &signer, "ListKeys", json!({})).await;
    refused(&answer, 503, "KMSInternalException");
}

#[tokio::test]
async fn access_logs_wait_for_the_unlock() {
    let served = Served::with(|o| o.limits.access_log_interval = Duration::from_millis(1)).await;
    let s3 = served.client();
    for bucket in [BUCKET, "logs"] {
        s3.create_bucket().bucket(bucket).send().await.unwrap();
    }
    let enabled = LoggingEnabled::builder().target_bucket("logs");
    let enabled = enabled.target_prefix("of/").build().unwrap();
    let status = BucketLoggingStatus::builder().logging_enabled(enabled);
    let set = s3.put_bucket_logging().bucket(BUCKET);
    let set = set.bucket_logging_status(status.build());
    set.send().await.unwrap();
    served.engine.lock();
    for _ in 0..20 {
        let answer = Raw::new(&served, "GET", "/photos/k").send(&served).await;
        assert_eq!(answer.status, 503);
    }
    served.unlock();
    served.endpoint.shutdown().await;
    let logs = log_text(&served).await;
    assert_eq!(
        logs.matches(" 503 ServiceUnavailable ").count(),
        20,
        "{logs}"
    );
}

/// Returns all that lies in the bucket of logs.
async fn log_text(served: &Served) -> String {
    let bucket = BucketName::parse("logs").unwrap();
    let list = ListObjects {
        bucket: bucket.clone(),
        prefix: String::new(),
        delimiter: String::new(),
        after: None,
        max_keys: 1_000,
    };
    let mut text = String::new();
    for version in served.store.list_objects(list).await.unwrap().objects {
        let object = ObjectRef {
            bucket: bucket.clone(),
            key: version.key.clone(),
            version: None,
        };
        let got = served.store.get_object(GetObject::whole(object)).await;
        let bytes = read_to_end(got.unwrap().body, 1_024 * 1_024).await.unwrap();
        text.push_str(std::str::from_utf8(&bytes).unwrap());
    }
    text
}
