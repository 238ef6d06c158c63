//! What the app says by itself.

use serde::Serialize;
use stave_model::Change;
use ts_rs::TS;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ChangeKind {
    /// The list of buckets, or one of them.
    Bucket,
    /// The versions of a key.
    Object,
    /// The multipart uploads of a bucket.
    Uploads,
    /// The access keys.
    AccessKeys,
    /// Users and roles.
    Identities,
    /// The links.
    Links,
    /// The keys of the key service.
    Keys,
    /// The audit.
    Audit,
    /// More than the feed could carry.
    Everything,
}

/// The event `change`: who shows it reads it again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[ts(rename = "Change")]
pub struct ChangeView {
    /// What changed.
    pub kind: ChangeKind,
    /// In which bucket; of many changes at once in one bucket, `key` is empty.
    pub bucket: Option<String>,
    /// Which key.
    pub key: Option<String>,
}

impl ChangeView {
    /// Says that anything may have changed.
    pub fn everything() -> Self {
        Self {
            kind: ChangeKind::Everything,
            bucket: None,
            key: None,
        }
    }
}

impl From<&Change> for ChangeView {
    fn from(change: &Change) -> Self {
        let (kind, bucket, key) = match change {
            Change::Bucket(bucket) => (ChangeKind::Bucket, Some(bucket), None),
            Change::Object(bucket, key) => (ChangeKind::Object, Some(bucket), Some(key)),
            Change::Uploads(bucket) => (ChangeKind::Uploads, Some(bucket), None),
            Change::AccessKeys => (ChangeKind::AccessKeys, None, None),
            Change::Identities => (ChangeKind::Identities, None, None),
            Change::Links => (ChangeKind::Links, None, None),
            Change::Keys => (ChangeKind::Keys, None, None),
            Change::Audit => (ChangeKind::Audit, None, None),
            Change::Everything => (ChangeKind::Everything, None, None),
        };
        Self {
            kind,
            bucket: bucket.map(|name| name.as_str().to_owned()),
            key: key.map(|key| key.as_str().to_owned()),
        }
    }
}

/// The stage of a drag from outside over the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DropPhase {
    /// It came in.
    Enter,
    /// It moves.
    Over,
    /// It was let go.
    Drop,
    /// It went out.
    Leave,
}

/// The event `drop`. The paths stay in the app.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
pub struct DropEvent {
    /// The stage.
    pub phase: DropPhase,
    /// In CSS pixels of the window.
    pub x: f64,
    /// In CSS pixels of the window.
    pub y: f64,
    /// How many files and folders.
    pub paths: usize,
}
