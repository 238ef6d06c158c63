//! A body that is not what was declared leaves nothing; a body that is kept is never in the clear.

use bytes::Bytes;
use futures::stream;
use stave_model::{BucketName, ChecksumAlgorithm, ChecksumKind, Checksums, Versioning};
use stave_store::{Body, BodyError, Error, GetObject, PutObject, Store};

use crate::kit::{Vault, files_below, latest, pattern, put_of};

/// One size that travels in a row, one that is staged as a file.
const SIZES: [usize; 2] = [1_000, 200_000];

#[tokio::test]
async fn a_wrong_digest_leaves_nothing() {
    let vault = Vault::new();
    let bucket = vault.bucket("checked", Versioning::Off).await;
    let wrong = [
        Checksums {
            md5: Some([1; 16]),
            ..Checksums::default()
        },
        Checksums {
            sha256: Some([1; 32]),
            ..Checksums::default()
        },
        Checksums {
            additional: Some((ChecksumAlgorithm::Crc32, vec![1; 4])),
            ..Checksums::default()
        },
        Checksums {
            additional: Some((ChecksumAlgorithm::Sha1, vec![1; 20])),
            ..Checksums::default()
        },
    ];
    for size in SIZES {
        for checksums in &wrong {
            let put = PutObject {
                checksums: checksums.clone(),
                ..put_of(&bucket, "k", pattern(size, 1))
            };
            let refused = vault.store.put_object(put).await;
            assert!(
                matches!(refused, Err(Error::BadDigest { .. })),
                "{checksums:?}"
            );
            assert_nothing_is_left(&vault, &bucket).await;
        }
    }
}

#[tokio::test]
async fn a_wrong_trailer_leaves_nothing() {
    let vault = Vault::new();
    let bucket = vault.bucket("checked", Versioning::Off).await;
    for size in SIZES {
        let mut put = put_of(&bucket, "k", pattern(size, 1));
        put.checksums.computed = Some(ChecksumAlgorithm::Crc32c);
        put.body.trailer = Some(Box::new(|| {
            Ok(Some((ChecksumAlgorithm::Crc32c, vec![1; 4])))
        }));
        let refused = vault.store.put_object(put).await;
        assert!(matches!(refused, Err(Error::BadDigest { .. })));
        assert_nothing_is_left(&vault, &bucket).await;
    }
}

#[tokio::test]
async fn a_right_trailer_is_kept_as_the_checksum() {
    let vault = Vault::new();
    let bucket = vault.bucket("checked", Versioning::Off).await;
    let mut put = put_of(&bucket, "k", "123456789");
    put.checksums.computed = Some(ChecksumAlgorithm::Crc32c);
    let value = vec![0xe3, 0x06, 0x92, 0x83];
    let trailer = (ChecksumAlgorithm::Crc32c, value.clone());
    put.body.trailer = Some(Box::new(|| Ok(Some(trailer))));
    let stored = vault.store.put_object(put).await.unwrap();
    let checksum = stored.checksum.unwrap();
    assert_eq!(checksum.algorithm, ChecksumAlgorithm::Crc32c);
    assert_eq!(checksum.kind, ChecksumKind::FullObject);
    assert_eq!(checksum.value, value);
}

#[tokio::test]
async fn where_no_checksum_is_asked_for_crc64nvme_is_kept() {
    let vault = Vault::new();
    let bucket = vault.bucket("checked", Versioning::Off).await;
    vault.put(&bucket, "k", "123456789").await;
    let head = GetObject::whole(latest(&bucket, "k"));
    let version = vault.store.head_object(head).await.unwrap().version;
    let checksum = version.checksum.unwrap();
    assert_eq!(checksum.algorithm, ChecksumAlgorithm::Crc64Nvme);
    assert_eq!(
        checksum.value,
        [0xae, 0x8b, 0x14, 0x86, 0x0a, 0x79, 0x98, 0x88]
    );
    assert_eq!(version.etag.as_str(), "25f9e794323b453885f5181f1b624d0b");
}

#[tokio::test]
async fn a_body_of_another_length_leaves_nothing() {
    let vault = Vault::new();
    let bucket = vault.bucket("measured", Versioning::Off).await;
    for size in SIZES {
        let mut put = put_of(&bucket, "k", pattern(size, 1));
        put.body.size_bytes = Some(size as u64 + 1);
        let short = vault.store.put_object(put).await;
        assert!(matches!(short, Err(Error::IncompleteBody { .. })));
        let mut put = put_of(&bucket, "k", pattern(size, 1));
        put.body.size_bytes = Some(size as u64 - 1);
        let long = vault.store.put_object(put).await;
        assert!(matches!(long, Err(Error::Body(BodyError::Aborted(_)))));
        assert_nothing_is_left(&vault, &bucket).await;
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_nothing() {
    let vault = Vault::new();
    let bucket = vault.bucket("broken", Versioning::Off).await;
    for size in SIZES {
        let chunks = [
            Ok(Bytes::from(pattern(size, 1))),
            Err(BodyError::Aborted("gone".to_owned())),
        ];
        let mut put = put_of(&bucket, "k", "");
        put.body = Body::from_stream(Box::pin(stream::iter(chunks)), None);
        let refused = vault.store.put_object(put).await;
        assert!(matches!(refused, Err(Error::Body(BodyError::Aborted(_)))));
        assert_nothing_is_left(&vault, &bucket).await;
    }
}

#[tokio::test]
async fn more_than_a_put_takes_is_refused_before_it_arrives() {
    let vault = Vault::new();
    let bucket = vault.bucket("large", Versioning::Off).await;
    let mut put = put_of(&bucket, "k", "");
    put.body.size_bytes = Some(5 * 1024 * 1024 * 1024 + 1);
    let refused = vault.store.put_object(put).await;
    assert!(matches!(refused, Err(Error::EntityTooLarge { .. })));
}

async fn assert_nothing_is_left(vault: &Vault, bucket: &BucketName) {
    assert!(matches!(
        vault.get(bucket, "k").await,
        Err(Error::NoSuchKey { .. })
    ));
    assert_eq!(vault.blob_files(), Vec::<std::path::PathBuf>::new());
    assert_eq!(vault.staged_files(), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn plaintext_never_touches_the_disk() {
    let vault = Vault::new();
    let bucket = vault.bucket("secret", Versioning::Enabled).await;
    let word = b"an unmistakable sentence that nobody else writes";
    let large: Vec<u8> = word.iter().copied().cycle().take(500_000).collect();
    for round in 0..3 {
        vault.put(&bucket, "small", word.to_vec()).await;
        vault
            .put(&bucket, &format!("large {round}"), large.clone())
            .await;
    }
    vault.delete(&bucket, "small").await;
    let (_, secret) = vault.access_key().await;
    assert_not_on_disk(&vault, &[word, secret.as_bytes()]);
    vault.engine.close();
    assert_not_on_disk(&vault, &[word, secret.as_bytes()]);
}

fn assert_not_on_disk(vault: &Vault, planted: &[&[u8]]) {
    let files = files_below(&vault.dir());
    assert!(files.len() > 4, "the vault has its files");
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        for word in planted {
            // A piece of it is enough to give it away.
            let found = bytes.windows(16).any(|window| window == &word[..16]);
            assert!(!found, "{} holds plaintext", path.display());
        }
    }
}
