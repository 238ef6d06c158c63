//! What condition values are read as: numbers, dates, ranges of addresses, bytes.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// Reads a decimal number; whole ones are exact up to 2^53.
pub(crate) fn number(text: &str) -> Option<f64> {
    let decimal = |b: u8| b.is_ascii_digit() || b"+-.eE".contains(&b);
    let number: f64 = text.bytes().all(decimal).then(|| text.parse().ok())??;
    number.is_finite().then_some(number)
}

/// Reads a date as milliseconds of the epoch: ISO 8601 as far as the W3C's profile has it
/// (<https://www.w3.org/TR/NOTE-datetime>), or seconds of the epoch. Four digits alone are a year.
pub(crate) fn date(text: &str) -> Option<i64> {
    if let Ok(date) = DateTime::parse_from_rfc3339(text) {
        return Some(date.timestamp_millis());
    }
    if let Some(minutes) = text.strip_suffix('Z') {
        let date = NaiveDateTime::parse_from_str(minutes, "%Y-%m-%dT%H:%M").ok()?;
        return Some(date.and_utc().timestamp_millis());
    }
    let day = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    if let Ok(date) = NaiveDate::parse_from_str(&day, "%Y-%m-%d") {
        return Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis());
    }
    text.parse::<i64>().ok()?.checked_mul(1_000)
}

/// Reads a truth value.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Reads bytes in base64.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AddressRange {
    base: IpAddr,
    bits: u32,
}

impl AddressRange {
    /// Reads `203.0.113.0/24`, `2001:db8::/32`, or one address.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let base: IpAddr = address.parse().ok()?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let digits = |bits: &str| !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit());
        let bits = match bits {
            None => most,
            Some(bits) if digits(bits) => bits.parse().ok()?,
            Some(_) => return None,
        };
        (bits <= most).then_some(Self { base, bits })
    }

    /// Returns whether an address lies in it. One of IPv4 in IPv6's clothes is one of IPv4.
    pub(crate) fn holds(&self, text: &str) -> bool {
        let Ok(address) = text.parse::<IpAddr>() else {
            return false;
        };
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let differ = u32::from(base) ^ u32::from(address);
                differ.leading_zeros() >= self.bits
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let differ = u128::from(base) ^ u128::from(address);
                differ.leading_zeros() >= self.bits
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }

    /// Returns how many leading bits are fixed, and whether it is of IPv4.
    pub(crate) fn width(&self) -> (u32, bool) {
        (self.bits, self.base.is_ipv4())
    }
}
