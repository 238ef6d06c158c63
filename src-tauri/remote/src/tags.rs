//! Tags: of objects, and as headers and documents carry them.

use aws_sdk_s3::types::{Tag, Tagging};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use stave_model::{Tags, VersionId};
use stave_store::{ObjectRef, Result};

use crate::RemoteStore;
use crate::errors::{Asked, unless_absent};
use crate::words::{garbled, version_id};

/// What a query keeps of a tag.
const TAGGING: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

const WRITING: &str = "writing tags";

/// The codes by which stores say that there are no tags.
pub(crate) const NO_TAGS: [&str; 2] = ["NoSuchTagSet", "NoSuchTagSetError"];

/// Returns tags as `x-amz-tagging` carries them; none where there are none.
pub(crate) fn tagging_header(tags: &Tags) -> Option<String> {
    let encode = |text| utf8_percent_encode(text, TAGGING).to_string();
    let pairs = tags
        .iter()
        .map(|(key, value)| format!("{}={}", encode(key), encode(value)));
    let pairs: Vec<String> = pairs.collect();
    (!pairs.is_empty()).then(|| pairs.join("&"))
}

/// Returns tags as a document carries them.
pub(crate) fn sdk_tagging(tags: &Tags) -> Result<Tagging> {
    let mut document = Tagging::builder();
    for (key, value) in tags.iter() {
        let tag = Tag::builder().key(key).value(value).build();
        document = document.tag_set(tag.map_err(|e| garbled(WRITING, e))?);
    }
    // A set without tags is a document too, and must be there.
    let set = document.get_tag_set().clone().unwrap_or_default();
    let document = document.set_tag_set(Some(set)).build();
    document.map_err(|e| garbled(WRITING, e))
}

/// Returns keys and values of tags that an answer tells.
pub(crate) fn told_pairs(set: &[Tag]) -> Vec<(String, String)> {
    let pair = |tag: &Tag| (tag.key().to_owned(), tag.value().to_owned());
    set.iter().map(pair).collect()
}

impl RemoteStore {
    /// Returns the tags of an object.
    pub(crate) async fn tags_of_object(&self, object: ObjectRef) -> Result<(VersionId, Tags)> {
        let asked = Asked::object("asking for tags", &object);
        let answer = self
            .client
            .get_object_tagging()
            .bucket(object.bucket.as_str())
            .key(object.key.as_str())
            .set_version_id(object.version.as_ref().map(ToString::to_string))
            .send()
            .await;
        let Some(answer) = unless_absent(answer, &NO_TAGS, &asked)? else {
            // Such a store is not S3 to the letter, and the answer names no version.
            return Ok((object.version.unwrap_or(VersionId::Null), Tags::default()));
        };
        let tags = Tags::of_object(told_pairs(answer.tag_set()))
            .map_err(|e| garbled("reading tags", e))?;
        Ok((version_id(answer.version_id()), tags))
    }

    /// Sets the tags of an object; where there are to be none, by removing them.
    pub(crate) async fn set_tags_of_object(
        &self,
        object: ObjectRef,
        tags: Tags,
    ) -> Result<VersionId> {
        let asked = Asked::object("setting tags", &object);
        let version = object.version.as_ref().map(ToString::to_string);
        if tags.is_empty() {
            let answer = self
                .client
                .delete_object_tagging()
                .bucket(object.bucket.as_str())
                .key(object.key.as_str())
                .set_version_id(version)
                .send()
                .await
                .map_err(|e| asked.failed(e))?;
            return Ok(version_id(answer.version_id()));
        }
        let answer = self
            .client
            .put_object_tagging()
            .bucket(object.bucket.as_str())
            .key(object.key.as_str())
            .set_version_id(version)
            .tagging(sdk_tagging(&tags)?)
            .send()
            .await
            .map_err(|e| asked.failed(e))?;
        Ok(version_id(answer.version_id()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_written_as_a_query() {
        let pairs = [("team", "blue + red"), ("a/b", ""), ("\u{fc}", "=+")];
        let owned = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let tags = Tags::of_object(owned).unwrap();
        assert_eq!(
            tagging_header(&tags).as_deref(),
            Some("a%2Fb=&team=blue%20%2B%20red&%C3%BC=%3D%2B")
        );
        assert_eq!(tagging_header(&Tags::default()), None);
    }

    #[test]
    fn a_document_of_tags_is_read_as_it_was_written() {
        let pairs = [
            ("a".to_owned(), "1".to_owned()),
            ("b".to_owned(), String::new()),
        ];
        let tags = Tags::of_object(pairs.clone()).unwrap();
        let document = sdk_tagging(&tags).unwrap();
        assert_eq!(told_pairs(document.tag_set()), pairs);
    }
}
