//! Grants.

use stave_model::{EncryptionContext, Key};
use stave_store::{CreateGrant, Encrypt, Error, GrantRef, KeyGrant, KeyService as _};

use super::kit::{Keys, admin, context, refusal, user};

const EVE: &str = "arn:aws:iam::000000000000:user/eve";
const BOB: &str = "arn:aws:iam::000000000000:user/bob";

fn grant(key: &Key, operations: &[&str]) -> CreateGrant {
    CreateGrant {
        key: key.arn.clone(),
        grantee: EVE.to_owned(),
        retiring: None,
        operations: operations.iter().map(|name| (*name).to_owned()).collect(),
        context_equals: None,
        context_subset: None,
        name: None,
    }
}

async fn give(keys: &Keys, create: CreateGrant) -> Result<KeyGrant, Error> {
    keys.vault.store.create_grant(&admin(), create).await
}

#[tokio::test]
async fn a_grant_allows_its_operations_to_its_grantee_and_nothing_else() {
    let keys = Keys::new();
    let key = keys.key().await;
    let sealed = keys.encrypt(&key).await;
    let made = give(&keys, grant(&key, &["Encrypt", "DescribeKey"]))
        .await
        .unwrap();
    assert_eq!(
        (made.id.len(), made.issuer.as_str()),
        (64, "arn:aws:iam::000000000000:user/admin")
    );
    let (eve, bob) = (user("eve"), user("bob"));
    assert_eq!(refusal(&keys.encrypt_by(&eve, &key, &[]).await), "ok");
    assert_eq!(
        refusal(&keys.vault.store.describe_key(&eve, &key.arn).await),
        "ok"
    );
    assert_eq!(
        refusal(&keys.decrypt_by(&eve, &sealed, &[]).await),
        "AccessDenied"
    );
    assert_eq!(
        refusal(&keys.encrypt_by(&bob, &key, &[]).await),
        "AccessDenied"
    );
    let store = &keys.vault.store;
    assert_eq!(
        store.list_grants(&admin(), &key.arn).await.unwrap(),
        std::slice::from_ref(&made)
    );
    store
        .revoke_grant(&admin(), &key.arn, &made.id)
        .await
        .unwrap();
    assert_eq!(
        refusal(&keys.encrypt_by(&eve, &key, &[]).await),
        "AccessDenied"
    );
    let again = store.revoke_grant(&admin(), &key.arn, &made.id).await;
    assert_eq!(refusal(&again), "NotFound");
}

#[tokio::test]
async fn a_denial_of_the_policy_wins_over_a_grant() {
    let keys = Keys::new();
    let key = keys.key().await;
    give(&keys, grant(&key, &["Encrypt"])).await.unwrap();
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "kms:*", "Resource": "*"},
        {"Effect": "Deny", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*"}]}"#;
    keys.put_policy(&key, policy).await.unwrap();
    assert_eq!(
        refusal(&keys.encrypt_by(&user("eve"), &key, &[]).await),
        "AccessDenied"
    );
}

#[tokio::test]
async fn a_constraint_holds_the_encryption_context() {
    let own = |pairs| -> Option<EncryptionContext> { Some(context(pairs)) };
    let cases = [
        (
            None,
            own(&[("a", "1")]),
            [("AccessDenied"), "ok", "ok", "AccessDenied"],
        ),
        (
            own(&[("a", "1")]),
            None,
            ["AccessDenied", "ok", "AccessDenied", "AccessDenied"],
        ),
    ];
    for (context_equals, context_subset, expected) in cases {
        let keys = Keys::new();
        let key = keys.key().await;
        let create = CreateGrant {
            context_equals,
            context_subset,
            ..grant(&key, &["Encrypt"])
        };
        give(&keys, create).await.unwrap();
        let contexts: [&[(&str, &str)]; 4] =
            [&[], &[("a", "1")], &[("a", "1"), ("b", "2")], &[("a", "2")]];
        for (pairs, expected) in contexts.into_iter().zip(expected) {
            let sealed = keys.encrypt_by(&user("eve"), &key, pairs).await;
            assert_eq!(refusal(&sealed), expected, "{pairs:?}");
        }
    }
}

#[tokio::test]
async fn a_grant_of_one_name_and_content_is_made_once() {
    let keys = Keys::new();
    let key = keys.key().await;
    let named = |name: &str, operations: &[&str]| CreateGrant {
        name: Some(name.to_owned()),
        ..grant(&key, operations)
    };
    let first = give(&keys, named("n", &["Encrypt"])).await.unwrap();
    let same = give(&keys, named("n", &["Encrypt"])).await.unwrap();
    let other = give(&keys, named("n", &["Decrypt"])).await.unwrap();
    assert_eq!(first, same);
    assert_ne!(first.id, other.id);
    let nameless = give(&keys, grant(&key, &["Encrypt"])).await.unwrap();
    let again = give(&keys, grant(&key, &["Encrypt"])).await.unwrap();
    assert_ne!(nameless.id, again.id);
}

#[tokio::test]
async fn a_malformed_grant_is_refused() {
    let keys = Keys::new();
    let key = keys.key().await;
    let of = |change: &dyn Fn(&mut CreateGrant)| {
        let mut create = grant(&key, &["Encrypt"]);
        change(&mut create);
        create
    };
    let cases = [
        (of(&|create| create.operations.clear()), "Validation"),
        (
            of(&|create| create.operations = vec!["GenerateMac".to_owned()]),
            "Validation",
        ),
        (
            of(&|create| create.grantee = "eve".to_owned()),
            "InvalidArn",
        ),
        (
            of(&|create| create.retiring = Some("*".to_owned())),
            "InvalidArn",
        ),
        (
            of(&|create| {
                create.context_equals = Some(context(&[]));
                create.context_subset = Some(context(&[]));
            }),
            "Validation",
        ),
    ];
    for (create, expected) in cases {
        let shown = format!("{create:?}");
        assert_eq!(refusal(&give(&keys, create).await), expected, "{shown}");
    }
}

#[tokio::test]
async fn a_grant_is_given_back_by_whom_it_names_and_by_the_owner() {
    let keys = Keys::new();
    let key = keys.key().await;
    let store = &keys.vault.store;
    let (eve, bob, ann) = (user("eve"), user("bob"), user("ann"));
    let plain = grant(&key, &["Encrypt"]);
    let retired_by_bob = CreateGrant {
        retiring: Some(BOB.to_owned()),
        ..plain.clone()
    };
    let by_grantee = grant(&key, &["Encrypt", "RetireGrant"]);
    let cases = [
        (&plain, &eve, "AccessDenied"),
        (&plain, &admin(), "ok"),
        (&retired_by_bob, &ann, "AccessDenied"),
        (&retired_by_bob, &bob, "ok"),
        (&by_grantee, &bob, "AccessDenied"),
        (&by_grantee, &eve, "ok"),
    ];
    for (create, by, expected) in cases {
        let made = give(&keys, create.clone()).await.unwrap();
        let token = GrantRef::Token(made.token.clone());
        let retired = store.retire_grant(by, token).await;
        assert_eq!(refusal(&retired), expected, "{create:?} by {:?}", by.user);
    }
    let retirable = store.list_retirable_grants(&bob, BOB).await.unwrap();
    assert_eq!(retirable.len(), 1);
    let others = store.list_retirable_grants(&eve, BOB).await;
    assert_eq!(refusal(&others), "AccessDenied");
    let by_id = GrantRef::Id {
        key: key.arn.clone(),
        grant: retirable[0].id.clone(),
    };
    store.retire_grant(&bob, by_id).await.unwrap();
}

#[tokio::test]
async fn who_makes_grants_by_a_grant_gives_on_no_more_than_it_has() {
    let keys = Keys::new();
    let key = keys.key().await;
    let create = CreateGrant {
        context_subset: Some(context(&[("team", "photos")])),
        ..grant(&key, &["CreateGrant", "Encrypt"])
    };
    give(&keys, create).await.unwrap();
    let to_bob = |operations: &[&str], subset: &[(&str, &str)]| CreateGrant {
        grantee: BOB.to_owned(),
        context_subset: (!subset.is_empty()).then(|| context(subset)),
        ..grant(&key, operations)
    };
    let photos = [("team", "photos")];
    let cases = [
        (to_bob(&["Encrypt"], &photos), "ok"),
        (
            to_bob(&["Encrypt"], &[("team", "photos"), ("a", "b")]),
            "ok",
        ),
        (to_bob(&["Decrypt"], &photos), "AccessDenied"),
        (to_bob(&["Encrypt"], &[]), "AccessDenied"),
        (to_bob(&["Encrypt"], &[("team", "music")]), "AccessDenied"),
    ];
    for (create, expected) in cases {
        let shown = format!("{create:?}");
        let made = keys.vault.store.create_grant(&user("eve"), create).await;
        assert_eq!(refusal(&made), expected, "{shown}");
    }
}

#[tokio::test]
async fn a_grant_token_must_be_one_that_was_made_here() {
    let keys = Keys::new();
    let key = keys.key().await;
    let made = give(&keys, grant(&key, &["Encrypt"])).await.unwrap();
    let mut forged = made.token.clone();
    forged.replace_range(64..66, if forged[64..66] == *"00" { "01" } else { "00" });
    for (token, expected) in [
        (made.token, "ok"),
        (forged, "InvalidGrantToken"),
        ("nonsense".to_owned(), "InvalidGrantToken"),
    ] {
        let encrypt = Encrypt {
            key: key.arn.clone(),
            plaintext: b"plaintext".to_vec().into(),
            context: context(&[]),
            grant_tokens: vec![token],
        };
        let sealed = keys.vault.store.encrypt(&user("eve"), encrypt).await;
        assert_eq!(refusal(&sealed), expected);
    }
}
