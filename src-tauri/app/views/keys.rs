//! The keys of the key service, as the Keys page shows them.

use serde::{Deserialize, Serialize};
use stave_model::{Key, KeyState, KeyVersion, RotationSchedule, Timestamp};
use stave_store::{KeyGrant, VersionUsage};
use ts_rs::TS;

use super::TagView;

/// Whether a key can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "KeyState")]
pub enum KeyStateView {
    /// It can.
    Enabled,
    /// Its owner turned it off.
    Disabled,
    /// It will be deleted.
    PendingDeletion,
    /// Its material was never imported, was deleted, or has expired.
    PendingImport,
}

impl From<KeyState> for KeyStateView {
    fn from(state: KeyState) -> Self {
        match state {
            KeyState::Enabled => Self::Enabled,
            KeyState::Disabled => Self::Disabled,
            KeyState::PendingDeletion => Self::PendingDeletion,
            KeyState::PendingImport => Self::PendingImport,
        }
    }
}

/// When a key rotates by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "KeyRotation")]
pub struct RotationView {
    /// Every so many days.
    pub period_days: u16,
    /// The next time.
    pub next: i64,
}

impl From<RotationSchedule> for RotationView {
    fn from(schedule: RotationSchedule) -> Self {
        Self {
            period_days: schedule.period_days,
            next: schedule.next.as_millis(),
        }
    }
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeyView {
    /// Its id.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// What its owner says of it.
    pub description: String,
    /// Whether it can be used.
    pub state: KeyStateView,
    /// What it is, by AWS KMS' name.
    pub spec: String,
    /// What it is for, by AWS KMS' name.
    pub usage: String,
    /// Where its material came from: `AWS_KMS` or `EXTERNAL`.
    pub origin: String,
    /// Whether the store made it for itself.
    pub managed: bool,
    /// When it was made.
    pub created: i64,
    /// When it will be deleted, while that is pending.
    pub deletion: Option<i64>,
    /// When imported material expires.
    pub material_expires: Option<i64>,
    /// When it rotates by itself; `None` is never.
    pub rotation: Option<RotationView>,
    /// The newest version; 0 where no material was imported yet.
    pub version: u32,
    /// Its names, each with `alias/`.
    pub aliases: Vec<String>,
    /// Whether its record was changed behind the store's back, so that it is not used.
    pub damaged: bool,
}

impl KeyView {
    /// Writes a key out with its names.
    pub fn of(key: Key, aliases: Vec<String>) -> Self {
        Self {
            id: key.id.to_string(),
            arn: key.arn,
            description: key.description,
            state: key.state.into(),
            spec: key.spec.as_str().to_owned(),
            usage: key.spec.usage().to_owned(),
            origin: key.origin.as_str().to_owned(),
            managed: key.managed,
            created: key.created.as_millis(),
            deletion: key.deletion.map(Timestamp::as_millis),
            material_expires: key.material_expires.map(Timestamp::as_millis),
            rotation: key.rotation.map(RotationView::from),
            version: key.version,
            aliases,
            damaged: false,
        }
    }
}

/// A version of a key, and what it guards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeyVersionView {
    /// Its number, from 1.
    pub version: u32,
    /// When it was made.
    pub created: i64,
    /// How it came to be: `CREATED`, `AUTOMATIC`, `ON_DEMAND` or `IMPORTED`.
    pub origin: String,
    /// How many versions of objects and parts of uploads it guards.
    pub objects: u64,
    /// Their bytes.
    pub size_bytes: u64,
}

impl KeyVersionView {
    /// Writes a version out with what it guards.
    pub fn of(version: &KeyVersion, usage: &[VersionUsage]) -> Self {
        let used = usage.iter().find(|used| used.version == version.version);
        Self {
            version: version.version,
            created: version.created.as_millis(),
            origin: version.origin.as_str().to_owned(),
            objects: used.map_or(0, |used| used.objects),
            size_bytes: used.map_or(0, |used| used.size_bytes),
        }
    }
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct GrantView {
    /// Its id.
    pub id: String,
    /// Who may use the key, by ARN.
    pub grantee: String,
    /// Who may give the grant back, by ARN.
    pub retiring: Option<String>,
    /// Who made it, by ARN.
    pub issuer: String,
    /// What they may do.
    pub operations: Vec<String>,
    /// What the encryption context must be, in words.
    pub constraint: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// When it was made.
    pub created: i64,
}

impl From<KeyGrant> for GrantView {
    fn from(grant: KeyGrant) -> Self {
        Self {
            constraint: constraint(&grant),
            id: grant.id,
            grantee: grant.grantee,
            retiring: grant.retiring,
            issuer: grant.issuer,
            operations: grant.operations,
            name: grant.name,
            created: grant.created.as_millis(),
        }
    }
}

fn constraint(grant: &KeyGrant) -> Option<String> {
    let pairs = |context: &stave_model::EncryptionContext| {
        let pairs: Vec<_> = context
            .iter()
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        pairs.join(", ")
    };
    let equals = grant.context_equals.as_ref();
    let subset = grant.context_subset.as_ref();
    equals
        .map(|context| format!("the context is {}", pairs(context)))
        .or_else(|| subset.map(|context| format!("the context has {}", pairs(context))))
}

/// A bucket that holds versions under a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct KeyBucketView {
    /// The bucket.
    pub bucket: String,
    /// How many versions.
    pub versions: u64,
}

/// Everything about a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeyDetails {
    /// The key.
    pub key: KeyView,
    /// Its versions, oldest first.
    pub versions: Vec<KeyVersionView>,
    /// Its policy as JSON, indented.
    pub policy: String,
    /// Its tags.
    pub tags: Vec<TagView>,
    /// Its grants.
    pub grants: Vec<GrantView>,
    /// The buckets whose default it is.
    pub default_of: Vec<String>,
    /// The buckets that hold versions under it.
    pub buckets: Vec<KeyBucketView>,
}

/// A problem of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PolicyProblem {
    /// The line, from 1, where one is to blame.
    pub line: Option<u32>,
    /// What is wrong.
    pub message: String,
}

/// What a policy gives somebody, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PolicyAllowance {
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
}

/// What a check of a policy found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PolicyCheck {
    /// Whether it can be set.
    pub valid: bool,
    /// What is wrong with it.
    pub problems: Vec<PolicyProblem>,
    /// Whether it would leave nobody who can change it.
    pub locks_out: bool,
    /// A plain reading.
    pub allows: Vec<PolicyAllowance>,
}

/// How objects are to be encrypted from now on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ReencryptTo {
    /// SSE-S3.
    S3,
    /// SSE-KMS.
    Kms {
        /// The key.
        key: String,
        /// Whether objects share a bucket key.
        bucket_key: bool,
    },
}
