//! The trait `Store`: every storage operation as one async method, in the model's words; streams for
//! bodies. Window, terminal and endpoint see storage through it alone, so the same code serves a local
//! vault and any remote S3 cluster.

mod access_keys;
mod audit;
mod body;
mod compose;
mod encryption;
mod error;
mod identities;
mod key_error;
mod key_service;
mod links;
mod requests;
mod store;
mod upload_requests;

pub use access_keys::{AccessKeys, NewAccessKey};
pub use audit::{Audit, AuditExport, AuditFault, AuditPage, AuditQuery, AuditRecord, AuditVerdict};
pub use body::{Body, BodyError, ByteStream, Trailer};
pub use compose::{copy_within, read_to_end, rename_object, restore_version};
pub use encryption::{CustomerKey, SseRequest};
pub use error::{Error, Result};
pub use identities::{Identities, NewIdentity, NewSession, Rights, RoleChange, SessionCredentials};
pub use key_error::KeyError;
pub use key_service::*;
pub use links::{Links, NewLink, Visitor};
pub use requests::*;
pub use store::{ChangeStream, Store};
pub use upload_requests::*;
