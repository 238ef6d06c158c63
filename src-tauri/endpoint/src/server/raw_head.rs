//! What the HTTP parser hides: it keeps one of two equal `Content-Length` lines, and drops the line where
//! a `Transfer-Encoding` stands beside it, and it takes a line that ends without CR. All are how requests are
//! smuggled, so the bytes of a head are read once more as they arrive.

use crate::guard::Framing;

/// How much of a line is looked at: the names that matter are shorter.
const LINE_KEPT: usize = 32;

/// Names that some programs read as those with a hyphen.
const MISTAKABLE: [&[u8]; 2] = [b"content_length", b"transfer_encoding"];

/// A head that is arriving.
#[derive(Debug, Default)]
pub(super) struct RawHead {
    /// The beginning of the present line, in lower case.
    line: Vec<u8>,
    /// Lines that were not empty.
    lines: u32,
    /// Lines that tell the length of the body.
    lengths: u32,
    /// Whether the last byte was a CR.
    returned: bool,
    /// The first thing that is wrong.
    fault: Framing,
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
            self.returned = byte == b'\r';
        }
    }

    fn end_line(&mut self) {
        if !self.returned {
            self.find(Framing::BareLineFeed);
        }
        if self.line.is_empty() {
            // An empty line before the request line is allowed, and ends nothing.
            self.complete = self.lines > 0;
            return;
        }
        self.lines += 1;
        let tells_length = self.line.starts_with(b"content-length:")
            || self.line.starts_with(b"transfer-encoding:");
        self.lengths += u32::from(tells_length);
        if self.lengths > 1 {
            self.find(Framing::TwoLengths);
        }
        if MISTAKABLE.iter().any(|name| self.line.starts_with(name)) {
            self.find(Framing::MistakableName);
        }
        self.line.clear();
    }

    fn find(&mut self, fault: Framing) {
        if self.fault == Framing::Clear {
            self.fault = fault;
        }
    }

    /// Returns what has been found so far.
    pub(super) fn framing(&self) -> Framing {
        self.fault
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads_as(head: &str, expected: Framing) {
        // In one piece and byte by byte: the network may split anywhere.
        let mut whole = RawHead::default();
        whole.read(head.as_bytes());
        let mut bytewise = RawHead::default();
        head.bytes().for_each(|b| bytewise.read(&[b]));
        assert_eq!(whole.framing(), expected, "{head:?}");
        assert_eq!(bytewise.framing(), expected, "{head:?}");
    }

    #[test]
    fn one_length_is_clear_and_two_are_not() {
        reads_as("GET / HTTP/1.1\r\nHost: h\r\n\r\n", Framing::Clear);
        reads_as(
            "PUT / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
            Framing::Clear,
        );
        reads_as(
            "PUT / HTTP/1.1\r\nContent-Length: 3\r\ncontent-length: 3\r\n\r\nabc",
            Framing::TwoLengths,
        );
        reads_as(
            "\r\nPUT / HTTP/1.1\r\nTRANSFER-ENCODING: chunked\r\nContent-Length: 3\r\n\r\n",
            Framing::TwoLengths,
        );
    }

    #[test]
    fn a_line_ends_with_both_characters() {
        reads_as("GET / HTTP/1.1\nHost: h\r\n\r\n", Framing::BareLineFeed);
        reads_as("GET / HTTP/1.1\r\nHost: h\r\n\n", Framing::BareLineFeed);
        reads_as("\nGET / HTTP/1.1\r\n\r\n", Framing::BareLineFeed);
    }

    #[test]
    fn a_name_is_not_nearly_that_of_another() {
        reads_as(
            "PUT / HTTP/1.1\r\nContent_Length: 3\r\n\r\n",
            Framing::MistakableName,
        );
        reads_as(
            "PUT / HTTP/1.1\r\nTransfer_Encoding: chunked\r\n\r\n",
            Framing::MistakableName,
        );
    }

    #[test]
    fn the_body_is_not_read_as_a_head() {
        reads_as(
            "PUT / HTTP/1.1\r\nContent-Length: 40\r\n\r\nContent-Length: 1\nContent-Length: 2\r\n",
            Framing::Clear,
        );
    }
}
