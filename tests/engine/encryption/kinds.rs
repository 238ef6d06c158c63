//! What holds of every kind, and from each kind to each other.

use stave_model::{ByteRange, PartNumber, Versioning};
use stave_store::{GetObject, ListObjectParts, Store};

use super::{Kind, every_kind, reading, told, vault_and_bucket};
use crate::kit::{Vault, at, latest, pattern};
use crate::uploads::PART;

/// One size that travels in a row, one that is a file.
const SIZES: [usize; 2] = [1_000, 200_000];

#[tokio::test]
async fn what_is_written_is_read_whole_and_in_ranges_also_after_a_reopening() {
    let (mut vault, bucket) = vault_and_bucket().await;
    let kinds = every_kind(&vault).await;
    for (n, kind) in kinds.iter().enumerate() {
        for size in SIZES {
            let key = format!("{n}-{size}");
            let stored = vault.put_as(&bucket, &key, &pattern(size, 3), kind).await;
            assert_eq!(told(&stored.sse), kind.told);
        }
    }
    vault.reopen();
    for (n, kind) in kinds.iter().enumerate() {
        for size in SIZES {
            let key = format!("{n}-{size}");
            let bytes = pattern(size, 3);
            assert!(vault.get_as(&bucket, &key, kind).await.unwrap() == bytes);
            assert_eq!(vault.sse_of(&bucket, &key, kind).await, kind.told);
            let range = GetObject {
                range: ByteRange::parse("bytes=500-699"),
                ..reading(latest(&bucket, &key), kind)
            };
            assert!(vault.read(range).await.unwrap() == bytes[500..700]);
        }
    }
}

#[tokio::test]
async fn a_copy_goes_from_each_kind_to_each_and_moves_no_bytes() {
    let (mut vault, bucket) = vault_and_bucket().await;
    let kinds = every_kind(&vault).await;
    let bytes = pattern(3_000_000, 5);
    for (n, source) in kinds.iter().enumerate() {
        let from = format!("from-{n}");
        let stored = vault.put_as(&bucket, &from, &bytes, source).await;
        let files = vault.blob_files();
        for (m, target) in kinds.iter().enumerate() {
            let to = format!("{n}-to-{m}");
            let copied = vault.copy_as(&bucket, (&from, source), (&to, target)).await;
            let copied = copied.unwrap().stored;
            assert_eq!(told(&copied.sse), target.told);
            assert_eq!(copied.etag, stored.etag);
            assert_eq!(vault.blob_files(), files, "{from} {to}");
        }
        vault.delete(&bucket, &from).await;
    }
    vault.engine.sweep().unwrap();
    vault.reopen();
    for n in 0..kinds.len() {
        for (m, target) in kinds.iter().enumerate() {
            let read = vault.get_as(&bucket, &format!("{n}-to-{m}"), target).await;
            assert!(read.unwrap() == bytes);
        }
    }
}

#[tokio::test]
async fn a_copy_onto_itself_changes_the_encryption() {
    let (vault, bucket) = vault_and_bucket().await;
    let kinds = every_kind(&vault).await;
    let bytes = pattern(100_000, 5);
    vault.put_as(&bucket, "k", &bytes, &kinds[0]).await;
    let files = vault.blob_files();
    for pair in kinds.windows(2) {
        let copied = vault.copy_as(&bucket, ("k", &pair[0]), ("k", &pair[1]));
        assert_eq!(told(&copied.await.unwrap().stored.sse), pair[1].told);
        assert!(vault.get_as(&bucket, "k", &pair[1]).await.unwrap() == bytes);
    }
    vault.engine.sweep().unwrap();
    assert_eq!(vault.blob_files(), files);
}

#[tokio::test]
async fn an_upload_of_each_kind_becomes_an_object_of_its_kind() {
    let (mut vault, bucket) = vault_and_bucket().await;
    let kinds = every_kind(&vault).await;
    let (first, last) = (pattern(PART, 1), pattern(70_000, 2));
    for (n, kind) in kinds.iter().enumerate() {
        let mut uploading = vault.upload_as(&bucket, &format!("k{n}"), kind).await;
        uploading.part(3, first.clone()).await;
        uploading.part(7, last.clone()).await;
        let files = vault.blob_files();
        let stored = uploading.complete().await.unwrap();
        assert_eq!(told(&stored.sse), kind.told);
        assert_eq!(vault.blob_files(), files, "a completion moves no bytes");
        let again = uploading.complete().await.unwrap();
        assert_eq!((again.etag, again.sse), (stored.etag, stored.sse));
    }
    vault.reopen();
    let whole = [first, last.clone()].concat();
    for (n, kind) in kinds.iter().enumerate() {
        let key = format!("k{n}");
        assert!(vault.get_as(&bucket, &key, kind).await.unwrap() == whole);
        let part = GetObject {
            part: PartNumber::new(7).ok(),
            ..reading(latest(&bucket, &key), kind)
        };
        assert!(vault.read(part).await.unwrap() == last);
        let request = ListObjectParts {
            object: latest(&bucket, &key),
            after: 0,
            max_parts: 10,
            customer_key: kind.key.clone(),
        };
        let parts = vault.store.list_object_parts(request).await.unwrap().parts;
        let sizes: Vec<u64> = parts.iter().map(|part| part.size_bytes).collect();
        assert_eq!(sizes, [PART as u64, 70_000]);
        // The copy of an object whose keys are still those of its upload.
        let copied = vault.copy_as(&bucket, (&key, kind), ("copied", &kinds[0]));
        copied.await.unwrap();
        assert!(vault.get_as(&bucket, "copied", &kinds[0]).await.unwrap() == whole);
    }
}

#[tokio::test]
async fn a_part_is_copied_from_each_kind_into_each() {
    let (vault, bucket) = vault_and_bucket().await;
    let kinds = every_kind(&vault).await;
    let bytes = pattern(300_000, 9);
    for (n, kind) in kinds.iter().enumerate() {
        vault.put_as(&bucket, &format!("s{n}"), &bytes, kind).await;
    }
    for (n, source) in kinds.iter().enumerate() {
        for target in &kinds {
            let from = format!("s{n}");
            let files = vault.blob_files();
            let mut whole = vault.upload_as(&bucket, "whole", target).await;
            whole.source_key.clone_from(&source.key);
            whole.copy(1, &from, None).await.unwrap();
            assert_eq!(vault.blob_files(), files, "a whole source is shared");
            whole.complete().await.unwrap();
            assert!(vault.get_as(&bucket, "whole", target).await.unwrap() == bytes);
            let mut cut = vault.upload_as(&bucket, "cut", target).await;
            cut.source_key.clone_from(&source.key);
            cut.copy(1, &from, Some("bytes=1000-99999")).await.unwrap();
            cut.complete().await.unwrap();
            let read = vault.get_as(&bucket, "cut", target).await.unwrap();
            assert!(read == bytes[1_000..100_000]);
            vault.delete(&bucket, "whole").await;
            vault.delete(&bucket, "cut").await;
            vault.engine.sweep().unwrap();
        }
    }
}

#[tokio::test]
async fn a_version_is_encrypted_otherwise_in_its_place() {
    let vault = Vault::new();
    let bucket = vault.bucket("inplace", Versioning::Enabled).await;
    let kinds = every_kind(&vault).await;
    let (first, last) = (pattern(PART, 1), pattern(70_000, 2));
    let bytes = [first.clone(), last.clone()].concat();
    let mut uploading = vault.upload_as(&bucket, "k", &kinds[1]).await;
    uploading.part(1, first).await;
    uploading.part(2, last).await;
    let stored = uploading.complete().await.unwrap();
    vault.put(&bucket, "k", "a newer version").await;
    let object = || at(&bucket, "k", &stored.version);
    let files = vault.blob_files();
    let head = |kind: &Kind| vault.store.head_object(reading(object(), kind));
    let before = head(&kinds[1]).await.unwrap().version;
    let mut present = &kinds[1];
    for target in kinds.iter().chain(kinds.iter().rev()) {
        let sse = vault.reencrypt(object(), present, target).await.unwrap();
        assert_eq!(sse, target.told);
        let mut version = head(target).await.unwrap().version;
        assert_eq!(told(&version.sse), target.told);
        version.sse = before.sse.clone();
        assert_eq!(version, before, "nothing else of it changes");
        assert!(vault.read(reading(object(), target)).await.unwrap() == bytes);
        present = target;
    }
    assert_eq!(vault.blob_files(), files);
    assert_eq!(vault.get(&bucket, "k").await.unwrap(), b"a newer version");
}
