//! Checksums: declared, verified, kept and told.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::RequestChecksumCalculation;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    ChecksumAlgorithm, ChecksumMode, ChecksumType, CompletedMultipartUpload, CompletedPart,
    ObjectAttributes, StorageClass,
};

use crate::kit::{ADMIN_KEY, BUCKET, PART, SECRET, Served, bytes, refused};
use crate::raw::Raw;

/// The checksums of `hello`, by the name of the header that carries each.
const OF_HELLO: [(&str, &str); 5] = [
    ("x-amz-checksum-crc32", "NhCmhg=="),
    ("x-amz-checksum-crc32c", "mnG7TA=="),
    ("x-amz-checksum-crc64nvme", "M3eFcAZSQlc="),
    ("x-amz-checksum-sha1", "qvTGHdzF6KLavt4PO0gs2a6pQ00="),
    (
        "x-amz-checksum-sha256",
        "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
    ),
];

#[tokio::test]
async fn a_declared_checksum_is_verified_kept_and_told() {
    let served = Served::new().await;
    for (header, value) in OF_HELLO {
        let put = Raw::new(&served, "PUT", "/photos/k").with(header, value);
        let put = put.body("hello").signed().send(&served).await;
        assert_eq!(
            (put.status, put.header(header)),
            (200, Some(value.to_ascii_lowercase().as_str()))
        );
        assert_eq!(put.header("x-amz-checksum-type"), Some("full_object"));
        let get = Raw::new(&served, "GET", "/photos/k").with("x-amz-checksum-mode", "ENABLED");
        let get = get.signed().send(&served).await;
        assert_eq!(
            get.header(header),
            Some(value.to_ascii_lowercase().as_str())
        );
        let unasked = Raw::new(&served, "GET", "/photos/k")
            .signed()
            .send(&served)
            .await;
        assert_eq!(unasked.header(header), None);
    }
}

#[tokio::test]
async fn a_checksum_that_does_not_match_leaves_nothing() {
    let served = Served::new().await;
    for (header, _) in OF_HELLO {
        let wrong = OF_HELLO.iter().find(|(h, _)| *h == header).unwrap().1;
        let put = Raw::new(&served, "PUT", "/photos/k").with(header, wrong);
        let put = put.body("Hello").signed().send(&served).await;
        put.is_error(400, "BadDigest");
    }
    let md5 = Raw::new(&served, "PUT", "/photos/k").with("content-md5", "XUFAKrxLKna5cZ2REBfFkg==");
    md5.clone()
        .body("Hello")
        .signed()
        .send(&served)
        .await
        .is_error(400, "BadDigest");
    assert_missing(&served).await;
    assert_eq!(md5.body("hello").signed().send(&served).await.status, 200);
}

async fn assert_missing(served: &Served) {
    let missing = served
        .client()
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await;
    refused(missing, 404, "NoSuchKey");
}

#[tokio::test]
async fn a_body_that_is_not_what_was_signed_leaves_nothing() {
    let served = Served::new().await;
    let mut put = Raw::new(&served, "PUT", "/photos/k").body("hello").signed();
    put.body = b"jello".to_vec();
    put.send(&served)
        .await
        .is_error(400, "XAmzContentSHA256Mismatch");
    assert_missing(&served).await;
    let xml = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    let mut put = Raw::new(&served, "PUT", "/photos?versioning")
        .body(xml)
        .signed();
    put.body = xml.replace("Enabled", "Engaged").into();
    put.send(&served)
        .await
        .is_error(400, "XAmzContentSHA256Mismatch");
}

#[tokio::test]
async fn a_checksum_that_is_none_is_refused() {
    let served = Served::new().await;
    for (header, value) in [
        ("x-amz-checksum-crc32", "nonsense"),
        ("x-amz-checksum-crc32", "AAAA"),
        ("x-amz-checksum-sha256", "NhCmhg=="),
        ("x-amz-sdk-checksum-algorithm", "ROT13"),
    ] {
        let put = Raw::new(&served, "PUT", "/photos/k").with(header, value);
        put.body("hello")
            .signed()
            .send(&served)
            .await
            .is_error(400, "InvalidRequest");
    }
    let two = Raw::new(&served, "PUT", "/photos/k")
        .with("x-amz-checksum-crc32", "NhCmhg==")
        .with("x-amz-checksum-crc32c", "mnG7TA==");
    two.body("hello")
        .signed()
        .send(&served)
        .await
        .is_error(400, "InvalidRequest");
    let md5 = Raw::new(&served, "PUT", "/photos/k").with("content-md5", "AAAA");
    md5.body("hello")
        .signed()
        .send(&served)
        .await
        .is_error(400, "InvalidDigest");
}

#[tokio::test]
async fn an_object_without_a_declared_checksum_has_the_one_that_s3_chooses() {
    let served = Served::new().await;
    let config = served.config(ADMIN_KEY, SECRET).force_path_style(true);
    let config = config.request_checksum_calculation(RequestChecksumCalculation::WhenRequired);
    let s3 = Client::from_conf(config.build());
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("k")
        .body(ByteStream::from_static(b"hello"));
    let put = put.send().await.unwrap();
    assert_eq!(put.checksum_crc64_nvme(), Some("M3eFcAZSQlc="));
    assert_eq!(put.checksum_type(), Some(&ChecksumType::FullObject));
}

#[tokio::test]
async fn the_sdk_computes_each_algorithm_and_it_comes_back() {
    let served = Served::new().await;
    let s3 = served.client();
    for algorithm in [
        ChecksumAlgorithm::Crc32,
        ChecksumAlgorithm::Crc32C,
        ChecksumAlgorithm::Crc64Nvme,
        ChecksumAlgorithm::Sha1,
        ChecksumAlgorithm::Sha256,
    ] {
        let put = s3
            .put_object()
            .bucket(BUCKET)
            .key("k")
            .checksum_algorithm(algorithm.clone());
        put.body(bytes(100_000).into()).send().await.unwrap();
        let get = s3
            .get_object()
            .bucket(BUCKET)
            .key("k")
            .checksum_mode(ChecksumMode::Enabled);
        let got = get.send().await.unwrap();
        // The SDK verifies the body against what the answer tells.
        assert!(
            crate::kit::read(got.body).await == bytes(100_000),
            "{algorithm:?}"
        );
    }
}

/// Uploads two parts with an algorithm; returns the completed parts and what completing takes.
async fn upload(
    s3: &Client,
    algorithm: ChecksumAlgorithm,
    kind: Option<ChecksumType>,
) -> (String, CompletedMultipartUpload) {
    let create = s3.create_multipart_upload().bucket(BUCKET).key("k");
    let create = create
        .checksum_algorithm(algorithm.clone())
        .set_checksum_type(kind);
    let begun = create.send().await.unwrap();
    assert_eq!(begun.checksum_algorithm(), Some(&algorithm));
    let id = begun.upload_id().unwrap().to_owned();
    let mut done = CompletedMultipartUpload::builder();
    for (number, size) in [(1, PART), (2, 1_000)] {
        let part = s3
            .upload_part()
            .bucket(BUCKET)
            .key("k")
            .upload_id(&id)
            .part_number(number);
        let part = part
            .checksum_algorithm(algorithm.clone())
            .body(bytes(size).into());
        let part = part.send().await.unwrap();
        let completed = CompletedPart::builder()
            .part_number(number)
            .e_tag(part.e_tag().unwrap())
            .set_checksum_crc32(part.checksum_crc32().map(str::to_owned))
            .set_checksum_crc32_c(part.checksum_crc32_c().map(str::to_owned))
            .set_checksum_crc64_nvme(part.checksum_crc64_nvme().map(str::to_owned))
            .set_checksum_sha1(part.checksum_sha1().map(str::to_owned))
            .set_checksum_sha256(part.checksum_sha256().map(str::to_owned));
        done = done.parts(completed.build());
    }
    (id, done.build())
}

#[tokio::test]
async fn a_composite_checksum_covers_the_checksums_of_the_parts() {
    let served = Served::new().await;
    let s3 = served.client();
    let (id, done) = upload(&s3, ChecksumAlgorithm::Sha256, None).await;
    let complete = s3
        .complete_multipart_upload()
        .bucket(BUCKET)
        .key("k")
        .upload_id(id);
    let completed = complete.multipart_upload(done).send().await.unwrap();
    assert_eq!(completed.checksum_type(), Some(&ChecksumType::Composite));
    let told = completed.checksum_sha256().unwrap();
    let bare = told.strip_suffix("-2").expect("the number of parts");
    let head = s3
        .head_object()
        .bucket(BUCKET)
        .key("k")
        .checksum_mode(ChecksumMode::Enabled);
    assert_eq!(head.send().await.unwrap().checksum_sha256(), Some(told));
    let attributes = s3.get_object_attributes().bucket(BUCKET).key("k");
    let attributes = attributes
        .object_attributes(ObjectAttributes::Checksum)
        .object_attributes(ObjectAttributes::Etag)
        .object_attributes(ObjectAttributes::ObjectSize)
        .object_attributes(ObjectAttributes::ObjectParts)
        .object_attributes(ObjectAttributes::StorageClass)
        .send()
        .await
        .unwrap();
    assert_eq!(attributes.checksum().unwrap().checksum_sha256(), Some(bare));
    assert_eq!(attributes.object_size(), i64::try_from(PART + 1_000).ok());
    assert_eq!(
        attributes.object_parts().unwrap().total_parts_count(),
        Some(2)
    );
    assert_eq!(
        attributes.storage_class().map(StorageClass::as_str),
        Some("STANDARD")
    );
    let tag = completed.e_tag().unwrap().trim_matches('"');
    assert_eq!(attributes.e_tag(), Some(tag));
}

#[tokio::test]
async fn parts_are_told_with_their_checksums() {
    let served = Served::new().await;
    let s3 = served.client();
    let (id, done) = upload(&s3, ChecksumAlgorithm::Sha256, None).await;
    let sums: Vec<String> = done
        .parts()
        .iter()
        .filter_map(|part| part.checksum_sha256().map(str::to_owned))
        .collect();
    let complete = s3.complete_multipart_upload().bucket(BUCKET).key("k");
    let complete = complete.upload_id(id).multipart_upload(done);
    complete.send().await.unwrap();
    for (number, size) in [(1, PART), (2, 1_000)] {
        let get = s3.get_object().bucket(BUCKET).key("k").part_number(number);
        let got = get.checksum_mode(ChecksumMode::Enabled);
        let got = got.send().await.unwrap();
        let sum = &sums[usize::try_from(number).unwrap() - 1];
        assert_eq!(got.parts_count(), Some(2));
        assert_eq!(got.content_length(), i64::try_from(size).ok());
        assert_eq!(got.checksum_sha256(), Some(sum.as_str()));
        let head = s3.head_object().bucket(BUCKET).key("k");
        let head = head
            .part_number(number)
            .checksum_mode(ChecksumMode::Enabled);
        let head = head.send().await.unwrap();
        assert_eq!(head.parts_count(), Some(2));
        assert_eq!(head.checksum_sha256(), Some(sum.as_str()));
    }
    let page = |after: &str| {
        let ask = s3.get_object_attributes().bucket(BUCKET).key("k");
        let ask = ask.object_attributes(ObjectAttributes::ObjectParts);
        ask.max_parts(1).part_number_marker(after).send()
    };
    for (after, number, size, more) in [("0", 1, PART, true), ("1", 2, 1_000, false)] {
        let page = page(after).await.unwrap();
        let parts = page.object_parts().unwrap();
        assert_eq!(parts.total_parts_count(), Some(2));
        assert_eq!(
            (parts.is_truncated(), parts.max_parts()),
            (Some(more), Some(1))
        );
        assert_eq!(parts.part_number_marker(), Some(after));
        let next = number.to_string();
        assert_eq!(parts.next_part_number_marker(), Some(next.as_str()));
        let [part] = parts.parts() else {
            panic!("not one part: {parts:?}");
        };
        assert_eq!(part.part_number(), Some(number));
        assert_eq!(part.size(), i64::try_from(size).ok());
        let sum = &sums[usize::try_from(number).unwrap() - 1];
        assert_eq!(part.checksum_sha256(), Some(sum.as_str()));
    }
}

#[tokio::test]
async fn a_composite_checksum_may_be_declared_with_the_number_of_parts() {
    let served = Served::new().await;
    let s3 = served.client();
    let (id, done) = upload(&s3, ChecksumAlgorithm::Sha256, None).await;
    let complete = |sum: Option<&str>| {
        let complete = s3.complete_multipart_upload().bucket(BUCKET).key("k");
        let complete = complete.upload_id(&id).multipart_upload(done.clone());
        complete.set_checksum_sha256(sum.map(str::to_owned)).send()
    };
    let wrong = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=-2";
    refused(complete(Some(wrong)).await, 400, "BadDigest");
    let first = complete(None).await.unwrap();
    let told = first.checksum_sha256().unwrap();
    // Said again it is done already, and the answer is the same.
    let again = complete(Some(told)).await.unwrap();
    assert_eq!(again.e_tag(), first.e_tag());
    assert_eq!(again.checksum_sha256(), Some(told));
}

#[tokio::test]
async fn a_checksum_of_the_whole_is_combined_from_the_parts() {
    let served = Served::new().await;
    let s3 = served.client();
    let whole = [bytes(PART), bytes(1_000)].concat();
    for algorithm in [ChecksumAlgorithm::Crc32, ChecksumAlgorithm::Crc64Nvme] {
        let kind = Some(ChecksumType::FullObject);
        let (id, done) = upload(&s3, algorithm.clone(), kind).await;
        let complete = s3
            .complete_multipart_upload()
            .bucket(BUCKET)
            .key("k")
            .upload_id(id);
        let completed = complete.multipart_upload(done).send().await.unwrap();
        assert_eq!(completed.checksum_type(), Some(&ChecksumType::FullObject));
        let put = s3
            .put_object()
            .bucket(BUCKET)
            .key("whole")
            .checksum_algorithm(algorithm);
        let put = put.body(whole.clone().into()).send().await.unwrap();
        assert_eq!(completed.checksum_crc32(), put.checksum_crc32());
        assert_eq!(completed.checksum_crc64_nvme(), put.checksum_crc64_nvme());
    }
}

#[tokio::test]
async fn a_wrong_checksum_at_completion_is_refused() {
    let served = Served::new().await;
    let s3 = served.client();
    let kind = Some(ChecksumType::FullObject);
    let (id, done) = upload(&s3, ChecksumAlgorithm::Crc32, kind).await;
    let complete = s3
        .complete_multipart_upload()
        .bucket(BUCKET)
        .key("k")
        .upload_id(id);
    let complete = complete.multipart_upload(done).checksum_crc32("AAAAAA==");
    refused(complete.send().await, 400, "BadDigest");
}

#[tokio::test]
async fn a_composite_upload_is_completed_with_the_checksums_of_its_parts() {
    let served = Served::new().await;
    let s3 = served.client();
    let (id, done) = upload(&s3, ChecksumAlgorithm::Sha256, None).await;
    let bare = done.parts().iter().map(|part| {
        let tag = part.e_tag().unwrap();
        CompletedPart::builder()
            .part_number(part.part_number().unwrap())
            .e_tag(tag)
            .build()
    });
    let bare = CompletedMultipartUpload::builder()
        .set_parts(Some(bare.collect()))
        .build();
    let complete = s3
        .complete_multipart_upload()
        .bucket(BUCKET)
        .key("k")
        .upload_id(id);
    refused(
        complete.multipart_upload(bare).send().await,
        400,
        "InvalidRequest",
    );
}

#[tokio::test]
async fn algorithms_cover_what_s3_lets_them() {
    let served = Served::new().await;
    let s3 = served.client();
    let begin = |algorithm, kind| {
        let begin = s3.create_multipart_upload().bucket(BUCKET).key("k");
        begin
            .checksum_algorithm(algorithm)
            .checksum_type(kind)
            .send()
    };
    let sha = begin(ChecksumAlgorithm::Sha256, ChecksumType::FullObject).await;
    refused(sha, 400, "InvalidRequest");
    let crc = begin(ChecksumAlgorithm::Crc64Nvme, ChecksumType::Composite).await;
    refused(crc, 400, "InvalidRequest");
}

#[tokio::test]
async fn only_known_attributes_are_told() {
    let served = Served::new().await;
    let s3 = served.client();
    s3.put_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    let attributes = s3.get_object_attributes().bucket(BUCKET).key("k");
    let unknown = attributes
        .object_attributes(ObjectAttributes::from("Colour"))
        .send()
        .await;
    refused(unknown, 400, "InvalidArgument");
}
