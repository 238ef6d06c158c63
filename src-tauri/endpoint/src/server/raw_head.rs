//! What the HTTP parser hides: it keeps one of two equal `Content-Length` lines, and drops the line where
//! a `Transfer-Encoding` stands beside it. Both are how requests are smuggled, so the bytes of a head are
//! read once more as they arrive.

/// How much of a line is looked at: the names that matter are shorter.
const LINE_KEPT: usize = 32;

/// A head that is arriving.
#[derive(Debug, Default)]
pub(super) struct RawHead {
    /// The beginning of the present line, in lower case.
    line: Vec<u8>,
    /// Lines that were not empty.
    lines: u32,
    /// Lines that tell the length of the body.
    lengths: u32,
    complete: bool,
}

impl RawHead {
    /// Reads bytes of the head; those after its end are the body's and are passed over.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match byte {
                _ if self.complete => return,
                b'\n' => self.end_line(),
                b'\r' => {}
                _ if self.line.len() < LINE_KEPT => self.line.push(byte.to_ascii_lowercase()),
                _ => {}
            }
        }
    }

    fn end_line(&mut self) {
        if self.line.is_empty() {
            // An empty line before the request line is allowed, and ends nothing.
            self.complete = self.lines > 0;
            return;
        }
        self.lines += 1;
        let tells_length = self.line.starts_with(b"content-length:")
            || self.line.starts_with(b"transfer-encoding:");
        self.lengths += u32::from(tells_length);
        self.line.clear();
    }

    /// Returns whether the length of the body is told more than once.
    pub(super) fn is_ambiguous(&self) -> bool {
        self.lengths > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is_ambiguous(head: &str, expected: bool) {
        // In one piece and byte by byte: the network may split anywhere.
        let mut whole = RawHead::default();
        whole.read(head.as_bytes());
        let mut bytewise = RawHead::default();
        head.bytes().for_each(|b| bytewise.read(&[b]));
        assert_eq!(whole.is_ambiguous(), expected, "{head:?}");
        assert_eq!(bytewise.is_ambiguous(), expected, "{head:?}");
    }

    #[test]
    fn one_length_is_clear_and_two_are_not() {
        is_ambiguous("GET / HTTP/1.1\r\nHost: h\r\n\r\n", false);
        is_ambiguous("PUT / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", false);
        is_ambiguous(
            "PUT / HTTP/1.1\r\nContent-Length: 3\r\ncontent-length: 3\r\n\r\nabc",
            true,
        );
        is_ambiguous(
            "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
            true,
        );
        is_ambiguous(
            "\r\nPUT / HTTP/1.1\nContent-Length: 3\nTRANSFER-ENCODING: chunked\n\n",
            true,
        );
    }

    #[test]
    fn the_body_is_not_read_as_a_head() {
        is_ambiguous(
            "PUT / HTTP/1.1\r\nContent-Length: 40\r\n\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
            false,
        );
    }
}
