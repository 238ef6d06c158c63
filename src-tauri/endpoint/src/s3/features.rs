//! What a header may ask for that is not there. Ignoring it would be a false success: an object that its
//! owner believes locked, say.

use hyper::{HeaderMap, Method};
use s3s::{S3Result, s3_error};

/// Headers that ask for what is not offered, whatever they say.
const NOT_OFFERED: [&str; 2] = ["x-amz-mfa", "x-amz-write-offset-bytes"];

/// What the names of such headers begin with.
const NOT_OFFERED_PREFIX: &str = "x-amz-object-lock-";

/// The header of which only these values ask for nothing.
const BUCKET_LOCK: (&str, [&str; 3]) = ("x-amz-bucket-object-lock-enabled", ["", "false", "False"]);

/// Fails where a header asks for something that would not happen.
pub(super) fn check(headers: &HeaderMap, method: &Method) -> S3Result<()> {
    if method == Method::GET || method == Method::HEAD {
        return Ok(());
    }
    let (bucket_lock, asks_nothing) = BUCKET_LOCK;
    for (name, value) in headers {
        let name = name.as_str();
        let known = NOT_OFFERED.contains(&name) || name.starts_with(NOT_OFFERED_PREFIX);
        let asks = known && !value.is_empty()
            || name == bucket_lock && !asks_nothing.iter().any(|nothing| *nothing == value);
        if asks {
            return Err(s3_error!(
                NotImplemented,
                "The header {name} implies functionality that this endpoint does not offer."
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::{HeaderName, HeaderValue};

    #[track_caller]
    fn check_of(name: &'static str, value: &'static str, code: Option<&str>) {
        let mut headers = HeaderMap::new();
        let name = HeaderName::from_static(name);
        headers.insert(name.clone(), HeaderValue::from_static(value));
        let refused = check(&headers, &Method::PUT).err();
        let got = refused.as_ref().map(|e| e.code().as_str());
        assert_eq!(got, code, "{name}: {value}");
    }

    #[test]
    fn what_is_not_there_is_refused_and_what_changes_nothing_passes() {
        check_of(
            "x-amz-object-lock-mode",
            "GOVERNANCE",
            Some("NotImplemented"),
        );
        let bucket_lock = "x-amz-bucket-object-lock-enabled";
        check_of(bucket_lock, "true", Some("NotImplemented"));
        check_of(bucket_lock, "false", None);
        check_of("x-amz-mfa", "1 2", Some("NotImplemented"));
        check_of("x-amz-meta-mfa", "1 2", None);
    }
}
