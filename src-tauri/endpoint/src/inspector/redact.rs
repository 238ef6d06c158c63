//! What is left out of a record: whatever would let its reader sign, read or repeat something.

use hyper::Uri;
use hyper::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue, PROXY_AUTHORIZATION, REFERER};
use percent_encoding::percent_decode_str;

/// What stands in the place of a secret.
pub(super) const LEFT_OUT: &str = "***";

/// Returns the text of a header without what signs.
pub(super) fn header(name: &HeaderName, value: &HeaderValue) -> String {
    let text = || String::from_utf8_lossy(value.as_bytes());
    if *name == AUTHORIZATION {
        return authorization(&text());
    }
    if is_secret(name.as_str()) {
        return LEFT_OUT.to_owned();
    }
    if *name == REFERER || name == "x-amz-copy-source" {
        return match text().split_once('?') {
            Some((before, query)) => format!("{before}?{}", self::query(query)),
            None => text().into_owned(),
        };
    }
    text().into_owned()
}

/// Returns whether the value of a header is a secret, whatever it is.
fn is_secret(name: &str) -> bool {
    // A digest of a customer's key tells whether a guessed key is right.
    let customer_key = name.ends_with("-customer-key") || name.ends_with("-customer-key-md5");
    let others = [COOKIE.as_str(), PROXY_AUTHORIZATION.as_str()];
    customer_key || name == "x-amz-security-token" || others.contains(&name)
}

/// Returns path and query without what signs.
pub(super) fn target(uri: &Uri) -> String {
    match uri.query() {
        Some(query) => format!("{}?{}", uri.path(), self::query(query)),
        None => uri.path().to_owned(),
    }
}

fn query(query: &str) -> String {
    let pairs = query.split('&').map(|pair| {
        let (name, _) = pair.split_once('=').unwrap_or((pair, ""));
        if is_secret_parameter(name) {
            format!("{name}={LEFT_OUT}")
        } else {
            pair.to_owned()
        }
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Returns whether the value of a parameter is a secret. Readers of a query decode names before they
/// compare them.
pub(super) fn is_secret_parameter(name: &str) -> bool {
    let name = percent_decode_str(name).decode_utf8_lossy();
    let name = name.to_ascii_lowercase();
    name.contains("signature") || is_secret(&name)
}

/// Keeps who signs what; anything that is not signature version 4 may be a password.
fn authorization(value: &str) -> String {
    let Some(fields) = value.strip_prefix("AWS4-HMAC-SHA256 ") else {
        return LEFT_OUT.to_owned();
    };
    let told = |field: &str| {
        let name = field.split('=').next().unwrap_or_default();
        match name {
            "Credential" | "SignedHeaders" => field.to_owned(),
            _ => format!("{name}={LEFT_OUT}"),
        }
    };
    let fields: Vec<String> = fields.split(',').map(|f| told(f.trim())).collect();
    format!("AWS4-HMAC-SHA256 {}", fields.join(", "))
}

/// Cuts a text at so many bytes, and says so.
pub(super) fn cut(mut text: String, most: usize) -> String {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn tells(name: &'static str, value: &'static str, expected: &str) {
        let name = HeaderName::from_static(name);
        assert_eq!(header(&name, &HeaderValue::from_static(value)), expected);
    }

    #[test]
    fn who_signs_is_told_and_the_signature_is_not() {
        tells(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=f00d",
            "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=***",
        );
        tells("authorization", "AWS AK:c2ln", "***");
        tells("authorization", "Bearer t0ken", "***");
        tells(
            "authorization",
            "AWS4-HMAC-SHA256 f00d",
            "AWS4-HMAC-SHA256 f00d=***",
        );
    }

    #[test]
    fn tokens_keys_and_cookies_are_not_told() {
        tells("x-amz-security-token", "t0ken", "***");
        tells("x-amz-server-side-encryption-customer-key", "k3y", "***");
        tells(
            "x-amz-server-side-encryption-customer-key-md5",
            "k3y",
            "***",
        );
        tells(
            "x-amz-copy-source-server-side-encryption-customer-key",
            "k3y",
            "***",
        );
        tells("cookie", "a=b", "***");
        tells(
            "x-amz-server-side-encryption-customer-algorithm",
            "AES256",
            "AES256",
        );
        tells(
            "referer",
            "http://h/k?X-Amz-Signature=f00d",
            "http://h/k?X-Amz-Signature=***",
        );
        tells("range", "bytes=0-1", "bytes=0-1");
    }

    #[test]
    fn a_link_is_told_without_what_opens_it() {
        let uri = Uri::from_static(
            "/b/k?X-Amz-Credential=AK&X-%41mz-Signature=f00d&x-amz-security-token=t&a=1",
        );
        assert_eq!(
            target(&uri),
            "/b/k?X-Amz-Credential=AK&X-%41mz-Signature=***&x-amz-security-token=***&a=1"
        );
        assert_eq!(target(&Uri::from_static("/b/k")), "/b/k");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("aüb".to_owned(), 2), "a…");
        assert_eq!(cut("aüb".to_owned(), 4), "aüb");
    }
}
