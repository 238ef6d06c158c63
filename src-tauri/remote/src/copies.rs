//! Copying, which the endpoint does without the bytes coming here.

use aws_sdk_s3::types::{MetadataDirective, TaggingDirective};
use stave_store::{
    Copied, CopyObject, CustomerKey, Error, GetObject, ObjectRef, Result, SseRequest, Stored,
};

use crate::RemoteStore;
use crate::acls::{AclHeaders, object_acl_headers};
use crate::checksums::{sdk_algorithm, told};
use crate::encryption::{CustomerHeaders, SseHeaders, encrypted, told_sse, with_source_key};
use crate::errors::Asked;
use crate::metadata::{object_headers, sdk_metadata, with_expires};
use crate::tags::tagging_header;
use crate::words::{condition, copy_source, etag, moment, sdk_moment, version_id, versioning_told};

/// Writes the conditions on the source of a copy onto its request.
macro_rules! source_conditions {
    ($request:expr, $conditions:expr) => {
        $request
            .set_copy_source_if_match(condition($conditions.if_match.as_ref()))
            .set_copy_source_if_none_match(condition($conditions.if_none_match.as_ref()))
            .set_copy_source_if_modified_since($conditions.if_modified_since.map(sdk_moment))
            .set_copy_source_if_unmodified_since($conditions.if_unmodified_since.map(sdk_moment))
    };
}
pub(crate) use source_conditions;

impl RemoteStore {
    /// Copies a version. The size is not told by S3: it is asked for.
    pub(crate) async fn copy(&self, copy: CopyObject) -> Result<Copied> {
        let acl = AclHeaders::of_object(copy.acl.as_ref(), &copy.owner)?;
        let mut request = source_conditions!(self.client.copy_object(), copy.source_conditions)
            .bucket(copy.bucket.as_str())
            .key(copy.key.as_str())
            .copy_source(copy_source(&copy.source))
            .set_checksum_algorithm(copy.checksum.map(sdk_algorithm))
            .set_if_match(condition(copy.conditions.if_match.as_ref()))
            .set_if_none_match(condition(copy.conditions.if_none_match.as_ref()));
        let source_key = CustomerHeaders::of(copy.source_customer_key.as_ref());
        request = with_source_key!(object_acl_headers!(request, acl), source_key);
        request = encrypted!(request, SseHeaders::of(&copy.encryption)?);
        if let Some(tags) = &copy.tags {
            request = request
                .tagging_directive(TaggingDirective::Replace)
                .set_tagging(tagging_header(tags));
        }
        let (headers, metadata) = copy.replace.clone().unwrap_or_default();
        if copy.replace.is_some() {
            request = object_headers!(request, headers)
                .metadata_directive(MetadataDirective::Replace)
                .set_metadata(sdk_metadata(&metadata));
        }
        let answer = with_expires!(request, headers).send().await;
        let asked = Asked::object("copying an object", &copy.source);
        let answer = match answer.map_err(|e| asked.failed(e)) {
            Ok(answer) => answer,
            Err(error) => return Err(self.which_bucket(&copy, error).await),
        };
        let made = ObjectRef {
            bucket: copy.bucket,
            key: copy.key,
            version: answer.version_id().map(|id| version_id(Some(id))),
        };
        let made = GetObject {
            customer_key: key_of(&copy.encryption),
            ..GetObject::whole(made)
        };
        let size_bytes = self.head(made).await?.version.size_bytes;
        let told = answer.copy_object_result();
        Ok(Copied {
            stored: Stored {
                version: version_id(answer.version_id()),
                versioning: versioning_told(answer.version_id()),
                etag: etag(told.and_then(|told| told.e_tag())),
                size_bytes,
                modified: moment(told.and_then(|told| told.last_modified())),
                checksum: told.and_then(|told| told!(told).checksum(told.checksum_type())),
                sse: told_sse!(answer),
            },
            source_version: version_id(answer.copy_source_version_id()),
            source_versioning: versioning_told(answer.copy_source_version_id()),
        })
    }

    /// A copy names two buckets, and the error does not say which one is missing.
    async fn which_bucket(&self, copy: &CopyObject, error: Error) -> Error {
        let Error::NoSuchBucket(source) = error else {
            return error;
        };
        let answer = self.client.head_bucket().bucket(source.as_str());
        match answer.send().await {
            Ok(_) => Error::NoSuchBucket(copy.bucket.clone()),
            Err(_) => Error::NoSuchBucket(source),
        }
    }
}

/// Returns the key that a copy needs to be asked for.
fn key_of(encryption: &SseRequest) -> Option<CustomerKey> {
    match encryption {
        SseRequest::Customer(key) => Some(key.clone()),
        SseRequest::BucketDefault | SseRequest::S3 | SseRequest::Kms { .. } => None,
    }
}
