//! `CompleteMultipartUpload`: one transaction over rows. Data keys are wrapped anew for the
//! version; no byte moves.

use std::collections::HashMap;
use std::sync::Arc;

use stave_catalog::buckets::BucketRow;
use stave_catalog::encryption::RowSse;
use stave_catalog::parts::{self, PartRow};
use stave_catalog::upload_parts::{self, UploadPartRow};
use stave_catalog::uploads::{self, UploadRow};
use stave_catalog::versions::{self, VersionRow};
use stave_catalog::{ReadTx, WriteTx};
use stave_model::{Actor, Change, Checksum, ChecksumAlgorithm, ChecksumKind, ETag};
use stave_store::{CompleteUpload, CompletedPart, Error as StoreError, Stored, UploadRef};
use stave_vault::{BlobId, DataKey};

use super::begin::{checksum_of, find_upload};
use crate::buckets;
use crate::combine::{PartDigests, combined_checksum, combined_etag};
use crate::core::Core;
use crate::encryption::{KeyUse, Sealing, check_customer_key};
use crate::error::{Error, Result};
use crate::keys::{Belongs, Keys, Place, Wrapped};
use crate::objects::{Draft, DraftPart, PartKey, Recorder, check_conditions, told};
use crate::open_bodies::RawBlobId;

/// The least size of a part that is not the last
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>).
pub const PART_MIN_BYTES: u64 = 5 * 1024 * 1024;

/// The largest object.
pub const OBJECT_MAX_BYTES: u64 = 5 * 1024 * 1024 * 1024 * 1024;

/// How often a completion begins again because a part was replaced while the keys were opened.
const ATTEMPTS_MAX: usize = 3;

/// What is completed, as a transaction found it.
struct Found {
    bucket: BucketRow,
    upload: UploadRow,
    /// The parts that the request names, by number.
    named: Vec<UploadPartRow>,
    etag: ETag,
    checksum: Checksum,
}

/// The keys that were opened before the transaction that completes.
struct Planned {
    sealing: Sealing,
    /// The data keys of the parts by their blobs; none under the key of a customer, who does not
    /// send it again.
    data_keys: HashMap<RawBlobId, DataKey>,
}

impl Core {
    pub(crate) fn complete_upload(&self, by: &Actor, complete: &CompleteUpload) -> Result<Stored> {
        self.has_room()?;
        refuse_bad_order(&complete.parts)?;
        let (bucket, key) = (complete.upload.bucket.clone(), complete.upload.key.clone());
        let stored = self.complete(by, complete)?;
        self.sweeper.wake();
        self.publish(&Change::Uploads(bucket.clone()));
        self.publish(&Change::Object(bucket, key));
        Ok(stored)
    }

    fn complete(&self, by: &Actor, complete: &CompleteUpload) -> Result<Stored> {
        for _ in 0..ATTEMPTS_MAX {
            let found = self
                .catalog
                .read(|tx| match completed_before(tx, complete)? {
                    Some(stored) => Ok::<_, Error>(Err(stored)),
                    None => Found::find(tx, complete).map(Ok),
                })?;
            let found = match found {
                Ok(found) => found,
                Err(stored) => return Ok(stored),
            };
            let planned = self.plan_completion(by, complete, &found)?;
            let (recorder, attempt) = (self.recorder(), complete.clone());
            let stored = self
                .catalog
                .write(move |tx| complete_in(tx, &recorder, &attempt, planned))?;
            if let Some(stored) = stored {
                return Ok(stored);
            }
        }
        // Parts that are still being written are not those that the request names.
        Err(StoreError::PreconditionFailed.into())
    }

    /// Opens the data keys of the parts, and the key that they are to be wrapped by.
    fn plan_completion(
        &self,
        by: &Actor,
        complete: &CompleteUpload,
        found: &Found,
    ) -> Result<Planned> {
        let (upload, encryption) = (&found.upload, &found.upload.encryption);
        let customer_key = complete.customer_key.as_ref();
        if let RowSse::Customer { salt, check, .. } = encryption {
            if customer_key.is_some() {
                check_customer_key(encryption, customer_key)?;
            }
            return Ok(Planned {
                sealing: Sealing {
                    row: RowSse::Customer {
                        salt: *salt,
                        check: *check,
                        upload: Some(upload.upload.id.clone()),
                    },
                    keys: Arc::new(Keys::of_absent_customer()),
                },
                data_keys: HashMap::new(),
            });
        }
        let of = KeyUse {
            by,
            operation: "CompleteMultipartUpload",
            bucket: &complete.upload.bucket,
            key: &complete.upload.key,
        };
        let rows = found.named.iter().map(|row| &row.part);
        let keys = self.keys_to_open(encryption, rows, customer_key, of)?;
        let opened = found.named.iter().map(|row| {
            Ok((
                row.part.blob,
                keys.unwrap(&Wrapped::of(&row.part), &place(upload, row))?,
            ))
        });
        let data_keys = opened.collect::<Result<_>>()?;
        let sealing = Sealing {
            row: encryption.clone(),
            keys: self.keys_to_seal(encryption, customer_key, of)?,
        };
        Ok(Planned { sealing, data_keys })
    }
}

fn refuse_bad_order(parts: &[CompletedPart]) -> Result<()> {
    if parts.is_empty() {
        return Err(
            StoreError::InvalidRequest("an upload is completed of at least one part").into(),
        );
    }
    if !parts.is_sorted_by(|one, next| one.number < next.number) {
        return Err(StoreError::InvalidPartOrder.into());
    }
    Ok(())
}

impl Found {
    /// Finds the upload and its parts, which are what the request says they are.
    fn find(tx: &ReadTx<'_>, complete: &CompleteUpload) -> Result<Self> {
        let (bucket, upload) = find_upload(tx, &complete.upload)?;
        check_conditions(tx, bucket.id, &complete.upload.key, &complete.conditions)?;
        let named = named_parts(tx, &upload, &complete.parts)?;
        refuse_bad_sizes(&complete.parts, &named, complete.size_bytes)?;
        let digests = named.iter().map(digests_of).collect::<Result<Vec<_>>>()?;
        let (algorithm, kind) = checksum_of(&upload);
        let checksum = combined_checksum(algorithm, kind, &digests);
        refuse_other_checksum(complete.checksum.as_ref(), &checksum)?;
        Ok(Self {
            bucket,
            upload,
            named,
            etag: combined_etag(&digests),
            checksum,
        })
    }

    /// Makes the version to be; `None` where a part is not one whose key was opened.
    fn draft(self, planned: Planned) -> Result<Option<Draft>> {
        let Planned { sealing, data_keys } = planned;
        let is_kept = matches!(sealing.row, RowSse::Customer { .. });
        let mut parts = Vec::with_capacity(self.named.len());
        for row in &self.named {
            let data_key = match data_keys.get(&row.part.blob) {
                Some(key) => PartKey::Open(key.clone()),
                None if is_kept => PartKey::Kept(Wrapped::of(&row.part)),
                None => return Ok(None),
            };
            parts.push(draft_part(row, data_key));
        }
        let upload = self.upload;
        Ok(Some(Draft {
            key: upload.upload.key,
            owner: upload.upload.owner,
            headers: upload.headers,
            user_metadata: upload.user_metadata,
            etag: self.etag,
            checksum: Some(self.checksum),
            part_count: u16::try_from(parts.len()).map_err(|_| Error::Contradiction {
                what: "an upload has more parts than there are part numbers",
            })?,
            tags: upload.tags,
            acl: upload.acl,
            upload_id: Some(upload.upload.id),
            sealing,
            parts,
        }))
    }
}

/// Completes within the transaction; `None` where the parts are no longer those whose keys were opened.
fn complete_in(
    tx: &WriteTx<'_>,
    recorder: &Recorder,
    complete: &CompleteUpload,
    planned: Planned,
) -> Result<Option<Stored>> {
    if let Some(stored) = completed_before(tx, complete)? {
        return Ok(Some(stored));
    }
    let found = Found::find(tx, complete)?;
    let (bucket, upload_row) = (found.bucket.clone(), found.upload.id);
    let Some(draft) = found.draft(planned)? else {
        return Ok(None);
    };
    // The version first: then the upload's end frees only the parts that it does not name.
    let stored = recorder.record(tx, &bucket, draft)?;
    uploads::remove(tx, upload_row)?;
    Ok(Some(stored))
}

/// Returns what an earlier request of the same content made, as long as that version is there: a
/// client whose answer was lost asks again. Its conditions held then, and would not now.
fn completed_before(tx: &ReadTx<'_>, complete: &CompleteUpload) -> Result<Option<Stored>> {
    let UploadRef {
        bucket,
        key,
        upload,
    } = &complete.upload;
    let bucket = buckets::find(tx, bucket)?;
    let Some(row) = versions::completed_from(tx, bucket.id, key, upload)? else {
        return Ok(None);
    };
    if !made_of(tx, &row, complete)? {
        return Err(StoreError::NoSuchUpload(upload.clone()).into());
    }
    Ok(Some(told(&bucket, &row.version)))
}

/// Returns whether a version is what the request describes.
fn made_of(tx: &ReadTx<'_>, row: &VersionRow, complete: &CompleteUpload) -> Result<bool> {
    let version = &row.version;
    let has_size = complete
        .size_bytes
        .is_none_or(|declared| declared == version.size_bytes);
    let has_checksum = complete.checksum.as_ref().is_none_or(|(algorithm, value)| {
        let stored = version.checksum.as_ref();
        stored.is_some_and(|stored| stored.algorithm == *algorithm && stored.value == *value)
    });
    let rows = parts::of_version(tx, row.id)?;
    let same = |(part, row): (&CompletedPart, &PartRow)| {
        part.number.get() == row.number && has_tag(row, &part.etag)
    };
    let has_parts =
        rows.len() == complete.parts.len() && complete.parts.iter().zip(&rows).all(same);
    Ok(has_size && has_checksum && has_parts)
}

/// Returns the uploaded parts that the request names, which are what it says they are.
fn named_parts(
    tx: &ReadTx<'_>,
    upload: &UploadRow,
    named: &[CompletedPart],
) -> Result<Vec<UploadPartRow>> {
    let uploaded = upload_parts::all(tx, upload.id)?;
    let mut by_number: HashMap<u16, UploadPartRow> = uploaded
        .into_iter()
        .map(|row| (row.part.number, row))
        .collect();
    let mut rows = Vec::with_capacity(named.len());
    for part in named {
        let row = by_number
            .remove(&part.number.get())
            .filter(|row| has_tag(&row.part, &part.etag))
            .ok_or(StoreError::InvalidPart(part.number))?;
        check_part_checksum(upload, part, &row)?;
        rows.push(row);
    }
    Ok(rows)
}

fn has_tag(row: &PartRow, etag: &ETag) -> bool {
    row.etag_md5.map(|md5| ETag::of_md5(&md5)).as_ref() == Some(etag)
}

/// A composite checksum is made of those of the parts, which the client must repeat.
fn check_part_checksum(
    upload: &UploadRow,
    part: &CompletedPart,
    row: &UploadPartRow,
) -> Result<()> {
    let (stored, _) = checksum_of(upload);
    match (&part.checksum, upload.checksum) {
        (None, Some((_, ChecksumKind::Composite))) => {
            let refused = "the upload was begun with a checksum: each part must repeat its own";
            Err(StoreError::InvalidRequest(refused).into())
        }
        (Some((algorithm, value)), _) if *algorithm == stored => {
            if row.part.checksum.as_ref() == Some(value) {
                Ok(())
            } else {
                Err(StoreError::InvalidPart(part.number).into())
            }
        }
        // Of an upload that was begun without one, any checksum was verified when the part came.
        _ => Ok(()),
    }
}

fn refuse_bad_sizes(
    parts: &[CompletedPart],
    rows: &[UploadPartRow],
    declared: Option<u64>,
) -> Result<()> {
    let all_but_last = parts.iter().zip(rows).take(rows.len().saturating_sub(1));
    for (part, row) in all_but_last {
        if row.part.size_bytes < PART_MIN_BYTES {
            return Err(StoreError::EntityTooSmall {
                number: part.number,
                size_bytes: row.part.size_bytes,
                minimum_bytes: PART_MIN_BYTES,
            }
            .into());
        }
    }
    let size_bytes: u64 = rows.iter().map(|row| row.part.size_bytes).sum();
    if size_bytes > OBJECT_MAX_BYTES {
        let maximum_bytes = OBJECT_MAX_BYTES;
        return Err(StoreError::EntityTooLarge { maximum_bytes }.into());
    }
    if declared.is_some_and(|declared| declared != size_bytes) {
        let refused = "the parts do not have the declared size together";
        return Err(StoreError::InvalidRequest(refused).into());
    }
    Ok(())
}

fn digests_of(row: &UploadPartRow) -> Result<PartDigests> {
    let missing = || Error::Contradiction {
        what: "an uploaded part has no digests",
    };
    Ok(PartDigests {
        size_bytes: row.part.size_bytes,
        md5: row.part.etag_md5.ok_or_else(missing)?,
        checksum: row.part.checksum.clone().ok_or_else(missing)?,
    })
}

fn refuse_other_checksum(
    declared: Option<&(ChecksumAlgorithm, Vec<u8>)>,
    computed: &Checksum,
) -> Result<()> {
    let Some((algorithm, value)) = declared else {
        return Ok(());
    };
    if *algorithm != computed.algorithm {
        let refused = "the checksum is not of the algorithm that the upload was begun with";
        return Err(StoreError::InvalidRequest(refused).into());
    }
    if *value != computed.value {
        let what = "the checksum of the whole object";
        return Err(StoreError::BadDigest { what }.into());
    }
    Ok(())
}

fn draft_part(row: &UploadPartRow, data_key: PartKey) -> DraftPart {
    DraftPart {
        number: row.part.number,
        size_bytes: row.part.size_bytes,
        blob: BlobId::from_bytes(row.part.blob),
        data_key,
        checksum: row.part.checksum.clone(),
        md5: row.part.etag_md5,
        new_blob: None,
    }
}

/// Returns the place that the data key of an uploaded part is wrapped for.
fn place<'a>(upload: &'a UploadRow, row: &UploadPartRow) -> Place<'a> {
    Place {
        bucket_id: upload.bucket_id,
        key: &upload.upload.key,
        belongs: Belongs::Upload(&upload.upload.id),
        part_number: row.part.number,
        blob: BlobId::from_bytes(row.part.blob),
        size_bytes: row.part.size_bytes,
    }
}
