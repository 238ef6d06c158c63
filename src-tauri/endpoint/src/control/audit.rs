//! The audit, as far as a terminal asks a running process for it.

use serde::{Deserialize, Serialize};
use stave_model::{Actor, BucketName, Timestamp, UserName, Via};
use stave_store::{Audit, AuditFault, AuditPage, AuditQuery, AuditRecord, AuditVerdict};

use super::LINE_MAX_BYTES;
use super::messages::{Failure, Response};

/// What is left for the frame of a line that is full of records.
const FRAME_BYTES: u64 = 1_024;

/// What is asked of the audit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "audit", rename_all = "kebab-case", deny_unknown_fields)]
pub enum AuditRequest {
    /// Which records are there?
    LookUp {
        /// Of what kind.
        query: AuditFilter,
    },
    /// Is the chain whole?
    Verify,
    /// Write records into a bucket, as CloudTrail's log files.
    Export {
        /// The bucket.
        bucket: String,
        /// What their keys begin with.
        #[serde(default)]
        prefix: String,
        /// Not before, in milliseconds since 1970.
        #[serde(default)]
        from_ms: Option<i64>,
        /// Not after, in the same.
        #[serde(default)]
        to_ms: Option<i64>,
    },
}

/// Which records are wanted, newest first. All that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuditFilter {
    /// Not before, in milliseconds since 1970.
    pub from_ms: Option<i64>,
    /// Not after, in the same.
    pub to_ms: Option<i64>,
    /// `Decrypt`, say.
    pub event_name: Option<String>,
    /// The id of one event.
    pub event_id: Option<String>,
    /// The user's name.
    pub user: Option<String>,
    /// The access key.
    pub access_key: Option<String>,
    /// The ARN or the id of a key, or the ARN of an object.
    pub resource: Option<String>,
    /// Whether nothing was changed.
    pub read_only: Option<bool>,
    /// Whether it was refused.
    pub denied: Option<bool>,
    /// Records before this one: where the last page ended.
    pub before: Option<u64>,
    /// At most so many, 1 to 1,000; 0 is 100. A page whose records are long has fewer.
    pub limit: u16,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its place in the chain.
    pub sequence: u64,
    /// When it was written, in milliseconds since 1970.
    pub at_ms: i64,
    /// The event as CloudTrail's JSON.
    pub event: String,
}

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditCheck {
    /// How many records were checked.
    pub checked: u64,
    /// The first and the last time of a record, in milliseconds since 1970.
    pub span_ms: Option<(i64, i64)>,
    /// What is wrong; empty where all is well.
    pub faults: Vec<AuditFaultInfo>,
}

/// A fault of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum AuditFaultInfo {
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

/// Answers what is asked of the audit.
pub(super) async fn answer(
    audit: &dyn Audit,
    owner: UserName,
    request: AuditRequest,
) -> Result<Response, Failure> {
    let by = Actor::local(owner, Via::Terminal);
    match request {
        AuditRequest::LookUp { query } => {
            let page = audit.look_up(&by, query_of(query)).await?;
            Ok(fitting(page))
        }
        AuditRequest::Verify => {
            let verdict = audit.verify(&by).await?;
            Ok(Response::AuditChecked(check_of(verdict)))
        }
        AuditRequest::Export {
            bucket,
            prefix,
            from_ms,
            to_ms,
        } => {
            let bucket = BucketName::parse(&bucket)?;
            let (from, to) = (moment(from_ms), moment(to_ms));
            let export = audit.export(&by, bucket, prefix, from, to).await?;
            Ok(Response::AuditExported {
                keys: export.keys,
                records: export.records,
            })
        }
    }
}

fn query_of(filter: AuditFilter) -> AuditQuery {
    AuditQuery {
        from: moment(filter.from_ms),
        to: moment(filter.to_ms),
        event_name: filter.event_name,
        event_id: filter.event_id,
        user: filter.user,
        access_key: filter.access_key,
        resource: filter.resource,
        read_only: filter.read_only,
        denied: filter.denied,
        before: filter.before,
        limit: match filter.limit {
            0 => 100,
            limit => limit,
        },
    }
}

fn moment(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

/// Keeps of a page what a line can hold; the next page begins where this one ends.
fn fitting(page: AuditPage) -> Response {
    let mut left = LINE_MAX_BYTES - FRAME_BYTES;
    let mut records: Vec<AuditEntry> = Vec::new();
    let mut next_before = page.next_before;
    for record in page.records {
        let entry = entry_of(record);
        let bytes = serde_json::to_vec(&entry).map_or(left, |line| line.len() as u64 + 1);
        if bytes > left && !records.is_empty() {
            next_before = records.last().map(|last| last.sequence);
            break;
        }
        left = left.saturating_sub(bytes);
        records.push(entry);
    }
    Response::AuditRecords {
        records,
        next_before,
    }
}

fn entry_of(record: AuditRecord) -> AuditEntry {
    AuditEntry {
        sequence: record.sequence,
        at_ms: record.at.as_millis(),
        event: record.event,
    }
}

fn check_of(verdict: AuditVerdict) -> AuditCheck {
    let fault = |fault| match fault {
        AuditFault::Changed { sequence } => AuditFaultInfo::Changed { sequence },
        AuditFault::Missing { from, to } => AuditFaultInfo::Missing { from, to },
    };
    AuditCheck {
        checked: verdict.checked,
        span_ms: verdict
            .span
            .map(|(from, to)| (from.as_millis(), to.as_millis())),
        faults: verdict.faults.into_iter().map(fault).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(count: u64, event_bytes: usize) -> AuditPage {
        let record = |sequence| AuditRecord {
            sequence,
            at: Timestamp::from_millis(1),
            event: "\"".repeat(event_bytes),
        };
        AuditPage {
            records: (1..=count).rev().map(record).collect(),
            next_before: Some(1),
        }
    }

    #[test]
    fn a_page_fits_into_a_line_and_the_next_goes_on_behind_it() {
        let Response::AuditRecords {
            records,
            next_before,
        } = fitting(page(10, 100_000))
        else {
            panic!("other than records");
        };
        let places: Vec<u64> = records.iter().map(|record| record.sequence).collect();
        assert_eq!((places, next_before), (vec![10, 9, 8, 7, 6], Some(6)));
        let answer = Response::AuditRecords {
            records,
            next_before,
        };
        let line = serde_json::to_vec(&answer).unwrap();
        assert!((line.len() as u64) < LINE_MAX_BYTES, "{}", line.len());
    }

    #[test]
    fn a_page_that_fits_is_told_whole() {
        let Response::AuditRecords {
            records,
            next_before,
        } = fitting(page(1_000, 200))
        else {
            panic!("other than records");
        };
        assert_eq!((records.len(), next_before), (1_000, Some(1)));
    }
}
