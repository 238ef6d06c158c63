//! Key-encryption keys.
use crate::{DataKey, Result, WrapContext};

/// A key-encryption key as it is stored: wrapped by the vault, readable by nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKek(pub Vec<u8>);

/// A key-encryption key, open: it wraps and unwraps data keys. It knows its vault, its name and its version, which
/// are part of what each wrap authenticates.
#[derive(Debug)]
pub struct Kek;

impl Kek {
    /// Returns the name of the key.
    pub fn name(&self) -> &str {
        todo!()
    }
    /// Returns the version of the key.
    pub fn version(&self) -> u32 {
        todo!()
    }
    /// Wraps a data key for one place: 80 bytes that unwrap nowhere else.
    pub fn wrap(&self, key: &DataKey, place: &WrapContext<'_>) -> Result<Vec<u8>> {
        let _ = (key, place);
        todo!()
    }
    /// Unwraps the data key of a place, or answers [`Error::Unwrap`](crate::Error::Unwrap).
    pub fn unwrap(&self, wrapped: &[u8], place: &WrapContext<'_>) -> Result<DataKey> {
        let _ = (wrapped, place);
        todo!()
    }
}
