//! Another encryption of an object in its place: `UpdateObjectEncryption`, which s3s does not know.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html>

use std::sync::Arc;

use s3s::xml::{DeError, DeResult, Deserialize, DeserializeContent, Deserializer};
use s3s::{S3Error, S3Result, s3_error};
use stave_model::ACCOUNT;
use stave_store::{Error, ObjectRef, ReencryptObject, SseRequest, Store};

use super::access::{Rights, denied};
use super::errors::{from_store, malformed_xml};
use crate::server::actor;

/// Encrypts objects otherwise.
pub(super) struct Reencryption {
    store: Arc<dyn Store>,
    rights: Rights,
}

impl Reencryption {
    pub(super) fn new(store: Arc<dyn Store>, rights: Rights) -> Self {
        Self { store, rights }
    }

    /// Does what a document asks for, if the caller owns the bucket.
    pub(super) async fn update(
        &self,
        object: ObjectRef,
        expected_owner: Option<&[u8]>,
        document: &[u8],
    ) -> S3Result<()> {
        self.rights.may_reencrypt(&object).await?;
        if let Some(expected) = expected_owner {
            self.rights.is_owned_by(&object.bucket, expected).await?;
        }
        let asked = parse(document)?;
        let reencrypt = ReencryptObject {
            object,
            encryption: SseRequest::Kms {
                key: Some(checked_arn(asked.key)?),
                context: stave_model::EncryptionContext::new(),
                bucket_key: Some(asked.bucket_key),
            },
            customer_key: None,
        };
        let updated = self.store.acting_for(actor());
        let updated = updated.reencrypt_object(reencrypt).await;
        updated.map(drop).map_err(|error| match error {
            Error::CustomerKeyRequired => s3_error!(
                InvalidRequest,
                "The UpdateObjectEncryption operation does not support source objects with the \
                 encryption type DSSE-KMS or SSE-C. Only source objects encrypted with SSE-S3 or \
                 SSE-KMS are supported."
            ),
            error => from_store(error),
        })
    }
}

/// A key by its ARN, and whether a bucket key is to stand between.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    key: String,
    bucket_key: bool,
}

/// The document; what is in it is the one kind of encryption that S3 offers here.
struct Document(Option<Asked>);

impl<'xml> Deserialize<'xml> for Document {
    fn deserialize(d: &mut Deserializer<'xml>) -> DeResult<Self> {
        d.named_element("ObjectEncryption", |d| {
            let mut asked = None;
            d.for_each_element(|d, name| match name {
                b"SSE-KMS" if asked.is_none() => {
                    asked = Some(d.content()?);
                    Ok(())
                }
                _ => Err(DeError::UnexpectedTagName),
            })?;
            Ok(Self(asked))
        })
    }
}

impl<'xml> DeserializeContent<'xml> for Asked {
    fn deserialize_content(d: &mut Deserializer<'xml>) -> DeResult<Self> {
        let (mut key, mut bucket_key) = (None, None);
        d.for_each_element(|d, name| match name {
            b"KMSKeyArn" if key.is_none() => {
                key = Some(d.content()?);
                Ok(())
            }
            b"BucketKeyEnabled" if bucket_key.is_none() => {
                bucket_key = Some(d.content()?);
                Ok(())
            }
            _ => Err(DeError::UnexpectedTagName),
        })?;
        Ok(Self {
            key: key.unwrap_or_default(),
            bucket_key: bucket_key.unwrap_or(false),
        })
    }
}

fn parse(document: &[u8]) -> S3Result<Asked> {
    let mut reader = Deserializer::new(document);
    let Document(asked) = Document::deserialize(&mut reader).map_err(|_| malformed_xml())?;
    reader.expect_eof().map_err(|_| malformed_xml())?;
    asked.ok_or_else(|| {
        s3_error!(
            InvalidRequest,
            "Requests that modify an object encryption configuration require a valid new \
             encryption type. Valid values are SSEKMS. Modify the request to specify SSE-KMS for \
             the updated encryption type, and then try again."
        )
    })
}

/// Takes the ARN of a key: S3 takes neither ids nor aliases here, and keys of its own account alone.
fn checked_arn(text: String) -> S3Result<String> {
    if text.is_empty() {
        return Err(invalid_arn("an AWS KMS key"));
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", _, "kms", _, account, resource] = parts[..] else {
        return Err(invalid_arn("a valid AWS KMS key"));
    };
    if !resource.starts_with("key/") {
        return Err(invalid_arn("a valid AWS KMS key"));
    }
    if account != ACCOUNT {
        return Err(denied());
    }
    Ok(text)
}

fn invalid_arn(what: &str) -> S3Error {
    s3_error!(
        InvalidRequest,
        "Requests that modify an object's encryption type to SSE-KMS require {what} Amazon \
         Resource Name (ARN)."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:kms:us-east-1:000000000000:key/12345678-90ab-4def-8123-4567890abcde";

    #[track_caller]
    fn reads(content: &str, expected: Result<(&str, bool), &str>) {
        let xml = format!(
            "<ObjectEncryption xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{content}\
             </ObjectEncryption>"
        );
        let got = parse(xml.as_bytes()).map(|asked| (asked.key, asked.bucket_key));
        let got = got.map_err(|error| error.code().as_str().to_owned());
        let expected = expected.map(|(key, bucket_key)| (key.to_owned(), bucket_key));
        assert_eq!(got, expected.map_err(str::to_owned), "{content}");
    }

    #[test]
    fn a_document_names_a_key_and_no_more() {
        reads(
            "<SSE-KMS><KMSKeyArn>a</KMSKeyArn></SSE-KMS>",
            Ok(("a", false)),
        );
        let both = "<SSE-KMS><KMSKeyArn>a</KMSKeyArn><BucketKeyEnabled>true</BucketKeyEnabled>\
                    </SSE-KMS>";
        reads(both, Ok(("a", true)));
        reads("", Err("InvalidRequest"));
        reads("<SSE-S3/>", Err("MalformedXML"));
        reads(
            "<SSE-KMS><KMSKeyId>a</KMSKeyId></SSE-KMS>",
            Err("MalformedXML"),
        );
    }

    #[test]
    fn a_key_is_named_by_its_arn_alone() {
        assert_eq!(checked_arn(ARN.to_owned()).ok().as_deref(), Some(ARN));
        for bad in [
            "",
            "k",
            "alias/a",
            "arn:aws:kms:us-east-1:000000000000:alias/a",
        ] {
            let error = checked_arn(bad.to_owned()).unwrap_err();
            assert_eq!(error.code().as_str(), "InvalidRequest", "{bad}");
        }
        let foreign = ARN.replace("000000000000", "111111111111");
        assert!(checked_arn(foreign).is_err());
    }
}
