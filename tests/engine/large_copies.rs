//! A large object gets another key by rows alone: copied or in place, no byte of it is read or written.

use std::time::{Duration, Instant};

use stave_model::{Actor, EncryptionContext, KeyOrigin, KeySpec, Sse, Tags, Versioning, Via};
use stave_store::{
    CopyObject, CreateKey, CustomerKey, GetObject, KeyService as _, PutObject, ReencryptObject,
    SseRequest, Store as _,
};

use crate::copies::copy_of;
use crate::kit::{Vault, latest, owner, pattern, put_of};
use crate::uploads::Uploading;

const MIB: usize = 1024 * 1024;

/// The object, of 10 GiB, has so many parts of so many bytes; they share one sealed file.
const SHAPE: (i64, usize) = (80, 128 * MIB);
/// As clients cut it that leave the size of a part to their defaults. `STAVE_TEST_LONG` tries it too.
const SHAPE_LONG: (i64, usize) = (1_280, 8 * MIB);

/// Far below what it takes to move 10 GiB, and far above what rows take on a slow machine.
const QUICK: Duration = Duration::from_secs(2);

fn admin() -> Actor {
    Actor::local(owner(), Via::Endpoint)
}

async fn under_new_key(vault: &Vault) -> SseRequest {
    let create = CreateKey {
        description: String::new(),
        spec: KeySpec::Symmetric,
        origin: KeyOrigin::Made,
        policy: None,
        bypass_lockout_check: false,
        tags: Tags::default(),
    };
    let key = vault.store.create_key(&admin(), create).await.unwrap();
    SseRequest::Kms {
        key: Some(key.arn),
        context: EncryptionContext::new(),
        bucket_key: None,
    }
}

/// Makes the object `large`.
async fn make(
    vault: &Vault,
    encryption: &SseRequest,
    (parts, part): (i64, usize),
) -> stave_model::BucketName {
    let bucket = vault.bucket("large", Versioning::Off).await;
    let piece: Vec<u8> = pattern(65_536, 1).repeat(part / 65_536);
    let put = PutObject {
        encryption: encryption.clone(),
        ..put_of(&bucket, "piece", piece)
    };
    let store = vault.store.acting_for(admin());
    store.put_object(put).await.unwrap();
    let mut create = crate::uploads::create_of(&bucket, "large", None);
    create.encryption = encryption.clone();
    let upload = store.create_upload(create).await.unwrap().upload;
    let mut uploading = Uploading::resume(vault, &bucket, "large", upload);
    for number in 1..=parts {
        uploading.copy(number, "piece", None).await.unwrap();
    }
    let stored = uploading.complete().await.unwrap();
    assert_eq!(stored.size_bytes, 10 * 1024 * 1024 * 1024);
    bucket
}

/// The last bytes, which are of the last part.
async fn end(
    vault: &Vault,
    bucket: &stave_model::BucketName,
    name: &str,
    key: Option<CustomerKey>,
) {
    let get = GetObject {
        range: stave_model::ByteRange::parse("bytes=-70000"),
        customer_key: key,
        ..GetObject::whole(latest(bucket, name))
    };
    let read = vault.read(get).await.unwrap();
    let pattern = pattern(65_536, 1);
    assert!(read[..4_464] == pattern[65_536 - 4_464..] && read[4_464..] == pattern);
}

#[tokio::test]
async fn ten_gibibytes_get_another_key_at_once_and_move_no_bytes() {
    give_other_keys(SHAPE).await;
    if std::env::var_os("STAVE_TEST_LONG").is_some() {
        give_other_keys(SHAPE_LONG).await;
    }
}

async fn give_other_keys(shape: (i64, usize)) {
    let vault = Vault::new();
    let first = under_new_key(&vault).await;
    let bucket = make(&vault, &first, shape).await;
    let files = vault.blob_files();
    assert_eq!(files.len(), 1, "the parts share one file");
    let sealed = std::fs::metadata(&files[0]).unwrap();

    let customer = CustomerKey::new([5; 32]);
    let targets = [
        ("copy/s3", SseRequest::S3, None),
        ("copy/kms", under_new_key(&vault).await, None),
        (
            "copy/customer",
            SseRequest::Customer(customer.clone()),
            Some(customer),
        ),
    ];
    let store = vault.store.acting_for(admin());
    for (name, target, key) in targets {
        let copy = CopyObject {
            encryption: target.clone(),
            ..copy_of(latest(&bucket, "large"), &bucket, name)
        };
        let begun = Instant::now();
        let copied = store.copy_object(copy).await.unwrap();
        let took = begun.elapsed();
        eprintln!(
            "{name}: {} bytes in {} parts copied in {took:?}",
            copied.stored.size_bytes, shape.0
        );
        assert!(took < QUICK, "{name} took {took:?}");
        end(&vault, &bucket, name, key).await;
    }

    let reencrypt = ReencryptObject {
        object: latest(&bucket, "large"),
        encryption: under_new_key(&vault).await,
        customer_key: None,
    };
    let begun = Instant::now();
    let sse = store.reencrypt_object(reencrypt).await.unwrap();
    let took = begun.elapsed();
    eprintln!("another key in place in {took:?}");
    assert!(took < QUICK, "another key in place took {took:?}");
    assert!(matches!(sse, Sse::Kms(_)));
    end(&vault, &bucket, "large", None).await;

    assert_eq!(vault.blob_files(), files);
    let after = std::fs::metadata(&files[0]).unwrap();
    assert_eq!(after.modified().unwrap(), sealed.modified().unwrap());
    assert_eq!(after.len(), sealed.len());
}
