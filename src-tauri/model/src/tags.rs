//! Tags of objects and buckets.

use std::collections::BTreeMap;

use thiserror::Error;

/// How long a tag's key may be, in UTF-16 code units, as S3 counts.
const KEY_UNITS_MAX: usize = 128;
/// How long a tag's value may be, in the same units.
const VALUE_UNITS_MAX: usize = 256;
/// How many tags an object may have.
const OBJECT_TAGS_MAX: usize = 10;
/// How many tags a bucket may have.
const BUCKET_TAGS_MAX: usize = 50;
/// What S3 keeps for itself.
const RESERVED: &str = "aws:";

/// Why tags are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TagError {
    /// More than there may be.
    #[error("there are more than {maximum} tags")]
    TooMany {
        /// How many there may be.
        maximum: usize,
    },
    /// A key is empty, too long, reserved, or has characters that tags may not have.
    #[error("the TagKey you have provided is invalid")]
    Key,
    /// A value is too long or has characters that tags may not have.
    #[error("the TagValue you have provided is invalid")]
    Value,
    /// Two tags have the same key.
    #[error("cannot provide multiple Tags with the same key")]
    Doubled,
}

/// A set of tags: each key once, in the order of the keys.
///
/// Rules: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html>.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(BTreeMap<String, String>);

impl Tags {
    /// Makes the tags of an object, at most ten.
    pub fn of_object(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, TagError> {
        Self::at_most(OBJECT_TAGS_MAX, pairs)
    }

    /// Makes the tags of a bucket, at most fifty.
    pub fn of_bucket(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, TagError> {
        Self::at_most(BUCKET_TAGS_MAX, pairs)
    }

    fn at_most(
        maximum: usize,
        pairs: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, TagError> {
        let mut tags = BTreeMap::new();
        for (key, value) in pairs {
            check_key(&key)?;
            check_value(&value)?;
            if tags.insert(key, value).is_some() {
                return Err(TagError::Doubled);
            }
            if tags.len() > maximum {
                return Err(TagError::TooMany { maximum });
            }
        }
        Ok(Self(tags))
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns keys and values, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}

fn check_key(key: &str) -> Result<(), TagError> {
    let fits = !key.is_empty() && key.encode_utf16().count() <= KEY_UNITS_MAX;
    let reserved = key
        .get(..RESERVED.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(RESERVED));
    (fits && !reserved && key.chars().all(is_allowed))
        .then_some(())
        .ok_or(TagError::Key)
}

fn check_value(value: &str) -> Result<(), TagError> {
    let fits = value.encode_utf16().count() <= VALUE_UNITS_MAX;
    (fits && value.chars().all(is_allowed))
        .then_some(())
        .ok_or(TagError::Value)
}

/// Letters, digits and spaces of any script, and a few signs.
fn is_allowed(c: char) -> bool {
    c.is_alphanumeric() || c.is_whitespace() || "+-=._:/@".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(given: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        given.iter().map(owned).collect()
    }

    fn numbered(count: usize) -> Vec<(String, String)> {
        (0..count)
            .map(|n| (format!("k{n}"), String::new()))
            .collect()
    }

    #[test]
    fn tags_come_in_the_order_of_their_keys() {
        let tags = Tags::of_object(pairs(&[("b", "2"), ("a", "1")])).unwrap();
        assert_eq!(tags.iter().collect::<Vec<_>>(), [("a", "1"), ("b", "2")]);
        assert_eq!((tags.len(), tags.is_empty()), (2, false));
        assert_eq!((tags.get("b"), tags.get("c")), (Some("2"), None));
    }

    #[test]
    fn an_object_has_ten_tags_and_a_bucket_fifty() {
        assert_eq!(Tags::of_object(numbered(10)).unwrap().len(), 10);
        let refused = Tags::of_object(numbered(11));
        assert_eq!(refused, Err(TagError::TooMany { maximum: 10 }));
        assert_eq!(Tags::of_bucket(numbered(50)).unwrap().len(), 50);
        let refused = Tags::of_bucket(numbered(51));
        assert_eq!(refused, Err(TagError::TooMany { maximum: 50 }));
    }

    #[test]
    fn keys_and_values_have_a_length_and_an_alphabet() {
        let longest = ("k".repeat(128), "v".repeat(256));
        assert!(Tags::of_object([longest]).is_ok());
        let key = Tags::of_object([("k".repeat(129), String::new())]);
        assert_eq!(key, Err(TagError::Key));
        let value = Tags::of_object([("k".to_owned(), "v".repeat(257))]);
        assert_eq!(value, Err(TagError::Value));
        for key in ["", "aws:x", "AWS:x", "a&b", "a\u{0}"] {
            assert_eq!(
                Tags::of_object(pairs(&[(key, "")])),
                Err(TagError::Key),
                "{key:?}"
            );
        }
        assert_eq!(Tags::of_object(pairs(&[("k", "<")])), Err(TagError::Value));
        assert!(Tags::of_object(pairs(&[("Straße 1", "+-=._:/@ é")])).is_ok());
        let doubled = Tags::of_object(pairs(&[("k", "1"), ("k", "2")]));
        assert_eq!(doubled, Err(TagError::Doubled));
    }
}
