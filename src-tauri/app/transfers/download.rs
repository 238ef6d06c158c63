//! Objects and folders of a bucket to this computer, under names that every file system takes.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use stave_model::{ObjectKey, Version};
use stave_store::{ListObjects, ObjectRef};
use tokio_util::sync::CancellationToken;

use super::job::{Item, ItemError, Plan, Step, Work};
use super::meter::ItemMeter;
use super::names::Namer;
use super::{Downloads, Shared, file};

/// A download.
pub struct Download {
    pub downloads: Downloads,
}

/// Returns what the job is called.
pub fn title(downloads: &Downloads) -> String {
    match (downloads.keys.as_slice(), downloads.prefixes.as_slice()) {
        ([key], []) => last_name(key.as_str()).to_owned(),
        ([], [prefix]) if prefix.is_empty() => downloads.bucket.as_str().to_owned(),
        ([], [prefix]) => last_name(prefix).to_owned(),
        (keys, prefixes) => format!("{} items", keys.len() + prefixes.len()),
    }
}

#[async_trait]
impl Work for Download {
    async fn plan(&self, shared: &Shared, cancel: &CancellationToken) -> Result<Plan, ItemError> {
        let mut planning = Planning {
            downloads: &self.downloads,
            namer: Namer::new(),
            folders: BTreeSet::new(),
            items: Vec::new(),
        };
        for key in &self.downloads.keys {
            planning.object(key, shared).await?;
        }
        for prefix in &self.downloads.prefixes {
            planning.folder(prefix, shared, cancel).await?;
        }
        Ok(planning.into_plan())
    }

    async fn run(
        &self,
        item: &Item,
        shared: &Shared,
        meter: &Arc<ItemMeter>,
        cancel: &CancellationToken,
    ) -> Result<(), ItemError> {
        match &item.step {
            Step::Get { object, to } => tokio::select! {
                biased;
                () = cancel.cancelled() => Err(ItemError::Cancelled),
                got = self.get(object, to, shared, meter) => got,
            },
            Step::MakeFolder { to } => file::make_folders(&self.downloads.folder, to).await,
            Step::Refuse { why } => Err(ItemError::Refused(*why)),
            Step::Put { .. }
            | Step::PutFolder { .. }
            | Step::Move { .. }
            | Step::Reencrypt { .. } => {
                unreachable!("a download's plan has no such step")
            }
        }
    }
}

impl Download {
    async fn get(
        &self,
        object: &ObjectRef,
        to: &Path,
        shared: &Shared,
        meter: &Arc<ItemMeter>,
    ) -> Result<(), ItemError> {
        let place = shared.bodies.acquire().await;
        let _place = place.map_err(|_| ItemError::Cancelled)?;
        let root = &self.downloads.folder;
        file::make_folders(root, to.parent().unwrap_or(root)).await?;
        let piece = meter.piece();
        let got = shared
            .store
            .get_object(self.downloads.read(object.clone()))
            .await?;
        file::write(to, got.body, &piece).await?;
        piece.keep();
        Ok(())
    }
}

struct Planning<'a> {
    downloads: &'a Downloads,
    namer: Namer,
    folders: BTreeSet<std::path::PathBuf>,
    items: Vec<Item>,
}

impl Planning<'_> {
    async fn object(&mut self, key: &ObjectKey, shared: &Shared) -> Result<(), ItemError> {
        let object = ObjectRef {
            version: self.downloads.version.clone(),
            ..self.object_ref(key)
        };
        let head = shared
            .store
            .head_object(self.downloads.read(object.clone()))
            .await?;
        let name = last_name(key.as_str());
        let to = self.namer.file(&self.downloads.folder, name);
        self.items.push(Item {
            name: name.to_owned(),
            size_bytes: head.version.size_bytes,
            step: Step::Get { object, to },
        });
        Ok(())
    }

    async fn folder(
        &mut self,
        prefix: &str,
        shared: &Shared,
        cancel: &CancellationToken,
    ) -> Result<(), ItemError> {
        // The folder itself is part of the names: `photos/june/` becomes `june/…`.
        let own_name = match last_name(prefix) {
            "" => self.downloads.bucket.as_str(),
            name => name,
        };
        let mut after = None;
        loop {
            if cancel.is_cancelled() {
                return Err(ItemError::Cancelled);
            }
            let list = ListObjects {
                bucket: self.downloads.bucket.clone(),
                prefix: prefix.to_owned(),
                delimiter: String::new(),
                after,
                max_keys: 1_000,
            };
            let page = shared.store.list_objects(list).await?;
            for object in &page.objects {
                let below = object.key.as_str().strip_prefix(prefix).unwrap_or_default();
                self.beneath(&format!("{own_name}/{below}"), object);
            }
            after = page.next_after;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// A key that ends with a slash is the marker of a folder.
    fn beneath(&mut self, relative: &str, object: &Version) {
        let root = &self.downloads.folder;
        if let Some(folder) = relative.strip_suffix('/') {
            self.folders.insert(self.namer.folder(root, folder));
            return;
        }
        let to = self.namer.file(root, relative);
        self.items.push(Item {
            name: relative.to_owned(),
            size_bytes: object.size_bytes,
            step: Step::Get {
                object: self.object_ref(&object.key),
                to,
            },
        });
    }

    fn object_ref(&self, key: &ObjectKey) -> ObjectRef {
        ObjectRef {
            bucket: self.downloads.bucket.clone(),
            key: key.clone(),
            version: None,
        }
    }

    fn into_plan(self) -> Plan {
        let folders = self.folders.into_iter().map(|to| Item {
            name: to.display().to_string(),
            size_bytes: 0,
            step: Step::MakeFolder { to },
        });
        Plan {
            note: match self.namer.changed() {
                0 => String::new(),
                1 => "One name was changed to fit this computer.".to_owned(),
                names => format!("{names} names were changed to fit this computer."),
            },
            items: folders.chain(self.items).collect(),
        }
    }
}

/// Returns the last part of a key or prefix, without the slash at its end.
fn last_name(key: &str) -> &str {
    let key = key.strip_suffix('/').unwrap_or(key);
    key.rsplit('/').next().unwrap_or(key)
}
