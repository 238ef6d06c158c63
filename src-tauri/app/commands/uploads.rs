//! Uploads that were begun and not finished.

use std::time::Duration;

use serde::Deserialize;
use stave_model::{Clock as _, SystemClock, UploadId};
use stave_store::UploadRef;
use tauri::State;

use crate::args::{self, Args};
use crate::errors::Answer;
use crate::keeper::Keeper;
use crate::uploads;
use crate::views::{UploadsAborted, UploadsView};

/// A day in seconds.
const DAY: u64 = 24 * 60 * 60;

/// Names an upload.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamedUpload {
    bucket: String,
    key: String,
    upload_id: String,
}

#[tauri::command]
pub async fn list_uploads(keeper: State<'_, Keeper>, bucket: String) -> Answer<UploadsView> {
    let bucket = args::bucket(&bucket)?;
    Ok(uploads::of_bucket(&*keeper.session()?.store, &bucket).await?)
}

#[tauri::command]
pub async fn abort_upload(keeper: State<'_, Keeper>, ask: Args<NamedUpload>) -> Answer<()> {
    let Args(ask) = ask;
    let upload = UploadRef {
        bucket: args::bucket(&ask.bucket)?,
        key: args::key(&ask.key)?,
        upload: UploadId::parse(&ask.upload_id)?,
    };
    Ok(keeper.session()?.store.abort_upload(upload).await?)
}

/// Drops the uploads of a bucket that were begun more than so many days ago.
#[tauri::command]
pub async fn abort_old_uploads(
    keeper: State<'_, Keeper>,
    bucket: String,
    days: u32,
) -> Answer<UploadsAborted> {
    let bucket = args::bucket(&bucket)?;
    let age = Duration::from_secs(u64::from(days) * DAY);
    let store = &keeper.session()?.store;
    Ok(uploads::abort_older(&**store, &bucket, age, SystemClock.now()).await?)
}
