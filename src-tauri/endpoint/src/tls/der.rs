//! The one field of a certificate that is read here: its end. A walk along fixed places of the structure
//! (RFC 5280, section 4.1), not a parser of certificates.

use chrono::NaiveDateTime;
use stave_model::Timestamp;

const INTEGER: u8 = 0x02;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xA0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Returns the moment after which a certificate is no longer good; `None` for what is no certificate.
pub(super) fn not_after(certificate: &[u8]) -> Option<Timestamp> {
    let (certificate, _) = value(certificate, SEQUENCE)?;
    let (tbs, _) = value(certificate, SEQUENCE)?;
    let tbs = value(tbs, VERSION).map_or(tbs, |(_, rest)| rest);
    let (_serial, rest) = value(tbs, INTEGER)?;
    let (_algorithm, rest) = value(rest, SEQUENCE)?;
    let (_issuer, rest) = value(rest, SEQUENCE)?;
    let (validity, _) = value(rest, SEQUENCE)?;
    let (_not_before, rest) = time(validity)?;
    let (not_after, _) = time(rest)?;
    Some(Timestamp::from_millis(
        not_after.and_utc().timestamp_millis(),
    ))
}

/// Reads a value of one type; returns it and what stands behind it.
fn value(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = der.split_first()?;
    if first != tag {
        return None;
    }
    let (&length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7F => (usize::from(length), rest),
        // Two bytes of length hold what is 64 KiB long; no certificate is longer.
        0x81 | 0x82 => {
            let (digits, rest) = rest.split_at_checked(usize::from(length & 0x0F))?;
            let length = digits.iter().fold(0, |sum, d| sum << 8 | usize::from(*d));
            (length, rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

fn time(der: &[u8]) -> Option<(NaiveDateTime, &[u8])> {
    let read = |text: &[u8], format: &str| {
        let text = std::str::from_utf8(text).ok()?;
        NaiveDateTime::parse_from_str(text, format).ok()
    };
    if let Some((text, rest)) = value(der, GENERALIZED_TIME) {
        return Some((read(text, "%Y%m%d%H%M%SZ")?, rest));
    }
    // Two digits of the year: those from 50 on are of the last century.
    let (text, rest) = value(der, UTC_TIME)?;
    let century = if text.first()? < &b'5' { "20" } else { "19" };
    let text = [century.as_bytes(), text].concat();
    Some((read(&text, "%Y%m%d%H%M%SZ")?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(tag: u8, inner: &[u8]) -> Vec<u8> {
        let length = u8::try_from(inner.len()).unwrap();
        [&[tag, 0x81, length], inner].concat()
    }

    fn certificate(times: &[u8]) -> Vec<u8> {
        let fields = [
            sequence(VERSION, &[INTEGER, 1, 2]),
            vec![INTEGER, 1, 7],
            sequence(SEQUENCE, &[]),
            sequence(SEQUENCE, &[]),
            sequence(SEQUENCE, times),
        ];
        sequence(SEQUENCE, &sequence(SEQUENCE, &fields.concat()))
    }

    #[test]
    fn both_forms_of_a_time_are_read() {
        let utc = b"\x17\x0d260101000000Z\x17\x0d270102030405Z";
        assert_eq!(
            not_after(&certificate(utc)),
            Some(Timestamp::from_millis(1_798_859_045_000))
        );
        let general = b"\x18\x0f20260101000000Z\x18\x0f20270102030405Z";
        assert_eq!(
            not_after(&certificate(general)),
            Some(Timestamp::from_millis(1_798_859_045_000))
        );
    }

    #[test]
    fn what_is_cut_or_no_certificate_has_no_end() {
        let whole = certificate(b"\x17\x0d260101000000Z\x17\x0d270102030405Z");
        assert!(not_after(&whole).is_some());
        for length in 0..whole.len() {
            assert_eq!(not_after(&whole[..length]), None, "{length}");
        }
        assert_eq!(not_after(b"not DER"), None);
        assert_eq!(not_after(&[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]), None);
    }
}
