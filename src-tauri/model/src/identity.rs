//! Who signs requests: users and roles, their keys, policies and sessions.

use std::fmt;

use crate::{NameError, Timestamp, role_arn, user_arn};

/// The name of a user, by IAM's rules: 1 to 64 letters, digits and `+ = , . @ _ -`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserName(String);

impl UserName {
    /// Parses a user name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b);
        if text.is_empty() || text.len() > 64 || !text.bytes().all(allowed) {
            return Err(NameError::UserName);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of an access key: 3 to 128 letters, digits, `_` and `-`. Not a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccessKeyId(String);

impl AccessKeyId {
    /// Parses an access key id.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if !(3..=128).contains(&text.len()) || !text.bytes().all(allowed) {
            return Err(NameError::AccessKeyId);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccessKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether an access key opens the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessKeyStatus {
    /// Requests signed with it pass.
    Active,
    /// Requests and links signed with it are refused at once.
    Inactive,
}

/// An access key without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// The id that stands in requests.
    pub id: AccessKeyId,
    /// Whose key it is.
    pub user: UserName,
    /// Whether it opens the door.
    pub status: AccessKeyStatus,
    /// When it was made.
    pub created: Timestamp,
    /// What it was used for last; kept to the minute.
    pub last_used: Option<KeyUse>,
}

/// The last use of an access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// When.
    pub at: Timestamp,
    /// The service that the request was signed for: `s3`, `kms`, `iam` say.
    pub service: String,
    /// The region that it was signed for.
    pub region: String,
}

/// What an identity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityKind {
    /// Somebody, or a program, with access keys.
    User,
    /// What others become for a while: it has no keys, but a policy that says who may.
    Role,
}

/// A user or a role. Both share one space of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name.
    pub name: UserName,
    /// What it is.
    pub kind: IdentityKind,
    /// When it was made.
    pub created: Timestamp,
    /// What a person wrote about it, at most 1,000 characters; empty where nobody did.
    pub description: String,
    /// Who may become it: a policy in JSON. A role has one, a user none.
    pub trust: Option<String>,
    /// How long a session of a role may be, 3,600 to 43,200 seconds. `None` for a user.
    pub session_secs: Option<u32>,
}

impl Identity {
    /// Returns its ARN.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>
    pub fn arn(&self) -> String {
        match self.kind {
            IdentityKind::User => user_arn(&self.name),
            IdentityKind::Role => role_arn(&self.name),
        }
    }
}

/// The name of a policy of an identity, by IAM's rules: 1 to 128 letters, digits and `+ = , . @ _ -`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyName(String);

impl PolicyName {
    /// Parses the name of a policy.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b);
        if text.is_empty() || text.len() > 128 || !text.bytes().all(allowed) {
            return Err(NameError::PolicyName);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A policy of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlinePolicy {
    /// Its name.
    pub name: PolicyName,
    /// The policy, in JSON as it was given.
    pub document: String,
}

/// Credentials for a while, of a user (`GetSessionToken`) or a role (`AssumeRole`).
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The id that stands in requests; `ASIA` before it.
    pub id: AccessKeyId,
    /// Whose it is.
    pub identity: UserName,
    /// What that is.
    pub kind: IdentityKind,
    /// The name of a role's session, by the rules of user names and at least 2 characters; of a user's its own name.
    pub name: String,
    /// Who asked for it.
    pub issued_by: UserName,
    /// When it was made.
    pub issued: Timestamp,
    /// Its end.
    pub expires: Timestamp,
    /// A policy that bounds it further, in JSON.
    pub policy: Option<String>,
}
