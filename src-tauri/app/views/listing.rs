//! The list of objects, of which the window only ever has the rows that it shows.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// By what rows are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SortColumn {
    /// By the bytes of the key, as S3 does.
    Name,
    /// By size.
    Size,
    /// By the time of writing.
    Modified,
}

/// Asks for a listing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListingRequest {
    /// The bucket.
    pub bucket: String,
    /// The folder: everything before the names; empty is the whole bucket.
    pub prefix: String,
    /// Only names that contain this, whatever the case; empty is all.
    pub filter: String,
    /// By what rows are sorted.
    pub sort: SortColumn,
    /// Largest first.
    pub descending: bool,
    /// Also keys whose latest version is a delete marker.
    pub show_deleted: bool,
}

/// How far a listing is known. Also the event `listing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListingProgress {
    /// Which.
    pub cursor: u64,
    /// The rows counted so far.
    pub known: u64,
    /// Whether that is all of them.
    pub complete: bool,
    /// Whether it can be sorted by size, by time or backwards.
    pub sortable: bool,
}

/// A listing that was just opened.
pub type ListingOpened = ListingProgress;

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// A common prefix.
    Folder,
    /// An object.
    Object,
    /// A key whose latest version is a delete marker.
    Deleted,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RowView {
    /// What it shows.
    pub kind: RowKind,
    /// The name relative to the listing's prefix.
    pub name: String,
    /// The full key; of a folder its prefix, with the slash at its end.
    pub key: String,
    /// The size; 0 for a folder.
    pub size_bytes: u64,
    /// When it was written; 0 for a folder.
    pub modified: i64,
    /// The storage class.
    pub storage_class: String,
    /// The declared type.
    pub content_type: String,
    /// The latest version.
    pub version_id: String,
    /// How many versions the key has, where that is known.
    pub versions: Option<u64>,
    /// The entity tag.
    pub etag: String,
}

/// Rows of a listing.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListingRows {
    /// The rows from the start that was asked for.
    pub rows: Vec<RowView>,
    /// The rows counted so far.
    pub known: u64,
    /// Whether that is all of them.
    pub complete: bool,
}

/// What a selection amounts to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SelectionSummary {
    /// Objects, folders counted through.
    pub objects: u64,
    /// Their bytes.
    pub size_bytes: u64,
}
