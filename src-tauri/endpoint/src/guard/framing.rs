//! Where one request ends and the next begins. Two readers that do not agree on it let a second request hide
//! in the body of the first, so whatever could be read in two ways is refused, and so is all that stands
//! behind it: the connection ends.

use hyper::header::{CONNECTION, TRANSFER_ENCODING};
use hyper::http::request::Parts;
use hyper::{HeaderMap, StatusCode, Version};

use crate::server::Refusal;

/// What the bytes of a head say that the parsed head does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Framing {
    /// One thing.
    #[default]
    Clear,
    /// The length of the body is told more than once.
    TwoLengths,
    /// A line ends as lines of HTTP do not.
    BareLineFeed,
    /// A name reads as another to some.
    MistakableName,
}

impl Framing {
    /// Refuses a head that reads differently to two readers.
    pub(crate) fn check(self) -> Result<(), Refusal> {
        let message = match self {
            Self::Clear => return Ok(()),
            Self::TwoLengths => "The length of the body is told more than once.",
            Self::BareLineFeed => "A line of the head does not end with CR LF.",
            Self::MistakableName => "A header's name reads as that of another.",
        };
        Err(broken(message))
    }
}

/// Refuses a parsed head that reads differently to two readers.
pub(super) fn check(parts: &Parts) -> Result<(), Refusal> {
    let headers = &parts.headers;
    let mut encodings = headers.get_all(TRANSFER_ENCODING).iter();
    if encodings.any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"chunked")) {
        return Err(broken("The transfer encoding of the body is not chunked."));
    }
    // A reader of HTTP/1.0 knows nothing of connections that stay, and takes what follows for the answer's.
    if parts.version == Version::HTTP_10 && stays(headers) {
        return Err(broken("A connection of HTTP/1.0 has one request."));
    }
    if parts.uri.authority().is_some() {
        return Err(broken("The target of the request names a host."));
    }
    Ok(())
}

fn stays(headers: &HeaderMap) -> bool {
    let values = headers.get_all(CONNECTION).iter();
    let mut options = values.flat_map(|value| value.as_bytes().split(|b| *b == b','));
    options.any(|option| option.trim_ascii().eq_ignore_ascii_case(b"keep-alive"))
}

fn broken(message: &'static str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "InvalidRequest", message).closing()
}
