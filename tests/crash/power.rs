//! Power cuts: the log of all that the program did to its disk is played up to many moments, losing what was not synced; the
//! vault that is left must open and hold all that was acknowledged by then.
//!
//! That the check can fail is shown by planted bugs, made by a disk that lies: a body's file that is never synced, a
//! folder that never is, and an acknowledgement before the catalog's commit.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use stave_tests::client::{causes, client};
use stave_tests::files::files_below;
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server};
use tempfile::TempDir;

use crate::ledger::{Answer, BUCKET, Ledger, State, Way, send};
use crate::replay::{Cut, Log, Player};
use crate::shim::library;

/// How many moments an ordinary run plays of all, and of those in which the log is moved into the database;
/// `STAVE_TEST_LONG` plays every one.
const MOMENTS: usize = 40;
const MOMENTS_OF_DATABASE: usize = 20;
/// Enough for the catalog's log to be moved into its database, and begun anew.
const WRITES: u64 = 100;
/// Enough for a planted bug.
const FEW_WRITES: u64 = 24;
const WORKERS: u64 = 3;

/// The ledger of one worker after each request and answer, and how long the log was then.
type Told = Vec<(u64, Ledger)>;

/// What was recorded: the vault before the load, the log, and what each worker was told.
struct Recording {
    base: TempDir,
    log: Log,
    told: Vec<Told>,
}

/// Records a load; with `lie`, syncs of files whose path holds that word are not done.
async fn record(writes: u64, lie: Option<&str>) -> Recording {
    let server = Server::start();
    let first = client(server.url(), ACCESS_KEY_ID, SECRET);
    let bucket = first.create_bucket().bucket(BUCKET).send().await;
    bucket.expect("a bucket is made");
    let base = server.stop();
    let work = tempfile::tempdir().expect("a folder");
    copy(base.path(), work.path());
    let outside = tempfile::tempdir().expect("a folder");
    let log_path = outside.path().join("log");
    let server = start_logged(work, |folder| folder.join("vault"), &log_path, lie);
    let workers = (0..WORKERS).map(|worker| {
        let (url, log_path) = (server.url().to_owned(), log_path.clone());
        tokio::spawn(load(url, worker, writes / WORKERS, log_path))
    });
    let mut told = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        told.push(worker.await.expect("a worker ends"));
    }
    drop(server.kill());
    Recording {
        base,
        log: Log::read(&log_path),
        told,
    }
}

/// Starts a server whose operations below a folder are logged.
fn start_logged(
    folder: TempDir,
    below: fn(&Path) -> PathBuf,
    log: &Path,
    lie: Option<&str>,
) -> Server {
    let root = below(folder.path());
    let [library, root, log] = [library(), &root, log].map(Path::to_string_lossy);
    let mut environment = vec![
        ("LD_PRELOAD", library.as_ref()),
        ("STAVE_SHIM_ROOT", &root),
        ("STAVE_SHIM_LOG", &log),
    ];
    environment.extend(lie.map(|word| ("STAVE_SHIM_LIE", word)));
    Server::start_in(folder, &environment)
}

/// Writes, overwrites and deletes the keys of one worker.
async fn load(url: String, worker: u64, writes: u64, log: PathBuf) -> Told {
    let client = client(&url, ACCESS_KEY_ID, SECRET);
    let length = || std::fs::metadata(&log).expect("the log").len();
    let (mut ledger, mut told) = (Ledger::default(), Vec::new());
    for step in 0..writes {
        let key = format!("{worker}/{}", step % 5);
        let seed = worker * 1_000 + step;
        let object = |size| State::Object { seed, size };
        let (state, way) = match step % 7 {
            1 | 3 => (object(150_000), Way::Whole),
            4 if step > 7 => (State::Absent, Way::Whole),
            6 => (object(40_000), Way::Parts(40_000)),
            _ => (object(15_000), Way::Whole),
        };
        // From this moment on the key may hold what comes, until it is acknowledged: then it must.
        ledger.begin(&key, state);
        told.push((length(), ledger.clone()));
        let answer = send(&client, &key, state, way).await;
        assert_eq!(answer, Answer::Acknowledged, "a write on a sound disk");
        ledger.acknowledge(&key);
        told.push((length(), ledger.clone()));
    }
    told
}

impl Recording {
    /// Returns what must and may be found if the power goes at a moment.
    fn ledger_at(&self, moment: u64) -> Ledger {
        let mut ledger = Ledger::default();
        for told in &self.told {
            let known = told.iter().rev().find(|(at, _)| *at <= moment);
            if let Some((_, of_worker)) = known {
                ledger.join(of_worker.clone());
            }
        }
        ledger
    }

    /// Cuts the power at each of the moments, in two ways; returns what was lost or torn.
    async fn cut(&self, moments: &BTreeSet<u64>) -> Vec<String> {
        let mut player = self.log.play(&self.base.path().join("vault"));
        let mut wrong = Vec::new();
        for moment in moments.iter().copied() {
            player.until(moment);
            for how in [
                Cut::Forgetful,
                Cut::Random(moment.wrapping_mul(0x9e37_79b9)),
            ] {
                let found = self.start_after(&player, how, moment).await;
                let found = found.into_iter();
                wrong.extend(found.map(|what| format!("cut {how:?} at {moment}: {what}")));
            }
        }
        wrong
    }

    /// Starts a server over what a power cut leaves; returns what is wrong there.
    async fn start_after(&self, player: &Player<'_>, how: Cut, moment: u64) -> Vec<String> {
        let left = tempfile::tempdir().expect("a folder");
        let key = std::fs::copy(self.base.path().join("key"), left.path().join("key"));
        key.expect("the key file is copied");
        player.cut(how, &left.path().join("vault"));
        let server = match Server::try_start_in(left, &[]) {
            Ok(server) => server,
            Err(said) => return vec![format!("the vault does not open: {said}")],
        };
        let client = client(server.url(), ACCESS_KEY_ID, SECRET);
        let mut wrong = self.ledger_at(moment).check(&client).await;
        let staged = files_below(&server.vault().join("tmp"));
        wrong.extend(staged.iter().map(|name| format!("{name} is left in tmp")));
        wrong
    }
}

/// Chooses `count` of the moments, spread over all.
fn spread(moments: &[u64], count: usize) -> impl Iterator<Item = u64> {
    let step = (moments.len() / count).max(1);
    moments.iter().copied().skip(step / 2).step_by(step)
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    for name in files_below(from) {
        let target = to.join(&name);
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("a folder is made");
        std::fs::copy(from.join(name), target).expect("a file is copied");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_power_is_cut() {
    let recording = record(WRITES, None).await;
    let all = recording.log.moments();
    let of_database = recording.log.moments_of("/catalog.db");
    assert!(!of_database.is_empty(), "the log was not moved");
    let long = std::env::var_os("STAVE_TEST_LONG").is_some();
    let moments: BTreeSet<u64> = if long {
        all.iter().copied().collect()
    } else {
        let of_database = spread(&of_database, MOMENTS_OF_DATABASE);
        spread(&all, MOMENTS).chain(of_database).collect()
    };
    let wrong = recording.cut(&moments).await;
    assert_eq!(wrong, Vec::<String>::new());
    let (played, all) = (moments.len(), all.len());
    eprintln!("{played} of {all} moments, two power cuts at each, nothing lost");
}

/// Cuts the power while a vault is made: what is left is a vault, or becomes one by starting again.
#[tokio::test(flavor = "multi_thread")]
async fn a_vault_is_made_whole_or_anew_when_the_power_is_cut() {
    let [base, work, outside] = std::array::from_fn(|_| tempfile::tempdir().expect("a folder"));
    let log_path = outside.path().join("log");
    let server = start_logged(work, Path::to_path_buf, &log_path, None);
    drop(server.kill());
    let log = Log::read(&log_path);
    let mut player = log.play(base.path());
    let mut wrong = Vec::new();
    for moment in log.moments() {
        player.until(moment);
        let left = tempfile::tempdir().expect("a folder");
        player.cut(Cut::Forgetful, left.path());
        match Server::try_start_in(left, &[]) {
            Ok(server) => {
                let client = client(server.url(), ACCESS_KEY_ID, SECRET);
                let bucket = client.create_bucket().bucket(BUCKET).send().await;
                wrong.extend(
                    bucket
                        .err()
                        .map(|why| format!("{moment}: {}", causes(&why))),
                );
            }
            Err(said) => wrong.push(format!("{moment}: {said}")),
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    eprintln!("{} moments of making a vault", log.moments().len());
}

/// Records with a disk that lies about the syncs of some files, and expects the loss to be seen.
async fn is_found_out(lie: &str) {
    let recording = record(FEW_WRITES, Some(lie)).await;
    let moments = spread(&recording.log.moments(), 12).collect();
    let wrong = recording.cut(&moments).await;
    assert!(
        !wrong.is_empty(),
        "nobody noticed that {lie} is never synced"
    );
    eprintln!(
        "{lie} is never synced: {} losses, as {}",
        wrong.len(),
        wrong[0]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_whose_file_is_never_synced_is_found_out() {
    is_found_out("/tmp/").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_whose_folder_is_never_synced_is_found_out() {
    is_found_out("/blobs/").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgement_before_the_commit_is_found_out() {
    is_found_out("/catalog.db-wal").await;
}
