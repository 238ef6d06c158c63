//! Whose keys sign requests: stored ones, sessions, links, and credentials of this process. Nothing is remembered from
//! one request to the next: a key that is turned off signs nothing from that moment on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Utc;
use secrecy::SecretString;
use stave_model::{
    AccessKeyId, AccessKeyStatus, ActorSession, KeyUse, LINK_ID_PREFIX, Link, Timestamp, UserName,
};
use stave_store::{AccessKeys, Error, Identities, Links};
use thiserror::Error as ThisError;

use crate::options::EndpointOptions;
use crate::server::{note_claim, note_session};
use crate::sessions::Sessions;

/// More keys than anyone uses in a minute; beyond it all are noted anew.
const NOTED_MAX: usize = 1_024;

/// All that may sign.
pub(crate) struct Signers {
    access_keys: Arc<dyn AccessKeys>,
    identities: Option<Arc<dyn Identities>>,
    links: Option<Arc<dyn Links>>,
    sessions: Arc<Sessions>,
    /// The minute in which the use of a key was noted last.
    noted: Mutex<HashMap<AccessKeyId, i64>>,
}

/// A key that may sign.
pub(crate) struct Signer {
    pub(crate) user: UserName,
    pub(crate) id: AccessKeyId,
    pub(crate) secret: SecretString,
    pub(crate) by: SignedBy,
}

/// What kind of key it is.
#[derive(Debug, Clone)]
pub(crate) enum SignedBy {
    /// A stored one.
    Key,
    /// One of this process.
    Process,
    /// That of a session.
    Session(ActorSession),
    /// That of a link, which may do one thing.
    Link(Box<Link>),
}

/// Why nobody is found.
#[derive(Debug, ThisError)]
pub(crate) enum Unsigned {
    /// There is no such key, or it is turned off.
    #[error("there is no such access key")]
    Unknown,
    /// The token is not that of the key, or the key has none.
    #[error("the token does not belong to the key")]
    Token,
    /// The session has ended.
    #[error("the session has ended")]
    Expired,
    /// The keys cannot be read.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl Signers {
    pub(crate) fn new(options: &EndpointOptions, sessions: Arc<Sessions>) -> Self {
        Self {
            access_keys: Arc::clone(&options.access_keys),
            identities: options.identities.clone(),
            links: options.links.clone(),
            sessions,
            noted: Mutex::default(),
        }
    }

    /// Returns a key by its id and, for a session, its token; notes that the request names it.
    pub(crate) async fn find(
        &self,
        id: &str,
        token: Option<&SecretString>,
    ) -> Result<Signer, Unsigned> {
        let id = AccessKeyId::parse(id).map_err(|_| match token {
            Some(_) => Unsigned::Token,
            None => Unsigned::Unknown,
        })?;
        let signer = match token {
            Some(token) => self.session(id, token).await?,
            None => self.without_token(id).await?,
        };
        note_claim(signer.user.clone(), signer.id.clone());
        if let SignedBy::Session(session) = &signer.by {
            note_session(session.clone());
        }
        Ok(signer)
    }

    async fn session(&self, id: AccessKeyId, token: &SecretString) -> Result<Signer, Unsigned> {
        let identities = self.identities.as_ref().ok_or(Unsigned::Token)?;
        let found = identities.session(&id, token).await;
        let (session, secret) = found.map_err(|error| match error {
            Error::NoSuchSession => Unsigned::Token,
            Error::SessionExpired => Unsigned::Expired,
            error => Unsigned::Failed(error),
        })?;
        Ok(Signer {
            user: session.identity,
            id,
            secret,
            by: SignedBy::Session(ActorSession {
                kind: session.kind,
                name: session.name,
                issued: session.issued,
                policy: session.policy,
            }),
        })
    }

    async fn without_token(&self, id: AccessKeyId) -> Result<Signer, Unsigned> {
        if let Some((user, secret)) = self.sessions.find(id.as_str()) {
            let by = SignedBy::Process;
            return Ok(Signer {
                user,
                id,
                secret,
                by,
            });
        }
        if let (true, Some(links)) = (id.as_str().starts_with(LINK_ID_PREFIX), &self.links) {
            let (link, secret) = match links.link(&id).await {
                Err(Error::NoSuchLink(_)) => return Err(Unsigned::Unknown),
                found => found?,
            };
            return Ok(Signer {
                user: link.user.clone(),
                id,
                secret,
                by: SignedBy::Link(Box::new(link)),
            });
        }
        match self.access_keys.access_key_secret(&id).await {
            Ok((key, secret)) if key.status == AccessKeyStatus::Active => Ok(Signer {
                user: key.user,
                id: key.id,
                secret,
                by: SignedBy::Key,
            }),
            Ok(_) | Err(Error::NoSuchAccessKey(_)) => Err(Unsigned::Unknown),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps that a stored key was used, once its signature is verified. No request waits for it, and none fails by it.
    pub(crate) fn note_use(&self, id: &AccessKeyId, by: &SignedBy, service: &str, region: &str) {
        let (SignedBy::Key, Some(identities)) = (by, &self.identities) else {
            return;
        };
        let now = Utc::now();
        if !self.is_first_of_minute(id, now.timestamp().div_euclid(60)) {
            return;
        }
        let used = KeyUse {
            at: Timestamp::from_millis(now.timestamp_millis()),
            service: service.to_owned(),
            region: region.to_owned(),
        };
        let (identities, id) = (Arc::clone(identities), id.clone());
        tokio::spawn(async move {
            if let Err(error) = identities.note_key_use(&id, used).await {
                tracing::debug!(%error, "the use of an access key was not kept");
            }
        });
    }

    fn is_first_of_minute(&self, id: &AccessKeyId, minute: i64) -> bool {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.get(id) == Some(&minute) {
            return false;
        }
        if noted.len() >= NOTED_MAX {
            noted.clear();
        }
        noted.insert(id.clone(), minute);
        true
    }
}
