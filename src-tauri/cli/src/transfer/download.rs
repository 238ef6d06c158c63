//! Down: an object into a file beside its place, which takes the place once it is whole.

use std::hash::{BuildHasher as _, RandomState};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use futures::StreamExt as _;
use stave_model::Timestamp;
use stave_store::{Error as StoreError, Got, ObjectRef};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::upload::repeated;
use super::{Made, TransferError, Transfers};
use crate::names::GuardedFolder;

impl Transfers {
    /// Downloads an object to a path that a person chose. A link there is followed, and what is no
    /// file, such as a pipe, is written into: both are what the person named.
    pub async fn download_to(
        &self,
        object: &ObjectRef,
        path: &Path,
    ) -> Result<Made, TransferError> {
        let Ok(found) = tokio::fs::metadata(path).await else {
            return self.download_over(object, path).await;
        };
        if self.options.no_overwrite {
            return Err(TransferError::Exists(path.to_owned()));
        }
        if !found.is_file() {
            return self.download_into(object, path).await;
        }
        let real = tokio::fs::canonicalize(path).await;
        let real = real.map_err(TransferError::file("writing", path))?;
        self.download_over(object, &real).await
    }

    /// Downloads an object below a folder, under the file name that its key becomes there.
    pub async fn download_below(
        &self,
        object: &ObjectRef,
        folder: &GuardedFolder,
        name: &str,
    ) -> Result<Made, TransferError> {
        let placed = folder.place(name)?;
        let path = &placed.path;
        if self.options.no_overwrite && tokio::fs::symlink_metadata(path).await.is_ok() {
            return Err(TransferError::Exists(path.clone()));
        }
        let made = self.download_over(object, path).await?;
        let told = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(Made {
            renamed_to: placed.renamed.then(|| told.into_owned()),
            ..made
        })
    }

    /// Writes beside a path, then takes its place whatever is there.
    async fn download_over(&self, object: &ObjectRef, path: &Path) -> Result<Made, TransferError> {
        repeated(|| self.download_once(object, path)).await
    }

    /// Writes into what is there: once, since what was written stays written.
    async fn download_into(&self, object: &ObjectRef, path: &Path) -> Result<Made, TransferError> {
        let writing = TransferError::file("writing", path);
        let file = File::options().write(true).open(path).await;
        let file = file.map_err(writing)?;
        let got = self
            .store
            .get_object(self.encryption.read(object.clone()))
            .await?;
        let made = read_as(&got);
        self.write(got, file, path).await?;
        Ok(made)
    }

    async fn download_once(&self, object: &ObjectRef, path: &Path) -> Result<Made, TransferError> {
        let got = self
            .store
            .get_object(self.encryption.read(object.clone()))
            .await?;
        let made = read_as(&got);
        let modified = got.version.modified;
        let partial = Partial::beside(path);
        let file = File::create_new(&partial.0).await;
        let file = file.map_err(TransferError::file("writing", path))?;
        self.write(got, file, path).await?;
        date(&partial.0, modified);
        let renamed = tokio::fs::rename(&partial.0, path).await;
        renamed.map_err(TransferError::file("writing", path))?;
        Ok(made)
    }

    async fn write(&self, got: Got, mut file: File, path: &Path) -> Result<(), TransferError> {
        let writing = |e| TransferError::file("writing", path)(e);
        let declared_bytes = got.version.size_bytes;
        let mut body = got.body;
        let mut got_bytes = 0;
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(StoreError::Body)?;
            file.write_all(&chunk).await.map_err(writing)?;
            got_bytes += chunk.len() as u64;
            self.progress.add(chunk.len() as u64);
        }
        file.flush().await.map_err(writing)?;
        if got_bytes != declared_bytes {
            let short = StoreError::IncompleteBody {
                got_bytes,
                declared_bytes,
            };
            return Err(short.into());
        }
        Ok(())
    }
}

fn read_as(got: &Got) -> Made {
    Made {
        size_bytes: got.version.size_bytes,
        etag: got.version.etag.as_str().to_owned(),
        version_id: got.version.id.to_string(),
        renamed_to: None,
    }
}

/// A file that is being written; removed unless it took its place.
struct Partial(PathBuf);

impl Partial {
    fn beside(path: &Path) -> Self {
        // Random enough that no neighbour, and no leftover of a killed process, has the same name.
        let number = RandomState::new().hash_one(path);
        Self(path.with_file_name(format!(".stave-{number:016x}.part")))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Gone once it took its place; what cannot be removed is named so that a person sees what
        // it is.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Gives a file the date of its object. A file system that keeps none is no reason to fail.
fn date(path: &Path, modified: Timestamp) {
    let millis = u64::try_from(modified.as_millis()).unwrap_or(0);
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
    let dated = std::fs::File::options()
        .write(true)
        .open(path)
        .and_then(|file| file.set_modified(at));
    if let Err(error) = dated {
        tracing::debug!(%error, "a downloaded file could not be dated");
    }
}
