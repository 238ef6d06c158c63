//! The moment that a request was signed at. S3 refuses one that is none before it looks at the signature,
//! and takes `Date` where there is no `x-amz-date`; s3s knows the latter alone.

use chrono::{DateTime, NaiveDateTime};
use hyper::header::{AUTHORIZATION, DATE, HeaderName, HeaderValue};
use hyper::{HeaderMap, StatusCode};

use crate::server::Refusal;

const AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");

/// How signature version 4 writes a moment.
const AMZ_FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// Returns whether a text is a moment as signature version 4 writes it.
pub(crate) fn is_amz_date(text: &str) -> bool {
    NaiveDateTime::parse_from_str(text, AMZ_FORMAT).is_ok()
}

/// Refuses a signed head that does not say when it was signed.
pub(super) fn check(headers: &HeaderMap) -> Result<(), Refusal> {
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    let valid = match (text(&AMZ_DATE), text(&DATE)) {
        (Some(date), _) => is_amz_date(date),
        (None, Some(date)) => amz_date_of(date).is_some(),
        (None, None) => false,
    };
    if valid {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::FORBIDDEN,
        "AccessDenied",
        "AWS authentication requires a valid Date or x-amz-date header",
    ))
}

/// Writes `x-amz-date` where a signed head has `Date` alone. Both say the same moment to the signature.
pub(super) fn supply(headers: &mut HeaderMap) {
    if !headers.contains_key(AUTHORIZATION) || headers.contains_key(AMZ_DATE) {
        return;
    }
    let date = headers.get(DATE).and_then(|date| date.to_str().ok());
    let date = date.and_then(amz_date_of);
    if let Some(date) = date.and_then(|date| HeaderValue::from_str(&date).ok()) {
        headers.insert(AMZ_DATE, date);
    }
}

fn amz_date_of(http_date: &str) -> Option<String> {
    let at = DateTime::parse_from_rfc2822(http_date).ok()?;
    Some(at.to_utc().format(AMZ_FORMAT).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs
            .map(|(n, v)| (n.clone(), HeaderValue::from_static(v)))
            .collect()
    }

    #[test]
    fn a_date_is_supplied_where_there_is_another() {
        let mut only_date = headers(&[
            (AUTHORIZATION, "AWS4-HMAC-SHA256 x"),
            (DATE, "Sun, 06 Nov 1994 08:49:37 GMT"),
        ]);
        assert!(check(&only_date).is_ok());
        supply(&mut only_date);
        assert_eq!(only_date[AMZ_DATE], "19941106T084937Z");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        assert!(check(&headers(&[])).is_err());
        assert!(check(&headers(&[(DATE, "yesterday")])).is_err());
        for date in ["", "19941106", "19941306T084937Z", "1994-11-06T08:49:37Z"] {
            assert!(check(&headers(&[(AMZ_DATE, date)])).is_err(), "{date:?}");
        }
        let both = headers(&[(AMZ_DATE, "19941106T084937Z"), (DATE, "yesterday")]);
        assert!(check(&both).is_ok());
    }
}
