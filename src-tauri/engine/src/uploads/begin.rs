//! `CreateMultipartUpload` and `AbortMultipartUpload`, and the finding of an upload.

use stave_catalog::uploads::{self, NewUpload, UploadRow};
use stave_catalog::{ReadTx, WriteTx, buckets::BucketRow};
use stave_model::{Actor, Change, ChecksumAlgorithm, ChecksumKind, UploadId};
use stave_store::{CreateUpload, Error as StoreError, UploadBegun, UploadRef};

use crate::bucket_configs::default_encryption;
use crate::buckets;
use crate::combine::is_offered;
use crate::core::Core;
use crate::encryption::KeyUse;
use crate::error::{Error, Result};
use crate::expected::DEFAULT_CHECKSUM;

/// Returns the upload that a request means, or `NoSuchUpload`.
pub(crate) fn find_upload(tx: &ReadTx<'_>, upload: &UploadRef) -> Result<(BucketRow, UploadRow)> {
    let bucket = buckets::find(tx, &upload.bucket)?;
    let row = uploads::find(tx, bucket.id, &upload.key, &upload.upload)?;
    let row = row.ok_or_else(|| StoreError::NoSuchUpload(upload.upload.clone()))?;
    Ok((bucket, row))
}

/// Returns the checksum that the object of an upload will have: the one asked for, or S3's default.
pub(crate) fn checksum_of(upload: &UploadRow) -> (ChecksumAlgorithm, ChecksumKind) {
    upload
        .checksum
        .unwrap_or((DEFAULT_CHECKSUM, ChecksumKind::FullObject))
}

impl Core {
    pub(crate) fn create_upload(&self, by: &Actor, create: CreateUpload) -> Result<UploadBegun> {
        self.has_room()?;
        if let Some((algorithm, kind)) = create.checksum
            && !is_offered(algorithm, kind)
        {
            let refused = "the checksum type is not offered for this checksum algorithm";
            return Err(StoreError::InvalidRequest(refused).into());
        }
        let default = self.catalog.read(|tx| {
            let bucket = buckets::find(tx, &create.bucket)?;
            default_encryption(tx, bucket.id)
        })?;
        let of = KeyUse {
            by,
            operation: "CreateMultipartUpload",
            bucket: &create.bucket,
            key: &create.key,
        };
        let encryption = self
            .seal_as_asked(&create.encryption, default.as_ref(), of)?
            .row;
        let sse = encryption.told();
        let id = self.new_upload_id()?;
        let (minted, initiated) = (id.clone(), self.clock.now());
        let bucket = create.bucket.clone();
        self.catalog.write(move |tx| {
            let new = NewUpload {
                bucket_id: buckets::find(tx, &create.bucket)?.id,
                id: minted,
                key: create.key,
                initiated,
                owner: create.owner,
                headers: create.headers,
                user_metadata: create.user_metadata,
                checksum: create.checksum,
                tags: create.tags,
                acl: create.acl,
                encryption,
            };
            Ok::<_, Error>(uploads::insert(tx, &new)?)
        })?;
        self.publish(&Change::Uploads(bucket));
        Ok(UploadBegun { upload: id, sse })
    }

    pub(crate) fn abort_upload(&self, upload: &UploadRef) -> Result<()> {
        self.writable()?;
        self.write_freeing(|| {
            let wanted = upload.clone();
            move |tx: &WriteTx<'_>| {
                let (_, row) = find_upload(tx, &wanted)?;
                Ok(uploads::remove(tx, row.id)?)
            }
        })?;
        self.sweeper.wake();
        self.publish(&Change::Uploads(upload.bucket.clone()));
        Ok(())
    }

    fn new_upload_id(&self) -> Result<UploadId> {
        let text = hex::encode(self.ids.random_16());
        UploadId::parse(&text).map_err(|_| Error::Contradiction {
            what: "32 hex digits are no upload id",
        })
    }
}
