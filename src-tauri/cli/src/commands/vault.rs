//! `stave vault`: the vault's own life.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::json;
use stave_endpoint::control::{
    Request, Response, ScrubInfo, UnlockBy, VaultControl as _, VaultInfo, VaultRequest,
};
use stave_engine::{Engine, Holder, KeychainEntry, SlotKind, keychain_entry};

use crate::args::{RecoveryCommand, VaultCommand};
use crate::connect::{
    OpenVault, ask, close, is_served, misunderstood, open_vault, refuse_locked, refused,
};
use crate::context::Context;
use crate::engine_control::EngineControl;
use crate::failure::{Exit, Failure, Outcome};
use crate::output::Output;
use crate::secrets::{asked, asked_twice};
use crate::shown::{counted, local_time, rfc3339};
use crate::vault::{
    FoundVault, find_or_fail, given, listed, open, passphrase_of_environment, slot_name, unopened,
};

/// How often a running scrub is asked how far it is.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The vault in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "vault")]
struct VaultLine {
    vault: String,
    vault_id: String,
    created: String,
    ways_in: Vec<&'static str>,
    served: bool,
    locked: bool,
    scrubbing: bool,
}

/// The vault, in the hands of whoever has it open.
enum Life {
    Elsewhere(FoundVault),
    Here(Arc<Engine>, EngineControl),
}

/// Works on the vault.
pub async fn vault(context: &mut Context, command: VaultCommand) -> Outcome {
    match command {
        VaultCommand::Status => status(context).await,
        VaultCommand::Holders => holders(context),
        VaultCommand::Lock => lock(context).await,
        VaultCommand::Unlock => unlock(context).await,
        VaultCommand::Recovery(RecoveryCommand::Drill) => drill(context).await,
        VaultCommand::Passphrase
        | VaultCommand::RotateRoot
        | VaultCommand::Recovery(RecoveryCommand::Renew)
        | VaultCommand::Scrub => {
            let life = Life::reach(context).await?;
            let done = work(&mut context.output, &life, &command).await;
            life.close().await;
            done
        }
    }
}

impl Life {
    async fn reach(context: &Context) -> Outcome<Self> {
        match open_vault(&context.global).await? {
            OpenVault::Elsewhere(found) => Ok(Self::Elsewhere(found)),
            OpenVault::Here(engine) => {
                let key_file = context.global.key_file.clone();
                let control = EngineControl::new(Arc::clone(&engine), key_file);
                Ok(Self::Here(engine, control))
            }
        }
    }

    async fn close(self) {
        if let Self::Here(engine, control) = self {
            drop(control);
            close(engine).await;
        }
    }

    async fn info(&self) -> Outcome<VaultInfo> {
        match self {
            Self::Elsewhere(found) => info_of(found).await,
            Self::Here(_, control) => Ok(control.status().await.map_err(|e| refused(&e))?),
        }
    }

    async fn change_passphrase(
        &self,
        current: Option<SecretString>,
        next: SecretString,
    ) -> Outcome {
        match self {
            Self::Here(_, control) => {
                let changed = control.change_passphrase(current, next).await;
                Ok(changed.map_err(|error| refused(&error))?)
            }
            Self::Elsewhere(found) => {
                let request = VaultRequest::ChangePassphrase {
                    current: current.map(Into::into),
                    next: next.into(),
                };
                done(found, request).await
            }
        }
    }

    async fn rotate_root(&self, passphrase: Option<SecretString>) -> Outcome<SecretString> {
        match self {
            Self::Here(_, control) => {
                let words = control.rotate_root(passphrase).await;
                Ok(words.map_err(|error| refused(&error))?)
            }
            Self::Elsewhere(found) => {
                let passphrase = passphrase.map(Into::into);
                words(found, VaultRequest::RotateRoot { passphrase }).await
            }
        }
    }

    async fn renew_words(&self) -> Outcome<SecretString> {
        match self {
            Self::Here(_, control) => {
                let words = control.renew_words().await;
                Ok(words.map_err(|error| refused(&error))?)
            }
            Self::Elsewhere(found) => words(found, VaultRequest::RenewWords).await,
        }
    }

    async fn start_scrub(&self) -> Outcome {
        match self {
            Self::Here(_, control) => Ok(control
                .start_scrub()
                .await
                .map_err(|error| refused(&error))?),
            // A scrub of a locked vault would begin, and end at once.
            Self::Elsewhere(found) => {
                refuse_locked(found).await?;
                done(found, VaultRequest::ScrubStart).await
            }
        }
    }

    async fn scrub_status(&self) -> Outcome<ScrubInfo> {
        match self {
            Self::Here(_, control) => Ok(control
                .scrub_status()
                .await
                .map_err(|error| refused(&error))?),
            Self::Elsewhere(found) => {
                match ask(found, &Request::Vault(VaultRequest::ScrubStatus)).await? {
                    Response::Scrub(scrub) => Ok(scrub),
                    _ => Err(misunderstood().into()),
                }
            }
        }
    }
}

async fn work(output: &mut Output, life: &Life, command: &VaultCommand) -> Outcome {
    match command {
        VaultCommand::Passphrase => passphrase(output, life).await,
        VaultCommand::RotateRoot => rotate_root(output, life).await,
        VaultCommand::Scrub => scrub(output, life).await,
        _ => tell_words(output, &life.renew_words().await?),
    }
}

async fn info_of(found: &FoundVault) -> Outcome<VaultInfo> {
    match ask(found, &Request::Vault(VaultRequest::Status)).await? {
        Response::Vault(info) => Ok(info),
        _ => Err(misunderstood().into()),
    }
}

async fn done(found: &FoundVault, request: VaultRequest) -> Outcome {
    match ask(found, &Request::Vault(request)).await? {
        Response::Done => Ok(()),
        _ => Err(misunderstood().into()),
    }
}

async fn words(found: &FoundVault, request: VaultRequest) -> Outcome<SecretString> {
    match ask(found, &Request::Vault(request)).await? {
        Response::RecoveryWords { words } => Ok(words.into_inner()),
        _ => Err(misunderstood().into()),
    }
}

/// Tells of the vault without opening it.
async fn status(context: &mut Context) -> Outcome {
    let found = find_or_fail(&context.global)?;
    let info = if is_served(&found).await? {
        Some(info_of(&found).await?)
    } else {
        None
    };
    let line = VaultLine {
        vault: found.dir.display().to_string(),
        vault_id: found.id.to_string(),
        created: rfc3339(found.created),
        ways_in: found.slots.iter().map(|slot| slot_name(*slot)).collect(),
        served: info.is_some(),
        locked: info.as_ref().is_none_or(|info| info.locked),
        scrubbing: info.as_ref().is_some_and(|info| info.scrubbing),
    };
    let state = match &info {
        None => "closed: nobody has it open",
        Some(info) if info.locked => "locked, in the hands of another process",
        Some(info) if info.scrubbing => "open in another process, which reads every body",
        Some(_) => "open in another process",
    };
    let text = format!(
        "Vault:    {}\nId:       {}\nMade:     {}\nOpens by: {}\nState:    {state}",
        line.vault,
        line.vault_id,
        local_time(found.created),
        listed(&found.slots),
    );
    context.output.result(&line, text)
}

/// Lists the ways in, and how the keychain answers where it is one.
fn holders(context: &mut Context) -> Outcome {
    let found = find_or_fail(&context.global)?;
    for slot in &found.slots {
        let state = (*slot == SlotKind::Keychain).then(|| keychain_state(&found));
        let name = slot_name(*slot);
        let line = json!({ "kind": "way-in", "way_in": name, "state": state });
        let text = match state {
            Some(state) => format!("{name}: {state}"),
            None => name.to_owned(),
        };
        context.output.result(&line, text)?;
    }
    Ok(())
}

fn keychain_state(found: &FoundVault) -> &'static str {
    match keychain_entry(&found.dir) {
        Ok(KeychainEntry::Ready) => "ready",
        Ok(KeychainEntry::Locked) => "locked",
        Ok(KeychainEntry::Missing) => "missing entry",
        Ok(KeychainEntry::Wrong) => "wrong value",
        Ok(KeychainEntry::Absent | KeychainEntry::Failing) | Err(_) => "absent",
    }
}

async fn lock(context: &mut Context) -> Outcome {
    let found = find_or_fail(&context.global)?;
    let line = json!({ "kind": "vault-locked", "vault_id": found.id.to_string() });
    if !is_served(&found).await? {
        return context
            .output
            .report(&line, "Nobody has the vault open: it is closed.");
    }
    done(&found, VaultRequest::Lock).await?;
    context.output.report(
        &line,
        "Locked. Its endpoint answers 503 until it is unlocked.",
    )
}

async fn unlock(context: &mut Context) -> Outcome {
    let found = find_or_fail(&context.global)?;
    if !is_served(&found).await? {
        return Err(Failure::new(Exit::Vault, "There is nothing to unlock.")
            .why("No process has the vault open.")
            .cure("Open it with `stave serve` or the window; other commands open it themselves.")
            .into());
    }
    let by = way(context, &found)?;
    done(&found, VaultRequest::Unlock { by }).await?;
    let line = json!({ "kind": "vault-unlocked", "vault_id": found.id.to_string() });
    context.output.report(&line, "Unlocked.")
}

/// Chooses what unlocks: what was given, else what needs nobody, else a passphrase that is asked for.
fn way(context: &Context, found: &FoundVault) -> Outcome<UnlockBy> {
    let given = given(&context.global)?;
    match given {
        Some(Holder::RecoveryWords(words)) => {
            return Ok(UnlockBy::Words {
                words: words.into(),
            });
        }
        Some(Holder::Passphrase(passphrase)) => {
            return Ok(UnlockBy::Passphrase {
                passphrase: passphrase.into(),
            });
        }
        _ => {}
    }
    if found.slots.contains(&SlotKind::KeyFile) {
        return Ok(UnlockBy::KeyFile);
    }
    if found.slots.contains(&SlotKind::Keychain) {
        return Ok(UnlockBy::Keychain);
    }
    Ok(UnlockBy::Passphrase {
        passphrase: asked("Passphrase of the vault: ")?.into(),
    })
}

async fn passphrase(output: &mut Output, life: &Life) -> Outcome {
    let current = present_passphrase(life).await?;
    let next = asked_twice("The new passphrase: ")?;
    life.change_passphrase(current, next).await?;
    let told = json!({ "kind": "passphrase-changed" });
    output.report(&told, "The vault opens by the new passphrase.")
}

/// Asks for the passphrase where the vault has one.
async fn present_passphrase(life: &Life) -> Outcome<Option<SecretString>> {
    let has_one = life
        .info()
        .await?
        .ways_in
        .iter()
        .any(|way| way == "passphrase");
    if !has_one {
        return Ok(None);
    }
    match passphrase_of_environment() {
        Some(passphrase) => Ok(Some(passphrase)),
        None => asked("The present passphrase: ").map(Some),
    }
}

async fn rotate_root(output: &mut Output, life: &Life) -> Outcome {
    let passphrase = present_passphrase(life).await?;
    let words = life.rotate_root(passphrase).await?;
    tell_words(output, &words)
}

/// Tells new words, once.
fn tell_words(output: &mut Output, words: &SecretString) -> Outcome {
    let line = json!({ "kind": "recovery-words", "recovery_words": words.expose_secret() });
    output.result(&line, words.expose_secret())?;
    output.flush()?;
    output.remark(
        "These are the new recovery words, shown this once. The former open nothing any more: write these down, \
         then prove them with `stave vault recovery drill`.",
    );
    Ok(())
}

/// Proves words: by the process that has the vault open, or else by opening it with nothing else.
async fn drill(context: &mut Context) -> Outcome {
    let found = find_or_fail(&context.global)?;
    let words = match given(&context.global)? {
        Some(Holder::RecoveryWords(words)) => words,
        _ => asked("The 24 recovery words: ")?,
    };
    if is_served(&found).await? {
        let words = words.into();
        done(&found, VaultRequest::Drill { words }).await?;
    } else {
        let opened = open(&found.dir, Holder::RecoveryWords(words)).await;
        close(opened.map_err(|error| unopened(&found.dir, &error))?).await;
    }
    let line = json!({ "kind": "recovery-words-proved", "vault_id": found.id.to_string() });
    context
        .output
        .report(&line, "These words open the vault. Nothing was changed.")
}

async fn scrub(output: &mut Output, life: &Life) -> Outcome {
    life.start_scrub().await?;
    let progress = output.progress_of_items();
    let scrub = loop {
        let scrub = life.scrub_status().await?;
        progress.reach(scrub.checked, scrub.total);
        if !scrub.running {
            break scrub;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    };
    progress.end();
    tell_scrub(output, &scrub)
}

fn tell_scrub(output: &mut Output, scrub: &ScrubInfo) -> Outcome {
    let line = json!({
        "kind": "scrub", "checked": scrub.checked, "damaged": scrub.damaged, "failed": scrub.failed,
    });
    let mut text = format!("Read {}.", bodies(scrub.checked));
    for damaged in &scrub.damaged {
        text.push_str("\n  damaged: ");
        text.push_str(&crate::shown::shown(damaged));
    }
    output.result(&line, text)?;
    if let Some(failed) = &scrub.failed {
        return Err(Failure::failed("The vault was not read to its end.")
            .why(format!("{failed}."))
            .cure("Unlock the vault, check its disk, and start again.")
            .into());
    }
    if scrub.damaged.is_empty() {
        return Ok(());
    }
    Err(
        Failure::failed(format!("{} damaged.", bodies(scrub.damaged.len() as u64)))
            .why("What lies on the disk is not what was written.")
            .cure("Restore older versions of them, or the vault's folder from a backup.")
            .into(),
    )
}

fn bodies(count: u64) -> String {
    match count {
        1 => counted(1, "body"),
        many => format!("{many} bodies"),
    }
}
