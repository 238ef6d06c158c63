//! Links that write an object.

use std::time::Duration;

use stave_model::{BucketName, ObjectKey, Timestamp};

use super::sign::presign;
use super::url::object_url;
use super::{PresignError, Presigned, Signer};

/// Headers that a link may fix beside those of its own fields.
const FIXABLE: [&str; 14] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-md5",
    "expires",
    "if-match",
    "if-none-match",
    "x-amz-acl",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-storage-class",
    "x-amz-tagging",
    "x-amz-website-redirect-location",
    "x-amz-expected-bucket-owner",
];

/// Beginnings of headers that a link may fix.
const FIXABLE_BEGINNINGS: [&str; 3] = [
    "x-amz-checksum-",
    "x-amz-meta-",
    "x-amz-server-side-encryption",
];

/// What names the key of a customer.
const CUSTOMER_KEY: &str = "x-amz-server-side-encryption-customer-";

/// A link that writes an object. What it fixes the sender must send as it is, byte by byte.
#[derive(Debug, Clone)]
pub struct PresignPut {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// How long it lives, in whole seconds.
    pub expires: Duration,
    /// The `Content-Type`; `None` leaves it to the sender.
    pub content_type: Option<String>,
    /// The exact size; `None` leaves it to the sender.
    pub content_length: Option<u64>,
    /// Further headers: encryption, checksums, metadata, conditions.
    pub fixed: Vec<(String, String)>,
}

impl PresignPut {
    /// Makes a link that leaves all to the sender.
    pub fn new(bucket: BucketName, key: ObjectKey, expires: Duration) -> Self {
        Self {
            bucket,
            key,
            expires,
            content_type: None,
            content_length: None,
            fixed: Vec::new(),
        }
    }

    fn headers(&self) -> Result<Vec<(String, String)>, PresignError> {
        let mut headers = Vec::new();
        if let Some(content_type) = &self.content_type {
            headers.push(("content-type".to_owned(), content_type.clone()));
        }
        if let Some(length) = self.content_length {
            headers.push(("content-length".to_owned(), length.to_string()));
        }
        for (name, value) in &self.fixed {
            let name = name.to_ascii_lowercase();
            if name.starts_with(CUSTOMER_KEY) {
                return Err(PresignError::CustomerKey);
            }
            let fixable = FIXABLE.contains(&name.as_str())
                || FIXABLE_BEGINNINGS.iter().any(|b| name.starts_with(b));
            let is_new = headers.iter().all(|(n, _)| *n != name);
            if !fixable || !is_new {
                return Err(PresignError::Header(name));
            }
            headers.push((name, value.clone()));
        }
        Ok(headers)
    }
}

/// Makes a link that writes an object.
pub fn presign_put(
    put: &PresignPut,
    signer: &Signer,
    now: Timestamp,
) -> Result<Presigned, PresignError> {
    let headers = put.headers()?;
    let url = object_url(signer, &put.bucket, &put.key, &[])?;
    presign(&url, "PUT", headers, put.expires, signer, now)
}
