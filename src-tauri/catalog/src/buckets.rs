//! Buckets and their settings. Their counters are kept by `versions`, in the same transaction.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{Bucket, BucketName, BucketUsage, Versioning};

use crate::column::{bucket_name, owner, size, time, versioning, versioning_to_sql};
use crate::{Error, ReadTx, Result, WriteTx};

/// A bucket and the id of its row, which is never used again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketRow {
    /// The id of the row.
    pub id: i64,
    /// The bucket, with its usage.
    pub bucket: Bucket,
}

const INSERT: &str = "INSERT INTO buckets (name, created_ms, owner, versioning)
    VALUES (:name, :created_ms, :owner, :versioning)";

const FIND: &str = "SELECT id, name, created_ms, owner, versioning,
        objects, size_bytes, versions, all_versions_size_bytes
    FROM buckets WHERE name = :name";

const LIST: &str = "SELECT id, name, created_ms, owner, versioning,
        objects, size_bytes, versions, all_versions_size_bytes
    FROM buckets ORDER BY name";

const DELETE: &str = "DELETE FROM buckets WHERE id = :id";

const SET_VERSIONING: &str = "UPDATE buckets SET versioning = :versioning WHERE id = :id";

/// Adds a bucket and returns the id of its row; it begins empty whatever `usage` says. `Exists` where
/// there is one of that name.
pub fn insert(tx: &WriteTx<'_>, bucket: &Bucket) -> Result<i64> {
    tx.statement(INSERT)?.execute(named_params! {
        ":name": bucket.name.as_str(),
        ":created_ms": bucket.created.as_millis(),
        ":owner": bucket.owner.as_str(),
        ":versioning": versioning_to_sql(bucket.versioning),
    })?;
    Ok(tx.last_row_id())
}

/// Returns the bucket of that name.
pub fn find(tx: &ReadTx<'_>, name: &BucketName) -> Result<Option<BucketRow>> {
    let mut statement = tx.statement(FIND)?;
    let found = statement.query_row(named_params! { ":name": name.as_str() }, |row| {
        Ok(read(row))
    });
    found.optional()?.transpose()
}

/// Lists all buckets by name.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<BucketRow>> {
    let mut statement = tx.statement(LIST)?;
    statement.query_and_then([], read)?.collect()
}

/// Removes a bucket. `Tied` while it holds versions or uploads.
pub fn delete(tx: &WriteTx<'_>, id: i64) -> Result<()> {
    let removed = tx.statement(DELETE)?.execute(named_params! { ":id": id })?;
    one_row(removed)
}

/// Sets the versioning state.
pub fn set_versioning(tx: &WriteTx<'_>, id: i64, versioning: Versioning) -> Result<()> {
    let changed = tx.statement(SET_VERSIONING)?.execute(named_params! {
        ":id": id,
        ":versioning": versioning_to_sql(versioning),
    })?;
    one_row(changed)
}

fn one_row(changed: usize) -> Result<()> {
    match changed {
        1 => Ok(()),
        _ => Err(Error::NoSuchRow { table: "buckets" }),
    }
}

fn read(row: &Row<'_>) -> Result<BucketRow> {
    Ok(BucketRow {
        id: row.get("id")?,
        bucket: Bucket {
            name: bucket_name(row, "name")?,
            created: time(row, "created_ms")?,
            owner: owner(row)?,
            versioning: versioning(row)?,
            usage: Some(BucketUsage {
                objects: size(row, "objects")?,
                size_bytes: size(row, "size_bytes")?,
                versions: size(row, "versions")?,
                all_versions_size_bytes: size(row, "all_versions_size_bytes")?,
            }),
        },
    })
}
