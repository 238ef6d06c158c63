//! Keys that other servers stumble over.

use aws_sdk_s3::primitives::ByteStream;

use crate::kit::{BUCKET, Served, read, refused};
use crate::raw::Raw;

const KEYS: [&str; 22] = [
    "a//b",
    "a///",
    "/leading",
    "//",
    "..",
    "../x",
    "./x",
    "a/../b",
    "dir/",
    "foo",
    "foo/bar",
    "with space",
    " lead and trail ",
    "plus+plus",
    "percent%20percent",
    "question?mark",
    "hash#tag&amp;",
    "quote\"'<>",
    "back\\slash|pipe^`{}",
    "smörgåsbord/日本語/\u{1F600}",
    "e\u{301} is not \u{e9}",
    "=;,:@!$*()[]~",
];

#[tokio::test]
async fn every_key_is_written_read_listed_copied_and_deleted_as_itself() {
    let served = Served::new().await;
    let s3 = served.client();
    for key in KEYS {
        let put = s3.put_object().bucket(BUCKET).key(key);
        put.body(key.as_bytes().to_vec().into())
            .send()
            .await
            .unwrap();
    }
    for key in KEYS {
        let got = s3
            .get_object()
            .bucket(BUCKET)
            .key(key)
            .send()
            .await
            .unwrap();
        assert_eq!(read(got.body).await, key.as_bytes(), "{key:?}");
    }
    let listed = s3.list_objects_v2().bucket(BUCKET).send().await.unwrap();
    let listed: Vec<_> = listed.contents().iter().filter_map(|o| o.key()).collect();
    let mut expected = KEYS;
    expected.sort_unstable();
    assert_eq!(listed, expected);
    for key in KEYS {
        s3.delete_object()
            .bucket(BUCKET)
            .key(key)
            .send()
            .await
            .unwrap();
    }
    let listed = s3.list_objects_v2().bucket(BUCKET).send().await.unwrap();
    assert!(listed.contents().is_empty());
}

#[tokio::test]
async fn a_key_has_at_most_1024_bytes() {
    let served = Served::new().await;
    let s3 = served.client();
    let put = |key: String| {
        let put = s3.put_object().bucket(BUCKET).key(key);
        put.body(ByteStream::from_static(b"x")).send()
    };
    put("k".repeat(1_024)).await.unwrap();
    put("ü".repeat(512)).await.unwrap();
    refused(put("k".repeat(1_025)).await, 400, "KeyTooLongError");
    refused(put("ü".repeat(513)).await, 400, "KeyTooLongError");
}

#[tokio::test]
async fn a_document_may_name_a_key_by_references_to_its_characters() {
    let served = Served::new().await;
    let s3 = served.client();
    let put = s3.put_object().bucket(BUCKET).key("\u{1F980}/é");
    put.send().await.unwrap();
    let delete = Raw::new(&served, "POST", "/photos?delete")
        .with("content-md5", "2dXfPv1dfU5lj2uSQWkj8Q==")
        .body("<Delete><Object><Key>&#129408;/&#233;</Key></Object></Delete>")
        .signed();
    let answer = delete.send(&served).await;
    assert!(answer.body.contains("<Key>\u{1F980}/é</Key>"), "{answer:?}");
    let listed = s3.list_objects_v2().bucket(BUCKET).send().await.unwrap();
    assert_eq!(listed.key_count(), Some(0));
}
