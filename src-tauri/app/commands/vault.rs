//! The vault.

use secrecy::SecretString;
use serde::Deserialize;
use stave_engine::Holder;
use tauri::State;

use crate::args::Args;
use crate::errors::{Answer, Failure};
use crate::keeper::{Keeper, passphrase};
use crate::views::{NewHolder, Purpose, VaultCreated, VaultStatus};

/// Asks for a new vault. No `Debug`: it carries a secret.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Create {
    holder: NewHolder,
    passphrase: Option<String>,
    purpose: Purpose,
}

/// Asks for the vault to be opened: by a passphrase; by the recovery words, where a passphrase or
/// else the keychain keeps the key from then on; or by what needs nobody. No `Debug`: it carries a secret.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unlock {
    passphrase: Option<String>,
    recovery_words: Option<String>,
}

#[tauri::command]
pub async fn vault_status(keeper: State<'_, Keeper>) -> Answer<VaultStatus> {
    Ok(keeper.status().await)
}

#[tauri::command]
pub async fn vault_create(keeper: State<'_, Keeper>, ask: Args<Create>) -> Answer<VaultCreated> {
    let Args(ask) = ask;
    let holder = match ask.holder {
        NewHolder::Keychain => Holder::Keychain,
        NewHolder::Passphrase => {
            let passphrase = passphrase(ask.passphrase).ok_or_else(|| {
                Failure::refused(
                    "empty_passphrase",
                    "a passphrase has at least one character",
                    "Choose one that nobody guesses.",
                )
            })?;
            Holder::Passphrase(passphrase)
        }
    };
    keeper.create(holder, ask.purpose).await
}

#[tauri::command]
pub async fn vault_confirm_recovery(keeper: State<'_, Keeper>, words: Vec<String>) -> Answer<()> {
    keeper.confirm(&words).await
}

#[tauri::command]
pub async fn vault_unlock(keeper: State<'_, Keeper>, ask: Args<Unlock>) -> Answer<VaultStatus> {
    let Args(ask) = ask;
    let passphrase = passphrase(ask.passphrase);
    if let Some(words) = ask.recovery_words.map(SecretString::from) {
        let keep_by = passphrase.map_or(Holder::Keychain, Holder::Passphrase);
        return keeper.recover(words, keep_by).await;
    }
    keeper.unlock(passphrase.map(Holder::Passphrase)).await
}

#[tauri::command]
pub async fn vault_lock(keeper: State<'_, Keeper>) -> Answer<VaultStatus> {
    Ok(keeper.lock().await)
}
