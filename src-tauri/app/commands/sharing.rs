//! Links.

use std::time::Duration;

use serde::Deserialize;
use tauri::State;

use crate::args::{self, Args};
use crate::errors::Answer;
use crate::keeper::Keeper;
use crate::sharing;
use crate::views::ShareLink;

/// Asks for a link.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    bucket: String,
    key: String,
    version_id: Option<String>,
    expires_seconds: u64,
}

#[tauri::command]
pub async fn share_link(keeper: State<'_, Keeper>, ask: Args<Share>) -> Answer<ShareLink> {
    let Args(share) = ask;
    let object = args::object(&share.bucket, &share.key, share.version_id.as_deref())?;
    let session = keeper.session()?;
    sharing::link(&session, object, Duration::from_secs(share.expires_seconds)).await
}
