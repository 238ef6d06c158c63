//! What the layers of one request tell each other. s3s stands between them and passes nothing on, so the
//! notes travel with the task.

use std::error::Error;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use hyper::HeaderMap;
use hyper::header::USER_AGENT;
use stave_model::{AccessKeyId, Actor, UserName, Via};

use crate::sessions::random;

/// How much of what a client calls itself is kept; more is no name.
const USER_AGENT_CHARS: usize = 512;

/// What is known of the request in progress.
#[derive(Debug)]
pub(crate) struct Notes {
    request_id: String,
    remote: IpAddr,
    user_agent: Option<String>,
    /// Which key the request names, and whose it is.
    claimed: OnceLock<(UserName, AccessKeyId)>,
    /// Whose key signed it.
    caller: OnceLock<UserName>,
    failure: OnceLock<String>,
}

tokio::task_local! {
    static NOTES: Arc<Notes>;
}

impl Notes {
    pub(super) fn new(remote: IpAddr, headers: &HeaderMap) -> Self {
        let user_agent = headers.get(USER_AGENT).map(|agent| {
            let agent = String::from_utf8_lossy(agent.as_bytes());
            agent.chars().take(USER_AGENT_CHARS).collect()
        });
        Self {
            request_id: hex::encode_upper(random::<8>()),
            remote,
            user_agent,
            claimed: OnceLock::new(),
            caller: OnceLock::new(),
            failure: OnceLock::new(),
        }
    }

    /// Runs `request` with these notes at hand.
    pub(super) async fn scope<F: Future>(self: Arc<Self>, request: F) -> F::Output {
        NOTES.scope(self, request).await
    }

    /// Returns the id that stands in the answer and in the log.
    pub(super) fn request_id(&self) -> &str {
        &self.request_id
    }

    pub(super) fn caller(&self) -> Option<&UserName> {
        self.caller.get()
    }

    pub(super) fn failure(&self) -> Option<&str> {
        self.failure.get().map(String::as_str)
    }

    /// Keeps the first failure with its causes, for the log.
    pub(super) fn failed(&self, error: &(dyn Error + 'static)) {
        self.failure.get_or_init(|| {
            let mut text = error.to_string();
            let mut cause = error.source();
            while let Some(error) = cause {
                text.push_str(": ");
                text.push_str(&error.to_string());
                cause = error.source();
            }
            text
        });
    }
}

/// Notes which key the request in progress names and whose it is, before its signature is verified.
pub(crate) fn note_claim(user: UserName, key: AccessKeyId) {
    // Set twice only by a request that names the same key twice.
    let _ = NOTES.try_with(|notes| notes.claimed.set((user, key)));
}

/// Notes that the signature was verified; returns whose key made it.
pub(crate) fn note_verified() -> Option<UserName> {
    let verified = NOTES.try_with(|notes| {
        let (user, _) = notes.claimed.get()?;
        Some(notes.caller.get_or_init(|| user.clone()).clone())
    });
    verified.ok().flatten()
}

/// Returns who asks by the request in progress: the verified signer, or nobody by name.
pub(crate) fn actor() -> Actor {
    let known = NOTES.try_with(|notes| {
        let user = notes.caller.get().cloned();
        let signer = notes.claimed.get().filter(|_| user.is_some());
        Actor {
            access_key: signer.map(|(_, key)| key.clone()),
            user,
            via: Via::Endpoint,
            source_ip: Some(notes.remote),
            user_agent: notes.user_agent.clone(),
            request_id: Some(notes.request_id.clone()),
        }
    });
    known.unwrap_or(Actor {
        user: None,
        access_key: None,
        via: Via::Endpoint,
        source_ip: None,
        user_agent: None,
        request_id: None,
    })
}

/// Notes why the request in progress fails on our side.
pub(crate) fn note_failure(error: &(dyn Error + 'static)) {
    let _ = NOTES.try_with(|notes| notes.failed(error));
}
