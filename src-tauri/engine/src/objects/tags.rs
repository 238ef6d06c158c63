//! The tags of a version. They change without a new version, and without a new time of
//! modification.

use stave_catalog::{WriteTx, versions};
use stave_model::{Change, Tags, VersionId};
use stave_store::ObjectRef;

use super::find::find_object;
use crate::core::Core;
use crate::error::{Error, Result};

impl Core {
    pub(crate) fn object_tags(&self, object: &ObjectRef) -> Result<(VersionId, Tags)> {
        self.catalog.read(|tx| {
            let (_, row) = find_object(tx, object)?;
            Ok((row.version.id, row.version.tags))
        })
    }

    pub(crate) fn put_object_tags(&self, object: &ObjectRef, tags: &Tags) -> Result<VersionId> {
        let version = if tags.is_empty() {
            self.writable()?;
            self.write_freeing(|| set_tags(object, tags))?
        } else {
            self.has_room()?;
            self.catalog.write(set_tags(object, tags))?
        };
        let (bucket, key) = (object.bucket.clone(), object.key.clone());
        self.publish(&Change::Object(bucket, key));
        Ok(version)
    }
}

fn set_tags(
    object: &ObjectRef,
    tags: &Tags,
) -> impl FnOnce(&WriteTx<'_>) -> Result<VersionId, Error> + Send + 'static {
    let (object, tags) = (object.clone(), tags.clone());
    move |tx| {
        let (_, row) = find_object(tx, &object)?;
        versions::set_tags(tx, row.id, &tags)?;
        Ok(row.version.id)
    }
}
