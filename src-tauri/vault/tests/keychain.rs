//! The real keychain of this computer. It is tried only when `STAVE_TEST_KEYRING=1` says that it may
//! be: on Linux the harness starts a session with a Secret Service of its own for it. Otherwise
//! each test says that it was not run.

mod common;

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use common::{body, get, options, put, words};
use stave_vault::testing::FaultyDisk;
use stave_vault::{
    BlobId, DataKey, Error, Holder, KeychainEntry, KeychainState, Presence, RealDisk,
    RecoveryWords, Result, SlotKind, Vault, VaultId, WrappedKek, keychain_entry, keychain_state,
};

/// Says which part of a test a child process is to run.
const PART: &str = "STAVE_TEST_KEYRING_PART";

/// Names a vault that the keychain holds to a child process without one.
const COPIED: &str = "STAVE_TEST_KEYRING_COPIED";

/// Runs a test on the real keychain, if that is allowed.
fn on_the_keychain(test: impl FnOnce()) {
    if env::var_os("STAVE_TEST_KEYRING").is_some_and(|value| value == "1") {
        test();
    } else {
        println!("NOT RUN: the keychain is tried only with STAVE_TEST_KEYRING=1");
    }
}

fn create(dir: &Path) -> Result<(Vault, RecoveryWords)> {
    let disk = FaultyDisk::new(Arc::new(RealDisk));
    Vault::create(dir, &Holder::Keychain, options(&disk))
}

fn open(dir: &Path, holder: &Holder) -> Result<Vault> {
    Vault::open(dir, holder, options(&FaultyDisk::new(Arc::new(RealDisk))))
}

fn entry(vault: VaultId) -> keyring::Entry {
    keyring::Entry::new("Stave", &format!("vault {vault}")).unwrap()
}

/// The entry of a root key that is to take the place of the present one.
fn entry_beside(vault: VaultId) -> keyring::Entry {
    keyring::Entry::new("Stave", &format!("vault {vault} next")).unwrap()
}

fn is_missing(entry: &keyring::Entry) -> bool {
    matches!(entry.get_password(), Err(keyring::Error::NoEntry))
}

fn told(dir: &Path) -> KeychainEntry {
    keychain_entry(dir).unwrap()
}

/// Removes the entry of a vault when a test ends.
struct Entry(VaultId);

impl Drop for Entry {
    fn drop(&mut self) {
        // Gone already in the tests that remove it, or locked away with its session.
        let _ = entry(self.0).delete_credential();
        let _ = entry_beside(self.0).delete_credential();
    }
}

#[test]
fn a_working_keychain_is_ready() {
    on_the_keychain(|| assert_eq!(keychain_state(), KeychainState::Ready));
}

#[test]
fn a_vault_is_held_by_the_keychain() {
    on_the_keychain(|| {
        let folder = tempfile::tempdir().unwrap();
        let (vault, _) = create(folder.path()).unwrap();
        let _entry = Entry(vault.id());
        let slots = [SlotKind::Keychain, SlotKind::RecoveryWords];
        assert_eq!(vault.slots(), slots);
        let (key, blob) = (DataKey::random().unwrap(), BlobId::random().unwrap());
        put(&vault, &key, blob, &body(100)).unwrap();

        let stored = entry(vault.id()).get_password().unwrap();
        let file = fs::read_to_string(folder.path().join("vault.json")).unwrap();
        assert_eq!(stored.len(), 44, "32 bytes in base64");
        assert!(!file.contains(&stored));

        drop(vault);
        assert_eq!(told(folder.path()), KeychainEntry::Ready);
        let vault = open(folder.path(), &Holder::Keychain).unwrap();
        assert!(get(&vault, &key, blob, 100).unwrap() == body(100));
    });
}

#[test]
fn a_vault_that_the_keychain_does_not_hold_is_told_how_the_keychain_is() {
    on_the_keychain(|| {
        let folder = tempfile::tempdir().unwrap();
        let disk = FaultyDisk::new(Arc::new(RealDisk));
        drop(Vault::create(folder.path(), &common::passphrase(), options(&disk)).unwrap());
        assert_eq!(told(folder.path()), KeychainEntry::Ready);
        let nothing = tempfile::tempdir().unwrap();
        assert!(matches!(
            keychain_entry(nothing.path()),
            Err(Error::NotAVault)
        ));
    });
}

#[test]
fn a_new_root_key_takes_the_place_of_the_other_in_the_keychain() {
    on_the_keychain(|| {
        let folder = tempfile::tempdir().unwrap();
        let (vault, former) = create(folder.path()).unwrap();
        let id = vault.id();
        let _entry = Entry(id);
        let kek = vault.new_kek("s3", 1).unwrap();
        let before = entry(id).get_password().unwrap();

        let rotation = vault.begin_rotation(&[]).unwrap();
        let rewrapped = rotation.rewrap().unwrap().kek("s3", 1, &kek.0).unwrap();
        // Until the switch the present one is where it was, and the next one beside it.
        assert_eq!(entry(id).get_password().unwrap(), before);
        assert_ne!(entry_beside(id).get_password().unwrap(), before);
        let renewed = rotation.switch().unwrap();
        drop(rotation);
        drop(vault);
        assert_ne!(entry(id).get_password().unwrap(), before);
        assert!(is_missing(&entry_beside(id)));

        let vault = open(folder.path(), &Holder::Keychain).unwrap();
        vault.open_kek(&WrappedKek(rewrapped), "s3", 1).unwrap();
        drop(vault);
        let refused = open(folder.path(), &words(&former));
        assert!(matches!(refused, Err(Error::WrongRecoveryWords)));
        open(folder.path(), &words(&renewed)).unwrap();
    });
}

#[test]
fn a_rotation_that_was_cut_short_opens_by_the_keychain_before_and_after_the_switch() {
    on_the_keychain(|| {
        let folder = tempfile::tempdir().unwrap();
        let (vault, _) = create(folder.path()).unwrap();
        let id = vault.id();
        let _entry = Entry(id);
        let before = entry(id).get_password().unwrap();

        // Before the switch: the present entry counts, and the one beside is forgotten.
        drop(vault.begin_rotation(&[]).unwrap());
        drop(vault);
        let vault = open(folder.path(), &Holder::Keychain).unwrap();
        assert!(vault.interrupted().unwrap().is_some());
        vault.forget_next_root().unwrap();
        assert!(is_missing(&entry_beside(id)));
        assert_eq!(entry(id).get_password().unwrap(), before);

        // After it, and before the entries changed places: the one beside counts.
        let rotation = vault.begin_rotation(&[]).unwrap();
        let beside = entry_beside(id).get_password().unwrap();
        rotation.switch().unwrap();
        drop(rotation);
        drop(vault);
        entry(id).set_password(&before).unwrap();
        entry_beside(id).set_password(&beside).unwrap();
        assert_eq!(told(folder.path()), KeychainEntry::Ready);
        let vault = open(folder.path(), &Holder::Keychain).unwrap();
        // The next rotation does not overwrite the only entry that opens the vault.
        drop(vault.begin_rotation(&[]).unwrap());
        drop(vault);
        assert_eq!(entry(id).get_password().unwrap(), beside);
        open(folder.path(), &Holder::Keychain).unwrap();
    });
}

#[test]
fn a_keychain_that_is_no_way_in_any_more_keeps_nothing_of_the_vault() {
    on_the_keychain(|| {
        let folder = tempfile::tempdir().unwrap();
        let (vault, _) = create(folder.path()).unwrap();
        let id = vault.id();
        let _entry = Entry(id);
        let refused = vault.remove_holder(SlotKind::Keychain);
        assert!(matches!(refused, Err(Error::LastWayIn)));
        assert!(!is_missing(&entry(id)));
        vault.add_holder(&common::passphrase()).unwrap();
        vault.remove_holder(SlotKind::Keychain).unwrap();
        assert!(is_missing(&entry(id)));
        drop(vault);
        let refused = open(folder.path(), &Holder::Keychain);
        assert!(matches!(
            refused,
            Err(Error::NoSuchSlot(SlotKind::Keychain))
        ));
        open(folder.path(), &common::passphrase()).unwrap();
    });
}

#[test]
fn a_missing_entry_over_a_vault_needs_recovery_and_nothing_is_made() {
    on_the_keychain(|| {
        let folder = tempfile::tempdir().unwrap();
        let (vault, recovery) = create(folder.path()).unwrap();
        let id = vault.id();
        let _entry = Entry(id);
        drop(vault);
        entry(id).delete_credential().unwrap();
        let before = fs::read(folder.path().join("vault.json")).unwrap();

        let refused = open(folder.path(), &Holder::Keychain);
        assert!(matches!(
            refused,
            Err(Error::NeedsRecovery(SlotKind::Keychain))
        ));
        assert_eq!(told(folder.path()), KeychainEntry::Missing);
        assert!(is_missing(&entry(id)));
        let after = fs::read(folder.path().join("vault.json")).unwrap();
        assert_eq!(after, before);

        // The way out: by the words, and into the keychain again.
        let vault = open(folder.path(), &words(&recovery)).unwrap();
        vault.add_holder(&Holder::Keychain).unwrap();
        drop(vault);
        assert_eq!(open(folder.path(), &Holder::Keychain).unwrap().id(), id);
    });
}

#[test]
fn an_entry_with_another_value_is_named_and_left_alone() {
    on_the_keychain(|| {
        let folder = tempfile::tempdir().unwrap();
        let (vault, recovery) = create(folder.path()).unwrap();
        let id = vault.id();
        let _entry = Entry(id);
        drop(vault);
        let another_key = "A".repeat(43) + "=";
        for wrong in ["", "not a key", "c2hvcnQ=", &another_key] {
            entry(id).set_password(wrong).unwrap();
            let refused = open(folder.path(), &Holder::Keychain);
            assert!(matches!(refused, Err(Error::KeychainWrongKey)), "{wrong:?}");
            assert_eq!(told(folder.path()), KeychainEntry::Wrong, "{wrong:?}");
            assert_eq!(entry(id).get_password().unwrap(), wrong);
        }
        // The way out: by the words, and into the keychain again.
        let vault = open(folder.path(), &words(&recovery)).unwrap();
        vault.add_holder(&Holder::Keychain).unwrap();
        drop(vault);
        assert_eq!(told(folder.path()), KeychainEntry::Ready);
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_computer_without_a_keychain_says_so_and_makes_no_vault() {
    on_the_keychain(|| {
        if env::var_os(PART).is_some() {
            assert_eq!(keychain_state(), KeychainState::Absent);
            let folder = tempfile::tempdir().unwrap();
            let refused = create(folder.path());
            assert!(matches!(refused, Err(Error::KeychainAbsent(_))));
            assert_eq!(Vault::probe(folder.path()).unwrap(), Presence::Absent);
            // A vault that another computer's keychain holds.
            let copied = env::var_os(COPIED).unwrap();
            assert_eq!(told(Path::new(&copied)), KeychainEntry::Absent);
            return;
        }
        let elsewhere = tempfile::tempdir().unwrap();
        let (vault, _) = create(elsewhere.path()).unwrap();
        let _entry = Entry(vault.id());
        let mut child = Command::new(env::current_exe().unwrap());
        child.env(COPIED, elsewhere.path());
        child.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        run_part(
            &mut child,
            "a_computer_without_a_keychain_says_so_and_makes_no_vault",
        );
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_locked_keychain_says_so_and_makes_no_vault() {
    on_the_keychain(|| {
        if env::var_os(PART).is_some() {
            let folder = tempfile::tempdir().unwrap();
            drop(create(folder.path()).unwrap());
            lock_the_keychain();
            // Nobody is there to be asked for its password.
            let refused = open(folder.path(), &Holder::Keychain);
            assert!(
                matches!(refused, Err(Error::KeychainLocked(_))),
                "{refused:?}"
            );
            assert_eq!(keychain_state(), KeychainState::Locked);
            assert_eq!(told(folder.path()), KeychainEntry::Locked);
            let elsewhere = tempfile::tempdir().unwrap();
            let refused = create(elsewhere.path());
            assert!(
                matches!(refused, Err(Error::KeychainLocked(_))),
                "{refused:?}"
            );
            assert_eq!(Vault::probe(elsewhere.path()).unwrap(), Presence::Absent);
            return;
        }
        // A session of its own, because the others' keychain is not to be locked.
        let home = tempfile::tempdir().unwrap();
        let mut child = Command::new("dbus-run-session");
        child.args(["--", "bash", "-c", SESSION, "bash"]);
        child.arg(env::current_exe().unwrap());
        child.env("XDG_DATA_HOME", home.path());
        child.env("XDG_RUNTIME_DIR", home.path());
        child.env_remove("GNOME_KEYRING_CONTROL");
        run_part(&mut child, "a_locked_keychain_says_so_and_makes_no_vault");
    });
}

/// Starts an unlocked keychain in a fresh session, runs a command in it, and stops the keychain.
#[cfg(target_os = "linux")]
const SESSION: &str = r#"
    printf 'password' | gnome-keyring-daemon --foreground --unlock --components=secrets &
    keychain=$!
    until dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
        org.freedesktop.DBus.GetNameOwner string:org.freedesktop.secrets >/dev/null 2>&1; do
        kill -0 "$keychain" || exit 1
    done
    "$@"
    outcome=$?
    kill "$keychain"
    wait "$keychain"
    exit "$outcome"
"#;

/// Runs one test of this program in a child process, and fails with it.
#[cfg(target_os = "linux")]
fn run_part(child: &mut Command, test: &str) {
    child.args(["--exact", test, "--nocapture"]).env(PART, test);
    let output = child.output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && shown.contains("1 passed"),
        "{shown}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[cfg(target_os = "linux")]
fn lock_the_keychain() {
    let locked = Command::new("dbus-send")
        .args(["--session", "--print-reply"])
        .args(["--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"])
        .arg("org.freedesktop.Secret.Service.Lock")
        .arg("array:objpath:/org/freedesktop/secrets/collection/login")
        .output();
    let locked = locked.unwrap();
    assert!(locked.status.success(), "{locked:?}");
}
