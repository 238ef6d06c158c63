//! Key material of any length under `K_kms`: what was imported, and what signs messages.

use crate::kek::kek_place;
use crate::{KeyMaterial, Result, Vault, WrappedKek};

impl Vault {
    /// Mints material of so many bytes, to be stored and opened under this name and version.
    pub fn new_key_material(&self, name: &str, version: u32, bytes: usize) -> Result<WrappedKek> {
        let material = KeyMaterial::random(bytes)?;
        self.wrap_key_material(name, version, &material)
    }

    /// Wraps material that came from elsewhere. What has 32 bytes can also be opened by
    /// [`open_kek`](Self::open_kek).
    pub fn wrap_key_material(
        &self,
        name: &str,
        version: u32,
        material: &KeyMaterial,
    ) -> Result<WrappedKek> {
        let place = kek_place(self.id, name, version);
        self.wrap_by_kms_key(material.expose(), &place)
            .map(WrappedKek)
    }

    /// Opens material, or answers [`Error::Unwrap`](crate::Error::Unwrap) when it was wrapped for another
    /// vault, name or version.
    pub fn open_key_material(
        &self,
        wrapped: &WrappedKek,
        name: &str,
        version: u32,
    ) -> Result<KeyMaterial> {
        let place = kek_place(self.id, name, version);
        self.unwrap_by_kms_key(&wrapped.0, &place)
            .map(KeyMaterial::new)
    }
}
