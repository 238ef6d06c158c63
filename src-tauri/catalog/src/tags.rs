//! Tags, of objects and of buckets, as a JSON object: `{"key":"value"}`.

use std::collections::BTreeMap;

use stave_model::{TagError, Tags};

use crate::json::{from_json, to_json};
use crate::{Error, Result};

/// What is told where stored tags are none.
const WHAT: &str = "tags";

pub(crate) fn tags_to_json(tags: &Tags) -> Result<String> {
    to_json(&tags.iter().collect::<BTreeMap<_, _>>())
}

pub(crate) fn object_tags_from_json(json: &str) -> Result<Tags> {
    read(json, Tags::of_object)
}

pub(crate) fn bucket_tags_from_json(json: &str) -> Result<Tags> {
    read(json, Tags::of_bucket)
}

fn read(
    json: &str,
    parse: impl FnOnce(BTreeMap<String, String>) -> Result<Tags, TagError>,
) -> Result<Tags> {
    parse(from_json(json, WHAT)?).map_err(|_| Error::Damaged { what: WHAT })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(count: usize) -> Vec<(String, String)> {
        let pair = |n| (format!("k{n}"), String::new());
        (0..count).map(pair).collect()
    }

    #[test]
    fn the_format_of_tags_is_written_down() {
        let pairs = [("project", "Straße"), ("a", "")];
        let owned = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let tags = Tags::of_object(owned).unwrap();
        let json = r#"{"a":"","project":"Straße"}"#;
        assert_eq!(tags_to_json(&tags).unwrap(), json);
        assert_eq!(object_tags_from_json(json).unwrap(), tags);
        assert_eq!(tags_to_json(&Tags::default()).unwrap(), "{}");
        assert_eq!(object_tags_from_json("{}").unwrap(), Tags::default());
    }

    #[test]
    fn a_bucket_may_have_more_tags_than_an_object() {
        let tags = Tags::of_bucket(numbered(50)).unwrap();
        let json = tags_to_json(&tags).unwrap();
        assert_eq!(bucket_tags_from_json(&json).unwrap(), tags);
        let of_object = object_tags_from_json(&json);
        assert!(matches!(of_object, Err(Error::Damaged { what: "tags" })));
    }

    #[test]
    fn damaged_tags_are_told_as_such() {
        for json in [
            "",
            "[]",
            "null",
            r#"{"a":1}"#,
            r#"{"":""}"#,
            r#"{"aws:a":""}"#,
            r#"{"a":"<"}"#,
        ] {
            let found = object_tags_from_json(json);
            assert!(
                matches!(found, Err(Error::Damaged { what: "tags" })),
                "{json}"
            );
        }
    }
}
