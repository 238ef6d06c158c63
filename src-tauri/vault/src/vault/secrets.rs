//! The keys and small secrets that the vault wraps for the rows of a catalog.

use std::sync::{PoisonError, RwLockReadGuard};

use zeroize::Zeroizing;

use super::held::RootKeys;
use crate::fields::Fields;
use crate::{Kek, Result, Vault, VaultId, WrappedKek, wrap};

/// Held by who wraps something for a row, until the row is committed; a rotation of the root key waits
/// for it. Take it once for a use case: a second one in the same thread could wait for itself.
#[derive(Debug)]
pub struct Wrapping<'v> {
    _shared: RwLockReadGuard<'v, ()>,
}

impl Vault {
    /// Keeps the root key as it is until what is returned is dropped. Whoever wraps by
    /// [`new_kek`](Self::new_kek) or [`seal_secret`](Self::seal_secret) and writes it to a row takes it
    /// before the wrapping, and drops it after the commit: otherwise a rotation between the two would
    /// leave a row that nothing opens.
    pub fn wrapping(&self) -> Wrapping<'_> {
        let shared = self.wrapping.read();
        Wrapping {
            _shared: shared.unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Mints a key-encryption key, to be stored and opened under this name and version.
    pub fn new_kek(&self, name: &str, version: u32) -> Result<WrappedKek> {
        self.with_held(|held| Kek::mint(&held.keys.kms, self.id, name, version))
    }

    /// Opens a key-encryption key, or answers [`Error::Unwrap`](crate::Error::Unwrap) when it was
    /// minted for another vault, name or version.
    pub fn open_kek(&self, wrapped: &WrappedKek, name: &str, version: u32) -> Result<Kek> {
        self.with_held(|held| {
            let open = |keys: &RootKeys| Kek::open(&keys.kms, wrapped, self.id, name, version);
            held.by_either(open)
        })
    }

    /// Seals a small secret under a label that says what it belongs to, and must be said again to
    /// open it.
    pub fn seal_secret(&self, label: &str, plaintext: &[u8]) -> Result<Vec<u8>> {
        self.with_held(|held| {
            let place = secret_place(self.id, label);
            wrap::wrap(&held.keys.cred, plaintext, &place)
        })
    }

    /// Opens a small secret, or answers [`Error::Unwrap`](crate::Error::Unwrap).
    pub fn open_secret(&self, label: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let place = secret_place(self.id, label);
        self.with_held(|held| held.by_either(|keys| wrap::unwrap(&keys.cred, sealed, &place)))
    }

    /// Wraps the bytes of a key by `K_kms`.
    pub(super) fn wrap_by_kms_key(&self, secret: &[u8], place: &[u8]) -> Result<Vec<u8>> {
        self.with_held(|held| wrap::wrap(&held.keys.kms, secret, place))
    }

    /// Unwraps the bytes of a key by `K_kms`.
    pub(super) fn unwrap_by_kms_key(
        &self,
        wrapped: &[u8],
        place: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        self.with_held(|held| held.by_either(|keys| wrap::unwrap(&keys.kms, wrapped, place)))
    }
}

/// The place of a small secret.
pub(super) fn secret_place(vault: VaultId, label: &str) -> Vec<u8> {
    Fields::new("stave/secret/v1")
        .bytes(vault.as_bytes())
        .text(label)
        .finish()
}
