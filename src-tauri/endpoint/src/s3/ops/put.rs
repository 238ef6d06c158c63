//! Writing an object.

use s3s::dto::{PutObjectInput, PutObjectOutput};
use s3s::{S3Request, S3Response, S3Result, s3_error};
use stave_model::Decision;
use stave_store::{Error, ListObjects, PutObject, Stored};

use super::{Operations, caller, verbatim};
use crate::s3::bodies::incoming;
use crate::s3::checksums::{self, Told, trailer};
use crate::s3::convert::{bucket_name, etag, object_key, told_written};
use crate::s3::encryption;
use crate::s3::errors::from_store;
use crate::s3::headers::{
    OF_TARGET, body_length, conditions, expects_to_be_asked, object_headers, user_metadata,
};
use crate::s3::tagging::tags_of_header;

/// The most that S3 takes in one request: 5 GiB.
pub(in crate::s3) const BODY_MAX_BYTES: u64 = 5 * 1_024 * 1_024 * 1_024;

pub(super) async fn put_object(
    ops: &Operations,
    request: S3Request<PutObjectInput>,
) -> S3Result<S3Response<PutObjectOutput>> {
    let caller = caller(&request)?;
    let verbatim = verbatim(&request)?;
    let headers = &verbatim.headers;
    let input = request.input;
    let size_bytes = checked_length(body_length(headers)?)?;
    let bucket = bucket_name(&input.bucket)?;
    let belongs = ops.belongs(&caller, &bucket, headers).await?;
    let checksums = checksums::of_object(headers)?;
    let encryption = encryption::of_write(headers)?;
    let put = PutObject {
        bucket,
        key: object_key(&input.key)?,
        owner: belongs.owner,
        headers: object_headers(headers)?,
        user_metadata: user_metadata(input.metadata)?,
        conditions: conditions(headers, &OF_TARGET)?,
        checksums,
        body: incoming(
            input.body,
            size_bytes,
            trailer(headers, verbatim.trailers.clone())?,
        ),
        tags: tags_of_header(headers)?,
        acl: belongs.acl,
        encryption,
    };
    if expects_to_be_asked(headers) {
        ops.foresee_refusal(&put).await?;
    }
    let stored = ops.acting().put_object(put).await.map_err(from_store)?;
    let sse = encryption::told_written(&stored.sse, &ops.region, headers);
    Ok(S3Response::with_headers(told(&stored), sse))
}

impl Operations {
    /// Refuses what would be refused after the body, to a client that waits to be asked for it. The store
    /// decides again when it writes.
    async fn foresee_refusal(&self, put: &PutObject) -> S3Result<()> {
        self.bucket(put.bucket.as_str()).await?;
        if put.conditions.is_empty() {
            return Ok(());
        }
        // A list, for it asks for no key: who writes need not be able to read what is there.
        let list = ListObjects {
            bucket: put.bucket.clone(),
            prefix: put.key.as_str().to_owned(),
            delimiter: String::new(),
            after: None,
            max_keys: 1,
        };
        let page = self.store.list_objects(list).await.map_err(from_store)?;
        let first = page.objects.into_iter().next();
        let present = first.filter(|version| version.key == put.key);
        let present = present.map(|version| version.etag);
        let key = put.key.clone();
        match put.conditions.decide_write(present.as_ref()) {
            Decision::Proceed => Ok(()),
            Decision::NoSuchKey => Err(from_store(Error::NoSuchKey {
                key,
                delete_marker: None,
            })),
            Decision::NotModified | Decision::PreconditionFailed => {
                Err(from_store(Error::PreconditionFailed))
            }
        }
    }
}

/// Refuses a body that S3 would not take before it is read.
pub(super) fn checked_length(bytes: u64) -> S3Result<u64> {
    if bytes > BODY_MAX_BYTES {
        return Err(s3_error!(
            EntityTooLarge,
            "Your proposed upload exceeds the maximum allowed size"
        ));
    }
    Ok(bytes)
}

fn told(stored: &Stored) -> PutObjectOutput {
    let checksum = Told::with_parts(stored.checksum.as_ref());
    PutObjectOutput {
        checksum_crc32: checksum.crc32,
        checksum_crc32c: checksum.crc32c,
        checksum_crc64nvme: checksum.crc64nvme,
        checksum_sha1: checksum.sha1,
        checksum_sha256: checksum.sha256,
        checksum_type: checksum.kind,
        e_tag: Some(etag(&stored.etag)),
        version_id: told_written(&stored.version, stored.versioning),
        ..PutObjectOutput::default()
    }
}
