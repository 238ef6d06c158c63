//! Buckets.

use stave_model::{BucketName, Versioning};
use stave_store::CreateBucket;
use tauri::State;

use crate::args::{bucket, window_user};
use crate::errors::{Answer, Failure};
use crate::keeper::Keeper;
use crate::views::BucketView;

#[tauri::command]
pub async fn list_buckets(keeper: State<'_, Keeper>) -> Answer<Vec<BucketView>> {
    let buckets = keeper.session()?.store.list_buckets().await?;
    Ok(buckets.into_iter().map(BucketView::from).collect())
}

#[tauri::command]
pub async fn create_bucket(keeper: State<'_, Keeper>, name: String, versioned: bool) -> Answer<()> {
    let store = &keeper.session()?.store;
    let bucket = bucket(&name)?;
    let create = CreateBucket::new(bucket.clone(), window_user());
    store.create_bucket(create).await?;
    if versioned {
        store
            .put_bucket_versioning(&bucket, Versioning::Enabled)
            .await?;
    }
    Ok(())
}

#[tauri::command]
pub async fn delete_bucket(keeper: State<'_, Keeper>, name: String) -> Answer<()> {
    Ok(keeper
        .session()?
        .store
        .delete_bucket(&bucket(&name)?)
        .await?)
}

#[tauri::command]
pub async fn set_versioning(keeper: State<'_, Keeper>, name: String, enabled: bool) -> Answer<()> {
    let versioning = if enabled {
        Versioning::Enabled
    } else {
        Versioning::Suspended
    };
    let store = &keeper.session()?.store;
    Ok(store
        .put_bucket_versioning(&bucket(&name)?, versioning)
        .await?)
}

/// Says why a name is refused: by its own form, or because it is taken.
#[tauri::command]
pub async fn check_bucket_name(keeper: State<'_, Keeper>, name: String) -> Answer<Option<String>> {
    let bucket = match BucketName::parse(&name) {
        Ok(bucket) => bucket,
        Err(error) => return Ok(Some(Failure::from(error).message)),
    };
    let found = keeper.session()?.store.head_bucket(&bucket).await;
    Ok(found
        .ok()
        .map(|bucket| format!("A bucket named {} exists already.", bucket.name)))
}
