//! The access control list of a version: a version without one has the private list of its owner.

use stave_catalog::{WriteTx, versions};
use stave_model::{Acl, Change, VersionId};
use stave_store::{ObjectAcl, ObjectRef};

use super::find::find_object;
use crate::core::Core;
use crate::error::{Error, Result};

impl Core {
    pub(crate) fn object_acl(&self, object: &ObjectRef) -> Result<ObjectAcl> {
        self.catalog.read(|tx| {
            let (_, row) = find_object(tx, object)?;
            let owner = row.version.owner;
            let acl = row.version.acl.unwrap_or_else(|| Acl::private(&owner));
            Ok(ObjectAcl {
                version: row.version.id,
                owner,
                acl,
            })
        })
    }

    pub(crate) fn put_object_acl(
        &self,
        object: &ObjectRef,
        acl: Option<&Acl>,
    ) -> Result<VersionId> {
        let version = if acl.is_none() {
            self.writable()?;
            self.write_freeing(|| set_acl(object, acl))?
        } else {
            self.has_room()?;
            self.catalog.write(set_acl(object, acl))?
        };
        let (bucket, key) = (object.bucket.clone(), object.key.clone());
        self.publish(&Change::Object(bucket, key));
        Ok(version)
    }
}

fn set_acl(
    object: &ObjectRef,
    acl: Option<&Acl>,
) -> impl FnOnce(&WriteTx<'_>) -> Result<VersionId, Error> + Send + 'static {
    let (object, acl) = (object.clone(), acl.cloned());
    move |tx| {
        let (_, row) = find_object(tx, &object)?;
        versions::set_acl(tx, row.id, acl.as_ref())?;
        Ok(row.version.id)
    }
}
