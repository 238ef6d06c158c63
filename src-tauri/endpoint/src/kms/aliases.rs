//! Aliases: names of keys.

use serde::{Deserialize, Serialize};
use stave_model::Alias;

use super::Call;
use super::errors::from_store;
use super::paging::{PageEnd, PageWish};
use crate::json::{EpochSeconds, Outcome};

/// How many aliases a page has unless told.
const PAGE: usize = 50;

/// An alias and the key that it names or is to name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Naming {
    alias_name: String,
    target_key_id: String,
}

pub(super) async fn create(call: &Call<'_>, input: Naming) -> Outcome<()> {
    let service = call.service;
    let created = service.create_alias(call.by, &input.alias_name, &input.target_key_id);
    created.await.map_err(from_store)
}

pub(super) async fn update(call: &Call<'_>, input: Naming) -> Outcome<()> {
    let service = call.service;
    let updated = service.update_alias(call.by, &input.alias_name, &input.target_key_id);
    updated.await.map_err(from_store)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Delete {
    alias_name: String,
}

pub(super) async fn delete(call: &Call<'_>, input: Delete) -> Outcome<()> {
    let deleted = call.service.delete_alias(call.by, &input.alias_name);
    deleted.await.map_err(from_store)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    key_id: Option<String>,
    #[serde(flatten)]
    page: PageWish,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    aliases: Vec<Entry>,
    #[serde(flatten)]
    end: PageEnd,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    alias_name: String,
    alias_arn: String,
    target_key_id: String,
    creation_date: EpochSeconds,
    last_updated_date: EpochSeconds,
}

pub(super) async fn list(call: &Call<'_>, input: List) -> Outcome<Listed> {
    let aliases = call.service.list_aliases(call.by, input.key_id.as_deref());
    let mut aliases = aliases.await.map_err(from_store)?;
    aliases.sort_by(|a, b| a.name.cmp(&b.name));
    let (aliases, end) = input
        .page
        .cut(PAGE, aliases, |alias| alias.name.as_str().to_owned())?;
    Ok(Listed {
        aliases: aliases.into_iter().map(entry).collect(),
        end,
    })
}

fn entry(alias: Alias) -> Entry {
    Entry {
        alias_name: alias.name.as_str().to_owned(),
        alias_arn: alias.arn,
        target_key_id: alias.key.as_str().to_owned(),
        creation_date: EpochSeconds(alias.created),
        last_updated_date: EpochSeconds(alias.updated),
    }
}
