//! Keys, encryption and the audit as the window shows them, over a real vault.

use stave_model::{Sse, Versioning};
use stave_store::{CreateKey, GetObject, KeyService as _};

use super::{NewKey, create, details, list, put_policy, rotate, schedule_deletion, set_tags};
use crate::audit::{records, verify};
use crate::encryption::{check_target, of_bucket, of_version, set_of_bucket, window_actor};
use crate::testing::{Kit, bucket, object};
use crate::views::{
    AuditAsked, BucketAlgorithm, BucketEncryptionView, EncryptionKind, KeyStateView, KeyView,
    ReencryptTo, TagView,
};

fn new_key(alias: &str) -> NewKey {
    NewKey {
        alias: Some(alias.to_owned()),
        description: "for the office".to_owned(),
        spec: "SYMMETRIC_DEFAULT".to_owned(),
        origin: "AWS_KMS".to_owned(),
        tags: vec![tag("team", "office")],
    }
}

fn tag(key: &str, value: &str) -> TagView {
    TagView {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

async fn tax(kit: &Kit) -> KeyView {
    create(&kit.local, new_key("alias/tax")).await.unwrap()
}

/// Makes the key the default of the bucket, and puts an object under it.
async fn guarding(kit: &Kit, key: &KeyView) {
    let encryption = BucketEncryptionView {
        algorithm: BucketAlgorithm::Kms,
        key: Some(key.id.clone()),
        bucket_key: true,
    };
    set_of_bucket(&*kit.store, &kit.local, &bucket(), encryption.clone())
        .await
        .unwrap();
    let set = of_bucket(&*kit.store, &bucket()).await.unwrap();
    assert_eq!(set, encryption);
    kit.put("a.txt", b"hello").await;
}

#[tokio::test]
async fn a_key_is_made_with_its_name_and_told_with_what_it_guards() {
    let kit = Kit::new(Versioning::Off).await;
    let made = tax(&kit).await;
    assert_eq!(made.aliases, ["alias/tax"]);
    assert_eq!((made.state, made.version), (KeyStateView::Enabled, 1));
    guarding(&kit, &made).await;
    rotate(&kit.local, &made.id).await.unwrap();
    let told = details(&kit.local, "alias/tax").await.unwrap();
    assert_eq!(told.key.version, 2);
    let guarded: Vec<_> = told
        .versions
        .iter()
        .map(|v| (v.version, v.origin.as_str(), v.objects, v.size_bytes))
        .collect();
    assert_eq!(guarded, [(1, "CREATED", 1, 5), (2, "ON_DEMAND", 0, 0)]);
    assert_eq!(told.default_of, ["photos"]);
    assert_eq!(
        (told.buckets[0].bucket.as_str(), told.buckets[0].versions),
        ("photos", 1)
    );
    assert_eq!(told.tags, [tag("team", "office")]);
    assert!(told.policy.contains("\n  \""), "{}", told.policy);
    let listed = list(&kit.local).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].aliases, ["alias/tax"]);
}

#[tokio::test]
async fn what_cannot_be_made_leaves_nothing_behind() {
    let kit = Kit::new(Versioning::Off).await;
    tax(&kit).await;
    let refused = |new| async {
        let new: NewKey = new;
        create(&kit.local, new).await.unwrap_err().code
    };
    assert_eq!(refused(new_key("alias/tax")).await, "key_exists");
    assert_eq!(refused(new_key("tax")).await, "invalid_alias");
    assert_eq!(refused(new_key("alias/aws/s3")).await, "invalid_alias");
    let rsa = NewKey {
        spec: "RSA_2048".to_owned(),
        ..new_key("alias/rsa")
    };
    assert_eq!(refused(rsa).await, "invalid_argument");
    assert_eq!(list(&kit.local).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_inspector_tells_the_key_and_whether_it_can_be_used() {
    let kit = Kit::new(Versioning::Off).await;
    let key = tax(&kit).await;
    guarding(&kit, &key).await;
    let head = kit.store.head_object(GetObject::whole(object("a.txt")));
    let sse = head.await.unwrap().version.sse;
    let told = of_version(&kit.local, &sse).await;
    assert_eq!(told.kind, EncryptionKind::Kms);
    assert_eq!(told.key, Some(key.id.clone()));
    assert_eq!(told.key_alias.as_deref(), Some("alias/tax"));
    assert_eq!(told.key_arn, Some(key.arn));
    assert_eq!(told.key_state, Some(KeyStateView::Enabled));
    assert!(told.bucket_key);
    kit.local
        .set_key_enabled(&window_actor(), &key.id, false)
        .await
        .unwrap();
    let disabled = of_version(&kit.local, &sse).await;
    assert_eq!(disabled.key_state, Some(KeyStateView::Disabled));
    assert_eq!(kit.get("a.txt").await, None);
    let plain = of_version(&kit.local, &Sse::S3).await;
    assert_eq!((plain.kind, plain.key), (EncryptionKind::S3, None));
}

#[tokio::test]
async fn a_key_that_is_not_there_is_refused_before_anything_is_begun() {
    let kit = Kit::new(Versioning::Off).await;
    let to = ReencryptTo::Kms {
        key: "alias/none".to_owned(),
        bucket_key: false,
    };
    let refused = check_target(&kit.local, &to).await.unwrap_err();
    assert_eq!(refused.code, "key_not_found");
    assert!(check_target(&kit.local, &ReencryptTo::S3).await.is_ok());
    let encryption = BucketEncryptionView {
        algorithm: BucketAlgorithm::Kms,
        key: Some("alias/none".to_owned()),
        bucket_key: false,
    };
    let set = set_of_bucket(&*kit.store, &kit.local, &bucket(), encryption).await;
    assert_eq!(set.unwrap_err().code, "key_not_found");
}

#[tokio::test]
async fn a_deletion_takes_the_typed_name() {
    let kit = Kit::new(Versioning::Off).await;
    let key = tax(&kit).await;
    let refused = schedule_deletion(&kit.local, &key.id, 7, "tax").await;
    assert_eq!(refused.unwrap_err().code, "name_differs");
    schedule_deletion(&kit.local, &key.id, 7, "alias/tax")
        .await
        .unwrap();
    let told = details(&kit.local, &key.id).await.unwrap().key;
    assert_eq!(told.state, KeyStateView::PendingDeletion);
    assert!(told.deletion.is_some());
}

#[tokio::test]
async fn tags_are_set_in_the_place_of_others() {
    let kit = Kit::new(Versioning::Off).await;
    let key = tax(&kit).await;
    let wanted = vec![tag("year", "2026")];
    set_tags(&kit.local, &key.id, wanted.clone()).await.unwrap();
    assert_eq!(details(&kit.local, &key.id).await.unwrap().tags, wanted);
    set_tags(&kit.local, &key.id, Vec::new()).await.unwrap();
    assert_eq!(details(&kit.local, &key.id).await.unwrap().tags, []);
}

#[tokio::test]
async fn a_policy_that_locks_everybody_out_is_not_set() {
    let kit = Kit::new(Versioning::Off).await;
    let key = tax(&kit).await;
    let policy = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Resource": "*",
        "Principal": {"AWS": "arn:aws:iam::000000000000:user/bob"}, "Action": "kms:Decrypt"}}"#;
    let refused = put_policy(&kit.local, &key.id, policy.to_owned()).await;
    assert_eq!(refused.unwrap_err().code, "key_policy_malformed");
}

#[tokio::test]
async fn the_audit_page_reads_each_record() {
    let kit = Kit::new(Versioning::Off).await;
    let key = tax(&kit).await;
    guarding(&kit, &key).await;
    assert_eq!(kit.get("a.txt").await.unwrap(), b"hello");
    let asked = AuditAsked {
        event_name: Some("Decrypt".to_owned()),
        resource: Some(key.id.clone()),
        limit: 10,
        ..AuditAsked::default()
    };
    let page = records(&kit.local, asked).await.unwrap();
    let record = page.records.first().unwrap();
    assert_eq!(record.event_name, "Decrypt");
    assert_eq!(record.user, "admin");
    assert_eq!(record.key, Some(key.id));
    assert_eq!(record.key_arn, Some(key.arn));
    assert_eq!(record.key_version, Some(1));
    assert!(!record.denied && record.error.is_none());
    assert!(record.json.contains("\n  \"eventName\": \"Decrypt\""));
    let verdict = verify(&kit.local).await.unwrap();
    assert!(verdict.checked >= 2 && verdict.faults.is_empty());
}

#[tokio::test]
async fn a_key_without_a_name_is_listed_too() {
    let kit = Kit::new(Versioning::Off).await;
    let create = CreateKey {
        description: String::new(),
        spec: stave_model::KeySpec::Hmac256,
        origin: stave_model::KeyOrigin::Made,
        policy: None,
        bypass_lockout_check: false,
        tags: stave_model::Tags::default(),
    };
    kit.local.create_key(&window_actor(), create).await.unwrap();
    let listed = list(&kit.local).await.unwrap();
    assert_eq!(listed[0].usage, "GENERATE_VERIFY_MAC");
    assert!(listed[0].aliases.is_empty());
}
