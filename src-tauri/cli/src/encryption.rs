//! How what is written is encrypted, and under which keys of a person's own things are read.

use stave_model::{EncryptionContext, Sse};
use stave_store::{CustomerKey, GetObject, ObjectRef, SseRequest};

use crate::args::{ReadKey, SecretPlace, SourceKey, SseOptions, SseWord};
use crate::failure::{Exit, Failure, Outcome};
use crate::secrets::customer_key;

/// The encryption of a copy.
#[derive(Debug, Clone, Default)]
pub struct Encryption {
    /// How the target is encrypted.
    pub target: SseRequest,
    /// The key of the target's writer, or of the source where it is read here.
    pub key: Option<CustomerKey>,
    /// The key of the source of a copy within S3.
    pub source_key: Option<CustomerKey>,
}

impl Encryption {
    /// Reads what the command line says, and the keys from where it says.
    pub async fn of(options: &SseOptions, source: &SourceKey) -> Outcome<Self> {
        let both_standard = [&options.sse_c_key, &source.sse_c_copy_source_key]
            .into_iter()
            .all(|place| *place == Some(SecretPlace::Standard));
        if both_standard {
            return Err(refused("Both keys are to come from standard input.")
                .cure("Name a file for one of them.")
                .into());
        }
        let key = read(options.sse_c_key.as_ref()).await?;
        let target = match &key {
            Some(key) => SseRequest::Customer(key.clone()),
            None => request(&Words {
                sse: options.sse,
                key: options.sse_kms_key_id.clone(),
                context: options.sse_kms_context.iter().cloned().collect(),
                bucket_key: options.bucket_key.then_some(true),
            })?,
        };
        Ok(Self {
            target,
            key,
            source_key: read(source.sse_c_copy_source_key.as_ref()).await?,
        })
    }

    /// Asks for the whole of an object that is read here.
    pub fn read(&self, object: ObjectRef) -> GetObject {
        GetObject {
            customer_key: self.key.clone(),
            ..GetObject::whole(object)
        }
    }

    /// Asks for the source of a copy within S3.
    pub fn read_source(&self, object: ObjectRef) -> GetObject {
        GetObject {
            customer_key: self.source_key.clone(),
            ..GetObject::whole(object)
        }
    }
}

/// What the command line says of an encryption.
pub struct Words {
    pub sse: Option<SseWord>,
    pub key: Option<String>,
    pub context: EncryptionContext,
    pub bucket_key: Option<bool>,
}

/// Makes a request of it; refuses what would have no effect.
pub fn request(words: &Words) -> Outcome<SseRequest> {
    match words.sse {
        Some(SseWord::Kms) => Ok(SseRequest::Kms {
            key: words.key.clone(),
            context: words.context.clone(),
            bucket_key: words.bucket_key,
        }),
        Some(SseWord::S3)
            if words.key.is_some() || !words.context.is_empty() || words.bucket_key.is_some() =>
        {
            Err(
                refused("A key, a context and a bucket key are for --sse aws:kms.")
                    .cure("Write --sse aws:kms, or leave them out.")
                    .into(),
            )
        }
        Some(SseWord::S3) => Ok(SseRequest::S3),
        None => Ok(SseRequest::BucketDefault),
    }
}

/// Reads the key of what is read.
pub async fn read_key(key: &ReadKey) -> Outcome<Option<CustomerKey>> {
    read(key.sse_c_key.as_ref()).await
}

/// Reads a key from its place, where there is one.
pub async fn read(place: Option<&SecretPlace>) -> Outcome<Option<CustomerKey>> {
    match place {
        Some(place) => customer_key(place).await.map(Some),
        None => Ok(None),
    }
}

/// Says how something is encrypted, on one line.
pub fn in_words(sse: &Sse) -> String {
    match sse {
        Sse::S3 => "SSE-S3 (a key of the store)".to_owned(),
        Sse::Customer => "SSE-C (a key of its owner's own)".to_owned(),
        Sse::Kms(kms) => {
            let bucket_key = if kms.bucket_key { ", bucket key" } else { "" };
            format!("SSE-KMS (key {}{bucket_key})", kms.key)
        }
    }
}

fn refused(why: &str) -> Failure {
    Failure::new(Exit::Usage, "Cannot encrypt like this.").why(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(sse: Option<SseWord>, key: Option<&str>) -> Words {
        Words {
            sse,
            key: key.map(str::to_owned),
            context: EncryptionContext::new(),
            bucket_key: None,
        }
    }

    #[test]
    fn a_key_of_the_key_service_is_for_sse_kms_alone() {
        let kms = request(&words(Some(SseWord::Kms), Some("alias/tax"))).unwrap();
        assert!(matches!(kms, SseRequest::Kms { key: Some(key), .. } if key == "alias/tax"));
        assert!(request(&words(Some(SseWord::S3), Some("alias/tax"))).is_err());
        assert!(matches!(
            request(&words(None, None)),
            Ok(SseRequest::BucketDefault)
        ));
    }
}
