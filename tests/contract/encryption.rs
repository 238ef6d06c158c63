//! Objects under each kind of encryption.

use stave_model::{
    BucketConfig, BucketEncryption, BucketName, ByteRange, EncryptionContext, KeyId, Sse,
    SseAlgorithm,
};
use stave_store::{
    CompleteUpload, CopyObject, CreateUpload, CustomerKey, Error, GetObject, KeyError,
    ListObjectParts, PutObject, SseRequest, UploadPart, UploadPartCopy,
};

use crate::copies::plain;
use crate::kit::{Kit, latest, named, write};
use crate::over_every_store;
use crate::uploads::{complete, create, number, part, resume};

over_every_store!(
    what_is_written_under_a_customers_key_is_read_by_it,
    a_customers_key_is_asked_for_told_wrong_and_not_taken_in_vain,
    a_copy_goes_from_one_customers_key_to_another,
    an_upload_under_a_customers_key_takes_it_with_each_part,
    a_part_is_copied_by_the_keys_of_both_sides,
    s3_encrypts_what_comes_without_a_word,
    a_name_that_is_no_key_is_no_default,
    a_key_of_the_key_service_is_told_with_its_object,
    the_default_of_a_bucket_names_the_key,
    a_key_that_cannot_be_used_is_named,
);

fn customer(byte: u8) -> CustomerKey {
    CustomerKey::new([byte; 32])
}

fn under(key: &CustomerKey) -> SseRequest {
    SseRequest::Customer(key.clone())
}

fn by(bucket: &BucketName, text: &str, key: Option<&CustomerKey>) -> GetObject {
    GetObject {
        customer_key: key.cloned(),
        ..GetObject::whole(latest(bucket, text))
    }
}

/// Writes `hello` under a customer's key.
async fn put_under(kit: &Kit, bucket: &BucketName, text: &str, key: &CustomerKey) {
    let put = PutObject {
        encryption: under(key),
        ..write(bucket, text, b"hello")
    };
    let stored = kit.store.put_object(put).await.unwrap();
    assert_eq!(stored.sse, Sse::Customer);
}

async fn what_is_written_under_a_customers_key_is_read_by_it(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let own = customer(1);
    put_under(kit, &photos, "a", &own).await;
    let got = kit.store.get_object(by(&photos, "a", Some(&own))).await;
    assert_eq!(got.unwrap().version.sse, Sse::Customer);
    let read = kit.read(by(&photos, "a", Some(&own))).await.unwrap();
    assert_eq!(read, b"hello");
    let range = GetObject {
        range: ByteRange::parse("bytes=1-3"),
        ..by(&photos, "a", Some(&own))
    };
    assert_eq!(kit.read(range).await.unwrap(), b"ell");
    let head = kit.store.head_object(by(&photos, "a", Some(&own))).await;
    let version = head.unwrap().version;
    assert_eq!((version.sse, version.size_bytes), (Sse::Customer, 5));
    let list = ListObjectParts {
        object: latest(&photos, "a"),
        after: 0,
        max_parts: 10,
        customer_key: Some(own),
    };
    let page = kit.store.list_object_parts(list).await.unwrap();
    assert_eq!(page.parts, []);
}

async fn a_customers_key_is_asked_for_told_wrong_and_not_taken_in_vain(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    put_under(kit, &photos, "a", &customer(1)).await;
    kit.put(&photos, "b", b"hello").await;
    let other = customer(2);
    for (text, sent, expected) in [
        ("a", None, "CustomerKeyRequired"),
        ("a", Some(&other), "CustomerKeyWrong"),
        ("b", Some(&other), "CustomerKeyUnexpected"),
    ] {
        let get = kit.store.get_object(by(&photos, text, sent)).await;
        assert_eq!(named(get), expected);
        let head = kit.store.head_object(by(&photos, text, sent)).await;
        assert_eq!(named(head), expected);
        let copy = CopyObject {
            source_customer_key: sent.cloned(),
            ..plain(latest(&photos, text), &latest(&photos, "copied"))
        };
        assert_eq!(named(kit.store.copy_object(copy).await), expected);
    }
}

async fn a_copy_goes_from_one_customers_key_to_another(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let (own, other) = (customer(1), customer(2));
    put_under(kit, &photos, "a", &own).await;
    let copy = CopyObject {
        source_customer_key: Some(own.clone()),
        encryption: under(&other),
        ..plain(latest(&photos, "a"), &latest(&photos, "b"))
    };
    let copied = kit.store.copy_object(copy).await.unwrap().stored;
    assert_eq!((copied.sse, copied.size_bytes), (Sse::Customer, 5));
    let read = kit.read(by(&photos, "b", Some(&other))).await.unwrap();
    assert_eq!(read, b"hello");
    // A copy onto itself is one where it changes the encryption.
    let onto_itself = CopyObject {
        source_customer_key: Some(own),
        encryption: SseRequest::S3,
        ..plain(latest(&photos, "a"), &latest(&photos, "a"))
    };
    let copied = kit.store.copy_object(onto_itself).await.unwrap().stored;
    assert_eq!(copied.sse, Sse::S3);
    assert_eq!(kit.get(&photos, "a").await.unwrap(), b"hello");
}

async fn an_upload_under_a_customers_key_takes_it_with_each_part(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let (own, other) = (customer(1), customer(2));
    let request = CreateUpload {
        encryption: under(&own),
        ..create(&photos, "k")
    };
    let begun = kit.store.create_upload(request).await.unwrap();
    assert_eq!(begun.sse, Sse::Customer);
    let upload = resume(&photos, "k", begun.upload);
    for (sent, expected) in [
        (None, "CustomerKeyRequired"),
        (Some(other), "CustomerKeyWrong"),
    ] {
        let part = UploadPart {
            customer_key: sent,
            ..part(&upload, 1, b'p', 4)
        };
        assert_eq!(named(kit.store.upload_part(part).await), expected);
    }
    let part = UploadPart {
        customer_key: Some(own.clone()),
        ..part(&upload, 1, b'p', 4)
    };
    let stored = kit.store.upload_part(part).await.unwrap();
    assert_eq!(stored.sse, Sse::Customer);
    let done = complete(&upload, &[&stored.part]);
    let made = kit.store.complete_upload(done).await.unwrap();
    assert_eq!((made.sse, made.size_bytes), (Sse::Customer, 4));
    let read = kit.read(by(&photos, "k", Some(&own))).await.unwrap();
    assert_eq!(read, b"pppp");
    let without = kit.store.get_object(by(&photos, "k", None)).await;
    assert_eq!(named(without), "CustomerKeyRequired");
}

async fn a_part_is_copied_by_the_keys_of_both_sides(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let (own, other) = (customer(1), customer(2));
    put_under(kit, &photos, "a", &own).await;
    let request = CreateUpload {
        encryption: under(&other),
        ..create(&photos, "k")
    };
    let begun = kit.store.create_upload(request).await.unwrap();
    let upload = resume(&photos, "k", begun.upload);
    let copy = UploadPartCopy {
        upload: upload.clone(),
        number: number(1),
        source: latest(&photos, "a"),
        range: ByteRange::parse("bytes=1-4"),
        source_conditions: stave_model::Conditions::default(),
        customer_key: Some(other.clone()),
        source_customer_key: Some(own),
    };
    let copied = kit.store.upload_part_copy(copy).await.unwrap();
    assert_eq!((copied.sse, copied.part.size_bytes), (Sse::Customer, 4));
    let done = CompleteUpload {
        customer_key: Some(other.clone()),
        ..complete(&upload, &[&copied.part])
    };
    kit.store.complete_upload(done).await.unwrap();
    let read = kit.read(by(&photos, "k", Some(&other))).await.unwrap();
    assert_eq!(read, b"ello");
}

async fn s3_encrypts_what_comes_without_a_word(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let stored = kit.put(&photos, "a", b"hello").await;
    assert_eq!(stored.sse, Sse::S3);
    let asked = PutObject {
        encryption: SseRequest::S3,
        ..write(&photos, "b", b"hello")
    };
    assert_eq!(kit.store.put_object(asked).await.unwrap().sse, Sse::S3);
    let head = kit.store.head_object(by(&photos, "b", None)).await;
    assert_eq!(head.unwrap().version.sse, Sse::S3);
}

async fn a_name_that_is_no_key_is_no_default(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let config = BucketConfig::Encryption(BucketEncryption {
        algorithm: SseAlgorithm::S3,
        kms_key: Some("alias/own".to_owned()),
        bucket_key: false,
    });
    assert!(kit.store.put_bucket_config(&photos, config).await.is_err());
}

fn by_kms(key: &KeyId, bucket_key: Option<bool>) -> SseRequest {
    SseRequest::Kms {
        key: Some(key.to_string()),
        context: EncryptionContext::from([("team".to_owned(), "blue".to_owned())]),
        bucket_key,
    }
}

/// Tells a key by its ARN, as a remote store does.
#[track_caller]
fn is_under(sse: &Sse, key: &KeyId, bucket_key: bool) {
    let Sse::Kms(told) = sse else {
        panic!("not under a key of the key service: {sse:?}");
    };
    assert_eq!(told.key_arn("us-east-1"), key.arn("us-east-1"));
    assert_eq!(told.bucket_key, bucket_key);
}

async fn a_key_of_the_key_service_is_told_with_its_object(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let own = kit.new_key().await;
    let put = PutObject {
        encryption: by_kms(&own, Some(true)),
        ..write(&photos, "a", b"hello")
    };
    is_under(&kit.store.put_object(put).await.unwrap().sse, &own, true);
    let head = kit.store.head_object(by(&photos, "a", None)).await;
    is_under(&head.unwrap().version.sse, &own, true);
    let got = kit.store.get_object(by(&photos, "a", None)).await;
    is_under(&got.unwrap().version.sse, &own, true);
    assert_eq!(kit.get(&photos, "a").await.unwrap(), b"hello");
    let copy = CopyObject {
        encryption: by_kms(&own, None),
        ..plain(latest(&photos, "a"), &latest(&photos, "b"))
    };
    let copied = kit.store.copy_object(copy).await.unwrap().stored;
    is_under(&copied.sse, &own, false);
    let request = CreateUpload {
        encryption: by_kms(&own, None),
        ..create(&photos, "k")
    };
    let begun = kit.store.create_upload(request).await.unwrap();
    is_under(&begun.sse, &own, false);
    let upload = resume(&photos, "k", begun.upload);
    let stored = kit.store.upload_part(part(&upload, 1, b'p', 4)).await;
    let stored = stored.unwrap();
    is_under(&stored.sse, &own, false);
    let done = complete(&upload, &[&stored.part]);
    let made = kit.store.complete_upload(done).await.unwrap();
    is_under(&made.sse, &own, false);
    assert_eq!(kit.get(&photos, "k").await.unwrap(), b"pppp");
}

async fn the_default_of_a_bucket_names_the_key(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let own = kit.new_key().await;
    let config = BucketConfig::Encryption(BucketEncryption {
        algorithm: SseAlgorithm::Kms,
        kms_key: Some(own.to_string()),
        bucket_key: true,
    });
    let put = kit.store.put_bucket_config(&photos, config);
    put.await.unwrap();
    let stored = kit.put(&photos, "a", b"hello").await;
    is_under(&stored.sse, &own, true);
    assert_eq!(kit.get(&photos, "a").await.unwrap(), b"hello");
}

async fn a_key_that_cannot_be_used_is_named(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let own = kit.new_key().await;
    let put = |key: &KeyId| PutObject {
        encryption: by_kms(key, None),
        ..write(&photos, "a", b"hello")
    };
    kit.store.put_object(put(&own)).await.unwrap();
    kit.disable(&own).await;
    for outcome in [
        kit.store.put_object(put(&own)).await.map(|_| ()),
        kit.get(&photos, "a").await.map(|_| ()),
    ] {
        let Err(Error::Key(KeyError::Disabled { arn })) = outcome else {
            panic!("not refused for a disabled key: {outcome:?}");
        };
        assert_eq!(arn, own.arn("us-east-1"));
    }
    let missing = KeyId::from_random([7; 16]);
    let refused = kit.store.put_object(put(&missing)).await;
    assert!(matches!(refused, Err(Error::Key(KeyError::NotFound(_)))));
}
