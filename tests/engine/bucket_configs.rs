//! What is set for a bucket.

use futures::StreamExt as _;
use stave_model::{
    Acceleration, Acl, BucketConfig, BucketConfigKind, BucketName, CannedAcl, Change, LogKeyFormat,
    Logging, ObjectOwnership, Payer, Tags, Versioning, Website,
};
use stave_store::{CreateBucket, Error, Store};

use crate::kit::{Vault, owner};

/// One of each kind.
fn every_config() -> [BucketConfig; 7] {
    let tag = ("team".to_owned(), "blue".to_owned());
    [
        BucketConfig::Acl(CannedAcl::LogDeliveryWrite.written_out(&owner(), &owner())),
        BucketConfig::Tagging(Tags::of_bucket([tag]).unwrap()),
        BucketConfig::Ownership(ObjectOwnership::BucketOwnerPreferred),
        BucketConfig::RequestPayment(Payer::Requester),
        BucketConfig::Accelerate(Acceleration::Suspended),
        BucketConfig::Logging(Logging {
            target_bucket: BucketName::parse("logs").unwrap(),
            target_prefix: "of/".to_owned(),
            grants: Vec::new(),
            key_format: LogKeyFormat::PartitionedByEvent,
        }),
        BucketConfig::Website(Website::RedirectAll {
            host: "example.org".to_owned(),
            protocol: None,
        }),
    ]
}

#[tokio::test]
async fn each_kind_is_set_replaced_and_removed_by_itself() {
    let mut vault = Vault::new();
    let bucket = vault.bucket("set", Versioning::Off).await;
    for config in every_config() {
        let kind = config.kind();
        let before = vault.store.bucket_config(&bucket, kind).await.unwrap();
        assert_eq!(before, None);
        let put = vault.store.put_bucket_config(&bucket, config);
        put.await.unwrap();
    }
    let payer = BucketConfig::RequestPayment(Payer::BucketOwner);
    let put = vault.store.put_bucket_config(&bucket, payer.clone());
    put.await.unwrap();
    vault.reopen();
    for config in every_config() {
        let kind = config.kind();
        let found = vault.store.bucket_config(&bucket, kind).await.unwrap();
        match kind {
            BucketConfigKind::RequestPayment => assert_eq!(found, Some(payer.clone())),
            _ => assert_eq!(found, Some(config)),
        }
        for _ in 0..2 {
            let remove = vault.store.delete_bucket_config(&bucket, kind);
            remove.await.unwrap();
            let found = vault.store.bucket_config(&bucket, kind).await.unwrap();
            assert_eq!(found, None);
        }
    }
}

#[tokio::test]
async fn a_bucket_is_made_with_a_list_and_an_ownership() {
    let vault = Vault::new();
    let bucket = BucketName::parse("made").unwrap();
    let acl = CannedAcl::PublicRead.written_out(&owner(), &owner());
    let create = CreateBucket {
        acl: Some(acl.clone()),
        ownership: Some(ObjectOwnership::ObjectWriter),
        ..CreateBucket::new(bucket.clone(), owner())
    };
    vault.store.create_bucket(create.clone()).await.unwrap();
    let config = |kind| vault.store.bucket_config(&bucket, kind);
    let found = config(BucketConfigKind::Acl).await.unwrap();
    assert_eq!(found, Some(BucketConfig::Acl(acl.clone())));
    let found = config(BucketConfigKind::Ownership).await.unwrap();
    let writer = BucketConfig::Ownership(ObjectOwnership::ObjectWriter);
    assert_eq!(found, Some(writer));
    // A refused second one changes nothing.
    let again = CreateBucket {
        acl: Some(Acl::private(&owner())),
        ownership: None,
        ..create
    };
    vault.store.create_bucket(again).await.unwrap_err();
    let found = config(BucketConfigKind::Acl).await.unwrap();
    assert_eq!(found, Some(BucketConfig::Acl(acl)));
}

#[tokio::test]
async fn what_is_set_goes_with_the_bucket() {
    let vault = Vault::new();
    let bucket = vault.bucket("gone", Versioning::Off).await;
    for config in every_config() {
        let put = vault.store.put_bucket_config(&bucket, config);
        put.await.unwrap();
    }
    vault.store.delete_bucket(&bucket).await.unwrap();
    for config in every_config() {
        let kind = config.kind();
        let read = vault.store.bucket_config(&bucket, kind).await;
        assert!(matches!(read, Err(Error::NoSuchBucket(_))));
        let set = vault.store.put_bucket_config(&bucket, config).await;
        assert!(matches!(set, Err(Error::NoSuchBucket(_))));
        let removed = vault.store.delete_bucket_config(&bucket, kind).await;
        assert!(matches!(removed, Err(Error::NoSuchBucket(_))));
    }
    vault.bucket("gone", Versioning::Off).await;
    for kind in BucketConfigKind::ALL {
        let found = vault.store.bucket_config(&bucket, kind).await.unwrap();
        assert_eq!(found, None);
    }
}

#[tokio::test]
async fn what_is_set_is_told() {
    let vault = Vault::new();
    let bucket = vault.bucket("told", Versioning::Off).await;
    let mut changes = vault.store.changes().unwrap();
    let pays = BucketConfig::RequestPayment(Payer::Requester);
    let kind = pays.kind();
    let put = vault.store.put_bucket_config(&bucket, pays);
    put.await.unwrap();
    for _ in 0..2 {
        let remove = vault.store.delete_bucket_config(&bucket, kind);
        remove.await.unwrap();
    }
    vault.put(&bucket, "k", "bytes").await;
    let of_bucket = || Some(Change::Bucket(bucket.clone()));
    assert_eq!(changes.next().await, of_bucket());
    assert_eq!(changes.next().await, of_bucket());
    let of_object = Change::Object(bucket.clone(), crate::kit::key("k"));
    assert_eq!(changes.next().await, Some(of_object));
}
