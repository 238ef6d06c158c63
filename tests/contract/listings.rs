//! Listings of objects.

use stave_model::BucketName;
use stave_store::{ListObjects, ObjectPage};

use crate::kit::{Kit, bucket, named};
use crate::over_every_store;

over_every_store!(
    keys_are_listed_in_the_order_of_their_bytes,
    a_prefix_and_a_delimiter_make_folders,
    a_listing_goes_on_where_it_ended,
    a_listing_begins_after_a_key,
    a_page_of_nothing_is_empty,
    a_listing_of_a_missing_bucket_is_refused,
    names_that_xml_cannot_carry_are_listed,
);

fn list(bucket: &BucketName, prefix: &str, delimiter: &str) -> ListObjects {
    ListObjects {
        bucket: bucket.clone(),
        prefix: prefix.to_owned(),
        delimiter: delimiter.to_owned(),
        after: None,
        max_keys: 1_000,
    }
}

fn keys(page: &ObjectPage) -> Vec<&str> {
    page.objects.iter().map(|o| o.key.as_str()).collect()
}

async fn filled(kit: &Kit, names: &[&str]) -> BucketName {
    let bucket = kit.bucket("photos").await;
    for name in names {
        kit.put(&bucket, name, b"body").await;
    }
    bucket
}

async fn keys_are_listed_in_the_order_of_their_bytes(kit: &Kit) {
    let photos = filled(
        kit,
        &["b", "a/b", "\u{fc}", "a", "B", "a b", "a+b", "\u{1f980}"],
    )
    .await;
    let page = kit.store.list_objects(list(&photos, "", "")).await.unwrap();
    assert_eq!(
        keys(&page),
        ["B", "a", "a b", "a+b", "a/b", "b", "\u{fc}", "\u{1f980}"]
    );
    assert_eq!(page.next_after, None);
    let first = &page.objects[0];
    assert_eq!(first.size_bytes, 4);
    assert_eq!(first.etag.as_str(), "841a2d689ad86bd1611447453c22c6fc");
    assert!(first.is_latest && first.modified.as_millis() > 0);
}

async fn a_prefix_and_a_delimiter_make_folders(kit: &Kit) {
    let photos = filled(kit, &["a/1", "a/2", "a/b/3", "a/b/4", "a/c/5", "d"]).await;
    let root = kit
        .store
        .list_objects(list(&photos, "", "/"))
        .await
        .unwrap();
    assert_eq!(keys(&root), ["d"]);
    assert_eq!(root.common_prefixes, ["a/"]);
    let inside = kit
        .store
        .list_objects(list(&photos, "a/", "/"))
        .await
        .unwrap();
    assert_eq!(keys(&inside), ["a/1", "a/2"]);
    assert_eq!(inside.common_prefixes, ["a/b/", "a/c/"]);
    let partly = kit
        .store
        .list_objects(list(&photos, "a/b", ""))
        .await
        .unwrap();
    assert_eq!(keys(&partly), ["a/b/3", "a/b/4"]);
}

async fn a_listing_goes_on_where_it_ended(kit: &Kit) {
    let names = ["a", "b/1", "b/2", "b/3", "c", "d/1", "e +%", "f"];
    let photos = filled(kit, &names).await;
    for (delimiter, expected) in [
        ("", names.to_vec()),
        ("/", vec!["a", "b/", "c", "d/", "e +%", "f"]),
    ] {
        for max_keys in [1, 2, 3] {
            let mut seen = Vec::new();
            let mut next = ListObjects {
                max_keys,
                ..list(&photos, "", delimiter)
            };
            loop {
                let page = kit.store.list_objects(next.clone()).await.unwrap();
                let entries = page.objects.len() + page.common_prefixes.len();
                assert!(entries <= usize::from(max_keys));
                seen.extend(keys(&page).into_iter().map(str::to_owned));
                seen.extend(page.common_prefixes);
                next.after = page.next_after;
                if next.after.is_none() {
                    break;
                }
            }
            seen.sort();
            assert_eq!(seen, expected, "{delimiter:?} by {max_keys}");
        }
    }
}

async fn a_listing_begins_after_a_key(kit: &Kit) {
    let photos = filled(kit, &["a", "b", "c"]).await;
    let after = |after: &str| ListObjects {
        after: Some(after.to_owned()),
        ..list(&photos, "", "")
    };
    for (start, expected) in [("a", vec!["b", "c"]), ("aa", vec!["b", "c"]), ("c", vec![])] {
        let page = kit.store.list_objects(after(start)).await.unwrap();
        assert_eq!(keys(&page), expected, "after {start}");
    }
}

async fn a_page_of_nothing_is_empty(kit: &Kit) {
    let photos = filled(kit, &["a"]).await;
    let none = ListObjects {
        max_keys: 0,
        ..list(&photos, "", "")
    };
    let page = kit.store.list_objects(none).await.unwrap();
    assert!(page.objects.is_empty());
    let elsewhere = kit
        .store
        .list_objects(list(&photos, "zzz", ""))
        .await
        .unwrap();
    assert!(elsewhere.objects.is_empty());
    assert_eq!(elsewhere.next_after, None);
}

async fn a_listing_of_a_missing_bucket_is_refused(kit: &Kit) {
    let listed = kit
        .store
        .list_objects(list(&bucket("missing"), "", ""))
        .await;
    assert_eq!(named(listed), "NoSuchBucket");
}

async fn names_that_xml_cannot_carry_are_listed(kit: &Kit) {
    let photos = filled(kit, &["bell\u{7}", "line\nbreak", "x\u{1}/y"]).await;
    let page = kit
        .store
        .list_objects(list(&photos, "", "/"))
        .await
        .unwrap();
    assert_eq!(keys(&page), ["bell\u{7}", "line\nbreak"]);
    assert_eq!(page.common_prefixes, ["x\u{1}/"]);
}
