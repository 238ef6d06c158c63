//! Operations of the key service, as they go over the wire. What clients find in it is in the suite `clients`.

use serde_json::{Value, json};

use super::{Signer, document, kms, kms_as, make_key, refused};
use crate::kit::{SECRET, Served};

#[tokio::test]
async fn a_key_is_told_as_aws_tells_it() {
    let served = Served::empty().await;
    let input = json!({"Description": "for photos", "Tags": [{"TagKey": "a", "TagValue": "1"}]});
    let made = document(&kms(&served, "CreateKey", input).await);
    let told = &made["KeyMetadata"];
    let id = told["KeyId"].as_str().unwrap();
    assert_eq!(id.len(), 36);
    let arn = format!("arn:aws:kms:us-east-1:000000000000:key/{id}");
    for (member, value) in [
        ("AWSAccountId", json!("000000000000")),
        ("Arn", json!(arn)),
        ("Enabled", json!(true)),
        ("Description", json!("for photos")),
        ("KeyUsage", json!("ENCRYPT_DECRYPT")),
        ("KeyState", json!("Enabled")),
        ("Origin", json!("AWS_KMS")),
        ("KeyManager", json!("CUSTOMER")),
        ("CustomerMasterKeySpec", json!("SYMMETRIC_DEFAULT")),
        ("KeySpec", json!("SYMMETRIC_DEFAULT")),
        ("EncryptionAlgorithms", json!(["SYMMETRIC_DEFAULT"])),
        ("MultiRegion", json!(false)),
        ("DeletionDate", Value::Null),
    ] {
        assert_eq!(told[member], value, "{member}");
    }
    assert!(told["CreationDate"].as_f64().is_some_and(|at| at > 1.7e9));
    let described = document(&kms(&served, "DescribeKey", json!({"KeyId": arn})).await);
    assert_eq!(described["KeyMetadata"], *told);
    let tags = document(&kms(&served, "ListResourceTags", json!({"KeyId": id})).await);
    assert_eq!(
        tags,
        json!({"Tags": [{"TagKey": "a", "TagValue": "1"}], "Truncated": false})
    );
}

#[tokio::test]
async fn what_is_changed_is_answered_without_a_document() {
    let served = Served::empty().await;
    let key = make_key(&served).await;
    for (operation, input) in [
        (
            "CreateAlias",
            json!({"AliasName": "alias/a", "TargetKeyId": key}),
        ),
        (
            "UpdateKeyDescription",
            json!({"KeyId": key, "Description": "d"}),
        ),
        (
            "EnableKeyRotation",
            json!({"KeyId": key, "RotationPeriodInDays": 90}),
        ),
        ("DisableKey", json!({"KeyId": key})),
        ("EnableKey", json!({"KeyId": key})),
        ("UntagResource", json!({"KeyId": key, "TagKeys": ["none"]})),
        ("DeleteAlias", json!({"AliasName": "alias/a"})),
    ] {
        let answer = kms(&served, operation, input).await;
        assert_eq!(document(&answer), Value::Null, "{operation}");
    }
}

#[tokio::test]
async fn keys_are_listed_by_the_page() {
    let served = Served::empty().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(make_key(&served).await);
    }
    made.sort();
    let mut found = Vec::new();
    let mut marker = Value::Null;
    loop {
        let input = json!({"Limit": 2, "Marker": marker});
        let page = document(&kms(&served, "ListKeys", input).await);
        let keys = page["Keys"].as_array().unwrap();
        assert!(keys.len() <= 2);
        found.extend(
            keys.iter()
                .map(|key| key["KeyId"].as_str().unwrap().to_owned()),
        );
        marker = page["NextMarker"].clone();
        assert_eq!(page["Truncated"], json!(!marker.is_null()));
        if marker.is_null() {
            break;
        }
    }
    assert!(found.is_sorted());
    assert!(made.iter().all(|key| found.contains(key)), "{found:?}");
    refused(
        &kms(&served, "ListKeys", json!({"Limit": 0})).await,
        400,
        "ValidationException",
    );
    refused(
        &kms(&served, "ListKeys", json!({"Marker": "?"})).await,
        400,
        "InvalidMarkerException",
    );
}

#[tokio::test]
async fn what_is_sealed_is_opened_in_its_context_alone() {
    let served = Served::empty().await;
    let key = make_key(&served).await;
    let sealed = json!({"KeyId": key, "Plaintext": "aGVsbG8=", "EncryptionContext": {"a": "1"}});
    let sealed = document(&kms(&served, "Encrypt", sealed).await);
    let blob = &sealed["CiphertextBlob"];
    let opened = json!({"CiphertextBlob": blob, "EncryptionContext": {"a": "1"}});
    let opened = document(&kms(&served, "Decrypt", opened).await);
    assert_eq!(opened["Plaintext"], "aGVsbG8=");
    assert_eq!(opened["KeyId"], sealed["KeyId"]);
    let other = json!({"CiphertextBlob": blob, "EncryptionContext": {"a": "2"}});
    let other = kms(&served, "Decrypt", other).await;
    refused(&other, 400, "InvalidCiphertextException");
    for (plaintext, code) in [
        ("", "ValidationException"),
        ("no base64", "SerializationException"),
    ] {
        let input = json!({"KeyId": key, "Plaintext": plaintext});
        refused(&kms(&served, "Encrypt", input).await, 400, code);
    }
    let rsa = json!({"KeyId": key, "Plaintext": "aGk=", "EncryptionAlgorithm": "RSAES_OAEP_SHA_1"});
    refused(
        &kms(&served, "Encrypt", rsa).await,
        400,
        "InvalidKeyUsageException",
    );
}

#[tokio::test]
async fn a_key_that_cannot_be_used_says_why() {
    let served = Served::empty().await;
    let key = make_key(&served).await;
    let seal = json!({"KeyId": key, "Plaintext": "aGk="});
    document(&kms(&served, "DisableKey", json!({"KeyId": key})).await);
    refused(
        &kms(&served, "Encrypt", seal.clone()).await,
        400,
        "DisabledException",
    );
    let deletion = json!({"KeyId": key, "PendingWindowInDays": 7});
    let scheduled = document(&kms(&served, "ScheduleKeyDeletion", deletion).await);
    assert_eq!(scheduled["KeyState"], "PendingDeletion");
    assert_eq!(scheduled["PendingWindowInDays"], 7);
    refused(
        &kms(&served, "Encrypt", seal).await,
        400,
        "KMSInvalidStateException",
    );
    let missing = json!({"KeyId": "12345678-90ab-4def-8123-4567890abcde"});
    refused(
        &kms(&served, "DescribeKey", missing).await,
        400,
        "NotFoundException",
    );
    let text = json!({"KeyId": "a key"});
    refused(
        &kms(&served, "DescribeKey", text).await,
        400,
        "NotFoundException",
    );
    let elsewhere = json!({"KeyId": "arn:aws:kms:eu-west-1:000000000000:alias/a"});
    refused(
        &kms(&served, "DescribeKey", elsewhere).await,
        400,
        "InvalidArnException",
    );
}

#[tokio::test]
async fn others_need_a_policy_or_a_grant() {
    let served = Served::empty().await;
    served.user("bea").await;
    let bea = Signer::of("BEAKEY", SECRET);
    let key = make_key(&served).await;
    let seal = json!({"KeyId": key, "Plaintext": "aGk="});
    let answer = kms_as(&served, &bea, "Encrypt", seal.clone()).await;
    refused(&answer, 400, "AccessDeniedException");
    let arn = "arn:aws:iam::000000000000:user/bea";
    let grant = json!({"KeyId": key, "GranteePrincipal": arn, "Operations": ["Encrypt"]});
    let grant = document(&kms(&served, "CreateGrant", grant).await);
    document(&kms_as(&served, &bea, "Encrypt", seal.clone()).await);
    let revoke = json!({"KeyId": key, "GrantId": grant["GrantId"]});
    document(&kms(&served, "RevokeGrant", revoke).await);
    let answer = kms_as(&served, &bea, "Encrypt", seal).await;
    refused(&answer, 400, "AccessDeniedException");
}
