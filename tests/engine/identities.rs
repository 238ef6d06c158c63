//! Users and roles, their policies and the last uses of keys.

mod formats;
mod kms_rights;
mod links;
mod sessions;
mod tampering;

use futures::StreamExt as _;
use serde_json::Value;
use stave_model::{
    AccessKeyId, Change, Identity, IdentityKind, InlinePolicy, KeyUse, PolicyName, Timestamp,
    UserName,
};
use stave_store::{
    AccessKeys as _, Error, Identities as _, NewAccessKey, NewIdentity, RoleChange, Store as _,
};

use crate::kit::owner;
use crate::kms::kit::{Keys, START_MS};

pub const READ_PHOTOS: &str = r#"{"Version": "2012-10-17", "Statement":
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}}"#;

/// A trust policy: bob may become the role.
pub const TRUST_BOB: &str = r#"{"Version": "2012-10-17", "Statement":
    {"Effect": "Allow", "Action": "sts:AssumeRole",
     "Principal": {"AWS": "arn:aws:iam::000000000000:user/bob"}}}"#;

pub fn name(text: &str) -> UserName {
    UserName::parse(text).unwrap()
}

pub fn policy(name: &str, document: &str) -> InlinePolicy {
    InlinePolicy {
        name: PolicyName::parse(name).unwrap(),
        document: document.to_owned(),
    }
}

pub fn new_user(text: &str) -> NewIdentity {
    NewIdentity {
        name: name(text),
        kind: IdentityKind::User,
        description: String::new(),
        trust: None,
        session_secs: None,
    }
}

pub fn new_role(text: &str) -> NewIdentity {
    NewIdentity {
        kind: IdentityKind::Role,
        trust: Some(TRUST_BOB.to_owned()),
        ..new_user(text)
    }
}

impl Keys {
    pub async fn add_user(&self, text: &str) -> Identity {
        let store = &self.vault.store;
        store.create_identity(new_user(text)).await.unwrap()
    }

    pub async fn add_role(&self, text: &str) -> Identity {
        let store = &self.vault.store;
        store.create_identity(new_role(text)).await.unwrap()
    }

    pub async fn put_policy_of(&self, identity: &str, of: InlinePolicy) -> Result<(), Error> {
        let store = &self.vault.store;
        store.put_identity_policy(&name(identity), of).await
    }
}

/// Returns the words of a refusal.
pub fn why<T>(outcome: Result<T, Error>) -> String {
    match outcome {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn users_and_roles_are_made_listed_and_told_with_their_policies() {
    let mut keys = Keys::new();
    let bob = keys.add_user("bob").await;
    let role = keys.add_role("reader").await;
    assert_eq!(bob.arn(), "arn:aws:iam::000000000000:user/bob");
    assert_eq!(role.arn(), "arn:aws:iam::000000000000:role/reader");
    assert_eq!(role.session_secs, Some(3_600));
    for taken in [new_user("reader"), new_role("bob")] {
        let refused = keys.vault.store.create_identity(taken).await;
        assert!(matches!(refused, Err(Error::IdentityExists(_))));
    }
    keys.put_policy_of("bob", policy("b", READ_PHOTOS))
        .await
        .unwrap();
    keys.put_policy_of("bob", policy("a", READ_PHOTOS))
        .await
        .unwrap();
    keys.vault.reopen();
    let store = &keys.vault.store;
    let listed = store.list_identities().await.unwrap();
    let names: Vec<&str> = listed.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["admin", "bob", "reader"]);
    let rights = store.rights_of(&name("bob")).await.unwrap();
    assert_eq!(rights.identity, bob);
    let expected = [policy("a", READ_PHOTOS), policy("b", READ_PHOTOS)];
    assert_eq!(rights.policies, expected);
    let nobody = store.rights_of(&name("eve")).await;
    assert!(matches!(nobody, Err(Error::NoSuchIdentity(_))));
}

#[tokio::test]
async fn what_is_no_policy_or_too_long_is_not_kept() {
    let keys = Keys::new();
    keys.add_user("bob").await;
    keys.add_role("reader").await;
    let refused = keys.put_policy_of("bob", policy("a", "{}")).await;
    assert!(matches!(refused, Err(Error::InvalidPolicy(_))));
    // One that names a principal is one of a resource.
    let refused = keys.put_policy_of("bob", policy("a", TRUST_BOB)).await;
    assert!(matches!(refused, Err(Error::InvalidPolicy(_))));
    let long = |sid: usize| {
        let sid = "a".repeat(sid);
        let spaces = " ".repeat(20_000);
        format!(
            r#"{{"Version":"2012-10-17",{spaces}"Statement":{{"Sid":"{sid}","Effect":"Allow","Action":"s3:*","Resource":"*"}}}}"#
        )
    };
    let around = long(0).chars().filter(|char| *char != ' ').count();
    let of_user = "the policies of a user have at most 2,048 characters together; \
                   spaces do not count";
    let of_role = "the policies of a role have at most 10,240 characters together; \
                   spaces do not count";
    for (identity, most, words) in [("bob", 2_048, of_user), ("reader", 10_240, of_role)] {
        let exact = policy("a", &long(most - around));
        keys.put_policy_of(identity, exact).await.unwrap();
        let more = keys.put_policy_of(identity, policy("b", &long(0))).await;
        assert_eq!(why(more), words);
        let other = policy("a", &long(most - around + 1));
        assert_eq!(why(keys.put_policy_of(identity, other).await), words);
        let replaced = policy("a", &long(most - around - 1));
        keys.put_policy_of(identity, replaced).await.unwrap();
    }
    let store = &keys.vault.store;
    assert_eq!(
        store.rights_of(&name("bob")).await.unwrap().policies.len(),
        1
    );
}

#[tokio::test]
async fn a_role_needs_a_trust_policy_and_a_user_has_none() {
    let keys = Keys::new();
    let store = &keys.vault.store;
    let without = NewIdentity {
        trust: None,
        ..new_role("reader")
    };
    let refused = store.create_identity(without).await;
    assert_eq!(why(refused), "a role needs a trust policy");
    let of_identity = NewIdentity {
        trust: Some(READ_PHOTOS.to_owned()),
        ..new_role("reader")
    };
    let refused = store.create_identity(of_identity).await;
    assert!(matches!(refused, Err(Error::InvalidPolicy(_))));
    for secs in [3_599, 43_201] {
        let refused = store
            .create_identity(NewIdentity {
                session_secs: Some(secs),
                ..new_role("reader")
            })
            .await;
        let words = "a session of a role lasts at most 3,600 to 43,200 seconds";
        assert_eq!(why(refused), words);
    }
    let trusting = NewIdentity {
        trust: Some(TRUST_BOB.to_owned()),
        ..new_user("eve")
    };
    let refused = store.create_identity(trusting).await;
    assert_eq!(why(refused), "a user has no trust policy; a role has");
}

#[tokio::test]
async fn a_role_is_changed_where_something_is_named() {
    let keys = Keys::new();
    keys.add_user("bob").await;
    let role = keys.add_role("reader").await;
    let store = &keys.vault.store;
    let change = RoleChange {
        description: Some("reads photos".to_owned()),
        session_secs: Some(43_200),
        trust: None,
    };
    let changed = store.change_role(&role.name, change).await.unwrap();
    let expected = Identity {
        description: "reads photos".to_owned(),
        session_secs: Some(43_200),
        ..role
    };
    assert_eq!(changed, expected);
    let rights = store.rights_of(&name("reader")).await.unwrap();
    assert_eq!(rights.identity, expected);
    let of_user = store.change_role(&name("bob"), RoleChange::default()).await;
    assert!(matches!(of_user, Err(Error::NoSuchIdentity(_))));
}

#[tokio::test]
async fn an_identity_goes_once_it_has_nothing_any_more() {
    let keys = Keys::new();
    keys.add_user("bob").await;
    keys.put_policy_of("bob", policy("a", READ_PHOTOS))
        .await
        .unwrap();
    let store = &keys.vault.store;
    let new = NewAccessKey {
        user: name("bob"),
        id: None,
        secret: None,
    };
    let (key, _) = store.add_access_key(new).await.unwrap();
    let create = stave_store::CreateBucket::new(
        stave_model::BucketName::parse("of-bob").unwrap(),
        name("bob"),
    );
    store.create_bucket(create).await.unwrap();
    let delete = || store.delete_identity(&key.user);
    let all = "bob still has access keys, policies and buckets";
    assert_eq!(why(delete().await), all);
    store.delete_access_key(&key.id).await.unwrap();
    assert_eq!(why(delete().await), "bob still has policies and buckets");
    let a = PolicyName::parse("a").unwrap();
    store.delete_identity_policy(&key.user, &a).await.unwrap();
    let again = store.delete_identity_policy(&key.user, &a).await;
    assert_eq!(why(again), "bob has no policy a");
    assert_eq!(why(delete().await), "bob still has buckets");
    let bucket = stave_model::BucketName::parse("of-bob").unwrap();
    store.delete_bucket(&bucket).await.unwrap();
    delete().await.unwrap();
    assert_eq!(why(delete().await), "there is no user and no role bob");
}

#[tokio::test]
async fn nothing_binds_the_owner_of_the_vault() {
    let keys = Keys::new();
    let words = "the owner of the vault has no policies and cannot be deleted";
    let bound = keys.put_policy_of("admin", policy("a", READ_PHOTOS)).await;
    assert_eq!(why(bound), words);
    let deleted = keys.vault.store.delete_identity(&owner()).await;
    assert_eq!(why(deleted), words);
}

#[tokio::test]
async fn a_role_has_no_access_keys_and_a_user_who_gets_one_is_made_without_policies() {
    let keys = Keys::new();
    keys.add_role("reader").await;
    let store = &keys.vault.store;
    let new = |user| NewAccessKey {
        user: name(user),
        id: None,
        secret: None,
    };
    let refused = store.add_access_key(new("reader")).await;
    let words = "a role has no access keys; make a session of it";
    assert_eq!(why(refused), words);
    store.add_access_key(new("eve")).await.unwrap();
    let rights = store.rights_of(&name("eve")).await.unwrap();
    assert_eq!(rights.identity.kind, IdentityKind::User);
    assert_eq!(rights.policies, []);
}

#[tokio::test]
async fn the_last_use_of_a_key_is_kept_to_the_minute() {
    let keys = Keys::new();
    let store = &keys.vault.store;
    let id = store.list_access_keys().await.unwrap().remove(0).id;
    let used = |ms: i64, service: &str| KeyUse {
        at: Timestamp::from_millis(START_MS + ms),
        service: service.to_owned(),
        region: "eu-central-1".to_owned(),
    };
    for (ms, service) in [(0, "s3"), (59_999, "kms")] {
        store.note_key_use(&id, used(ms, service)).await.unwrap();
    }
    let last = async || store.list_access_keys().await.unwrap().remove(0).last_used;
    assert_eq!(last().await, Some(used(0, "s3")));
    store.note_key_use(&id, used(60_000, "iam")).await.unwrap();
    assert_eq!(last().await, Some(used(60_000, "iam")));
    let unknown = AccessKeyId::parse("NOBODYS").unwrap();
    store.note_key_use(&unknown, used(0, "s3")).await.unwrap();
}

#[tokio::test]
async fn changes_are_told_and_recorded_with_who_made_them() {
    let keys = Keys::new();
    let mut heard = keys.vault.store.changes().unwrap();
    keys.add_user("bob").await;
    assert_eq!(heard.next().await, Some(Change::Identities));
    assert_eq!(heard.next().await, Some(Change::Audit));
    let event = keys.last_event().await;
    assert_eq!(event["eventSource"], "iam.amazonaws.com");
    assert_eq!(event["eventName"], "CreateUser");
    assert_eq!(event["requestParameters"]["userName"], "bob");
    assert_eq!(
        event["responseElements"]["arn"],
        "arn:aws:iam::000000000000:user/bob"
    );
    assert_eq!(event["userIdentity"]["userName"], "admin");
    assert_eq!(event["errorCode"], Value::Null);
    let refused = keys.put_policy_of("bob", policy("a", "{}")).await;
    assert!(refused.is_err());
    let event = keys.last_event().await;
    assert_eq!(event["eventName"], "PutUserPolicy");
    assert_eq!(event["errorCode"], "MalformedPolicyDocumentException");
    assert_eq!(event["requestParameters"]["policyDocument"], "{}");
}
