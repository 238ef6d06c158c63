//! Deletes keys and whole folders, a batch at a time, and remembers the way back.

#[cfg(test)]
#[path = "deleting_test.rs"]
mod deleting_test;

use stave_model::{BucketName, Conditions, ObjectKey, Versioning};
use stave_store::{DeleteObject, ListObjects, ObjectRef, Result, Store};

use crate::args::window_user;
use crate::transfers::{JobHandle, Transfers};
use crate::undo::{Marker, Undos};
use crate::views::{DeleteResult, FailedKey, TransferKind};

/// S3 deletes no more in one request.
const BATCH: usize = 1_000;

/// The most failures that are told one by one.
const FAILURES_TOLD: usize = 100;

/// What is to be deleted.
pub struct Deletion {
    pub bucket: BucketName,
    pub keys: Vec<ObjectKey>,
    /// Folders: all that begins with these.
    pub prefixes: Vec<String>,
}

impl Deletion {
    /// Deletes. A large deletion, or one of folders, is shown among the transfers, where it can be
    /// stopped.
    pub async fn run(
        &self,
        store: &dyn Store,
        undos: &Undos,
        transfers: &Transfers,
    ) -> Result<DeleteResult> {
        let versioning = store.head_bucket(&self.bucket).await?.versioning;
        let is_large = self.keys.len() > BATCH || !self.prefixes.is_empty();
        let shown = is_large.then(|| {
            let name = self.title();
            transfers.show(TransferKind::Delete, name, &self.bucket)
        });
        let mut running = Running {
            deletion: self,
            store,
            shown,
            markers: Vec::new(),
            result: DeleteResult::default(),
        };
        let done = running.all().await;
        // Also what a failed or stopped deletion did is undone by one key.
        if versioning == Versioning::Enabled {
            running.result.undo = undos.keep(self.bucket.clone(), running.markers);
        }
        done.map(|()| running.result)
    }

    fn title(&self) -> String {
        match (self.keys.as_slice(), self.prefixes.as_slice()) {
            ([], [prefix]) if prefix.is_empty() => self.bucket.as_str().to_owned(),
            ([], [prefix]) => prefix.clone(),
            (keys, []) => format!("{} objects", keys.len()),
            (keys, prefixes) => format!("{} items", keys.len() + prefixes.len()),
        }
    }
}

struct Running<'a> {
    deletion: &'a Deletion,
    store: &'a dyn Store,
    shown: Option<JobHandle>,
    markers: Vec<Marker>,
    result: DeleteResult,
}

impl Running<'_> {
    async fn all(&mut self) -> Result<()> {
        for keys in self.deletion.keys.chunks(BATCH) {
            if self.is_stopped() {
                return Ok(());
            }
            self.batch(keys.to_vec()).await?;
        }
        for prefix in &self.deletion.prefixes {
            self.folder(prefix).await?;
        }
        Ok(())
    }

    async fn folder(&mut self, prefix: &str) -> Result<()> {
        let mut after = None;
        while !self.is_stopped() {
            let list = ListObjects {
                bucket: self.deletion.bucket.clone(),
                prefix: prefix.to_owned(),
                delimiter: String::new(),
                after,
                max_keys: 1_000,
            };
            let page = self.store.list_objects(list).await?;
            self.batch(page.objects.into_iter().map(|o| o.key).collect())
                .await?;
            after = page.next_after;
            if after.is_none() {
                break;
            }
        }
        Ok(())
    }

    async fn batch(&mut self, keys: Vec<ObjectKey>) -> Result<()> {
        if keys.is_empty() {
            return Ok(());
        }
        let bucket = &self.deletion.bucket;
        let batch = keys
            .into_iter()
            .map(|key| DeleteObject {
                object: ObjectRef {
                    bucket: bucket.clone(),
                    key,
                    version: None,
                },
                owner: window_user(),
                conditions: Conditions::default(),
            })
            .collect();
        let mut count = 0;
        for (object, outcome) in self.store.delete_objects(bucket, batch).await? {
            match outcome {
                Ok(deleted) => {
                    count += 1;
                    if let (true, Some(marker)) = (deleted.delete_marker, deleted.version) {
                        self.markers.push((deleted.key, marker));
                    }
                }
                Err(error) => self.failed(object.key.as_str(), error),
            }
        }
        self.result.deleted += count;
        if let Some(shown) = &self.shown {
            shown.advance(count);
        }
        Ok(())
    }

    fn failed(&mut self, key: &str, error: stave_store::Error) {
        if self.result.failed.len() < FAILURES_TOLD {
            self.result.failed.push(FailedKey {
                key: key.to_owned(),
                message: error.to_string(),
            });
        }
        if let Some(shown) = &self.shown {
            shown.fail(key, error);
        }
    }

    fn is_stopped(&self) -> bool {
        self.shown.as_ref().is_some_and(JobHandle::is_cancelled)
    }
}
