//! The parts that a multipart object was made of.

use stave_catalog::ReadTx;
use stave_catalog::parts::{self, PartRow};
use stave_catalog::versions::VersionRow;
use stave_model::{Checksum, ChecksumKind, ObjectPart, PartNumber};
use stave_store::{ListObjectParts, ObjectPartPage};

use super::find::find_object;
use super::list::PAGE_MAX;
use crate::core::Core;
use crate::encryption::check_customer_key;
use crate::error::{Error, Result};

impl Core {
    pub(crate) fn list_object_parts(&self, list: &ListObjectParts) -> Result<ObjectPartPage> {
        self.catalog.read(|tx| {
            let (bucket, row) = find_object(tx, &list.object)?;
            check_customer_key(&row.encryption, list.customer_key.as_ref())?;
            let (parts, next_after) = page(tx, &row, list.after, list.max_parts.min(PAGE_MAX))?;
            Ok(ObjectPartPage {
                version: row.version,
                versioning: bucket.bucket.versioning,
                parts,
                next_after,
            })
        })
    }
}

/// Returns the checksum of one part, by the algorithm of the whole.
pub(super) fn part_checksum(part: &PartRow, whole: Option<&Checksum>) -> Option<Checksum> {
    Some(Checksum {
        algorithm: whole?.algorithm,
        kind: ChecksumKind::FullObject,
        value: part.checksum.clone()?,
        parts: 0,
    })
}

fn page(
    tx: &ReadTx<'_>,
    row: &VersionRow,
    after: u16,
    max: u16,
) -> Result<(Vec<ObjectPart>, Option<u16>)> {
    // An object that was put whole is one part of number 0 to the catalog, and of none to S3.
    if row.version.parts == 0 || max == 0 {
        return Ok((Vec::new(), None));
    }
    let mut rows = parts::page(tx, row.id, after, u32::from(max) + 1)?;
    let more = rows.len() > usize::from(max);
    rows.truncate(usize::from(max));
    let last = rows.last().map(|part| part.number);
    let told = rows.iter().map(|part| told(part, row));
    Ok((told.collect::<Result<_>>()?, last.filter(|_| more)))
}

fn told(part: &PartRow, row: &VersionRow) -> Result<ObjectPart> {
    let number = PartNumber::new(i64::from(part.number)).map_err(|_| Error::Contradiction {
        what: "a part has a number that no part has",
    })?;
    Ok(ObjectPart {
        number,
        size_bytes: part.size_bytes,
        checksum: part_checksum(part, row.version.checksum.as_ref()),
    })
}
