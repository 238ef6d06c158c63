//! Records as CloudTrail's log files.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html>

use std::collections::BTreeMap;
use std::io::Write as _;

use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use stave_catalog::audit::{self as rows, AuditRow};
use stave_model::{ACCOUNT, Actor, Timestamp};
use stave_store::Error as StoreError;

use super::look_up::for_the_owner;
use crate::core::Core;
use crate::error::{Error, Result};

/// The most records of one file: some MiB before they are compressed.
const FILE_RECORDS_MAX: usize = 5_000;

/// How many records are read at once.
const PAGE: u32 = 1_000;

/// A log file.
#[derive(Debug)]
pub(crate) struct LogFile {
    /// Its key in the bucket.
    pub key: String,
    /// How many records it holds.
    pub records: u64,
    /// Gzipped JSON.
    pub bytes: Vec<u8>,
}

/// Where an export has come to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place {
    /// The last record that was looked at.
    pub sequence: u64,
    /// How many files were made.
    pub files: u64,
}

impl Core {
    /// Makes the next log files of an export, at most one for each day among the records that they hold;
    /// none when all is exported.
    pub(crate) fn next_log_files(
        &self,
        by: &Actor,
        place: &mut Place,
        prefix: &str,
        (from, to): (Option<Timestamp>, Option<Timestamp>),
    ) -> Result<Vec<LogFile>> {
        for_the_owner(by)?;
        let mut days: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut taken = 0;
        while taken < FILE_RECORDS_MAX {
            let after = place.sequence;
            let page = self
                .catalog
                .read(|tx| Ok::<_, Error>(rows::after(tx, after, PAGE)?))?;
            let Some(last) = page.last() else {
                break;
            };
            place.sequence = last.sequence;
            let wanted = |row: &AuditRow| {
                from.is_none_or(|from| row.at >= from) && to.is_none_or(|to| row.at <= to)
            };
            for row in page.into_iter().filter(wanted) {
                taken += 1;
                days.entry(day(row.at)).or_default().push(row.event);
            }
        }
        let now = self.clock.now();
        let files = days.into_iter().map(|(day, events)| {
            place.files += 1;
            let name = self.log_file_name(now, place.files);
            let region = &self.region;
            Ok(LogFile {
                key: format!("{prefix}AWSLogs/{ACCOUNT}/CloudTrail/{region}/{day}/{name}"),
                records: events.len() as u64,
                bytes: zipped(&events)?,
            })
        });
        files.collect()
    }

    /// The name ends in chance, as AWS' does, so that two exports do not meet.
    fn log_file_name(&self, now: Timestamp, number: u64) -> String {
        let time = utc(now).format("%Y%m%dT%H%MZ");
        let chance = hex::encode(&self.ids.random_16()[..8]);
        let region = &self.region;
        format!("{ACCOUNT}_CloudTrail_{region}_{time}_{number:04}{chance}.json.gz")
    }
}

fn day(at: Timestamp) -> String {
    utc(at).format("%Y/%m/%d").to_string()
}

fn utc(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.as_millis()).unwrap_or_default()
}

fn zipped(events: &[String]) -> Result<Vec<u8>> {
    let json = format!("{{\"Records\":[{}]}}", events.join(","));
    let mut zip = GzEncoder::new(Vec::new(), Compression::default());
    let written = zip.write_all(json.as_bytes()).and_then(|()| zip.finish());
    let failed = |source: std::io::Error| StoreError::Failed {
        doing: "compressing a log file",
        source: Box::new(source),
    };
    Ok(written.map_err(failed)?)
}
