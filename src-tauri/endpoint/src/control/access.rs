//! Users, roles, sessions and links, as far as a terminal asks for them: what goes over the socket of a running
//! process, and what a command asks itself where it has the vault open.

mod address;
mod answer;

pub use answer::{AccessDesk, answer_access};

use serde::{Deserialize, Serialize};

use super::messages::{KeyInfo, KeyUseInfo};

/// What is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "access", rename_all = "kebab-case", deny_unknown_fields)]
pub enum AccessRequest {
    /// Which users and roles are there?
    ListIdentities {
        /// How many to pass over: where the last page ended.
        #[serde(default)]
        skip: usize,
    },
    /// What is known of a user or a role?
    ShowIdentity {
        /// Its name.
        name: String,
    },
    /// Make a user, or a role where there is a trust policy.
    CreateIdentity {
        /// Its name.
        name: String,
        /// What a person writes about it.
        #[serde(default)]
        description: String,
        /// Who may become it.
        #[serde(default)]
        trust: Option<String>,
        /// How long a session of a role may be.
        #[serde(default)]
        session_secs: Option<u32>,
    },
    /// Change a role; what is not given stays.
    ChangeRole {
        /// Its name.
        name: String,
        /// What a person writes about it.
        #[serde(default)]
        description: Option<String>,
        /// Who may become it.
        #[serde(default)]
        trust: Option<String>,
        /// How long a session of it may be.
        #[serde(default)]
        session_secs: Option<u32>,
    },
    /// Remove a user or a role.
    DeleteIdentity {
        /// Its name.
        name: String,
    },
    /// What does a policy say?
    ShowPolicy {
        /// Whose.
        identity: String,
        /// Which.
        policy: String,
    },
    /// Set a policy.
    PutPolicy {
        /// Whose.
        identity: String,
        /// Which.
        policy: String,
        /// In JSON.
        document: String,
    },
    /// Remove a policy.
    DeletePolicy {
        /// Whose.
        identity: String,
        /// Which.
        policy: String,
    },
    /// Which sessions does an identity have?
    ListSessions {
        /// Whose.
        identity: String,
        /// How many to pass over.
        #[serde(default)]
        skip: usize,
    },
    /// End all sessions of an identity.
    EndSessions {
        /// Whose.
        identity: String,
    },
    /// Make a link.
    MakeLink {
        /// What for.
        link: LinkWish,
    },
    /// Which links are there?
    ListLinks {
        /// How many to pass over.
        #[serde(default)]
        skip: usize,
    },
    /// What is a link, and its address?
    ShowLink {
        /// Its id.
        id: String,
    },
    /// Who came by a link?
    LinkLog {
        /// Its id.
        id: String,
        /// How many to pass over.
        #[serde(default)]
        skip: usize,
    },
    /// Revoke a link.
    RevokeLink {
        /// Its id.
        id: String,
    },
    /// Remove a link that does not open any more, with its log.
    ForgetLink {
        /// Its id.
        id: String,
    },
}

/// What is answered. A list comes in pages: `next` is how many to pass over for the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "access", rename_all = "kebab-case")]
pub enum AccessAnswer {
    /// To `ListIdentities`.
    Identities {
        /// By name.
        identities: Vec<IdentityInfo>,
        /// Where the next page begins.
        next: Option<usize>,
    },
    /// To `ShowIdentity`, and to what makes or changes one.
    Identity {
        /// What it is.
        identity: IdentityInfo,
        /// Who may become it.
        trust: Option<String>,
        /// The names of its policies.
        policies: Vec<String>,
        /// Its access keys, oldest first.
        keys: Vec<KeyInfo>,
        /// How many sessions of it have not ended.
        sessions: usize,
    },
    /// To `ShowPolicy`.
    Policy {
        /// In JSON, as it was set.
        document: String,
    },
    /// To `ListSessions`.
    Sessions {
        /// Newest first.
        sessions: Vec<SessionInfo>,
        /// Where the next page begins.
        next: Option<usize>,
    },
    /// To `EndSessions`.
    SessionsEnded {
        /// How many ended.
        sessions: u64,
    },
    /// To `MakeLink` and `ShowLink`.
    Link {
        /// The link.
        link: LinkInfo,
        /// How it is used.
        address: LinkAddress,
    },
    /// To `RevokeLink`.
    LinkRevoked {
        /// The link.
        link: LinkInfo,
    },
    /// To `ListLinks`.
    Links {
        /// Newest first.
        links: Vec<LinkInfo>,
        /// Where the next page begins.
        next: Option<usize>,
    },
    /// To `LinkLog`.
    Visits {
        /// Newest first.
        visits: Vec<VisitInfo>,
        /// Where the next page begins.
        next: Option<usize>,
    },
    /// To what changes something and has nothing to tell.
    Done,
}

/// A user or a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityInfo {
    /// Its name.
    pub name: String,
    /// `user` or `role`.
    pub kind: String,
    /// Its ARN.
    pub arn: String,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: i64,
    /// What a person wrote about it.
    pub description: String,
    /// How long a session of a role may be.
    pub session_secs: Option<u32>,
}

/// A session without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionInfo {
    /// The id that stands in requests.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who asked for it.
    pub issued_by: String,
    /// When it was made, in milliseconds since 1970.
    pub issued_ms: i64,
    /// Its end.
    pub expires_ms: i64,
    /// Whether a policy bounds it further.
    pub bounded: bool,
}

/// A link that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkWish {
    /// In whose name it acts.
    pub user: String,
    /// What a person calls it.
    #[serde(default)]
    pub title: String,
    /// What it lets its holder do.
    pub target: LinkTargetInfo,
    /// How long it lives.
    pub seconds: u32,
    /// How often it may be used.
    #[serde(default)]
    pub max_uses: Option<u32>,
}

/// What a link lets its holder do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "UPPERCASE", deny_unknown_fields)]
pub enum LinkTargetInfo {
    /// Read an object.
    Get {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
        /// The version.
        #[serde(default)]
        version: Option<String>,
    },
    /// Write an object.
    Put {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
        /// The type that it must have.
        #[serde(default)]
        content_type: Option<String>,
        /// The most bytes.
        #[serde(default)]
        max_bytes: Option<u64>,
    },
    /// Write objects by a form.
    Post {
        /// The bucket.
        bucket: String,
        /// What keys begin with.
        prefix: String,
        /// What their types begin with.
        #[serde(default)]
        content_type: Option<String>,
        /// The least bytes.
        #[serde(default)]
        min_bytes: u64,
        /// The most bytes.
        #[serde(default)]
        max_bytes: Option<u64>,
    },
}

/// A link without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkInfo {
    /// The id of the key that signs it.
    pub id: String,
    /// In whose name it acts.
    pub user: String,
    /// What a person calls it.
    pub title: String,
    /// What it lets its holder do.
    pub target: LinkTargetInfo,
    /// `computer` or `network`.
    pub audience: String,
    /// `live`, `expired`, `revoked` or `used-up`.
    pub state: String,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: i64,
    /// Its exact end.
    pub expires_ms: i64,
    /// How often it may be used.
    pub max_uses: Option<u32>,
    /// How often it was used.
    pub uses: u32,
    /// When it was used last.
    pub last_used_ms: Option<i64>,
    /// Since when it is revoked.
    pub revoked_ms: Option<i64>,
}

/// How a link is used. Whoever has it may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkAddress {
    /// Where its requests go.
    pub url: String,
    /// The headers that must be sent with it.
    pub headers: Vec<(String, String)>,
    /// The fields of a form, which stand before the file.
    pub fields: Vec<(String, String)>,
    /// Further fields that the sender fills, with what they begin with.
    pub open_fields: Vec<(String, String)>,
    /// A form as a piece of a page.
    pub html: Option<String>,
    /// Whether something answers there now.
    pub served: bool,
}

/// A visit by a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitInfo {
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// `used`, `revoked`, `expired`, `used-up` or `mismatch`.
    pub outcome: String,
    /// Where from.
    pub source_ip: Option<String>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
}

impl From<stave_model::KeyUse> for KeyUseInfo {
    fn from(used: stave_model::KeyUse) -> Self {
        Self {
            at_ms: used.at.as_millis(),
            service: used.service,
            region: used.region,
        }
    }
}
