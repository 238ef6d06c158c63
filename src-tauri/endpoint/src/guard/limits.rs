//! How large a head may be.

use hyper::StatusCode;
use hyper::http::request::Parts;

use crate::options::Limits;
use crate::server::Refusal;

pub(super) fn check(parts: &Parts, limits: &Limits) -> Result<(), Refusal> {
    let target = parts.uri.path_and_query().map_or(0, |t| t.as_str().len());
    if target > limits.uri_bytes {
        let message = format!("The target is longer than {} bytes.", limits.uri_bytes);
        return Err(Refusal::new(
            StatusCode::URI_TOO_LONG,
            "InvalidURI",
            message,
        ));
    }
    let lines = parts.headers.iter();
    let bytes: usize = lines
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    if parts.headers.len() > limits.headers || bytes > limits.header_bytes {
        let message = "Your request header section exceeds the maximum allowed size.";
        let details = [
            ("MaxSizeAllowed", limits.header_bytes.to_string()),
            ("MaxHeadersAllowed", limits.headers.to_string()),
        ];
        let refusal = Refusal::new(
            StatusCode::BAD_REQUEST,
            "RequestHeaderSectionTooLarge",
            message,
        );
        return Err(details
            .into_iter()
            .fold(refusal, |r, (name, value)| r.with(name, value)));
    }
    Ok(())
}
