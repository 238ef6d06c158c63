//! The vault.

use secrecy::SecretString;
use serde::Deserialize;
use stave_engine::Holder;
use tauri::State;

use crate::args::Args;
use crate::errors::{Answer, Failure};
use crate::keeper::{Keeper, passphrase};
use crate::views::{
    DrillResult, JobStarted, NewHolder, Purpose, RecoverySheet, VaultCreated, VaultStatus,
};

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
            let passphrase = passphrase(ask.passphrase).ok_or_else(empty_passphrase)?;
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

/// Asks for another passphrase. No `Debug`: it carries secrets.
#[derive(Deserialize)]
pub struct ChangePassphrase {
    current: Option<String>,
    next: String,
}

/// Brings a passphrase where one is needed. No `Debug`: it carries a secret.
#[derive(Deserialize)]
pub struct WithPassphrase {
    passphrase: Option<String>,
}

/// Brings recovery words. No `Debug`: it carries a secret.
#[derive(Deserialize)]
pub struct WithWords {
    words: Vec<String>,
}

#[tauri::command]
pub async fn vault_change_passphrase(
    keeper: State<'_, Keeper>,
    ask: Args<ChangePassphrase>,
) -> Answer<()> {
    let Args(ask) = ask;
    let next = passphrase(Some(ask.next)).ok_or_else(empty_passphrase)?;
    keeper
        .change_passphrase(passphrase(ask.current), next)
        .await
}

#[tauri::command]
pub async fn vault_rotate_root(
    keeper: State<'_, Keeper>,
    ask: Args<WithPassphrase>,
) -> Answer<VaultCreated> {
    keeper.rotate_root(passphrase(ask.0.passphrase)).await
}

#[tauri::command]
pub async fn vault_renew_recovery(keeper: State<'_, Keeper>) -> Answer<VaultCreated> {
    keeper.renew_recovery().await
}

#[tauri::command]
pub async fn vault_drill(keeper: State<'_, Keeper>, ask: Args<WithWords>) -> Answer<DrillResult> {
    keeper
        .drill(SecretString::from(ask.0.words.join(" ")))
        .await
}

#[tauri::command]
pub async fn recovery_sheet(
    keeper: State<'_, Keeper>,
    ask: Args<WithWords>,
) -> Answer<RecoverySheet> {
    keeper.recovery_sheet(&ask.0.words)
}

#[tauri::command]
pub async fn set_idle_lock(keeper: State<'_, Keeper>, minutes: u32) -> Answer<()> {
    keeper.set_idle_lock(minutes)
}

#[tauri::command]
pub async fn set_lock_on_suspend(keeper: State<'_, Keeper>, on: bool) -> Answer<()> {
    keeper.set_lock_on_suspend(on)
}

#[tauri::command]
pub async fn vault_scrub(keeper: State<'_, Keeper>) -> Answer<JobStarted> {
    Ok(JobStarted {
        job: keeper.scrub()?,
    })
}

fn empty_passphrase() -> Failure {
    Failure::refused(
        "empty_passphrase",
        "a passphrase has at least one character",
        "Choose one that nobody guesses.",
    )
}

#[tauri::command]
pub async fn vault_lock(keeper: State<'_, Keeper>) -> Answer<VaultStatus> {
    Ok(keeper.lock().await)
}
