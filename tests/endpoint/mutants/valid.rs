//! Requests as they should be: forty of each form, no two alike.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{Duration, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::message::Message;
use super::sign::{Chunk, Signer, TRAILER, Trailer, body_of};

/// How many requests there are of each form.
pub const OF_EACH: usize = 40;

/// A request that passes, with the parts of its body apart.
#[derive(Clone, Debug)]
pub struct Valid {
    pub message: Message,
    pub inner: Inner,
}

/// What a body is made of.
#[derive(Clone, Debug)]
pub enum Inner {
    /// Bytes that the head's hash covers.
    Whole,
    /// Bytes that no signature covers, or none.
    Open,
    /// Signed chunks.
    Chunks(Vec<Chunk>, Option<Trailer>),
    /// The fields of a form, and its file, whose hash is among them.
    Form(Vec<(String, String)>, Vec<u8>),
}

fn plain(method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Message {
    let headers = headers.iter();
    Message {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: headers
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect(),
        body: body.to_vec(),
    }
}

/// One of eight kinds of request, varied by `n`: reads and writes, of objects and of what is set for them.
fn kind(n: usize, place: &str) -> Message {
    let key = format!("/photos/{place}-{n}");
    let text = format!("body of {place} {n}");
    let tags = b"<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>";
    match n % 8 {
        0 => plain("PUT", &key, &[], text.as_bytes()),
        1 => plain(
            "PUT",
            &key,
            &[
                ("content-type", "text/plain"),
                ("x-amz-meta-colour", "blue"),
            ],
            text.as_bytes(),
        ),
        2 => plain("GET", "/photos/there", &[("range", "bytes=0-1")], b""),
        3 => plain("HEAD", "/photos/there", &[("if-match", "*")], b""),
        4 => plain(
            "GET",
            &format!("/photos?list-type=2&max-keys={}&prefix=t", 10 + n),
            &[],
            b"",
        ),
        5 => plain("PUT", "/photos/there?tagging", &[], tags),
        6 => plain(
            "DELETE",
            &key,
            &[("x-amz-expected-bucket-owner", "admin")],
            b"",
        ),
        _ => plain(
            "GET",
            "/photos/there?tagging",
            &[("x-amz-meta-unused", "a b")],
            b"",
        ),
    }
}

/// Signed in the head.
pub fn heads(signer: &Signer) -> Vec<Valid> {
    let requests = (0..OF_EACH).map(|n| {
        let message = kind(n, "head");
        let hash = hex::encode(Sha256::digest(&message.body));
        let inner = if message.body.is_empty() {
            Inner::Open
        } else {
            Inner::Whole
        };
        let (message, _) = signer.head(message, &hash);
        Valid { message, inner }
    });
    requests.collect()
}

/// Signed in the query.
pub fn queries(signer: &Signer) -> Vec<Valid> {
    let requests = (0..OF_EACH).map(|n| Valid {
        message: signer.query(kind(n, "query")),
        inner: Inner::Open,
    });
    requests.collect()
}

/// S3 takes no chunk but the last that is smaller than this.
const CHUNK: usize = 8 * 1_024;

fn chunked(signer: &Signer, n: usize, trailer: Option<&str>) -> Valid {
    let place = if trailer.is_some() {
        "trailer"
    } else {
        "chunks"
    };
    let letter = b'a' + u8::try_from(n % 26).unwrap();
    let first = vec![letter; CHUNK];
    let second = format!("the end of {place} {n}");
    let length = (first.len() + second.len()).to_string();
    let key = format!("/photos/{place}-{n}");
    let mut headers = vec![
        ("content-encoding", "aws-chunked"),
        ("x-amz-decoded-content-length", length.as_str()),
    ];
    let mut payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD".to_owned();
    if trailer.is_some() {
        headers.push(("x-amz-trailer", TRAILER));
        payload.push_str("-TRAILER");
    }
    let (mut message, seed) = signer.head(plain("PUT", &key, &headers, b""), &payload);
    let chunks = signer.chunks(&seed, &[&first, second.as_bytes()]);
    let trailer = trailer.map(|_| {
        let crc = flate2::Crc::new();
        let crc = [first.as_slice(), second.as_bytes()]
            .iter()
            .fold(crc, |mut crc, piece| {
                crc.update(piece);
                crc
            });
        let sum = STANDARD.encode(crc.sum().to_be_bytes());
        signer.trailer(chunks.last().unwrap(), &sum)
    });
    message.body = body_of(&chunks, trailer.as_ref());
    Valid {
        message,
        inner: Inner::Chunks(chunks, trailer),
    }
}

/// Signed in the head and in each chunk.
pub fn chunks(signer: &Signer) -> Vec<Valid> {
    (0..OF_EACH).map(|n| chunked(signer, n, None)).collect()
}

/// Signed in the head, in each chunk and behind the last.
pub fn trailers(signer: &Signer) -> Vec<Valid> {
    (0..OF_EACH)
        .map(|n| chunked(signer, n, Some(TRAILER)))
        .collect()
}

/// Signed in the fields of a form.
pub fn forms(signer: &Signer) -> Vec<Valid> {
    (0..OF_EACH).map(|n| form(signer, n)).collect()
}

fn form(signer: &Signer, n: usize) -> Valid {
    let file = format!("file of form {n}").into_bytes();
    let mut fields = vec![
        ("key".to_owned(), format!("form-{n}")),
        ("content-type".to_owned(), "text/plain".to_owned()),
        ("x-amz-meta-number".to_owned(), n.to_string()),
        (
            "x-amz-checksum-sha256".to_owned(),
            STANDARD.encode(Sha256::digest(&file)),
        ),
        ("x-amz-algorithm".to_owned(), "AWS4-HMAC-SHA256".to_owned()),
        ("x-amz-credential".to_owned(), signer.credential()),
        ("x-amz-date".to_owned(), signer.stamp.clone()),
    ];
    let mut conditions: Vec<Value> = fields
        .iter()
        .map(|(name, value)| json!({name: value}))
        .collect();
    conditions.push(json!({"bucket": "photos"}));
    conditions.push(json!(["content-length-range", 1, 100 + n]));
    let end = Utc::now() + Duration::minutes(10);
    let end = end.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let policy = json!({"expiration": end, "conditions": conditions}).to_string();
    let policy = STANDARD.encode(policy);
    let signature = signer.over(&policy);
    fields.push(("policy".to_owned(), policy));
    fields.push(("x-amz-signature".to_owned(), signature));
    let headers = [
        ("content-type", "multipart/form-data; boundary=boundary"),
        ("host", &signer.host),
    ];
    let message = plain("POST", "/photos", &headers, &form_of(&fields, &file));
    Valid {
        message,
        inner: Inner::Form(fields, file),
    }
}

/// Writes a form out.
pub fn form_of(fields: &[(String, String)], file: &[u8]) -> Vec<u8> {
    let mut body = String::new();
    for (name, value) in fields {
        body.extend([
            "--boundary\r\nContent-Disposition: form-data; name=\"",
            name,
            "\"\r\n\r\n",
            value,
            "\r\n",
        ]);
    }
    body.push_str(
        "--boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n",
    );
    [body.as_bytes(), file, b"\r\n--boundary--\r\n"].concat()
}
