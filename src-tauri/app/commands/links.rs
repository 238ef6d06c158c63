//! Links with keys of their own, and their share on the network.

use stave_model::AccessKeyId;
use tauri::State;

use crate::args::Args;
use crate::errors::Answer;
use crate::keeper::Keeper;
use crate::links::{self, Linking};
use crate::session::Session;
use crate::views::{LinkOpening, LinkRequest, LinkView, NetworkShareView};

async fn linking(session: &Session) -> Linking<'_> {
    Linking {
        links: &*session.links,
        store: &*session.store,
        doors: session.gate.doors().await,
    }
}

#[tauri::command]
pub async fn make_link(keeper: State<'_, Keeper>, ask: Args<LinkRequest>) -> Answer<LinkView> {
    let Args(asked) = ask;
    let session = keeper.session()?;
    linking(&session).await.make(asked).await
}

#[tauri::command]
pub async fn list_links(keeper: State<'_, Keeper>) -> Answer<Vec<LinkView>> {
    let session = keeper.session()?;
    linking(&session).await.list().await
}

#[tauri::command]
pub async fn revoke_link(keeper: State<'_, Keeper>, id: String) -> Answer<()> {
    let id = AccessKeyId::parse(&id)?;
    keeper.session()?.links.revoke_link(&id).await?;
    Ok(())
}

#[tauri::command]
pub async fn forget_link(keeper: State<'_, Keeper>, id: String) -> Answer<()> {
    let id = AccessKeyId::parse(&id)?;
    links::forget(&*keeper.session()?.links, &id).await
}

#[tauri::command]
pub async fn link_log(keeper: State<'_, Keeper>, id: String) -> Answer<Vec<LinkOpening>> {
    let id = AccessKeyId::parse(&id)?;
    links::log(&*keeper.session()?.links, &id).await
}

#[tauri::command]
pub async fn share_on_network(keeper: State<'_, Keeper>, minutes: u32) -> Answer<NetworkShareView> {
    keeper.session()?.gate.share_on_network(minutes).await
}

#[tauri::command]
pub async fn network_share(keeper: State<'_, Keeper>) -> Answer<Option<NetworkShareView>> {
    Ok(keeper.session()?.gate.network_share().await)
}

#[tauri::command]
pub async fn stop_network_share(keeper: State<'_, Keeper>) -> Answer<()> {
    // A locked vault may still be shared: ending it needs no key.
    keeper.house()?.gate.stop_sharing().await;
    Ok(())
}
