//! The check of all that a vault keeps: every body of every version and of every upload in progress is opened with
//! the keys of the vault and authenticated to its last byte.
//!
//! It asks no policy of a key: nothing of what is read leaves, and what a key may be used for does not change
//! whether the bytes under it are whole. Only what is under a customer's key cannot be opened; of that is checked
//! what shows from outside.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Map, Value};
use stave_catalog::buckets::{self, BucketRow};
use stave_catalog::encryption::RowSse;
use stave_catalog::parts::{self, PartRow};
use stave_catalog::uploads::{self, UploadQuery};
use stave_catalog::versions::{self, VersionQuery};
use stave_catalog::{blobs, keks, upload_parts};
use stave_model::{
    Actor, BucketName, KeyId, ObjectKey, UploadId, UserName, VersionId, VersionKind, Via,
};
use stave_store::Error as StoreError;
use stave_vault::{BlobId, BlobReader, Error as VaultError, Kek, WrappedKek};

use crate::core::Core;
use crate::encryption::{KeyUse, whole_context};
use crate::engine::{ADMIN, Engine};
use crate::error::{Error, Result};
use crate::keys::{Belongs, Keys, Place, Wrapped};

/// Versions and uploads that one look-up takes: bounds its memory.
const PAGE_MAX: u16 = 500;

/// Damaged bodies that are named; more are counted.
const NAMED_MAX: usize = 1_000;

/// Bodies that are remembered as whole, so that copies which share one are read once: 32 MiB of ids at most.
const REMEMBERED_MAX: usize = 1_000_000;

/// How far a scrub is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScrubProgress {
    /// Bodies that were checked.
    pub bodies: u64,
    /// Versions there were at the start; a version may have several bodies.
    pub bodies_total: u64,
    /// Their bytes.
    pub size_bytes: u64,
    /// Bytes there were at the start.
    pub size_bytes_total: u64,
    /// Bodies that are damaged.
    pub damaged: u64,
}

/// What a scrub found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScrubReport {
    /// Versions that were checked, delete markers not counted.
    pub versions: u64,
    /// Bodies that were checked: of versions, of their parts, and of the parts of uploads in progress.
    pub bodies: u64,
    /// Their bytes.
    pub size_bytes: u64,
    /// Bodies under a customer's key, of which presence, length and header were checked.
    pub sealed_for_customers: u64,
    /// Bodies whose key of the key service was destroyed: nothing opens them any more.
    pub without_key: u64,
    /// The bodies that are damaged, at most the first 1,000.
    pub damaged: Vec<DamagedBody>,
    /// How many are damaged.
    pub damaged_total: u64,
    /// Whether it was ended before its end.
    pub cancelled: bool,
}

/// A body that is not what was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedBody {
    /// Its bucket.
    pub bucket: BucketName,
    /// The object's key.
    pub key: ObjectKey,
    /// What it belongs to.
    pub belongs: BodyOwner,
    /// Its part; 0 for an object that was written whole.
    pub part: u16,
    /// What is wrong.
    pub fault: BodyFault,
}

/// What a body belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyOwner {
    /// A version.
    Version(VersionId),
    /// An upload in progress.
    Upload(UploadId),
}

/// What is wrong with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFault {
    /// It is not there.
    Missing,
    /// Its bytes are not those that were sealed.
    Changed,
    /// The row's key does not open in its place: the row, or the key, was changed.
    Key,
    /// The disk does not give it back.
    Unreadable,
}

impl fmt::Display for BodyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "its file is missing",
            Self::Changed => "its bytes are not those that were stored",
            Self::Key => "its key does not open it: the row was changed",
            Self::Unreadable => "the disk does not give it back",
        })
    }
}

impl Engine {
    /// Checks every body that the vault keeps, and names those that are damaged. Takes as long as reading all of it
    /// does; `progress` hears of each body. Leaves one record in the audit.
    pub fn scrub(
        &self,
        progress: &mut dyn FnMut(&ScrubProgress),
        cancel: &AtomicBool,
    ) -> Result<ScrubReport, StoreError> {
        let core = self.core()?;
        let mut scrub = Scrub::new(&core, progress, cancel);
        let done = scrub.run().and_then(|()| scrub.record());
        done.map(|()| scrub.report).map_err(Error::into_store)
    }
}

/// One scrub on its way.
struct Scrub<'s> {
    core: &'s Core,
    tell: &'s mut dyn FnMut(&ScrubProgress),
    cancel: &'s AtomicBool,
    progress: ScrubProgress,
    report: ScrubReport,
    /// Open versions of keys of the key service; `None` where a version was destroyed.
    keks: BTreeMap<(KeyId, u32), Option<Arc<Kek>>>,
    whole: HashSet<BlobId>,
}

/// A version or an upload, as one look-up found it.
struct Owner {
    key: ObjectKey,
    is: BodyOwner,
    encryption: RowSse,
    parts: Vec<PartRow>,
}

/// How a body was found.
enum Checked {
    Whole,
    ForCustomer,
    WithoutKey,
}

impl<'s> Scrub<'s> {
    fn new(
        core: &'s Core,
        tell: &'s mut dyn FnMut(&ScrubProgress),
        cancel: &'s AtomicBool,
    ) -> Self {
        Self {
            core,
            tell,
            cancel,
            progress: ScrubProgress::default(),
            report: ScrubReport::default(),
            keks: BTreeMap::new(),
            whole: HashSet::new(),
        }
    }

    fn run(&mut self) -> Result<()> {
        let buckets = self
            .core
            .catalog
            .read(|tx| Ok::<_, Error>(buckets::list(tx)?))?;
        let usages = buckets.iter().filter_map(|row| row.bucket.usage);
        for usage in usages {
            self.progress.bodies_total += usage.versions;
            self.progress.size_bytes_total += usage.all_versions_size_bytes;
        }
        for bucket in &buckets {
            self.versions(bucket)?;
            self.uploads(bucket)?;
        }
        Ok(())
    }

    fn versions(&mut self, bucket: &BucketRow) -> Result<()> {
        let mut after: Option<(String, Option<VersionId>)> = None;
        loop {
            let page = self.core.catalog.read(|tx| {
                let after = after.as_ref().map(|(key, id)| (key.as_str(), id.as_ref()));
                let query = VersionQuery {
                    bucket_id: bucket.id,
                    after,
                    max: PAGE_MAX,
                    ..VersionQuery::default()
                };
                Ok::<_, Error>(versions::list_versions(tx, &query)?)
            })?;
            for version in page.versions {
                if self.cancelled() {
                    return Ok(());
                }
                if version.kind == VersionKind::Object {
                    self.version(bucket, &version.key, &version.id)?;
                }
            }
            after = page.next_after;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// Checks a version, unless it was deleted since it was listed.
    fn version(&mut self, bucket: &BucketRow, key: &ObjectKey, id: &VersionId) -> Result<()> {
        let found = self.core.catalog.read(|tx| {
            let Some(row) = versions::find(tx, bucket.id, key, id)? else {
                return Ok::<_, Error>(None);
            };
            Ok(Some(Owner {
                key: key.clone(),
                is: BodyOwner::Version(id.clone()),
                encryption: row.encryption,
                parts: parts::of_version(tx, row.id)?,
            }))
        })?;
        let Some(owner) = found else {
            return Ok(());
        };
        self.report.versions += 1;
        self.bodies(bucket, &owner)
    }

    fn uploads(&mut self, bucket: &BucketRow) -> Result<()> {
        let mut after: Option<(String, Option<UploadId>)> = None;
        loop {
            let page = self.core.catalog.read(|tx| {
                let after = after.as_ref().map(|(key, id)| (key.as_str(), id.as_ref()));
                let query = UploadQuery {
                    bucket_id: bucket.id,
                    after,
                    max: PAGE_MAX,
                    ..UploadQuery::default()
                };
                Ok::<_, Error>(uploads::list(tx, &query)?)
            })?;
            for upload in page.uploads {
                if self.cancelled() {
                    return Ok(());
                }
                self.upload(bucket, &upload.key, &upload.id)?;
            }
            after = page.next_after;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    fn upload(&mut self, bucket: &BucketRow, key: &ObjectKey, id: &UploadId) -> Result<()> {
        let found = self.core.catalog.read(|tx| {
            let Some(row) = uploads::find(tx, bucket.id, key, id)? else {
                return Ok::<_, Error>(None);
            };
            let parts = upload_parts::all(tx, row.id)?;
            Ok(Some(Owner {
                key: key.clone(),
                is: BodyOwner::Upload(id.clone()),
                encryption: row.encryption,
                parts: parts.into_iter().map(|row| row.part).collect(),
            }))
        })?;
        match found {
            Some(owner) => self.bodies(bucket, &owner),
            None => Ok(()),
        }
    }

    fn bodies(&mut self, bucket: &BucketRow, owner: &Owner) -> Result<()> {
        for part in &owner.parts {
            if self.cancelled() {
                return Ok(());
            }
            match self.body(bucket, owner, part) {
                Ok(Checked::Whole) => {}
                Ok(Checked::ForCustomer) => self.report.sealed_for_customers += 1,
                Ok(Checked::WithoutKey) => self.report.without_key += 1,
                Err(error) => self.failed(bucket, owner, part, error)?,
            }
            self.report.bodies += 1;
            self.report.size_bytes += part.size_bytes;
            self.progress.bodies = self.report.bodies;
            self.progress.size_bytes = self.report.size_bytes;
            self.progress.damaged = self.report.damaged_total;
            (self.tell)(&self.progress);
        }
        Ok(())
    }

    /// Notes a body that is damaged; any other failure ends the scrub.
    fn failed(
        &mut self,
        bucket: &BucketRow,
        owner: &Owner,
        part: &PartRow,
        error: Error,
    ) -> Result<()> {
        let fault = fault_of(error)?;
        if self.is_gone(bucket, owner, part)? {
            return Ok(());
        }
        self.report.damaged_total += 1;
        if self.report.damaged.len() < NAMED_MAX {
            self.report.damaged.push(DamagedBody {
                bucket: bucket.bucket.name.clone(),
                key: owner.key.clone(),
                belongs: owner.is.clone(),
                part: part.number,
                fault,
            });
        }
        Ok(())
    }

    /// Returns whether the row names another body by now, or is deleted: then its former body may be too.
    fn is_gone(&self, bucket: &BucketRow, owner: &Owner, part: &PartRow) -> Result<bool> {
        let now = self.core.catalog.read(|tx| {
            let key = &owner.key;
            Ok::<_, Error>(match &owner.is {
                BodyOwner::Version(id) => match versions::find(tx, bucket.id, key, id)? {
                    Some(row) => parts::of_version(tx, row.id)?,
                    None => Vec::new(),
                },
                BodyOwner::Upload(id) => match uploads::find(tx, bucket.id, key, id)? {
                    Some(row) => {
                        let rows = upload_parts::all(tx, row.id)?;
                        rows.into_iter().map(|row| row.part).collect()
                    }
                    None => Vec::new(),
                },
            })
        })?;
        Ok(!now.contains(part))
    }

    fn body(&mut self, bucket: &BucketRow, owner: &Owner, part: &PartRow) -> Result<Checked> {
        let blob = BlobId::from_bytes(part.blob);
        let sealed = self
            .core
            .catalog
            .read(|tx| Ok::<_, Error>(blobs::sealed_in_row(tx, &part.blob)?))?;
        let vault = &self.core.vault;
        let keys = match &owner.encryption {
            RowSse::S3 => Arc::clone(&self.core.keys),
            RowSse::Kms { key, .. } => match self.kek(key, part.kek_version)? {
                Some(kek) => Arc::new(kms_keys(bucket, owner, part, kek)?),
                None => return Ok(Checked::WithoutKey),
            },
            RowSse::Customer { .. } => {
                match sealed {
                    Some(sealed) => vault.check_small(blob, sealed, part.size_bytes)?,
                    None => vault.check_file(blob, part.size_bytes)?,
                }
                return Ok(Checked::ForCustomer);
            }
        };
        let data_key = keys.unwrap(&Wrapped::of(part), &place(bucket, owner, part))?;
        let reader = match sealed {
            Some(sealed) => vault.open_small(&data_key, blob, sealed, part.size_bytes)?,
            None => vault.open_file(&data_key, blob, part.size_bytes)?,
        };
        // The header commits to the data key: a body that was read whole under it is whole for every row.
        if !self.whole.contains(&blob) {
            read_whole(&reader)?;
            if self.whole.len() < REMEMBERED_MAX {
                self.whole.insert(blob);
            }
        }
        Ok(Checked::Whole)
    }

    /// Opens a version of a key of the key service; `None` where it was destroyed.
    fn kek(&mut self, key: &KeyId, version: u32) -> Result<Option<Arc<Kek>>> {
        let named = (key.clone(), version);
        if let Some(known) = self.keks.get(&named) {
            return Ok(known.clone());
        }
        let row = self
            .core
            .catalog
            .read(|tx| Ok::<_, Error>(keks::find(tx, key.as_str(), version)?))?;
        let kek = match row {
            Some(row) => {
                let wrapped = WrappedKek(row.wrapped);
                let kek = self.core.vault.open_kek(&wrapped, key.as_str(), version)?;
                Some(Arc::new(kek))
            }
            None => None,
        };
        self.keks.insert(named, kek.clone());
        Ok(kek)
    }

    /// Looks whether the scrub is to end.
    fn cancelled(&mut self) -> bool {
        self.report.cancelled |= self.cancel.load(Ordering::Relaxed);
        self.report.cancelled
    }

    fn record(&self) -> Result<()> {
        let owner = UserName::parse(ADMIN).expect("the name of the owner is one");
        let extra: Map<String, Value> = [
            ("versions", Value::from(self.report.versions)),
            ("bodies", self.report.bodies.into()),
            (
                "sealedForCustomers",
                self.report.sealed_for_customers.into(),
            ),
            ("withoutKey", self.report.without_key.into()),
            ("damaged", self.report.damaged_total.into()),
            ("cancelled", self.report.cancelled.into()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        let by = Actor::local(owner, Via::Store);
        self.core.record_event(&by, "ScrubVault", Map::new(), extra)
    }
}

fn place<'a>(bucket: &BucketRow, owner: &'a Owner, part: &PartRow) -> Place<'a> {
    Place {
        bucket_id: bucket.id,
        key: &owner.key,
        belongs: match &owner.is {
            BodyOwner::Version(id) => Belongs::of_version(&owner.encryption, id),
            BodyOwner::Upload(id) => Belongs::Upload(id),
        },
        part_number: part.number,
        blob: BlobId::from_bytes(part.blob),
        size_bytes: part.size_bytes,
    }
}

fn kms_keys(bucket: &BucketRow, owner: &Owner, part: &PartRow, kek: Arc<Kek>) -> Result<Keys> {
    let RowSse::Kms {
        context,
        bucket_key,
        ..
    } = &owner.encryption
    else {
        return Err(VaultError::Unwrap.into());
    };
    let by = Actor::local(bucket.bucket.owner.clone(), Via::Store);
    let of = KeyUse {
        by: &by,
        operation: "ScrubVault",
        bucket: &bucket.bucket.name,
        key: &owner.key,
    };
    // A row whose own pairs contradict its place was changed.
    let whole = whole_context(context, *bucket_key, of).map_err(|_| VaultError::Unwrap)?;
    Ok(Keys::of_kms(
        whole,
        BTreeMap::from([(part.kek_version, kek)]),
    ))
}

fn read_whole(reader: &BlobReader) -> Result<()> {
    let mut chunks = reader.read_range(0, reader.plaintext_len())?;
    while chunks.next_chunk()?.is_some() {}
    Ok(())
}

/// Tells what is wrong with a body; a failure that is not the body's stays one.
fn fault_of(error: Error) -> Result<BodyFault> {
    match error {
        Error::Vault(VaultError::MissingBlob(_)) => Ok(BodyFault::Missing),
        Error::Vault(VaultError::Damaged { .. }) => Ok(BodyFault::Changed),
        Error::Vault(VaultError::Unwrap) => Ok(BodyFault::Key),
        Error::Vault(VaultError::Io { .. }) => Ok(BodyFault::Unreadable),
        other => Err(other),
    }
}
