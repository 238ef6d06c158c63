//! Who signs requests.

use std::fmt;

use crate::{NameError, Timestamp};

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
}
