//! Pre-signed links: who has one may do the one thing it was made for until its exact end, without a key.
//! None is made for an object under a customer's key (SSE-C): the key would have to travel with each use.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningError,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_sigv4::sign::v4::signing_params::BuildError;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use stave_model::{AccessKeyId, BucketName, ObjectKey, Timestamp, VersionId};
use thiserror::Error;
use tracing::subscriber::{NoSubscriber, with_default};

/// The longest life of a link, as S3 has it.
pub const LONGEST: Duration = Duration::from_hours(7 * 24);

/// The shortest life of a link.
pub const SHORTEST: Duration = Duration::from_secs(1);

/// RFC 3986's unreserved characters stay as they are, as signature version 4 demands.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A key's slashes stay slashes.
const KEY: &AsciiSet = &UNRESERVED.remove(b'/');

/// Where the bucket stands in a link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UrlStyle {
    /// `http://127.0.0.1:9000/bucket/key`: resolves everywhere.
    #[default]
    Path,
    /// `http://bucket.s3.localhost:9000/key`: browsers resolve it, not every program does.
    VirtualHost,
}

/// Whose signature a link carries, and for which endpoint.
#[derive(Debug, Clone)]
pub struct Signer {
    /// The endpoint, such as `http://127.0.0.1:9000`.
    pub endpoint: String,
    /// The region of the credential scope.
    pub region: String,
    /// The key that signs. The link dies with it.
    pub access_key_id: AccessKeyId,
    /// Its secret.
    pub secret_access_key: SecretString,
    /// Where the bucket stands.
    pub style: UrlStyle,
}

/// A link that reads an object.
#[derive(Debug, Clone)]
pub struct PresignGet {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// The version; `None` is whatever is the latest when the link is used.
    pub version: Option<VersionId>,
    /// How long it lives, in whole seconds.
    pub expires: Duration,
    /// `Content-Disposition` of the answer.
    pub response_content_disposition: Option<String>,
    /// `Content-Type` of the answer.
    pub response_content_type: Option<String>,
}

impl PresignGet {
    /// Makes a link to the latest version with the headers that the object has.
    pub fn new(bucket: BucketName, key: ObjectKey, expires: Duration) -> Self {
        Self {
            bucket,
            key,
            version: None,
            expires,
            response_content_disposition: None,
            response_content_type: None,
        }
    }
}

/// A link that writes an object.
#[derive(Debug, Clone)]
pub struct PresignPut {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// How long it lives, in whole seconds.
    pub expires: Duration,
    /// The `Content-Type` that the sender must send; `None` leaves it to the sender.
    pub content_type: Option<String>,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presigned {
    /// The link. Whoever has it may use it.
    pub url: String,
    /// Its exact end.
    pub expires_at: Timestamp,
}

/// Why a link was not made.
#[derive(Debug, Error)]
pub enum PresignError {
    /// A link lives 1 second to 7 days.
    #[error("a link lives 1 second to 7 days, not {} seconds", .0.as_secs())]
    Lifetime(Duration),
    /// The endpoint is not `http://host:port`.
    #[error("{0:?} is not an endpoint such as http://127.0.0.1:9000")]
    Endpoint(String),
    /// The signing parameters are incomplete.
    #[error("the link could not be signed")]
    Parameters(#[from] BuildError),
    /// Signing failed.
    #[error("the link could not be signed")]
    Signing(#[from] SigningError),
}

/// Makes a link that reads an object.
pub fn presign_get(
    get: &PresignGet,
    signer: &Signer,
    now: Timestamp,
) -> Result<Presigned, PresignError> {
    let mut query = Vec::new();
    if let Some(version) = &get.version {
        query.push(("versionId", version.as_str()));
    }
    if let Some(disposition) = &get.response_content_disposition {
        query.push(("response-content-disposition", disposition));
    }
    if let Some(content_type) = &get.response_content_type {
        query.push(("response-content-type", content_type));
    }
    let url = object_url(signer, &get.bucket, &get.key, &query)?;
    presign(&url, "GET", &[], get.expires, signer, now)
}

/// Makes a link that writes an object.
pub fn presign_put(
    put: &PresignPut,
    signer: &Signer,
    now: Timestamp,
) -> Result<Presigned, PresignError> {
    let url = object_url(signer, &put.bucket, &put.key, &[])?;
    let content_type = put.content_type.as_deref();
    let headers: Vec<_> = content_type
        .map(|t| ("content-type", t))
        .into_iter()
        .collect();
    presign(&url, "PUT", &headers, put.expires, signer, now)
}

/// Writes the URL that is signed: the host in it is the host that clients send.
fn object_url(
    signer: &Signer,
    bucket: &BucketName,
    key: &ObjectKey,
    query: &[(&str, &str)],
) -> Result<String, PresignError> {
    let endpoint = signer.endpoint.trim_end_matches('/');
    let key = utf8_percent_encode(key.as_str(), KEY);
    let mut url = match signer.style {
        UrlStyle::Path => format!("{endpoint}/{bucket}/{key}"),
        UrlStyle::VirtualHost => {
            let (scheme, host) = endpoint
                .split_once("://")
                .ok_or_else(|| PresignError::Endpoint(signer.endpoint.clone()))?;
            format!("{scheme}://{bucket}.{}/{key}", virtual_host_base(host))
        }
    };
    for (name, value) in query {
        push_parameter(&mut url, name, value);
    }
    Ok(url)
}

/// Returns the name that buckets stand before: addresses and `localhost` become `s3.localhost`, with the
/// same port.
fn virtual_host_base(host: &str) -> String {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => (name, Some(port)),
        _ => (host, None),
    };
    let local = matches!(name, "127.0.0.1" | "localhost" | "[::1]");
    let name = if local { "s3.localhost" } else { name };
    match port {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    }
}

fn presign(
    url: &str,
    method: &str,
    headers: &[(&str, &str)],
    expires: Duration,
    signer: &Signer,
    now: Timestamp,
) -> Result<Presigned, PresignError> {
    if !(SHORTEST..=LONGEST).contains(&expires) {
        return Err(PresignError::Lifetime(expires));
    }
    // Whole seconds: that is all the link can say, so that is when it ends.
    let expires = Duration::from_secs(expires.as_secs());
    let signed_at = Duration::from_secs(u64::try_from(now.as_secs()).unwrap_or(0));
    let identity = Credentials::new(
        signer.access_key_id.as_str(),
        signer.secret_access_key.expose_secret(),
        None,
        None,
        "stave",
    )
    .into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(&signer.region)
        .name("s3")
        .time(SystemTime::UNIX_EPOCH + signed_at)
        .settings(settings(expires))
        .build()?
        .into();
    let body = SignableBody::UnsignedPayload;
    let signable = SignableRequest::new(method, url, headers.iter().copied(), body)?;
    // The signer prints what it signs at its trace level: none of it may reach a log.
    let output = with_default(NoSubscriber::default(), || sign(signable, &params));
    let (instructions, _signature) = output?.into_parts();
    let ends = signed_at + expires;
    Ok(Presigned {
        url: with_signature(url, instructions.params()),
        expires_at: Timestamp::from_millis(i64::try_from(ends.as_millis()).unwrap_or(i64::MAX)),
    })
}

fn settings(expires: Duration) -> SigningSettings {
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(expires);
    // S3 encodes a path once and normalises nothing: keys are opaque.
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings
}

fn with_signature<V: AsRef<str>>(url: &str, params: &[(&str, V)]) -> String {
    let mut signed = url.to_owned();
    for (name, value) in params {
        push_parameter(&mut signed, name, value.as_ref());
    }
    signed
}

fn push_parameter(url: &mut String, name: &str, value: &str) {
    url.push(if url.contains('?') { '&' } else { '?' });
    url.push_str(name);
    url.push('=');
    url.extend(utf8_percent_encode(value, UNRESERVED));
}
