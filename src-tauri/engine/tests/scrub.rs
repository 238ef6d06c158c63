//! The check of all that a vault keeps, and a vault that moves to another computer.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use common::{
    CUSTOMER_KEY, Vault, by_words, copy, files_below, get, open, passphrase, pattern, put, read,
    upload, whole,
};
use stave_engine::{BodyFault, BodyOwner, Engine, LocalStore, ScrubReport};
use stave_model::{BucketName, Conditions, EncryptionContext, VersionId};
use stave_store::{CompleteUpload, CompletedPart, CustomerKey, SseRequest, Store as _};

fn scrub(engine: &Engine) -> ScrubReport {
    engine.scrub(&mut |_| {}, &AtomicBool::new(false)).unwrap()
}

fn by_customer() -> SseRequest {
    SseRequest::Customer(CustomerKey::new(CUSTOMER_KEY))
}

fn by_kms(bucket_key: bool) -> SseRequest {
    let context = EncryptionContext::from([("team".to_owned(), "blue".to_owned())]);
    SseRequest::Kms {
        key: None,
        context,
        bucket_key: Some(bucket_key),
    }
}

/// Completes an upload of one part.
async fn complete(store: &LocalStore, bucket: &BucketName, name: &str, sse: SseRequest) {
    let part = pattern(100_000, 9);
    let (upload, etag) = upload(store, bucket, name, part, sse).await;
    let number = stave_model::PartNumber::new(1).unwrap();
    let complete = CompleteUpload {
        upload,
        parts: vec![CompletedPart {
            number,
            etag,
            checksum: None,
        }],
        conditions: Conditions::default(),
        checksum: None,
        size_bytes: None,
        customer_key: None,
    };
    store.complete_upload(complete).await.unwrap();
}

/// Stores small and large objects and uploads of every kind of encryption.
async fn fill(store: &LocalStore, bucket: &BucketName) {
    for (kind, sse) in kinds() {
        for (size, name) in [(0, "empty"), (500, "small"), (200_000, "large")] {
            let name = format!("{kind}/{name}");
            put(store, bucket, &name, pattern(size, 5), sse.clone())
                .await
                .unwrap();
        }
        complete(store, bucket, &format!("{kind}/parts"), sse.clone()).await;
        let part = pattern(70_000, 6);
        upload(store, bucket, &format!("{kind}/unfinished"), part, sse).await;
    }
}

fn kinds() -> [(&'static str, SseRequest); 4] {
    [
        ("s3", SseRequest::S3),
        ("kms", by_kms(false)),
        ("bucket-key", by_kms(true)),
        ("customer", by_customer()),
    ]
}

async fn read_all(store: &LocalStore, bucket: &BucketName) {
    for (kind, _) in kinds() {
        let customer_key = (kind == "customer").then_some(CUSTOMER_KEY);
        for (size, name) in [(0, "empty"), (500, "small"), (200_000, "large")] {
            let name = format!("{kind}/{name}");
            let body = read(store, whole(bucket, &name, customer_key)).await;
            assert_eq!(body.unwrap(), pattern(size, 5), "{name}");
        }
        let name = format!("{kind}/parts");
        let body = read(store, whole(bucket, &name, customer_key)).await;
        assert_eq!(body.unwrap(), pattern(100_000, 9), "{name}");
    }
}

#[tokio::test]
async fn a_sound_vault_passes_and_bodies_of_customers_are_counted_apart() {
    let vault = Vault::new();
    let bucket = vault.bucket().await;
    fill(&vault.store, &bucket).await;
    let mut told = Vec::new();
    let report = vault
        .engine
        .scrub(&mut |now| told.push(*now), &AtomicBool::new(false))
        .unwrap();
    let expected = ScrubReport {
        versions: 16,
        bodies: 20,
        size_bytes: 4 * (500 + 200_000 + 100_000 + 70_000),
        sealed_for_customers: 5,
        ..ScrubReport::default()
    };
    assert_eq!(report, expected);
    assert_eq!(told.len(), 20);
    let last = told.last().unwrap();
    assert_eq!((last.bodies, last.size_bytes), (20, 1_482_000));
    assert_eq!((last.bodies_total, last.size_bytes_total), (16, 1_202_000));
}

#[tokio::test]
async fn each_damaged_body_is_named() {
    let vault = Vault::new();
    let bucket = vault.bucket().await;
    let mut files: Vec<PathBuf> = Vec::new();
    for (name, sse) in [
        ("changed", SseRequest::S3),
        ("missing", by_kms(false)),
        ("cut", SseRequest::S3),
        ("of-customer", by_customer()),
        ("whole", SseRequest::S3),
    ] {
        put(&vault.store, &bucket, name, pattern(200_000, 1), sse)
            .await
            .unwrap();
        files.push(newest(&vault.dir(), &files));
    }
    let mut bytes = fs::read(&files[0]).unwrap();
    bytes[150_000] ^= 1;
    fs::write(&files[0], bytes).unwrap();
    fs::remove_file(&files[1]).unwrap();
    for file in [&files[2], &files[3]] {
        let bytes = fs::read(file).unwrap();
        fs::write(file, &bytes[..199_000]).unwrap();
    }
    let report = scrub(&vault.engine);
    let found: Vec<_> = report
        .damaged
        .iter()
        .map(|body| (body.key.as_str(), body.fault))
        .collect();
    let expected = [
        ("changed", BodyFault::Changed),
        ("cut", BodyFault::Changed),
        ("missing", BodyFault::Missing),
        ("of-customer", BodyFault::Changed),
    ];
    assert_eq!(found, expected);
    assert_eq!(report.damaged_total, 4);
    assert_eq!((report.versions, report.bodies), (5, 5));
    let first = &report.damaged[0];
    assert_eq!(first.belongs, BodyOwner::Version(VersionId::Null));
    assert_eq!((first.bucket.as_str(), first.part), ("photos", 0));
}

/// Returns the file among the blobs that is not known yet.
fn newest(dir: &Path, known: &[PathBuf]) -> PathBuf {
    let mut files = files_below(&dir.join("blobs"));
    files.retain(|file| !known.contains(file));
    assert_eq!(files.len(), 1);
    files.remove(0)
}

#[tokio::test]
async fn a_scrub_is_ended_before_its_end() {
    let vault = Vault::new();
    let bucket = vault.bucket().await;
    for n in 0..5 {
        put(
            &vault.store,
            &bucket,
            &n.to_string(),
            vec![n],
            SseRequest::S3,
        )
        .await
        .unwrap();
    }
    let cancel = AtomicBool::new(false);
    let report = vault
        .engine
        .scrub(
            &mut |now| cancel.store(now.bodies == 2, Ordering::Relaxed),
            &cancel,
        )
        .unwrap();
    assert!(report.cancelled);
    assert_eq!((report.versions, report.bodies), (2, 2));
}

#[tokio::test]
async fn a_vault_moves_to_another_computer_by_its_words_and_passes_a_scrub() {
    let vault = Vault::new();
    let bucket = vault.bucket().await;
    fill(&vault.store, &bucket).await;
    let words = vault.engine.rotate_root(&[passphrase()]).unwrap();
    vault.engine.close();
    // Nothing but the folder and the words: no keychain, no key file, no passphrase.
    let elsewhere = tempfile::tempdir().unwrap();
    copy(&vault.dir(), elsewhere.path());
    drop(vault);

    let engine = open(elsewhere.path(), &by_words(&words)).unwrap();
    let report = scrub(&engine);
    assert_eq!(report.damaged, []);
    assert_eq!((report.versions, report.bodies), (16, 20));
    assert_eq!((report.sealed_for_customers, report.without_key), (5, 0));
    let store = LocalStore::new(Arc::clone(&engine));
    read_all(&store, &bucket).await;
    let refused = get(&store, &bucket, "customer/small").await;
    assert!(refused.is_err(), "a customer's body opens without the key");
    put(&store, &bucket, "new", vec![1], SseRequest::S3)
        .await
        .unwrap();
    engine.close();
}
