//! The icon beside the clock: where the endpoint is, and what to do without the window. A desktop
//! without a place for it, or a session without a bus, goes without.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use arboard::Clipboard;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager as _, Wry};

use crate::errors::{Answer, Failure};
use crate::keeper::Keeper;
use crate::shell;
use crate::views::{EndpointState, EndpointStatus};

const OPEN: &str = "open";
const ENDPOINT: &str = "endpoint";
const COPY: &str = "copy";
const LOCK: &str = "lock";
const QUIT: &str = "quit";

/// The entries whose words follow the endpoint.
struct Items {
    state: MenuItem<Wry>,
    endpoint: MenuItem<Wry>,
    copy: MenuItem<Wry>,
    lock: MenuItem<Wry>,
}

/// What was copied. On X11 the text is gone with whoever offers it, so that it is kept as long as
/// the app.
#[derive(Default)]
struct Copied(Mutex<Option<Clipboard>>);

impl Copied {
    fn copy(&self, text: String) -> Result<(), arboard::Error> {
        let mut clipboard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let clipboard = match clipboard.take() {
            Some(kept) => clipboard.insert(kept),
            None => clipboard.insert(Clipboard::new()?),
        };
        clipboard.set_text(text)
    }
}

/// Tries to show the icon.
pub fn show(app: &AppHandle) {
    // The library of the icon is loaded when it is first used, and its loader panics where it is
    // missing.
    match catch_unwind(AssertUnwindSafe(|| build(app))) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::info!(%error, "there is no icon beside the clock"),
        Err(_) => tracing::info!("there is no icon beside the clock: its library is missing"),
    }
}

/// Says again what the endpoint does; nothing where there is no icon.
pub fn refresh(app: &AppHandle) {
    if app.try_state::<Items>().is_none() {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let status = match app.state::<Keeper>().house() {
            Ok(house) => Some(house.gate.status().await),
            Err(_) => None,
        };
        // Posted, not waited for: from here each word would hold a thread of the runtime until the main thread
        // takes it, and the main thread waits for the runtime when the app ends.
        let saying = app.clone();
        let posted = app.run_on_main_thread(move || {
            if let Err(error) = saying.state::<Items>().say(status.as_ref()) {
                tracing::warn!(%error, "the tray's menu could not be changed");
            }
        });
        if let Err(error) = posted {
            tracing::warn!(%error, "the tray's menu could not be changed");
        }
    });
}

impl Items {
    fn say(&self, status: Option<&EndpointStatus>) -> tauri::Result<()> {
        let status = status.filter(|status| status.state != EndpointState::Locked);
        let on = status.is_some_and(|status| status.state == EndpointState::On);
        self.state.set_text(match status {
            Some(status) if on => format!("Endpoint on {}", status.url),
            Some(_) => "Endpoint off".to_owned(),
            None => "Vault locked".to_owned(),
        })?;
        self.endpoint.set_text(if on {
            "Turn the endpoint off"
        } else {
            "Turn the endpoint on"
        })?;
        self.endpoint.set_enabled(status.is_some())?;
        self.copy.set_enabled(on)?;
        self.lock.set_enabled(status.is_some())
    }
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let item = |id, text, enabled| MenuItem::with_id(app, id, text, enabled, None::<&str>);
    let line = || PredefinedMenuItem::separator(app);
    let items = Items {
        state: item("state", "Vault locked", false)?,
        endpoint: item(ENDPOINT, "Turn the endpoint on", false)?,
        copy: item(COPY, "Copy the endpoint\u{2019}s address", false)?,
        lock: item(LOCK, "Lock the vault", false)?,
    };
    let menu = Menu::with_items(
        app,
        &[
            &items.state,
            &line()?,
            &item(OPEN, "Open Stave", true)?,
            &items.endpoint,
            &items.copy,
            &items.lock,
            &line()?,
            &item(QUIT, "Quit", true)?,
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
    app.manage(items);
    app.manage(Copied::default());
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
        COPY => in_background(app, |app| async move {
            let session = app.state::<Keeper>().session()?;
            let url = session.gate.endpoint().await?.url();
            app.state::<Copied>().copy(url).map_err(|error| {
                Failure::new("clipboard", "nothing was copied", error.to_string(), "")
            })
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
