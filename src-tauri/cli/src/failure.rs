//! Why a command ended, in three short lines: what happened, why, and what to do.

use std::error::Error as StdError;

use serde_json::json;
use stave_remote::{Refused, Unreachable};
use stave_store::{BodyError, Error as StoreError, KeyError};

use crate::output::{Format, say};

/// How a command ends that does not end well.
#[derive(Debug)]
pub enum Stop {
    /// It failed.
    Failed(Box<Failure>),
    /// The reader of its output went away, which is no failure.
    PipeClosed,
}

/// The result of a command.
pub type Outcome<T = ()> = Result<T, Stop>;

/// The exit codes; they are documented and stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It did not work.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// What it was about is not there.
    NotFound = 3,
    /// The credentials do not allow it.
    Denied = 4,
    /// Something is there already, or a condition does not hold.
    Conflict = 5,
    /// The vault is missing, locked, in use, or needs its recovery words.
    Vault = 6,
    /// The person stopped it.
    Interrupted = 130,
}

impl Exit {
    /// Returns the name that stands in JSON.
    fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::NotFound => "not-found",
            Self::Denied => "access-denied",
            Self::Conflict => "conflict",
            Self::Vault => "vault-attention",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What went wrong, for a person.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    what: String,
    why: String,
    cure: String,
}

impl Failure {
    /// Begins to tell of a failure.
    pub fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self {
            exit,
            what: what.into(),
            why: String::new(),
            cure: String::new(),
        }
    }

    /// Begins to tell of a failure that has no exit code of its own.
    pub fn failed(what: impl Into<String>) -> Self {
        Self::new(Exit::Failed, what)
    }

    /// Tells why, by an error and all its causes.
    pub fn because(self, error: &dyn StdError) -> Self {
        self.why(sentence(&causes(error)))
    }

    /// Tells why.
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// Tells what to do.
    pub fn cure(mut self, cure: impl Into<String>) -> Self {
        self.cure = cure.into();
        self
    }

    /// Tells of a failed storage operation.
    pub fn of_store(what: impl Into<String>, error: &StoreError) -> Self {
        let (exit, cure) = advice(error);
        Self::new(exit, what).because(error).cure(cure)
    }

    /// Returns the reason alone, for a line about one of many.
    pub fn reason(&self) -> &str {
        &self.why
    }

    /// Writes it to standard error.
    pub fn tell(&self, format: Format) {
        match format {
            Format::Text => {
                say(format_args!("stave: {}", self.what));
                for (label, text) in [("Why", &self.why), ("Do", &self.cure)] {
                    if !text.is_empty() {
                        say(format_args!("  {label}: {text}"));
                    }
                }
            }
            Format::Json => say(json!({ "error": {
                "code": self.exit.name(),
                "exit": self.exit as u8,
                "what": self.what,
                "why": self.why,
                "do": self.cure,
            }})),
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(Box::new(failure))
    }
}

/// Turns a storage error into a failure of what was being done.
pub fn cannot(what: &str) -> impl FnOnce(StoreError) -> Stop + '_ {
    move |error| Failure::of_store(format!("Cannot {what}."), &error).into()
}

/// Returns an error and its causes in one line, each told once.
pub fn causes(error: &dyn StdError) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let text = next.to_string();
        if !told.contains(&text) {
            told.push_str(": ");
            told.push_str(&text);
        }
        cause = next.source();
    }
    told
}

/// Begins with a capital, but for what is a name, and ends with a full stop.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let is_name = text.starts_with("arn:") || text.starts_with("alias/");
    let first = letters.next().map(|c| {
        if is_name {
            c.to_string()
        } else {
            c.to_uppercase().to_string()
        }
    });
    let stop = if text.ends_with('.') { "" } else { "." };
    format!("{}{}{stop}", first.unwrap_or_default(), letters.as_str())
}

/// Returns the exit code for a storage error, and what to do about it.
fn advice(error: &StoreError) -> (Exit, &'static str) {
    let exit = exit_of(error);
    let cure = match error {
        StoreError::Failed { source, .. } => return advice_of_source(source.as_ref()),
        error => cure_of(error),
    };
    (exit, cure)
}

fn exit_of(error: &StoreError) -> Exit {
    use StoreError as E;
    match error {
        E::NoSuchBucket(_)
        | E::NoSuchKey { .. }
        | E::NoSuchVersion { .. }
        | E::IsDeleteMarker { .. }
        | E::NoSuchUpload(_)
        | E::NoSuchAccessKey(_)
        | E::NoSuchIdentity(_)
        | E::NoSuchIdentityPolicy { .. }
        | E::NoSuchLink(_) => Exit::NotFound,
        E::AccessDenied
        | E::NoSuchSession
        | E::SessionExpired
        | E::CustomerKeyRequired
        | E::CustomerKeyWrong
        | E::CustomerKeyUnexpected => Exit::Denied,
        E::Key(error) => exit_of_key(error),
        E::BucketAlreadyOwnedByYou(_)
        | E::BucketAlreadyExists(_)
        | E::BucketNotEmpty(_)
        | E::AccessKeyExists(_)
        | E::IdentityExists(_)
        | E::IdentityInUse { .. }
        | E::PreconditionFailed
        | E::NotModified
        | E::CopyOntoItself => Exit::Conflict,
        E::Locked | E::ReadOnly => Exit::Vault,
        E::DiskFull
        | E::Damaged { .. }
        | E::Body(_)
        | E::IncompleteBody { .. }
        | E::BadDigest { .. }
        | E::NotOffered { .. }
        | E::InvalidRange(_)
        | E::InvalidPart(_)
        | E::InvalidPartOrder
        | E::EntityTooSmall { .. }
        | E::EntityTooLarge { .. }
        | E::InvalidArgument(_)
        | E::InvalidRequest(_)
        | E::InvalidPolicy(_)
        | E::Failed { .. } => Exit::Failed,
    }
}

fn cure_of(error: &StoreError) -> &'static str {
    use StoreError as E;
    match error {
        E::NoSuchBucket(_) => "See your buckets with `stave ls`.",
        E::NoSuchKey {
            delete_marker: Some(_),
            ..
        } => "It was deleted; `stave undelete` brings it back.",
        E::NoSuchKey { .. } => "See what is there with `stave ls`.",
        E::NoSuchVersion { .. } => "See the versions with `stave versions`.",
        E::IsDeleteMarker { .. } => "That version marks a deletion; name another one.",
        E::NoSuchUpload(_) => "Begin the upload again.",
        E::NoSuchAccessKey(_) => "See the keys with `stave access-keys list`.",
        E::NoSuchIdentity(_) => "See users and roles with `stave users list`.",
        E::NoSuchIdentityPolicy { .. } => "See the policies with `stave users show`.",
        E::NoSuchLink(_) => "See the links with `stave links list`.",
        E::NoSuchSession | E::SessionExpired => "Ask for a new session.",
        E::AccessDenied => "Use an access key of the owner, or of the vault's first user.",
        E::BucketAlreadyOwnedByYou(_) => "Use it, or choose another name.",
        E::BucketAlreadyExists(_) | E::IdentityExists(_) => "Choose another name.",
        E::BucketNotEmpty(_) => "Delete what is in it, or remove it all with `stave rb --force`.",
        E::AccessKeyExists(_) => "Choose another id, or let one be minted.",
        E::IdentityInUse { .. } => "Remove that first.",
        E::PreconditionFailed | E::NotModified => "Look at what is there now, then decide.",
        E::CopyOntoItself => "Name another target.",
        E::CustomerKeyRequired | E::CustomerKeyWrong => {
            "Send the key that the object was written with."
        }
        E::CustomerKeyUnexpected => "Leave the key out.",
        E::Key(error) => cure_of_key(error),
        E::Locked => "Unlock the vault, then try again.",
        E::ReadOnly => "Check the disk, then end the process that has the vault open.",
        E::DiskFull => "Free some space, then try again.",
        E::Damaged { .. } | E::Body(BodyError::Damaged) => {
            "Restore an older version or a backup; the stored bytes cannot be trusted."
        }
        E::Body(_) | E::IncompleteBody { .. } | E::BadDigest { .. } => {
            "Try again; nothing was stored."
        }
        E::NotOffered { .. } => "Use another store for this.",
        E::InvalidRange(_) => "Ask for bytes that the object has.",
        E::InvalidPart(_)
        | E::InvalidPartOrder
        | E::EntityTooSmall { .. }
        | E::EntityTooLarge { .. }
        | E::InvalidArgument(_)
        | E::InvalidPolicy(_)
        | E::InvalidRequest(_) => "Change the request as the reason says.",
        E::Failed { .. } => "Run `stave doctor`.",
    }
}

fn exit_of_key(error: &KeyError) -> Exit {
    match error {
        KeyError::NotFound(_) => Exit::NotFound,
        KeyError::AccessDenied { .. } => Exit::Denied,
        KeyError::Disabled { .. } | KeyError::InvalidState { .. } | KeyError::AlreadyExists(_) => {
            Exit::Conflict
        }
        _ => Exit::Failed,
    }
}

fn cure_of_key(error: &KeyError) -> &'static str {
    match error {
        KeyError::NotFound(_) | KeyError::InvalidArn(_) => "See the keys with `stave keys list`.",
        KeyError::Disabled { .. } => "Enable it with `stave keys enable`.",
        KeyError::InvalidState { .. } => {
            "Look at the key with `stave keys show`; `stave keys cancel-deletion` takes a deletion back."
        }
        KeyError::AccessDenied { .. } => {
            "Change the key's policy, or use an access key of who manages it."
        }
        KeyError::Damaged(_) => "Restore the vault's folder from a backup.",
        _ => "Look at the key with `stave keys show`.",
    }
}

fn advice_of_source(source: &(dyn StdError + Send + Sync + 'static)) -> (Exit, &'static str) {
    if source.is::<Unreachable>() {
        return (
            Exit::Failed,
            "Check the address, and that something serves it: `stave doctor`.",
        );
    }
    match source.downcast_ref::<Refused>() {
        Some(refused) => match refused.code.as_str() {
            "InvalidAccessKeyId" | "SignatureDoesNotMatch" => (
                Exit::Denied,
                "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
            ),
            "RequestTimeTooSkewed" => (Exit::Denied, "Set this computer's clock right."),
            "ExpiredToken" | "InvalidToken" => (Exit::Denied, "Get new temporary credentials."),
            _ => (Exit::Failed, "Act on what the endpoint says."),
        },
        None => (Exit::Failed, "Run `stave doctor`."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stave_model::{BucketName, ObjectKey, VersionId};

    #[test]
    fn errors_have_the_exit_codes_that_are_documented() {
        let bucket = BucketName::parse("photos").unwrap();
        let key = ObjectKey::parse("a").unwrap();
        for (error, expected) in [
            (StoreError::NoSuchBucket(bucket.clone()), Exit::NotFound),
            (
                StoreError::NoSuchVersion {
                    key,
                    version: VersionId::Null,
                },
                Exit::NotFound,
            ),
            (StoreError::AccessDenied, Exit::Denied),
            (StoreError::BucketNotEmpty(bucket), Exit::Conflict),
            (StoreError::PreconditionFailed, Exit::Conflict),
            (StoreError::Locked, Exit::Vault),
            (StoreError::DiskFull, Exit::Failed),
        ] {
            assert_eq!(Failure::of_store("x", &error).exit, expected, "{error}");
        }
        assert_eq!(Exit::Interrupted as u8, 130);
    }

    #[test]
    fn a_wrong_key_is_a_denial_though_the_store_has_no_word_for_it() {
        let refused = Refused {
            status: 403,
            code: "SignatureDoesNotMatch".to_owned(),
            message: "no".to_owned(),
            request_id: None,
        };
        let error = StoreError::Failed {
            doing: "listing",
            source: Box::new(refused),
        };
        assert_eq!(Failure::of_store("x", &error).exit, Exit::Denied);
    }

    #[test]
    fn causes_are_told_once_and_as_a_sentence() {
        let error = StoreError::Body(BodyError::Aborted("gone".to_owned()));
        assert_eq!(
            Failure::of_store("x", &error).why,
            "The body could not be read: the sender stopped: gone."
        );
        assert_eq!(sentence("arn:aws:kms:x is gone"), "arn:aws:kms:x is gone.");
    }
}
