//! What a record says, and what it never says.

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use stave_model::{Actor, UserName, Versioning, Via};
use stave_store::{KeyService as _, WrappingAlgorithm};

use super::kit::{Keys, admin, anonymous, context, user};
use crate::kit::files_below;

/// Takes the ids of chance out of an event.
fn without_chance(mut event: Value) -> Value {
    let id = event["eventID"].as_str().unwrap();
    assert_eq!(id.len(), 36, "{id}");
    event.as_object_mut().unwrap().remove("eventID");
    event
}

#[tokio::test]
async fn a_use_for_an_object_is_told_as_cloudtrail_does() {
    let keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let key = keys.key().await;
    keys.put(&bucket, "a/b.jpg", &key).await;
    keys.get(&bucket, "a/b.jpg").await.unwrap();
    let expected = json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "admin",
            "arn": "arn:aws:iam::000000000000:user/admin",
            "accountId": "000000000000",
            "accessKeyId": "AKIASUITE",
            "userName": "admin",
            "invokedBy": "s3.amazonaws.com",
        },
        "eventTime": "2026-01-02T03:04:05Z",
        "eventSource": "kms.amazonaws.com",
        "eventName": "Decrypt",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "127.0.0.1",
        "userAgent": "suite/1",
        "requestParameters": {
            "keyId": key.id.as_str(),
            "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
            "encryptionContext": { "aws:s3:arn": "arn:aws:s3:::photos/a/b.jpg" },
        },
        "responseElements": null,
        "additionalEventData": { "keyVersion": 1, "s3Operation": "GetObject" },
        "requestID": "REQUEST1",
        "readOnly": true,
        "resources": [
            { "type": "AWS::S3::Object", "ARN": "arn:aws:s3:::photos/a/b.jpg" },
            { "accountId": "000000000000", "type": "AWS::KMS::Key", "ARN": key.arn.as_str() },
        ],
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "000000000000",
        "eventCategory": "Management",
    });
    assert_eq!(without_chance(keys.last_event().await), expected);
}

#[tokio::test]
async fn a_refusal_is_recorded_with_who_asked_for_what_and_why_not() {
    let keys = Keys::new();
    let key = keys.key().await;
    let refused = keys.encrypt_by(&user("eve"), &key, &[("a", "b")]).await;
    assert!(refused.is_err());
    let event = keys.last_event().await;
    assert_eq!(event["eventName"], "Encrypt");
    assert_eq!(event["errorCode"], "AccessDenied");
    assert_eq!(event["errorMessage"], refused.unwrap_err().to_string());
    assert_eq!(event["userIdentity"]["userName"], "eve");
    assert_eq!(
        event["requestParameters"]["encryptionContext"],
        json!({ "a": "b" })
    );
    assert_eq!(event["resources"][0]["ARN"], key.arn.as_str());
    assert!(keys.encrypt_by(&anonymous(), &key, &[]).await.is_err());
    let event = keys.last_event().await;
    let nobody = json!({ "type": "AWSAccount", "principalId": "", "accountId": "anonymous" });
    assert_eq!(event["userIdentity"], nobody);
}

#[tokio::test]
async fn a_management_call_is_recorded_with_its_answer_and_the_way_in() {
    let keys = Keys::new();
    let key = keys.key().await;
    let window = Actor::local(UserName::parse("admin").unwrap(), Via::Window);
    let store = &keys.vault.store;
    store
        .schedule_key_deletion(&window, &key.arn, 7)
        .await
        .unwrap();
    let event = keys.last_event().await;
    assert_eq!(event["eventName"], "ScheduleKeyDeletion");
    assert_eq!(event["readOnly"], false);
    assert_eq!(event["sourceIPAddress"], "window");
    assert_eq!(event["requestParameters"]["pendingWindowInDays"], 7);
    let answer = json!({
        "keyId": key.arn.as_str(),
        "keyState": "PendingDeletion",
        "deletionDate": "2026-01-09T03:04:05Z",
    });
    assert_eq!(event["responseElements"], answer);
}

#[tokio::test]
async fn each_operation_leaves_one_record() {
    let keys = Keys::new();
    let key = keys.key().await;
    let (store, by, arn) = (&keys.vault.store, admin(), key.arn.as_str());
    let sealed = keys.encrypt(&key).await;
    keys.decrypt(&sealed).await.unwrap();
    store.describe_key(&by, arn).await.unwrap();
    store.list_keys(&by).await.unwrap();
    store.create_alias(&by, "alias/a", arn).await.unwrap();
    store.list_aliases(&by, None).await.unwrap();
    store.delete_alias(&by, "alias/a").await.unwrap();
    store.set_key_rotation(&by, arn, Some(90)).await.unwrap();
    store.set_key_rotation(&by, arn, None).await.unwrap();
    store.rotate_key(&by, arn).await.unwrap();
    store.key_versions(&by, arn).await.unwrap();
    store.key_policy(&by, arn).await.unwrap();
    store.key_tags(&by, arn).await.unwrap();
    store.generate_random(&by, 8).await.unwrap();
    keys.enable(&key, false).await;
    keys.enable(&key, true).await;
    let expected = [
        "CreateKey",
        "Encrypt",
        "Decrypt",
        "DescribeKey",
        "ListKeys",
        "CreateAlias",
        "ListAliases",
        "DeleteAlias",
        "EnableKeyRotation",
        "DisableKeyRotation",
        "RotateKeyOnDemand",
        "ListKeyRotations",
        "GetKeyPolicy",
        "ListResourceTags",
        "GenerateRandom",
        "DisableKey",
        "EnableKey",
    ];
    assert_eq!(keys.event_names().await, expected);
}

#[tokio::test]
async fn no_secret_is_in_a_record_nor_anywhere_on_disk() {
    let keys = Keys::new();
    let key = keys.key().await;
    let pairs = [("context", "is told")];
    let sealed = keys.encrypt_by(&admin(), &key, &pairs).await.unwrap();
    keys.decrypt_by(&admin(), &sealed, &pairs).await.unwrap();
    let generate = stave_store::GenerateDataKey {
        key: key.arn.clone(),
        bytes: 32,
        context: context(&[]),
        grant_tokens: Vec::new(),
        plaintext: true,
    };
    let made = keys
        .vault
        .store
        .generate_data_key(&admin(), generate)
        .await
        .unwrap();
    let external = keys
        .make(|create| create.origin = stave_model::KeyOrigin::External)
        .await
        .unwrap();
    let algorithm = WrappingAlgorithm::OaepSha256;
    let store = &keys.vault.store;
    let given = store
        .import_parameters(&admin(), &external.arn, algorithm, 2_048)
        .await
        .unwrap();
    let material = [0x5a; 32];
    let wrapping = stave_vault::ImportWrapping::OaepSha256;
    let import = stave_store::ImportKeyMaterial {
        key: external.arn.clone(),
        token: given.token.clone(),
        wrapped: stave_vault::wrap_for_import(&given.public_key, wrapping, &material).unwrap(),
        expires: None,
    };
    store.import_key_material(&admin(), import).await.unwrap();
    keys.vault.engine.close();
    let plain = made.plaintext.unwrap().expose_secret().to_vec();
    let planted: [(&str, &[u8]); 5] = [
        ("a plaintext", b"plaintext"),
        ("a data key", &plain),
        ("a ciphertext", &sealed[45..]),
        ("imported material", &material),
        ("an import token", &given.token),
    ];
    for file in files_below(&keys.vault.dir()) {
        let bytes = std::fs::read(&file).unwrap();
        for (what, secret) in planted {
            let found = bytes.windows(secret.len()).any(|window| window == secret);
            let text = hex::encode(secret);
            let as_hex = bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes());
            assert!(!found && !as_hex, "{what} is in {}", file.display());
        }
    }
}

#[tokio::test]
async fn the_owners_window_looks_without_a_record_and_does_nothing_without_one() {
    let keys = Keys::new();
    let key = keys.key().await;
    let before = keys.event_names().await.len();
    let window = |name: &str| Actor::local(UserName::parse(name).unwrap(), Via::Window);
    let (owner, store) = (window("admin"), &keys.vault.store);
    store.list_keys(&owner).await.unwrap();
    store.describe_key(&owner, key.id.as_str()).await.unwrap();
    store.key_policy(&owner, key.id.as_str()).await.unwrap();
    assert_eq!(keys.event_names().await.len(), before);
    let stranger = store.list_keys(&window("ann")).await;
    assert!(stranger.is_err());
    let off = store.set_key_enabled(&owner, key.id.as_str(), false);
    off.await.unwrap();
    let since = keys.event_names().await.split_off(before);
    assert_eq!(since, ["ListKeys AccessDenied", "DisableKey"]);
}
