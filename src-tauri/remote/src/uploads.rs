//! Multipart uploads.

use aws_sdk_s3::types::{
    CompletedMultipartUpload, CompletedPart as SdkPart, StorageClass as SdkStorageClass,
};
use stave_model::{Clock as _, Part, PartNumber, Sse, SystemClock, Timestamp, Upload, UploadId};
use stave_store::{
    CompleteUpload, CompletedPart, CreateUpload, Error, GetObject, ListObjects, ListParts,
    ObjectRef, PartCopied, PartPage, PartStored, Result, Stored, UploadBegun, UploadPart,
    UploadPartCopy, UploadRef,
};

use crate::RemoteStore;
use crate::acls::{AclHeaders, object_acl_headers};
use crate::bodies::Outgoing;
use crate::checksums::{Declared, chosen, declare, sdk_algorithm, sdk_kind, told};
use crate::copies::source_conditions;
use crate::encryption::{
    CustomerHeaders, SseHeaders, encrypted, told_kept_sse, told_sse, with_customer_key,
    with_source_key,
};
use crate::errors::Asked;
use crate::metadata::{object_headers, sdk_metadata, storage_class, with_expires};
use crate::tags::tagging_header;
use crate::words::{
    condition, copy_source, etag, garbled, moment, owner_name, range_header, sdk_moment, sdk_size,
    size, version_id, versioning_told,
};

impl RemoteStore {
    /// Begins an upload.
    pub(crate) async fn begin_upload(&self, create: CreateUpload) -> Result<UploadBegun> {
        let asked = Asked::key("beginning an upload", &create.bucket, &create.key);
        let (algorithm, kind) = create.checksum.unzip();
        let acl = AclHeaders::of_object(create.acl.as_ref(), &create.owner)?;
        let request = self
            .client
            .create_multipart_upload()
            .bucket(create.bucket.as_str())
            .key(create.key.as_str())
            .set_metadata(sdk_metadata(&create.user_metadata))
            .set_tagging(tagging_header(&create.tags))
            .set_checksum_algorithm(algorithm.map(sdk_algorithm))
            .set_checksum_type(kind.map(sdk_kind));
        let request = encrypted!(request, SseHeaders::of(&create.encryption)?);
        let request = object_headers!(object_acl_headers!(request, acl), create.headers);
        let answer = with_expires!(request, create.headers)
            .send()
            .await
            .map_err(|e| asked.failed(e))?;
        let upload = UploadId::parse(answer.upload_id().unwrap_or_default())
            .map_err(|e| garbled("beginning an upload", e))?;
        Ok(UploadBegun {
            upload,
            sse: told_sse!(answer),
        })
    }

    /// Writes a part. The moment of the write is this computer's.
    pub(crate) async fn put_part(&self, part: UploadPart) -> Result<PartStored> {
        let declared = Declared::of(&part.checksums);
        let outgoing = Outgoing::of(part.body).await?;
        let size_bytes = outgoing.size_bytes;
        let (body, sent) = outgoing.split();
        let request = self
            .client
            .upload_part()
            .bucket(part.upload.bucket.as_str())
            .key(part.upload.key.as_str())
            .upload_id(part.upload.upload.as_str())
            .part_number(i32::from(part.number.get()))
            .content_length(sdk_size(size_bytes))
            .set_checksum_algorithm(declared.computed.clone())
            .set_content_md5(declared.content_md5.clone())
            .body(body);
        let customer_key = CustomerHeaders::of(part.customer_key.as_ref());
        let request = with_customer_key!(request, customer_key);
        let answer = declare!(request, declared).send().await;
        let asked = Asked::upload("writing a part", &part.upload).with_digest(declared.header());
        let stored = answer.map_err(|e| sent.failure().unwrap_or_else(|| asked.failed(e)))?;
        let part = Part {
            number: part.number,
            size_bytes,
            etag: etag(stored.e_tag()),
            modified: SystemClock.now(),
            checksum: told!(stored).checksum(None),
        };
        let sse = told_sse!(stored);
        Ok(PartStored { part, sse })
    }

    /// Makes a part of an object's bytes. The size of a copy of the whole is asked for.
    pub(crate) async fn copy_part(&self, copy: UploadPartCopy) -> Result<PartCopied> {
        let request = self
            .client
            .upload_part_copy()
            .bucket(copy.upload.bucket.as_str())
            .key(copy.upload.key.as_str())
            .upload_id(copy.upload.upload.as_str())
            .part_number(i32::from(copy.number.get()))
            .copy_source(copy_source(&copy.source))
            .set_copy_source_range(copy.range.map(range_header));
        let asked = Asked::upload("copying a part", &copy.upload).with_source(&copy.source);
        let customer_key = CustomerHeaders::of(copy.customer_key.as_ref());
        let source_key = CustomerHeaders::of(copy.source_customer_key.as_ref());
        let request = with_source_key!(with_customer_key!(request, customer_key), source_key);
        let answer = source_conditions!(request, copy.source_conditions)
            .send()
            .await
            .map_err(|e| asked.failed(e))?;
        let read = GetObject {
            range: copy.range,
            customer_key: copy.source_customer_key,
            ..GetObject::whole(copy.source)
        };
        let head = self.head(read).await?;
        let size_bytes = head.range.map_or(head.version.size_bytes, |r| r.length);
        let told = answer.copy_part_result();
        Ok(PartCopied {
            part: Part {
                number: copy.number,
                size_bytes,
                etag: etag(told.and_then(|told| told.e_tag())),
                modified: moment(told.and_then(|told| told.last_modified())),
                checksum: told.and_then(|told| told!(told).checksum(None)),
            },
            sse: told_sse!(answer),
            source_version: version_id(answer.copy_source_version_id()),
            source_versioning: versioning_told(answer.copy_source_version_id()),
        })
    }

    /// Makes an object of the parts. The size is asked for where the caller did not declare it.
    pub(crate) async fn finish_upload(&self, complete: CompleteUpload) -> Result<Stored> {
        let upload = complete.upload;
        let declared = Declared::one(complete.checksum.as_ref());
        let asked = Asked::upload("completing an upload", &upload).with_digest(declared.header());
        let parts = complete.parts.iter().map(sdk_part).collect();
        let request = self
            .client
            .complete_multipart_upload()
            .bucket(upload.bucket.as_str())
            .key(upload.key.as_str())
            .upload_id(upload.upload.as_str())
            .set_mpu_object_size(complete.size_bytes.map(sdk_size))
            .set_if_match(condition(complete.conditions.if_match.as_ref()))
            .set_if_none_match(condition(complete.conditions.if_none_match.as_ref()))
            .multipart_upload(
                CompletedMultipartUpload::builder()
                    .set_parts(Some(parts))
                    .build(),
            );
        let customer_key = CustomerHeaders::of(complete.customer_key.as_ref());
        let answer = declare!(with_customer_key!(request, customer_key), declared)
            .send()
            .await
            .map_err(|e| asked.failed(e))?;
        let made = ObjectRef {
            bucket: upload.bucket,
            key: upload.key,
            version: answer.version_id().map(|id| version_id(Some(id))),
        };
        let made = GetObject {
            customer_key: complete.customer_key,
            ..GetObject::whole(made)
        };
        let told = told_kept_sse!(answer);
        let (size_bytes, sse) = match complete.size_bytes {
            Some(size_bytes) if made.customer_key.is_none() => (size_bytes, told),
            _ => self.size_and_sse(made).await?,
        };
        Ok(Stored {
            version: version_id(answer.version_id()),
            versioning: versioning_told(answer.version_id()),
            etag: etag(answer.e_tag()),
            size_bytes,
            modified: SystemClock.now(),
            checksum: told!(answer).checksum(answer.checksum_type()),
            sse,
        })
    }

    /// Asks for the size of an object that was made, and for how it is encrypted. Who may not ask
    /// because a key of the customer is missing finds the size in a listing.
    async fn size_and_sse(&self, made: GetObject) -> Result<(u64, Sse)> {
        let ObjectRef { bucket, key, .. } = made.object.clone();
        match self.head(made).await {
            Ok(head) => Ok((head.version.size_bytes, head.version.sse)),
            Err(Error::CustomerKeyRequired) => {
                let list = ListObjects {
                    bucket,
                    prefix: key.as_str().to_owned(),
                    delimiter: String::new(),
                    after: None,
                    max_keys: 1,
                };
                let page = self.objects(list).await?;
                let listed = page.objects.first().filter(|object| object.key == key);
                let size_bytes = listed.ok_or(Error::CustomerKeyRequired)?.size_bytes;
                Ok((size_bytes, Sse::Customer))
            }
            Err(other) => Err(other),
        }
    }

    /// Drops an upload.
    pub(crate) async fn drop_upload(&self, upload: UploadRef) -> Result<()> {
        self.client
            .abort_multipart_upload()
            .bucket(upload.bucket.as_str())
            .key(upload.key.as_str())
            .upload_id(upload.upload.as_str())
            .send()
            .await
            .map_err(|e| Asked::upload("aborting an upload", &upload).failed(e))?;
        Ok(())
    }

    /// Lists the parts of an upload. When it was begun is not told here: it is the epoch.
    pub(crate) async fn parts(&self, list: ListParts) -> Result<PartPage> {
        let answer = self
            .client
            .list_parts()
            .bucket(list.upload.bucket.as_str())
            .key(list.upload.key.as_str())
            .upload_id(list.upload.upload.as_str())
            .part_number_marker(list.after.to_string())
            .max_parts(i32::from(list.max_parts))
            .send()
            .await
            .map_err(|e| Asked::upload("listing parts", &list.upload).failed(e))?;
        let next = answer
            .next_part_number_marker()
            .filter(|_| answer.is_truncated().unwrap_or(false));
        Ok(PartPage {
            parts: answer
                .parts()
                .iter()
                .map(listed_part)
                .collect::<Result<_>>()?,
            checksum: chosen(answer.checksum_algorithm(), answer.checksum_type()),
            next_after: next.and_then(|marker| marker.parse().ok()),
            upload: Upload {
                id: list.upload.upload,
                bucket: list.upload.bucket,
                key: list.upload.key,
                initiated: Timestamp::from_millis(0),
                owner: owner_name(answer.owner()),
                storage_class: storage_class(answer.storage_class().map(SdkStorageClass::as_str)),
                usage: None,
            },
        })
    }
}

fn sdk_part(part: &CompletedPart) -> SdkPart {
    let declared = Declared::one(part.checksum.as_ref());
    let builder = SdkPart::builder()
        .part_number(i32::from(part.number.get()))
        .e_tag(part.etag.quoted());
    declare!(builder, declared).build()
}

fn listed_part(part: &aws_sdk_s3::types::Part) -> Result<Part> {
    let number = i64::from(part.part_number().unwrap_or(0));
    Ok(Part {
        number: PartNumber::new(number).map_err(|e| garbled("reading a listing of parts", e))?,
        size_bytes: size(part.size()),
        etag: etag(part.e_tag()),
        modified: moment(part.last_modified()),
        checksum: told!(part).checksum(None),
    })
}
