//! The feed of changes.

use futures::StreamExt as _;
use stave_model::{BucketName, Change, UserName, Versioning};
use stave_store::{AccessKeys, NewAccessKey, Store};

use crate::kit::{Vault, key};
use crate::uploads::Uploading;

#[tokio::test]
async fn every_write_is_told_after_its_commit() {
    let vault = Vault::new();
    let mut changes = vault.store.changes().unwrap();
    let bucket = vault.bucket("told", Versioning::Enabled).await;
    vault.put(&bucket, "k", "bytes").await;
    vault.delete(&bucket, "k").await;
    let mut uploading = Uploading::begin(&vault, &bucket, "u").await;
    uploading.part(1, vec![1]).await;
    uploading.complete().await.unwrap();
    let new = NewAccessKey {
        user: UserName::parse("eve").unwrap(),
        id: None,
        secret: None,
    };
    vault.store.add_access_key(new).await.unwrap();
    let object = |text| Change::Object(bucket.clone(), key(text));
    let expected = [
        Change::Bucket(bucket.clone()),
        Change::Bucket(bucket.clone()),
        object("k"),
        object("k"),
        Change::Uploads(bucket.clone()),
        Change::Uploads(bucket.clone()),
        Change::Uploads(bucket.clone()),
        object("u"),
        Change::AccessKeys,
    ];
    for change in expected {
        assert_eq!(changes.next().await, Some(change));
    }
}

#[tokio::test]
async fn a_refused_write_is_not_told() {
    let vault = Vault::new();
    let bucket = vault.bucket("told", Versioning::Off).await;
    let mut changes = vault.store.changes().unwrap();
    let elsewhere = BucketName::parse("elsewhere").unwrap();
    vault.store.delete_bucket(&elsewhere).await.unwrap_err();
    vault.put(&bucket, "k", "bytes").await;
    assert_eq!(changes.next().await, Some(Change::Object(bucket, key("k"))));
}

#[tokio::test]
async fn who_falls_behind_is_told_to_read_everything() {
    let vault = Vault::new();
    let bucket = vault.bucket("busy", Versioning::Off).await;
    let mut changes = vault.store.changes().unwrap();
    for _ in 0..1_100 {
        let set = vault
            .store
            .put_bucket_versioning(&bucket, Versioning::Enabled);
        set.await.unwrap();
    }
    assert_eq!(changes.next().await, Some(Change::Everything));
    assert_eq!(changes.next().await, Some(Change::Bucket(bucket)));
}
