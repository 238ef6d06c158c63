//! The life of a vault: made, closed, opened by each of its holders, refused to everybody else.

mod common;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use common::{PASSPHRASE, Scene, body, get, options, passphrase, words};
use secrecy::SecretString;
use stave_model::{Clock, Timestamp};
use stave_vault::testing::FaultyDisk;
use stave_vault::{
    Error, Holder, Presence, RealDisk, Result, SlotKind, Vault, VaultId, VaultOptions, WordsError,
};

fn disk() -> FaultyDisk {
    FaultyDisk::new(Arc::new(RealDisk))
}

fn create(dir: &Path, holder: &Holder) -> Result<Vault> {
    Vault::create(dir, holder, options(&disk())).map(|(vault, _)| vault)
}

fn open(dir: &Path, holder: &Holder) -> Result<Vault> {
    Vault::open(dir, holder, options(&disk()))
}

fn spoken(text: &str) -> Holder {
    Holder::Passphrase(SecretString::from(text))
}

fn said(words: impl Into<String>) -> Holder {
    Holder::RecoveryWords(SecretString::from(words.into()))
}

/// Every file of a folder with its content.
fn snapshot(dir: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = common::files_below(dir)
        .into_iter()
        .filter(|path| !path.ends_with("lock"))
        .map(|path| (path.clone(), fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_folder_without_a_vault_has_none() {
    let folder = tempfile::tempdir().unwrap();
    for dir in [folder.path().to_owned(), folder.path().join("not/there")] {
        assert_eq!(Vault::probe(&dir).unwrap(), Presence::Absent);
        let refused = open(&dir, &passphrase());
        assert!(matches!(refused, Err(Error::NotAVault)));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_new_vault_says_what_it_is() {
    struct Noon;
    impl Clock for Noon {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(1_700_000_000_000)
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("some/where/vault");
    let options = VaultOptions {
        clock: Arc::new(Noon),
        ..options(&disk())
    };
    let (vault, _) = Vault::create(&dir, &passphrase(), options).unwrap();
    let slots = vec![SlotKind::Passphrase, SlotKind::RecoveryWords];
    assert_eq!(vault.slots(), slots);
    assert_eq!(vault.created(), Noon.now());
    let id = vault.id();
    drop(vault);
    let expected = Presence::Present {
        id,
        created: Noon.now(),
        slots,
    };
    assert_eq!(Vault::probe(&dir).unwrap(), expected);
    assert_eq!(open(&dir, &passphrase()).unwrap().id(), id);
}

#[test]
fn two_vaults_share_nothing() {
    let (one, other) = (Scene::new(), Scene::new());
    assert_ne!(one.vault().id(), other.vault().id());
    assert_ne!(one.words.expose(), other.words.expose());
    let kek = one.vault().new_kek("s3", 1).unwrap();
    assert!(one.vault().open_kek(&kek, "s3", 1).is_ok());
    assert!(matches!(
        other.vault().open_kek(&kek, "s3", 1),
        Err(Error::Unwrap)
    ));
    let secret = one.vault().seal_secret("label", b"secret").unwrap();
    assert!(other.vault().open_secret("label", &secret).is_err());
}

#[test]
fn a_second_vault_is_not_made_in_the_same_folder() {
    let mut scene = Scene::new();
    let refused = create(&scene.dir(), &spoken("another"));
    assert!(matches!(refused, Err(Error::VaultExists)));
    scene.close();
    let before = snapshot(&scene.dir());
    let refused = create(&scene.dir(), &spoken("another"));
    assert!(matches!(refused, Err(Error::VaultExists)));
    assert_eq!(snapshot(&scene.dir()), before);
    scene.reopen();
}

#[test]
fn a_vault_is_not_made_over_the_remains_of_one() {
    let mut scene = Scene::new();
    scene.keep(&body(10));
    scene.close();
    fs::remove_file(scene.dir().join("vault.json")).unwrap();
    let refused = create(&scene.dir(), &passphrase());
    assert!(matches!(refused, Err(Error::RemainsOfAVault)));

    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("catalog.db"), "rows").unwrap();
    let refused = create(folder.path(), &passphrase());
    assert!(matches!(refused, Err(Error::RemainsOfAVault)));
}

#[test]
fn a_vault_whose_making_never_ended_is_none_and_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let (begun, _) = Vault::begin(dir, &passphrase(), options(&disk())).unwrap();
    let former = begun.id();
    fs::write(dir.join("catalog.db"), "rows").unwrap();
    fs::write(dir.join("catalog.db-wal"), "more rows").unwrap();
    drop(begun);
    assert_eq!(Vault::probe(dir).unwrap(), Presence::Absent);
    let refused = Vault::open(dir, &passphrase(), options(&disk()));
    assert!(matches!(refused, Err(Error::NotAVault)));

    let made = create(dir, &passphrase()).unwrap();
    assert_ne!(made.id(), former);
    assert!(!dir.join("catalog.db").exists() && !dir.join("catalog.db-wal").exists());
    drop(made);
    Vault::open(dir, &passphrase(), options(&disk())).unwrap();
}

#[test]
fn a_body_among_what_was_never_finished_is_not_removed() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    drop(Vault::begin(dir, &passphrase(), options(&disk())).unwrap());
    fs::create_dir(dir.join("blobs/ab")).unwrap();
    let refused = create(dir, &passphrase());
    assert!(matches!(refused, Err(Error::RemainsOfAVault)));
}

#[test]
fn a_vault_in_use_names_the_process_that_uses_it() {
    let mut scene = Scene::new();
    let refused = scene.open_by(&passphrase());
    let Err(Error::InUse { pid }) = refused else {
        panic!("{refused:?}");
    };
    if cfg!(unix) {
        assert_eq!(pid, Some(std::process::id()));
    }
    // Even to somebody who does not know the passphrase: whoever holds it is known first.
    let refused = scene.open_by(&spoken("wrong"));
    assert!(matches!(refused, Err(Error::InUse { .. })));
    scene.close();
    assert!(scene.open_by(&passphrase()).is_ok());
}

#[test]
fn a_failed_opening_lets_go_of_the_vault() {
    let mut scene = Scene::new();
    scene.close();
    assert!(scene.open_by(&spoken("wrong")).is_err());
    assert!(scene.open_by(&passphrase()).is_ok());
}

#[test]
fn a_wrong_passphrase_opens_nothing() {
    let mut scene = Scene::new();
    scene.close();
    for wrong in ["wrong", &PASSPHRASE[1..], &PASSPHRASE.to_uppercase()] {
        let refused = scene.open_by(&spoken(wrong));
        assert!(matches!(refused, Err(Error::WrongPassphrase)), "{wrong:?}");
    }
    let refused = scene.open_by(&spoken(""));
    assert!(matches!(refused, Err(Error::EmptyPassphrase)));
}

#[test]
fn a_vault_without_a_passphrase_is_not_made_by_an_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    let refused = create(folder.path(), &spoken(""));
    assert!(matches!(refused, Err(Error::EmptyPassphrase)));
    assert_eq!(Vault::probe(folder.path()).unwrap(), Presence::Absent);
}

#[test]
fn the_recovery_words_open_the_vault_and_its_bodies() {
    let mut scene = Scene::new();
    let (key, blob) = scene.keep(&body(100));
    scene.close();
    let vault = scene.open_by(&words(&scene.words)).unwrap();
    assert!(get(&vault, &key, blob, 100).unwrap() == body(100));
}

#[test]
fn recovery_words_with_a_mistake_say_where_it_is() {
    let mut scene = Scene::new();
    scene.close();
    let mut list = scene.words.expose();
    list[4] = "stave";
    let refused = scene.open_by(&said(list.join(" ")));
    assert!(matches!(
        refused,
        Err(Error::Words(WordsError::Unknown { position: 5 }))
    ));
    let refused = scene.open_by(&said("legal winner"));
    assert!(matches!(
        refused,
        Err(Error::Words(WordsError::Count { found: 2 }))
    ));
}

#[test]
fn the_words_of_another_vault_open_nothing() {
    let (mut scene, other) = (Scene::new(), Scene::new());
    scene.close();
    let refused = scene.open_by(&words(&other.words));
    assert!(matches!(refused, Err(Error::WrongRecoveryWords)));
}

#[test]
fn recovery_words_are_made_and_not_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let scene = Scene::new();
    let refused = create(folder.path(), &words(&scene.words));
    assert!(matches!(refused, Err(Error::WordsAreMade)));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let refused = scene.vault().add_holder(&words(&scene.words));
    assert!(matches!(refused, Err(Error::WordsAreMade)));
}

#[test]
fn renewed_recovery_words_replace_the_former_ones() {
    let mut scene = Scene::new();
    let renewed = scene.vault().renew_recovery_words().unwrap();
    scene.close();
    let refused = scene.open_by(&words(&scene.words));
    assert!(matches!(refused, Err(Error::WrongRecoveryWords)));
    assert!(scene.open_by(&words(&renewed)).is_ok());
    assert!(scene.open_by(&passphrase()).is_ok());
}

#[test]
fn a_new_key_file_is_made_for_this_user_alone_and_opens_the_vault() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, file) = (folder.path().join("vault"), folder.path().join("key"));
    let holder = Holder::KeyFile(file.clone());
    drop(create(&dir, &holder).unwrap());
    let content = fs::read_to_string(&file).unwrap();
    assert_eq!(content.len(), 45);
    assert!(content.ends_with('\n'));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    drop(open(&dir, &holder).unwrap());
    assert_eq!(fs::read_to_string(&file).unwrap(), content);
}

#[test]
fn a_key_file_that_exists_is_used_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    let holder = Holder::KeyFile(file.clone());
    for (name, content) in [("one", vec![7; 32]), ("two", vec![8; 65_536])] {
        fs::write(&file, &content).unwrap();
        let dir = folder.path().join(name);
        drop(create(&dir, &holder).unwrap());
        assert_eq!(fs::read(&file).unwrap(), content);
        drop(open(&dir, &holder).unwrap());
        let mut changed = content.clone();
        *changed.last_mut().unwrap() ^= 1;
        fs::write(&file, changed).unwrap();
        let refused = open(&dir, &holder);
        assert!(matches!(refused, Err(Error::WrongKeyFile)));
    }
}

#[test]
fn a_key_file_too_short_or_too_long_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, file) = (folder.path().join("vault"), folder.path().join("key"));
    for size in [0, 31, 65_537] {
        fs::write(&file, vec![7; size]).unwrap();
        let refused = create(&dir, &Holder::KeyFile(file.clone()));
        let expected = size as u64;
        assert!(
            matches!(refused, Err(Error::UnusableKeyFile { size_bytes }) if size_bytes == expected)
        );
        assert_eq!(Vault::probe(&dir).unwrap(), Presence::Absent);
    }
}

#[test]
fn a_missing_key_file_over_a_vault_needs_recovery_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, file) = (folder.path().join("vault"), folder.path().join("key"));
    let holder = Holder::KeyFile(file.clone());
    drop(create(&dir, &holder).unwrap());
    fs::remove_file(&file).unwrap();
    let before = snapshot(folder.path());
    let refused = open(&dir, &holder);
    assert!(matches!(
        refused,
        Err(Error::NeedsRecovery(SlotKind::KeyFile))
    ));
    assert!(!file.exists());
    assert_eq!(snapshot(folder.path()), before);
}

#[test]
fn a_way_in_that_the_vault_does_not_have_is_named() {
    let mut scene = Scene::new();
    scene.close();
    let refused = scene.open_by(&Holder::Keychain);
    assert!(matches!(
        refused,
        Err(Error::NoSuchSlot(SlotKind::Keychain))
    ));
    let file = scene.folder.path().join("key");
    let refused = scene.open_by(&Holder::KeyFile(file.clone()));
    assert!(matches!(refused, Err(Error::NoSuchSlot(SlotKind::KeyFile))));
    assert!(!file.exists());
}

#[test]
fn after_recovery_a_vault_gets_new_ways_in() {
    let mut scene = Scene::new();
    let (key, blob) = scene.keep(&body(100));
    let file = scene.folder.path().join("key");
    scene.close();
    let vault = scene.open_by(&words(&scene.words)).unwrap();
    vault.add_holder(&spoken("new")).unwrap();
    vault.add_holder(&Holder::KeyFile(file.clone())).unwrap();
    let all = [
        SlotKind::RecoveryWords,
        SlotKind::Passphrase,
        SlotKind::KeyFile,
    ];
    assert_eq!(vault.slots(), all);
    drop(vault);

    let refused = scene.open_by(&passphrase());
    assert!(matches!(refused, Err(Error::WrongPassphrase)));
    for holder in [spoken("new"), Holder::KeyFile(file), words(&scene.words)] {
        let vault = scene.open_by(&holder).unwrap();
        assert!(get(&vault, &key, blob, 100).unwrap() == body(100));
    }
}

#[test]
fn a_changed_vault_file_is_refused_though_the_passphrase_is_right() {
    let mut scene = Scene::new();
    scene.close();
    let path = scene.dir().join("vault.json");
    let original = fs::read_to_string(&path).unwrap();
    let created = original.split("\"created_ms\": ").nth(1).unwrap();
    let created = created.split(',').next().unwrap();
    fs::write(&path, original.replace(created, "1")).unwrap();
    let refused = scene.open_by(&passphrase());
    assert!(matches!(refused, Err(Error::ManifestDamaged)));
    fs::write(&path, original).unwrap();
    assert!(scene.open_by(&passphrase()).is_ok());
}

#[test]
fn the_slots_of_another_vault_open_nothing() {
    let (mut scene, mut other) = (Scene::new(), Scene::new());
    scene.close();
    other.close();
    let read = |scene: &Scene| -> serde_json::Value {
        serde_json::from_slice(&fs::read(scene.dir().join("vault.json")).unwrap()).unwrap()
    };
    let mut mixed = read(&scene);
    mixed["slots"] = read(&other)["slots"].clone();
    fs::write(scene.dir().join("vault.json"), mixed.to_string()).unwrap();
    let refused = scene.open_by(&passphrase());
    assert!(matches!(refused, Err(Error::WrongPassphrase)));
    let refused = scene.open_by(&words(&other.words));
    assert!(matches!(refused, Err(Error::WrongRecoveryWords)));
}

#[test]
fn a_vault_of_a_newer_format_is_left_alone() {
    let mut scene = Scene::new();
    scene.close();
    fs::write(scene.dir().join("vault.json"), r#"{"format": 7}"#).unwrap();
    let before = snapshot(&scene.dir());
    let newer = |error| matches!(error, Error::NewerFormat { found: 7, known: 2 });
    assert!(newer(Vault::probe(&scene.dir()).unwrap_err()));
    assert!(newer(scene.open_by(&passphrase()).unwrap_err()));
    assert_eq!(snapshot(&scene.dir()), before);
}

#[test]
fn folders_that_a_backup_left_out_are_made_again() {
    let mut scene = Scene::new();
    scene.close();
    fs::remove_dir(scene.dir().join("tmp")).unwrap();
    fs::remove_dir(scene.dir().join("blobs")).unwrap();
    scene.reopen();
    let (key, blob) = scene.keep(&body(10));
    assert!(get(scene.vault(), &key, blob, 10).unwrap() == body(10));
}

#[test]
fn keys_and_secrets_of_the_vault_open_after_it_was_closed() {
    let mut scene = Scene::new();
    let kek = scene.vault().new_kek("s3", 1).unwrap();
    let secret = scene
        .vault()
        .seal_secret("access key AK1", b"secret")
        .unwrap();
    scene.reopen();
    let opened = scene.vault().open_kek(&kek, "s3", 1).unwrap();
    assert_eq!((opened.name(), opened.version()), ("s3", 1));
    assert!(scene.vault().open_kek(&kek, "s3", 2).is_err());
    let opened = scene
        .vault()
        .open_secret("access key AK1", &secret)
        .unwrap();
    assert_eq!(opened.as_slice(), b"secret");
    let moved = scene.vault().open_secret("access key AK2", &secret);
    assert!(matches!(moved, Err(Error::Unwrap)));
}

#[test]
fn nothing_secret_is_in_a_debug_line_or_in_the_vault_file() {
    let scene = Scene::new();
    let shown = format!("{:?} {:?} {:?}", scene.vault(), passphrase(), scene.words);
    let file = fs::read_to_string(scene.dir().join("vault.json")).unwrap();
    for secret in [PASSPHRASE, &scene.words.expose().join(" ")] {
        assert!(!shown.contains(secret));
        assert!(!file.contains(secret));
    }
    assert!(shown.contains("RootKey(SecretKey(…))"));
}

#[test]
fn ids_are_written_in_one_way_alone() {
    let text = "00112233445566778899aabbccddeeff";
    assert_eq!(VaultId::parse(text).unwrap().to_string(), text);
    for wrong in [
        "",
        "00",
        &text.to_uppercase(),
        &text[1..],
        &format!("{text}0"),
    ] {
        assert_eq!(VaultId::parse(wrong), None, "{wrong:?}");
    }
}
