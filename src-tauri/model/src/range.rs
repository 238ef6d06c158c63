//! Byte ranges of a GET (RFC 9110, section 14).

use thiserror::Error;

/// A range as a client asked for it; positions in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteRange {
    /// `bytes=first-last`, both included; no last means to the end.
    FromTo {
        /// The first byte.
        first: u64,
        /// The last byte, included.
        last: Option<u64>,
    },
    /// `bytes=-length`: the last `length` bytes.
    Suffix {
        /// How many bytes from the end.
        length: u64,
    },
}

/// A range that lies within a body: `offset + length <= size`, and `length` is at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResolvedRange {
    /// Where it begins, in bytes.
    pub offset: u64,
    /// How long it is, in bytes.
    pub length: u64,
}

impl ResolvedRange {
    /// Returns the value of `Content-Range` for a body of `size_bytes`.
    pub fn content_range(&self, size_bytes: u64) -> String {
        format!(
            "bytes {}-{}/{size_bytes}",
            self.offset,
            self.offset + self.length - 1
        )
    }
}

/// No byte of the body lies in the range: HTTP's 416.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the range lies outside the {size_bytes} bytes of the object")]
pub struct RangeError {
    /// The size of the body.
    pub size_bytes: u64,
}

impl ByteRange {
    /// Parses the value of a `Range` header. `None` where it is not one byte range: S3, as HTTP demands,
    /// then ignores the header and sends the whole.
    pub fn parse(header: &str) -> Option<Self> {
        let spec = header.trim().strip_prefix("bytes=")?.trim();
        let (first, last) = spec.split_once('-')?;
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
        };
        match (first.trim(), last.trim()) {
            ("", last) => number(last).map(|length| Self::Suffix { length }),
            (first, "") => number(first).map(|first| Self::FromTo { first, last: None }),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::FromTo {
                    first,
                    last: Some(last),
                })
            }
        }
    }

    /// Places the range in a body of `size_bytes`; an end beyond the body is cut to it.
    pub fn resolve(self, size_bytes: u64) -> Result<ResolvedRange, RangeError> {
        let outside = RangeError { size_bytes };
        match self {
            Self::Suffix { length: 0 } => Err(outside),
            Self::Suffix { .. } if size_bytes == 0 => Err(outside),
            Self::Suffix { length } => {
                let length = length.min(size_bytes);
                Ok(ResolvedRange {
                    offset: size_bytes - length,
                    length,
                })
            }
            Self::FromTo { first, .. } if first >= size_bytes => Err(outside),
            Self::FromTo { first, last } => {
                let last = last.unwrap_or(u64::MAX).min(size_bytes - 1);
                Ok(ResolvedRange {
                    offset: first,
                    length: last - first + 1,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, size_bytes: u64, expected: &str) {
        let range = ByteRange::parse(header).expect(header);
        let shown = match range.resolve(size_bytes) {
            Ok(range) => range.content_range(size_bytes),
            Err(_) => "416".to_owned(),
        };
        assert_eq!(shown, expected, "{header}");
    }

    #[test]
    fn ranges_are_placed_as_http_says() {
        check("bytes=0-0", 10, "bytes 0-0/10");
        check("bytes=2-5", 10, "bytes 2-5/10");
        check("bytes=2-", 10, "bytes 2-9/10");
        check("bytes=2-500", 10, "bytes 2-9/10");
        check("bytes=-3", 10, "bytes 7-9/10");
        check("bytes=-500", 100, "bytes 0-99/100");
        check("bytes=10-", 10, "416");
        check("bytes=-0", 10, "416");
        check("bytes=-5", 0, "416");
        check("bytes=0-", 0, "416");
        check("bytes=99999999999999999999999-", 10, "416");
    }

    #[test]
    fn what_is_not_one_byte_range_is_ignored() {
        for header in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=5-2",
            "bytes=a-b",
            "lines=1-2",
            "bytes=0-1,4-5",
        ] {
            assert_eq!(ByteRange::parse(header), None, "{header:?}");
        }
    }
}
