//! Objects and their versions.

use serde::Deserialize;
use stave_model::{Conditions, ObjectKey};
use stave_store::{Body, DeleteObject, GetObject, PutObject, restore_version as restore};
use tauri::State;

use crate::args::{self, Args, window_user};
use crate::deleting::Deletion;
use crate::encryption;
use crate::errors::{Answer, Failure};
use crate::keeper::Keeper;
use crate::moving;
use crate::versions;
use crate::views::{
    DeleteResult, JobStarted, ObjectPartsView, ObjectView, PreviewView, Undone, VersionView,
};

/// Names an object or a version of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Named {
    bucket: String,
    key: String,
    version_id: Option<String>,
}

impl Named {
    fn object(&self) -> Answer<stave_store::ObjectRef> {
        args::object(&self.bucket, &self.key, self.version_id.as_deref())
    }
}

/// Asks for another key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rename {
    bucket: String,
    key: String,
    to_bucket: String,
    to_key: String,
}

/// Asks for the end of a version.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteForEver {
    bucket: String,
    key: String,
    version_id: String,
    typed_name: String,
}

#[tauri::command]
pub async fn object_details(keeper: State<'_, Keeper>, ask: Args<Named>) -> Answer<ObjectView> {
    let session = keeper.session()?;
    let object = ask.0.object()?;
    let get = GetObject::whole(object.clone());
    let head = session.store.head_object(get).await?;
    let endpoint = session.gate.status().await.url;
    let store = &*session.store;
    let encryption = encryption::of_version(&*session.keys, &head.version.sse).await;
    let (bucket, version) = (&object.bucket, head.version);
    Ok(versions::details(store, bucket, version, &endpoint, encryption).await?)
}

/// Tells of the parts that an object was made of, some at a time.
#[tauri::command]
pub async fn object_parts(
    keeper: State<'_, Keeper>,
    ask: Args<Named>,
    after: u16,
) -> Answer<ObjectPartsView> {
    let object = ask.0.object()?;
    let session = keeper.session()?;
    Ok(versions::parts(&*session.store, object, after).await?)
}

#[tauri::command]
pub async fn object_versions(
    keeper: State<'_, Keeper>,
    bucket: String,
    key: String,
) -> Answer<Vec<VersionView>> {
    let object = args::object(&bucket, &key, None)?;
    let found = versions::of_key(&*keeper.session()?.store, &object).await?;
    Ok(found.into_iter().map(VersionView::from).collect())
}

/// Makes the empty object that stands for a folder without any.
#[tauri::command]
pub async fn create_folder(
    keeper: State<'_, Keeper>,
    bucket: String,
    prefix: String,
) -> Answer<()> {
    let store = &keeper.session()?.store;
    let object = args::object(&bucket, args::folder(&prefix)?, None)?;
    let put = PutObject {
        conditions: moving::only_if_free(),
        ..PutObject::new(object.bucket, object.key, window_user(), Body::empty())
    };
    store.put_object(put).await.map_err(moving::name_taken)?;
    Ok(())
}

#[tauri::command]
pub async fn rename_object(keeper: State<'_, Keeper>, ask: Args<Rename>) -> Answer<()> {
    let Args(ask) = ask;
    let source = args::object(&ask.bucket, &ask.key, None)?;
    let (bucket, key) = (args::bucket(&ask.to_bucket)?, args::key(&ask.to_key)?);
    let session = keeper.session()?;
    Ok(moving::rename(&*session.store, source, bucket, key).await?)
}

#[tauri::command]
pub async fn rename_folder(
    keeper: State<'_, Keeper>,
    bucket: String,
    prefix: String,
    to_prefix: String,
) -> Answer<JobStarted> {
    let session = keeper.session()?;
    let bucket = args::bucket(&bucket)?;
    let (from, to) = (args::folder(&prefix)?, args::folder(&to_prefix)?);
    if from.is_empty() || to.is_empty() || from == to {
        return Err(Failure::refused(
            "invalid_prefix",
            "a folder is renamed to another, not empty name",
            "Choose another name.",
        ));
    }
    let job = session.transfers.rename_folder(bucket, from, to);
    Ok(JobStarted { job })
}

#[tauri::command]
pub async fn delete_objects(
    keeper: State<'_, Keeper>,
    bucket: String,
    keys: Vec<String>,
    prefixes: Vec<String>,
) -> Answer<DeleteResult> {
    let session = keeper.session()?;
    for prefix in &prefixes {
        args::folder(prefix)?;
    }
    let deletion = Deletion {
        bucket: args::bucket(&bucket)?,
        keys: args::keys(&keys)?,
        prefixes,
    };
    let done = deletion.run(&*session.store, &session.undos, &session.transfers);
    Ok(done.await?)
}

#[tauri::command]
pub async fn undo_delete(keeper: State<'_, Keeper>, undo: u64) -> Answer<Undone> {
    let session = keeper.session()?;
    session.undos.undo(undo, &*session.store).await
}

#[tauri::command]
pub async fn restore_version(keeper: State<'_, Keeper>, ask: Args<Named>) -> Answer<()> {
    let version = ask.0.object()?;
    restore(&*keeper.session()?.store, version, window_user()).await?;
    Ok(())
}

#[tauri::command]
pub async fn undelete_object(keeper: State<'_, Keeper>, bucket: String, key: String) -> Answer<()> {
    let object = args::object(&bucket, &key, None)?;
    versions::undelete(&*keeper.session()?.store, object).await
}

/// Deletes a version for ever. The window asks for the name to be typed; it is checked here once
/// more.
#[tauri::command]
pub async fn delete_version(keeper: State<'_, Keeper>, ask: Args<DeleteForEver>) -> Answer<()> {
    let Args(ask) = ask;
    let object = args::object(&ask.bucket, &ask.key, Some(&ask.version_id))?;
    if !is_named(&ask.typed_name, &ask.bucket, &object.key) {
        return Err(Failure::refused(
            "name_differs",
            "the typed name is not that of the object",
            "Type the name as it is shown.",
        ));
    }
    let delete = DeleteObject {
        object,
        owner: window_user(),
        conditions: Conditions::default(),
    };
    keeper.session()?.store.delete_object(delete).await?;
    Ok(())
}

#[tauri::command]
pub async fn preview_object(keeper: State<'_, Keeper>, ask: Args<Named>) -> Answer<PreviewView> {
    let session = keeper.session()?;
    let object = ask.0.object()?;
    Ok(session.previews.of(object, &*session.store).await?)
}

fn is_named(typed: &str, bucket: &str, key: &ObjectKey) -> bool {
    let key = key.as_str().trim_end_matches('/');
    let name = key.rsplit('/').next().unwrap_or(key);
    !typed.is_empty() && (typed == name || typed == bucket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_name_or_the_bucket_is_to_be_typed() {
        let key = ObjectKey::parse("2026/june/a.jpg").unwrap();
        assert!(is_named("a.jpg", "photos", &key));
        assert!(is_named("photos", "photos", &key));
        assert!(!is_named("2026/june/a.jpg", "photos", &key));
        assert!(!is_named("", "photos", &key));
    }
}
