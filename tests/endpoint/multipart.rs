//! Multipart uploads.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart, ServerSideEncryption};

use crate::kit::{BUCKET, PART, Served, bytes, read, refused};

async fn begin(s3: &Client, key: &str) -> String {
    let begun = s3
        .create_multipart_upload()
        .bucket(BUCKET)
        .key(key)
        .send()
        .await
        .unwrap();
    begun.upload_id().unwrap().to_owned()
}

async fn put_part(s3: &Client, id: &str, number: i32, body: Vec<u8>) -> String {
    let part = s3
        .upload_part()
        .bucket(BUCKET)
        .key("k")
        .upload_id(id)
        .part_number(number);
    let part = part.body(body.into()).send().await.unwrap();
    assert_eq!(
        part.server_side_encryption(),
        Some(&ServerSideEncryption::Aes256)
    );
    part.e_tag().unwrap().to_owned()
}

fn done(parts: &[(i32, &str)]) -> CompletedMultipartUpload {
    let parts = parts.iter().map(|(number, tag)| {
        CompletedPart::builder()
            .part_number(*number)
            .e_tag(*tag)
            .build()
    });
    CompletedMultipartUpload::builder()
        .set_parts(Some(parts.collect()))
        .build()
}

#[tokio::test]
async fn parts_become_one_object() {
    let served = Served::new().await;
    let s3 = served.client();
    let create = s3
        .create_multipart_upload()
        .bucket(BUCKET)
        .key("k")
        .content_type("text/plain");
    let begun = create.metadata("colour", "blue").send().await.unwrap();
    assert_eq!((begun.bucket(), begun.key()), (Some(BUCKET), Some("k")));
    assert_eq!(
        begun.server_side_encryption(),
        Some(&ServerSideEncryption::Aes256)
    );
    let id = begun.upload_id().unwrap();
    let (first, second) = (bytes(PART), bytes(12_345));
    // Sent in any order, and one of them twice: the later one counts.
    let two = put_part(&s3, id, 7, second.clone()).await;
    put_part(&s3, id, 2, bytes(10)).await;
    let one = put_part(&s3, id, 2, first.clone()).await;
    let complete = s3
        .complete_multipart_upload()
        .bucket(BUCKET)
        .key("k")
        .upload_id(id);
    let complete = complete.multipart_upload(done(&[(2, &one), (7, &two)]));
    let completed = complete.send().await.unwrap();
    assert!(completed.e_tag().unwrap().ends_with("-2\""));
    assert_eq!(
        completed.server_side_encryption(),
        Some(&ServerSideEncryption::Aes256)
    );
    let location = format!("{}/photos/k", served.endpoint.url());
    assert_eq!(completed.location(), Some(location.as_str()));
    let got = s3
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(got.content_type(), Some("text/plain"));
    assert_eq!(got.metadata().unwrap()["colour"], "blue");
    assert_eq!(got.e_tag(), completed.e_tag());
    assert!(read(got.body).await == [first, second].concat());
}

#[tokio::test]
async fn completing_names_parts_that_are_there_in_order() {
    let served = Served::new().await;
    let s3 = served.client();
    let id = begin(&s3, "k").await;
    let one = put_part(&s3, &id, 1, bytes(PART)).await;
    let two = put_part(&s3, &id, 2, bytes(10)).await;
    let complete = |parts: &[(i32, &str)]| {
        let complete = s3
            .complete_multipart_upload()
            .bucket(BUCKET)
            .key("k")
            .upload_id(&id);
        complete.multipart_upload(done(parts)).send()
    };
    refused(
        complete(&[(2, &two), (1, &one)]).await,
        400,
        "InvalidPartOrder",
    );
    refused(complete(&[(1, &two)]).await, 400, "InvalidPart");
    refused(complete(&[(1, &one), (3, &two)]).await, 400, "InvalidPart");
    refused(complete(&[(0, &one)]).await, 400, "InvalidArgument");
    refused(complete(&[]).await, 400, "MalformedXML");
    let missing = s3.get_object().bucket(BUCKET).key("k").send().await;
    refused(missing, 404, "NoSuchKey");
    complete(&[(1, &one), (2, &two)]).await.unwrap();
}

#[tokio::test]
async fn a_part_that_is_not_the_last_has_five_mebibytes() {
    let served = Served::new().await;
    let s3 = served.client();
    let id = begin(&s3, "k").await;
    let one = put_part(&s3, &id, 1, bytes(PART - 1)).await;
    let two = put_part(&s3, &id, 2, bytes(10)).await;
    let complete = s3
        .complete_multipart_upload()
        .bucket(BUCKET)
        .key("k")
        .upload_id(&id);
    let complete = complete.multipart_upload(done(&[(1, &one), (2, &two)]));
    refused(complete.send().await, 400, "EntityTooSmall");
}

#[tokio::test]
async fn an_aborted_upload_is_gone() {
    let served = Served::new().await;
    let s3 = served.client();
    let id = begin(&s3, "k").await;
    put_part(&s3, &id, 1, bytes(10)).await;
    let abort = || {
        s3.abort_multipart_upload()
            .bucket(BUCKET)
            .key("k")
            .upload_id(&id)
            .send()
    };
    abort().await.unwrap();
    refused(abort().await, 404, "NoSuchUpload");
    let part = s3
        .upload_part()
        .bucket(BUCKET)
        .key("k")
        .upload_id(&id)
        .part_number(1);
    let part = part.body(ByteStream::from_static(b"x")).send().await;
    refused(part, 404, "NoSuchUpload");
    let parts = s3
        .list_parts()
        .bucket(BUCKET)
        .key("k")
        .upload_id(&id)
        .send()
        .await;
    refused(parts, 404, "NoSuchUpload");
    let listed = s3
        .list_multipart_uploads()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    assert!(listed.uploads().is_empty());
}

#[tokio::test]
async fn the_number_of_a_part_has_bounds() {
    let served = Served::new().await;
    let s3 = served.client();
    let id = begin(&s3, "k").await;
    for number in [0, -1, 10_001] {
        let part = s3
            .upload_part()
            .bucket(BUCKET)
            .key("k")
            .upload_id(&id)
            .part_number(number);
        let part = part.body(ByteStream::from_static(b"x")).send().await;
        refused(part, 400, "InvalidArgument");
    }
    put_part(&s3, &id, 10_000, bytes(1)).await;
}

#[tokio::test]
async fn parts_are_listed_in_pages() {
    let served = Served::new().await;
    let s3 = served.client();
    let id = begin(&s3, "k").await;
    for number in [3, 1, 2] {
        put_part(&s3, &id, number, bytes(usize::try_from(number).unwrap())).await;
    }
    let list = || {
        s3.list_parts()
            .bucket(BUCKET)
            .key("k")
            .upload_id(&id)
            .max_parts(2)
    };
    let first = list().send().await.unwrap();
    let told = |part: &aws_sdk_s3::types::Part| (part.part_number(), part.size());
    let parts: Vec<_> = first.parts().iter().map(told).collect();
    assert_eq!(parts, [(Some(1), Some(1)), (Some(2), Some(2))]);
    assert_eq!(first.is_truncated(), Some(true));
    assert_eq!(first.owner().and_then(|o| o.id()), Some("admin"));
    assert_eq!(first.initiator().and_then(|i| i.id()), Some("admin"));
    let marker = first.next_part_number_marker().unwrap();
    let second = list().part_number_marker(marker).send().await.unwrap();
    let parts: Vec<_> = second.parts().iter().map(told).collect();
    assert_eq!(
        (parts, second.is_truncated()),
        (vec![(Some(3), Some(3))], Some(false))
    );
}

#[tokio::test]
async fn uploads_are_listed_in_pages_and_folded() {
    let served = Served::new().await;
    let s3 = served.client();
    for key in ["a", "b/1", "b/2", "c", "c"] {
        begin(&s3, key).await;
    }
    let mut keys = Vec::new();
    let (mut key, mut id) = (None, None);
    loop {
        let list = s3.list_multipart_uploads().bucket(BUCKET).max_uploads(2);
        let list = list.set_key_marker(key).set_upload_id_marker(id);
        let listed = list.send().await.unwrap();
        keys.extend(
            listed
                .uploads()
                .iter()
                .filter_map(|u| u.key())
                .map(str::to_owned),
        );
        if listed.is_truncated() != Some(true) {
            break;
        }
        key = listed.next_key_marker().map(str::to_owned);
        id = listed.next_upload_id_marker().map(str::to_owned);
    }
    assert_eq!(keys, ["a", "b/1", "b/2", "c", "c"]);
    let folded = s3
        .list_multipart_uploads()
        .bucket(BUCKET)
        .delimiter("/")
        .send()
        .await
        .unwrap();
    assert_eq!(folded.uploads().len(), 3);
    assert_eq!(folded.common_prefixes()[0].prefix(), Some("b/"));
}

#[tokio::test]
async fn an_upload_in_progress_goes_with_its_bucket() {
    let served = Served::new().await;
    let s3 = served.client();
    let id = begin(&s3, "k").await;
    let part = s3.upload_part().bucket(BUCKET).key("k").part_number(1);
    let part = part.upload_id(&id).body(bytes(PART).into());
    part.send().await.unwrap();
    s3.delete_bucket().bucket(BUCKET).send().await.unwrap();
    s3.create_bucket().bucket(BUCKET).send().await.unwrap();
    let left = s3.list_multipart_uploads().bucket(BUCKET);
    assert!(left.send().await.unwrap().uploads().is_empty());
}
