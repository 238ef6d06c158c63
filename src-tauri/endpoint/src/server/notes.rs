//! What the layers of one request tell each other. s3s stands between them and passes nothing on, so the
//! notes travel with the task.

use std::borrow::Cow;
use std::error::Error;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use hyper::HeaderMap;
use hyper::header::USER_AGENT;
use stave_model::{AccessKeyId, Actor, ActorSession, LINK_ID_PREFIX, UserName, Via};

use crate::inspector::Story;
use crate::sessions::random;

/// How much of what a client calls itself is kept; more is no name.
const USER_AGENT_CHARS: usize = 512;

/// What is known of the request in progress.
#[derive(Debug)]
pub(crate) struct Notes {
    request_id: String,
    user_agent: Option<String>,
    /// Which key the request names, and whose it is.
    claimed: OnceLock<(UserName, AccessKeyId)>,
    /// Of which session that key is.
    session: OnceLock<ActorSession>,
    /// Whose key signed it.
    caller: OnceLock<UserName>,
    failure: OnceLock<String>,
    way: Way,
    received: Arc<AtomicU64>,
    /// What is told to whoever inspects requests; `None` while nobody does.
    story: Option<Story>,
}

/// How a request came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Way {
    /// The address that it came from.
    pub(crate) remote: IpAddr,
    /// Whether it came by TLS.
    pub(crate) secure: bool,
    /// Whether it came where nothing but a link may sign.
    pub(crate) links_only: bool,
}

tokio::task_local! {
    static NOTES: Arc<Notes>;
}

impl Notes {
    pub(super) fn new(way: Way, headers: &HeaderMap, inspected: Option<Story>) -> Self {
        let user_agent = headers.get(USER_AGENT).map(|agent| {
            let agent = String::from_utf8_lossy(agent.as_bytes());
            agent.chars().take(USER_AGENT_CHARS).collect()
        });
        Self {
            request_id: hex::encode_upper(random::<8>()),
            user_agent,
            claimed: OnceLock::new(),
            session: OnceLock::new(),
            caller: OnceLock::new(),
            failure: OnceLock::new(),
            way,
            received: Arc::default(),
            story: inspected,
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

    /// Returns the id of the key that the request names, once it is known here.
    pub(super) fn claimed_key(&self) -> Option<&AccessKeyId> {
        self.claimed.get().map(|(_, key)| key)
    }

    /// Returns where bytes of the body are counted.
    pub(super) fn received(&self) -> &Arc<AtomicU64> {
        &self.received
    }

    /// Returns how many bytes of the body were read.
    pub(super) fn received_bytes(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    pub(super) fn story(&self) -> Option<&Story> {
        self.story.as_ref()
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

/// Notes of which session the key is that the request in progress names.
pub(crate) fn note_session(session: ActorSession) {
    let _ = NOTES.try_with(|notes| notes.session.set(session));
}

/// Notes that the signature was verified; returns whose key made it, or nobody where that key may not sign
/// what came in this way.
pub(crate) fn note_verified() -> Option<UserName> {
    let verified = NOTES.try_with(|notes| {
        let (user, key) = notes.claimed.get()?;
        if notes.way.links_only && !is_link(key) {
            return None;
        }
        Some(notes.caller.get_or_init(|| user.clone()).clone())
    });
    verified.ok().flatten()
}

/// Returns whether a key is that of a link, by its id: only links have such ids.
pub(crate) fn is_link(key: &AccessKeyId) -> bool {
    key.as_str().starts_with(LINK_ID_PREFIX)
}

/// Returns whether the request in progress came by TLS.
pub(crate) fn secure() -> bool {
    NOTES.try_with(|notes| notes.way.secure).unwrap_or(false)
}

/// Returns whether the request in progress came where nothing but a link may sign.
pub(crate) fn links_only() -> bool {
    let links_only = NOTES.try_with(|notes| notes.way.links_only);
    links_only.unwrap_or(false)
}

/// Notes by what the request in progress was let in or refused. The sentence is made where somebody inspects.
pub(crate) fn note_decision(sentence: impl FnOnce() -> String) {
    tell(|story| story.decided(sentence));
}

/// Notes which CORS rule lets the page of the request in progress in, or why none does.
pub(crate) fn note_cors(sentence: impl FnOnce() -> String) {
    tell(|story| story.page(sentence));
}

/// Notes which operation the request in progress asks for.
pub(crate) fn note_operation(name: impl Into<Cow<'static, str>>) {
    tell(|story| story.operation(name.into()));
}

/// Notes over what the signature of the request in progress is calculated, where its head does not say.
pub(crate) fn note_string_to_sign(text: impl FnOnce() -> String) {
    tell(|story| story.signs(text));
}

fn tell(what: impl FnOnce(&Story)) {
    let _ = NOTES.try_with(|notes| notes.story.as_ref().map(what));
}

/// Returns who asks by the request in progress: the verified signer, or nobody by name.
pub(crate) fn actor() -> Actor {
    let known = NOTES.try_with(|notes| {
        let user = notes.caller.get().cloned();
        let signer = notes.claimed.get().filter(|_| user.is_some());
        Actor {
            access_key: signer.map(|(_, key)| key.clone()),
            session: notes.session.get().filter(|_| user.is_some()).cloned(),
            user,
            via: Via::Endpoint,
            source_ip: Some(notes.way.remote),
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
        session: None,
    })
}

/// Notes why the request in progress fails on our side.
pub(crate) fn note_failure(error: &(dyn Error + 'static)) {
    let _ = NOTES.try_with(|notes| notes.failed(error));
}
