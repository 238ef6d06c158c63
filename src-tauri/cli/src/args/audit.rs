//! The words for the audit.

use clap::{Args, Subcommand};
use stave_model::Timestamp;

use crate::location::S3Place;

/// Works on the audit.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List records, newest first
    List(ListAudit),
    /// Show one record whole
    Show {
        /// Its number
        sequence: u64,
    },
    /// Check the whole chain; fails where a record was changed, dropped or swapped
    Verify,
    /// Write records into a bucket, as CloudTrail's log files
    Export(ExportAudit),
}

/// Lists records. All that is given must hold.
#[derive(Debug, Args)]
pub struct ListAudit {
    /// Not before this day or moment, as 2026-11-22 or 2026-11-22T14:00:00Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub from: Option<Timestamp>,
    /// Not after this moment
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub to: Option<Timestamp>,
    /// What was done: Decrypt, say
    #[arg(long, value_name = "NAME")]
    pub event: Option<String>,
    /// Who
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// With what: a key's id or ARN, an object's ARN, or s3://bucket/key
    #[arg(long, value_name = "WHAT")]
    pub resource: Option<String>,
    /// Only what was refused
    #[arg(long)]
    pub denied: bool,
    /// Stop after so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: u64,
}

/// Exports records.
#[derive(Debug, Args)]
pub struct ExportAudit {
    /// Where to: s3://bucket, or s3://bucket/prefix/
    pub to: S3Place,
    /// Not before this day or moment
    #[arg(long = "from", value_name = "TIME", value_parser = parse_time)]
    pub begin: Option<Timestamp>,
    /// Not after this moment
    #[arg(long = "until", value_name = "TIME", value_parser = parse_time)]
    pub end: Option<Timestamp>,
}

/// Parses a day, which is its first moment here, or a moment.
fn parse_time(text: &str) -> Result<Timestamp, &'static str> {
    use chrono::{DateTime, Local, NaiveDate, NaiveTime};
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(Timestamp::from_millis(moment.timestamp_millis()));
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_err(|_| "write it as 2026-11-22 or 2026-11-22T14:00:00Z")?;
    let first = day.and_time(NaiveTime::MIN).and_local_timezone(Local);
    let first = first.earliest().ok_or("this day does not begin here")?;
    Ok(Timestamp::from_millis(first.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_day_or_a_moment() {
        let moment = parse_time("2026-11-22T14:00:00Z").unwrap();
        assert_eq!(moment.as_millis(), 1_795_356_000_000);
        assert!(parse_time("2026-11-22").is_ok());
        for text in ["", "yesterday", "2026-13-01", "22.11.2026"] {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }
}
