//! How objects are encrypted, in S3's words.

use std::collections::BTreeMap;

use crate::KeyId;

/// An encryption context: names and values that are authenticated with what is sealed, and that appear in
/// the audit. Not secret.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html>
pub type EncryptionContext = BTreeMap<String, String>;

/// How an object is encrypted. Every object is: nothing lies on disk in the clear.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sse {
    /// SSE-S3: by a key that the store holds.
    #[default]
    S3,
    /// SSE-KMS: by a key of the key service.
    Kms(KmsSse),
    /// SSE-C: by a key that the client sends with each request and that is not kept.
    Customer,
}

/// What is told of an object under a key of the key service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KmsSse {
    /// The key: its id where the key service is the store's own, else what the store tells, an ARN as a rule.
    pub key: String,
    /// What the writer added to the encryption context.
    pub context: EncryptionContext,
    /// Whether a bucket key stands between (`x-amz-server-side-encryption-bucket-key-enabled`).
    pub bucket_key: bool,
}

impl KmsSse {
    /// Returns the key's ARN, in the region of the store.
    pub fn key_arn(&self, region: &str) -> String {
        KeyId::parse(&self.key).map_or_else(|| self.key.clone(), |id| id.arn(region))
    }
}

impl Sse {
    /// Returns the value of `x-amz-server-side-encryption`; under a customer's key S3 sends none.
    pub fn header(&self) -> Option<&'static str> {
        match self {
            Self::S3 => Some(SseAlgorithm::S3.as_str()),
            Self::Kms(_) => Some(SseAlgorithm::Kms.as_str()),
            Self::Customer => None,
        }
    }
}

/// What an owner can choose as a bucket's default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SseAlgorithm {
    /// `AES256`
    S3,
    /// `aws:kms`
    Kms,
}

impl SseAlgorithm {
    /// Returns S3's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::S3 => "AES256",
            Self::Kms => "aws:kms",
        }
    }

    /// Parses S3's name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::S3, Self::Kms]
            .into_iter()
            .find(|one| one.as_str() == text)
    }
}

/// How objects are encrypted that are written into a bucket without a word about it.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketEncryption {
    /// The algorithm.
    pub algorithm: SseAlgorithm,
    /// The key, as its owner named it: id, ARN, alias or alias ARN; `None` is the key that the store manages
    /// (`alias/aws/s3`). With [`SseAlgorithm::Kms`] alone.
    pub kms_key: Option<String>,
    /// Whether objects share a bucket key.
    pub bucket_key: bool,
}
