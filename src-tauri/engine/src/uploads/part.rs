//! `UploadPart`.

use std::sync::Arc;

use stave_catalog::parts::PartRow;
use stave_catalog::upload_parts::{self, UploadPartRow};
use stave_catalog::uploads::UploadRow;
use stave_catalog::{WriteTx, blobs};
use stave_model::{
    Actor, Change, Checksum, ChecksumAlgorithm, ChecksumKind, Checksums, ETag, Part, PartNumber,
    Timestamp,
};
use stave_store::{Error as StoreError, PartStored, UploadPart, UploadRef};

use super::begin::{checksum_of, find_upload};
use crate::core::Core;
use crate::encryption::KeyUse;
use crate::error::{Error, Result};
use crate::expected::declared_algorithm;
use crate::incoming::Incoming;
use crate::keys::{Belongs, Keys, Place};
use crate::objects::DraftPart;
use crate::receive::Expected;

impl Core {
    /// Writes a part. The bytes come from `body`; `part.body` only tells their declared length.
    pub(crate) fn upload_part(
        &self,
        by: &Actor,
        part: &UploadPart,
        body: &mut dyn Incoming,
    ) -> Result<PartStored> {
        self.has_room()?;
        let upload = self.catalog.read(|tx| {
            let (_, row) = find_upload(tx, &part.upload)?;
            Ok::<_, Error>(row)
        })?;
        refuse_other_algorithm(&upload, &part.checksums)?;
        let of = KeyUse {
            by,
            operation: "UploadPart",
            bucket: &part.upload.bucket,
            key: &part.upload.key,
        };
        let keys = self.keys_to_seal(&upload.encryption, part.customer_key.as_ref(), of)?;
        let (stored, _) = checksum_of(&upload);
        let received = self.receive(
            body,
            Expected {
                size_bytes: part.body.size_bytes,
                checksums: &part.checksums,
                stored,
            },
        )?;
        let told = told_checksum(
            &part.checksums,
            stored,
            &received.checksum,
            &received.digests,
        );
        let draft = received.keep(part.number.get())?;
        let (size_bytes, md5) = (draft.size_bytes, draft.md5.unwrap_or_default());
        let modified = self.put_part(&part.upload, draft, keys)?;
        let part = Part {
            number: part.number,
            size_bytes,
            etag: ETag::of_md5(&md5),
            modified,
            checksum: Some(told),
        };
        let sse = upload.encryption.told();
        Ok(PartStored { part, sse })
    }

    /// Commits the row of a part, in the place of an earlier one of its number; returns when.
    pub(super) fn put_part(
        &self,
        upload: &UploadRef,
        draft: DraftPart,
        keys: Arc<Keys>,
    ) -> Result<Timestamp> {
        let new_files = draft.new_file().into_iter().collect();
        let (wanted, modified) = (upload.clone(), self.clock.now());
        self.commit(new_files, move |tx| {
            let (_, row) = find_upload(tx, &wanted)?;
            put_in(tx, &keys, &row, draft, modified)
        })?;
        self.sweeper.wake();
        self.publish(&Change::Uploads(upload.bucket.clone()));
        Ok(modified)
    }
}

/// A part whose checksum is of another algorithm than the upload's could not be combined with the
/// others.
fn refuse_other_algorithm(upload: &UploadRow, declared: &Checksums) -> Result<()> {
    let wanted = upload.checksum.map(|(algorithm, _)| algorithm);
    match (wanted, declared_algorithm(declared)) {
        (Some(wanted), Some(declared)) if wanted != declared => {
            let refused = "the checksum is not of the algorithm that the upload was begun with";
            Err(StoreError::InvalidRequest(refused).into())
        }
        _ => Ok(()),
    }
}

/// Returns the checksum that the answer tells: the one that the client sent, which was verified, or
/// the stored one.
fn told_checksum(
    declared: &Checksums,
    stored: ChecksumAlgorithm,
    value: &[u8],
    digests: &crate::digests::Digests,
) -> Checksum {
    let of_client = declared_algorithm(declared)
        .and_then(|algorithm| Some((algorithm, digests.additional(algorithm)?)));
    let (algorithm, value) = of_client.unwrap_or((stored, value));
    Checksum {
        algorithm,
        kind: ChecksumKind::FullObject,
        value: value.to_vec(),
        parts: 0,
    }
}

fn put_in(
    tx: &WriteTx<'_>,
    keys: &Keys,
    upload: &UploadRow,
    draft: DraftPart,
    modified: Timestamp,
) -> Result<()> {
    if let Some(new) = &draft.new_blob {
        blobs::insert(tx, draft.blob.as_bytes(), &new.place, new.sealed_bytes)?;
    }
    let place = upload_place(upload, &draft);
    let wrapped = draft.data_key.wrap(keys, &place)?;
    let row = UploadPartRow {
        part: PartRow {
            number: draft.number,
            blob: *draft.blob.as_bytes(),
            size_bytes: draft.size_bytes,
            wrapped_key: wrapped.wrapped_key,
            kek_version: wrapped.kek_version,
            checksum: draft.checksum,
            etag_md5: draft.md5,
        },
        modified,
    };
    Ok(upload_parts::put(tx, upload.id, &row)?)
}

fn upload_place<'a>(upload: &'a UploadRow, draft: &DraftPart) -> Place<'a> {
    Place {
        bucket_id: upload.bucket_id,
        key: &upload.upload.key,
        belongs: Belongs::Upload(&upload.upload.id),
        part_number: draft.number,
        blob: draft.blob,
        size_bytes: draft.size_bytes,
    }
}

/// Returns a part as S3 tells of it.
pub(super) fn told_part(upload: &UploadRow, row: &UploadPartRow) -> Result<Part> {
    let number = PartNumber::new(i64::from(row.part.number)).map_err(|_| Error::Contradiction {
        what: "a part has a number that no part has",
    })?;
    let checksum = upload.checksum.and_then(|(algorithm, _)| {
        Some(Checksum {
            algorithm,
            kind: ChecksumKind::FullObject,
            value: row.part.checksum.clone()?,
            parts: 0,
        })
    });
    Ok(Part {
        number,
        size_bytes: row.part.size_bytes,
        etag: ETag::of_md5(&row.part.etag_md5.unwrap_or_default()),
        modified: row.modified,
        checksum,
    })
}
