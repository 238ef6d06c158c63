//! Conditional reads, writes and deletes.

use stave_model::{BucketName, Conditions, ETag, ETagCondition, Timestamp};
use stave_store::{DeleteObject, GetObject, PutObject};

use crate::kit::{Kit, delete, latest, named, write};
use crate::over_every_store;

over_every_store!(
    a_write_may_ask_that_nothing_is_there,
    a_write_may_ask_what_is_there,
    a_read_may_ask_for_a_change,
    a_delete_may_ask_what_is_there,
);

fn if_match(etag: &str) -> Conditions {
    Conditions {
        if_match: Some(ETagCondition::parse(etag)),
        ..Conditions::default()
    }
}

fn if_none_match(etag: &str) -> Conditions {
    Conditions {
        if_none_match: Some(ETagCondition::parse(etag)),
        ..Conditions::default()
    }
}

async fn put_if(kit: &Kit, bucket: &BucketName, key: &str, conditions: Conditions) -> String {
    let put = PutObject {
        conditions,
        ..write(bucket, key, b"new")
    };
    named(kit.store.put_object(put).await)
}

async fn a_write_may_ask_that_nothing_is_there(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    assert_eq!(
        put_if(kit, &photos, "a", if_none_match("*")).await,
        "no error"
    );
    let second = put_if(kit, &photos, "a", if_none_match("*")).await;
    assert_eq!(second, "PreconditionFailed");
}

async fn a_write_may_ask_what_is_there(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let etag = kit.put(&photos, "a", b"old").await.etag;
    let check = async |key: &str, tag: &str, expected: &str| {
        let outcome = put_if(kit, &photos, key, if_match(tag)).await;
        assert_eq!(outcome, expected, "{key} if {tag}");
    };
    check("a", "\"other\"", "PreconditionFailed").await;
    check("missing", "\"other\"", "NoSuchKey").await;
    check("a", &etag.quoted(), "no error").await;
}

async fn a_read_may_ask_for_a_change(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let etag = kit.put(&photos, "a", b"old").await.etag;
    let long_ago = Some(Timestamp::from_millis(1_000_000_000_000));
    let check = async |conditions: Conditions, expected: &str| {
        let get = GetObject {
            conditions: conditions.clone(),
            ..GetObject::whole(latest(&photos, "a"))
        };
        let head = named(kit.store.head_object(get.clone()).await);
        let got = named(kit.store.get_object(get).await);
        assert_eq!(
            [head.as_str(), got.as_str()],
            [expected; 2],
            "{conditions:?}"
        );
    };
    check(if_match(&etag.quoted()), "no error").await;
    check(if_match("\"other\""), "PreconditionFailed").await;
    check(if_none_match(&etag.quoted()), "NotModified").await;
    check(if_none_match("\"other\""), "no error").await;
    let unmodified = Conditions {
        if_unmodified_since: long_ago,
        ..Conditions::default()
    };
    check(unmodified, "PreconditionFailed").await;
    let modified = Conditions {
        if_modified_since: long_ago,
        ..Conditions::default()
    };
    check(modified, "no error").await;
}

async fn a_delete_may_ask_what_is_there(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let etag = kit.put(&photos, "a", b"old").await.etag;
    let only_if = |etag: &ETag| DeleteObject {
        conditions: if_match(&etag.quoted()),
        ..delete(latest(&photos, "a"))
    };
    let refused = kit
        .store
        .delete_object(only_if(&ETag::parse("other")))
        .await;
    assert_eq!(named(refused), "PreconditionFailed");
    let batch = vec![only_if(&ETag::parse("other"))];
    let (_, each) = kit
        .store
        .delete_objects(&photos, batch)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(named(each), "PreconditionFailed");
    kit.store.delete_object(only_if(&etag)).await.unwrap();
    assert_eq!(named(kit.get(&photos, "a").await), "NoSuchKey");
}
