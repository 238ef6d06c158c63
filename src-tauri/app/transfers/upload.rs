//! Files and folders of this computer into a bucket: small files whole, large ones by multipart
//! upload.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use stave_model::{
    BucketName, Checksums, Conditions, ObjectHeaders, ObjectKey, PartNumber, Tags, UserMetadata,
};
use stave_store::{
    Body, CompleteUpload, CompletedPart, CreateUpload, CustomerKey, Error, PutObject, SseRequest,
    UploadPart, UploadRef,
};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::file::{self, Stamp};
use super::job::{Item, ItemError, Plan, Step, Work};
use super::meter::ItemMeter;
use super::plan;
use crate::args::window_user;

const MIB: u64 = 1024 * 1024;

/// Files above this go in parts, so that a failure costs a part and not the file.
const MULTIPART_ABOVE: u64 = 64 * MIB;

/// The size of a part, unless the file would need more parts than S3 has.
const PART_BYTES: u64 = 16 * MIB;

/// Parts of a file that are in hand at one time.
const PARTS_AT_ONCE: usize = 3;

/// How often a piece is tried, and the wait before the second time; each further wait is twice the
/// last.
const TRIES: u32 = 4;
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// An upload.
pub struct Upload {
    pub bucket: BucketName,
    pub prefix: String,
    pub paths: Vec<PathBuf>,
    /// The customer's key to encrypt them under; `None` is as the bucket's default says.
    pub customer_key: Option<CustomerKey>,
}

/// Returns what the job is called.
pub fn title(paths: &[PathBuf]) -> String {
    match paths {
        [path] => path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        paths => format!("{} items", paths.len()),
    }
}

#[async_trait]
impl Work for Upload {
    async fn plan(&self, _shared: &Shared, cancel: &CancellationToken) -> Result<Plan, ItemError> {
        let (prefix, paths, cancel) = (self.prefix.clone(), self.paths.clone(), cancel.clone());
        spawn_blocking(move || plan::upload(&prefix, &paths, &cancel))
            .await
            .map_err(std::io::Error::other)
            .map_err(ItemError::file("looking through the folder"))?
    }

    async fn run(
        &self,
        item: &Item,
        shared: &Shared,
        meter: &Arc<ItemMeter>,
        cancel: &CancellationToken,
    ) -> Result<(), ItemError> {
        match &item.step {
            Step::Refuse { why } => Err(ItemError::Refused(*why)),
            Step::PutFolder { key } => self.put_folder(key, shared).await,
            Step::Put { path, key } => {
                let sending = Sending {
                    bucket: &self.bucket,
                    key,
                    path,
                    customer_key: self.customer_key.as_ref(),
                    shared,
                    meter,
                };
                sending.send(cancel).await
            }
            Step::Get { .. }
            | Step::MakeFolder { .. }
            | Step::Move { .. }
            | Step::Reencrypt { .. } => {
                unreachable!("an upload's plan has no such step")
            }
        }
    }
}

impl Upload {
    async fn put_folder(&self, key: &ObjectKey, shared: &Shared) -> Result<(), ItemError> {
        let (bucket, key) = (self.bucket.clone(), key.clone());
        let put = PutObject {
            encryption: encryption(self.customer_key.as_ref()),
            ..PutObject::new(bucket, key, window_user(), Body::empty())
        };
        shared.store.put_object(put).await?;
        Ok(())
    }
}

/// One file on its way.
struct Sending<'a> {
    bucket: &'a BucketName,
    key: &'a ObjectKey,
    path: &'a Path,
    customer_key: Option<&'a CustomerKey>,
    shared: &'a Shared,
    meter: &'a Arc<ItemMeter>,
}

impl Sending<'_> {
    async fn send(&self, cancel: &CancellationToken) -> Result<(), ItemError> {
        let stamp = file::stamp(self.path).await?;
        if stamp.size_bytes > MULTIPART_ABOVE {
            return self.send_parts(stamp, cancel).await;
        }
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(ItemError::Cancelled),
            sent = again(|| self.put_whole(stamp.size_bytes)) => sent,
        }
    }

    async fn put_whole(&self, size_bytes: u64) -> Result<(), ItemError> {
        let _place = self.place().await?;
        let piece = self.meter.piece();
        let body = file::body(self.path, 0, size_bytes, Arc::clone(&piece)).await?;
        let put = PutObject {
            headers: self.headers(),
            encryption: encryption(self.customer_key),
            ..PutObject::new(self.bucket.clone(), self.key.clone(), window_user(), body)
        };
        self.shared.store.put_object(put).await?;
        piece.keep();
        Ok(())
    }

    /// Sends a large file in parts; an upload that does not end well is dropped, so that it costs
    /// no room.
    async fn send_parts(&self, stamp: Stamp, cancel: &CancellationToken) -> Result<(), ItemError> {
        let store = &self.shared.store;
        let create = CreateUpload {
            bucket: self.bucket.clone(),
            key: self.key.clone(),
            owner: window_user(),
            headers: self.headers(),
            user_metadata: UserMetadata::new(),
            checksum: None,
            tags: Tags::default(),
            acl: None,
            encryption: encryption(self.customer_key),
        };
        let upload = UploadRef {
            bucket: self.bucket.clone(),
            key: self.key.clone(),
            upload: store.create_upload(create).await?.upload,
        };
        let sent = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(ItemError::Cancelled),
            sent = self.put_parts(&upload, stamp) => sent,
        };
        if sent.is_err()
            && let Err(error) = store.abort_upload(upload).await
        {
            tracing::warn!(%error, "an unfinished upload could not be dropped");
        }
        sent
    }

    async fn put_parts(&self, upload: &UploadRef, stamp: Stamp) -> Result<(), ItemError> {
        let part_bytes = part_bytes(stamp.size_bytes);
        let count = stamp.size_bytes.div_ceil(part_bytes);
        let parts = stream::iter(0..count)
            .map(|at| {
                let offset = at * part_bytes;
                let length = part_bytes.min(stamp.size_bytes - offset);
                async move {
                    let number = i64::try_from(at + 1).unwrap_or(i64::MAX);
                    let number = PartNumber::new(number)
                        .map_err(|_| ItemError::Store(Error::InvalidPartOrder))?;
                    again(|| self.put_part(upload, number, offset, length)).await
                }
            })
            .buffered(PARTS_AT_ONCE)
            .try_collect()
            .await?;
        if file::stamp(self.path).await? != stamp {
            return Err(ItemError::Changed);
        }
        let complete = CompleteUpload {
            upload: upload.clone(),
            parts,
            conditions: Conditions::default(),
            checksum: None,
            size_bytes: Some(stamp.size_bytes),
            customer_key: self.customer_key.cloned(),
        };
        self.shared.store.complete_upload(complete).await?;
        Ok(())
    }

    async fn put_part(
        &self,
        upload: &UploadRef,
        number: PartNumber,
        offset: u64,
        length: u64,
    ) -> Result<CompletedPart, ItemError> {
        let _place = self.place().await?;
        let piece = self.meter.piece();
        let body = file::body(self.path, offset, length, Arc::clone(&piece)).await?;
        let part = UploadPart {
            upload: upload.clone(),
            number,
            checksums: Checksums::default(),
            body,
            customer_key: self.customer_key.cloned(),
        };
        let part = self.shared.store.upload_part(part).await?.part;
        piece.keep();
        Ok(CompletedPart {
            number,
            etag: part.etag,
            checksum: None,
        })
    }

    async fn place(&self) -> Result<tokio::sync::SemaphorePermit<'_>, ItemError> {
        let place = self.shared.bodies.acquire().await;
        place.map_err(|_| ItemError::Cancelled)
    }

    fn headers(&self) -> ObjectHeaders {
        let guess = mime_guess::from_path(self.path).first();
        ObjectHeaders {
            content_type: guess.map(|mime| mime.essence_str().to_owned()),
            ..ObjectHeaders::default()
        }
    }
}

fn encryption(customer_key: Option<&CustomerKey>) -> SseRequest {
    customer_key
        .cloned()
        .map_or(SseRequest::BucketDefault, SseRequest::Customer)
}

fn part_bytes(size_bytes: u64) -> u64 {
    let least = size_bytes.div_ceil(u64::from(PartNumber::MAX));
    PART_BYTES.max(least.div_ceil(MIB) * MIB)
}

/// Tries again, after a growing wait, what may go well another time.
async fn again<T, F>(mut piece: impl FnMut() -> F) -> Result<T, ItemError>
where
    F: Future<Output = Result<T, ItemError>>,
{
    let mut wait = FIRST_WAIT;
    for _ in 1..TRIES {
        match piece().await {
            Err(error) if may_pass(&error) => {
                tracing::debug!(%error, "a piece of an upload is tried again");
                tokio::time::sleep(wait).await;
                wait *= 2;
            }
            done => return done,
        }
    }
    piece().await
}

fn may_pass(error: &ItemError) -> bool {
    matches!(
        error,
        ItemError::Store(Error::Failed { .. } | Error::Body(_) | Error::BadDigest { .. })
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_grow_with_files_that_would_have_too_many() {
        assert_eq!(part_bytes(65 * MIB), 16 * MIB);
        assert_eq!(part_bytes(160_000 * MIB), 16 * MIB);
        assert_eq!(part_bytes(160_001 * MIB), 17 * MIB);
    }
}
