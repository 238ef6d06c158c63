//! The port: TLS, and the requests that came.

use tauri::State;

use crate::errors::Answer;
use crate::keeper::Keeper;
use crate::views::{EndpointStatus, RequestView};

/// The most requests of one answer.
const PAGE_MAX: usize = 500;

#[tauri::command]
pub async fn set_tls(keeper: State<'_, Keeper>, enabled: bool) -> Answer<EndpointStatus> {
    keeper.session()?.gate.set_tls(enabled).await
}

#[tauri::command]
pub async fn new_certificate(keeper: State<'_, Keeper>) -> Answer<EndpointStatus> {
    keeper.session()?.gate.new_certificate().await
}

#[tauri::command]
pub async fn inspect_requests(
    keeper: State<'_, Keeper>,
    before: Option<u64>,
    limit: usize,
) -> Answer<Vec<RequestView>> {
    let session = keeper.session()?;
    let records = session
        .gate
        .inspector()
        .records(before, limit.min(PAGE_MAX));
    let views = records.iter().map(|record| RequestView::from(&**record));
    Ok(views.collect())
}

#[tauri::command]
pub async fn clear_requests(keeper: State<'_, Keeper>) -> Answer<()> {
    keeper.session()?.gate.inspector().clear();
    Ok(())
}
