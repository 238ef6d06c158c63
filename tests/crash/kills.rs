//! `kill -9` in the middle of a mixed load, again and again over one vault: nothing that was acknowledged is lost or torn.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use stave_tests::client::client;
use stave_tests::files::bytes;
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server};

use crate::ledger::{BUCKET, Ledger, State, send};

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
        let acknowledged = match state {
            State::Object { seed, size } if size > PART => {
                multipart(&client, &key, seed, size).await.is_some()
            }
            other => send(&client, &key, other).await,
        };
        if !acknowledged {
            break;
        }
        mine.acknowledge(&key);
        written += 1;
    }
    (mine, written)
}

async fn multipart(client: &Client, key: &str, seed: u64, size: usize) -> Option<()> {
    let body = bytes(seed, size);
    let upload = client
        .create_multipart_upload()
        .bucket(BUCKET)
        .key(key)
        .send()
        .await
        .ok()?
        .upload_id?;
    let mut parts = Vec::new();
    for (number, piece) in (1..).zip(body.chunks(PART)) {
        let part = client
            .upload_part()
            .bucket(BUCKET)
            .key(key)
            .upload_id(&upload)
            .part_number(number);
        let sent = part
            .body(ByteStream::from(piece.to_vec()))
            .send()
            .await
            .ok()?;
        parts.push(
            CompletedPart::builder()
                .part_number(number)
                .set_e_tag(sent.e_tag)
                .build(),
        );
    }
    let parts = CompletedMultipartUpload::builder()
        .set_parts(Some(parts))
        .build();
    let complete = client
        .complete_multipart_upload()
        .bucket(BUCKET)
        .key(key)
        .upload_id(upload);
    complete.multipart_upload(parts).send().await.ok().map(drop)
}
