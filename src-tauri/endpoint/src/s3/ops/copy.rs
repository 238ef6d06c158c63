//! Copying an object.

use s3s::dto::{
    CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource, MetadataDirective,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};
use stave_model::{ChecksumAlgorithm, UserName};
use stave_store::{Copied, CopyObject, ObjectRef};

use super::{Operations, caller, verbatim};
use crate::s3::access::{is_owned_by, may_use};
use crate::s3::checksums::{Told, parse_algorithm};
use crate::s3::convert::{bucket_name, etag, object_key, object_ref, sse, timestamp, told_version};
use crate::s3::errors::from_store;
use crate::s3::headers::{OF_SOURCE, OF_TARGET, conditions, object_headers, text, user_metadata};

pub(super) async fn copy_object(
    ops: &Operations,
    request: S3Request<CopyObjectInput>,
) -> S3Result<S3Response<CopyObjectOutput>> {
    let owner = caller(&request)?;
    let headers = verbatim(&request)?.headers;
    let input = request.input;
    let source = ops.copy_source(&input.copy_source, &owner).await?;
    if let Some(expected) = &input.expected_source_bucket_owner {
        is_owned_by(ops.store.as_ref(), &source.bucket, expected.as_bytes()).await?;
    }
    let directive = input
        .metadata_directive
        .as_ref()
        .map(MetadataDirective::as_str);
    let replaces = match directive {
        None | Some("COPY") => false,
        Some("REPLACE") => true,
        Some(_) => return Err(s3_error!(InvalidArgument, "Unknown metadata directive.")),
    };
    let new = (object_headers(&headers)?, user_metadata(input.metadata)?);
    let copy = CopyObject {
        source,
        source_conditions: conditions(&headers, &OF_SOURCE)?,
        bucket: bucket_name(&input.bucket)?,
        key: object_key(&input.key)?,
        owner,
        replace: replaces.then_some(new),
        conditions: conditions(&headers, &OF_TARGET)?,
        checksum: asked_checksum(text(&headers, "x-amz-checksum-algorithm")?)?,
        tags: None,
        acl: None,
    };
    let copied = ops.store.copy_object(copy).await.map_err(from_store)?;
    Ok(S3Response::new(told(&copied)))
}

fn asked_checksum(name: Option<&str>) -> S3Result<Option<ChecksumAlgorithm>> {
    name.map(parse_algorithm).transpose()
}

impl Operations {
    /// Returns what is to be copied, if the caller may read it.
    pub(super) async fn copy_source(
        &self,
        source: &CopySource,
        caller: &UserName,
    ) -> S3Result<ObjectRef> {
        let CopySource::Bucket {
            bucket,
            key,
            version_id,
        } = source
        else {
            return Err(s3_error!(
                NotImplemented,
                "Access points are not offered by this endpoint."
            ));
        };
        let source = object_ref(bucket, key, version_id.as_deref())?;
        may_use(self.store.as_ref(), caller, &source.bucket).await?;
        Ok(source)
    }
}

fn told(copied: &Copied) -> CopyObjectOutput {
    let stored = &copied.stored;
    let checksum = Told::with_parts(stored.checksum.as_ref());
    CopyObjectOutput {
        copy_object_result: Some(CopyObjectResult {
            checksum_crc32: checksum.crc32,
            checksum_crc32c: checksum.crc32c,
            checksum_crc64nvme: checksum.crc64nvme,
            checksum_sha1: checksum.sha1,
            checksum_sha256: checksum.sha256,
            checksum_type: checksum.kind,
            e_tag: Some(etag(&stored.etag)),
            last_modified: Some(timestamp(stored.modified)),
        }),
        copy_source_version_id: told_version(&copied.source_version, copied.source_versioning),
        server_side_encryption: Some(sse(&stored.sse)),
        version_id: told_version(&stored.version, stored.versioning),
        ..CopyObjectOutput::default()
    }
}
