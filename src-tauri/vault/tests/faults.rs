//! A disk that fails at each step of a write in turn: an error is always an error, a success is
//! always durable, and nothing is left behind.

mod common;

use common::{Scene, body, get, options, passphrase, put, words};
use stave_vault::testing::{Fault, Lasting, Operation, Plan};
use stave_vault::{BlobId, DataKey, Error, Presence, Vault};

const FAULTS: [Fault; 3] = [Fault::Broken, Fault::Full, Fault::ShortWrite];
const LASTINGS: [Lasting; 2] = [Lasting::Once, Lasting::Forever];

/// More steps than any write has: a sweep that comes here does not end.
const STEPS_MAX: usize = 1_000;

/// Runs one write with a fault at each of its steps in turn, until a run meets no fault.
fn sweep(mut run: impl FnMut(Plan) -> usize) {
    for fault in FAULTS {
        for lasting in LASTINGS {
            let ended = (0..STEPS_MAX).position(|at| {
                let plan = Plan { at, fault, lasting };
                run(plan) == 0
            });
            let steps = ended.expect("the sweep ends");
            assert!(
                steps >= 5,
                "{fault:?} {lasting:?} ended after {steps} steps"
            );
        }
    }
}

#[test]
fn a_fault_at_any_step_of_a_put_is_an_error_and_leaves_nothing() {
    let length = 200_000;
    sweep(|plan| {
        let mut scene = Scene::new();
        let (key, blob) = (DataKey::random().unwrap(), BlobId::random().unwrap());
        scene.disk.plan(plan);
        let outcome = put(scene.vault(), &key, blob, &body(length));
        let hits = scene.disk.hits();
        scene.disk.heal();
        let place = scene.vault().dir().blob(blob);
        match outcome {
            Ok(()) => {
                assert_eq!(hits, 0, "success in spite of a fault: {plan:?}");
                assert!(scene.disk.is_durable(&place), "{plan:?}");
                assert!(get(scene.vault(), &key, blob, length).unwrap() == body(length));
            }
            Err(error) => {
                assert_ne!(hits, 0, "{plan:?}: {error}");
                let is_full = matches!(error, Error::DiskFull { .. });
                assert_eq!(is_full, plan.fault != Fault::Broken, "{plan:?}: {error}");
                // A disk that is broken for ever does not let us clean up either.
                if plan.fault != Fault::Broken || plan.lasting == Lasting::Once {
                    assert!(scene.tmp_is_empty(), "{plan:?}");
                    assert!(!place.exists(), "{plan:?}");
                }
            }
        }
        scene.reopen();
        assert!(scene.tmp_is_empty(), "after opening again: {plan:?}");
        hits
    });
}

#[test]
fn after_a_fault_the_next_put_in_the_same_folder_is_durable() {
    sweep(|plan| {
        let mut scene = Scene::new();
        let key = DataKey::random().unwrap();
        let first = BlobId::from_bytes([0x77; 16]);
        scene.disk.plan(plan);
        let outcome = put(scene.vault(), &key, first, &body(100));
        let hits = scene.disk.hits();
        scene.disk.heal();
        // In the same process, unless a failed sync forbids it; otherwise in the next one. The
        // folders that the first one made and could not sync are there in both.
        if scene.vault().is_read_only() {
            scene.reopen();
        }
        let mut sibling = [0x77; 16];
        sibling[15] = 0;
        let sibling = BlobId::from_bytes(sibling);
        put(scene.vault(), &key, sibling, &body(100)).unwrap();
        let place = scene.vault().dir().blob(sibling);
        assert!(scene.disk.is_durable(&place), "{plan:?}: {outcome:?}");
        hits
    });
}

#[test]
fn a_failed_sync_is_final() {
    for operation in [Operation::Sync, Operation::SyncDir] {
        let mut scene = Scene::new();
        let fault = Fault::Broken;
        let at = step_of(&scene, operation, fault);
        let (key, blob) = (DataKey::random().unwrap(), BlobId::random().unwrap());
        let lasting = Lasting::Once;
        scene.disk.plan(Plan { at, fault, lasting });
        let failed = put(scene.vault(), &key, blob, &body(10));
        assert!(matches!(failed, Err(Error::Io { .. })), "{operation:?}");
        let asked = scene.disk.operations();
        let syncs = asked.iter().filter(|(asked, _)| *asked == operation);
        assert_eq!(asked.iter().position(|(o, _)| *o == operation), Some(at));
        assert_eq!(syncs.count(), 1, "never retried");

        assert!(scene.vault().is_read_only());
        let refused = put(scene.vault(), &key, blob, &body(10));
        assert!(matches!(refused, Err(Error::ReadOnly)));
        scene.reopen();
        assert!(!scene.vault().is_read_only());
        put(scene.vault(), &key, blob, &body(10)).unwrap();
    }
}

/// The number of the first step of a kind in the put of a small body, among those that a fault can
/// strike.
fn step_of(scene: &Scene, operation: Operation, fault: Fault) -> usize {
    scene.disk.heal();
    scene.keep(&body(10));
    let asked = scene.disk.operations();
    let mut struck = asked.iter().filter(|(asked, _)| fault.strikes(*asked));
    struck.position(|(asked, _)| *asked == operation).unwrap()
}

#[test]
fn a_body_staged_before_a_failed_sync_is_not_kept_after_it() {
    let scene = Scene::new();
    let key = DataKey::random().unwrap();
    let staging = scene
        .vault()
        .stage(&key, BlobId::random().unwrap())
        .unwrap();
    let at = step_of(&scene, Operation::Sync, Fault::Broken);
    scene.disk.plan(Plan {
        at,
        fault: Fault::Broken,
        lasting: Lasting::Once,
    });
    put(scene.vault(), &key, BlobId::random().unwrap(), &body(10)).unwrap_err();
    scene.disk.heal();
    let refused = staging.finish().unwrap().keep();
    assert!(matches!(refused, Err(Error::ReadOnly)));
    assert!(scene.tmp_is_empty());
}

#[test]
fn a_full_disk_does_not_make_the_vault_read_only() {
    let scene = Scene::new();
    let at = step_of(&scene, Operation::Sync, Fault::Full);
    let (key, blob) = (DataKey::random().unwrap(), BlobId::random().unwrap());
    scene.disk.plan(Plan {
        at,
        fault: Fault::Full,
        lasting: Lasting::Once,
    });
    let full = put(scene.vault(), &key, blob, &body(10));
    assert!(matches!(full, Err(Error::DiskFull { .. })));
    assert!(!scene.vault().is_read_only());
    put(scene.vault(), &key, blob, &body(10)).unwrap();
}

#[test]
fn a_body_with_a_failed_write_is_never_finished() {
    let scene = Scene::new();
    let key = DataKey::random().unwrap();
    let mut staging = scene
        .vault()
        .stage(&key, BlobId::random().unwrap())
        .unwrap();
    scene.disk.plan(Plan {
        at: 0,
        fault: Fault::ShortWrite,
        lasting: Lasting::Once,
    });
    let failed = staging.write_all(&body(100_000));
    assert!(matches!(failed, Err(Error::DiskFull { .. })));
    assert!(matches!(staging.finish(), Err(Error::BrokenBody)));
    assert!(scene.tmp_is_empty());
}

#[test]
fn a_read_that_fails_is_an_error_and_no_damage() {
    let scene = Scene::new();
    let (key, blob) = scene.keep(&body(200_000));
    sweep_reads(&scene, |at| {
        scene.disk.plan(Plan {
            at,
            fault: Fault::Broken,
            lasting: Lasting::Once,
        });
        let read = get(scene.vault(), &key, blob, 200_000);
        match read {
            Ok(bytes) => assert!(bytes == body(200_000)),
            Err(error) => assert!(matches!(error, Error::Io { .. }), "{error}"),
        }
    });
}

fn sweep_reads(scene: &Scene, mut run: impl FnMut(usize)) {
    for at in 0..STEPS_MAX {
        run(at);
        if scene.disk.hits() == 0 {
            assert!(at > 5);
            return;
        }
    }
    panic!("the sweep ends");
}

#[test]
fn a_fault_while_a_vault_is_made_leaves_none_or_a_whole_one() {
    sweep(|plan| {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("vault");
        let disk = Scene::new().disk;
        disk.plan(plan);
        let created = Vault::create(&dir, &passphrase(), options(&disk));
        let hits = disk.hits();
        disk.heal();
        if let Ok((vault, recovery)) = created {
            assert_eq!(hits, 0, "success in spite of a fault: {plan:?}");
            assert!(disk.is_durable(&dir.join("vault.json")));
            drop(vault);
            drop(Vault::open(&dir, &passphrase(), options(&disk)).unwrap());
            drop(Vault::open(&dir, &words(&recovery), options(&disk)).unwrap());
            return hits;
        }
        match Vault::probe(&dir).unwrap() {
            Presence::Absent => {
                drop(Vault::create(&dir, &passphrase(), options(&disk)).unwrap());
                assert!(disk.is_durable(&dir.join("vault.json")), "{plan:?}");
            }
            // The last sync failed, and then the way back.
            Presence::Present { .. } => {
                assert_eq!(plan.lasting, Lasting::Forever, "{plan:?}");
                drop(Vault::open(&dir, &passphrase(), options(&disk)).unwrap());
                assert!(disk.is_durable(&dir.join("vault.json")), "{plan:?}");
            }
        }
        hits
    });
}

#[test]
fn a_fault_while_a_way_in_is_added_leaves_the_former_ones_or_the_new_one() {
    sweep(|plan| {
        let mut scene = Scene::new();
        scene.disk.plan(plan);
        let added = scene.vault().renew_recovery_words();
        let hits = scene.disk.hits();
        scene.disk.heal();
        let vault_file = scene.dir().join("vault.json");
        scene.close();
        drop(scene.open_by(&passphrase()).unwrap());
        match added {
            Ok(renewed) => {
                assert_eq!(hits, 0, "success in spite of a fault: {plan:?}");
                assert!(scene.disk.is_durable(&vault_file));
                drop(scene.open_by(&words(&renewed)).unwrap());
            }
            Err(_) => assert_ne!(hits, 0),
        }
        scene.reopen();
        let renewed = scene.vault().renew_recovery_words().unwrap();
        scene.close();
        drop(scene.open_by(&words(&renewed)).unwrap());
        hits
    });
}

#[test]
fn a_fault_while_a_vault_is_opened_is_an_error_and_changes_nothing() {
    sweep_openings(|plan| {
        let mut scene = Scene::new();
        let (key, blob) = scene.keep(&body(10));
        let staging = scene
            .vault()
            .stage(&key, BlobId::random().unwrap())
            .unwrap();
        std::mem::forget(staging);
        scene.close();
        scene.disk.plan(plan);
        let opened = scene.open_by(&passphrase());
        let hits = scene.disk.hits();
        assert_eq!(opened.is_ok(), hits == 0, "{plan:?}: {opened:?}");
        drop(opened);
        scene.disk.heal();
        scene.reopen();
        assert!(scene.tmp_is_empty());
        assert!(get(scene.vault(), &key, blob, 10).unwrap() == body(10));
        hits
    });
}

fn sweep_openings(mut run: impl FnMut(Plan) -> usize) {
    for lasting in LASTINGS {
        let fault = Fault::Broken;
        let ended = (0..STEPS_MAX).position(|at| run(Plan { at, fault, lasting }) == 0);
        assert!(ended.expect("the sweep ends") > 5);
    }
}

#[test]
fn a_key_file_that_could_not_be_written_is_not_left_half() {
    sweep(|plan| {
        let scene = Scene::new();
        let file = scene.folder.path().join("key");
        let holder = stave_vault::Holder::KeyFile(file.clone());
        scene.disk.plan(plan);
        let added = scene.vault().add_holder(&holder);
        let hits = scene.disk.hits();
        scene.disk.heal();
        if added.is_ok() {
            assert_eq!(hits, 0);
            assert!(scene.disk.is_durable(&file));
        } else if plan.lasting == Lasting::Once && file.exists() {
            assert_eq!(std::fs::read(&file).unwrap().len(), 45, "{plan:?}");
        }
        hits
    });
}
