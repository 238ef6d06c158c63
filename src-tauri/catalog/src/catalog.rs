//! The open catalog: reads beside one another, writes one after the other.

use std::path::Path;

use crate::open::{self, Opened};
use crate::pool::Pool;
use crate::writer::Writer;
use crate::{Error, ReadTx, Result, WriteTx};

/// How a catalog is opened.
#[derive(Debug, Clone)]
pub struct CatalogOptions {
    /// The number of connections that read at once; a read beyond waits for one. At least 1.
    pub readers: usize,
    /// What is done where there is no file.
    pub missing: Missing,
}

/// What is done where there is no catalog file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// An empty catalog is made.
    Create,
    /// The open fails with `Missing`: over an existing vault, an empty catalog would pass for a
    /// lost one.
    Refuse,
}

/// As many reads at once as endpoint workers usually have in flight; each costs some MiB of cache
/// at most.
const READERS_DEFAULT: usize = 8;

impl Default for CatalogOptions {
    fn default() -> Self {
        Self {
            readers: READERS_DEFAULT,
            missing: Missing::Create,
        }
    }
}

/// An open catalog. Shared by reference between threads; dropping it waits for the writes that were
/// accepted.
pub struct Catalog {
    // The readers close before the writer, which alone moves the log into the database when it
    // closes.
    readers: Pool,
    writer: Writer,
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalog").finish_non_exhaustive()
    }
}

impl Catalog {
    /// Opens the catalog at `path`, or makes it, and brings it to the newest format.
    ///
    /// `InUse` where another process has it, `NewerFormat` where a newer release wrote it,
    /// `NotACatalog` where the file is something else.
    pub fn open(path: &Path, options: &CatalogOptions) -> Result<Self> {
        let Opened { writer, readers } = open::open(path, options)?;
        Ok(Self {
            readers: Pool::new(readers),
            writer: Writer::start(writer)?,
        })
    }

    /// Reads one snapshot. Not to be called from within another read or a write: it may wait for
    /// itself.
    pub fn read<T, E: From<Error>>(
        &self,
        read: impl FnOnce(&ReadTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.readers.read(read)
    }

    /// Writes: runs `write` on the writer's thread in a savepoint of its own and returns once what
    /// it did is durable. An error from it undoes it alone. Not to be called from within a read or
    /// another write.
    pub fn write<T, E, W>(&self, write: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        W: FnOnce(&WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.writer.write(write)
    }

    /// Returns whether an earlier commit failed, so that nothing more is written.
    pub fn is_read_only(&self) -> bool {
        self.writer.is_read_only()
    }

    /// Closes the catalog once the reads and writes that were begun are done; later calls answer
    /// `Closed`. Not to be called from within one of them.
    pub fn close(&self) {
        self.readers.close();
        self.writer.close();
    }
}

impl Drop for Catalog {
    fn drop(&mut self) {
        self.close();
    }
}
