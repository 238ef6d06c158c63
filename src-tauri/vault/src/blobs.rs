//! Listing of kept blobs.
use crate::{BlobId, Result};

/// The kept blobs of a vault, folder by folder, in no order. Files that are no blobs are passed over.
#[derive(Debug)]
pub struct Blobs;

impl Iterator for Blobs {
    type Item = Result<BlobId>;
    fn next(&mut self) -> Option<Self::Item> {
        todo!()
    }
}
