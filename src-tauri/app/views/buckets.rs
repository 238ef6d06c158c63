//! Buckets.

use serde::Serialize;
use stave_model::{Bucket, Versioning};
use ts_rs::TS;

/// A bucket's versioning state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "Versioning")]
pub enum VersioningView {
    /// Never turned on.
    Off,
    /// On.
    Enabled,
    /// Suspended.
    Suspended,
}

impl From<Versioning> for VersioningView {
    fn from(versioning: Versioning) -> Self {
        match versioning {
            Versioning::Off => Self::Off,
            Versioning::Enabled => Self::Enabled,
            Versioning::Suspended => Self::Suspended,
        }
    }
}

/// A bucket and what it holds.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BucketView {
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created: i64,
    /// Its versioning state.
    pub versioning: VersioningView,
    /// Keys whose latest version is no delete marker.
    pub objects: u64,
    /// The bytes of those.
    pub size_bytes: u64,
    /// All versions.
    pub versions: u64,
    /// The bytes of all versions.
    pub all_versions_size_bytes: u64,
}

impl From<Bucket> for BucketView {
    fn from(bucket: Bucket) -> Self {
        let usage = bucket.usage.unwrap_or_default();
        Self {
            name: bucket.name.as_str().to_owned(),
            created: bucket.created.as_millis(),
            versioning: bucket.versioning.into(),
            objects: usage.objects,
            size_bytes: usage.size_bytes,
            versions: usage.versions,
            all_versions_size_bytes: usage.all_versions_size_bytes,
        }
    }
}
