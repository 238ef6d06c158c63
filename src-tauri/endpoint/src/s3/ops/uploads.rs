//! Multipart uploads: begun, completed, aborted.

use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CompletedPart, CreateMultipartUploadInput,
    CreateMultipartUploadOutput,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};
use stave_model::{ChecksumAlgorithm, ChecksumKind, ETag};
use stave_store::{CompleteUpload, CreateUpload, CustomerKey, Error, Stored, UploadRef};

use super::{Operations, caller, verbatim};
use crate::dialect::Dialect;
use crate::s3::checksums::{
    Told, algorithm_name, checksum_type, of_parts, parse_algorithm, parse_value,
};
use crate::s3::convert::{bucket_name, etag, object_key, part_number, told_written, upload_id};
use crate::s3::encryption;
use crate::s3::errors::{from_store, from_upload, malformed_xml};
use crate::s3::headers::{OF_TARGET, conditions, object_headers, text, user_metadata};
use crate::s3::tagging::tags_of_header;
use crate::sessions::random;

/// The most parts that an upload has.
const PARTS_MAX: usize = 10_000;

/// Parses what names an upload.
pub(super) fn upload_ref(bucket: &str, key: &str, upload: &str) -> S3Result<UploadRef> {
    Ok(UploadRef {
        bucket: bucket_name(bucket)?,
        key: object_key(key)?,
        upload: upload_id(upload)?,
    })
}

pub(super) async fn create_multipart_upload(
    ops: &Operations,
    request: S3Request<CreateMultipartUploadInput>,
) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
    let caller = caller(&request)?;
    let headers = verbatim(&request)?.headers;
    let input = request.input;
    let checksum = asked_checksum(
        text(&headers, "x-amz-checksum-algorithm")?,
        text(&headers, "x-amz-checksum-type")?,
    )?;
    let bucket = bucket_name(&input.bucket)?;
    let belongs = ops.belongs(&caller, &bucket, &headers).await?;
    let create = CreateUpload {
        bucket,
        key: object_key(&input.key)?,
        owner: belongs.owner,
        headers: object_headers(&headers)?,
        user_metadata: user_metadata(input.metadata)?,
        checksum,
        tags: tags_of_header(&headers)?,
        acl: belongs.acl,
        encryption: encryption::of_write(&headers)?,
    };
    let upload = ops.acting().create_upload(create).await;
    let upload = upload.map_err(from_store)?;
    let sse = encryption::told_written(&upload.sse, &ops.region, &headers);
    let output = CreateMultipartUploadOutput {
        bucket: Some(input.bucket),
        checksum_algorithm: checksum.map(|(algorithm, _)| algorithm_name(algorithm)),
        checksum_type: checksum.map(|(_, kind)| checksum_type(kind)),
        key: Some(input.key),
        upload_id: Some(upload.upload.as_str().to_owned()),
        ..CreateMultipartUploadOutput::default()
    };
    Ok(S3Response::with_headers(output, sse))
}

/// Reads which checksum the object is to have. SHA covers the parts' checksums alone, CRC64NVME the whole
/// alone, the shorter CRCs either, by default the parts'.
fn asked_checksum(
    algorithm: Option<&str>,
    kind: Option<&str>,
) -> S3Result<Option<(ChecksumAlgorithm, ChecksumKind)>> {
    let Some(algorithm) = algorithm.map(parse_algorithm).transpose()? else {
        return match kind {
            None => Ok(None),
            Some(_) => Err(s3_error!(
                InvalidRequest,
                "The x-amz-checksum-type header can only be used with the \
                 x-amz-checksum-algorithm header."
            )),
        };
    };
    let asked = kind.map(parse_kind).transpose()?;
    let (default, other) = match algorithm {
        ChecksumAlgorithm::Sha1 | ChecksumAlgorithm::Sha256 => (ChecksumKind::Composite, None),
        ChecksumAlgorithm::Crc64Nvme => (ChecksumKind::FullObject, None),
        ChecksumAlgorithm::Crc32 | ChecksumAlgorithm::Crc32c => {
            (ChecksumKind::Composite, Some(ChecksumKind::FullObject))
        }
    };
    let kind = asked.unwrap_or(default);
    if kind != default && Some(kind) != other {
        let (kind, algorithm) = (kind.as_str(), algorithm.as_str());
        return Err(s3_error!(
            InvalidRequest,
            "The {kind} checksum type cannot be used with the {algorithm} checksum algorithm."
        ));
    }
    Ok(Some((algorithm, kind)))
}

fn parse_kind(name: &str) -> S3Result<ChecksumKind> {
    [ChecksumKind::FullObject, ChecksumKind::Composite]
        .into_iter()
        .find(|kind| kind.as_str() == name)
        .ok_or_else(|| {
            s3_error!(
                InvalidRequest,
                "Value for x-amz-checksum-type header is invalid."
            )
        })
}

pub(super) async fn complete_multipart_upload(
    ops: &Operations,
    request: S3Request<CompleteMultipartUploadInput>,
) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
    let headers = verbatim(&request)?.headers;
    let location = format!(
        "http://{}{}",
        text(&headers, "host")?.unwrap_or_default(),
        request.uri.path()
    );
    let input = request.input;
    let upload = upload_ref(&input.bucket, &input.key, &input.upload_id)?;
    let parts = input
        .multipart_upload
        .and_then(|m| m.parts)
        .unwrap_or_default();
    if parts.is_empty() || parts.len() > PARTS_MAX {
        return Err(malformed_xml());
    }
    let size = input.mpu_object_size.map(u64::try_from).transpose();
    let complete = CompleteUpload {
        upload,
        parts: parts.iter().map(completed).collect::<S3Result<_>>()?,
        conditions: conditions(&headers, &OF_TARGET)?,
        checksum: of_parts(&headers, parts.len())?,
        size_bytes: size.map_err(|e| s3_error!(e, InvalidArgument, "A size is not negative."))?,
        customer_key: encryption::of_part(&headers, ops.dialect)?,
    };
    let stored = ops.complete(complete).await.map_err(from_upload)?;
    let sse = encryption::told(&stored.sse, &ops.region, &headers);
    let checksum = Told::with_parts(stored.checksum.as_ref());
    let output = CompleteMultipartUploadOutput {
        bucket: Some(input.bucket),
        checksum_crc32: checksum.crc32,
        checksum_crc32c: checksum.crc32c,
        checksum_crc64nvme: checksum.crc64nvme,
        checksum_sha1: checksum.sha1,
        checksum_sha256: checksum.sha256,
        checksum_type: checksum.kind,
        e_tag: Some(etag(&stored.etag)),
        key: Some(input.key),
        location: Some(location),
        version_id: told_written(&stored.version, stored.versioning),
        ..CompleteMultipartUploadOutput::default()
    };
    Ok(S3Response::with_headers(output, sse))
}

impl Operations {
    /// Completes an upload. Ceph's gateway demands the customer's key of one that is under any; whether it is,
    /// the store says of a key that nobody has.
    async fn complete(&self, complete: CompleteUpload) -> Result<Stored, Error> {
        let store = self.acting();
        if self.dialect == Dialect::Ceph && complete.customer_key.is_none() {
            let with_nobodys = CompleteUpload {
                customer_key: Some(CustomerKey::new(random())),
                ..complete.clone()
            };
            match store.complete_upload(with_nobodys).await {
                Err(Error::CustomerKeyUnexpected) => {}
                Err(Error::CustomerKeyWrong) => return Err(Error::CustomerKeyRequired),
                outcome => return outcome,
            }
        }
        store.complete_upload(complete).await
    }
}

fn completed(part: &CompletedPart) -> S3Result<stave_store::CompletedPart> {
    let number = part.part_number.ok_or_else(malformed_xml)?;
    let tag = part.e_tag.as_ref().ok_or_else(malformed_xml)?;
    let told = [
        (ChecksumAlgorithm::Crc32, &part.checksum_crc32),
        (ChecksumAlgorithm::Crc32c, &part.checksum_crc32c),
        (ChecksumAlgorithm::Crc64Nvme, &part.checksum_crc64nvme),
        (ChecksumAlgorithm::Sha1, &part.checksum_sha1),
        (ChecksumAlgorithm::Sha256, &part.checksum_sha256),
    ];
    let told = told
        .into_iter()
        .find_map(|(a, value)| value.as_deref().map(|v| (a, v)));
    let checksum = match told {
        Some((algorithm, value)) => Some((algorithm, parse_value(algorithm, value)?)),
        None => None,
    };
    Ok(stave_store::CompletedPart {
        number: part_number(number)?,
        etag: ETag::parse(tag.value()),
        checksum,
    })
}

pub(super) async fn abort_multipart_upload(
    ops: &Operations,
    request: S3Request<AbortMultipartUploadInput>,
) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
    let input = request.input;
    let upload = upload_ref(&input.bucket, &input.key, &input.upload_id)?;
    ops.store.abort_upload(upload).await.map_err(from_store)?;
    Ok(S3Response::new(AbortMultipartUploadOutput::default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ChecksumKind::{Composite, FullObject};

    #[track_caller]
    fn covers(algorithm: &str, asked: Option<&str>, expected: Option<ChecksumKind>) {
        let got = asked_checksum(Some(algorithm), asked).ok().flatten();
        assert_eq!(got.map(|(_, kind)| kind), expected, "{algorithm} {asked:?}");
    }

    #[test]
    fn each_algorithm_covers_what_s3_lets_it() {
        covers("CRC32", None, Some(Composite));
        covers("CRC32C", Some("FULL_OBJECT"), Some(FullObject));
        covers("CRC64NVME", None, Some(FullObject));
        covers("CRC64NVME", Some("COMPOSITE"), None);
        covers("SHA256", None, Some(Composite));
        covers("SHA1", Some("FULL_OBJECT"), None);
        assert!(asked_checksum(None, Some("COMPOSITE")).is_err());
        assert_eq!(asked_checksum(None, None).unwrap(), None);
    }
}
