//! The vault on this computer: where it is, what opens it, and what to say where it does not open.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use stave_engine::{Engine, Holder, OpenError, Presence, SlotKind, VaultId};
use stave_model::Timestamp;

use crate::args::Global;
use crate::failure::{Exit, Failure, Outcome, causes};
use crate::prompt;

/// The environment variable that holds a passphrase.
pub const PASSPHRASE: &str = "STAVE_PASSPHRASE";

/// A vault that is there, as far as it tells without being opened.
#[derive(Debug, Clone)]
pub struct FoundVault {
    /// Its folder.
    pub dir: PathBuf,
    /// Its id.
    pub id: VaultId,
    /// When it was made.
    pub created: Timestamp,
    /// The ways in.
    pub slots: Vec<SlotKind>,
}

/// Returns the folder of the vault: the one that was named, or the default one.
pub fn vault_dir(global: &Global) -> Outcome<PathBuf> {
    let named = global.vault.clone();
    named
        .or_else(stave_engine::places::default_vault_dir)
        .ok_or_else(|| {
            Failure::new(Exit::Vault, "Cannot tell where the vault is.")
                .why("This user has no home folder.")
                .cure("Name it with --vault DIR.")
                .into()
        })
}

/// Looks whether a folder holds a vault.
pub fn find(dir: &Path) -> Outcome<Option<FoundVault>> {
    match Engine::probe(dir) {
        Ok(Presence::Absent) => Ok(None),
        Ok(Presence::Present { id, created, slots }) => Ok(Some(FoundVault {
            dir: dir.to_owned(),
            id,
            created,
            slots,
        })),
        Err(error) => Err(unopened(dir, &error).into()),
    }
}

/// Returns the vault, or says that there is none.
pub fn find_or_fail(global: &Global) -> Outcome<FoundVault> {
    let dir = vault_dir(global)?;
    match find(&dir)? {
        Some(found) => Ok(found),
        None => Err(absent(&dir).into()),
    }
}

/// Says that a folder holds no vault.
pub fn absent(dir: &Path) -> Failure {
    Failure::new(
        Exit::Vault,
        format!("There is no vault in {}.", dir.display()),
    )
    .why("Nothing was made there yet, or the folder is another one.")
    .cure("Make one with `stave serve`, or name its folder with --vault DIR.")
}

/// Chooses what opens a vault: a key file, recovery words, the passphrase of the environment, a
/// passphrase that a person types, the keychain; the first that there is.
pub fn way_in(global: &Global, slots: &[SlotKind]) -> Outcome<Holder> {
    if let Some(holder) = given(global)? {
        return Ok(holder);
    }
    if slots.contains(&SlotKind::Passphrase) && prompt::is_possible() {
        return Ok(Holder::Passphrase(prompt::passphrase(
            "Passphrase of the vault: ",
        )?));
    }
    if slots.contains(&SlotKind::Keychain) {
        return Ok(Holder::Keychain);
    }
    Err(Failure::new(Exit::Vault, "The vault is locked.")
        .why(format!(
            "It opens by {}, and none of these was given.",
            listed(slots)
        ))
        .cure("Use --key-file FILE, set STAVE_PASSPHRASE, or use --recovery-words-file FILE.")
        .into())
}

/// Chooses what will hold a new vault: a key file, the passphrase of the environment, or the
/// keychain. Where there is no keychain and a person is there, they choose a passphrase.
pub fn holder_of_new(global: &Global) -> Outcome<Holder> {
    if let Some(file) = &global.key_file {
        return Ok(Holder::KeyFile(file.clone()));
    }
    if let Some(passphrase) = passphrase_of_environment() {
        return Ok(Holder::Passphrase(passphrase));
    }
    match stave_engine::keychain_state() {
        stave_engine::KeychainState::Ready => Ok(Holder::Keychain),
        _ if prompt::is_possible() => chosen_passphrase().map(Holder::Passphrase),
        _ => Err(Failure::new(
            Exit::Vault,
            "Cannot make a vault: nothing would hold its key.",
        )
        .why("There is no keychain that answers, no key file and no passphrase was given.")
        .cure("Use --key-file FILE (it is made if it is missing) or set STAVE_PASSPHRASE.")
        .into()),
    }
}

/// Returns the way in that the command line or the environment gives.
pub fn given(global: &Global) -> Outcome<Option<Holder>> {
    if let Some(file) = &global.key_file {
        return Ok(Some(Holder::KeyFile(file.clone())));
    }
    if let Some(file) = &global.recovery_words_file {
        return read_words(file).map(|words| Some(Holder::RecoveryWords(words)));
    }
    Ok(passphrase_of_environment().map(Holder::Passphrase))
}

/// Returns the passphrase of the environment.
pub fn passphrase_of_environment() -> Option<SecretString> {
    let value = std::env::var(PASSPHRASE).ok()?;
    (!value.is_empty()).then(|| SecretString::from(value))
}

fn chosen_passphrase() -> Outcome<SecretString> {
    use secrecy::ExposeSecret as _;
    let first = prompt::passphrase("A passphrase for the new vault: ")?;
    let second = prompt::passphrase("The same once more: ")?;
    if first.expose_secret() == second.expose_secret() {
        return Ok(first);
    }
    Err(Failure::new(Exit::Vault, "The vault was not made.")
        .why("The two passphrases differ.")
        .cure("Start again and type the same one twice.")
        .into())
}

fn read_words(file: &Path) -> Outcome<SecretString> {
    let words = std::fs::read_to_string(file).map_err(|error| {
        Failure::new(
            Exit::Vault,
            format!("Cannot read the recovery words in {}.", file.display()),
        )
        .because(&error)
        .cure("Name the file that holds the 24 words.")
    })?;
    Ok(SecretString::from(words))
}

/// Opens a vault. Stretching a passphrase takes a while, so it happens off the runtime.
pub async fn open(dir: &Path, holder: Holder) -> Result<Arc<Engine>, OpenError> {
    let dir = dir.to_owned();
    let opening = tokio::task::spawn_blocking(move || Engine::open(&dir, &holder));
    opening
        .await
        .unwrap_or_else(|lost| Err(OpenError::Failed(Box::new(lost))))
}

/// Says why a vault does not open, and what to do.
pub fn unopened(dir: &Path, error: &OpenError) -> Failure {
    let what = format!("Cannot open the vault in {}.", dir.display());
    Failure::new(exit(error), what)
        .why(why(error))
        .cure(cure(error))
}

fn why(error: &OpenError) -> String {
    match error {
        OpenError::InUse { pid: Some(pid) } => format!("Process {pid} has it open."),
        other => {
            let told = causes(other);
            let mut letters = told.chars();
            let first = letters.next().map(|c| c.to_uppercase().to_string());
            format!("{}{}.", first.unwrap_or_default(), letters.as_str())
        }
    }
}

fn exit(error: &OpenError) -> Exit {
    match error {
        OpenError::LastWayIn => Exit::Conflict,
        OpenError::DiskFull | OpenError::Io(_) | OpenError::Failed(_) => Exit::Failed,
        _ => Exit::Vault,
    }
}

fn cure(error: &OpenError) -> &'static str {
    use OpenError as E;
    match error {
        E::NotAVault => "Make one with `stave serve`, or name its folder with --vault DIR.",
        E::AlreadyExists => "Restore its vault.json from a backup, or choose another folder.",
        E::InUse { .. } => {
            "Wait for it or end it; if it is the window or `stave serve`, turn its endpoint on."
        }
        E::NewerFormat => "Update this program.",
        E::NeedsRecovery => {
            "Put the key file or keychain entry back, or use --recovery-words-file FILE."
        }
        E::KeychainEntryMissing | E::KeychainEntryWrong(_) => {
            "Open the vault once in the window by its recovery words, or use --recovery-words-file FILE."
        }
        E::Locked => "Unlock it: `stave vault unlock`.",
        E::LastWayIn => "Add another way in first.",
        E::HolderNeeded(SlotKind::KeyFile) => "Name the key file with --key-file FILE.",
        E::HolderNeeded(_) => "Set STAVE_PASSPHRASE, or type the passphrase.",
        E::NoSuchWay => "`stave doctor` lists the ways in; use one of them.",
        E::KeychainAbsent => "Start the keychain service, or use --recovery-words-file FILE.",
        E::KeychainLocked => "Unlock the keychain, then try again.",
        E::KeychainFailed(_) => "Check the keychain's entry, or use --recovery-words-file FILE.",
        E::WrongPassphrase => "Type it again, or use --recovery-words-file FILE.",
        E::WrongKeyFile(_) => "Name the right key file, or use --recovery-words-file FILE.",
        E::WrongRecoveryWords(_) => "Check the 24 words, and that they are those of this vault.",
        E::UnusableHolder(_) => "Use --key-file FILE or set STAVE_PASSPHRASE.",
        E::Damaged(_) => "Restore the vault's folder from a backup.",
        E::DiskFull => "Free some space, then try again.",
        E::Io(_) => "Check the disk and the folder's permissions: `stave doctor`.",
        E::Failed(_) => "Run `stave doctor`.",
    }
}

/// Returns the ways in as a person reads them.
pub fn listed(slots: &[SlotKind]) -> String {
    let names: Vec<&str> = slots.iter().map(|slot| slot_name(*slot)).collect();
    names.join(", ")
}

/// Returns the name of a way in.
pub fn slot_name(slot: SlotKind) -> &'static str {
    match slot {
        SlotKind::Keychain => "keychain",
        SlotKind::Passphrase => "passphrase",
        SlotKind::KeyFile => "key file",
        SlotKind::RecoveryWords => "recovery words",
    }
}
