//! Credentials that live in memory, for the window and for a second command of the same user.

use std::collections::VecDeque;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use stave_model::{AccessKeyId, UserName};

/// More than anyone runs at one time; the oldest gives way to a new one.
const SESSIONS_MAX: usize = 256;

/// How every id begins, so that a person tells it from a stored key.
const ID_PREFIX: &str = "STAVESESSION";

struct Session {
    id: AccessKeyId,
    secret: SecretString,
    user: UserName,
}

/// The credentials of this process.
#[derive(Default)]
pub(crate) struct Sessions(RwLock<VecDeque<Session>>);

impl Sessions {
    /// Mints a credential for `user`.
    pub(crate) fn add(&self, user: UserName) -> (AccessKeyId, SecretString) {
        let id = AccessKeyId::parse(&format!("{ID_PREFIX}{}", hex::encode_upper(random::<8>())))
            .expect("letters and digits, 28 of them");
        let secret = SecretString::from(STANDARD_NO_PAD.encode(random::<30>()));
        let mut sessions = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= SESSIONS_MAX {
            sessions.pop_front();
        }
        sessions.push_back(Session {
            id: id.clone(),
            secret: secret.clone(),
            user,
        });
        (id, secret)
    }

    /// Returns whose credential `id` is, and its secret.
    pub(crate) fn find(&self, id: &str) -> Option<(UserName, SecretString)> {
        if !id.starts_with(ID_PREFIX) {
            return None;
        }
        let sessions = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.iter().find(|s| s.id.as_str() == id)?;
        Some((session.user.clone(), session.secret.expose_secret().into()))
    }
}

/// Returns bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system's random source is there once a vault is open");
    bytes
}
