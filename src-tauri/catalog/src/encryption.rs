//! How a version or an upload is encrypted, as its row keeps it.

use rusqlite::Row;
use serde::{Deserialize, Serialize};
use stave_model::{EncryptionContext, KeyId, KmsSse, Sse, UploadId};

use crate::column::text_or_null;
use crate::{Error, Result, json};

const WHAT: &str = "encryption";

/// How a version or an upload is encrypted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum RowSse {
    /// SSE-S3.
    #[default]
    S3,
    /// SSE-KMS.
    Kms {
        /// The key.
        key: KeyId,
        /// What the writer added to the encryption context.
        context: EncryptionContext,
        /// Whether a bucket key stands between.
        bucket_key: bool,
    },
    /// SSE-C.
    Customer {
        /// What the key-encryption key is derived with.
        salt: [u8; 32],
        /// What tells the customer's key from another.
        check: [u8; 32],
        /// The upload that the data keys are wrapped for: a completed upload keeps them as they are, since
        /// the customer's key is not there when it is completed.
        upload: Option<UploadId>,
    },
}

impl RowSse {
    /// Returns what is told of it.
    pub fn told(&self) -> Sse {
        match self {
            Self::S3 => Sse::S3,
            Self::Kms {
                key,
                context,
                bucket_key,
            } => Sse::Kms(KmsSse {
                key: key.as_str().to_owned(),
                context: context.clone(),
                bucket_key: *bucket_key,
            }),
            Self::Customer { .. } => Sse::Customer,
        }
    }

    pub(crate) fn kind_to_sql(&self) -> &'static str {
        match self {
            Self::S3 => "AES256",
            Self::Kms { .. } => "aws:kms",
            Self::Customer { .. } => "SSE-C",
        }
    }

    pub(crate) fn kms_key_to_sql(&self) -> Option<&str> {
        match self {
            Self::Kms { key, .. } => Some(key.as_str()),
            Self::S3 | Self::Customer { .. } => None,
        }
    }

    pub(crate) fn to_json(&self) -> Result<Option<String>> {
        let document = match self {
            Self::S3 => return Ok(None),
            Self::Kms {
                context,
                bucket_key,
                ..
            } => json::to_json(&KmsJson {
                context: context.clone(),
                bucket_key: *bucket_key,
            }),
            Self::Customer {
                salt,
                check,
                upload,
            } => json::to_json(&CustomerJson {
                salt: hex::encode(salt),
                check: hex::encode(check),
                upload: upload.as_ref().map(|id| id.as_str().to_owned()),
            }),
        };
        document.map(Some)
    }

    /// Reads the columns `sse`, `kms_key` and `encryption`.
    pub(crate) fn read(row: &Row<'_>) -> Result<Self> {
        let sse: String = row.get("sse")?;
        let document = text_or_null(row, "encryption")?;
        let key = text_or_null(row, "kms_key")?;
        match (sse.as_str(), key, document) {
            ("AES256", None, None) => Ok(Self::S3),
            ("aws:kms", Some(key), Some(document)) => {
                let kms: KmsJson = json::from_json(document, WHAT)?;
                Ok(Self::Kms {
                    key: KeyId::parse(key).ok_or_else(damaged)?,
                    context: kms.context,
                    bucket_key: kms.bucket_key,
                })
            }
            ("SSE-C", None, Some(document)) => {
                let customer: CustomerJson = json::from_json(document, WHAT)?;
                let upload = customer.upload.as_deref().map(UploadId::parse);
                Ok(Self::Customer {
                    salt: bytes(&customer.salt)?,
                    check: bytes(&customer.check)?,
                    upload: upload.transpose().map_err(|_| damaged())?,
                })
            }
            _ => Err(damaged()),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KmsJson {
    context: EncryptionContext,
    bucket_key: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CustomerJson {
    salt: String,
    check: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    upload: Option<String>,
}

fn bytes(hex: &str) -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(hex, &mut bytes).map_err(|_| damaged())?;
    Ok(bytes)
}

fn damaged() -> Error {
    Error::Damaged { what: WHAT }
}
