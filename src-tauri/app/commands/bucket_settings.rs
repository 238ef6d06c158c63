//! What is set for a bucket beside its versioning.

use stave_model::BucketConfig;
use tauri::State;

use crate::args::bucket;
use crate::bucket_settings as settings;
use crate::errors::Answer;
use crate::keeper::Keeper;
use crate::views::{
    BucketSettings, EndpointState, LoggingView, OwnershipView, PayerView, TagView, WebsiteView,
};

#[tauri::command]
pub async fn bucket_settings(keeper: State<'_, Keeper>, name: String) -> Answer<BucketSettings> {
    let bucket = bucket(&name)?;
    let session = keeper.session()?;
    let status = session.gate.status().await;
    let port = (status.state == EndpointState::On).then_some(status.port);
    Ok(settings::read(&*session.store, &bucket, port).await?)
}

#[tauri::command]
pub async fn put_bucket_tags(
    keeper: State<'_, Keeper>,
    name: String,
    tags: Vec<TagView>,
) -> Answer<()> {
    settings::set_tags(&*keeper.session()?.store, &bucket(&name)?, tags).await
}

#[tauri::command]
pub async fn put_bucket_ownership(
    keeper: State<'_, Keeper>,
    name: String,
    ownership: OwnershipView,
) -> Answer<()> {
    let config = BucketConfig::Ownership(ownership.into());
    let store = &keeper.session()?.store;
    Ok(store.put_bucket_config(&bucket(&name)?, config).await?)
}

#[tauri::command]
pub async fn put_bucket_payer(
    keeper: State<'_, Keeper>,
    name: String,
    payer: PayerView,
) -> Answer<()> {
    let config = BucketConfig::RequestPayment(payer.into());
    let store = &keeper.session()?.store;
    Ok(store.put_bucket_config(&bucket(&name)?, config).await?)
}

#[tauri::command]
pub async fn put_bucket_logging(
    keeper: State<'_, Keeper>,
    name: String,
    logging: Option<LoggingView>,
) -> Answer<()> {
    settings::set_logging(&*keeper.session()?.store, &bucket(&name)?, logging).await
}

#[tauri::command]
pub async fn put_bucket_website(
    keeper: State<'_, Keeper>,
    name: String,
    website: Option<WebsiteView>,
) -> Answer<()> {
    settings::set_website(&*keeper.session()?.store, &bucket(&name)?, website).await
}
