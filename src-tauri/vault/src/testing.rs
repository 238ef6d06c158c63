//! A disk that fails on purpose, counts what is asked of it, and knows what would survive a power
//! cut. It stands on a real disk; only tests use it.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::{Disk, DiskReader, DiskWriter, Locking};

/// What was asked of the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Creating a file.
    CreateNew,
    /// Writing bytes to a file.
    Write,
    /// Syncing a file.
    Sync,
    /// Moving a file.
    Rename,
    /// Removing a file.
    Remove,
    /// Creating a folder.
    CreateDir,
    /// Syncing a folder.
    SyncDir,
    /// Opening a file for reading.
    Open,
    /// Reading bytes or the length of a file.
    Read,
    /// Looking whether a name exists, or when it was written.
    Look,
    /// Listing a folder.
    List,
    /// Locking the vault.
    Lock,
}

impl Operation {
    /// Tells whether the operation needs room, so that a full disk refuses it.
    fn needs_room(self) -> bool {
        match self {
            Self::CreateNew
            | Self::Write
            | Self::Sync
            | Self::Rename
            | Self::CreateDir
            | Self::SyncDir
            | Self::Lock => true,
            Self::Remove | Self::Open | Self::Read | Self::Look | Self::List => false,
        }
    }
}

/// How an operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// An I/O error (EIO); whatever is asked fails.
    Broken,
    /// No space (ENOSPC); only what needs room fails.
    Full,
    /// As `Full`, and a write leaves half of its bytes in the file.
    ShortWrite,
}

impl Fault {
    /// Tells whether this fault can fail that operation.
    pub fn strikes(self, operation: Operation) -> bool {
        match self {
            Self::Broken => true,
            Self::Full | Self::ShortWrite => operation.needs_room(),
        }
    }

    fn error(self) -> io::Error {
        match self {
            Self::Broken => io::Error::other("broken on purpose"),
            Self::Full | Self::ShortWrite => io::ErrorKind::StorageFull.into(),
        }
    }
}

/// For how long it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// Once.
    Once,
    /// From then on, until [`FaultyDisk::heal`].
    Forever,
}

/// A fault to come: of the operations that it can strike, the one of this number fails, counted
/// from 0 since it was planned. So a sweep over the numbers ends with the first run without a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Which operation.
    pub at: usize,
    /// How it fails.
    pub fault: Fault,
    /// For how long.
    pub lasting: Lasting,
}

/// A disk that fails on purpose. Clones are the same disk.
#[derive(Debug, Clone)]
pub struct FaultyDisk {
    disk: Arc<dyn Disk>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    plan: Option<Plan>,
    operations: Vec<(Operation, PathBuf)>,
    /// How many operations came that the planned fault can strike.
    struck: usize,
    hits: usize,
    files: HashMap<PathBuf, Syncing>,
    /// Names made since their folder was last synced.
    volatile_names: HashSet<PathBuf>,
}

/// Whether the bytes of a file are durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Syncing {
    /// Written since the last sync.
    Dirty,
    /// Synced since the last write.
    Clean,
    /// A sync failed. The system may have dropped the bytes, and later syncs say nothing of them.
    Lost,
}

impl FaultyDisk {
    /// Makes a disk that works, on top of another.
    pub fn new(disk: Arc<dyn Disk>) -> Self {
        let state = Arc::default();
        Self { disk, state }
    }

    /// Forgets what was asked and counted so far, and fails as planned from now on.
    pub fn plan(&self, plan: Plan) {
        self.restart(Some(plan));
    }

    /// Works again, and forgets what was asked and counted so far.
    pub fn heal(&self) {
        self.restart(None);
    }

    fn restart(&self, plan: Option<Plan>) {
        let mut state = self.state();
        state.plan = plan;
        state.operations.clear();
        state.struck = 0;
        state.hits = 0;
    }

    /// Returns how many operations failed on purpose since the plan.
    pub fn hits(&self) -> usize {
        self.state().hits
    }

    /// Returns what was asked since the plan, failed or not.
    pub fn operations(&self) -> Vec<(Operation, PathBuf)> {
        self.state().operations.clone()
    }

    /// Tells whether a file that was written through this disk would survive a power cut: its bytes
    /// synced, and its name and those of the folders above it that were made through this disk.
    pub fn is_durable(&self, path: &Path) -> bool {
        let state = self.state();
        state.files.get(path) == Some(&Syncing::Clean)
            && !path
                .ancestors()
                .any(|name| state.volatile_names.contains(name))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an operation, and fails it if its time has come.
    fn pass(&self, operation: Operation, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.operations.push((operation, path.to_owned()));
        let Some(plan) = state.plan.filter(|plan| plan.fault.strikes(operation)) else {
            return Ok(());
        };
        let number = state.struck;
        state.struck += 1;
        let due = match plan.lasting {
            Lasting::Once => number == plan.at,
            Lasting::Forever => number >= plan.at,
        };
        if !due {
            return Ok(());
        }
        state.hits += 1;
        Err(plan.fault.error())
    }

    fn writes_half(&self) -> bool {
        matches!(
            self.state().plan,
            Some(Plan {
                fault: Fault::ShortWrite,
                ..
            })
        )
    }

    fn mark(&self, path: &Path, syncing: Syncing) {
        let mut state = self.state();
        let file = state.files.entry(path.to_owned()).or_insert(syncing);
        if *file != Syncing::Lost {
            *file = syncing;
        }
    }
}

impl Disk for FaultyDisk {
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskWriter>> {
        self.pass(Operation::CreateNew, path)?;
        let file = self.disk.create_new(path)?;
        let mut state = self.state();
        state.files.insert(path.to_owned(), Syncing::Dirty);
        state.volatile_names.insert(path.to_owned());
        Ok(Box::new(FaultyWriter {
            file,
            path: path.to_owned(),
            disk: self.clone(),
        }))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskReader>> {
        self.pass(Operation::Open, path)?;
        Ok(Box::new(FaultyReader {
            file: self.disk.open(path)?,
            path: path.to_owned(),
            disk: self.clone(),
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.pass(Operation::Rename, from)?;
        self.disk.rename(from, to)?;
        let mut state = self.state();
        if let Some(syncing) = state.files.remove(from) {
            state.files.insert(to.to_owned(), syncing);
        }
        state.volatile_names.remove(from);
        state.volatile_names.insert(to.to_owned());
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.pass(Operation::Remove, path)?;
        self.disk.remove(path)?;
        let mut state = self.state();
        state.files.remove(path);
        state.volatile_names.remove(path);
        Ok(())
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.pass(Operation::CreateDir, path)?;
        self.disk.create_dir(path)?;
        self.state().volatile_names.insert(path.to_owned());
        Ok(())
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.pass(Operation::SyncDir, path)?;
        self.disk.sync_dir(path)?;
        let mut state = self.state();
        state
            .volatile_names
            .retain(|name| name.parent() != Some(path));
        Ok(())
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.pass(Operation::Look, path)?;
        self.disk.exists(path)
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        self.pass(Operation::Look, path)?;
        self.disk.modified(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        self.pass(Operation::List, path)?;
        self.disk.list(path)
    }

    fn free_bytes(&self, path: &Path) -> io::Result<Option<u64>> {
        self.pass(Operation::Look, path)?;
        self.disk.free_bytes(path)
    }

    fn lock(&self, path: &Path, owner: &str) -> io::Result<Locking> {
        self.pass(Operation::Lock, path)?;
        self.disk.lock(path, owner)
    }
}

#[derive(Debug)]
struct FaultyWriter {
    file: Box<dyn DiskWriter>,
    path: PathBuf,
    disk: FaultyDisk,
}

impl DiskWriter for FaultyWriter {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.disk.mark(&self.path, Syncing::Dirty);
        if let Err(error) = self.disk.pass(Operation::Write, &self.path) {
            if self.disk.writes_half() {
                self.file.write_all(&bytes[..bytes.len() / 2])?;
            }
            return Err(error);
        }
        self.file.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        if let Err(error) = self.disk.pass(Operation::Sync, &self.path) {
            self.disk.mark(&self.path, Syncing::Lost);
            return Err(error);
        }
        self.file.sync()?;
        self.disk.mark(&self.path, Syncing::Clean);
        Ok(())
    }
}

#[derive(Debug)]
struct FaultyReader {
    file: Box<dyn DiskReader>,
    path: PathBuf,
    disk: FaultyDisk,
}

impl DiskReader for FaultyReader {
    fn size_bytes(&self) -> io::Result<u64> {
        self.disk.pass(Operation::Read, &self.path)?;
        self.file.size_bytes()
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.disk.pass(Operation::Read, &self.path)?;
        self.file.read_exact_at(buffer, offset)
    }
}
