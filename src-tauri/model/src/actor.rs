//! On whose behalf something is done, and how the request came.

use std::net::IpAddr;

use crate::{AccessKeyId, IdentityKind, Timestamp, UserName};

/// The account that all users, keys and buckets of a vault belong to, as ARNs write it.
pub const ACCOUNT: &str = "000000000000";

/// Who asks, and from where: what decides about keys and what the audit tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who; `None` is a caller who did not sign.
    pub user: Option<UserName>,
    /// The access key that signed.
    pub access_key: Option<AccessKeyId>,
    /// The way in.
    pub via: Via,
    /// The address that the request came from.
    pub source_ip: Option<IpAddr>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// The id that the answer tells.
    pub request_id: Option<String>,
    /// The session that signed; `None` where a key or a link did.
    pub session: Option<ActorSession>,
}

/// What is told of the session that signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorSession {
    /// What its identity is.
    pub kind: IdentityKind,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub issued: Timestamp,
    /// A policy that bounds it further, in JSON.
    pub policy: Option<String>,
}

/// The way in of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The endpoint.
    Endpoint,
    /// The window.
    Window,
    /// A terminal that has the vault open itself.
    Terminal,
    /// The store itself: a sweep, a job that goes on after a restart.
    Store,
}

impl Via {
    /// Returns the word that an audit record has where there is no address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::Window => "window",
            Self::Terminal => "terminal",
            Self::Store => "store",
        }
    }
}

impl Actor {
    /// Makes an actor on this computer: someone who has the vault open, by no network.
    pub fn local(user: UserName, via: Via) -> Self {
        Self {
            user: Some(user),
            access_key: None,
            via,
            source_ip: None,
            user_agent: None,
            request_id: None,
            session: None,
        }
    }

    /// Returns the ARN of the user, or of a role's session; `None` for one who did not sign.
    pub fn arn(&self) -> Option<String> {
        let user = self.user.as_ref()?;
        Some(match &self.session {
            Some(session) if session.kind == IdentityKind::Role => session_arn(user, &session.name),
            _ => user_arn(user),
        })
    }
}

/// Returns the ARN of a user.
pub fn user_arn(user: &UserName) -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/{user}")
}

/// Returns the ARN of a role.
pub fn role_arn(role: &UserName) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{role}")
}

/// Returns the ARN of a session of a role.
pub fn session_arn(role: &UserName, session: &str) -> String {
    format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}")
}

/// Returns the ARN of the account's root, whom policies name for all its users.
pub fn root_arn() -> String {
    format!("arn:aws:iam::{ACCOUNT}:root")
}
