//! The two ids that the vault knows: its own, and that of a blob.

use std::fmt;

use crate::{Error, Result};

/// The length of an id, in bytes.
pub(crate) const ID_BYTES: usize = 16;

macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; ID_BYTES]);

        impl $name {
            /// Makes an id of its bytes.
            pub const fn from_bytes(bytes: [u8; ID_BYTES]) -> Self {
                Self(bytes)
            }

            /// Mints a random id.
            pub fn random() -> Result<Self> {
                let mut bytes = [0; ID_BYTES];
                getrandom::fill(&mut bytes).map_err(Error::Random)?;
                Ok(Self(bytes))
            }

            /// Parses 32 lower-case hex digits.
            pub fn parse(text: &str) -> Option<Self> {
                let mut bytes = [0; ID_BYTES];
                hex::decode_to_slice(text, &mut bytes).ok()?;
                let id = Self(bytes);
                (id.to_string() == text).then_some(id)
            }

            /// Returns the bytes.
            pub const fn as_bytes(&self) -> &[u8; ID_BYTES] {
                &self.0
            }
        }

        /// 32 lower-case hex digits.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

random_id! {
    /// The id of a vault: random, in the clear, the salt of everything that is derived from its
    /// root key.
    VaultId
}

random_id! {
    /// The id of a blob: random, and its name on disk. It tells nothing of the object it belongs
    /// to.
    BlobId
}
