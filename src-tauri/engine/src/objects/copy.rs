//! `CopyObject`: the parts of the source named by a second version. Data keys are wrapped anew; no
//! byte moves.

use stave_catalog::WriteTx;
use stave_model::{
    Actor, BucketName, Change, Checksum, ChecksumAlgorithm, ChecksumKind, ObjectKey, Version,
    VersionId, Versioning,
};
use stave_store::{Copied, CopyObject, Error as StoreError, GetObject, ObjectRef, SseRequest};

use super::find::find_source;
use super::record::{Draft, DraftPart, Recorder, check_conditions};
use super::source::Source;
use crate::bucket_configs::default_encryption;
use crate::buckets;
use crate::core::Core;
use crate::digests::Digester;
use crate::encryption::{KeyUse, Sealing};
use crate::error::{Error, Result};

/// How often a copy begins again because its source was replaced while its keys were opened.
const ATTEMPTS_MAX: usize = 3;

const OPERATION: &str = "CopyObject";

/// What was made ready of a source before the transaction that copies it.
struct Planned {
    source_row: i64,
    parts: Vec<DraftPart>,
    sealing: Sealing,
    checksum: Option<Checksum>,
}

impl Core {
    pub(crate) fn copy_object(&self, by: &Actor, copy: CopyObject) -> Result<Copied> {
        self.has_room()?;
        if changes_nothing(&copy) && copy.source.version.is_none() {
            return Err(StoreError::CopyOntoItself.into());
        }
        for _ in 0..ATTEMPTS_MAX {
            let planned = self.plan_copy(by, &copy)?;
            let (recorder, attempt) = (self.recorder(), copy.clone());
            let copied = self
                .catalog
                .write(move |tx| copy_in(tx, &recorder, &attempt, planned))?;
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

    /// Looks the source up, opens its keys and that of the copy, and computes what the copy needs.
    fn plan_copy(&self, by: &Actor, copy: &CopyObject) -> Result<Planned> {
        let (source, default) = self.catalog.read(|tx| {
            let source = Source::find(tx, &copy.source, &copy.source_conditions)?;
            let bucket = buckets::find(tx, &copy.bucket)?;
            refuse_idle(copy, &source.row.version, bucket.bucket.versioning)?;
            check_conditions(tx, bucket.id, &copy.key, &copy.conditions)?;
            Ok::<_, Error>((source, default_encryption(tx, bucket.id)?))
        })?;
        let of_source = key_use(by, &copy.source.bucket, &copy.source.key);
        let customer_key = copy.source_customer_key.as_ref();
        let parts = self.open_source(&source, customer_key, of_source)?;
        let of_copy = key_use(by, &copy.bucket, &copy.key);
        let sealing = self.seal_as_asked(&copy.encryption, default.as_ref(), of_copy)?;
        let checksum = match copy.checksum {
            Some(algorithm) => Some(self.source_checksum(by, copy, &source, algorithm)?),
            None => None,
        };
        Ok(Planned {
            source_row: source.row.id,
            parts,
            sealing,
            checksum,
        })
    }

    /// Returns the checksum that the copy is to have, read from the bytes where the source has it
    /// not.
    fn source_checksum(
        &self,
        by: &Actor,
        copy: &CopyObject,
        source: &Source,
        algorithm: ChecksumAlgorithm,
    ) -> Result<Checksum> {
        let version = &source.row.version;
        let present = version.checksum.as_ref().filter(|present| {
            present.algorithm == algorithm && present.kind == ChecksumKind::FullObject
        });
        if let Some(present) = present {
            return Ok(present.clone());
        }
        Ok(Checksum {
            algorithm,
            kind: ChecksumKind::FullObject,
            value: self.compute(by, copy, &version.id, algorithm)?,
            parts: 0,
        })
    }

    /// Reads the source through and returns its checksum.
    fn compute(
        &self,
        by: &Actor,
        copy: &CopyObject,
        version: &VersionId,
        algorithm: ChecksumAlgorithm,
    ) -> Result<Vec<u8>> {
        let whole = ObjectRef {
            version: Some(version.clone()),
            ..copy.source.clone()
        };
        let get = GetObject {
            customer_key: copy.source_customer_key.clone(),
            ..GetObject::whole(whole)
        };
        let body = self.read_object(by, OPERATION, &get)?.body;
        let mut digester = Digester::of(algorithm);
        digester.update(&body.first.unwrap_or_default());
        if let Some(mut rest) = body.rest {
            while let Some(chunk) = rest
                .next_plain()
                .map_err(|error| error.at_version(&copy.source.key, version))?
            {
                digester.update(&chunk);
            }
        }
        let digests = digester.finish();
        Ok(digests.additional(algorithm).unwrap_or_default().to_vec())
    }
}

fn key_use<'a>(by: &'a Actor, bucket: &'a BucketName, key: &'a ObjectKey) -> KeyUse<'a> {
    KeyUse {
        by,
        operation: OPERATION,
        bucket,
        key,
    }
}

/// Returns whether a copy is one onto itself that asks for nothing else.
fn changes_nothing(copy: &CopyObject) -> bool {
    let keeps_encryption =
        matches!(copy.encryption, SseRequest::BucketDefault) && copy.source_customer_key.is_none();
    names_itself(copy) && copy.replace.is_none() && keeps_encryption
}

fn names_itself(copy: &CopyObject) -> bool {
    copy.source.bucket == copy.bucket && copy.source.key == copy.key
}

/// Copies within the transaction; `None` where the source is no longer the one that was looked at.
fn copy_in(
    tx: &WriteTx<'_>,
    recorder: &Recorder,
    copy: &CopyObject,
    planned: Planned,
) -> Result<Option<Copied>> {
    let (source_bucket, source) = find_source(tx, &copy.source, &copy.source_conditions)?;
    if planned.source_row != source.id {
        return Ok(None);
    }
    let bucket = buckets::find(tx, &copy.bucket)?;
    refuse_idle(copy, &source.version, bucket.bucket.versioning)?;
    check_conditions(tx, bucket.id, &copy.key, &copy.conditions)?;
    let draft = draft(&source.version, copy, planned);
    let stored = recorder.record(tx, &bucket, draft)?;
    Ok(Some(Copied {
        stored,
        source_version: source.version.id,
        source_versioning: source_bucket.bucket.versioning,
    }))
}

/// Refuses to replace the null version by itself, unchanged.
fn refuse_idle(copy: &CopyObject, source: &Version, versioning: Versioning) -> Result<()> {
    let replaces_source = source.id == VersionId::Null && versioning != Versioning::Enabled;
    if replaces_source && changes_nothing(copy) {
        return Err(StoreError::CopyOntoItself.into());
    }
    Ok(())
}

fn draft(source: &Version, copy: &CopyObject, planned: Planned) -> Draft {
    let kept = (source.headers.clone(), source.user_metadata.clone());
    let (headers, user_metadata) = copy.replace.clone().unwrap_or(kept);
    // The checksums of the parts are of the source's algorithm; beside one of another they would
    // mislead.
    let keeps_algorithm = planned
        .checksum
        .as_ref()
        .is_none_or(|new| source.checksum.as_ref().map(|old| old.algorithm) == Some(new.algorithm));
    let mut parts = planned.parts;
    if !keeps_algorithm {
        for part in &mut parts {
            part.checksum = None;
        }
    }
    Draft {
        key: copy.key.clone(),
        owner: copy.owner.clone(),
        headers,
        user_metadata,
        etag: source.etag.clone(),
        checksum: planned.checksum.or_else(|| source.checksum.clone()),
        part_count: source.parts,
        tags: copy.tags.clone().unwrap_or_else(|| source.tags.clone()),
        acl: copy.acl.clone(),
        upload_id: None,
        sealing: planned.sealing,
        parts,
    }
}
