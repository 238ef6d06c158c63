//! Which version a request means.

use stave_catalog::ReadTx;
use stave_catalog::buckets::BucketRow;
use stave_catalog::parts::{self, PartRow};
use stave_catalog::versions::{self, VersionRow};
use stave_model::{Conditions, Decision, ObjectKey, Version, VersionId, VersionKind};
use stave_store::{Error as StoreError, ObjectRef};

use crate::buckets;
use crate::error::Result;

/// Returns the version that a read means: the one asked for, or the latest. Never a delete marker.
pub(crate) fn find_object(tx: &ReadTx<'_>, object: &ObjectRef) -> Result<(BucketRow, VersionRow)> {
    let bucket = buckets::find(tx, &object.bucket)?;
    let found = match &object.version {
        None => latest(tx, &bucket, &object.key)?,
        Some(version) => by_id(tx, &bucket, &object.key, version)?,
    };
    Ok((bucket, found))
}

/// Returns the parts of a version. Those that do not make it up, since one or the other was changed, are damage:
/// a body that is cut short must not look whole.
pub(crate) fn parts_of(tx: &ReadTx<'_>, row: &VersionRow) -> Result<Vec<PartRow>> {
    let rows = parts::of_version(tx, row.id)?;
    let version = &row.version;
    let size: u128 = rows.iter().map(|part| u128::from(part.size_bytes)).sum();
    // A body that was put whole is one part without a number.
    let numbered = rows.iter().filter(|part| part.number > 0).count();
    let as_told = rows.len() == usize::from(version.parts.max(1))
        && numbered == usize::from(version.parts)
        && size == u128::from(version.size_bytes);
    if !as_told {
        return Err(StoreError::Damaged {
            key: version.key.clone(),
            version: version.id.clone(),
        }
        .into());
    }
    Ok(rows)
}

/// Returns the version that a copy reads, whose conditions hold.
pub(crate) fn find_source(
    tx: &ReadTx<'_>,
    source: &ObjectRef,
    conditions: &Conditions,
) -> Result<(BucketRow, VersionRow)> {
    let (bucket, row) = find_object(tx, source).map_err(|error| match error {
        crate::error::Error::Refused(StoreError::IsDeleteMarker { .. }) => {
            StoreError::InvalidRequest("the source of a copy may not be a delete marker").into()
        }
        other => other,
    })?;
    // What a read would answer by 304, a copy answers by 412.
    match decide_read(&row.version, conditions) {
        Ok(()) => Ok((bucket, row)),
        Err(_) => Err(StoreError::PreconditionFailed.into()),
    }
}

/// Decides the conditions of a read.
pub(crate) fn decide_read(version: &Version, conditions: &Conditions) -> Result<(), StoreError> {
    match conditions.decide_read(&version.etag, version.modified) {
        Decision::Proceed => Ok(()),
        Decision::NotModified => Err(StoreError::NotModified),
        Decision::PreconditionFailed => Err(StoreError::PreconditionFailed),
        Decision::NoSuchKey => Err(StoreError::NoSuchKey {
            key: version.key.clone(),
            delete_marker: None,
        }),
    }
}

fn latest(tx: &ReadTx<'_>, bucket: &BucketRow, key: &ObjectKey) -> Result<VersionRow> {
    let missing = |delete_marker| StoreError::NoSuchKey {
        key: key.clone(),
        delete_marker,
    };
    let row = versions::latest(tx, bucket.id, key)?.ok_or_else(|| missing(None))?;
    match row.version.kind {
        VersionKind::Object => Ok(row),
        VersionKind::DeleteMarker => Err(missing(Some(row.version.id)).into()),
    }
}

fn by_id(
    tx: &ReadTx<'_>,
    bucket: &BucketRow,
    key: &ObjectKey,
    version: &VersionId,
) -> Result<VersionRow> {
    let (key, version) = (key.clone(), version.clone());
    let Some(row) = versions::find(tx, bucket.id, &key, &version)? else {
        return Err(StoreError::NoSuchVersion { key, version }.into());
    };
    match row.version.kind {
        VersionKind::Object => Ok(row),
        VersionKind::DeleteMarker => Err(StoreError::IsDeleteMarker { key, version }.into()),
    }
}
