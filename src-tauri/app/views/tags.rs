//! Tags of objects and buckets.

use serde::{Deserialize, Serialize};
use stave_model::Tags;
use ts_rs::TS;

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "Tag")]
pub struct TagView {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

impl TagView {
    /// Writes tags out, in the order of their keys.
    pub fn all(tags: &Tags) -> Vec<Self> {
        let view = |(key, value): (&str, &str)| Self {
            key: key.to_owned(),
            value: value.to_owned(),
        };
        tags.iter().map(view).collect()
    }

    /// Takes tags apart for the model, which judges them.
    pub fn pairs(tags: Vec<Self>) -> impl Iterator<Item = (String, String)> {
        tags.into_iter().map(|tag| (tag.key, tag.value))
    }
}
