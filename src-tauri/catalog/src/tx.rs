//! The two kinds of transaction, which every function of a table takes.

use std::ops::Deref;

use rusqlite::{CachedStatement, Connection};

use crate::{Error, Result};

/// A snapshot: what is read through it does not change while it lives.
pub struct ReadTx<'c> {
    connection: &'c Connection,
}

/// A write in the making, within a savepoint of its own; it reads what it has written.
pub struct WriteTx<'c> {
    read: ReadTx<'c>,
}

impl<'c> ReadTx<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self { connection }
    }

    /// Returns the statement of `sql`, compiled once for each connection. `GivenUp` once the
    /// database ended the transaction by itself: what came then would be committed on its own.
    pub(crate) fn statement(&self, sql: &str) -> Result<CachedStatement<'c>> {
        if self.connection.is_autocommit() {
            return Err(Error::GivenUp);
        }
        Ok(self.connection.prepare_cached(sql)?)
    }
}

impl<'c> WriteTx<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self {
            read: ReadTx::new(connection),
        }
    }

    /// Returns the id that the last insert gave its row.
    pub(crate) fn last_row_id(&self) -> i64 {
        self.read.connection.last_insert_rowid()
    }
}

impl<'c> Deref for WriteTx<'c> {
    type Target = ReadTx<'c>;

    fn deref(&self) -> &ReadTx<'c> {
        &self.read
    }
}
