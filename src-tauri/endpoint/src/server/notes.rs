//! What the layers of one request tell each other. s3s stands between them and passes nothing on, so the
//! notes travel with the task.

use std::error::Error;
use std::sync::{Arc, OnceLock};

use stave_model::UserName;

use crate::sessions::random;

/// What is known of the request in progress.
#[derive(Debug)]
pub(crate) struct Notes {
    request_id: String,
    /// Whose key the request names.
    claimed: OnceLock<UserName>,
    /// Whose key signed it.
    caller: OnceLock<UserName>,
    failure: OnceLock<String>,
}

tokio::task_local! {
    static NOTES: Arc<Notes>;
}

impl Notes {
    pub(super) fn new() -> Self {
        Self {
            request_id: hex::encode_upper(random::<8>()),
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

/// Notes whose key the request in progress names, before its signature is verified.
pub(crate) fn note_claim(user: UserName) {
    // Set twice only by a request that names the same key twice.
    let _ = NOTES.try_with(|notes| notes.claimed.set(user));
}

/// Notes that the signature was verified; returns whose key made it.
pub(crate) fn note_verified() -> Option<UserName> {
    let verified = NOTES.try_with(|notes| {
        let user = notes.claimed.get()?;
        Some(notes.caller.get_or_init(|| user.clone()).clone())
    });
    verified.ok().flatten()
}

/// Notes why the request in progress fails on our side.
pub(crate) fn note_failure(error: &(dyn Error + 'static)) {
    let _ = NOTES.try_with(|notes| notes.failed(error));
}
