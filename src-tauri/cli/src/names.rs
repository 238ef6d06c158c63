//! Keys become file names only through here: nothing leaves the folder that was asked for, no link
//! is followed, and a name that this system cannot hold, or would take for another one, is changed
//! and told.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use thiserror::Error;

/// Why a key cannot become a file.
#[derive(Debug, Error)]
pub enum NameError {
    /// A part between two slashes is empty, `.` or `..`.
    #[error("the key has a part {0:?}, which is no name of a file")]
    Part(String),
    /// A part holds a character that no file name can.
    #[error("the key holds a zero character")]
    Zero,
    /// On the way lies a symbolic link, which is not followed.
    #[error("{} is a symbolic link, which is not followed", .0.display())]
    Link(PathBuf),
    /// Another key is a file where this one needs a folder.
    #[error("{} is a file where a folder is needed", .0.display())]
    NotAFolder(PathBuf),
    /// The system refused.
    #[error("{} cannot be made", path.display())]
    Io {
        /// What.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// What file names may look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rules {
    /// Anything but a slash and a zero.
    Unix,
    /// Without reserved names and characters, and without a dot or space at the end.
    Windows,
}

const HERE: Rules = if cfg!(windows) {
    Rules::Windows
} else {
    Rules::Unix
};

/// A folder that keys are written into.
pub struct GuardedFolder {
    root: PathBuf,
    hasher: RandomState,
    /// The hash of each written path in lower case, and of the path itself: what it takes to see
    /// that two keys differ by case alone, in 16 bytes each.
    written: Mutex<HashMap<u64, u64>>,
}

/// Where a key goes.
#[derive(Debug, PartialEq, Eq)]
pub struct Placed {
    /// The path.
    pub path: PathBuf,
    /// Whether the name was changed, so that this system can hold it beside the others.
    pub renamed: bool,
}

impl GuardedFolder {
    /// Guards a folder; it is made once something is written into it.
    pub fn new(root: PathBuf) -> Self {
        Self {
            root,
            hasher: RandomState::new(),
            written: Mutex::new(HashMap::new()),
        }
    }

    /// Returns the folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns where the file of a key goes, and makes the folders on the way. `name` is the key
    /// without the prefix that was asked for.
    pub fn place(&self, name: &str) -> Result<Placed, NameError> {
        let (mut parts, mut renamed) = file_names(name, HERE)?;
        let file = parts.pop().unwrap_or_default();
        let folder = self.folder(&parts)?;
        let mut path = folder.join(&file);
        if self.collides(&path)? {
            renamed = true;
            path = free_name(&folder, &file)?;
            self.note(&path);
        }
        Ok(Placed { path, renamed })
    }

    /// Makes the folder of a key that ends with a slash.
    pub fn place_folder(&self, name: &str) -> Result<PathBuf, NameError> {
        let (parts, _) = file_names(name.trim_end_matches('/'), HERE)?;
        self.folder(&parts)
    }

    /// Makes the folders below the root one by one, so that none of them is a link to elsewhere.
    /// Who can change the folder while it is written into could write there anyway.
    fn folder(&self, parts: &[String]) -> Result<PathBuf, NameError> {
        let mut path = self.root.clone();
        std::fs::create_dir_all(&path).map_err(|e| unmade(&path, e))?;
        for part in parts {
            path.push(part);
            match std::fs::symlink_metadata(&path) {
                Ok(found) if found.is_symlink() => return Err(NameError::Link(path)),
                Ok(found) if !found.is_dir() => return Err(NameError::NotAFolder(path)),
                Ok(_) => {}
                Err(_) => match std::fs::create_dir(&path) {
                    // A neighbour of the same copy may have made it just now.
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                        return Err(unmade(&path, error));
                    }
                    _ => {}
                },
            }
        }
        Ok(path)
    }

    /// Returns whether this system takes the path for that of another key, written before, which
    /// differs by case alone.
    fn collides(&self, path: &Path) -> Result<bool, NameError> {
        if !self.note(path) || std::fs::symlink_metadata(path).is_err() {
            return Ok(false);
        }
        let (folder, name) = (path.parent().unwrap_or(path), path.file_name());
        let entries = std::fs::read_dir(folder).map_err(|e| unmade(folder, e))?;
        let names = entries
            .filter_map(Result::ok)
            .map(|entry| entry.file_name());
        // Where the very name stands in the folder, upper and lower case are two names here.
        Ok(!names
            .into_iter()
            .any(|found| Some(found.as_os_str()) == name))
    }

    /// Remembers a path; returns whether another one that differs by case alone was written before.
    fn note(&self, path: &Path) -> bool {
        let exact = self.hasher.hash_one(path);
        let lower = self.hasher.hash_one(path.to_string_lossy().to_lowercase());
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        *written.entry(lower).or_insert(exact) != exact
    }
}

/// Splits a name into the file names of this system; tells whether one of them had to be changed.
fn file_names(name: &str, rules: Rules) -> Result<(Vec<String>, bool), NameError> {
    if name.contains('\0') {
        return Err(NameError::Zero);
    }
    let mut renamed = false;
    let mut names = Vec::new();
    for part in name.split('/') {
        if matches!(part, "" | "." | "..") {
            return Err(NameError::Part(part.to_owned()));
        }
        let fitting = match rules {
            Rules::Unix => part.to_owned(),
            Rules::Windows => fit_for_windows(part),
        };
        renamed |= fitting != part;
        names.push(fitting);
    }
    Ok((names, renamed))
}

/// Changes a name that Windows gives a meaning of its own
/// (<https://learn.microsoft.com/windows/win32/fileio/naming-a-file>).
fn fit_for_windows(part: &str) -> String {
    let forbidden = |c: char| c.is_control() || "<>:\"\\|?*".contains(c);
    let mut name: String = part
        .chars()
        .map(|c| if forbidden(c) { '_' } else { c })
        .collect();
    if name.ends_with(['.', ' ']) {
        name.push('_');
    }
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    if is_device(stem) {
        name.insert(stem.len(), '_');
    }
    name
}

fn is_device(stem: &str) -> bool {
    let stem = stem.to_ascii_uppercase();
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") {
        return true;
    }
    let number = stem.strip_prefix("COM").or(stem.strip_prefix("LPT"));
    number.is_some_and(|n| matches!(n, "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9"))
}

/// How many names are tried beside one that is taken.
const NAMES_MAX: u32 = 1_000;

/// Finds a name beside one that is taken: `a (2).txt`.
fn free_name(folder: &Path, file: &str) -> Result<PathBuf, NameError> {
    let as_path = Path::new(file);
    let stem = as_path
        .file_stem()
        .unwrap_or(OsStr::new(file))
        .to_string_lossy();
    let extension = as_path
        .extension()
        .map(|extension| format!(".{}", extension.to_string_lossy()))
        .unwrap_or_default();
    (2..NAMES_MAX)
        .map(|n| folder.join(format!("{stem} ({n}){extension}")))
        .find(|path| std::fs::symlink_metadata(path).is_err())
        .ok_or_else(|| unmade(&folder.join(file), io::ErrorKind::AlreadyExists.into()))
}

fn unmade(path: &Path, source: io::Error) -> NameError {
    NameError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the names that a key becomes, joined, or the kind of its refusal.
    fn named(name: &str, rules: Rules) -> String {
        match file_names(name, rules) {
            Ok((names, _)) => names.join("/"),
            Err(NameError::Part(part)) => format!("refused {part:?}"),
            Err(other) => format!("refused: {other}"),
        }
    }

    #[test]
    fn no_key_leaves_the_folder() {
        for (key, expected) in [
            ("a/b.txt", "a/b.txt"),
            ("../a", "refused \"..\""),
            ("a/../../b", "refused \"..\""),
            ("/etc/passwd", "refused \"\""),
            ("a//b", "refused \"\""),
            ("./a", "refused \".\""),
            ("a/", "refused \"\""),
            ("", "refused \"\""),
            ("a\0b", "refused: the key holds a zero character"),
            ("...", "..."),
            ("a\\..\\b", "a\\..\\b"),
        ] {
            assert_eq!(named(key, Rules::Unix), expected, "{key:?}");
        }
    }

    #[test]
    fn names_that_windows_keeps_for_itself_are_changed_there() {
        for (key, expected) in [
            ("con", "con_"),
            ("aux.h", "aux_.h"),
            ("dir/NUL.tar.gz", "dir/NUL_.tar.gz"),
            ("lpt1", "lpt1_"),
            ("com10", "com10"),
            ("console", "console"),
            ("a:b?.txt", "a_b_.txt"),
            ("a\\..\\b", "a_.._b"),
            ("C:\\x", "C__x"),
            ("end.", "end._"),
            ("end ", "end _"),
            ("con .txt", "con_ .txt"),
        ] {
            assert_eq!(named(key, Rules::Windows), expected, "{key:?}");
        }
        assert_eq!(named("aux.h", Rules::Unix), "aux.h");
    }

    #[test]
    fn a_link_on_the_way_is_not_followed() {
        let outside = tempfile::tempdir().unwrap();
        let inside = tempfile::tempdir().unwrap();
        let folder = GuardedFolder::new(inside.path().join("new"));
        let placed = folder.place("a/b").unwrap();
        assert_eq!(placed.path, inside.path().join("new/a/b"));
        assert!(inside.path().join("new/a").is_dir());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(outside.path(), inside.path().join("new/link")).unwrap();
            assert!(matches!(folder.place("link/x"), Err(NameError::Link(_))));
        }
        std::fs::write(inside.path().join("new/file"), "x").unwrap();
        assert!(matches!(
            folder.place("file/x"),
            Err(NameError::NotAFolder(_))
        ));
        assert!(std::fs::read_dir(outside.path()).unwrap().next().is_none());
    }

    #[test]
    fn keys_that_differ_by_case_stay_two_files() {
        let here = tempfile::tempdir().unwrap();
        let folder = GuardedFolder::new(here.path().to_owned());
        for (key, content) in [("Read.me", "upper"), ("read.me", "lower")] {
            let placed = folder.place(key).unwrap();
            std::fs::write(placed.path, content).unwrap();
        }
        let mut contents: Vec<String> = std::fs::read_dir(here.path())
            .unwrap()
            .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
            .collect();
        contents.sort();
        assert_eq!(contents, ["lower", "upper"]);
    }

    #[test]
    fn a_taken_name_gives_way_to_a_numbered_one() {
        let here = tempfile::tempdir().unwrap();
        std::fs::write(here.path().join("a (2).txt"), "x").unwrap();
        assert_eq!(
            free_name(here.path(), "a.txt").unwrap(),
            here.path().join("a (3).txt")
        );
    }
}
