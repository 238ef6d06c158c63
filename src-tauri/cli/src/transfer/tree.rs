//! Trees: the files below a folder, the objects below a prefix; found while the first are on their
//! way.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use futures::stream::{self, Stream, TryStreamExt as _};
use stave_model::{BucketName, Version};
use stave_store::{ListObjects, Store};
use tokio::sync::mpsc;

use super::TransferError;

/// How many found files wait to be uploaded.
const FOUND_AHEAD: usize = 256;
/// How deep folders may lie in each other.
const DEPTH_MAX: usize = 256;
/// The most that a listing tells at a time.
const PAGE_MAX: u16 = 1_000;

/// A file below a folder.
#[derive(Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its path below the folder, with slashes.
    pub name: String,
}

/// What a walk comes across.
#[derive(Debug)]
pub enum Found {
    /// A file.
    File(FoundFile),
    /// Something that is not uploaded, and why.
    LeftOut(PathBuf, &'static str),
    /// A folder or file that cannot be read.
    Failed(TransferError),
}

/// Walks the files below a folder in the order of their names, on a thread of its own. A symbolic
/// link is followed only where `follow` says so, and a folder never twice.
pub fn files_below(root: PathBuf, follow: bool) -> mpsc::Receiver<Found> {
    let (sender, receiver) = mpsc::channel(FOUND_AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut walk = Walk {
            follow,
            sender,
            entered: HashSet::new(),
        };
        // A receiver that went away wants no more.
        let _ = walk.folder(&root, "", 0);
    });
    receiver
}

/// Nobody wants to know of more files.
struct Unwanted;

struct Walk {
    follow: bool,
    sender: mpsc::Sender<Found>,
    /// The folders entered so far, where links may lead in a circle.
    entered: HashSet<PathBuf>,
}

impl Walk {
    fn folder(&mut self, path: &Path, name: &str, depth: usize) -> Result<(), Unwanted> {
        if depth > DEPTH_MAX {
            return self.left_out(path, "folders lie too deep in each other");
        }
        if self.follow && !self.enter(path) {
            return self.left_out(path, "a link leads to a folder that was seen already");
        }
        let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                return self.tell(Found::Failed(TransferError::file("reading", path)(error)));
            }
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let Ok(part) = entry.file_name().into_string() else {
                self.tell(Found::Failed(TransferError::NotUtf8(path)))?;
                continue;
            };
            let name = if name.is_empty() {
                part
            } else {
                format!("{name}/{part}")
            };
            self.entry(path, name, depth)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: PathBuf, name: String, depth: usize) -> Result<(), Unwanted> {
        let kind = if self.follow {
            fs::metadata(&path)
        } else {
            fs::symlink_metadata(&path)
        };
        match kind.map(|found| found.file_type()) {
            Ok(kind) if kind.is_dir() => self.folder(&path, &name, depth + 1),
            Ok(kind) if kind.is_file() => self.tell(Found::File(FoundFile { path, name })),
            Ok(kind) if kind.is_symlink() => {
                self.left_out(&path, "a symbolic link; --follow uploads what it leads to")
            }
            Ok(_) => self.left_out(&path, "neither a file nor a folder"),
            Err(error) => self.tell(Found::Failed(TransferError::file("reading", &path)(error))),
        }
    }

    /// Notes a folder by its real path; returns whether it is a new one.
    fn enter(&mut self, path: &Path) -> bool {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        self.entered.insert(real)
    }

    fn left_out(&self, path: &Path, why: &'static str) -> Result<(), Unwanted> {
        self.tell(Found::LeftOut(path.to_owned(), why))
    }

    fn tell(&self, found: Found) -> Result<(), Unwanted> {
        self.sender.blocking_send(found).map_err(|_| Unwanted)
    }
}

/// Lists the objects below a prefix, page by page.
pub fn objects_below<'a>(
    store: &'a dyn Store,
    bucket: &'a BucketName,
    prefix: String,
) -> impl Stream<Item = Result<Version, TransferError>> + 'a {
    // `None` where to go on means that the last page was told.
    let pages = stream::try_unfold(Some(None), move |after: Option<Option<String>>| {
        let prefix = prefix.clone();
        async move {
            let Some(after) = after else {
                return Ok(None);
            };
            let list = ListObjects {
                bucket: bucket.clone(),
                prefix,
                delimiter: String::new(),
                after,
                max_keys: PAGE_MAX,
            };
            let page = store.list_objects(list).await?;
            let objects = stream::iter(page.objects.into_iter().map(Ok));
            Ok::<_, TransferError>(Some((objects, page.next_after.map(Some))))
        }
    });
    pages.try_flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn walked(root: &Path, follow: bool) -> (Vec<String>, Vec<&'static str>) {
        let mut found = files_below(root.to_owned(), follow);
        let (mut names, mut left_out) = (Vec::new(), Vec::new());
        while let Some(found) = found.recv().await {
            match found {
                Found::File(file) => names.push(file.name),
                Found::LeftOut(_, why) => left_out.push(why),
                Found::Failed(error) => panic!("{error}"),
            }
        }
        (names, left_out)
    }

    #[tokio::test]
    async fn files_are_found_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("b/deep")).unwrap();
        for name in ["c", "a", "b/x", "b/deep/y"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let (names, left_out) = walked(folder.path(), false).await;
        assert_eq!(names, ["a", "b/deep/y", "b/x", "c"]);
        assert!(left_out.is_empty());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn links_are_followed_only_when_asked_and_never_in_a_circle() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "x").unwrap();
        fs::write(folder.path().join("a"), "x").unwrap();
        let link = |target: &Path, name: &str| {
            std::os::unix::fs::symlink(target, folder.path().join(name)).unwrap();
        };
        link(outside.path(), "out");
        link(folder.path(), "self");
        let (names, left_out) = walked(folder.path(), false).await;
        assert_eq!(names, ["a"]);
        assert_eq!(left_out.len(), 2);
        let (names, left_out) = walked(folder.path(), true).await;
        assert_eq!(names, ["a", "out/secret"]);
        assert_eq!(left_out, ["a link leads to a folder that was seen already"]);
    }
}
