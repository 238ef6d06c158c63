//! The keys that sign requests, with their secrets sealed.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{AccessKey, AccessKeyId, AccessKeyStatus, UserName};

use crate::column::{bytes, parsed, time};
use crate::{ReadTx, Result, WriteTx};

/// An access key and its sealed secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKeyRow {
    /// The key.
    pub key: AccessKey,
    /// Its secret, sealed by the vault.
    pub sealed_secret: Vec<u8>,
}

const INSERT: &str = "INSERT INTO access_keys (id, user, status, created_ms, sealed_secret)
    VALUES (:id, :user, :status, :created_ms, :sealed_secret)";

const FIND: &str = "SELECT id, user, status, created_ms, sealed_secret
    FROM access_keys WHERE id = :id";

const LIST: &str = "SELECT id, user, status, created_ms, sealed_secret
    FROM access_keys ORDER BY created_ms, seq";

const SET_STATUS: &str = "UPDATE access_keys SET status = :status WHERE id = :id";

const DELETE: &str = "DELETE FROM access_keys WHERE id = :id";

/// Adds a key. `Exists` where there is one of that id, `Tied` where its user is missing.
pub fn insert(tx: &WriteTx<'_>, row: &AccessKeyRow) -> Result<()> {
    tx.statement(INSERT)?.execute(named_params! {
        ":id": row.key.id.as_str(),
        ":user": row.key.user.as_str(),
        ":status": status_to_sql(row.key.status),
        ":created_ms": row.key.created.as_millis(),
        ":sealed_secret": row.sealed_secret,
    })?;
    Ok(())
}

/// Returns the key of that id.
pub fn find(tx: &ReadTx<'_>, id: &AccessKeyId) -> Result<Option<AccessKeyRow>> {
    let mut statement = tx.statement(FIND)?;
    let found = statement.query_row(named_params! { ":id": id.as_str() }, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Lists all keys, oldest first.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<AccessKeyRow>> {
    let mut statement = tx.statement(LIST)?;
    statement.query_and_then([], read)?.collect()
}

/// Turns a key on or off; returns whether there is one of that id.
pub fn set_status(tx: &WriteTx<'_>, id: &AccessKeyId, status: AccessKeyStatus) -> Result<bool> {
    let changed = tx.statement(SET_STATUS)?.execute(named_params! {
        ":id": id.as_str(),
        ":status": status_to_sql(status),
    })?;
    Ok(changed == 1)
}

/// Removes a key; returns whether there was one of that id.
pub fn delete(tx: &WriteTx<'_>, id: &AccessKeyId) -> Result<bool> {
    let removed = tx
        .statement(DELETE)?
        .execute(named_params! { ":id": id.as_str() })?;
    Ok(removed == 1)
}

fn read(row: &Row<'_>) -> Result<AccessKeyRow> {
    Ok(AccessKeyRow {
        key: AccessKey {
            id: parsed(row, "id", AccessKeyId::parse)?,
            user: parsed(row, "user", UserName::parse)?,
            status: parsed(row, "status", status_from_sql)?,
            created: time(row, "created_ms")?,
        },
        sealed_secret: bytes(row, "sealed_secret")?,
    })
}

fn status_to_sql(status: AccessKeyStatus) -> &'static str {
    match status {
        AccessKeyStatus::Active => "active",
        AccessKeyStatus::Inactive => "inactive",
    }
}

fn status_from_sql(text: &str) -> Result<AccessKeyStatus, ()> {
    match text {
        "active" => Ok(AccessKeyStatus::Active),
        "inactive" => Ok(AccessKeyStatus::Inactive),
        _ => Err(()),
    }
}
