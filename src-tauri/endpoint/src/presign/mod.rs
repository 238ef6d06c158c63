//! Pre-signed links and forms: who has one may do the one thing it was made for until its exact end, without a
//! key. None is made for an object under a customer's key (SSE-C): the key would have to travel with each use.

mod get;
mod html;
mod post;
mod put;
mod sign;
mod url;

pub use get::{PresignGet, presign_get};
pub use post::{OpenField, PostForm, PostKey, PostType, PresignPost, presign_post};
pub use put::{PresignPut, presign_put};

use std::time::Duration;

use aws_sigv4::http_request::SigningError;
use aws_sigv4::sign::v4::signing_params::BuildError;
use secrecy::SecretString;
use stave_model::{AccessKeyId, Timestamp};
use thiserror::Error;

/// The longest life of a link, as S3 has it.
pub const LONGEST: Duration = Duration::from_hours(7 * 24);

/// The shortest life of a link.
pub const SHORTEST: Duration = Duration::from_secs(1);

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
    /// The endpoint, such as `http://127.0.0.1:9000` or `https://192.168.1.20:9443`.
    pub endpoint: String,
    /// The region of the credential scope.
    pub region: String,
    /// The key that signs. The link dies with it.
    pub access_key_id: AccessKeyId,
    /// Its secret.
    pub secret_access_key: SecretString,
    /// The token of a session's key. It travels with the link, which ends with the session at the latest.
    pub session_token: Option<SecretString>,
    /// Where the bucket stands.
    pub style: UrlStyle,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presigned {
    /// The link. Whoever has it may use it.
    pub url: String,
    /// Its exact end.
    pub expires_at: Timestamp,
    /// The headers that must be sent with it as they stand here, their names in lower case.
    pub headers: Vec<(String, String)>,
}

/// Why a link was not made.
#[derive(Debug, Error)]
pub enum PresignError {
    /// A link lives 1 second to 7 days.
    #[error("a link lives 1 second to 7 days, not {} seconds", .0.as_secs())]
    Lifetime(Duration),
    /// The endpoint is not `http://host:port` or `https://host:port`.
    #[error("{0:?} is not an endpoint such as http://127.0.0.1:9000")]
    Endpoint(String),
    /// A header that a link cannot fix.
    #[error("the header {0} cannot be fixed by a link")]
    Header(String),
    /// A key of a customer would have to travel with each use.
    #[error(
        "an object under a customer's key cannot be linked to: the key would travel with the link"
    )]
    CustomerKey,
    /// A prefix that no key can begin with.
    #[error("{0:?} is not the beginning of a key")]
    Prefix(String),
    /// The least size is above the largest.
    #[error("a file of at least {least} bytes cannot have at most {most}")]
    Size {
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// The signing parameters are incomplete.
    #[error("the link could not be signed")]
    Parameters(#[from] BuildError),
    /// Signing failed.
    #[error("the link could not be signed")]
    Signing(#[from] SigningError),
}
