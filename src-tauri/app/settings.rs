//! What the app remembers outside the vault: how the window looks, and where the endpoint was. No
//! secrets.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::errors::{Answer, Failure};
use crate::views::Settings;

/// The port that S3 tools of developers try first.
const DEFAULT_PORT: u16 = 9_000;

/// The most settings of the window, and the longest of them in bytes.
const NAMES_MAX: usize = 256;
const VALUE_MAX: usize = 16 * 1024;

/// What is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remembered {
    /// The window's own settings.
    pub window: Settings,
    /// The port that the endpoint tries first.
    pub endpoint_port: u16,
    /// Whether the endpoint starts with the vault.
    pub endpoint_on: bool,
    /// Whether the endpoint speaks TLS too.
    pub tls_on: bool,
    /// The id of a vault whose recovery words were shown and not yet typed back.
    pub unconfirmed_words: Option<String>,
    /// After so many minutes without a command the vault locks itself; 0 is never.
    pub idle_minutes: u32,
    /// Whether the vault locks when this computer goes to sleep.
    pub lock_on_suspend: bool,
    /// The customers' keys that the keychain keeps; the keys themselves are there alone.
    pub customer_keys: Vec<KeptCustomerKey>,
}

/// A customer's key that the keychain keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptCustomerKey {
    /// What it is called.
    pub name: String,
    /// When it was kept, in milliseconds since 1970.
    pub created: i64,
}

impl Default for Remembered {
    fn default() -> Self {
        Self {
            window: Settings::new(),
            endpoint_port: DEFAULT_PORT,
            endpoint_on: true,
            tls_on: false,
            unconfirmed_words: None,
            idle_minutes: 0,
            lock_on_suspend: false,
            customer_keys: Vec::new(),
        }
    }
}

/// The settings file.
pub struct SettingsFile {
    path: PathBuf,
    remembered: Mutex<Remembered>,
}

impl SettingsFile {
    /// Reads a file; one that is missing or cannot be read counts as empty.
    pub fn read(path: PathBuf) -> Self {
        let remembered = match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                tracing::warn!(%error, "the settings could not be read and are made anew");
                Remembered::default()
            }),
            Err(_) => Remembered::default(),
        };
        Self {
            path,
            remembered: Mutex::new(remembered),
        }
    }

    /// Returns what is remembered.
    pub fn get(&self) -> Remembered {
        self.lock().clone()
    }

    /// Changes what is remembered and writes it.
    pub fn change(&self, change: impl FnOnce(&mut Remembered)) -> Answer<()> {
        let mut remembered = self.lock();
        change(&mut remembered);
        write(&self.path, &remembered).map_err(|error| {
            Failure::new(
                "settings_not_saved",
                "the settings could not be saved",
                error.to_string(),
                "Check the permissions of your configuration folder.",
            )
        })
    }

    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Checks the window's settings against their limits.
pub fn check(settings: &Settings) -> Answer<()> {
    let fits = |(name, value): (&String, &String)| name.len() + value.len() <= VALUE_MAX;
    if settings.len() <= NAMES_MAX && settings.iter().all(fits) {
        return Ok(());
    }
    Err(Failure::refused(
        "settings_too_large",
        "these settings are too many or too long",
        "",
    ))
}

/// Writes a new file and gives it the old one's name, so that the file is never half written.
fn write(path: &Path, remembered: &Remembered) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let fresh = path.with_extension("json.new");
    std::fs::write(&fresh, serde_json::to_vec_pretty(remembered)?)?;
    std::fs::rename(&fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/settings.json");
        let file = SettingsFile::read(path.clone());
        assert_eq!(file.get(), Remembered::default());
        file.change(|r| drop(r.window.insert("theme".into(), "dark".into())))
            .unwrap();
        file.change(|r| r.endpoint_port = 9_010).unwrap();
        let again = SettingsFile::read(path).get();
        assert_eq!(again.window["theme"], "dark");
        assert_eq!(again.endpoint_port, 9_010);
    }

    #[test]
    fn a_damaged_file_counts_as_empty() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        std::fs::write(&path, "{").unwrap();
        assert_eq!(SettingsFile::read(path).get(), Remembered::default());
    }
}
