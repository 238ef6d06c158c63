//! Tags of objects.

use futures::StreamExt as _;
use stave_model::{BucketName, Change, Conditions, Tags, VersionId, Versioning};
use stave_store::{CopyObject, Error, GetObject, ListVersions, PutObject, Store};

use crate::kit::{Vault, at, key, latest, owner, put_of};
use crate::uploads::{Uploading, create_of};

pub fn tags(pairs: &[(&str, &str)]) -> Tags {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    Tags::of_object(pairs.iter().map(owned)).unwrap()
}

fn tagged(bucket: &BucketName, text: &str, pairs: &[(&str, &str)]) -> PutObject {
    PutObject {
        tags: tags(pairs),
        ..put_of(bucket, text, "bytes")
    }
}

async fn tags_of(vault: &Vault, bucket: &BucketName, text: &str) -> Tags {
    let told = vault.store.object_tags(latest(bucket, text)).await;
    told.unwrap().1
}

fn copy_of(bucket: &BucketName, from: &str, to: &str) -> CopyObject {
    CopyObject {
        source: latest(bucket, from),
        source_conditions: Conditions::default(),
        bucket: bucket.clone(),
        key: key(to),
        owner: owner(),
        replace: None,
        tags: None,
        acl: None,
        conditions: Conditions::default(),
        checksum: None,
        encryption: stave_store::SseRequest::BucketDefault,
        source_customer_key: None,
    }
}

#[tokio::test]
async fn tags_come_with_an_object_and_survive_a_reopening() {
    let mut vault = Vault::new();
    let bucket = vault.bucket("tagged", Versioning::Off).await;
    let put = tagged(&bucket, "k", &[("team", "blue"), ("a", "")]);
    vault.store.put_object(put).await.unwrap();
    vault.reopen();
    let expected = tags(&[("a", ""), ("team", "blue")]);
    assert_eq!(tags_of(&vault, &bucket, "k").await, expected);
    let head = GetObject::whole(latest(&bucket, "k"));
    let head = vault.store.head_object(head).await.unwrap();
    assert_eq!(head.version.tags, expected);
    vault.put(&bucket, "plain", "bytes").await;
    assert_eq!(tags_of(&vault, &bucket, "plain").await, Tags::default());
}

#[tokio::test]
async fn tags_change_without_a_new_version_or_time() {
    let vault = Vault::new();
    let bucket = vault.bucket("tagged", Versioning::Enabled).await;
    let first = vault.put(&bucket, "k", "first").await.version;
    let second = vault.put(&bucket, "k", "second").await.version;
    let head = async |version: &VersionId| {
        let head = GetObject::whole(at(&bucket, "k", version));
        vault.store.head_object(head).await.unwrap().version
    };
    let before = [head(&first).await, head(&second).await];
    let mut changes = vault.store.changes().unwrap();
    let set = |object, pairs| vault.store.put_object_tags(object, tags(pairs));
    let of_latest = set(latest(&bucket, "k"), &[("of", "second")]).await;
    assert_eq!(of_latest.unwrap(), second);
    let of_first = set(at(&bucket, "k", &first), &[("of", "first")]).await;
    assert_eq!(of_first.unwrap(), first);
    for _ in 0..2 {
        let told = Some(Change::Object(bucket.clone(), key("k")));
        assert_eq!(changes.next().await, told);
    }
    let mut after = [head(&first).await, head(&second).await];
    assert_eq!(after[0].tags, tags(&[("of", "first")]));
    assert_eq!(after[1].tags, tags(&[("of", "second")]));
    for version in &mut after {
        version.tags = Tags::default();
    }
    assert_eq!(after, before);
    set(latest(&bucket, "k"), &[]).await.unwrap();
    assert_eq!(tags_of(&vault, &bucket, "k").await, Tags::default());
    assert_eq!(head(&first).await.tags, tags(&[("of", "first")]));
    let list = ListVersions {
        bucket: bucket.clone(),
        prefix: String::new(),
        delimiter: String::new(),
        after: None,
        max_keys: 10,
    };
    let listed = vault.store.list_versions(list).await.unwrap().versions;
    assert_eq!(listed.len(), 2);
}

#[tokio::test]
async fn what_is_not_there_has_no_tags() {
    let vault = Vault::new();
    let bucket = vault.bucket("tagged", Versioning::Enabled).await;
    let both = async |object: stave_store::ObjectRef| {
        let read = vault.store.object_tags(object.clone()).await.unwrap_err();
        let set = vault.store.put_object_tags(object, Tags::default()).await;
        [read, set.unwrap_err()]
    };
    for error in both(latest(&bucket, "k")).await {
        assert!(
            matches!(
                error,
                Error::NoSuchKey {
                    delete_marker: None,
                    ..
                }
            ),
            "{error}"
        );
    }
    vault.put(&bucket, "k", "bytes").await;
    let marker = vault.delete(&bucket, "k").await.version.unwrap();
    for error in both(latest(&bucket, "k")).await {
        let hidden = matches!(&error, Error::NoSuchKey { delete_marker, .. }
            if delete_marker.as_ref() == Some(&marker));
        assert!(hidden, "{error}");
    }
    for error in both(at(&bucket, "k", &marker)).await {
        assert!(matches!(error, Error::IsDeleteMarker { .. }), "{error}");
    }
    let unknown = VersionId::Id("0".repeat(32));
    for error in both(at(&bucket, "k", &unknown)).await {
        assert!(matches!(error, Error::NoSuchVersion { .. }), "{error}");
    }
    let elsewhere = BucketName::parse("elsewhere").unwrap();
    for error in both(latest(&elsewhere, "k")).await {
        assert!(matches!(error, Error::NoSuchBucket(_)), "{error}");
    }
}

#[tokio::test]
async fn an_overwrite_of_the_null_version_drops_its_tags() {
    let vault = Vault::new();
    let bucket = vault.bucket("tagged", Versioning::Off).await;
    let put = || {
        vault
            .store
            .put_object(tagged(&bucket, "k", &[("old", "1")]))
    };
    put().await.unwrap();
    vault.put(&bucket, "k", "again").await;
    assert_eq!(tags_of(&vault, &bucket, "k").await, Tags::default());
    put().await.unwrap();
    vault.set(&bucket, Versioning::Suspended).await;
    let marker = vault.delete(&bucket, "k").await.version;
    assert_eq!(marker, Some(VersionId::Null));
    vault.put(&bucket, "k", "again").await;
    assert_eq!(tags_of(&vault, &bucket, "k").await, Tags::default());
}

#[tokio::test]
async fn a_copy_keeps_the_tags_or_has_its_own() {
    let vault = Vault::new();
    let bucket = vault.bucket("tagged", Versioning::Off).await;
    let other = vault.bucket("other", Versioning::Enabled).await;
    let put = tagged(&bucket, "k", &[("team", "blue")]);
    vault.store.put_object(put).await.unwrap();
    let copy = |copy| vault.store.copy_object(copy);
    copy(copy_of(&bucket, "k", "kept")).await.unwrap();
    let red = CopyObject {
        tags: Some(tags(&[("team", "red")])),
        ..copy_of(&bucket, "k", "red")
    };
    copy(red).await.unwrap();
    let none = CopyObject {
        tags: Some(Tags::default()),
        ..copy_of(&bucket, "k", "none")
    };
    copy(none).await.unwrap();
    let elsewhere = CopyObject {
        bucket: other.clone(),
        ..copy_of(&bucket, "k", "k")
    };
    copy(elsewhere).await.unwrap();
    let blue = tags(&[("team", "blue")]);
    assert_eq!(tags_of(&vault, &bucket, "kept").await, blue);
    assert_eq!(tags_of(&vault, &other, "k").await, blue);
    let red = tags(&[("team", "red")]);
    assert_eq!(tags_of(&vault, &bucket, "red").await, red);
    assert_eq!(tags_of(&vault, &bucket, "none").await, Tags::default());
    assert_eq!(tags_of(&vault, &bucket, "k").await, blue);
}

#[tokio::test]
async fn an_upload_gives_its_tags_to_the_object() {
    let mut vault = Vault::new();
    let bucket = vault.bucket("tagged", Versioning::Off).await;
    let create = stave_store::CreateUpload {
        tags: tags(&[("team", "blue")]),
        ..create_of(&bucket, "k", None)
    };
    let upload = vault.store.create_upload(create).await.unwrap().upload;
    vault.reopen();
    let mut uploading = Uploading::resume(&vault, &bucket, "k", upload);
    uploading.part(1, b"bytes".to_vec()).await;
    uploading.complete().await.unwrap();
    let expected = tags(&[("team", "blue")]);
    assert_eq!(tags_of(&vault, &bucket, "k").await, expected);
}
