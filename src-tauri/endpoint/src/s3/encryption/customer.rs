//! The key of a customer: SSE-C. Three headers, all or none.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use s3s::crypto::{Checksum as _, Md5};
use s3s::{S3Error, S3Result, s3_error};
use secrecy::{ExposeSecret as _, SecretSlice};
use stave_store::CustomerKey;
use subtle::ConstantTimeEq as _;

use crate::s3::headers::text;

/// The one algorithm.
const AES256: &str = "AES256";

/// The headers that carry a key.
pub(super) struct Names {
    pub(super) algorithm: &'static str,
    pub(super) key: &'static str,
    pub(super) md5: &'static str,
}

/// Of the object that is written or read.
pub(super) const OF_OBJECT: Names = Names {
    algorithm: "x-amz-server-side-encryption-customer-algorithm",
    key: "x-amz-server-side-encryption-customer-key",
    md5: "x-amz-server-side-encryption-customer-key-md5",
};

/// Of the source of a copy.
pub(super) const OF_SOURCE: Names = Names {
    algorithm: "x-amz-copy-source-server-side-encryption-customer-algorithm",
    key: "x-amz-copy-source-server-side-encryption-customer-key",
    md5: "x-amz-copy-source-server-side-encryption-customer-key-md5",
};

/// Reads a key; `None` where none of its headers is there.
pub(super) fn key(headers: &HeaderMap, names: &Names) -> S3Result<Option<CustomerKey>> {
    let algorithm = text(headers, names.algorithm)?;
    let key = text(headers, names.key)?;
    let md5 = text(headers, names.md5)?;
    if (algorithm, key, md5) == (None, None, None) {
        return Ok(None);
    }
    let algorithm = algorithm.ok_or_else(|| incomplete("provide a valid encryption algorithm."))?;
    if algorithm != AES256 {
        return Err(s3_error!(
            InvalidEncryptionAlgorithmError,
            "The Encryption request you specified is not valid. Supported value: AES256."
        ));
    }
    let key = key.ok_or_else(|| incomplete("provide an appropriate secret key."))?;
    let md5 =
        md5.ok_or_else(|| incomplete("provide the client calculated MD5 of the secret key."))?;
    let key = decoded(key)?;
    let told = STANDARD.decode(md5).unwrap_or_default();
    if !bool::from(Md5::checksum(key.expose()).ct_eq(told.as_slice())) {
        return Err(s3_error!(
            InvalidArgument,
            "The calculated MD5 hash of the key did not match the hash that was provided."
        ));
    }
    Ok(Some(key))
}

fn decoded(text: &str) -> S3Result<CustomerKey> {
    let bytes: SecretSlice<u8> = STANDARD.decode(text).unwrap_or_default().into();
    let key = <[u8; 32]>::try_from(bytes.expose_secret());
    key.map(CustomerKey::new).map_err(|_| {
        s3_error!(
            InvalidArgument,
            "The secret key was invalid for the specified algorithm."
        )
    })
}

fn incomplete(must: &str) -> S3Error {
    s3_error!(
        InvalidArgument,
        "Requests specifying Server Side Encryption with Customer provided keys must {must}"
    )
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const MD5: &str = "tP/LI3N87DFaSk0aoqYgzg==";

    fn read(algorithm: &str, key: &str, md5: &str) -> S3Result<Option<CustomerKey>> {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (OF_SOURCE.algorithm, algorithm),
            (OF_SOURCE.key, key),
            (OF_SOURCE.md5, md5),
        ] {
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        }
        super::key(&headers, &OF_SOURCE)
    }

    #[track_caller]
    fn refuses((algorithm, key, md5): (&str, &str, &str), code: &str, says: &str) {
        let error = read(algorithm, key, md5).unwrap_err();
        assert_eq!(error.code().as_str(), code);
        assert!(error.message().unwrap_or_default().contains(says));
    }

    #[test]
    fn a_key_is_taken_with_its_digest() {
        let key = read("AES256", KEY, MD5).unwrap().unwrap();
        assert_eq!(key.expose()[..3], [0, 1, 2]);
        assert!(read("", "", "").unwrap().is_none());
    }

    #[test]
    fn half_a_key_is_none() {
        let argument = "InvalidArgument";
        refuses(("", KEY, MD5), argument, "a valid encryption algorithm");
        refuses(("AES256", "", MD5), argument, "an appropriate secret key");
        refuses(("AES256", KEY, ""), argument, "the client calculated MD5");
        let unknown = "InvalidEncryptionAlgorithmError";
        refuses(("AES128", KEY, MD5), unknown, "Supported value: AES256");
        let wrong = "did not match the hash";
        refuses(("AES256", KEY, "AAAAAAAAAAAAAAAAAAAAAA=="), argument, wrong);
        refuses(("AES256", KEY, "no base64"), argument, wrong);
        let invalid = "The secret key was invalid";
        refuses(("AES256", "AAEC", MD5), argument, invalid);
        refuses(("AES256", "no base64", MD5), argument, invalid);
    }
}
