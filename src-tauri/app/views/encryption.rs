//! How objects are encrypted, and the keys that customers keep themselves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stave_model::{BucketEncryption, SseAlgorithm};
use ts_rs::TS;

use super::KeyStateView;

/// How a version is encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EncryptionView {
    /// By what.
    pub kind: EncryptionKind,
    /// The key's id, under SSE-KMS.
    pub key: Option<String>,
    /// One of the key's names.
    pub key_alias: Option<String>,
    /// The key's ARN.
    pub key_arn: Option<String>,
    /// Whether the key can be used.
    pub key_state: Option<KeyStateView>,
    /// The version of the key that guards it, where the store tells.
    pub key_version: Option<u32>,
    /// Whether a bucket key stands between.
    pub bucket_key: bool,
    /// What its writer added to the encryption context.
    #[ts(type = "Record<string, string>")]
    pub context: BTreeMap<String, String>,
}

/// By what a version is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub enum EncryptionKind {
    /// By a key that the store holds.
    #[serde(rename = "SSE-S3")]
    S3,
    /// By a key of the key service.
    #[serde(rename = "SSE-KMS")]
    Kms,
    /// By a key that its owner keeps.
    #[serde(rename = "SSE-C")]
    Customer,
}

impl EncryptionView {
    /// Makes one that names no key.
    pub fn without_key(kind: EncryptionKind) -> Self {
        Self {
            kind,
            key: None,
            key_alias: None,
            key_arn: None,
            key_state: None,
            key_version: None,
            bucket_key: false,
            context: BTreeMap::new(),
        }
    }
}

/// How what is written into a bucket without a word about it is encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "BucketEncryption")]
pub struct BucketEncryptionView {
    /// By what.
    pub algorithm: BucketAlgorithm,
    /// The key, under `aws:kms`; `None` is the one that the store manages.
    pub key: Option<String>,
    /// Whether objects share a bucket key.
    pub bucket_key: bool,
}

/// What a bucket's default can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub enum BucketAlgorithm {
    /// SSE-S3.
    #[serde(rename = "AES256")]
    S3,
    /// SSE-KMS.
    #[serde(rename = "aws:kms")]
    Kms,
}

impl From<BucketEncryption> for BucketEncryptionView {
    fn from(encryption: BucketEncryption) -> Self {
        Self {
            algorithm: match encryption.algorithm {
                SseAlgorithm::S3 => BucketAlgorithm::S3,
                SseAlgorithm::Kms => BucketAlgorithm::Kms,
            },
            key: encryption.kms_key,
            bucket_key: encryption.bucket_key,
        }
    }
}

/// A customer's key that the keychain of this computer keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CustomerKeyView {
    /// What it is called.
    pub name: String,
    /// When it was kept.
    pub created: i64,
}

/// A customer's key that was just kept. No `Debug`: it may carry a secret.
#[derive(Clone, Serialize, TS)]
pub struct CustomerKeyKept {
    /// What it is called.
    pub name: String,
    /// The key in base64, told once, where it was made here.
    pub key: Option<String>,
}

/// A customer's key as a request gives it. No `Debug`: it may carry a secret.
#[derive(Clone, Deserialize, TS)]
#[serde(untagged)]
#[ts(rename = "CustomerKeyRef")]
pub enum CustomerKeyGiven {
    /// One that the keychain keeps.
    Kept {
        /// What it is called.
        name: String,
    },
    /// One that was typed: base64 of 32 bytes, or 64 hexadecimal digits.
    Typed {
        /// The key.
        value: String,
    },
}
