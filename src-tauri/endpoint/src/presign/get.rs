//! Links that read an object.

use std::time::Duration;

use stave_model::{BucketName, ObjectKey, Timestamp, VersionId};

use super::sign::presign;
use super::url::object_url;
use super::{PresignError, Presigned, Signer};

/// A link that reads an object.
#[derive(Debug, Clone)]
pub struct PresignGet {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// The version; `None` is whatever is the latest when the link is used.
    pub version: Option<VersionId>,
    /// How long it lives, in whole seconds.
    pub expires: Duration,
    /// `Content-Disposition` of the answer.
    pub response_content_disposition: Option<String>,
    /// `Content-Type` of the answer.
    pub response_content_type: Option<String>,
}

impl PresignGet {
    /// Makes a link to the latest version with the headers that the object has.
    pub fn new(bucket: BucketName, key: ObjectKey, expires: Duration) -> Self {
        Self {
            bucket,
            key,
            version: None,
            expires,
            response_content_disposition: None,
            response_content_type: None,
        }
    }
}

/// Makes a link that reads an object.
pub fn presign_get(
    get: &PresignGet,
    signer: &Signer,
    now: Timestamp,
) -> Result<Presigned, PresignError> {
    let mut query = Vec::new();
    if let Some(version) = &get.version {
        query.push(("versionId", version.as_str()));
    }
    if let Some(disposition) = &get.response_content_disposition {
        query.push(("response-content-disposition", disposition));
    }
    if let Some(content_type) = &get.response_content_type {
        query.push(("response-content-type", content_type));
    }
    let url = object_url(signer, &get.bucket, &get.key, &query)?;
    presign(&url, "GET", Vec::new(), get.expires, signer, now)
}
