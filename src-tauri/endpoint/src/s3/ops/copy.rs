//! Copying an object.

use hyper::HeaderMap;
use s3s::dto::{
    CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource, MetadataDirective,
    TaggingDirective,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};
use stave_model::{ChecksumAlgorithm, Tags};
use stave_store::{Copied, CopyObject, ObjectRef};

use super::{Operations, caller, verbatim};
use crate::s3::checksums::{Told, parse_algorithm};
use crate::s3::convert::{
    bucket_name, etag, object_key, object_ref, timestamp, told_version, told_written,
};
use crate::s3::encryption;
use crate::s3::errors::from_store;
use crate::s3::headers::{OF_SOURCE, OF_TARGET, conditions, object_headers, text, user_metadata};
use crate::s3::tagging::tags_of_header;

pub(super) async fn copy_object(
    ops: &Operations,
    request: S3Request<CopyObjectInput>,
) -> S3Result<S3Response<CopyObjectOutput>> {
    let caller = caller(&request)?;
    let headers = verbatim(&request)?.headers;
    let input = request.input;
    let source = ops.copy_source(&input.copy_source).await?;
    if let Some(expected) = &input.expected_source_bucket_owner {
        let expected = expected.as_bytes();
        ops.rights.is_owned_by(&source.bucket, expected).await?;
    }
    let bucket = bucket_name(&input.bucket)?;
    let belongs = ops.belongs(&caller, &bucket, &headers).await?;
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
        bucket,
        key: object_key(&input.key)?,
        owner: belongs.owner,
        replace: replaces.then_some(new),
        conditions: conditions(&headers, &OF_TARGET)?,
        checksum: asked_checksum(text(&headers, "x-amz-checksum-algorithm")?)?,
        tags: new_tags(&headers, input.tagging_directive.as_ref())?,
        acl: belongs.acl,
        encryption: encryption::of_write(&headers)?,
        source_customer_key: encryption::of_source(&headers)?,
    };
    let copied = ops.acting().copy_object(copy).await;
    let copied = copied.map_err(from_store)?;
    let sse = encryption::told_written(&copied.stored.sse, &ops.region, &headers);
    Ok(S3Response::with_headers(told(&copied), sse))
}

/// Reads the tags of the copy; `None` keeps those of the source.
fn new_tags(headers: &HeaderMap, directive: Option<&TaggingDirective>) -> S3Result<Option<Tags>> {
    match directive.map(TaggingDirective::as_str) {
        None | Some("COPY") => Ok(None),
        Some("REPLACE") => tags_of_header(headers).map(Some),
        Some(_) => Err(s3_error!(InvalidArgument, "Unknown tagging directive.")),
    }
}

fn asked_checksum(name: Option<&str>) -> S3Result<Option<ChecksumAlgorithm>> {
    name.map(parse_algorithm).transpose()
}

impl Operations {
    /// Returns what is to be copied, if the caller may read it.
    pub(super) async fn copy_source(&self, source: &CopySource) -> S3Result<ObjectRef> {
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
        self.rights.may_read(&source).await?;
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
        version_id: told_written(&stored.version, stored.versioning),
        ..CopyObjectOutput::default()
    }
}
