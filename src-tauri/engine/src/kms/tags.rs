//! The tags of a key.

use stave_model::{Actor, Tags};
use stave_store::KeyError;

use super::access::Asked;
use super::operation::{LIST_TAGS, TAG, UNTAG};
use super::refused;
use crate::core::Core;
use crate::error::Result;

impl Core {
    /// Returns the tags of a key.
    pub(crate) fn key_tags(&self, by: &Actor, named: String) -> Result<Tags> {
        self.key_call(by, LIST_TAGS, move |call| {
            let key = call.open(&named, Asked::default())?;
            tags_of(key.is.tags)
        })
    }

    /// Adds tags to a key, or changes their values.
    pub(crate) fn tag_key(&self, by: &Actor, named: String, tags: Tags) -> Result<()> {
        self.key_call(by, TAG, move |call| {
            let given: Vec<_> = tags
                .iter()
                .map(|(key, value)| serde_json::json!({ "tagKey": key, "tagValue": value }))
                .collect();
            call.note("tags", given);
            let mut key = call.find(&named)?.0;
            let extra = tags
                .iter()
                .map(|(name, _)| ("aws:TagKeys", name.to_owned()));
            let asked = Asked {
                extra: extra.collect(),
                ..Asked::default()
            };
            call.allow(&key, TAG, &asked)?;
            call.takes_state(&key, TAG)?;
            let added = tags.iter();
            key.is
                .tags
                .extend(added.map(|(name, value)| (name.to_owned(), value.to_owned())));
            tags_of(key.is.tags.clone())?;
            call.save(&key)
        })
    }

    /// Removes tags of a key by their names.
    pub(crate) fn untag_key(
        &self,
        by: &Actor,
        named: String,
        tag_names: Vec<String>,
    ) -> Result<()> {
        self.key_call(by, UNTAG, move |call| {
            call.note("tagKeys", tag_names.clone());
            let extra = tag_names.iter().map(|name| ("aws:TagKeys", name.clone()));
            let asked = Asked {
                extra: extra.collect(),
                ..Asked::default()
            };
            let mut key = call.open(&named, asked)?;
            key.is.tags.retain(|name, _| !tag_names.contains(name));
            call.save(&key)
        })
    }
}

/// A key has as many tags as a bucket, by the same rules.
fn tags_of(tags: std::collections::BTreeMap<String, String>) -> Result<Tags> {
    Tags::of_bucket(tags).map_err(|why| refused(KeyError::Tag(why.to_string())))
}
