//! Copies: other rows over the same sealed bytes.

use stave_model::{
    BucketName, ChecksumAlgorithm, ChecksumKind, Conditions, ETagCondition, ObjectHeaders,
    UserMetadata, VersionId, Versioning,
};
use stave_store::{
    Copied, CopyObject, Error, GetObject, ObjectRef, PutObject, Store, rename_object,
    restore_version,
};

use crate::kit::{Vault, at, key, latest, owner, pattern, put_of};
use crate::uploads::Uploading;

pub fn copy_of(source: ObjectRef, bucket: &BucketName, text: &str) -> CopyObject {
    CopyObject {
        source,
        source_conditions: Conditions::default(),
        bucket: bucket.clone(),
        key: key(text),
        owner: owner(),
        replace: None,
        conditions: Conditions::default(),
        checksum: None,
        tags: None,
        acl: None,
        encryption: stave_store::SseRequest::BucketDefault,
        source_customer_key: None,
    }
}

async fn copy(vault: &Vault, source: ObjectRef, bucket: &BucketName, text: &str) -> Copied {
    let copy = copy_of(source, bucket, text);
    vault.store.copy_object(copy).await.unwrap()
}

#[tokio::test]
async fn a_copy_outlives_its_source_and_moves_no_bytes() {
    let mut vault = Vault::new();
    let from = vault.bucket("from", Versioning::Off).await;
    let to = vault.bucket("into", Versioning::Enabled).await;
    for (name, size) in [("row", 500), ("file", 500_000)] {
        let bytes = pattern(size, 7);
        let put = PutObject {
            user_metadata: UserMetadata::from([("a".to_owned(), "b".to_owned())]),
            ..put_of(&from, name, bytes.clone())
        };
        let stored = vault.store.put_object(put).await.unwrap();
        let files = vault.blob_files().len();
        let copied = copy(&vault, latest(&from, name), &to, "copied").await;
        assert_eq!(vault.blob_files().len(), files);
        assert_eq!(copied.stored.etag, stored.etag);
        assert_eq!(copied.stored.checksum, stored.checksum);
        assert_eq!(copied.source_version, VersionId::Null);
        vault.delete(&from, name).await;
        vault.engine.sweep().unwrap();
        vault.reopen();
        assert!(vault.get(&to, "copied").await.unwrap() == bytes);
        let head = GetObject::whole(latest(&to, "copied"));
        let version = vault.store.head_object(head).await.unwrap().version;
        assert_eq!(version.user_metadata["a"], "b");
    }
}

#[tokio::test]
async fn a_copy_of_a_copy_of_a_deleted_source_is_whole() {
    let vault = Vault::new();
    let bucket = vault.bucket("chain", Versioning::Off).await;
    let bytes = pattern(100_000, 2);
    vault.put(&bucket, "0", bytes.clone()).await;
    for round in 0..5 {
        let (from, to) = (round.to_string(), (round + 1).to_string());
        copy(&vault, latest(&bucket, &from), &bucket, &to).await;
        vault.delete(&bucket, &from).await;
        vault.engine.sweep().unwrap();
    }
    assert!(vault.get(&bucket, "5").await.unwrap() == bytes);
    vault.delete(&bucket, "5").await;
    vault.engine.sweep().unwrap();
    assert_eq!(
        vault.blob_files().len(),
        0,
        "the last name of the bytes has gone"
    );
}

#[tokio::test]
async fn a_copy_onto_itself_must_change_something() {
    let vault = Vault::new();
    for (name, versioning) in [
        ("unversioned", Versioning::Off),
        ("versioned", Versioning::Enabled),
        ("suspended", Versioning::Suspended),
    ] {
        let bucket = vault.bucket(name, versioning).await;
        vault.put(&bucket, "k", "bytes").await;
        let idle = copy_of(latest(&bucket, "k"), &bucket, "k");
        let refused = vault.store.copy_object(idle.clone()).await;
        assert!(matches!(refused, Err(Error::CopyOntoItself)), "{name}");
        let headers = ObjectHeaders {
            content_type: Some("text/x-new".to_owned()),
            ..ObjectHeaders::default()
        };
        let changing = CopyObject {
            replace: Some((headers, UserMetadata::new())),
            ..idle
        };
        vault.store.copy_object(changing).await.unwrap();
        let head = GetObject::whole(latest(&bucket, "k"));
        let version = vault.store.head_object(head).await.unwrap().version;
        assert_eq!(version.headers.content_type.as_deref(), Some("text/x-new"));
        assert_eq!(vault.get(&bucket, "k").await.unwrap(), b"bytes");
    }
    let null = VersionId::Null;
    let bucket = BucketName::parse("unversioned").unwrap();
    let by_id = copy_of(at(&bucket, "k", &null), &bucket, "k");
    let refused = vault.store.copy_object(by_id).await;
    assert!(matches!(refused, Err(Error::CopyOntoItself)));
}

#[tokio::test]
async fn a_file_whose_metadata_is_replaced_in_place_stays() {
    let vault = Vault::new();
    let bucket = vault.bucket("inplace", Versioning::Off).await;
    let bytes = pattern(200_000, 3);
    vault.put(&bucket, "k", bytes.clone()).await;
    for _ in 0..2 {
        let changing = CopyObject {
            replace: Some((ObjectHeaders::default(), UserMetadata::new())),
            ..copy_of(latest(&bucket, "k"), &bucket, "k")
        };
        vault.store.copy_object(changing).await.unwrap();
        vault.engine.sweep().unwrap();
        assert!(vault.get(&bucket, "k").await.unwrap() == bytes);
    }
    assert_eq!(vault.blob_files().len(), 1);
}

#[tokio::test]
async fn an_older_version_is_restored_over_its_key() {
    let vault = Vault::new();
    let bucket = vault.bucket("history", Versioning::Enabled).await;
    let one = vault.put(&bucket, "k", "one").await.version;
    vault.put(&bucket, "k", "two").await;
    vault.delete(&bucket, "k").await;
    let restored = restore_version(&vault.store, at(&bucket, "k", &one), owner());
    let restored = restored.await.unwrap();
    assert_eq!(restored.source_version, one);
    assert_ne!(restored.stored.version, one);
    assert_eq!(vault.get(&bucket, "k").await.unwrap(), b"one");
}

#[tokio::test]
async fn a_key_is_renamed() {
    let vault = Vault::new();
    let bucket = vault.bucket("named", Versioning::Off).await;
    vault.put(&bucket, "old", "bytes").await;
    let rename = |from: &str, to: &str| {
        let (from, to) = (latest(&bucket, from), key(to));
        rename_object(&vault.store, from, bucket.clone(), to, owner())
    };
    rename("old", "new").await.unwrap();
    assert_eq!(vault.get(&bucket, "new").await.unwrap(), b"bytes");
    assert!(vault.get(&bucket, "old").await.is_err());
    assert!(matches!(
        rename("new", "new").await,
        Err(Error::CopyOntoItself)
    ));
}

#[tokio::test]
async fn a_copy_obeys_the_conditions_on_both_ends() {
    let vault = Vault::new();
    let bucket = vault.bucket("conditions", Versioning::Off).await;
    let stored = vault.put(&bucket, "source", "bytes").await;
    vault.put(&bucket, "taken", "present").await;
    let mut request = copy_of(latest(&bucket, "source"), &bucket, "taken");
    request.conditions.if_none_match = Some(ETagCondition::Any);
    let refused = vault.store.copy_object(request).await;
    assert!(matches!(refused, Err(Error::PreconditionFailed)));
    let mut request = copy_of(latest(&bucket, "source"), &bucket, "taken");
    let same = ETagCondition::OneOf(vec![stored.etag]);
    request.source_conditions.if_none_match = Some(same);
    let refused = vault.store.copy_object(request).await;
    assert!(matches!(refused, Err(Error::PreconditionFailed)));
    assert_eq!(vault.get(&bucket, "taken").await.unwrap(), b"present");
}

#[tokio::test]
async fn a_delete_marker_is_no_source() {
    let vault = Vault::new();
    let bucket = vault.bucket("marked", Versioning::Enabled).await;
    vault.put(&bucket, "k", "bytes").await;
    let marker = vault.delete(&bucket, "k").await.version.unwrap();
    let by_id = copy_of(at(&bucket, "k", &marker), &bucket, "copy");
    let refused = vault.store.copy_object(by_id).await;
    assert!(matches!(refused, Err(Error::InvalidRequest(_))));
    let of_latest = copy_of(latest(&bucket, "k"), &bucket, "copy");
    let refused = vault.store.copy_object(of_latest).await;
    assert!(matches!(refused, Err(Error::NoSuchKey { .. })));
}

#[tokio::test]
async fn a_copy_can_have_a_checksum_of_another_algorithm() {
    let vault = Vault::new();
    let bucket = vault.bucket("sums", Versioning::Off).await;
    vault.put(&bucket, "k", "123456789").await;
    let request = CopyObject {
        checksum: Some(ChecksumAlgorithm::Crc32),
        ..copy_of(latest(&bucket, "k"), &bucket, "copy")
    };
    let copied = vault.store.copy_object(request).await.unwrap();
    let checksum = copied.stored.checksum.unwrap();
    assert_eq!(checksum.value, [0xcb, 0xf4, 0x39, 0x26]);
    assert_eq!(checksum.kind, ChecksumKind::FullObject);
}

#[tokio::test]
async fn a_copy_of_a_multipart_object_keeps_its_parts() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    let whole = pattern(5 * 1024 * 1024 + 70_000, 8);
    let mut uploading = Uploading::begin(&vault, &bucket, "k").await;
    uploading.part(1, whole[..5 * 1024 * 1024].to_vec()).await;
    uploading.part(2, whole[5 * 1024 * 1024..].to_vec()).await;
    let stored = uploading.complete().await.unwrap();
    copy(&vault, latest(&bucket, "k"), &bucket, "copy").await;
    vault.delete(&bucket, "k").await;
    vault.engine.sweep().unwrap();
    let head = GetObject::whole(latest(&bucket, "copy"));
    let version = vault.store.head_object(head).await.unwrap().version;
    assert_eq!((version.parts, version.etag), (2, stored.etag));
    assert!(vault.get(&bucket, "copy").await.unwrap() == whole);
}
