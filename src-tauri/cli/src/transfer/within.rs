//! Copies within S3: the bytes stay where they are. What is larger than one copy may move goes in
//! parts.

use futures::{StreamExt as _, TryStreamExt as _, stream};
use stave_model::{BucketName, ByteRange, Conditions, ETag, ETagCondition, ObjectKey, Tags};
use stave_store::{
    CompletedPart, CopyObject, CreateUpload, Error as StoreError, ObjectRef, UploadPartCopy,
    UploadRef,
};

use super::upload::part_number;
use super::{Made, PARTS_AT_ONCE, TransferError, Transfers};

/// The most that S3 copies in one request.
const COPY_MAX_BYTES: u64 = 5 * 1024 * 1024 * 1024;
/// How much each part of a larger copy moves: 10,000 of them hold S3's 5 TiB and more.
const COPY_PART_BYTES: u64 = 1024 * 1024 * 1024;

impl Transfers {
    /// Copies an object.
    pub async fn copy_within(
        &self,
        source: &ObjectRef,
        bucket: &BucketName,
        key: &ObjectKey,
    ) -> Result<Made, TransferError> {
        if self.options.no_overwrite && self.is_there(bucket, key).await? {
            return Err(TransferError::ObjectExists);
        }
        let head = self
            .store
            .head_object(self.encryption.read_source(source.clone()))
            .await?;
        if head.version.size_bytes > COPY_MAX_BYTES {
            return self.copy_in_parts(source, bucket, key).await;
        }
        let copied = self
            .store
            .copy_object(CopyObject {
                source: source.clone(),
                source_conditions: Conditions::default(),
                bucket: bucket.clone(),
                key: key.clone(),
                owner: self.owner.clone(),
                replace: None,
                conditions: self.conditions(),
                checksum: None,
                tags: None,
                acl: None,
                encryption: self.encryption.target.clone(),
                source_customer_key: self.encryption.source_key.clone(),
            })
            .await;
        match copied {
            Ok(copied) => {
                self.progress.add(copied.stored.size_bytes);
                Ok(copied.into())
            }
            Err(StoreError::PreconditionFailed) if self.options.no_overwrite => {
                Err(TransferError::ObjectExists)
            }
            Err(other) => Err(other.into()),
        }
    }

    async fn copy_in_parts(
        &self,
        source: &ObjectRef,
        bucket: &BucketName,
        key: &ObjectKey,
    ) -> Result<Made, TransferError> {
        let head = self
            .store
            .head_object(self.encryption.read_source(source.clone()))
            .await?;
        let tags = self.tags_of(source).await?;
        let id = self
            .store
            .create_upload(CreateUpload {
                bucket: bucket.clone(),
                key: key.clone(),
                owner: self.owner.clone(),
                headers: head.version.headers,
                user_metadata: head.version.user_metadata,
                checksum: None,
                tags,
                acl: None,
                encryption: self.encryption.target.clone(),
            })
            .await?;
        let upload = UploadRef {
            bucket: bucket.clone(),
            key: key.clone(),
            upload: id.upload,
        };
        self.uploads.add(self.store.clone(), upload.clone());
        let parts = stream::iter(ranges(head.version.size_bytes))
            .map(|(number, range)| {
                self.copy_part(&upload, number, source, range, &head.version.etag)
            })
            .buffer_unordered(PARTS_AT_ONCE)
            .try_collect::<Vec<_>>()
            .await;
        self.end(upload, parts).await
    }

    /// Returns the tags that a copy in one piece would keep.
    async fn tags_of(&self, source: &ObjectRef) -> Result<Tags, TransferError> {
        match self.store.object_tags(source.clone()).await {
            Ok((_, tags)) => Ok(tags),
            Err(StoreError::NotOffered { .. }) => Ok(Tags::default()),
            Err(other) => Err(other.into()),
        }
    }

    async fn copy_part(
        &self,
        upload: &UploadRef,
        number: u16,
        source: &ObjectRef,
        range: ByteRange,
        etag: &ETag,
    ) -> Result<CompletedPart, TransferError> {
        let number = part_number(number)?;
        let copied = self
            .store
            .upload_part_copy(UploadPartCopy {
                upload: upload.clone(),
                number,
                source: source.clone(),
                range: Some(range),
                // All parts must come of one version, also where the source is overwritten
                // meanwhile.
                source_conditions: Conditions {
                    if_match: Some(ETagCondition::OneOf(vec![etag.clone()])),
                    ..Conditions::default()
                },
                customer_key: self.encryption.key.clone(),
                source_customer_key: self.encryption.source_key.clone(),
            })
            .await?;
        self.progress.add(copied.part.size_bytes);
        Ok(CompletedPart {
            number,
            etag: copied.part.etag,
            checksum: None,
        })
    }
}

/// Cuts a size into ranges, numbered from 1.
fn ranges(size_bytes: u64) -> impl Iterator<Item = (u16, ByteRange)> {
    let count = size_bytes.div_ceil(COPY_PART_BYTES);
    (0..count).map(move |index| {
        let first = index * COPY_PART_BYTES;
        let last = (first + COPY_PART_BYTES).min(size_bytes) - 1;
        let range = ByteRange::FromTo {
            first,
            last: Some(last),
        };
        (u16::try_from(index + 1).unwrap_or(u16::MAX), range)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_a_copy_cover_the_whole() {
        let of = |first, last| ByteRange::FromTo {
            first,
            last: Some(last),
        };
        let gib = COPY_PART_BYTES;
        assert_eq!(
            ranges(2 * gib + 1).collect::<Vec<_>>(),
            [
                (1, of(0, gib - 1)),
                (2, of(gib, 2 * gib - 1)),
                (3, of(2 * gib, 2 * gib)),
            ]
        );
    }
}
