//! A version whose parts another row is to name: its data keys are opened, its bytes stay where they are.

use stave_catalog::buckets::BucketRow;
use stave_catalog::parts::PartRow;
use stave_catalog::versions::VersionRow;
use stave_catalog::{ReadTx, encryption::RowSse};
use stave_model::{Conditions, ObjectKey};
use stave_store::{CustomerKey, ObjectRef};
use stave_vault::BlobId;

use super::find::{find_object, find_source, parts_of};
use super::record::{DraftPart, PartKey};
use crate::core::Core;
use crate::encryption::KeyUse;
use crate::error::Result;
use crate::keys::{Belongs, Keys, Place, Wrapped};

/// A version and its parts, as one read transaction found them.
pub(crate) struct Source {
    pub(crate) bucket: BucketRow,
    pub(crate) row: VersionRow,
    pub(crate) parts: Vec<PartRow>,
}

impl Source {
    /// Finds the version that a copy reads, whose conditions hold.
    pub(crate) fn find(
        tx: &ReadTx<'_>,
        object: &ObjectRef,
        conditions: &Conditions,
    ) -> Result<Self> {
        let (bucket, row) = find_source(tx, object, conditions)?;
        Self::of(tx, bucket, row)
    }

    /// Finds the version that a request means.
    pub(crate) fn find_object(tx: &ReadTx<'_>, object: &ObjectRef) -> Result<Self> {
        let (bucket, row) = find_object(tx, object)?;
        Self::of(tx, bucket, row)
    }

    fn of(tx: &ReadTx<'_>, bucket: BucketRow, row: VersionRow) -> Result<Self> {
        let parts = parts_of(tx, &row)?;
        Ok(Self { bucket, row, parts })
    }

    /// Returns the place of a part, sealed as `encryption` tells.
    pub(crate) fn place<'a>(&'a self, encryption: &'a RowSse, part: &PartRow) -> Place<'a> {
        let key: &ObjectKey = &self.row.version.key;
        Place {
            bucket_id: self.bucket.id,
            key,
            belongs: Belongs::of_version(encryption, &self.row.version.id),
            part_number: part.number,
            blob: BlobId::from_bytes(part.blob),
            size_bytes: part.size_bytes,
        }
    }

    fn open_part(&self, keys: &Keys, part: &PartRow) -> Result<DraftPart> {
        let place = self.place(&self.row.encryption, part);
        Ok(DraftPart {
            number: part.number,
            size_bytes: part.size_bytes,
            blob: place.blob,
            data_key: PartKey::Open(keys.unwrap(&Wrapped::of(part), &place)?),
            checksum: part.checksum.clone(),
            md5: part.etag_md5,
            new_blob: None,
        })
    }
}

impl Core {
    /// Returns the parts of a source with their data keys open, to be named by another row too.
    pub(crate) fn open_source(
        &self,
        source: &Source,
        customer_key: Option<&CustomerKey>,
        of: KeyUse<'_>,
    ) -> Result<Vec<DraftPart>> {
        let row = &source.row;
        let keys = self.keys_to_open(&row.encryption, source.parts.iter(), customer_key, of)?;
        let opened = source.parts.iter().map(|part| {
            let opened = source.open_part(&keys, part);
            opened.map_err(|error| error.at_version(&row.version.key, &row.version.id))
        });
        opened.collect()
    }
}
