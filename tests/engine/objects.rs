//! Objects: write, read, list, delete.

use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use stave_model::{
    ByteRange, Conditions, ETag, ETagCondition, ObjectHeaders, PartNumber, ResolvedRange,
    Timestamp, Versioning,
};
use stave_store::{
    Body, BodyError, DeleteObject, Error, GetObject, ListObjects, ObjectPage, PutObject, Store,
};
use tokio::sync::Barrier;

use crate::kit::{Vault, at, delete_request, key, latest, pattern, put_of};

#[tokio::test]
async fn bodies_of_every_size_come_back_as_they_went() {
    let mut vault = Vault::new();
    let bucket = vault.bucket("sizes", Versioning::Off).await;
    // Around the row's limit, the chunk of a sealed file, and the digests' own thread.
    let sizes = [
        0, 1, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 131_072, 1_048_577, 3_000_000,
    ];
    for size in sizes {
        let stored = vault
            .put(&bucket, &size.to_string(), pattern(size, 3))
            .await;
        assert_eq!(stored.size_bytes, size as u64);
    }
    vault.reopen();
    for size in sizes {
        let read = vault.get(&bucket, &size.to_string()).await.unwrap();
        assert!(read == pattern(size, 3), "{size} bytes differ");
    }
    assert_eq!(vault.blob_files().len(), 7);
}

#[tokio::test]
async fn headers_and_metadata_come_back_as_they_went() {
    let mut vault = Vault::new();
    let bucket = vault.bucket("labelled", Versioning::Off).await;
    let put = PutObject {
        headers: ObjectHeaders {
            content_type: Some("text/plain; charset=utf-8".to_owned()),
            content_disposition: Some("attachment; filename=\"ä.txt\"".to_owned()),
            ..ObjectHeaders::default()
        },
        user_metadata: [("colour".to_owned(), "grün".to_owned())].into(),
        ..put_of(&bucket, "k", "bytes")
    };
    let (headers, metadata) = (put.headers.clone(), put.user_metadata.clone());
    vault.store.put_object(put).await.unwrap();
    vault.reopen();
    let head = GetObject::whole(latest(&bucket, "k"));
    let version = vault.store.head_object(head).await.unwrap().version;
    assert_eq!(version.headers, headers);
    assert_eq!(version.user_metadata, metadata);
}

#[tokio::test]
async fn a_range_is_a_slice_of_the_body() {
    let vault = Vault::new();
    let bucket = vault.bucket("sliced", Versioning::Off).await;
    let body = pattern(300_000, 5);
    vault.put(&bucket, "file", body.clone()).await;
    vault.put(&bucket, "row", &body[..1_000]).await;
    let cases = [
        ("file", "bytes=0-0", 0..1),
        ("file", "bytes=65535-65536", 65_535..65_537),
        ("file", "bytes=1000-200000", 1_000..200_001),
        ("file", "bytes=299999-", 299_999..300_000),
        ("file", "bytes=-7", 299_993..300_000),
        ("file", "bytes=0-99999999", 0..300_000),
        ("row", "bytes=10-19", 10..20),
        ("row", "bytes=-5000", 0..1_000),
    ];
    for (key, range, expected) in cases {
        let read = vault.get_range(&bucket, key, range).await;
        assert!(read == body[expected], "{range} of {key}");
    }
}

#[tokio::test]
async fn a_range_is_told_and_refused_where_it_lies_outside() {
    let vault = Vault::new();
    let bucket = vault.bucket("sliced", Versioning::Off).await;
    vault.put(&bucket, "k", "0123456789").await;
    vault.put(&bucket, "empty", "").await;
    let ranged = |key, range| GetObject {
        range: ByteRange::parse(range),
        ..GetObject::whole(latest(&bucket, key))
    };
    let head = vault
        .store
        .head_object(ranged("k", "bytes=2-5"))
        .await
        .unwrap();
    let expected = ResolvedRange {
        offset: 2,
        length: 4,
    };
    assert_eq!(head.range, Some(expected));
    for (key, range) in [
        ("k", "bytes=10-"),
        ("empty", "bytes=0-0"),
        ("empty", "bytes=-1"),
    ] {
        let refused = vault.store.get_object(ranged(key, range)).await;
        assert!(
            matches!(refused, Err(Error::InvalidRange(_))),
            "{range} of {key}"
        );
    }
    let both = GetObject {
        part: PartNumber::new(1).ok(),
        ..ranged("k", "bytes=2-5")
    };
    let refused = vault.store.get_object(both).await;
    assert!(matches!(refused, Err(Error::InvalidRequest(_))));
}

#[tokio::test]
async fn an_object_put_whole_is_its_own_first_part() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    vault.put(&bucket, "k", "0123").await;
    let part = |number| GetObject {
        part: PartNumber::new(number).ok(),
        ..GetObject::whole(latest(&bucket, "k"))
    };
    let got = vault.store.get_object(part(1)).await.unwrap();
    let expected = ResolvedRange {
        offset: 0,
        length: 4,
    };
    assert_eq!(got.range, Some(expected));
    let refused = vault.store.get_object(part(2)).await;
    assert!(matches!(refused, Err(Error::InvalidPart(_))));
}

#[tokio::test]
async fn a_read_obeys_its_conditions() {
    let vault = Vault::new();
    let bucket = vault.bucket("read", Versioning::Off).await;
    let stored = vault.put(&bucket, "k", "bytes").await;
    let get = |conditions| GetObject {
        conditions,
        ..GetObject::whole(latest(&bucket, "k"))
    };
    let none_match = Conditions {
        if_none_match: Some(ETagCondition::OneOf(vec![stored.etag.clone()])),
        ..Conditions::default()
    };
    let read = vault.read(get(none_match)).await;
    assert!(matches!(read, Err(Error::NotModified)));
    let matching = Conditions {
        if_match: Some(ETagCondition::OneOf(vec![ETag::parse("other")])),
        ..Conditions::default()
    };
    let read = vault.read(get(matching)).await;
    assert!(matches!(read, Err(Error::PreconditionFailed)));
    let since = Conditions {
        if_unmodified_since: Some(Timestamp::from_millis(0)),
        ..Conditions::default()
    };
    let read = vault.read(get(since)).await;
    assert!(matches!(read, Err(Error::PreconditionFailed)));
}

#[tokio::test]
async fn a_write_obeys_its_conditions() {
    let vault = Vault::new();
    let bucket = vault.bucket("written", Versioning::Enabled).await;
    let put = |key: &str, conditions: &Conditions| PutObject {
        conditions: conditions.clone(),
        ..put_of(&bucket, key, "bytes")
    };
    let absent = Conditions {
        if_none_match: Some(ETagCondition::Any),
        ..Conditions::default()
    };
    let present = Conditions {
        if_match: Some(ETagCondition::Any),
        ..Conditions::default()
    };
    let missing = vault.store.put_object(put("k", &present)).await;
    assert!(matches!(missing, Err(Error::NoSuchKey { .. })));
    vault.store.put_object(put("k", &absent)).await.unwrap();
    let taken = vault.store.put_object(put("k", &absent)).await;
    assert!(matches!(taken, Err(Error::PreconditionFailed)));
    vault.store.put_object(put("k", &present)).await.unwrap();
    // A delete marker is the absence of an object.
    vault.delete(&bucket, "k").await;
    vault.store.put_object(put("k", &absent)).await.unwrap();
}

#[tokio::test]
async fn of_many_writes_that_want_to_be_the_first_one_is() {
    let vault = Vault::new();
    let bucket = vault.bucket("raced", Versioning::Off).await;
    let absent = Conditions {
        if_none_match: Some(ETagCondition::Any),
        ..Conditions::default()
    };
    // None ends before each has begun, and so has seen that the key is free. Some go to rows, some
    // to files.
    let all_begun = Arc::new(Barrier::new(24));
    let writes = (0..24).map(|number| {
        let mut put = put_of(&bucket, "k", "");
        put.conditions = absent.clone();
        put.body = held_back(number * 500, Arc::clone(&all_begun));
        vault.store.put_object(put)
    });
    let outcomes = futures::future::join_all(writes).await;
    let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(won, 1);
    let lost = outcomes
        .iter()
        .filter(|o| matches!(o, Err(Error::PreconditionFailed)));
    assert_eq!(lost.count(), 23);
    vault.engine.sweep().unwrap();
    assert!(
        vault.blob_files().len() <= 1,
        "a refused write left its file"
    );
}

/// A body of more chunks than wait in a channel, the last of which comes when all have begun.
fn held_back(chunk_bytes: usize, all_begun: Arc<Barrier>) -> Body {
    let chunk = Bytes::from(pattern(chunk_bytes, 1));
    let begun = stream::iter(vec![chunk; 8]).map(Ok::<_, BodyError>);
    let last = stream::once(async move {
        all_begun.wait().await;
        Ok(Bytes::new())
    });
    Body::from_stream(Box::pin(begun.chain(last)), None)
}

#[tokio::test]
async fn a_delete_obeys_its_conditions() {
    let vault = Vault::new();
    let bucket = vault.bucket("deleted", Versioning::Off).await;
    let stored = vault.put(&bucket, "k", "bytes").await;
    let conditional = |object, tag: &str| DeleteObject {
        conditions: Conditions {
            if_match: Some(ETagCondition::parse(tag)),
            ..Conditions::default()
        },
        ..delete_request(object)
    };
    let object = latest(&bucket, "k");
    let refused = vault
        .store
        .delete_object(conditional(object.clone(), "other"))
        .await;
    assert!(matches!(refused, Err(Error::PreconditionFailed)));
    let missing = latest(&bucket, "missing");
    let refused = vault.store.delete_object(conditional(missing, "*")).await;
    assert!(matches!(refused, Err(Error::NoSuchKey { .. })));
    let version = at(&bucket, "k", &stored.version);
    let refused = vault.store.delete_object(conditional(version, "*")).await;
    assert!(matches!(refused, Err(Error::NotOffered { .. })));
    let matching = conditional(object, stored.etag.as_str());
    vault.store.delete_object(matching).await.unwrap();
    assert!(vault.get(&bucket, "k").await.is_err());
}

#[tokio::test]
async fn of_a_batch_of_deletes_each_has_its_own_outcome() {
    let vault = Vault::new();
    let bucket = vault.bucket("batch", Versioning::Off).await;
    for name in ["a", "b", "c"] {
        vault.put(&bucket, name, name).await;
    }
    let mut deletes: Vec<_> = ["a", "b", "missing"]
        .map(|name| delete_request(latest(&bucket, name)))
        .into();
    deletes[1].conditions.if_match = Some(ETagCondition::parse("other"));
    let each = vault.store.delete_objects(&bucket, deletes).await.unwrap();
    assert!(each[0].1.is_ok());
    assert!(matches!(each[1].1, Err(Error::PreconditionFailed)));
    assert!(each[2].1.is_ok());
    let left = list(&vault, &bucket, "", "", None, 10).await;
    assert_eq!(names(&left), ["b", "c"]);
}

#[tokio::test]
async fn a_missing_key_and_a_missing_bucket_are_told_apart() {
    let vault = Vault::new();
    let bucket = vault.bucket("there", Versioning::Off).await;
    let missing = vault.get(&bucket, "k").await;
    assert!(matches!(
        missing,
        Err(Error::NoSuchKey {
            delete_marker: None,
            ..
        })
    ));
    let elsewhere = stave_model::BucketName::parse("elsewhere").unwrap();
    let missing = vault.get(&elsewhere, "k").await;
    assert!(matches!(missing, Err(Error::NoSuchBucket(_))));
    let put = vault
        .store
        .put_object(put_of(&elsewhere, "k", "bytes"))
        .await;
    assert!(matches!(put, Err(Error::NoSuchBucket(_))));
}

#[tokio::test]
async fn keys_are_opaque() {
    let vault = Vault::new();
    let bucket = vault.bucket("odd", Versioning::Off).await;
    let keys = [
        "a//b",
        "./x",
        "..",
        "dir/",
        "foo",
        "foo/bar",
        "\u{1F600}",
        "\n",
        " ",
        "a/../b",
    ];
    for key in keys {
        vault.put(&bucket, key, key).await;
    }
    for key in keys {
        assert_eq!(vault.get(&bucket, key).await.unwrap(), key.as_bytes());
    }
    let mut sorted = keys;
    sorted.sort_unstable();
    let listed = list(&vault, &bucket, "", "", None, 1_000).await;
    assert_eq!(names(&listed), sorted);
}

#[tokio::test]
async fn a_listing_folds_and_turns_pages() {
    let vault = Vault::new();
    let bucket = vault.bucket("listed", Versioning::Enabled).await;
    for key in ["a", "b/1", "b/2", "c/1", "d", "e/x/1", "e/y"] {
        vault.put(&bucket, key, "old").await;
        vault.put(&bucket, key, "new").await;
    }
    vault.delete(&bucket, "d").await;
    let page = list(&vault, &bucket, "", "/", None, 3).await;
    assert_page(&page, &["a"], &["b/", "c/"]);
    let page = list(&vault, &bucket, "", "/", page.next_after, 3).await;
    assert_page(&page, &[], &["e/"]);
    assert_eq!(page.next_after, None);
    let page = list(&vault, &bucket, "e/", "/", None, 10).await;
    assert_page(&page, &["e/y"], &["e/x/"]);
    let page = list(&vault, &bucket, "", "", None, 0).await;
    assert_page(&page, &[], &[]);
    assert_eq!(page.next_after, None);
}

async fn list(
    vault: &Vault,
    bucket: &stave_model::BucketName,
    prefix: &str,
    delimiter: &str,
    after: Option<String>,
    max_keys: u16,
) -> ObjectPage {
    let list = ListObjects {
        bucket: bucket.clone(),
        prefix: prefix.to_owned(),
        delimiter: delimiter.to_owned(),
        after,
        max_keys,
    };
    vault.store.list_objects(list).await.unwrap()
}

fn names(page: &ObjectPage) -> Vec<&str> {
    page.objects
        .iter()
        .map(|version| version.key.as_str())
        .collect()
}

fn assert_page(page: &ObjectPage, keys: &[&str], common_prefixes: &[&str]) {
    assert_eq!(names(page), keys);
    assert_eq!(page.common_prefixes, common_prefixes);
}

#[tokio::test]
async fn a_closed_vault_is_locked() {
    let vault = Vault::new();
    let bucket = vault.bucket("closed", Versioning::Off).await;
    vault.engine.close();
    assert!(matches!(vault.get(&bucket, "k").await, Err(Error::Locked)));
    let put = PutObject::new(bucket, key("k"), crate::kit::owner(), Body::empty());
    assert!(matches!(
        vault.store.put_object(put).await,
        Err(Error::Locked)
    ));
}
