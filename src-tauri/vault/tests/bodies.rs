//! Bodies on a real disk: staged, kept, read, listed and removed.

mod common;

use std::fs;

use common::{Scene, body, get, put, read, some_file_holds};
use stave_vault::{BlobId, Damage, DataKey, Error};

#[test]
fn a_kept_body_is_read_after_the_vault_was_closed() {
    let mut scene = Scene::new();
    for length in [0, 1, 65_535, 65_536, 65_537, 300_000] {
        let (key, blob) = scene.keep(&body(length));
        scene.reopen();
        let read = get(scene.vault(), &key, blob, length).unwrap();
        assert!(read == body(length), "{length} bytes");
    }
}

#[test]
fn a_body_may_come_in_pieces_of_any_size() {
    let scene = Scene::new();
    let whole = body(200_000);
    for piece in [1, 7, 65_535, 65_536, 65_537, 200_000] {
        let (key, blob) = (DataKey::random().unwrap(), BlobId::random().unwrap());
        let mut staging = scene.vault().stage(&key, blob).unwrap();
        for bytes in whole.chunks(piece) {
            staging.write_all(bytes).unwrap();
        }
        assert_eq!(staging.plaintext_len(), 200_000);
        staging.write_all(&[]).unwrap();
        let staged = staging.finish().unwrap();
        assert_eq!(staged.plaintext_len(), 200_000);
        let kept = staged.keep().unwrap();
        let sealed_len = fs::metadata(scene.vault().dir().blob(blob)).unwrap().len();
        assert_eq!(kept.sealed_len, sealed_len);
        assert!(get(scene.vault(), &key, blob, 200_000).unwrap() == whole);
    }
}

#[test]
fn a_body_sealed_in_memory_has_the_format_of_a_file() {
    let scene = Scene::new();
    for length in [0, 1, 16_384, 65_536, 65_537] {
        let (key, blob) = scene.keep(&body(length));
        let file = fs::read(scene.vault().dir().blob(blob)).unwrap();
        let reader = scene.vault().open_small(&key, blob, file, length as u64);
        assert!(read(&reader.unwrap()).unwrap() == body(length));

        let sealed = scene.vault().seal_small(&key, blob, &body(length)).unwrap();
        fs::write(scene.vault().dir().blob(blob), sealed).unwrap();
        assert!(get(scene.vault(), &key, blob, length).unwrap() == body(length));
    }
}

#[test]
fn a_body_that_is_not_kept_leaves_no_file() {
    let scene = Scene::new();
    let key = DataKey::random().unwrap();
    let mut staging = scene
        .vault()
        .stage(&key, BlobId::random().unwrap())
        .unwrap();
    staging.write_all(&body(200_000)).unwrap();
    assert!(!scene.tmp_is_empty());
    drop(staging);
    assert!(scene.tmp_is_empty());

    let staging = scene
        .vault()
        .stage(&key, BlobId::random().unwrap())
        .unwrap();
    let staged = staging.finish().unwrap();
    assert!(!scene.tmp_is_empty());
    drop(staged);
    assert!(scene.tmp_is_empty());
    assert_eq!(scene.vault().list_blobs().unwrap().count(), 0);
}

#[test]
fn what_a_dead_process_left_in_tmp_goes_when_the_vault_is_opened() {
    let mut scene = Scene::new();
    let key = DataKey::random().unwrap();
    let mut staging = scene
        .vault()
        .stage(&key, BlobId::random().unwrap())
        .unwrap();
    staging.write_all(&body(200_000)).unwrap();
    // A killed process drops nothing.
    std::mem::forget(staging);
    let stranger = scene.dir().join("tmp").join("notes.txt");
    fs::write(&stranger, "not ours").unwrap();
    scene.reopen();
    assert!(stranger.exists());
    fs::remove_file(stranger).unwrap();
    assert!(scene.tmp_is_empty());
}

#[test]
fn plaintext_never_touches_the_disk() {
    const NEEDLE: &[u8] = b"a sentence that nobody else may read";
    let scene = Scene::new();
    let text: Vec<u8> = NEEDLE.iter().copied().cycle().take(500_000).collect();
    let (key, blob) = (DataKey::random().unwrap(), BlobId::random().unwrap());
    let mut staging = scene.vault().stage(&key, blob).unwrap();
    for piece in text.chunks(50_000) {
        staging.write_all(piece).unwrap();
        assert!(!some_file_holds(&scene.dir(), NEEDLE));
    }
    let staged = staging.finish().unwrap();
    assert!(!some_file_holds(&scene.dir(), NEEDLE));
    staged.keep().unwrap();
    assert!(!some_file_holds(&scene.dir(), NEEDLE));
    assert!(get(scene.vault(), &key, blob, text.len()).unwrap() == text);

    let sealed = scene.vault().seal_small(&key, blob, NEEDLE).unwrap();
    assert!(!sealed.windows(NEEDLE.len()).any(|w| w == NEEDLE));
}

#[test]
fn every_flipped_byte_of_a_file_is_refused() {
    let scene = Scene::new();
    let original = body(1_000);
    let (key, blob) = scene.keep(&original);
    let path = scene.vault().dir().blob(blob);
    let sealed = fs::read(&path).unwrap();
    for index in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[index] ^= 0x20;
        fs::write(&path, changed).unwrap();
        let refused = get(scene.vault(), &key, blob, original.len());
        assert!(
            matches!(refused, Err(Error::Damaged { .. })),
            "byte {index}"
        );
    }
    fs::write(&path, sealed).unwrap();
    assert!(get(scene.vault(), &key, blob, original.len()).unwrap() == original);
}

#[test]
fn a_file_that_was_cut_or_extended_is_refused() {
    let scene = Scene::new();
    let (key, blob) = scene.keep(&body(70_000));
    let path = scene.vault().dir().blob(blob);
    let sealed = fs::read(&path).unwrap();
    let longer = [sealed.as_slice(), &[0]].concat();
    for changed in [
        &sealed[..0],
        &sealed[..87],
        &sealed[..88],
        &sealed[..65_640],
        &longer,
    ] {
        fs::write(&path, changed).unwrap();
        let refused = get(scene.vault(), &key, blob, 70_000);
        let damage = Damage::Length;
        assert!(
            matches!(refused, Err(Error::Damaged { damage: found, .. }) if found == damage),
            "{} bytes",
            changed.len()
        );
    }
}

#[test]
fn a_file_that_is_cut_while_it_is_read_is_an_error() {
    let scene = Scene::new();
    let (key, blob) = scene.keep(&body(200_000));
    let reader = scene.vault().open_file(&key, blob, 200_000).unwrap();
    let mut chunks = reader.read_range(0, 200_000).unwrap();
    assert!(chunks.next_chunk().unwrap().is_some());
    let file = fs::OpenOptions::new()
        .write(true)
        .open(scene.vault().dir().blob(blob));
    file.unwrap().set_len(70_000).unwrap();
    let damaged = chunks.next_chunk();
    assert!(matches!(
        damaged,
        Err(Error::Damaged {
            damage: Damage::Length,
            ..
        })
    ));
    assert!(chunks.next_chunk().unwrap().is_none());
}

#[test]
fn two_files_that_changed_names_are_refused() {
    let scene = Scene::new();
    let (first_key, first) = scene.keep(&body(1_000));
    let (second_key, second) = scene.keep(&body(1_000));
    let dir = scene.vault().dir();
    let (one, other) = (
        fs::read(dir.blob(first)).unwrap(),
        fs::read(dir.blob(second)).unwrap(),
    );
    fs::write(dir.blob(first), other).unwrap();
    fs::write(dir.blob(second), one).unwrap();
    for (key, blob) in [(first_key, first), (second_key, second)] {
        let refused = get(scene.vault(), &key, blob, 1_000);
        assert!(matches!(
            refused,
            Err(Error::Damaged {
                damage: Damage::Header,
                ..
            })
        ));
    }
}

#[test]
fn a_wrong_key_opens_nothing() {
    let scene = Scene::new();
    let (_, blob) = scene.keep(&body(10));
    let refused = get(scene.vault(), &DataKey::random().unwrap(), blob, 10);
    assert!(matches!(
        refused,
        Err(Error::Damaged {
            damage: Damage::Commitment,
            ..
        })
    ));
}

#[test]
fn a_reader_outlives_the_removal_of_its_file() {
    let scene = Scene::new();
    let (key, blob) = scene.keep(&body(200_000));
    let reader = scene.vault().open_file(&key, blob, 200_000).unwrap();
    scene.vault().remove_blob(blob).unwrap();
    assert!(!scene.vault().blob_exists(blob).unwrap());
    if cfg!(unix) {
        assert!(read(&reader).unwrap() == body(200_000));
    }
}

#[test]
fn a_removed_blob_is_missing_and_removing_it_again_is_nothing() {
    let scene = Scene::new();
    let (key, blob) = scene.keep(&body(10));
    assert!(scene.vault().blob_exists(blob).unwrap());
    assert!(scene.vault().blob_modified(blob).is_ok());
    scene.vault().remove_blob(blob).unwrap();
    scene.vault().remove_blob(blob).unwrap();
    let missing = |id| matches!(id, Error::MissingBlob(id) if id == blob);
    assert!(missing(get(scene.vault(), &key, blob, 10).unwrap_err()));
    assert!(missing(scene.vault().blob_modified(blob).unwrap_err()));
}

#[test]
fn kept_blobs_are_listed_and_strangers_are_passed_over() {
    let scene = Scene::new();
    let mut kept: Vec<BlobId> = (0..50).map(|_| scene.keep(&body(10)).1).collect();
    let blobs = scene.dir().join("blobs");
    fs::write(blobs.join("readme"), "a stranger").unwrap();
    let shard = blobs.join("00").join("11");
    fs::create_dir_all(&shard).unwrap();
    fs::write(blobs.join("00").join("file"), "a stranger").unwrap();
    fs::write(shard.join("note.txt"), "a stranger").unwrap();
    fs::write(shard.join("ab".repeat(16)), "in the wrong folder").unwrap();
    fs::write(shard.join(format!("0011{}", "AB".repeat(14))), "").unwrap();

    let listed = scene.vault().list_blobs().unwrap();
    let mut listed: Vec<BlobId> = listed.map(Result::unwrap).collect();
    listed.sort_unstable();
    kept.sort_unstable();
    assert_eq!(listed, kept);
}

#[test]
fn a_blob_is_never_replaced() {
    let scene = Scene::new();
    let (key, blob) = scene.keep(&body(10));
    let refused = put(scene.vault(), &key, blob, &body(20));
    assert!(matches!(refused, Err(Error::BlobExists(id)) if id == blob));
    assert!(scene.tmp_is_empty());
    assert!(get(scene.vault(), &key, blob, 10).unwrap() == body(10));

    let staging = scene
        .vault()
        .stage(&key, BlobId::from_bytes([9; 16]))
        .unwrap();
    let twice = scene.vault().stage(&key, BlobId::from_bytes([9; 16]));
    assert!(matches!(twice, Err(Error::Io { .. })));
    drop(staging);
}

#[cfg(unix)]
#[test]
fn everything_in_a_vault_is_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt;

    let scene = Scene::new();
    scene.keep(&body(10));
    let mut paths = vec![scene.dir()];
    for path in common::files_below(&scene.dir()) {
        paths.extend(
            path.ancestors()
                .take_while(|p| p.starts_with(scene.dir()))
                .map(Into::into),
        );
    }
    assert!(paths.len() > 5);
    for path in paths {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
    }
}

#[test]
fn many_threads_keep_bodies_at_once() {
    let scene = Scene::new();
    let kept: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    (0..25)
                        .map(|_| scene.keep(&body(1_000)))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|t| t.join().unwrap())
            .collect()
    });
    assert_eq!(scene.vault().list_blobs().unwrap().count(), 200);
    for (key, blob) in kept {
        assert!(scene.disk.is_durable(&scene.vault().dir().blob(blob)));
        assert!(get(scene.vault(), &key, blob, 1_000).unwrap() == body(1_000));
    }
}
