//! What goes over the control socket.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::access::{AccessAnswer, AccessRequest};
use super::audit::{AuditCheck, AuditEntry, AuditRequest};
use super::simulate::{SimulatedInfo, SimulationInfo};
use super::vault::{ScrubInfo, VaultInfo, VaultRequest};
use crate::doctor::Diagnosis;

/// A question to the running process.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// Where is the endpoint, and who are you?
    Status,
    /// Give me a credential that lives in memory, as long as the process.
    Session {
        /// For whom; `None` is the owner of the vault.
        #[serde(default)]
        user: Option<String>,
    },
    /// Which access keys are there?
    AccessKeysList,
    /// Add an access key.
    AccessKeysAdd {
        /// Whose it is; the user is made if there is none of that name.
        user: String,
        /// Its id; `None` mints one.
        #[serde(default)]
        access_key_id: Option<String>,
        /// Its secret; `None` mints one.
        #[serde(default)]
        secret_access_key: Option<Secret>,
    },
    /// Turn an access key on or off.
    AccessKeysSetStatus {
        /// Which.
        access_key_id: String,
        /// On or off.
        status: KeyStatus,
    },
    /// Remove an access key.
    AccessKeysDelete {
        /// Which.
        access_key_id: String,
    },
    /// What does a key of the key service guard? AWS KMS has no operation that tells it.
    KeyUsage {
        /// The key: id, ARN, alias or alias ARN.
        key: String,
    },
    /// Something of the vault's own life.
    Vault(VaultRequest),
    /// Something of the audit.
    Audit(AuditRequest),
    /// Something of users, roles, sessions and links.
    Access(AccessRequest),
    /// What may somebody do?
    Simulate(SimulationInfo),
    /// What is wrong with this link, request or answer?
    Diagnose {
        /// What was pasted.
        text: String,
    },
}

/// An answer of the running process.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "response", rename_all = "kebab-case")]
pub enum Response {
    /// To `Status`.
    Status(StatusInfo),
    /// To `Session`.
    Session {
        /// The endpoint that knows the credential.
        endpoint: String,
        /// The region of its credential scopes.
        region: String,
        /// The id of the credential.
        access_key_id: String,
        /// Its secret.
        secret_access_key: Secret,
    },
    /// To `AccessKeysList`.
    AccessKeys {
        /// All keys, oldest first.
        keys: Vec<KeyInfo>,
    },
    /// To `AccessKeysAdd`.
    AccessKeyAdded {
        /// The key.
        key: KeyInfo,
        /// Its secret.
        secret_access_key: Secret,
    },
    /// To `KeyUsage`.
    KeyUsage(KeyUsageInfo),
    /// To `Status` of the vault.
    Vault(VaultInfo),
    /// To what makes new recovery words. They are told once.
    RecoveryWords {
        /// The words, in their order.
        words: Secret,
    },
    /// To `ScrubStatus` of the vault.
    Scrub(ScrubInfo),
    /// To `LookUp` of the audit.
    AuditRecords {
        /// The records, newest first.
        records: Vec<AuditEntry>,
        /// Where the next page begins; `None` on the last.
        next_before: Option<u64>,
    },
    /// To `Verify` of the audit.
    AuditChecked(AuditCheck),
    /// To `Export` of the audit.
    AuditExported {
        /// The keys of the log files that were written.
        keys: Vec<String>,
        /// How many records they hold.
        records: u64,
    },
    /// To `Access`.
    Access(Box<AccessAnswer>),
    /// To `Simulate`.
    Simulated(SimulatedInfo),
    /// To `Diagnose`.
    Diagnosed(Diagnosis),
    /// To what changes something.
    Done,
    /// It did not happen.
    Failed(Failure),
}

/// Who answers, and where its endpoint is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusInfo {
    /// The endpoint's URL; `None` while it is turned off.
    pub endpoint: Option<String>,
    /// The region of credential scopes.
    pub region: String,
    /// The vault's id, in hex.
    pub vault_id: String,
    /// The vault's folder.
    pub vault_dir: String,
    /// The process id.
    pub pid: u32,
    /// The version of Stave that runs.
    pub version: String,
}

/// An access key without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyInfo {
    /// Its id.
    pub access_key_id: String,
    /// Whose it is.
    pub user: String,
    /// Whether it opens the door.
    pub status: KeyStatus,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: i64,
    /// What it was used for last.
    #[serde(default)]
    pub last_used: Option<KeyUseInfo>,
}

/// The last use of an access key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUseInfo {
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// The service that the request was signed for.
    pub service: String,
    /// The region.
    pub region: String,
}

/// Whether an access key opens the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyStatus {
    /// Requests signed with it pass.
    Active,
    /// Requests signed with it are refused.
    Inactive,
}

/// What a key of the key service guards: what is lost with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUsageInfo {
    /// By version of the key, ascending.
    pub versions: Vec<VersionUsageInfo>,
    /// The buckets whose default it is.
    pub default_of: Vec<String>,
    /// The buckets that hold versions under it.
    pub buckets: Vec<BucketUsageInfo>,
}

/// What one version of a key guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionUsageInfo {
    /// The version.
    pub version: u32,
    /// How many versions of objects and parts of uploads.
    pub objects: u64,
    /// Their bytes.
    pub size_bytes: u64,
}

/// How much of a bucket a key guards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketUsageInfo {
    /// The bucket.
    pub bucket: String,
    /// How many versions of objects.
    pub versions: u64,
}

/// Why a request did not happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What a program acts on.
    pub code: FailureCode,
    /// What a person reads.
    pub message: String,
}

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureCode {
    /// The request is malformed or names something impossible.
    Invalid,
    /// The endpoint is turned off.
    EndpointOff,
    /// The access key does not exist.
    NoSuchAccessKey,
    /// An access key of that id exists.
    AccessKeyExists,
    /// There is no such user, role, policy or link.
    NotFound,
    /// Something of that name is there, or something stands in the way.
    Conflict,
    /// The vault is locked.
    Locked,
    /// The passphrase, the words or another way in are not right.
    WrongSecret,
    /// The running process does not do this.
    NotOffered,
    /// The vault failed.
    Failed,
}

/// A secret on its way over the socket: never in a debug print, wiped when dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Returns the secret.
    pub fn into_inner(self) -> SecretString {
        self.0
    }
}

impl From<SecretString> for Secret {
    fn from(secret: SecretString) -> Self {
        Self(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(SecretString::from(text)))
    }
}
