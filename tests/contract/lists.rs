//! Access control lists of objects and buckets, where lists count at all.

use stave_model::{
    Acl, BucketConfig, BucketConfigKind, BucketName, CannedAcl, Conditions, Grant, Grantee,
    ObjectOwnership, Permission,
};
use stave_store::{CopyObject, CreateBucket, CreateUpload, ObjectRef, PutObject};

use crate::kit::{Kit, bucket, key, latest, named, owner, version, write};
use crate::uploads::{complete, create, resume, send};

crate::over_every_store!(
    a_list_comes_with_an_object,
    a_list_is_set_without_a_new_version,
    a_list_is_never_copied,
    an_upload_gives_its_list_to_the_object,
    a_bucket_is_made_with_a_list,
    a_list_of_a_bucket_is_set_and_removed,
);

fn public() -> Acl {
    CannedAcl::PublicRead.written_out(&owner(), &owner())
}

/// A list that S3 has no name for.
fn nameless() -> Acl {
    let mut acl = public();
    acl.grants.push(Grant {
        grantee: Grantee::AuthenticatedUsers,
        permission: Permission::ReadAcp,
    });
    acl
}

/// Makes a bucket in which lists count.
async fn with_lists(kit: &Kit, name: &str) -> BucketName {
    let create = CreateBucket {
        ownership: Some(ObjectOwnership::ObjectWriter),
        ..CreateBucket::new(bucket(name), owner())
    };
    kit.store.create_bucket(create).await.unwrap();
    bucket(name)
}

async fn acl_of(kit: &Kit, object: ObjectRef) -> Acl {
    kit.store.object_acl(object).await.unwrap().acl
}

async fn a_list_comes_with_an_object(kit: &Kit) {
    let photos = with_lists(kit, "photos").await;
    kit.put(&photos, "private", b"bytes").await;
    let told = kit.store.object_acl(latest(&photos, "private")).await;
    let told = told.unwrap();
    assert_eq!(told.owner, owner());
    assert_eq!(told.acl, Acl::private(&owner()));
    for (text, acl) in [("public", public()), ("nameless", nameless())] {
        let put = PutObject {
            acl: Some(acl.clone()),
            ..write(&photos, text, b"bytes")
        };
        kit.store.put_object(put).await.unwrap();
        let mut told = acl_of(kit, latest(&photos, text)).await;
        sort(&mut told);
        let mut expected = acl;
        sort(&mut expected);
        assert_eq!(told, expected, "{text}");
    }
}

/// Headers keep no order between permissions.
fn sort(acl: &mut Acl) {
    let order = |grant: &Grant| (grant.permission, grant.grantee.clone());
    acl.grants.sort_by_key(order);
}

async fn a_list_is_set_without_a_new_version(kit: &Kit) {
    let photos = with_lists(kit, "photos").await;
    let set = kit
        .store
        .put_bucket_versioning(&photos, stave_model::Versioning::Enabled);
    set.await.unwrap();
    let first = kit.put(&photos, "k", b"first").await.version;
    let second = kit.put(&photos, "k", b"second").await.version;
    let of_first = version(&photos, "k", &first);
    for acl in [public(), nameless()] {
        let set = kit
            .store
            .put_object_acl(of_first.clone(), Some(acl.clone()));
        assert_eq!(set.await.unwrap(), first);
        let told = kit.store.object_acl(of_first.clone()).await.unwrap();
        assert_eq!((&told.version, &told.acl), (&first, &acl));
    }
    let told = kit.store.object_acl(latest(&photos, "k")).await.unwrap();
    assert_eq!((told.version, told.acl), (second, Acl::private(&owner())));
    let set = kit.store.put_object_acl(of_first.clone(), None);
    assert_eq!(set.await.unwrap(), first);
    assert_eq!(acl_of(kit, of_first).await, Acl::private(&owner()));
    let missing = latest(&photos, "missing");
    let read = kit.store.object_acl(missing.clone()).await;
    assert_eq!(named(read), "NoSuchKey");
    let set = kit.store.put_object_acl(missing, Some(public())).await;
    assert_eq!(named(set), "NoSuchKey");
}

async fn a_list_is_never_copied(kit: &Kit) {
    let photos = with_lists(kit, "photos").await;
    let put = PutObject {
        acl: Some(public()),
        ..write(&photos, "k", b"bytes")
    };
    kit.store.put_object(put).await.unwrap();
    for (to, acl, expected) in [
        ("private", None, Acl::private(&owner())),
        ("public", Some(public()), public()),
    ] {
        let copy = CopyObject {
            source: latest(&photos, "k"),
            source_conditions: Conditions::default(),
            bucket: photos.clone(),
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
        kit.store.copy_object(copy).await.unwrap();
        assert_eq!(acl_of(kit, latest(&photos, to)).await, expected, "{to}");
    }
    kit.put(&photos, "k", b"again").await;
    let again = acl_of(kit, latest(&photos, "k")).await;
    assert_eq!(again, Acl::private(&owner()));
}

async fn an_upload_gives_its_list_to_the_object(kit: &Kit) {
    let photos = with_lists(kit, "photos").await;
    let create = CreateUpload {
        acl: Some(public()),
        ..create(&photos, "k")
    };
    let upload = kit.store.create_upload(create).await.unwrap().upload;
    let upload = resume(&photos, "k", upload);
    let part = send(kit, &upload, 1, b'a', 10).await;
    let done = kit.store.complete_upload(complete(&upload, &[&part]));
    done.await.unwrap();
    assert_eq!(acl_of(kit, latest(&photos, "k")).await, public());
}

async fn bucket_acl(kit: &Kit, bucket: &BucketName) -> Option<Acl> {
    let found = kit.store.bucket_config(bucket, BucketConfigKind::Acl);
    match found.await.unwrap() {
        Some(BucketConfig::Acl(acl)) => Some(acl),
        None => None,
        Some(other) => panic!("{other:?}"),
    }
}

async fn a_bucket_is_made_with_a_list(kit: &Kit) {
    let create = CreateBucket {
        acl: Some(public()),
        ownership: Some(ObjectOwnership::BucketOwnerPreferred),
        ..CreateBucket::new(bucket("photos"), owner())
    };
    kit.store.create_bucket(create).await.unwrap();
    let photos = bucket("photos");
    assert_eq!(bucket_acl(kit, &photos).await, Some(public()));
    let ownership = BucketConfigKind::Ownership;
    let found = kit.store.bucket_config(&photos, ownership).await.unwrap();
    let preferred = ObjectOwnership::BucketOwnerPreferred;
    assert_eq!(found, Some(BucketConfig::Ownership(preferred)));
    let other = with_lists(kit, "other").await;
    assert_eq!(bucket_acl(kit, &other).await, None);
}

async fn a_list_of_a_bucket_is_set_and_removed(kit: &Kit) {
    let photos = with_lists(kit, "photos").await;
    for acl in [public(), nameless()] {
        let set = BucketConfig::Acl(acl.clone());
        kit.store.put_bucket_config(&photos, set).await.unwrap();
        assert_eq!(bucket_acl(kit, &photos).await, Some(acl));
    }
    for _ in 0..2 {
        let remove = kit
            .store
            .delete_bucket_config(&photos, BucketConfigKind::Acl);
        remove.await.unwrap();
        assert_eq!(bucket_acl(kit, &photos).await, None);
    }
}
