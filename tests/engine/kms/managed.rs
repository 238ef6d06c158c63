//! Objects under keys: SSE-KMS by a key of one's own and by the one that the store manages.

use stave_engine::{Engine, EngineOptions, Holder, LocalStore};
use stave_model::{EncryptionContext, KeyState, Versioning};
use stave_store::{GetObject, KeyService as _, SseRequest, Store as _};

use super::kit::{Keys, admin, anonymous, refusal, under, under_bucket_key, user};
use crate::kit::{drain, latest};

fn managed() -> SseRequest {
    SseRequest::Kms {
        key: None,
        context: EncryptionContext::new(),
        bucket_key: None,
    }
}

#[tokio::test]
async fn the_managed_key_is_made_at_its_first_use_and_is_used_through_s3_alone() {
    let keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let store = &keys.vault.store;
    let absent = store.describe_key(&admin(), "alias/aws/s3").await;
    assert_eq!(refusal(&absent), "NotFound");
    keys.put_as(&admin(), &bucket, "k", managed())
        .await
        .unwrap();
    let key = store.describe_key(&admin(), "alias/aws/s3").await.unwrap();
    assert!(key.managed);
    assert_eq!(key.rotation.unwrap().period_days, 365);
    keys.put_as(&user("eve"), &bucket, "l", managed())
        .await
        .unwrap();
    assert_eq!(store.list_keys(&admin()).await.unwrap().len(), 1);
    assert_eq!(
        keys.get_as(&user("eve"), &bucket, "k").await.unwrap(),
        b"the body"
    );
    let stranger = keys.get_as(&anonymous(), &bucket, "k").await;
    assert_eq!(refusal(&stranger), "AccessDenied");
    let direct = keys.encrypt_by(&admin(), &key, &[]).await;
    assert_eq!(refusal(&direct), "AccessDenied");
    let by = admin();
    let id = key.id.as_str();
    for changed in [
        store.set_key_enabled(&by, id, false).await,
        store.schedule_key_deletion(&by, id, 7).await.map(drop),
        store.update_key_description(&by, id, "mine").await,
        store.create_alias(&by, "alias/mine", id).await,
        keys.put_policy(&key, "{}").await,
    ] {
        assert_eq!(refusal(&changed), "AccessDenied");
    }
}

#[tokio::test]
async fn the_managed_key_goes_on_in_another_region() {
    let keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    keys.put_as(&admin(), &bucket, "k", managed())
        .await
        .unwrap();
    keys.vault.engine.close();
    let dir = keys.vault.dir();
    let holder = Holder::KeyFile(dir.parent().unwrap().join("key"));
    let options = EngineOptions {
        region: "eu-west-1".to_owned(),
        ..EngineOptions::default()
    };
    let store = LocalStore::new(Engine::open_with(&dir, &holder, options).unwrap());
    let get = GetObject::whole(latest(&bucket, "k"));
    let got = store.get_object(get).await.unwrap();
    assert_eq!(drain(got).await.unwrap(), b"the body");
    let policy = store.key_policy(&admin(), "alias/aws/s3").await.unwrap();
    assert!(policy.contains("s3.eu-west-1.amazonaws.com"), "{policy}");
}

#[tokio::test]
async fn an_object_is_read_while_its_key_is_enabled_and_allowed() {
    let keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let key = keys.key().await;
    keys.put(&bucket, "k", &key).await;
    assert_eq!(keys.get(&bucket, "k").await.unwrap(), b"the body");
    let eve = keys.get_as(&user("eve"), &bucket, "k").await;
    assert_eq!(refusal(&eve), "AccessDenied");
    keys.enable(&key, false).await;
    assert_eq!(refusal(&keys.get(&bucket, "k").await), "Disabled");
    let written = keys.put_as(&admin(), &bucket, "l", under(&key.arn)).await;
    assert_eq!(refusal(&written), "Disabled");
    keys.enable(&key, true).await;
    assert_eq!(keys.get(&bucket, "k").await.unwrap(), b"the body");
    let store = &keys.vault.store;
    store
        .schedule_key_deletion(&admin(), &key.arn, 7)
        .await
        .unwrap();
    assert_eq!(refusal(&keys.get(&bucket, "k").await), "InvalidState");
    let cancelled = store.cancel_key_deletion(&admin(), &key.arn).await.unwrap();
    assert_eq!(cancelled.state, KeyState::Disabled);
    keys.enable(&key, true).await;
    assert_eq!(keys.get(&bucket, "k").await.unwrap(), b"the body");
}

#[tokio::test]
async fn a_key_may_be_for_s3_alone() {
    let keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "kms:*", "Resource": "*"},
        {"Effect": "Deny", "Principal": "*", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*",
         "Condition": {"StringNotEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}}]}"#;
    let key = keys
        .make(|create| create.policy = Some(policy.to_owned()))
        .await
        .unwrap();
    keys.put(&bucket, "k", &key).await;
    assert_eq!(keys.get(&bucket, "k").await.unwrap(), b"the body");
    let sealed = keys.encrypt(&key).await;
    assert_eq!(refusal(&keys.decrypt(&sealed).await), "AccessDenied");
}

#[tokio::test]
async fn a_policy_can_bind_a_key_to_a_bucket() {
    let keys = Keys::new();
    let one = keys.vault.bucket("one", Versioning::Off).await;
    let other = keys.vault.bucket("other", Versioning::Off).await;
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:user/eve"},
         "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": "*",
         "Condition": {"StringLike": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::one/*"}}}]}"#;
    let key = keys
        .make(|create| create.policy = Some(policy.to_owned()))
        .await
        .unwrap();
    let eve = user("eve");
    keys.put_as(&eve, &one, "k", under(&key.arn)).await.unwrap();
    assert_eq!(keys.get_as(&eve, &one, "k").await.unwrap(), b"the body");
    let refused = keys.put_as(&eve, &other, "k", under(&key.arn)).await;
    assert_eq!(refusal(&refused), "AccessDenied");
}

#[tokio::test]
async fn a_key_that_makes_macs_or_that_there_is_none_of_encrypts_no_object() {
    let keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let hmac = keys
        .make(|create| create.spec = stave_model::KeySpec::Hmac256)
        .await
        .unwrap();
    let cases = [
        (hmac.arn.as_str(), "InvalidKeyUsage"),
        ("alias/none", "NotFound"),
        ("arn:aws:kms:us-east-1:111111111111:key/x", "InvalidArn"),
    ];
    for (named, expected) in cases {
        let put = keys.put_as(&admin(), &bucket, "k", under(named)).await;
        assert_eq!(refusal(&put), expected, "{named}");
    }
}

#[tokio::test]
async fn under_a_bucket_key_each_use_is_decided_and_one_in_five_minutes_recorded() {
    let keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let key = keys.key().await;
    let before = keys.records().await.len();
    let recorded = async || keys.records().await.len() - before;
    for name in ["a", "b", "c"] {
        let sse = under_bucket_key(&key.arn);
        keys.put_as(&admin(), &bucket, name, sse).await.unwrap();
    }
    assert_eq!(recorded().await, 1);
    let event = keys.last_event().await;
    let context = &event["requestParameters"]["encryptionContext"];
    assert_eq!(context["aws:s3:arn"], "arn:aws:s3:::photos");
    for name in ["a", "b", "c", "a"] {
        keys.get(&bucket, name).await.unwrap();
    }
    assert_eq!(recorded().await, 2);
    keys.wait_ms(5 * 60 * 1_000);
    keys.get(&bucket, "a").await.unwrap();
    assert_eq!(recorded().await, 3);
    let eve = keys.get_as(&user("eve"), &bucket, "a").await;
    assert_eq!(refusal(&eve), "AccessDenied");
    assert_eq!(recorded().await, 4, "a refusal is always recorded");
    keys.enable(&key, false).await;
    assert_eq!(refusal(&keys.get(&bucket, "a").await), "Disabled");
    assert_eq!(refusal(&keys.get(&bucket, "b").await), "Disabled");
    assert_eq!(
        recorded().await,
        7,
        "the change of the state, and two refusals"
    );
}

#[tokio::test]
async fn without_a_bucket_key_each_use_is_recorded() {
    let keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let key = keys.key().await;
    keys.put(&bucket, "a", &key).await;
    keys.get(&bucket, "a").await.unwrap();
    keys.get(&bucket, "a").await.unwrap();
    let names = keys.event_names().await;
    assert_eq!(
        names,
        ["CreateKey", "GenerateDataKey", "Decrypt", "Decrypt"]
    );
}

#[tokio::test]
async fn what_a_key_guards_is_told() {
    let keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let key = keys.key().await;
    let store = &keys.vault.store;
    keys.put(&bucket, "a", &key).await;
    store.rotate_key(&admin(), &key.arn).await.unwrap();
    keys.put(&bucket, "b", &key).await;
    keys.put(&bucket, "c", &key).await;
    let usage = store.key_usage(&admin(), &key.arn).await.unwrap();
    let versions: Vec<_> = usage
        .versions
        .iter()
        .map(|one| (one.version, one.objects, one.size_bytes))
        .collect();
    assert_eq!(versions, [(1, 1, 8), (2, 2, 16)]);
    assert_eq!(usage.buckets, [(bucket.clone(), 3)]);
    assert_eq!(usage.default_of, []);
    set_default(&keys, &bucket, Some("alias/photos")).await;
    store
        .create_alias(&admin(), "alias/photos", &key.arn)
        .await
        .unwrap();
    let usage = store.key_usage(&admin(), &key.arn).await.unwrap();
    assert_eq!(usage.default_of, [bucket]);
}

async fn set_default(keys: &Keys, bucket: &stave_model::BucketName, key: Option<&str>) {
    use stave_model::{BucketConfig, BucketEncryption, SseAlgorithm};
    let encryption = BucketConfig::Encryption(BucketEncryption {
        algorithm: SseAlgorithm::Kms,
        kms_key: key.map(str::to_owned),
        bucket_key: false,
    });
    let put = keys.vault.store.put_bucket_config(bucket, encryption);
    put.await.unwrap();
}
