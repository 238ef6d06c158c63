//! The audit, as its page shows it.

use serde::{Deserialize, Serialize};
use stave_store::AuditFault;
use ts_rs::TS;

/// Asks for records, newest first. All that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "AuditQuery")]
pub struct AuditAsked {
    /// Not before.
    pub from: Option<i64>,
    /// Not after.
    pub to: Option<i64>,
    /// `Decrypt`, say.
    pub event_name: Option<String>,
    /// The user's name.
    pub user: Option<String>,
    /// A key by id or ARN, or an object by ARN or as `bucket/key`.
    pub resource: Option<String>,
    /// Whether it was refused.
    pub denied: Option<bool>,
    /// Where the last page ended.
    pub before: Option<u64>,
    /// At most so many, 1 to 1,000.
    pub limit: u16,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuditView {
    /// Its place in the chain, from 1.
    pub sequence: u64,
    /// When it was written.
    pub at: i64,
    /// What was done.
    pub event_name: String,
    /// Who; empty for one who did not sign.
    pub user: String,
    /// From where: an address, or `window`, `terminal` or `store`.
    pub source: String,
    /// The key's id.
    pub key: Option<String>,
    /// The key's ARN.
    pub key_arn: Option<String>,
    /// The object, as `bucket/key`.
    pub object: Option<String>,
    /// The version of the key.
    pub key_version: Option<u32>,
    /// Whether it was refused.
    pub denied: bool,
    /// Why, by AWS' error code.
    pub error: Option<String>,
    /// The event as CloudTrail's JSON, indented.
    pub json: String,
}

/// A page of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "AuditPage")]
pub struct AuditRecords {
    /// The records, newest first.
    pub records: Vec<AuditView>,
    /// Where the next page begins; `None` on the last.
    pub next_before: Option<u64>,
}

/// What is wrong with some records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AuditFaultKind {
    /// They are not what was written.
    Changed,
    /// They are not there.
    Missing,
}

/// A fault of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "AuditFault")]
pub struct AuditFaultView {
    /// What is wrong.
    pub kind: AuditFaultKind,
    /// The first record.
    pub from: u64,
    /// The last record.
    pub to: u64,
}

impl From<&AuditFault> for AuditFaultView {
    fn from(fault: &AuditFault) -> Self {
        match *fault {
            AuditFault::Changed { sequence } => Self {
                kind: AuditFaultKind::Changed,
                from: sequence,
                to: sequence,
            },
            AuditFault::Missing { from, to } => Self {
                kind: AuditFaultKind::Missing,
                from,
                to,
            },
        }
    }
}

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "AuditVerdict")]
pub struct AuditVerified {
    /// How many records were checked.
    pub checked: u64,
    /// The time of the first.
    pub from: Option<i64>,
    /// The time of the last.
    pub to: Option<i64>,
    /// What is wrong; empty where all is well.
    pub faults: Vec<AuditFaultView>,
}

/// Where an export went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AuditExported {
    /// The keys of the log files.
    pub keys: Vec<String>,
    /// How many records they hold.
    pub records: u64,
}
