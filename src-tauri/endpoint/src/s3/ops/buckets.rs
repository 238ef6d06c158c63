//! Buckets.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::HeaderMap;
use s3s::dto::{
    self, BucketVersioningStatus, CreateBucketInput, CreateBucketOutput, DeleteBucketInput,
    DeleteBucketOutput, GetBucketLocationInput, GetBucketLocationOutput, GetBucketVersioningInput,
    GetBucketVersioningOutput, HeadBucketInput, HeadBucketOutput, ListBucketsInput,
    ListBucketsOutput, PutBucketVersioningInput, PutBucketVersioningOutput,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};
use stave_model::{Acl, Bucket, BucketName, ObjectOwnership, Versioning};
use stave_store::{CreateBucket, Error};

use super::configs::acl_in_the_way;
use super::{Operations, caller, verbatim};
use crate::dialect::Dialect;
use crate::s3::access::{denied, is_admin};
use crate::s3::convert::{bucket_name, owner, timestamp};
use crate::s3::errors::from_store;
use crate::s3::headers::text;

/// S3 gives at most so many buckets on a page.
const PAGE_MAX: i32 = 10_000;

/// The region whose name S3 leaves out.
const FIRST_REGION: &str = "us-east-1";

pub(super) async fn list_buckets(
    ops: &Operations,
    request: S3Request<ListBucketsInput>,
) -> S3Result<S3Response<ListBucketsOutput>> {
    let caller = caller(&request)?;
    let input = request.input;
    let page = usize::try_from(input.max_buckets.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX))
        .expect("1 to 10,000 fits");
    let after = input.continuation_token.as_deref().map(parse_token);
    let after = after.transpose()?;
    let prefix = input.prefix.as_deref().unwrap_or_default();
    // S3 shows whoever may list them all buckets of the account; Ceph each user their own.
    let all = ops.rights.knows_identities() && ops.dialect == Dialect::Aws;
    let shown = |bucket: &Bucket| {
        caller
            .user()
            .is_some_and(|user| all || is_admin(user) || bucket.owner == *user)
            && bucket.name.as_str().starts_with(prefix)
            && after
                .as_deref()
                .is_none_or(|after| bucket.name.as_str() > after)
    };
    let buckets = ops.store.list_buckets().await.map_err(from_store)?;
    let mut buckets: Vec<Bucket> = buckets.into_iter().filter(shown).collect();
    let more = buckets.len() > page;
    buckets.truncate(page);
    let last = buckets.last().filter(|_| more);
    let token = last.map(|bucket| URL_SAFE_NO_PAD.encode(bucket.name.as_str()));
    let told = |bucket: Bucket| dto::Bucket {
        bucket_region: Some(ops.region.clone()),
        creation_date: Some(timestamp(bucket.created)),
        name: Some(bucket.name.as_str().to_owned()),
    };
    Ok(S3Response::new(ListBucketsOutput {
        buckets: Some(buckets.into_iter().map(told).collect()),
        continuation_token: token,
        owner: caller.user().map(owner),
        prefix: input.prefix,
    }))
}

fn parse_token(token: &str) -> S3Result<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| {
        s3_error!(
            InvalidArgument,
            "The continuation token provided is incorrect"
        )
    })
}

pub(super) async fn create_bucket(
    ops: &Operations,
    request: S3Request<CreateBucketInput>,
) -> S3Result<S3Response<CreateBucketOutput>> {
    let owner = caller(&request)?.user().cloned().ok_or_else(denied)?;
    let headers = verbatim(&request)?.headers;
    let bucket = bucket_name(&request.input.bucket)?;
    let configuration = request.input.create_bucket_configuration;
    let constraint = configuration.and_then(|c| c.location_constraint);
    // Any region will do: all of them are this computer. What is no region is a mistake.
    if constraint.is_some_and(|c| !is_region(c.as_str())) {
        return Err(s3_error!(
            InvalidLocationConstraint,
            "The specified location-constraint is not valid"
        ));
    }
    let location = format!("/{bucket}");
    let ownership = ops.asked_ownership(&headers)?;
    let asked = ops.asked_by_headers(&headers, &owner).await?;
    let effective = ownership.unwrap_or(ops.object_ownership);
    let lists = effective != ObjectOwnership::BucketOwnerEnforced;
    if !lists && asked.as_ref().is_some_and(|a| !a.says_nothing_new(&owner)) {
        return Err(acl_in_the_way());
    }
    let acl = asked.and_then(|asked| asked.written_out(&owner, &owner));
    let create = CreateBucket {
        bucket: bucket.clone(),
        owner,
        acl: acl.clone().filter(|_| lists),
        ownership,
    };
    match ops.store.create_bucket(create).await {
        Ok(_) => {}
        Err(Error::BucketAlreadyOwnedByYou(_)) if ops.region == FIRST_REGION => {
            ops.make_again(&bucket, acl).await?;
        }
        Err(error) => return Err(from_store(error)),
    }
    Ok(S3Response::new(CreateBucketOutput {
        location: Some(location),
    }))
}

fn is_region(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    name.len() <= 32 && name.bytes().all(allowed)
}

pub(super) async fn head_bucket(
    ops: &Operations,
    request: S3Request<HeadBucketInput>,
) -> S3Result<S3Response<HeadBucketOutput>> {
    ops.bucket(&request.input.bucket).await?;
    Ok(S3Response::new(HeadBucketOutput {
        bucket_region: Some(ops.region.clone()),
        ..HeadBucketOutput::default()
    }))
}

pub(super) async fn delete_bucket(
    ops: &Operations,
    request: S3Request<DeleteBucketInput>,
) -> S3Result<S3Response<DeleteBucketOutput>> {
    let bucket = bucket_name(&request.input.bucket)?;
    ops.store.delete_bucket(&bucket).await.map_err(from_store)?;
    Ok(S3Response::new(DeleteBucketOutput {}))
}

pub(super) async fn get_bucket_location(
    ops: &Operations,
    request: S3Request<GetBucketLocationInput>,
) -> S3Result<S3Response<GetBucketLocationOutput>> {
    ops.bucket(&request.input.bucket).await?;
    let elsewhere = ops.region != FIRST_REGION;
    let location_constraint = elsewhere.then(|| ops.region.clone().into());
    Ok(S3Response::new(GetBucketLocationOutput {
        location_constraint,
    }))
}

pub(super) async fn get_bucket_versioning(
    ops: &Operations,
    request: S3Request<GetBucketVersioningInput>,
) -> S3Result<S3Response<GetBucketVersioningOutput>> {
    let bucket = ops.bucket(&request.input.bucket).await?;
    let status = bucket.versioning.status();
    Ok(S3Response::new(GetBucketVersioningOutput {
        mfa_delete: None,
        status: status.map(BucketVersioningStatus::from_static),
    }))
}

pub(super) async fn put_bucket_versioning(
    ops: &Operations,
    request: S3Request<PutBucketVersioningInput>,
) -> S3Result<S3Response<PutBucketVersioningOutput>> {
    let input = request.input;
    let bucket = bucket_name(&input.bucket)?;
    let configuration = input.versioning_configuration;
    let mfa = configuration.mfa_delete;
    if mfa.is_some_and(|mfa| mfa.as_str() == "Enabled") {
        return Err(s3_error!(NotImplemented, "MFA delete is not offered."));
    }
    let status = configuration.status;
    let versioning = match status.as_ref().map(BucketVersioningStatus::as_str) {
        Some("Enabled") => Versioning::Enabled,
        Some("Suspended") => Versioning::Suspended,
        _ => {
            return Err(s3_error!(
                IllegalVersioningConfigurationException,
                "The Versioning element must be specified"
            ));
        }
    };
    let put = ops.store.put_bucket_versioning(&bucket, versioning);
    put.await.map_err(from_store)?;
    Ok(S3Response::new(PutBucketVersioningOutput {}))
}

impl Operations {
    /// Reads who is to own what others write into a new bucket. Where nothing is said and lists are to be
    /// on, nothing is set either, as it was at S3 before it turned them off.
    fn asked_ownership(&self, headers: &HeaderMap) -> S3Result<Option<ObjectOwnership>> {
        let Some(name) = text(headers, "x-amz-object-ownership")? else {
            let unset = self.object_ownership == ObjectOwnership::ObjectWriter;
            return Ok((!unset).then_some(self.object_ownership));
        };
        ObjectOwnership::parse(name).map(Some).ok_or_else(|| {
            s3_error!(
                InvalidArgument,
                "Invalid x-amz-object-ownership header: {name}"
            )
        })
    }

    /// Makes a bucket that the caller has already: in its first region S3 says that it is done, leaves what
    /// is in the bucket, and sets its list anew. Ceph refuses to make it with another list.
    async fn make_again(&self, bucket: &BucketName, acl: Option<Acl>) -> S3Result<()> {
        let ground = self.rights.ground(bucket).await?;
        if self.dialect == Dialect::Ceph {
            let held = self.rights.bucket_acl(&ground.bucket).await?;
            let asked = acl.unwrap_or_else(|| Acl::private(&ground.bucket.owner));
            if held != asked {
                return Err(s3_error!(
                    BucketAlreadyExists,
                    "The bucket exists already, with another access control list."
                ));
            }
            return Ok(());
        }
        match ground.ownership {
            ObjectOwnership::BucketOwnerEnforced => Ok(()),
            ObjectOwnership::BucketOwnerPreferred | ObjectOwnership::ObjectWriter => {
                self.set_bucket_acl(bucket, acl).await
            }
        }
    }

    /// Returns a bucket, or `NoSuchBucket`.
    pub(super) async fn bucket(&self, name: &str) -> S3Result<Bucket> {
        let name = bucket_name(name)?;
        self.store.head_bucket(&name).await.map_err(from_store)
    }
}
