//! Multipart uploads.

use stave_model::{
    BucketName, ByteRange, ChecksumAlgorithm, ChecksumKind, Checksums, Conditions, ETag,
    ETagCondition, ObjectHeaders, Part, PartNumber, UploadId, UserMetadata, Versioning,
};
use stave_store::{
    Body, CompleteUpload, CompletedPart, CreateUpload, CustomerKey, Error, GetObject, ListParts,
    ListUploads, Store, Stored, UploadPart, UploadPartCopy, UploadRef,
};

use crate::kit::{Vault, key, latest, owner, pattern, put_of};

/// The least size of a part that is not the last.
pub const PART: usize = 5 * 1024 * 1024;

type Wanted = Option<(ChecksumAlgorithm, ChecksumKind)>;

pub fn number(of: i64) -> PartNumber {
    PartNumber::new(of).unwrap()
}

/// An upload in progress, with the parts that it has.
pub struct Uploading<'v> {
    vault: &'v Vault,
    pub upload: UploadRef,
    pub parts: Vec<Part>,
    /// What comes with each part.
    pub customer_key: Option<CustomerKey>,
    /// What comes with each copy, for its source.
    pub source_key: Option<CustomerKey>,
}

impl<'v> Uploading<'v> {
    pub async fn begin(vault: &'v Vault, bucket: &BucketName, text: &str) -> Self {
        Self::begin_with(vault, bucket, text, None).await
    }

    pub async fn begin_with(
        vault: &'v Vault,
        bucket: &BucketName,
        text: &str,
        checksum: Wanted,
    ) -> Self {
        let create = create_of(bucket, text, checksum);
        let upload = vault.store.create_upload(create).await.unwrap().upload;
        Self::resume(vault, bucket, text, upload)
    }

    /// Takes up an upload that was begun elsewhere.
    pub fn resume(vault: &'v Vault, bucket: &BucketName, text: &str, upload: UploadId) -> Self {
        let upload = UploadRef {
            bucket: bucket.clone(),
            key: key(text),
            upload,
        };
        Self {
            vault,
            upload,
            parts: Vec::new(),
            customer_key: None,
            source_key: None,
        }
    }

    pub async fn part(&mut self, of: i64, bytes: Vec<u8>) -> Part {
        let part = self
            .try_part(of, bytes, Checksums::default())
            .await
            .unwrap();
        self.parts.push(part.clone());
        part
    }

    pub async fn try_part(
        &self,
        of: i64,
        bytes: Vec<u8>,
        checksums: Checksums,
    ) -> Result<Part, Error> {
        let part = UploadPart {
            upload: self.upload.clone(),
            number: number(of),
            checksums,
            body: Body::from_bytes(bytes),
            customer_key: self.customer_key.clone(),
        };
        self.vault
            .store
            .upload_part(part)
            .await
            .map(|stored| stored.part)
    }

    pub async fn copy(
        &mut self,
        of: i64,
        source: &str,
        range: Option<&str>,
    ) -> Result<Part, Error> {
        let copy = UploadPartCopy {
            upload: self.upload.clone(),
            number: number(of),
            source: latest(&self.upload.bucket, source),
            range: range.and_then(ByteRange::parse),
            source_conditions: Conditions::default(),
            customer_key: self.customer_key.clone(),
            source_customer_key: self.source_key.clone(),
        };
        let part = self.vault.store.upload_part_copy(copy).await?.part;
        self.parts.push(part.clone());
        Ok(part)
    }

    pub fn request(&self) -> CompleteUpload {
        let parts = self.parts.iter().map(|part| CompletedPart {
            number: part.number,
            etag: part.etag.clone(),
            checksum: part.checksum.clone().map(|sum| (sum.algorithm, sum.value)),
        });
        CompleteUpload {
            upload: self.upload.clone(),
            parts: parts.collect(),
            conditions: Conditions::default(),
            checksum: None,
            size_bytes: None,
            customer_key: None,
        }
    }

    pub async fn complete(&self) -> Result<Stored, Error> {
        self.vault.store.complete_upload(self.request()).await
    }
}

pub fn create_of(bucket: &BucketName, text: &str, checksum: Wanted) -> CreateUpload {
    CreateUpload {
        bucket: bucket.clone(),
        key: key(text),
        owner: owner(),
        headers: ObjectHeaders {
            content_type: Some("video/mp4".to_owned()),
            ..ObjectHeaders::default()
        },
        user_metadata: UserMetadata::from([("made".to_owned(), "in parts".to_owned())]),
        checksum,
        tags: stave_model::Tags::default(),
        acl: None,
        encryption: stave_store::SseRequest::BucketDefault,
    }
}

#[tokio::test]
async fn an_object_of_parts_is_their_sequence() {
    let mut vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Enabled).await;
    let whole = pattern(2 * PART + 1_000, 9);
    let mut uploading = Uploading::begin(&vault, &bucket, "k").await;
    // Not in order, and one of them twice: the second write counts.
    uploading.part(7, whole[2 * PART..].to_vec()).await;
    uploading.part(1, pattern(PART, 1)).await;
    uploading.parts.pop();
    uploading.part(1, whole[..PART].to_vec()).await;
    uploading.part(3, whole[PART..2 * PART].to_vec()).await;
    uploading.parts.sort_by_key(|part| part.number);
    assert!(matches!(
        vault.get(&bucket, "k").await,
        Err(Error::NoSuchKey { .. })
    ));
    let stored = uploading.complete().await.unwrap();
    assert_eq!(stored.size_bytes, whole.len() as u64);
    assert!(stored.etag.as_str().ends_with("-3"));
    vault.engine.sweep().unwrap();
    assert_eq!(vault.blob_files().len(), 2, "the replaced part stayed");
    vault.reopen();
    assert!(vault.get(&bucket, "k").await.unwrap() == whole);
    let around = PART - 10..2 * PART + 10;
    let range = format!("bytes={}-{}", around.start, around.end - 1);
    assert!(vault.get_range(&bucket, "k", &range).await == whole[around]);
    let head = GetObject::whole(latest(&bucket, "k"));
    let version = vault.store.head_object(head).await.unwrap().version;
    assert_eq!(version.parts, 3);
    assert_eq!(version.headers.content_type.as_deref(), Some("video/mp4"));
    assert_eq!(version.user_metadata["made"], "in parts");
    assert_eq!(version.etag, stored.etag);
}

#[tokio::test]
async fn one_part_of_an_object_is_read_alone() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    let mut uploading = Uploading::begin(&vault, &bucket, "k").await;
    uploading.part(1, pattern(PART, 1)).await;
    let last = uploading.part(2, b"last".to_vec()).await;
    uploading.complete().await.unwrap();
    let get = |of| GetObject {
        part: Some(number(of)),
        ..GetObject::whole(latest(&bucket, "k"))
    };
    let got = vault.store.get_object(get(2)).await.unwrap();
    assert_eq!(got.range.unwrap().offset, PART as u64);
    assert_eq!(got.part_checksum, last.checksum);
    assert_eq!(crate::kit::drain(got).await.unwrap(), b"last");
    let missing = vault.store.get_object(get(3)).await;
    assert!(matches!(missing, Err(Error::InvalidPart(_))));
}

#[tokio::test]
async fn a_complete_that_contradicts_the_parts_is_refused() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    let mut uploading = Uploading::begin(&vault, &bucket, "k").await;
    uploading.part(1, vec![1; 10]).await;
    uploading.part(2, vec![2; 10]).await;
    let refusal = async |change: fn(&mut CompleteUpload)| {
        let mut request = uploading.request();
        change(&mut request);
        vault.store.complete_upload(request).await.unwrap_err()
    };
    let error = refusal(|_| {}).await;
    assert!(
        matches!(error, Error::EntityTooSmall { size_bytes: 10, .. }),
        "{error}"
    );
    let error = refusal(|request| request.parts.reverse()).await;
    assert!(matches!(error, Error::InvalidPartOrder), "{error}");
    let error = refusal(|request| request.parts[1] = request.parts[0].clone()).await;
    assert!(matches!(error, Error::InvalidPartOrder), "{error}");
    let error = refusal(|request| request.parts[0].etag = ETag::parse("other")).await;
    assert!(matches!(error, Error::InvalidPart(_)), "{error}");
    let error = refusal(|request| request.parts[1].number = number(3)).await;
    assert!(matches!(error, Error::InvalidPart(_)), "{error}");
    let error = refusal(|request| request.parts.clear()).await;
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    let error = refusal(|request| {
        request.parts.remove(0);
        request.size_bytes = Some(11);
    })
    .await;
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    // None of it ended the upload.
    uploading.parts.remove(0);
    uploading.complete().await.unwrap();
    assert_eq!(vault.get(&bucket, "k").await.unwrap(), [2; 10]);
}

#[tokio::test]
async fn a_complete_obeys_its_conditions() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    vault.put(&bucket, "k", "present").await;
    let mut uploading = Uploading::begin(&vault, &bucket, "k").await;
    uploading.part(1, b"in parts".to_vec()).await;
    let mut request = uploading.request();
    request.conditions.if_none_match = Some(ETagCondition::Any);
    let refused = vault.store.complete_upload(request).await;
    assert!(matches!(refused, Err(Error::PreconditionFailed)));
    assert_eq!(vault.get(&bucket, "k").await.unwrap(), b"present");
    uploading.complete().await.unwrap();
    assert_eq!(vault.get(&bucket, "k").await.unwrap(), b"in parts");
}

#[tokio::test]
async fn the_tag_and_the_default_checksum_are_those_of_aws() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    let mut uploading = Uploading::begin(&vault, &bucket, "k").await;
    uploading.part(1, b"123456789".to_vec()).await;
    let stored = uploading.complete().await.unwrap();
    // The MD5 of the MD5 of the one part.
    assert_eq!(stored.etag.as_str(), "5927c5d64d94a5786f90003aa26d0159-1");
    let checksum = stored.checksum.unwrap();
    assert_eq!(checksum.algorithm, ChecksumAlgorithm::Crc64Nvme);
    assert_eq!(checksum.kind, ChecksumKind::FullObject);
    assert_eq!(
        checksum.value,
        [0xae, 0x8b, 0x14, 0x86, 0x0a, 0x79, 0x98, 0x88]
    );
}

#[tokio::test]
async fn a_composite_checksum_wants_those_of_the_parts() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    let wanted = Some((ChecksumAlgorithm::Sha256, ChecksumKind::Composite));
    let mut uploading = Uploading::begin_with(&vault, &bucket, "k", wanted).await;
    let other = Checksums {
        computed: Some(ChecksumAlgorithm::Crc32),
        ..Checksums::default()
    };
    let refused = uploading.try_part(1, vec![1], other).await;
    assert!(matches!(refused, Err(Error::InvalidRequest(_))));
    uploading.part(1, b"1234".to_vec()).await;
    let mut request = uploading.request();
    request.parts[0].checksum = None;
    let refused = vault.store.complete_upload(request).await;
    assert!(matches!(refused, Err(Error::InvalidRequest(_))));
    let mut request = uploading.request();
    request.parts[0].checksum = Some((ChecksumAlgorithm::Sha256, vec![0; 32]));
    let refused = vault.store.complete_upload(request).await;
    assert!(matches!(refused, Err(Error::InvalidPart(_))));
    let mut request = uploading.request();
    request.checksum = Some((ChecksumAlgorithm::Sha256, vec![0; 32]));
    let refused = vault.store.complete_upload(request).await;
    assert!(matches!(refused, Err(Error::BadDigest { .. })));
    let checksum = uploading.complete().await.unwrap().checksum.unwrap();
    assert_eq!(
        (checksum.kind, checksum.parts),
        (ChecksumKind::Composite, 1)
    );
}

#[tokio::test]
async fn a_checksum_that_cannot_be_combined_is_refused_at_the_beginning() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    for (algorithm, kind) in [
        (ChecksumAlgorithm::Sha1, ChecksumKind::FullObject),
        (ChecksumAlgorithm::Crc64Nvme, ChecksumKind::Composite),
    ] {
        let create = create_of(&bucket, "k", Some((algorithm, kind)));
        let refused = vault.store.create_upload(create).await;
        assert!(matches!(refused, Err(Error::InvalidRequest(_))));
    }
}

#[tokio::test]
async fn an_aborted_upload_leaves_nothing() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    let mut uploading = Uploading::begin(&vault, &bucket, "k").await;
    uploading.part(1, pattern(PART, 1)).await;
    uploading.part(2, pattern(100, 1)).await;
    assert_eq!(vault.blob_files().len(), 1);
    vault
        .store
        .abort_upload(uploading.upload.clone())
        .await
        .unwrap();
    vault.engine.sweep().unwrap();
    assert_eq!(vault.blob_files().len(), 0);
    let late = uploading
        .try_part(3, vec![3; 100_000], Checksums::default())
        .await;
    assert!(matches!(late, Err(Error::NoSuchUpload(_))));
    let again = vault.store.abort_upload(uploading.upload.clone()).await;
    assert!(matches!(again, Err(Error::NoSuchUpload(_))));
    assert_eq!(vault.blob_files().len(), 0);
}

#[tokio::test]
async fn parts_that_complete_does_not_name_are_dropped() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    let mut uploading = Uploading::begin(&vault, &bucket, "k").await;
    uploading.part(1, pattern(50_000, 1)).await;
    uploading.part(2, pattern(60_000, 2)).await;
    uploading.parts.remove(0);
    uploading.complete().await.unwrap();
    vault.engine.sweep().unwrap();
    assert_eq!(vault.blob_files().len(), 1);
    assert!(vault.get(&bucket, "k").await.unwrap() == pattern(60_000, 2));
}

#[tokio::test]
async fn a_part_is_copied_whole_or_in_a_range() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    let source = pattern(PART + 500, 4);
    vault.put(&bucket, "source", source.clone()).await;
    let mut uploading = Uploading::begin(&vault, &bucket, "k").await;
    uploading.copy(1, "source", None).await.unwrap();
    assert_eq!(vault.blob_files().len(), 1, "a whole copy moves no bytes");
    uploading
        .copy(2, "source", Some("bytes=100-199"))
        .await
        .unwrap();
    for outside in ["bytes=0-9999999", "bytes=9999999-"] {
        let refused = uploading.copy(3, "source", Some(outside)).await;
        assert!(matches!(refused, Err(Error::InvalidRange(_))), "{outside}");
    }
    uploading.complete().await.unwrap();
    vault.delete(&bucket, "source").await;
    vault.engine.sweep().unwrap();
    let expected = [&source[..], &source[100..200]].concat();
    assert!(vault.get(&bucket, "k").await.unwrap() == expected);
}

#[tokio::test]
async fn a_part_copied_of_a_multipart_object_is_read_across_its_parts() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    let source = pattern(PART + 5_000, 4);
    let mut first = Uploading::begin(&vault, &bucket, "source").await;
    first.part(1, source[..PART].to_vec()).await;
    first.part(2, source[PART..].to_vec()).await;
    first.complete().await.unwrap();
    let mut second = Uploading::begin(&vault, &bucket, "k").await;
    second.copy(1, "source", None).await.unwrap();
    second.complete().await.unwrap();
    assert!(vault.get(&bucket, "k").await.unwrap() == source);
}

#[tokio::test]
async fn parts_are_listed_in_pages() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    let mut uploading = Uploading::begin(&vault, &bucket, "k").await;
    for of in [1, 5, 9] {
        uploading.part(of, vec![1; 10]).await;
    }
    let list = |after, max_parts| ListParts {
        upload: uploading.upload.clone(),
        after,
        max_parts,
    };
    let page = vault.store.list_parts(list(0, 2)).await.unwrap();
    let numbers: Vec<_> = page.parts.iter().map(|part| part.number.get()).collect();
    assert_eq!((numbers, page.next_after), (vec![1, 5], Some(5)));
    assert_eq!(page.parts[0].etag, uploading.parts[0].etag);
    let page = vault.store.list_parts(list(5, 2)).await.unwrap();
    assert_eq!((page.parts.len(), page.next_after), (1, None));
}

#[tokio::test]
async fn uploads_are_listed_by_key_and_beginning() {
    let mut vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    let mut ids: Vec<(String, UploadId)> = Vec::new();
    for text in ["b", "a/1", "b", "a/2"] {
        let upload = Uploading::begin(&vault, &bucket, text).await.upload;
        ids.push((text.to_owned(), upload.upload));
    }
    vault.reopen();
    let list = |delimiter: &str, after, max_uploads| ListUploads {
        bucket: bucket.clone(),
        prefix: String::new(),
        delimiter: delimiter.to_owned(),
        after,
        max_uploads,
    };
    let page = vault.store.list_uploads(list("/", None, 2)).await.unwrap();
    assert_eq!(page.common_prefixes, ["a/"]);
    assert_eq!(page.uploads[0].id, ids[0].1);
    let page = vault
        .store
        .list_uploads(list("/", page.next_after, 2))
        .await
        .unwrap();
    assert_eq!(page.uploads.len(), 1);
    assert_eq!(page.uploads[0].id, ids[2].1);
    let other = UploadRef {
        bucket: bucket.clone(),
        key: key("c"),
        upload: ids[0].1.clone(),
    };
    let foreign = vault.store.abort_upload(other).await;
    assert!(
        matches!(foreign, Err(Error::NoSuchUpload(_))),
        "an upload of another key"
    );
}

#[tokio::test]
async fn a_wrong_part_digest_leaves_nothing() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    let uploading = Uploading::begin(&vault, &bucket, "k").await;
    let wrong = Checksums {
        md5: Some([1; 16]),
        ..Checksums::default()
    };
    let refused = uploading.try_part(1, pattern(100_000, 1), wrong).await;
    assert!(matches!(refused, Err(Error::BadDigest { .. })));
    assert_eq!(vault.blob_files().len() + vault.staged_files().len(), 0);
    let list = ListParts {
        upload: uploading.upload.clone(),
        after: 0,
        max_parts: 10,
    };
    assert_eq!(vault.store.list_parts(list).await.unwrap().parts, []);
}

#[tokio::test]
async fn an_upload_over_the_null_version_frees_it() {
    let vault = Vault::new();
    let bucket = vault.bucket("parts", Versioning::Off).await;
    vault
        .store
        .put_object(put_of(&bucket, "k", pattern(90_000, 1)))
        .await
        .unwrap();
    let mut uploading = Uploading::begin(&vault, &bucket, "k").await;
    uploading.part(1, pattern(80_000, 2)).await;
    uploading.complete().await.unwrap();
    vault.engine.sweep().unwrap();
    assert_eq!(vault.blob_files().len(), 1);
    assert!(vault.get(&bucket, "k").await.unwrap() == pattern(80_000, 2));
}
