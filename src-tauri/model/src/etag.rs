//! Entity tags, as S3 makes them.

use std::fmt;

/// An entity tag without its quotes: the MD5 of a body in hex, or for a multipart object the MD5 of the
/// parts' MD5s followed by `-` and their number
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html>).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ETag(String);

impl ETag {
    /// Makes an entity tag of text, taking away the quotes and the weak mark if it has them.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let text = text.strip_prefix("W/").unwrap_or(text);
        let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
        Self(inner.unwrap_or(text).to_owned())
    }

    /// Makes the tag of a body from its MD5.
    pub fn of_md5(md5: &[u8; 16]) -> Self {
        Self(hex(md5))
    }

    /// Makes the tag of a multipart object from the MD5 of its parts' MD5s.
    pub fn of_parts(md5_of_md5s: &[u8; 16], parts: usize) -> Self {
        Self(format!("{}-{parts}", hex(md5_of_md5s)))
    }

    /// Returns the tag without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the tag as a header carries it, in quotes.
    pub fn quoted(&self) -> String {
        format!("\"{}\"", self.0)
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_the_weak_mark_are_no_part_of_the_tag() {
        for text in ["abc", "\"abc\"", "W/\"abc\"", " \"abc\" "] {
            assert_eq!(ETag::parse(text).as_str(), "abc", "{text:?}");
        }
        assert_eq!(ETag::parse("abc").quoted(), "\"abc\"");
    }

    #[test]
    fn a_multipart_tag_tells_the_number_of_parts() {
        assert_eq!(
            ETag::of_parts(&[0xab; 16], 3).as_str(),
            "abababababababababababababababab-3"
        );
    }
}
