//! `UploadPartCopy`. A whole source in one blob is shared; a piece of it is read and sealed anew.

use bytes::Bytes;
use stave_catalog::ReadTx;
use stave_catalog::uploads::UploadRow;
use stave_catalog::versions::VersionRow;
use stave_model::{
    ByteRange, Checksum, ChecksumAlgorithm, ChecksumKind, Checksums, ETag, Part, RangeError, Sse,
    VersionId, Versioning,
};
use stave_store::{
    BodyError, Error as StoreError, GetObject, ObjectRef, PartCopied, UploadPartCopy,
};

use super::begin::{checksum_of, find_upload};
use crate::core::Core;
use crate::error::{Error, Result};
use crate::incoming::{Incoming, TrailerChecksum};
use crate::objects::{DraftPart, OpenBody, find_source, source_parts};
use crate::receive::{BODY_MAX_BYTES, Expected};

/// How often a part copy begins again because its source was replaced meanwhile.
const ATTEMPTS_MAX: usize = 3;

/// What a part copy reads, as one read transaction found it.
struct Source {
    version: VersionId,
    versioning: Versioning,
    range: Option<ByteRange>,
    length: u64,
    /// The one blob of a source that is copied whole, with its digests in the upload's algorithm.
    shared: Option<DraftPart>,
    stored: ChecksumAlgorithm,
}

impl Core {
    pub(crate) fn upload_part_copy(&self, copy: &UploadPartCopy) -> Result<PartCopied> {
        self.has_room()?;
        for _ in 0..ATTEMPTS_MAX {
            match self.copy_part(copy) {
                // The blob that was to be shared went with its source meanwhile; look at the source
                // again.
                Err(Error::Catalog(stave_catalog::Error::Tied)) => {}
                outcome => return outcome,
            }
        }
        Err(StoreError::PreconditionFailed.into())
    }

    fn copy_part(&self, copy: &UploadPartCopy) -> Result<PartCopied> {
        let mut source = self.catalog.read(|tx| self.find_part_source(tx, copy))?;
        let (version, versioning) = (source.version.clone(), source.versioning);
        let algorithm = source.stored;
        let draft = match source.shared.take() {
            Some(shared) => DraftPart {
                number: copy.number.get(),
                ..shared
            },
            None => self
                .seal_again(copy, &source)
                .map_err(|error| error.at_version(&copy.source.key, &source.version))?,
        };
        let checksum = draft.checksum.clone().map(|value| Checksum {
            algorithm,
            kind: ChecksumKind::FullObject,
            value,
            parts: 0,
        });
        let (size_bytes, md5) = (draft.size_bytes, draft.md5.unwrap_or_default());
        let modified = self.put_part(&copy.upload, draft)?;
        Ok(PartCopied {
            part: Part {
                number: copy.number,
                size_bytes,
                etag: ETag::of_md5(&md5),
                modified,
                checksum,
            },
            sse: Sse::S3,
            source_version: version,
            source_versioning: versioning,
        })
    }

    fn find_part_source(&self, tx: &ReadTx<'_>, copy: &UploadPartCopy) -> Result<Source> {
        let (_, upload) = find_upload(tx, &copy.upload)?;
        let (bucket, row) = find_source(tx, &copy.source, &copy.source_conditions)?;
        let length = copied_length(copy.range, row.version.size_bytes)?;
        let (stored, _) = checksum_of(&upload);
        let is_whole = length == row.version.size_bytes;
        let shared = if is_whole {
            self.shareable(tx, bucket.id, &row, &upload)?
        } else {
            None
        };
        Ok(Source {
            version: row.version.id,
            versioning: bucket.bucket.versioning,
            range: copy.range,
            length,
            shared,
            stored,
        })
    }

    /// Returns the blob of a source that can be a part as it is: one alone, whose digests are
    /// known.
    fn shareable(
        &self,
        tx: &ReadTx<'_>,
        bucket_id: i64,
        source: &VersionRow,
        upload: &UploadRow,
    ) -> Result<Option<DraftPart>> {
        let (stored, _) = checksum_of(upload);
        if source.version.parts > 1 {
            return Ok(None);
        }
        let algorithm = source.version.checksum.as_ref().map(|sum| sum.algorithm);
        let mut parts = source_parts(tx, &self.recorder(), bucket_id, source)?;
        let one = parts.pop().filter(|_| parts.is_empty());
        Ok(one.filter(|part| {
            algorithm == Some(stored) && part.checksum.is_some() && part.md5.is_some()
        }))
    }

    /// Reads the bytes and seals them under a key of their own.
    fn seal_again(&self, copy: &UploadPartCopy, source: &Source) -> Result<DraftPart> {
        let object = ObjectRef {
            version: Some(source.version.clone()),
            ..copy.source.clone()
        };
        let get = GetObject {
            range: source.range,
            ..GetObject::whole(object)
        };
        let mut body = self.get_object(&get)?.body;
        let received = self.receive(
            &mut body,
            Expected {
                size_bytes: Some(source.length),
                checksums: &Checksums::default(),
                stored: source.stored,
            },
        )?;
        received.keep(copy.number.get())
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
