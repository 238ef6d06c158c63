//! Users and roles over a real vault.

use secrecy::ExposeSecret as _;
use stave_model::{BucketName, UserName, Versioning};
use stave_store::{AccessKeys as _, CreateBucket, Identities as _, NewAccessKey, NewSession};

use super::{NewRole, People, check_policy, create_role, create_user, put_policy, put_trust};
use crate::testing::Kit;
use crate::views::IdentityKindView;

const READ: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
    "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}]}"#;

const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::000000000000:user/ada"}, "Action": "sts:AssumeRole"}]}"#;

fn name(text: &str) -> UserName {
    UserName::parse(text).unwrap()
}

fn people(kit: &Kit) -> People<'_> {
    People {
        identities: &kit.local,
        access_keys: &kit.local,
        store: &*kit.store,
    }
}

fn night() -> NewRole {
    NewRole {
        name: name("night"),
        description: "copies by night".to_owned(),
        trust: TRUST.to_owned(),
        session_seconds: 3_600,
    }
}

#[tokio::test]
async fn identities_are_listed_with_what_they_have() {
    let kit = Kit::new(Versioning::Off).await;
    create_user(&kit.local, name("ada")).await.unwrap();
    create_role(&kit.local, night()).await.unwrap();
    put_policy(&kit.local, &name("ada"), "read-photos", READ.to_owned())
        .await
        .unwrap();
    let key = NewAccessKey {
        user: name("ada"),
        id: None,
        secret: None,
    };
    kit.local.add_access_key(key).await.unwrap();
    let listed = people(&kit).list().await.unwrap();
    let told: Vec<_> = listed
        .iter()
        .map(|one| {
            (
                one.name.as_str(),
                one.kind,
                one.keys,
                one.buckets,
                one.owner,
            )
        })
        .collect();
    let (user, role) = (IdentityKindView::User, IdentityKindView::Role);
    assert_eq!(
        told,
        [
            ("admin", user, listed[0].keys, 1, true),
            ("ada", user, 1, 0, false),
            ("night", role, 0, 0, false)
        ]
    );
    assert_eq!(listed[1].policies, ["read-photos"]);
    assert_eq!(listed[1].arn, "arn:aws:iam::000000000000:user/ada");
    assert_eq!(listed[2].description, "copies by night");
}

#[tokio::test]
async fn a_role_is_told_with_its_trust_and_its_sessions() {
    let kit = Kit::new(Versioning::Off).await;
    create_user(&kit.local, name("ada")).await.unwrap();
    create_role(&kit.local, night()).await.unwrap();
    let session = NewSession {
        identity: name("night"),
        name: "cellar".to_owned(),
        issued_by: name("ada"),
        seconds: 900,
        policy: None,
    };
    let made = kit.local.begin_session(session).await.unwrap();
    assert!(!made.token.expose_secret().is_empty());
    let told = people(&kit).details(&name("night")).await.unwrap();
    assert_eq!(told.kind, IdentityKindView::Role);
    assert_eq!(told.session_seconds, Some(3_600));
    assert!(told.trust.unwrap().contains("user/ada"));
    assert_eq!(told.sessions.len(), 1);
    assert_eq!(told.sessions[0].name, "cellar");
    assert_eq!(told.sessions[0].id, made.session.id.as_str());
    assert_eq!(kit.local.end_sessions(&name("night")).await.unwrap(), 1);
    let told = people(&kit).details(&name("night")).await.unwrap();
    assert_eq!(told.sessions, []);
    let changed = TRUST.replace("ada", "bob");
    put_trust(&kit.local, &name("night"), changed)
        .await
        .unwrap();
    let told = people(&kit).details(&name("night")).await.unwrap();
    assert!(told.trust.unwrap().contains("user/bob"));
}

#[tokio::test]
async fn an_identity_that_has_something_is_kept_and_what_it_has_is_named() {
    let kit = Kit::new(Versioning::Off).await;
    create_user(&kit.local, name("ada")).await.unwrap();
    put_policy(&kit.local, &name("ada"), "read-photos", READ.to_owned())
        .await
        .unwrap();
    let hers = CreateBucket::new(BucketName::parse("adas").unwrap(), name("ada"));
    kit.store.create_bucket(hers).await.unwrap();
    let refused = people(&kit).delete(&name("ada")).await.unwrap_err();
    assert_eq!(refused.code, "identity_in_use");
    assert_eq!(
        refused.why,
        "It still has the policy read-photos, the bucket adas."
    );
    let owner = people(&kit).delete(&name("admin")).await.unwrap_err();
    assert_eq!(owner.code, "owner");
    create_user(&kit.local, name("bob")).await.unwrap();
    people(&kit).delete(&name("bob")).await.unwrap();
    let gone = people(&kit).delete(&name("bob")).await.unwrap_err();
    assert_eq!(gone.code, "no_such_identity");
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let kit = Kit::new(Versioning::Off).await;
    create_user(&kit.local, name("ada")).await.unwrap();
    let twice = create_user(&kit.local, name("ada")).await;
    assert_eq!(twice.unwrap_err().code, "identity_exists");
    let untrusted = NewRole {
        trust: READ.to_owned(),
        ..night()
    };
    let untrusted = create_role(&kit.local, untrusted).await;
    assert_eq!(untrusted.unwrap_err().code, "invalid_policy");
    let wordy = NewRole {
        description: "x".repeat(1_001),
        ..night()
    };
    let wordy = create_role(&kit.local, wordy).await;
    assert_eq!(wordy.unwrap_err().code, "invalid_argument");
    let put = |of: &'static str, as_: &'static str, text: &str| {
        let text = text.to_owned();
        let local = &kit.local;
        async move {
            put_policy(local, &name(of), as_, text)
                .await
                .unwrap_err()
                .code
        }
    };
    assert_eq!(put("ada", "a b", READ).await, "invalid_name");
    assert_eq!(put("ada", "a", "{").await, "invalid_policy");
    assert_eq!(put("admin", "a", READ).await, "owner");
    assert_eq!(put("nobody", "a", READ).await, "no_such_identity");
}

#[test]
fn a_policy_is_checked_before_it_is_set() {
    let good = check_policy(READ);
    assert!(good.valid && good.problems.is_empty());
    assert_eq!(good.allows[0].what, "may GetObject on photos/*");
    let named = check_policy(
        "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\",\n\"Principal\": \"*\",\n\
         \"Action\": \"s3:*\", \"Resource\": \"*\"}]}",
    );
    assert!(!named.valid);
    assert_eq!(named.problems[0].line, Some(2), "{:?}", named.problems);
    assert!(!check_policy(&" {".repeat(11_000)).valid);
}
