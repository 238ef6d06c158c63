//! Signature version 4, written out: the tests know by themselves what is signed.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html>

use std::time::SystemTime;

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::message::Message;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Signs as one key at one moment.
pub struct Signer {
    pub host: String,
    pub key_id: String,
    secret: String,
    at: SystemTime,
    /// `yyyymmddThhmmssZ`.
    pub stamp: String,
}

/// How the bytes of a trailer are signed.
pub const TRAILER: &str = "x-amz-checksum-crc32";

impl Signer {
    pub fn new(host: &str, key_id: &str, secret: &str) -> Self {
        let at = SystemTime::now();
        let stamp = DateTime::<Utc>::from(at).format("%Y%m%dT%H%M%SZ");
        Self {
            host: host.to_owned(),
            key_id: key_id.to_owned(),
            secret: secret.to_owned(),
            at,
            stamp: stamp.to_string(),
        }
    }

    /// Returns day, region, service and terminator.
    pub fn scope(&self) -> String {
        format!("{}/us-east-1/s3/aws4_request", &self.stamp[..8])
    }

    pub fn credential(&self) -> String {
        format!("{}/{}", self.key_id, self.scope())
    }

    /// Signs any text.
    pub fn over(&self, text: &str) -> String {
        let key = generate_signing_key(&self.secret, self.at, "us-east-1", "s3");
        calculate_signature(key, text.as_bytes())
    }

    /// Signs in the head; every header is signed. Returns the signature too.
    pub fn head(&self, mut message: Message, payload: &str) -> (Message, String) {
        message.headers.extend([
            ("host".to_owned(), self.host.clone()),
            ("x-amz-content-sha256".to_owned(), payload.to_owned()),
            ("x-amz-date".to_owned(), self.stamp.clone()),
        ]);
        message.headers.sort();
        let names: Vec<&str> = message.headers.iter().map(|(n, _)| n.as_str()).collect();
        let names = names.join(";");
        let signature = self.over(&self.string_to_sign(&message, &names, payload));
        let authorization = format!(
            "{ALGORITHM} Credential={}, SignedHeaders={names}, Signature={signature}",
            self.credential()
        );
        message
            .headers
            .push(("authorization".to_owned(), authorization));
        (message, signature)
    }

    /// Signs in the query, for ten minutes.
    pub fn query(&self, mut message: Message) -> Message {
        message.headers.push(("host".to_owned(), self.host.clone()));
        message.headers.sort();
        let names: Vec<&str> = message.headers.iter().map(|(n, _)| n.as_str()).collect();
        let names = names.join(";");
        let separator = if message.target.contains('?') {
            '&'
        } else {
            '?'
        };
        let parameters = format!(
            "{separator}X-Amz-Algorithm={ALGORITHM}&X-Amz-Credential={}&X-Amz-Date={}\
             &X-Amz-Expires=600&X-Amz-SignedHeaders={}",
            self.credential().replace('/', "%2F"),
            self.stamp,
            names.replace(';', "%3B"),
        );
        message.target.push_str(&parameters);
        let text = self.string_to_sign(&message, &names, "UNSIGNED-PAYLOAD");
        let signature = self.over(&text);
        message.target.extend(["&X-Amz-Signature=", &signature]);
        message
    }

    fn string_to_sign(&self, message: &Message, names: &str, payload: &str) -> String {
        let (path, query) = message
            .target
            .split_once('?')
            .unwrap_or((&message.target, ""));
        let mut pairs: Vec<String> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                if pair.contains('=') {
                    pair.to_owned()
                } else {
                    format!("{pair}=")
                }
            })
            .collect();
        pairs.sort();
        let headers: String = message
            .headers
            .iter()
            .flat_map(|(name, value)| [name, ":", value, "\n"])
            .collect();
        let canonical = format!(
            "{}\n{path}\n{}\n{headers}\n{names}\n{payload}",
            message.method,
            pairs.join("&")
        );
        let hash = hex::encode(Sha256::digest(canonical));
        format!("{ALGORITHM}\n{}\n{}\n{hash}", self.stamp, self.scope())
    }

    /// Signs the chunks of a body, each over the one before; the last is empty.
    pub fn chunks(&self, seed: &str, pieces: &[&[u8]]) -> Vec<Chunk> {
        let mut before = seed.to_owned();
        let pieces = pieces.iter().copied().chain([&b""[..]]);
        let chunks = pieces.map(|piece| {
            let hash = hex::encode(Sha256::digest(piece));
            let text = format!(
                "{ALGORITHM}-PAYLOAD\n{}\n{}\n{before}\n{EMPTY}\n{hash}",
                self.stamp,
                self.scope()
            );
            before = self.over(&text);
            Chunk {
                size: format!("{:x}", piece.len()),
                signature: before.clone(),
                data: piece.to_vec(),
            }
        });
        chunks.collect()
    }

    /// Signs a trailer behind the last chunk.
    pub fn trailer(&self, last: &Chunk, value: &str) -> Trailer {
        let hash = hex::encode(Sha256::digest(format!("{TRAILER}:{value}\n")));
        let text = format!(
            "{ALGORITHM}-TRAILER\n{}\n{}\n{}\n{hash}",
            self.stamp,
            self.scope(),
            last.signature
        );
        Trailer {
            name: TRAILER.to_owned(),
            value: value.to_owned(),
            signature: self.over(&text),
        }
    }
}

/// A chunk, its parts apart so that each may be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    pub size: String,
    pub signature: String,
    pub data: Vec<u8>,
}

/// What stands behind the last chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailer {
    pub name: String,
    pub value: String,
    pub signature: String,
}

/// Writes chunks out as a body.
pub fn body_of(chunks: &[Chunk], trailer: Option<&Trailer>) -> Vec<u8> {
    let mut body = Vec::new();
    for chunk in chunks {
        let line = format!("{};chunk-signature={}\r\n", chunk.size, chunk.signature);
        body.extend_from_slice(line.as_bytes());
        body.extend_from_slice(&chunk.data);
        if !(chunk.data.is_empty() && trailer.is_some()) {
            body.extend_from_slice(b"\r\n");
        }
    }
    if let Some(trailer) = trailer {
        let Trailer {
            name,
            value,
            signature,
        } = trailer;
        let text = format!("{name}:{value}\r\nx-amz-trailer-signature:{signature}\r\n\r\n");
        body.extend_from_slice(text.as_bytes());
    }
    body
}
