//! A new root key in the place of the present one, and a vault that is locked.

mod common;

use std::fs;

use common::{PASSPHRASE, Scene, body, get, passphrase, put, words};
use secrecy::SecretString;
use stave_vault::testing::{Fault, Lasting, Plan};
use stave_vault::{
    BlobId, DataKey, Error, Holder, RecoveryWords, Result, SlotKind, Vault, WrappedKek,
};

/// What lies in the rows of a catalog, which the vault does not know: a key and a secret.
#[derive(Clone)]
struct Rows {
    kek: WrappedKek,
    secret: Vec<u8>,
}

impl Rows {
    fn of(vault: &Vault) -> Self {
        Self {
            kek: vault.new_kek("s3", 1).unwrap(),
            secret: vault.seal_secret("label", b"secret").unwrap(),
        }
    }

    fn rewrapped(&self, by: &stave_vault::Rewrap) -> Self {
        Self {
            kek: WrappedKek(by.kek("s3", 1, &self.kek.0).unwrap()),
            secret: by.secret("label", &self.secret).unwrap(),
        }
    }

    fn open(&self, vault: &Vault) -> Result<()> {
        vault.open_kek(&self.kek, "s3", 1)?;
        assert_eq!(
            vault.open_secret("label", &self.secret)?.as_slice(),
            b"secret"
        );
        Ok(())
    }
}

/// Rotates, and returns the rows as they are then.
fn rotate(vault: &Vault, holders: &[Holder], rows: &Rows) -> Result<(Rows, RecoveryWords)> {
    let rotation = vault.begin_rotation(holders)?;
    let rows = rows.rewrapped(&rotation.rewrap()?);
    let words = rotation.switch()?;
    Ok((rows, words))
}

fn spoken(text: &str) -> Holder {
    Holder::Passphrase(SecretString::from(text))
}

#[test]
fn after_a_rotation_the_vault_opens_by_its_ways_in_and_by_new_words() {
    let mut scene = Scene::new();
    let file = Holder::KeyFile(scene.folder.path().join("key"));
    scene.vault().add_holder(&file).unwrap();
    let (key, blob) = scene.keep(&body(100));
    let before = Rows::of(scene.vault());
    let former_id = scene.vault().root_key_id().unwrap();

    let holders = [passphrase(), file.clone()];
    let (after, renewed) = rotate(scene.vault(), &holders, &before).unwrap();
    assert_ne!(scene.vault().root_key_id().unwrap(), former_id);
    // Whoever read a row before the rotation opens it after, as long as the vault is open.
    before.open(scene.vault()).unwrap();
    after.open(scene.vault()).unwrap();

    scene.close();
    let refused = scene.open_by(&words(&scene.words));
    assert!(matches!(refused, Err(Error::WrongRecoveryWords)));
    for holder in [passphrase(), file, words(&renewed)] {
        let vault = scene.open_by(&holder).unwrap();
        assert!(vault.interrupted().unwrap().is_none());
        after.open(&vault).unwrap();
        assert!(matches!(before.open(&vault), Err(Error::Unwrap)));
        assert!(get(&vault, &key, blob, 100).unwrap() == body(100));
    }
}

#[test]
fn a_rotation_asks_for_each_secret_that_the_vault_does_not_know() {
    let mut scene = Scene::new();
    let file = Holder::KeyFile(scene.folder.path().join("key"));
    scene.vault().add_holder(&file).unwrap();
    let before = fs::read(scene.dir().join("vault.json")).unwrap();
    let begin = |holders: &[Holder]| scene.vault().begin_rotation(holders).map(drop);
    assert!(matches!(
        begin(std::slice::from_ref(&file)),
        Err(Error::HolderNeeded(SlotKind::Passphrase))
    ));
    assert!(matches!(
        begin(&[passphrase()]),
        Err(Error::HolderNeeded(SlotKind::KeyFile))
    ));
    assert!(matches!(
        begin(&[file, spoken("wrong")]),
        Err(Error::WrongPassphrase)
    ));
    assert_eq!(fs::read(scene.dir().join("vault.json")).unwrap(), before);
    scene.reopen();
}

#[test]
fn a_rotation_that_was_cut_short_opens_by_either_ways_in_and_is_forgotten() {
    for switched_rows in [false, true] {
        let mut scene = Scene::new();
        let rows = Rows::of(scene.vault());
        let rotation = scene.vault().begin_rotation(&[passphrase()]).unwrap();
        let next = rotation.id();
        let rows = if switched_rows {
            rows.rewrapped(&rotation.rewrap().unwrap())
        } else {
            rows
        };
        drop(rotation);
        scene.close();
        for holder in [passphrase(), words(&scene.words)] {
            let vault = scene.open_by(&holder).unwrap();
            rows.open(&vault).unwrap();
            let interrupted = vault.interrupted().unwrap().unwrap();
            assert_eq!(interrupted.id, next);
            assert_eq!(interrupted.present_id, vault.root_key_id().unwrap());
        }
        let vault = scene.open_by(&passphrase()).unwrap();
        let rows = if switched_rows {
            rows.rewrapped(&vault.interrupted().unwrap().unwrap().back)
        } else {
            rows
        };
        vault.forget_next_root().unwrap();
        assert!(vault.interrupted().unwrap().is_none());
        drop(vault);
        let vault = scene.open_by(&words(&scene.words)).unwrap();
        assert!(vault.interrupted().unwrap().is_none());
        rows.open(&vault).unwrap();
    }
}

#[test]
fn an_older_release_is_told_that_a_rotation_is_newer_than_it() {
    let mut scene = Scene::new();
    let format = |scene: &Scene| {
        let json = fs::read(scene.dir().join("vault.json")).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        json["format"].as_u64().unwrap()
    };
    let rotation = scene.vault().begin_rotation(&[passphrase()]).unwrap();
    assert_eq!(format(&scene), 2);
    rotation.switch().unwrap();
    drop(rotation);
    assert_eq!(format(&scene), 1);
    scene.reopen();
}

#[test]
fn every_changed_value_of_a_rotation_is_found() {
    let mut scene = Scene::new();
    drop(scene.vault().begin_rotation(&[passphrase()]).unwrap());
    scene.close();
    let path = scene.dir().join("vault.json");
    let original = fs::read_to_string(&path).unwrap();
    let json: serde_json::Value = serde_json::from_str(&original).unwrap();
    let changes = [
        ("/next/key_id", "00".repeat(16)),
        ("/next/slots/0/salt", "00".repeat(32)),
        ("/next/slots/1/wrapped_root", "00".repeat(80)),
        ("/next/wrapped_root", "00".repeat(80)),
        ("/next/wrapped_present", "00".repeat(80)),
        ("/next/mac", "00".repeat(32)),
    ];
    for (pointer, value) in changes {
        let mut altered = json.clone();
        *altered.pointer_mut(pointer).unwrap() = value.into();
        fs::write(&path, altered.to_string()).unwrap();
        let refused = scene.open_by(&passphrase());
        assert!(
            matches!(refused, Err(Error::ManifestDamaged)),
            "{pointer}: {refused:?}"
        );
    }
    fs::write(&path, original).unwrap();
    scene.open_by(&passphrase()).unwrap();
}

#[test]
fn a_failed_step_of_a_rotation_leaves_a_vault_that_opens_by_the_former_ways_in() {
    for at in 0.. {
        let mut scene = Scene::new();
        let rows = Rows::of(scene.vault());
        scene.disk.plan(Plan {
            at,
            fault: Fault::Broken,
            lasting: Lasting::Forever,
        });
        let outcome = rotate(scene.vault(), &[passphrase()], &rows);
        let hits = scene.disk.hits();
        scene.disk.heal();
        scene.close();
        let vault = scene.open_by(&passphrase()).unwrap();
        match outcome {
            Ok((rows, words)) if hits == 0 => {
                rows.open(&vault).unwrap();
                drop(vault);
                scene.open_by(&common::words(&words)).unwrap();
                assert!(at > 8, "only {at} steps");
                return;
            }
            Ok(_) => {
                panic!("step {at} failed and nobody was told");
            }
            Err(_) => {
                // The rows were not committed, or could be: both open by what `vault.json` says,
                // unless the last sync alone failed, when it may have switched already.
                let switched = vault.interrupted().unwrap().is_none() && rows.open(&vault).is_err();
                drop(vault);
                let by_words = scene.open_by(&words(&scene.words));
                assert_eq!(by_words.is_err(), switched, "step {at}");
            }
        }
    }
}

#[test]
fn a_switch_that_failed_is_taken_back() {
    let mut scene = Scene::new();
    let rotation = scene.vault().begin_rotation(&[passphrase()]).unwrap();
    // The rename of `vault.json` is done, and the sync of its folder fails.
    scene.disk.plan(Plan {
        at: 4,
        fault: Fault::Broken,
        lasting: Lasting::Once,
    });
    assert!(rotation.switch().is_err());
    scene.disk.heal();
    rotation.take_back().unwrap();
    drop(rotation);
    assert!(scene.vault().interrupted().unwrap().is_some());
    scene.vault().forget_next_root().unwrap();
    scene.close();
    scene.open_by(&words(&scene.words)).unwrap();
}

#[test]
fn a_way_in_is_removed_but_not_the_last_and_not_the_words() {
    let mut scene = Scene::new();
    let remove = |scene: &Scene, kind| scene.vault().remove_holder(kind);
    for kind in [SlotKind::Passphrase, SlotKind::RecoveryWords] {
        assert!(matches!(remove(&scene, kind), Err(Error::LastWayIn)));
    }
    assert!(matches!(
        remove(&scene, SlotKind::KeyFile),
        Err(Error::NoSuchSlot(SlotKind::KeyFile))
    ));
    let file = Holder::KeyFile(scene.folder.path().join("key"));
    scene.vault().add_holder(&file).unwrap();
    remove(&scene, SlotKind::Passphrase).unwrap();
    scene.close();
    let refused = scene.open_by(&passphrase());
    assert!(matches!(
        refused,
        Err(Error::NoSuchSlot(SlotKind::Passphrase))
    ));
    scene.open_by(&file).unwrap();
    scene.open_by(&words(&scene.words)).unwrap();
}

#[test]
fn a_way_in_is_tried_without_a_change() {
    let scene = Scene::new();
    let before = fs::read(scene.dir().join("vault.json")).unwrap();
    let check = |holder: &Holder| Vault::check_way_in(&scene.dir(), holder, &scene.disk);
    check(&words(&scene.words)).unwrap();
    check(&passphrase()).unwrap();
    assert!(matches!(
        check(&spoken("wrong")),
        Err(Error::WrongPassphrase)
    ));
    let other = Scene::new();
    assert!(matches!(
        check(&words(&other.words)),
        Err(Error::WrongRecoveryWords)
    ));
    assert!(scene.vault().check_holder(&passphrase()).is_ok());
    assert_eq!(fs::read(scene.dir().join("vault.json")).unwrap(), before);
}

#[test]
fn a_locked_vault_opens_nothing_and_holds_its_folder() {
    let mut scene = Scene::new();
    let (key, blob) = scene.keep(&body(200_000));
    let rows = Rows::of(scene.vault());
    let reader = scene.vault().open_file(&key, blob, 200_000).unwrap();
    let mut reading = reader.read_range(0, 200_000).unwrap();
    assert!(reading.next_chunk().unwrap().is_some());
    let mut staging = scene
        .vault()
        .stage(&DataKey::random().unwrap(), BlobId::random().unwrap())
        .unwrap();

    let folder = scene.vault().held_folder();
    scene.vault().lock();
    assert!(matches!(rows.open(scene.vault()), Err(Error::Locked)));
    assert!(matches!(scene.vault().new_kek("s3", 2), Err(Error::Locked)));
    assert!(matches!(reading.next_chunk(), Err(Error::Locked)));
    let written = staging
        .write_all(&body(100_000))
        .and_then(|()| staging.finish().map(drop));
    assert!(matches!(written, Err(Error::Locked)));
    assert!(matches!(
        put(scene.vault(), &key, BlobId::random().unwrap(), b"x"),
        Err(Error::Locked)
    ));
    assert!(scene.tmp_is_empty());
    assert!(!format!("{:?}", scene.vault()).contains("RootKey"));

    scene.close();
    assert!(matches!(
        scene.open_by(&passphrase()),
        Err(Error::InUse { .. })
    ));
    let unlock = |holder: &Holder| Vault::open_held(&folder, holder, common::options(&scene.disk));
    assert!(matches!(unlock(&spoken("no")), Err(Error::WrongPassphrase)));
    let vault = unlock(&spoken(PASSPHRASE)).unwrap();
    rows.open(&vault).unwrap();
    assert!(get(&vault, &key, blob, 200_000).unwrap() == body(200_000));
    drop((vault, folder));
    scene.open_by(&passphrase()).unwrap();
}

#[test]
fn a_body_is_checked_from_outside() {
    let scene = Scene::new();
    let (_, blob) = scene.keep(&body(100));
    let vault = scene.vault();
    vault.check_file(blob, 100).unwrap();
    assert!(matches!(
        vault.check_file(blob, 99),
        Err(Error::Damaged { .. })
    ));
    let other = BlobId::random().unwrap();
    assert!(matches!(
        vault.check_file(other, 100),
        Err(Error::MissingBlob(_))
    ));
    let small = vault
        .seal_small(&DataKey::random().unwrap(), blob, b"small")
        .unwrap();
    vault.check_small(blob, small.clone(), 5).unwrap();
    assert!(vault.check_small(other, small.clone(), 5).is_err());
    assert!(vault.check_small(blob, small, 6).is_err());
}
