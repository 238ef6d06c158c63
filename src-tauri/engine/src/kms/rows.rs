//! Keys, aliases and grants as rows: documents with a MAC beside them, so that what another hand changed
//! is seen when it is read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stave_catalog::kms_aliases::AliasRow;
use stave_catalog::kms_grants::GrantRow;
use stave_catalog::kms_keys::KeyRow;
use stave_model::{
    Alias, AliasName, EncryptionContext, Key, KeyId, KeyOrigin, KeySpec, KeyState,
    RotationSchedule, Timestamp,
};
use stave_store::{KeyError, KeyGrant};
use stave_vault::MacKey;

use super::refused;
use crate::error::Result;

/// A key as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredKey {
    /// Its id.
    pub id: KeyId,
    /// What is kept of it.
    pub is: KeyDocument,
}

/// What is kept of a key, besides its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyDocument {
    pub description: String,
    #[serde(with = "state")]
    pub state: KeyState,
    #[serde(with = "spec")]
    pub spec: KeySpec,
    #[serde(with = "origin")]
    pub origin: KeyOrigin,
    pub managed: bool,
    pub created_ms: i64,
    pub deletion_ms: Option<i64>,
    pub material_expires_ms: Option<i64>,
    pub rotation: Option<Rotation>,
    /// How often it was rotated because somebody asked.
    pub rotations_on_demand: u32,
    /// The newest version; 0 where no material was ever imported.
    pub version: u32,
    /// What tells imported material from other without telling it.
    pub material_check: Option<String>,
    pub policy: String,
    pub tags: BTreeMap<String, String>,
    /// Its material was destroyed. The row stays, since objects may still name it.
    pub deleted: bool,
}

/// When a key rotates by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rotation {
    pub period_days: u16,
    pub next_ms: i64,
}

macro_rules! by_name {
    ($module:ident, $type:ident) => {
        mod $module {
            use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};
            use stave_model::$type;

            pub fn serialize<S: Serializer>(one: &$type, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(one.as_str())
            }

            pub fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<$type, D::Error> {
                let text = String::deserialize(from)?;
                $type::parse(&text).ok_or_else(|| D::Error::custom("an unknown name"))
            }
        }
    };
}

by_name!(state, KeyState);
by_name!(spec, KeySpec);
by_name!(origin, KeyOrigin);

impl StoredKey {
    /// Returns the row.
    pub(crate) fn to_row(&self, mac_key: &MacKey) -> Result<KeyRow> {
        let document = to_json(&self.is)?;
        let mac = mac_key.mac(
            KEY_LABEL,
            &[self.id.as_str().as_bytes(), document.as_bytes()],
        );
        Ok(KeyRow {
            id: self.id.clone(),
            document,
            mac: mac.to_vec(),
        })
    }

    /// Reads a row, or answers `Damaged`.
    pub(crate) fn of_row(row: &KeyRow, mac_key: &MacKey, region: &str) -> Result<Self> {
        let damaged = || refused(KeyError::Damaged(format!("key {}", row.id.arn(region))));
        let fields = [row.id.as_str().as_bytes(), row.document.as_bytes()];
        if !mac_key.verifies(KEY_LABEL, &fields, &row.mac) {
            return Err(damaged());
        }
        let is = serde_json::from_str(&row.document).map_err(|_| damaged())?;
        let id = row.id.clone();
        Ok(Self { id, is })
    }

    /// Returns its state at a time: imported material that has expired counts as not there.
    pub(crate) fn state(&self, now: Timestamp) -> KeyState {
        match self.is.state {
            KeyState::Enabled | KeyState::Disabled if self.has_expired(now) => {
                KeyState::PendingImport
            }
            state => state,
        }
    }

    /// Returns whether its imported material has expired.
    pub(crate) fn has_expired(&self, now: Timestamp) -> bool {
        let expires = self.is.material_expires_ms;
        expires.is_some_and(|expires| expires <= now.as_millis())
    }

    /// Returns whether it is gone at a time, destroyed or due to be.
    pub(crate) fn is_gone(&self, now: Timestamp) -> bool {
        let due = self.is.deletion_ms;
        self.is.deleted || due.is_some_and(|due| due <= now.as_millis())
    }

    /// Returns what is told of it.
    pub(crate) fn told(&self, region: &str, now: Timestamp) -> Key {
        let state = self.state(now);
        let time = |ms: Option<i64>| ms.map(Timestamp::from_millis);
        let rotation = self.is.rotation.map(|rotation| RotationSchedule {
            period_days: rotation.period_days,
            next: Timestamp::from_millis(rotation.next_ms),
        });
        let expires = time(self.is.material_expires_ms);
        Key {
            id: self.id.clone(),
            arn: self.id.arn(region),
            description: self.is.description.clone(),
            state,
            spec: self.is.spec,
            origin: self.is.origin,
            managed: self.is.managed,
            created: Timestamp::from_millis(self.is.created_ms),
            deletion: time(self.is.deletion_ms),
            material_expires: expires.filter(|_| state != KeyState::PendingImport),
            rotation,
            version: self.is.version,
        }
    }
}

const KEY_LABEL: &str = "stave/kms-key/v1";
const ALIAS_LABEL: &str = "stave/kms-alias/v1";
const GRANT_LABEL: &str = "stave/kms-grant/v1";

/// Makes the row of an alias.
pub(crate) fn alias_row(
    name: &AliasName,
    key: &KeyId,
    (created, updated): (Timestamp, Timestamp),
    mac_key: &MacKey,
) -> AliasRow {
    let mut row = AliasRow {
        name: name.clone(),
        key: key.clone(),
        created,
        updated,
        mac: Vec::new(),
    };
    row.mac = alias_mac(&row, mac_key).to_vec();
    row
}

/// Reads the row of an alias, or answers `Damaged`.
pub(crate) fn alias_of_row(row: &AliasRow, mac_key: &MacKey, region: &str) -> Result<Alias> {
    if alias_mac(row, mac_key).as_slice() != row.mac {
        let arn = row.name.arn(region);
        return Err(refused(KeyError::Damaged(format!("alias {arn}"))));
    }
    Ok(Alias {
        name: row.name.clone(),
        arn: row.name.arn(region),
        key: row.key.clone(),
        created: row.created,
        updated: row.updated,
    })
}

fn alias_mac(row: &AliasRow, mac_key: &MacKey) -> [u8; 32] {
    let fields: [&[u8]; 4] = [
        row.name.as_str().as_bytes(),
        row.key.as_str().as_bytes(),
        &row.created.as_millis().to_be_bytes(),
        &row.updated.as_millis().to_be_bytes(),
    ];
    mac_key.mac(ALIAS_LABEL, &fields)
}

/// What is kept of a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GrantDocument {
    pub grantee: String,
    pub retiring: Option<String>,
    pub issuer: String,
    pub operations: Vec<String>,
    pub context_equals: Option<EncryptionContext>,
    pub context_subset: Option<EncryptionContext>,
    pub name: Option<String>,
    pub created_ms: i64,
}

/// A grant as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredGrant {
    /// Its id.
    pub id: String,
    /// The key.
    pub key: KeyId,
    /// What is kept of it.
    pub is: GrantDocument,
}

impl StoredGrant {
    /// Returns the row.
    pub(crate) fn to_row(&self, mac_key: &MacKey) -> Result<GrantRow> {
        let document = to_json(&self.is)?;
        let mut row = GrantRow {
            id: self.id.clone(),
            key: self.key.clone(),
            document,
            mac: Vec::new(),
        };
        row.mac = grant_mac(&row, mac_key).to_vec();
        Ok(row)
    }

    /// Reads a row, or answers `Damaged`.
    pub(crate) fn of_row(row: &GrantRow, mac_key: &MacKey, region: &str) -> Result<Self> {
        let damaged = || {
            let (id, arn) = (&row.id, row.key.arn(region));
            refused(KeyError::Damaged(format!("grant {id} of {arn}")))
        };
        if grant_mac(row, mac_key).as_slice() != row.mac {
            return Err(damaged());
        }
        Ok(Self {
            id: row.id.clone(),
            key: row.key.clone(),
            is: serde_json::from_str(&row.document).map_err(|_| damaged())?,
        })
    }

    /// Returns the token, which is made of the id and kept nowhere.
    pub(crate) fn token(&self, mac_key: &MacKey) -> String {
        let mac = mac_key.mac(TOKEN_LABEL, &[self.id.as_bytes()]);
        format!("{}{}", self.id, hex::encode(mac))
    }

    /// Returns what is told of it.
    pub(crate) fn told(&self, mac_key: &MacKey, region: &str) -> KeyGrant {
        let is = self.is.clone();
        KeyGrant {
            id: self.id.clone(),
            token: self.token(mac_key),
            key: self.key.clone(),
            arn: self.key.arn(region),
            grantee: is.grantee,
            retiring: is.retiring,
            issuer: is.issuer,
            operations: is.operations,
            context_equals: is.context_equals,
            context_subset: is.context_subset,
            name: is.name,
            created: Timestamp::from_millis(is.created_ms),
        }
    }
}

const TOKEN_LABEL: &str = "stave/kms-grant-token/v1";

/// How long the id of a grant is, in hexadecimal digits.
const GRANT_ID_DIGITS: usize = 64;

/// Returns the id of the grant that a token names, or `None` where the token was not made here.
pub(crate) fn grant_of_token(token: &str, mac_key: &MacKey) -> Option<String> {
    let (id, mac) = token.split_at_checked(GRANT_ID_DIGITS)?;
    let mac = hex::decode(mac).ok()?;
    let good = mac_key.verifies(TOKEN_LABEL, &[id.as_bytes()], &mac);
    good.then(|| id.to_owned())
}

fn grant_mac(row: &GrantRow, mac_key: &MacKey) -> [u8; 32] {
    let fields = [
        row.id.as_bytes(),
        row.key.as_str().as_bytes(),
        row.document.as_bytes(),
    ];
    mac_key.mac(GRANT_LABEL, &fields)
}

fn to_json(value: &impl Serialize) -> Result<String> {
    let contradiction = |_| crate::error::Error::Contradiction {
        what: "a document of the key service is no JSON",
    };
    serde_json::to_string(value).map_err(contradiction)
}
