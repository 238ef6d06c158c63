//! A disk that fails at each step of a write in turn: the client is told, and what it was told holds.

use aws_sdk_s3::Client;
use stave_tests::client::client;
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server};

use crate::ledger::{BUCKET, Ledger, State, send};
use crate::shim::{Control, library};

const EIO: i32 = 5;
const ENOSPC: i32 = 28;
/// More steps than any write takes: a sweep that gets here does not end.
const STEPS_MAX: u64 = 400;

fn start(folder: tempfile::TempDir, control: &Control) -> Server {
    let library = library().to_string_lossy().into_owned();
    let root = folder.path().join("vault").to_string_lossy().into_owned();
    let control = control.path();
    let environment = [
        ("LD_PRELOAD", library.as_str()),
        ("STAVE_SHIM_ROOT", &root),
        ("STAVE_SHIM_CONTROL", &control),
    ];
    Server::start_in(folder, &environment)
}

fn connect(server: &Server) -> Client {
    client(server.url(), ACCESS_KEY_ID, SECRET)
}

/// Fails the n-th operation of a write, for every n until a write is through without meeting its fault.
async fn sweep(size: usize, errno: i32, sticky: bool) {
    let mut folder = Server::start().stop();
    let elsewhere = tempfile::tempdir().expect("a folder");
    let control = Control::new(elsewhere.path());
    let mut ledger = Ledger::default();
    let mut refused = 0;
    for nth in 1..=STEPS_MAX {
        let server = start(folder, &control);
        let client = connect(&server);
        // Warm: the bucket is there and the first write of this process is behind it.
        let _ = client.create_bucket().bucket(BUCKET).send().await;
        ledger.begin(
            "warm",
            State::Object {
                seed: nth,
                size: 100,
            },
        );
        assert!(
            send(
                &client,
                "warm",
                State::Object {
                    seed: nth,
                    size: 100
                }
            )
            .await,
            "a write without faults"
        );
        ledger.acknowledge("warm");

        let (key, state) = (
            format!("key {}", nth % 3),
            State::Object {
                seed: 1_000 + nth,
                size,
            },
        );
        ledger.begin(&key, state);
        control.fail(nth, errno, sticky);
        let acknowledged = send(&client, &key, state).await;
        let came_by = control.count();
        control.relent();
        if acknowledged {
            ledger.acknowledge(&key);
        } else {
            refused += 1;
        }
        folder = server.kill();

        // What was told holds in a process that never met the fault.
        let sound = Server::start_in(folder, &[]);
        let wrong = ledger.check(&connect(&sound)).await;
        assert_eq!(
            wrong,
            Vec::<String>::new(),
            "operation {nth} failed with errno {errno}"
        );
        folder = sound.stop();
        if acknowledged && came_by < nth {
            assert!(refused > 2, "only {refused} of the faults were met");
            eprintln!(
                "{size} bytes, errno {errno}, sticky {sticky}: {} steps, {refused} refusals",
                nth - 1
            );
            return;
        }
    }
    panic!("a write of {size} bytes took more than {STEPS_MAX} steps");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_write_survives_an_input_output_error_at_every_step() {
    sweep(500, EIO, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_write_survives_a_disk_that_stays_full() {
    sweep(500, ENOSPC, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_write_survives_an_input_output_error_at_every_step() {
    sweep(300_000, EIO, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_write_survives_a_disk_that_fails_from_then_on() {
    sweep(300_000, EIO, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_write_survives_a_full_disk_at_every_step() {
    sweep(300_000, ENOSPC, false).await;
}
