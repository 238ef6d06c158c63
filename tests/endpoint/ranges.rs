//! Ranges and parts of objects.

use aws_sdk_s3::Client;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};

use crate::kit::{BUCKET, PART, Served, bytes, read, refused, refused_head};

async fn get(s3: &Client, range: &str) -> (Option<String>, Vec<u8>) {
    let got = s3
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .range(range)
        .send()
        .await
        .unwrap();
    let told = got.content_range().map(str::to_owned);
    let length = got.content_length();
    let body = read(got.body).await;
    assert_eq!(length, i64::try_from(body.len()).ok());
    (told, body)
}

#[tokio::test]
async fn a_range_is_that_part_of_the_bytes() {
    let served = Served::new().await;
    let s3 = served.client();
    let body = bytes(200_000);
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("k")
        .body(body.clone().into());
    put.send().await.unwrap();
    for (range, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=65535-65536", 65_535, 65_537),
        ("bytes=199999-", 199_999, 200_000),
        ("bytes=1000-999999999", 1_000, 200_000),
        ("bytes=-10", 199_990, 200_000),
        ("bytes=-999999999", 0, 200_000),
    ] {
        let (told, got) = get(&s3, range).await;
        assert_eq!(
            told,
            Some(format!("bytes {from}-{}/200000", to - 1)),
            "{range}"
        );
        assert!(got == body[from..to], "{range}");
    }
}

#[tokio::test]
async fn what_is_no_range_is_ignored() {
    let served = Served::new().await;
    let s3 = served.client();
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("k")
        .body(bytes(10).into());
    put.send().await.unwrap();
    for range in [
        "bytes=a-b",
        "bytes=5-2",
        "bytes=0-1,3-4",
        "lines=0-1",
        "bytes=-",
    ] {
        let (told, got) = get(&s3, range).await;
        assert_eq!((told, got.len()), (None, 10), "{range}");
    }
}

#[tokio::test]
async fn a_range_outside_the_object_is_not_satisfiable() {
    let served = Served::new().await;
    let s3 = served.client();
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("k")
        .body(bytes(10).into());
    put.send().await.unwrap();
    let get = |key: &str, range: &str| s3.get_object().bucket(BUCKET).key(key).range(range).send();
    for range in ["bytes=10-", "bytes=99-100", "bytes=-0"] {
        let outside = get("k", range).await;
        let headers = outside
            .as_ref()
            .unwrap_err()
            .raw_response()
            .unwrap()
            .headers();
        assert_eq!(headers.get("content-range"), Some("bytes */10"), "{range}");
        refused(outside, 416, "InvalidRange");
    }
    s3.put_object()
        .bucket(BUCKET)
        .key("empty")
        .send()
        .await
        .unwrap();
    refused(get("empty", "bytes=0-1").await, 416, "InvalidRange");
    let head = s3
        .head_object()
        .bucket(BUCKET)
        .key("k")
        .range("bytes=10-")
        .send()
        .await;
    refused_head(head, 416);
}

#[tokio::test]
async fn a_head_tells_what_a_get_would_carry() {
    let served = Served::new().await;
    let s3 = served.client();
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("k")
        .body(bytes(10).into());
    put.send().await.unwrap();
    let head = s3
        .head_object()
        .bucket(BUCKET)
        .key("k")
        .range("bytes=2-5")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (head.content_length(), head.content_range()),
        (Some(4), Some("bytes 2-5/10"))
    );
}

/// Makes an object of these parts.
async fn put_in_parts(s3: &Client, parts: &[Vec<u8>]) {
    let create = s3.create_multipart_upload().bucket(BUCKET).key("k");
    let begun = create.send().await.unwrap();
    let id = begun.upload_id().unwrap();
    let mut done = CompletedMultipartUpload::builder();
    for (number, body) in (1..).zip(parts) {
        let part = s3.upload_part().bucket(BUCKET).key("k").upload_id(id);
        let part = part.part_number(number).body(body.clone().into());
        let part = part.send().await.unwrap();
        let completed = CompletedPart::builder().part_number(number);
        done = done.parts(completed.e_tag(part.e_tag().unwrap()).build());
    }
    let complete = s3.complete_multipart_upload().bucket(BUCKET).key("k");
    let complete = complete.upload_id(id).multipart_upload(done.build());
    complete.send().await.unwrap();
}

#[tokio::test]
async fn a_part_of_a_multipart_object_is_read_by_its_number() {
    let served = Served::new().await;
    let s3 = served.client();
    let parts = [bytes(PART), bytes(100)];
    put_in_parts(&s3, &parts).await;
    let get = |number| s3.get_object().bucket(BUCKET).key("k").part_number(number);
    let got = get(2).send().await.unwrap();
    assert_eq!(got.parts_count(), Some(2));
    let (from, size) = (PART, PART + 100);
    let range = format!("bytes {from}-{}/{size}", size - 1);
    assert_eq!(got.content_range(), Some(range.as_str()));
    assert!(read(got.body).await == parts[1]);
    let got = get(1).send().await.unwrap();
    assert!(read(got.body).await == parts[0]);
    let head = s3.head_object().bucket(BUCKET).key("k").part_number(1);
    let head = head.send().await.unwrap();
    let told = (head.parts_count(), head.content_length());
    assert_eq!(told, (Some(2), i64::try_from(PART).ok()));
    refused(get(3).send().await, 416, "InvalidPartNumber");
    refused(get(0).send().await, 400, "InvalidArgument");
    let both = get(1).range("bytes=0-1").send().await;
    refused(both, 400, "InvalidRequest");
}
