//! The keys of the key service.

use serde::Deserialize;
use tauri::State;

use crate::args::Args;
use crate::encryption::window_actor;
use crate::errors::Answer;
use crate::keeper::Keeper;
use crate::key_policy;
use crate::keys::{self, NewKey};
use crate::views::{KeyDetails, KeyView, PolicyCheck, TagView};

/// Asks for a key.
#[derive(Debug, Deserialize)]
pub struct Create {
    alias: Option<String>,
    description: String,
    spec: String,
    origin: String,
    tags: Vec<TagView>,
}

/// Asks for the end of a key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleDeletion {
    key: String,
    days: u16,
    typed_name: String,
}

#[tauri::command]
pub async fn list_kms_keys(keeper: State<'_, Keeper>) -> Answer<Vec<KeyView>> {
    keys::list(&*keeper.session()?.keys).await
}

#[tauri::command]
pub async fn kms_key(keeper: State<'_, Keeper>, key: String) -> Answer<KeyDetails> {
    keys::details(&*keeper.session()?.keys, &key).await
}

#[tauri::command]
pub async fn create_kms_key(keeper: State<'_, Keeper>, ask: Args<Create>) -> Answer<KeyView> {
    let Args(ask) = ask;
    let new = NewKey {
        alias: ask.alias,
        description: ask.description,
        spec: ask.spec,
        origin: ask.origin,
        tags: ask.tags,
    };
    keys::create(&*keeper.session()?.keys, new).await
}

#[tauri::command]
pub async fn set_kms_key_enabled(
    keeper: State<'_, Keeper>,
    key: String,
    enabled: bool,
) -> Answer<()> {
    let keys = &keeper.session()?.keys;
    Ok(keys.set_key_enabled(&window_actor(), &key, enabled).await?)
}

#[tauri::command]
pub async fn describe_kms_key(
    keeper: State<'_, Keeper>,
    key: String,
    description: String,
) -> Answer<()> {
    let keys = &keeper.session()?.keys;
    let by = window_actor();
    Ok(keys.update_key_description(&by, &key, &description).await?)
}

#[tauri::command]
pub async fn set_kms_key_tags(
    keeper: State<'_, Keeper>,
    key: String,
    tags: Vec<TagView>,
) -> Answer<()> {
    keys::set_tags(&*keeper.session()?.keys, &key, tags).await
}

#[tauri::command]
pub async fn add_kms_alias(keeper: State<'_, Keeper>, alias: String, key: String) -> Answer<()> {
    let keys = &keeper.session()?.keys;
    Ok(keys.create_alias(&window_actor(), &alias, &key).await?)
}

#[tauri::command]
pub async fn remove_kms_alias(keeper: State<'_, Keeper>, alias: String) -> Answer<()> {
    let keys = &keeper.session()?.keys;
    Ok(keys.delete_alias(&window_actor(), &alias).await?)
}

#[tauri::command]
pub async fn move_kms_alias(keeper: State<'_, Keeper>, alias: String, key: String) -> Answer<()> {
    let keys = &keeper.session()?.keys;
    Ok(keys.update_alias(&window_actor(), &alias, &key).await?)
}

#[tauri::command]
pub async fn set_kms_rotation(
    keeper: State<'_, Keeper>,
    key: String,
    period_days: Option<u16>,
) -> Answer<()> {
    let keys = &keeper.session()?.keys;
    let by = window_actor();
    Ok(keys.set_key_rotation(&by, &key, period_days).await?)
}

#[tauri::command]
pub async fn rotate_kms_key(keeper: State<'_, Keeper>, key: String) -> Answer<KeyView> {
    keys::rotate(&*keeper.session()?.keys, &key).await
}

#[tauri::command]
pub async fn check_key_policy(
    keeper: State<'_, Keeper>,
    key: String,
    policy: String,
) -> Answer<PolicyCheck> {
    let keys = &keeper.session()?.keys;
    let key = keys.describe_key(&window_actor(), &key).await?;
    Ok(key_policy::check(&policy, &key.arn))
}

#[tauri::command]
pub async fn put_key_policy(keeper: State<'_, Keeper>, key: String, policy: String) -> Answer<()> {
    keys::put_policy(&*keeper.session()?.keys, &key, policy).await
}

#[tauri::command]
pub async fn schedule_kms_deletion(
    keeper: State<'_, Keeper>,
    ask: Args<ScheduleDeletion>,
) -> Answer<()> {
    let Args(ask) = ask;
    let keys = &keeper.session()?.keys;
    keys::schedule_deletion(&**keys, &ask.key, ask.days, &ask.typed_name).await
}

#[tauri::command]
pub async fn cancel_kms_deletion(keeper: State<'_, Keeper>, key: String) -> Answer<()> {
    let keys = &keeper.session()?.keys;
    keys.cancel_key_deletion(&window_actor(), &key).await?;
    Ok(())
}

#[tauri::command]
pub async fn revoke_kms_grant(keeper: State<'_, Keeper>, key: String, grant: String) -> Answer<()> {
    let keys = &keeper.session()?.keys;
    Ok(keys.revoke_grant(&window_actor(), &key, &grant).await?)
}
