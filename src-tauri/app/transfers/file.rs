//! Files of this computer: read as bodies, and written so that a name never shows half a file.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use futures::StreamExt as _;
use stave_store::{Body, BodyError, ByteStream};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _, SeekFrom};
use tokio::task::spawn_blocking;
use tokio_util::io::ReaderStream;

use super::job::{ItemError, Refusal};
use super::meter::Piece;
use super::names;

/// What is read of a file at once.
const CHUNK_BYTES: usize = 256 * 1024;

/// The most files of one name in a folder: `a (2).txt` and so on.
const COPIES_MAX: u32 = 10_000;

/// What a file was when it was opened; it is to be the same when all of it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    pub size_bytes: u64,
    modified: Option<SystemTime>,
}

/// Looks at a file, which must be a plain one.
pub async fn stamp(path: &Path) -> Result<Stamp, ItemError> {
    let metadata = fs::symlink_metadata(path).await;
    let metadata = metadata.map_err(|error| ItemError::Refused(Refusal::of(&error)))?;
    if metadata.is_symlink() {
        return Err(ItemError::Refused(Refusal::Link));
    }
    if !metadata.is_file() {
        return Err(ItemError::Refused(Refusal::Special));
    }
    Ok(Stamp {
        size_bytes: metadata.len(),
        modified: metadata.modified().ok(),
    })
}

/// Opens `length` bytes of a file from `offset` on as a body.
pub async fn body(
    path: &Path,
    offset: u64,
    length: u64,
    piece: Arc<Piece>,
) -> Result<Body, ItemError> {
    let opened = File::open(path).await;
    let mut file = opened.map_err(|error| ItemError::Refused(Refusal::of(&error)))?;
    if offset > 0 {
        file.seek(SeekFrom::Start(offset))
            .await
            .map_err(ItemError::file("reading the file"))?;
    }
    let chunks = ReaderStream::with_capacity(file.take(length), CHUNK_BYTES);
    let counted = chunks.map(move |chunk| {
        let chunk = chunk.map_err(BodyError::Io)?;
        piece.add(chunk.len() as u64);
        Ok(chunk)
    });
    Ok(Body::from_stream(Box::pin(counted), Some(length)))
}

/// Writes a body to `to`, or beside it where that name is taken; returns where. Until it is whole
/// and synced it is called `….part`, and is gone if this fails or is dropped.
pub async fn write(to: &Path, body: ByteStream, piece: &Piece) -> Result<PathBuf, ItemError> {
    let part = Part::create(to)
        .await
        .map_err(ItemError::file("making the file"))?;
    let mut file = part
        .open()
        .await
        .map_err(ItemError::file("making the file"))?;
    let mut body = body;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(stave_store::Error::Body)?;
        let written = file.write_all(&chunk).await;
        written.map_err(ItemError::file("writing the file"))?;
        piece.add(chunk.len() as u64);
    }
    let synced = match file.flush().await {
        Ok(()) => file.sync_all().await,
        failed => failed,
    };
    synced.map_err(ItemError::file("writing the file"))?;
    drop(file);
    let to = to.to_owned();
    let settled = spawn_blocking(move || part.settle(&to)).await;
    settled
        .map_err(io::Error::other)
        .and_then(|settled| settled)
        .map_err(ItemError::file("naming the file"))
}

/// Makes the folders from `root` down to `folder`; refuses to go through a link, which would lead
/// out of `root`.
pub async fn make_folders(root: &Path, folder: &Path) -> Result<(), ItemError> {
    let making = || ItemError::file("making the folder");
    let mut at = root.to_owned();
    let below = folder.strip_prefix(root).unwrap_or(Path::new(""));
    for component in below.components() {
        at.push(component);
        match fs::create_dir(&at).await {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let found = fs::symlink_metadata(&at).await.map_err(making())?;
                if !found.is_dir() {
                    return Err(making()(io::ErrorKind::NotADirectory.into()));
                }
            }
            made => made.map_err(making())?,
        }
    }
    Ok(())
}

/// A file on its way; removed on drop unless it got its name.
struct Part {
    path: Option<PathBuf>,
}

impl Part {
    async fn create(to: &Path) -> io::Result<Self> {
        for copy in 1..COPIES_MAX {
            let path = names::part_of(&names::numbered(to, copy));
            match OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&path)
                .await
            {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(_) => return Ok(Self { path: Some(path) }),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    async fn open(&self) -> io::Result<File> {
        let path = self.path.as_deref().unwrap_or(Path::new(""));
        OpenOptions::new().write(true).open(path).await
    }

    /// Gives the file the first free name and makes the name durable.
    fn settle(mut self, to: &Path) -> io::Result<PathBuf> {
        let Some(part) = self.path.clone() else {
            return Err(io::ErrorKind::NotFound.into());
        };
        for copy in 1..COPIES_MAX {
            let name = names::numbered(to, copy);
            if rename_new(&part, &name)? {
                self.path = None;
                sync_folder(&name)?;
                return Ok(name);
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(path) = &self.path
            && let Err(error) = std::fs::remove_file(path)
        {
            tracing::warn!(%error, "an unfinished download could not be removed");
        }
    }
}

/// Renames without replacing; false where the name is taken. A second link is made in one step and
/// only then is the first taken away; where the file system has no links, the look and the rename
/// are two steps.
fn rename_new(from: &Path, to: &Path) -> io::Result<bool> {
    match std::fs::hard_link(from, to) {
        Ok(()) => std::fs::remove_file(from).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(_) if to.symlink_metadata().is_ok() => Ok(false),
        Err(_) => std::fs::rename(from, to).map(|()| true),
    }
}

#[cfg(unix)]
fn sync_folder(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(folder) => std::fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Windows writes names through with the file; a folder cannot be opened for syncing.
#[cfg(not(unix))]
fn sync_folder(_file: &Path) -> io::Result<()> {
    Ok(())
}
