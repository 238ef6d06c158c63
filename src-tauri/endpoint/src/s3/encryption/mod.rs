//! How requests want objects encrypted, and how answers tell it.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html>
//!
//! The headers are read here and nowhere else: the key that a customer sends reaches no other type than
//! [`CustomerKey`], and with it no log and no error.

mod blocked;
mod context;
mod customer;
mod told;

use hyper::HeaderMap;
use s3s::{S3Error, S3Result, s3_error};
use stave_store::{CustomerKey, SseRequest};

use self::customer::{OF_OBJECT, OF_SOURCE};
use super::headers::text;
use crate::dialect::Dialect;

pub(super) use blocked::without_blocked;
pub(super) use told::{told, told_written};

const ALGORITHM: &str = "x-amz-server-side-encryption";
const KMS_KEY: &str = "x-amz-server-side-encryption-aws-kms-key-id";
const CONTEXT: &str = "x-amz-server-side-encryption-context";
const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";

/// What all headers about encryption begin with.
const BEGINNINGS: [&str; 2] = [
    "x-amz-server-side-encryption",
    "x-amz-copy-source-server-side-encryption",
];

/// Reads how an object that is written is to be encrypted.
pub(super) fn of_write(headers: &HeaderMap) -> S3Result<SseRequest> {
    let customer = customer::key(headers, &OF_OBJECT)?;
    let algorithm = text(headers, ALGORITHM)?;
    if customer.is_some() && algorithm.is_some() {
        return Err(s3_error!(
            InvalidArgument,
            "Server Side Encryption with Customer provided key is incompatible with the encryption \
             method specified"
        ));
    }
    match algorithm {
        Some("aws:kms") => Ok(SseRequest::Kms {
            key: text(headers, KMS_KEY)?.map(str::to_owned),
            context: context::parse(text(headers, CONTEXT)?)?,
            bucket_key: bucket_key(headers)?,
        }),
        Some("AES256") => without_kms(headers).map(|()| SseRequest::S3),
        Some("aws:kms:dsse") => Err(dual_layer()),
        Some(_) => Err(unknown_algorithm()),
        None => {
            without_kms(headers)?;
            Ok(customer.map_or(SseRequest::BucketDefault, SseRequest::Customer))
        }
    }
}

/// Reads the customer's key that an object is read with. How an object is encrypted is no matter of a read.
pub(super) fn of_read(headers: &HeaderMap) -> S3Result<Option<CustomerKey>> {
    refuse_choice(headers)?;
    customer::key(headers, &OF_OBJECT)
}

/// Reads the customer's key of a part, or of the completion of an upload: the rest was said when the upload
/// began. Ceph's gateway does not look at what else is said.
pub(super) fn of_part(headers: &HeaderMap, dialect: Dialect) -> S3Result<Option<CustomerKey>> {
    if dialect == Dialect::Aws {
        refuse_choice(headers)?;
    }
    customer::key(headers, &OF_OBJECT)
}

/// Reads the customer's key of the source of a copy.
pub(super) fn of_source(headers: &HeaderMap) -> S3Result<Option<CustomerKey>> {
    customer::key(headers, &OF_SOURCE)
}

/// Takes from the headers what is read here, and keeps what is left of it from being printed.
pub(super) fn put_aside(headers: &mut HeaderMap) -> HeaderMap {
    for (name, value) in headers.iter_mut() {
        if name.as_str().ends_with("-customer-key") {
            value.set_sensitive(true);
        }
    }
    let verbatim = headers.clone();
    for name in verbatim.keys() {
        if BEGINNINGS
            .iter()
            .any(|start| name.as_str().starts_with(start))
        {
            headers.remove(name);
        }
    }
    verbatim
}

/// Two layers of encryption would be a claim of independent implementations, which are not there.
pub(super) fn dual_layer() -> S3Error {
    s3_error!(
        NotImplemented,
        "Dual-layer server-side encryption (aws:kms:dsse) is not offered by this endpoint."
    )
}

fn unknown_algorithm() -> S3Error {
    s3_error!(
        InvalidArgument,
        "The encryption method specified is not supported"
    )
}

/// Fails where a request that does not choose the encryption of an object does.
fn refuse_choice(headers: &HeaderMap) -> S3Result<()> {
    for name in [ALGORITHM, KMS_KEY, CONTEXT, BUCKET_KEY] {
        if text(headers, name)?.is_some() {
            return Err(s3_error!(
                InvalidArgument,
                "{name} header is not supported for this operation."
            ));
        }
    }
    Ok(())
}

/// Fails where something is said that SSE-KMS alone has.
fn without_kms(headers: &HeaderMap) -> S3Result<()> {
    let named = text(headers, KMS_KEY)?.is_some() || text(headers, CONTEXT)?.is_some();
    if named || bucket_key(headers)? == Some(true) {
        return Err(s3_error!(
            InvalidArgument,
            "Server Side Encryption with AWS KMS managed key requires HTTP header \
             x-amz-server-side-encryption : aws:kms"
        ));
    }
    Ok(())
}

fn bucket_key(headers: &HeaderMap) -> S3Result<Option<bool>> {
    match text(headers, BUCKET_KEY)? {
        None => Ok(None),
        Some(value) if value.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(value) if value.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(_) => Err(s3_error!(
            InvalidArgument,
            "The value of {BUCKET_KEY} must be true or false."
        )),
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::{HeaderName, HeaderValue};

    use super::*;

    /// Two keys of 32 bytes with their MD5.
    const KEY: (&str, &str) = (
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "tP/LI3N87DFaSk0aoqYgzg==",
    );
    const CUSTOMER_ALGORITHM: &str = "x-amz-server-side-encryption-customer-algorithm";
    const CUSTOMER_KEY: &str = "x-amz-server-side-encryption-customer-key";
    const CUSTOMER_MD5: &str = "x-amz-server-side-encryption-customer-key-md5";

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        };
        pairs.iter().map(pair).collect()
    }

    fn customer() -> Vec<(&'static str, &'static str)> {
        vec![
            (CUSTOMER_ALGORITHM, "AES256"),
            (CUSTOMER_KEY, KEY.0),
            (CUSTOMER_MD5, KEY.1),
        ]
    }

    #[track_caller]
    fn refuses(pairs: &[(&'static str, &'static str)], code: &str, says: &str) {
        let error = of_write(&headers(pairs)).unwrap_err();
        assert_eq!(error.code().as_str(), code);
        let message = error.message().unwrap_or_default();
        assert!(message.contains(says), "{message}");
        assert!(!message.contains(KEY.0), "{message}");
    }

    #[test]
    fn a_write_says_how_it_is_encrypted() {
        let none = of_write(&headers(&[])).unwrap();
        assert!(matches!(none, SseRequest::BucketDefault));
        let s3 = of_write(&headers(&[(ALGORITHM, "AES256"), (BUCKET_KEY, "false")])).unwrap();
        assert!(matches!(s3, SseRequest::S3));
        let kms = headers(&[
            (ALGORITHM, "aws:kms"),
            (KMS_KEY, "alias/a"),
            (CONTEXT, "eyJhIjoiYiJ9"),
            (BUCKET_KEY, "true"),
        ]);
        let SseRequest::Kms {
            key,
            context,
            bucket_key,
        } = of_write(&kms).unwrap()
        else {
            panic!("SSE-KMS");
        };
        assert_eq!(key.as_deref(), Some("alias/a"));
        assert_eq!(context.get("a").map(String::as_str), Some("b"));
        assert_eq!(bucket_key, Some(true));
        let Ok(SseRequest::Customer(key)) = of_write(&headers(&customer())) else {
            panic!("SSE-C");
        };
        assert_eq!(key.expose()[31], 31);
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let mut both = customer();
        both.push((ALGORITHM, "AES256"));
        refuses(&both, "InvalidArgument", "is incompatible with");
        let kms = "requires HTTP header x-amz-server-side-encryption : aws:kms";
        refuses(&[(KMS_KEY, "a")], "InvalidArgument", kms);
        refuses(&[(CONTEXT, "e30=")], "InvalidArgument", kms);
        refuses(
            &[(ALGORITHM, "AES256"), (KMS_KEY, "a")],
            "InvalidArgument",
            kms,
        );
        refuses(
            &[(ALGORITHM, "AES256"), (BUCKET_KEY, "true")],
            "InvalidArgument",
            kms,
        );
        let dual = [(ALGORITHM, "aws:kms:dsse")];
        refuses(&dual, "NotImplemented", "Dual-layer");
        for unknown in ["aes:kms", "aws:fsx", "aes256", "AES128"] {
            let says = "The encryption method specified is not supported";
            refuses(&[(ALGORITHM, unknown)], "InvalidArgument", says);
        }
        let odd = [(ALGORITHM, "aws:kms"), (BUCKET_KEY, "yes")];
        refuses(&odd, "InvalidArgument", "true or false");
    }

    #[test]
    fn who_does_not_write_an_object_does_not_choose_its_encryption() {
        let asks = headers(&[(ALGORITHM, "AES256")]);
        let says = "x-amz-server-side-encryption header is not supported for this operation.";
        for refused in [of_read(&asks), of_part(&asks, Dialect::Aws)] {
            assert_eq!(refused.unwrap_err().message(), Some(says));
        }
        assert!(of_part(&asks, Dialect::Ceph).unwrap().is_none());
        assert!(of_read(&headers(&customer())).unwrap().is_some());
    }

    #[test]
    fn no_other_reader_sees_these_headers_and_none_prints_a_key() {
        let mut sent = headers(&customer());
        sent.insert("x-amz-meta-a", HeaderValue::from_static("b"));
        let verbatim = put_aside(&mut sent);
        assert_eq!(sent.len(), 1);
        assert_eq!(verbatim.len(), 4);
        assert!(!format!("{verbatim:?}").contains(KEY.0));
        assert!(of_read(&verbatim).unwrap().is_some());
    }
}
