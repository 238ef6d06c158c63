//! A disk that fails at each step of a write in turn: the client is told, what it was told holds, and the server says
//! what state it is in and leaves nothing behind.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::Client;
use stave_engine::{Engine, EngineOptions, Holder};
use stave_model::{Clock, SystemClock, Timestamp};
use stave_tests::client::client;
use stave_tests::files::files_below;
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server};
use tempfile::TempDir;

use crate::ledger::{Answer, BUCKET, Ledger, State, Way, abort_uploads, send};
use crate::shim::{Control, Failed, Lasting, library};

const EIO: i32 = 5;
const ENOSPC: i32 = 28;
/// More steps than any write takes: a sweep that gets here does not end.
const STEPS_MAX: u64 = 400;
/// A body that travels in its row, and one that is a file of several chunks.
const SMALL: usize = 500;
const LARGE: usize = 300_000;
/// A body beyond this is a file.
const ROW_MAX: usize = 16 * 1024;
const NOTHING: [String; 0] = [];
/// S3's statuses for a disk that is full, and for a server that writes no more.
const INSUFFICIENT_STORAGE: u16 = 507;
const SERVICE_UNAVAILABLE: u16 = 503;

/// What is written while the disk fails.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Put(usize),
    Upload(usize),
    Delete,
}

#[derive(Debug, Clone, Copy)]
struct Fault {
    errno: i32,
    lasting: Lasting,
}

const BROKEN_ONCE: Fault = Fault {
    errno: EIO,
    lasting: Lasting::Once,
};
const BROKEN: Fault = Fault {
    errno: EIO,
    lasting: Lasting::FromThenOn,
};
const FULL_ONCE: Fault = Fault {
    errno: ENOSPC,
    lasting: Lasting::Once,
};
const FULL: Fault = Fault {
    errno: ENOSPC,
    lasting: Lasting::FromThenOn,
};

fn start(folder: TempDir, control: &Control) -> Server {
    let library = library().to_string_lossy();
    let root = folder.path().join("vault").to_string_lossy().into_owned();
    let control = control.path();
    let environment = [
        ("LD_PRELOAD", library.as_ref()),
        ("STAVE_SHIM_ROOT", &root),
        ("STAVE_SHIM_CONTROL", &control),
    ];
    Server::start_in(folder, &environment)
}

fn connect(server: &Server) -> Client {
    client(server.url(), ACCESS_KEY_ID, SECRET)
}

/// Fails the n-th operation of a write, for every n until a write is through without meeting its fault.
async fn sweep(kind: Kind, fault: Fault) {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let control = Control::new(elsewhere.path());
    let mut server = start(Server::start().stop(), &control);
    let bucket = connect(&server).create_bucket().bucket(BUCKET).send().await;
    bucket.expect("a bucket is made");
    let mut ledger = Ledger::default();
    let mut refused = 0;
    for nth in 1..=STEPS_MAX {
        let step = Step {
            kind,
            fault,
            nth,
            control: &control,
        };
        let answer = step.meet(&connect(&server), &server, &mut ledger).await;
        refused += u64::from(answer != Answer::Acknowledged);
        // What was told holds in a process that never met the fault; it is also the next step's.
        server = start(server.kill(), &control);
        let wrong = ledger.check(&connect(&server)).await;
        assert_eq!(wrong, NOTHING, "{step}");
        assert_eq!(staged(&server), NOTHING, "{step}");
        if control.failed().is_none() {
            assert_eq!(answer, Answer::Acknowledged, "a write on a sound disk");
            assert!(refused > 2, "only {refused} of the faults were told");
            eprintln!("{kind:?}, {fault:?}: {} steps, {refused} refusals", nth - 1);
            abort_uploads(&connect(&server)).await;
            assert_tidy(&server.stop(), &ledger);
            return;
        }
    }
    panic!("{kind:?} takes more than {STEPS_MAX} steps");
}

/// One write whose n-th operation fails.
struct Step<'a> {
    kind: Kind,
    fault: Fault,
    nth: u64,
    control: &'a Control,
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = self.control.failed();
        let Self {
            kind, fault, nth, ..
        } = self;
        write!(f, "{kind:?}, {fault:?}, operation {nth}: {failed:?}")
    }
}

impl Step<'_> {
    /// Lets a write meet its fault, and looks at what the process that met it does then.
    async fn meet(&self, client: &Client, server: &Server, ledger: &mut Ledger) -> Answer {
        let key = format!("key {}", self.nth % 3);
        // There is something to overwrite or delete, and the first write of this process is behind it.
        let former = object(self.nth, LARGE);
        let before = write(client, ledger, &key, former, Way::Whole).await;
        assert_eq!(before, Answer::Acknowledged, "before {self}");
        let (state, way) = match self.kind {
            Kind::Put(size) => (object(1_000 + self.nth, size), Way::Whole),
            Kind::Upload(size) => (object(1_000 + self.nth, size), Way::Parts(size)),
            Kind::Delete => (State::Absent, Way::Whole),
        };
        let Fault { errno, lasting } = self.fault;
        self.control.fail(self.nth, errno, lasting);
        let answer = write(client, ledger, &key, state, way).await;
        assert_ne!(answer, Answer::None, "{self}");
        if answer != Answer::Acknowledged && errno == ENOSPC {
            self.assert_refused_for_room(answer, server);
        }
        // The disk fails on, but what was stored before can be read.
        let wrong = ledger.clone().check(client).await;
        assert_eq!(wrong, NOTHING, "in the process that met it: {self}");
        self.control.relent();
        let probe = write(client, ledger, "probe", object(self.nth, SMALL), Way::Whole).await;
        let promised = self.promised(probe);
        assert!(promised, "the next write is {probe:?} after {self}");
        answer
    }

    /// A full disk is told as such, and a body that found no room takes none.
    fn assert_refused_for_room(&self, answer: Answer, server: &Server) {
        assert_eq!(staged(server), NOTHING, "{self}");
        if self.control.failed() == Some(Failed::Other) {
            assert_eq!(answer, Answer::Refused(INSUFFICIENT_STORAGE), "{self}");
        }
    }

    /// Tells whether the write after a fault ends as is promised: once there is room, writing goes on; once a sync has
    /// failed, nothing is written until the vault is opened again, and the server says so.
    fn promised(&self, probe: Answer) -> bool {
        let goes_on = probe == Answer::Acknowledged;
        let says_so = probe == Answer::Refused(SERVICE_UNAVAILABLE);
        match (self.control.failed(), self.fault.errno) {
            (None, _) | (Some(Failed::Other), ENOSPC) => goes_on,
            (Some(Failed::Sync), EIO) => says_so,
            _ => goes_on || says_so,
        }
    }
}

/// Writes and notes in the ledger what was told.
async fn write(client: &Client, ledger: &mut Ledger, key: &str, state: State, way: Way) -> Answer {
    ledger.begin(key, state);
    let answer = send(client, key, state, way).await;
    match answer {
        Answer::Acknowledged => ledger.acknowledge(key),
        // Both promise that nothing of it was kept.
        Answer::Refused(INSUFFICIENT_STORAGE) => ledger.give_up(key),
        Answer::Refused(_) | Answer::None => {}
    }
    answer
}

fn object(seed: u64, size: usize) -> State {
    State::Object { seed, size }
}

fn staged(server: &Server) -> Vec<String> {
    files_below(&server.vault().join("tmp"))
}

/// A clock that is some days ahead, when what a killed process left is old enough to be swept.
#[derive(Debug)]
struct Later(Duration);

impl Clock for Later {
    fn now(&self) -> Timestamp {
        let ahead = i64::try_from(self.0.as_millis()).expect("some days");
        Timestamp::from_millis(SystemClock.now().as_millis() + ahead)
    }
}

/// Sweeps the vault two days later; every file among the blobs is then one that a row names.
fn assert_tidy(folder: &TempDir, ledger: &Ledger) {
    let vault = folder.path().join("vault");
    let options = EngineOptions {
        clock: Arc::new(Later(Duration::from_hours(48))),
        ..EngineOptions::default()
    };
    let holder = Holder::KeyFile(folder.path().join("key"));
    let engine = Engine::open_with(&vault, &holder, options).expect("the vault opens");
    engine.sweep().expect("the vault is swept");
    engine.close();
    let blobs = files_below(&vault.join("blobs"));
    assert_eq!(blobs.len(), ledger.larger_than(ROW_MAX), "{blobs:?}");
    assert_eq!(files_below(&vault.join("tmp")), NOTHING);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_write_survives_an_input_output_error_at_every_step() {
    sweep(Kind::Put(SMALL), BROKEN_ONCE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_write_survives_a_disk_that_stays_full() {
    sweep(Kind::Put(SMALL), FULL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_write_survives_an_input_output_error_at_every_step() {
    sweep(Kind::Put(LARGE), BROKEN_ONCE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_write_survives_a_disk_that_fails_from_then_on() {
    sweep(Kind::Put(LARGE), BROKEN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_write_survives_a_disk_that_is_full_for_a_moment() {
    sweep(Kind::Put(LARGE), FULL_ONCE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_write_survives_a_disk_that_stays_full() {
    sweep(Kind::Put(LARGE), FULL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_of_parts_survives_an_input_output_error_at_every_step() {
    sweep(Kind::Upload(LARGE), BROKEN_ONCE).await;
}

/// Deleting writes before it frees; the room for that is held back while there is some.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_emptied_by_deletes() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let control = Control::new(elsewhere.path());
    let server = start(Server::start().stop(), &control);
    let (client, mut ledger) = (connect(&server), Ledger::default());
    let bucket = client.create_bucket().bucket(BUCKET).send().await;
    bucket.expect("a bucket is made");
    let full = Answer::Refused(INSUFFICIENT_STORAGE);
    let whole = Way::Whole;
    let steps = [
        ("one", object(1, LARGE), Answer::Acknowledged),
        ("two", object(2, SMALL), full),
        ("three", object(3, LARGE), full),
        ("one", State::Absent, Answer::Acknowledged),
        ("two", object(4, SMALL), Answer::Acknowledged),
    ];
    for (step, (key, state, expected)) in steps.into_iter().enumerate() {
        if step == 1 {
            control.fail(1, ENOSPC, Lasting::FromThenOn);
        }
        let answer = write(&client, &mut ledger, key, state, whole).await;
        assert_eq!(answer, expected, "step {step}");
    }
    assert_eq!(ledger.check(&client).await, NOTHING);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delete_survives_an_input_output_error_at_every_step() {
    sweep(Kind::Delete, BROKEN_ONCE).await;
}
