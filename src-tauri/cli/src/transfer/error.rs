//! Why one transfer failed.

use std::io;
use std::path::{Path, PathBuf};

use stave_remote::{Refused, Unreachable};
use stave_store::{BodyError, Error as StoreError};
use thiserror::Error;

use crate::failure::{Exit, Failure, causes};
use crate::names::NameError;

/// Why one transfer failed.
#[derive(Debug, Error)]
pub enum TransferError {
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file on this computer failed.
    #[error("{doing} {} failed", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// To which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Standard input failed.
    #[error("reading standard input failed")]
    Input(#[source] io::Error),
    /// A key cannot be a file.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The file is there already, and `--no-overwrite` says to leave it alone.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// The object is there already, and `--no-overwrite` says to leave it alone.
    #[error("it is there already")]
    ObjectExists,
    /// A file has a name that is no UTF-8, which keys are.
    #[error("the name of {} is no UTF-8, which keys are", .0.display())]
    NotUtf8(PathBuf),
    /// A file changed its size while it was read.
    #[error("{} changed while it was read", .0.display())]
    Changed(PathBuf),
    /// A stream has more bytes than an object of so many parts can hold.
    #[error("the stream is longer than the {0} parts that an object may have")]
    TooLong(u16),
}

impl TransferError {
    /// Makes the error of a file operation.
    pub fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File {
            doing,
            path,
            source,
        }
    }

    /// Returns whether the target is there already and was left alone.
    pub fn is_left_alone(&self) -> bool {
        matches!(self, Self::Exists(_) | Self::ObjectExists)
    }

    /// Returns whether the same again may go well: the network broke, or the endpoint was
    /// overloaded.
    pub fn is_passing(&self) -> bool {
        let Self::Store(StoreError::Failed { source, .. }) = self else {
            return matches!(self, Self::Store(StoreError::Body(BodyError::Aborted(_))));
        };
        source.is::<Unreachable>()
            || source
                .downcast_ref::<Refused>()
                .is_some_and(|refused| refused.status >= 500)
    }

    /// Returns the failure of the whole command.
    pub fn into_failure(self, what: &str) -> Failure {
        let what = format!("Cannot {what}.");
        match &self {
            Self::Store(error) => Failure::of_store(what, error),
            Self::Exists(_) | Self::ObjectExists => Failure::new(Exit::Conflict, what)
                .because(&self)
                .cure("Leave out --no-overwrite, or choose another target."),
            Self::File { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Failure::new(Exit::NotFound, what)
                    .because(&self)
                    .cure("Check the path.")
            }
            Self::File { .. } | Self::Input(_) => Failure::failed(what)
                .because(&self)
                .cure("Check the permissions and the room on the disk."),
            Self::Name(_) | Self::NotUtf8(_) => Failure::failed(what)
                .because(&self)
                .cure("Copy it alone, to a name of your choice."),
            Self::Changed(_) => Failure::failed(what)
                .because(&self)
                .cure("Repeat it once nothing writes to the file."),
            Self::TooLong(_) => Failure::failed(what)
                .because(&self)
                .cure("Copy it from a file, whose length is known."),
        }
    }

    /// Returns the reason in one line.
    pub fn reason(&self) -> String {
        causes(self)
    }
}
