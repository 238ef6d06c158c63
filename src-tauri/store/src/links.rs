//! Links and their keys, kept by a local vault.

use std::net::IpAddr;

use async_trait::async_trait;
use secrecy::SecretString;
use stave_model::{AccessKeyId, Link, LinkAudience, LinkOutcome, LinkTarget, LinkVisit, UserName};

use crate::Result;

/// A link to be made.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// In whose name it acts.
    pub user: UserName,
    /// What a person calls it.
    pub title: String,
    /// What it lets its holder do.
    pub target: LinkTarget,
    /// For whom it is.
    pub audience: LinkAudience,
    /// How long it lives, 1 to 604,800 seconds.
    pub seconds: u32,
    /// How often it may be used, at least once; `None` is without limit.
    pub max_uses: Option<u32>,
}

/// Who comes by a link.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// Where from.
    pub source_ip: Option<IpAddr>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
}

/// The links of a local vault.
#[async_trait]
pub trait Links: Send + Sync {
    /// Makes a link and a key that signs it.
    async fn make_link(&self, new: NewLink) -> Result<(Link, SecretString)>;
    /// Lists all links, newest first.
    async fn list_links(&self) -> Result<Vec<Link>>;
    /// Returns a link and the secret that signs it, or `NoSuchLink`. A revoked or ended one too: its requests are verified,
    /// so that they can be told why they are refused.
    async fn link(&self, id: &AccessKeyId) -> Result<(Link, SecretString)>;
    /// Counts a use of a link, decided and committed before it is served: `Used`, or why not. Leaves a visit in its log.
    async fn use_link(&self, id: &AccessKeyId, visitor: Visitor) -> Result<LinkOutcome>;
    /// Leaves a visit in a link's log that counts as no use: one that asked for something else.
    async fn note_visit(
        &self,
        id: &AccessKeyId,
        outcome: LinkOutcome,
        visitor: Visitor,
    ) -> Result<()>;
    /// Revokes a link for ever: its next request is refused. Revoking a revoked one changes nothing.
    async fn revoke_link(&self, id: &AccessKeyId) -> Result<Link>;
    /// Removes a link and its log; a live one is refused by `InvalidRequest`: revoke it first.
    async fn forget_link(&self, id: &AccessKeyId) -> Result<()>;
    /// Returns the visits of a link, newest first, at most the last 1,000.
    async fn link_log(&self, id: &AccessKeyId) -> Result<Vec<LinkVisit>>;
}
