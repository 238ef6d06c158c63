//! The icon beside the clock. A desktop without a place for it, or a session without a bus, goes without.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager as _};

use crate::errors::Answer;
use crate::keeper::Keeper;
use crate::shell;

const OPEN: &str = "open";
const ENDPOINT: &str = "endpoint";
const LOCK: &str = "lock";
const QUIT: &str = "quit";

/// Tries to show the icon.
pub fn show(app: &AppHandle) {
    // The library of the icon is loaded when it is first used, and its loader panics where it is missing.
    match catch_unwind(AssertUnwindSafe(|| build(app))) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::info!(%error, "there is no icon beside the clock"),
        Err(_) => tracing::info!("there is no icon beside the clock: its library is missing"),
    }
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let item = |id, text| MenuItem::with_id(app, id, text, true, None::<&str>);
    let line = || PredefinedMenuItem::separator(app);
    let menu = Menu::with_items(
        app,
        &[
            &item(OPEN, "Open Stave")?,
            &line()?,
            &item(ENDPOINT, "Turn the endpoint on or off")?,
            &item(LOCK, "Lock the vault")?,
            &line()?,
            &item(QUIT, "Quit")?,
        ],
    )?;
    let mut tray = TrayIconBuilder::with_id("main")
        .tooltip("Stave")
        .menu(&menu)
        .on_menu_event(|app, event| chosen(app, event.id().as_ref()));
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app)?;
    Ok(())
}

fn chosen(app: &AppHandle, item: &str) {
    match item {
        OPEN => shell::show_window(app),
        QUIT => app.exit(0),
        ENDPOINT => in_background(app, |app| async move {
            let session = app.state::<Keeper>().session()?;
            match session.gate.endpoint().await {
                Ok(_) => session.gate.stop().await?,
                Err(_) => session.gate.start(None).await?,
            };
            Ok(())
        }),
        LOCK => in_background(app, |app| async move {
            app.state::<Keeper>().lock().await;
            Ok(())
        }),
        _ => {}
    }
}

fn in_background<F>(app: &AppHandle, work: impl FnOnce(AppHandle) -> F)
where
    F: Future<Output = Answer<()>> + Send + 'static,
{
    let work = work(app.clone());
    tauri::async_runtime::spawn(async move {
        if let Err(failure) = work.await {
            tracing::warn!(message = failure.message, "the tray's command failed");
        }
    });
}
