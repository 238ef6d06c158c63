//! Who may do what with a key: operations × principals × policies.

use stave_model::{Actor, Key};
use stave_store::{Error, KeyService as _, PutKeyPolicy};

use super::kit::{Keys, admin, anonymous, refusal, user};

/// What each policy of the table holds beside the default statement for the account.
const POLICIES: [(&str, &str); 8] = [
    ("of the account", ""),
    (
        "that names eve",
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:user/eve"},
            "Action": ["kms:Encrypt", "kms:DescribeKey"], "Resource": "*"}"#,
    ),
    (
        "for everyone",
        r#"{"Effect": "Allow", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*"}"#,
    ),
    (
        "for all callers of the account",
        r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Encrypt", "Resource": "*",
            "Condition": {"StringEquals": {"kms:CallerAccount": "000000000000"}}}"#,
    ),
    (
        "that denies eve",
        r#"{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"},
           {"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::000000000000:user/eve"},
            "Action": "kms:Encrypt", "Resource": "*"}"#,
    ),
    (
        "that denies the account",
        r#"{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"},
           {"Effect": "Deny", "Principal": {"AWS": "000000000000"}, "Action": "kms:Encrypt",
            "Resource": "*"}"#,
    ),
    (
        "that wants a context",
        r#"{"Effect": "Allow", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*",
            "Condition": {"StringEquals": {"kms:EncryptionContext:team": "photos"}}}"#,
    ),
    (
        "for another network",
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
            "Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}"#,
    ),
];

fn policy(more: &str) -> String {
    let account = r#"{"Sid": "account", "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "kms:*", "Resource": "*"}"#;
    let statements = match more {
        "" => account.to_owned(),
        more => format!("{account}, {more}"),
    };
    format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#)
}

#[tokio::test]
async fn the_policy_decides_each_use_by_each_principal() {
    let (no, yes) = ("AccessDenied", "ok");
    // For each policy: Encrypt by the owner, eve, bob, nobody; DescribeKey by the same.
    let expected = [
        [yes, no, no, no, yes, no, no, no],
        [yes, yes, no, no, yes, yes, no, no],
        [yes, yes, yes, yes, yes, no, no, no],
        [yes, yes, yes, no, yes, no, no, no],
        [yes, no, yes, yes, yes, yes, yes, yes],
        [no, no, no, yes, yes, yes, yes, yes],
        [yes, no, no, no, yes, no, no, no],
        [no, no, no, no, no, no, no, no],
    ];
    let keys = Keys::new();
    let actors = [admin(), user("eve"), user("bob"), anonymous()];
    for ((name, more), expected) in POLICIES.into_iter().zip(expected) {
        let key = keys.key().await;
        keys.put_policy(&key, &policy(more)).await.unwrap();
        let mut found = Vec::new();
        for by in &actors {
            found.push(refusal(&keys.encrypt_by(by, &key, &[]).await));
        }
        for by in &actors {
            let described = keys.vault.store.describe_key(by, &key.arn).await;
            found.push(refusal(&described));
        }
        assert_eq!(found, expected, "a policy {name}");
    }
}

#[tokio::test]
async fn a_condition_of_the_encryption_context_lets_in_who_brings_it() {
    let keys = Keys::new();
    let key = keys.key().await;
    keys.put_policy(&key, &policy(POLICIES[6].1)).await.unwrap();
    let eve = user("eve");
    let photos = keys
        .encrypt_by(&eve, &key, &[("team", "photos"), ("a", "b")])
        .await;
    assert_eq!(refusal(&photos), "ok");
    let music = keys.encrypt_by(&eve, &key, &[("team", "music")]).await;
    assert_eq!(refusal(&music), "AccessDenied");
}

/// Conditions under which eve may encrypt, and whether she may.
const CONDITIONS: [(&str, &str); 12] = [
    (
        r#"{"StringEquals": {"kms:RequestAlias": "alias/eves"}}"#,
        "ok",
    ),
    (
        r#"{"StringEquals": {"kms:RequestAlias": "alias/bobs"}}"#,
        "AccessDenied",
    ),
    (
        r#"{"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/second"}}"#,
        "ok",
    ),
    (
        r#"{"StringEquals": {"kms:KeySpec": "SYMMETRIC_DEFAULT"}}"#,
        "ok",
    ),
    (
        r#"{"StringEquals": {"kms:KeyOrigin": "EXTERNAL"}}"#,
        "AccessDenied",
    ),
    (
        r#"{"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["a", "b"]}}"#,
        "ok",
    ),
    (
        r#"{"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["b"]}}"#,
        "AccessDenied",
    ),
    (r#"{"StringEquals": {"aws:username": "eve"}}"#, "ok"),
    (r#"{"StringLike": {"aws:UserAgent": "suite/*"}}"#, "ok"),
    (
        r#"{"DateLessThan": {"aws:CurrentTime": "2026-01-02T03:04:06Z"}}"#,
        "ok",
    ),
    (
        r#"{"DateLessThan": {"aws:CurrentTime": "2026-01-02T03:04:05Z"}}"#,
        "AccessDenied",
    ),
    (
        r#"{"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}"#,
        "AccessDenied",
    ),
];

#[tokio::test]
async fn conditions_see_the_alias_the_spec_and_the_keys_of_the_context() {
    let keys = Keys::new();
    let key = keys.key().await;
    let store = &keys.vault.store;
    for alias in ["alias/eves", "alias/second"] {
        store.create_alias(&admin(), alias, &key.arn).await.unwrap();
    }
    for (condition, expected) in CONDITIONS {
        let more = format!(
            r#"{{"Effect": "Allow", "Principal": {{"AWS": "arn:aws:iam::000000000000:user/eve"}},
                "Action": "kms:Encrypt", "Resource": "*", "Condition": {condition}}}"#
        );
        keys.put_policy(&key, &policy(&more)).await.unwrap();
        let encrypt = stave_store::Encrypt {
            key: "alias/eves".to_owned(),
            plaintext: b"plaintext".to_vec().into(),
            context: super::kit::context(&[("a", "1")]),
            grant_tokens: Vec::new(),
        };
        let sealed = store.encrypt(&user("eve"), encrypt).await;
        assert_eq!(refusal(&sealed), expected, "{condition}");
    }
}

#[tokio::test]
async fn a_change_of_the_policy_counts_at_once_and_is_told_as_it_was_set() {
    let keys = Keys::new();
    let key = keys.key().await;
    let eve = user("eve");
    let sealed = keys.encrypt(&key).await;
    let open = policy(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}"#,
    );
    keys.put_policy(&key, &open).await.unwrap();
    assert_eq!(refusal(&keys.decrypt_by(&eve, &sealed, &[]).await), "ok");
    let told = keys.vault.store.key_policy(&admin(), &key.arn).await;
    assert_eq!(told.unwrap(), open);
    keys.put_policy(&key, &policy("")).await.unwrap();
    assert_eq!(
        refusal(&keys.decrypt_by(&eve, &sealed, &[]).await),
        "AccessDenied"
    );
}

async fn set(keys: &Keys, by: &Actor, key: &Key, text: &str, bypass: bool) -> Result<(), Error> {
    let put = PutKeyPolicy {
        key: key.arn.clone(),
        policy: text.to_owned(),
        bypass_lockout_check: bypass,
    };
    keys.vault.store.put_key_policy(by, put).await
}

#[tokio::test]
async fn a_policy_that_locks_its_author_out_is_taken_only_where_that_is_bypassed() {
    let keys = Keys::new();
    let key = keys.key().await;
    let eves = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::000000000000:user/eve"}, "Action": "kms:*", "Resource": "*"}}"#;
    let refused = set(&keys, &admin(), &key, eves, false).await;
    assert_eq!(refusal(&refused), "MalformedPolicyDocument");
    let made = keys
        .make(|create| create.policy = Some(eves.to_owned()))
        .await;
    assert_eq!(refusal(&made), "MalformedPolicyDocument");
    set(&keys, &admin(), &key, eves, true).await.unwrap();
    assert_eq!(
        refusal(&set(&keys, &admin(), &key, eves, true).await),
        "AccessDenied"
    );
    set(&keys, &user("eve"), &key, eves, false).await.unwrap();
}

#[tokio::test]
async fn what_is_no_policy_is_refused_and_the_former_stays() {
    let keys = Keys::new();
    let key = keys.key().await;
    let former = keys
        .vault
        .store
        .key_policy(&admin(), &key.arn)
        .await
        .unwrap();
    for text in [
        "",
        "{}",
        "[]",
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Maybe"}]}"#,
    ] {
        let refused = set(&keys, &admin(), &key, text, true).await;
        assert_eq!(refusal(&refused), "MalformedPolicyDocument", "{text:?}");
    }
    let long = policy("").replace("account", &"a".repeat(40_000));
    assert_eq!(
        refusal(&set(&keys, &admin(), &key, &long, true).await),
        "LimitExceeded"
    );
    let now = keys
        .vault
        .store
        .key_policy(&admin(), &key.arn)
        .await
        .unwrap();
    assert_eq!(now, former);
}
