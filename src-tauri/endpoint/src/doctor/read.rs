//! Reads what was pasted: a URL, a `curl` line, a request, or an error document.

mod curl;
mod document;
mod http;
mod link;

use super::pasted::Pasted;

/// Reads it; `None` where it is nothing of these.
pub(super) fn read(text: &str) -> Option<Pasted> {
    let text = text.trim();
    let text = text.strip_prefix("$ ").unwrap_or(text);
    if text.contains("<Error>") || text.starts_with("<?xml") {
        return document::read(text);
    }
    if text.starts_with("curl ") || text.starts_with("curl.exe ") {
        return curl::read(text);
    }
    http::read(text).or_else(|| link::read(text))
}
