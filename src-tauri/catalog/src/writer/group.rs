//! Groups of writes, each group one transaction.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode};

use super::job::{Job, Lost};
use crate::{Cause, Result, open};

/// Writes of one transaction. While one group is synced, the next gathers in the queue.
const GROUP_MAX: usize = 256;

/// Pages in the log that are not yet in the database, after which they are moved: 4 MiB, as SQLite
/// itself does, but after the writes were answered, so that none waits for it.
const LOG_PAGES_MAX: i64 = 1_000;

/// Pages of the log file, moved or not, after which it is begun anew: 64 MiB. Usually that happens
/// by itself; it does not while reads overlap without a gap.
const LOG_FILE_PAGES_MAX: i64 = 16_000;

/// How long the writer waits for such reads. Where one takes longer, the log grows until the next
/// try.
const RESTART_WAIT: Duration = Duration::from_millis(50);

const LOOK: &str = "PRAGMA wal_checkpoint(NOOP)";
const PASSIVE: &str = "PRAGMA wal_checkpoint(PASSIVE)";
const RESTART: &str = "PRAGMA wal_checkpoint(RESTART)";

/// The length of the log.
struct LogPages {
    in_all: i64,
    /// Not in the database yet.
    waiting: i64,
}

/// The writer's side of the queue.
pub(super) struct Groups {
    connection: Connection,
    read_only: Arc<AtomicBool>,
}

impl Groups {
    pub(super) fn new(connection: Connection, read_only: Arc<AtomicBool>) -> Self {
        Self {
            connection,
            read_only,
        }
    }

    /// Writes until nobody can ask any more.
    pub(super) fn run(self, jobs: &Receiver<Box<dyn Job>>) {
        while let Ok(first) = jobs.recv() {
            let mut group = vec![first];
            let outcome = self.commit_group(&mut group, jobs);
            for job in group {
                job.answer(&outcome);
            }
            if !self.is_read_only() {
                self.checkpoint();
            }
        }
    }

    /// Runs the first write and those that wait behind it in one transaction, and commits it.
    fn commit_group(
        &self,
        group: &mut Vec<Box<dyn Job>>,
        jobs: &Receiver<Box<dyn Job>>,
    ) -> Result<(), Lost> {
        if self.is_read_only() {
            return Err(Lost::ReadOnly);
        }
        self.execute("BEGIN IMMEDIATE")
            .map_err(|error| Lost::NotBegun(Cause::new(error)))?;
        let mut next = 0;
        while let Some(job) = group.get_mut(next) {
            if let Err(lost) = job.run(&self.connection) {
                self.roll_back();
                return Err(lost);
            }
            next += 1;
            if group.len() < GROUP_MAX {
                group.extend(jobs.try_recv());
            }
        }
        self.execute("COMMIT").map_err(|error| self.failed(error))
    }

    /// Tells a full disk, after which all is undone and the next write may succeed, from any other
    /// failure of a commit: then nobody knows what the disk holds, and a second fsync would lie, so
    /// nothing more is written.
    fn failed(&self, error: rusqlite::Error) -> Lost {
        let full = error.sqlite_error_code() == Some(ErrorCode::DiskFull);
        self.roll_back();
        if full && !self.is_read_only() {
            return Lost::DiskFull;
        }
        self.give_up();
        Lost::Unknown(Cause::new(error))
    }

    /// Ends the transaction if it is still open. What cannot be rolled back must not be built on.
    fn roll_back(&self) {
        if !self.connection.is_autocommit() && self.execute("ROLLBACK").is_err() {
            self.give_up();
        }
    }

    /// Writes no more, not even the log into the database when the connection closes.
    fn give_up(&self) {
        self.read_only.store(true, Ordering::Release);
        // Where even this fails, closing does what it always does; there is nothing left to try.
        let _ = self
            .connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
    }

    /// Moves the log into the database once it is long. The writes in it are durable already; a
    /// full disk leaves them there for the next time, any other failure ends the writing.
    fn checkpoint(&self) {
        let done = self.log_pages().and_then(|pages| match pages {
            LogPages {
                in_all: LOG_FILE_PAGES_MAX..,
                ..
            } => self.restart_log(),
            LogPages {
                waiting: LOG_PAGES_MAX..,
                ..
            } => self.move_log(PASSIVE).map(|_| ()),
            LogPages { .. } => Ok(()),
        });
        match done.map_err(|error| error.sqlite_error_code()) {
            Ok(()) | Err(Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy)) => {}
            Err(_) => self.give_up(),
        }
    }

    /// Moves all of the log, so that the next write begins it anew; waits a little for reads that
    /// need it.
    fn restart_log(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(RESTART_WAIT)?;
        let moved = self.move_log(RESTART);
        self.connection.busy_timeout(open::BUSY_MAX)?;
        moved.map(|_| ())
    }

    fn log_pages(&self) -> rusqlite::Result<LogPages> {
        self.move_log(LOOK)
    }

    fn move_log(&self, sql: &str) -> rusqlite::Result<LogPages> {
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query_row([], |row| {
            let in_all: i64 = row.get("log")?;
            let moved: i64 = row.get("checkpointed")?;
            Ok(LogPages {
                in_all,
                waiting: in_all - moved,
            })
        })
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    fn is_read_only(&self) -> bool {
        self.read_only.load(Ordering::Acquire)
    }
}
