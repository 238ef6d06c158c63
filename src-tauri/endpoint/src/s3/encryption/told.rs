//! How answers tell how an object is encrypted.

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};
use stave_model::Sse;

use super::customer::OF_OBJECT;
use super::{ALGORITHM, BUCKET_KEY, CONTEXT, KMS_KEY, context};

/// Returns the headers that tell how an object is encrypted. The digest of a customer's key is kept nowhere:
/// it is told as the request told it.
pub(in crate::s3) fn told(sse: &Sse, region: &str, sent: &HeaderMap) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(algorithm) = sse.header() {
        headers.insert(ALGORITHM, HeaderValue::from_static(algorithm));
    }
    match sse {
        Sse::S3 => {}
        Sse::Kms(kms) => {
            insert(&mut headers, KMS_KEY, &kms.key_arn(region));
            if kms.bucket_key {
                headers.insert(BUCKET_KEY, HeaderValue::from_static("true"));
            }
        }
        Sse::Customer => {
            for name in [OF_OBJECT.algorithm, OF_OBJECT.md5] {
                if let Some(value) = sent.get(name) {
                    headers.insert(name, value.clone());
                }
            }
        }
    }
    headers
}

/// Returns what [`told`] does, and the encryption context, which writers alone are told.
pub(in crate::s3) fn told_written(sse: &Sse, region: &str, sent: &HeaderMap) -> HeaderMap {
    let mut headers = told(sse, region, sent);
    if let Sse::Kms(kms) = sse
        && !kms.context.is_empty()
    {
        insert(&mut headers, CONTEXT, &context::write(&kms.context));
    }
    headers
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    // Ids, ARNs and base64 are visible ASCII; what a remote store tells may be no header.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

#[cfg(test)]
mod tests {
    use stave_model::{EncryptionContext, KmsSse};

    use super::*;

    fn lines(headers: &HeaderMap) -> Vec<String> {
        let line = |(name, value): (&HeaderName, &HeaderValue)| {
            format!("{}: {}", name.as_str(), value.to_str().unwrap())
        };
        let mut lines: Vec<String> = headers.iter().map(line).collect();
        lines.sort();
        lines
    }

    #[test]
    fn each_kind_is_told_in_its_own_headers() {
        let nothing = HeaderMap::new();
        let s3 = told(&Sse::S3, "us-east-1", &nothing);
        assert_eq!(lines(&s3), ["x-amz-server-side-encryption: AES256"]);
        let kms = Sse::Kms(KmsSse {
            key: "12345678-90ab-4def-8123-4567890abcde".to_owned(),
            context: EncryptionContext::from([("a".to_owned(), "b".to_owned())]),
            bucket_key: true,
        });
        let read = [
            "x-amz-server-side-encryption-aws-kms-key-id: \
             arn:aws:kms:eu-west-1:000000000000:key/12345678-90ab-4def-8123-4567890abcde",
            "x-amz-server-side-encryption-bucket-key-enabled: true",
            "x-amz-server-side-encryption: aws:kms",
        ];
        assert_eq!(lines(&told(&kms, "eu-west-1", &nothing)), read);
        let written = lines(&told_written(&kms, "eu-west-1", &nothing));
        assert_eq!(written.len(), 4);
        let context = "x-amz-server-side-encryption-context: eyJhIjoiYiJ9".to_owned();
        assert!(written.contains(&context), "{written:?}");
    }

    #[test]
    fn a_customer_is_told_the_digest_of_the_key_that_was_sent_and_never_the_key() {
        let mut sent = HeaderMap::new();
        for (name, value) in [
            (OF_OBJECT.algorithm, "AES256"),
            (OF_OBJECT.key, "secret"),
            (OF_OBJECT.md5, "md5"),
        ] {
            sent.insert(name, HeaderValue::from_static(value));
        }
        let expected = [
            "x-amz-server-side-encryption-customer-algorithm: AES256",
            "x-amz-server-side-encryption-customer-key-md5: md5",
        ];
        assert_eq!(lines(&told(&Sse::Customer, "us-east-1", &sent)), expected);
    }
}
