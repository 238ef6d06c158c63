//! Rows that decide about rights, changed behind the store's back: refused, whatever was changed. And a new root
//! key, which changes the seals of secrets and nothing else.

use secrecy::{ExposeSecret as _, SecretString};
use stave_engine::Holder;
use stave_model::{AccessKeyId, LinkOutcome};
use stave_store::{AccessKeys as _, Error, Identities as _, Links as _, NewAccessKey, Visitor};

use super::links::new_link;
use super::sessions::new_session;
use super::{READ_PHOTOS, name, policy};
use crate::kms::kit::Keys;
use crate::kms::tampering::alter;

async fn with_bob() -> Keys {
    let keys = Keys::new();
    keys.add_user("bob").await;
    for of in ["a", "b"] {
        keys.put_policy_of("bob", policy(of, READ_PHOTOS))
            .await
            .unwrap();
    }
    keys
}

fn is_damage<T>(outcome: &Result<T, Error>) -> bool {
    matches!(
        outcome,
        Err(Error::Failed {
            doing: "reading the catalog",
            ..
        })
    )
}

#[tokio::test]
async fn an_identity_or_policy_that_was_changed_gives_no_rights() {
    let changes = [
        "UPDATE identity_policies SET document = replace(document, 'photos', '*') WHERE name = 'a'",
        "UPDATE identity_policies SET name = 'c' WHERE name = 'a'",
        "DELETE FROM identity_policies WHERE name = 'a'",
        "INSERT INTO identity_policies SELECT 'bob', 'c', document FROM identity_policies LIMIT 1",
        "UPDATE users SET description = 'x' WHERE name = 'bob'",
        "UPDATE users SET kind = 'role' WHERE name = 'bob'",
        "UPDATE users SET created_ms = 0 WHERE name = 'bob'",
        "UPDATE users SET session_secs = 3600 WHERE name = 'bob'",
        "UPDATE users SET trust = '' WHERE name = 'bob'",
        "UPDATE users SET mac = NULL WHERE name = 'bob'",
        "UPDATE users SET mac = (SELECT mac FROM users WHERE name = 'admin') WHERE name = 'bob'",
    ];
    for change in changes {
        let mut keys = with_bob().await;
        alter(&mut keys, change);
        let store = &keys.vault.store;
        assert!(is_damage(&store.rights_of(&name("bob")).await), "{change}");
        let listed = store.list_identities().await.unwrap();
        assert_eq!(listed.len(), 1, "{change}");
        let new = NewAccessKey {
            user: name("bob"),
            id: None,
            secret: None,
        };
        assert!(is_damage(&store.add_access_key(new).await), "{change}");
        assert!(is_damage(&store.begin_session(new_session("bob")).await));
        let own = keys.put_policy_of("bob", policy("d", READ_PHOTOS)).await;
        assert!(
            is_damage(&own),
            "a change would make it authentic: {change}"
        );
    }
}

#[tokio::test]
async fn an_access_key_that_was_given_to_another_or_turned_on_signs_nothing() {
    let changes = [
        "UPDATE access_keys SET user = 'admin' WHERE id = 'AKIABOB'",
        "UPDATE access_keys SET status = 'inactive' WHERE id = 'AKIABOB'",
        "UPDATE access_keys SET created_ms = 0 WHERE id = 'AKIABOB'",
        "UPDATE access_keys SET mac = NULL WHERE id = 'AKIABOB'",
    ];
    for change in changes {
        let mut keys = Keys::new();
        let id = AccessKeyId::parse("AKIABOB").unwrap();
        let new = NewAccessKey {
            user: name("bob"),
            id: Some(id.clone()),
            secret: None,
        };
        keys.vault.store.add_access_key(new).await.unwrap();
        alter(&mut keys, change);
        let store = &keys.vault.store;
        assert!(is_damage(&store.access_key_secret(&id).await), "{change}");
        let active = stave_model::AccessKeyStatus::Active;
        let mended = store.set_access_key_status(&id, active).await;
        assert!(is_damage(&mended), "{change}");
        store.delete_access_key(&id).await.unwrap();
    }
}

#[tokio::test]
async fn a_session_that_was_changed_opens_to_nobody() {
    let changes = [
        "UPDATE sessions SET expires_ms = expires_ms + 1",
        "UPDATE sessions SET identity = 'admin'",
        "UPDATE sessions SET policy = NULL",
        "UPDATE sessions SET kind = 'user'",
        "UPDATE sessions SET name = 'other'",
        "UPDATE sessions SET issued_by = 'admin'",
        "UPDATE sessions SET token_hash = zeroblob(32)",
    ];
    for change in changes {
        let mut keys = Keys::new();
        keys.add_role("reader").await;
        let new = stave_store::NewSession {
            policy: Some(READ_PHOTOS.to_owned()),
            ..new_session("reader")
        };
        let begun = keys.vault.store.begin_session(new).await.unwrap();
        alter(&mut keys, change);
        let store = &keys.vault.store;
        let opened = store.session(&begun.session.id, &begun.token).await;
        assert!(is_damage(&opened), "{change}");
        let listed = store.list_sessions(&name("reader")).await.unwrap();
        assert_eq!(listed, [], "{change}");
    }
}

#[tokio::test]
async fn a_link_that_was_changed_opens_nothing_and_can_be_forgotten() {
    let changes = [
        "UPDATE links SET uses = 0",
        "UPDATE links SET max_uses = NULL",
        "UPDATE links SET expires_ms = expires_ms + 1",
        "UPDATE links SET revoked_ms = 1",
        "UPDATE links SET user = 'bob'",
        "UPDATE links SET bucket = 'other'",
        "UPDATE links SET key = 'b.jpg'",
        "UPDATE links SET kind = 'put'",
        "UPDATE links SET version = 'v1'",
        "UPDATE links SET audience = 'network'",
        "UPDATE links SET title = ''",
    ];
    for change in changes {
        let mut keys = Keys::new();
        let link = keys.link(new_link()).await;
        let store = &keys.vault.store;
        store.use_link(&link.id, Visitor::default()).await.unwrap();
        alter(&mut keys, change);
        let store = &keys.vault.store;
        assert!(is_damage(&store.link(&link.id).await), "{change}");
        let used = store.use_link(&link.id, Visitor::default()).await;
        assert!(is_damage(&used), "{change}");
        assert_eq!(store.list_links().await.unwrap(), [], "{change}");
        store.forget_link(&link.id).await.unwrap();
    }
}

#[tokio::test]
async fn a_new_root_key_keeps_every_secret() {
    let mut keys = Keys::new();
    keys.add_role("reader").await;
    let begun = keys.begin("reader").await;
    let store = &keys.vault.store;
    let (link, link_secret) = store.make_link(new_link()).await.unwrap();
    let value = SecretString::from("the key of a certificate");
    store.put_sealed_setting("tls", Some(value)).await.unwrap();
    let key_file = keys.vault.dir().parent().unwrap().join("key");
    let holder = Holder::KeyFile(key_file);
    keys.vault.engine.rotate_root(&[holder]).unwrap();
    keys.vault.reopen();
    let store = &keys.vault.store;
    let opened = store.session(&begun.session.id, &begun.token).await;
    let (_, secret) = opened.unwrap();
    assert_eq!(secret.expose_secret(), begun.secret.expose_secret());
    let (_, secret) = store.link(&link.id).await.unwrap();
    assert_eq!(secret.expose_secret(), link_secret.expose_secret());
    let used = store.use_link(&link.id, Visitor::default()).await.unwrap();
    assert_eq!(used, LinkOutcome::Used);
    let setting = store.sealed_setting("tls").await.unwrap().unwrap();
    assert_eq!(setting.expose_secret(), "the key of a certificate");
    store.put_sealed_setting("tls", None).await.unwrap();
    assert!(store.sealed_setting("tls").await.unwrap().is_none());
}
