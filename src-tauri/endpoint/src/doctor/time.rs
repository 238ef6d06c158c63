//! When a request is good.

use chrono::{DateTime, NaiveDateTime, Utc};
use stave_model::Timestamp;

use super::claim::{Claim, How};
use super::words::{Cause, Finding, Part, Report};
use crate::presign::{LONGEST, SHORTEST};

/// How signature version 4 writes a moment.
const AMZ_FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// How far the clock of a signer may be off, in seconds.
const SKEW_SECS: i64 = 15 * 60;

/// Looks at when it was signed and when it ends.
pub(super) fn examine(claim: &Claim, now: Timestamp, report: &mut Report) {
    let Some(signed) = seconds_of(&claim.date) else {
        let finding = Finding::wrong(Part::Time, "The date is none.")
            .expected("20260131T120000Z")
            .found(&claim.date)
            .cure("Write it as yyyymmddThhmmssZ.");
        return report.blame(Cause::Scope, finding);
    };
    let now = now.as_secs();
    match (&claim.how, &claim.expires) {
        (How::Query, Some(expires)) => of_link(signed, expires, now, report),
        (How::Query | How::Header, _) => of_request(signed, now, report),
    }
}

fn of_link(signed: i64, expires: &str, now: i64, report: &mut Report) {
    let life = expires.parse::<i64>().ok();
    let (shortest, longest) = (SHORTEST.as_secs(), LONGEST.as_secs());
    let taken = |life: &i64| u64::try_from(*life).is_ok_and(|l| (shortest..=longest).contains(&l));
    let Some(life) = life.filter(taken) else {
        let sentence = format!("A link lives 1 second to 7 days, and it says {expires}.");
        let finding = Finding::wrong(Part::Time, sentence)
            .expected("X-Amz-Expires=1 to 604800")
            .found(format!("X-Amz-Expires={expires}"))
            .cure("Make it again with a shorter life.");
        return report.blame(Cause::Lifetime, finding);
    };
    let end = signed + life;
    if now >= end {
        let sentence = format!("It ended {} ago, on {}.", length(now - end), utc(end));
        let finding = Finding::wrong(Part::Time, sentence)
            .expected(format!("before {}", utc(end)))
            .found(utc(now))
            .cure("Make a new link.");
        return report.blame(Cause::Expired, finding);
    }
    if signed > now + SKEW_SECS {
        let sentence = format!(
            "It begins in {}, on {}: the clock of who signed it is ahead, or this one is behind.",
            length(signed - now),
            utc(signed)
        );
        let finding = Finding::wrong(Part::Time, sentence)
            .expected(format!("after {}", utc(signed)))
            .found(utc(now))
            .cure("Set the clocks right, then make it again.");
        return report.blame(Cause::NotYet, finding);
    }
    let sentence = format!(
        "It is good until {}, for {} more.",
        utc(end),
        length(end - now)
    );
    report.note(Finding::right(Part::Time, sentence));
}

fn of_request(signed: i64, now: i64, report: &mut Report) {
    let off = signed - now;
    if off.abs() <= SKEW_SECS {
        let sentence = format!(
            "It was signed on {}, within 15 minutes of now.",
            utc(signed)
        );
        return report.note(Finding::right(Part::Time, sentence));
    }
    report.blame(Cause::ClockSkew, skewed(signed, now));
}

/// Says how far a clock is off.
pub(super) fn skewed(signed: i64, now: i64) -> Finding {
    let off = signed - now;
    let (word, size) = if off > 0 {
        ("ahead", off)
    } else {
        ("behind", -off)
    };
    let sentence = format!(
        "It was signed on {}, {} {word} of the receiver's clock; 15 minutes are taken.",
        utc(signed),
        length(size)
    );
    Finding::wrong(Part::Time, sentence)
        .expected(format!("{} or up to 15 minutes from it", utc(now)))
        .found(utc(signed))
        .cure("Set the sender's clock right; a request is sent when it is signed.")
}

/// Reads a moment as signature version 4 writes it.
pub(super) fn seconds_of(date: &str) -> Option<i64> {
    let moment = NaiveDateTime::parse_from_str(date, AMZ_FORMAT).ok()?;
    Some(moment.and_utc().timestamp())
}

/// Reads a moment as documents write it.
pub(super) fn seconds_of_document(date: &str) -> Option<i64> {
    let moment = DateTime::parse_from_rfc3339(date).ok()?;
    Some(moment.timestamp())
}

/// Writes the moment of a `Date` header as signature version 4 does.
pub(super) fn amz_of(http_date: Option<&str>) -> Option<String> {
    let at = DateTime::parse_from_rfc2822(http_date?).ok()?;
    Some(at.to_utc().format(AMZ_FORMAT).to_string())
}

/// Writes a moment for people.
pub(super) fn utc(seconds: i64) -> String {
    DateTime::<Utc>::from_timestamp(seconds, 0).map_or_else(
        || "a day out of the calendar".to_owned(),
        |at| at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

/// Writes a length of time for people, in its largest unit.
pub(super) fn length(seconds: i64) -> String {
    let (count, unit) = match seconds {
        ..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_for_people() {
        assert_eq!(length(1), "1 second");
        assert_eq!(length(59), "59 seconds");
        assert_eq!(length(3_599), "59 minutes");
        assert_eq!(length(7_200), "2 hours");
        assert_eq!(length(86_400), "1 day");
        assert_eq!(seconds_of("20130524T000000Z"), Some(1_369_353_600));
        assert_eq!(utc(1_369_353_600), "2013-05-24 00:00:00 UTC");
        assert_eq!(seconds_of("20131324T000000Z"), None);
        let date = amz_of(Some("Fri, 24 May 2013 00:00:00 GMT"));
        assert_eq!(date.as_deref(), Some("20130524T000000Z"));
    }
}
