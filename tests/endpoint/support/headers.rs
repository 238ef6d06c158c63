//! Headers that ask for something, on a request each, and what is answered.

use super::Support::{self, Answered, Partly, Refused};

/// One header of a request.
pub struct Header {
    /// Its name.
    pub name: &'static str,
    /// A value.
    pub value: &'static str,
    /// Method and target of the request that carries it.
    pub request: &'static str,
    /// The status of the answer, and the code where it is a refusal.
    pub answer: &'static str,
    /// What can be said of it.
    pub support: Support,
}

const fn on(
    request: &'static str,
    name: &'static str,
    value: &'static str,
    answer: &'static str,
    support: Support,
) -> Header {
    Header {
        name,
        value,
        request,
        answer,
        support,
    }
}

const PUT: &str = "PUT /photos/h";
const GET: &str = "GET /photos/k";
const COPY: &str = "PUT /photos/copy";

/// The headers of a customer's key, without what they are for.
const CUSTOMER: [(&str, &str); 3] = [
    ("-server-side-encryption-customer-algorithm", "AES256"),
    (
        "-server-side-encryption-customer-key",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    ),
    (
        "-server-side-encryption-customer-key-md5",
        "tP/LI3N87DFaSk0aoqYgzg==",
    ),
];

/// Returns the headers without which another means nothing.
pub fn beside(name: &str) -> Vec<(String, &'static str)> {
    const METHOD: &str = "x-amz-server-side-encryption";
    if let Some((start, _)) = name.split_once("-server-side-encryption-customer-") {
        let customer = CUSTOMER.map(|(end, value)| (format!("{start}{end}"), value));
        let mut beside = Vec::from(customer);
        beside.retain(|(other, _)| other != name);
        if start.ends_with("-source") {
            beside.push(("x-amz-copy-source".to_owned(), "/photos/sealed"));
        }
        return beside;
    }
    if name.starts_with(METHOD) && name != METHOD {
        return vec![(METHOD.to_owned(), "aws:kms")];
    }
    Vec::new()
}
const LATER: Support = Refused("not built yet");

/// All of them, by what they are about.
pub const HEADERS: &[Header] = &[
    // Digests.
    on(
        PUT,
        "content-md5",
        "XUFAKrxLKna5cZ2REBfFkg==",
        "200",
        Answered(""),
    ),
    on(PUT, "x-amz-checksum-crc32", "NhCmhg==", "200", Answered("")),
    on(
        PUT,
        "x-amz-checksum-crc32c",
        "mnG7TA==",
        "200",
        Answered(""),
    ),
    on(
        PUT,
        "x-amz-checksum-crc64nvme",
        "M3eFcAZSQlc=",
        "200",
        Answered(""),
    ),
    on(
        PUT,
        "x-amz-checksum-sha1",
        "qvTGHdzF6KLavt4PO0gs2a6pQ00=",
        "200",
        Answered(""),
    ),
    on(
        PUT,
        "x-amz-checksum-sha256",
        "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
        "200",
        Answered(""),
    ),
    on(
        PUT,
        "x-amz-sdk-checksum-algorithm",
        "CRC32",
        "200",
        Answered(""),
    ),
    on(GET, "x-amz-checksum-mode", "ENABLED", "200", Answered("")),
    // Conditions and ranges.
    on(
        GET,
        "if-match",
        "\"0\"",
        "412 PreconditionFailed",
        Answered(""),
    ),
    on(
        GET,
        "if-none-match",
        "\"d41d8cd98f00b204e9800998ecf8427e\"",
        "304",
        Answered(""),
    ),
    on(
        GET,
        "if-modified-since",
        "Fri, 01 Jan 2100 00:00:00 GMT",
        "304",
        Answered(""),
    ),
    on(
        GET,
        "if-unmodified-since",
        "Thu, 01 Jan 1970 00:00:01 GMT",
        "412 PreconditionFailed",
        Answered(""),
    ),
    on(
        "PUT /photos/k",
        "if-none-match",
        "*",
        "412 PreconditionFailed",
        Answered(""),
    ),
    on(
        GET,
        "range",
        "bytes=5-2",
        "200",
        Answered("a range that makes no sense is ignored, one beyond the end is InvalidRange"),
    ),
    // What travels with an object.
    on(PUT, "cache-control", "no-cache", "200", Answered("")),
    on(PUT, "content-disposition", "inline", "200", Answered("")),
    on(PUT, "content-encoding", "gzip", "200", Answered("")),
    on(PUT, "content-language", "de", "200", Answered("")),
    on(PUT, "content-type", "text/plain", "200", Answered("")),
    on(
        PUT,
        "expires",
        "Fri, 01 Jan 2100 00:00:00 GMT",
        "200",
        Answered(""),
    ),
    on(PUT, "x-amz-meta-a", "b", "200", Answered("")),
    on(
        PUT,
        "x-amz-website-redirect-location",
        "/other",
        "200",
        Answered(""),
    ),
    on(
        PUT,
        "x-amz-storage-class",
        "STANDARD_IA",
        "200",
        Partly("kept and told; all classes are one disk"),
    ),
    on(PUT, "x-amz-tagging", "a=b", "200", Answered("")),
    // Who may.
    on(PUT, "x-amz-acl", "private", "200", Answered("")),
    on(
        PUT,
        "x-amz-acl",
        "public-read",
        "400 AccessControlListNotSupported",
        Refused("where the bucket's object ownership is BucketOwnerEnforced, S3's default"),
    ),
    on(
        PUT,
        "x-amz-expected-bucket-owner",
        "admin",
        "200",
        Answered(""),
    ),
    on(PUT, "x-amz-request-payer", "requester", "200", Answered("")),
    on(PUT, "x-amz-mfa", "1 2", "501 NotImplemented", LATER),
    // Encryption.
    on(
        PUT,
        "x-amz-server-side-encryption",
        "AES256",
        "200",
        Answered(""),
    ),
    on(
        PUT,
        "x-amz-server-side-encryption",
        "aws:kms",
        "200",
        Answered(""),
    ),
    on(
        PUT,
        "x-amz-server-side-encryption",
        "aws:kms:dsse",
        "501 NotImplemented",
        Refused("two layers would claim two independent implementations"),
    ),
    on(
        PUT,
        "x-amz-server-side-encryption-aws-kms-key-id",
        "alias/aws/s3",
        "200",
        Answered("with `aws:kms`: an id, an alias, or the ARN of either"),
    ),
    on(
        PUT,
        "x-amz-server-side-encryption-context",
        "eyJhIjoiYiJ9",
        "200",
        Answered("with `aws:kms`"),
    ),
    on(
        PUT,
        "x-amz-server-side-encryption-bucket-key-enabled",
        "true",
        "200",
        Answered("with `aws:kms`"),
    ),
    on(
        PUT,
        "x-amz-server-side-encryption-customer-algorithm",
        "AES256",
        "200",
        Answered("with the two below"),
    ),
    on(
        PUT,
        "x-amz-server-side-encryption-customer-key",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "200",
        Partly("over plain HTTP too, which AWS refuses: the endpoint is on loopback"),
    ),
    on(
        PUT,
        "x-amz-server-side-encryption-customer-key-md5",
        "tP/LI3N87DFaSk0aoqYgzg==",
        "200",
        Answered(""),
    ),
    on(
        COPY,
        "x-amz-copy-source-server-side-encryption-customer-algorithm",
        "AES256",
        "200",
        Answered("with the key and its MD5, as above"),
    ),
    // Locks.
    on(
        PUT,
        "x-amz-object-lock-mode",
        "GOVERNANCE",
        "501 NotImplemented",
        LATER,
    ),
    on(
        PUT,
        "x-amz-object-lock-legal-hold",
        "ON",
        "501 NotImplemented",
        LATER,
    ),
    on(
        "PUT /locked",
        "x-amz-bucket-object-lock-enabled",
        "true",
        "501 NotImplemented",
        LATER,
    ),
    // Directory buckets.
    on(
        PUT,
        "x-amz-write-offset-bytes",
        "0",
        "501 NotImplemented",
        Refused("for directory buckets"),
    ),
];
