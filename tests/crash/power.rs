//! Power cuts: the log of all that the program did to its disk is played up to many moments, losing what was not synced; the
//! vault that is left must open and hold all that was acknowledged by then.
//!
//! That the check can fail is shown by two planted bugs, made by a disk that lies: a body's file that is never
//! synced, and an acknowledgement before the catalog's commit is.

use std::path::Path;

use stave_tests::client::client;
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server};
use tempfile::TempDir;

use crate::ledger::{BUCKET, Ledger, State, send};
use crate::replay::{Cut, Log};
use crate::shim::library;

/// How many moments an ordinary run plays; `STAVE_TEST_LONG` plays every one.
const MOMENTS: usize = 30;
const WRITES: u64 = 24;

/// What was recorded: the vault before the load, the log, and the ledger at each acknowledgement.
struct Recording {
    base: TempDir,
    log: Log,
    told: Vec<(u64, Ledger)>,
}

/// Records a load; with `lie`, syncs of files whose path holds that word are not done.
async fn record(lie: Option<&str>) -> Recording {
    let server = Server::start();
    let first = client(server.url(), ACCESS_KEY_ID, SECRET);
    first
        .create_bucket()
        .bucket(BUCKET)
        .send()
        .await
        .expect("a bucket is made");
    let base = server.stop();
    let work = tempfile::tempdir().expect("a folder");
    copy(base.path(), work.path());
    let outside = tempfile::tempdir().expect("a folder");
    let log_path = outside.path().join("log");
    let root = work.path().join("vault").to_string_lossy().into_owned();
    let (library, log_text) = (library().to_string_lossy(), log_path.to_string_lossy());
    let mut environment = vec![
        ("LD_PRELOAD", library.as_ref()),
        ("STAVE_SHIM_ROOT", &root),
        ("STAVE_SHIM_LOG", log_text.as_ref()),
    ];
    environment.extend(lie.map(|word| ("STAVE_SHIM_LIE", word)));
    let server = Server::start_in(work, &environment);
    let client = client(server.url(), ACCESS_KEY_ID, SECRET);
    let length = || std::fs::metadata(&log_path).expect("the log").len();
    let mut ledger = Ledger::default();
    let mut told = Vec::new();
    for step in 0..WRITES {
        let key = format!("key {}", step % 7);
        let state = match step % 6 {
            4 if step > 6 => State::Absent,
            1 | 3 => State::Object {
                seed: step,
                size: 150_000,
            },
            _ => State::Object {
                seed: step,
                size: 400,
            },
        };
        // From this moment on the key may hold what comes, until it is acknowledged: then it must.
        ledger.begin(&key, state);
        told.push((length(), ledger.clone()));
        assert!(send(&client, &key, state).await, "a write on a sound disk");
        ledger.acknowledge(&key);
        told.push((length(), ledger.clone()));
    }
    drop(server.kill());
    Recording {
        base,
        log: Log::read(&log_path),
        told,
    }
}

/// Cuts the power at many moments; returns what was lost or torn.
async fn cut(recording: &Recording, moments: usize) -> Vec<String> {
    let all = recording.log.moments();
    let step = (all.len() / moments).max(1);
    let mut wrong = Vec::new();
    for (number, moment) in all.iter().copied().enumerate().skip(step / 2).step_by(step) {
        let how = if number % 2 == 0 {
            Cut::Forgetful
        } else {
            Cut::Random(moment.wrapping_mul(0x9e37_79b9))
        };
        let left = tempfile::tempdir().expect("a folder");
        std::fs::copy(recording.base.path().join("key"), left.path().join("key"))
            .expect("the key file");
        recording.log.cut(
            &recording.base.path().join("vault"),
            moment,
            how,
            &left.path().join("vault"),
        );
        let known = recording.told.iter().rev().find(|(at, _)| *at <= moment);
        let Some((_, ledger)) = known else { continue };
        let server = Server::start_in(left, &[]);
        let found = ledger
            .clone()
            .check(&client(server.url(), ACCESS_KEY_ID, SECRET))
            .await;
        wrong.extend(
            found
                .into_iter()
                .map(|what| format!("cut {how:?} at {moment}: {what}")),
        );
    }
    wrong
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder is made");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else if path.is_file() {
            std::fs::copy(&path, &target).expect("a file is copied");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_power_is_cut() {
    let recording = record(None).await;
    let long = std::env::var_os("STAVE_TEST_LONG").is_some();
    let moments = if long { usize::MAX } else { MOMENTS };
    let played = recording.log.moments().len().min(moments);
    assert!(
        recording.log.moments().len() > 100,
        "the log is too short to be true"
    );
    assert_eq!(cut(&recording, moments).await, Vec::<String>::new());
    eprintln!("{played} power cuts, nothing lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_whose_file_is_never_synced_is_found_out() {
    let recording = record(Some("/vault/tmp/")).await;
    let in_place = record(Some("/vault/blobs/")).await;
    let mut wrong = cut(&recording, 20).await;
    wrong.extend(cut(&in_place, 20).await);
    assert!(
        !wrong.is_empty(),
        "a missing sync of the body went unnoticed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgement_before_the_commit_is_found_out() {
    let recording = record(Some("/catalog.db-wal")).await;
    assert!(
        !cut(&recording, 20).await.is_empty(),
        "a commit that was not durable went unnoticed"
    );
}
