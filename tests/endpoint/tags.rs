//! Tags of objects and buckets.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketVersioningStatus, CompletedMultipartUpload, CompletedPart, Tag, Tagging,
    TaggingDirective, VersioningConfiguration,
};

use crate::kit::{BUCKET, Served, refused};
use crate::raw::Raw;

fn tagging(pairs: &[(&str, &str)]) -> Tagging {
    let tag = |(key, value): &(&str, &str)| Tag::builder().key(*key).value(*value).build();
    let tags = pairs.iter().map(|pair| tag(pair).unwrap());
    Tagging::builder()
        .set_tag_set(Some(tags.collect()))
        .build()
        .unwrap()
}

async fn put(s3: &Client, key: &str, tags: &str) {
    let put = s3.put_object().bucket(BUCKET).key(key).tagging(tags);
    let body = ByteStream::from_static(b"x");
    put.body(body).send().await.unwrap();
}

async fn tags_of(s3: &Client, key: &str) -> Vec<String> {
    let get = s3.get_object_tagging().bucket(BUCKET).key(key);
    let got = get.send().await.unwrap();
    let written = |tag: &Tag| format!("{}={}", tag.key(), tag.value());
    got.tag_set().iter().map(written).collect()
}

#[tokio::test]
async fn tags_are_set_told_and_removed() {
    let served = Served::new().await;
    let s3 = served.client();
    put(&s3, "k", "").await;
    assert!(tags_of(&s3, "k").await.is_empty());
    let set = |pairs: &[(&str, &str)]| {
        let set = s3.put_object_tagging().bucket(BUCKET).key("k");
        set.tagging(tagging(pairs)).send()
    };
    set(&[("b", "2"), ("a", "1")]).await.unwrap();
    assert_eq!(tags_of(&s3, "k").await, ["a=1", "b=2"]);
    set(&[("c", "é +")]).await.unwrap();
    assert_eq!(tags_of(&s3, "k").await, ["c=é +"]);
    let get = s3.get_object().bucket(BUCKET).key("k").send();
    assert_eq!(get.await.unwrap().tag_count(), Some(1));
    let head = Raw::new(&served, "HEAD", "/photos/k").signed();
    let head = head.send(&served).await;
    assert_eq!(head.header("x-amz-tagging-count"), Some("1"));
    let delete = s3.delete_object_tagging().bucket(BUCKET).key("k").send();
    assert_eq!(delete.await.unwrap().version_id(), None);
    assert!(tags_of(&s3, "k").await.is_empty());
    let head = Raw::new(&served, "HEAD", "/photos/k").signed();
    let head = head.send(&served).await;
    assert_eq!(head.header("x-amz-tagging-count"), None);
}

#[tokio::test]
async fn tags_come_with_a_write_and_go_with_a_copy() {
    let served = Served::new().await;
    let s3 = served.client();
    put(&s3, "k", "foo=bar&bar&a%2Bb=c+d").await;
    let sent = ["a+b=c d", "bar=", "foo=bar"];
    assert_eq!(tags_of(&s3, "k").await, sent);
    let copy = |key: &str| {
        let copy = s3.copy_object().bucket(BUCKET).key(key);
        copy.copy_source("photos/k")
    };
    copy("kept").send().await.unwrap();
    assert_eq!(tags_of(&s3, "kept").await, sent);
    let replace = copy("new").tagging_directive(TaggingDirective::Replace);
    replace.tagging("new=1").send().await.unwrap();
    assert_eq!(tags_of(&s3, "new").await, ["new=1"]);
    let none = copy("none").tagging_directive(TaggingDirective::Replace);
    none.send().await.unwrap();
    assert!(tags_of(&s3, "none").await.is_empty());
    let odd = copy("odd").tagging_directive(TaggingDirective::from("MOVE"));
    refused(odd.send().await, 400, "InvalidArgument");
}

#[tokio::test]
async fn an_upload_in_parts_brings_its_tags() {
    let served = Served::new().await;
    let s3 = served.client();
    let create = s3.create_multipart_upload().bucket(BUCKET).key("m");
    let begun = create.tagging("a=1").send().await.unwrap();
    let id = begun.upload_id().unwrap();
    let part = s3.upload_part().bucket(BUCKET).key("m").upload_id(id);
    let part = part.part_number(1).body(ByteStream::from_static(b"x"));
    let etag = part.send().await.unwrap().e_tag().unwrap().to_owned();
    let part = CompletedPart::builder().part_number(1).e_tag(etag).build();
    let parts = CompletedMultipartUpload::builder().parts(part).build();
    let complete = s3.complete_multipart_upload().bucket(BUCKET).key("m");
    let complete = complete.upload_id(id).multipart_upload(parts);
    complete.send().await.unwrap();
    assert_eq!(tags_of(&s3, "m").await, ["a=1"]);
}

#[tokio::test]
async fn each_version_has_its_own_tags() {
    let served = Served::new().await;
    let s3 = served.client();
    let enabled = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled);
    let set = s3.put_bucket_versioning().bucket(BUCKET);
    let set = set.versioning_configuration(enabled.build());
    set.send().await.unwrap();
    let write = || s3.put_object().bucket(BUCKET).key("k").send();
    let one = write().await.unwrap().version_id().unwrap().to_owned();
    let two = write().await.unwrap().version_id().unwrap().to_owned();
    let set = s3.put_object_tagging().bucket(BUCKET).key("k");
    let set = set.version_id(&one).tagging(tagging(&[("of", "one")]));
    assert_eq!(set.send().await.unwrap().version_id(), Some(one.as_str()));
    assert!(tags_of(&s3, "k").await.is_empty());
    let get = |version: &str| {
        let get = s3.get_object_tagging().bucket(BUCKET).key("k");
        get.version_id(version).send()
    };
    let got = get(&one).await.unwrap();
    assert_eq!(got.tag_set()[0].value(), "one");
    assert_eq!(got.version_id(), Some(one.as_str()));
    let latest = s3.get_object_tagging().bucket(BUCKET).key("k").send();
    assert_eq!(latest.await.unwrap().version_id(), Some(two.as_str()));
    let missing = get("00000000000000000000000000000000").await;
    refused(missing, 404, "NoSuchVersion");
    let missing = s3.get_object_tagging().bucket(BUCKET).key("missing");
    refused(missing.send().await, 404, "NoSuchKey");
}

#[tokio::test]
async fn what_is_no_tag_changes_nothing() {
    let served = Served::new().await;
    let s3 = served.client();
    put(&s3, "k", "kept=1").await;
    let numbered: Vec<String> = (0..11).map(|n| format!("k{n}")).collect();
    let eleven: Vec<(&str, &str)> = numbered.iter().map(|key| (key.as_str(), "")).collect();
    let (long_key, long_value) = ("k".repeat(129), "v".repeat(257));
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&eleven, "BadRequest"),
        (&[(long_key.as_str(), "")], "InvalidTag"),
        (&[("k", long_value.as_str())], "InvalidTag"),
        (&[("a", "1"), ("a", "2")], "InvalidTag"),
        (&[("aws:a", "1")], "InvalidTag"),
        (&[("a", "<")], "InvalidTag"),
    ];
    for (pairs, code) in cases {
        let set = s3.put_object_tagging().bucket(BUCKET).key("k");
        refused(set.tagging(tagging(pairs)).send().await, 400, code);
    }
    let put = s3.put_object().bucket(BUCKET).key("new").tagging("a=1&a=2");
    refused(put.send().await, 400, "InvalidArgument");
    let half = Raw::new(&served, "PUT", "/photos/k?tagging")
        .body("<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>")
        .signed();
    half.send(&served).await.is_error(400, "MalformedXML");
    let broken = Raw::new(&served, "PUT", "/photos/k?tagging").body("<Tagging>");
    let broken = broken.signed().send(&served).await;
    broken.is_error(400, "MalformedXML");
    assert_eq!(tags_of(&s3, "k").await, ["kept=1"]);
    let new = s3.head_object().bucket(BUCKET).key("new").send().await;
    assert!(new.is_err());
}

#[tokio::test]
async fn a_bucket_has_tags_of_its_own() {
    let served = Served::new().await;
    let s3 = served.client();
    let get = || s3.get_bucket_tagging().bucket(BUCKET).send();
    refused(get().await, 404, "NoSuchTagSet");
    let set = |pairs: &[(&str, &str)]| {
        let set = s3.put_bucket_tagging().bucket(BUCKET);
        set.tagging(tagging(pairs)).send()
    };
    set(&[("team", "photos")]).await.unwrap();
    assert_eq!(get().await.unwrap().tag_set()[0].value(), "photos");
    let numbered: Vec<String> = (0..51).map(|n| format!("k{n}")).collect();
    let many: Vec<(&str, &str)> = numbered.iter().map(|key| (key.as_str(), "")).collect();
    refused(set(&many).await, 400, "BadRequest");
    assert_eq!(get().await.unwrap().tag_set().len(), 1);
    let delete = Raw::new(&served, "DELETE", "/photos?tagging").signed();
    assert_eq!(delete.send(&served).await.status, 204);
    refused(get().await, 404, "NoSuchTagSet");
}
