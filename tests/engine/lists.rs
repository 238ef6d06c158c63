//! Access control lists of objects.

use stave_model::{Acl, BucketName, CannedAcl, Conditions, Permission, Tags, UserName, Versioning};
use stave_store::{CopyObject, CreateUpload, Error, GetObject, PutObject, Store};

use crate::kit::{Vault, at, key, latest, owner, put_of};
use crate::uploads::{Uploading, create_of};

fn public() -> Acl {
    CannedAcl::PublicRead.written_out(&owner(), &owner())
}

fn published(bucket: &BucketName, text: &str) -> PutObject {
    PutObject {
        acl: Some(public()),
        ..put_of(bucket, text, "bytes")
    }
}

async fn acl_of(vault: &Vault, bucket: &BucketName, text: &str) -> Acl {
    let told = vault.store.object_acl(latest(bucket, text)).await;
    told.unwrap().acl
}

#[tokio::test]
async fn a_list_comes_with_an_object_and_is_private_where_none_did() {
    let mut vault = Vault::new();
    let bucket = vault.bucket("listed", Versioning::Enabled).await;
    let eve = UserName::parse("eve").unwrap();
    let put = PutObject {
        owner: eve.clone(),
        ..put_of(&bucket, "private", "bytes")
    };
    let private = vault.store.put_object(put).await.unwrap();
    let put = published(&bucket, "public");
    vault.store.put_object(put).await.unwrap();
    vault.reopen();
    let told = vault.store.object_acl(latest(&bucket, "private")).await;
    let told = told.unwrap();
    assert_eq!((&told.version, &told.owner), (&private.version, &eve));
    assert_eq!(told.acl, Acl::private(&eve));
    assert_eq!(acl_of(&vault, &bucket, "public").await, public());
    let head = GetObject::whole(latest(&bucket, "public"));
    let version = vault.store.head_object(head).await.unwrap().version;
    assert_eq!(version.acl, Some(public()));
    assert!(public().allows(None, Permission::Read));
}

#[tokio::test]
async fn a_list_changes_without_a_new_version_or_time() {
    let vault = Vault::new();
    let bucket = vault.bucket("listed", Versioning::Enabled).await;
    let first = vault.put(&bucket, "k", "first").await.version;
    let second = vault.put(&bucket, "k", "second").await.version;
    let head = async || {
        let head = GetObject::whole(at(&bucket, "k", &first));
        vault.store.head_object(head).await.unwrap().version
    };
    let before = head().await;
    let object = at(&bucket, "k", &first);
    let set = vault.store.put_object_acl(object.clone(), Some(public()));
    assert_eq!(set.await.unwrap(), first);
    let mut after = head().await;
    assert_eq!(after.acl.take(), Some(public()));
    assert_eq!(after, before);
    let private = Acl::private(&owner());
    assert_eq!(acl_of(&vault, &bucket, "k").await, private);
    vault
        .store
        .put_object_acl(object.clone(), None)
        .await
        .unwrap();
    assert_eq!(vault.store.object_acl(object).await.unwrap().acl, private);
    let marker = vault.delete(&bucket, "k").await.version.unwrap();
    let hidden = vault.store.object_acl(latest(&bucket, "k")).await;
    assert!(matches!(hidden, Err(Error::NoSuchKey { .. })));
    let hiding = at(&bucket, "k", &marker);
    let refused = vault.store.put_object_acl(hiding, Some(public())).await;
    assert!(matches!(refused, Err(Error::IsDeleteMarker { .. })));
    let of_second = vault.store.object_acl(at(&bucket, "k", &second)).await;
    assert_eq!(of_second.unwrap().version, second);
}

#[tokio::test]
async fn a_list_is_never_copied_and_goes_with_the_null_version() {
    let vault = Vault::new();
    let bucket = vault.bucket("listed", Versioning::Off).await;
    let put = published(&bucket, "k");
    vault.store.put_object(put).await.unwrap();
    let copy = |to: &str, acl| CopyObject {
        source: latest(&bucket, "k"),
        source_conditions: Conditions::default(),
        bucket: bucket.clone(),
        key: key(to),
        owner: owner(),
        replace: None,
        tags: None,
        acl,
        conditions: Conditions::default(),
        checksum: None,
        encryption: stave_store::SseRequest::BucketDefault,
        source_customer_key: None,
    };
    vault
        .store
        .copy_object(copy("private", None))
        .await
        .unwrap();
    let copied = vault.store.copy_object(copy("public", Some(public())));
    copied.await.unwrap();
    let private = Acl::private(&owner());
    assert_eq!(acl_of(&vault, &bucket, "private").await, private);
    assert_eq!(acl_of(&vault, &bucket, "public").await, public());
    vault.put(&bucket, "k", "again").await;
    assert_eq!(acl_of(&vault, &bucket, "k").await, private);
}

#[tokio::test]
async fn an_upload_gives_its_list_to_the_object() {
    let vault = Vault::new();
    let bucket = vault.bucket("listed", Versioning::Off).await;
    let create = CreateUpload {
        acl: Some(public()),
        tags: Tags::default(),
        ..create_of(&bucket, "k", None)
    };
    let upload = vault.store.create_upload(create).await.unwrap().upload;
    let mut uploading = Uploading::resume(&vault, &bucket, "k", upload);
    uploading.part(1, b"bytes".to_vec()).await;
    uploading.complete().await.unwrap();
    assert_eq!(acl_of(&vault, &bucket, "k").await, public());
}
