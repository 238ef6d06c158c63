//! A folder under another name: each key is copied, which moves no bytes in a vault, and the old
//! one deleted.

use std::sync::Arc;

use async_trait::async_trait;
use stave_model::{BucketName, ObjectKey};
use stave_store::{ListObjects, ObjectRef};
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::job::{Item, ItemError, Plan, Refusal, Step, Work};
use super::meter::ItemMeter;
use crate::moving::{self, MoveError};

/// A rename.
pub struct Rename {
    pub bucket: BucketName,
    pub prefix: String,
    pub to_prefix: String,
}

#[async_trait]
impl Work for Rename {
    async fn plan(&self, shared: &Shared, cancel: &CancellationToken) -> Result<Plan, ItemError> {
        let mut items = Vec::new();
        let mut after = None;
        loop {
            if cancel.is_cancelled() {
                return Err(ItemError::Cancelled);
            }
            let list = ListObjects {
                bucket: self.bucket.clone(),
                prefix: self.prefix.clone(),
                delimiter: String::new(),
                after,
                max_keys: 1_000,
            };
            let page = shared.store.list_objects(list).await?;
            items.extend(
                page.objects
                    .into_iter()
                    .map(|object| self.item(&object.key)),
            );
            after = page.next_after;
            if after.is_none() {
                let note = String::new();
                return Ok(Plan { items, note });
            }
        }
    }

    async fn run(
        &self,
        item: &Item,
        shared: &Shared,
        _meter: &Arc<ItemMeter>,
        _cancel: &CancellationToken,
    ) -> Result<(), ItemError> {
        match &item.step {
            Step::Move { from, to } => {
                let to_bucket = self.bucket.clone();
                let moved = moving::rename(&*shared.store, from.clone(), to_bucket, to.clone());
                moved.await.map_err(|error| match error {
                    MoveError::NameTaken => ItemError::NameTaken,
                    MoveError::Store(error) => ItemError::Store(error),
                })
            }
            Step::Refuse { why } => Err(ItemError::Refused(*why)),
            Step::Put { .. }
            | Step::PutFolder { .. }
            | Step::Get { .. }
            | Step::MakeFolder { .. }
            | Step::Reencrypt { .. } => unreachable!("a rename's plan has no such step"),
        }
    }
}

impl Rename {
    fn item(&self, key: &ObjectKey) -> Item {
        let below = key.as_str().strip_prefix(&self.prefix).unwrap_or_default();
        let step = match ObjectKey::parse(&format!("{}{below}", self.to_prefix)) {
            Ok(to) => Step::Move {
                from: ObjectRef {
                    bucket: self.bucket.clone(),
                    key: key.clone(),
                    version: None,
                },
                to,
            },
            Err(_) => Step::Refuse {
                why: Refusal::KeyTooLong,
            },
        };
        Item {
            name: key.as_str().to_owned(),
            size_bytes: 0,
            step,
        }
    }
}
