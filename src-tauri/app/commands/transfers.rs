//! Transfers. Paths of this computer come from a drop or a dialog alone.

use std::path::PathBuf;

use serde::Deserialize;
use stave_model::VersionId;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::{DialogExt as _, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

use crate::args::{self, Args};
use crate::errors::{Answer, Failure};
use crate::keeper::Keeper;
use crate::offered::Offered;
use crate::shell;
use crate::transfers::Downloads;
use crate::views::TransferView;

/// Asks for files or folders of this computer to be chosen and uploaded.
#[derive(Debug, Deserialize)]
pub struct Pick {
    bucket: String,
    prefix: String,
    folders: bool,
}

/// Asks for objects and folders to be brought to this computer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Download {
    bucket: String,
    keys: Vec<String>,
    prefixes: Vec<String>,
    version_id: Option<String>,
}

#[tauri::command]
pub async fn pick_and_upload(
    app: AppHandle,
    keeper: State<'_, Keeper>,
    offered: State<'_, Offered>,
    ask: Args<Pick>,
) -> Answer<()> {
    let Args(pick) = ask;
    let session = keeper.session()?;
    let (bucket, prefix) = (args::bucket(&pick.bucket)?, args::folder(&pick.prefix)?);
    let paths = if pick.folders {
        dialog(&app, FileDialogBuilder::pick_folders).await
    } else {
        dialog(&app, FileDialogBuilder::pick_files).await
    };
    let paths = local(paths.unwrap_or_default());
    if !paths.is_empty() {
        offered.chosen(&paths);
        session.transfers.upload(bucket, prefix, paths);
    }
    Ok(())
}

#[tauri::command]
pub async fn upload_paths(
    keeper: State<'_, Keeper>,
    offered: State<'_, Offered>,
    bucket: String,
    prefix: String,
    paths: Vec<String>,
) -> Answer<()> {
    let session = keeper.session()?;
    let (bucket, prefix) = (args::bucket(&bucket)?, args::folder(&prefix)?);
    let paths = offered.check(paths)?;
    session.transfers.upload(bucket, prefix, paths);
    Ok(())
}

#[tauri::command]
pub async fn upload_dropped(
    keeper: State<'_, Keeper>,
    offered: State<'_, Offered>,
    bucket: String,
    prefix: String,
) -> Answer<()> {
    let session = keeper.session()?;
    let (bucket, prefix) = (args::bucket(&bucket)?, args::folder(&prefix)?);
    let paths = offered.take_dropped()?;
    session.transfers.upload(bucket, prefix, paths);
    Ok(())
}

#[tauri::command]
pub async fn pick_and_download(
    app: AppHandle,
    keeper: State<'_, Keeper>,
    ask: Args<Download>,
) -> Answer<()> {
    let Args(download) = ask;
    let session = keeper.session()?;
    for prefix in &download.prefixes {
        args::folder(prefix)?;
    }
    let bucket = args::bucket(&download.bucket)?;
    let keys = args::keys(&download.keys)?;
    let version = download.version_id.as_deref().map(VersionId::parse);
    let version = version.transpose()?;
    if version.is_some() && (keys.len() != 1 || !download.prefixes.is_empty()) {
        return Err(Failure::refused(
            "invalid_arguments",
            "a version is that of one object",
            "Choose one object.",
        ));
    }
    let picked = dialog(&app, FileDialogBuilder::pick_folder).await;
    if let Some(folder) = local(picked.into_iter().collect()).pop() {
        session.transfers.download(Downloads {
            bucket,
            keys,
            prefixes: download.prefixes,
            version,
            folder,
            customer_key: None,
        });
    }
    Ok(())
}

#[tauri::command]
pub async fn list_transfers(keeper: State<'_, Keeper>) -> Answer<Vec<TransferView>> {
    Ok(keeper.session()?.transfers.list())
}

#[tauri::command]
pub async fn cancel_transfer(keeper: State<'_, Keeper>, id: u64) -> Answer<()> {
    keeper.session()?.transfers.cancel(id)
}

#[tauri::command]
pub async fn retry_transfer(keeper: State<'_, Keeper>, id: u64) -> Answer<()> {
    keeper.session()?.transfers.retry(id)
}

#[tauri::command]
pub async fn clear_transfers(keeper: State<'_, Keeper>) -> Answer<()> {
    keeper.session()?.transfers.clear();
    Ok(())
}

pub(super) type Answering<T> = Box<dyn FnOnce(Option<T>) + Send>;

/// Shows a native dialog over the window; `None` where the person closed it.
pub(super) async fn dialog<T: Send + 'static>(
    app: &AppHandle,
    pick: impl FnOnce(FileDialogBuilder<tauri::Wry>, Answering<T>),
) -> Option<T> {
    let mut dialog = app.dialog().file();
    if let Some(window) = shell::main_window(app) {
        dialog = dialog.set_parent(&window);
    }
    let (answer, answered) = oneshot::channel();
    pick(
        dialog,
        Box::new(move |picked| {
            // Nobody waits any more where the window went away meanwhile.
            let _ = answer.send(picked);
        }),
    );
    answered.await.ok().flatten()
}

pub(super) fn local(paths: Vec<FilePath>) -> Vec<PathBuf> {
    paths
        .into_iter()
        .filter_map(|path| path.into_path().ok())
        .collect()
}
