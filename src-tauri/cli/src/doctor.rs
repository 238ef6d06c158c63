//! What may be wrong between a person and their objects, each with its cure.

use std::fs;
use std::path::Path;

use stave_endpoint::control::{Request, Response, StatusInfo};
use stave_engine::{KeychainState, SlotKind};
use stave_model::{Clock as _, SystemClock};
use stave_remote::{RemoteOptions, RemoteStore};
use stave_store::Store as _;

use crate::args::Global;
use crate::connect::{Credential, ask, is_served, named_endpoint, session};
use crate::failure::{Outcome, Stop, causes};
use crate::shown::{human_size, local_time, rfc3339};
use crate::vault::{FoundVault, PASSPHRASE, find, listed, vault_dir};

/// Below this much room a warning is told.
const LITTLE_ROOM_BYTES: u64 = 1024 * 1024 * 1024;
/// Below this much room writes are about to fail.
const NO_ROOM_BYTES: u64 = 64 * 1024 * 1024;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Good,
    /// Worth knowing; it works all the same.
    Note,
    /// It does not work.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug)]
pub struct Check {
    /// What.
    pub name: &'static str,
    /// How it came out.
    pub state: State,
    /// What was found.
    pub found: String,
    /// What to do; empty where nothing need be done.
    pub cure: &'static str,
}

impl Check {
    fn good(name: &'static str, found: impl Into<String>) -> Self {
        Self::new(name, State::Good, found, "")
    }

    fn note(name: &'static str, found: impl Into<String>, cure: &'static str) -> Self {
        Self::new(name, State::Note, found, cure)
    }

    fn bad(name: &'static str, found: impl Into<String>, cure: &'static str) -> Self {
        Self::new(name, State::Bad, found, cure)
    }

    fn new(name: &'static str, state: State, found: impl Into<String>, cure: &'static str) -> Self {
        Self {
            name,
            state,
            found: found.into(),
            cure,
        }
    }
}

/// Looks at everything, or at a named endpoint alone.
pub async fn examine(global: &Global, port: u16) -> Outcome<Vec<Check>> {
    if let Some(credential) = named_endpoint(global)? {
        return Ok(vec![clock(None), endpoint(&credential).await]);
    }
    let dir = vault_dir(global)?;
    let found = match find(&dir) {
        Ok(found) => found,
        Err(stop) => return Ok(vec![unreadable(&dir, &stop), keychain(None), clock(None)]),
    };
    let mut checks = vec![vault(&dir, found.as_ref())];
    let Some(found) = found else {
        checks.extend([keychain(None), clock(None), room(&dir), free_port(port)]);
        return Ok(checks);
    };
    checks.push(permissions(&found.dir));
    let status = status(&found).await?;
    checks.push(match &status {
        Some(_) => Check::good("key", "Not needed while a process has the vault open."),
        None => holder(global, &found),
    });
    checks.push(keychain(Some(&found)));
    checks.push(who_has_it(&found, status.as_ref()));
    checks.extend(service(&found, status.as_ref(), port).await);
    checks.push(clock(Some(&found)));
    checks.push(room(&found.dir));
    Ok(checks)
}

fn unreadable(dir: &Path, stop: &Stop) -> Check {
    let why = match stop {
        Stop::Failed(failure) => failure.reason().to_owned(),
        Stop::PipeClosed => String::new(),
    };
    let found = format!("{} cannot be read. {why}", dir.display());
    Check::bad("vault", found, "Restore its vault.json from a backup.")
}

fn vault(dir: &Path, found: Option<&FoundVault>) -> Check {
    match found {
        Some(found) => Check::good(
            "vault",
            format!(
                "{}, id {}, made {}",
                dir.display(),
                found.id,
                local_time(found.created)
            ),
        ),
        None => Check::note(
            "vault",
            format!("There is none in {}.", dir.display()),
            "`stave serve` makes one; --vault DIR names another folder.",
        ),
    }
}

fn permissions(dir: &Path) -> Check {
    let probe = dir.join(format!(".stave-doctor-{}", std::process::id()));
    let written = fs::File::create_new(&probe);
    // Empty, and gone at once.
    let _ = fs::remove_file(&probe);
    if let Err(error) = written {
        return Check::bad(
            "permissions",
            format!("{} cannot be written to: {error}", dir.display()),
            "Give the folder back to this user.",
        );
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(dir).map_or(0, |found| found.permissions().mode() & 0o777);
        if mode & 0o077 != 0 {
            return Check::note(
                "permissions",
                format!("Other users may look into the folder (mode {mode:o})."),
                "Close it: chmod 700 on the vault's folder.",
            );
        }
    }
    Check::good("permissions", "This user alone may enter and write.")
}

fn holder(global: &Global, found: &FoundVault) -> Check {
    let ways = listed(&found.slots);
    let missing = global.key_file.as_ref().filter(|file| !file.is_file());
    if let Some(file) = missing {
        return Check::bad(
            "key",
            format!("The key file {} is not there.", file.display()),
            "Put it back, or use --recovery-words-file FILE.",
        );
    }
    let passphrase = std::env::var_os(PASSPHRASE).is_some_and(|value| !value.is_empty());
    let way = if global.key_file.is_some() {
        "the key file"
    } else if global.recovery_words_file.is_some() {
        "the recovery words"
    } else if passphrase {
        "the passphrase of the environment"
    } else if found.slots.contains(&SlotKind::Passphrase) {
        "a passphrase that is asked for"
    } else if found.slots.contains(&SlotKind::Keychain) {
        "the keychain"
    } else {
        return Check::bad(
            "key",
            format!("The vault opens by {ways}, and none of these was given."),
            "Use --key-file FILE, or --recovery-words-file FILE.",
        );
    };
    Check::good("key", format!("Opens by {ways}; this command uses {way}."))
}

fn keychain(found: Option<&FoundVault>) -> Check {
    let needed = found.is_none_or(|found| found.slots.contains(&SlotKind::Keychain));
    let (text, cure) = match stave_engine::keychain_state() {
        KeychainState::Ready => return Check::good("keychain", "It keeps secrets."),
        KeychainState::Locked => (
            "It is locked, or access was declined.",
            "Unlock it, then try again.",
        ),
        KeychainState::Absent => (
            "There is none, or it cannot be reached.",
            "Start a keychain service, or use a key file or passphrase.",
        ),
        KeychainState::Failing => (
            "It does not give back what it is given.",
            "Check the keychain service, or use a key file or passphrase.",
        ),
    };
    match found {
        Some(_) if needed => Check::bad("keychain", text, cure),
        Some(_) => Check::good("keychain", format!("{text} This vault does without.")),
        None => Check::note("keychain", text, cure),
    }
}

/// Asks the process that has the vault open; `None` where none answers.
async fn status(found: &FoundVault) -> Outcome<Option<StatusInfo>> {
    if !is_served(found).await? {
        return Ok(None);
    }
    match ask(found, &Request::Status).await? {
        Response::Status(status) => Ok(Some(status)),
        _ => Ok(None),
    }
}

fn who_has_it(found: &FoundVault, status: Option<&StatusInfo>) -> Check {
    if let Some(status) = status {
        let ours = env!("CARGO_PKG_VERSION");
        let text = format!(
            "Process {} has it open (version {}).",
            status.pid, status.version
        );
        if status.version == ours {
            return Check::good("open in", text);
        }
        return Check::note("open in", text, "Start the same version as this command.");
    }
    // The lock file is part of the folder's layout; the system drops its lock with the process.
    let locked = fs::File::open(found.dir.join("lock")).map(|file| file.try_lock());
    match locked {
        Ok(Err(fs::TryLockError::WouldBlock)) => Check::bad(
            "open in",
            "A process has it open and does not answer.",
            "End that process, then try again.",
        ),
        _ => Check::good("open in", "No other process."),
    }
}

async fn service(found: &FoundVault, status: Option<&StatusInfo>, port: u16) -> Vec<Check> {
    let Some(status) = status else {
        let stopped = Check::note(
            "endpoint",
            "Nothing serves the vault.",
            "Start `stave serve` or the window where other tools need it.",
        );
        return vec![stopped, free_port(port)];
    };
    if status.endpoint.is_none() {
        return vec![Check::note(
            "endpoint",
            "It is turned off.",
            "Turn it on in the window.",
        )];
    }
    match session(found).await {
        Ok(credential) => vec![endpoint(&credential).await],
        Err(_) => vec![Check::bad(
            "endpoint",
            "The process gave no credential for it.",
            "End that process and start it again.",
        )],
    }
}

async fn endpoint(credential: &Credential) -> Check {
    let url = &credential.endpoint_url;
    let options = RemoteOptions {
        region: credential.region.clone(),
        session_token: credential.session_token.clone(),
        ..RemoteOptions::new(
            url,
            &credential.access_key_id,
            credential.secret_access_key.clone(),
        )
    };
    let listed = match RemoteStore::connect(&options) {
        Ok(store) => store.list_buckets().await.map_err(|error| causes(&error)),
        Err(error) => Err(causes(&error)),
    };
    match listed {
        Ok(buckets) => Check::good(
            "endpoint",
            format!("{url} answers; {} buckets.", buckets.len()),
        ),
        Err(why) => Check::bad(
            "endpoint",
            format!("{url} does not serve: {why}"),
            "Check the address, the access key and the clock.",
        ),
    }
}

/// A signature holds a quarter of an hour, so a wrong clock locks everyone out. Without another
/// clock to ask, it is held to what cannot be: a moment before the vault was made.
fn clock(found: Option<&FoundVault>) -> Check {
    let now = SystemClock.now();
    if found.is_some_and(|found| now < found.created) {
        return Check::bad(
            "clock",
            format!("It shows {}, before the vault was made.", rfc3339(now)),
            "Set this computer's clock right.",
        );
    }
    Check::good("clock", rfc3339(now))
}

fn free_port(port: u16) -> Check {
    match std::net::TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Check::good("port", format!("{port} is free.")),
        Err(error) => Check::note(
            "port",
            format!("{port} cannot be had: {error}"),
            "`stave serve` takes the next free one, or the one of --port.",
        ),
    }
}

fn room(dir: &Path) -> Check {
    let existing = dir.ancestors().find(|path| path.is_dir());
    match existing.and_then(free_bytes) {
        None => Check::note("disk", "The room on it cannot be told here.", ""),
        Some(bytes) if bytes < NO_ROOM_BYTES => Check::bad(
            "disk",
            format!("{} left.", human_size(bytes)),
            "Free some space before anything is written.",
        ),
        Some(bytes) if bytes < LITTLE_ROOM_BYTES => Check::note(
            "disk",
            format!("{} left.", human_size(bytes)),
            "Free some space soon.",
        ),
        Some(bytes) => Check::good("disk", format!("{} left.", human_size(bytes))),
    }
}

/// Returns how much this user may still write.
#[cfg(unix)]
fn free_bytes(dir: &Path) -> Option<u64> {
    let told = rustix::fs::statvfs(dir).ok()?;
    Some(told.f_bavail.saturating_mul(told.f_frsize))
}

/// Returns how much this user may still write; this system's call for it is not used.
#[cfg(not(unix))]
fn free_bytes(_dir: &Path) -> Option<u64> {
    None
}
