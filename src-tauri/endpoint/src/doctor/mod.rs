//! The Link Doctor: from a link, a `curl` line, a request or an error that somebody pastes it finds which part does
//! not match. Where the key is known here it signs again, with one part after the other changed, until the signature
//! is right: what was changed is then the cause, proved and not guessed. Neither secrets nor signatures that it makes
//! ever leave it.

mod answer;
mod attempt;
mod changes;
mod claim;
mod deeds;
mod examine;
mod form;
mod header_changes;
mod known;
mod pasted;
mod place_changes;
mod query_changes;
mod read;
mod surroundings;
mod time;
mod words;

pub use known::diagnose_unserved;
pub use surroundings::{
    Address, Deed, KeyState, Known, KnownKey, LinkState, Permission, Place, Presence, Scheme,
    Surroundings,
};
pub use words::{Cause, Diagnosis, Finding, Part};

/// More than this is no request that a person pastes.
const TEXT_MAX_BYTES: usize = 256 * 1024;

/// Finds what is wrong with a link, a request or an answer that was pasted.
pub async fn diagnose(text: &str, surroundings: &Surroundings<'_>) -> Diagnosis {
    let report = words::Report::default();
    if text.len() > TEXT_MAX_BYTES {
        return report.unreadable("That is longer than any request.");
    }
    match read::read(text) {
        Some(pasted) => examine::examine(&pasted, surroundings, report).await,
        None => report.unreadable(
            "There is no link, no curl line, no HTTP request and no error document in it.",
        ),
    }
}
