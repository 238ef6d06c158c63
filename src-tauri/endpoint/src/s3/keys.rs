//! Whose key signs a request, as s3s asks for it.

use std::sync::Arc;

use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Result, s3_error};
use secrecy::ExposeSecret as _;
use stave_store::AccessKeys;

use super::errors::from_store;
use crate::server::note_claim;
use crate::sessions::Sessions;
use crate::signers::Signers;

/// Stored keys, and credentials of this process.
pub(super) struct Keys(Signers);

impl Keys {
    pub(super) fn new(access_keys: Arc<dyn AccessKeys>, sessions: Arc<Sessions>) -> Self {
        Self(Signers::new(access_keys, sessions))
    }
}

fn unknown() -> s3s::S3Error {
    s3_error!(
        InvalidAccessKeyId,
        "The AWS Access Key Id you provided does not exist in our records."
    )
}

#[async_trait::async_trait]
impl S3Auth for Keys {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        // S3 says of a key that is turned off what it says of one that never was.
        let signer = self.0.find(access_key).await.map_err(from_store)?;
        let signer = signer.ok_or_else(unknown)?;
        note_claim(signer.user, signer.id);
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
