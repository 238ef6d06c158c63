//! Users and roles.

use serde::Serialize;
use stave_model::{IdentityKind, InlinePolicy, Session};
use ts_rs::TS;

use super::developer::AccessKeyView;

/// What an identity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "IdentityKind")]
pub enum IdentityKindView {
    /// Somebody, or a program, with access keys.
    User,
    /// What others become for a while.
    Role,
}

impl From<IdentityKind> for IdentityKindView {
    fn from(kind: IdentityKind) -> Self {
        match kind {
            IdentityKind::User => Self::User,
            IdentityKind::Role => Self::Role,
        }
    }
}

/// A user or a role, in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IdentityView {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: IdentityKindView,
    /// How policies name it.
    pub arn: String,
    /// When it was made.
    pub created: i64,
    /// What a person wrote about it.
    pub description: String,
    /// The names of its policies.
    pub policies: Vec<String>,
    /// How many access keys it has.
    pub keys: usize,
    /// When one of them signed last.
    pub last_used: Option<i64>,
    /// Whether it is the vault's owner, whom no policy binds.
    pub owner: bool,
    /// How many buckets it owns.
    pub buckets: usize,
}

/// A policy of an identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "InlinePolicy")]
pub struct InlinePolicyView {
    /// Its name.
    pub name: String,
    /// The policy, as JSON.
    pub document: String,
}

impl From<InlinePolicy> for InlinePolicyView {
    fn from(policy: InlinePolicy) -> Self {
        Self {
            name: policy.name.as_str().to_owned(),
            document: policy.document,
        }
    }
}

/// Credentials for a while, without the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SessionView {
    /// The id that stands in requests.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub issued: i64,
    /// Its end.
    pub expires: i64,
}

impl From<Session> for SessionView {
    fn from(session: Session) -> Self {
        Self {
            id: session.id.as_str().to_owned(),
            name: session.name,
            issued: session.issued.as_millis(),
            expires: session.expires.as_millis(),
        }
    }
}

/// Everything about an identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IdentityDetails {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: IdentityKindView,
    /// How policies name it.
    pub arn: String,
    /// When it was made.
    pub created: i64,
    /// What a person wrote about it.
    pub description: String,
    /// When one of its keys signed last.
    pub last_used: Option<i64>,
    /// Whether it is the vault's owner, whom no policy binds.
    pub owner: bool,
    /// How many buckets it owns.
    pub buckets: usize,
    /// Its policies.
    pub policies: Vec<InlinePolicyView>,
    /// Who may become it; users have none.
    pub trust: Option<String>,
    /// How long a session of a role may be.
    pub session_seconds: Option<u32>,
    /// Its access keys.
    pub keys: Vec<AccessKeyView>,
    /// Its sessions that have not ended, newest first.
    pub sessions: Vec<SessionView>,
}

/// A policy to begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PolicyTemplate {
    /// A name for programs, and for the policy.
    pub name: String,
    /// What it is.
    pub title: String,
    /// The policy, as JSON; `BUCKET` stands for a bucket's name.
    pub document: String,
}
