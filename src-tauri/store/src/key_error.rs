//! Why the key service refused, in AWS KMS' words.

use thiserror::Error;

/// A refusal of the key service. The name of each variant is that of the exception that AWS KMS answers.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// There is no such key, alias or grant.
    #[error("{0} does not exist")]
    NotFound(String),
    /// The text names no key that could be here.
    #[error("{0:?} is not a valid key id, alias or ARN of this key service")]
    InvalidArn(String),
    /// The key is turned off.
    #[error("{arn} is disabled; enable it and try again")]
    Disabled {
        /// The key.
        arn: String,
    },
    /// The key is in a state that does not allow it.
    #[error("{arn} is {state}; {way_out}")]
    InvalidState {
        /// The key.
        arn: String,
        /// The state, by its name.
        state: &'static str,
        /// What to do about it.
        way_out: &'static str,
    },
    /// Neither policy nor grant allows it, or one denies it.
    #[error("{user} is not allowed to perform {action} on {resource}: {why}")]
    AccessDenied {
        /// Who asked, by ARN.
        user: String,
        /// The action, `kms:Decrypt` say.
        action: &'static str,
        /// The key, by ARN, or `*`.
        resource: String,
        /// What decided.
        why: String,
    },
    /// There is one of that name already.
    #[error("{0} already exists")]
    AlreadyExists(String),
    /// More than the service takes.
    #[error("{0}")]
    LimitExceeded(&'static str),
    /// The policy is none, or would lock everybody out.
    #[error("{0}")]
    MalformedPolicyDocument(String),
    /// The sealed bytes, their encryption context or their key are not what they were.
    #[error(
        "the ciphertext, the encryption context or the key is not the one that it was made with"
    )]
    InvalidCiphertext,
    /// The sealed bytes were made under another key.
    #[error("the ciphertext was made under another key than the one named")]
    IncorrectKey,
    /// The key is not for this.
    #[error("{arn} is for {usage}, not for this operation")]
    InvalidKeyUsage {
        /// The key.
        arn: String,
        /// What it is for.
        usage: &'static str,
    },
    /// The MAC is not that of the message.
    #[error("the MAC is not that of the message under this key")]
    InvalidMac,
    /// A tag is malformed, or there are too many.
    #[error("{0}")]
    Tag(String),
    /// The service does not offer it.
    #[error("{0} is not offered by this key service")]
    Unsupported(&'static str),
    /// The grant token is none.
    #[error("the grant token is not valid")]
    InvalidGrantToken,
    /// The import token is none of this key's.
    #[error("the import token is not valid for this key")]
    InvalidImportToken,
    /// The import token is too old.
    #[error("the import token has expired; ask for new parameters")]
    ExpiredImportToken,
    /// The imported material is not that of before.
    #[error("the key material differs from what was imported into this key before")]
    IncorrectKeyMaterial,
    /// The request contradicts the rules of the interface; the text says which.
    #[error("{0}")]
    Validation(String),
    /// The stored row of a key does not authenticate: it was changed behind the store's back.
    #[error("the stored record of {0} was changed outside Stave; restore the vault from a backup")]
    Damaged(String),
}
