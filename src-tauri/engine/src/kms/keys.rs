//! Keys: made, described, listed, turned on and off.

use stave_catalog::kms_aliases;
use stave_catalog::kms_keys::{self, KeyRow};
use stave_model::{
    Actor, AliasName, Key, KeyId, KeyOrigin, KeySpec, KeyState, Timestamp, VersionOrigin,
};
use stave_store::{CreateKey, KeyError};

use super::access::Asked;
use super::call::{Call, Desk};
use super::operation::{
    CREATE_KEY, DESCRIBE_KEY, DISABLE_KEY, ENABLE_KEY, LIST_KEYS, Operation, UPDATE_DESCRIPTION,
};
use super::policies::{DEFAULT_POLICY, MANAGED_POLICY};
use super::rotation::DAY_MS;
use super::rows::{KeyDocument, Rotation, StoredKey, alias_row};
use super::{invalid, refused};
use crate::audit::{Draft, Resource};
use crate::core::Core;
use crate::error::Result;

/// The most keys of a vault. All are read to list them.
const KEYS_MAX: u64 = 10_000;

/// The longest description, in bytes.
const DESCRIPTION_BYTES_MAX: usize = 8_192;

/// What is said of the key that the store manages, in AWS' words.
const MANAGED_DESCRIPTION: &str =
    "Default key that protects my S3 objects when no other key is defined";

/// How often the key that the store manages rotates, as AWS' do.
const MANAGED_PERIOD_DAYS: u16 = 365;

impl Core {
    /// Makes a key.
    pub(crate) fn create_key(&self, by: &Actor, create: CreateKey) -> Result<Key> {
        self.has_room()?;
        self.key_call(by, CREATE_KEY, move |call| {
            call.note("description", create.description.as_str());
            call.note("keySpec", create.spec.as_str());
            call.note("keyUsage", create.spec.usage());
            call.note("origin", create.origin.as_str());
            call.note(
                "bypassPolicyLockoutSafetyCheck",
                create.bypass_lockout_check,
            );
            call.allow_without_key()?;
            check_description(&create.description)?;
            if kms_keys::count(call.tx)? >= KEYS_MAX {
                let why = "there are 10,000 keys, and no more are kept";
                return Err(refused(KeyError::LimitExceeded(why)));
            }
            let mut key = call.desk.new_key(create.spec, create.origin, call.now);
            key.is.description = create.description;
            let tags = create.tags.iter();
            key.is.tags = tags
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            if let Some(policy) = create.policy {
                key.is.policy = policy;
                call.check_policy(&key, create.bypass_lockout_check)?;
            }
            call.insert(&mut key)?;
            let told = key.told(&call.desk.region, call.now);
            call.draft.resources.push(Resource::Key(told.arn.clone()));
            call.answer_key(&told);
            Ok(told)
        })
    }

    /// Returns a key.
    pub(crate) fn describe_key(&self, by: &Actor, named: String) -> Result<Key> {
        self.key_call(by, DESCRIBE_KEY, move |call| {
            let key = call.open(&named, Asked::default())?;
            Ok(key.told(&call.desk.region, call.now))
        })
    }

    /// Lists all keys, by id. One whose row was changed by another hand is left out, and logged.
    pub(crate) fn list_keys(&self, by: &Actor) -> Result<Vec<Key>> {
        self.key_call(by, LIST_KEYS, |call| {
            call.allow_without_key()?;
            let rows = kms_keys::list(call.tx)?;
            let sound = rows.iter().filter_map(|row| call.desk.sound(row));
            let here = sound.filter(|key| !key.is_gone(call.now));
            Ok(here
                .map(|key| key.told(&call.desk.region, call.now))
                .collect())
        })
    }

    /// Turns a key on or off.
    pub(crate) fn set_key_enabled(&self, by: &Actor, named: String, enabled: bool) -> Result<()> {
        let (operation, state) = if enabled {
            (ENABLE_KEY, KeyState::Enabled)
        } else {
            (DISABLE_KEY, KeyState::Disabled)
        };
        self.change_key(by, operation, named, move |_, key| {
            key.is.state = state;
            Ok(())
        })
    }

    /// Changes what is said of a key.
    pub(crate) fn update_key_description(
        &self,
        by: &Actor,
        named: String,
        text: String,
    ) -> Result<()> {
        self.change_key(by, UPDATE_DESCRIPTION, named, move |call, key| {
            call.note("description", text.as_str());
            check_description(&text)?;
            key.is.description = text;
            Ok(())
        })
    }

    /// Changes what is kept of a key.
    pub(crate) fn change_key<F>(
        &self,
        by: &Actor,
        operation: Operation,
        named: String,
        change: F,
    ) -> Result<()>
    where
        F: FnOnce(&mut Call<'_, '_>, &mut StoredKey) -> Result<()> + Send + 'static,
    {
        self.key_call(by, operation, move |call| {
            let mut key = call.open(&named, Asked::default())?;
            change(call, &mut key)?;
            call.save(&key)
        })
    }
}

impl Call<'_, '_> {
    /// Adds a new key, and its first version where its material is made here.
    fn insert(&mut self, key: &mut StoredKey) -> Result<()> {
        if key.is.origin == KeyOrigin::Made {
            let origin = VersionOrigin::Created;
            self.desk.add_version(self.tx, key, origin, self.now)?;
        }
        self.changed = true;
        Ok(kms_keys::insert(self.tx, &key.to_row(&self.desk.kms.mac)?)?)
    }

    /// Writes down what is told of a key that was made.
    fn answer_key(&mut self, key: &Key) {
        self.answer(
            "keyMetadata",
            serde_json::json!({
                "keyId": key.id.as_str(),
                "arn": key.arn.as_str(),
                "keyState": key.state.as_str(),
                "keySpec": key.spec.as_str(),
                "keyUsage": key.spec.usage(),
                "origin": key.origin.as_str(),
                "keyManager": if key.managed { "AWS" } else { "CUSTOMER" },
            }),
        );
    }

    /// Makes the key that the store manages, with its alias and a record of its own.
    pub(crate) fn make_managed_key(&mut self, alias: &AliasName) -> Result<()> {
        let desk = self.desk;
        let mut key = desk.new_key(KeySpec::Symmetric, KeyOrigin::Made, self.now);
        key.is.managed = true;
        key.is.description = MANAGED_DESCRIPTION.into();
        key.is.policy = MANAGED_POLICY.into();
        let period_ms = i64::from(MANAGED_PERIOD_DAYS) * DAY_MS;
        key.is.rotation = Some(Rotation {
            period_days: MANAGED_PERIOD_DAYS,
            next_ms: self.now.as_millis() + period_ms,
        });
        self.insert(&mut key)?;
        let row = alias_row(alias, &key.id, (self.now, self.now), &desk.kms.mac);
        kms_aliases::insert(self.tx, &row)?;
        let told = key.told(&desk.region, self.now);
        let arn = Resource::Key(told.arn.clone());
        self.record_aside(CREATE_KEY, arn, |aside| aside.answer_key(&told))
    }

    /// Records what the store does by itself on the way.
    pub(crate) fn record_aside(
        &mut self,
        operation: Operation,
        about: Resource,
        describe: impl FnOnce(&mut Self),
    ) -> Result<()> {
        let draft = Draft {
            resources: vec![about],
            via: self.draft.via,
            ..Draft::default()
        };
        let (own, asked) = (std::mem::replace(&mut self.draft, draft), self.operation);
        self.operation = operation;
        describe(self);
        let recorded = self.record(None);
        (self.draft, self.operation) = (own, asked);
        recorded
    }
}

impl Desk {
    /// Returns a key that is not kept yet.
    fn new_key(&self, spec: KeySpec, origin: KeyOrigin, now: Timestamp) -> StoredKey {
        let state = match origin {
            KeyOrigin::Made => KeyState::Enabled,
            KeyOrigin::External => KeyState::PendingImport,
        };
        StoredKey {
            id: KeyId::from_random(self.ids.random_16()),
            is: KeyDocument {
                description: String::new(),
                state,
                spec,
                origin,
                managed: false,
                created_ms: now.as_millis(),
                deletion_ms: None,
                material_expires_ms: None,
                rotation: None,
                rotations_on_demand: 0,
                version: 0,
                material_check: None,
                policy: DEFAULT_POLICY.to_owned(),
                tags: std::collections::BTreeMap::new(),
                deleted: false,
            },
        }
    }

    /// Returns the key of a row that is what was written; logs one that is not.
    pub(crate) fn sound(&self, row: &KeyRow) -> Option<StoredKey> {
        let read = StoredKey::of_row(row, &self.kms.mac, &self.region);
        read.inspect_err(|error| tracing::error!(%error, "a key is left out"))
            .ok()
    }
}

fn check_description(text: &str) -> Result<()> {
    if text.len() <= DESCRIPTION_BYTES_MAX {
        Ok(())
    } else {
        Err(invalid("a description has at most 8,192 bytes"))
    }
}
