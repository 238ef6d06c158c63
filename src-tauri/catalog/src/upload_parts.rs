//! The parts that were uploaded so far.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{PartNumber, Timestamp};

use crate::column::{size_to_sql, time};
use crate::parts::{self, PartRow};
use crate::{BlobId, ReadTx, Result, WriteTx, blobs};

/// A part of an upload in progress. Its data key is wrapped for the upload, not yet for a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadPartRow {
    /// The part.
    pub part: PartRow,
    /// When it was written.
    pub modified: Timestamp,
}

/// A page of parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UploadPartPage {
    /// The parts, ascending.
    pub parts: Vec<UploadPartRow>,
    /// The last number told; `None` on the last page.
    pub next_after: Option<u16>,
}

const BLOB_OF: &str = "SELECT blob FROM upload_parts WHERE upload = :upload AND number = :number";

const PUT: &str = "INSERT OR REPLACE INTO upload_parts
        (upload, number, blob, size_bytes, wrapped_key, kek_version, checksum, etag_md5, modified_ms)
    VALUES
        (:upload, :number, :blob, :size_bytes, :wrapped_key, :kek_version, :checksum, :etag_md5,
        :modified_ms)";

const FIND: &str = "SELECT * FROM upload_parts WHERE upload = :upload AND number = :number";

const PAGE: &str = "SELECT * FROM upload_parts
    WHERE upload = :upload AND number > :after ORDER BY number LIMIT :limit";

const REMOVE: &str = "DELETE FROM upload_parts WHERE upload = :upload RETURNING blob";

/// Writes a part, in the place of an earlier one of that number, whose blob is let go of.
pub fn put(tx: &WriteTx<'_>, upload_row: i64, row: &UploadPartRow) -> Result<()> {
    let former = blob_of(tx, upload_row, row.part.number)?;
    tx.statement(PUT)?.execute(named_params! {
        ":upload": upload_row,
        ":number": row.part.number,
        ":blob": row.part.blob,
        ":size_bytes": size_to_sql(row.part.size_bytes)?,
        ":wrapped_key": row.part.wrapped_key,
        ":kek_version": row.part.kek_version,
        ":checksum": row.part.checksum,
        ":etag_md5": row.part.etag_md5,
        ":modified_ms": row.modified.as_millis(),
    })?;
    match former {
        Some(blob) => blobs::release(tx, &blob),
        None => Ok(()),
    }
}

/// Returns one part.
pub fn find(tx: &ReadTx<'_>, upload_row: i64, number: PartNumber) -> Result<Option<UploadPartRow>> {
    let mut statement = tx.statement(FIND)?;
    let of_number = named_params! { ":upload": upload_row, ":number": number.get() };
    let found = statement.query_row(of_number, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Returns the parts after a number, at most `max`.
pub fn page(tx: &ReadTx<'_>, upload_row: i64, after: u16, max: u16) -> Result<UploadPartPage> {
    if max == 0 {
        return Ok(UploadPartPage::default());
    }
    let mut parts = select(tx, upload_row, after, u32::from(max) + 1)?;
    let more = parts.len() > usize::from(max);
    parts.truncate(usize::from(max));
    let last = parts.last().map(|row| row.part.number);
    Ok(UploadPartPage {
        next_after: last.filter(|_| more),
        parts,
    })
}

/// Returns all parts, ascending; an upload has at most 10,000.
pub fn all(tx: &ReadTx<'_>, upload_row: i64) -> Result<Vec<UploadPartRow>> {
    select(tx, upload_row, 0, u32::from(PartNumber::MAX))
}

/// Removes the parts of an upload and returns the blobs that they named.
pub(crate) fn remove(tx: &WriteTx<'_>, upload_row: i64) -> Result<Vec<BlobId>> {
    let mut statement = tx.statement(REMOVE)?;
    let blobs = statement.query_map(named_params! { ":upload": upload_row }, |row| {
        row.get("blob")
    })?;
    Ok(blobs.collect::<Result<_, _>>()?)
}

fn blob_of(tx: &ReadTx<'_>, upload_row: i64, number: u16) -> Result<Option<BlobId>> {
    let mut statement = tx.statement(BLOB_OF)?;
    let of_number = named_params! { ":upload": upload_row, ":number": number };
    let blob = statement.query_row(of_number, |row| row.get("blob"));
    Ok(blob.optional()?)
}

fn select(tx: &ReadTx<'_>, upload_row: i64, after: u16, limit: u32) -> Result<Vec<UploadPartRow>> {
    let mut statement = tx.statement(PAGE)?;
    let page = named_params! { ":upload": upload_row, ":after": after, ":limit": limit };
    statement.query_and_then(page, read)?.collect()
}

fn read(row: &Row<'_>) -> Result<UploadPartRow> {
    Ok(UploadPartRow {
        part: parts::read(row)?,
        modified: time(row, "modified_ms")?,
    })
}
