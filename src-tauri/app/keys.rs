//! The keys of the key service, put together for the Keys page.

#[cfg(test)]
#[path = "keys_test.rs"]
mod keys_test;

use std::collections::{BTreeMap, BTreeSet};

use stave_model::{Actor, Alias, KeyOrigin, KeySpec, Tags};
use stave_store::{CreateKey, KeyService, PutKeyPolicy};

use crate::encryption::window_actor;
use crate::errors::{Answer, Failure};
use crate::json::indented;
use crate::views::{GrantView, KeyBucketView, KeyDetails, KeyVersionView, KeyView, TagView};

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    pub alias: Option<String>,
    pub description: String,
    pub spec: String,
    pub origin: String,
    pub tags: Vec<TagView>,
}

/// Lists all keys with their names.
pub async fn list(keys: &dyn KeyService) -> Answer<Vec<KeyView>> {
    let by = window_actor();
    let found = keys.list_keys(&by).await?;
    let mut names: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for alias in keys.list_aliases(&by, None).await? {
        names
            .entry(alias.key)
            .or_default()
            .push(alias.name.to_string());
    }
    let view = |key: stave_model::Key| {
        let aliases = names.remove(&key.id).unwrap_or_default();
        KeyView::of(key, aliases)
    };
    Ok(found.into_iter().map(view).collect())
}

/// Tells everything of a key.
pub async fn details(keys: &dyn KeyService, key: &str) -> Answer<KeyDetails> {
    let by = window_actor();
    let usage = keys.key_usage(&by, key).await?;
    let versions = keys.key_versions(&by, key).await?;
    let grants = keys.list_grants(&by, key).await?;
    Ok(KeyDetails {
        key: view(keys, &by, key).await?,
        versions: versions
            .iter()
            .map(|version| KeyVersionView::of(version, &usage.versions))
            .collect(),
        policy: indented(&keys.key_policy(&by, key).await?),
        tags: TagView::all(&keys.key_tags(&by, key).await?),
        grants: grants.into_iter().map(GrantView::from).collect(),
        default_of: usage
            .default_of
            .iter()
            .map(|bucket| bucket.as_str().to_owned())
            .collect(),
        buckets: usage
            .buckets
            .iter()
            .map(|(bucket, versions)| KeyBucketView {
                bucket: bucket.as_str().to_owned(),
                versions: *versions,
            })
            .collect(),
    })
}

async fn view(keys: &dyn KeyService, by: &Actor, key: &str) -> Answer<KeyView> {
    let described = keys.describe_key(by, key).await?;
    let aliases = names(&keys.list_aliases(by, Some(key)).await?);
    Ok(KeyView::of(described, aliases))
}

fn names(aliases: &[Alias]) -> Vec<String> {
    aliases.iter().map(|alias| alias.name.to_string()).collect()
}

/// Makes a key, and where one is given a name for it.
pub async fn create(keys: &dyn KeyService, new: NewKey) -> Answer<KeyView> {
    let by = window_actor();
    let spec = KeySpec::parse(&new.spec).ok_or_else(|| {
        let message = format!("there is no spec {}", new.spec);
        Failure::refused("invalid_argument", &message, "Choose one of the list.")
    })?;
    let origin = KeyOrigin::parse(&new.origin).ok_or_else(|| {
        let message = format!("there is no origin {}", new.origin);
        Failure::refused("invalid_argument", &message, "Choose one of the list.")
    })?;
    if let Some(alias) = &new.alias {
        alias_is_free(keys, &by, alias).await?;
    }
    let create = CreateKey {
        description: new.description,
        spec,
        origin,
        policy: None,
        bypass_lockout_check: false,
        tags: Tags::of_bucket(TagView::pairs(new.tags))?,
    };
    let key = keys.create_key(&by, create).await?;
    let Some(alias) = new.alias else {
        return Ok(KeyView::of(key, Vec::new()));
    };
    keys.create_alias(&by, &alias, key.id.as_str()).await?;
    Ok(KeyView::of(key, vec![alias]))
}

/// A name that is taken is refused before there is a key that nobody asked for.
async fn alias_is_free(keys: &dyn KeyService, by: &Actor, alias: &str) -> Answer<()> {
    if stave_model::AliasName::parse(alias).is_none_or(|name| name.is_managed()) {
        return Err(Failure::refused(
            "invalid_alias",
            "a name of a key begins with alias/ and has letters, digits and / _ - behind it",
            "Choose another name; alias/aws/ is kept for keys that Stave makes itself.",
        ));
    }
    let known = keys.list_aliases(by, None).await?;
    if names(&known).iter().any(|name| name == alias) {
        let message = format!("{alias} already exists");
        return Err(Failure::refused(
            "key_exists",
            &message,
            "Choose another name.",
        ));
    }
    Ok(())
}

/// Sets the tags of a key in the place of those that it has.
pub async fn set_tags(keys: &dyn KeyService, key: &str, tags: Vec<TagView>) -> Answer<()> {
    let by = window_actor();
    let tags = Tags::of_bucket(TagView::pairs(tags))?;
    let known = keys.key_tags(&by, key).await?;
    let wanted: BTreeSet<_> = tags.iter().map(|(name, _)| name).collect();
    let gone: Vec<_> = known
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !wanted.contains(name))
        .map(str::to_owned)
        .collect();
    if !gone.is_empty() {
        keys.untag_key(&by, key, gone).await?;
    }
    if !tags.is_empty() {
        keys.tag_key(&by, key, tags).await?;
    }
    Ok(())
}

/// Rotates a key now.
pub async fn rotate(keys: &dyn KeyService, key: &str) -> Answer<KeyView> {
    let by = window_actor();
    let rotated = keys.rotate_key(&by, key).await?;
    let aliases = names(&keys.list_aliases(&by, Some(key)).await?);
    Ok(KeyView::of(rotated, aliases))
}

/// Schedules the deletion of a key whose name was typed: its first alias, or else its id.
pub async fn schedule_deletion(
    keys: &dyn KeyService,
    key: &str,
    days: u16,
    typed_name: &str,
) -> Answer<()> {
    let by = window_actor();
    let known = view(keys, &by, key).await?;
    let name = known.aliases.first().unwrap_or(&known.id);
    if typed_name != name && typed_name != known.id {
        return Err(Failure::refused(
            "name_differs",
            "the typed name is not that of the key",
            "Type the name as it is shown.",
        ));
    }
    keys.schedule_key_deletion(&by, key, days).await?;
    Ok(())
}

/// Sets the policy of a key; one that would lock everybody out is refused.
pub async fn put_policy(keys: &dyn KeyService, key: &str, policy: String) -> Answer<()> {
    let put = PutKeyPolicy {
        key: key.to_owned(),
        policy,
        bypass_lockout_check: false,
    };
    Ok(keys.put_key_policy(&window_actor(), put).await?)
}
