//! Whose keys sign requests: stored ones, and credentials of this process. Nothing is remembered from one
//! request to the next: a key that is turned off signs nothing from that moment on.

use std::sync::Arc;

use secrecy::SecretString;
use stave_model::{AccessKeyId, AccessKeyStatus, UserName};
use stave_store::{AccessKeys, Error};

use crate::sessions::Sessions;

/// All that may sign.
pub(crate) struct Signers {
    access_keys: Arc<dyn AccessKeys>,
    sessions: Arc<Sessions>,
}

/// A key that may sign.
pub(crate) struct Signer {
    pub(crate) user: UserName,
    pub(crate) id: AccessKeyId,
    pub(crate) secret: SecretString,
}

impl Signers {
    pub(crate) fn new(access_keys: Arc<dyn AccessKeys>, sessions: Arc<Sessions>) -> Self {
        Self {
            access_keys,
            sessions,
        }
    }

    /// Returns a key by its id; `None` where there is none, or where it is turned off.
    pub(crate) async fn find(&self, id: &str) -> Result<Option<Signer>, Error> {
        let Ok(id) = AccessKeyId::parse(id) else {
            return Ok(None);
        };
        if let Some((user, secret)) = self.sessions.find(id.as_str()) {
            return Ok(Some(Signer { user, id, secret }));
        }
        match self.access_keys.access_key_secret(&id).await {
            Ok((key, secret)) if key.status == AccessKeyStatus::Active => Ok(Some(Signer {
                user: key.user,
                id: key.id,
                secret,
            })),
            Ok(_) | Err(Error::NoSuchAccessKey(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
