//! What is due: rotations, deletions, material that expires. Each is also seen to at the next use of its
//! key; here it happens without one.

use stave_catalog::{keks, kms_keys};
use stave_model::{Actor, KeyId, KeyState, UserName, Via};

use super::call::Call;
use super::operation::{Operation, States};
use crate::audit::Resource;
use crate::core::Core;
use crate::engine::ADMIN;
use crate::error::{Error, Result};

const DELETED: Operation = of_the_store("DeleteKey");
const EXPIRED: Operation = of_the_store("DeleteExpiredKeyMaterial");

/// An operation that nobody asks for: its record alone has a name.
const fn of_the_store(event: &'static str) -> Operation {
    Operation {
        action: "kms:*",
        event,
        read_only: false,
        states: States::Any,
    }
}

impl Core {
    /// Settles what is due, each key in a transaction of its own.
    pub(crate) fn settle_keys(&self) -> Result<()> {
        let (desk, now) = (self.desk(), self.clock.now());
        let due: Vec<KeyId> = self.catalog.read(|tx| {
            let rows = kms_keys::list(tx)?;
            let keys = rows.iter().filter_map(|row| desk.sound(row));
            let is_due = |key: &super::rows::StoredKey| {
                !key.is.deleted
                    && (key.is_gone(now) || key.has_expired(now) || key.is_rotation_due(now))
            };
            Ok::<_, Error>(keys.filter(is_due).map(|key| key.id).collect())
        })?;
        for id in due {
            self.settle_key(id)?;
        }
        Ok(())
    }

    fn settle_key(&self, id: KeyId) -> Result<()> {
        let _wrapping = self.vault.wrapping();
        let desk = self.desk();
        let by = Actor::local(owner()?, Via::Store);
        self.catalog
            .write(move |tx| Call::new(tx, &desk, &by, DELETED).settle(&id))?;
        self.publish(&stave_model::Change::Keys);
        self.publish(&stave_model::Change::Audit);
        Ok(())
    }
}

impl Call<'_, '_> {
    fn settle(&mut self, id: &KeyId) -> Result<()> {
        let Some(row) = kms_keys::find(self.tx, id)? else {
            return Ok(());
        };
        let Some(mut key) = self.desk.sound(&row).filter(|key| !key.is.deleted) else {
            return Ok(());
        };
        let arn = id.arn(&self.desk.region);
        let about = Resource::Key(arn.clone());
        if key.is_gone(self.now) {
            self.destroy(&mut key)?;
            return self.record_aside(DELETED, about, |aside| aside.note("keyId", arn));
        }
        if key.has_expired(self.now) {
            keks::delete_all(self.tx, id.as_str())?;
            key.is.material_expires_ms = None;
            if key.is.state != KeyState::PendingDeletion {
                key.is.state = KeyState::PendingImport;
            }
            self.save(&key)?;
            return self.record_aside(EXPIRED, about, |aside| aside.note("keyId", arn));
        }
        self.rotate_if_due(&mut key)
    }
}

fn owner() -> Result<UserName> {
    UserName::parse(ADMIN).map_err(|_| Error::Contradiction {
        what: "the name of the owner is none",
    })
}
