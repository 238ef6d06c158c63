//! The endpoint, its keys, and what to paste.

use secrecy::ExposeSecret as _;
use stave_model::{AccessKeyId, AccessKeyStatus, UserName};
use stave_store::NewAccessKey;
use tauri::State;

use crate::args;
use crate::errors::{Answer, Failure};
use crate::keeper::Keeper;
use crate::snippets::{self, Filling};
use crate::views::{AccessKeySecret, AccessKeyView, EndpointStatus, Snippet};

#[tauri::command]
pub async fn endpoint_status(keeper: State<'_, Keeper>) -> Answer<EndpointStatus> {
    // A locked vault has its endpoint still, which says that it is locked.
    Ok(keeper.house()?.gate.status().await)
}

#[tauri::command]
pub async fn endpoint_start(
    keeper: State<'_, Keeper>,
    port: Option<u16>,
) -> Answer<EndpointStatus> {
    keeper.session()?.gate.start(port).await
}

#[tauri::command]
pub async fn endpoint_stop(keeper: State<'_, Keeper>) -> Answer<EndpointStatus> {
    keeper.house()?.gate.stop().await
}

#[tauri::command]
pub async fn list_access_keys(keeper: State<'_, Keeper>) -> Answer<Vec<AccessKeyView>> {
    let keys = keeper.session()?.access_keys.list_access_keys().await?;
    Ok(keys.into_iter().map(AccessKeyView::from).collect())
}

#[tauri::command]
pub async fn add_access_key(keeper: State<'_, Keeper>, user: String) -> Answer<AccessKeySecret> {
    let new = NewAccessKey {
        user: UserName::parse(&user)?,
        id: None,
        secret: None,
    };
    let (key, secret) = keeper.session()?.access_keys.add_access_key(new).await?;
    Ok(AccessKeySecret {
        id: key.id.as_str().to_owned(),
        secret: secret.expose_secret().to_owned(),
    })
}

#[tauri::command]
pub async fn set_access_key_active(
    keeper: State<'_, Keeper>,
    id: String,
    active: bool,
) -> Answer<()> {
    let status = if active {
        AccessKeyStatus::Active
    } else {
        AccessKeyStatus::Inactive
    };
    let access_keys = &keeper.session()?.access_keys;
    let id = AccessKeyId::parse(&id)?;
    Ok(access_keys.set_access_key_status(&id, status).await?)
}

#[tauri::command]
pub async fn delete_access_key(keeper: State<'_, Keeper>, id: String) -> Answer<()> {
    let access_keys = &keeper.session()?.access_keys;
    Ok(access_keys
        .delete_access_key(&AccessKeyId::parse(&id)?)
        .await?)
}

#[tauri::command]
pub async fn reveal_access_key(keeper: State<'_, Keeper>, id: String) -> Answer<AccessKeySecret> {
    let access_keys = &keeper.session()?.access_keys;
    let (key, secret) = access_keys
        .access_key_secret(&AccessKeyId::parse(&id)?)
        .await?;
    Ok(AccessKeySecret {
        id: key.id.as_str().to_owned(),
        secret: secret.expose_secret().to_owned(),
    })
}

/// Fills the snippets. While the endpoint is off they name the port that it would try first.
#[tauri::command]
pub async fn snippets(
    keeper: State<'_, Keeper>,
    access_key_id: String,
    bucket: String,
) -> Answer<Vec<Snippet>> {
    let session = keeper.session()?;
    if !bucket.is_empty() {
        args::bucket(&bucket)?;
    }
    let id = AccessKeyId::parse(&access_key_id).map_err(Failure::from)?;
    let (key, secret) = session.access_keys.access_key_secret(&id).await?;
    let status = session.gate.status().await;
    Ok(snippets::all(&Filling {
        endpoint: &status.address(),
        region: &status.region,
        access_key_id: key.id.as_str(),
        secret: &secret,
        bucket: if bucket.is_empty() {
            "my-bucket"
        } else {
            &bucket
        },
    }))
}
