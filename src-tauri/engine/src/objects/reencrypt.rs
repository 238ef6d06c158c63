//! Another encryption of a version in its place: its data keys are wrapped anew, and nothing else of it
//! changes.

use stave_catalog::parts::PartRow;
use stave_catalog::versions;
use stave_model::{Actor, Change, Sse};
use stave_store::{Error as StoreError, ReencryptObject};

use super::find::find_object;
use super::record::DraftPart;
use super::source::Source;
use crate::bucket_configs::default_encryption;
use crate::core::Core;
use crate::encryption::{KeyUse, Sealing};
use crate::error::{Error, Result};

/// How often it begins again because the version was replaced while its keys were opened.
const ATTEMPTS_MAX: usize = 3;

impl Core {
    pub(crate) fn reencrypt_object(&self, by: &Actor, asked: &ReencryptObject) -> Result<Sse> {
        self.has_room()?;
        for _ in 0..ATTEMPTS_MAX {
            if let Some(sse) = self.try_reencrypt(by, asked)? {
                let object = &asked.object;
                self.publish(&Change::Object(object.bucket.clone(), object.key.clone()));
                return Ok(sse);
            }
        }
        Err(StoreError::PreconditionFailed.into())
    }

    /// Returns `None` where the version was replaced meanwhile.
    fn try_reencrypt(&self, by: &Actor, asked: &ReencryptObject) -> Result<Option<Sse>> {
        let (source, default) = self.catalog.read(|tx| {
            let source = Source::find_object(tx, &asked.object)?;
            let default = default_encryption(tx, source.bucket.id)?;
            Ok::<_, Error>((source, default))
        })?;
        let of = KeyUse {
            by,
            operation: "UpdateObjectEncryption",
            bucket: &asked.object.bucket,
            key: &asked.object.key,
        };
        let parts = self.open_source(&source, asked.customer_key.as_ref(), of)?;
        let sealing = self.seal_as_asked(&asked.encryption, default.as_ref(), of)?;
        let rewrapped = rewrapped(&source, &parts, &sealing)?;
        let (object, source_row) = (asked.object.clone(), source.row.id);
        self.catalog.write(move |tx| {
            let (_, row) = find_object(tx, &object)?;
            if row.id != source_row {
                return Ok(None);
            }
            versions::set_encryption(tx, row.id, &sealing.row, &rewrapped)?;
            Ok::<_, Error>(Some(sealing.row.told()))
        })
    }
}

fn rewrapped(source: &Source, opened: &[DraftPart], sealing: &Sealing) -> Result<Vec<PartRow>> {
    let rows = source.parts.iter().zip(opened).map(|(row, part)| {
        let place = source.place(&sealing.row, row);
        let wrapped = part.data_key.wrap(&sealing.keys, &place)?;
        Ok(PartRow {
            wrapped_key: wrapped.wrapped_key,
            kek_version: wrapped.kek_version,
            ..row.clone()
        })
    });
    rows.collect()
}
