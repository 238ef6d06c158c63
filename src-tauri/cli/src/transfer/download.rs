//! Down: an object into a file beside its place, which takes the place once it is whole.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use futures::StreamExt as _;
use stave_model::Timestamp;
use stave_store::{Error as StoreError, GetObject, Got, ObjectRef};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::upload::repeated;
use super::{Made, TransferError, Transfers};
use crate::names::GuardedFolder;

impl Transfers {
    /// Downloads an object to a path that a person chose.
    pub async fn download_to(
        &self,
        object: &ObjectRef,
        path: &Path,
    ) -> Result<Made, TransferError> {
        if self.options.no_overwrite && tokio::fs::symlink_metadata(path).await.is_ok() {
            return Err(TransferError::Exists(path.to_owned()));
        }
        repeated(|| self.download_once(object, path)).await
    }

    /// Downloads an object below a folder, under the file name that its key becomes there.
    pub async fn download_below(
        &self,
        object: &ObjectRef,
        folder: &GuardedFolder,
        name: &str,
    ) -> Result<Made, TransferError> {
        let placed = folder.place(name)?;
        let made = self.download_to(object, &placed.path).await?;
        let told = placed
            .path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        Ok(Made {
            renamed_to: placed.renamed.then(|| told.into_owned()),
            ..made
        })
    }

    async fn download_once(&self, object: &ObjectRef, path: &Path) -> Result<Made, TransferError> {
        let got = self
            .store
            .get_object(GetObject::whole(object.clone()))
            .await?;
        let made = Made {
            size_bytes: got.version.size_bytes,
            etag: got.version.etag.as_str().to_owned(),
            version_id: got.version.id.to_string(),
            renamed_to: None,
        };
        let modified = got.version.modified;
        let partial = Partial::beside(path);
        self.write(got, &partial.0).await?;
        date(&partial.0, modified);
        let renamed = tokio::fs::rename(&partial.0, path).await;
        renamed.map_err(TransferError::file("writing", path))?;
        Ok(made)
    }

    async fn write(&self, got: Got, path: &Path) -> Result<(), TransferError> {
        let writing = |e| TransferError::file("writing", path)(e);
        let mut file = File::create_new(path).await.map_err(writing)?;
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

/// A file that is being written; removed unless it took its place.
struct Partial(PathBuf);

impl Partial {
    fn beside(path: &Path) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!(".stave-{}-{number}.part", std::process::id());
        Self(path.with_file_name(name))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Gone once it took its place; what cannot be removed is named so that a person sees what it is.
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
