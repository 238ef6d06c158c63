//! Copies.

use stave_model::{Conditions, ETagCondition, ObjectHeaders, UserMetadata};
use stave_store::{CopyObject, Error, GetObject, ObjectRef, PutObject, copy_within, rename_object};

use crate::kit::{Kit, bucket, key, latest, named, owner, version, write};
use crate::over_every_store;

over_every_store!(
    a_copy_has_the_bytes_and_headers_of_its_source,
    a_copy_may_have_headers_of_its_own,
    an_older_version_is_copied,
    a_copy_onto_itself_is_refused,
    a_missing_source_or_target_is_named,
    conditions_on_the_source_hold,
    a_key_is_renamed,
);

pub fn plain(source: ObjectRef, target: &ObjectRef) -> CopyObject {
    CopyObject {
        source,
        source_conditions: Conditions::default(),
        bucket: target.bucket.clone(),
        key: target.key.clone(),
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

fn text_headers() -> ObjectHeaders {
    ObjectHeaders {
        content_type: Some("text/plain".to_owned()),
        ..ObjectHeaders::default()
    }
}

async fn a_copy_has_the_bytes_and_headers_of_its_source(kit: &Kit) {
    let (photos, other) = (kit.bucket("photos").await, kit.bucket("other").await);
    let metadata = UserMetadata::from([("color".to_owned(), "red".to_owned())]);
    let put = PutObject {
        headers: text_headers(),
        user_metadata: metadata.clone(),
        ..write(&photos, "dir/a b+c%.txt", b"hello")
    };
    kit.store.put_object(put).await.unwrap();
    let source = latest(&photos, "dir/a b+c%.txt");
    let copied = copy_within(
        kit.store.as_ref(),
        source,
        other.clone(),
        key("\u{fc} copy"),
        owner(),
    );
    let copied = copied.await.unwrap();
    assert_eq!(copied.stored.size_bytes, 5);
    assert_eq!(
        copied.stored.etag.as_str(),
        "5d41402abc4b2a76b9719d911017c592"
    );
    assert_eq!(kit.get(&other, "\u{fc} copy").await.unwrap(), b"hello");
    let head = kit
        .store
        .head_object(GetObject::whole(latest(&other, "\u{fc} copy")));
    let head = head.await.unwrap().version;
    assert_eq!(head.headers.content_type.as_deref(), Some("text/plain"));
    assert_eq!(head.user_metadata, metadata);
}

async fn a_copy_may_have_headers_of_its_own(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    kit.put(&photos, "a", b"hello").await;
    let here = latest(&photos, "a");
    let copy = CopyObject {
        replace: Some((text_headers(), UserMetadata::new())),
        ..plain(here.clone(), &here)
    };
    kit.store.copy_object(copy).await.unwrap();
    let head = kit.store.head_object(GetObject::whole(here)).await.unwrap();
    assert_eq!(
        head.version.headers.content_type.as_deref(),
        Some("text/plain")
    );
}

async fn an_older_version_is_copied(kit: &Kit) {
    let photos = kit.versioned("photos").await;
    let first = kit.put(&photos, "a", b"one").await.version;
    kit.put(&photos, "a", b"two").await;
    let source = version(&photos, "a", &first);
    let copied = kit.store.copy_object(plain(source, &latest(&photos, "b")));
    assert_eq!(copied.await.unwrap().source_version, first);
    assert_eq!(kit.get(&photos, "b").await.unwrap(), b"one");
}

async fn a_copy_onto_itself_is_refused(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    kit.put(&photos, "a", b"hello").await;
    let here = latest(&photos, "a");
    let outcome = kit.store.copy_object(plain(here.clone(), &here)).await;
    assert_eq!(named(outcome), "CopyOntoItself");
}

async fn a_missing_source_or_target_is_named(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    kit.put(&photos, "a", b"hello").await;
    let (here, nowhere) = (latest(&photos, "a"), bucket("nowhere"));
    let missing = kit
        .store
        .copy_object(plain(latest(&photos, "missing"), &here))
        .await;
    assert_eq!(named(missing), "NoSuchKey");
    for (source, target) in [
        (latest(&nowhere, "a"), here.clone()),
        (here.clone(), latest(&nowhere, "a")),
    ] {
        let outcome = kit.store.copy_object(plain(source, &target)).await;
        assert!(
            matches!(&outcome, Err(Error::NoSuchBucket(name)) if *name == nowhere),
            "{outcome:?}"
        );
    }
}

async fn conditions_on_the_source_hold(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let etag = kit.put(&photos, "a", b"hello").await.etag;
    let (source, target) = (latest(&photos, "a"), latest(&photos, "b"));
    let only_if = |condition| CopyObject {
        source_conditions: Conditions {
            if_match: Some(condition),
            ..Conditions::default()
        },
        ..plain(source.clone(), &target)
    };
    let refused = kit
        .store
        .copy_object(only_if(ETagCondition::parse("\"other\"")))
        .await;
    assert_eq!(named(refused), "PreconditionFailed");
    let passed = kit
        .store
        .copy_object(only_if(ETagCondition::OneOf(vec![etag])))
        .await;
    assert_eq!(named(passed), "no error");
}

async fn a_key_is_renamed(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    kit.put(&photos, "old", b"hello").await;
    let store = kit.store.as_ref();
    let renamed = rename_object(
        store,
        latest(&photos, "old"),
        photos.clone(),
        key("new"),
        owner(),
    );
    renamed.await.unwrap();
    assert_eq!(named(kit.get(&photos, "old").await), "NoSuchKey");
    assert_eq!(kit.get(&photos, "new").await.unwrap(), b"hello");
}
