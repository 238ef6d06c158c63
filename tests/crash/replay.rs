//! A disk in memory that forgets what was never synced: plays the log of the program's operations up to a power cut.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// One operation of the program, as the library logged it. Paths are relative to the folder that was watched.
#[derive(Debug, Clone)]
enum Operation {
    Write {
        path: String,
        offset: usize,
        data: Vec<u8>,
    },
    Truncate {
        path: String,
        length: usize,
    },
    Sync {
        path: String,
    },
    Create {
        path: String,
    },
    Mkdir {
        path: String,
    },
    Rename {
        from: String,
        to: String,
    },
    Unlink {
        path: String,
    },
}

/// The log: operations, each with the length of the log once it was written.
pub struct Log {
    operations: Vec<(u64, Operation)>,
}

/// What a power cut does with what was not synced.
#[derive(Debug, Clone, Copy)]
pub enum Cut {
    /// Nothing is gone: not the power went, but the process was killed.
    Nothing,
    /// Everything that was not synced is gone.
    Forgetful,
    /// Each piece that was not synced is kept or lost by chance, and the last write of a file may be torn.
    Random(u64),
}

impl Log {
    /// Reads the log.
    pub fn read(path: &Path) -> Self {
        let bytes = fs::read(path).expect("the log");
        let mut operations = Vec::new();
        let mut at = 0;
        while let Some((operation, next)) = parse(&bytes, at) {
            operations.push((next as u64, operation));
            at = next;
        }
        Self { operations }
    }

    /// Returns the moments at which the power may be cut: after each operation, as lengths of the log.
    pub fn moments(&self) -> Vec<u64> {
        self.operations.iter().map(|(at, _)| *at).collect()
    }

    /// Returns the moments after operations on `path`.
    pub fn moments_of(&self, path: &str) -> Vec<u64> {
        let there = self
            .operations
            .iter()
            .filter(|(_, done)| done.path() == path);
        there.map(|(at, _)| *at).collect()
    }

    /// Begins to play the log over what `base` holds.
    pub fn play(&self, base: &Path) -> Player<'_> {
        Player {
            disk: Disk::load(base),
            coming: &self.operations,
        }
    }
}

/// A disk at a moment of the log.
pub struct Player<'a> {
    disk: Disk,
    coming: &'a [(u64, Operation)],
}

impl Player<'_> {
    /// Goes on to a moment that is not before the present one.
    pub fn until(&mut self, moment: u64) {
        while let [(at, operation), rest @ ..] = self.coming
            && *at <= moment
        {
            self.disk.apply(operation);
            self.coming = rest;
        }
    }

    /// Writes to `target` what a power cut leaves.
    pub fn cut(&self, how: Cut, target: &Path) {
        self.disk.write(how, target);
    }
}

impl Operation {
    fn path(&self) -> &str {
        match self {
            Self::Write { path, .. }
            | Self::Truncate { path, .. }
            | Self::Sync { path }
            | Self::Create { path }
            | Self::Mkdir { path }
            | Self::Unlink { path }
            | Self::Rename { from: path, .. } => path,
        }
    }
}

fn parse(bytes: &[u8], at: usize) -> Option<(Operation, usize)> {
    let number = |from: usize| {
        Some(u64::from_ne_bytes(
            bytes.get(from..from + 8)?.try_into().ok()?,
        ))
    };
    let kind = *bytes.get(at)?;
    let path_length = u32::from_ne_bytes(bytes.get(at + 1..at + 5)?.try_into().ok()?) as usize;
    let path = String::from_utf8_lossy(bytes.get(at + 5..at + 5 + path_length)?).into_owned();
    let after = at + 5 + path_length;
    let offset = usize::try_from(number(after)?).ok()?;
    let length = usize::try_from(number(after + 8)?).ok()?;
    let data = bytes
        .get(after + 16..after + 16 + if matches!(kind, 1 | 4) { length } else { 0 })?
        .to_vec();
    let next = after + 16 + data.len();
    let operation = match kind {
        1 => Operation::Write { path, offset, data },
        2 => Operation::Sync { path },
        3 => Operation::Create { path },
        4 => Operation::Rename {
            from: path,
            to: String::from_utf8_lossy(&data).into_owned(),
        },
        5 => Operation::Unlink { path },
        6 => Operation::Mkdir { path },
        7 => Operation::Truncate {
            path,
            length: offset,
        },
        other => panic!("the log has an operation {other} at {at}"),
    };
    Some((operation, next))
}

/// A change of a file's bytes that is not synced yet.
#[derive(Debug, Clone)]
enum Pending {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

#[derive(Debug, Clone, Default)]
struct Inode {
    durable: Vec<u8>,
    pending: Vec<Pending>,
    folder: bool,
}

/// Files and folders; each name stands for an inode, and names are durable apart from bytes.
#[derive(Default)]
struct Disk {
    inodes: Vec<Inode>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    /// Changes of names that are not synced yet, oldest first: the folder, the name, and the inode or `None`.
    pending_names: Vec<(String, String, Option<usize>)>,
}

impl Disk {
    fn load(base: &Path) -> Self {
        let mut disk = Self::default();
        let mut waiting = vec![(base.to_path_buf(), String::new())];
        while let Some((folder, name)) = waiting.pop() {
            disk.add(
                &name,
                Inode {
                    folder: true,
                    ..Inode::default()
                },
            );
            for entry in fs::read_dir(&folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let child = format!(
                    "{name}/{}",
                    path.file_name().expect("a name").to_string_lossy()
                );
                if path.is_dir() {
                    waiting.push((path, child));
                } else {
                    let durable = fs::read(&path).expect("a file");
                    disk.add(
                        &child,
                        Inode {
                            durable,
                            ..Inode::default()
                        },
                    );
                }
            }
        }
        disk.durable_names = disk.names.clone();
        disk
    }

    fn add(&mut self, name: &str, inode: Inode) -> usize {
        self.inodes.push(inode);
        let at = self.inodes.len() - 1;
        self.names.insert(name.to_owned(), at);
        at
    }

    fn rename_in(&mut self, name: &str, inode: Option<usize>) {
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.pending_names
            .push((folder.to_owned(), name.to_owned(), inode));
    }

    fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::Create { path } => {
                let inode = self.add(path, Inode::default());
                self.rename_in(path, Some(inode));
            }
            Operation::Mkdir { path } => {
                let inode = self.add(
                    path,
                    Inode {
                        folder: true,
                        ..Inode::default()
                    },
                );
                self.rename_in(path, Some(inode));
            }
            Operation::Write { path, offset, data } => {
                self.change(path, Pending::Write(*offset, data.clone()));
            }
            Operation::Truncate { path, length } => self.change(path, Pending::Truncate(*length)),
            Operation::Rename { from, to } => {
                let inode = self.names.remove(from);
                if let Some(inode) = inode {
                    self.names.insert(to.clone(), inode);
                }
                self.rename_in(to, inode);
                self.rename_in(from, None);
            }
            Operation::Unlink { path } => {
                self.names.remove(path);
                self.rename_in(path, None);
            }
            Operation::Sync { path } => self.sync(path),
        }
    }

    fn change(&mut self, path: &str, change: Pending) {
        // A file that was unlinked while open has no name any more: what is written to it is lost anyway.
        if let Some(inode) = self.names.get(path) {
            self.inodes[*inode].pending.push(change);
        }
    }

    fn sync(&mut self, path: &str) {
        let Some(inode) = self.names.get(path).copied() else {
            return;
        };
        if self.inodes[inode].folder {
            let (mine, others) = self
                .pending_names
                .drain(..)
                .partition(|(folder, _, _)| folder == path);
            self.pending_names = others;
            let mine: Vec<(String, String, Option<usize>)> = mine;
            for (_, name, inode) in mine {
                settle_name(&mut self.durable_names, &name, inode);
            }
        } else {
            let Inode {
                durable, pending, ..
            } = &mut self.inodes[inode];
            for change in pending.drain(..) {
                settle(durable, &change);
            }
        }
    }

    fn write(&self, how: Cut, target: &Path) {
        let mut chance = match how {
            Cut::Nothing => Chance::Certain,
            Cut::Forgetful => Chance::None,
            Cut::Random(seed) => Chance::Tossed(seed | 1),
        };
        let mut names = self.durable_names.clone();
        for (_, name, inode) in &self.pending_names {
            if chance.keeps() {
                settle_name(&mut names, name, *inode);
            }
        }
        // Names are sorted, so a folder comes before what is in it; what lost its folder is lost too.
        // The room that is held back for deletes means nothing to a reader, and is large.
        for (name, inode) in names.iter().filter(|(name, _)| *name != "/room") {
            let path = target.join(name.trim_start_matches('/'));
            let inode = &self.inodes[*inode];
            let parent_is_there = path.parent().is_some_and(Path::is_dir);
            if inode.folder {
                if parent_is_there || name.is_empty() {
                    fs::create_dir_all(&path).expect("a folder is made");
                }
                continue;
            }
            let mut body = inode.durable.clone();
            for change in &inode.pending {
                if chance.keeps() {
                    settle(&mut body, &chance.torn(change));
                }
            }
            if parent_is_there {
                fs::write(&path, body).expect("a file is written");
            }
        }
    }
}

fn settle_name(names: &mut BTreeMap<String, usize>, name: &str, inode: Option<usize>) {
    match inode {
        Some(inode) => names.insert(name.to_owned(), inode),
        None => names.remove(name),
    };
}

fn settle(body: &mut Vec<u8>, change: &Pending) {
    match change {
        Pending::Truncate(length) => body.resize(*length, 0),
        Pending::Write(offset, data) => {
            let end = offset + data.len();
            if body.len() < end {
                body.resize(end, 0);
            }
            body[*offset..end].copy_from_slice(data);
        }
    }
}

/// Whether a piece that was not synced is kept.
enum Chance {
    /// Each is, and whole.
    Certain,
    /// None is.
    None,
    /// By tosses of a coin that a seed makes repeatable.
    Tossed(u64),
}

impl Chance {
    fn next(state: &mut u64) -> u64 {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state
    }

    fn keeps(&mut self) -> bool {
        match self {
            Self::Certain => true,
            Self::None => false,
            Self::Tossed(state) => !Self::next(state).is_multiple_of(3),
        }
    }

    /// Cuts every fourth write short at a sector.
    fn torn(&mut self, change: &Pending) -> Pending {
        let (Self::Tossed(state), Pending::Write(offset, data)) = (self, change) else {
            return change.clone();
        };
        if data.len() <= 512 || !Self::next(state).is_multiple_of(4) {
            return change.clone();
        }
        let sectors = (data.len() / 512) as u64;
        let kept = usize::try_from(Self::next(state) % sectors).unwrap_or(0) * 512;
        Pending::Write(*offset, data[..kept].to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn played(operations: &[Operation]) -> Disk {
        let mut disk = Disk::default();
        let root = disk.add(
            "",
            Inode {
                folder: true,
                ..Inode::default()
            },
        );
        disk.durable_names.insert(String::new(), root);
        for operation in operations {
            disk.apply(operation);
        }
        disk
    }

    fn left(disk: &Disk) -> Vec<(String, Vec<u8>)> {
        let target = tempfile::tempdir().expect("a folder");
        disk.write(Cut::Forgetful, target.path());
        stave_tests::files::read_tree(target.path())
    }

    #[test]
    fn bytes_and_names_are_durable_apart() {
        let create = Operation::Create { path: "/a".into() };
        let write = Operation::Write {
            path: "/a".into(),
            offset: 0,
            data: b"xy".to_vec(),
        };
        let sync_file = Operation::Sync { path: "/a".into() };
        let sync_folder = Operation::Sync {
            path: String::new(),
        };
        let all = [
            create.clone(),
            write.clone(),
            sync_file.clone(),
            sync_folder.clone(),
        ];
        assert_eq!(left(&played(&all)), [("a".to_owned(), b"xy".to_vec())]);
        assert_eq!(
            left(&played(&[create.clone(), write.clone(), sync_file])),
            []
        );
        assert_eq!(
            left(&played(&[create, write, sync_folder])),
            [("a".to_owned(), Vec::new())]
        );
    }
}
