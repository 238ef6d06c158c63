//! Bad methods, names, queries and headers.

use super::{Ground, Plain, Row, plain};

/// Methods and sub-resources that are not there.
pub(super) const PLACES: &[Plain] = plain! {
    "a patch": PATCH "/photos/k" [] None => 405 MethodNotAllowed;
    "a trace": TRACE "/photos/k" [] None => 405 MethodNotAllowed;
    "a method of nobody": BREW "/photos/k" [] None => 405 MethodNotAllowed;
    "a put of everything": PUT "/" [] Some("") => 405 MethodNotAllowed;
    "a deletion of everything": DELETE "/" [] None => 405 MethodNotAllowed;
    "a post to everything": POST "/" [] Some("") => 405 MethodNotAllowed;
    "a post that is no form": POST "/photos" [] Some("key=k") => 412 PreconditionFailed;
    "a session": GET "/photos?session" [] None => 501 NotImplemented;
    "a rename": PUT "/photos/k?renameObject" [] Some("") => 501 NotImplemented;
    "a metadata table": POST "/photos?metadataConfiguration" [] Some("") => 501 NotImplemented;
    "a form with a signed head": POST "/photos" ["content-type" = "multipart/form-data; boundary=b"]
        Some("") => 400 InvalidArgument;
};

/// Names of buckets and keys.
pub(super) const NAMES: &[Plain] = plain! {
    "a bucket of capitals": PUT "/Photos" [] Some("") => 400 InvalidBucketName;
    "a short bucket": PUT "/ab" [] Some("") => 400 InvalidBucketName;
    "a bucket that is an address": PUT "/192.168.0.1" [] Some("") => 400 InvalidBucketName;
    "a bucket of two dots": PUT "/a..b" [] Some("") => 400 InvalidBucketName;
    "a bucket that begins with a hyphen": PUT "/-photos" [] Some("") => 400 InvalidBucketName;
    "a bucket with a space": PUT "/pho%20tos" [] Some("") => 400 InvalidBucketName;
    "a bucket with an underscore": PUT "/pho_tos" [] Some("") => 400 InvalidBucketName;
    "a long bucket": PUT "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" [] Some("")
        => 400 InvalidBucketName;
    "a reading of a bucket that cannot be": GET "/Photos/k" [] None => 400 InvalidBucketName;
    "a key that is not UTF-8": GET "/photos/%FF" [] None => 400 InvalidURI;
};

/// Values in queries.
pub(super) const QUERIES: &[Plain] = plain! {
    "a page of less than nothing": GET "/photos?max-keys=-1" [] None => 400 InvalidArgument;
    "a page of words": GET "/photos?max-keys=many" [] None => 400 InvalidArgument;
    "a second kind of page of less than nothing": GET "/photos?list-type=2&max-keys=-1" [] None
        => 400 InvalidArgument;
    "a page of more than there is": GET "/photos?list-type=2&max-keys=2147483648" [] None
        => 400 InvalidArgument;
    "a page of versions of less than nothing": GET "/photos?versions&max-keys=-1" [] None
        => 400 InvalidArgument;
    "a page of uploads of less than nothing": GET "/photos?uploads&max-uploads=-1" [] None
        => 400 InvalidArgument;
    "a page of parts of less than nothing": GET "/photos/k?uploadId=UPLOAD&max-parts=-1" [] None
        => 400 InvalidArgument;
    "a place among parts that is none": GET "/photos/k?uploadId=UPLOAD&part-number-marker=a" [] None
        => 400 InvalidArgument;
    "an encoding that is none": GET "/photos?encoding-type=xml" [] None => 400 InvalidArgument;
    "an encoding of versions that is none": GET "/photos?versions&encoding-type=xml" [] None
        => 400 InvalidArgument;
    "a token that is none": GET "/photos?list-type=2&continuation-token=%2A" [] None
        => 400 InvalidArgument;
    "a version among nothing": GET "/photos?versions&version-id-marker=null" [] None
        => 400 InvalidArgument;
    "a version that is none": GET "/photos/k?versionId=%20" [] None => 400 InvalidArgument;
    "a version without a name": GET "/photos/k?versionId=" [] None => 400 InvalidArgument;
    "a version that is not there": GET "/photos/k?versionId=nonsense" [] None => 404 NoSuchVersion;
    "a deletion of a version that is none": DELETE "/photos/k?versionId=%20" [] None
        => 400 InvalidArgument;
    "part nought": GET "/photos/k?partNumber=0" [] None => 400 InvalidArgument;
    "a part below nought": GET "/photos/k?partNumber=-1" [] None => 400 InvalidArgument;
    "part ten thousand and one": GET "/photos/k?partNumber=10001" [] None => 400 InvalidArgument;
    "a part in words": GET "/photos/k?partNumber=one" [] None => 400 InvalidArgument;
    "a part that is not there": GET "/photos/k?partNumber=2" [] None => 416 InvalidPartNumber;
    "an upload of part nought": PUT "/photos/k?partNumber=0&uploadId=UPLOAD" [] Some("x")
        => 400 InvalidArgument;
    "an upload of part ten thousand and one": PUT "/photos/k?partNumber=10001&uploadId=UPLOAD" []
        Some("x") => 400 InvalidArgument;
    "an upload of a part in words": PUT "/photos/k?partNumber=one&uploadId=UPLOAD" [] Some("x")
        => 400 InvalidArgument;
    "a part of no upload": PUT "/photos/k?partNumber=1&uploadId=nonsense" [] Some("x")
        => 404 NoSuchUpload;
    "a part of an upload of another key": PUT "/photos/l?partNumber=1&uploadId=UPLOAD" [] Some("x")
        => 404 NoSuchUpload;
};

/// Values in headers.
pub(super) const HEADERS: &[Plain] = plain! {
    "a storage class of nobody": PUT "/photos/l" ["x-amz-storage-class" = "COLD"] Some("x")
        => 400 InvalidStorageClass;
    "a list of nobody": PUT "/photos/l" ["x-amz-acl" = "everyone"] Some("x") => 400 InvalidArgument;
    "tags that stand twice": PUT "/photos/l" ["x-amz-tagging" = "a=1&a=2"] Some("x")
        => 400 InvalidArgument;
    "eleven tags": PUT "/photos/l" ["x-amz-tagging" = "a=&b=&c=&d=&e=&f=&g=&h=&i=&j=&k="] Some("x")
        => 400 BadRequest;
    "a tag of Amazon's": PUT "/photos/l" ["x-amz-tagging" = "aws%3Aa=1"] Some("x") => 400 InvalidTag;
    "a tag without a name": PUT "/photos/l" ["x-amz-tagging" = "=1"] Some("x") => 400 InvalidTag;
    "a tag of a bad letter": PUT "/photos/l" ["x-amz-tagging" = "a=%3C"] Some("x") => 400 InvalidTag;
    "a range behind the end": GET "/photos/k" ["range" = "bytes=5-"] None => 416 InvalidRange;
    "a range of nothing": GET "/photos/k" ["range" = "bytes=-0"] None => 416 InvalidRange;
    "a range and a part": GET "/photos/k?partNumber=1" ["range" = "bytes=0-1"] None
        => 400 InvalidRequest;
};

/// Conditions that do not hold.
pub(super) const CONDITIONS: &[Plain] = plain! {
    "a reading of another": GET "/photos/k" ["if-match" = "\"other\""] None => 412 PreconditionFailed;
    "a reading of an older": GET "/photos/k" ["if-unmodified-since" = "Sun, 06 Nov 1994 08:49:37 GMT"]
        None => 412 PreconditionFailed;
    "a writing over what is there": PUT "/photos/k" ["if-none-match" = "*"] Some("x")
        => 412 PreconditionFailed;
    "a writing over another": PUT "/photos/k" ["if-match" = "\"other\""] Some("x")
        => 412 PreconditionFailed;
    "a writing over what is not there": PUT "/photos/l" ["if-match" = "\"other\""] Some("x")
        => 404 NoSuchKey;
    "a deletion of another": DELETE "/photos/k" ["if-match" = "\"other\""] None
        => 412 PreconditionFailed;
};

/// Copies of what cannot be copied.
pub(super) const COPIES: &[Plain] = plain! {
    "a copy of a bucket": PUT "/photos/l" ["x-amz-copy-source" = "photos"] Some("") => 400 InvalidArgument;
    "a copy of nothing": PUT "/photos/l" ["x-amz-copy-source" = "photos/none"] Some("") => 404 NoSuchKey;
    "a copy from nowhere": PUT "/photos/l" ["x-amz-copy-source" = "nowhere/k"] Some("")
        => 404 NoSuchBucket;
    "a copy onto itself": PUT "/photos/k" ["x-amz-copy-source" = "photos/k"] Some("")
        => 400 InvalidRequest;
    "a copy of a version that is not there": PUT "/photos/l"
        ["x-amz-copy-source" = "photos/k?versionId=nonsense"] Some("") => 404 NoSuchVersion;
    "a copy of another": PUT "/photos/l"
        ["x-amz-copy-source" = "photos/k", "x-amz-copy-source-if-match" = "\"other\""] Some("")
        => 412 PreconditionFailed;
    "a copy with a directive of nobody": PUT "/photos/l"
        ["x-amz-copy-source" = "photos/k", "x-amz-metadata-directive" = "FORGET"] Some("")
        => 400 InvalidArgument;
    "a copy with a directive for tags of nobody": PUT "/photos/l"
        ["x-amz-copy-source" = "photos/k", "x-amz-tagging-directive" = "FORGET"] Some("")
        => 400 InvalidArgument;
    "a part copied from a range without end": PUT "/photos/k?partNumber=1&uploadId=UPLOAD"
        ["x-amz-copy-source" = "photos/k", "x-amz-copy-source-range" = "bytes=0-"] Some("")
        => 400 InvalidArgument;
    "a part copied from a range that is none": PUT "/photos/k?partNumber=1&uploadId=UPLOAD"
        ["x-amz-copy-source" = "photos/k", "x-amz-copy-source-range" = "0-1"] Some("")
        => 400 InvalidArgument;
};

/// Bodies that are not what is said of them.
pub(super) const BODIES: &[Plain] = plain! {
    "a body of no length": PUT "/photos/l" [] None => 411 MissingContentLength;
    "a body of six gigabytes": PUT "/photos/l" ["content-length" = "6442450944"] None
        => 400 EntityTooLarge;
    "another MD5": PUT "/photos/l" ["content-md5" = "XUFAKrxLKna5cZ2REBfFkg=="] Some("x") => 400 BadDigest;
    "an MD5 that is none": PUT "/photos/l" ["content-md5" = "none"] Some("x") => 400 InvalidDigest;
    "a short MD5": PUT "/photos/l" ["content-md5" = "AAAA"] Some("x") => 400 InvalidDigest;
    "another CRC": PUT "/photos/l" ["x-amz-checksum-crc32" = "AAAAAA=="] Some("x") => 400 BadDigest;
    "a CRC that is none": PUT "/photos/l" ["x-amz-checksum-crc32" = "no"] Some("x") => 400 InvalidRequest;
    "a CRC that is long": PUT "/photos/l" ["x-amz-checksum-crc32" = "AAAAAAAAAAA="] Some("x")
        => 400 InvalidRequest;
    "another SHA": PUT "/photos/l"
        ["x-amz-checksum-sha256" = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="] Some("x")
        => 400 BadDigest;
    "two checksums": PUT "/photos/l"
        ["x-amz-checksum-crc32" = "AAAAAA==", "x-amz-checksum-crc32c" = "AAAAAA=="] Some("x")
        => 400 InvalidRequest;
    "a checksum of nobody": PUT "/photos/l" ["x-amz-sdk-checksum-algorithm" = "MD4"] Some("x")
        => 400 InvalidRequest;
    "a part of another CRC": PUT "/photos/k?partNumber=1&uploadId=UPLOAD"
        ["x-amz-checksum-crc32" = "AAAAAA=="] Some("x") => 400 BadDigest;
    "a part of another MD5": PUT "/photos/k?partNumber=1&uploadId=UPLOAD"
        ["content-md5" = "XUFAKrxLKna5cZ2REBfFkg=="] Some("x") => 400 BadDigest;
    "a part of no length": PUT "/photos/k?partNumber=1&uploadId=UPLOAD" [] None
        => 411 MissingContentLength;
};

/// What is too long.
pub(super) fn long(ground: &Ground) -> Vec<Row> {
    let row = |name, target: String, header: &str, code| {
        let mut request = ground.raw("PUT", &target).body("x");
        if !header.is_empty() {
            request = request.with("x-amz-meta-a", header);
        }
        Row {
            name,
            request: request.signed(),
            status: 400,
            code,
            resource: target,
        }
    };
    let key = |length: usize| format!("/photos/{}", "k".repeat(length));
    let mut target = row("a long target", key(9_000), "", "InvalidURI");
    target.status = 414;
    vec![
        target,
        row("a long key", key(1_025), "", "KeyTooLongError"),
        row(
            "much metadata",
            key(1),
            &"m".repeat(2_048),
            "MetadataTooLarge",
        ),
        row(
            "long headers",
            key(1),
            &"m".repeat(17_000),
            "RequestHeaderSectionTooLarge",
        ),
    ]
}
