//! How fields that a client chose are written, so that a line stays a line and tells no secret.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// What may not stand between quotes; bytes beyond ASCII are encoded anyhow.
const QUOTED: &AsciiSet = &CONTROLS.add(b'"');

/// What may not stand in a field without quotes.
const BARE: &AsciiSet = &QUOTED.add(b' ');

/// What S3 encodes in a key.
const KEY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Parameters whose values sign or open, in lower case: a link in a log would be a link for its reader.
const SECRET: [&str; 7] = [
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-security-token",
    "signature",
    "awsaccesskeyid",
    "x-amz-server-side-encryption-customer-key",
    "x-amz-copy-source-server-side-encryption-customer-key",
];

/// Writes a field that stands between quotes: what might end it or the line is percent-encoded, and what
/// signs in a URL is left out.
pub(super) fn quoted(value: &[u8]) -> String {
    redacted(&percent_encode(value, QUOTED).to_string())
}

/// Writes a field that stands without quotes.
pub(super) fn bare(value: &[u8]) -> String {
    percent_encode(value, BARE).to_string()
}

/// Writes a key as S3 does, encoded twice.
pub(super) fn key(key: &[u8]) -> String {
    percent_encode(key, KEY).to_string().replace('%', "%25")
}

/// Returns a URL without the values that sign.
fn redacted(url: &str) -> String {
    let mut text = String::with_capacity(url.len());
    for part in url.split_inclusive(['?', '&', '#']) {
        let end = part.trim_end_matches(['?', '&', '#']).len();
        let (pair, separator) = part.split_at(end);
        match pair.split_once('=') {
            Some((name, _)) if signs(name) => text.extend([name, "=REDACTED", separator]),
            _ => text.push_str(part),
        }
    }
    text
}

fn signs(name: &str) -> bool {
    // Readers of a query decode names before they compare them.
    let name = percent_decode_str(name).decode_utf8_lossy();
    SECRET.contains(&name.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is_quoted(value: &[u8], expected: &str) {
        assert_eq!(quoted(value), expected);
    }

    #[test]
    fn a_quoted_field_ends_where_its_quote_is() {
        is_quoted(b"Mozilla/5.0 (X11)", "Mozilla/5.0 (X11)");
        is_quoted(b"a\" 200 \"b", "a%22 200 %22b");
        is_quoted(b"a\tb\r\nc\x7f", "a%09b%0D%0Ac%7F");
        is_quoted("a\u{85}b\u{2028}".as_bytes(), "a%C2%85b%E2%80%A8");
    }

    #[test]
    fn what_signs_or_opens_is_not_written() {
        is_quoted(
            b"/b/k?X-Amz-Signature=f00&versionId=7&x-amz-credential=AK%2F1&X-Amz-Security-Token=t",
            "/b/k?X-Amz-Signature=REDACTED&versionId=7&x-amz-credential=REDACTED&\
             X-Amz-Security-Token=REDACTED",
        );
        is_quoted(
            b"/b/k?X-Amz-%53ignature=f00",
            "/b/k?X-Amz-%53ignature=REDACTED",
        );
        is_quoted(
            b"http://h/?u=http://h/?Signature=f00#top",
            "http://h/?u=http://h/?Signature=REDACTED#top",
        );
        is_quoted(
            b"/b/k?x-amz-server-side-encryption-customer-key=AAEC&x=1",
            "/b/k?x-amz-server-side-encryption-customer-key=REDACTED&x=1",
        );
        is_quoted(
            b"/b/Signature=f00?list-type=2",
            "/b/Signature=f00?list-type=2",
        );
    }

    #[test]
    fn a_key_is_encoded_twice() {
        assert_eq!(key(b"a/b.txt"), "a/b.txt");
        assert_eq!(key("a b/ü".as_bytes()), "a%2520b/%25C3%25BC");
        assert_eq!(key(b"100%"), "100%2525");
    }

    #[test]
    fn a_bare_field_has_no_space() {
        assert_eq!(bare(b"a b\""), "a%20b%22");
    }
}
