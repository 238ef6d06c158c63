//! Bytes on their way: files and streams up, objects down, and copies within S3.

mod download;
mod error;
mod progress;
mod tree;
mod upload;
mod within;

pub use error::TransferError;
pub use progress::Progress;
pub use tree::{Found, files_below, objects_below};

use std::sync::Arc;

use stave_model::{Conditions, ETagCondition, ObjectHeaders, ObjectKey, UserMetadata, UserName};
use stave_store::{Copied, Store, Stored};

use crate::args::CopyOptions;
use crate::context::OpenUploads;
use crate::encryption::Encryption;

/// Up to here a file goes up whole; larger ones go in parts.
const WHOLE_MAX_BYTES: u64 = 64 * 1024 * 1024;
/// The least size of a part. Four of them are in memory at most, for a stream of unknown length.
const PART_BYTES: u64 = 16 * 1024 * 1024;
/// How many parts of one file are on their way at a time.
const PARTS_AT_ONCE: usize = 4;
/// How often a piece is tried that can be read again, where the network or the endpoint failed.
const ATTEMPTS_MAX: u32 = 3;

/// What transfers share.
pub struct Transfers {
    /// Where objects are.
    pub store: Arc<dyn Store>,
    /// Who writes.
    pub owner: UserName,
    /// How.
    pub options: CopyOptions,
    /// How what is written is encrypted, and the keys to read by.
    pub encryption: Encryption,
    /// What a person watches.
    pub progress: Progress,
    /// The uploads under way.
    pub uploads: OpenUploads,
}

/// What a transfer made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its length in bytes.
    pub size_bytes: u64,
    /// The entity tag of the object that was written or read.
    pub etag: String,
    /// The version that was written or read.
    pub version_id: String,
    /// The name that a file got where its key could not be one.
    pub renamed_to: Option<String>,
}

impl From<Stored> for Made {
    fn from(stored: Stored) -> Self {
        Self {
            size_bytes: stored.size_bytes,
            etag: stored.etag.as_str().to_owned(),
            version_id: stored.version.to_string(),
            renamed_to: None,
        }
    }
}

impl From<Copied> for Made {
    fn from(copied: Copied) -> Self {
        copied.stored.into()
    }
}

impl Transfers {
    /// Returns the headers of what is uploaded under a key.
    fn headers(&self, key: &ObjectKey) -> ObjectHeaders {
        let guessed = || {
            mime_guess::from_path(key.as_str())
                .first_raw()
                .map(str::to_owned)
        };
        ObjectHeaders {
            content_type: self.options.content_type.clone().or_else(guessed),
            ..ObjectHeaders::default()
        }
    }

    fn user_metadata(&self) -> UserMetadata {
        self.options.metadata.iter().cloned().collect()
    }

    /// Returns what must hold of the target.
    fn conditions(&self) -> Conditions {
        Conditions {
            if_none_match: self.options.no_overwrite.then_some(ETagCondition::Any),
            ..Conditions::default()
        }
    }
}
