//! A request whose signature is verified: the one type of it, and the one place that makes it.

use bytes::Bytes;
use chrono::Utc;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::StatusCode;
use hyper::header::CONTENT_ENCODING;
use hyper::http::request::Parts;
use secrecy::ExposeSecret as _;
use stave_model::Actor;
use stave_store::Error;
use subtle::ConstantTimeEq as _;

use super::answer::JsonError;
use super::signature::{Claim, unrecognized};
use crate::server::{BodyFault, actor, note_failure, note_verified};
use crate::signers::{SignedBy, Signers, Unsigned};

/// The longest document: a policy has 32 KiB, and nothing else comes near.
const BODY_MAX_BYTES: usize = 1_024 * 1_024;

/// A service, as its verifier knows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Service<'s> {
    /// Its name in the scope of a credential.
    pub(crate) scope: &'static str,
    /// The region of that scope; `None` takes any.
    pub(crate) region: Option<&'s str>,
    /// What it says where it cannot answer now.
    pub(crate) unavailable: &'static str,
}

/// A request that was signed by a known key, for one service and with these very bytes.
pub(crate) struct Verified {
    actor: Actor,
    body: Bytes,
}

impl Verified {
    /// Verifies a request. Nothing of its body is looked at before.
    pub(crate) async fn verify<B>(
        service: Service<'_>,
        parts: &Parts,
        body: B,
        signers: &Signers,
    ) -> Result<Self, JsonError>
    where
        B: http_body::Body<Data = Bytes, Error = BodyFault>,
    {
        let claim = Claim::of(parts, service.scope, service.region, Utc::now())?;
        if parts.headers.contains_key(CONTENT_ENCODING) {
            return Err(JsonError::unsupported("A Content-Encoding"));
        }
        let found = signers.find(claim.key_id, claim.token.as_ref()).await;
        let signer = found.map_err(|why| refused(why, service))?;
        if matches!(signer.by, SignedBy::Link(_)) {
            return Err(unrecognized());
        }
        let body = read_body(body).await?;
        let secret = signer.secret.expose_secret();
        let expected = claim.expected(secret, service.scope, &parts.headers, &body)?;
        let right = bool::from(expected.as_bytes().ct_eq(claim.signature.as_bytes()));
        if !right || note_verified().is_none() {
            return Err(JsonError::new(
                "InvalidSignatureException",
                "The request signature we calculated does not match the signature you provided. \
                 Check your AWS Secret Access Key and signing method. Consult the service \
                 documentation for details.",
            ));
        }
        signers.note_use(&signer.id, &signer.by, service.scope, claim.region());
        Ok(Self {
            actor: actor(),
            body,
        })
    }

    pub(crate) fn actor(&self) -> &Actor {
        &self.actor
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }
}

async fn read_body<B>(body: B) -> Result<Bytes, JsonError>
where
    B: http_body::Body<Data = Bytes, Error = BodyFault>,
{
    let too_large = || {
        let message = format!("The body is longer than {BODY_MAX_BYTES} bytes.");
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        JsonError::with_status(status, "RequestEntityTooLargeException", message)
    };
    // What is announced as too large is refused unread.
    if body.size_hint().lower() > BODY_MAX_BYTES as u64 {
        return Err(too_large());
    }
    let read = std::pin::pin!(Limited::new(body, BODY_MAX_BYTES))
        .collect()
        .await;
    let read = read.map_err(|error| {
        if error.is::<LengthLimitError>() {
            too_large()
        } else {
            let message = "The body did not arrive whole and in time.";
            JsonError::new("SerializationException", message)
        }
    })?;
    Ok(read.to_bytes())
}

/// Says why nobody is found whose signature it could be.
fn refused(why: Unsigned, service: Service<'_>) -> JsonError {
    match why {
        Unsigned::Unknown | Unsigned::Token => unrecognized(),
        Unsigned::Expired => JsonError::new(
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
        Unsigned::Failed(error) => unavailable(&error, service),
    }
}

/// Says why a key could not be looked up: the vault is locked, or worse.
fn unavailable(error: &Error, service: Service<'_>) -> JsonError {
    note_failure(error);
    if matches!(error, Error::Locked) {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        return JsonError::with_status(status, service.unavailable, crate::locked::MESSAGE);
    }
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    JsonError::with_status(status, "InternalFailure", "The access keys cannot be read.")
}
