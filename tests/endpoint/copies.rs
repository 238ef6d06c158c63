//! Copies.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, MetadataDirective, StorageClass};

use crate::kit::{BUCKET, PART, Served, bytes, read, refused};
use crate::raw::Raw;

#[tokio::test]
async fn a_copy_has_the_bytes_the_headers_and_the_metadata() {
    let served = Served::new().await;
    let s3 = served.client();
    let body = bytes(300_000);
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("a b/+")
        .body(body.clone().into());
    let put = put
        .content_type("text/plain")
        .metadata("colour", "blue")
        .send()
        .await
        .unwrap();
    let copy = s3
        .copy_object()
        .bucket(BUCKET)
        .key("copy")
        .copy_source("photos/a%20b/%2B");
    let copied = copy.send().await.unwrap();
    let result = copied.copy_object_result().unwrap();
    assert_eq!(result.e_tag(), put.e_tag());
    assert!(result.last_modified().is_some());
    let got = s3
        .get_object()
        .bucket(BUCKET)
        .key("copy")
        .send()
        .await
        .unwrap();
    assert_eq!(got.content_type(), Some("text/plain"));
    assert_eq!(got.metadata().unwrap()["colour"], "blue");
    assert!(read(got.body).await == body);
}

#[tokio::test]
async fn a_copy_may_have_other_headers() {
    let served = Served::new().await;
    let s3 = served.client();
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("k")
        .body(ByteStream::from_static(b"x"));
    put.content_type("text/plain")
        .metadata("colour", "blue")
        .send()
        .await
        .unwrap();
    let copy = || {
        s3.copy_object()
            .bucket(BUCKET)
            .key("k")
            .copy_source("/photos/k")
    };
    refused(copy().send().await, 400, "InvalidRequest");
    let replace = copy().metadata_directive(MetadataDirective::Replace);
    let replace = replace.content_type("text/html").metadata("size", "large");
    replace
        .storage_class(StorageClass::StandardIa)
        .send()
        .await
        .unwrap();
    let head = s3
        .head_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(head.content_type(), Some("text/html"));
    assert_eq!(head.metadata().unwrap().get("colour"), None);
    assert_eq!(head.metadata().unwrap()["size"], "large");
    assert_eq!(head.storage_class(), Some(&StorageClass::StandardIa));
}

#[tokio::test]
async fn a_copy_may_have_another_checksum() {
    let served = Served::new().await;
    let s3 = served.client();
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("k")
        .body(ByteStream::from_static(b"hello"));
    put.send().await.unwrap();
    let copy = s3
        .copy_object()
        .bucket(BUCKET)
        .key("l")
        .copy_source("photos/k");
    let copied = copy
        .checksum_algorithm(ChecksumAlgorithm::Sha1)
        .send()
        .await
        .unwrap();
    let result = copied.copy_object_result().unwrap();
    assert_eq!(result.checksum_sha1(), Some("qvTGHdzF6KLavt4PO0gs2a6pQ00="));
}

#[tokio::test]
async fn an_older_version_is_copied_by_its_id() {
    let served = Served::new().await;
    let s3 = served.client();
    let on = aws_sdk_s3::types::VersioningConfiguration::builder()
        .status(aws_sdk_s3::types::BucketVersioningStatus::Enabled)
        .build();
    let versioning = s3
        .put_bucket_versioning()
        .bucket(BUCKET)
        .versioning_configuration(on);
    versioning.send().await.unwrap();
    let put = |body: &'static [u8]| {
        let put = s3.put_object().bucket(BUCKET).key("k");
        put.body(ByteStream::from_static(body)).send()
    };
    let one = put(b"one").await.unwrap();
    let one = one.version_id().unwrap();
    put(b"two").await.unwrap();
    let copy = s3.copy_object().bucket(BUCKET).key("k");
    let copied = copy
        .copy_source(format!("photos/k?versionId={one}"))
        .send()
        .await
        .unwrap();
    assert_eq!(copied.copy_source_version_id(), Some(one));
    assert_ne!(copied.version_id(), Some(one));
    let got = s3
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(read(got.body).await, b"one");
}

#[tokio::test]
async fn what_cannot_be_copied_is_refused() {
    let served = Served::new().await;
    let s3 = served.client();
    let copy = |source: &str| {
        s3.copy_object()
            .bucket(BUCKET)
            .key("l")
            .copy_source(source)
            .send()
    };
    refused(copy("photos/missing").await, 404, "NoSuchKey");
    refused(copy("missing/k").await, 404, "NoSuchBucket");
    refused(copy("nonsense").await, 400, "InvalidArgument");
    let point = "arn:aws:s3:us-east-1:123456789012:accesspoint/point/object/k";
    refused(copy(point).await, 501, "NotImplemented");
}

#[tokio::test]
async fn parts_are_made_of_other_objects() {
    let served = Served::new().await;
    let s3 = served.client();
    let body = bytes(PART + 1_000);
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("source")
        .body(body.clone().into());
    put.send().await.unwrap();
    let begun = s3
        .create_multipart_upload()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    let id = begun.upload_id().unwrap();
    let part = |number, range: Option<String>| {
        let part = s3.upload_part_copy().bucket(BUCKET).key("k").upload_id(id);
        let part = part.part_number(number).copy_source("photos/source");
        part.set_copy_source_range(range).send()
    };
    let first = part(1, Some(format!("bytes=0-{}", PART - 1)))
        .await
        .unwrap();
    let second = part(2, Some(format!("bytes={PART}-{}", PART + 999)))
        .await
        .unwrap();
    let parts = [(1, &first), (2, &second)].map(|(number, part)| {
        let tag = part.copy_part_result().unwrap().e_tag().unwrap();
        aws_sdk_s3::types::CompletedPart::builder()
            .part_number(number)
            .e_tag(tag)
            .build()
    });
    let done = aws_sdk_s3::types::CompletedMultipartUpload::builder();
    let done = done.set_parts(Some(parts.to_vec())).build();
    let complete = s3
        .complete_multipart_upload()
        .bucket(BUCKET)
        .key("k")
        .upload_id(id);
    complete.multipart_upload(done).send().await.unwrap();
    let got = s3
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert!(read(got.body).await == body);
}

#[tokio::test]
async fn the_range_of_a_part_lies_within_its_source() {
    let served = Served::new().await;
    let s3 = served.client();
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("source")
        .body(ByteStream::from_static(b"hello"));
    put.send().await.unwrap();
    let begun = s3
        .create_multipart_upload()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    let id = begun.upload_id().unwrap();
    for (range, status, code) in [
        ("bytes=0-5", 416, "InvalidRange"),
        ("bytes=0-", 400, "InvalidArgument"),
        ("hello", 400, "InvalidArgument"),
    ] {
        let part = s3
            .upload_part_copy()
            .bucket(BUCKET)
            .key("k")
            .upload_id(id)
            .part_number(1);
        let part = part.copy_source("photos/source").copy_source_range(range);
        refused(part.send().await, status, code);
    }
}

/// The source is decoded as a form's field: clients in Go write a space as `+`.
#[tokio::test]
async fn a_plus_in_the_source_of_a_copy_is_a_space() {
    let served = Served::new().await;
    let s3 = served.client();
    for key in ["a b", "a+b"] {
        let put = s3.put_object().bucket(BUCKET).key(key);
        let put = put.body(key.as_bytes().to_vec().into());
        put.send().await.unwrap();
    }
    for (source, expected) in [("photos/a+b", "a b"), ("photos/a%2Bb", "a+b")] {
        let copy = Raw::new(&served, "PUT", "/photos/copy").with("x-amz-copy-source", source);
        let copied = copy.body("").signed().send(&served).await;
        assert_eq!(copied.status, 200, "{copied:?}");
        let got = s3.get_object().bucket(BUCKET).key("copy").send().await;
        let body = got.unwrap().body.collect().await.unwrap().to_vec();
        assert_eq!(body, expected.as_bytes(), "{source}");
    }
}
