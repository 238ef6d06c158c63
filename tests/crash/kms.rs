//! `kill -9` while keys rotate, objects are encrypted under other keys, read and written: afterwards every object is
//! readable and under the key that was acknowledged or was on its way, no version of a key is lost, and the audit's
//! chain is whole.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::{AggregatedBytes, ByteStream};
use aws_sdk_s3::types::{ObjectEncryption, ServerSideEncryption, SsekmsEncryption};
use futures::StreamExt as _;
use serde_json::json;
use stave_engine::{Engine, Holder, LocalStore};
use stave_model::{Actor, BucketName, ObjectKey, Sse, UserName, Via};
use stave_store::{Audit as _, GetObject, KeyService as _, ObjectRef, Store as _};
use stave_tests::client::{causes, client};
use stave_tests::files::bytes;
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server};

use crate::ledger::BUCKET;

pub mod client_of_keys;

use client_of_keys::{Keys, Reply};

/// How many kills an ordinary run makes; `STAVE_TEST_LONG` makes 200.
const KILLS: u64 = 20;
const KILLS_LONG: u64 = 200;
/// Objects that are encrypted under other keys in turn: in rows, in files, and in parts.
const OBJECTS: u64 = 12;
/// How many that do so at once; each has objects of its own.
const WORKERS: u64 = 3;
const PART: usize = 5 * 1024 * 1024;

/// What was acknowledged.
#[derive(Debug, Clone, Default)]
struct Known {
    /// Of each object its key, and the key that a request on its way would give it.
    objects: BTreeMap<u64, (String, Option<String>)>,
    /// Of each key that rotates its newest version.
    versions: BTreeMap<String, u32>,
    /// How many requests were done.
    done: u64,
    /// Requests that were refused: there must be none.
    refused: Vec<String>,
}

impl Known {
    fn join(&mut self, other: Self) {
        self.objects.extend(other.objects);
        self.versions.extend(other.versions);
        self.done += other.done;
        self.refused.extend(other.refused);
    }
}

/// A server and the two keys between which objects change.
struct Load {
    url: String,
    arns: [String; 2],
    stop: Arc<AtomicBool>,
}

impl Load {
    fn s3(&self) -> Client {
        client(&self.url, ACCESS_KEY_ID, SECRET)
    }

    fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_and_the_audit_survive_kills_in_rotations_and_re_encryptions() {
    let long = std::env::var_os("STAVE_TEST_LONG").is_some();
    let kills = if long { KILLS_LONG } else { KILLS };
    let mut server = Server::start();
    let (mut arns, mut known) = begin(&server).await;
    let mut rotations = 0;
    for kill in 0..kills {
        // A key is rotated on demand so many times and no more: one of the two is new in each round.
        let new = new_key(&Keys::at(server.url())).await;
        arns = [arns[1].clone(), new.expect("a key is made")];
        let stop = Arc::new(AtomicBool::new(false));
        let load = Arc::new(Load {
            url: server.url().to_owned(),
            arns: arns.clone(),
            stop: Arc::clone(&stop),
        });
        let mut tasks = vec![
            tokio::spawn(rotate(Arc::clone(&load))),
            tokio::spawn(read(Arc::clone(&load))),
        ];
        for worker in 0..WORKERS {
            let mine = known.objects.iter().filter(|(n, _)| *n % WORKERS == worker);
            let mine = mine.map(|(n, told)| (*n, told.clone())).collect();
            tasks.push(tokio::spawn(reencrypt(Arc::clone(&load), mine, kill)));
        }
        // The moment of the kill differs from round to round.
        tokio::time::sleep(Duration::from_millis(5 + kill * 37 % 400)).await;
        let folder = server.kill();
        stop.store(true, Ordering::Relaxed);
        for task in tasks {
            known.join(task.await.expect("a worker ends"));
        }
        rotations += known
            .versions
            .values()
            .map(|version| version - 1)
            .sum::<u32>();
        let wrong = check(&folder.path().join("vault"), &mut known).await;
        assert_eq!(wrong, Vec::<String>::new(), "after kill {kill}");
        assert_eq!(known.refused, Vec::<String>::new(), "before kill {kill}");
        known.versions.clear();
        server = Server::start_in(folder, &[]);
    }
    let done = known.done;
    eprintln!("{kills} kills, {rotations} rotations, {done} requests done, nothing lost");
    assert!(rotations > 0 && done > kills, "the load did nothing");
}

/// Makes two keys and the objects, half of them under each.
async fn begin(server: &Server) -> ([String; 2], Known) {
    let keys = Keys::at(server.url());
    let arns = [new_key(&keys).await, new_key(&keys).await];
    let arns = arns.map(|arn| arn.expect("a key is made"));
    let s3 = client(server.url(), ACCESS_KEY_ID, SECRET);
    let made = s3.create_bucket().bucket(BUCKET).send().await;
    made.expect("a bucket is made");
    let mut known = Known::default();
    for n in 0..OBJECTS {
        let arn = &arns[usize::from(n % 2 == 1)];
        let put = s3.put_object().bucket(BUCKET).key(name(n));
        let put = put.server_side_encryption(ServerSideEncryption::AwsKms);
        let put = put.ssekms_key_id(arn).bucket_key_enabled(n % 3 == 0);
        let put = put.body(ByteStream::from(body(n)));
        put.send().await.expect("an object is stored");
        known.objects.insert(n, (arn.clone(), None));
    }
    (arns, known)
}

fn name(n: u64) -> String {
    format!("object/{n}")
}

fn body(n: u64) -> Vec<u8> {
    let size = match n % 4 {
        0 => 700,
        1 => 40_000,
        2 => 300_000,
        _ => PART / 4,
    };
    bytes(n, size)
}

/// Makes a key; `None` where no answer came.
async fn new_key(keys: &Keys) -> Option<String> {
    match keys.call("CreateKey", json!({})).await {
        Reply::Done(made) => Some(made["KeyMetadata"]["Arn"].as_str()?.to_owned()),
        Reply::Refused(status, why) => panic!("CreateKey is refused by {status}: {why}"),
        Reply::None => None,
    }
}

/// Rotates the keys of the objects until they were rotated as often as they may be, then keys that it makes.
async fn rotate(load: Arc<Load>) -> Known {
    let keys = Keys::at(&load.url);
    let mut known = Known::default();
    let mut turn = 0;
    let mut own = None;
    while load.goes_on() {
        let arn = match &own {
            Some(arn) => String::clone(arn),
            None => load.arns[turn % 2].clone(),
        };
        turn += 1;
        match keys
            .call("RotateKeyOnDemand", json!({ "KeyId": arn }))
            .await
        {
            Reply::Done(_) => {
                *known.versions.entry(arn).or_insert(1) += 1;
                known.done += 1;
            }
            Reply::Refused(_, why) if why.contains("LimitExceeded") => own = new_key(&keys).await,
            Reply::Refused(status, why) => known.refused.push(format!("rotation: {status} {why}")),
            Reply::None => break,
        }
    }
    known
}

/// Gives objects the one key and the other in turn.
async fn reencrypt(
    load: Arc<Load>,
    mut mine: BTreeMap<u64, (String, Option<String>)>,
    round: u64,
) -> Known {
    let s3 = load.s3();
    let (mut done, mut refused) = (0, Vec::new());
    'load: for step in 0_u64.. {
        for (n, told) in &mut mine {
            if !load.goes_on() {
                break 'load;
            }
            let arn = &load.arns[usize::from((n + step + round) % 2 == 1)];
            told.1 = Some(arn.clone());
            let encryption = SsekmsEncryption::builder().kms_key_arn(arn);
            let encryption = encryption.bucket_key_enabled(step % 3 == 0).build();
            let encryption = ObjectEncryption::Ssekms(encryption.expect("an ARN"));
            let update = s3.update_object_encryption().bucket(BUCKET).key(name(*n));
            match update.object_encryption(encryption).send().await {
                Ok(_) => {
                    *told = (arn.clone(), None);
                    done += 1;
                }
                Err(why) if why.raw_response().is_none() => break 'load,
                Err(why) => {
                    refused.push(format!("{}: {}", name(*n), causes(&why)));
                    break 'load;
                }
            }
        }
    }
    Known {
        objects: mine,
        done,
        refused,
        ..Known::default()
    }
}

/// Reads the objects again and again.
async fn read(load: Arc<Load>) -> Known {
    let s3 = load.s3();
    let mut known = Known::default();
    'load: for n in (0..OBJECTS).cycle() {
        if !load.goes_on() {
            break 'load;
        }
        match s3.get_object().bucket(BUCKET).key(name(n)).send().await {
            Ok(got) => match got.body.collect().await.map(AggregatedBytes::to_vec) {
                Ok(read) if read == body(n) => known.done += 1,
                Ok(_) => known.refused.push(format!("{}: other bytes", name(n))),
                // The server was killed in the middle of the body.
                Err(_) => break 'load,
            },
            Err(why) if why.raw_response().is_none() => break 'load,
            Err(why) => known.refused.push(format!("{}: {}", name(n), causes(&why))),
        }
    }
    known
}

/// Opens the vault as the killed server left it, reads all, and returns what is wrong. Settles what was on its way.
async fn check(vault: &Path, known: &mut Known) -> Vec<String> {
    let holder = Holder::KeyFile(vault.parent().expect("a folder").join("key"));
    let engine = match Engine::open(vault, &holder) {
        Ok(engine) => engine,
        Err(why) => return vec![format!("the vault does not open: {why}")],
    };
    let store = LocalStore::new(Arc::clone(&engine));
    let by = Actor::local(UserName::parse("admin").expect("a name"), Via::Store);
    let mut wrong = Vec::new();
    for (n, (told, coming)) in &mut known.objects {
        match found(&store, &by, *n).await {
            Ok(key) if told.ends_with(&key) => {}
            Ok(key) if coming.as_ref().is_some_and(|coming| coming.ends_with(&key)) => {
                *told = coming.take().expect("it was just looked at");
            }
            Ok(key) => wrong.push(format!(
                "{}: under {key}, not {told} or {coming:?}",
                name(*n)
            )),
            Err(why) => wrong.push(format!("{}: {why}", name(*n))),
        }
        *coming = None;
    }
    for (arn, version) in &known.versions {
        let rotated = store
            .key_versions(&by, arn)
            .await
            .map(|versions| versions.len());
        match rotated {
            Ok(versions) if versions >= *version as usize => {}
            other => wrong.push(format!("{arn}: {other:?} versions, {version} acknowledged")),
        }
    }
    match store.verify(&by).await {
        Ok(verdict) if verdict.faults.is_empty() => {}
        other => wrong.push(format!("the audit: {other:?}")),
    }
    engine.close();
    wrong
}

/// Reads an object whole; returns the id of the key that it is under.
async fn found(store: &LocalStore, by: &Actor, n: u64) -> Result<String, String> {
    let object = ObjectRef {
        bucket: BucketName::parse(BUCKET).expect("a name"),
        key: ObjectKey::parse(&name(n)).expect("a key"),
        version: None,
    };
    let got = store
        .acting_for(by.clone())
        .get_object(GetObject::whole(object))
        .await;
    let mut got = got.map_err(|why| causes(&why))?;
    let mut read = Vec::new();
    while let Some(chunk) = got.body.next().await {
        read.extend_from_slice(&chunk.map_err(|why| causes(&why))?);
    }
    match got.version.sse {
        _ if read != body(n) => Err(format!("{} other bytes", read.len())),
        Sse::Kms(kms) => Ok(kms.key),
        other => Err(format!("under {other:?}")),
    }
}
