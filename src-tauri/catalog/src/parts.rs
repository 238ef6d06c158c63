//! The parts of which the body of a version is made, each in a blob under a key of its own.

use rusqlite::{Row, named_params};

use crate::column::{bytes, size, size_to_sql};
use crate::{BlobId, ReadTx, Result, WriteTx};

/// One part. A body that was put whole is one part of number 0, also where it is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRow {
    /// Its number.
    pub number: u16,
    /// The blob that holds its bytes; copies share it.
    pub blob: BlobId,
    /// The length of the plaintext, in bytes.
    pub size_bytes: u64,
    /// The data key of the blob, wrapped for this row.
    pub wrapped_key: Vec<u8>,
    /// The version of the key-encryption key that wrapped it.
    pub kek_version: u32,
    /// The additional checksum of its bytes, of the algorithm that the version or the upload names.
    pub checksum: Option<Vec<u8>>,
    /// The MD5 of its bytes.
    pub etag_md5: Option<[u8; 16]>,
}

const INSERT: &str = "INSERT INTO parts
        (version, number, blob, size_bytes, wrapped_key, kek_version, checksum, etag_md5)
    VALUES
        (:version, :number, :blob, :size_bytes, :wrapped_key, :kek_version, :checksum, :etag_md5)";

const OF_VERSION: &str =
    "SELECT number, blob, size_bytes, wrapped_key, kek_version, checksum, etag_md5
    FROM parts WHERE version = :version ORDER BY number";

const PAGE: &str = "SELECT number, blob, size_bytes, wrapped_key, kek_version, checksum, etag_md5
    FROM parts WHERE version = :version AND number > :after ORDER BY number LIMIT :limit";

const REWRAP: &str = "UPDATE parts SET wrapped_key = :wrapped_key, kek_version = :kek_version
    WHERE version = :version AND number = :number";

const REMOVE: &str = "DELETE FROM parts WHERE version = :version RETURNING blob";

const VERSIONS_NAMING: &str =
    "SELECT DISTINCT version FROM parts WHERE blob = :blob ORDER BY version";

/// Returns the parts of a version in order.
pub fn of_version(tx: &ReadTx<'_>, version_row: i64) -> Result<Vec<PartRow>> {
    let mut statement = tx.statement(OF_VERSION)?;
    statement
        .query_and_then(named_params! { ":version": version_row }, read)?
        .collect()
}

/// Returns the parts of a version after a number, at most `limit`.
pub fn page(tx: &ReadTx<'_>, version_row: i64, after: u16, limit: u32) -> Result<Vec<PartRow>> {
    let mut statement = tx.statement(PAGE)?;
    let page = named_params! { ":version": version_row, ":after": after, ":limit": limit };
    statement.query_and_then(page, read)?.collect()
}

/// Returns the rows of the versions that a blob is part of.
pub fn versions_naming(tx: &ReadTx<'_>, blob: &BlobId) -> Result<Vec<i64>> {
    let mut statement = tx.statement(VERSIONS_NAMING)?;
    let rows = statement.query_map(named_params! { ":blob": blob }, |row| row.get("version"))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds a part; its blob has a row already, else `Tied`.
pub(crate) fn insert(tx: &WriteTx<'_>, version_row: i64, part: &PartRow) -> Result<()> {
    tx.statement(INSERT)?.execute(named_params! {
        ":version": version_row,
        ":number": part.number,
        ":blob": part.blob,
        ":size_bytes": size_to_sql(part.size_bytes)?,
        ":wrapped_key": part.wrapped_key,
        ":kek_version": part.kek_version,
        ":checksum": part.checksum,
        ":etag_md5": part.etag_md5,
    })?;
    Ok(())
}

/// Sets the wrapped data key of a part; returns whether there is such a part.
pub(crate) fn rewrap(tx: &WriteTx<'_>, version_row: i64, part: &PartRow) -> Result<bool> {
    let changed = tx.statement(REWRAP)?.execute(named_params! {
        ":version": version_row,
        ":number": part.number,
        ":wrapped_key": part.wrapped_key,
        ":kek_version": part.kek_version,
    })?;
    Ok(changed == 1)
}

/// Removes the parts of a version and returns the blobs that they named.
pub(crate) fn remove(tx: &WriteTx<'_>, version_row: i64) -> Result<Vec<BlobId>> {
    let mut statement = tx.statement(REMOVE)?;
    let blobs = statement.query_map(named_params! { ":version": version_row }, |row| {
        row.get("blob")
    })?;
    Ok(blobs.collect::<Result<_, _>>()?)
}

/// Reads the columns that parts of versions and of uploads share.
pub(crate) fn read(row: &Row<'_>) -> Result<PartRow> {
    Ok(PartRow {
        number: row.get("number")?,
        blob: row.get("blob")?,
        size_bytes: size(row, "size_bytes")?,
        wrapped_key: bytes(row, "wrapped_key")?,
        kek_version: row.get("kek_version")?,
        checksum: row.get("checksum")?,
        etag_md5: row.get("etag_md5")?,
    })
}
