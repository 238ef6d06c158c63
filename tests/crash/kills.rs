//! `kill -9` in the middle of a mixed load, again and again over one vault: nothing that was acknowledged is lost or torn.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_sdk_s3::Client;
use stave_tests::client::client;
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server};

use crate::ledger::{Answer, BUCKET, Ledger, State, Way, send};

/// How many kills an ordinary run makes; `STAVE_TEST_LONG` makes 500.
const KILLS: u64 = 20;
const KILLS_LONG: u64 = 500;
const WORKERS: u64 = 6;
const KEYS_OF_A_WORKER: u64 = 8;
const PART: usize = 5 * 1024 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let kills = if std::env::var_os("STAVE_TEST_LONG").is_some() {
        KILLS_LONG
    } else {
        KILLS
    };
    let mut server = Server::start();
    let mut ledger = Ledger::default();
    let mut written = 0;
    connect(&server)
        .create_bucket()
        .bucket(BUCKET)
        .send()
        .await
        .expect("a bucket is made");
    for kill in 0..kills {
        let stop = Arc::new(AtomicBool::new(false));
        let workers: Vec<_> = (0..WORKERS)
            .map(|worker| {
                let (client, stop, ledger) = (connect(&server), stop.clone(), ledger.clone());
                tokio::spawn(load(client, stop, ledger, kill * WORKERS + worker, worker))
            })
            .collect();
        // The moment of the kill differs from round to round: from before the first acknowledgement to far into the load.
        tokio::time::sleep(Duration::from_millis(5 + kill * 37 % 400)).await;
        let folder = server.kill();
        stop.store(true, Ordering::Relaxed);
        for worker in workers {
            let (joined, count) = worker.await.expect("a worker ends");
            ledger.join(joined);
            written += count;
        }
        server = Server::start_in(folder, &[]);
        let wrong = ledger.check(&connect(&server)).await;
        assert_eq!(wrong, Vec::<String>::new(), "after kill {kill}");
    }
    eprintln!("{kills} kills, {written} acknowledged writes, none lost");
    assert!(written > kills, "the load did nothing");
}

fn connect(server: &Server) -> Client {
    client(server.url(), ACCESS_KEY_ID, SECRET)
}

/// Writes, overwrites and deletes the keys of one worker until a request fails.
async fn load(
    client: Client,
    stop: Arc<AtomicBool>,
    known: Ledger,
    seed: u64,
    worker: u64,
) -> (Ledger, u64) {
    let mut mine = known.of_worker(&format!("{worker}/"));
    let mut written = 0;
    for step in 0_u64.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let key = format!("{worker}/{}", (seed + step * 5) % KEYS_OF_A_WORKER);
        let state = match (seed + step) % 11 {
            3 => State::Absent,
            7 => State::Object {
                seed: seed * 1_000 + step,
                size: PART + 1_000,
            },
            5 | 9 => State::Object {
                seed: seed * 1_000 + step,
                size: 300_000,
            },
            n => State::Object {
                seed: seed * 1_000 + step,
                size: 10 + 1_500 * usize::try_from(n).expect("small"),
            },
        };
        mine.begin(&key, state);
        let way = match state {
            State::Object { size, .. } if size > PART => Way::Parts(PART),
            _ => Way::Whole,
        };
        if send(&client, &key, state, way).await != Answer::Acknowledged {
            break;
        }
        mine.acknowledge(&key);
        written += 1;
    }
    (mine, written)
}
