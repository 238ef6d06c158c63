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

/// When the log is moved into the database: after writes were answered, so that none waits for it.
pub(super) struct LogLimits {
    /// Pages that are not in the database yet, after which they are moved.
    pub(super) waiting_pages: i64,
    /// Pages of the log file, moved or not, after which it is begun anew. Usually that happens by
    /// itself; it does not while reads overlap without a gap.
    pub(super) file_pages: i64,
    /// How long the writer waits for such reads. Where one takes longer, the log grows until the
    /// next try.
    pub(super) restart_wait: Duration,
}

impl Default for LogLimits {
    fn default() -> Self {
        Self {
            waiting_pages: 1_000, // 4 MiB, SQLite's own habit
            file_pages: 16_000,   // 64 MiB
            restart_wait: Duration::from_millis(50),
        }
    }
}

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
    limits: LogLimits,
}

impl Groups {
    pub(super) fn new(
        connection: Connection,
        read_only: Arc<AtomicBool>,
        limits: LogLimits,
    ) -> Self {
        Self {
            connection,
            read_only,
            limits,
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
        let done = self.move_log(LOOK).and_then(|log| self.shorten(&log));
        match done.map_err(|error| error.sqlite_error_code()) {
            Ok(()) | Err(Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy)) => {}
            Err(_) => self.give_up(),
        }
    }

    fn shorten(&self, log: &LogPages) -> rusqlite::Result<()> {
        if log.in_all >= self.limits.file_pages {
            return self.restart_log();
        }
        if log.waiting >= self.limits.waiting_pages {
            self.move_log(PASSIVE)?;
        }
        Ok(())
    }

    /// Moves all of the log, so that the next write begins it anew; waits a little for reads that
    /// need it.
    fn restart_log(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(self.limits.restart_wait)?;
        let moved = self.move_log(RESTART);
        self.connection.busy_timeout(open::BUSY_MAX)?;
        moved.map(|_| ())
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
