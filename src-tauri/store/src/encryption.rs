//! How a request wants an object to be encrypted.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretBox};
use stave_model::EncryptionContext;

/// How a request wants an object to be encrypted.
#[derive(Debug, Clone, Default)]
pub enum SseRequest {
    /// As the bucket's default says; SSE-S3 where it says nothing.
    #[default]
    BucketDefault,
    /// SSE-S3.
    S3,
    /// SSE-KMS.
    Kms {
        /// The key, as the client named it; `None` is the bucket's default key, or else the one that the store
        /// manages.
        key: Option<String>,
        /// What the client adds to the encryption context.
        context: EncryptionContext,
        /// Whether to use a bucket key; `None` is as the bucket's default says.
        bucket_key: Option<bool>,
    },
    /// SSE-C.
    Customer(CustomerKey),
}

/// A key that a client sends with each request: 32 bytes, zeroed when dropped, shown by no Debug.
pub struct CustomerKey(SecretBox<[u8; 32]>);

impl CustomerKey {
    /// Takes a key.
    pub fn new(key: [u8; 32]) -> Self {
        Self(SecretBox::new(Box::new(key)))
    }

    /// Returns the key.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }
}

impl Clone for CustomerKey {
    fn clone(&self) -> Self {
        Self::new(*self.expose())
    }
}

impl fmt::Debug for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomerKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_key() {
        let request = SseRequest::Customer(CustomerKey::new([0xab; 32]));
        assert_eq!(format!("{request:?}"), "Customer(CustomerKey(…))");
    }
}
