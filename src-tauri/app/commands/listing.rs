//! Listings.

use tauri::State;

use crate::args::Args;
use crate::errors::Answer;
use crate::keeper::Keeper;
use crate::listing::Selection;
use crate::views::{ListingOpened, ListingRequest, ListingRows, SelectionSummary};

#[tauri::command]
pub async fn open_listing(
    keeper: State<'_, Keeper>,
    ask: Args<ListingRequest>,
) -> Answer<ListingOpened> {
    keeper.session()?.listings.open(&ask.0).await
}

#[tauri::command]
pub async fn listing_rows(
    keeper: State<'_, Keeper>,
    cursor: u64,
    start: u64,
    len: u64,
) -> Answer<ListingRows> {
    keeper.session()?.listings.rows(cursor, start, len).await
}

#[tauri::command]
pub async fn listing_find(
    keeper: State<'_, Keeper>,
    cursor: u64,
    text: String,
) -> Answer<Option<u64>> {
    keeper.session()?.listings.first_named(cursor, &text).await
}

#[tauri::command]
pub async fn close_listing(keeper: State<'_, Keeper>, cursor: u64) -> Answer<()> {
    // A locked vault has closed its listings itself.
    if let Ok(session) = keeper.session() {
        session.listings.close(cursor);
    }
    Ok(())
}

#[tauri::command]
pub async fn select_summary(
    keeper: State<'_, Keeper>,
    ask: Args<Selection>,
) -> Answer<SelectionSummary> {
    let Args(selection) = ask;
    let listings = &keeper.session()?.listings;
    listings.summary(selection.cursor, &selection).await
}
