//! Links: requests signed beforehand, each by a key of its own, so that it is counted, listed and really revoked.

use std::net::IpAddr;

use crate::{AccessKeyId, BucketName, ObjectKey, Timestamp, UserName, VersionId};

/// How the id of a link's key begins: a person, and a listener for links alone, tell it from others.
pub const LINK_ID_PREFIX: &str = "STAVELINK";

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The id of the key that signs it; begins with [`LINK_ID_PREFIX`].
    pub id: AccessKeyId,
    /// In whose name it acts: what they may no longer do, it may not either.
    pub user: UserName,
    /// What a person calls it, at most 200 characters.
    pub title: String,
    /// What it lets its holder do.
    pub target: LinkTarget,
    /// For whom it was made.
    pub audience: LinkAudience,
    /// When it was made, in whole seconds: the date that its URL is signed for.
    pub created: Timestamp,
    /// Its exact end.
    pub expires: Timestamp,
    /// How often it may be used; `None` is without limit.
    pub max_uses: Option<u32>,
    /// How often it was used.
    pub uses: u32,
    /// When it was used last.
    pub last_used: Option<Timestamp>,
    /// Since when it is revoked.
    pub revoked: Option<Timestamp>,
}

/// The one thing that a link lets its holder do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    /// Read an object.
    Get {
        /// The bucket.
        bucket: BucketName,
        /// The key.
        key: ObjectKey,
        /// The version; `None` is whatever is the latest when the link is used.
        version: Option<VersionId>,
    },
    /// Write an object.
    Put {
        /// The bucket.
        bucket: BucketName,
        /// The key.
        key: ObjectKey,
        /// The `Content-Type` that the sender must send; `None` leaves it to the sender.
        content_type: Option<String>,
        /// The most bytes that it takes; `None` is S3's limit.
        max_bytes: Option<u64>,
    },
    /// Write objects by a form, each use one.
    Post {
        /// The bucket.
        bucket: BucketName,
        /// What keys begin with; may be empty.
        prefix: String,
        /// What the `Content-Type` begins with, `image/` say; `None` takes any.
        content_type: Option<String>,
        /// The least bytes of an object.
        min_bytes: u64,
        /// The most bytes of an object; `None` is S3's limit.
        max_bytes: Option<u64>,
    },
}

impl LinkTarget {
    /// Returns the bucket.
    pub fn bucket(&self) -> &BucketName {
        match self {
            Self::Get { bucket, .. } | Self::Put { bucket, .. } | Self::Post { bucket, .. } => {
                bucket
            }
        }
    }

    /// Returns the key, or what keys begin with.
    pub fn key(&self) -> &str {
        match self {
            Self::Get { key, .. } | Self::Put { key, .. } => key.as_str(),
            Self::Post { prefix, .. } => prefix,
        }
    }

    /// Returns the method of its requests.
    pub fn method(&self) -> &'static str {
        match self {
            Self::Get { .. } => "GET",
            Self::Put { .. } => "PUT",
            Self::Post { .. } => "POST",
        }
    }
}

/// For whom a link was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkAudience {
    /// Programs and people at this computer.
    Computer,
    /// People on the network that this computer is in, while it is shared there.
    Network,
}

/// Whether a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// It does.
    Live,
    /// Its end has come.
    Expired,
    /// It was revoked.
    Revoked,
    /// It was used as often as it may be.
    UsedUp,
}

impl Link {
    /// Returns whether it opens at a moment.
    pub fn state(&self, now: Timestamp) -> LinkState {
        if self.revoked.is_some() {
            LinkState::Revoked
        } else if now >= self.expires {
            LinkState::Expired
        } else if self.max_uses.is_some_and(|most| self.uses >= most) {
            LinkState::UsedUp
        } else {
            LinkState::Live
        }
    }
}

/// What became of a use of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkOutcome {
    /// It opened.
    Used,
    /// It was revoked.
    Revoked,
    /// Its end had come.
    Expired,
    /// It was used up.
    UsedUp,
    /// It asked for something else than it was made for.
    Mismatch,
}

/// One use of a link, or an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkVisit {
    /// When.
    pub at: Timestamp,
    /// What became of it.
    pub outcome: LinkOutcome,
    /// Where it came from.
    pub source_ip: Option<IpAddr>,
    /// What the client calls itself, at most 300 characters.
    pub user_agent: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_until_its_end_its_last_use_or_its_revocation() {
        let second = |at: i64| Timestamp::from_millis(at * 1_000);
        let link = Link {
            id: AccessKeyId::parse("STAVELINK1").unwrap(),
            user: UserName::parse("admin").unwrap(),
            title: String::new(),
            target: LinkTarget::Get {
                bucket: BucketName::parse("photos").unwrap(),
                key: ObjectKey::parse("a.jpg").unwrap(),
                version: None,
            },
            audience: LinkAudience::Computer,
            created: second(0),
            expires: second(10),
            max_uses: Some(2),
            uses: 1,
            last_used: None,
            revoked: None,
        };
        assert_eq!(link.state(second(9)), LinkState::Live);
        assert_eq!(link.state(second(10)), LinkState::Expired);
        let used_up = Link {
            uses: 2,
            ..link.clone()
        };
        assert_eq!(used_up.state(second(9)), LinkState::UsedUp);
        let revoked = Link {
            revoked: Some(second(1)),
            ..used_up
        };
        assert_eq!(revoked.state(second(11)), LinkState::Revoked);
    }
}
