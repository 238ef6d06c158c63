//! What a selection amounts to: objects and bytes, folders counted through.

use futures::stream::{self, StreamExt as _};
use serde::Deserialize;
use stave_model::ObjectKey;
use stave_store::{GetObject, ListObjects, ObjectRef, Result};
use ts_rs::TS;

use super::cursor::Cursor;
use crate::errors::Answer;
use crate::views::{RowKind, SelectionSummary};

/// Keys are looked up one by one, so many at a time.
const LOOKUPS: usize = 8;

/// A selection in a listing: some rows, or all but some.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Selection {
    /// The listing.
    pub cursor: u64,
    /// The rows that "all" leaves out: keys, and the prefixes of folders.
    pub except_keys: Vec<String>,
    /// All rows but those of `except_keys`.
    pub all_selected: bool,
    /// The selected objects.
    pub keys: Vec<String>,
    /// The selected folders.
    pub prefixes: Vec<String>,
}

/// Adds up a selection.
pub async fn of(cursor: &Cursor, selection: &Selection) -> Answer<SelectionSummary> {
    let some = |keys, prefixes| add_up(cursor, keys, prefixes);
    if !selection.all_selected {
        return Ok(some(&selection.keys, &selection.prefixes).await?);
    }
    let is_folder = |key: &String| key.ends_with('/');
    let (folders, keys): (Vec<_>, Vec<_>) =
        selection.except_keys.iter().cloned().partition(is_folder);
    let all = everything(cursor).await?;
    let left_out = some(&keys, &folders).await?;
    Ok(SelectionSummary {
        objects: all.objects.saturating_sub(left_out.objects),
        size_bytes: all.size_bytes.saturating_sub(left_out.size_bytes),
    })
}

async fn everything(cursor: &Cursor) -> Result<SelectionSummary> {
    let source = &cursor.source;
    if source.filter.is_empty() {
        return beneath(cursor, &source.prefix).await;
    }
    let mut all = SelectionSummary::default();
    let mut after = None;
    loop {
        let step = source.step(after.as_deref()).await?;
        for entry in step.entries {
            match entry.kind {
                RowKind::Folder => all = all.plus(beneath(cursor, &entry.key).await?),
                RowKind::Object => all = all.plus(one(entry.size_bytes)),
                RowKind::Deleted => {}
            }
        }
        match step.next {
            Some(next) => after = Some(next),
            None => return Ok(all),
        }
    }
}

async fn add_up(cursor: &Cursor, keys: &[String], prefixes: &[String]) -> Result<SelectionSummary> {
    let sizes: Vec<_> = keys.iter().map(|key| size_of(cursor, key)).collect();
    let mut sizes = stream::iter(sizes).buffer_unordered(LOOKUPS);
    let mut sum = SelectionSummary::default();
    while let Some(size) = sizes.next().await {
        sum = sum.plus(size);
    }
    for prefix in prefixes {
        sum = sum.plus(beneath(cursor, prefix).await?);
    }
    Ok(sum)
}

/// Returns what one key counts: nothing where it is gone meanwhile.
async fn size_of(cursor: &Cursor, key: &str) -> SelectionSummary {
    let Ok(key) = ObjectKey::parse(key) else {
        return SelectionSummary::default();
    };
    let object = ObjectRef {
        bucket: cursor.source.bucket.clone(),
        key,
        version: None,
    };
    let head = cursor
        .source
        .store
        .head_object(GetObject::whole(object))
        .await;
    head.map_or_else(
        |_| SelectionSummary::default(),
        |head| one(head.version.size_bytes),
    )
}

/// Adds up all objects whose keys begin with `prefix`.
async fn beneath(cursor: &Cursor, prefix: &str) -> Result<SelectionSummary> {
    let mut sum = SelectionSummary::default();
    let mut after = None;
    loop {
        let list = ListObjects {
            bucket: cursor.source.bucket.clone(),
            prefix: prefix.to_owned(),
            delimiter: String::new(),
            after,
            max_keys: 1_000,
        };
        let page = cursor.source.store.list_objects(list).await?;
        for object in &page.objects {
            sum = sum.plus(one(object.size_bytes));
        }
        after = page.next_after;
        if after.is_none() {
            return Ok(sum);
        }
    }
}

fn one(size_bytes: u64) -> SelectionSummary {
    SelectionSummary {
        objects: 1,
        size_bytes,
    }
}

impl SelectionSummary {
    fn plus(self, other: Self) -> Self {
        Self {
            objects: self.objects + other.objects,
            size_bytes: self.size_bytes + other.size_bytes,
        }
    }
}
