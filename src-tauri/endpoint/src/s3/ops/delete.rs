//! Deleting: one key or version, or up to a thousand at once.

use s3s::dto::{
    self, DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput,
    DeletedObject, ObjectIdentifier,
};
use s3s::{S3Error, S3Request, S3Response, S3Result, s3_error};
use stave_model::{BucketName, Conditions, ETagCondition, UserName};
use stave_store::{DeleteObject, Deleted, ObjectRef};

use super::{Operations, caller, verbatim};
use crate::s3::access::{Standing, denied};
use crate::s3::convert::{bucket_name, object_ref};
use crate::s3::errors::{from_store, malformed_xml};
use crate::s3::headers::{OF_TARGET, conditions};

/// S3 takes so many in one request.
const DELETES_MAX: usize = 1_000;

pub(super) async fn delete_object(
    ops: &Operations,
    request: S3Request<DeleteObjectInput>,
) -> S3Result<S3Response<DeleteObjectOutput>> {
    let owner = caller(&request)?.writer();
    let headers = verbatim(&request)?.headers;
    let input = request.input;
    if input.if_match_size.is_some() || input.if_match_last_modified_time.is_some() {
        return Err(only_etag());
    }
    let if_match = conditions(&headers, &OF_TARGET)?.if_match;
    let object = object_ref(&input.bucket, &input.key, input.version_id.as_deref())?;
    let delete = delete(object, owner, if_match)?;
    let deleted = ops.store.delete_object(delete).await.map_err(from_store)?;
    Ok(S3Response::new(DeleteObjectOutput {
        delete_marker: deleted.delete_marker.then_some(true),
        request_charged: None,
        version_id: deleted.version.map(|v| v.as_str().to_owned()),
    }))
}

fn delete(
    object: ObjectRef,
    owner: UserName,
    if_match: Option<ETagCondition>,
) -> S3Result<DeleteObject> {
    if object.version.is_some() && if_match.is_some() {
        return Err(s3_error!(
            NotImplemented,
            "A conditional delete names no version: it asks about the latest."
        ));
    }
    Ok(DeleteObject {
        object,
        owner,
        conditions: Conditions {
            if_match,
            ..Conditions::default()
        },
    })
}

fn only_etag() -> S3Error {
    s3_error!(
        NotImplemented,
        "Of the conditions of a delete only the entity tag is offered."
    )
}

pub(super) async fn delete_objects(
    ops: &Operations,
    request: S3Request<DeleteObjectsInput>,
) -> S3Result<S3Response<DeleteObjectsOutput>> {
    let caller = caller(&request)?;
    let owner = caller.writer();
    let standing = request.extensions.get::<Standing>().copied();
    let standing = standing.ok_or_else(denied)?;
    let input = request.input;
    let bucket = bucket_name(&input.bucket)?;
    let asked = input.delete.objects;
    if asked.is_empty() || asked.len() > DELETES_MAX {
        return Err(malformed_xml());
    }
    let deleting = ops.rights.deleting(&bucket, standing).await?;
    let mut deletes = Vec::with_capacity(asked.len());
    let mut errors = Vec::new();
    for one in asked {
        let parsed = match parse(&bucket, &one, &owner) {
            Ok(delete) => {
                let may = deleting.may(&delete.object).await;
                may.map(|()| delete)
            }
            Err(error) => Err(error),
        };
        match parsed {
            Ok(delete) => deletes.push(delete),
            Err(error) => errors.push(told_error(one.key, one.version_id, &error)),
        }
    }
    let store = &ops.store;
    let each = store
        .delete_objects(&bucket, deletes)
        .await
        .map_err(from_store)?;
    let mut done = Vec::with_capacity(each.len());
    for (object, outcome) in each {
        let version = object.version.as_ref().map(|v| v.as_str().to_owned());
        match outcome {
            Ok(outcome) => done.push(told(outcome, version)),
            Err(error) => {
                let key = object.key.as_str().to_owned();
                errors.push(told_error(key, version, &from_store(error)));
            }
        }
    }
    let quiet = input.delete.quiet.unwrap_or(false);
    Ok(S3Response::new(DeleteObjectsOutput {
        deleted: (!quiet).then_some(done),
        errors: Some(errors),
        request_charged: None,
    }))
}

fn parse(bucket: &BucketName, one: &ObjectIdentifier, owner: &UserName) -> S3Result<DeleteObject> {
    if one.size.is_some() || one.last_modified_time.is_some() {
        return Err(only_etag());
    }
    let object = object_ref(bucket.as_str(), &one.key, one.version_id.as_deref())?;
    let if_match = one
        .e_tag
        .as_ref()
        .map(|tag| ETagCondition::parse(tag.value()));
    delete(object, owner.clone(), if_match)
}

fn told(outcome: Deleted, asked_version: Option<String>) -> DeletedObject {
    let version = outcome.version.map(|v| v.as_str().to_owned());
    DeletedObject {
        delete_marker: outcome.delete_marker.then_some(true),
        delete_marker_version_id: version.filter(|_| outcome.delete_marker),
        key: Some(outcome.key.as_str().to_owned()),
        version_id: asked_version,
    }
}

fn told_error(key: String, version_id: Option<String>, error: &S3Error) -> dto::Error {
    dto::Error {
        code: Some(error.code().as_str().to_owned()),
        key: Some(key),
        message: error.message().map(str::to_owned),
        version_id,
    }
}
