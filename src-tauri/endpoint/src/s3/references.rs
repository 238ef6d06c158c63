//! Character references in XML documents that s3s does not read.

use bytes::Bytes;

/// The planes of Unicode whose references s3s 0.14.1 refuses; XML takes them.
const REFUSED: std::ops::RangeInclusive<u32> = 0x1_0000..=0xF_FFFF;

/// Where references mean nothing.
const LITERAL: &str = "<![CDATA[";

/// Writes out the references to characters that s3s would refuse. A document that is no text, or that has
/// literal sections, stays as it is.
pub(super) fn write_out(document: Bytes) -> Bytes {
    let Ok(text) = std::str::from_utf8(&document) else {
        return document;
    };
    if !text.contains("&#") || text.contains(LITERAL) {
        return document;
    }
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&#") {
        written.push_str(before);
        if let Some((character, behind)) = referred(after) {
            written.push(character);
            rest = behind;
        } else {
            written.push_str("&#");
            rest = after;
        }
    }
    written.push_str(rest);
    Bytes::from(written)
}

/// Reads the rest of a reference; returns its character, where s3s would refuse it, and what follows.
fn referred(text: &str) -> Option<(char, &str)> {
    let (digits, behind) = text.split_once(';')?;
    let number = match digits.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    let character = REFUSED
        .contains(&number)
        .then(|| char::from_u32(number))??;
    Some((character, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(document: &'static str, expected: &str) {
        let written = write_out(Bytes::from_static(document.as_bytes()));
        assert_eq!(written, expected.as_bytes());
    }

    #[test]
    fn references_beyond_the_first_plane_are_written_out() {
        becomes(
            "<Key>&#129408; &#x1F980;</Key>",
            "<Key>\u{1F980} \u{1F980}</Key>",
        );
        becomes("&#65536;", "\u{10000}");
    }

    #[test]
    fn everything_else_stays() {
        for document in [
            "<Key>&#38;&#60;&#xFFFD;&amp;#129408;</Key>",
            "&#;&#x;&#99999999999;&#1114112;&#129408",
            "<![CDATA[&#129408;]]>",
            "no reference",
        ] {
            becomes(document, document);
        }
    }
}
