//! Versions, null versions and delete markers.

use stave_model::{VersionId, VersionKind, Versioning};
use stave_store::{BodyError, Error, GetObject, ListVersions, Store};

use crate::kit::{Vault, at, latest};

/// Lists the versions of a bucket as `key version-or-null kind latest`, newest first.
async fn told(
    vault: &Vault,
    bucket: &stave_model::BucketName,
) -> Vec<(String, VersionId, bool, bool)> {
    let list = ListVersions {
        bucket: bucket.clone(),
        prefix: String::new(),
        delimiter: String::new(),
        after: None,
        max_keys: 1_000,
    };
    let page = vault.store.list_versions(list).await.unwrap();
    let row = |v: stave_model::Version| {
        let is_marker = v.kind == VersionKind::DeleteMarker;
        (v.key.as_str().to_owned(), v.id, is_marker, v.is_latest)
    };
    page.versions.into_iter().map(row).collect()
}

#[tokio::test]
async fn an_unversioned_bucket_keeps_one_null_version() {
    let vault = Vault::new();
    let bucket = vault.bucket("plain", Versioning::Off).await;
    assert_eq!(
        vault.put(&bucket, "k", "one").await.version,
        VersionId::Null
    );
    vault.put(&bucket, "k", "two").await;
    assert_eq!(vault.get(&bucket, "k").await.unwrap(), b"two");
    assert_eq!(
        told(&vault, &bucket).await,
        [("k".to_owned(), VersionId::Null, false, true)]
    );
    let deleted = vault.delete(&bucket, "k").await;
    assert_eq!((deleted.version, deleted.delete_marker), (None, false));
    assert_eq!(told(&vault, &bucket).await, []);
    vault.delete(&bucket, "k").await;
}

#[tokio::test]
async fn a_versioned_bucket_keeps_every_version() {
    let vault = Vault::new();
    let bucket = vault.bucket("kept", Versioning::Enabled).await;
    let one = vault.put(&bucket, "k", "one").await.version;
    let two = vault.put(&bucket, "k", "two").await.version;
    assert_ne!(one, two);
    assert_eq!(one.as_str().len(), 32);
    assert_eq!(vault.get_version(&bucket, "k", &one).await.unwrap(), b"one");
    assert_eq!(vault.get(&bucket, "k").await.unwrap(), b"two");
    let listed = told(&vault, &bucket).await;
    assert_eq!(listed[0], ("k".to_owned(), two.clone(), false, true));
    assert_eq!(listed[1], ("k".to_owned(), one.clone(), false, false));
    // The latest goes for ever: the one before takes its place.
    let deleted = vault.delete_version(&bucket, "k", &two).await;
    assert_eq!((deleted.version, deleted.delete_marker), (Some(two), false));
    assert_eq!(vault.get(&bucket, "k").await.unwrap(), b"one");
}

#[tokio::test]
async fn a_delete_marker_hides_a_key_until_it_is_removed() {
    let vault = Vault::new();
    let bucket = vault.bucket("marked", Versioning::Enabled).await;
    vault.put(&bucket, "k", "one").await;
    let deleted = vault.delete(&bucket, "k").await;
    let marker = deleted.version.unwrap();
    assert!(deleted.delete_marker);
    let Err(Error::NoSuchKey { delete_marker, .. }) = vault.get(&bucket, "k").await else {
        panic!("a hidden key was read");
    };
    assert_eq!(delete_marker.as_ref(), Some(&marker));
    let by_id = vault.get_version(&bucket, "k", &marker).await;
    assert!(matches!(by_id, Err(Error::IsDeleteMarker { .. })));
    let again = vault.delete_version(&bucket, "k", &marker).await;
    assert_eq!((again.version, again.delete_marker), (Some(marker), true));
    assert_eq!(vault.get(&bucket, "k").await.unwrap(), b"one");
}

#[tokio::test]
async fn a_delete_of_a_missing_key_marks_it_where_versioning_is_on() {
    let vault = Vault::new();
    let bucket = vault.bucket("marked", Versioning::Enabled).await;
    assert!(vault.delete(&bucket, "never").await.delete_marker);
    assert_eq!(told(&vault, &bucket).await.len(), 1);
}

#[tokio::test]
async fn suspended_versioning_replaces_only_the_null_version() {
    let vault = Vault::new();
    let bucket = vault.bucket("paused", Versioning::Off).await;
    vault.put(&bucket, "k", "before").await;
    vault.set(&bucket, Versioning::Enabled).await;
    let kept = vault.put(&bucket, "k", "kept").await.version;
    vault.set(&bucket, Versioning::Suspended).await;
    assert_eq!(
        vault.put(&bucket, "k", "after").await.version,
        VersionId::Null
    );
    let ids: Vec<_> = told(&vault, &bucket)
        .await
        .into_iter()
        .map(|row| row.1)
        .collect();
    assert_eq!(ids, [VersionId::Null, kept.clone()]);
    let null = vault.get_version(&bucket, "k", &VersionId::Null).await;
    assert_eq!(null.unwrap(), b"after");
    // A delete puts a null delete marker in the place of the null version.
    let deleted = vault.delete(&bucket, "k").await;
    assert_eq!(
        (deleted.version, deleted.delete_marker),
        (Some(VersionId::Null), true)
    );
    let rows = told(&vault, &bucket).await;
    assert_eq!(rows[0], ("k".to_owned(), VersionId::Null, true, true));
    assert_eq!(rows[1], ("k".to_owned(), kept.clone(), false, false));
    assert_eq!(rows.len(), 2);
    // And a write puts a null version in the place of the marker.
    vault.put(&bucket, "k", "again").await;
    assert_eq!(told(&vault, &bucket).await.len(), 2);
    assert_eq!(vault.get(&bucket, "k").await.unwrap(), b"again");
}

#[tokio::test]
async fn the_null_version_of_old_survives_in_a_versioned_bucket() {
    let vault = Vault::new();
    let bucket = vault.bucket("grown", Versioning::Off).await;
    vault.put(&bucket, "k", "old").await;
    vault.set(&bucket, Versioning::Enabled).await;
    let new = vault.put(&bucket, "k", "new").await.version;
    let null = vault.get_version(&bucket, "k", &VersionId::Null).await;
    assert_eq!(null.unwrap(), b"old");
    vault.delete_version(&bucket, "k", &VersionId::Null).await;
    let ids: Vec<_> = told(&vault, &bucket)
        .await
        .into_iter()
        .map(|row| row.1)
        .collect();
    assert_eq!(ids, [new]);
}

#[tokio::test]
async fn versioning_is_never_turned_off_again() {
    let vault = Vault::new();
    let bucket = vault.bucket("turned-on", Versioning::Enabled).await;
    let off = vault
        .store
        .put_bucket_versioning(&bucket, Versioning::Off)
        .await;
    assert!(matches!(off, Err(Error::InvalidArgument(_))));
}

#[tokio::test]
async fn a_version_that_is_not_there_is_told_as_such() {
    let vault = Vault::new();
    let bucket = vault.bucket("some", Versioning::Enabled).await;
    vault.put(&bucket, "k", "one").await;
    let other = VersionId::parse("00000000000000000000000000000000").unwrap();
    let missing = vault.get_version(&bucket, "k", &other).await;
    assert!(matches!(missing, Err(Error::NoSuchVersion { .. })));
    // Deleting it is no error.
    let deleted = vault.delete_version(&bucket, "k", &other).await;
    assert_eq!(
        (deleted.version, deleted.delete_marker),
        (Some(other), false)
    );
}

#[tokio::test]
async fn a_version_stays_readable_while_it_is_deleted() {
    let vault = Vault::new();
    let bucket = vault.bucket("busy", Versioning::Off).await;
    let bytes = crate::kit::pattern(3 * 1024 * 1024, 1);
    vault.put(&bucket, "k", bytes.clone()).await;
    let get = GetObject::whole(latest(&bucket, "k"));
    let reading = vault.store.get_object(get).await.unwrap();
    vault.delete(&bucket, "k").await;
    vault.engine.sweep().unwrap();
    assert_eq!(vault.blob_files().len(), 1, "a file in use was unlinked");
    let read: Result<Vec<u8>, BodyError> = crate::kit::drain(reading).await;
    assert!(read.unwrap() == bytes);
}

#[tokio::test]
async fn the_head_of_a_version_tells_what_it_is() {
    let vault = Vault::new();
    let bucket = vault.bucket("told", Versioning::Enabled).await;
    let one = vault.put(&bucket, "k", "one").await;
    vault.put(&bucket, "k", "two").await;
    let head = GetObject::whole(at(&bucket, "k", &one.version));
    let head = vault.store.head_object(head).await.unwrap();
    assert_eq!(head.version.id, one.version);
    assert!(!head.version.is_latest);
    assert_eq!(head.version.size_bytes, 3);
    assert_eq!(head.versioning, Versioning::Enabled);
    assert_eq!(
        head.version.etag.as_str(),
        "f97c5d29941bfb1b2fdab0874906ab82"
    );
}
