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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::{add_bucket, in_memory, key, new_upload};
    use crate::{WriteTx, uploads};

    const KEY: &str = "12345678-90ab-4def-8123-4567890abcde";

    fn kms() -> RowSse {
        RowSse::Kms {
            key: KeyId::parse(KEY).unwrap(),
            context: EncryptionContext::from([("team".to_owned(), "\"blue\"".to_owned())]),
            bucket_key: true,
        }
    }

    fn customer(upload: Option<&str>) -> RowSse {
        RowSse::Customer {
            salt: [0xab; 32],
            check: [0x0c; 32],
            upload: upload.map(|id| UploadId::parse(id).unwrap()),
        }
    }

    fn add_key(tx: &WriteTx<'_>) {
        let sql = "INSERT INTO kms_keys (id, document, mac) VALUES (?1, '{}', zeroblob(32))";
        tx.statement(sql).unwrap().execute([KEY]).unwrap();
    }

    #[test]
    fn each_kind_is_read_as_it_was_written() {
        in_memory(|tx| {
            let bucket = add_bucket(tx, "photos");
            add_key(tx);
            let kinds = [RowSse::S3, kms(), customer(None), customer(Some("u"))];
            for (n, encryption) in kinds.into_iter().enumerate() {
                let id = format!("upload-{n}");
                let mut new = new_upload(bucket, "a", &id);
                new.encryption = encryption.clone();
                uploads::insert(tx, &new).unwrap();
                let id = UploadId::parse(&id).unwrap();
                let found = uploads::find(tx, bucket, &key("a"), &id).unwrap().unwrap();
                assert_eq!(found.encryption, encryption);
            }
        });
    }

    #[test]
    fn a_key_that_is_not_there_encrypts_nothing() {
        in_memory(|tx| {
            let bucket = add_bucket(tx, "photos");
            let mut new = new_upload(bucket, "a", "u");
            new.encryption = kms();
            assert!(matches!(uploads::insert(tx, &new), Err(Error::Tied)));
        });
    }

    #[test]
    fn the_format_is_written_down() {
        let json = |sse: &RowSse| sse.to_json().unwrap();
        assert_eq!(json(&RowSse::S3), None);
        let of_kms = r#"{"context":{"team":"\"blue\""},"bucket_key":true}"#;
        assert_eq!(json(&kms()).as_deref(), Some(of_kms));
        let of_customer = concat!(
            r#"{"salt":"abababababababababababababababababababababababababababababababab","#,
            r#""check":"0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c""#,
        );
        let whole = format!("{of_customer}}}");
        assert_eq!(json(&customer(None)), Some(whole));
        let of_upload = format!(r#"{of_customer},"upload":"u"}}"#);
        assert_eq!(json(&customer(Some("u"))), Some(of_upload));
    }
}
