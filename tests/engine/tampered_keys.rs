//! Every column that stands between a key and an object, changed by itself in the database: either the same bytes are
//! read, because the column does not bear on them, or the read is refused by the name of what was changed. Never other
//! bytes, and never by a key that was not to be used. A column that is new has to be told here.

use rusqlite::Connection;
use rusqlite::types::Value;
use stave_model::{
    Actor, BucketName, EncryptionContext, KeyOrigin, KeySpec, Tags, Versioning, Via,
};
use stave_store::{
    CreateGrant, CreateKey, Error, GetObject, KeyError, KeyService as _, PutObject, SseRequest,
    Store as _,
};

use crate::kit::{Vault, drain, latest, owner, put_of};

const BODY: &[u8] = b"bytes under a key";

/// What a read comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The same bytes.
    Same,
    /// It is refused, and the object is named.
    ObjectDamaged,
    /// It is refused, and the key, the alias or the grant is named.
    KeyDamaged,
    /// There is no such object any more.
    Gone,
    /// It is refused in words that name nothing, which no column may lead to.
    Nameless,
}

use Outcome::{Gone, KeyDamaged, ObjectDamaged, Same};

/// A table, the words that find the row of `k` in it, and what a change of its columns comes to.
type Columns = (
    &'static str,
    &'static str,
    &'static [(&'static str, Outcome)],
);

/// What changing the columns of the row of `k` comes to, by table. A text and bytes get another last byte, a number is
/// one more.
const COLUMNS: [Columns; 5] = [
    (
        "versions",
        "key = CAST('k' AS BLOB)",
        &[
            ("bucket_id", Gone),
            ("key", Gone),
            ("version_id", ObjectDamaged),
            ("size_bytes", ObjectDamaged),
            ("etag", Same),
            ("modified_ms", Same),
            ("owner", Same),
            ("sse", ObjectDamaged),
            ("part_count", ObjectDamaged),
            ("kms_key", ObjectDamaged),
            ("encryption", ObjectDamaged),
        ],
    ),
    (
        "parts",
        "version = (SELECT id FROM versions WHERE key = CAST('k' AS BLOB))",
        &[
            ("number", ObjectDamaged),
            ("blob", ObjectDamaged),
            ("size_bytes", ObjectDamaged),
            ("wrapped_key", ObjectDamaged),
            ("kek_version", ObjectDamaged),
        ],
    ),
    (
        "blobs",
        "id = (SELECT blob FROM parts WHERE version = (SELECT id FROM versions WHERE key = CAST('k' AS BLOB)))",
        &[("sealed", ObjectDamaged)],
    ),
    (
        "kms_keys",
        "id = (SELECT kms_key FROM versions WHERE key = CAST('k' AS BLOB))",
        &[("document", KeyDamaged), ("mac", KeyDamaged)],
    ),
    (
        "keks",
        "name = (SELECT kms_key FROM versions WHERE key = CAST('k' AS BLOB))",
        &[
            ("version", ObjectDamaged),
            ("wrapped", KeyDamaged),
            ("created_ms", Same),
            ("origin", Same),
        ],
    ),
];

fn admin() -> Actor {
    Actor::local(owner(), Via::Endpoint)
}

/// A vault with the objects `k` and `other`, each under a key of its own.
struct Keyed {
    vault: Vault,
    bucket: BucketName,
    keys: [String; 2],
}

impl Keyed {
    async fn new() -> Self {
        let vault = Vault::new();
        let bucket = vault.bucket("keyed", Versioning::Off).await;
        let keys = [new_key(&vault).await, new_key(&vault).await];
        let keyed = Self {
            vault,
            bucket,
            keys,
        };
        keyed.put("k", &keyed.keys[0], BODY).await;
        keyed
            .put("other", &keyed.keys[1], b"other bytes under another key")
            .await;
        keyed
    }

    async fn put(&self, name: &str, key: &str, body: &[u8]) {
        let put = PutObject {
            encryption: SseRequest::Kms {
                key: Some(key.to_owned()),
                context: EncryptionContext::from([("team".to_owned(), "blue".to_owned())]),
                bucket_key: None,
            },
            ..put_of(&self.bucket, name, body)
        };
        let store = self.vault.store.acting_for(admin());
        store.put_object(put).await.unwrap();
    }

    /// Reads `k`.
    async fn read(&self) -> Outcome {
        let store = self.vault.store.acting_for(admin());
        let got = store
            .get_object(GetObject::whole(latest(&self.bucket, "k")))
            .await;
        let read = match got {
            Ok(got) => drain(got).await.map_err(Error::Body),
            Err(why) => Err(why),
        };
        match read {
            Ok(bytes) => {
                assert_eq!(bytes, BODY, "other bytes were read");
                Same
            }
            Err(Error::Damaged { key, .. }) if key.as_str() == "k" => ObjectDamaged,
            Err(Error::Body(_)) => ObjectDamaged,
            Err(Error::Key(KeyError::Damaged(named))) if self.names_first(&named) => KeyDamaged,
            Err(Error::NoSuchKey { .. }) => Gone,
            Err(why) => {
                eprintln!("refused: {why:?}");
                Outcome::Nameless
            }
        }
    }

    fn names_first(&self, text: &str) -> bool {
        text.contains(&self.keys[0])
    }

    /// Closes the vault, lets `change` change its database, and opens it again.
    fn alter(&mut self, change: impl FnOnce(&Connection)) {
        self.vault.engine.close();
        let connection = Connection::open(self.vault.dir().join("catalog.db")).unwrap();
        let unchecked = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;";
        connection.execute_batch(unchecked).unwrap();
        change(&connection);
        drop(connection);
        self.vault.reopen();
    }

    fn set(&mut self, table: &str, row: &str, column: &str, value: &Value) {
        let sql = format!("UPDATE {table} SET {column} = ?1 WHERE {row}");
        self.alter(|connection| {
            assert_eq!(connection.execute(&sql, [value]).unwrap(), 1, "{sql}");
        });
    }

    fn value(&mut self, table: &str, row: &str, column: &str) -> Value {
        let sql = format!("SELECT {column} FROM {table} WHERE {row}");
        let mut found = Value::Null;
        self.alter(|connection| {
            found = connection.query_row(&sql, [], |row| row.get(0)).unwrap();
        });
        found
    }
}

async fn new_key(vault: &Vault) -> String {
    let create = CreateKey {
        description: String::new(),
        spec: KeySpec::Symmetric,
        origin: KeyOrigin::Made,
        policy: None,
        bypass_lockout_check: false,
        tags: Tags::default(),
    };
    let key = vault.store.create_key(&admin(), create).await.unwrap();
    key.id.as_str().to_owned()
}

fn changed(value: &Value) -> Value {
    match value {
        Value::Null => Value::Text("x".to_owned()),
        Value::Integer(number) => Value::Integer(number + 1),
        Value::Real(number) => Value::Real(number + 1.0),
        Value::Text(text) => {
            let mut text = text.clone();
            let last = text.pop().unwrap_or('x');
            text.push(if last == 'x' { 'y' } else { 'x' });
            Value::Text(text)
        }
        Value::Blob(bytes) => {
            let mut bytes = bytes.clone();
            if let Some(last) = bytes.last_mut() {
                *last ^= 1;
            }
            Value::Blob(bytes)
        }
    }
}

#[tokio::test]
async fn a_column_that_is_changed_is_refused_by_name_or_bears_on_nothing() {
    let mut keyed = Keyed::new().await;
    let mut wrong = Vec::new();
    for (table, row, columns) in COLUMNS {
        for &(column, expected) in columns {
            let value = keyed.value(table, row, column);
            let other = match column {
                // A word that none writes keeps the vault from opening; this is one that another row could have.
                "origin" => Value::Text("IMPORTED".to_owned()),
                _ => changed(&value),
            };
            // The row is found by its own words before the change, and by its number after it.
            let id = keyed.row_id(table, row);
            keyed.set(table, &id, column, &other);
            let outcome = keyed.read().await;
            if outcome != expected {
                wrong.push(format!("{table}.{column}: {outcome:?}, not {expected:?}"));
            }
            keyed.set(table, &id, column, &value);
            assert_eq!(keyed.read().await, Same, "{table}.{column} put back");
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn what_two_rows_exchange_is_refused_by_name() {
    for (table, key, columns, expected) in [
        ("versions", "key", "kms_key", ObjectDamaged),
        (
            "versions",
            "key",
            "encryption, kms_key, size_bytes",
            ObjectDamaged,
        ),
        ("parts", "version", "wrapped_key", ObjectDamaged),
        ("parts", "version", "blob", ObjectDamaged),
        (
            "parts",
            "version",
            "blob, wrapped_key, size_bytes",
            ObjectDamaged,
        ),
        ("kms_keys", "id", "document, mac", KeyDamaged),
        ("kms_keys", "id", "mac", KeyDamaged),
        ("keks", "name", "wrapped", KeyDamaged),
    ] {
        let mut keyed = Keyed::new().await;
        let only = match table {
            "keks" => format!("WHERE name IN ('{}', '{}')", keyed.keys[0], keyed.keys[1]),
            _ => String::new(),
        };
        let sql = format!(
            "CREATE TEMP TABLE both AS SELECT * FROM {table} {only};
             UPDATE {table} SET ({columns}) = (SELECT {columns} FROM both WHERE both.{key} <> {table}.{key}) {only};"
        );
        keyed.alter(|connection| connection.execute_batch(&sql).unwrap());
        assert_eq!(keyed.read().await, expected, "{table} {columns}");
    }
}

#[tokio::test]
async fn a_disabled_key_is_not_enabled_by_the_row_that_it_had_before() {
    let mut keyed = Keyed::new().await;
    let row = format!("id = '{}'", keyed.keys[0]);
    let before = (
        keyed.value("kms_keys", &row, "document"),
        keyed.value("kms_keys", &row, "mac"),
    );
    let id = keyed.keys[0].clone();
    let (by, store) = (admin(), &keyed.vault.store);
    store.set_key_enabled(&by, &id, false).await.unwrap();
    keyed.set("kms_keys", &row, "document", &before.0);
    assert_eq!(keyed.read().await, KeyDamaged);
    // The whole former row is one that was written; it is the audit that tells of the change.
    keyed.set("kms_keys", &row, "mac", &before.1);
    let query = stave_store::AuditQuery {
        event_name: Some("DisableKey".to_owned()),
        limit: 10,
        ..stave_store::AuditQuery::default()
    };
    let page = stave_store::Audit::look_up(&keyed.vault.store, &admin(), query).await;
    assert_eq!(page.unwrap().records.len(), 1);
}

#[tokio::test]
async fn an_alias_and_a_grant_are_refused_whatever_of_them_is_changed() {
    let mut keyed = Keyed::new().await;
    let (by, eve) = (admin(), "arn:aws:iam::000000000000:user/eve".to_owned());
    let key = keyed.keys[0].clone();
    let store = &keyed.vault.store;
    store.create_alias(&by, "alias/k", &key).await.unwrap();
    let grant = CreateGrant {
        key: key.clone(),
        grantee: eve,
        retiring: None,
        operations: vec!["Decrypt".to_owned()],
        context_equals: None,
        context_subset: None,
        name: None,
    };
    store.create_grant(&by, grant).await.unwrap();
    for (table, columns) in [
        (
            "kms_aliases",
            ["key_id", "created_ms", "updated_ms", "mac"].as_slice(),
        ),
        ("kms_grants", &["document", "mac"]),
    ] {
        for column in columns {
            let value = keyed.value(table, "1", column);
            let other = match *column {
                "key_id" => Value::Text(keyed.keys[1].clone()),
                _ => changed(&value),
            };
            keyed.set(table, "1", column, &other);
            assert!(keyed.refuses(table, &key).await, "{table}.{column}");
            keyed.set(table, "1", column, &value);
            assert!(
                !keyed.refuses(table, &key).await,
                "{table}.{column} put back"
            );
        }
    }
}

impl Keyed {
    /// Returns whether the alias, or the grant to a user without other rights, is refused as damaged.
    async fn refuses(&self, table: &str, key: &str) -> bool {
        let store = &self.vault.store;
        let outcome = if table == "kms_aliases" {
            store.describe_key(&admin(), "alias/k").await.map(drop)
        } else {
            let eve = stave_model::UserName::parse("eve").unwrap();
            let acting = store.acting_for(Actor::local(eve, Via::Endpoint));
            let got = acting.get_object(GetObject::whole(latest(&self.bucket, "k")));
            got.await.map(drop)
        };
        match outcome {
            Ok(()) => false,
            Err(Error::Key(KeyError::Damaged(named))) => {
                assert!(
                    named.contains("alias/k") || named.contains(key) || named.contains("grant")
                );
                true
            }
            Err(other) => panic!("{table}: {other:?}"),
        }
    }

    /// Returns words that find a row again after any one column was changed.
    fn row_id(&mut self, table: &str, row: &str) -> String {
        let by = match table {
            "parts" => "version",
            "kms_keys" => "id",
            "keks" => "name",
            _ => "rowid",
        };
        match self.value(table, row, by) {
            Value::Integer(number) => format!("{by} = {number}"),
            Value::Text(text) => format!("{by} = '{text}'"),
            other => panic!("{other:?}"),
        }
    }
}
