//! The grants of keys. What a document says is the engine's; the MAC beside it shows whether it was
//! changed by another hand.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::KeyId;

use crate::column::{bytes, parsed};
use crate::{ReadTx, Result, WriteTx};

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// Its id: 64 hexadecimal digits.
    pub id: String,
    /// The key.
    pub key: KeyId,
    /// What it allows, as JSON.
    pub document: String,
    /// The MAC of all that: 32 bytes.
    pub mac: Vec<u8>,
}

const INSERT: &str = "INSERT INTO kms_grants (id, key_id, document, mac)
    VALUES (:id, :key_id, :document, :mac)";

const FIND: &str = "SELECT id, key_id, document, mac FROM kms_grants WHERE id = :id";

const LIST: &str = "SELECT id, key_id, document, mac FROM kms_grants ORDER BY id";

const OF_KEY: &str = "SELECT id, key_id, document, mac
    FROM kms_grants WHERE key_id = :key_id ORDER BY id";

const DELETE: &str = "DELETE FROM kms_grants WHERE id = :id";

const DELETE_OF_KEY: &str = "DELETE FROM kms_grants WHERE key_id = :key_id";

/// Adds a grant. `Exists` where there is one of that id, `Tied` where its key is missing.
pub fn insert(tx: &WriteTx<'_>, row: &GrantRow) -> Result<()> {
    tx.statement(INSERT)?.execute(named_params! {
        ":id": row.id,
        ":key_id": row.key.as_str(),
        ":document": row.document,
        ":mac": row.mac,
    })?;
    Ok(())
}

/// Returns the grant of that id.
pub fn find(tx: &ReadTx<'_>, id: &str) -> Result<Option<GrantRow>> {
    let mut statement = tx.statement(FIND)?;
    let found = statement.query_row(named_params! { ":id": id }, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Lists all grants, by id.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<GrantRow>> {
    let mut statement = tx.statement(LIST)?;
    statement.query_and_then([], read)?.collect()
}

/// Lists the grants of a key, by id.
pub fn of_key(tx: &ReadTx<'_>, key: &KeyId) -> Result<Vec<GrantRow>> {
    let mut statement = tx.statement(OF_KEY)?;
    let of_key = named_params! { ":key_id": key.as_str() };
    statement.query_and_then(of_key, read)?.collect()
}

/// Removes a grant; returns whether there was one.
pub fn delete(tx: &WriteTx<'_>, id: &str) -> Result<bool> {
    let of_id = named_params! { ":id": id };
    Ok(tx.statement(DELETE)?.execute(of_id)? == 1)
}

/// Removes all grants of a key.
pub fn delete_of_key(tx: &WriteTx<'_>, key: &KeyId) -> Result<()> {
    let of_key = named_params! { ":key_id": key.as_str() };
    tx.statement(DELETE_OF_KEY)?.execute(of_key)?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<GrantRow> {
    Ok(GrantRow {
        id: row.get("id")?,
        key: parsed(row, "key_id", |text| KeyId::parse(text).ok_or(()))?,
        document: row.get("document")?,
        mac: bytes(row, "mac")?,
    })
}

#[cfg(test)]
mod tests {
    use stave_model::KeyId;

    use super::{GrantRow, delete, delete_of_key, find, insert, list, of_key};
    use crate::Error;
    use crate::kms_keys::{self, KeyRow};
    use crate::testkit::in_memory;

    fn grant(id: &str, byte: u8) -> GrantRow {
        GrantRow {
            id: id.to_owned(),
            key: KeyId::from_random([byte; 16]),
            document: "{}".to_owned(),
            mac: vec![byte; 32],
        }
    }

    #[test]
    fn grants_are_kept_by_key_and_go_alone_or_with_it() {
        in_memory(|tx| {
            assert!(matches!(insert(tx, &grant("a", 1)), Err(Error::Tied)));
            for byte in [1, 2] {
                let row = KeyRow {
                    id: KeyId::from_random([byte; 16]),
                    document: "{}".to_owned(),
                    mac: vec![byte; 32],
                };
                kms_keys::insert(tx, &row).unwrap();
            }
            for row in [grant("c", 1), grant("b", 2), grant("a", 1)] {
                insert(tx, &row).unwrap();
            }
            assert!(matches!(insert(tx, &grant("a", 2)), Err(Error::Exists)));
            assert_eq!(find(tx, "b").unwrap(), Some(grant("b", 2)));
            let all = [grant("a", 1), grant("b", 2), grant("c", 1)];
            assert_eq!(list(tx).unwrap(), all);
            let of_one = of_key(tx, &KeyId::from_random([1; 16])).unwrap();
            assert_eq!(of_one, [grant("a", 1), grant("c", 1)]);
            assert!(delete(tx, "a").unwrap());
            assert!(!delete(tx, "a").unwrap());
            delete_of_key(tx, &KeyId::from_random([1; 16])).unwrap();
            assert_eq!(list(tx).unwrap(), [grant("b", 2)]);
        });
    }
}
