//! Rotation: a new version seals, all open.

use stave_model::{Actor, Key, KeyOrigin, KeySpec, KeyVersion, VersionOrigin};
use stave_store::KeyError;

use super::access::Asked;
use super::call::Call;
use super::material::versions;
use super::operation::{
    DISABLE_ROTATION, ENABLE_ROTATION, LIST_ROTATIONS, Operation, ROTATE_KEY, States,
};
use super::rows::{Rotation, StoredKey};
use super::{invalid, refused};
use crate::audit::Resource;
use crate::core::Core;
use crate::error::Result;

/// A day.
pub(crate) const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The shortest and the longest period, as AWS KMS has them.
const PERIOD_DAYS: std::ops::RangeInclusive<u16> = 90..=2_560;

/// How often a key can be rotated because somebody asks, as AWS KMS limits it.
const ON_DEMAND_MAX: u32 = 25;

/// The record of a rotation that happened by itself.
const ROTATED: Operation = Operation {
    action: "kms:RotateKey",
    event: "RotateKey",
    read_only: false,
    states: States::Any,
};

impl Core {
    /// Lets a key rotate every so many days, or not by itself.
    pub(crate) fn set_key_rotation(
        &self,
        by: &Actor,
        named: String,
        period_days: Option<u16>,
    ) -> Result<()> {
        let operation = match period_days {
            Some(_) => ENABLE_ROTATION,
            None => DISABLE_ROTATION,
        };
        self.key_call(by, operation, move |call| {
            let period = period_days.map(|days| ("kms:RotationPeriodInDays", days.to_string()));
            let asked = Asked {
                extra: period.into_iter().collect(),
                ..Asked::default()
            };
            if let Some(days) = period_days {
                call.note("rotationPeriodInDays", days);
            }
            let mut key = call.open(&named, asked)?;
            can_rotate(&key)?;
            key.is.rotation = match period_days {
                Some(days) if !PERIOD_DAYS.contains(&days) => {
                    return Err(invalid("a key rotates every 90 to 2,560 days"));
                }
                Some(period_days) => Some(Rotation {
                    period_days,
                    next_ms: call.now.as_millis() + i64::from(period_days) * DAY_MS,
                }),
                None => None,
            };
            call.save(&key)
        })
    }

    /// Rotates a key now.
    pub(crate) fn rotate_key(&self, by: &Actor, named: String) -> Result<Key> {
        self.has_room()?;
        self.key_call(by, ROTATE_KEY, move |call| {
            let mut key = call.open(&named, Asked::default())?;
            can_rotate(&key)?;
            if key.is.rotations_on_demand >= ON_DEMAND_MAX {
                let why = "a key can be rotated on demand 25 times";
                return Err(refused(KeyError::LimitExceeded(why)));
            }
            key.is.rotations_on_demand += 1;
            let origin = VersionOrigin::OnDemand;
            call.desk.add_version(call.tx, &mut key, origin, call.now)?;
            call.save(&key)?;
            let told = key.told(&call.desk.region, call.now);
            call.answer("keyId", told.arn.as_str());
            call.draft
                .extra
                .insert("keyVersion".to_owned(), told.version.into());
            Ok(told)
        })
    }

    /// Lists the versions of a key, oldest first.
    pub(crate) fn key_versions(&self, by: &Actor, named: String) -> Result<Vec<KeyVersion>> {
        self.key_call(by, LIST_ROTATIONS, move |call| {
            let key = call.open(&named, Asked::default())?;
            versions(call.tx, &key)
        })
    }
}

impl Call<'_, '_> {
    /// Rotates a key whose time has come: once, however late it is.
    pub(crate) fn rotate_if_due(&mut self, key: &mut StoredKey) -> Result<()> {
        let enabled = States::Enabled.take(key.state(self.now));
        let Some(rotation) = key.is.rotation.filter(|_| enabled) else {
            return Ok(());
        };
        if !key.is_rotation_due(self.now) {
            return Ok(());
        }
        let origin = VersionOrigin::Automatic;
        self.desk.add_version(self.tx, key, origin, self.now)?;
        key.is.rotation = Some(Rotation {
            next_ms: self.now.as_millis() + i64::from(rotation.period_days) * DAY_MS,
            ..rotation
        });
        self.save(key)?;
        let arn = key.id.arn(&self.desk.region);
        let version = key.is.version;
        self.record_aside(ROTATED, Resource::Key(arn.clone()), |aside| {
            aside.note("keyId", arn);
            aside
                .draft
                .extra
                .insert("keyVersion".to_owned(), version.into());
        })
    }
}

/// Material that was imported is of its owner's making, and MACs can be verified by one version alone.
fn can_rotate(key: &StoredKey) -> Result<()> {
    if key.is.spec != KeySpec::Symmetric {
        let what = "the rotation of a key for message authentication codes";
        return Err(refused(KeyError::Unsupported(what)));
    }
    if key.is.origin != KeyOrigin::Made {
        let what = "the rotation of a key with imported material";
        return Err(refused(KeyError::Unsupported(what)));
    }
    Ok(())
}
