//! `UploadPartCopy`. A whole source in one blob is shared; a piece of it is read and sealed anew.

use bytes::Bytes;
use stave_catalog::ReadTx;
use stave_catalog::uploads::UploadRow;
use stave_model::{
    Actor, BucketName, ByteRange, Checksum, ChecksumKind, Checksums, ETag, ObjectKey, Part,
    RangeError, VersionId,
};
use stave_store::{
    BodyError, Error as StoreError, GetObject, ObjectRef, PartCopied, UploadPartCopy,
};

use super::begin::{checksum_of, find_upload};
use crate::core::Core;
use crate::encryption::KeyUse;
use crate::error::{Error, Result};
use crate::incoming::{Incoming, TrailerChecksum};
use crate::objects::{DraftPart, OpenBody, Source};
use crate::receive::{BODY_MAX_BYTES, Expected};

/// How often a part copy begins again because its source was replaced meanwhile.
const ATTEMPTS_MAX: usize = 3;

const OPERATION: &str = "UploadPartCopy";

/// What a part copy reads and what it writes to, as one read transaction found them.
struct Found {
    source: Source,
    upload: UploadRow,
    length: u64,
}

impl Core {
    pub(crate) fn upload_part_copy(&self, by: &Actor, copy: &UploadPartCopy) -> Result<PartCopied> {
        self.has_room()?;
        for _ in 0..ATTEMPTS_MAX {
            match self.copy_part(by, copy) {
                // The blob that was to be shared went with its source meanwhile; look at the source
                // again.
                Err(Error::Catalog(stave_catalog::Error::Tied)) => {}
                outcome => return outcome,
            }
        }
        Err(StoreError::PreconditionFailed.into())
    }

    fn copy_part(&self, by: &Actor, copy: &UploadPartCopy) -> Result<PartCopied> {
        let found = self.catalog.read(|tx| Found::find(tx, copy))?;
        let of_upload = key_use(by, &copy.upload.bucket, &copy.upload.key);
        let customer_key = copy.customer_key.as_ref();
        let keys = self.keys_to_seal(&found.upload.encryption, customer_key, of_upload)?;
        let draft = if found.is_shareable() {
            self.share(by, copy, &found)?
        } else {
            self.seal_again(by, copy, &found)
                .map_err(|error| error.at_version(&copy.source.key, found.version()))?
        };
        let (algorithm, _) = checksum_of(&found.upload);
        let checksum = draft.checksum.clone().map(|value| Checksum {
            algorithm,
            kind: ChecksumKind::FullObject,
            value,
            parts: 0,
        });
        let (size_bytes, md5) = (draft.size_bytes, draft.md5.unwrap_or_default());
        let modified = self.put_part(&copy.upload, draft, keys)?;
        Ok(PartCopied {
            part: Part {
                number: copy.number,
                size_bytes,
                etag: ETag::of_md5(&md5),
                modified,
                checksum,
            },
            sse: found.upload.encryption.told(),
            source_version: found.version().clone(),
            source_versioning: found.source.bucket.bucket.versioning,
        })
    }

    /// Makes a part of the one blob of a source: only its data key is wrapped anew.
    fn share(&self, by: &Actor, copy: &UploadPartCopy, found: &Found) -> Result<DraftPart> {
        let of_source = key_use(by, &copy.source.bucket, &copy.source.key);
        let customer_key = copy.source_customer_key.as_ref();
        let opened = self.open_source(&found.source, customer_key, of_source)?;
        let one = opened.into_iter().next().ok_or(Error::Contradiction {
            what: "an object has no part",
        })?;
        Ok(DraftPart {
            number: copy.number.get(),
            ..one
        })
    }

    /// Reads the bytes and seals them under a key of their own.
    fn seal_again(&self, by: &Actor, copy: &UploadPartCopy, found: &Found) -> Result<DraftPart> {
        let object = ObjectRef {
            version: Some(found.version().clone()),
            ..copy.source.clone()
        };
        let get = GetObject {
            range: copy.range,
            customer_key: copy.source_customer_key.clone(),
            ..GetObject::whole(object)
        };
        let mut body = self.read_object(by, OPERATION, &get)?.body;
        let (stored, _) = checksum_of(&found.upload);
        let received = self.receive(
            &mut body,
            Expected {
                size_bytes: Some(found.length),
                checksums: &Checksums::default(),
                stored,
            },
        )?;
        received.keep(copy.number.get())
    }
}

impl Found {
    fn find(tx: &ReadTx<'_>, copy: &UploadPartCopy) -> Result<Self> {
        let (_, upload) = find_upload(tx, &copy.upload)?;
        let source = Source::find(tx, &copy.source, &copy.source_conditions)?;
        let length = copied_length(copy.range, source.row.version.size_bytes)?;
        Ok(Self {
            source,
            upload,
            length,
        })
    }

    fn version(&self) -> &VersionId {
        &self.source.row.version.id
    }

    /// Returns whether the blob of the source can be a part as it is: one alone, copied whole,
    /// whose digests are known in the upload's algorithm.
    fn is_shareable(&self) -> bool {
        let version = &self.source.row.version;
        let [part] = self.source.parts.as_slice() else {
            return false;
        };
        let algorithm = version.checksum.as_ref().map(|sum| sum.algorithm);
        let (stored, _) = checksum_of(&self.upload);
        let has_digests =
            algorithm == Some(stored) && part.checksum.is_some() && part.etag_md5.is_some();
        self.length == version.size_bytes && has_digests
    }
}

fn key_use<'a>(by: &'a Actor, bucket: &'a BucketName, key: &'a ObjectKey) -> KeyUse<'a> {
    KeyUse {
        by,
        operation: OPERATION,
        bucket,
        key,
    }
}

/// Returns how many bytes are copied. The range must lie wholly within the source.
fn copied_length(range: Option<ByteRange>, size_bytes: u64) -> Result<u64> {
    let length = match range {
        None => size_bytes,
        Some(ByteRange::Suffix { .. }) => {
            let refused = "the range of a part copy names its first and its last byte";
            return Err(StoreError::InvalidArgument(refused).into());
        }
        Some(ByteRange::FromTo {
            last: Some(last), ..
        }) if last >= size_bytes => {
            return Err(StoreError::InvalidRange(RangeError { size_bytes }).into());
        }
        Some(range) => {
            let resolved = range.resolve(size_bytes);
            resolved.map_err(StoreError::InvalidRange)?.length
        }
    };
    if length > BODY_MAX_BYTES {
        let maximum_bytes = BODY_MAX_BYTES;
        return Err(Error::Refused(StoreError::EntityTooLarge { maximum_bytes }));
    }
    Ok(length)
}

/// The body of a source is the body of a part.
impl Incoming for OpenBody {
    fn next_chunk(&mut self) -> Result<Option<Bytes>, BodyError> {
        match (self.first.take(), &mut self.rest) {
            (Some(first), _) => Ok(Some(first)),
            (None, Some(rest)) => rest.next_chunk(),
            (None, None) => Ok(None),
        }
    }

    fn trailer(&mut self) -> Result<TrailerChecksum, BodyError> {
        Ok(None)
    }
}
