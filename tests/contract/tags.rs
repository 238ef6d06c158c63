//! Tags of objects.

use stave_model::{BucketName, Conditions, Tags, VersionId};
use stave_store::{CopyObject, CreateUpload, GetObject, ObjectRef, PutObject};

use crate::kit::{Kit, key, latest, named, owner, version, write};
use crate::uploads::{complete, create, resume, send};

crate::over_every_store!(
    tags_come_with_an_object,
    tags_are_set_and_removed_without_a_new_version,
    what_is_not_there_has_no_tags,
    a_copy_keeps_the_tags_or_has_its_own,
    an_upload_gives_its_tags_to_the_object,
);

/// Tags with letters, spaces and signs that a query must encode.
fn odd() -> Tags {
    tags(&[("a b", "1 + 1 = 2"), ("team/x", "Stra\u{df}e:@"), ("z", "")])
}

fn tags(pairs: &[(&str, &str)]) -> Tags {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    Tags::of_object(pairs.iter().map(owned)).unwrap()
}

async fn tags_of(kit: &Kit, object: ObjectRef) -> Tags {
    kit.store.object_tags(object).await.unwrap().1
}

fn tagged(bucket: &BucketName, text: &str, tags: Tags) -> PutObject {
    PutObject {
        tags,
        ..write(bucket, text, b"bytes")
    }
}

async fn tags_come_with_an_object(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let put = tagged(&photos, "k", odd());
    kit.store.put_object(put).await.unwrap();
    let told = kit.store.object_tags(latest(&photos, "k")).await.unwrap();
    assert_eq!(told, (VersionId::Null, odd()));
    let read = GetObject::whole(latest(&photos, "k"));
    let head = kit.store.head_object(read.clone()).await.unwrap();
    assert_eq!(head.version.tags, odd());
    let got = kit.store.get_object(read).await.unwrap();
    assert_eq!(got.version.tags, odd());
    kit.put(&photos, "plain", b"bytes").await;
    assert_eq!(
        tags_of(kit, latest(&photos, "plain")).await,
        Tags::default()
    );
    kit.put(&photos, "k", b"again").await;
    assert_eq!(tags_of(kit, latest(&photos, "k")).await, Tags::default());
}

async fn tags_are_set_and_removed_without_a_new_version(kit: &Kit) {
    let photos = kit.versioned("photos").await;
    let first = kit.put(&photos, "k", b"first").await.version;
    let second = kit.put(&photos, "k", b"second").await.version;
    let head = GetObject::whole(latest(&photos, "k"));
    let before = kit.store.head_object(head.clone()).await.unwrap().version;
    let set = kit.store.put_object_tags(latest(&photos, "k"), odd());
    assert_eq!(set.await.unwrap(), second);
    let of_first = version(&photos, "k", &first);
    let one = tags(&[("one", "1")]);
    let set = kit.store.put_object_tags(of_first.clone(), one.clone());
    assert_eq!(set.await.unwrap(), first);
    let told = kit.store.object_tags(latest(&photos, "k")).await.unwrap();
    assert_eq!(told, (second.clone(), odd()));
    let told = kit.store.object_tags(of_first.clone()).await.unwrap();
    assert_eq!(told, (first.clone(), one));
    let after = kit.store.head_object(head).await.unwrap().version;
    assert_eq!((after.id, after.modified), (before.id, before.modified));
    let removed = kit.store.put_object_tags(of_first.clone(), Tags::default());
    assert_eq!(removed.await.unwrap(), first);
    assert_eq!(tags_of(kit, of_first).await, Tags::default());
    assert_eq!(tags_of(kit, latest(&photos, "k")).await, odd());
}

async fn what_is_not_there_has_no_tags(kit: &Kit) {
    let photos = kit.versioned("photos").await;
    let both = async |object: ObjectRef| {
        let read = named(kit.store.object_tags(object.clone()).await);
        let set = named(kit.store.put_object_tags(object.clone(), odd()).await);
        assert_eq!(read, set, "{object:?}");
        read
    };
    assert_eq!(both(latest(&photos, "k")).await, "NoSuchKey");
    let elsewhere = crate::kit::bucket("elsewhere");
    assert_eq!(both(latest(&elsewhere, "k")).await, "NoSuchBucket");
    kit.put(&photos, "k", b"bytes").await;
    let deleted = kit.delete(latest(&photos, "k")).await.unwrap();
    assert_eq!(both(latest(&photos, "k")).await, "NoSuchKey");
    let marker = version(&photos, "k", &deleted.version.unwrap());
    assert_eq!(both(marker).await, "IsDeleteMarker");
    let unknown = VersionId::Id("0".repeat(32));
    let unknown = version(&photos, "k", &unknown);
    assert_eq!(both(unknown).await, "NoSuchVersion");
}

async fn a_copy_keeps_the_tags_or_has_its_own(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let put = tagged(&photos, "k", odd());
    kit.store.put_object(put).await.unwrap();
    let red = tags(&[("team", "red")]);
    for (to, tags, expected) in [
        ("kept", None, odd()),
        ("other", Some(red.clone()), red),
        ("none", Some(Tags::default()), Tags::default()),
    ] {
        let copy = CopyObject {
            source: latest(&photos, "k"),
            source_conditions: Conditions::default(),
            bucket: photos.clone(),
            key: key(to),
            owner: owner(),
            replace: None,
            tags,
            acl: None,
            conditions: Conditions::default(),
            checksum: None,
            encryption: stave_store::SseRequest::BucketDefault,
            source_customer_key: None,
        };
        kit.store.copy_object(copy).await.unwrap();
        assert_eq!(tags_of(kit, latest(&photos, to)).await, expected, "{to}");
    }
}

async fn an_upload_gives_its_tags_to_the_object(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let create = CreateUpload {
        tags: odd(),
        ..create(&photos, "k")
    };
    let upload = kit.store.create_upload(create).await.unwrap().upload;
    let upload = resume(&photos, "k", upload);
    let part = send(kit, &upload, 1, b'a', 10).await;
    let done = kit.store.complete_upload(complete(&upload, &[&part]));
    done.await.unwrap();
    assert_eq!(tags_of(kit, latest(&photos, "k")).await, odd());
}
