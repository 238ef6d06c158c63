//! What a command answers when it cannot do as asked: three lines that a person can act on.

use serde::Serialize;
use stave_model::{KeyState, NameError, TagError};
use stave_store::{Error, KeyError};
use ts_rs::TS;

/// A failed command: what happened, why we think so, what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Failure {
    /// A name for programs.
    pub code: String,
    /// What happened.
    pub message: String,
    /// The evidence.
    pub why: String,
    /// What to do.
    pub hint: String,
}

/// The result of a command.
pub type Answer<T> = Result<T, Failure>;

impl Failure {
    /// Makes a failure of its parts; the message gets its capital and full stop here.
    pub fn new(code: &str, message: impl AsRef<str>, why: impl Into<String>, hint: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: sentence(message.as_ref()),
            why: why.into(),
            hint: hint.to_owned(),
        }
    }

    /// Says that no vault is open.
    pub fn locked() -> Self {
        Error::Locked.into()
    }

    /// Says that an argument is refused.
    pub fn refused(code: &str, message: &str, hint: &str) -> Self {
        Self::new(code, message, "", hint)
    }
}

impl From<NameError> for Failure {
    fn from(error: NameError) -> Self {
        Self::new(
            "invalid_name",
            error.to_string(),
            "",
            "Choose another name.",
        )
    }
}

impl From<TagError> for Failure {
    fn from(error: TagError) -> Self {
        let hint = match error {
            TagError::TooMany { .. } => "Remove some.",
            TagError::Key => {
                "A key has 1 to 128 letters, digits, spaces and + - = . _ : / @, and does not begin with aws:."
            }
            TagError::Value => {
                "A value has at most 256 letters, digits, spaces and + - = . _ : / @."
            }
            TagError::Doubled => "Use each key once.",
        };
        Self::new("invalid_tags", tag_message(error), "", hint)
    }
}

fn tag_message(error: TagError) -> String {
    match error {
        TagError::TooMany { .. } => error.to_string(),
        TagError::Key => "this key of a tag is refused".to_owned(),
        TagError::Value => "this value of a tag is refused".to_owned(),
        TagError::Doubled => "two tags have the same key".to_owned(),
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (code, hint) = advice(&error);
        Self::new(code, error.to_string(), causes(&error), hint)
    }
}

const READ_AGAIN: &str = "Refresh the list; somebody may have changed it.";
const TRY_AGAIN: &str = "Try again.";
const NONE: &str = "";

/// Returns the code of an error and what to do about it.
#[allow(clippy::too_many_lines)] // One arm for each error: a table reads best whole.
fn advice(error: &Error) -> (&'static str, &'static str) {
    match error {
        Error::NoSuchBucket(_) => ("no_such_bucket", READ_AGAIN),
        Error::BucketAlreadyOwnedByYou(_) | Error::BucketAlreadyExists(_) => {
            ("bucket_exists", "Choose another name.")
        }
        Error::BucketNotEmpty(_) => (
            "bucket_not_empty",
            "Delete its objects first, older versions too.",
        ),
        Error::NoSuchKey { .. } => ("no_such_key", READ_AGAIN),
        Error::NoSuchVersion { .. } => ("no_such_version", READ_AGAIN),
        Error::IsDeleteMarker { .. } => (
            "is_delete_marker",
            "Choose an older version, or undelete the object.",
        ),
        Error::NoSuchUpload(_) => ("no_such_upload", "Start the upload again."),
        Error::InvalidPart(_) => ("invalid_part", "Start the upload again."),
        Error::InvalidPartOrder => ("invalid_part_order", "Start the upload again."),
        Error::EntityTooSmall { .. } => ("entity_too_small", "Start the upload again."),
        Error::EntityTooLarge { .. } => ("entity_too_large", "Split the file."),
        Error::IncompleteBody { .. } => (
            "incomplete_body",
            "The file changed while it was read. Try again when nothing writes to it.",
        ),
        Error::BadDigest { .. } => ("bad_digest", TRY_AGAIN),
        Error::Body(_) => ("body", TRY_AGAIN),
        Error::PreconditionFailed => ("precondition_failed", READ_AGAIN),
        Error::NotModified => ("not_modified", NONE),
        Error::InvalidRange(_) => ("invalid_range", READ_AGAIN),
        Error::CopyOntoItself => ("copy_onto_itself", "Choose another name."),
        Error::InvalidArgument(_) => ("invalid_argument", NONE),
        Error::InvalidRequest(_) => ("invalid_request", NONE),
        Error::NoSuchAccessKey(_) => ("no_such_access_key", READ_AGAIN),
        Error::AccessKeyExists(_) => ("access_key_exists", "Choose another id."),
        Error::NoSuchIdentity(_) => ("no_such_identity", READ_AGAIN),
        Error::IdentityExists(_) => ("identity_exists", "Choose another name."),
        Error::IdentityInUse { .. } => ("identity_in_use", "Remove that first."),
        Error::NoSuchIdentityPolicy { .. } => ("no_such_policy", READ_AGAIN),
        Error::InvalidPolicy(_) => ("invalid_policy", "Change the policy as the reason says."),
        Error::NoSuchSession | Error::SessionExpired => ("session_ended", "Ask for a new session."),
        Error::NoSuchLink(_) => ("no_such_link", READ_AGAIN),
        Error::AccessDenied => ("access_denied", NONE),
        Error::CustomerKeyRequired => (
            "customer_key_required",
            "Give the key that it was written with: type it, or choose a kept one.",
        ),
        Error::CustomerKeyWrong => (
            "customer_key_wrong",
            "Give the key that it was written with.",
        ),
        Error::CustomerKeyUnexpected => (
            "customer_key_unexpected",
            "Leave the key out: the object needs none.",
        ),
        Error::Key(error) => key_advice(error),
        Error::NotOffered { .. } => ("not_offered", NONE),
        Error::Damaged { .. } => (
            "damaged",
            "Restore an older version of it, or bring the vault folder back from a backup.",
        ),
        Error::Locked => ("locked", "Unlock the vault."),
        Error::DiskFull => ("disk_full", "Free some space, then try again."),
        Error::ReadOnly => (
            "read_only",
            "Lock the vault, check the disk, then unlock it.",
        ),
        Error::Failed { .. } => (
            "failed",
            "Try again. If it stays, restart Stave and look at its log.",
        ),
    }
}

/// Returns the code of a refusal of the key service, and the way out.
fn key_advice(error: &KeyError) -> (&'static str, &'static str) {
    match error {
        KeyError::NotFound(_) => ("key_not_found", "Choose a key on the Keys page."),
        KeyError::InvalidArn(_) => ("key_invalid", "Choose a key on the Keys page."),
        KeyError::Disabled { .. } => ("key_disabled", "Enable the key on the Keys page."),
        KeyError::InvalidState { state, .. } if *state == KeyState::PendingDeletion.as_str() => (
            "key_pending_deletion",
            "Cancel its deletion on the Keys page, then enable it.",
        ),
        KeyError::InvalidState { state, .. } if *state == KeyState::PendingImport.as_str() => (
            "key_pending_import",
            "Import its material with `stave keys import`.",
        ),
        KeyError::InvalidState { .. } => ("key_state", "Look at the key on the Keys page."),
        KeyError::AccessDenied { .. } => (
            "key_denied",
            "Change the key's policy, or ask who manages the key.",
        ),
        KeyError::AlreadyExists(_) => ("key_exists", "Choose another name."),
        KeyError::LimitExceeded(_) => ("key_limit", "Remove some first."),
        KeyError::MalformedPolicyDocument(_) => {
            ("key_policy_malformed", "Check the policy, then correct it.")
        }
        KeyError::InvalidCiphertext | KeyError::IncorrectKey => (
            "key_ciphertext",
            "Give the key and the encryption context of the time of sealing.",
        ),
        KeyError::InvalidKeyUsage { .. } => ("key_usage", "Choose a key that is for this."),
        KeyError::InvalidMac => ("key_mac", NONE),
        KeyError::Tag(_) => ("invalid_tags", "Correct the tags."),
        KeyError::Unsupported(_) => ("not_offered", NONE),
        KeyError::InvalidGrantToken => ("key_grant", READ_AGAIN),
        KeyError::InvalidImportToken | KeyError::ExpiredImportToken => {
            ("key_import", "Ask for new parameters of the import.")
        }
        KeyError::IncorrectKeyMaterial => {
            ("key_import", "Import the material that the key had before.")
        }
        KeyError::Validation(_) => ("invalid_argument", NONE),
        KeyError::Damaged(_) => (
            "key_damaged",
            "Bring the vault folder back from a backup; somebody changed its catalog.",
        ),
    }
}

/// Returns the causes beneath an error, outermost first.
fn causes(error: &Error) -> String {
    let mut lines = Vec::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        lines.push(cause.to_string());
        next = cause.source();
    }
    lines.join(": ")
}

/// Writes an error's text as a sentence.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else {
        return String::new();
    };
    let end = if text.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    format!("{}{}{end}", first.to_uppercase(), chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use stave_model::{BucketName, ObjectKey};

    #[test]
    fn a_failure_is_three_lines() {
        let bucket = BucketName::parse("photos").unwrap();
        let failure = Failure::from(Error::BucketNotEmpty(bucket));
        assert_eq!(failure.code, "bucket_not_empty");
        assert_eq!(failure.message, "Bucket photos is not empty.");
        assert!(failure.hint.starts_with("Delete its objects first"));
    }

    #[test]
    fn each_state_of_a_key_has_its_code_and_its_way_out() {
        let arn = "arn:aws:kms:us-east-1:000000000000:key/k".to_owned();
        let in_state = |state| KeyError::InvalidState {
            arn: arn.clone(),
            state,
            way_out: "wait",
        };
        let denied = KeyError::AccessDenied {
            user: "ann".to_owned(),
            action: "kms:Decrypt",
            resource: arn.clone(),
            why: "no policy allows it".to_owned(),
        };
        for (error, code) in [
            (KeyError::Disabled { arn: arn.clone() }, "key_disabled"),
            (in_state("PendingDeletion"), "key_pending_deletion"),
            (in_state("PendingImport"), "key_pending_import"),
            (denied, "key_denied"),
            (KeyError::NotFound("alias/x".to_owned()), "key_not_found"),
            (KeyError::Damaged("key k".to_owned()), "key_damaged"),
        ] {
            let failure = Failure::from(Error::from(error));
            assert_eq!(failure.code, code);
            assert!(!failure.hint.is_empty(), "{code}");
        }
    }

    #[test]
    fn the_causes_beneath_are_told() {
        let source = std::io::Error::other("the cable is out");
        let failure = Failure::from(Error::Failed {
            doing: "listing",
            source: Box::new(source),
        });
        assert_eq!(failure.message, "The store failed while listing.");
        assert_eq!(failure.why, "the cable is out");
    }

    #[test]
    fn a_key_is_named_in_the_message() {
        let key = ObjectKey::parse("a b.txt").unwrap();
        let failure = Failure::from(Error::NoSuchKey {
            key,
            delete_marker: None,
        });
        assert!(failure.message.contains("a b.txt"), "{}", failure.message);
    }
}
