//! Deleting objects and versions.

use aws_sdk_s3::types::{Delete, DeletedObject, ObjectIdentifier};
use futures::{StreamExt as _, stream};
use stave_model::BucketName;
use stave_store::{DeleteObject, Deleted, DeletedEach, Error, ObjectRef, Result};

use crate::RemoteStore;
use crate::errors::Asked;
use crate::words::{condition, version_id};

/// How many deletes are under way at a time where the endpoint takes them only one by one.
const DELETES_AT_ONCE: usize = 16;

impl RemoteStore {
    /// Deletes a key or a version.
    pub(crate) async fn delete(&self, delete: DeleteObject) -> Result<Deleted> {
        let object = delete.object;
        let answer = self
            .client
            .delete_object()
            .bucket(object.bucket.as_str())
            .key(object.key.as_str())
            .set_version_id(object.version.as_ref().map(ToString::to_string))
            .set_if_match(condition(delete.conditions.if_match.as_ref()))
            .send()
            .await
            .map_err(|e| Asked::object("deleting an object", &object).failed(e))?;
        Ok(Deleted {
            key: object.key,
            version: answer.version_id().map(|id| version_id(Some(id))),
            delete_marker: answer.delete_marker().unwrap_or(false),
        })
    }

    /// Deletes a batch; one by one where the endpoint does not know DeleteObjects.
    pub(crate) async fn delete_each(
        &self,
        bucket: &BucketName,
        deletes: Vec<DeleteObject>,
    ) -> Result<DeletedEach> {
        if deletes.is_empty() {
            return Ok(Vec::new());
        }
        match self.delete_batch(bucket, &deletes).await {
            Err(Error::NotOffered { .. }) => Ok(self.delete_singly(deletes).await),
            outcome => outcome,
        }
    }

    async fn delete_batch(
        &self,
        bucket: &BucketName,
        deletes: &[DeleteObject],
    ) -> Result<DeletedEach> {
        let asked = Asked::bucket("deleting objects", bucket);
        let failed = |source| Error::Failed {
            doing: "deleting objects",
            source: Box::new(source),
        };
        let mut batch = Delete::builder();
        for delete in deletes {
            batch = batch.objects(identifier(delete).map_err(failed)?);
        }
        let answer = self
            .client
            .delete_objects()
            .bucket(bucket.as_str())
            .delete(batch.build().map_err(failed)?)
            .send()
            .await
            .map_err(|e| asked.failed(e))?;
        Ok(deletes
            .iter()
            .map(|delete| {
                let outcome = outcome_of(&delete.object, answer.deleted(), answer.errors());
                (delete.object.clone(), outcome)
            })
            .collect())
    }

    async fn delete_singly(&self, deletes: Vec<DeleteObject>) -> DeletedEach {
        stream::iter(deletes)
            .map(|delete| async move { (delete.object.clone(), self.delete(delete).await) })
            .buffered(DELETES_AT_ONCE)
            .collect()
            .await
    }
}

fn identifier(
    delete: &DeleteObject,
) -> std::result::Result<ObjectIdentifier, aws_smithy_types::error::operation::BuildError> {
    ObjectIdentifier::builder()
        .key(delete.object.key.as_str())
        .set_version_id(delete.object.version.as_ref().map(ToString::to_string))
        .set_e_tag(condition(delete.conditions.if_match.as_ref()))
        .build()
}

/// Finds what became of one delete. An answer that names it nowhere is taken for a success, as it
/// is for a key that was not there.
fn outcome_of(
    object: &ObjectRef,
    deleted: &[DeletedObject],
    errors: &[aws_sdk_s3::types::Error],
) -> Result<Deleted> {
    let version = object.version.as_ref().map(ToString::to_string);
    let same = |key: Option<&str>, id: Option<&str>| {
        key == Some(object.key.as_str()) && (version.is_none() || id == version.as_deref())
    };
    if let Some(error) = errors.iter().find(|e| same(e.key(), e.version_id())) {
        let asked = Asked::object("deleting an object", object);
        return Err(asked.listed(error.code(), error.message()));
    }
    let done = deleted.iter().find(|d| same(d.key(), d.version_id()));
    let delete_marker = done.and_then(DeletedObject::delete_marker).unwrap_or(false);
    let marker = done.and_then(DeletedObject::delete_marker_version_id);
    Ok(Deleted {
        key: object.key.clone(),
        version: match (&object.version, marker) {
            (Some(version), _) => Some(version.clone()),
            (None, marker) => marker.map(|id| version_id(Some(id))),
        },
        delete_marker,
    })
}
