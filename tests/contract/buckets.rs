//! Buckets.

use stave_model::Versioning;
use stave_store::{CreateBucket, Error};

use crate::kit::{Kit, bucket, named, owner, variant};
use crate::over_every_store;

over_every_store!(
    buckets_are_listed_by_name,
    a_bucket_is_told_with_its_owner_and_versioning,
    a_second_bucket_of_a_name_is_refused,
    a_missing_bucket_is_named,
    a_bucket_with_something_in_it_stays,
    versioning_is_turned_on_and_suspended_and_never_off,
);

async fn buckets_are_listed_by_name(kit: &Kit) {
    assert!(kit.store.list_buckets().await.unwrap().is_empty());
    for name in ["zebra", "apple", "mango"] {
        kit.bucket(name).await;
    }
    let buckets = kit.store.list_buckets().await.unwrap();
    let names: Vec<&str> = buckets.iter().map(|b| b.name.as_str()).collect();
    assert_eq!(names, ["apple", "mango", "zebra"]);
}

async fn a_bucket_is_told_with_its_owner_and_versioning(kit: &Kit) {
    let plain = kit.bucket("plain").await;
    let versioned = kit.versioned("versioned").await;
    let told = kit.store.head_bucket(&plain).await.unwrap();
    assert_eq!(told.name, plain);
    assert_eq!(told.owner, owner());
    assert_eq!(told.versioning, Versioning::Off);
    assert!(told.created.as_millis() > 0);
    let told = kit.store.head_bucket(&versioned).await.unwrap();
    assert_eq!(told.versioning, Versioning::Enabled);
    let listed = kit.store.list_buckets().await.unwrap();
    let states: Vec<Versioning> = listed.iter().map(|b| b.versioning).collect();
    assert_eq!(states, [Versioning::Off, Versioning::Enabled]);
}

async fn a_second_bucket_of_a_name_is_refused(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let again = CreateBucket {
        bucket: photos,
        owner: owner(),
        acl: None,
        ownership: None,
    };
    assert_eq!(
        named(kit.store.create_bucket(again).await),
        "BucketAlreadyOwnedByYou"
    );
}

async fn a_missing_bucket_is_named(kit: &Kit) {
    let missing = bucket("missing");
    let told = kit.store.head_bucket(&missing).await.unwrap_err();
    assert!(
        matches!(&told, Error::NoSuchBucket(name) if *name == missing),
        "{told:?}"
    );
    assert_eq!(
        named(kit.store.delete_bucket(&missing).await),
        "NoSuchBucket"
    );
    let set = kit
        .store
        .put_bucket_versioning(&missing, Versioning::Enabled);
    assert_eq!(named(set.await), "NoSuchBucket");
}

async fn a_bucket_with_something_in_it_stays(kit: &Kit) {
    let photos = kit.versioned("photos").await;
    kit.put(&photos, "a", b"1").await;
    let refused = kit.store.delete_bucket(&photos).await.unwrap_err();
    assert_eq!(variant(&refused), "BucketNotEmpty");
    // A delete marker is something, too.
    kit.delete(crate::kit::latest(&photos, "a")).await.unwrap();
    assert_eq!(
        named(kit.store.delete_bucket(&photos).await),
        "BucketNotEmpty"
    );
    let empty = kit.bucket("empty").await;
    kit.store.delete_bucket(&empty).await.unwrap();
    assert_eq!(named(kit.store.head_bucket(&empty).await), "NoSuchBucket");
}

async fn versioning_is_turned_on_and_suspended_and_never_off(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    for state in [
        Versioning::Enabled,
        Versioning::Suspended,
        Versioning::Enabled,
    ] {
        kit.store
            .put_bucket_versioning(&photos, state)
            .await
            .unwrap();
        let told = kit.store.head_bucket(&photos).await.unwrap();
        assert_eq!(told.versioning, state);
    }
    let off = kit
        .store
        .put_bucket_versioning(&photos, Versioning::Off)
        .await;
    assert_eq!(named(off), "InvalidArgument");
}
