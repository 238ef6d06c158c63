//! One write: what is to be done, and who waits for it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, SyncSender};

use rusqlite::Connection;

use crate::{Cause, Error, Result, WriteTx};

/// A write that waits, whatever it answers.
pub(crate) trait Job: Send {
    /// Does the write in a savepoint, which stays where it succeeds. `Err` where the database gave
    /// up the whole transaction, neighbours included.
    fn run(&mut self, connection: &Connection) -> Result<(), Lost>;

    /// Answers who waits: what the write returned, or, where it succeeded and was lost, why.
    fn answer(self: Box<Self>, outcome: &Result<(), Lost>);
}

/// Why writes that succeeded were not kept.
#[derive(Debug, Clone)]
pub(crate) enum Lost {
    /// The disk is full, and all was undone.
    DiskFull,
    /// The database gave up the transaction, and all was undone.
    GivenUp,
    /// The transaction could not be begun.
    NotBegun(Cause),
    /// The commit failed: nobody knows.
    Unknown(Cause),
    /// An earlier commit failed.
    ReadOnly,
}

impl From<Lost> for Error {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::DiskFull => Self::DiskFull,
            Lost::GivenUp => Self::GivenUp,
            Lost::NotBegun(cause) => Self::Database(cause),
            Lost::Unknown(cause) => Self::OutcomeUnknown(cause),
            Lost::ReadOnly => Self::ReadOnly,
        }
    }
}

/// A write and the channel to its caller.
pub(crate) struct Pending<T, E, W> {
    write: Option<W>,
    result: Option<Result<T, E>>,
    answer: SyncSender<Result<T, E>>,
}

impl<T, E, W> Pending<T, E, W> {
    pub(crate) fn new(write: W) -> (Self, Receiver<Result<T, E>>) {
        // Room for the one answer, so that the writer never waits for a caller.
        let (answer, receiver) = mpsc::sync_channel(1);
        let pending = Self {
            write: Some(write),
            result: None,
            answer,
        };
        (pending, receiver)
    }
}

impl<T, E, W> Job for Pending<T, E, W>
where
    T: Send,
    E: From<Error> + Send,
    W: FnOnce(&WriteTx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, connection: &Connection) -> Result<(), Lost> {
        let Some(write) = self.write.take() else {
            return Ok(());
        };
        let result = match savepoint(connection, "SAVEPOINT write") {
            Ok(()) => guarded(write, connection),
            Err(error) => Err(error.into()),
        };
        let failed = result.is_err();
        self.result = Some(result);
        if connection.is_autocommit() {
            return Err(Lost::GivenUp);
        }
        if failed {
            savepoint(connection, "ROLLBACK TO write").map_err(|_| Lost::GivenUp)?;
        }
        savepoint(connection, "RELEASE write").map_err(|_| Lost::GivenUp)
    }

    fn answer(self: Box<Self>, outcome: &Result<(), Lost>) {
        let result = match (self.result, outcome) {
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(lost)) => Err(Error::from(lost.clone()).into()),
            (None, Ok(())) => Err(Error::GivenUp.into()),
        };
        // A caller that no longer waits is no matter of the writer's.
        let _ = self.answer.send(result);
    }
}

fn savepoint(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// Runs a write so that its panic is its own: the connection stays sound, for its savepoint is
/// rolled back.
fn guarded<T, E: From<Error>>(
    write: impl FnOnce(&WriteTx<'_>) -> Result<T, E>,
    connection: &Connection,
) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(|| write(&WriteTx::new(connection))))
        .unwrap_or_else(|_| Err(Error::Panicked.into()))
}
