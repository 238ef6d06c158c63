//! Conditional reads, writes and deletes.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::{Delete, ObjectIdentifier};

use crate::kit::{BUCKET, Served, refused, refused_head};
use crate::raw::Raw;

const HELLO: &str = "\"5d41402abc4b2a76b9719d911017c592\"";
const OTHER: &str = "\"00000000000000000000000000000000\"";

async fn served() -> (Served, Client) {
    let served = Served::new().await;
    let s3 = served.client();
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("k")
        .body(ByteStream::from_static(b"hello"));
    put.send().await.unwrap();
    (served, s3)
}

fn past() -> DateTime {
    DateTime::from_secs(1_000_000_000)
}

fn future() -> DateTime {
    DateTime::from_secs(4_000_000_000)
}

#[tokio::test]
async fn a_read_follows_its_conditions() {
    let (_served, s3) = served().await;
    let get = || s3.get_object().bucket(BUCKET).key("k");
    get().if_match(HELLO).send().await.unwrap();
    get().if_match("*").send().await.unwrap();
    get()
        .if_match(format!("{OTHER}, {HELLO}"))
        .send()
        .await
        .unwrap();
    get().if_none_match(OTHER).send().await.unwrap();
    get().if_modified_since(past()).send().await.unwrap();
    get().if_unmodified_since(future()).send().await.unwrap();
    refused(
        get().if_match(OTHER).send().await,
        412,
        "PreconditionFailed",
    );
    refused(
        get().if_unmodified_since(past()).send().await,
        412,
        "PreconditionFailed",
    );
    let head = || s3.head_object().bucket(BUCKET).key("k");
    refused_head(head().if_match(OTHER).send().await, 412);
    refused_head(head().if_none_match(HELLO).send().await, 304);
}

#[tokio::test]
async fn a_client_that_has_it_already_is_told_only_which() {
    let (served, _s3) = served().await;
    for (name, value) in [
        ("if-none-match", HELLO),
        ("if-none-match", "*"),
        ("if-modified-since", "Fri, 15 Jan 2100 08:00:00 GMT"),
    ] {
        let get = Raw::new(&served, "GET", "/photos/k")
            .with(name, value)
            .signed();
        let answer = get.send(&served).await;
        assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{name}");
        assert_eq!(answer.header("etag"), Some(HELLO));
        assert!(answer.header("last-modified").is_some());
        assert!(answer.header("x-amz-request-id").is_some());
        assert_eq!(answer.header("content-type"), None);
    }
}

#[tokio::test]
async fn a_write_happens_only_where_its_condition_holds() {
    let (_served, s3) = served().await;
    let put = |key: &str| {
        let put = s3.put_object().bucket(BUCKET).key(key);
        put.body(ByteStream::from_static(b"other"))
    };
    refused(
        put("k").if_none_match("*").send().await,
        412,
        "PreconditionFailed",
    );
    refused(
        put("k").if_match(OTHER).send().await,
        412,
        "PreconditionFailed",
    );
    refused(
        put("missing").if_match(HELLO).send().await,
        404,
        "NoSuchKey",
    );
    refused(put("missing").if_match("*").send().await, 404, "NoSuchKey");
    let unchanged = s3
        .head_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(unchanged.e_tag(), Some(HELLO));
    put("k").if_match(HELLO).send().await.unwrap();
    put("new").if_none_match("*").send().await.unwrap();
    refused(
        put("new").if_none_match("*").send().await,
        412,
        "PreconditionFailed",
    );
}

#[tokio::test]
async fn a_multipart_upload_is_conditional_when_it_is_completed() {
    let (_served, s3) = served().await;
    let begun = s3
        .create_multipart_upload()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    let id = begun.upload_id().unwrap();
    let part = s3
        .upload_part()
        .bucket(BUCKET)
        .key("k")
        .upload_id(id)
        .part_number(1);
    let part = part
        .body(ByteStream::from_static(b"x"))
        .send()
        .await
        .unwrap();
    let done = aws_sdk_s3::types::CompletedPart::builder().part_number(1);
    let done = done.e_tag(part.e_tag().unwrap()).build();
    let done = aws_sdk_s3::types::CompletedMultipartUpload::builder()
        .parts(done)
        .build();
    let complete = || {
        let complete = s3
            .complete_multipart_upload()
            .bucket(BUCKET)
            .key("k")
            .upload_id(id);
        complete.multipart_upload(done.clone())
    };
    refused(
        complete().if_none_match("*").send().await,
        412,
        "PreconditionFailed",
    );
    refused(
        complete().if_match(OTHER).send().await,
        412,
        "PreconditionFailed",
    );
    complete().if_match(HELLO).send().await.unwrap();
}

#[tokio::test]
async fn a_delete_may_ask_for_what_it_deletes() {
    let (_served, s3) = served().await;
    let delete = |key: &str, tag: &str| {
        s3.delete_object()
            .bucket(BUCKET)
            .key(key)
            .if_match(tag)
            .send()
    };
    refused(delete("k", OTHER).await, 412, "PreconditionFailed");
    refused(delete("missing", HELLO).await, 404, "NoSuchKey");
    let versioned = s3
        .delete_object()
        .bucket(BUCKET)
        .key("k")
        .if_match(HELLO)
        .version_id("null");
    refused(versioned.send().await, 501, "NotImplemented");
    let id = ObjectIdentifier::builder()
        .key("k")
        .e_tag(OTHER)
        .build()
        .unwrap();
    let many = Delete::builder().objects(id).build().unwrap();
    let many = s3
        .delete_objects()
        .bucket(BUCKET)
        .delete(many)
        .send()
        .await
        .unwrap();
    assert_eq!(many.errors()[0].code(), Some("PreconditionFailed"));
    delete("k", HELLO).await.unwrap();
}

#[tokio::test]
async fn a_copy_asks_about_its_source() {
    let (_served, s3) = served().await;
    let copy = || {
        s3.copy_object()
            .bucket(BUCKET)
            .key("copy")
            .copy_source("photos/k")
    };
    refused(
        copy().copy_source_if_match(OTHER).send().await,
        412,
        "PreconditionFailed",
    );
    refused(
        copy().copy_source_if_none_match(HELLO).send().await,
        412,
        "PreconditionFailed",
    );
    let unmodified = copy().copy_source_if_unmodified_since(past()).send().await;
    refused(unmodified, 412, "PreconditionFailed");
    let modified = copy().copy_source_if_modified_since(future()).send().await;
    refused(modified, 412, "PreconditionFailed");
    copy().copy_source_if_match(HELLO).send().await.unwrap();
    copy()
        .copy_source_if_none_match(OTHER)
        .send()
        .await
        .unwrap();
}
