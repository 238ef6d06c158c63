//! Long work.

use serde::Serialize;
use ts_rs::TS;

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    /// From this computer into a bucket.
    Upload,
    /// From a bucket to this computer.
    Download,
    /// From one prefix to another.
    Rename,
    /// Many deletions.
    Delete,
    /// Another encryption, in its place.
    Reencrypt,
    /// A read of every body, to see whether it is whole.
    Scrub,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TransferState {
    /// Behind others.
    Waiting,
    /// At work.
    Active,
    /// All of it done.
    Done,
    /// Ended, with failures.
    Failed,
    /// Ended by the person.
    Cancelled,
}

/// An item of a job that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TransferFailure {
    /// The file or key.
    pub name: String,
    /// Why.
    pub message: String,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TransferView {
    /// Its id.
    pub id: u64,
    /// What it does.
    pub kind: TransferKind,
    /// What it is called: a file's name, or "12 items".
    pub name: String,
    /// The bucket.
    pub bucket: String,
    /// Where it goes: a bucket with its prefix, or a folder of this computer; of a deletion the
    /// bucket.
    pub target: String,
    /// How far it is.
    pub state: TransferState,
    /// The bytes done.
    pub done_bytes: u64,
    /// The bytes in all, as far as they are known.
    pub total_bytes: u64,
    /// The items done.
    pub done_items: u64,
    /// The items in all, as far as they are known.
    pub total_items: u64,
    /// What is being worked on.
    pub current: String,
    /// The pace of the last seconds.
    pub bytes_per_second: u64,
    /// What went wrong, in one line; empty while nothing has.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// When it was begun.
    pub started: Option<i64>,
    /// When it ended.
    pub ended: Option<i64>,
    /// The failures, at most as many as a person will read.
    pub failures: Vec<TransferFailure>,
}

/// A job was begun.
#[derive(Debug, Clone, Copy, Serialize, TS)]
pub struct JobStarted {
    /// Its id.
    pub job: u64,
}
