//! The key service and the audit of a local vault.

mod access;
mod audit;
mod deletion;
mod grants;
mod import;
pub mod kit;
mod managed;
mod records;
mod rotation;
mod sealing;
mod states;
pub mod tampering;
