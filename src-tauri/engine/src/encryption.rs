//! How something is encrypted: what a request asks for, resolved, with the key-encryption keys open.
//!
//! The key service records each use of a key before it answers, so that none of this happens inside a
//! transaction: what was looked up before is looked at again where it is committed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use stave_catalog::encryption::RowSse;
use stave_catalog::parts::PartRow;
use stave_model::{
    Actor, BucketEncryption, BucketName, EncryptionContext, ObjectKey, SseAlgorithm,
};
use stave_store::{CustomerKey, Error as StoreError, SseRequest};
use stave_vault::{Kek, customer_key_check};
use subtle::ConstantTimeEq as _;

use crate::core::Core;
use crate::error::Result;
use crate::keys::Keys;
use crate::kms::{ObjectUse, SealingKey};

/// The pair of an encryption context that S3 sets itself.
const ARN_NAME: &str = "aws:s3:arn";

/// The length of the salt of a customer's key in bytes.
const SALT_BYTES: usize = 32;

/// Who needs a key, and for what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyUse<'a> {
    /// Who asks.
    pub by: &'a Actor,
    /// The operation of S3.
    pub operation: &'static str,
    /// The bucket of the object.
    pub bucket: &'a BucketName,
    /// The object's key.
    pub key: &'a ObjectKey,
}

/// How something is sealed that is being written: what its row tells, and the open key.
#[derive(Debug, Clone)]
pub(crate) struct Sealing {
    pub(crate) row: RowSse,
    pub(crate) keys: Arc<Keys>,
}

/// What a request asks for, once the bucket's default has filled its gaps.
enum Wanted<'a> {
    S3,
    Kms {
        /// `None` is the key that the store manages.
        key: Option<&'a str>,
        context: EncryptionContext,
        bucket_key: bool,
    },
    Customer(&'a CustomerKey),
}

impl Core {
    /// Decides how something is encrypted that is to be written, and opens its key.
    pub(crate) fn seal_as_asked(
        &self,
        asked: &SseRequest,
        default: Option<&BucketEncryption>,
        of: KeyUse<'_>,
    ) -> Result<Sealing> {
        match Wanted::of(asked, default) {
            Wanted::S3 => Ok(Sealing {
                row: RowSse::S3,
                keys: Arc::clone(&self.keys),
            }),
            Wanted::Kms {
                key,
                context,
                bucket_key,
            } => {
                let (sealing_key, keys) = self.kms_to_seal(key, &context, bucket_key, of)?;
                Ok(Sealing {
                    row: RowSse::Kms {
                        key: sealing_key.id,
                        context,
                        bucket_key,
                    },
                    keys,
                })
            }
            Wanted::Customer(key) => {
                let salt = random_salt()?;
                Ok(Sealing {
                    row: RowSse::Customer {
                        salt,
                        check: customer_key_check(key.expose(), &salt),
                        upload: None,
                    },
                    keys: self.customer_keys(key, &salt),
                })
            }
        }
    }

    /// Opens the key that seals one more piece of what a row tells of: a part of an upload.
    pub(crate) fn keys_to_seal(
        &self,
        row: &RowSse,
        customer_key: Option<&CustomerKey>,
        of: KeyUse<'_>,
    ) -> Result<Arc<Keys>> {
        check_customer_key(row, customer_key)?;
        match (row, customer_key) {
            (
                RowSse::Kms {
                    key,
                    context,
                    bucket_key,
                },
                _,
            ) => {
                let named = Some(key.as_str());
                Ok(self.kms_to_seal(named, context, *bucket_key, of)?.1)
            }
            (RowSse::Customer { salt, .. }, Some(key)) => Ok(self.customer_keys(key, salt)),
            (RowSse::Customer { .. }, None) => Err(StoreError::CustomerKeyRequired.into()),
            (RowSse::S3, _) => Ok(Arc::clone(&self.keys)),
        }
    }

    /// Opens the key that a row tells of, in the versions that wrapped the data keys of these parts.
    pub(crate) fn keys_to_open<'p>(
        &self,
        row: &RowSse,
        parts: impl Iterator<Item = &'p PartRow>,
        customer_key: Option<&CustomerKey>,
        of: KeyUse<'_>,
    ) -> Result<Arc<Keys>> {
        check_customer_key(row, customer_key)?;
        match (row, customer_key) {
            (
                RowSse::Kms {
                    key,
                    context,
                    bucket_key,
                },
                _,
            ) => {
                let whole = whole_context(context, *bucket_key, of)?;
                let object = of.object(&whole, *bucket_key);
                let versions: BTreeSet<u32> = parts.map(|part| part.kek_version).collect();
                let versions: Vec<u32> = versions.into_iter().collect();
                let keks = self.key_to_open(of.by, key, &versions, &object)?;
                Ok(Arc::new(Keys::of_kms(whole, keks)))
            }
            (RowSse::Customer { salt, .. }, Some(key)) => Ok(self.customer_keys(key, salt)),
            (RowSse::Customer { .. }, None) => Err(StoreError::CustomerKeyRequired.into()),
            (RowSse::S3, _) => Ok(Arc::clone(&self.keys)),
        }
    }

    fn kms_to_seal(
        &self,
        key: Option<&str>,
        context: &EncryptionContext,
        bucket_key: bool,
        of: KeyUse<'_>,
    ) -> Result<(SealingKey, Arc<Keys>)> {
        let whole = whole_context(context, bucket_key, of)?;
        let sealing_key = self.key_to_seal(of.by, key, &of.object(&whole, bucket_key))?;
        let kek = Arc::clone(&sealing_key.kek);
        let keks = BTreeMap::from([(sealing_key.version, kek)]);
        Ok((sealing_key, Arc::new(Keys::of_kms(whole, keks))))
    }

    fn customer_keys(&self, key: &CustomerKey, salt: &[u8; SALT_BYTES]) -> Arc<Keys> {
        let kek = Kek::of_customer(self.vault.id(), key.expose(), salt);
        Arc::new(Keys::of_customer(kek))
    }
}

/// Refuses a request that brings another customer's key than the one that something is under, or none, or one
/// where none belongs.
pub(crate) fn check_customer_key(
    row: &RowSse,
    key: Option<&CustomerKey>,
) -> Result<(), StoreError> {
    match (row, key) {
        (RowSse::Customer { salt, check, .. }, Some(key)) => {
            let right = customer_key_check(key.expose(), salt).ct_eq(check);
            if right.into() {
                Ok(())
            } else {
                Err(StoreError::CustomerKeyWrong)
            }
        }
        (RowSse::Customer { .. }, None) => Err(StoreError::CustomerKeyRequired),
        (RowSse::S3 | RowSse::Kms { .. }, Some(_)) => Err(StoreError::CustomerKeyUnexpected),
        (RowSse::S3 | RowSse::Kms { .. }, None) => Ok(()),
    }
}

impl<'a> Wanted<'a> {
    fn of(asked: &'a SseRequest, default: Option<&'a BucketEncryption>) -> Self {
        let by_kms = default.filter(|default| default.algorithm == SseAlgorithm::Kms);
        let default_key = by_kms.and_then(|default| default.kms_key.as_deref());
        match asked {
            SseRequest::BucketDefault => match by_kms {
                Some(default) => Self::Kms {
                    key: default_key,
                    context: EncryptionContext::new(),
                    bucket_key: default.bucket_key,
                },
                None => Self::S3,
            },
            SseRequest::S3 => Self::S3,
            SseRequest::Kms {
                key,
                context,
                bucket_key,
            } => Self::Kms {
                key: key.as_deref().or(default_key),
                context: context.clone(),
                bucket_key: bucket_key
                    .unwrap_or_else(|| default.is_some_and(|default| default.bucket_key)),
            },
            SseRequest::Customer(key) => Self::Customer(key),
        }
    }
}

impl<'a> KeyUse<'a> {
    fn object(&self, context: &'a EncryptionContext, bucket_key: bool) -> ObjectUse<'a> {
        ObjectUse {
            operation: self.operation,
            bucket: self.bucket,
            key: self.key,
            context,
            bucket_key,
        }
    }
}

/// Returns the encryption context that a data key is wrapped with: the writer's pairs, and what it is for.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context>
pub(crate) fn whole_context(
    added: &EncryptionContext,
    bucket_key: bool,
    of: KeyUse<'_>,
) -> Result<EncryptionContext, StoreError> {
    let arn = if bucket_key {
        format!("arn:aws:s3:::{}", of.bucket)
    } else {
        format!("arn:aws:s3:::{}/{}", of.bucket, of.key.as_str())
    };
    if added.get(ARN_NAME).is_some_and(|given| *given != arn) {
        let refused = "the encryption context names another aws:s3:arn than that of the object";
        return Err(StoreError::InvalidArgument(refused));
    }
    let mut whole = added.clone();
    whole.insert(ARN_NAME.to_owned(), arn);
    Ok(whole)
}

fn random_salt() -> Result<[u8; SALT_BYTES]> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt)?;
    Ok(salt)
}

#[cfg(test)]
mod tests {
    use stave_model::{UserName, Via};

    use super::*;

    fn default(algorithm: SseAlgorithm, key: Option<&str>, bucket_key: bool) -> BucketEncryption {
        BucketEncryption {
            algorithm,
            kms_key: key.map(str::to_owned),
            bucket_key,
        }
    }

    fn kms(key: Option<&str>, bucket_key: Option<bool>) -> SseRequest {
        SseRequest::Kms {
            key: key.map(str::to_owned),
            context: EncryptionContext::new(),
            bucket_key,
        }
    }

    /// Writes out what is wanted: `S3`, `customer`, or a KMS key and whether by a bucket key.
    fn wanted(asked: &SseRequest, default: Option<&BucketEncryption>) -> String {
        match Wanted::of(asked, default) {
            Wanted::S3 => "S3".to_owned(),
            Wanted::Customer(_) => "customer".to_owned(),
            Wanted::Kms {
                key, bucket_key, ..
            } => format!("{} {bucket_key}", key.unwrap_or("managed")),
        }
    }

    #[test]
    fn the_default_of_the_bucket_fills_what_a_request_leaves_open() {
        let by_s3 = default(SseAlgorithm::S3, None, true);
        let by_managed = default(SseAlgorithm::Kms, None, false);
        let by_key = default(SseAlgorithm::Kms, Some("own"), true);
        let asked = SseRequest::BucketDefault;
        assert_eq!(wanted(&asked, None), "S3");
        assert_eq!(wanted(&asked, Some(&by_s3)), "S3");
        assert_eq!(wanted(&asked, Some(&by_managed)), "managed false");
        assert_eq!(wanted(&asked, Some(&by_key)), "own true");
        assert_eq!(wanted(&SseRequest::S3, Some(&by_key)), "S3");
        let customer = SseRequest::Customer(CustomerKey::new([1; 32]));
        assert_eq!(wanted(&customer, Some(&by_key)), "customer");
        assert_eq!(wanted(&kms(None, None), None), "managed false");
        assert_eq!(wanted(&kms(None, None), Some(&by_s3)), "managed true");
        assert_eq!(wanted(&kms(None, None), Some(&by_key)), "own true");
        assert_eq!(
            wanted(&kms(Some("other"), None), Some(&by_key)),
            "other true"
        );
        assert_eq!(wanted(&kms(None, Some(false)), Some(&by_key)), "own false");
    }

    #[test]
    fn the_context_names_the_object_or_the_bucket_and_nothing_else() {
        let by = Actor::local(UserName::parse("admin").unwrap(), Via::Store);
        let bucket = BucketName::parse("photos").unwrap();
        let key = ObjectKey::parse("a b/ü").unwrap();
        let of = KeyUse {
            by: &by,
            operation: "PutObject",
            bucket: &bucket,
            key: &key,
        };
        let pairs = |pairs: &[(&str, &str)]| -> EncryptionContext {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            pairs.iter().map(owned).collect()
        };
        let arn = ("aws:s3:arn", "arn:aws:s3:::photos/a b/ü");
        let added = pairs(&[("team", "blue")]);
        let whole = whole_context(&added, false, of).unwrap();
        assert_eq!(whole, pairs(&[("team", "blue"), arn]));
        let whole = whole_context(&added, true, of).unwrap();
        let of_bucket = ("aws:s3:arn", "arn:aws:s3:::photos");
        assert_eq!(whole, pairs(&[("team", "blue"), of_bucket]));
        assert_eq!(
            whole_context(&pairs(&[arn]), false, of).unwrap(),
            pairs(&[arn])
        );
        let refused = whole_context(&pairs(&[arn]), true, of);
        assert!(matches!(refused, Err(StoreError::InvalidArgument(_))));
    }
}
