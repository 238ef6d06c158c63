//! Keys are not paths. Here they become names that every file system takes and that cannot lead
//! anywhere.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// File systems take 255 bytes, or 255 UTF-16 units; some are left for ` (2)` and `.part`.
const NAME_BYTES: usize = 220;

/// Windows' device names, with any extension.
const RESERVED: [&str; 22] = [
    "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8",
    "COM9", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
];

/// Gives each key a path of its own beneath one folder, and counts the names that had to change.
pub struct Namer {
    /// By folder: the names in it, in lower case, since not every file system tells cases apart.
    taken: HashMap<PathBuf, HashSet<String>>,
    folders: HashMap<(PathBuf, String), PathBuf>,
    changed: u64,
}

impl Namer {
    /// Begins with an empty folder.
    pub fn new() -> Self {
        Self {
            taken: HashMap::new(),
            folders: HashMap::new(),
            changed: 0,
        }
    }

    /// Returns how many names are not those of their keys.
    pub fn changed(&self) -> u64 {
        self.changed
    }

    /// Returns the path of the folder `relative` beneath `root`; the same each time.
    pub fn folder(&mut self, root: &Path, relative: &str) -> PathBuf {
        let mut at = root.to_owned();
        for segment in relative.split('/') {
            let known = (at, segment.to_owned());
            at = if let Some(path) = self.folders.get(&known) {
                path.clone()
            } else {
                let path = self.take(&known.0, segment);
                self.folders.insert(known, path.clone());
                path
            };
        }
        at
    }

    /// Returns a new path for the file `relative` beneath `root`.
    pub fn file(&mut self, root: &Path, relative: &str) -> PathBuf {
        match relative.rsplit_once('/') {
            Some((folder, name)) => {
                let folder = self.folder(root, folder);
                self.take(&folder, name)
            }
            None => self.take(root, relative),
        }
    }

    fn take(&mut self, folder: &Path, name: &str) -> PathBuf {
        let safe = safe(name);
        let taken = self.taken.entry(folder.to_owned()).or_default();
        let mut path = folder.join(&safe);
        let mut copy = 1;
        while !taken.insert(folded(&path)) {
            copy += 1;
            path = numbered(&folder.join(&safe), copy);
        }
        if copy > 1 || safe != name {
            self.changed += 1;
        }
        path
    }
}

/// Returns the name of the `copy`-th file of a name: the name itself, `name (2)`, `name (3)`.
pub fn numbered(path: &Path, copy: u32) -> PathBuf {
    if copy <= 1 {
        return path.to_owned();
    }
    let name = file_name(path);
    let (stem, extension) = split(&name);
    path.with_file_name(format!("{stem} ({copy}){extension}"))
}

/// Returns the name of a file while it is not whole.
pub fn part_of(path: &Path) -> PathBuf {
    path.with_file_name(format!("{}.part", file_name(path)))
}

/// Returns a name that every file system takes, the same where it can.
fn safe(name: &str) -> String {
    let mut safe: String = name
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect();
    // Windows drops dots and spaces at the end, which would join names; it takes care of `.` and
    // `..` too.
    while safe.ends_with(['.', ' ']) {
        safe.pop();
        safe.push('_');
    }
    if safe.is_empty() {
        safe.push('_');
    }
    let (stem, _) = safe.split_once('.').unwrap_or((&safe, ""));
    if RESERVED.contains(&stem.to_uppercase().as_str()) {
        safe.insert(stem.len(), '_');
    }
    shorten(safe)
}

fn is_plain(c: char) -> bool {
    let on_windows = cfg!(windows) && matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*');
    !(on_windows || c.is_control() || matches!(c, '/' | '\\'))
}

fn shorten(name: String) -> String {
    if name.len() <= NAME_BYTES {
        return name;
    }
    let (stem, extension) = split(&name);
    let extension = if extension.len() > 20 { "" } else { extension };
    let mut end = NAME_BYTES - extension.len();
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{extension}", &stem[..end])
}

/// Splits before the last dot, unless that begins the name.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        None | Some(0) => (name, ""),
        Some(at) => name.split_at(at),
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn folded(path: &Path) -> String {
    file_name(path).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &str, expected: &str) {
        let path = Namer::new().file(Path::new("/to"), key);
        assert_eq!(path, Path::new("/to").join(expected), "{key:?}");
    }

    #[test]
    fn plain_names_stay() {
        check("a.txt", "a.txt");
        check(
            "2026/june/Überraschung 1.jpg",
            "2026/june/Überraschung 1.jpg",
        );
        check(".profile", ".profile");
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        check("..", "._");
        check("../../etc/passwd", "._/._/etc/passwd");
        check(".", "_");
        check("/etc/passwd", "_/etc/passwd");
        check("a//b", "a/_/b");
        check("a\\..\\b", "a_.._b");
        check("a\0b\n", "a_b_");
    }

    #[test]
    fn names_that_windows_keeps_for_devices_change_everywhere() {
        check("con", "con_");
        check("NUL.txt", "NUL_.txt");
        check("aux.tar.gz", "aux_.tar.gz");
        check("console", "console");
        check("name. .", "name. _");
    }

    #[test]
    fn long_names_keep_their_extension() {
        let key = format!("{}.jpeg", "ä".repeat(300));
        let path = Namer::new().file(Path::new("/to"), &key);
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(name.len() <= 220 && name.ends_with("ä.jpeg"), "{name}");
    }

    #[test]
    fn names_that_differ_in_case_alone_get_a_number() {
        let (mut namer, root) = (Namer::new(), Path::new("/to"));
        let paths =
            ["d/Read.me", "d/READ.me", "D/x", "d", "d/read.me"].map(|k| namer.file(root, k));
        let shown = paths.map(|p| p.to_str().unwrap().to_owned());
        let expected = [
            "/to/d/Read.me",
            "/to/d/READ (2).me",
            "/to/D (2)/x",
            "/to/d (3)",
            "/to/d/read (3).me",
        ];
        assert_eq!(shown, expected);
        assert_eq!(namer.changed(), 4);
    }
}
