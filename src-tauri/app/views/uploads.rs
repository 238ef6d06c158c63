//! Multipart uploads that were begun and not finished.

use serde::Serialize;
use stave_model::Upload;
use ts_rs::TS;

/// An upload in progress, or one that nobody will finish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UploadView {
    /// The key that it would have.
    pub key: String,
    /// Its id.
    pub upload_id: String,
    /// When it was begun.
    pub initiated: i64,
    /// Who began it.
    pub owner: String,
    /// How many parts have come.
    pub parts: u16,
    /// The bytes that they take.
    pub size_bytes: u64,
}

impl From<Upload> for UploadView {
    fn from(upload: Upload) -> Self {
        let usage = upload.usage.unwrap_or_default();
        Self {
            key: upload.key.as_str().to_owned(),
            upload_id: upload.id.as_str().to_owned(),
            initiated: upload.initiated.as_millis(),
            owner: upload.owner.as_str().to_owned(),
            parts: usage.parts,
            size_bytes: usage.size_bytes,
        }
    }
}

/// The unfinished uploads of a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UploadsView {
    /// The uploads, by key, then by their beginning.
    pub uploads: Vec<UploadView>,
    /// The bytes that all of these take.
    pub size_bytes: u64,
    /// Whether there are more than are told here.
    pub more: bool,
}

/// What became of the end of several uploads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UploadsAborted {
    /// How many were aborted.
    pub aborted: u64,
    /// The bytes that they took.
    pub size_bytes: u64,
}
