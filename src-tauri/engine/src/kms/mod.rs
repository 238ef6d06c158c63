//! The key service: its keys, who may use them, and the record of each use.
//!
//! `call` is the frame of every operation: one transaction that decides, changes and records. `access`
//! decides. The operations stand in files of their own; `objects` is how S3 uses keys.

mod access;
mod aliases;
mod call;
mod deletion;
mod grants;
mod import;
mod keys;
mod macs;
mod material;
mod objects;
mod operation;
mod own_policies;
mod policies;
mod recent;
mod refusal;
mod rotation;
mod rows;
mod sealing;
mod service;
mod settle;
mod state;
mod tags;
mod usage;

use stave_store::KeyError;

use crate::error::Error;

pub(crate) use access::is_owner;
pub(crate) use objects::{ObjectUse, SealingKey};
pub(crate) use state::Kms;

/// Returns a refusal of the key service as an error of the engine.
fn refused(why: KeyError) -> Error {
    stave_store::Error::from(why).into()
}

/// Returns a refusal that says which rule of the interface a request breaks.
fn invalid(why: impl Into<String>) -> Error {
    refused(KeyError::Validation(why.into()))
}
