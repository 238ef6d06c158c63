//! The keys of the key service. What a document says is the engine's; the MAC beside it shows whether it
//! was changed by another hand.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{BucketName, KeyId};

use crate::column::{bucket_name, bytes, parsed, size};
use crate::{Error, ReadTx, Result, WriteTx};

/// A key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Its id.
    pub id: KeyId,
    /// What it is, as JSON.
    pub document: String,
    /// The MAC of both: 32 bytes.
    pub mac: Vec<u8>,
}

/// How much one version of a key wraps data keys of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionUse {
    /// The version of the key.
    pub version: u32,
    /// Versions of objects and parts of uploads.
    pub objects: u64,
    /// Their bytes.
    pub size_bytes: u64,
}

const INSERT: &str = "INSERT INTO kms_keys (id, document, mac) VALUES (:id, :document, :mac)";

const UPDATE: &str = "UPDATE kms_keys SET document = :document, mac = :mac WHERE id = :id";

const FIND: &str = "SELECT id, document, mac FROM kms_keys WHERE id = :id";

const LIST: &str = "SELECT id, document, mac FROM kms_keys ORDER BY id";

const COUNT: &str = "SELECT count(*) AS keys FROM kms_keys";

/// The parts of a version that were wrapped by two versions of a key count for both.
const USE: &str = "SELECT version, sum(objects) AS objects, sum(size_bytes) AS size_bytes FROM (
        SELECT parts.kek_version AS version, count(DISTINCT versions.id) AS objects,
            sum(parts.size_bytes) AS size_bytes
        FROM versions JOIN parts ON parts.version = versions.id
        WHERE versions.kms_key = :key GROUP BY parts.kek_version
        UNION ALL
        SELECT upload_parts.kek_version, count(*), sum(upload_parts.size_bytes)
        FROM uploads JOIN upload_parts ON upload_parts.upload = uploads.id
        WHERE uploads.kms_key = :key GROUP BY upload_parts.kek_version
    ) GROUP BY version ORDER BY version";

const BUCKETS: &str = "SELECT buckets.name AS name, count(*) AS versions
    FROM versions JOIN buckets ON buckets.id = versions.bucket_id
    WHERE versions.kms_key = :key GROUP BY buckets.id ORDER BY buckets.name";

/// Adds a key. `Exists` where there is one of that id.
pub fn insert(tx: &WriteTx<'_>, row: &KeyRow) -> Result<()> {
    tx.statement(INSERT)?.execute(named_params! {
        ":id": row.id.as_str(),
        ":document": row.document,
        ":mac": row.mac,
    })?;
    Ok(())
}

/// Replaces the document of a key, or answers `NoSuchRow`.
pub fn update(tx: &WriteTx<'_>, row: &KeyRow) -> Result<()> {
    let changed = tx.statement(UPDATE)?.execute(named_params! {
        ":id": row.id.as_str(),
        ":document": row.document,
        ":mac": row.mac,
    })?;
    match changed {
        0 => Err(Error::NoSuchRow { table: "kms_keys" }),
        _ => Ok(()),
    }
}

/// Returns the key of that id.
pub fn find(tx: &ReadTx<'_>, id: &KeyId) -> Result<Option<KeyRow>> {
    let mut statement = tx.statement(FIND)?;
    let found = statement.query_row(named_params! { ":id": id.as_str() }, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Lists all keys, by id.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<KeyRow>> {
    let mut statement = tx.statement(LIST)?;
    statement.query_and_then([], read)?.collect()
}

/// Tells how many keys there are, with those that are only kept because something names them.
pub fn count(tx: &ReadTx<'_>) -> Result<u64> {
    let mut statement = tx.statement(COUNT)?;
    statement.query_row([], |row| Ok(size(row, "keys")))?
}

/// Tells what each version of a key wraps, oldest version first.
pub fn usage(tx: &ReadTx<'_>, id: &KeyId) -> Result<Vec<VersionUse>> {
    let mut statement = tx.statement(USE)?;
    let rows = statement.query_and_then(named_params! { ":key": id.as_str() }, |row| {
        Ok(VersionUse {
            version: row.get("version")?,
            objects: size(row, "objects")?,
            size_bytes: size(row, "size_bytes")?,
        })
    })?;
    rows.collect()
}

/// Lists the buckets that hold versions under a key, with how many, by name.
pub fn buckets(tx: &ReadTx<'_>, id: &KeyId) -> Result<Vec<(BucketName, u64)>> {
    let mut statement = tx.statement(BUCKETS)?;
    let rows = statement.query_and_then(named_params! { ":key": id.as_str() }, |row| {
        Ok((bucket_name(row, "name")?, size(row, "versions")?))
    })?;
    rows.collect()
}

fn read(row: &Row<'_>) -> Result<KeyRow> {
    Ok(KeyRow {
        id: parsed(row, "id", |text| KeyId::parse(text).ok_or(()))?,
        document: row.get("document")?,
        mac: bytes(row, "mac")?,
    })
}

#[cfg(test)]
mod tests {
    use rusqlite::named_params;
    use stave_model::KeyId;

    use super::{KeyRow, VersionUse, buckets, count, find, insert, list, update, usage};
    use crate::testkit::{add_bucket, add_file, add_object, in_memory, object};
    use crate::{Error, WriteTx};

    fn row(byte: u8) -> KeyRow {
        KeyRow {
            id: KeyId::from_random([byte; 16]),
            document: format!("{{\"n\":{byte}}}"),
            mac: vec![byte; 32],
        }
    }

    fn under(tx: &WriteTx<'_>, id: i64, key: &KeyRow, kek_version: u32) {
        let run = |sql: &str, values: &[(&str, &dyn rusqlite::ToSql)]| {
            tx.statement(sql).unwrap().execute(values).unwrap();
        };
        run(
            "UPDATE versions SET kms_key = :key WHERE id = :id",
            named_params! { ":key": key.id.as_str(), ":id": id },
        );
        run(
            "UPDATE parts SET kek_version = :version WHERE version = :id",
            named_params! { ":version": kek_version, ":id": id },
        );
    }

    #[test]
    fn a_key_is_kept_changed_and_listed_by_id() {
        in_memory(|tx| {
            for byte in [2, 1] {
                insert(tx, &row(byte)).unwrap();
            }
            assert!(matches!(insert(tx, &row(1)), Err(Error::Exists)));
            let changed = KeyRow {
                document: "{}".to_owned(),
                ..row(2)
            };
            update(tx, &changed).unwrap();
            assert_eq!(find(tx, &row(2).id).unwrap(), Some(changed.clone()));
            assert_eq!(find(tx, &row(3).id).unwrap(), None);
            assert!(matches!(update(tx, &row(3)), Err(Error::NoSuchRow { .. })));
            assert_eq!(list(tx).unwrap(), [row(1), changed]);
            assert_eq!(count(tx).unwrap(), 2);
        });
    }

    #[test]
    fn what_a_key_guards_is_counted_by_its_versions_and_by_bucket() {
        in_memory(|tx| {
            insert(tx, &row(1)).unwrap();
            assert_eq!(usage(tx, &row(1).id).unwrap(), []);
            let bucket = add_bucket(tx, "photos");
            for (n, (key, size_bytes, kek_version)) in [("a", 10, 1), ("b", 20, 2), ("c", 5, 2)]
                .into_iter()
                .enumerate()
            {
                let blob = u8::try_from(n).unwrap();
                add_file(tx, blob);
                let id = add_object(tx, bucket, object(key, "null", size_bytes), blob);
                under(tx, id, &row(1), kek_version);
            }
            let expected =
                [(1, 1, 10), (2, 2, 25)].map(|(version, objects, size_bytes)| VersionUse {
                    version,
                    objects,
                    size_bytes,
                });
            assert_eq!(usage(tx, &row(1).id).unwrap(), expected);
            let found = buckets(tx, &row(1).id).unwrap();
            assert_eq!(found.len(), 1);
            assert_eq!((found[0].0.as_str(), found[0].1), ("photos", 3));
        });
    }
}
