//! The keys and small secrets that the vault wraps for the rows of a catalog.

use zeroize::Zeroizing;

use crate::fields::Fields;
use crate::{Kek, Result, Vault, WrappedKek, wrap};

impl Vault {
    /// Mints a key-encryption key, to be stored and opened under this name and version.
    pub fn new_kek(&self, name: &str, version: u32) -> Result<WrappedKek> {
        Kek::mint(&self.kms_key, self.id, name, version)
    }

    /// Opens a key-encryption key, or answers [`Error::Unwrap`](crate::Error::Unwrap) when it was
    /// minted for another vault, name or version.
    pub fn open_kek(&self, wrapped: &WrappedKek, name: &str, version: u32) -> Result<Kek> {
        Kek::open(&self.kms_key, wrapped, self.id, name, version)
    }

    /// Seals a small secret under a label that says what it belongs to, and must be said again to
    /// open it.
    pub fn seal_secret(&self, label: &str, plaintext: &[u8]) -> Result<Vec<u8>> {
        wrap::wrap(&self.cred_key, plaintext, &self.secret_place(label))
    }

    /// Opens a small secret, or answers [`Error::Unwrap`](crate::Error::Unwrap).
    pub fn open_secret(&self, label: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        wrap::unwrap(&self.cred_key, sealed, &self.secret_place(label))
    }

    fn secret_place(&self, label: &str) -> Vec<u8> {
        Fields::new("stave/secret/v1")
            .bytes(self.id.as_bytes())
            .text(label)
            .finish()
    }
}
