//! A vault between its opening and its closing: locked and unlocked, its ways in, its root key.

mod common;

use std::sync::Arc;
use std::thread;

use common::{
    PASSPHRASE, Vault, by_words, get, open, passphrase, pattern, put, secret, text_of, whole,
};
use futures::StreamExt as _;
use secrecy::ExposeSecret as _;
use stave_engine::{Holder, OpenError, SlotKind};
use stave_store::{AccessKeys as _, BodyError, Error, NewAccessKey, SseRequest, Store as _};

#[tokio::test]
async fn a_locked_vault_answers_locked_and_goes_on_after_it_is_unlocked() {
    let vault = Vault::new();
    let bucket = vault.bucket().await;
    let body = pattern(300_000, 1);
    let by_default = SseRequest::default();
    put(&vault.store, &bucket, "a", body.clone(), by_default.clone())
        .await
        .unwrap();
    let id = vault.store.list_access_keys().await.unwrap()[0].id.clone();
    let clone = vault.store.clone();

    assert!(!vault.engine.is_locked());
    vault.engine.lock();
    vault.engine.lock();
    assert!(vault.engine.is_locked() && !vault.engine.is_closed());
    assert!(matches!(
        get(&clone, &bucket, "a").await,
        Err(Error::Locked)
    ));
    let refused = put(&clone, &bucket, "b", vec![1], by_default.clone()).await;
    assert!(matches!(refused, Err(Error::Locked)));
    assert!(matches!(clone.list_buckets().await, Err(Error::Locked)));
    assert!(matches!(
        clone.access_key_secret(&id).await,
        Err(Error::Locked)
    ));
    assert!(matches!(
        vault.engine.renew_recovery_words(),
        Err(OpenError::Locked)
    ));

    let wrong = Holder::Passphrase(secret("wrong"));
    assert!(matches!(
        vault.engine.unlock(&wrong),
        Err(OpenError::WrongPassphrase)
    ));
    assert!(vault.engine.is_locked());
    vault.engine.unlock(&passphrase()).unwrap();
    assert_eq!(get(&clone, &bucket, "a").await.unwrap(), body);
    put(&clone, &bucket, "b", vec![1], by_default)
        .await
        .unwrap();
    assert!(clone.access_key_secret(&id).await.is_ok());
    // An open vault stays as it is, whatever is tried.
    assert!(matches!(
        vault.engine.unlock(&wrong),
        Err(OpenError::WrongPassphrase)
    ));
    vault.engine.unlock(&by_words(&vault.words)).unwrap();
    assert_eq!(get(&clone, &bucket, "b").await.unwrap(), [1]);
}

#[tokio::test]
async fn nobody_else_opens_a_locked_vault_and_a_closed_one_is_not_unlocked() {
    let vault = Vault::new();
    vault.engine.lock();
    let refused = open(&vault.dir(), &passphrase());
    assert!(matches!(refused, Err(OpenError::InUse { .. })));
    let slots = [SlotKind::Passphrase, SlotKind::RecoveryWords];
    assert_eq!(vault.engine.slots(), slots);
    vault.engine.close();
    assert!(vault.engine.is_closed());
    assert!(matches!(
        vault.engine.unlock(&passphrase()),
        Err(OpenError::Locked)
    ));
    open(&vault.dir(), &passphrase()).unwrap();
}

#[tokio::test]
async fn a_body_that_is_being_read_ends_when_the_vault_is_locked() {
    let vault = Vault::new();
    let bucket = vault.bucket().await;
    let body = pattern(8_000_000, 2);
    put(&vault.store, &bucket, "a", body, SseRequest::default())
        .await
        .unwrap();
    let read = vault.store.get_object(whole(&bucket, "a", None)).await;
    let mut got = read.unwrap();
    got.body.next().await.unwrap().unwrap();
    vault.engine.lock();
    let mut told = 0;
    let broken = loop {
        match got.body.next().await.expect("the body does not end well") {
            Ok(chunk) => told += chunk.len(),
            Err(error) => break error,
        }
    };
    assert!(matches!(broken, BodyError::Io(_)), "{broken:?}");
    assert!(told < 8_000_000, "all of it was told");
    vault.engine.unlock(&passphrase()).unwrap();
    let again = get(&vault.store, &bucket, "a").await.unwrap();
    assert_eq!(again.len(), 8_000_000);
}

#[test]
fn a_passphrase_is_changed_by_who_knows_it() {
    let vault = Vault::new();
    let (current, next) = (secret(PASSPHRASE), secret("another one"));
    let wrong = secret("wrong");
    let change = |current| vault.engine.change_passphrase(current, &next);
    assert!(matches!(
        change(None),
        Err(OpenError::HolderNeeded(SlotKind::Passphrase))
    ));
    assert!(matches!(
        change(Some(&wrong)),
        Err(OpenError::WrongPassphrase)
    ));
    change(Some(&current)).unwrap();
    vault.engine.close();
    let refused = open(&vault.dir(), &passphrase());
    assert!(matches!(refused, Err(OpenError::WrongPassphrase)));
    open(&vault.dir(), &Holder::Passphrase(next)).unwrap();
}

#[test]
fn a_vault_without_a_passphrase_gets_one_and_its_former_way_in_goes() {
    let vault = Vault::new();
    let file = Holder::KeyFile(vault.folder.path().join("key"));
    vault.engine.add_holder(&file).unwrap();
    vault.engine.remove_holder(SlotKind::Passphrase).unwrap();
    assert!(matches!(
        vault.engine.remove_holder(SlotKind::KeyFile),
        Err(OpenError::LastWayIn)
    ));
    assert!(matches!(
        vault.engine.remove_holder(SlotKind::RecoveryWords),
        Err(OpenError::LastWayIn)
    ));
    let next = secret("another one");
    vault.engine.change_passphrase(None, &next).unwrap();
    vault.engine.remove_holder(SlotKind::KeyFile).unwrap();
    vault.engine.close();
    assert!(matches!(
        open(&vault.dir(), &file),
        Err(OpenError::NoSuchWay)
    ));
    open(&vault.dir(), &Holder::Passphrase(next)).unwrap();
}

#[test]
fn the_drill_proves_the_words_and_changes_nothing() {
    let vault = Vault::new();
    let file = vault.dir().join("vault.json");
    let before = std::fs::read(&file).unwrap();
    let check = |words| vault.engine.check_recovery_words(&words);
    check(text_of(&vault.words)).unwrap();
    vault.engine.lock();
    check(text_of(&vault.words)).unwrap();
    let why = |outcome: Result<(), OpenError>| match outcome {
        Err(OpenError::WrongRecoveryWords(why)) => why.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        why(check(secret("legal winner"))),
        "there are 24 recovery words, not 2"
    );
    let other = Vault::new();
    assert_eq!(
        why(check(text_of(&other.words))),
        "the recovery words are not those of this vault"
    );
    assert!(vault.engine.is_locked());
    assert_eq!(std::fs::read(&file).unwrap(), before);

    vault.engine.unlock(&passphrase()).unwrap();
    let renewed = vault.engine.renew_recovery_words().unwrap();
    check(text_of(&renewed)).unwrap();
    assert!(check(text_of(&vault.words)).is_err());
}

#[tokio::test]
async fn a_new_root_key_keeps_every_object_and_every_secret() {
    let vault = Vault::new();
    let bucket = vault.bucket().await;
    let body = pattern(200_000, 3);
    put(
        &vault.store,
        &bucket,
        "a",
        body.clone(),
        SseRequest::default(),
    )
    .await
    .unwrap();
    let new = NewAccessKey {
        user: common::owner(),
        id: None,
        secret: Some(secret("the secret of a key of some length")),
    };
    let (key, _) = vault.store.add_access_key(new).await.unwrap();
    let made = vault.engine.root_key_created().unwrap();
    assert_eq!(made, vault.engine.created());

    assert!(matches!(
        vault.engine.rotate_root(&[]),
        Err(OpenError::HolderNeeded(SlotKind::Passphrase))
    ));
    let renewed = vault.engine.rotate_root(&[passphrase()]).unwrap();
    assert!(vault.engine.root_key_created().unwrap() >= made);
    let check = async |store: &stave_engine::LocalStore| {
        assert_eq!(get(store, &bucket, "a").await.unwrap(), body);
        let (_, told) = store.access_key_secret(&key.id).await.unwrap();
        assert_eq!(told.expose_secret(), "the secret of a key of some length");
    };
    check(&vault.store).await;
    put(&vault.store, &bucket, "b", vec![9], SseRequest::default())
        .await
        .unwrap();

    vault.engine.close();
    let refused = open(&vault.dir(), &by_words(&vault.words));
    assert!(matches!(refused, Err(OpenError::WrongRecoveryWords(_))));
    for holder in [passphrase(), by_words(&renewed)] {
        let engine = open(&vault.dir(), &holder).unwrap();
        let store = stave_engine::LocalStore::new(Arc::clone(&engine));
        check(&store).await;
        assert_eq!(get(&store, &bucket, "b").await.unwrap(), [9]);
        engine.close();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_writes_and_new_keys_go_on_while_the_root_key_is_rotated() {
    let vault = Vault::new();
    let bucket = vault.bucket().await;
    let body = pattern(50_000, 4);
    put(
        &vault.store,
        &bucket,
        "a",
        body.clone(),
        SseRequest::default(),
    )
    .await
    .unwrap();
    let workers: Vec<_> = (0..4)
        .map(|worker| {
            let (store, bucket, body) = (vault.store.clone(), bucket.clone(), body.clone());
            tokio::spawn(async move {
                for step in 0..15 {
                    let name = format!("{worker}/{step}");
                    put(&store, &bucket, &name, body.clone(), SseRequest::default())
                        .await
                        .unwrap();
                    assert_eq!(get(&store, &bucket, "a").await.unwrap(), body);
                    let new = NewAccessKey {
                        user: common::owner(),
                        id: None,
                        secret: None,
                    };
                    let (key, told) = store.add_access_key(new).await.unwrap();
                    let (_, kept) = store.access_key_secret(&key.id).await.unwrap();
                    assert_eq!(kept.expose_secret(), told.expose_secret());
                }
            })
        })
        .collect();
    let engine = Arc::clone(&vault.engine);
    let rotations = thread::spawn(move || {
        for _ in 0..10 {
            engine.rotate_root(&[passphrase()]).unwrap();
        }
    });
    for worker in workers {
        worker.await.unwrap();
    }
    rotations.join().unwrap();

    vault.engine.lock();
    vault.engine.unlock(&passphrase()).unwrap();
    for worker in 0..4 {
        for step in 0..15 {
            let read = get(&vault.store, &bucket, &format!("{worker}/{step}")).await;
            assert_eq!(read.unwrap(), body);
        }
    }
    let keys = vault.store.list_access_keys().await.unwrap();
    assert_eq!(keys.len(), 61);
    for key in keys {
        vault.store.access_key_secret(&key.id).await.unwrap();
    }
}

#[test]
fn an_older_vault_file_beside_a_rotated_catalog_is_named() {
    let vault = Vault::new();
    let file = vault.dir().join("vault.json");
    let older = std::fs::read(&file).unwrap();
    let words = vault.engine.rotate_root(&[passphrase()]).unwrap();
    vault.engine.close();
    let newer = std::fs::read(&file).unwrap();
    std::fs::write(&file, older).unwrap();
    let Err(OpenError::Damaged(why)) = open(&vault.dir(), &passphrase()) else {
        panic!("an older vault.json opens it");
    };
    assert!(why.to_string().contains("another root key"), "{why}");
    std::fs::write(&file, newer).unwrap();
    open(&vault.dir(), &by_words(&words)).unwrap();
}
