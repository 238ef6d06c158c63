//! Access control lists: told and set. Where the bucket's owner owns everything they are off: then the list
//! is the owner's own, and nothing else can be set.

use hyper::{HeaderMap, StatusCode};
use s3s::dto::{
    AccessControlPolicy, GetBucketAclInput, GetBucketAclOutput, GetObjectAclInput,
    GetObjectAclOutput, PutBucketAclInput, PutBucketAclOutput, PutObjectAclInput,
    PutObjectAclOutput,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};
use stave_model::{Acl, BucketConfig, BucketConfigKind, BucketName, ObjectOwnership, UserName};

use super::{Operations, verbatim};
use crate::s3::access::is_admin;
use crate::s3::acls::{Asked, Belongs, lists_are_off, no_such_id, told_grants};
use crate::s3::convert::{bucket_name, object_ref, owner};
use crate::s3::errors::{custom, from_store};
use crate::s3::verified::Caller;

pub(super) async fn get_bucket_acl(
    ops: &Operations,
    request: S3Request<GetBucketAclInput>,
) -> S3Result<S3Response<GetBucketAclOutput>> {
    let ground = ops
        .rights
        .ground(&bucket_name(&request.input.bucket)?)
        .await?;
    let acl = match ground.ownership {
        ObjectOwnership::BucketOwnerEnforced => Acl::private(&ground.bucket.owner),
        ObjectOwnership::BucketOwnerPreferred | ObjectOwnership::ObjectWriter => {
            ops.rights.bucket_acl(&ground.bucket).await?
        }
    };
    Ok(S3Response::new(GetBucketAclOutput {
        grants: Some(told_grants(&acl)),
        owner: Some(owner(&ground.bucket.owner)),
    }))
}

pub(super) async fn put_bucket_acl(
    ops: &Operations,
    request: S3Request<PutBucketAclInput>,
) -> S3Result<S3Response<PutBucketAclOutput>> {
    let headers = verbatim(&request)?.headers;
    let input = request.input;
    let bucket = bucket_name(&input.bucket)?;
    let ground = ops.rights.ground(&bucket).await?;
    let owner = &ground.bucket.owner;
    let asked = asked(&headers, input.access_control_policy, owner)?;
    ops.knows_users_of(&asked, owner).await?;
    if ground.ownership == ObjectOwnership::BucketOwnerEnforced {
        let done = || S3Response::new(PutBucketAclOutput {});
        return asked
            .says_nothing_new(owner)
            .then(done)
            .ok_or_else(lists_are_off);
    }
    let acl = asked.written_out(owner, owner);
    ops.rights.lists_may_be(&bucket, acl.as_ref()).await?;
    ops.set_bucket_acl(&bucket, acl).await?;
    Ok(S3Response::new(PutBucketAclOutput {}))
}

pub(super) async fn get_object_acl(
    ops: &Operations,
    request: S3Request<GetObjectAclInput>,
) -> S3Result<S3Response<GetObjectAclOutput>> {
    let input = request.input;
    let object = object_ref(&input.bucket, &input.key, input.version_id.as_deref())?;
    let ground = ops.rights.ground(&object.bucket).await?;
    let found = ops.store.object_acl(object).await.map_err(from_store)?;
    let (whose, acl) = match ground.ownership {
        // What lies in such a bucket is its owner's, whoever wrote it.
        ObjectOwnership::BucketOwnerEnforced => {
            let acl = Acl::private(&ground.bucket.owner);
            (ground.bucket.owner, acl)
        }
        ObjectOwnership::BucketOwnerPreferred | ObjectOwnership::ObjectWriter => {
            (found.owner, found.acl)
        }
    };
    Ok(S3Response::new(GetObjectAclOutput {
        grants: Some(told_grants(&acl)),
        owner: Some(owner(&whose)),
        request_charged: None,
    }))
}

pub(super) async fn put_object_acl(
    ops: &Operations,
    request: S3Request<PutObjectAclInput>,
) -> S3Result<S3Response<PutObjectAclOutput>> {
    let headers = verbatim(&request)?.headers;
    let input = request.input;
    let object = object_ref(&input.bucket, &input.key, input.version_id.as_deref())?;
    let ground = ops.rights.ground(&object.bucket).await?;
    let found = ops.store.object_acl(object.clone()).await;
    let found = found.map_err(from_store)?;
    let bucket_owner = &ground.bucket.owner;
    let enforced = ground.ownership == ObjectOwnership::BucketOwnerEnforced;
    let whose = if enforced { bucket_owner } else { &found.owner };
    let asked = asked(&headers, input.access_control_policy, whose)?;
    ops.knows_users_of(&asked, whose).await?;
    if enforced {
        let done = || S3Response::new(PutObjectAclOutput::default());
        return asked
            .says_nothing_new(bucket_owner)
            .then(done)
            .ok_or_else(lists_are_off);
    }
    let acl = asked.written_out(&found.owner, bucket_owner);
    let bucket = &ground.bucket.name;
    ops.rights.lists_may_be(bucket, acl.as_ref()).await?;
    let set = ops.store.put_object_acl(object, acl).await;
    set.map_err(from_store)?;
    Ok(S3Response::new(PutObjectAclOutput::default()))
}

/// Reads a list from headers or from a document, of which there must be one.
fn asked(
    headers: &HeaderMap,
    document: Option<AccessControlPolicy>,
    owner: &UserName,
) -> S3Result<Asked> {
    match (Asked::of_headers(headers)?, document) {
        (Some(asked), None) => Ok(asked),
        (None, Some(document)) => Asked::of_document(document, owner),
        (Some(_), Some(_)) => Err(s3_error!(
            UnexpectedContent,
            "This request does not support content"
        )),
        (None, None) => Err(custom(
            "MissingSecurityHeader",
            StatusCode::BAD_REQUEST,
            "Your request was missing a required header: x-amz-acl",
        )),
    }
}

impl Operations {
    /// Decides whose an object is that `caller` is about to write, and its list.
    pub(super) async fn belongs(
        &self,
        caller: &Caller,
        bucket: &BucketName,
        headers: &HeaderMap,
    ) -> S3Result<Belongs> {
        let found = self.rights.bucket(bucket).await?;
        let asked = self.asked_by_headers(headers, &caller.writer()).await?;
        self.rights.belongs(caller.writer(), found, asked).await
    }

    /// Reads a list from headers, if they ask for one.
    pub(super) async fn asked_by_headers(
        &self,
        headers: &HeaderMap,
        owner: &UserName,
    ) -> S3Result<Option<Asked>> {
        let asked = Asked::of_headers(headers)?;
        if let Some(asked) = &asked {
            self.knows_users_of(asked, owner).await?;
        }
        Ok(asked)
    }

    /// Sets the list of a bucket; `None` is the private one.
    pub(super) async fn set_bucket_acl(
        &self,
        bucket: &BucketName,
        acl: Option<Acl>,
    ) -> S3Result<()> {
        let Some(acl) = acl else {
            return self.unset(bucket.as_str(), BucketConfigKind::Acl).await;
        };
        self.set(bucket, BucketConfig::Acl(acl)).await
    }

    /// Fails where a list names a user who is nobody: one who has no key, and is not the owner either.
    async fn knows_users_of(&self, asked: &Asked, owner: &UserName) -> S3Result<()> {
        let mut users = asked.users();
        users.retain(|user| *user != owner && !is_admin(user));
        if users.is_empty() {
            return Ok(());
        }
        let keys = self.access_keys.list_access_keys().await;
        let keys = keys.map_err(from_store)?;
        let known = |user: &UserName| keys.iter().any(|key| key.user == *user);
        let all = users.into_iter().all(known);
        all.then_some(()).ok_or_else(no_such_id)
    }
}
