//! What a vault holds while it is open: its root key, the keys derived from it, and what `vault.json`
//! says. All of it is zeroed when dropped.

use crate::keys::{RootKey, SecretKey};
use crate::manifest::Manifest;
use crate::{Error, Result, VaultId};

/// What an open vault holds.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) manifest: Manifest,
    pub(super) root: RootKey,
    pub(super) keys: RootKeys,
    /// Those of the root key before or after this one: while a rotation is on its way, and for reads
    /// that began before it ended, a row may be wrapped by either.
    pub(super) others: Option<RootKeys>,
    /// The root key of a rotation that was begun and not ended.
    pub(super) next: Option<RootKey>,
}

impl Held {
    pub(super) fn new(manifest: Manifest, root: RootKey) -> Self {
        Self::with_next(manifest, root, None)
    }

    pub(super) fn with_next(manifest: Manifest, root: RootKey, next: Option<RootKey>) -> Self {
        let vault = manifest.vault_id();
        Self {
            keys: RootKeys::of(&root, vault),
            others: next.as_ref().map(|next| RootKeys::of(next, vault)),
            manifest,
            root,
            next,
        }
    }

    /// Opens what either root key wrapped.
    pub(super) fn by_either<T>(&self, open: impl Fn(&RootKeys) -> Result<T>) -> Result<T> {
        match (open(&self.keys), &self.others) {
            (Err(Error::Unwrap), Some(others)) => open(others),
            (opened, _) => opened,
        }
    }
}

/// The keys that are derived from a root key and wrap what lies in the catalog.
#[derive(Debug)]
pub(super) struct RootKeys {
    /// `K_kms`.
    pub(super) kms: SecretKey,
    /// `K_cred`.
    pub(super) cred: SecretKey,
}

impl RootKeys {
    pub(super) fn of(root: &RootKey, vault: VaultId) -> Self {
        Self {
            kms: root.kms_key(vault),
            cred: root.cred_key(vault),
        }
    }
}
