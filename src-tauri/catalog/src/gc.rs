//! The files that no row names any more. A file is unlinked only after the row here is durable.

use rusqlite::named_params;

use crate::{BlobId, ReadTx, Result, WriteTx};

const QUEUE: &str = "INSERT INTO gc (blob) VALUES (:blob)";

const PENDING: &str = "SELECT blob FROM gc ORDER BY seq LIMIT :limit";

const DONE: &str = "DELETE FROM gc WHERE blob = :blob";

/// Returns the files that are to be unlinked, longest waiting first, at most `limit`.
pub fn pending(tx: &ReadTx<'_>, limit: u32) -> Result<Vec<BlobId>> {
    let mut statement = tx.statement(PENDING)?;
    let ids = statement.query_map(named_params! { ":limit": limit }, |row| row.get("blob"))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Forgets a file that was unlinked; returns whether it was waiting.
pub fn done(tx: &WriteTx<'_>, blob: &BlobId) -> Result<bool> {
    let removed = tx
        .statement(DONE)?
        .execute(named_params! { ":blob": blob })?;
    Ok(removed == 1)
}

pub(crate) fn queue(tx: &WriteTx<'_>, blob: &BlobId) -> Result<()> {
    tx.statement(QUEUE)?
        .execute(named_params! { ":blob": blob })?;
    Ok(())
}
