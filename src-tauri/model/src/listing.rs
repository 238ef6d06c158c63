//! The folding of keys into common prefixes, which makes folders of a flat namespace.

/// Where a key falls in a listing with a delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold<'k> {
    /// The key itself is listed.
    Key,
    /// The key is folded into this common prefix, which ends with the delimiter.
    CommonPrefix(&'k str),
}

/// Folds `key`, which begins with `prefix`: the common prefix is the key up to and with the first
/// delimiter after the prefix. An empty delimiter folds nothing.
pub fn fold<'k>(key: &'k str, prefix: &str, delimiter: &str) -> Fold<'k> {
    if delimiter.is_empty() {
        return Fold::Key;
    }
    match key[prefix.len()..].find(delimiter) {
        Some(at) => Fold::CommonPrefix(&key[..prefix.len() + at + delimiter.len()]),
        None => Fold::Key,
    }
}

/// Returns the least byte string that is greater than every string that begins with `prefix`: where a
/// listing goes on once a common prefix is told. `None` where there is none (an empty prefix).
pub fn prefix_end(prefix: &str) -> Option<Vec<u8>> {
    let mut bytes = prefix.as_bytes().to_vec();
    while let Some(last) = bytes.pop() {
        if last < u8::MAX {
            bytes.push(last + 1);
            return Some(bytes);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_fold_at_the_first_delimiter_after_the_prefix() {
        assert_eq!(fold("a/b/c", "", "/"), Fold::CommonPrefix("a/"));
        assert_eq!(fold("a/b/c", "a/", "/"), Fold::CommonPrefix("a/b/"));
        assert_eq!(fold("a/b/c", "a/b/", "/"), Fold::Key);
        assert_eq!(fold("a/b/c", "a", "/"), Fold::CommonPrefix("a/"));
        assert_eq!(fold("a/b/c", "", ""), Fold::Key);
        assert_eq!(
            fold("quuxXXbar", "quux", "XX"),
            Fold::CommonPrefix("quuxXX")
        );
        assert_eq!(fold("a//b", "a/", "/"), Fold::CommonPrefix("a//"));
    }

    #[test]
    fn the_end_of_a_prefix_is_greater_than_all_that_begin_with_it() {
        assert_eq!(prefix_end("a/"), Some(b"a0".to_vec()));
        assert_eq!(prefix_end("\u{10FFFF}"), Some(vec![0xF4, 0x8F, 0xBF, 0xC0]));
        assert_eq!(prefix_end(""), None);
    }
}
