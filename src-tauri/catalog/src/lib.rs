//! All SQL of Stave: one module per table, and the migrations. `Catalog` opens the database,
//! answers reads from a pool of connections, each over a snapshot, and runs writes on one thread
//! that commits them in groups. Blocking; knows neither ciphers nor files beside its own: keys
//! arrive wrapped and bodies sealed.

pub mod access_keys;
pub mod audit;
pub mod blobs;
pub mod bucket_configs;
pub mod buckets;
pub mod gc;
pub mod identity_policies;
pub mod keks;
pub mod kms_aliases;
pub mod kms_grants;
pub mod kms_keys;
pub mod link_visits;
pub mod links;
pub mod parts;
pub mod sessions;
pub mod settings;
pub mod upload_parts;
pub mod uploads;
pub mod users;
pub mod versions;

mod acl;
mod catalog;
mod column;
mod counters;
mod details;
pub mod encryption;
mod error;
mod json;
mod listing;
mod open;
mod pool;
mod tags;
mod tx;
mod writer;

#[cfg(test)]
mod testkit;

pub use blobs::BlobId;
pub use catalog::{Catalog, CatalogOptions, Missing};
pub use error::{Cause, Error, Result};
pub use tx::{ReadTx, WriteTx};
