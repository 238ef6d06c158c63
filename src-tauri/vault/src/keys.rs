//! Keys.
use crate::Result;
use zeroize::Zeroizing;

/// The key that seals one blob: random, fresh for each, stored wrapped.
#[derive(Clone)]
pub struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    /// Mints a random key.
    pub fn random() -> Result<Self> {
        let _ = Self(Zeroizing::default()).0;
        todo!()
    }
}
