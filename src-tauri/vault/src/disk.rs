//! The seam between the vault and the disk: every byte, name and sync goes through it, so that a
//! test can fail each of them in turn.
//!
//! Durability is std's `File::sync_all`, which is `fcntl(F_FULLFSYNC)` on macOS, `FlushFileBuffers`
//! on Windows and `fsync` elsewhere. Syncing a folder makes the names in it durable; Windows has no
//! such call, and there it does nothing.

use std::ffi::OsString;
use std::fmt::Debug;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

/// A disk. Paths are absolute or relative to the process, as for `std::fs`.
pub trait Disk: Send + Sync + Debug {
    /// Creates a file that must not exist, for this user alone, and opens it for writing.
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskWriter>>;
    /// Opens an existing file for reading.
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskReader>>;
    /// Moves a file, over an existing one if there is one, in one step.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Creates one folder, for this user alone.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in a folder durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// Tells whether something of that name exists.
    fn exists(&self, path: &Path) -> io::Result<bool>;
    /// Returns when a file was last written.
    fn modified(&self, path: &Path) -> io::Result<SystemTime>;
    /// Returns the names in a folder, in no order.
    fn list(&self, path: &Path) -> io::Result<Vec<OsString>>;
    /// Returns how many bytes may still be written in a folder, where the system tells.
    fn free_bytes(&self, _path: &Path) -> io::Result<Option<u64>> {
        Ok(None)
    }
    /// Tries to lock a file, creating it if need be, and writes `owner` into it. Never waits.
    fn lock(&self, path: &Path, owner: &str) -> io::Result<Locking>;
}

/// A file being written, from its begin to its end.
pub trait DiskWriter: Send + Debug {
    /// Appends bytes.
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Makes all that was written durable. After an error it is not called again on the same file:
    /// the system may have dropped the bytes, and would report success.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file being read, at any position, by several threads.
pub trait DiskReader: Send + Sync + Debug {
    /// Returns the length of the file. Not a `len` of elements: there is no `is_empty` to it.
    fn size_bytes(&self) -> io::Result<u64>;
    /// Fills the buffer from a position.
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()>;
}

/// The answer to [`Disk::lock`].
#[derive(Debug)]
pub enum Locking {
    /// The lock is held until the file is dropped.
    Held(File),
    /// Another process holds it; what that one wrote into the file, where the system lets us read
    /// it.
    Taken {
        /// The content of the lock file.
        owner: Option<String>,
    },
}

/// The disk of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskWriter>> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        platform::private_file(&mut options);
        Ok(Box::new(options.open(path)?))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskReader>> {
        Ok(Box::new(File::open(path)?))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        platform::private_dir(&mut builder);
        builder.create(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        platform::sync_dir(path)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        fs::exists(path)
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        fs::metadata(path)?.modified()
    }

    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        fs::read_dir(path)?
            .map(|entry| entry.map(|e| e.file_name()))
            .collect()
    }

    fn free_bytes(&self, path: &Path) -> io::Result<Option<u64>> {
        platform::free_bytes(path)
    }

    fn lock(&self, path: &Path, owner: &str) -> io::Result<Locking> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        platform::private_file(&mut options);
        let mut file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0)?;
                DiskWriter::write_all(&mut file, owner.as_bytes())?;
                Ok(Locking::Held(file))
            }
            Err(TryLockError::WouldBlock) => Ok(Locking::Taken {
                owner: fs::read_to_string(path).ok(),
            }),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl DiskWriter for File {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        Write::write_all(self, bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

impl DiskReader for File {
    fn size_bytes(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        platform::read_exact_at(self, buffer, offset)
    }
}

#[cfg(unix)]
mod platform {
    use std::fs::{DirBuilder, File, OpenOptions};
    use std::io;
    use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
    use std::path::Path;

    pub fn private_file(options: &mut OpenOptions) {
        options.mode(0o600);
    }

    pub fn private_dir(builder: &mut DirBuilder) {
        builder.mode(0o700);
    }

    pub fn sync_dir(path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    pub fn free_bytes(path: &Path) -> io::Result<Option<u64>> {
        let told = rustix::fs::statvfs(path)?;
        Ok(Some(told.f_bavail.saturating_mul(told.f_frsize)))
    }

    pub fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        file.read_exact_at(buffer, offset)
    }
}

#[cfg(windows)]
mod platform {
    use std::fs::{DirBuilder, File, OpenOptions};
    use std::io;
    use std::os::windows::fs::FileExt;
    use std::path::Path;

    /// A new file inherits the access list of its folder; the user's data folder is the user's
    /// alone.
    pub fn private_file(_: &mut OpenOptions) {}

    /// As for files.
    pub fn private_dir(_: &mut DirBuilder) {}

    /// NTFS journals its names and offers no call to flush one folder.
    pub fn sync_dir(_: &Path) -> io::Result<()> {
        Ok(())
    }

    /// Told by no safe call; a write tells soon enough.
    pub fn free_bytes(_: &Path) -> io::Result<Option<u64>> {
        Ok(None)
    }

    pub fn read_exact_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !buffer.is_empty() {
            match file.seek_read(buffer, offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    buffer = &mut buffer[read..];
                    offset += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
