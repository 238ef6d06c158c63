//! Links with keys of their own, and the share of them on the network.

use serde::{Deserialize, Serialize};
use stave_model::{LinkAudience, LinkOutcome, LinkState, LinkTarget, LinkVisit};
use ts_rs::TS;

use super::cors::HeaderView;

/// What a link lets its holder do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LinkKind {
    /// Read an object.
    Get,
    /// Write an object.
    Put,
    /// Write objects by a form.
    Post,
}

impl From<&LinkTarget> for LinkKind {
    fn from(target: &LinkTarget) -> Self {
        match target {
            LinkTarget::Get { .. } => Self::Get,
            LinkTarget::Put { .. } => Self::Put,
            LinkTarget::Post { .. } => Self::Post,
        }
    }
}

/// For whom a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "LinkAudience")]
pub enum LinkAudienceView {
    /// Programs and people at this computer.
    Computer,
    /// People on the network, while links are shared there.
    Network,
}

impl From<LinkAudience> for LinkAudienceView {
    fn from(audience: LinkAudience) -> Self {
        match audience {
            LinkAudience::Computer => Self::Computer,
            LinkAudience::Network => Self::Network,
        }
    }
}

impl From<LinkAudienceView> for LinkAudience {
    fn from(audience: LinkAudienceView) -> Self {
        match audience {
            LinkAudienceView::Computer => Self::Computer,
            LinkAudienceView::Network => Self::Network,
        }
    }
}

/// Whether a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "LinkState")]
pub enum LinkStateView {
    /// It does.
    Live,
    /// Its end has come.
    Expired,
    /// It was revoked.
    Revoked,
    /// It was used as often as it may be.
    UsedUp,
}

impl From<LinkState> for LinkStateView {
    fn from(state: LinkState) -> Self {
        match state {
            LinkState::Live => Self::Live,
            LinkState::Expired => Self::Expired,
            LinkState::Revoked => Self::Revoked,
            LinkState::UsedUp => Self::UsedUp,
        }
    }
}

/// Asks for a link.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LinkRequest {
    /// The bucket.
    pub bucket: String,
    /// The key; of forms empty.
    pub key: String,
    /// The version to be read.
    pub version_id: Option<String>,
    /// What it lets its holder do.
    pub kind: LinkKind,
    /// How long it lives: 1 second to 7 days.
    pub expires_seconds: u32,
    /// How often it may be used.
    pub max_uses: Option<u32>,
    /// What a person calls it.
    pub title: String,
    /// For whom it is.
    pub audience: LinkAudienceView,
    /// Of one upload: exactly this type. Of a form: what types begin with.
    pub content_type: Option<String>,
    /// The most bytes of an upload.
    pub max_bytes: Option<u64>,
    /// The least bytes of a form's upload.
    pub min_bytes: Option<u64>,
    /// What a form's keys begin with.
    pub key_prefix: Option<String>,
}

/// An upload form. No `Debug`: who has it may write.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct LinkForm {
    /// Where it goes.
    pub url: String,
    /// Its fields, which stand before the file.
    pub fields: Vec<HeaderView>,
    /// The form as a piece of a page.
    pub html: String,
}

/// A link. No `Debug`: who has it may do what it is for.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    /// The id of its key.
    pub id: String,
    /// What a person calls it.
    pub title: String,
    /// What it lets its holder do.
    pub kind: LinkKind,
    /// The bucket.
    pub bucket: String,
    /// The key, or what keys begin with.
    pub key: String,
    /// The version that it reads.
    pub version_id: Option<String>,
    /// When it was made.
    pub created: i64,
    /// Its end.
    pub expires: i64,
    /// How often it may be used.
    pub max_uses: Option<u32>,
    /// How often it was used.
    pub uses: u32,
    /// When it was used last.
    pub last_used: Option<i64>,
    /// Since when it is revoked.
    pub revoked: Option<i64>,
    /// Whether it opens.
    pub state: LinkStateView,
    /// The link; empty while what it would reach does not listen.
    pub url: String,
    /// The same as a command.
    pub curl: String,
    /// The same as a QR code; forms have none.
    pub qr_svg: String,
    /// For whom it is.
    pub audience: LinkAudienceView,
    /// In whose name it acts.
    pub user: String,
    /// The form.
    pub form: Option<LinkForm>,
}

/// What became of an attempt to use a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "LinkOutcome")]
pub enum LinkOutcomeView {
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

impl From<LinkOutcome> for LinkOutcomeView {
    fn from(outcome: LinkOutcome) -> Self {
        match outcome {
            LinkOutcome::Used => Self::Used,
            LinkOutcome::Revoked => Self::Revoked,
            LinkOutcome::Expired => Self::Expired,
            LinkOutcome::UsedUp => Self::UsedUp,
            LinkOutcome::Mismatch => Self::Mismatch,
        }
    }
}

/// An attempt to use a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LinkOpening {
    /// When.
    pub at: i64,
    /// What became of it.
    pub outcome: LinkOutcomeView,
    /// Where it came from; empty where that is not known.
    pub source_ip: String,
    /// What the client calls itself.
    pub user_agent: String,
    /// The status of a refusal; a use is counted before it is answered.
    pub status: Option<u16>,
}

/// The status by which a link is refused.
const REFUSED: u16 = 403;

impl From<LinkVisit> for LinkOpening {
    fn from(visit: LinkVisit) -> Self {
        let address = visit.source_ip.map(|address| address.to_string());
        Self {
            at: visit.at.as_millis(),
            outcome: visit.outcome.into(),
            source_ip: address.unwrap_or_default(),
            user_agent: visit.user_agent.unwrap_or_default(),
            status: (visit.outcome != LinkOutcome::Used).then_some(REFUSED),
        }
    }
}

/// The share of links on the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "NetworkShare")]
pub struct NetworkShareView {
    /// What links to it begin with.
    pub address: String,
    /// All addresses of this computer on which it answers.
    pub addresses: Vec<String>,
    /// Its end.
    pub until: i64,
    /// The SHA-256 of its certificate, in hex.
    pub certificate_sha256: String,
    /// Whether a trial reached it; `null` where that is not known.
    pub reachable: Option<bool>,
    /// The same in a sentence.
    pub sentence: String,
}
