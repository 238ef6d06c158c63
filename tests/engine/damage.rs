//! Bytes that were changed at rest are never read: neither as they are now nor in part.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use stave_model::{BucketName, Versioning};
use stave_store::{BodyError, Error, GetObject, Store};

use crate::kit::{Vault, drain, latest, pattern};

/// What each sealed blob begins with.
const MAGIC: &[u8] = b"STVB";

/// The header, the tag and the plaintext of a sealed body of one chunk.
fn sealed_bytes(plaintext_bytes: usize) -> usize {
    88 + plaintext_bytes + 16
}

async fn is_refused(vault: &Vault, bucket: &BucketName, key: &str) -> bool {
    match vault.get(bucket, key).await {
        Err(Error::Damaged { .. } | Error::Body(BodyError::Damaged)) => true,
        Err(other) => panic!("not told as damage: {other}"),
        Ok(_) => false,
    }
}

fn flip(path: &Path, offset: usize) {
    let mut file = File::options().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.seek(SeekFrom::Start(offset as u64)).unwrap();
    file.read_exact(&mut byte).unwrap();
    byte[0] ^= 1 << (offset % 8);
    file.seek(SeekFrom::Start(offset as u64)).unwrap();
    file.write_all(&byte).unwrap();
}

fn only_file(vault: &Vault) -> PathBuf {
    let mut files = vault.blob_files();
    assert_eq!(files.len(), 1);
    files.remove(0)
}

#[tokio::test]
async fn every_flipped_byte_of_a_file_is_refused() {
    let vault = Vault::new();
    let bucket = vault.bucket("flipped", Versioning::Off).await;
    // The smallest body that is kept as a file.
    vault.put(&bucket, "k", pattern(16_385, 1)).await;
    let path = only_file(&vault);
    let size = fs::read(&path).unwrap().len();
    assert_eq!(size, sealed_bytes(16_385));
    for offset in 0..size {
        flip(&path, offset);
        assert!(is_refused(&vault, &bucket, "k").await, "byte {offset}");
        flip(&path, offset);
    }
    assert!(vault.get(&bucket, "k").await.unwrap() == pattern(16_385, 1));
}

#[tokio::test]
async fn every_flipped_byte_of_a_row_is_refused() {
    for body in [&b""[..], b"a small body"] {
        let mut vault = Vault::new();
        let bucket = vault.bucket("flipped", Versioning::Off).await;
        vault.put(&bucket, "k", body).await;
        vault.engine.close();
        let path = vault.dir().join("catalog.db");
        let begin = places_of_magic(&path);
        assert_eq!(begin.len(), 1, "the sealed body stands once in the catalog");
        for offset in begin[0]..begin[0] + sealed_bytes(body.len()) {
            flip(&path, offset);
            vault.reopen();
            assert!(is_refused(&vault, &bucket, "k").await, "byte {offset}");
            vault.engine.close();
            flip(&path, offset);
        }
        vault.reopen();
        assert_eq!(vault.get(&bucket, "k").await.unwrap(), body);
    }
}

/// Finds sealed bodies in a closed catalog. Its application id has other letters.
fn places_of_magic(path: &Path) -> Vec<usize> {
    let bytes = fs::read(path).unwrap();
    let windows = bytes.windows(MAGIC.len()).enumerate();
    windows
        .filter(|(_, window)| *window == MAGIC)
        .map(|(offset, _)| offset)
        .collect()
}

#[tokio::test]
async fn a_file_that_is_shorter_longer_or_missing_is_refused() {
    let vault = Vault::new();
    let bucket = vault.bucket("cut", Versioning::Off).await;
    vault.put(&bucket, "k", pattern(200_000, 1)).await;
    let path = only_file(&vault);
    let whole = fs::read(&path).unwrap();
    for size in [0, 87, 88, 65_536 + 88, whole.len() - 1] {
        fs::write(&path, &whole[..size]).unwrap();
        assert!(is_refused(&vault, &bucket, "k").await, "{size} bytes");
    }
    fs::write(&path, [&whole[..], b"\0"].concat()).unwrap();
    assert!(is_refused(&vault, &bucket, "k").await, "one byte more");
    fs::remove_file(&path).unwrap();
    assert!(is_refused(&vault, &bucket, "k").await, "no file");
    fs::write(&path, whole).unwrap();
    assert!(vault.get(&bucket, "k").await.unwrap() == pattern(200_000, 1));
}

#[tokio::test]
async fn files_that_changed_places_are_refused() {
    let vault = Vault::new();
    let bucket = vault.bucket("swapped", Versioning::Off).await;
    for key in ["a", "b"] {
        vault
            .put(&bucket, key, pattern(100_000, key.as_bytes()[0]))
            .await;
    }
    let files = vault.blob_files();
    let (a, b) = (fs::read(&files[0]).unwrap(), fs::read(&files[1]).unwrap());
    fs::write(&files[0], b).unwrap();
    fs::write(&files[1], a).unwrap();
    assert!(is_refused(&vault, &bucket, "a").await);
    assert!(is_refused(&vault, &bucket, "b").await);
}

#[tokio::test]
async fn damage_behind_the_first_chunks_ends_the_body_with_an_error() {
    let vault = Vault::new();
    let bucket = vault.bucket("late", Versioning::Off).await;
    let whole = pattern(1_000_000, 1);
    vault.put(&bucket, "k", whole.clone()).await;
    flip(&only_file(&vault), 900_000);
    let got = vault
        .store
        .get_object(GetObject::whole(latest(&bucket, "k")));
    let read = drain(got.await.unwrap()).await;
    assert!(matches!(read, Err(BodyError::Damaged)));
    // What lies before the damage is whole, and may be read.
    assert!(vault.get_range(&bucket, "k", "bytes=0-499999").await == whole[..500_000]);
}

#[tokio::test]
async fn damage_stops_a_copy_of_a_range() {
    let vault = Vault::new();
    let bucket = vault.bucket("copied", Versioning::Off).await;
    vault.put(&bucket, "source", pattern(300_000, 1)).await;
    flip(&only_file(&vault), 200_000);
    let mut uploading = crate::uploads::Uploading::begin(&vault, &bucket, "k").await;
    let refused = uploading.copy(1, "source", Some("bytes=1-299999")).await;
    assert!(matches!(refused, Err(Error::Damaged { .. })));
    assert_eq!(vault.staged_files().len(), 0);
}
