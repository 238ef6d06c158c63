//! Multipart uploads.

use bytes::Bytes;
use stave_model::{
    BucketName, ByteRange, ChecksumAlgorithm, ChecksumKind, Checksums, Conditions, ETag,
    ETagCondition, ObjectHeaders, Part, PartNumber, UploadId, UserMetadata,
};
use stave_store::{
    Body, CompleteUpload, CompletedPart, CreateUpload, Error, GetObject, ListParts, ListUploads,
    UploadPart, UploadPartCopy, UploadRef, read_to_end,
};

use crate::kit::{Kit, key, latest, named, owner};
use crate::over_every_store;

over_every_store!(
    parts_become_an_object,
    a_part_is_read_by_its_number,
    a_part_is_written_again,
    a_part_is_made_of_an_object,
    parts_are_listed_in_pages,
    uploads_are_listed_until_they_end,
    an_aborted_upload_is_gone,
    a_small_part_that_is_not_the_last_is_refused,
    wrong_parts_are_refused,
    a_condition_is_decided_at_the_end,
    checksums_of_parts_make_that_of_the_whole,
);

/// The least size of a part that is not the last.
pub const PART: usize = 5 * 1024 * 1024;

pub fn number(number: i64) -> PartNumber {
    PartNumber::new(number).unwrap()
}

pub async fn begin(kit: &Kit, bucket: &BucketName, name: &str) -> UploadRef {
    begin_with(kit, bucket, name, None).await
}

async fn begin_with(
    kit: &Kit,
    bucket: &BucketName,
    name: &str,
    checksum: Option<(ChecksumAlgorithm, ChecksumKind)>,
) -> UploadRef {
    let create = CreateUpload {
        checksum,
        ..create(bucket, name)
    };
    let upload = kit.store.create_upload(create).await.unwrap().upload;
    resume(bucket, name, upload)
}

pub fn create(bucket: &BucketName, name: &str) -> CreateUpload {
    CreateUpload {
        bucket: bucket.clone(),
        key: key(name),
        owner: owner(),
        headers: ObjectHeaders {
            content_type: Some("video/mp4".to_owned()),
            ..ObjectHeaders::default()
        },
        user_metadata: UserMetadata::from([("color".to_owned(), "red".to_owned())]),
        checksum: None,
        tags: stave_model::Tags::default(),
        acl: None,
        encryption: stave_store::SseRequest::BucketDefault,
    }
}

pub fn resume(bucket: &BucketName, name: &str, upload: UploadId) -> UploadRef {
    UploadRef {
        bucket: bucket.clone(),
        key: key(name),
        upload,
    }
}

pub fn part(upload: &UploadRef, at: i64, fill: u8, size: usize) -> UploadPart {
    UploadPart {
        upload: upload.clone(),
        number: number(at),
        checksums: Checksums::default(),
        body: Body::from_bytes(Bytes::from(vec![fill; size])),
        customer_key: None,
    }
}

pub async fn send(kit: &Kit, upload: &UploadRef, at: i64, fill: u8, size: usize) -> Part {
    kit.store
        .upload_part(part(upload, at, fill, size))
        .await
        .unwrap()
        .part
}

pub fn complete(upload: &UploadRef, parts: &[&Part]) -> CompleteUpload {
    CompleteUpload {
        upload: upload.clone(),
        parts: parts
            .iter()
            .map(|part| CompletedPart {
                number: part.number,
                etag: part.etag.clone(),
                checksum: None,
            })
            .collect(),
        conditions: Conditions::default(),
        checksum: None,
        size_bytes: None,
        customer_key: None,
    }
}

async fn parts_become_an_object(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let upload = begin(kit, &photos, "film +1").await;
    let second = send(kit, &upload, 7, b'b', 3).await;
    let first = send(kit, &upload, 2, b'a', PART).await;
    assert_eq!(second.etag.as_str(), "08f8e0260c64418510cefb2b06eee5cd");
    assert_eq!(second.size_bytes, 3);
    assert_eq!(named(kit.get(&photos, "film +1").await), "NoSuchKey");
    let stored = kit
        .store
        .complete_upload(complete(&upload, &[&first, &second]));
    let stored = stored.await.unwrap();
    assert_eq!(stored.size_bytes, PART as u64 + 3);
    assert!(stored.etag.as_str().ends_with("-2"));
    let got = kit
        .store
        .get_object(GetObject::whole(latest(&photos, "film +1")));
    let got = got.await.unwrap();
    assert_eq!(got.version.parts, 2);
    assert_eq!(got.version.etag, stored.etag);
    assert_eq!(
        got.version.headers.content_type.as_deref(),
        Some("video/mp4")
    );
    assert_eq!(got.version.user_metadata["color"], "red");
    let read = read_to_end(got.body, 2 * PART as u64).await.unwrap();
    assert!(read[..PART].iter().all(|b| *b == b'a'));
    assert_eq!(&read[PART..], b"bbb");
}

async fn a_part_is_read_by_its_number(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let upload = begin(kit, &photos, "film").await;
    let first = send(kit, &upload, 1, b'a', PART).await;
    let second = send(kit, &upload, 2, b'b', 3).await;
    let done = complete(&upload, &[&first, &second]);
    kit.store.complete_upload(done).await.unwrap();
    let get = GetObject {
        part: Some(number(2)),
        ..GetObject::whole(latest(&photos, "film"))
    };
    let got = kit.store.get_object(get.clone()).await.unwrap();
    let range = got.range.unwrap();
    assert_eq!((range.offset, range.length), (PART as u64, 3));
    assert_eq!(got.version.size_bytes, PART as u64 + 3);
    assert_eq!(read_to_end(got.body, 10).await.unwrap(), "bbb");
    let head = kit.store.head_object(get).await.unwrap();
    assert_eq!(head.version.parts, 2);
}

async fn a_part_is_written_again(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let upload = begin(kit, &photos, "film").await;
    send(kit, &upload, 1, b'a', 10).await;
    let again = send(kit, &upload, 1, b'b', 3).await;
    kit.store
        .complete_upload(complete(&upload, &[&again]))
        .await
        .unwrap();
    assert_eq!(kit.get(&photos, "film").await.unwrap(), b"bbb");
}

async fn a_part_is_made_of_an_object(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    kit.put(&photos, "digits", b"0123456789").await;
    let upload = begin(kit, &photos, "film").await;
    let copy = |range| UploadPartCopy {
        upload: upload.clone(),
        number: number(1),
        source: latest(&photos, "digits"),
        range,
        source_conditions: Conditions::default(),
        customer_key: None,
        source_customer_key: None,
    };
    let whole = kit.store.upload_part_copy(copy(None)).await.unwrap();
    assert_eq!(whole.part.size_bytes, 10);
    let some = kit
        .store
        .upload_part_copy(copy(ByteRange::parse("bytes=2-5")));
    let some = some.await.unwrap().part;
    assert_eq!(some.size_bytes, 4);
    kit.store
        .complete_upload(complete(&upload, &[&some]))
        .await
        .unwrap();
    assert_eq!(kit.get(&photos, "film").await.unwrap(), b"2345");
}

async fn parts_are_listed_in_pages(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let upload = begin(kit, &photos, "film").await;
    for at in [1, 2, 3, 5] {
        send(kit, &upload, at, b'a', usize::try_from(at).unwrap()).await;
    }
    let mut list = ListParts {
        upload: upload.clone(),
        after: 0,
        max_parts: 3,
    };
    let page = kit.store.list_parts(list.clone()).await.unwrap();
    assert_eq!(page.upload.key, key("film"));
    assert_eq!(page.upload.owner, owner());
    let told: Vec<_> = page
        .parts
        .iter()
        .map(|p| (p.number.get(), p.size_bytes))
        .collect();
    assert_eq!(told, [(1, 1), (2, 2), (3, 3)]);
    list.after = page.next_after.expect("there is more");
    let page = kit.store.list_parts(list).await.unwrap();
    let told: Vec<_> = page
        .parts
        .iter()
        .map(|p| (p.number.get(), p.size_bytes))
        .collect();
    assert_eq!((told, page.next_after), (vec![(5, 5)], None));
}

async fn uploads_are_listed_until_they_end(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let one = begin(kit, &photos, "a +b").await;
    begin(kit, &photos, "dir/b").await;
    begin(kit, &photos, "dir/c").await;
    let all = ListUploads {
        bucket: photos.clone(),
        prefix: String::new(),
        delimiter: "/".to_owned(),
        after: None,
        max_uploads: 1_000,
    };
    let page = kit.store.list_uploads(all.clone()).await.unwrap();
    let told: Vec<_> = page
        .uploads
        .iter()
        .map(|u| (u.key.as_str(), &u.id))
        .collect();
    assert_eq!(told, [("a +b", &one.upload)]);
    assert_eq!(page.common_prefixes, ["dir/"]);
    let mut keys = Vec::new();
    let mut list = ListUploads {
        delimiter: String::new(),
        max_uploads: 1,
        ..all
    };
    loop {
        let page = kit.store.list_uploads(list.clone()).await.unwrap();
        keys.extend(page.uploads.into_iter().map(|u| u.key.as_str().to_owned()));
        list.after = page.next_after;
        if list.after.is_none() {
            break;
        }
    }
    assert_eq!(keys, ["a +b", "dir/b", "dir/c"]);
}

async fn an_aborted_upload_is_gone(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let upload = begin(kit, &photos, "film").await;
    let sent = send(kit, &upload, 1, b'a', 3).await;
    kit.store.abort_upload(upload.clone()).await.unwrap();
    let completed = kit.store.complete_upload(complete(&upload, &[&sent])).await;
    assert_eq!(named(completed), "NoSuchUpload");
    let again = kit.store.upload_part(part(&upload, 2, b'a', 3)).await;
    assert_eq!(named(again), "NoSuchUpload");
    let list = ListParts {
        upload: upload.clone(),
        after: 0,
        max_parts: 10,
    };
    assert_eq!(named(kit.store.list_parts(list).await), "NoSuchUpload");
    let unknown = UploadRef {
        upload: UploadId::parse("0123456789abcdef0123456789abcdef").unwrap(),
        ..upload
    };
    assert_eq!(named(kit.store.abort_upload(unknown).await), "NoSuchUpload");
    kit.store.delete_bucket(&photos).await.unwrap();
}

async fn a_small_part_that_is_not_the_last_is_refused(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let upload = begin(kit, &photos, "film").await;
    let small = send(kit, &upload, 1, b'a', 3).await;
    let last = send(kit, &upload, 2, b'b', 3).await;
    let outcome = kit
        .store
        .complete_upload(complete(&upload, &[&small, &last]))
        .await;
    assert!(
        matches!(outcome, Err(Error::EntityTooSmall { .. })),
        "{outcome:?}"
    );
}

async fn wrong_parts_are_refused(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let upload = begin(kit, &photos, "film").await;
    let first = send(kit, &upload, 1, b'a', PART).await;
    let second = send(kit, &upload, 2, b'b', 3).await;
    let swapped = complete(&upload, &[&second, &first]);
    assert_eq!(
        named(kit.store.complete_upload(swapped).await),
        "InvalidPartOrder"
    );
    let other = Part {
        etag: ETag::parse("00000000000000000000000000000000"),
        ..second
    };
    let wrong = complete(&upload, &[&first, &other]);
    assert_eq!(named(kit.store.complete_upload(wrong).await), "InvalidPart");
}

async fn a_condition_is_decided_at_the_end(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    kit.put(&photos, "film", b"old").await;
    let upload = begin(kit, &photos, "film").await;
    let only = send(kit, &upload, 1, b'a', 3).await;
    let done = CompleteUpload {
        conditions: Conditions {
            if_none_match: Some(ETagCondition::Any),
            ..Conditions::default()
        },
        ..complete(&upload, &[&only])
    };
    let refused = kit.store.complete_upload(done).await;
    assert_eq!(named(refused), "PreconditionFailed");
    assert_eq!(kit.get(&photos, "film").await.unwrap(), b"old");
}

async fn checksums_of_parts_make_that_of_the_whole(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let asked = Some((ChecksumAlgorithm::Crc32, ChecksumKind::FullObject));
    let upload = begin_with(kit, &photos, "film", asked).await;
    // CRC-32 of `hello`.
    let value = vec![0x36, 0x10, 0xa6, 0x86];
    let sent = UploadPart {
        checksums: Checksums {
            additional: Some((ChecksumAlgorithm::Crc32, value.clone())),
            ..Checksums::default()
        },
        body: Body::from_bytes("hello"),
        ..part(&upload, 1, b'a', 0)
    };
    let only = kit.store.upload_part(sent).await.unwrap().part;
    assert_eq!(only.checksum.as_ref().unwrap().value, value);
    let stored = kit.store.complete_upload(complete(&upload, &[&only]));
    let told = stored.await.unwrap().checksum.unwrap();
    assert_eq!((told.kind, told.value), (ChecksumKind::FullObject, value));
}
