//! What can go wrong in the catalog.

use std::fmt;
use std::sync::Arc;

use rusqlite::ErrorCode;
use rusqlite::ffi::{
    SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID,
    SQLITE_CONSTRAINT_UNIQUE,
};
use stave_model::{ObjectKey, VersionId};
use thiserror::Error;

/// The result of a call to the catalog.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the catalog did not do what was asked.
#[derive(Debug, Error)]
pub enum Error {
    /// Another process, or another owner in this one, has the database open.
    #[error("the catalog is in use by another process")]
    InUse,
    /// There is no file, and the caller did not want one made.
    #[error("the catalog's file is missing")]
    Missing,
    /// SQLite did not turn its write-ahead log on: the file system does not support it.
    #[error("the file system does not support the catalog's log")]
    NoLog,
    /// The file is no catalog of ours.
    #[error("the file is not a Stave catalog")]
    NotACatalog,
    /// A newer release wrote the file.
    #[error("the catalog has format {found}, this release reads up to {known}")]
    NewerFormat {
        /// The format of the file.
        found: i64,
        /// The newest format that is known here.
        known: i64,
    },
    /// The disk is full. Nothing of the write was kept; it may be tried again once there is space.
    #[error("the disk is full")]
    DiskFull,
    /// A commit failed: what the write asked for may or may not be durable. Open the catalog again
    /// to see.
    #[error("a commit failed, its outcome is unknown")]
    OutcomeUnknown(#[source] Cause),
    /// An earlier commit failed; nothing more is written until the catalog is opened again.
    #[error("the catalog is read-only after a failed commit")]
    ReadOnly,
    /// The catalog was closed.
    #[error("the catalog is closed")]
    Closed,
    /// A write was given up because the code that described it panicked. Nothing of it was kept.
    #[error("a write panicked and was rolled back")]
    Panicked,
    /// The database gave up the transaction that this write shared with others. Nothing of it was
    /// kept.
    #[error("the transaction was given up by the database")]
    GivenUp,
    /// A row of that name or id exists already.
    #[error("a row of that name exists already")]
    Exists,
    /// The row is named by others, or names one that is not there.
    #[error("the row is tied to others")]
    Tied,
    /// The row is not there.
    #[error("no such row in {table}")]
    NoSuchRow {
        /// Where it was looked for.
        table: &'static str,
    },
    /// A stored value is not what its column promises: the file was damaged or altered.
    #[error("a stored {what} is damaged")]
    Damaged {
        /// The kind of value.
        what: &'static str,
    },
    /// A stored value of a version is not what its column promises.
    #[error("a stored {what} of version {version} of {:?} is damaged", .key.as_str())]
    DamagedVersion {
        /// The key.
        key: ObjectKey,
        /// The version.
        version: VersionId,
        /// The kind of value.
        what: &'static str,
    },
    /// The parts of a new version do not make up its body.
    #[error("the parts do not make up the body of the version")]
    PartsDoNotFit,
    /// A value does not fit its column.
    #[error("{what} is too large for the catalog")]
    TooLarge {
        /// The kind of value.
        what: &'static str,
    },
    /// The folder or the file could not be made or synced.
    #[error("the catalog's file failed")]
    Io(#[from] std::io::Error),
    /// SQLite failed in another way.
    #[error("the database failed")]
    Database(#[source] Cause),
}

/// What SQLite said. Opaque, so that no other crate depends on how SQL is spoken.
#[derive(Clone)]
pub struct Cause(Arc<dyn std::error::Error + Send + Sync>);

impl Cause {
    pub(crate) fn new(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(source))
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Cause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Self {
        if is_foreign_value(&source) {
            return Self::Damaged { what: "value" };
        }
        match source.sqlite_error().map(|e| (e.code, e.extended_code)) {
            Some((ErrorCode::DiskFull, _)) => Self::DiskFull,
            Some((ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _)) => Self::InUse,
            Some((ErrorCode::NotADatabase, _)) => Self::NotACatalog,
            Some((ErrorCode::DatabaseCorrupt, _)) => Self::Damaged { what: "page" },
            Some((ErrorCode::ConstraintViolation, code)) => constraint(code, source),
            _ => Self::Database(Cause::new(source)),
        }
    }
}

/// Whether a column held what its type forbids, which STRICT tables do only when someone altered
/// the file.
fn is_foreign_value(source: &rusqlite::Error) -> bool {
    matches!(
        source,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..)
            | rusqlite::Error::InvalidColumnType(..)
    )
}

fn constraint(extended_code: i32, source: rusqlite::Error) -> Error {
    match extended_code {
        SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_ROWID => {
            Error::Exists
        }
        SQLITE_CONSTRAINT_FOREIGNKEY => Error::Tied,
        _ => Error::Database(Cause::new(source)),
    }
}
