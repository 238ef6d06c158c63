//! The audit: one record of each use and each management of a key, in CloudTrail's shape, chained so that a
//! record that was changed, dropped or swapped is found.

use async_trait::async_trait;
use stave_model::{Actor, BucketName, Timestamp};

use crate::Result;

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its place in the chain, from 1 without gaps.
    pub sequence: u64,
    /// When it was written.
    pub at: Timestamp,
    /// The event as CloudTrail's JSON.
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>
    pub event: String,
}

/// Asks for records, newest first. All that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not after.
    pub to: Option<Timestamp>,
    /// `eventName`, `Decrypt` say.
    pub event_name: Option<String>,
    /// `eventID`.
    pub event_id: Option<String>,
    /// The user's name.
    pub user: Option<String>,
    /// The access key.
    pub access_key: Option<String>,
    /// A resource: the ARN or the id of a key, or the ARN of an object.
    pub resource: Option<String>,
    /// Whether nothing was changed.
    pub read_only: Option<bool>,
    /// Whether it was refused.
    pub denied: Option<bool>,
    /// Records before this sequence number: where the last page ended.
    pub before: Option<u64>,
    /// At most so many, 1 to 1,000.
    pub limit: u16,
}

/// A page of records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditPage {
    /// The records, newest first.
    pub records: Vec<AuditRecord>,
    /// Where the next page begins (`AuditQuery::before`); `None` on the last.
    pub next_before: Option<u64>,
}

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditVerdict {
    /// How many records were checked.
    pub checked: u64,
    /// The first and the last time of a record.
    pub span: Option<(Timestamp, Timestamp)>,
    /// What is wrong, in the order of the chain; empty where all is well. At most 100.
    pub faults: Vec<AuditFault>,
}

/// A fault of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditFault {
    /// This record is not what was written.
    Changed {
        /// Its place.
        sequence: u64,
    },
    /// These records are not there.
    Missing {
        /// The first.
        from: u64,
        /// The last.
        to: u64,
    },
}

/// Where an export went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditExport {
    /// The keys of the log files that were written.
    pub keys: Vec<String>,
    /// How many records they hold.
    pub records: u64,
}

/// The audit of a local vault. Reading it is the owner's alone and leaves no record.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Looks records up.
    async fn look_up(&self, by: &Actor, query: AuditQuery) -> Result<AuditPage>;
    /// Checks the whole chain.
    async fn verify(&self, by: &Actor) -> Result<AuditVerdict>;
    /// Writes records from a time to a time as CloudTrail log files (gzipped JSON) into a bucket, under
    /// `<prefix>AWSLogs/<account>/CloudTrail/<region>/<yyyy>/<mm>/<dd>/`.
    async fn export(
        &self,
        by: &Actor,
        bucket: BucketName,
        prefix: String,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Result<AuditExport>;
}
