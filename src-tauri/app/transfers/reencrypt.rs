//! Another encryption for objects in their place: no new versions, and in a vault no bytes moved.

use std::sync::Arc;

use async_trait::async_trait;
use stave_model::{BucketName, ObjectKey, Version, VersionKind};
use stave_store::{ListVersions, ObjectRef, ReencryptObject, SseRequest};
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::job::{Item, ItemError, Plan, Step, Work};
use super::meter::ItemMeter;

/// Objects that are to be encrypted otherwise.
#[derive(Debug, Clone)]
pub struct Reencryptions {
    /// The bucket.
    pub bucket: BucketName,
    /// Single objects; where none is named, all that begins with `prefix`.
    pub keys: Vec<ObjectKey>,
    /// What the keys begin with.
    pub prefix: String,
    /// Whether older versions too.
    pub versions: WhichVersions,
    /// How.
    pub encryption: SseRequest,
}

/// Which versions of each key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichVersions {
    /// The latest.
    Latest,
    /// All.
    All,
}

/// A re-encryption.
pub struct Reencrypt {
    pub reencryptions: Reencryptions,
}

/// Returns what the job is called.
pub fn title(reencryptions: &Reencryptions) -> String {
    match (reencryptions.keys.as_slice(), reencryptions.prefix.as_str()) {
        ([], "") => reencryptions.bucket.as_str().to_owned(),
        ([], prefix) => prefix.to_owned(),
        ([key], _) => key.as_str().to_owned(),
        (keys, _) => format!("{} items", keys.len()),
    }
}

/// Returns where the job leads, in words.
pub fn target(encryption: &SseRequest) -> String {
    match encryption {
        SseRequest::BucketDefault => "the bucket's default".to_owned(),
        SseRequest::S3 => "SSE-S3".to_owned(),
        SseRequest::Kms { key: None, .. } => "SSE-KMS".to_owned(),
        SseRequest::Kms { key: Some(key), .. } => format!("SSE-KMS, {key}"),
        SseRequest::Customer(_) => "SSE-C".to_owned(),
    }
}

#[async_trait]
impl Work for Reencrypt {
    async fn plan(&self, shared: &Shared, cancel: &CancellationToken) -> Result<Plan, ItemError> {
        let mut items = Vec::new();
        if self.reencryptions.keys.is_empty() {
            let prefix = &self.reencryptions.prefix;
            self.walk(prefix, |_| true, &mut items, shared, cancel)
                .await?;
        }
        for key in &self.reencryptions.keys {
            let own = |found: &Version| found.key == *key;
            self.walk(key.as_str(), own, &mut items, shared, cancel)
                .await?;
        }
        let note = String::new();
        Ok(Plan { items, note })
    }

    async fn run(
        &self,
        item: &Item,
        shared: &Shared,
        _meter: &Arc<ItemMeter>,
        _cancel: &CancellationToken,
    ) -> Result<(), ItemError> {
        match &item.step {
            Step::Reencrypt { object } => {
                let reencrypt = ReencryptObject {
                    object: object.clone(),
                    encryption: self.reencryptions.encryption.clone(),
                    customer_key: None,
                };
                shared.store.reencrypt_object(reencrypt).await?;
                Ok(())
            }
            Step::Refuse { why } => Err(ItemError::Refused(*why)),
            Step::Put { .. }
            | Step::PutFolder { .. }
            | Step::Get { .. }
            | Step::MakeFolder { .. }
            | Step::Move { .. } => unreachable!("a re-encryption's plan has no such step"),
        }
    }
}

impl Reencrypt {
    /// Collects the versions below a prefix; ends at the first key after those that are wanted.
    async fn walk(
        &self,
        prefix: &str,
        wanted: impl Fn(&Version) -> bool + Send,
        items: &mut Vec<Item>,
        shared: &Shared,
        cancel: &CancellationToken,
    ) -> Result<(), ItemError> {
        let mut after = None;
        loop {
            if cancel.is_cancelled() {
                return Err(ItemError::Cancelled);
            }
            let list = ListVersions {
                bucket: self.reencryptions.bucket.clone(),
                prefix: prefix.to_owned(),
                delimiter: String::new(),
                after,
                max_keys: 1_000,
            };
            let page = shared.store.list_versions(list).await?;
            // A key comes before all keys that only begin with it.
            let others_begun = page.versions.last().is_some_and(|last| !wanted(last));
            let own = page.versions.into_iter().filter(&wanted);
            items.extend(own.filter_map(|version| self.item(version)));
            after = page.next_after;
            if others_begun || after.is_none() {
                return Ok(());
            }
        }
    }

    /// A delete marker has no body.
    fn item(&self, version: Version) -> Option<Item> {
        let older_wanted = self.reencryptions.versions == WhichVersions::All;
        let taken =
            version.kind != VersionKind::DeleteMarker && (version.is_latest || older_wanted);
        taken.then(|| Item {
            name: version.key.as_str().to_owned(),
            size_bytes: 0,
            step: Step::Reencrypt {
                object: ObjectRef {
                    bucket: self.reencryptions.bucket.clone(),
                    key: version.key,
                    version: Some(version.id),
                },
            },
        })
    }
}
