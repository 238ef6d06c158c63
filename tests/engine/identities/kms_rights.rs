//! Policies of identities and sessions beside those of keys.

use stave_model::{Actor, ActorSession, IdentityKind, Timestamp};
use stave_store::{CreateGrant, KeyService as _};

use super::policy;
use crate::kms::kit::{Keys, START_MS, anonymous, refusal, user};

const ENCRYPT: &str = r#"{"Version": "2012-10-17", "Statement":
    {"Effect": "Allow", "Action": ["kms:Encrypt", "kms:ListKeys"], "Resource": "*"}}"#;

const DENY: &str = r#"{"Version": "2012-10-17", "Statement":
    {"Effect": "Deny", "Action": "kms:Encrypt", "Resource": "*"}}"#;

const READ: &str = r#"{"Version": "2012-10-17", "Statement":
    {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;

/// The policy of a key that names somebody, and not the account.
fn names(arn: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [
            {{"Effect": "Allow", "Principal": {{"AWS": "{arn}"}}, "Action": "kms:Encrypt", "Resource": "*"}},
            {{"Effect": "Allow", "Principal": {{"AWS": "arn:aws:iam::000000000000:user/admin"}},
              "Action": "kms:*", "Resource": "*"}}]}}"#
    )
}

/// Somebody by a session.
fn by_session(name: &str, kind: IdentityKind, policy: Option<&str>) -> Actor {
    Actor {
        session: Some(ActorSession {
            kind,
            name: "ci".to_owned(),
            issued: Timestamp::from_millis(START_MS),
            policy: policy.map(str::to_owned),
        }),
        ..user(name)
    }
}

#[tokio::test]
async fn a_policy_of_an_identity_allows_what_a_key_gives_to_the_account() {
    let keys = Keys::new();
    keys.add_user("bob").await;
    keys.add_user("eve").await;
    let key = keys.key().await;
    let bob = user("bob");
    assert_eq!(
        refusal(&keys.encrypt_by(&bob, &key, &[]).await),
        "AccessDenied"
    );
    keys.put_policy_of("bob", policy("encrypt", ENCRYPT))
        .await
        .unwrap();
    assert_eq!(refusal(&keys.encrypt_by(&bob, &key, &[]).await), "ok");
    let store = &keys.vault.store;
    assert_eq!(refusal(&store.list_keys(&bob).await), "ok");
    for other in [user("eve"), user("nobody"), anonymous()] {
        let refused = keys.encrypt_by(&other, &key, &[]).await;
        assert_eq!(refusal(&refused), "AccessDenied");
        assert_eq!(refusal(&store.list_keys(&other).await), "AccessDenied");
    }
    assert_eq!(
        refusal(&store.describe_key(&bob, &key.arn).await),
        "AccessDenied"
    );
    let own = names("arn:aws:iam::000000000000:user/eve");
    keys.put_policy(&key, &own).await.unwrap();
    let refused = keys.encrypt_by(&bob, &key, &[]).await;
    assert_eq!(
        refusal(&refused),
        "AccessDenied",
        "the key gives the account nothing"
    );
}

#[tokio::test]
async fn what_a_policy_of_an_identity_denies_no_key_and_no_grant_allows() {
    let keys = Keys::new();
    keys.add_user("bob").await;
    let key = keys.key().await;
    let bob = user("bob");
    let own = names("arn:aws:iam::000000000000:user/bob");
    keys.put_policy(&key, &own).await.unwrap();
    assert_eq!(refusal(&keys.encrypt_by(&bob, &key, &[]).await), "ok");
    let grant = CreateGrant {
        key: key.arn.clone(),
        grantee: "arn:aws:iam::000000000000:user/bob".to_owned(),
        retiring: None,
        operations: vec!["Encrypt".to_owned()],
        context_equals: None,
        context_subset: None,
        name: None,
    };
    let store = &keys.vault.store;
    store.create_grant(&user("admin"), grant).await.unwrap();
    keys.put_policy_of("bob", policy("deny", DENY))
        .await
        .unwrap();
    let refused = keys.encrypt_by(&bob, &key, &[]).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!(
            "arn:aws:iam::000000000000:user/bob is not allowed to perform kms:Encrypt on {}: \
             a policy of the identity denies it explicitly",
            key.arn
        )
    );
}

#[tokio::test]
async fn the_policy_of_a_session_bounds_even_the_owner() {
    let keys = Keys::new();
    keys.add_user("bob").await;
    keys.put_policy_of("bob", policy("encrypt", ENCRYPT))
        .await
        .unwrap();
    let key = keys.key().await;
    let cases = [
        ("bob", None, "ok"),
        ("bob", Some(ENCRYPT), "ok"),
        ("bob", Some(READ), "AccessDenied"),
        ("bob", Some(DENY), "AccessDenied"),
        ("admin", None, "ok"),
        ("admin", Some(READ), "AccessDenied"),
        ("eve", Some(ENCRYPT), "AccessDenied"),
    ];
    for (name, bounds, expected) in cases {
        let by = by_session(name, IdentityKind::User, bounds);
        let found = keys.encrypt_by(&by, &key, &[]).await;
        assert_eq!(refusal(&found), expected, "{name} {bounds:?}");
    }
}

#[tokio::test]
async fn a_session_of_a_role_is_its_own_principal_and_that_of_its_role() {
    let keys = Keys::new();
    keys.add_role("sealer").await;
    let key = keys.key().await;
    let session = by_session("sealer", IdentityKind::Role, None);
    let cases = [
        ("arn:aws:sts::000000000000:assumed-role/sealer/ci", "ok"),
        (
            "arn:aws:sts::000000000000:assumed-role/sealer/other",
            "AccessDenied",
        ),
        ("arn:aws:iam::000000000000:role/sealer", "ok"),
        ("arn:aws:iam::000000000000:role/other", "AccessDenied"),
        ("arn:aws:iam::000000000000:user/sealer", "AccessDenied"),
    ];
    for (arn, expected) in cases {
        keys.put_policy(&key, &names(arn)).await.unwrap();
        let found = keys.encrypt_by(&session, &key, &[]).await;
        assert_eq!(refusal(&found), expected, "{arn}");
    }
    let event = keys.last_event().await;
    let by = &event["userIdentity"];
    assert_eq!(by["type"], "AssumedRole");
    assert_eq!(
        by["arn"],
        "arn:aws:sts::000000000000:assumed-role/sealer/ci"
    );
    assert_eq!(by["sessionContext"]["sessionIssuer"]["userName"], "sealer");
    assert_eq!(
        by["sessionContext"]["attributes"]["creationDate"],
        "2026-01-02T03:04:05Z"
    );
}
