//! Tags of objects.

use serde::Deserialize;
use stave_model::Tags;
use tauri::State;

use crate::args::{self, Args};
use crate::errors::Answer;
use crate::keeper::Keeper;
use crate::views::TagView;

/// Asks for other tags.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tag {
    bucket: String,
    key: String,
    version_id: Option<String>,
    tags: Vec<TagView>,
}

/// Sets the tags of an object in the place of those that it has.
#[tauri::command]
pub async fn put_object_tags(keeper: State<'_, Keeper>, ask: Args<Tag>) -> Answer<()> {
    let Args(ask) = ask;
    let object = args::object(&ask.bucket, &ask.key, ask.version_id.as_deref())?;
    let tags = Tags::of_object(TagView::pairs(ask.tags))?;
    keeper
        .session()?
        .store
        .put_object_tags(object, tags)
        .await?;
    Ok(())
}
