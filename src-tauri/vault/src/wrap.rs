//! The place a data key belongs to.
use crate::BlobId;

/// The place that a wrapped data key belongs to. All of it is authenticated, together with the vault's id and the
/// name and version of the wrapping key: a row, a part, a blob or a size that was swapped does not unwrap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrapContext<'a> {
    /// The row id of the bucket.
    pub bucket_id: i64,
    /// The bytes of the object's key.
    pub key: &'a str,
    /// The version id as text (`null` for the null version), or the upload id of a part not yet completed.
    pub version_id: &'a str,
    /// The part number; 0 for an object that was written whole.
    pub part_number: u16,
    /// The blob.
    pub blob: BlobId,
    /// The length of the plaintext: this is what authenticates the length of the blob.
    pub plaintext_len: u64,
    /// The kind of server-side encryption, as S3 writes it (`AES256`).
    pub sse: &'a str,
}
