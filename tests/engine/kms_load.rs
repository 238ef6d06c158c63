//! A key that rotates under a running load: no request fails, and nothing that was written is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use stave_engine::LocalStore;
use stave_model::{Actor, Via};
use stave_model::{BucketName, EncryptionContext, KeyOrigin, KeySpec, Tags, Versioning};
use stave_store::{
    Audit as _, CreateKey, GetObject, KeyService as _, PutObject, ReencryptObject, SseRequest,
    Store as _,
};

use crate::kit::{Vault, drain, latest, owner, pattern, put_of};

/// Workers, each with an object of its own, half of them in rows and half in files.
const WORKERS: u8 = 6;
/// Rotations of each of two keys: as many as AWS KMS lets a key be rotated on demand.
const ROTATIONS: u32 = 25;

fn admin() -> Actor {
    Actor::local(owner(), Via::Endpoint)
}

fn under(key: &str, bucket_key: bool) -> SseRequest {
    SseRequest::Kms {
        key: Some(key.to_owned()),
        context: EncryptionContext::new(),
        bucket_key: Some(bucket_key),
    }
}

async fn new_key(store: &LocalStore) -> String {
    let create = CreateKey {
        description: String::new(),
        spec: KeySpec::Symmetric,
        origin: KeyOrigin::Made,
        policy: None,
        bypass_lockout_check: false,
        tags: Tags::default(),
    };
    let key = store.create_key(&admin(), create).await.unwrap();
    key.id.as_str().to_owned()
}

/// What a worker does, over and over: writes an object, reads it, encrypts it under the other key, reads it again.
async fn work(
    store: LocalStore,
    bucket: BucketName,
    keys: [String; 2],
    worker: u8,
    (stop, rounds): (Arc<AtomicBool>, Arc<AtomicU64>),
) {
    let store = store.acting_for(admin());
    let name = format!("worker/{worker}");
    let size = if worker.is_multiple_of(2) {
        700
    } else {
        40_000
    };
    for round in 0_u8.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let bytes = pattern(size, round);
        let put = PutObject {
            encryption: under(&keys[usize::from(round % 2)], worker.is_multiple_of(3)),
            ..put_of(&bucket, &name, bytes.clone())
        };
        store.put_object(put).await.expect("a write");
        for other in [true, false] {
            let got = store.get_object(GetObject::whole(latest(&bucket, &name)));
            let read = drain(got.await.expect("a read")).await.expect("a body");
            assert!(read == bytes, "{name} holds other bytes in round {round}");
            if other {
                let reencrypt = ReencryptObject {
                    object: latest(&bucket, &name),
                    encryption: under(&keys[usize::from((round + 1) % 2)], false),
                    customer_key: None,
                };
                store
                    .reencrypt_object(reencrypt)
                    .await
                    .expect("another key");
            }
        }
        rounds.fetch_add(1, Ordering::Relaxed);
        if round == u8::MAX {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_during_a_running_load_loses_no_request() {
    let mut vault = Vault::new();
    let bucket = vault.bucket("load", Versioning::Off).await;
    let keys = [new_key(&vault.store).await, new_key(&vault.store).await];
    let (stop, rounds) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let workers: Vec<_> = (0..WORKERS)
        .map(|worker| {
            let shared = (Arc::clone(&stop), Arc::clone(&rounds));
            tokio::spawn(work(
                vault.store.clone(),
                bucket.clone(),
                keys.clone(),
                worker,
                shared,
            ))
        })
        .collect();
    let mut before = 0;
    for rotation in 1..=ROTATIONS {
        for key in &keys {
            let rotated = vault.store.rotate_key(&admin(), key).await.unwrap();
            assert_eq!(rotated.version, rotation + 1);
        }
        // The load goes on between two rotations.
        while rounds.load(Ordering::Relaxed) == before
            && !workers.iter().all(tokio::task::JoinHandle::is_finished)
        {
            tokio::task::yield_now().await;
        }
        before = rounds.load(Ordering::Relaxed);
    }
    stop.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.await.expect("no request fails");
    }
    assert!(before >= u64::from(ROTATIONS), "the load did nothing");

    vault.reopen();
    for worker in 0..WORKERS {
        let store = vault.store.acting_for(admin());
        let got = store.get_object(GetObject::whole(latest(
            &bucket,
            &format!("worker/{worker}"),
        )));
        assert_ne!(drain(got.await.unwrap()).await.unwrap(), b"");
    }
    let verdict = vault.store.verify(&admin()).await.unwrap();
    assert_eq!(verdict.faults, []);
    assert!(
        verdict.checked > 3 * before,
        "each use of a key leaves a record"
    );
}
