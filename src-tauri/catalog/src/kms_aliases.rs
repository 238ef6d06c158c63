//! The names of keys.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{AliasName, KeyId, Timestamp};

use crate::column::{bytes, parsed, time};
use crate::{Error, ReadTx, Result, WriteTx};

/// A name of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AliasRow {
    /// The name.
    pub name: AliasName,
    /// The key that it names.
    pub key: KeyId,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last pointed at another key.
    pub updated: Timestamp,
    /// The MAC of all that: 32 bytes.
    pub mac: Vec<u8>,
}

const INSERT: &str = "INSERT INTO kms_aliases (name, key_id, created_ms, updated_ms, mac)
    VALUES (:name, :key_id, :created_ms, :updated_ms, :mac)";

const UPDATE: &str = "UPDATE kms_aliases
    SET key_id = :key_id, created_ms = :created_ms, updated_ms = :updated_ms, mac = :mac
    WHERE name = :name";

const FIND: &str = "SELECT name, key_id, created_ms, updated_ms, mac
    FROM kms_aliases WHERE name = :name";

const LIST: &str = "SELECT name, key_id, created_ms, updated_ms, mac
    FROM kms_aliases ORDER BY name";

const OF_KEY: &str = "SELECT name, key_id, created_ms, updated_ms, mac
    FROM kms_aliases WHERE key_id = :key_id ORDER BY name";

const DELETE: &str = "DELETE FROM kms_aliases WHERE name = :name";

const DELETE_OF_KEY: &str = "DELETE FROM kms_aliases WHERE key_id = :key_id";

/// Adds a name. `Exists` where it is taken, `Tied` where its key is missing.
pub fn insert(tx: &WriteTx<'_>, row: &AliasRow) -> Result<()> {
    write(tx, INSERT, row).map(drop)
}

/// Lets a name name another key, or answers `NoSuchRow`.
pub fn update(tx: &WriteTx<'_>, row: &AliasRow) -> Result<()> {
    match write(tx, UPDATE, row)? {
        0 => Err(Error::NoSuchRow {
            table: "kms_aliases",
        }),
        _ => Ok(()),
    }
}

/// Returns what a name names.
pub fn find(tx: &ReadTx<'_>, name: &AliasName) -> Result<Option<AliasRow>> {
    let mut statement = tx.statement(FIND)?;
    let of_name = named_params! { ":name": name.as_str() };
    let found = statement.query_row(of_name, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Lists all names.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<AliasRow>> {
    let mut statement = tx.statement(LIST)?;
    statement.query_and_then([], read)?.collect()
}

/// Lists the names of a key.
pub fn of_key(tx: &ReadTx<'_>, key: &KeyId) -> Result<Vec<AliasRow>> {
    let mut statement = tx.statement(OF_KEY)?;
    let of_key = named_params! { ":key_id": key.as_str() };
    statement.query_and_then(of_key, read)?.collect()
}

/// Removes a name; returns whether there was one.
pub fn delete(tx: &WriteTx<'_>, name: &AliasName) -> Result<bool> {
    let of_name = named_params! { ":name": name.as_str() };
    Ok(tx.statement(DELETE)?.execute(of_name)? == 1)
}

/// Removes all names of a key.
pub fn delete_of_key(tx: &WriteTx<'_>, key: &KeyId) -> Result<()> {
    let of_key = named_params! { ":key_id": key.as_str() };
    tx.statement(DELETE_OF_KEY)?.execute(of_key)?;
    Ok(())
}

fn write(tx: &WriteTx<'_>, sql: &str, row: &AliasRow) -> Result<usize> {
    Ok(tx.statement(sql)?.execute(named_params! {
        ":name": row.name.as_str(),
        ":key_id": row.key.as_str(),
        ":created_ms": row.created.as_millis(),
        ":updated_ms": row.updated.as_millis(),
        ":mac": row.mac,
    })?)
}

fn read(row: &Row<'_>) -> Result<AliasRow> {
    Ok(AliasRow {
        name: parsed(row, "name", |text| AliasName::parse(text).ok_or(()))?,
        key: parsed(row, "key_id", |text| KeyId::parse(text).ok_or(()))?,
        created: time(row, "created_ms")?,
        updated: time(row, "updated_ms")?,
        mac: bytes(row, "mac")?,
    })
}

#[cfg(test)]
mod tests {
    use stave_model::{AliasName, KeyId, Timestamp};

    use super::{AliasRow, delete, delete_of_key, find, insert, list, of_key, update};
    use crate::kms_keys::{self, KeyRow};
    use crate::testkit::in_memory;
    use crate::{Error, WriteTx};

    fn key(tx: &WriteTx<'_>, byte: u8) -> KeyId {
        let row = KeyRow {
            id: KeyId::from_random([byte; 16]),
            document: "{}".to_owned(),
            mac: vec![byte; 32],
        };
        kms_keys::insert(tx, &row).unwrap();
        row.id
    }

    fn alias(name: &str, key: &KeyId) -> AliasRow {
        AliasRow {
            name: AliasName::parse(name).unwrap(),
            key: key.clone(),
            created: Timestamp::from_millis(1),
            updated: Timestamp::from_millis(2),
            mac: vec![9; 32],
        }
    }

    #[test]
    fn a_name_names_one_key_and_can_be_pointed_at_another() {
        in_memory(|tx| {
            let (one, other) = (key(tx, 1), key(tx, 2));
            let named = alias("alias/a", &one);
            insert(tx, &named).unwrap();
            assert!(matches!(insert(tx, &named), Err(Error::Exists)));
            let moved = alias("alias/a", &other);
            update(tx, &moved).unwrap();
            assert_eq!(find(tx, &named.name).unwrap(), Some(moved.clone()));
            assert_eq!(of_key(tx, &one).unwrap(), []);
            assert_eq!(of_key(tx, &other).unwrap(), [moved]);
            let missing = alias("alias/missing", &one);
            assert!(matches!(update(tx, &missing), Err(Error::NoSuchRow { .. })));
        });
    }

    #[test]
    fn names_are_listed_and_go_alone_or_with_their_key() {
        in_memory(|tx| {
            let one = key(tx, 1);
            let names = ["alias/c", "alias/a", "alias/b"].map(|name| alias(name, &one));
            for row in &names {
                insert(tx, row).unwrap();
            }
            let [c, a, b] = names;
            assert_eq!(list(tx).unwrap(), [a, b.clone(), c.clone()]);
            assert!(delete(tx, &c.name).unwrap());
            assert!(!delete(tx, &c.name).unwrap());
            delete_of_key(tx, &one).unwrap();
            assert_eq!(list(tx).unwrap(), []);
            let of_nothing = alias("alias/x", &KeyId::from_random([7; 16]));
            assert!(matches!(insert(tx, &of_nothing), Err(Error::Tied)));
        });
    }
}
