//! HTML forms as browsers send them, with a policy and a signature as applications make them.

use std::time::{Duration, SystemTime};

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha1::Sha1;

use crate::kit::{ADMIN_KEY, SECRET, Served};
use crate::raw::Raw;

/// A form to be written out.
#[derive(Clone)]
pub struct Form {
    pub fields: Vec<(String, String)>,
    pub conditions: Vec<Value>,
    pub expiration: String,
    pub file_name: String,
    pub file: Vec<u8>,
}

impl Form {
    /// Makes the form that writes `hello` to the key `k` of the bucket `photos`, for a minute.
    pub fn new() -> Self {
        let end = DateTime::<Utc>::from(SystemTime::now() + Duration::from_mins(1));
        Self {
            fields: vec![("key".to_owned(), "k".to_owned())],
            conditions: vec![
                json!({"bucket": "photos"}),
                json!(["starts-with", "$key", ""]),
            ],
            expiration: end.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            file_name: "holiday.jpg".to_owned(),
            file: b"hello".to_vec(),
        }
    }

    /// Adds a field.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a field and the condition that allows it.
    pub fn allowed(self, name: &str, value: &str) -> Self {
        self.with(name, value).condition(json!({name: value}))
    }

    /// Adds a condition.
    pub fn condition(mut self, condition: Value) -> Self {
        self.conditions.push(condition);
        self
    }

    /// Takes a field away.
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(n, _)| n != name);
        self
    }

    /// Puts another value into a field.
    pub fn replaced(self, name: &str, value: &str) -> Self {
        self.without(name).with(name, value)
    }

    /// Gives it another file.
    pub fn file(mut self, file: impl Into<Vec<u8>>) -> Self {
        self.file = file.into();
        self
    }

    /// Signs it by signature version 4, as the owner of the vault.
    pub fn signed(self) -> Self {
        self.signed_with(ADMIN_KEY, SECRET)
    }

    /// Signs it by signature version 4.
    pub fn signed_with(self, id: &str, secret: &str) -> Self {
        let now = Utc::now();
        let day = now.format("%Y%m%d").to_string();
        let form = self
            .allowed("x-amz-algorithm", "AWS4-HMAC-SHA256")
            .allowed(
                "x-amz-credential",
                &format!("{id}/{day}/us-east-1/s3/aws4_request"),
            )
            .allowed("x-amz-date", &now.format("%Y%m%dT%H%M%SZ").to_string());
        let policy = form.policy();
        form.signed_over(&policy, secret)
    }

    /// Adds a policy and the signature of version 4 over it.
    pub fn signed_over(self, policy: &str, secret: &str) -> Self {
        let key = generate_signing_key(secret, SystemTime::now(), "us-east-1", "s3");
        let signature = calculate_signature(key, policy.as_bytes());
        self.with("policy", policy)
            .with("x-amz-signature", &signature)
    }

    /// Signs it by signature version 2.
    pub fn signed_formerly(self, id: &str, secret: &str) -> Self {
        let policy = self.policy();
        let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(policy.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        self.with("AWSAccessKeyId", id)
            .with("policy", &policy)
            .with("signature", &signature)
    }

    /// Returns the policy as the field carries it.
    pub fn policy(&self) -> String {
        let policy = json!({"expiration": self.expiration, "conditions": self.conditions});
        STANDARD.encode(policy.to_string())
    }

    /// Writes everything before the file.
    pub fn beginning(&self) -> Vec<u8> {
        let mut body = String::new();
        for (name, value) in &self.fields {
            body.extend([
                "--boundary\r\nContent-Disposition: form-data; name=\"",
                name,
                "\"\r\n\r\n",
                value,
                "\r\n",
            ]);
        }
        body.extend([
            "--boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"",
            &self.file_name,
            "\"\r\nContent-Type: image/jpeg\r\n\r\n",
        ]);
        body.into_bytes()
    }

    /// Writes the body.
    pub fn body(&self) -> Vec<u8> {
        [&self.beginning(), self.file.as_slice(), END].concat()
    }

    /// Makes the request that posts it.
    pub fn post(&self, served: &Served) -> Raw {
        post_of(served, "/photos").body(self.body())
    }
}

/// What stands behind the file.
pub const END: &[u8] = b"\r\n--boundary--\r\n";

/// Makes a POST of a form without its body.
pub fn post_of(served: &Served, target: &str) -> Raw {
    Raw::new(served, "POST", target).with("content-type", "multipart/form-data; boundary=boundary")
}
