//! The deletion of a key: scheduled, taken back, done.

use stave_catalog::{keks, kms_aliases, kms_grants};
use stave_model::{Actor, Key, KeyState};

use super::access::Asked;
use super::call::Call;
use super::invalid;
use super::operation::{CANCEL_DELETION, SCHEDULE_DELETION};
use super::rotation::DAY_MS;
use super::rows::StoredKey;
use crate::audit::time;
use crate::core::Core;
use crate::error::Result;

/// How many days there are to take a deletion back.
const DAYS: std::ops::RangeInclusive<u16> = 7..=30;

impl Core {
    /// Deletes a key in so many days.
    pub(crate) fn schedule_key_deletion(
        &self,
        by: &Actor,
        named: String,
        days: u16,
    ) -> Result<Key> {
        self.key_call(by, SCHEDULE_DELETION, move |call| {
            call.note("pendingWindowInDays", days);
            let window = "kms:ScheduleKeyDeletionPendingWindowInDays";
            let asked = Asked {
                extra: vec![(window, days.to_string())],
                ..Asked::default()
            };
            let mut key = call.open(&named, asked)?;
            if !DAYS.contains(&days) {
                return Err(invalid("a key is deleted in 7 to 30 days"));
            }
            key.is.state = KeyState::PendingDeletion;
            let deletion_ms = call.now.as_millis() + i64::from(days) * DAY_MS;
            key.is.deletion_ms = Some(deletion_ms);
            call.save(&key)?;
            let told = key.told(&call.desk.region, call.now);
            call.answer("keyId", told.arn.as_str());
            call.answer("keyState", told.state.as_str());
            call.answer("deletionDate", told.deletion.map(time));
            Ok(told)
        })
    }

    /// Takes a scheduled deletion back.
    pub(crate) fn cancel_key_deletion(&self, by: &Actor, named: String) -> Result<Key> {
        self.key_call(by, CANCEL_DELETION, move |call| {
            let mut key = call.open(&named, Asked::default())?;
            key.is.deletion_ms = None;
            key.is.state = match keks::newest(call.tx, key.id.as_str())? {
                Some(_) => KeyState::Disabled,
                None => KeyState::PendingImport,
            };
            call.save(&key)?;
            let told = key.told(&call.desk.region, call.now);
            call.answer("keyId", told.arn.as_str());
            Ok(told)
        })
    }
}

impl Call<'_, '_> {
    /// Destroys the material of a key, its names and its grants. Its row stays, since objects may name it;
    /// nothing tells of it any more.
    pub(crate) fn destroy(&mut self, key: &mut StoredKey) -> Result<()> {
        keks::delete_all(self.tx, key.id.as_str())?;
        kms_aliases::delete_of_key(self.tx, &key.id)?;
        kms_grants::delete_of_key(self.tx, &key.id)?;
        key.is.deleted = true;
        key.is.description = String::new();
        key.is.tags.clear();
        key.is.rotation = None;
        key.is.material_check = None;
        self.save(key)
    }
}
