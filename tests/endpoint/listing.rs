//! Listing objects: order, folds, pages, encodings.

use aws_sdk_s3::Client;
use aws_sdk_s3::types::{EncodingType, ObjectStorageClass};

use crate::kit::{BUCKET, Served, refused};
use crate::raw::Raw;

const TREE: [&str; 7] = ["a", "a/1", "a/2", "a/b/3", "b", "c//d", "é"];

async fn served_with(keys: &[&str]) -> (Served, Client) {
    let served = Served::new().await;
    let s3 = served.client();
    for key in keys {
        s3.put_object()
            .bucket(BUCKET)
            .key(*key)
            .send()
            .await
            .unwrap();
    }
    (served, s3)
}

/// Lists all pages of the second version of the operation; returns keys and common prefixes as they come.
async fn all(s3: &Client, prefix: &str, delimiter: &str, page: i32) -> Vec<String> {
    let mut found = Vec::new();
    let mut token = None;
    loop {
        let list = s3
            .list_objects_v2()
            .bucket(BUCKET)
            .prefix(prefix)
            .max_keys(page);
        let list = list.set_delimiter((!delimiter.is_empty()).then(|| delimiter.to_owned()));
        let listed = list.set_continuation_token(token).send().await.unwrap();
        let keys = listed.contents().iter().filter_map(|o| o.key());
        let prefixes = listed.common_prefixes().iter().filter_map(|p| p.prefix());
        let mut entries: Vec<String> = keys.chain(prefixes).map(str::to_owned).collect();
        assert_eq!(listed.key_count(), i32::try_from(entries.len()).ok());
        assert!(entries.len() <= usize::try_from(page).unwrap());
        entries.sort();
        found.extend(entries);
        assert_eq!(
            listed.is_truncated(),
            Some(listed.next_continuation_token().is_some())
        );
        match listed.next_continuation_token() {
            Some(next) => token = Some(next.to_owned()),
            None => return found,
        }
    }
}

#[tokio::test]
async fn keys_come_in_the_order_of_their_bytes() {
    let (_served, s3) = served_with(&["é", "b", "a/b/3", "a", "c//d", "a/2", "a/1"]).await;
    for page in [1, 2, 3, 1_000] {
        assert_eq!(all(&s3, "", "", page).await, TREE, "pages of {page}");
    }
}

#[tokio::test]
async fn folders_are_folded_keys() {
    let (_served, s3) = served_with(&TREE).await;
    for page in [1, 2, 1_000] {
        assert_eq!(all(&s3, "", "/", page).await, ["a", "a/", "b", "c/", "é"]);
        assert_eq!(all(&s3, "a/", "/", page).await, ["a/1", "a/2", "a/b/"]);
        assert_eq!(all(&s3, "c/", "/", page).await, ["c//"]);
        assert_eq!(all(&s3, "a", "", page).await, ["a", "a/1", "a/2", "a/b/3"]);
        assert_eq!(all(&s3, "nothing", "/", page).await, [""; 0]);
        assert_eq!(
            all(&s3, "", "b", page).await,
            ["a", "a/1", "a/2", "a/b", "b", "c//d", "é"]
        );
    }
}

#[tokio::test]
async fn a_listing_begins_after_a_key() {
    let (_served, s3) = served_with(&TREE).await;
    let list = s3
        .list_objects_v2()
        .bucket(BUCKET)
        .start_after("a/2")
        .max_keys(2);
    let listed = list.send().await.unwrap();
    let keys: Vec<_> = listed.contents().iter().filter_map(|o| o.key()).collect();
    assert_eq!(keys, ["a/b/3", "b"]);
    assert_eq!(listed.start_after(), Some("a/2"));
}

#[tokio::test]
async fn the_first_version_goes_on_by_its_marker() {
    let (_served, s3) = served_with(&TREE).await;
    let list = || s3.list_objects().bucket(BUCKET).max_keys(2);
    let plain = list().send().await.unwrap();
    assert_eq!(
        (plain.is_truncated(), plain.next_marker()),
        (Some(true), None)
    );
    assert_eq!(plain.marker(), Some(""));
    let folded = list().delimiter("/").send().await.unwrap();
    assert_eq!(folded.next_marker(), Some("a/"));
    let rest = s3.list_objects().bucket(BUCKET).delimiter("/").marker("a/");
    let rest = rest.send().await.unwrap();
    let keys: Vec<_> = rest.contents().iter().filter_map(|o| o.key()).collect();
    assert_eq!((keys, rest.is_truncated()), (vec!["b", "é"], Some(false)));
    assert_eq!(
        rest.contents()[0].owner().and_then(|o| o.id()),
        Some("admin")
    );
}

#[tokio::test]
async fn owners_are_told_to_who_asks() {
    let (_served, s3) = served_with(&["a"]).await;
    let list = |fetch| {
        s3.list_objects_v2()
            .bucket(BUCKET)
            .fetch_owner(fetch)
            .send()
    };
    assert!(list(false).await.unwrap().contents()[0].owner().is_none());
    let listed = list(true).await.unwrap();
    assert_eq!(
        listed.contents()[0].owner().and_then(|o| o.id()),
        Some("admin")
    );
}

#[tokio::test]
async fn an_entry_tells_size_tag_class_and_checksum() {
    let (_served, s3) = served_with(&["a"]).await;
    let listed = s3.list_objects_v2().bucket(BUCKET).send().await.unwrap();
    let entry = &listed.contents()[0];
    assert_eq!(entry.size(), Some(0));
    assert_eq!(entry.e_tag(), Some("\"d41d8cd98f00b204e9800998ecf8427e\""));
    assert_eq!(
        entry.storage_class().map(ObjectStorageClass::as_str),
        Some("STANDARD")
    );
    assert_eq!(entry.checksum_algorithm().len(), 1);
    assert!(entry.last_modified().is_some());
}

#[tokio::test]
async fn a_page_of_none_is_empty_and_the_last() {
    let (_served, s3) = served_with(&["a"]).await;
    let listed = s3
        .list_objects_v2()
        .bucket(BUCKET)
        .max_keys(0)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (listed.key_count(), listed.is_truncated()),
        (Some(0), Some(false))
    );
}

#[tokio::test]
async fn keys_travel_encoded_where_that_is_asked() {
    let (served, _s3) = served_with(&["foo+1/bar", "quux ab/thud", "asdf+b", "ü"]).await;
    let target = "/photos?list-type=2&encoding-type=url&delimiter=%2F&prefix=&start-after=%20";
    let listed = Raw::new(&served, "GET", target)
        .signed()
        .send(&served)
        .await;
    assert_eq!(listed.status, 200, "{listed:?}");
    for element in [
        "<Prefix>foo%2B1/</Prefix>",
        "<Prefix>quux%20ab/</Prefix>",
        "<Key>asdf%2Bb</Key>",
        "<Key>%C3%BC</Key>",
        "<Delimiter>/</Delimiter>",
        "<StartAfter>%20</StartAfter>",
        "<EncodingType>url</EncodingType>",
    ] {
        assert!(
            listed.body.contains(element),
            "no {element} in {}",
            listed.body
        );
    }
}

#[tokio::test]
async fn a_delimiter_that_is_empty_is_none() {
    let (served, _s3) = served_with(&["a/b"]).await;
    for target in [
        "/photos?list-type=2&delimiter=",
        "/photos",
        "/photos?versions&delimiter=",
    ] {
        let listed = Raw::new(&served, "GET", target)
            .signed()
            .send(&served)
            .await;
        assert!(!listed.body.contains("<Delimiter"), "{}", listed.body);
        assert!(listed.body.contains("<Key>a/b</Key>"), "{}", listed.body);
        assert!(listed.body.contains("<Prefix></Prefix>"), "{}", listed.body);
    }
}

#[tokio::test]
async fn what_cannot_be_listed_is_refused() {
    let (_served, s3) = served_with(&[]).await;
    let list = || s3.list_objects_v2().bucket(BUCKET);
    refused(list().max_keys(-1).send().await, 400, "InvalidArgument");
    refused(
        list().continuation_token("§").send().await,
        400,
        "InvalidArgument",
    );
    let encoding = list()
        .encoding_type(EncodingType::from("rot13"))
        .send()
        .await;
    refused(encoding, 400, "InvalidArgument");
    refused(
        s3.list_objects().bucket(BUCKET).max_keys(-1).send().await,
        400,
        "InvalidArgument",
    );
}
