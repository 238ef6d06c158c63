//! Bodies in chunks: with a checksum behind them, with a signature on each, and with either wrong.

use std::time::SystemTime;

use aws_sdk_s3::primitives::ByteStream;
use aws_sigv4::http_request::SignableBody;
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use sha2::{Digest as _, Sha256};

use crate::kit::{BUCKET, SECRET, Served, bytes, read, refused};
use crate::raw::{Answer, Raw};

const CRC32_OF_HELLO: &str = "NhCmhg==";

/// A PUT of `hello` in the unsigned form, with whatever body and trailer a test wants.
fn unsigned(served: &Served, trailer: &str, decoded_length: usize, body: &str) -> Raw {
    Raw::new(served, "PUT", "/photos/k")
        .with("content-encoding", "aws-chunked")
        .with("x-amz-decoded-content-length", &decoded_length.to_string())
        .with("x-amz-trailer", trailer)
        .body(body)
        .signed_over(
            &SignableBody::StreamingUnsignedPayloadTrailer,
            SystemTime::now(),
        )
}

async fn stored(served: &Served) -> Vec<u8> {
    let got = served
        .client()
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(got.content_encoding(), None);
    read(got.body).await
}

async fn assert_nothing(served: &Served) {
    let missing = served
        .client()
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await;
    refused(missing, 404, "NoSuchKey");
}

#[tokio::test]
async fn a_checksum_behind_the_body_is_verified_and_told() {
    let served = Served::new().await;
    let body = format!("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:{CRC32_OF_HELLO}\r\n\r\n");
    let put = unsigned(&served, "x-amz-checksum-crc32", 5, &body)
        .send(&served)
        .await;
    assert_eq!(put.status, 200, "{put:?}");
    assert_eq!(put.header("x-amz-checksum-crc32"), Some("nhcmhg=="));
    assert_eq!(stored(&served).await, b"hello");
}

#[tokio::test]
async fn a_body_in_the_unsigned_form_that_is_not_guarded_leaves_nothing() {
    let served = Served::new().await;
    let crc = "x-amz-checksum-crc32";
    let cases: [(&str, usize, String, &str); 8] = [
        // A wrong checksum.
        (
            crc,
            5,
            format!("5\r\nhullo\r\n0\r\n{crc}:{CRC32_OF_HELLO}\r\n\r\n"),
            "BadDigest",
        ),
        // One that was announced and did not come.
        (
            crc,
            5,
            "5\r\nhello\r\n0\r\n\r\n".to_owned(),
            "InvalidRequest",
        ),
        // Not even the last chunk came.
        (crc, 5, "5\r\nhello\r\n".to_owned(), "InvalidRequest"),
        // Another one than was announced.
        (
            crc,
            5,
            "5\r\nhello\r\n0\r\nx-amz-checksum-crc32c:mnG7TA==\r\n\r\n".to_owned(),
            "InvalidRequest",
        ),
        // One that is none.
        (
            crc,
            5,
            format!("5\r\nhello\r\n0\r\n{crc}:nonsense\r\n\r\n"),
            "InvalidRequest",
        ),
        // Too few bytes, and too many.
        (
            crc,
            6,
            format!("5\r\nhello\r\n0\r\n{crc}:{CRC32_OF_HELLO}\r\n\r\n"),
            "IncompleteBody",
        ),
        (
            crc,
            4,
            format!("5\r\nhello\r\n0\r\n{crc}:{CRC32_OF_HELLO}\r\n\r\n"),
            "IncompleteBody",
        ),
        // Chunks that are none.
        (
            crc,
            5,
            format!("zz\r\nhello\r\n0\r\n{crc}:{CRC32_OF_HELLO}\r\n\r\n"),
            "InvalidRequest",
        ),
    ];
    for (trailer, length, body, code) in cases {
        let put = unsigned(&served, trailer, length, &body)
            .send(&served)
            .await;
        assert_eq!(put.status, 400, "{body:?}: {put:?}");
        put.is_error(400, code);
    }
    let other = unsigned(&served, "x-amz-meta-later", 5, "5\r\nhello\r\n0\r\n\r\n");
    other.send(&served).await.is_error(400, "InvalidRequest");
    assert_nothing(&served).await;
}

#[tokio::test]
async fn the_length_of_the_stored_bytes_is_demanded() {
    let served = Served::new().await;
    let put = Raw::new(&served, "PUT", "/photos/k")
        .with("x-amz-trailer", "x-amz-checksum-crc32")
        .body(format!(
            "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:{CRC32_OF_HELLO}\r\n\r\n"
        ))
        .signed_over(
            &SignableBody::StreamingUnsignedPayloadTrailer,
            SystemTime::now(),
        );
    put.send(&served)
        .await
        .is_error(411, "MissingContentLength");
}

#[tokio::test]
async fn the_sdk_streams_with_a_checksum_behind_the_body() {
    let served = Served::new().await;
    let body = bytes(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, &body).unwrap();
    let stream = ByteStream::from_path(&file).await.unwrap();
    let put = served
        .client()
        .put_object()
        .bucket(BUCKET)
        .key("k")
        .body(stream);
    put.send().await.unwrap();
    assert!(stored(&served).await == body);
}

/// Signs chunks as a client does: each over the one before it.
pub struct Chunks {
    at: SystemTime,
    scope: String,
    stamp: String,
    previous: String,
    pub body: Vec<u8>,
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

impl Chunks {
    /// Begins with a signed head.
    pub fn after(head: &Raw, at: SystemTime) -> Self {
        let (_, stamp) = head
            .headers
            .iter()
            .find(|(n, _)| n == "x-amz-date")
            .unwrap();
        let day = &stamp[..8];
        Self {
            at,
            scope: format!("{day}/us-east-1/s3/aws4_request"),
            stamp: stamp.clone(),
            previous: head.signature(),
            body: Vec::new(),
        }
    }

    fn sign(&mut self, algorithm: &str, hashes: &str) -> String {
        let text = format!(
            "{algorithm}\n{}\n{}\n{}\n{hashes}",
            self.stamp, self.scope, self.previous
        );
        let key = generate_signing_key(SECRET, self.at, "us-east-1", "s3");
        self.previous = calculate_signature(key, text.as_bytes());
        self.previous.clone()
    }

    pub fn chunk(mut self, data: &[u8]) -> Self {
        let hashes = format!("{}\n{}", hash(b""), hash(data));
        let signature = self.sign("AWS4-HMAC-SHA256-PAYLOAD", &hashes);
        let head = format!("{:x};chunk-signature={signature}\r\n", data.len());
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(data);
        if !data.is_empty() {
            self.body.extend_from_slice(b"\r\n");
        }
        self
    }

    pub fn trailer(mut self, name: &str, value: &str) -> Self {
        let hashes = hash(format!("{name}:{value}\n").as_bytes());
        let signature = self.sign("AWS4-HMAC-SHA256-TRAILER", &hashes);
        let lines = format!("{name}:{value}\r\nx-amz-trailer-signature:{signature}\r\n\r\n");
        self.body.extend_from_slice(lines.as_bytes());
        self
    }

    pub fn end(mut self) -> Vec<u8> {
        self.body.extend_from_slice(b"\r\n");
        self.body
    }
}

/// A signed head for a body of so many bytes; the body's own length is not signed.
fn head(served: &Served, form: &str, decoded_length: usize, at: SystemTime) -> Raw {
    let head = Raw::new(served, "PUT", "/photos/k")
        .with("content-encoding", "aws-chunked")
        .with("x-amz-decoded-content-length", &decoded_length.to_string());
    let head = if form.ends_with("TRAILER") {
        head.with("x-amz-trailer", "x-amz-checksum-crc32")
    } else {
        head
    };
    head.signed_over(&SignableBody::Precomputed(form.to_owned()), at)
}

pub const SIGNED: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
pub const SIGNED_TRAILER: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";

#[tokio::test]
async fn chunks_that_are_signed_each_are_verified() {
    let served = Served::new().await;
    let at = SystemTime::now();
    let head = head(&served, SIGNED, 100_005, at);
    let big = bytes(100_000);
    let body = Chunks::after(&head, at)
        .chunk(&big)
        .chunk(b"hello")
        .chunk(b"")
        .end();
    let put = head.body(body).send(&served).await;
    assert_eq!(put.status, 200, "{put:?}");
    assert!(stored(&served).await == [big, b"hello".to_vec()].concat());
}

#[tokio::test]
async fn a_signed_trailer_is_verified() {
    let served = Served::new().await;
    let at = SystemTime::now();
    let head = head(&served, SIGNED_TRAILER, 5, at);
    let chunks = Chunks::after(&head, at).chunk(b"hello").chunk(b"");
    let body = chunks.trailer("x-amz-checksum-crc32", CRC32_OF_HELLO).body;
    let put = head.body(body).send(&served).await;
    assert_eq!(put.status, 200, "{put:?}");
    assert_eq!(put.header("x-amz-checksum-crc32"), Some("nhcmhg=="));
    assert_eq!(stored(&served).await, b"hello");
}

/// Sends a signed body in which one text was replaced by another.
async fn tampered(served: &Served, form: &str, from: &[u8], to: &[u8]) -> Answer {
    let at = SystemTime::now();
    let head = head(served, form, 10, at);
    let chunks = Chunks::after(&head, at)
        .chunk(b"hello")
        .chunk(b"world")
        .chunk(b"");
    let body = if form.ends_with("TRAILER") {
        // The CRC-32 of `helloworld`.
        chunks.trailer("x-amz-checksum-crc32", "+esgrQ==").body
    } else {
        chunks.end()
    };
    let found = body
        .windows(from.len())
        .position(|window| window == from)
        .unwrap();
    let body = [&body[..found], to, &body[found + from.len()..]].concat();
    head.body(body).send(served).await
}

#[tokio::test]
async fn a_changed_chunk_or_trailer_leaves_nothing() {
    let served = Served::new().await;
    let changed = tampered(&served, SIGNED, b"world", b"w0rld").await;
    changed.is_error(403, "SignatureDoesNotMatch");
    let changed = tampered(&served, SIGNED_TRAILER, b"hello", b"hullo").await;
    changed.is_error(403, "SignatureDoesNotMatch");
    let changed = tampered(
        &served,
        SIGNED_TRAILER,
        b"crc32:+esgrQ==",
        b"crc32:AAAAAA==",
    )
    .await;
    changed.is_error(403, "SignatureDoesNotMatch");
    let unsigned = tampered(&served, SIGNED, b";chunk-signature=", b"\r\n").await;
    unsigned.is_error(400, "InvalidRequest");
    assert_nothing(&served).await;
    let whole = tampered(&served, SIGNED_TRAILER, b"hello", b"hello").await;
    assert_eq!(whole.status, 200, "{whole:?}");
}

#[tokio::test]
async fn a_signed_body_that_stops_before_its_last_chunk_leaves_nothing() {
    let served = Served::new().await;
    let at = SystemTime::now();
    let head = head(&served, SIGNED, 10, at);
    let body = Chunks::after(&head, at).chunk(b"hello").body;
    let put = head.body(body).send(&served).await;
    put.is_error(400, "IncompleteBody");
    assert_nothing(&served).await;
}

#[tokio::test]
async fn chunks_may_travel_in_chunks_of_http() {
    let served = Served::new().await;
    let mut put = Raw::new(&served, "PUT", "/photos/k")
        .with("content-encoding", "aws-chunked")
        .with("x-amz-decoded-content-length", "5")
        .with("x-amz-trailer", "x-amz-checksum-crc32")
        .signed_over(
            &SignableBody::StreamingUnsignedPayloadTrailer,
            SystemTime::now(),
        )
        .with("transfer-encoding", "chunked");
    let body = format!("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:{CRC32_OF_HELLO}\r\n\r\n");
    let (first, second) = body.split_at(7);
    put.body = format!(
        "{:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n",
        first.len(),
        second.len()
    )
    .into();
    let answer = put.send(&served).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(stored(&served).await, b"hello");
}
