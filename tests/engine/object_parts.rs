//! What is told of the parts of an object and of an upload, and a Complete that is asked twice.

use stave_model::{
    ChecksumAlgorithm, ChecksumKind, ETag, ETagCondition, UploadUsage, VersionId, Versioning,
};
use stave_store::{
    CompleteUpload, Error, GetObject, ListObjectParts, ListParts, ListUploads, Store,
};

use crate::kit::{Vault, at, latest, pattern};
use crate::uploads::{PART, Uploading, number};

#[tokio::test]
async fn the_parts_of_an_object_are_told_in_pages() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Enabled).await;
    let wanted = Some((ChecksumAlgorithm::Sha256, ChecksumKind::Composite));
    let mut uploading = Uploading::begin_with(&vault, &bucket, "k", wanted).await;
    uploading.part(2, pattern(PART, 1)).await;
    uploading.part(5, pattern(PART + 1, 2)).await;
    uploading.part(9, b"last".to_vec()).await;
    let stored = uploading.complete().await.unwrap();
    vault.put(&bucket, "k", "put whole").await;
    let list = |after, max_parts| ListObjectParts {
        object: at(&bucket, "k", &stored.version),
        after,
        max_parts,
        customer_key: None,
    };
    let page = async |after, max| {
        let page = vault
            .store
            .list_object_parts(list(after, max))
            .await
            .unwrap();
        assert_eq!(page.version.id, stored.version);
        assert_eq!(page.versioning, Versioning::Enabled);
        let sizes = page.parts.iter();
        let sizes = sizes.map(|part| (part.number.get(), part.size_bytes));
        (sizes.collect::<Vec<_>>(), page.next_after)
    };
    let size = PART as u64;
    let all = [(2, size), (5, size + 1), (9, 4)];
    assert_eq!(page(0, 1_000).await, (all.to_vec(), None));
    assert_eq!(page(0, 2).await, (all[..2].to_vec(), Some(5)));
    assert_eq!(page(5, 2).await, (all[2..].to_vec(), None));
    assert_eq!(page(9, 2).await, (vec![], None));
    assert_eq!(page(0, 0).await, (vec![], None));
    let told = vault.store.list_object_parts(list(5, 1)).await.unwrap();
    assert_eq!(told.parts[0].checksum, uploading.parts[2].checksum);
    let whole = ListObjectParts {
        object: latest(&bucket, "k"),
        after: 0,
        max_parts: 10,
        customer_key: None,
    };
    let told = vault.store.list_object_parts(whole).await.unwrap();
    assert_eq!((told.parts, told.next_after), (vec![], None));
}

#[tokio::test]
async fn the_checksum_of_a_part_stands_beside_that_of_the_whole() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    let mut uploading = Uploading::begin(&vault, &bucket, "k").await;
    uploading.part(1, pattern(PART, 1)).await;
    let last = uploading.part(2, b"last".to_vec()).await;
    let stored = uploading.complete().await.unwrap();
    let ask = |part| GetObject {
        part,
        ..GetObject::whole(latest(&bucket, "k"))
    };
    let head = vault.store.head_object(ask(Some(number(2)))).await.unwrap();
    assert_eq!(head.part_checksum, last.checksum);
    assert_eq!(head.version.checksum, stored.checksum);
    let got = vault.store.get_object(ask(Some(number(2)))).await.unwrap();
    assert_eq!(got.part_checksum, last.checksum);
    let head = vault.store.head_object(ask(None)).await.unwrap();
    assert_eq!(head.part_checksum, None);
    let beyond = vault.store.head_object(ask(Some(number(3)))).await;
    assert!(matches!(beyond, Err(Error::InvalidPart(of)) if of == number(3)));
}

#[tokio::test]
async fn what_an_upload_takes_is_told() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    let mut uploading = Uploading::begin(&vault, &bucket, "k").await;
    Uploading::begin(&vault, &bucket, "empty").await;
    uploading.part(1, vec![1; 10]).await;
    uploading.part(2, vec![2; 20_000]).await;
    uploading.part(1, vec![1; 7]).await;
    let usage = UploadUsage {
        parts: 2,
        size_bytes: 20_007,
    };
    let list = ListParts {
        upload: uploading.upload.clone(),
        after: 1,
        max_parts: 1,
    };
    let page = vault.store.list_parts(list).await.unwrap();
    assert_eq!(page.upload.usage, Some(usage));
    let list = ListUploads {
        bucket: bucket.clone(),
        prefix: String::new(),
        delimiter: String::new(),
        after: None,
        max_uploads: 10,
    };
    let page = vault.store.list_uploads(list).await.unwrap();
    let told: Vec<_> = page.uploads.iter().map(|upload| upload.usage).collect();
    assert_eq!(told, [Some(UploadUsage::default()), Some(usage)]);
}

#[tokio::test]
async fn a_repeated_complete_answers_the_version_that_it_made() {
    let mut vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Enabled).await;
    let mut uploading = Uploading::begin(&vault, &bucket, "k").await;
    uploading.part(1, pattern(PART, 1)).await;
    uploading.part(2, b"last".to_vec()).await;
    let request = CompleteUpload {
        size_bytes: Some(PART as u64 + 4),
        ..uploading.request()
    };
    let stored = uploading.complete().await.unwrap();
    drop(uploading);
    vault.put(&bucket, "k", "later").await;
    vault.reopen();
    let complete = |request| vault.store.complete_upload(request);
    let again = complete(request.clone()).await.unwrap();
    assert_eq!(
        (&again.version, &again.etag),
        (&stored.version, &stored.etag)
    );
    assert_eq!(
        (again.size_bytes, again.modified),
        (stored.size_bytes, stored.modified)
    );
    assert_eq!(again.checksum, stored.checksum);
    assert_eq!(vault.get(&bucket, "k").await.unwrap(), b"later");
    // Its condition held when the version was made.
    let mut conditional = request.clone();
    conditional.conditions.if_none_match = Some(ETagCondition::Any);
    assert_eq!(complete(conditional).await.unwrap().version, stored.version);
    let refusal = async |change: fn(&mut CompleteUpload)| {
        let mut other = request.clone();
        change(&mut other);
        let error = complete(other).await.unwrap_err();
        assert!(matches!(error, Error::NoSuchUpload(_)), "{error}");
    };
    refusal(|request| request.parts.truncate(1)).await;
    refusal(|request| request.parts[1].etag = ETag::parse("other")).await;
    refusal(|request| request.parts[1].number = number(3)).await;
    refusal(|request| request.size_bytes = Some(1)).await;
    refusal(|request| request.checksum = Some((ChecksumAlgorithm::Crc64Nvme, vec![0; 8]))).await;
    vault.delete_version(&bucket, "k", &stored.version).await;
    refusal(|_| {}).await;
}

#[tokio::test]
async fn a_repeated_complete_is_refused_once_its_version_was_replaced() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    let mut uploading = Uploading::begin(&vault, &bucket, "k").await;
    uploading.part(1, b"bytes".to_vec()).await;
    let stored = uploading.complete().await.unwrap();
    assert_eq!(stored.version, VersionId::Null);
    let again = uploading.complete().await.unwrap();
    assert_eq!(again.etag, stored.etag);
    vault.put(&bucket, "k", "later").await;
    let again = uploading.complete().await;
    assert!(matches!(again, Err(Error::NoSuchUpload(_))));
    assert_eq!(vault.get(&bucket, "k").await.unwrap(), b"later");
}
