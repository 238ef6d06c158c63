//! The signature of a link.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use secrecy::ExposeSecret as _;
use stave_model::Timestamp;
use tracing::subscriber::{NoSubscriber, with_default};

use super::url::push_parameter;
use super::{LONGEST, PresignError, Presigned, SHORTEST, Signer};

/// Signs a URL for a method, with headers whose names are in lower case.
pub(super) fn presign(
    url: &str,
    method: &str,
    headers: Vec<(String, String)>,
    expires: Duration,
    signer: &Signer,
    now: Timestamp,
) -> Result<Presigned, PresignError> {
    let life = Life::of(expires, now)?;
    let token = signer.session_token.as_ref();
    let identity = Credentials::new(
        signer.access_key_id.as_str(),
        signer.secret_access_key.expose_secret(),
        token.map(|token| token.expose_secret().to_owned()),
        None,
        "stave",
    )
    .into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(&signer.region)
        .name("s3")
        .time(SystemTime::UNIX_EPOCH + life.from)
        .settings(settings(life.length))
        .build()?
        .into();
    let covered = headers.iter().map(|(n, v)| (n.as_str(), v.as_str()));
    let body = SignableBody::UnsignedPayload;
    let signable = SignableRequest::new(method, url, covered, body)?;
    // The signer prints what it signs at its trace level: none of it may reach a log.
    let output = with_default(NoSubscriber::default(), || sign(signable, &params));
    let (instructions, _signature) = output?.into_parts();
    let mut link = url.to_owned();
    for (name, value) in instructions.params() {
        push_parameter(&mut link, name, value.as_ref());
    }
    Ok(Presigned {
        url: link,
        expires_at: life.end(),
        headers,
    })
}

/// From when and for how long something is good, in whole seconds: that is all that a link can say.
pub(super) struct Life {
    /// Since 1970.
    pub(super) from: Duration,
    pub(super) length: Duration,
}

impl Life {
    pub(super) fn of(expires: Duration, now: Timestamp) -> Result<Self, PresignError> {
        if !(SHORTEST..=LONGEST).contains(&expires) {
            return Err(PresignError::Lifetime(expires));
        }
        Ok(Self {
            from: Duration::from_secs(u64::try_from(now.as_secs()).unwrap_or(0)),
            length: Duration::from_secs(expires.as_secs()),
        })
    }

    pub(super) fn end(&self) -> Timestamp {
        let end = (self.from + self.length).as_millis();
        Timestamp::from_millis(i64::try_from(end).unwrap_or(i64::MAX))
    }
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
