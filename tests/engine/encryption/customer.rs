//! The key of a customer: needed for all that needs the bytes or tells of them, and kept nowhere.

use stave_model::{ChecksumAlgorithm, Checksums};
use stave_store::{
    CompleteUpload, CopyObject, CustomerKey, Error, GetObject, ListObjectParts, Store,
};

use super::{Kind, by_customer, by_s3, reading, told, vault_and_bucket};
use crate::copies::copy_of;
use crate::kit::{files_below, latest, pattern};

/// A key that would be recognised wherever it was written.
const PLANTED: [u8; 32] = *b"a key that nobody else has, only";

fn refusal<T>(outcome: Result<T, Error>) -> &'static str {
    match outcome {
        Err(Error::CustomerKeyRequired) => "required",
        Err(Error::CustomerKeyWrong) => "wrong",
        Err(Error::CustomerKeyUnexpected) => "unexpected",
        Err(other) => panic!("refused otherwise: {other}"),
        Ok(_) => "no refusal",
    }
}

/// What an object is under, what comes with the request, and how that is refused.
fn refused() -> [(Kind, Kind, &'static str); 3] {
    [
        (by_customer(1), by_s3(), "required"),
        (by_customer(1), by_customer(2), "wrong"),
        (by_s3(), by_customer(1), "unexpected"),
    ]
}

#[tokio::test]
async fn no_read_happens_without_the_right_key() {
    let (vault, bucket) = vault_and_bucket().await;
    for (kind, sent, expected) in refused() {
        vault.put_as(&bucket, "k", b"bytes", &kind).await;
        let get = || reading(latest(&bucket, "k"), &sent);
        assert_eq!(refusal(vault.store.get_object(get()).await), expected);
        assert_eq!(refusal(vault.store.head_object(get()).await), expected);
        let list = ListObjectParts {
            object: latest(&bucket, "k"),
            after: 0,
            max_parts: 1,
            customer_key: sent.key.clone(),
        };
        let listed = vault.store.list_object_parts(list).await;
        assert_eq!(refusal(listed), expected);
        let target = by_s3();
        let copied = vault.copy_as(&bucket, ("k", &sent), ("copied", &target));
        assert_eq!(refusal(copied.await), expected);
        let object = latest(&bucket, "k");
        let reencrypted = vault.reencrypt(object, &sent, &by_customer(3)).await;
        assert_eq!(refusal(reencrypted), expected);
        let mut uploading = vault.upload_as(&bucket, "parts", &by_s3()).await;
        uploading.source_key.clone_from(&sent.key);
        assert_eq!(refusal(uploading.copy(1, "k", None).await), expected);
        let range = Some("bytes=1-2");
        assert_eq!(refusal(uploading.copy(1, "k", range).await), expected);
        assert_eq!(vault.get_as(&bucket, "k", &kind).await.unwrap(), b"bytes");
    }
}

#[tokio::test]
async fn no_part_is_taken_without_the_key_of_its_upload() {
    let (vault, bucket) = vault_and_bucket().await;
    vault.put(&bucket, "source", pattern(50_000, 1)).await;
    for (kind, sent, expected) in refused() {
        let mut uploading = vault.upload_as(&bucket, "k", &kind).await;
        uploading.customer_key.clone_from(&sent.key);
        let part = uploading.try_part(1, b"part".to_vec(), Checksums::default());
        assert_eq!(refusal(part.await), expected);
        assert_eq!(refusal(uploading.copy(1, "source", None).await), expected);
        uploading.customer_key.clone_from(&kind.key);
        uploading.part(1, b"part".to_vec()).await;
        let complete = CompleteUpload {
            customer_key: sent.key.clone(),
            ..uploading.request()
        };
        if sent.key.is_some() {
            let completed = vault.store.complete_upload(complete).await;
            assert_eq!(refusal(completed), expected);
        }
        uploading.complete().await.unwrap();
        assert_eq!(vault.get_as(&bucket, "k", &kind).await.unwrap(), b"part");
    }
}

#[tokio::test]
async fn the_key_may_come_again_with_the_completion() {
    let (vault, bucket) = vault_and_bucket().await;
    let kind = by_customer(1);
    let mut uploading = vault.upload_as(&bucket, "k", &kind).await;
    uploading.part(1, b"part".to_vec()).await;
    let complete = CompleteUpload {
        customer_key: kind.key.clone(),
        ..uploading.request()
    };
    let stored = vault.store.complete_upload(complete).await.unwrap();
    assert_eq!(told(&stored.sse), "SSE-C");
}

#[tokio::test]
async fn a_copy_reads_its_source_for_another_checksum_by_the_key() {
    let (vault, bucket) = vault_and_bucket().await;
    let kind = by_customer(1);
    vault.put_as(&bucket, "k", b"123456789", &kind).await;
    let copy = CopyObject {
        checksum: Some(ChecksumAlgorithm::Crc32c),
        encryption: kind.asked.clone(),
        source_customer_key: kind.key.clone(),
        ..copy_of(latest(&bucket, "k"), &bucket, "copied")
    };
    let copied = vault.store.copy_object(copy).await.unwrap();
    let value = copied.stored.checksum.unwrap().value;
    assert_eq!(value, [0xe3, 0x06, 0x92, 0x83]);
}

#[tokio::test]
async fn two_objects_under_one_key_have_nothing_in_common() {
    let (vault, bucket) = vault_and_bucket().await;
    let kind = by_customer(1);
    let bytes = pattern(20_000, 1);
    for key in ["a", "b"] {
        vault.put_as(&bucket, key, &bytes, &kind).await;
    }
    let files = vault.blob_files();
    let sealed = files.iter().map(|path| std::fs::read(path).unwrap());
    let sealed: Vec<Vec<u8>> = sealed.collect();
    assert_eq!(sealed.len(), 2);
    assert_ne!(sealed[0][88..], sealed[1][88..]);
}

#[tokio::test]
async fn the_key_is_nowhere_on_disk() {
    let (vault, bucket) = vault_and_bucket().await;
    let key = CustomerKey::new(PLANTED);
    let kind = Kind {
        asked: stave_store::SseRequest::Customer(key.clone()),
        key: Some(key),
        told: "SSE-C",
    };
    vault.put_as(&bucket, "small", b"small", &kind).await;
    vault
        .put_as(&bucket, "k", &pattern(100_000, 1), &kind)
        .await;
    let mut uploading = vault.upload_as(&bucket, "parts", &kind).await;
    uploading.part(1, pattern(100_000, 2)).await;
    uploading.complete().await.unwrap();
    let wrong = reading(latest(&bucket, "k"), &by_customer(9));
    assert_eq!(refusal(vault.store.get_object(wrong).await), "wrong");
    let files = files_below(&vault.dir());
    assert!(files.len() > 4, "the vault has its files");
    let written = [PLANTED.to_vec(), hex::encode(PLANTED).into_bytes()];
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        for planted in &written {
            let found = bytes.windows(16).any(|window| *window == planted[..16]);
            assert!(!found, "{} holds the key", path.display());
        }
    }
}

#[tokio::test]
async fn what_needs_no_bytes_needs_no_key() {
    let (vault, bucket) = vault_and_bucket().await;
    vault.put_as(&bucket, "k", b"bytes", &by_customer(1)).await;
    let tags = crate::tags::tags(&[("a", "b")]);
    let set = vault
        .store
        .put_object_tags(latest(&bucket, "k"), tags.clone());
    set.await.unwrap();
    let (_, found) = vault.store.object_tags(latest(&bucket, "k")).await.unwrap();
    assert_eq!(found, tags);
    vault.delete(&bucket, "k").await;
    let gone = GetObject::whole(latest(&bucket, "k"));
    let gone = vault.store.get_object(gone).await;
    assert!(matches!(gone, Err(Error::NoSuchKey { .. })));
}
