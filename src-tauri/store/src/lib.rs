//! The trait `Store`: every storage operation as one async method, in the model's words; streams for
//! bodies. Window, terminal and endpoint see storage through it alone, so the same code serves a local
//! vault and any remote S3 cluster.

mod access_keys;
mod body;
mod compose;
mod error;
mod requests;
mod store;

pub use access_keys::{AccessKeys, NewAccessKey};
pub use body::{Body, BodyError, ByteStream, Trailer};
pub use compose::{copy_within, read_to_end, rename_object, restore_version};
pub use error::{Error, Result};
pub use requests::*;
pub use store::{ChangeStream, Store};
