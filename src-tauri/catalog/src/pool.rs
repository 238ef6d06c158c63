//! The connections that read.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction};

use crate::{Error, ReadTx, Result};

/// A bounded set of connections; each reads for one caller at a time.
pub(crate) struct Pool {
    state: Mutex<State>,
    returned: Condvar,
}

struct State {
    idle: Vec<Connection>,
    /// Connections that are out.
    leased: usize,
    closed: bool,
}

impl Pool {
    pub(crate) fn new(idle: Vec<Connection>) -> Self {
        let state = State {
            idle,
            leased: 0,
            closed: false,
        };
        Self {
            state: Mutex::new(state),
            returned: Condvar::new(),
        }
    }

    /// Runs `read` over one snapshot, once a connection is free.
    pub(crate) fn read<T, E: From<Error>>(
        &self,
        read: impl FnOnce(&ReadTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let lease = self.lease()?;
        // Undone when dropped, also where `read` panics; there is nothing to keep.
        let snapshot = lease.snapshot()?;
        read(&ReadTx::new(&snapshot))
    }

    /// Closes the connections, those that are out when they come back; waits for these.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.idle.clear();
        self.returned.notify_all();
        while state.leased > 0 {
            state = self.wait(state);
        }
    }

    fn lease(&self) -> Result<Lease<'_>> {
        let mut state = self.state();
        loop {
            if state.closed {
                return Err(Error::Closed);
            }
            if let Some(connection) = state.idle.pop() {
                state.leased += 1;
                return Ok(Lease {
                    pool: self,
                    connection: Some(connection),
                });
            }
            state = self.wait(state);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.returned
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that is out; it goes back when dropped.
struct Lease<'p> {
    pool: &'p Pool,
    connection: Option<Connection>,
}

impl Lease<'_> {
    fn snapshot(&self) -> Result<Transaction<'_>> {
        let connection = self
            .connection
            .as_ref()
            .expect("only `drop` takes the connection away");
        Ok(connection.unchecked_transaction()?)
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.state();
        state.leased -= 1;
        let closed = state.closed;
        state
            .idle
            .extend(self.connection.take().filter(|_| !closed));
        drop(state);
        self.pool.returned.notify_all();
    }
}
