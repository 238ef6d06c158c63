//! Sealed files on disk, and the keys that seal them.
//!
//! A [`Vault`] is a folder that one process holds open. It knows bytes and keys, and nothing of
//! buckets or rows: what a blob belongs to is told to it as the associated data of a wrapped key.
//! Everything here blocks.
//!
//! ```text
//! root key ── the keychain, or a slot of vault.json: passphrase, key file, recovery words
//!  ├─ K_kms ── Kek, stored wrapped ── DataKey, stored wrapped beside its row ── one sealed blob
//!  ├─ K_mac ── the MAC of vault.json
//!  └─ K_cred ─ small secrets, such as those of access keys
//! ```
//!
//! The bytes of all of it are in docs/BLOB_FORMAT.md.

mod blob_id;
mod blobs;
mod cipher;
mod customer_keys;
mod dir;
mod disk;
mod dumps;
mod error;
mod fields;
mod folder;
mod header;
mod holder;
mod kek;
mod key_file;
mod keychain;
mod keys;
mod kms_cipher;
mod kms_import;
mod kms_material;
mod lock;
mod mac_key;
mod manifest;
mod next_root;
mod passphrase;
mod reader;
mod seal;
mod slots;
mod staging;
pub mod testing;
mod vault;
mod words;
mod wrap;

pub use blob_id::{BlobId, VaultId};
pub use blobs::Blobs;
pub use customer_keys::{CustomerKeyError, customer_key, forget_customer_key, keep_customer_key};
pub use dir::VaultDir;
pub use disk::{Disk, DiskReader, DiskWriter, Locking, RealDisk};
pub use error::{Damage, Error, Result};
pub use header::sealed_len;
pub use holder::Holder;
pub use kek::{Kek, WrapContext, WrapKind, WrappedKek, customer_key_check};
pub use keychain::{KeychainEntry, KeychainState, keychain_entry, keychain_state};
pub use keys::DataKey;
pub use kms_cipher::SealedBytes;
pub use kms_import::{
    ImportError, ImportKey, ImportKeySize, ImportWrapping, unwrap_import, wrap_for_import,
};
pub use kms_material::{KeyMaterial, MacHash};
pub use lock::HeldFolder;
pub use mac_key::{MAC_BYTES, MacKey};
pub use passphrase::PassphraseCost;
pub use reader::{BlobChunks, BlobReader};
pub use slots::SlotKind;
pub use staging::{Kept, Staged, Staging};
pub use vault::{
    Interrupted, Presence, Rewrap, RootKeyId, Rotation, Vault, VaultOptions, Wrapping,
};
pub use words::{RecoveryWords, WordsError};
