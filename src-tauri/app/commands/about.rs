//! The app itself, and what the window remembers.

// Commands take their arguments by value.
#![allow(clippy::needless_pass_by_value)]

use std::sync::Arc;

use tauri::State;

use crate::errors::Answer;
use crate::keeper::Keeper;
use crate::settings::{self, SettingsFile};
use crate::views::{AppInfo, Settings};

#[tauri::command]
pub fn app_info(keeper: State<'_, Keeper>) -> AppInfo {
    AppInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        folder: keeper.folder().display().to_string(),
        platform: std::env::consts::OS.to_owned(),
    }
}

#[tauri::command]
pub fn settings_get(file: State<'_, Arc<SettingsFile>>) -> Settings {
    file.get().window
}

#[tauri::command]
pub fn settings_put(file: State<'_, Arc<SettingsFile>>, settings: Settings) -> Answer<()> {
    settings::check(&settings)?;
    file.change(|remembered| remembered.window = settings)
}
