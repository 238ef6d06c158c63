//! `GetObject` and `HeadObject`.

use std::sync::Arc;

use bytes::Bytes;
use stave_catalog::encryption::RowSse;
use stave_catalog::parts::PartRow;
use stave_catalog::versions::VersionRow;
use stave_catalog::{ReadTx, blobs};
use stave_model::{Actor, ByteRange, ObjectKey, PartNumber, RangeError, ResolvedRange};
use stave_store::{Error as StoreError, GetObject, Head};
use stave_vault::BlobId;

use super::find::{decide_read, find_object, parts_of};
use super::parts::part_checksum;
use super::reading::{Piece, Reading};
use crate::core::Core;
use crate::encryption::{KeyUse, check_customer_key};
use crate::error::Result;
use crate::keys::{Belongs, Keys, Place, Wrapped};
use crate::open_bodies::RawBlobId;

/// A version and its open body.
pub(crate) struct Opened {
    pub(crate) head: Head,
    pub(crate) body: OpenBody,
}

/// An open body: its first bytes, read already so that damage shows before the answer begins, and
/// the rest.
pub(crate) struct OpenBody {
    pub(crate) first: Option<Bytes>,
    pub(crate) rest: Option<Reading>,
}

/// What one read transaction gives a GET.
struct Found {
    head: Head,
    key: ObjectKey,
    bucket_id: i64,
    encryption: RowSse,
    wanted: Vec<WantedPart>,
}

/// A part of which some bytes are wanted.
struct WantedPart {
    row: PartRow,
    sealed: Option<Vec<u8>>,
    offset: u64,
    length: u64,
}

impl Core {
    pub(crate) fn head_object(&self, head: &GetObject) -> Result<Head> {
        self.catalog.read(|tx| {
            let (bucket, row) = find_object(tx, &head.object)?;
            check_customer_key(&row.encryption, head.customer_key.as_ref())?;
            decide_read(&row.version, &head.conditions)?;
            let selected = select(tx, &row, head)?;
            Ok(selected.head(row, bucket.bucket.versioning))
        })
    }

    pub(crate) fn get_object(&self, by: &Actor, get: &GetObject) -> Result<Opened> {
        self.read_object(by, "GetObject", get)
    }

    /// Opens an object for an operation that reads it.
    pub(crate) fn read_object(
        &self,
        by: &Actor,
        operation: &'static str,
        get: &GetObject,
    ) -> Result<Opened> {
        let (found, hold) = self.bodies.hold(|| {
            let found = self.catalog.read(|tx| find_to_read(tx, get))?;
            let blobs = found.wanted.iter().map(|part| part.row.blob).collect();
            Ok::<(_, Vec<RawBlobId>), crate::error::Error>((found, blobs))
        })?;
        let (key, version) = (found.key.clone(), found.head.version.id.clone());
        let of = KeyUse {
            by,
            operation,
            bucket: &get.object.bucket,
            key: &key,
        };
        let rows = found.wanted.iter().map(|part| &part.row);
        let customer_key = get.customer_key.as_ref();
        let keys = self.keys_to_open(&found.encryption, rows, customer_key, of)?;
        let pieces = found.pieces(&keys);
        let pieces = pieces.map_err(|error| error.at_version(&key, &version))?;
        let mut reading = Reading::new(Arc::clone(&self.vault), pieces, hold);
        let first = reading
            .next_plain()
            .map_err(|error| error.at_version(&key, &version))?;
        let length = found
            .head
            .range
            .map_or(found.head.version.size_bytes, |range| range.length);
        let is_whole = first.as_ref().map_or(0, |bytes| bytes.len() as u64) == length;
        Ok(Opened {
            head: found.head,
            body: OpenBody {
                first,
                rest: (!is_whole).then_some(reading),
            },
        })
    }
}

impl Found {
    /// Unwraps the data key of each wanted part.
    fn pieces(&self, keys: &Keys) -> Result<Vec<Piece>> {
        let version = &self.head.version.id;
        let unwrapped = self.wanted.iter().map(|part| {
            let blob = BlobId::from_bytes(part.row.blob);
            let place = Place {
                bucket_id: self.bucket_id,
                key: &self.key,
                belongs: Belongs::of_version(&self.encryption, version),
                part_number: part.row.number,
                blob,
                size_bytes: part.row.size_bytes,
            };
            Ok(Piece {
                blob,
                key: keys.unwrap(&Wrapped::of(&part.row), &place)?,
                sealed: part.sealed.clone(),
                size_bytes: part.row.size_bytes,
                offset: part.offset,
                length: part.length,
            })
        });
        unwrapped.collect()
    }
}

/// Which bytes of a version are meant.
struct Selected {
    /// Told to the client where a range or a part was asked for.
    range: Option<ResolvedRange>,
    offset: u64,
    length: u64,
    /// The one part of a multipart object that was asked for.
    part: Option<PartRow>,
}

impl Selected {
    fn whole(size_bytes: u64) -> Self {
        Self {
            range: None,
            offset: 0,
            length: size_bytes,
            part: None,
        }
    }

    fn of(range: ResolvedRange) -> Self {
        Self {
            range: Some(range),
            offset: range.offset,
            length: range.length,
            part: None,
        }
    }

    fn head(&self, row: VersionRow, versioning: stave_model::Versioning) -> Head {
        let whole = row.version.checksum.as_ref();
        Head {
            part_checksum: match &self.part {
                Some(part) => part_checksum(part, whole),
                None => None,
            },
            version: row.version,
            versioning,
            range: self.range,
        }
    }
}

fn find_to_read(tx: &ReadTx<'_>, get: &GetObject) -> Result<Found> {
    let (bucket, row) = find_object(tx, &get.object)?;
    check_customer_key(&row.encryption, get.customer_key.as_ref())?;
    decide_read(&row.version, &get.conditions)?;
    let selected = select(tx, &row, get)?;
    let rows = parts_of(tx, &row)?;
    Ok(Found {
        key: row.version.key.clone(),
        bucket_id: bucket.id,
        wanted: wanted(tx, rows, &selected)?,
        encryption: row.encryption.clone(),
        head: selected.head(row, bucket.bucket.versioning),
    })
}

/// Places the range or the part that was asked for in the body of the version.
fn select(tx: &ReadTx<'_>, row: &VersionRow, get: &GetObject) -> Result<Selected> {
    let size_bytes = row.version.size_bytes;
    match (get.range, get.part) {
        (Some(_), Some(_)) => {
            let refused = "a range and a part number exclude one another";
            Err(StoreError::InvalidRequest(refused).into())
        }
        (None, None) => Ok(Selected::whole(size_bytes)),
        (Some(range), None) => Ok(Selected::of(resolve(range, size_bytes)?)),
        (None, Some(number)) if row.version.parts == 0 => select_of_whole(number, size_bytes),
        (None, Some(number)) => select_part(&parts_of(tx, row)?, number),
    }
}

fn resolve(range: ByteRange, size_bytes: u64) -> Result<ResolvedRange, StoreError> {
    let resolved: Result<ResolvedRange, RangeError> = range.resolve(size_bytes);
    Ok(resolved?)
}

/// An object that was put whole has one part: itself.
fn select_of_whole(number: PartNumber, size_bytes: u64) -> Result<Selected> {
    match (number.get(), size_bytes) {
        (1, 0) => Ok(Selected::whole(0)),
        (1, length) => Ok(Selected::of(ResolvedRange { offset: 0, length })),
        _ => Err(StoreError::InvalidPart(number).into()),
    }
}

fn select_part(rows: &[PartRow], number: PartNumber) -> Result<Selected> {
    let mut offset = 0;
    for row in rows {
        let length = row.size_bytes;
        if row.number == number.get() {
            let range = (length > 0).then_some(ResolvedRange { offset, length });
            return Ok(Selected {
                range,
                offset,
                length,
                part: Some(row.clone()),
            });
        }
        offset += length;
    }
    Err(StoreError::InvalidPart(number).into())
}

/// Returns the parts that have a byte in the selection, with the piece of each. An empty selection
/// opens one part all the same, so that damage to an empty body shows.
fn wanted(tx: &ReadTx<'_>, rows: Vec<PartRow>, selected: &Selected) -> Result<Vec<WantedPart>> {
    let (first, end) = (selected.offset, selected.offset + selected.length);
    let mut pieces = Vec::new();
    let mut begin = 0;
    for row in rows {
        let (from, to) = (first.max(begin), end.min(begin + row.size_bytes));
        if from < to || (first == end && pieces.is_empty() && begin == first) {
            pieces.push(WantedPart {
                sealed: blobs::sealed_in_row(tx, &row.blob)?,
                offset: from - begin,
                length: to - from,
                row: row.clone(),
            });
        }
        begin += row.size_bytes;
    }
    Ok(pieces)
}
