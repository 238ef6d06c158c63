//! Bytes as text where they are text, as a dump where they are not.

use std::fmt::Write as _;

/// What is shown of bytes that are no text.
pub const HEX_BYTES: usize = 4 * 1024;

const PER_LINE: usize = 16;

/// Decodes UTF-8, or UTF-16 by its mark; `None` where the bytes are no text. A character that the
/// end of what was read cuts in two is left out.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest)?,
        bytes => utf8(bytes)?,
    };
    let is_text = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\x0c' | '\x1b');
    text.chars().all(is_text).then_some(text)
}

fn utf8(bytes: &[u8]) -> Option<String> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        // No length: the bytes end within a character.
        Err(error) if error.error_len().is_none() => {
            let whole = &bytes[..error.valid_up_to()];
            std::str::from_utf8(whole).ok().map(str::to_owned)
        }
        Err(_) => None,
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let units: Vec<_> = bytes
        .chunks_exact(2)
        .map(|two| unit([two[0], two[1]]))
        .collect();
    let whole = match units.last() {
        Some(0xd800..=0xdbff) => &units[..units.len() - 1],
        _ => &units[..],
    };
    String::from_utf16(whole).ok()
}

/// Writes bytes as lines of an offset, sixteen bytes and their characters.
pub fn hex(bytes: &[u8]) -> String {
    let shown = &bytes[..bytes.len().min(HEX_BYTES)];
    let mut dump = String::with_capacity(shown.len() * 5);
    for (line, sixteen) in shown.chunks(PER_LINE).enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(dump, "{:08x} ", line * PER_LINE);
        for at in 0..PER_LINE {
            let gap = if at == PER_LINE / 2 { "  " } else { " " };
            let _ = match sixteen.get(at) {
                Some(byte) => write!(dump, "{gap}{byte:02x}"),
                None => write!(dump, "{gap}  "),
            };
        }
        let plain = |byte: &u8| match byte {
            0x20..=0x7e => char::from(*byte),
            _ => '.',
        };
        let characters: String = sixteen.iter().map(plain).collect();
        let _ = writeln!(dump, "  |{characters}|");
    }
    dump
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded() {
        let check = |bytes: &[u8], expected: Option<&str>| {
            assert_eq!(decode(bytes).as_deref(), expected, "{bytes:?}");
        };
        check(b"", Some(""));
        check("gr\u{fc}n\n".as_bytes(), Some("gr\u{fc}n\n"));
        check(b"\xef\xbb\xbfmarked", Some("marked"));
        check(b"\xff\xfeh\0i\0", Some("hi"));
        check(b"\xfe\xff\0h\0i", Some("hi"));
        check(b"cut \xe2\x82", Some("cut "));
        check(b"a\0b", None);
        check(b"\x89PNG", None);
    }

    #[test]
    fn bytes_are_dumped() {
        let expected = "00000000  61 00 ff                                          |a..|\n";
        assert_eq!(hex(b"a\0\xff"), expected);
    }
}
