//! Puts the app together: logging, plugins, commands, the window, and the way out.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use stave_engine::places;
use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, Emitter as _, Manager as _, RunEvent, UriSchemeContext, UriSchemeResponder, Url,
    WebviewWindow, WebviewWindowBuilder, WindowEvent, Wry,
};
use tracing_subscriber::EnvFilter;

use crate::events::{Event, Events};
use crate::keeper::Keeper;
use crate::offered::Offered;
use crate::opening::Environment;
use crate::settings::SettingsFile;
use crate::{commands, drops, preview, suspend, tray};

/// The label of the one window.
const MAIN: &str = "main";

/// The settings file, in the configuration folder.
const SETTINGS: &str = "settings.json";

/// Runs the app until it is closed.
pub fn run() -> ExitCode {
    log();
    let environment = Environment::read(|name| std::env::var_os(name));
    match build(environment) {
        Ok(app) => {
            app.run(|app, event| {
                if let RunEvent::Exit = event {
                    close(app);
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            ExitCode::FAILURE
        }
    }
}

fn build(environment: Environment) -> tauri::Result<tauri::App> {
    let mut builder = tauri::Builder::default();
    // A vault that is named aloud is a matter of its own; the usual one has one window.
    if environment.vault.is_none() {
        let second = |app: &AppHandle, _: Vec<String>, _: String| show_window(app);
        builder = builder.plugin(tauri_plugin_single_instance::init(second));
    }
    builder
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .plugin(tauri_plugin_dialog::init())
        .register_asynchronous_uri_scheme_protocol(preview::SCHEME, serve_preview)
        .on_window_event(|window, event| {
            if let WindowEvent::DragDrop(drag) = event {
                drops::handle(window, drag);
            }
        })
        .invoke_handler(handler())
        .setup(move |app| {
            set_up(app.handle(), environment)?;
            Ok(())
        })
        .build(tauri::generate_context!())
}

fn set_up(app: &AppHandle, environment: Environment) -> tauri::Result<()> {
    let hearing = app.clone();
    let events = Events::new(move |event| emit(&hearing, event));
    let settings = app.path().app_config_dir()?.join(SETTINGS);
    let settings = Arc::new(SettingsFile::read(settings));
    let folder = vault_folder(app, &environment)?;
    let keeper = Keeper::new(folder, environment, Arc::clone(&settings), events.clone());
    app.manage(keeper.clone());
    app.manage(settings);
    app.manage(events.clone());
    app.manage(Offered::default());
    let opening = keeper.clone();
    tauri::async_runtime::spawn(async move {
        opening.open_silently().await;
        events.tell(Event::Vault);
        opening.watch_idle().await;
    });
    suspend::watch(keeper);
    end_on_signal(app);
    tray::show(app);
    open_window(app)
}

fn vault_folder(app: &AppHandle, environment: &Environment) -> tauri::Result<PathBuf> {
    let named = environment.vault.clone().or_else(places::default_vault_dir);
    named.map_or_else(|| Ok(app.path().app_local_data_dir()?.join("vault")), Ok)
}

fn open_window(app: &AppHandle) -> tauri::Result<()> {
    for config in &app.config().app.windows {
        WebviewWindowBuilder::from_config(app, config)?
            .on_navigation(is_own)
            .on_new_window(|_, _| NewWindowResponse::Deny)
            .build()?;
    }
    Ok(())
}

/// The window shows the app and nothing else: links open nowhere, whatever put them on the page.
fn is_own(url: &Url) -> bool {
    let own = url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost");
    own || (tauri::is_dev() && url.host_str() == Some("127.0.0.1"))
}

/// What the window asks by itself when something changed: no sign that a person is there.
const UNASKED: [&str; 8] = [
    "vault_status",
    "endpoint_status",
    "list_transfers",
    "settings_get",
    "cors_refusals",
    "list_links",
    "network_share",
    "inspect_requests",
];

/// Answers commands; each that a person may have caused keeps the vault from locking itself.
fn handler() -> impl Fn(tauri::ipc::Invoke<Wry>) -> bool + Send + Sync + 'static {
    let answer = commands();
    move |invoke| {
        if !UNASKED.contains(&invoke.message.command()) {
            let app = invoke.message.webview_ref().app_handle();
            app.state::<Keeper>().touch();
        }
        answer(invoke)
    }
}

#[allow(clippy::too_many_lines)] // The list of all commands.
fn commands() -> impl Fn(tauri::ipc::Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        commands::vault::vault_status,
        commands::vault::vault_create,
        commands::vault::vault_confirm_recovery,
        commands::vault::vault_unlock,
        commands::vault::vault_lock,
        commands::buckets::list_buckets,
        commands::buckets::create_bucket,
        commands::buckets::delete_bucket,
        commands::buckets::set_versioning,
        commands::buckets::check_bucket_name,
        commands::bucket_settings::bucket_settings,
        commands::bucket_settings::put_bucket_tags,
        commands::bucket_settings::put_bucket_ownership,
        commands::bucket_settings::put_bucket_payer,
        commands::bucket_settings::put_bucket_logging,
        commands::bucket_settings::put_bucket_website,
        commands::uploads::list_uploads,
        commands::uploads::abort_upload,
        commands::uploads::abort_old_uploads,
        commands::listing::open_listing,
        commands::listing::listing_rows,
        commands::listing::listing_find,
        commands::listing::close_listing,
        commands::listing::select_summary,
        commands::objects::object_details,
        commands::objects::object_versions,
        commands::objects::create_folder,
        commands::objects::rename_object,
        commands::objects::rename_folder,
        commands::objects::delete_objects,
        commands::objects::undo_delete,
        commands::objects::restore_version,
        commands::objects::undelete_object,
        commands::objects::delete_version,
        commands::objects::preview_object,
        commands::objects::object_parts,
        commands::tags::put_object_tags,
        commands::transfers::pick_and_upload,
        commands::transfers::upload_paths,
        commands::transfers::upload_dropped,
        commands::transfers::pick_and_download,
        commands::transfers::list_transfers,
        commands::transfers::cancel_transfer,
        commands::transfers::retry_transfer,
        commands::transfers::clear_transfers,
        commands::sharing::share_link,
        commands::developer::endpoint_status,
        commands::developer::endpoint_start,
        commands::developer::endpoint_stop,
        commands::developer::list_access_keys,
        commands::developer::add_access_key,
        commands::developer::set_access_key_active,
        commands::developer::delete_access_key,
        commands::developer::reveal_access_key,
        commands::developer::snippets,
        commands::keys::list_kms_keys,
        commands::keys::kms_key,
        commands::keys::create_kms_key,
        commands::keys::set_kms_key_enabled,
        commands::keys::describe_kms_key,
        commands::keys::set_kms_key_tags,
        commands::keys::add_kms_alias,
        commands::keys::remove_kms_alias,
        commands::keys::move_kms_alias,
        commands::keys::set_kms_rotation,
        commands::keys::rotate_kms_key,
        commands::keys::check_key_policy,
        commands::keys::put_key_policy,
        commands::keys::schedule_kms_deletion,
        commands::keys::cancel_kms_deletion,
        commands::keys::revoke_kms_grant,
        commands::audit::audit_records,
        commands::audit::verify_audit,
        commands::audit::export_audit,
        commands::encryption::bucket_encryption,
        commands::encryption::set_bucket_encryption,
        commands::encryption::reencrypt,
        commands::encryption::list_customer_keys,
        commands::encryption::keep_customer_key,
        commands::encryption::forget_customer_key,
        commands::encryption::download_with_customer_key,
        commands::encryption::upload_with_customer_key,
        commands::vault::vault_change_passphrase,
        commands::vault::vault_rotate_root,
        commands::vault::vault_renew_recovery,
        commands::vault::vault_drill,
        commands::vault::recovery_sheet,
        commands::vault::set_idle_lock,
        commands::vault::set_lock_on_suspend,
        commands::vault::vault_scrub,
        commands::access::bucket_cors,
        commands::access::check_cors,
        commands::access::put_bucket_cors,
        commands::access::cors_json,
        commands::access::cors_lab,
        commands::access::cors_refusals,
        commands::access::allow_refused,
        commands::access::bucket_access,
        commands::access::check_bucket_policy,
        commands::access::put_bucket_policy,
        commands::access::put_public_access,
        commands::identities::list_identities,
        commands::identities::identity,
        commands::identities::create_user,
        commands::identities::create_role,
        commands::identities::delete_identity,
        commands::identities::check_identity_policy,
        commands::identities::put_identity_policy,
        commands::identities::delete_identity_policy,
        commands::identities::put_trust_policy,
        commands::identities::revoke_sessions,
        commands::identities::policy_templates,
        commands::links::make_link,
        commands::links::list_links,
        commands::links::revoke_link,
        commands::links::forget_link,
        commands::links::link_log,
        commands::links::share_on_network,
        commands::links::network_share,
        commands::links::stop_network_share,
        commands::port::set_tls,
        commands::port::new_certificate,
        commands::port::inspect_requests,
        commands::port::clear_requests,
        commands::access::effective_access,
        commands::access::simulate,
        commands::access::simulate_actions,
        commands::doctor::diagnose_link,
        commands::about::app_info,
        commands::about::settings_get,
        commands::about::settings_put,
    ]
}

fn emit(app: &AppHandle, event: Event) {
    if matches!(event, Event::Endpoint | Event::Vault) {
        tray::refresh(app);
    }
    let name = event.name();
    let told = match event {
        Event::Change(change) => app.emit_to(MAIN, name, change),
        Event::Listing(progress) => app.emit_to(MAIN, name, progress),
        Event::Drop(drop) => app.emit_to(MAIN, name, drop),
        Event::CorsRefused(refusal) => app.emit_to(MAIN, name, refusal),
        Event::Transfers | Event::Endpoint | Event::Vault | Event::Links | Event::Request => {
            app.emit_to(MAIN, name, ())
        }
    };
    if let Err(error) = told {
        tracing::warn!(%error, name, "the window could not be told");
    }
}

// The context and the request are owned: the protocol's handler takes them by value.
#[allow(clippy::needless_pass_by_value)]
fn serve_preview(
    context: UriSchemeContext<'_, Wry>,
    request: http::Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let app = context.app_handle().clone();
    let is_main = context.webview_label() == MAIN;
    tauri::async_runtime::spawn(async move {
        let session = app.state::<Keeper>().session();
        responder.respond(match session {
            Ok(session) if is_main => session.previews.serve(&request, &*session.store).await,
            _ => preview::refused(StatusCode::FORBIDDEN),
        });
    });
}

/// Returns the window, unless it is gone.
pub fn main_window(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(MAIN)
}

/// Brings the window to the front.
pub fn show_window(app: &AppHandle) {
    let Some(window) = main_window(app) else {
        return;
    };
    let shown = window
        .unminimize()
        .and_then(|()| window.show())
        .and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the window could not be shown");
    }
}

/// How long the vault may take to close when the app ends. What was told to be stored is stored by then; what is left
/// is tidying up, which the next start does as well.
const CLOSING_MAX: Duration = Duration::from_secs(20);

/// Closing the window ends the app: nothing keeps running that a person does not see. Not even an app that waits for
/// itself, behind which the next start would find a vault in use.
fn close(app: &AppHandle) {
    let keeper = app.state::<Keeper>();
    let ended = tauri::async_runtime::block_on(async {
        tokio::time::timeout(CLOSING_MAX, keeper.end()).await
    });
    if ended.is_err() {
        tracing::error!("the vault took too long to close and is left to the next start");
    }
}

/// A session that ends says so by a signal; the vault is closed as if the window were.
#[cfg(unix)]
fn end_on_signal(app: &AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        match signal(SignalKind::terminate()) {
            Ok(mut ended) => {
                ended.recv().await;
                app.exit(0);
            }
            Err(error) => tracing::warn!(%error, "signals are not heard"),
        }
    });
}

/// Windows tells the window itself.
#[cfg(not(unix))]
fn end_on_signal(_app: &AppHandle) {}

/// Logs go to standard error; `STAVE_LOG` has the last word on which. The bus of the keychain logs
/// its handshakes, which concern nobody.
fn log() {
    let filter = EnvFilter::try_from_env("STAVE_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,zbus=warn,s3s=warn,hyper=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}
