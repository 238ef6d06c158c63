//! The local Store: the use cases that join the vault and the catalog. Truth is changed here alone,
//! so that each invariant has one guardian. Plain blocking code; `handle` is its async face.

mod access;
mod audit;
mod bucket_configs;
mod buckets;
mod changes;
mod combine;
mod core;
mod digesting;
mod digests;
mod encryption;
mod engine;
mod error;
mod expected;
mod handle;
mod incoming;
mod keys;
mod kms;
mod objects;
mod open_bodies;
mod open_error;
pub mod places;
mod random;
mod receive;
mod sweep;
mod trash;
mod uploads;
mod vault_life;

pub use engine::{ADMIN, CreateVault, Engine, EngineOptions};
pub use handle::LocalStore;
pub use open_error::OpenError;
pub use random::RandomIds;
pub use stave_vault::{
    CustomerKeyError, Disk, DiskReader, DiskWriter, Holder, ImportError, ImportWrapping,
    KeychainEntry, KeychainState, Locking, PassphraseCost, Presence, RealDisk, RecoveryWords,
    SlotKind, VaultId, VaultOptions, WordsError, customer_key, forget_customer_key,
    keep_customer_key, keychain_state, wrap_for_import,
};
pub use vault_life::{
    BodyFault, BodyOwner, DamagedBody, ScrubProgress, ScrubReport, keychain_entry,
};
