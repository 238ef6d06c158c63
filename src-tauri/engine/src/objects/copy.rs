//! `CopyObject`: the parts of the source named by a second version. Data keys are wrapped anew; no
//! byte moves.

use stave_catalog::buckets::BucketRow;
use stave_catalog::versions::VersionRow;
use stave_catalog::{ReadTx, parts};
use stave_model::{
    Change, Checksum, ChecksumAlgorithm, ChecksumKind, Version, VersionId, Versioning,
};
use stave_store::{Copied, CopyObject, Error as StoreError, GetObject, ObjectRef};

use super::find::find_source;
use super::record::{Draft, DraftPart, Recorder, check_conditions};
use crate::buckets;
use crate::core::Core;
use crate::digests::Digester;
use crate::error::{Error, Result};
use crate::keys::{Belongs, Place, Wrapped};

/// How often a copy begins again because its source was replaced while its checksum was computed.
const ATTEMPTS_MAX: usize = 3;

/// The source as it was when its checksum was computed.
struct Checked {
    source_row: i64,
    checksum: Option<Checksum>,
}

impl Core {
    pub(crate) fn copy_object(&self, copy: CopyObject) -> Result<Copied> {
        self.has_room()?;
        if names_itself(&copy) && copy.source.version.is_none() && copy.replace.is_none() {
            return Err(StoreError::CopyOntoItself.into());
        }
        for _ in 0..ATTEMPTS_MAX {
            let checked = match copy.checksum {
                Some(algorithm) => Some(self.source_checksum(&copy, algorithm)?),
                None => None,
            };
            let (recorder, attempt) = (self.recorder(), copy.clone());
            let copied = self
                .catalog
                .write(move |tx| copy_in(tx, &recorder, &attempt, checked))?;
            if let Some(copied) = copied {
                self.sweeper.wake();
                self.publish(&Change::Object(copy.bucket, copy.key));
                return Ok(copied);
            }
        }
        // The source changes faster than it can be read: S3's answer to such races is a failed
        // condition.
        Err(StoreError::PreconditionFailed.into())
    }

    /// Returns the checksum that the copy is to have, read from the bytes where the source has it
    /// not.
    fn source_checksum(&self, copy: &CopyObject, algorithm: ChecksumAlgorithm) -> Result<Checked> {
        let row = self.catalog.read(|tx| {
            let (_, row) = find_source(tx, &copy.source, &copy.source_conditions)?;
            Ok::<_, Error>(row)
        })?;
        let present = row.version.checksum.filter(|present| {
            present.algorithm == algorithm && present.kind == ChecksumKind::FullObject
        });
        let checksum = match present {
            Some(present) => present,
            None => Checksum {
                algorithm,
                kind: ChecksumKind::FullObject,
                value: self.compute(&copy.source, &row.version.id, algorithm)?,
                parts: 0,
            },
        };
        Ok(Checked {
            source_row: row.id,
            checksum: Some(checksum),
        })
    }

    /// Reads a version through and returns its checksum.
    pub(crate) fn compute(
        &self,
        object: &ObjectRef,
        version: &VersionId,
        algorithm: ChecksumAlgorithm,
    ) -> Result<Vec<u8>> {
        let whole = ObjectRef {
            version: Some(version.clone()),
            ..object.clone()
        };
        let body = self.get_object(&GetObject::whole(whole))?.body;
        let mut digester = Digester::of(algorithm);
        digester.update(&body.first.unwrap_or_default());
        if let Some(mut rest) = body.rest {
            while let Some(chunk) = rest
                .next_plain()
                .map_err(|error| error.at_version(&object.key, version))?
            {
                digester.update(&chunk);
            }
        }
        let digests = digester.finish();
        Ok(digests.additional(algorithm).unwrap_or_default().to_vec())
    }
}

fn names_itself(copy: &CopyObject) -> bool {
    copy.source.bucket == copy.bucket && copy.source.key == copy.key
}

/// Copies within the transaction; `None` where the source is no longer the one that was checked.
fn copy_in(
    tx: &stave_catalog::WriteTx<'_>,
    recorder: &Recorder,
    copy: &CopyObject,
    checked: Option<Checked>,
) -> Result<Option<Copied>> {
    let (source_bucket, source) = find_source(tx, &copy.source, &copy.source_conditions)?;
    if checked
        .as_ref()
        .is_some_and(|checked| checked.source_row != source.id)
    {
        return Ok(None);
    }
    let bucket = buckets::find(tx, &copy.bucket)?;
    refuse_idle(copy, &source.version, bucket.bucket.versioning)?;
    check_conditions(tx, bucket.id, &copy.key, &copy.conditions)?;
    let checksum = checked.and_then(|checked| checked.checksum);
    let draft = draft(tx, recorder, (&source_bucket, &source), copy, checksum)?;
    let stored = recorder.record(tx, &bucket, draft)?;
    Ok(Some(Copied {
        stored,
        source_version: source.version.id,
        source_versioning: source_bucket.bucket.versioning,
    }))
}

/// Refuses to replace the null version by itself, unchanged.
fn refuse_idle(copy: &CopyObject, source: &Version, versioning: Versioning) -> Result<()> {
    let replaces_source =
        names_itself(copy) && source.id == VersionId::Null && versioning != Versioning::Enabled;
    if replaces_source && copy.replace.is_none() {
        return Err(StoreError::CopyOntoItself.into());
    }
    Ok(())
}

fn draft(
    tx: &ReadTx<'_>,
    recorder: &Recorder,
    (bucket, source): (&BucketRow, &VersionRow),
    copy: &CopyObject,
    checksum: Option<Checksum>,
) -> Result<Draft> {
    let version = &source.version;
    let kept = (version.headers.clone(), version.user_metadata.clone());
    let (headers, user_metadata) = copy.replace.clone().unwrap_or(kept);
    // The checksums of the parts are of the source's algorithm; beside one of another they would
    // mislead.
    let keeps_algorithm = checksum.as_ref().is_none_or(|new| {
        version.checksum.as_ref().map(|old| old.algorithm) == Some(new.algorithm)
    });
    let mut draft_parts = source_parts(tx, recorder, bucket.id, source)?;
    if !keeps_algorithm {
        for part in &mut draft_parts {
            part.checksum = None;
        }
    }
    Ok(Draft {
        key: copy.key.clone(),
        owner: copy.owner.clone(),
        headers,
        user_metadata,
        etag: version.etag.clone(),
        checksum: checksum.or_else(|| version.checksum.clone()),
        part_count: version.parts,
        tags: copy.tags.clone().unwrap_or_else(|| version.tags.clone()),
        acl: copy.acl.clone(),
        upload_id: None,
        parts: draft_parts,
    })
}

/// Returns the parts of a version with their data keys open, to be named by another row too.
pub(crate) fn source_parts(
    tx: &ReadTx<'_>,
    recorder: &Recorder,
    bucket_id: i64,
    source: &VersionRow,
) -> Result<Vec<DraftPart>> {
    let version = &source.version;
    let rows = parts::of_version(tx, source.id)?.into_iter();
    let opened = rows.map(|row| {
        let blob = stave_vault::BlobId::from_bytes(row.blob);
        let place = Place {
            bucket_id,
            key: &version.key,
            belongs: Belongs::Version(&version.id),
            part_number: row.number,
            blob,
            size_bytes: row.size_bytes,
        };
        let data_key = recorder
            .keys
            .unwrap(&Wrapped::of(&row), &place)
            .map_err(|error| error.at_version(&version.key, &version.id))?;
        Ok(DraftPart {
            number: row.number,
            size_bytes: row.size_bytes,
            blob,
            data_key,
            checksum: row.checksum,
            md5: row.etag_md5,
            new_blob: None,
        })
    });
    opened.collect()
}
