//! Versions and delete markers.

use stave_model::{BucketName, Version, VersionId, VersionKind, Versioning};
use stave_store::{Error, GetObject, ListVersions, restore_version};

use crate::kit::{Kit, delete, key, latest, named, owner, version};
use crate::over_every_store;

over_every_store!(
    every_version_is_read_by_its_id,
    a_delete_marker_hides_a_key_and_its_removal_shows_it_again,
    a_version_is_deleted_for_ever,
    a_missing_version_is_told_from_a_missing_key,
    versions_are_listed_newest_first,
    a_listing_of_versions_goes_on_where_it_ended,
    the_null_version_is_replaced,
    an_older_version_is_restored,
    a_batch_deletes_versions,
);

fn all(bucket: &BucketName) -> ListVersions {
    ListVersions {
        bucket: bucket.clone(),
        prefix: String::new(),
        delimiter: String::new(),
        after: None,
        max_keys: 1_000,
    }
}

async fn versions_of(kit: &Kit, bucket: &BucketName) -> Vec<Version> {
    let page = kit.store.list_versions(all(bucket)).await.unwrap();
    assert_eq!(page.next_after, None);
    page.versions
}

async fn every_version_is_read_by_its_id(kit: &Kit) {
    let photos = kit.versioned("photos").await;
    let first = kit.put(&photos, "a", b"one").await;
    let second = kit.put(&photos, "a", b"two").await;
    assert_ne!(first.version, second.version);
    for (id, body) in [(&first.version, b"one"), (&second.version, b"two")] {
        let read = kit.read(GetObject::whole(version(&photos, "a", id))).await;
        assert_eq!(read.unwrap(), body);
    }
    let head = kit
        .store
        .head_object(GetObject::whole(latest(&photos, "a")));
    let head = head.await.unwrap();
    assert_eq!(head.version.id, second.version);
    assert_eq!(head.versioning, Versioning::Enabled);
}

async fn a_delete_marker_hides_a_key_and_its_removal_shows_it_again(kit: &Kit) {
    let photos = kit.versioned("photos").await;
    kit.put(&photos, "a", b"one").await;
    let deleted = kit.delete(latest(&photos, "a")).await.unwrap();
    assert!(deleted.delete_marker);
    let marker = deleted.version.expect("a marker has an id");
    match kit.get(&photos, "a").await {
        Err(Error::NoSuchKey { delete_marker, .. }) => {
            assert_eq!(delete_marker, Some(marker.clone()));
        }
        other => panic!("{other:?}"),
    }
    let head = kit
        .store
        .head_object(GetObject::whole(latest(&photos, "a")));
    assert_eq!(named(head.await), "NoSuchKey");
    let read = kit
        .read(GetObject::whole(version(&photos, "a", &marker)))
        .await;
    assert_eq!(named(read), "IsDeleteMarker");
    let removed = kit.delete(version(&photos, "a", &marker)).await.unwrap();
    assert!(removed.delete_marker);
    assert_eq!(removed.version, Some(marker));
    assert_eq!(kit.get(&photos, "a").await.unwrap(), b"one");
}

async fn a_version_is_deleted_for_ever(kit: &Kit) {
    let photos = kit.versioned("photos").await;
    let first = kit.put(&photos, "a", b"one").await;
    let second = kit.put(&photos, "a", b"two").await;
    let deleted = kit
        .delete(version(&photos, "a", &second.version))
        .await
        .unwrap();
    assert!(!deleted.delete_marker);
    assert_eq!(kit.get(&photos, "a").await.unwrap(), b"one");
    let gone = kit.read(GetObject::whole(version(&photos, "a", &second.version)));
    assert_eq!(named(gone.await), "NoSuchVersion");
    kit.delete(version(&photos, "a", &first.version))
        .await
        .unwrap();
    assert!(versions_of(kit, &photos).await.is_empty());
}

async fn a_missing_version_is_told_from_a_missing_key(kit: &Kit) {
    let photos = kit.versioned("photos").await;
    kit.put(&photos, "a", b"one").await;
    let other = VersionId::parse("0123456789abcdef0123456789abcdef").unwrap();
    let get = GetObject::whole(version(&photos, "a", &other));
    assert_eq!(
        named(kit.store.get_object(get.clone()).await),
        "NoSuchVersion"
    );
    assert_eq!(named(kit.store.head_object(get).await), "NoSuchVersion");
}

async fn versions_are_listed_newest_first(kit: &Kit) {
    let photos = kit.versioned("photos").await;
    let one = kit.put(&photos, "a", b"1").await.version;
    let two = kit.put(&photos, "a", b"22").await.version;
    let marker = kit
        .delete(latest(&photos, "a"))
        .await
        .unwrap()
        .version
        .unwrap();
    let other = kit.put(&photos, "b", b"333").await.version;
    let listed: Vec<_> = versions_of(kit, &photos)
        .await
        .into_iter()
        .map(|v| (v.key, v.id, v.kind, v.is_latest, v.size_bytes))
        .collect();
    let (object, mark) = (VersionKind::Object, VersionKind::DeleteMarker);
    assert_eq!(
        listed,
        [
            (key("a"), marker, mark, true, 0),
            (key("a"), two, object, false, 2),
            (key("a"), one, object, false, 1),
            (key("b"), other, object, true, 3),
        ]
    );
}

async fn a_listing_of_versions_goes_on_where_it_ended(kit: &Kit) {
    let photos = kit.versioned("photos").await;
    for (name, body) in [
        ("a", b"1"),
        ("a", b"2"),
        ("b", b"3"),
        ("dir/c", b"4"),
        ("e", b"5"),
    ] {
        kit.put(&photos, name, body).await;
    }
    let mut list = ListVersions {
        delimiter: "/".to_owned(),
        max_keys: 2,
        ..all(&photos)
    };
    let mut seen = Vec::new();
    loop {
        let page = kit.store.list_versions(list.clone()).await.unwrap();
        assert!(page.versions.len() + page.common_prefixes.len() <= 2);
        seen.extend(page.versions.into_iter().map(|v| v.key.as_str().to_owned()));
        seen.extend(page.common_prefixes);
        match page.next_after {
            Some(next) => list.after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, ["a", "a", "b", "dir/", "e"]);
}

async fn the_null_version_is_replaced(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let stored = kit.put(&photos, "a", b"one").await;
    assert_eq!(stored.version, VersionId::Null);
    let set = |state| kit.store.put_bucket_versioning(&photos, state);
    set(Versioning::Enabled).await.unwrap();
    let kept = kit.put(&photos, "a", b"two").await.version;
    set(Versioning::Suspended).await.unwrap();
    let stored = kit.put(&photos, "a", b"three").await;
    assert_eq!(stored.version, VersionId::Null);
    let ids: Vec<VersionId> = versions_of(kit, &photos)
        .await
        .into_iter()
        .map(|v| v.id)
        .collect();
    assert_eq!(ids, [VersionId::Null, kept]);
    let null = version(&photos, "a", &VersionId::Null);
    assert_eq!(kit.read(GetObject::whole(null)).await.unwrap(), b"three");
}

async fn an_older_version_is_restored(kit: &Kit) {
    let photos = kit.versioned("photos").await;
    let first = kit.put(&photos, "a", b"one").await.version;
    kit.put(&photos, "a", b"two").await;
    let old = version(&photos, "a", &first);
    let copied = restore_version(kit.store.as_ref(), old, owner())
        .await
        .unwrap();
    assert_eq!(copied.source_version, first);
    assert_ne!(copied.stored.version, first);
    assert_eq!(copied.stored.size_bytes, 3);
    assert_eq!(kit.get(&photos, "a").await.unwrap(), b"one");
    assert_eq!(versions_of(kit, &photos).await.len(), 3);
}

async fn a_batch_deletes_versions(kit: &Kit) {
    let photos = kit.versioned("photos").await;
    kit.put(&photos, "a", b"1").await;
    kit.put(&photos, "a", b"2").await;
    kit.delete(latest(&photos, "a")).await.unwrap();
    let deletes = versions_of(kit, &photos)
        .await
        .iter()
        .map(|v| delete(version(&photos, "a", &v.id)))
        .collect();
    let outcomes = kit.store.delete_objects(&photos, deletes).await.unwrap();
    let markers: Vec<bool> = outcomes
        .into_iter()
        .map(|(_, outcome)| outcome.unwrap().delete_marker)
        .collect();
    assert_eq!(markers, [true, false, false]);
    let marked = kit
        .store
        .delete_objects(&photos, vec![delete(latest(&photos, "b"))]);
    let (_, marked) = marked.await.unwrap().remove(0);
    let marked = marked.unwrap();
    assert!(marked.delete_marker && marked.version.is_some());
}
