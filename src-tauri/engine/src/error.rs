//! What fails inside the engine, and how the callers of the `Store` are told.

use stave_model::{ObjectKey, VersionId};
use stave_store::{BodyError, Error as StoreError};
use thiserror::Error as ThisError;

use crate::digesting::DigestsLost;

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case did not happen.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The request is refused, in the words of the `Store`.
    #[error(transparent)]
    Refused(#[from] StoreError),
    /// The catalog failed.
    #[error("the catalog failed")]
    Catalog(#[from] stave_catalog::Error),
    /// The vault failed.
    #[error("the vault failed")]
    Vault(#[from] stave_vault::Error),
    /// The digests of a body were lost.
    #[error(transparent)]
    Digests(#[from] DigestsLost),
    /// The operating system gave no random bytes.
    #[error("the system gave no random bytes")]
    Random(#[from] getrandom::Error),
    /// A stored fact contradicts another: a bug or a foreign hand.
    #[error("the catalog contradicts itself: {what}")]
    Contradiction {
        /// Which fact.
        what: &'static str,
    },
}

impl From<BodyError> for Error {
    fn from(error: BodyError) -> Self {
        Self::Refused(StoreError::Body(error))
    }
}

impl Error {
    /// Returns the words of the `Store` for this failure.
    pub fn into_store(self) -> StoreError {
        match self {
            Self::Refused(refused) => refused,
            Self::Catalog(error) => of_catalog(error),
            Self::Vault(error) => of_vault(error),
            Self::Digests(source) => failed("digesting a body", source),
            Self::Random(source) => failed("asking the system for random bytes", source),
            Self::Contradiction { .. } => failed("reading the catalog", self),
        }
    }

    /// Names the version whose bytes are damaged or missing; other failures stay what they are.
    pub fn at_version(self, key: &ObjectKey, version: &VersionId) -> Self {
        match self {
            Self::Vault(error) if is_damage(&error) => damaged(key, version),
            Self::Refused(StoreError::Body(BodyError::Damaged)) => damaged(key, version),
            other => other,
        }
    }

    /// Returns how a body that is already being sent ends by this failure.
    pub fn into_body(self) -> BodyError {
        match self {
            Self::Vault(error) if is_damage(&error) => BodyError::Damaged,
            Self::Refused(StoreError::Damaged { .. }) => BodyError::Damaged,
            other => BodyError::Io(std::io::Error::other(other)),
        }
    }
}

fn damaged(key: &ObjectKey, version: &VersionId) -> Error {
    let (key, version) = (key.clone(), version.clone());
    Error::Refused(StoreError::Damaged { key, version })
}

/// Returns whether the stored bytes, or the key that should open them, are not what was stored.
fn is_damage(error: &stave_vault::Error) -> bool {
    matches!(
        error,
        stave_vault::Error::Damaged { .. }
            | stave_vault::Error::MissingBlob(_)
            | stave_vault::Error::Unwrap
    )
}

fn of_catalog(error: stave_catalog::Error) -> StoreError {
    use stave_catalog::Error as E;
    match error {
        E::DiskFull => StoreError::DiskFull,
        E::OutcomeUnknown(_) | E::ReadOnly => StoreError::ReadOnly,
        E::Closed => StoreError::Locked,
        E::DamagedVersion { key, version, .. } => StoreError::Damaged { key, version },
        E::InUse
        | E::Missing
        | E::NoLog
        | E::NotACatalog
        | E::NewerFormat { .. }
        | E::Panicked
        | E::GivenUp
        | E::Exists
        | E::Tied
        | E::NoSuchRow { .. }
        | E::Damaged { .. }
        | E::PartsDoNotFit
        | E::TooLarge { .. }
        | E::Io(_)
        | E::Database(_) => failed("using the catalog", error),
    }
}

fn of_vault(error: stave_vault::Error) -> StoreError {
    use stave_vault::Error as E;
    match error {
        E::DiskFull { .. } => StoreError::DiskFull,
        E::ReadOnly => StoreError::ReadOnly,
        E::Locked => StoreError::Locked,
        _ => failed("using the vault", error),
    }
}

fn failed(
    doing: &'static str,
    source: impl std::error::Error + Send + Sync + 'static,
) -> StoreError {
    StoreError::Failed {
        doing,
        source: Box::new(source),
    }
}
