//! Objects under keys of the key service.

use stave_model::{
    BucketConfig, BucketEncryption, BucketName, EncryptionContext, KeyId, KmsSse, ObjectKey, Sse,
    SseAlgorithm,
};
use stave_store::{
    Error, GetObject, KeyError, KeyService, ListObjects, PutObject, SseRequest, Store,
};

use super::{Kind, actor, by_key, by_s3, told, vault_and_bucket};
use crate::kit::{Vault, latest, pattern, put_of};
use crate::uploads::create_of;

async fn sse_of(vault: &Vault, bucket: &BucketName, key: &str) -> Sse {
    let head = GetObject::whole(latest(bucket, key));
    vault.store.head_object(head).await.unwrap().version.sse
}

fn sse(key: &KeyId, context: &[(&str, &str)], bucket_key: bool) -> Sse {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Sse::Kms(KmsSse {
        key: key.to_string(),
        context: context.iter().map(owned).collect(),
        bucket_key,
    })
}

#[tokio::test]
async fn the_key_and_what_the_writer_added_are_told_wherever_the_object_is() {
    let (vault, bucket) = vault_and_bucket().await;
    let own = vault.new_key().await;
    let by = actor();
    let alias = vault.store.create_alias(&by, "alias/own", own.as_str());
    alias.await.unwrap();
    let put = PutObject {
        encryption: SseRequest::Kms {
            key: Some("alias/own".to_owned()),
            context: EncryptionContext::from([("team".to_owned(), "blue".to_owned())]),
            bucket_key: None,
        },
        ..put_of(&bucket, "k", "bytes")
    };
    let expected = sse(&own, &[("team", "blue")], false);
    assert_eq!(vault.store.put_object(put).await.unwrap().sse, expected);
    assert_eq!(sse_of(&vault, &bucket, "k").await, expected);
    let list = ListObjects {
        bucket: bucket.clone(),
        prefix: String::new(),
        delimiter: String::new(),
        after: None,
        max_keys: 10,
    };
    let page = vault.store.list_objects(list).await.unwrap();
    assert_eq!(page.objects[0].sse, expected);
    // What the writer added stays with the source.
    let (source, target) = (by_s3(), by_key(Some(&own), &[], true));
    let copied = vault.copy_as(&bucket, ("k", &source), ("copied", &target));
    assert_eq!(copied.await.unwrap().stored.sse, sse(&own, &[], true));
}

#[tokio::test]
async fn what_comes_without_a_word_is_encrypted_as_the_bucket_says() {
    let (vault, bucket) = vault_and_bucket().await;
    let own = vault.new_key().await;
    let config = BucketConfig::Encryption(BucketEncryption {
        algorithm: SseAlgorithm::Kms,
        kms_key: Some(own.arn("us-east-1")),
        bucket_key: true,
    });
    vault
        .store
        .put_bucket_config(&bucket, config)
        .await
        .unwrap();
    let expected = sse(&own, &[], true);
    assert_eq!(vault.put(&bucket, "put", "bytes").await.sse, expected);
    let unnamed = SseRequest::Kms {
        key: None,
        context: EncryptionContext::new(),
        bucket_key: Some(false),
    };
    let put = PutObject {
        encryption: unnamed,
        ..put_of(&bucket, "unnamed", "bytes")
    };
    let stored = vault.store.put_object(put).await.unwrap();
    assert_eq!(stored.sse, sse(&own, &[], false));
    let created = vault.store.create_upload(create_of(&bucket, "k", None));
    assert_eq!(created.await.unwrap().sse, expected);
    let copy = crate::copies::copy_of(latest(&bucket, "put"), &bucket, "copied");
    let copied = vault.store.copy_object(copy).await.unwrap();
    assert_eq!(copied.stored.sse, expected);
    let stored = vault.put_as(&bucket, "s3", b"bytes", &by_s3()).await;
    assert_eq!(stored.sse, Sse::S3);
    for key in ["put", "unnamed", "copied", "s3"] {
        assert_eq!(vault.get(&bucket, key).await.unwrap(), b"bytes");
    }
}

#[tokio::test]
async fn the_managed_key_serves_where_none_is_named() {
    let (vault, bucket) = vault_and_bucket().await;
    let managed = by_key(None, &[], false);
    vault.put_as(&bucket, "k", b"bytes", &managed).await;
    let described = vault
        .store
        .describe_key(&actor(), "alias/aws/s3")
        .await
        .unwrap();
    assert!(described.managed);
    assert_eq!(
        sse_of(&vault, &bucket, "k").await,
        sse(&described.id, &[], false)
    );
}

#[tokio::test]
async fn a_write_that_cannot_have_its_key_leaves_nothing() {
    let (vault, bucket) = vault_and_bucket().await;
    let missing = KeyId::from_random([7; 16]);
    let foreign_arn = ("aws:s3:arn", "arn:aws:s3:::other/k");
    for (kind, expected) in [
        (by_key(Some(&missing), &[], false), "Key(NotFound("),
        (by_key(None, &[foreign_arn], false), "InvalidArgument("),
    ] {
        let put = PutObject {
            encryption: kind.asked.clone(),
            ..put_of(&bucket, "k", pattern(100_000, 1))
        };
        let refused = vault.store.put_object(put).await.unwrap_err();
        let shown = format!("{refused:?}");
        assert!(shown.starts_with(expected), "{shown}");
        let mut create = create_of(&bucket, "k", None);
        create.encryption = kind.asked;
        let refused = vault.store.create_upload(create).await.unwrap_err();
        assert!(format!("{refused:?}").starts_with(expected));
        assert_eq!(vault.blob_files().len(), 0);
        assert_eq!(vault.staged_files().len(), 0);
    }
}

#[track_caller]
fn assert_disabled<T>(outcome: Result<T, Error>) {
    match outcome {
        Err(Error::Key(KeyError::Disabled { .. })) => {}
        Err(other) => panic!("refused otherwise: {other:?}"),
        Ok(_) => panic!("not refused"),
    }
}

#[tokio::test]
async fn a_disabled_key_opens_and_seals_nothing_until_it_is_enabled_again() {
    let (vault, bucket) = vault_and_bucket().await;
    let own = vault.new_key().await;
    let kind = by_key(Some(&own), &[], false);
    vault.put_as(&bucket, "k", b"bytes", &kind).await;
    let mut uploading = vault.upload_as(&bucket, "parts", &kind).await;
    uploading.part(1, b"part".to_vec()).await;
    let turn = |on| {
        let (store, own) = (vault.store.clone(), own.clone());
        async move {
            let turned = store.set_key_enabled(&actor(), own.as_str(), on).await;
            turned.unwrap();
        }
    };
    turn(false).await;
    assert_disabled(vault.get(&bucket, "k").await);
    let put = PutObject {
        encryption: kind.asked.clone(),
        ..put_of(&bucket, "k", "bytes")
    };
    assert_disabled(vault.store.put_object(put).await);
    let s3 = by_s3();
    assert_disabled(vault.copy_as(&bucket, ("k", &kind), ("copied", &s3)).await);
    assert_disabled(vault.reencrypt(latest(&bucket, "k"), &kind, &s3).await);
    let part = uploading.try_part(2, b"part".to_vec(), stave_model::Checksums::default());
    assert_disabled(part.await);
    assert_disabled(uploading.complete().await);
    // What is told of an object needs no key.
    assert_eq!(told(&sse_of(&vault, &bucket, "k").await), "aws:kms");
    turn(true).await;
    assert_eq!(vault.get(&bucket, "k").await.unwrap(), b"bytes");
    uploading.complete().await.unwrap();
    assert_eq!(vault.get(&bucket, "parts").await.unwrap(), b"part");
}

#[tokio::test]
async fn what_was_sealed_before_a_rotation_is_read_after_it() {
    let (mut vault, bucket) = vault_and_bucket().await;
    let own = vault.new_key().await;
    let kind = by_key(Some(&own), &[], false);
    vault.put_as(&bucket, "before", b"bytes", &kind).await;
    let mut uploading = vault.upload_as(&bucket, "across", &kind).await;
    uploading.part(1, pattern(crate::uploads::PART, 1)).await;
    let rotated = vault.store.rotate_key(&actor(), own.as_str()).await;
    assert_eq!(rotated.unwrap().version, 2);
    uploading.part(2, b"after".to_vec()).await;
    uploading.complete().await.unwrap();
    vault.put_as(&bucket, "after", b"bytes", &kind).await;
    vault.reopen();
    for key in ["before", "after"] {
        assert_eq!(vault.get(&bucket, key).await.unwrap(), b"bytes");
    }
    let whole = vault.get(&bucket, "across").await.unwrap();
    assert!(whole.ends_with(b"after"));
    let usage = vault.store.key_usage(&actor(), own.as_str()).await.unwrap();
    let counted: Vec<_> = usage
        .versions
        .iter()
        .map(|of| (of.version, of.objects))
        .collect();
    // The completion wrapped both of its parts by the newest version.
    assert_eq!(counted, [(1, 1), (2, 2)]);
}

/// A name that an ARN does not escape.
#[tokio::test]
async fn any_key_can_be_the_object_of_a_context() {
    let (vault, bucket) = vault_and_bucket().await;
    let own = vault.new_key().await;
    let kind: Kind = by_key(Some(&own), &[], false);
    for key in ["a b/\u{fc}", "*", "${aws:username}", "\"quoted\""] {
        assert!(ObjectKey::parse(key).is_ok());
        vault.put_as(&bucket, key, b"bytes", &kind).await;
        assert_eq!(vault.get(&bucket, key).await.unwrap(), b"bytes");
    }
}
