//! Encryption as headers carry it, and as answers tell it.

use std::fmt;

use aws_sdk_s3::types::{
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use secrecy::{ExposeSecret as _, SecretString};
use stave_model::{BucketEncryption, EncryptionContext, KmsSse, Sse, SseAlgorithm};
use stave_store::{CustomerKey, Error, Result, SseRequest};

use crate::words::garbled;

/// The one algorithm of SSE-C.
const CUSTOMER_ALGORITHM: &str = "AES256";

const WRITING: &str = "writing how something is to be encrypted";

/// A customer's key as three headers carry it; all absent where there is none.
#[derive(Clone, Default)]
pub(crate) struct CustomerHeaders(Option<SecretString>, Option<String>);

impl CustomerHeaders {
    pub(crate) fn of(key: Option<&CustomerKey>) -> Self {
        let Some(key) = key else {
            return Self::default();
        };
        let encoded = SecretString::from(STANDARD.encode(key.expose()));
        let md5 = STANDARD.encode(Md5::digest(key.expose()));
        Self(Some(encoded), Some(md5))
    }

    pub(crate) fn algorithm(&self) -> Option<String> {
        self.0.as_ref().map(|_| CUSTOMER_ALGORITHM.to_owned())
    }

    pub(crate) fn key(&self) -> Option<String> {
        self.0.as_ref().map(|key| key.expose_secret().to_owned())
    }

    pub(crate) fn md5(&self) -> Option<String> {
        self.1.clone()
    }
}

impl fmt::Debug for CustomerHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomerHeaders(…)")
    }
}

/// What a request that makes an object says of its encryption.
#[derive(Debug, Default)]
pub(crate) struct SseHeaders {
    pub(crate) algorithm: Option<ServerSideEncryption>,
    pub(crate) kms_key: Option<String>,
    pub(crate) context: Option<String>,
    pub(crate) bucket_key: Option<bool>,
    pub(crate) customer: CustomerHeaders,
}

impl SseHeaders {
    pub(crate) fn of(asked: &SseRequest) -> Result<Self> {
        Ok(match asked {
            SseRequest::BucketDefault => Self::default(),
            SseRequest::S3 => Self {
                algorithm: Some(ServerSideEncryption::Aes256),
                ..Self::default()
            },
            SseRequest::Kms {
                key,
                context,
                bucket_key,
            } => Self {
                algorithm: Some(ServerSideEncryption::AwsKms),
                kms_key: key.clone(),
                context: context_header(context)?,
                bucket_key: *bucket_key,
                customer: CustomerHeaders::default(),
            },
            SseRequest::Customer(key) => Self {
                customer: CustomerHeaders::of(Some(key)),
                ..Self::default()
            },
        })
    }
}

/// Writes a customer's key onto a request.
macro_rules! with_customer_key {
    ($request:expr, $headers:expr) => {
        $request
            .set_sse_customer_algorithm($headers.algorithm())
            .set_sse_customer_key($headers.key())
            .set_sse_customer_key_md5($headers.md5())
    };
}
pub(crate) use with_customer_key;

/// Writes the customer's key of the source onto the request of a copy.
macro_rules! with_source_key {
    ($request:expr, $headers:expr) => {
        $request
            .set_copy_source_sse_customer_algorithm($headers.algorithm())
            .set_copy_source_sse_customer_key($headers.key())
            .set_copy_source_sse_customer_key_md5($headers.md5())
    };
}
pub(crate) use with_source_key;

/// Writes how an object is to be encrypted onto a request that makes one.
macro_rules! encrypted {
    ($request:expr, $headers:expr) => {
        $crate::encryption::with_customer_key!($request, $headers.customer)
            .set_server_side_encryption($headers.algorithm.clone())
            .set_ssekms_key_id($headers.kms_key.clone())
            .set_ssekms_encryption_context($headers.context.clone())
            .set_bucket_key_enabled($headers.bucket_key)
    };
}
pub(crate) use encrypted;

/// Reads how an object is encrypted, of an answer that may tell a customer's algorithm.
macro_rules! told_sse {
    ($answer:expr) => {
        match $answer.sse_customer_algorithm() {
            Some(_) => stave_model::Sse::Customer,
            None => $crate::encryption::told_kept_sse!($answer),
        }
    };
}
pub(crate) use told_sse;

/// Reads how an object is encrypted, of an answer that tells only of keys that the store holds.
macro_rules! told_kept_sse {
    ($answer:expr) => {
        $crate::encryption::kept_sse(
            $answer.server_side_encryption(),
            $answer.ssekms_key_id(),
            $answer.bucket_key_enabled(),
        )
    };
}
pub(crate) use told_kept_sse;

/// Returns how an object is encrypted. A store that says nothing of it is taken to do what S3 does.
/// The context is told by few answers, and by these only to who wrote it: it stays empty.
pub(crate) fn kept_sse(
    algorithm: Option<&ServerSideEncryption>,
    kms_key: Option<&str>,
    bucket_key: Option<bool>,
) -> Sse {
    match algorithm {
        Some(ServerSideEncryption::AwsKms | ServerSideEncryption::AwsKmsDsse) => Sse::Kms(KmsSse {
            key: kms_key.unwrap_or_default().to_owned(),
            context: EncryptionContext::new(),
            bucket_key: bucket_key.unwrap_or(false),
        }),
        _ => Sse::S3,
    }
}

/// Returns an encryption context as its header carries it.
fn context_header(context: &EncryptionContext) -> Result<Option<String>> {
    if context.is_empty() {
        return Ok(None);
    }
    let json = serde_json::to_vec(context).map_err(|e| garbled(WRITING, e))?;
    Ok(Some(STANDARD.encode(json)))
}

/// Returns a default of a bucket as its document carries it.
pub(crate) fn sdk_default(wanted: &BucketEncryption) -> Result<ServerSideEncryptionConfiguration> {
    let by_default = ServerSideEncryptionByDefault::builder()
        .sse_algorithm(ServerSideEncryption::from(wanted.algorithm.as_str()))
        .set_kms_master_key_id(wanted.kms_key.clone())
        .build()
        .map_err(|e| garbled(WRITING, e))?;
    let rule = ServerSideEncryptionRule::builder()
        .apply_server_side_encryption_by_default(by_default)
        .bucket_key_enabled(wanted.bucket_key)
        .build();
    let configuration = ServerSideEncryptionConfiguration::builder().rules(rule);
    configuration.build().map_err(|e| garbled(WRITING, e))
}

/// Reads the default of a bucket; `None` for the one that S3 tells where nothing was set.
pub(crate) fn told_default(
    told: &ServerSideEncryptionConfiguration,
) -> Result<Option<BucketEncryption>> {
    let rule = told.rules().first();
    let by_default = rule.and_then(|rule| rule.apply_server_side_encryption_by_default());
    let (Some(rule), Some(by_default)) = (rule, by_default) else {
        return Ok(None);
    };
    let algorithm = SseAlgorithm::parse(by_default.sse_algorithm().as_str());
    let told = BucketEncryption {
        algorithm: algorithm.ok_or(Error::NotOffered {
            what: "a default encryption by two layers",
        })?,
        kms_key: by_default.kms_master_key_id().map(str::to_owned),
        bucket_key: rule.bucket_key_enabled().unwrap_or(false),
    };
    let comes_by_itself = told.algorithm == SseAlgorithm::S3 && !told.bucket_key;
    Ok((!comes_by_itself).then_some(told))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customers_key_is_sent_with_its_md5_and_shown_by_no_debug() {
        let headers = CustomerHeaders::of(Some(&CustomerKey::new(
            *b"0123456789abcdef0123456789abcdef",
        )));
        assert_eq!(headers.algorithm().as_deref(), Some("AES256"));
        let key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
        assert_eq!(headers.key().as_deref(), Some(key));
        let md5 = "hRasmdxgYDKV3nvbahU1MA==";
        assert_eq!(headers.md5().as_deref(), Some(md5));
        assert_eq!(format!("{headers:?}"), "CustomerHeaders(…)");
        let none = CustomerHeaders::of(None);
        assert_eq!(
            (none.algorithm(), none.key(), none.md5()),
            (None, None, None)
        );
    }

    #[test]
    fn a_context_travels_as_json_in_base64() {
        let pairs = [("team".to_owned(), "blue".to_owned())];
        let header = context_header(&EncryptionContext::from(pairs)).unwrap();
        assert_eq!(header.as_deref(), Some("eyJ0ZWFtIjoiYmx1ZSJ9"));
        assert_eq!(context_header(&EncryptionContext::new()).unwrap(), None);
    }

    #[test]
    fn a_default_is_read_as_it_was_written_but_for_the_one_of_s3() {
        let kms = BucketEncryption {
            algorithm: SseAlgorithm::Kms,
            kms_key: Some("alias/own".to_owned()),
            bucket_key: true,
        };
        assert_eq!(
            told_default(&sdk_default(&kms).unwrap()).unwrap(),
            Some(kms)
        );
        let of_s3 = BucketEncryption {
            algorithm: SseAlgorithm::S3,
            kms_key: None,
            bucket_key: false,
        };
        assert_eq!(told_default(&sdk_default(&of_s3).unwrap()).unwrap(), None);
    }
}
