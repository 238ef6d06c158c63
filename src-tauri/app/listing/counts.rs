//! How many versions the shown keys have. A listing of objects does not tell; the list of versions
//! does, and is read for the shown rows alone.

use std::collections::HashMap;

use stave_store::{ListVersions, Result};

use super::source::{Entry, Source};

/// The most pages of versions that are read for one answer; keys beyond them are shown without a
/// number.
const PAGES_MAX: usize = 3;

/// Versions by key.
pub type Counts = HashMap<String, u64>;

/// Counts the versions of `shown`.
pub async fn of(source: &Source, shown: &[Entry]) -> Result<Counts> {
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
        return Ok(Counts::default());
    };
    let mut counts = Counts::default();
    let mut from = Some((just_before(&first.key), None));
    for _ in 0..PAGES_MAX {
        let page = source
            .store
            .list_versions(ListVersions {
                bucket: source.bucket.clone(),
                prefix: source.prefix.clone(),
                delimiter: "/".to_owned(),
                after: from.take(),
                max_keys: 1_000,
            })
            .await?;
        for version in &page.versions {
            *counts.entry(version.key.as_str().to_owned()).or_default() += 1;
        }
        match page.next_after {
            Some((key, version)) if key <= last.key => from = Some((key, version)),
            _ => return Ok(counts),
        }
    }
    // The key at which the reading stopped may have more.
    if let Some((key, _)) = from {
        counts.remove(&key);
    }
    Ok(counts)
}

/// Returns a string before `key` with next to no key between the two.
fn just_before(key: &str) -> String {
    let mut chars = key.chars();
    let last = chars.next_back().map_or(0, u32::from);
    let shorter = chars.as_str();
    match last.checked_sub(1) {
        // Nothing lies between a string and the same with a zero behind.
        None => shorter.to_owned(),
        // Below U+E000 come the surrogates, which are no characters.
        Some(code) => {
            let before = char::from_u32(code).unwrap_or('\u{D7FF}');
            format!("{shorter}{before}{}", char::MAX)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::just_before;

    #[track_caller]
    fn check(key: &str, expected: &str) {
        let before = just_before(key);
        assert_eq!(before, expected);
        assert!(before.as_str() < key, "{before:?} is before {key:?}");
    }

    #[test]
    fn next_to_nothing_lies_between() {
        check("a/b", "a/a\u{10FFFF}");
        check("a/photo1", "a/photo0\u{10FFFF}");
        check("a\0", "a");
        check("a\u{E000}", "a\u{D7FF}\u{10FFFF}");
    }
}
