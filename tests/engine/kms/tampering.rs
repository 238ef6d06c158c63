//! Rows that were changed behind the store's back.

use rusqlite::Connection;
use stave_engine::{Engine, Holder, OpenError};
use stave_model::Versioning;
use stave_store::{CreateGrant, Error, KeyError, KeyService as _};

use super::kit::{Keys, admin, refusal, user};

/// Changes the closed catalog and opens the vault again.
pub fn alter(keys: &mut Keys, sql: &str) {
    keys.vault.engine.close();
    let connection = Connection::open(keys.vault.dir().join("catalog.db")).unwrap();
    connection.execute_batch(sql).unwrap();
    let schema = sql.starts_with("CREATE") || sql.starts_with("DROP");
    assert!(
        schema || connection.changes() > 0,
        "nothing was changed by {sql}"
    );
    drop(connection);
    keys.vault.reopen();
}

/// Returns a number of the closed catalog, and opens the vault again.
pub fn query(keys: &mut Keys, sql: &str) -> i64 {
    keys.vault.engine.close();
    let connection = Connection::open(keys.vault.dir().join("catalog.db")).unwrap();
    let found = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    drop(connection);
    keys.vault.reopen();
    found
}

#[tokio::test]
async fn a_changed_key_is_refused_by_its_name_and_the_others_go_on() {
    let changes = [
        r"json_set(document, '$.state', 'Enabled')",
        r"json_set(document, '$.policy', replace(json_extract(document, '$.policy'), 'root', 'user/eve'))",
        r"json_set(document, '$.version', 2)",
        r"document || ' '",
        r"'{}'",
    ];
    for change in changes {
        let mut keys = Keys::new();
        let bucket = keys.vault.bucket("photos", Versioning::Off).await;
        let (one, other) = (keys.key().await, keys.key().await);
        keys.put(&bucket, "one", &one).await;
        keys.put(&bucket, "other", &other).await;
        keys.enable(&one, false).await;
        alter(
            &mut keys,
            &format!(
                "UPDATE kms_keys SET document = {change} WHERE id = '{}'",
                one.id
            ),
        );
        let read = keys.get(&bucket, "one").await;
        assert_eq!(refusal(&read), "Damaged", "{change}");
        let Err(Error::Key(KeyError::Damaged(named))) = read else {
            panic!("not told as damage");
        };
        assert_eq!(named, format!("key {}", one.arn));
        assert_eq!(refusal(&keys.describe(&one).await), "Damaged");
        assert_eq!(keys.get(&bucket, "other").await.unwrap(), b"the body");
        let listed = keys.vault.store.list_keys(&admin()).await.unwrap();
        assert_eq!(listed.len(), 1, "{change}");
        assert_eq!(listed[0].id, other.id);
    }
}

#[tokio::test]
async fn two_keys_that_changed_places_are_refused() {
    let mut keys = Keys::new();
    let (one, other) = (keys.key().await, keys.key().await);
    keys.enable(&one, false).await;
    let swap = format!(
        "CREATE TEMP TABLE both AS SELECT * FROM kms_keys;
         UPDATE kms_keys SET (document, mac) =
            (SELECT document, mac FROM both WHERE both.id <> kms_keys.id)
         WHERE id IN ('{}', '{}')",
        one.id, other.id
    );
    alter(&mut keys, &swap);
    assert_eq!(refusal(&keys.describe(&one).await), "Damaged");
    assert_eq!(refusal(&keys.describe(&other).await), "Damaged");
}

#[tokio::test]
async fn a_version_of_another_key_or_none_does_not_seal() {
    let mut keys = Keys::new();
    let (one, other) = (keys.key().await, keys.key().await);
    let swap = format!(
        "UPDATE keks SET wrapped = (SELECT wrapped FROM keks WHERE name = '{}') WHERE name = '{}'",
        other.id, one.id
    );
    alter(&mut keys, &swap);
    assert_eq!(
        refusal(&keys.encrypt_by(&admin(), &one, &[]).await),
        "Damaged"
    );
    assert_eq!(refusal(&keys.encrypt_by(&admin(), &other, &[]).await), "ok");
    alter(
        &mut keys,
        &format!("DELETE FROM keks WHERE name = '{}'", one.id),
    );
    assert_eq!(
        refusal(&keys.encrypt_by(&admin(), &one, &[]).await),
        "Damaged"
    );
}

#[tokio::test]
async fn an_alias_that_was_pointed_elsewhere_is_refused() {
    let mut keys = Keys::new();
    let (one, other) = (keys.key().await, keys.key().await);
    let store = &keys.vault.store;
    store
        .create_alias(&admin(), "alias/photos", &one.arn)
        .await
        .unwrap();
    alter(
        &mut keys,
        &format!("UPDATE kms_aliases SET key_id = '{}'", other.id),
    );
    let store = &keys.vault.store;
    let found = store.describe_key(&admin(), "alias/photos").await;
    assert_eq!(refusal(&found), "Damaged");
    assert!(store.list_aliases(&admin(), None).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_grant_that_was_changed_allows_nothing() {
    let mut keys = Keys::new();
    let key = keys.key().await;
    let create = CreateGrant {
        key: key.arn.clone(),
        grantee: "arn:aws:iam::000000000000:user/eve".to_owned(),
        retiring: None,
        operations: vec!["DescribeKey".to_owned()],
        context_equals: None,
        context_subset: None,
        name: None,
    };
    keys.vault
        .store
        .create_grant(&admin(), create)
        .await
        .unwrap();
    let more = "UPDATE kms_grants SET document = replace(document, 'DescribeKey', 'Encrypt')";
    alter(&mut keys, more);
    assert_eq!(
        refusal(&keys.encrypt_by(&user("eve"), &key, &[]).await),
        "Damaged"
    );
    assert_eq!(refusal(&keys.encrypt_by(&admin(), &key, &[]).await), "ok");
}

#[tokio::test]
async fn an_object_whose_encryption_context_or_key_was_changed_is_refused() {
    let changes = [
        "UPDATE versions SET encryption = json_set(encryption, '$.context.a', 'c')",
        "UPDATE versions SET encryption = json_set(encryption, '$.bucket_key', json('true'))",
        "UPDATE versions SET kms_key = (SELECT max(id) FROM kms_keys WHERE id <> kms_key)",
        "UPDATE parts SET kek_version = 2",
    ];
    for change in changes {
        let mut keys = Keys::new();
        let bucket = keys.vault.bucket("photos", Versioning::Off).await;
        let (key, _other) = (keys.key().await, keys.key().await);
        let sse = stave_store::SseRequest::Kms {
            key: Some(key.arn.clone()),
            context: super::kit::context(&[("a", "b")]),
            bucket_key: None,
        };
        keys.put_as(&admin(), &bucket, "k", sse).await.unwrap();
        assert_eq!(keys.get(&bucket, "k").await.unwrap(), b"the body");
        alter(&mut keys, change);
        let read = keys.get(&bucket, "k").await;
        assert!(
            matches!(read, Err(Error::Damaged { .. })),
            "{change}: {read:?}"
        );
    }
}

#[tokio::test]
async fn a_vault_whose_authenticating_key_is_lost_does_not_open_as_a_new_one() {
    let keys = Keys::new();
    keys.key().await;
    keys.vault.engine.close();
    let connection = Connection::open(keys.vault.dir().join("catalog.db")).unwrap();
    connection
        .execute("DELETE FROM keks WHERE name IN ('mac', 'audit')", [])
        .unwrap();
    drop(connection);
    let dir = keys.vault.dir();
    let holder = Holder::KeyFile(dir.parent().unwrap().join("key"));
    let opened = Engine::open(&dir, &holder);
    assert!(matches!(opened, Err(OpenError::Damaged(_))));
}
