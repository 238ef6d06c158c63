//! The keys that sign requests, with their secrets sealed.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{AccessKey, AccessKeyId, AccessKeyStatus, UserName};

use crate::column::{bytes, parsed, time};
use crate::{Error, ReadTx, Result, WriteTx};

/// An access key and its sealed secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKeyRow {
    /// The key.
    pub key: AccessKey,
    /// Its secret, sealed by the vault.
    pub sealed_secret: Vec<u8>,
}

const INSERT: &str = "INSERT INTO access_keys (id, user, status, created_ms, sealed_secret)
    VALUES (:id, :user, :status, :created_ms, :sealed_secret)";

const FIND: &str = "SELECT id, user, status, created_ms, sealed_secret
    FROM access_keys WHERE id = :id";

const LIST: &str = "SELECT id, user, status, created_ms, sealed_secret
    FROM access_keys ORDER BY created_ms, seq";

const SET_STATUS: &str = "UPDATE access_keys SET status = :status WHERE id = :id";

const SET_SEALED_SECRET: &str =
    "UPDATE access_keys SET sealed_secret = :sealed_secret WHERE id = :id";

const DELETE: &str = "DELETE FROM access_keys WHERE id = :id";

/// Adds a key. `Exists` where there is one of that id, `Tied` where its user is missing.
pub fn insert(tx: &WriteTx<'_>, row: &AccessKeyRow) -> Result<()> {
    tx.statement(INSERT)?.execute(named_params! {
        ":id": row.key.id.as_str(),
        ":user": row.key.user.as_str(),
        ":status": status_to_sql(row.key.status),
        ":created_ms": row.key.created.as_millis(),
        ":sealed_secret": row.sealed_secret,
    })?;
    Ok(())
}

/// Returns the key of that id.
pub fn find(tx: &ReadTx<'_>, id: &AccessKeyId) -> Result<Option<AccessKeyRow>> {
    let mut statement = tx.statement(FIND)?;
    let found = statement.query_row(named_params! { ":id": id.as_str() }, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Lists all keys, oldest first.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<AccessKeyRow>> {
    let mut statement = tx.statement(LIST)?;
    statement.query_and_then([], read)?.collect()
}

/// Turns a key on or off; returns whether there is one of that id.
pub fn set_status(tx: &WriteTx<'_>, id: &AccessKeyId, status: AccessKeyStatus) -> Result<bool> {
    let changed = tx.statement(SET_STATUS)?.execute(named_params! {
        ":id": id.as_str(),
        ":status": status_to_sql(status),
    })?;
    Ok(changed == 1)
}

/// Replaces the seal of a secret: the same secret, sealed under another root key. `NoSuchRow` where there is no
/// key of that id.
pub fn set_sealed_secret(tx: &WriteTx<'_>, id: &AccessKeyId, sealed_secret: &[u8]) -> Result<()> {
    let changed = tx.statement(SET_SEALED_SECRET)?.execute(named_params! {
        ":id": id.as_str(),
        ":sealed_secret": sealed_secret,
    })?;
    match changed {
        1 => Ok(()),
        _ => Err(Error::NoSuchRow {
            table: "access_keys",
        }),
    }
}

/// Removes a key; returns whether there was one of that id.
pub fn delete(tx: &WriteTx<'_>, id: &AccessKeyId) -> Result<bool> {
    let removed = tx
        .statement(DELETE)?
        .execute(named_params! { ":id": id.as_str() })?;
    Ok(removed == 1)
}

fn read(row: &Row<'_>) -> Result<AccessKeyRow> {
    Ok(AccessKeyRow {
        key: AccessKey {
            id: parsed(row, "id", AccessKeyId::parse)?,
            user: parsed(row, "user", UserName::parse)?,
            status: parsed(row, "status", status_from_sql)?,
            created: time(row, "created_ms")?,
            last_used: None,
        },
        sealed_secret: bytes(row, "sealed_secret")?,
    })
}

fn status_to_sql(status: AccessKeyStatus) -> &'static str {
    match status {
        AccessKeyStatus::Active => "active",
        AccessKeyStatus::Inactive => "inactive",
    }
}

fn status_from_sql(text: &str) -> Result<AccessKeyStatus, ()> {
    match text {
        "active" => Ok(AccessKeyStatus::Active),
        "inactive" => Ok(AccessKeyStatus::Inactive),
        _ => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use stave_model::{AccessKey, AccessKeyId, AccessKeyStatus, Timestamp};

    use super::{AccessKeyRow, delete, find, insert, list, set_sealed_secret, set_status};
    use crate::testkit::{in_memory, user};
    use crate::users::{self, UserRow};
    use crate::{Error, WriteTx};

    fn id(text: &str) -> AccessKeyId {
        AccessKeyId::parse(text).unwrap()
    }

    fn row(text: &str, created: i64) -> AccessKeyRow {
        AccessKeyRow {
            key: AccessKey {
                id: id(text),
                user: user("admin"),
                status: AccessKeyStatus::Active,
                created: Timestamp::from_millis(created),
                last_used: None,
            },
            sealed_secret: vec![0, 255, 7],
        }
    }

    fn add_user(tx: &WriteTx<'_>) {
        let admin = UserRow {
            name: user("admin"),
            created: Timestamp::from_millis(1),
        };
        users::ensure(tx, &admin).unwrap();
    }

    #[test]
    fn keys_are_listed_oldest_first() {
        in_memory(|tx| {
            add_user(tx);
            let rows = [row("SECOND", 20), row("FIRST", 10), row("THIRD", 20)];
            for row in &rows {
                insert(tx, row).unwrap();
            }
            let [second, first, third] = rows;
            assert_eq!(find(tx, &id("FIRST")).unwrap().as_ref(), Some(&first));
            assert_eq!(list(tx).unwrap(), [first, second, third]);
        });
    }

    #[test]
    fn a_key_is_turned_off_and_removed() {
        in_memory(|tx| {
            add_user(tx);
            insert(tx, &row("KEY", 10)).unwrap();
            assert!(set_status(tx, &id("KEY"), AccessKeyStatus::Inactive).unwrap());
            let found = find(tx, &id("KEY")).unwrap().unwrap();
            assert_eq!(found.key.status, AccessKeyStatus::Inactive);
            assert!(delete(tx, &id("KEY")).unwrap());
            assert!(!delete(tx, &id("KEY")).unwrap());
            assert!(!set_status(tx, &id("KEY"), AccessKeyStatus::Active).unwrap());
            assert_eq!(find(tx, &id("KEY")).unwrap(), None);
        });
    }

    #[test]
    fn an_id_is_taken_once_and_a_user_is_needed() {
        in_memory(|tx| {
            assert!(matches!(insert(tx, &row("KEY", 1)), Err(Error::Tied)));
            add_user(tx);
            insert(tx, &row("KEY", 1)).unwrap();
            assert!(matches!(insert(tx, &row("KEY", 2)), Err(Error::Exists)));
        });
    }

    #[test]
    fn the_seal_of_a_secret_is_replaced() {
        in_memory(|tx| {
            add_user(tx);
            insert(tx, &row("KEY", 10)).unwrap();
            set_sealed_secret(tx, &id("KEY"), &[1, 2]).unwrap();
            let replaced = AccessKeyRow {
                sealed_secret: vec![1, 2],
                ..row("KEY", 10)
            };
            assert_eq!(find(tx, &id("KEY")).unwrap(), Some(replaced));
            let missing = set_sealed_secret(tx, &id("OTHER"), &[1]);
            assert!(matches!(missing, Err(Error::NoSuchRow { .. })));
        });
    }
}
