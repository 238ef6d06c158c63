//! `DeleteObject` and `DeleteObjects`.

use stave_catalog::WriteTx;
use stave_catalog::buckets::BucketRow;
use stave_catalog::versions;
use stave_model::{BucketName, Change, ObjectKey, VersionId, VersionKind, Versioning};
use stave_store::{DeleteObject, Deleted, DeletedEach, Error as StoreError};

use super::record::{Recorder, check_conditions};
use crate::buckets;
use crate::core::Core;
use crate::error::{Error, Result};

/// The most deletes of one batch
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>).
const BATCH_MAX: usize = 1_000;

impl Core {
    pub(crate) fn delete_object(&self, delete: &DeleteObject) -> Result<Deleted> {
        self.writable()?;
        refuse_condition_on_version(delete)?;
        let (bucket, key) = (delete.object.bucket.clone(), delete.object.key.clone());
        let deleted = self.write_freeing(|| {
            let (recorder, delete) = (self.recorder(), delete.clone());
            move |tx: &WriteTx<'_>| {
                let bucket = buckets::find(tx, &delete.object.bucket)?;
                delete_in(tx, &recorder, &bucket, &delete)
            }
        })?;
        self.sweeper.wake();
        self.publish(&Change::Object(bucket, key));
        Ok(deleted)
    }

    /// Deletes each on its own, all in one transaction: a refused one changes nothing and stops no
    /// other.
    pub(crate) fn delete_objects(
        &self,
        bucket: &BucketName,
        deletes: &[DeleteObject],
    ) -> Result<DeletedEach> {
        self.writable()?;
        if deletes.len() > BATCH_MAX {
            let refused = "a batch deletes at most 1000 objects";
            return Err(StoreError::InvalidArgument(refused).into());
        }
        let outcomes = self.write_freeing(|| {
            let (recorder, name, deletes) = (self.recorder(), bucket.clone(), deletes.to_vec());
            move |tx: &WriteTx<'_>| delete_each(tx, &recorder, &name, deletes)
        })?;
        self.sweeper.wake();
        for (delete, _) in outcomes.iter().filter(|(_, outcome)| outcome.is_ok()) {
            self.publish(&Change::Object(bucket.clone(), delete.object.key.clone()));
        }
        Ok(outcomes
            .into_iter()
            .map(|(delete, outcome)| (delete.object, outcome.map_err(Error::into_store)))
            .collect())
    }
}

fn delete_each(
    tx: &WriteTx<'_>,
    recorder: &Recorder,
    bucket: &BucketName,
    deletes: Vec<DeleteObject>,
) -> Result<Vec<(DeleteObject, Result<Deleted>)>> {
    let bucket = buckets::find(tx, bucket)?;
    let each = deletes.into_iter().map(|delete| {
        let outcome = refuse_condition_on_version(&delete)
            .and_then(|()| delete_in(tx, recorder, &bucket, &delete));
        match outcome {
            // A failure of the catalog may have left half a delete: the whole batch is rolled back.
            Err(Error::Catalog(error)) => Err(Error::Catalog(error)),
            refused_or_done => Ok((delete, refused_or_done)),
        }
    });
    each.collect()
}

/// S3 answers `If-Match` on one version by 501.
fn refuse_condition_on_version(delete: &DeleteObject) -> Result<()> {
    if delete.object.version.is_some() && !delete.conditions.is_empty() {
        let what = "a conditional delete of one version";
        return Err(StoreError::NotOffered { what }.into());
    }
    Ok(())
}

fn delete_in(
    tx: &WriteTx<'_>,
    recorder: &Recorder,
    bucket: &BucketRow,
    delete: &DeleteObject,
) -> Result<Deleted> {
    let key = &delete.object.key;
    check_conditions(tx, bucket.id, key, &delete.conditions)?;
    if let Some(version) = &delete.object.version {
        let delete_marker = remove(tx, bucket.id, key, version)?;
        return Ok(Deleted {
            key: key.clone(),
            version: Some(version.clone()),
            delete_marker,
        });
    }
    if bucket.bucket.versioning == Versioning::Off {
        remove(tx, bucket.id, key, &VersionId::Null)?;
        return Ok(Deleted {
            key: key.clone(),
            version: None,
            delete_marker: false,
        });
    }
    let marker = recorder.record_delete_marker(tx, bucket, key, &delete.owner)?;
    Ok(Deleted {
        key: key.clone(),
        version: Some(marker),
        delete_marker: true,
    })
}

/// Removes a version for ever if it is there; returns whether it was a delete marker.
fn remove(tx: &WriteTx<'_>, bucket_id: i64, key: &ObjectKey, version: &VersionId) -> Result<bool> {
    let Some(row) = versions::find(tx, bucket_id, key, version)? else {
        return Ok(false);
    };
    versions::remove(tx, row.id)?;
    Ok(row.version.kind == VersionKind::DeleteMarker)
}
