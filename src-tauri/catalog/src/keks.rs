//! The versions of the key-encryption keys, wrapped.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{Timestamp, VersionOrigin};

use crate::column::{bytes, parsed, time};
use crate::{Error, ReadTx, Result, WriteTx};

/// One version of a key-encryption key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KekRow {
    /// The name of the key.
    pub name: String,
    /// Its version, from 1.
    pub version: u32,
    /// The key, wrapped by the vault.
    pub wrapped: Vec<u8>,
    /// When this version was made.
    pub created: Timestamp,
    /// How it came to be.
    pub origin: VersionOrigin,
}

const INSERT: &str = "INSERT INTO keks (name, version, wrapped, created_ms, origin)
    VALUES (:name, :version, :wrapped, :created_ms, :origin)";

const FIND: &str = "SELECT name, version, wrapped, created_ms, origin
    FROM keks WHERE name = :name AND version = :version";

const NEWEST: &str = "SELECT name, version, wrapped, created_ms, origin
    FROM keks WHERE name = :name ORDER BY version DESC LIMIT 1";

const LIST: &str =
    "SELECT name, version, wrapped, created_ms, origin FROM keks ORDER BY name, version";

const OF_NAME: &str = "SELECT name, version, wrapped, created_ms, origin
    FROM keks WHERE name = :name ORDER BY version";

const SET_WRAPPED: &str =
    "UPDATE keks SET wrapped = :wrapped WHERE name = :name AND version = :version";

const DELETE_ALL: &str = "DELETE FROM keks WHERE name = :name";

/// Adds a version. `Exists` where the key has it already.
pub fn insert(tx: &WriteTx<'_>, kek: &KekRow) -> Result<()> {
    tx.statement(INSERT)?.execute(named_params! {
        ":name": kek.name,
        ":version": kek.version,
        ":wrapped": kek.wrapped,
        ":created_ms": kek.created.as_millis(),
        ":origin": kek.origin.as_str(),
    })?;
    Ok(())
}

/// Returns one version of a key.
pub fn find(tx: &ReadTx<'_>, name: &str, version: u32) -> Result<Option<KekRow>> {
    let mut statement = tx.statement(FIND)?;
    let key = named_params! { ":name": name, ":version": version };
    let found = statement.query_row(key, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Returns the newest version of a key, which wraps; older ones only unwrap.
pub fn newest(tx: &ReadTx<'_>, name: &str) -> Result<Option<KekRow>> {
    let mut statement = tx.statement(NEWEST)?;
    let found = statement.query_row(named_params! { ":name": name }, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Lists all versions of all keys, by name and version.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<KekRow>> {
    let mut statement = tx.statement(LIST)?;
    statement.query_and_then([], read)?.collect()
}

/// Lists the versions of a key, oldest first.
pub fn of_name(tx: &ReadTx<'_>, name: &str) -> Result<Vec<KekRow>> {
    let mut statement = tx.statement(OF_NAME)?;
    let of_name = named_params! { ":name": name };
    statement.query_and_then(of_name, read)?.collect()
}

/// Replaces the wrap of a version: the same key, wrapped by another root key. `NoSuchRow` where there is no
/// such version.
pub fn set_wrapped(tx: &WriteTx<'_>, name: &str, version: u32, wrapped: &[u8]) -> Result<()> {
    let changed = tx.statement(SET_WRAPPED)?.execute(named_params! {
        ":name": name,
        ":version": version,
        ":wrapped": wrapped,
    })?;
    match changed {
        1 => Ok(()),
        _ => Err(Error::NoSuchRow { table: "keks" }),
    }
}

/// Destroys all versions of a key: what they wrapped is lost. Returns how many there were.
pub fn delete_all(tx: &WriteTx<'_>, name: &str) -> Result<usize> {
    let of_name = named_params! { ":name": name };
    Ok(tx.statement(DELETE_ALL)?.execute(of_name)?)
}

fn read(row: &Row<'_>) -> Result<KekRow> {
    Ok(KekRow {
        name: row.get("name")?,
        version: row.get("version")?,
        wrapped: bytes(row, "wrapped")?,
        created: time(row, "created_ms")?,
        origin: parsed(row, "origin", |text| VersionOrigin::parse(text).ok_or(()))?,
    })
}

#[cfg(test)]
mod tests {
    use stave_model::{Timestamp, VersionOrigin};

    use super::{KekRow, delete_all, find, insert, list, newest, of_name, set_wrapped};
    use crate::Error;
    use crate::testkit::in_memory;

    fn kek(name: &str, version: u32) -> KekRow {
        KekRow {
            name: name.to_owned(),
            version,
            wrapped: vec![7; 60],
            created: Timestamp::from_millis(5),
            origin: VersionOrigin::Created,
        }
    }

    #[test]
    fn the_newest_version_of_a_key_wraps_and_all_are_kept() {
        in_memory(|tx| {
            assert_eq!(newest(tx, "s3").unwrap(), None);
            for version in [1, 10, 2] {
                insert(tx, &kek("s3", version)).unwrap();
            }
            insert(tx, &kek("other", u32::MAX)).unwrap();
            assert_eq!(newest(tx, "s3").unwrap(), Some(kek("s3", 10)));
            assert_eq!(find(tx, "s3", 2).unwrap(), Some(kek("s3", 2)));
            assert_eq!(find(tx, "s3", 3).unwrap(), None);
            let all = [
                kek("other", u32::MAX),
                kek("s3", 1),
                kek("s3", 2),
                kek("s3", 10),
            ];
            assert_eq!(list(tx).unwrap(), all);
            assert!(matches!(insert(tx, &kek("s3", 2)), Err(Error::Exists)));
            assert_eq!(of_name(tx, "s3").unwrap(), all[1..]);
            assert_eq!(delete_all(tx, "s3").unwrap(), 3);
            assert_eq!(delete_all(tx, "s3").unwrap(), 0);
            assert_eq!(list(tx).unwrap(), all[..1]);
        });
    }

    #[test]
    fn a_wrap_is_replaced_and_nothing_else() {
        in_memory(|tx| {
            insert(tx, &kek("s3", 1)).unwrap();
            insert(tx, &kek("s3", 2)).unwrap();
            set_wrapped(tx, "s3", 1, &[9; 80]).unwrap();
            let replaced = KekRow {
                wrapped: vec![9; 80],
                ..kek("s3", 1)
            };
            assert_eq!(list(tx).unwrap(), [replaced, kek("s3", 2)]);
            let missing = set_wrapped(tx, "s3", 3, &[9; 80]);
            assert!(matches!(missing, Err(Error::NoSuchRow { table: "keks" })));
        });
    }
}
