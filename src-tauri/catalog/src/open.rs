//! How the database file is made, recognised and opened: the one place that knows SQLite's
//! settings.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

use crate::catalog::{CatalogOptions, Missing};
use crate::{Cause, Error, Result};

/// Marks the file as ours (`STVE`); written by the first migration.
const APPLICATION_ID: i64 = 0x5354_5645;

/// Each is run once, in this order; what was released is never changed. Their number is the format
/// of the file.
const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("migrations/0001_first.sql")),
    M::up(include_str!("migrations/0002_tags_and_lists.sql")),
    M::up(include_str!("migrations/0003_keys_and_audit.sql")),
    M::up(include_str!("migrations/0004_identities_and_links.sql")),
];

/// What a connection is told before anything else. `fullfsync` is macOS's; elsewhere it means
/// nothing.
const SETTINGS: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA mmap_size = 0;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = 67108864;
";

/// The writer keeps more pages at hand, in KiB (negative is SQLite's way to say so), for it touches
/// four indexes with each version; a reader walks one.
const WRITER_CACHE: &str = "PRAGMA cache_size = -32768";
const READER_SETTINGS: &str = "PRAGMA cache_size = -4096; PRAGMA query_only = ON";

/// More than there are statements, so that each is compiled once for a connection.
const STATEMENTS_MAX: usize = 128;

/// Connections of this process wait for one another at most so long, which none ever needs; another
/// process is told at once, for then the wait is not set yet.
pub(crate) const BUSY_MAX: Duration = Duration::from_secs(10);

/// The connections of an open catalog.
pub(crate) struct Opened {
    pub(crate) writer: Connection,
    pub(crate) readers: Vec<Connection>,
}

/// Opens the file, makes it where it is missing, and brings it to the newest format.
pub(crate) fn open(path: &Path, options: &CatalogOptions) -> Result<Opened> {
    prepare_file(path, options.missing)?;
    let mut writer = connect(path)?;
    recognise(&writer)?;
    use_log(&writer)?;
    writer.busy_timeout(BUSY_MAX)?;
    writer.execute_batch(WRITER_CACHE)?;
    migrate(&mut writer)?;
    let readers = (0..options.readers.max(1)).map(|_| connect_reader(path));
    let readers = readers.collect::<Result<_>>()?;
    Ok(Opened { writer, readers })
}

/// Runs the migrations that the file has not seen yet.
pub(crate) fn migrate(connection: &mut Connection) -> Result<()> {
    Migrations::from_slice(MIGRATIONS)
        .to_latest(connection)
        .map_err(|error| Error::Database(Cause::new(error)))
}

fn connect_reader(path: &Path) -> Result<Connection> {
    let reader = connect(path)?;
    reader.busy_timeout(BUSY_MAX)?;
    reader.execute_batch(READER_SETTINGS)?;
    Ok(reader)
}

fn connect(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = vfs::open(path, flags)?;
    connection.busy_timeout(Duration::ZERO)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.execute_batch(SETTINGS)?;
    Ok(connection)
}

/// Tells our file, of a format that is known here, or an empty one, from all others.
fn recognise(connection: &Connection) -> Result<()> {
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let (application_id, found) = (number("application_id")?, number("user_version")?);
    if (application_id, found, tables) == (0, 0, 0) {
        return Ok(());
    }
    if application_id != APPLICATION_ID {
        return Err(Error::NotACatalog);
    }
    match i64::try_from(MIGRATIONS.len()) {
        Ok(known) if found > known => Err(Error::NewerFormat { found, known }),
        _ => Ok(()),
    }
}

/// Turns the write-ahead log on; asked at each open, for SQLite answers what it really does.
fn use_log(connection: &Connection) -> Result<()> {
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    match mode.as_str() {
        "wal" => Ok(()),
        _ => Err(Error::NoLog),
    }
}

/// Makes the file where it is missing: readable by its owner alone from its first moment, and
/// durable in its folder. SQLite gives the log the same mode. An existing file is not opened here,
/// for closing it again would drop the locks that SQLite holds on it in this process.
fn prepare_file(path: &Path, missing: Missing) -> Result<()> {
    if path.try_exists()? {
        return Ok(());
    }
    if missing == Missing::Refuse {
        return Err(Error::Missing);
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    files::private(&mut options);
    options.open(path)?.sync_all()?;
    files::sync_folder(path)?;
    Ok(())
}

#[cfg(test)]
mod tests;

#[cfg(unix)]
mod vfs {
    use std::path::Path;

    use rusqlite::{Connection, OpenFlags};

    /// `unix-excl` keeps the index of the log on the heap. The ordinary one maps a file, and on a
    /// full btrfs the mapping kills the process; here there is no such file, and no second process
    /// gets in either.
    pub(super) fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
        Connection::open_with_flags_and_vfs(path, flags, c"unix-excl")
    }
}

#[cfg(not(unix))]
mod vfs {
    use std::path::Path;

    use rusqlite::{Connection, OpenFlags};

    /// The system's own way; the vault's lock file keeps other processes out.
    pub(super) fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
        Connection::open_with_flags(path, flags)
    }
}

#[cfg(unix)]
mod files {
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::os::unix::fs::OpenOptionsExt as _;
    use std::path::Path;

    pub(super) fn private(options: &mut OpenOptions) {
        options.mode(0o600);
    }

    /// Makes the name of a new file durable.
    pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

#[cfg(not(unix))]
mod files {
    use std::fs::OpenOptions;
    use std::io;
    use std::path::Path;

    /// The user's data folder is private by its access list, which files inherit.
    pub(super) fn private(_options: &mut OpenOptions) {}

    /// Windows has no such call: NTFS keeps names in its own log.
    pub(super) fn sync_folder(_path: &Path) -> io::Result<()> {
        Ok(())
    }
}
