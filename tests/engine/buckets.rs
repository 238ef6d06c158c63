//! Buckets.

use stave_model::{BucketName, BucketUsage, UserName, Versioning};
use stave_store::{CreateBucket, CreateUpload, Error, Store, UploadRef};

use crate::kit::{Vault, key, owner};

#[tokio::test]
async fn buckets_are_listed_by_name_and_survive_a_reopening() {
    let mut vault = Vault::new();
    for name in ["zebra", "ant", "mule"] {
        vault.bucket(name, Versioning::Off).await;
    }
    let ant = BucketName::parse("ant").unwrap();
    vault.set(&ant, Versioning::Enabled).await;
    vault.reopen();
    let buckets = vault.store.list_buckets().await.unwrap();
    let names: Vec<_> = buckets.iter().map(|bucket| bucket.name.as_str()).collect();
    assert_eq!(names, ["ant", "mule", "zebra"]);
    assert_eq!(buckets[0].versioning, Versioning::Enabled);
    assert_eq!(buckets[1].owner, owner());
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let vault = Vault::new();
    let bucket = vault.bucket("taken", Versioning::Off).await;
    let create = |owner: &str| CreateBucket {
        bucket: bucket.clone(),
        owner: UserName::parse(owner).unwrap(),
        acl: None,
        ownership: None,
    };
    let again = vault.store.create_bucket(create("admin")).await;
    assert!(matches!(again, Err(Error::BucketAlreadyOwnedByYou(_))));
    let other = vault.store.create_bucket(create("eve")).await;
    assert!(matches!(other, Err(Error::BucketAlreadyExists(_))));
}

#[tokio::test]
async fn only_an_empty_bucket_is_removed() {
    let vault = Vault::new();
    let bucket = vault.bucket("full", Versioning::Enabled).await;
    let remove = || vault.store.delete_bucket(&bucket);
    let version = vault.put(&bucket, "k", "bytes").await.version;
    assert!(matches!(remove().await, Err(Error::BucketNotEmpty(_))));
    vault.delete_version(&bucket, "k", &version).await;
    let marker = vault.delete(&bucket, "k").await.version.unwrap();
    assert!(matches!(remove().await, Err(Error::BucketNotEmpty(_))));
    vault.delete_version(&bucket, "k", &marker).await;
    let upload = vault
        .store
        .create_upload(upload_to(&bucket))
        .await
        .unwrap()
        .upload;
    remove().await.unwrap();
    let upload = UploadRef {
        bucket: bucket.clone(),
        key: key("k"),
        upload,
    };
    let abort = vault.store.abort_upload(upload).await;
    assert!(matches!(abort, Err(Error::NoSuchBucket(_))));
    assert!(matches!(remove().await, Err(Error::NoSuchBucket(_))));
    let head = vault.store.head_bucket(&bucket).await;
    assert!(matches!(head, Err(Error::NoSuchBucket(_))));
}

fn upload_to(bucket: &BucketName) -> CreateUpload {
    CreateUpload {
        bucket: bucket.clone(),
        key: key("k"),
        owner: owner(),
        headers: stave_model::ObjectHeaders::default(),
        user_metadata: stave_model::UserMetadata::new(),
        checksum: None,
        tags: stave_model::Tags::default(),
        acl: None,
        encryption: stave_store::SseRequest::BucketDefault,
    }
}

#[tokio::test]
async fn usage_counts_objects_and_versions() {
    let vault = Vault::new();
    let bucket = vault.bucket("counted", Versioning::Enabled).await;
    vault.put(&bucket, "a", "12345").await;
    vault.put(&bucket, "a", "123").await;
    vault.put(&bucket, "b", "1").await;
    vault.delete(&bucket, "b").await;
    let usage = vault.store.head_bucket(&bucket).await.unwrap().usage;
    let expected = BucketUsage {
        objects: 1,
        size_bytes: 3,
        versions: 4,
        all_versions_size_bytes: 9,
    };
    assert_eq!(usage, Some(expected));
}
