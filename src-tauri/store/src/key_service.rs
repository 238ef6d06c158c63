//! The key service: AWS KMS' operations, as far as a vault has them.
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html>
//!
//! A key is named as the client named it (id, alias, or the ARN of either); each operation asks the key's
//! policy and grants and leaves one record in the audit, allowed or not.

use async_trait::async_trait;
use secrecy::SecretSlice;
use stave_model::{
    Actor, Alias, BucketName, EncryptionContext, Key, KeyId, KeyOrigin, KeySpec, KeyVersion, Tags,
    Timestamp,
};

use crate::Result;

/// Makes a key.
#[derive(Debug, Clone)]
pub struct CreateKey {
    /// What its owner says of it.
    pub description: String,
    /// What it is.
    pub spec: KeySpec,
    /// Whether its material is made or will be imported.
    pub origin: KeyOrigin,
    /// Its policy as JSON; `None` gives the account all rights.
    pub policy: Option<String>,
    /// Takes a policy that leaves nobody who can change it.
    pub bypass_lockout_check: bool,
    /// Its tags.
    pub tags: Tags,
}

/// Changes the policy of a key.
#[derive(Debug, Clone)]
pub struct PutKeyPolicy {
    /// The key.
    pub key: String,
    /// The policy as JSON.
    pub policy: String,
    /// Takes a policy that leaves nobody who can change it.
    pub bypass_lockout_check: bool,
}

/// How key material travels to its import: the wrapping of AWS KMS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrappingAlgorithm {
    /// `RSAES_OAEP_SHA_1`
    OaepSha1,
    /// `RSAES_OAEP_SHA_256`
    OaepSha256,
}

/// What key material is wrapped with for its import.
#[derive(Debug, Clone)]
pub struct ImportParameters {
    /// The key.
    pub key: KeyId,
    /// The key's ARN.
    pub arn: String,
    /// To be sent back with the material.
    pub token: Vec<u8>,
    /// An RSA public key as DER (`SubjectPublicKeyInfo`).
    pub public_key: Vec<u8>,
    /// Until when token and key are good.
    pub valid_to: Timestamp,
}

/// Imports key material.
#[derive(Debug, Clone)]
pub struct ImportKeyMaterial {
    /// The key.
    pub key: String,
    /// The token of [`ImportParameters`].
    pub token: Vec<u8>,
    /// The wrapped material.
    pub wrapped: Vec<u8>,
    /// When it expires; `None` is never.
    pub expires: Option<Timestamp>,
}

/// Lets a principal use a key beside its policy.
#[derive(Debug, Clone)]
pub struct CreateGrant {
    /// The key.
    pub key: String,
    /// Who may use it, by ARN.
    pub grantee: String,
    /// Who may give the grant back, by ARN.
    pub retiring: Option<String>,
    /// What they may do, by the names of operations, `Decrypt` say.
    pub operations: Vec<String>,
    /// The encryption context must be this one.
    pub context_equals: Option<EncryptionContext>,
    /// The encryption context must hold this.
    pub context_subset: Option<EncryptionContext>,
    /// Its name: a grant of the same name and content is made once.
    pub name: Option<String>,
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyGrant {
    /// Its id: 64 hexadecimal digits.
    pub id: String,
    /// What a client sends to use it; good at once.
    pub token: String,
    /// The key.
    pub key: KeyId,
    /// The key's ARN.
    pub arn: String,
    /// Who may use it, by ARN.
    pub grantee: String,
    /// Who may give it back, by ARN.
    pub retiring: Option<String>,
    /// Who made it, by ARN.
    pub issuer: String,
    /// What they may do.
    pub operations: Vec<String>,
    /// The encryption context must be this one.
    pub context_equals: Option<EncryptionContext>,
    /// The encryption context must hold this.
    pub context_subset: Option<EncryptionContext>,
    /// Its name.
    pub name: Option<String>,
    /// When it was made.
    pub created: Timestamp,
}

/// Names a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantRef {
    /// By key and id.
    Id {
        /// The key.
        key: String,
        /// The grant's id.
        grant: String,
    },
    /// By its token.
    Token(String),
}

/// Seals a few bytes: at most 4,096.
#[derive(Debug)]
pub struct Encrypt {
    /// The key.
    pub key: String,
    /// The bytes.
    pub plaintext: SecretSlice<u8>,
    /// What is authenticated with them.
    pub context: EncryptionContext,
    /// Grants to consider.
    pub grant_tokens: Vec<String>,
}

/// Opens what `Encrypt` or `GenerateDataKey` sealed.
#[derive(Debug)]
pub struct Decrypt {
    /// The key, if the client names it; it stands in the sealed bytes too.
    pub key: Option<String>,
    /// The sealed bytes.
    pub ciphertext: Vec<u8>,
    /// What was authenticated with them.
    pub context: EncryptionContext,
    /// Grants to consider.
    pub grant_tokens: Vec<String>,
}

/// Seals again under another key, without showing the plaintext.
#[derive(Debug)]
pub struct ReEncrypt {
    /// What is opened.
    pub source: Decrypt,
    /// The key that seals.
    pub key: String,
    /// What is authenticated from now on.
    pub context: EncryptionContext,
}

/// Sealed bytes and the key that sealed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encrypted {
    /// The key's ARN.
    pub arn: String,
    /// The sealed bytes.
    pub ciphertext: Vec<u8>,
}

/// Opened bytes and the key that opened them.
#[derive(Debug)]
pub struct Decrypted {
    /// The key's ARN.
    pub arn: String,
    /// The bytes.
    pub plaintext: SecretSlice<u8>,
}

/// What a re-encryption made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReEncrypted {
    /// The ARN of the key that opened.
    pub source_arn: String,
    /// The sealed bytes, and the key that sealed them.
    pub encrypted: Encrypted,
}

/// Mints a data key.
#[derive(Debug)]
pub struct GenerateDataKey {
    /// The key that seals it.
    pub key: String,
    /// Its length in bytes, 1 to 1,024.
    pub bytes: usize,
    /// What is authenticated with it.
    pub context: EncryptionContext,
    /// Grants to consider.
    pub grant_tokens: Vec<String>,
    /// Whether the plaintext is wanted: `GenerateDataKey`, or else `GenerateDataKeyWithoutPlaintext`.
    pub plaintext: bool,
}

/// A data key.
#[derive(Debug)]
pub struct GeneratedDataKey {
    /// It, sealed.
    pub encrypted: Encrypted,
    /// It, where it was asked for.
    pub plaintext: Option<SecretSlice<u8>>,
}

/// Makes the MAC of a message.
#[derive(Debug, Clone)]
pub struct GenerateMac {
    /// The key.
    pub key: String,
    /// The message: at most 4,096 bytes.
    pub message: Vec<u8>,
    /// The algorithm by its name, `HMAC_SHA_256` say; it must be that of the key's spec.
    pub algorithm: String,
    /// Grants to consider.
    pub grant_tokens: Vec<String>,
}

/// What a key guards: what is lost with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyUsage {
    /// By version of the key, ascending.
    pub versions: Vec<VersionUsage>,
    /// The buckets whose default it is.
    pub default_of: Vec<BucketName>,
    /// The buckets that hold versions under it, with how many.
    pub buckets: Vec<(BucketName, u64)>,
}

/// What one version of a key guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionUsage {
    /// The version.
    pub version: u32,
    /// How many versions of objects and parts of uploads it wraps data keys of.
    pub objects: u64,
    /// Their bytes.
    pub size_bytes: u64,
}

/// The key service of a local vault. `by` is who asks.
#[async_trait]
pub trait KeyService: Send + Sync {
    /// Returns the region that stands in ARNs.
    fn region(&self) -> &str;

    /// Makes a key.
    async fn create_key(&self, by: &Actor, create: CreateKey) -> Result<Key>;
    /// Returns a key.
    async fn describe_key(&self, by: &Actor, key: &str) -> Result<Key>;
    /// Lists all keys, by id.
    async fn list_keys(&self, by: &Actor) -> Result<Vec<Key>>;
    /// Turns a key on or off.
    async fn set_key_enabled(&self, by: &Actor, key: &str, enabled: bool) -> Result<()>;
    /// Changes what is said of a key.
    async fn update_key_description(&self, by: &Actor, key: &str, text: &str) -> Result<()>;

    /// Returns the tags of a key.
    async fn key_tags(&self, by: &Actor, key: &str) -> Result<Tags>;
    /// Adds tags to a key, or changes their values.
    async fn tag_key(&self, by: &Actor, key: &str, tags: Tags) -> Result<()>;
    /// Removes tags of a key by their names.
    async fn untag_key(&self, by: &Actor, key: &str, names: Vec<String>) -> Result<()>;

    /// Gives a key a name.
    async fn create_alias(&self, by: &Actor, alias: &str, key: &str) -> Result<()>;
    /// Lets a name name another key.
    async fn update_alias(&self, by: &Actor, alias: &str, key: &str) -> Result<()>;
    /// Removes a name.
    async fn delete_alias(&self, by: &Actor, alias: &str) -> Result<()>;
    /// Lists all names, or those of one key.
    async fn list_aliases(&self, by: &Actor, key: Option<&str>) -> Result<Vec<Alias>>;

    /// Lets a key rotate every so many days (90 to 2,560), or (`None`) not by itself.
    async fn set_key_rotation(&self, by: &Actor, key: &str, period_days: Option<u16>)
    -> Result<()>;
    /// Rotates a key now.
    async fn rotate_key(&self, by: &Actor, key: &str) -> Result<Key>;
    /// Lists the versions of a key, oldest first.
    async fn key_versions(&self, by: &Actor, key: &str) -> Result<Vec<KeyVersion>>;
    /// Tells what a key guards.
    async fn key_usage(&self, by: &Actor, key: &str) -> Result<KeyUsage>;

    /// Deletes a key in so many days, 7 to 30. What it guards can be read until it is scheduled, again once
    /// that is cancelled, and never once it happened.
    async fn schedule_key_deletion(&self, by: &Actor, key: &str, days: u16) -> Result<Key>;
    /// Takes a scheduled deletion back; the key is disabled then.
    async fn cancel_key_deletion(&self, by: &Actor, key: &str) -> Result<Key>;

    /// Returns what material for a key of origin `EXTERNAL` is wrapped with; `bits` is 2,048, 3,072 or 4,096.
    async fn import_parameters(
        &self,
        by: &Actor,
        key: &str,
        algorithm: WrappingAlgorithm,
        bits: u16,
    ) -> Result<ImportParameters>;
    /// Imports material.
    async fn import_key_material(&self, by: &Actor, import: ImportKeyMaterial) -> Result<()>;
    /// Deletes imported material; the same can be imported again.
    async fn delete_imported_material(&self, by: &Actor, key: &str) -> Result<()>;

    /// Returns the policy of a key as JSON.
    async fn key_policy(&self, by: &Actor, key: &str) -> Result<String>;
    /// Changes the policy of a key.
    async fn put_key_policy(&self, by: &Actor, put: PutKeyPolicy) -> Result<()>;

    /// Makes a grant.
    async fn create_grant(&self, by: &Actor, create: CreateGrant) -> Result<KeyGrant>;
    /// Lists the grants of a key.
    async fn list_grants(&self, by: &Actor, key: &str) -> Result<Vec<KeyGrant>>;
    /// Lists the grants that a principal (by ARN) may give back.
    async fn list_retirable_grants(&self, by: &Actor, retiring: &str) -> Result<Vec<KeyGrant>>;
    /// Takes a grant back.
    async fn revoke_grant(&self, by: &Actor, key: &str, grant: &str) -> Result<()>;
    /// Gives a grant back.
    async fn retire_grant(&self, by: &Actor, grant: GrantRef) -> Result<()>;

    /// Seals.
    async fn encrypt(&self, by: &Actor, encrypt: Encrypt) -> Result<Encrypted>;
    /// Opens.
    async fn decrypt(&self, by: &Actor, decrypt: Decrypt) -> Result<Decrypted>;
    /// Opens and seals.
    async fn re_encrypt(&self, by: &Actor, re_encrypt: ReEncrypt) -> Result<ReEncrypted>;
    /// Mints a data key.
    async fn generate_data_key(
        &self,
        by: &Actor,
        generate: GenerateDataKey,
    ) -> Result<GeneratedDataKey>;
    /// Returns random bytes, 1 to 1,024.
    async fn generate_random(&self, by: &Actor, bytes: usize) -> Result<SecretSlice<u8>>;
    /// Makes a MAC.
    async fn generate_mac(&self, by: &Actor, generate: GenerateMac) -> Result<Vec<u8>>;
    /// Checks a MAC; a wrong one is `KeyError::InvalidMac`.
    async fn verify_mac(&self, by: &Actor, generate: GenerateMac, mac: Vec<u8>) -> Result<()>;
}
