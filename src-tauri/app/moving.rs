//! Renames that never replace: like any file manager, the window refuses a name that is taken.

use stave_model::{BucketName, Conditions, ETagCondition, ObjectKey};
use stave_store::{CopyObject, DeleteObject, Error, ObjectRef, Store};
use thiserror::Error as ThisError;

use crate::args::window_user;
use crate::errors::Failure;

/// Why a rename did not happen.
#[derive(Debug, ThisError)]
pub enum MoveError {
    /// An object of that name is there.
    #[error("an object of that name is already there")]
    NameTaken,
    /// The store refused.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<MoveError> for Failure {
    fn from(error: MoveError) -> Self {
        match error {
            MoveError::NameTaken => Self::new(
                "name_taken",
                error.to_string(),
                "",
                "Choose another name, or move the other one away.",
            ),
            MoveError::Store(error) => error.into(),
        }
    }
}

/// Returns the condition that nothing has the name yet.
pub fn only_if_free() -> Conditions {
    Conditions {
        if_none_match: Some(ETagCondition::Any),
        ..Conditions::default()
    }
}

/// Reads the answer to a write under [`only_if_free`].
pub fn name_taken(error: Error) -> MoveError {
    match error {
        Error::PreconditionFailed | Error::CopyOntoItself => MoveError::NameTaken,
        error => MoveError::Store(error),
    }
}

/// Copies the latest version to a free key, then deletes the source. The source stays where the
/// copy fails.
pub async fn rename(
    store: &dyn Store,
    source: ObjectRef,
    bucket: BucketName,
    key: ObjectKey,
) -> Result<(), MoveError> {
    let copy = CopyObject {
        source: source.clone(),
        source_conditions: Conditions::default(),
        bucket,
        key,
        owner: window_user(),
        replace: None,
        conditions: only_if_free(),
        checksum: None,
        tags: None,
        acl: None,
        encryption: stave_store::SseRequest::BucketDefault,
        source_customer_key: None,
    };
    store.copy_object(copy).await.map_err(name_taken)?;
    let delete = DeleteObject {
        object: source,
        owner: window_user(),
        conditions: Conditions::default(),
    };
    store.delete_object(delete).await?;
    Ok(())
}
