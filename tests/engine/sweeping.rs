//! What is unlinked, when, and what is not.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use stave_engine::EngineOptions;
use stave_model::{Clock, Timestamp, Versioning};

use crate::kit::{Vault, files_below, pattern};

const DAY: Duration = Duration::from_hours(24);

/// A clock that stands still until it is set.
#[derive(Debug)]
struct SetClock(AtomicI64);

impl SetClock {
    fn new() -> Self {
        Self(AtomicI64::new(stave_model::SystemClock.now().as_millis()))
    }

    fn advance(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap();
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Opens the vault again, and waits until it has been swept.
fn sweep_at_open(vault: &mut Vault) {
    vault.reopen();
    vault.engine.sweep().unwrap();
}

/// Puts a file among the blobs that no row knows, `age` old.
fn plant_stray(vault: &Vault, age: Duration) -> PathBuf {
    let name = "ab".repeat(16);
    let folder = vault.dir().join("blobs/ab/ab");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, b"whose is it?").unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(SystemTime::now() - age).unwrap();
    path
}

fn trash(vault: &Vault) -> Vec<PathBuf> {
    files_below(&vault.dir().join("trash"))
}

fn exists(path: &Path) -> bool {
    fs::exists(path).unwrap()
}

#[tokio::test]
async fn a_stray_file_goes_to_the_trash_after_a_day_and_for_ever_after_a_week() {
    let clock = Arc::new(SetClock::new());
    let mut vault = Vault::with(EngineOptions {
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        ..EngineOptions::default()
    });
    let bucket = vault.bucket("kept", Versioning::Off).await;
    vault.put(&bucket, "k", pattern(50_000, 1)).await;
    let young = plant_stray(&vault, DAY / 2);
    sweep_at_open(&mut vault);
    assert!(exists(&young), "it may be a write in progress");
    clock.advance(DAY);
    sweep_at_open(&mut vault);
    assert!(!exists(&young));
    assert_eq!(fs::read(&trash(&vault)[0]).unwrap(), b"whose is it?");
    clock.advance(DAY * 7);
    sweep_at_open(&mut vault);
    assert_eq!(trash(&vault).len(), 1, "the week is not over");
    clock.advance(DAY);
    sweep_at_open(&mut vault);
    assert_eq!(trash(&vault).len(), 0);
    // The file that a row names is as old, and stays.
    assert!(vault.get(&bucket, "k").await.unwrap() == pattern(50_000, 1));
}

#[tokio::test]
async fn what_an_ended_process_was_writing_is_removed_at_the_next_opening() {
    let mut vault = Vault::new();
    fs::create_dir_all(vault.dir().join("tmp")).unwrap();
    fs::write(vault.dir().join("tmp").join("cd".repeat(16)), b"half").unwrap();
    assert_eq!(vault.staged_files().len(), 1);
    vault.reopen();
    assert_eq!(vault.staged_files().len(), 0);
}

#[tokio::test]
async fn deletes_are_swept_without_being_asked() {
    let vault = Vault::new();
    let bucket = vault.bucket("swept", Versioning::Off).await;
    for key in ["a", "b", "c"] {
        vault.put(&bucket, key, pattern(50_000, 1)).await;
    }
    vault.put(&bucket, "a", pattern(60_000, 1)).await;
    vault.delete(&bucket, "b").await;
    crate::streams::until(|| vault.blob_files().len() == 2).await;
    assert!(vault.get(&bucket, "a").await.unwrap() == pattern(60_000, 1));
    assert!(vault.get(&bucket, "c").await.unwrap() == pattern(50_000, 1));
}

#[tokio::test]
async fn a_file_that_could_not_be_unlinked_is_unlinked_at_the_next_opening() {
    let mut vault = Vault::new();
    let bucket = vault.bucket("swept", Versioning::Off).await;
    vault.put(&bucket, "k", pattern(50_000, 1)).await;
    let path = vault.blob_files().remove(0);
    // A folder of its name cannot be unlinked as a file.
    let aside = path.with_extension("aside");
    fs::rename(&path, &aside).unwrap();
    fs::create_dir(&path).unwrap();
    vault.delete(&bucket, "k").await;
    assert!(vault.engine.sweep().is_err());
    vault.engine.close();
    fs::remove_dir(&path).unwrap();
    fs::rename(&aside, &path).unwrap();
    sweep_at_open(&mut vault);
    assert!(!exists(&path));
}
