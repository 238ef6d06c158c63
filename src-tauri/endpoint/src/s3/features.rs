//! What a header may ask for that is not there. Ignoring it would be a false success: an object that its
//! owner believes locked, or under their own key.

use hyper::{HeaderMap, Method};
use s3s::{S3Error, S3Result, s3_error};

/// Headers that ask for what is not offered, whatever they say.
const NOT_OFFERED: [&str; 4] = [
    "x-amz-mfa",
    "x-amz-write-offset-bytes",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-context",
];

/// Beginnings of the names of such headers.
const NOT_OFFERED_PREFIXES: [&str; 3] = [
    "x-amz-server-side-encryption-customer-",
    "x-amz-copy-source-server-side-encryption-customer-",
    "x-amz-object-lock-",
];

/// Headers of which only these values ask for nothing.
const ONLY: [(&str, &[&str]); 3] = [
    ("x-amz-server-side-encryption", &["", "AES256"]),
    (
        "x-amz-server-side-encryption-bucket-key-enabled",
        &["", "false"],
    ),
    ("x-amz-bucket-object-lock-enabled", &["", "false", "False"]),
];

/// Fails where a header asks for something that would not happen.
pub(super) fn check(headers: &HeaderMap, method: &Method) -> S3Result<()> {
    if method == Method::GET || method == Method::HEAD {
        return reads(headers);
    }
    for (name, value) in headers {
        let name = name.as_str();
        let asks =
            NOT_OFFERED.contains(&name) || NOT_OFFERED_PREFIXES.iter().any(|p| name.starts_with(p));
        if asks && !value.is_empty() {
            return Err(not_offered(name));
        }
        let only = ONLY.iter().find(|(n, _)| *n == name);
        if only.is_some_and(|(_, values)| !values.iter().any(|v| *v == value)) {
            return Err(refused_value(name, value.as_bytes()));
        }
    }
    Ok(())
}

/// A read under a customer's key cannot be right: nothing is stored under one.
fn reads(headers: &HeaderMap) -> S3Result<()> {
    let customer = headers
        .keys()
        .any(|name| name.as_str().starts_with(NOT_OFFERED_PREFIXES[0]));
    if customer {
        return Err(s3_error!(
            InvalidRequest,
            "The encryption parameters are not applicable to this object."
        ));
    }
    Ok(())
}

fn refused_value(name: &str, value: &[u8]) -> S3Error {
    match name {
        "x-amz-server-side-encryption" if !value.starts_with(b"aws:") => s3_error!(
            InvalidEncryptionAlgorithmError,
            "The encryption request that you specified is not valid. The valid value is AES256."
        ),
        _ => not_offered(name),
    }
}

fn not_offered(name: &str) -> S3Error {
    s3_error!(
        NotImplemented,
        "The header {name} implies functionality that this endpoint does not offer."
    )
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
        check_of("x-amz-server-side-encryption", "AES256", None);
        check_of(
            "x-amz-server-side-encryption",
            "aws:kms",
            Some("NotImplemented"),
        );
        check_of(
            "x-amz-server-side-encryption",
            "ROT13",
            Some("InvalidEncryptionAlgorithmError"),
        );
        check_of(
            "x-amz-server-side-encryption-customer-key",
            "abc",
            Some("NotImplemented"),
        );
        check_of(
            "x-amz-object-lock-mode",
            "GOVERNANCE",
            Some("NotImplemented"),
        );
        check_of("x-amz-mfa", "1 2", Some("NotImplemented"));
        check_of("x-amz-meta-mfa", "1 2", None);
    }
}
