//! Sealed bodies: each in a row of its own or in a file. A blob lives as long as a part names it.

use rusqlite::{OptionalExtension as _, named_params};

use crate::column::size_to_sql;
use crate::{ReadTx, Result, WriteTx, gc};

/// The random id of a blob.
pub type BlobId = [u8; 16];

/// Where the sealed bytes of a blob are.
#[derive(Clone, PartialEq, Eq)]
pub enum BlobPlace {
    /// In the row: these bytes.
    Row(Vec<u8>),
    /// In the file named after the blob, durable before this row is.
    File,
}

impl std::fmt::Debug for BlobPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Row(sealed) => write!(f, "Row({} bytes)", sealed.len()),
            Self::File => f.write_str("File"),
        }
    }
}

const INSERT: &str = "INSERT INTO blobs (id, sealed_size, sealed)
    VALUES (:id, :sealed_size, :sealed)";

const FIND: &str = "SELECT sealed FROM blobs WHERE id = :id";

const IS_NAMED: &str = "SELECT EXISTS (SELECT 1 FROM parts WHERE blob = :id)
    OR EXISTS (SELECT 1 FROM upload_parts WHERE blob = :id)";

const IS_KNOWN: &str = "SELECT EXISTS (SELECT 1 FROM blobs WHERE id = :id)
    OR EXISTS (SELECT 1 FROM gc WHERE blob = :id)";

const FILES: &str = "SELECT id FROM blobs
    WHERE sealed IS NULL AND id > :after ORDER BY id LIMIT :limit";

const DELETE: &str = "DELETE FROM blobs WHERE id = :id RETURNING sealed IS NULL AS in_file";

/// Adds a blob, before the parts that name it. `Exists` where there is one of that id.
pub fn insert(tx: &WriteTx<'_>, id: &BlobId, place: &BlobPlace, sealed_size: u64) -> Result<()> {
    let sealed = match place {
        BlobPlace::Row(sealed) => Some(sealed),
        BlobPlace::File => None,
    };
    tx.statement(INSERT)?.execute(named_params! {
        ":id": id,
        ":sealed_size": size_to_sql(sealed_size)?,
        ":sealed": sealed,
    })?;
    Ok(())
}

/// Returns where a blob is, and its bytes where they are in the row; `None` where there is no such
/// blob.
pub fn place(tx: &ReadTx<'_>, id: &BlobId) -> Result<Option<BlobPlace>> {
    let mut statement = tx.statement(FIND)?;
    let sealed = statement.query_row(named_params! { ":id": id }, |row| {
        row.get::<_, Option<Vec<u8>>>("sealed")
    });
    let sealed = sealed.optional()?;
    Ok(sealed.map(|sealed| sealed.map_or(BlobPlace::File, BlobPlace::Row)))
}

/// Returns the sealed bytes of a blob that is in a row; `None` where it is in a file or unknown.
pub fn sealed_in_row(tx: &ReadTx<'_>, id: &BlobId) -> Result<Option<Vec<u8>>> {
    Ok(match place(tx, id)? {
        Some(BlobPlace::Row(sealed)) => Some(sealed),
        Some(BlobPlace::File) | None => None,
    })
}

/// Returns whether a part of a version or of an upload names the blob.
pub fn is_named(tx: &ReadTx<'_>, id: &BlobId) -> Result<bool> {
    let mut statement = tx.statement(IS_NAMED)?;
    Ok(statement.query_row(named_params! { ":id": id }, |row| row.get(0))?)
}

/// Returns whether the catalog knows the blob: it has a row, or its file waits in `gc`. A file that
/// the catalog does not know is left from a write that never committed.
pub fn is_known(tx: &ReadTx<'_>, id: &BlobId) -> Result<bool> {
    let mut statement = tx.statement(IS_KNOWN)?;
    Ok(statement.query_row(named_params! { ":id": id }, |row| row.get(0))?)
}

/// Lists the blobs that are in files, by id, after `after`; a check of the files walks it page by
/// page.
pub fn in_files(tx: &ReadTx<'_>, after: Option<&BlobId>, limit: u32) -> Result<Vec<BlobId>> {
    let mut statement = tx.statement(FILES)?;
    let after: &[u8] = after.map_or(&[], |id| id);
    let page = named_params! { ":after": after, ":limit": limit };
    let ids = statement.query_map(page, |row| row.get("id"))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Lets go of a blob that a part no longer names: unless another does, its row goes, and its file
/// is queued.
pub(crate) fn release(tx: &WriteTx<'_>, id: &BlobId) -> Result<()> {
    if is_named(tx, id)? {
        return Ok(());
    }
    let mut statement = tx.statement(DELETE)?;
    let in_file = statement
        .query_row(named_params! { ":id": id }, |row| {
            row.get::<_, bool>("in_file")
        })
        .optional()?;
    if in_file == Some(true) {
        gc::queue(tx, id)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{BlobPlace, in_files, insert, is_known, is_named, place, sealed_in_row};
    use crate::Error;
    use crate::testkit::{add_file, add_row_blob, blob, in_memory};

    #[test]
    fn a_blob_is_in_its_row_or_in_a_file() {
        in_memory(|tx| {
            add_file(tx, 1);
            add_row_blob(tx, 2);
            assert_eq!(place(tx, &blob(1)).unwrap(), Some(BlobPlace::File));
            let sealed = vec![2; 120];
            assert_eq!(
                place(tx, &blob(2)).unwrap(),
                Some(BlobPlace::Row(sealed.clone()))
            );
            assert_eq!(place(tx, &blob(3)).unwrap(), None);
            assert_eq!(sealed_in_row(tx, &blob(1)).unwrap(), None);
            assert_eq!(sealed_in_row(tx, &blob(2)).unwrap(), Some(sealed));
            assert_eq!(sealed_in_row(tx, &blob(3)).unwrap(), None);
            assert_eq!(
                [1, 2, 3].map(|n| is_known(tx, &blob(n)).unwrap()),
                [true, true, false]
            );
            assert!(!is_named(tx, &blob(1)).unwrap());
        });
    }

    #[test]
    fn an_id_is_taken_once_and_a_size_is_that_of_the_bytes() {
        in_memory(|tx| {
            add_file(tx, 1);
            let again = insert(tx, &blob(1), &BlobPlace::File, 104);
            assert!(matches!(again, Err(Error::Exists)));
            let lying = insert(tx, &blob(2), &BlobPlace::Row(vec![0; 9]), 10);
            assert!(matches!(lying, Err(Error::Database(_))));
            let huge = insert(tx, &blob(2), &BlobPlace::File, u64::MAX);
            assert!(matches!(huge, Err(Error::TooLarge { .. })));
        });
    }

    #[test]
    fn the_files_are_walked_page_by_page() {
        in_memory(|tx| {
            for n in [3, 1, 5] {
                add_file(tx, n);
            }
            add_row_blob(tx, 2);
            assert_eq!(in_files(tx, None, 2).unwrap(), [blob(1), blob(3)]);
            assert_eq!(in_files(tx, Some(&blob(3)), 2).unwrap(), [blob(5)]);
            assert_eq!(in_files(tx, Some(&blob(5)), 2).unwrap(), [[0; 16]; 0]);
        });
    }

    #[test]
    fn sealed_bytes_are_not_shown() {
        assert_eq!(
            format!("{:?}", BlobPlace::Row(vec![1; 12])),
            "Row(12 bytes)"
        );
    }
}
