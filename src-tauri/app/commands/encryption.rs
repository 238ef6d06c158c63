//! How objects are encrypted, and keys that a person brings with each request.

use std::sync::Arc;

use secrecy::SecretString;
use serde::Deserialize;
use stave_model::VersionId;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::FileDialogBuilder;

use super::transfers::{dialog, local};
use crate::args::{self, Args};
use crate::customer_keys;
use crate::encryption;
use crate::errors::Answer;
use crate::keeper::Keeper;
use crate::offered::Offered;
use crate::settings::SettingsFile;
use crate::transfers::{Downloads, Reencryptions, Uploads, WhichVersions};
use crate::views::{
    BucketEncryptionView, CustomerKeyGiven, CustomerKeyKept, CustomerKeyView, JobStarted,
    ReencryptTo,
};

/// Asks for objects to be encrypted otherwise.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reencrypt {
    bucket: String,
    prefix: String,
    keys: Vec<String>,
    all_versions: bool,
    to: ReencryptTo,
}

/// Asks for a customer's key to be kept. No `Debug`: it carries a secret.
#[derive(Deserialize)]
pub struct Keep {
    name: String,
    key: Option<String>,
}

/// Asks for an object under a customer's key. No `Debug`: it may carry a secret.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Download {
    bucket: String,
    key: String,
    version_id: Option<String>,
    customer_key: CustomerKeyGiven,
}

/// Asks for files to be uploaded under a customer's key. No `Debug`: it may carry a secret.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Upload {
    bucket: String,
    prefix: String,
    customer_key: CustomerKeyGiven,
}

#[tauri::command]
pub async fn bucket_encryption(
    keeper: State<'_, Keeper>,
    bucket: String,
) -> Answer<BucketEncryptionView> {
    let bucket = args::bucket(&bucket)?;
    encryption::of_bucket(&*keeper.session()?.store, &bucket).await
}

#[tauri::command]
pub async fn set_bucket_encryption(
    keeper: State<'_, Keeper>,
    bucket: String,
    encryption: BucketEncryptionView,
) -> Answer<()> {
    let bucket = args::bucket(&bucket)?;
    let session = keeper.session()?;
    encryption::set_of_bucket(&*session.store, &*session.keys, &bucket, encryption).await
}

#[tauri::command]
pub async fn reencrypt(keeper: State<'_, Keeper>, ask: Args<Reencrypt>) -> Answer<JobStarted> {
    let Args(ask) = ask;
    let session = keeper.session()?;
    let bucket = args::bucket(&ask.bucket)?;
    encryption::check_target(&*session.keys, &ask.to).await?;
    let reencryptions = Reencryptions {
        keys: args::keys(&ask.keys)?,
        prefix: args::folder(&ask.prefix)?.to_owned(),
        bucket,
        versions: if ask.all_versions {
            WhichVersions::All
        } else {
            WhichVersions::Latest
        },
        encryption: encryption::request(ask.to),
    };
    let job = session.transfers.reencrypt(reencryptions);
    Ok(JobStarted { job })
}

#[tauri::command]
pub async fn list_customer_keys(
    settings: State<'_, Arc<SettingsFile>>,
) -> Answer<Vec<CustomerKeyView>> {
    Ok(customer_keys::list(&settings))
}

#[tauri::command]
pub async fn keep_customer_key(
    settings: State<'_, Arc<SettingsFile>>,
    ask: Args<Keep>,
) -> Answer<CustomerKeyKept> {
    let Args(ask) = ask;
    customer_keys::keep(&settings, ask.name, ask.key.map(SecretString::from)).await
}

#[tauri::command]
pub async fn forget_customer_key(
    settings: State<'_, Arc<SettingsFile>>,
    name: String,
) -> Answer<()> {
    customer_keys::forget(&settings, name).await
}

#[tauri::command]
pub async fn download_with_customer_key(
    app: AppHandle,
    keeper: State<'_, Keeper>,
    ask: Args<Download>,
) -> Answer<()> {
    let Args(ask) = ask;
    let session = keeper.session()?;
    let (bucket, key) = (args::bucket(&ask.bucket)?, args::key(&ask.key)?);
    let version = ask.version_id.as_deref().map(VersionId::parse);
    let version = version.transpose()?;
    let customer_key = customer_keys::given(ask.customer_key).await?;
    let picked = dialog(&app, FileDialogBuilder::pick_folder).await;
    if let Some(folder) = local(picked.into_iter().collect()).pop() {
        session.transfers.download(Downloads {
            bucket,
            keys: vec![key],
            prefixes: Vec::new(),
            version,
            folder,
            customer_key: Some(customer_key),
        });
    }
    Ok(())
}

#[tauri::command]
pub async fn upload_with_customer_key(
    app: AppHandle,
    keeper: State<'_, Keeper>,
    offered: State<'_, Offered>,
    ask: Args<Upload>,
) -> Answer<()> {
    let Args(ask) = ask;
    let session = keeper.session()?;
    let bucket = args::bucket(&ask.bucket)?;
    let prefix = args::folder(&ask.prefix)?.to_owned();
    let customer_key = customer_keys::given(ask.customer_key).await?;
    let paths = dialog(&app, FileDialogBuilder::pick_files).await;
    let paths = local(paths.unwrap_or_default());
    if !paths.is_empty() {
        offered.chosen(&paths);
        session.transfers.upload_under(Uploads {
            bucket,
            prefix,
            paths,
            customer_key: Some(customer_key),
        });
    }
    Ok(())
}
