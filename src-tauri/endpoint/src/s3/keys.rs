//! Whose key signs a request, as s3s asks for it. s3s asks by the id of a key alone; the token of a session, and what was
//! found, travel beside it with the task.

use std::sync::{Arc, OnceLock};

use hyper::HeaderMap;
use hyper::header::HeaderValue;
use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Error, S3Result, s3_error};
use secrecy::{ExposeSecret as _, SecretString};
use stave_model::AccessKeyId;

use super::errors::from_store;
use super::query::Query;
use crate::options::EndpointOptions;
use crate::sessions::Sessions;
use crate::signers::{SignedBy, Signer, Signers, Unsigned};

/// The header, and in another case the parameter, that carries the token of a session.
const TOKEN: &str = "x-amz-security-token";
const TOKEN_PARAMETER: &str = "X-Amz-Security-Token";

/// Stored keys, sessions, links, and credentials of this process.
#[derive(Clone)]
pub(super) struct Keys {
    signers: Arc<Signers>,
    region: Arc<str>,
}

/// What is known of the signature of the request in progress.
struct Signing {
    token: Option<SecretString>,
    found: OnceLock<(AccessKeyId, SignedBy)>,
}

tokio::task_local! {
    static SIGNING: Signing;
}

/// Returns the token that a head carries.
pub(super) fn token_of(headers: &HeaderMap, query: Option<&str>) -> Option<SecretString> {
    let query = Query::parse(query.unwrap_or_default());
    let in_header = headers.get(TOKEN).map(HeaderValue::as_bytes);
    let token = in_header.or_else(|| query.value(TOKEN_PARAMETER))?;
    let token = String::from_utf8_lossy(token).into_owned();
    Some(SecretString::from(token))
}

/// Runs `request` with the token that its head carries at hand.
pub(super) async fn with_token<F: Future>(token: Option<SecretString>, request: F) -> F::Output {
    let signing = Signing {
        token,
        found: OnceLock::new(),
    };
    SIGNING.scope(signing, request).await
}

impl Keys {
    pub(super) fn new(options: &EndpointOptions, sessions: Arc<Sessions>) -> Self {
        Self {
            signers: Arc::new(Signers::new(options, sessions)),
            region: Arc::from(options.region.as_str()),
        }
    }

    /// Returns a key by its id and its token, or S3's refusal.
    pub(super) async fn find(&self, id: &str, token: Option<&SecretString>) -> S3Result<Signer> {
        self.signers.find(id, token).await.map_err(refused)
    }

    /// Notes that a key was used, once its signature is verified.
    pub(super) fn note_use(&self, id: &AccessKeyId, by: &SignedBy) {
        self.signers.note_use(id, by, "s3", &self.region);
    }

    /// Returns which key signed the request in progress, and notes its use; `None` where none did.
    pub(super) fn used(&self) -> Option<SignedBy> {
        let found = SIGNING.try_with(|signing| signing.found.get().cloned());
        let (id, by) = found.ok().flatten()?;
        self.note_use(&id, &by);
        Some(by)
    }
}

fn refused(why: Unsigned) -> S3Error {
    match why {
        // S3 says of a key that is turned off what it says of one that never was.
        Unsigned::Unknown => unknown(),
        Unsigned::Token => s3_error!(
            InvalidToken,
            "The provided token is malformed or otherwise invalid."
        ),
        Unsigned::Expired => s3_error!(ExpiredToken, "The provided token has expired."),
        Unsigned::Failed(error) => from_store(error),
    }
}

fn unknown() -> S3Error {
    s3_error!(
        InvalidAccessKeyId,
        "The AWS Access Key Id you provided does not exist in our records."
    )
}

#[async_trait::async_trait]
impl S3Auth for Keys {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        let token = SIGNING.try_with(|signing| signing.token.clone());
        let signer = self.find(access_key, token.ok().flatten().as_ref()).await?;
        let found = (signer.id, signer.by);
        // Set once: s3s asks for one key a request.
        let _ = SIGNING.try_with(|signing| signing.found.set(found));
        Ok(SecretKey::from(signer.secret.expose_secret()))
    }
}

/// Knows no key.
pub(super) struct NoKeys;

#[async_trait::async_trait]
impl S3Auth for NoKeys {
    async fn get_secret_key(&self, _access_key: &str) -> S3Result<SecretKey> {
        Err(unknown())
    }
}
