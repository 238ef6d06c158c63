//! One object, its versions, its preview, and what became of a deletion.

use std::collections::BTreeMap;

use serde::Serialize;
use stave_model::{Version, VersionKind};
use ts_rs::TS;

use super::{EncryptionView, TagView};

/// An additional checksum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "Checksum")]
pub struct ChecksumView {
    /// S3's name of the algorithm.
    pub algorithm: String,
    /// What it covers, by S3's name.
    pub kind: String,
    /// The value as S3 tells it: base64, with `-N` behind a composite one.
    pub value: String,
}

/// Everything about one version of an object.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ObjectView {
    /// The bucket.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// The version.
    pub version_id: String,
    /// Whether it is the latest.
    pub is_latest: bool,
    /// The size.
    pub size_bytes: u64,
    /// The entity tag.
    pub etag: String,
    /// When it was written.
    pub modified: i64,
    /// Who wrote it.
    pub owner: String,
    /// `Content-Type`.
    pub content_type: String,
    /// `Cache-Control`.
    pub cache_control: Option<String>,
    /// `Content-Disposition`.
    pub content_disposition: Option<String>,
    /// `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// `Content-Language`.
    pub content_language: Option<String>,
    /// `Expires`.
    pub expires: Option<String>,
    /// The storage class.
    pub storage_class: String,
    /// The user's own metadata.
    #[ts(type = "Record<string, string>")]
    pub user_metadata: BTreeMap<String, String>,
    /// The additional checksum.
    pub checksum: Option<ChecksumView>,
    /// How it is encrypted.
    pub encryption: EncryptionView,
    /// The number of parts of a multipart object, 0 for one that was put whole.
    pub parts: u32,
    /// Its tags.
    pub tags: Vec<TagView>,
    /// Who may read it by its access control list.
    pub access: AccessView,
    /// `s3://bucket/key`.
    pub s3_uri: String,
    /// The address at the endpoint, without a signature; empty while the endpoint is off.
    pub url: String,
}

/// Who may read an object by its access control list, its owner and the bucket's aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "Access")]
pub enum AccessView {
    /// Nobody else.
    Private,
    /// Single users.
    Shared,
    /// Everyone who signs.
    SignedRead,
    /// Everyone.
    PublicRead,
}

/// A part that a multipart object was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ObjectPartView {
    /// Its number.
    pub number: u16,
    /// Its size.
    pub size_bytes: u64,
    /// The additional checksum of its bytes.
    pub checksum: Option<ChecksumView>,
}

/// Some of the parts of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ObjectPartsView {
    /// The parts, by number.
    pub parts: Vec<ObjectPartView>,
    /// The number to go on behind, if there are more.
    pub next_after: Option<u16>,
}

/// One version of a key.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VersionView {
    /// Its id.
    pub version_id: String,
    /// Whether it is the latest.
    pub is_latest: bool,
    /// Whether it is a delete marker.
    pub delete_marker: bool,
    /// The size.
    pub size_bytes: u64,
    /// When it was written.
    pub modified: i64,
    /// The entity tag.
    pub etag: String,
    /// Who wrote it.
    pub owner: String,
}

impl From<Version> for VersionView {
    fn from(version: Version) -> Self {
        Self {
            version_id: version.id.as_str().to_owned(),
            is_latest: version.is_latest,
            delete_marker: version.kind == VersionKind::DeleteMarker,
            size_bytes: version.size_bytes,
            modified: version.modified.as_millis(),
            etag: version.etag.as_str().to_owned(),
            owner: version.owner.as_str().to_owned(),
        }
    }
}

/// A key that could not be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FailedKey {
    /// The key.
    pub key: String,
    /// Why.
    pub message: String,
}

/// What became of a deletion.
#[derive(Debug, Clone, Default, Serialize, TS)]
pub struct DeleteResult {
    /// What to give to `undo_delete`; only where the bucket keeps versions.
    pub undo: Option<u64>,
    /// How many keys were deleted.
    pub deleted: u64,
    /// Those that were not.
    pub failed: Vec<FailedKey>,
}

/// What became of an undo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct Undone {
    /// How many keys are back.
    pub restored: u64,
}

/// How a preview is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PreviewKind {
    /// As text.
    Text,
    /// As a picture.
    Image,
    /// As bytes.
    Hex,
    /// Not at all.
    None,
}

/// A preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PreviewView {
    /// How it is shown.
    pub kind: PreviewKind,
    /// The address of a picture; empty for the others.
    pub url: String,
    /// The beginning, decoded.
    pub text: Option<String>,
    /// The beginning, as a dump of bytes.
    pub hex: Option<String>,
    /// Whether there is more than is shown.
    pub truncated: bool,
    /// The size of the object.
    pub size_bytes: u64,
}
