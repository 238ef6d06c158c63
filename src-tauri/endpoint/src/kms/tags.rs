//! Tags of keys.

use serde::{Deserialize, Serialize};
use stave_model::Tags;

use super::Call;
use super::errors::from_store;
use super::paging::{PageEnd, PageWish};
use crate::json::{JsonError, Outcome};

/// How many tags a page has unless told: all that a key can have.
const PAGE: usize = 50;

/// A tag, in the words of AWS KMS.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    tag_key: String,
    tag_value: String,
}

/// Reads tags: a key may have as many as a bucket, by the same rules.
pub(super) fn key_tags(tags: Vec<Tag>) -> Outcome<Tags> {
    let pairs = tags.into_iter().map(|tag| (tag.tag_key, tag.tag_value));
    Tags::of_bucket(pairs).map_err(|error| JsonError::new("TagException", error.to_string()))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TagKey {
    key_id: String,
    tags: Vec<Tag>,
}

pub(super) async fn tag(call: &Call<'_>, input: TagKey) -> Outcome<()> {
    let tags = key_tags(input.tags)?;
    let tagged = call.service.tag_key(call.by, &input.key_id, tags);
    tagged.await.map_err(from_store)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UntagKey {
    key_id: String,
    tag_keys: Vec<String>,
}

pub(super) async fn untag(call: &Call<'_>, input: UntagKey) -> Outcome<()> {
    let untagged = call
        .service
        .untag_key(call.by, &input.key_id, input.tag_keys);
    untagged.await.map_err(from_store)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    key_id: String,
    #[serde(flatten)]
    page: PageWish,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    tags: Vec<Tag>,
    #[serde(flatten)]
    end: PageEnd,
}

pub(super) async fn list(call: &Call<'_>, input: List) -> Outcome<Listed> {
    let tags = call.service.key_tags(call.by, &input.key_id).await;
    let tags = tags.map_err(from_store)?;
    let tags = tags.iter().map(|(key, value)| Tag {
        tag_key: key.to_owned(),
        tag_value: value.to_owned(),
    });
    let (tags, end) = input
        .page
        .cut(PAGE, tags.collect(), |tag| tag.tag_key.clone())?;
    Ok(Listed { tags, end })
}
