//! How an object is encrypted, in S3's words.

/// The kind of server-side encryption. Every object has one: nothing lies on disk in the clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SseKind {
    /// SSE-S3: a key that Stave holds (`AES256`).
    S3,
}

impl SseKind {
    /// Returns the value of `x-amz-server-side-encryption`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::S3 => "AES256",
        }
    }
}
