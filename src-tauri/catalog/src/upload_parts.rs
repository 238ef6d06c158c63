//! The parts that were uploaded so far.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{PartNumber, Timestamp, UploadUsage};

use crate::column::{size, size_to_sql, time};
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
        (upload, number, blob, size_bytes, wrapped_key, kek_version, checksum, etag_md5,
        modified_ms)
    VALUES
        (:upload, :number, :blob, :size_bytes, :wrapped_key, :kek_version, :checksum, :etag_md5,
        :modified_ms)";

const FIND: &str = "SELECT * FROM upload_parts WHERE upload = :upload AND number = :number";

const PAGE: &str = "SELECT * FROM upload_parts
    WHERE upload = :upload AND number > :after ORDER BY number LIMIT :limit";

const USAGE: &str = "SELECT count(*) AS parts, coalesce(sum(size_bytes), 0) AS size_bytes
    FROM upload_parts WHERE upload = :upload";

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

/// Returns what the parts of an upload take.
pub fn usage(tx: &ReadTx<'_>, upload_row: i64) -> Result<UploadUsage> {
    let mut statement = tx.statement(USAGE)?;
    let usage = statement.query_row(named_params! { ":upload": upload_row }, |row| {
        let parts = row.get("parts")?;
        Ok(size(row, "size_bytes").map(|size_bytes| UploadUsage { parts, size_bytes }))
    });
    usage?
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

#[cfg(test)]
mod tests {
    use stave_model::{PartNumber, Timestamp};

    use super::{UploadPartRow, all, find, page, put};
    use crate::testkit::{add_bucket, add_file, add_row_blob, blob, in_memory, new_upload, part};
    use crate::{Error, WriteTx, blobs, gc, uploads};

    fn row(number: u16, n: u8) -> UploadPartRow {
        UploadPartRow {
            part: part(number, n, 10),
            modified: Timestamp::from_millis(i64::from(n)),
        }
    }

    fn upload(tx: &WriteTx<'_>) -> i64 {
        let bucket = add_bucket(tx, "photos");
        (1..=5).for_each(|n| add_file(tx, n));
        uploads::insert(tx, &new_upload(bucket, "a", "u1")).unwrap()
    }

    #[test]
    fn parts_are_told_in_order_page_by_page() {
        in_memory(|tx| {
            let upload = upload(tx);
            for (number, n) in [(10_000, 1), (2, 2), (30, 3)] {
                put(tx, upload, &row(number, n)).unwrap();
            }
            let parts = [row(2, 2), row(30, 3), row(10_000, 1)];
            assert_eq!(all(tx, upload).unwrap(), parts);
            let number = PartNumber::new(30).unwrap();
            assert_eq!(find(tx, upload, number).unwrap(), Some(row(30, 3)));
            let first = page(tx, upload, 0, 2).unwrap();
            assert_eq!(
                (&first.parts[..], first.next_after),
                (&parts[..2], Some(30))
            );
            let last = page(tx, upload, 30, 2).unwrap();
            assert_eq!((&last.parts[..], last.next_after), (&parts[2..], None));
            let exact = page(tx, upload, 0, 3).unwrap();
            assert_eq!((exact.parts.len(), exact.next_after), (3, None));
            let none = page(tx, upload, 0, 0).unwrap();
            assert_eq!((none.parts.len(), none.next_after), (0, None));
        });
    }

    #[test]
    fn a_part_that_is_written_again_lets_go_of_its_former_blob() {
        in_memory(|tx| {
            let upload = upload(tx);
            add_row_blob(tx, 9);
            put(tx, upload, &row(1, 1)).unwrap();
            put(tx, upload, &row(1, 9)).unwrap();
            assert_eq!(gc::pending(tx, 9).unwrap(), [blob(1)]);
            put(tx, upload, &row(1, 2)).unwrap();
            assert_eq!(blobs::place(tx, &blob(9)).unwrap(), None);
            put(tx, upload, &row(1, 2)).unwrap();
            assert_eq!(all(tx, upload).unwrap(), [row(1, 2)]);
            assert_eq!(gc::pending(tx, 9).unwrap(), [blob(1)]);
        });
    }

    #[test]
    fn a_part_needs_its_upload_and_its_blob() {
        in_memory(|tx| {
            let upload = upload(tx);
            assert!(matches!(put(tx, 99, &row(1, 1)), Err(Error::Tied)));
            assert!(matches!(put(tx, upload, &row(1, 77)), Err(Error::Tied)));
        });
    }
}
