//! What is told of the parts of an object and of an upload, and a Complete that is asked twice.

use stave_model::{ChecksumAlgorithm, ChecksumKind, ETag, UploadUsage};
use stave_store::{
    CompleteUpload, CreateUpload, GetObject, ListObjectParts, ListParts, ListUploads,
};

use crate::kit::{Kit, latest, named, version};
use crate::uploads::{PART, begin, complete, create, number, resume, send};

crate::over_every_store!(
    the_parts_of_an_object_are_told_in_pages,
    an_object_that_was_put_whole_has_no_parts,
    a_part_beyond_the_parts_is_refused,
    what_an_upload_takes_is_told_rightly_or_not_at_all,
    a_repeated_complete_answers_the_version_that_it_made,
    a_repeated_complete_with_other_parts_is_refused,
);

async fn the_parts_of_an_object_are_told_in_pages(kit: &Kit) {
    let photos = kit.versioned("photos").await;
    let wanted = CreateUpload {
        checksum: Some((ChecksumAlgorithm::Crc64Nvme, ChecksumKind::FullObject)),
        ..create(&photos, "film")
    };
    let upload = kit.store.create_upload(wanted).await.unwrap().upload;
    let upload = resume(&photos, "film", upload);
    let first = send(kit, &upload, 2, b'a', PART).await;
    let second = send(kit, &upload, 5, b'b', PART + 1).await;
    let third = send(kit, &upload, 9, b'c', 3).await;
    let done = complete(&upload, &[&first, &second, &third]);
    let stored = kit.store.complete_upload(done).await.unwrap();
    kit.put(&photos, "film", b"later").await;
    let list = |after, max_parts| ListObjectParts {
        object: version(&photos, "film", &stored.version),
        after,
        max_parts,
        customer_key: None,
    };
    let page = async |after, max_parts| {
        let page = kit.store.list_object_parts(list(after, max_parts));
        let page = page.await.unwrap();
        assert_eq!(page.version.id, stored.version);
        let parts = page.parts.iter();
        let parts = parts.map(|part| (part.number.get(), part.size_bytes));
        (parts.collect::<Vec<_>>(), page.next_after)
    };
    let size = PART as u64;
    let all = [(2, size), (5, size + 1), (9, 3)];
    assert_eq!(page(0, 1_000).await, (all.to_vec(), None));
    assert_eq!(page(0, 2).await, (all[..2].to_vec(), Some(5)));
    assert_eq!(page(5, 2).await, (all[2..].to_vec(), None));
    assert_eq!(page(9, 2).await, (vec![], None));
    let told = kit.store.list_object_parts(list(5, 1)).await.unwrap();
    assert_eq!(told.parts[0].checksum, third.checksum);
    assert!(third.checksum.is_some());
}

async fn an_object_that_was_put_whole_has_no_parts(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    kit.put(&photos, "k", b"bytes").await;
    let list = |text| ListObjectParts {
        object: latest(&photos, text),
        after: 0,
        max_parts: 10,
        customer_key: None,
    };
    let page = kit.store.list_object_parts(list("k")).await.unwrap();
    assert_eq!((page.parts, page.next_after), (vec![], None));
    assert_eq!(page.version.size_bytes, 5);
    let missing = kit.store.list_object_parts(list("missing")).await;
    assert_eq!(named(missing), "NoSuchKey");
}

async fn a_part_beyond_the_parts_is_refused(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let upload = begin(kit, &photos, "film").await;
    let first = send(kit, &upload, 1, b'a', PART).await;
    let second = send(kit, &upload, 2, b'b', 3).await;
    let done = complete(&upload, &[&first, &second]);
    kit.store.complete_upload(done).await.unwrap();
    let get = |part| GetObject {
        part: Some(number(part)),
        ..GetObject::whole(latest(&photos, "film"))
    };
    let head = kit.store.head_object(get(2)).await.unwrap();
    assert_eq!(head.range.unwrap().length, 3);
    assert_eq!(head.part_checksum.unwrap().value.len(), 8);
    let head = kit.store.head_object(get(3)).await;
    assert_eq!(named(head), "InvalidPart");
    let got = kit.store.get_object(get(3)).await;
    assert_eq!(named(got), "InvalidPart");
}

async fn what_an_upload_takes_is_told_rightly_or_not_at_all(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let upload = begin(kit, &photos, "film").await;
    send(kit, &upload, 1, b'a', 10).await;
    send(kit, &upload, 7, b'b', 20).await;
    send(kit, &upload, 1, b'c', 3).await;
    let usage = UploadUsage {
        parts: 2,
        size_bytes: 23,
    };
    let list = ListParts {
        upload,
        after: 0,
        max_parts: 1,
    };
    let told = kit.store.list_parts(list).await.unwrap().upload.usage;
    assert!(told.is_none_or(|told| told == usage), "{told:?}");
    let list = ListUploads {
        bucket: photos,
        prefix: String::new(),
        delimiter: String::new(),
        after: None,
        max_uploads: 10,
    };
    let told = kit.store.list_uploads(list).await.unwrap().uploads[0].usage;
    assert!(told.is_none_or(|told| told == usage), "{told:?}");
}

async fn a_repeated_complete_answers_the_version_that_it_made(kit: &Kit) {
    let photos = kit.versioned("photos").await;
    let upload = begin(kit, &photos, "film").await;
    let part = send(kit, &upload, 1, b'a', 10).await;
    let done = complete(&upload, &[&part]);
    let stored = kit.store.complete_upload(done.clone()).await.unwrap();
    kit.put(&photos, "film", b"later").await;
    let again = kit.store.complete_upload(done.clone()).await.unwrap();
    assert_eq!(again.version, stored.version);
    assert_eq!(again.etag, stored.etag);
    assert_eq!(again.size_bytes, 10);
    assert_eq!(kit.get(&photos, "film").await.unwrap(), b"later");
    kit.delete(version(&photos, "film", &stored.version))
        .await
        .unwrap();
    let gone = kit.store.complete_upload(done).await;
    assert_eq!(named(gone), "NoSuchUpload");
}

async fn a_repeated_complete_with_other_parts_is_refused(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let upload = begin(kit, &photos, "film").await;
    let first = send(kit, &upload, 1, b'a', PART).await;
    let second = send(kit, &upload, 2, b'b', 3).await;
    let done = complete(&upload, &[&first, &second]);
    kit.store.complete_upload(done.clone()).await.unwrap();
    let refusal = async |change: fn(&mut CompleteUpload)| {
        let mut other = done.clone();
        change(&mut other);
        named(kit.store.complete_upload(other).await)
    };
    let fewer = refusal(|request| request.parts.truncate(1)).await;
    assert_eq!(fewer, "NoSuchUpload");
    let another = refusal(|request| request.parts[1].etag = ETag::parse("other")).await;
    assert_eq!(another, "NoSuchUpload");
    kit.put(&photos, "film", b"later").await;
    let replaced = refusal(|_| {}).await;
    assert_eq!(replaced, "NoSuchUpload");
}
