//! The commit point of everything that makes a version: its row, its parts, and the null version
//! that it replaces. All of it happens inside one write transaction.

use std::sync::Arc;

use stave_catalog::blobs::{self, BlobPlace};
use stave_catalog::buckets::BucketRow;
use stave_catalog::encryption::RowSse;
use stave_catalog::parts::PartRow;
use stave_catalog::versions::{self, NewVersion};
use stave_catalog::{ReadTx, WriteTx};
use stave_model::{
    Acl, Checksum, Clock, Conditions, Decision, ETag, Ids, ObjectHeaders, ObjectKey, Sse, Tags,
    UploadId, UserMetadata, UserName, Version, VersionId, VersionKind, Versioning,
};
use stave_store::{Error as StoreError, Stored};
use stave_vault::{BlobId, DataKey};

use crate::encryption::Sealing;
use crate::error::Result;
use crate::keys::{Belongs, Keys, Place, Wrapped};

/// What turns drafts into rows. Cheap to clone, for the closures that run in the writer.
#[derive(Clone)]
pub(crate) struct Recorder {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// A version to be.
pub(crate) struct Draft {
    pub(crate) key: ObjectKey,
    pub(crate) owner: UserName,
    pub(crate) headers: ObjectHeaders,
    pub(crate) user_metadata: UserMetadata,
    pub(crate) etag: ETag,
    pub(crate) checksum: Option<Checksum>,
    /// The number of parts of a multipart object, 0 for one that was put whole.
    pub(crate) part_count: u16,
    pub(crate) tags: Tags,
    pub(crate) acl: Option<Acl>,
    /// The upload that it is completed from.
    pub(crate) upload_id: Option<UploadId>,
    pub(crate) sealing: Sealing,
    pub(crate) parts: Vec<DraftPart>,
}

impl Draft {
    /// Returns the blobs in files that no row names yet: the sweep's, if the commit does not
    /// happen.
    pub(crate) fn new_files(&self) -> Vec<BlobId> {
        self.parts.iter().filter_map(DraftPart::new_file).collect()
    }
}

impl DraftPart {
    /// Returns the blob, if it is in a file that no row names yet.
    pub(crate) fn new_file(&self) -> Option<BlobId> {
        let new = self.new_blob.as_ref()?;
        (new.place == BlobPlace::File).then_some(self.blob)
    }
}

/// A part of a version to be.
pub(crate) struct DraftPart {
    pub(crate) number: u16,
    pub(crate) size_bytes: u64,
    pub(crate) blob: BlobId,
    pub(crate) data_key: PartKey,
    pub(crate) checksum: Option<Vec<u8>>,
    pub(crate) md5: Option<[u8; 16]>,
    /// Where the sealed bytes are; `None` for a blob that another row names already.
    pub(crate) new_blob: Option<NewBlob>,
}

/// The data key of a part of a version to be.
pub(crate) enum PartKey {
    /// Open: it is wrapped for the row that it goes to.
    Open(DataKey),
    /// As another row keeps it: the key that wrapped it is not there.
    Kept(Wrapped),
}

impl PartKey {
    /// Returns the data key as a row keeps it.
    pub(crate) fn wrap(&self, keys: &Keys, place: &Place<'_>) -> Result<Wrapped> {
        match self {
            Self::Open(key) => keys.wrap(key, place),
            Self::Kept(wrapped) => Ok(wrapped.clone()),
        }
    }
}

/// The sealed bytes of a blob that no row names yet.
pub(crate) struct NewBlob {
    pub(crate) place: BlobPlace,
    pub(crate) sealed_bytes: u64,
}

/// Decides the conditions of a write against the present latest version.
pub(crate) fn check_conditions(
    tx: &ReadTx<'_>,
    bucket_id: i64,
    key: &ObjectKey,
    conditions: &Conditions,
) -> Result<()> {
    if conditions.is_empty() {
        return Ok(());
    }
    let present =
        versions::latest(tx, bucket_id, key)?.filter(|row| row.version.kind == VersionKind::Object);
    match conditions.decide_write(present.as_ref().map(|row| &row.version.etag)) {
        Decision::Proceed => Ok(()),
        Decision::NotModified | Decision::PreconditionFailed => {
            Err(StoreError::PreconditionFailed.into())
        }
        Decision::NoSuchKey => Err(StoreError::NoSuchKey {
            key: key.clone(),
            delete_marker: None,
        }
        .into()),
    }
}

impl Recorder {
    /// Makes a version of a draft, the latest of its key.
    pub(crate) fn record(
        &self,
        tx: &WriteTx<'_>,
        bucket: &BucketRow,
        draft: Draft,
    ) -> Result<Stored> {
        let id = self.next_version_id(bucket.bucket.versioning);
        let rows = part_rows(tx, bucket.id, &id, &draft)?;
        let upload_id = draft.upload_id.clone();
        let encryption = draft.sealing.row.clone();
        let version = self.version(id, draft);
        let stored = told(bucket, &version);
        let new = NewVersion {
            bucket_id: bucket.id,
            version,
            upload_id,
            parts: rows,
            encryption,
        };
        insert(tx, &new)?;
        Ok(stored)
    }

    /// Adds a delete marker as the latest version of a key; returns its id.
    pub(crate) fn record_delete_marker(
        &self,
        tx: &WriteTx<'_>,
        bucket: &BucketRow,
        key: &ObjectKey,
        owner: &UserName,
    ) -> Result<VersionId> {
        let id = self.next_version_id(bucket.bucket.versioning);
        let marker = Version {
            key: key.clone(),
            id: id.clone(),
            kind: VersionKind::DeleteMarker,
            is_latest: true,
            size_bytes: 0,
            etag: ETag::parse(""),
            modified: self.clock.now(),
            owner: owner.clone(),
            headers: ObjectHeaders::default(),
            user_metadata: UserMetadata::new(),
            checksum: None,
            sse: Sse::S3,
            parts: 0,
            tags: Tags::default(),
            acl: None,
        };
        let new = NewVersion {
            bucket_id: bucket.id,
            version: marker,
            upload_id: None,
            parts: Vec::new(),
            encryption: RowSse::S3,
        };
        insert(tx, &new)?;
        Ok(id)
    }

    /// Returns the id of the next version: a new one where versioning is on, else the null version.
    fn next_version_id(&self, versioning: Versioning) -> VersionId {
        match versioning {
            Versioning::Enabled => VersionId::Id(hex::encode(self.ids.random_16())),
            Versioning::Off | Versioning::Suspended => VersionId::Null,
        }
    }

    fn version(&self, id: VersionId, draft: Draft) -> Version {
        Version {
            key: draft.key,
            id,
            kind: VersionKind::Object,
            is_latest: true,
            size_bytes: draft.parts.iter().map(|part| part.size_bytes).sum(),
            etag: draft.etag,
            modified: self.clock.now(),
            owner: draft.owner,
            headers: draft.headers,
            user_metadata: draft.user_metadata,
            checksum: draft.checksum,
            sse: draft.sealing.row.told(),
            parts: draft.part_count,
            tags: draft.tags,
            acl: draft.acl,
        }
    }
}

/// Adds the blobs that are new, and wraps the data key of each part for its row.
fn part_rows(
    tx: &WriteTx<'_>,
    bucket_id: i64,
    id: &VersionId,
    draft: &Draft,
) -> Result<Vec<PartRow>> {
    let mut rows = Vec::with_capacity(draft.parts.len());
    for part in &draft.parts {
        if let Some(new) = &part.new_blob {
            blobs::insert(tx, part.blob.as_bytes(), &new.place, new.sealed_bytes)?;
        }
        let place = Place {
            bucket_id,
            key: &draft.key,
            belongs: Belongs::Version(id),
            part_number: part.number,
            blob: part.blob,
            size_bytes: part.size_bytes,
        };
        let wrapped = part.data_key.wrap(&draft.sealing.keys, &place)?;
        rows.push(PartRow {
            number: part.number,
            blob: *part.blob.as_bytes(),
            size_bytes: part.size_bytes,
            wrapped_key: wrapped.wrapped_key,
            kek_version: wrapped.kek_version,
            checksum: part.checksum.clone(),
            etag_md5: part.md5,
        });
    }
    Ok(rows)
}

/// Returns what the writer of a version is told.
pub(crate) fn told(bucket: &BucketRow, version: &Version) -> Stored {
    Stored {
        version: version.id.clone(),
        versioning: bucket.bucket.versioning,
        etag: version.etag.clone(),
        size_bytes: version.size_bytes,
        modified: version.modified,
        checksum: version.checksum.clone(),
        sse: version.sse.clone(),
    }
}

/// Adds a version, in the place of the null version where it is one: the only one that a write
/// replaces.
fn insert(tx: &WriteTx<'_>, new: &NewVersion) -> Result<()> {
    let former = match &new.version.id {
        VersionId::Null => versions::find(tx, new.bucket_id, &new.version.key, &VersionId::Null)?,
        VersionId::Id(_) => None,
    };
    match former {
        Some(former) => versions::replace(tx, former.id, new)?,
        None => versions::insert(tx, new)?,
    };
    Ok(())
}
