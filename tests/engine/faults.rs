//! A disk that fails at each step of a write in turn: an error is told, never a false success, and
//! what was acknowledged before is there after the vault is opened again.

use std::sync::Arc;

use stave_engine::{EngineOptions, RealDisk, VaultOptions};
use stave_model::{BucketName, Versioning};
use stave_store::{Error, Store};
use stave_vault::testing::{Fault, FaultyDisk, Lasting, Operation, Plan};

use crate::kit::{Vault, pattern, put_of};

/// More steps than any one write has.
const STEPS_MAX: usize = 200;

fn on_faulty_disk() -> (Vault, FaultyDisk) {
    let disk = FaultyDisk::new(Arc::new(RealDisk));
    let options = EngineOptions {
        vault: VaultOptions {
            disk: Arc::new(disk.clone()),
            ..VaultOptions::default()
        },
        ..EngineOptions::default()
    };
    (Vault::with(options), disk)
}

/// Fails each step of an overwrite in turn; `told` judges the error. Returns how many steps there
/// were.
async fn sweep(fault: Fault, lasting: Lasting, told: fn(&Error) -> bool) -> usize {
    let (mut vault, disk) = on_faulty_disk();
    let bucket = vault.bucket("faulty", Versioning::Off).await;
    let former = pattern(150_000, 1);
    for at in 0..STEPS_MAX {
        vault.put(&bucket, "k", former.clone()).await;
        vault.engine.sweep().unwrap();
        disk.plan(Plan { at, fault, lasting });
        let put = put_of(&bucket, "k", pattern(140_000, 2));
        let outcome = vault.store.put_object(put).await;
        let hits = disk.hits();
        disk.heal();
        match (outcome, hits) {
            (Ok(_), 0) => return at,
            (Ok(_), _) => assert_survives(&mut vault, &bucket, &pattern(140_000, 2)).await,
            (Err(error), _) => {
                assert!(told(&error), "step {at}: {error}");
                assert_survives(&mut vault, &bucket, &former).await;
            }
        }
    }
    panic!("no end of steps");
}

async fn assert_survives(vault: &mut Vault, bucket: &BucketName, expected: &[u8]) {
    assert!(vault.get(bucket, "k").await.unwrap() == expected);
    vault.reopen();
    assert!(vault.get(bucket, "k").await.unwrap() == expected);
    assert_eq!(vault.staged_files().len(), 0);
}

#[tokio::test]
async fn a_disk_that_breaks_at_any_step_of_a_write_is_never_a_success() {
    let steps = sweep(Fault::Broken, Lasting::Forever, |error| {
        matches!(error, Error::Failed { .. } | Error::ReadOnly)
    });
    assert!(
        steps.await >= 6,
        "create, write, sync, rename, sync of folders"
    );
    sweep(Fault::Broken, Lasting::Once, |error| {
        matches!(error, Error::Failed { .. } | Error::ReadOnly)
    })
    .await;
}

#[tokio::test]
async fn a_full_disk_is_told_as_such() {
    for fault in [Fault::Full, Fault::ShortWrite] {
        sweep(fault, Lasting::Once, |error| {
            matches!(error, Error::DiskFull | Error::ReadOnly)
        })
        .await;
    }
}

#[tokio::test]
async fn after_a_failed_sync_nothing_is_written_until_the_vault_is_opened_again() {
    let (mut vault, disk) = on_faulty_disk();
    let bucket = vault.bucket("faulty", Versioning::Off).await;
    vault.put(&bucket, "k", pattern(50_000, 1)).await;
    disk.heal();
    vault.put(&bucket, "k", pattern(50_000, 1)).await;
    let operations = disk.operations();
    let sync = operations
        .iter()
        .position(|(operation, _)| *operation == Operation::Sync);
    disk.plan(Plan {
        at: sync.unwrap(),
        fault: Fault::Broken,
        lasting: Lasting::Once,
    });
    let failed = vault
        .store
        .put_object(put_of(&bucket, "k", pattern(50_000, 2)))
        .await;
    failed.unwrap_err();
    let later = vault
        .store
        .put_object(put_of(&bucket, "small", "bytes"))
        .await;
    assert!(matches!(later, Err(Error::ReadOnly)));
    assert!(vault.get(&bucket, "k").await.unwrap() == pattern(50_000, 1));
    disk.heal();
    vault.reopen();
    vault.put(&bucket, "small", "bytes").await;
}

#[tokio::test]
async fn a_committed_row_never_names_a_file_that_is_not_durable() {
    let (vault, disk) = on_faulty_disk();
    let bucket = vault.bucket("durable", Versioning::Enabled).await;
    for seed in 0..8 {
        vault.put(&bucket, "k", pattern(100_000, seed)).await;
    }
    let files = vault.blob_files();
    assert_eq!(files.len(), 8);
    for path in files {
        assert!(disk.is_durable(&path), "{}", path.display());
    }
}
