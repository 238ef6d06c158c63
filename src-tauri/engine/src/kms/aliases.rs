//! The names of keys.

use stave_catalog::kms_aliases;
use stave_model::{Actor, Alias, AliasName};
use stave_store::KeyError;

use super::access::Asked;
use super::call::Call;
use super::operation::{CREATE_ALIAS, DELETE_ALIAS, LIST_ALIASES, UPDATE_ALIAS};
use super::rows::{StoredKey, alias_of_row, alias_row};
use super::{invalid, refused};
use crate::core::Core;
use crate::error::Result;

/// The most names of a key, as AWS KMS allows.
const ALIASES_MAX: usize = 50;

impl Core {
    /// Gives a key a name.
    pub(crate) fn create_alias(&self, by: &Actor, alias: String, named: String) -> Result<()> {
        self.key_call(by, CREATE_ALIAS, move |call| {
            let name = call.alias_of_people(&alias)?;
            call.note("targetKeyId", named.as_str());
            let key = call.open_target(&named, &name)?;
            if kms_aliases::find(call.tx, &name)?.is_some() {
                let arn = name.arn(&call.desk.region);
                return Err(refused(KeyError::AlreadyExists(format!("alias {arn}"))));
            }
            if kms_aliases::of_key(call.tx, &key.id)?.len() >= ALIASES_MAX {
                let why = "a key has at most 50 aliases";
                return Err(refused(KeyError::LimitExceeded(why)));
            }
            let row = alias_row(&name, &key.id, (call.now, call.now), &call.desk.kms.mac);
            call.changed = true;
            Ok(kms_aliases::insert(call.tx, &row)?)
        })
    }

    /// Lets a name name another key, which must be of the same kind.
    pub(crate) fn update_alias(&self, by: &Actor, alias: String, named: String) -> Result<()> {
        self.key_call(by, UPDATE_ALIAS, move |call| {
            let name = call.alias_of_people(&alias)?;
            let found = call.named_by(&name)?;
            let former = call.desk.key(call.tx, &found.key, call.now)?;
            let asked = Asked {
                alias: Some(name.clone()),
                ..Asked::default()
            };
            call.allow(&former, UPDATE_ALIAS, &asked)?;
            call.note("targetKeyId", named.as_str());
            let key = call.open_target(&named, &name)?;
            if key.is.spec.usage() != former.is.spec.usage() {
                let why = "an alias can be pointed at a key of the same kind and usage alone";
                return Err(invalid(why));
            }
            let times = (found.created, call.now);
            let row = alias_row(&name, &key.id, times, &call.desk.kms.mac);
            call.changed = true;
            Ok(kms_aliases::update(call.tx, &row)?)
        })
    }

    /// Removes a name.
    pub(crate) fn delete_alias(&self, by: &Actor, alias: String) -> Result<()> {
        self.key_call(by, DELETE_ALIAS, move |call| {
            let name = call.alias_of_people(&alias)?;
            call.named_by(&name)?;
            let asked = Asked {
                alias: Some(name.clone()),
                ..Asked::default()
            };
            call.open(name.as_str(), asked)?;
            call.changed = true;
            kms_aliases::delete(call.tx, &name)?;
            Ok(())
        })
    }

    /// Lists all names, or those of one key. One that was changed by another hand is left out, and logged.
    pub(crate) fn list_aliases(&self, by: &Actor, named: Option<String>) -> Result<Vec<Alias>> {
        self.key_call(by, LIST_ALIASES, move |call| {
            let key = match named {
                Some(named) => Some(call.find(&named)?.0),
                None => None,
            };
            call.allow_without_key()?;
            let rows = match key {
                Some(key) => kms_aliases::of_key(call.tx, &key.id)?,
                None => kms_aliases::list(call.tx)?,
            };
            let desk = call.desk;
            let mut told = Vec::with_capacity(rows.len());
            for row in &rows {
                match alias_of_row(row, &desk.kms.mac, &desk.region) {
                    Ok(alias) => told.push(alias),
                    Err(error) => tracing::error!(%error, "an alias is left out"),
                }
            }
            Ok(told)
        })
    }
}

impl Call<'_, '_> {
    /// Reads the name of an alias that people may make and change.
    fn alias_of_people(&mut self, alias: &str) -> Result<AliasName> {
        self.note("aliasName", alias.chars().take(256).collect::<String>());
        let name = AliasName::parse(alias).ok_or_else(|| {
            invalid("an alias is \"alias/\" and 1 to 250 letters, digits and / _ -")
        })?;
        if name.is_managed() {
            Err(invalid("aliases that begin with alias/aws/ are reserved"))
        } else {
            Ok(name)
        }
    }

    /// Returns what a name names.
    fn named_by(&self, name: &AliasName) -> Result<Alias> {
        let arn = || name.arn(&self.desk.region);
        let row = kms_aliases::find(self.tx, name)?;
        let row = row.ok_or_else(|| refused(KeyError::NotFound(format!("alias {}", arn()))))?;
        alias_of_row(&row, &self.desk.kms.mac, &self.desk.region)
    }

    /// Opens the key that a name is to name: by its id or ARN, not by another name.
    fn open_target(&mut self, named: &str, alias: &AliasName) -> Result<StoredKey> {
        if let Some(stave_model::KeyRef::Alias(_)) =
            stave_model::KeyRef::parse(named, &self.desk.region)
        {
            return Err(invalid("an alias names a key by its id or ARN"));
        }
        let asked = Asked {
            alias: Some(alias.clone()),
            ..Asked::default()
        };
        let key = self.open(named, asked)?;
        Ok(key)
    }
}
