//! Whose key signs a request. Nothing is remembered from one request to the next: a key that is turned
//! off signs nothing from that moment on.

use std::sync::Arc;

use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Result, s3_error};
use secrecy::{ExposeSecret as _, SecretString};
use stave_model::{AccessKeyId, AccessKeyStatus, UserName};
use stave_store::{AccessKeys, Error};

use super::errors::from_store;
use crate::server::note_claim;
use crate::sessions::Sessions;

/// Stored keys, and credentials of this process.
pub(super) struct Keys {
    access_keys: Arc<dyn AccessKeys>,
    sessions: Arc<Sessions>,
}

impl Keys {
    pub(super) fn new(access_keys: Arc<dyn AccessKeys>, sessions: Arc<Sessions>) -> Self {
        Self {
            access_keys,
            sessions,
        }
    }

    async fn find(&self, id: &str) -> S3Result<(UserName, SecretString)> {
        if let Some(found) = self.sessions.find(id) {
            return Ok(found);
        }
        let id = AccessKeyId::parse(id).map_err(|_| unknown())?;
        match self.access_keys.access_key_secret(&id).await {
            Ok((key, secret)) if key.status == AccessKeyStatus::Active => Ok((key.user, secret)),
            // S3 says of a key that is turned off what it says of one that never was.
            Ok(_) | Err(Error::NoSuchAccessKey(_)) => Err(unknown()),
            Err(error) => Err(from_store(error)),
        }
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
        let (user, secret) = self.find(access_key).await?;
        note_claim(user);
        Ok(SecretKey::from(secret.expose_secret()))
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
