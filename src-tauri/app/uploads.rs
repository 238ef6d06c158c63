//! Uploads that were begun and not finished: what they cost, and their end.

#[cfg(test)]
#[path = "uploads_test.rs"]
mod uploads_test;

use std::time::Duration;

use stave_model::{BucketName, Timestamp, Upload, UploadId};
use stave_store::{Error, ListUploads, Result, Store, UploadRef};

use crate::views::{UploadView, UploadsAborted, UploadsView};

/// The most uploads that the window is given; a person reads fewer.
const SHOWN_MAX: usize = 1_000;

/// How many are asked for at a time: S3 promises no more.
const PAGE: u16 = 1_000;

/// Lists the uploads of a bucket.
pub async fn of_bucket(store: &dyn Store, bucket: &BucketName) -> Result<UploadsView> {
    let mut walk = Walk::new(bucket);
    let mut uploads = Vec::new();
    while uploads.len() < SHOWN_MAX
        && let Some(page) = walk.next(store).await?
    {
        uploads.extend(page.into_iter().map(UploadView::from));
    }
    Ok(UploadsView {
        size_bytes: uploads.iter().map(|upload| upload.size_bytes).sum(),
        more: !walk.ended,
        uploads,
    })
}

/// Drops all uploads of a bucket that were begun longer than `age` before `now`.
pub async fn abort_older(
    store: &dyn Store,
    bucket: &BucketName,
    age: Duration,
    now: Timestamp,
) -> Result<UploadsAborted> {
    let age_ms = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    let limit = now.as_millis().saturating_sub(age_ms);
    let mut walk = Walk::new(bucket);
    let mut done = UploadsAborted::default();
    while let Some(page) = walk.next(store).await? {
        for upload in page {
            if upload.initiated.as_millis() < limit && drop_one(store, &upload).await? {
                done.aborted += 1;
                done.size_bytes += upload.usage.unwrap_or_default().size_bytes;
            }
        }
    }
    Ok(done)
}

/// Drops an upload; returns whether it was still there.
async fn drop_one(store: &dyn Store, upload: &Upload) -> Result<bool> {
    let named = UploadRef {
        bucket: upload.bucket.clone(),
        key: upload.key.clone(),
        upload: upload.id.clone(),
    };
    match store.abort_upload(named).await {
        Ok(()) => Ok(true),
        // It was finished or aborted by another client in between.
        Err(Error::NoSuchUpload(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Reads the uploads of a bucket page by page.
struct Walk<'b> {
    bucket: &'b BucketName,
    after: Option<(String, Option<UploadId>)>,
    ended: bool,
}

impl<'b> Walk<'b> {
    fn new(bucket: &'b BucketName) -> Self {
        Self {
            bucket,
            after: None,
            ended: false,
        }
    }

    async fn next(&mut self, store: &dyn Store) -> Result<Option<Vec<Upload>>> {
        if self.ended {
            return Ok(None);
        }
        let list = ListUploads {
            bucket: self.bucket.clone(),
            prefix: String::new(),
            delimiter: String::new(),
            after: self.after.take(),
            max_uploads: PAGE,
        };
        let page = store.list_uploads(list).await?;
        self.after = page.next_after;
        self.ended = self.after.is_none();
        Ok(Some(page.uploads))
    }
}
