//! Bad documents, and requests about what is not there.

use super::{Ground, Plain, Row, plain};

/// A parts list that names part 1, of which nothing came.
const PART_1: &str = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"x\"</ETag></Part>\
                      </CompleteMultipartUpload>";

/// A parts list out of order.
const PARTS_2_1: &str = "<CompleteMultipartUpload>\
     <Part><PartNumber>2</PartNumber><ETag>\"x\"</ETag></Part>\
     <Part><PartNumber>1</PartNumber><ETag>\"x\"</ETag></Part></CompleteMultipartUpload>";

/// A document that would grow by its entities.
const BOMB: &str = "<!DOCTYPE a [<!ENTITY b \"bbbb\">]><VersioningConfiguration>\
                    <Status>&b;</Status></VersioningConfiguration>";

/// Documents that are none.
pub(super) const DOCUMENTS: &[Plain] = plain! {
    "no state of versions": PUT "/photos?versioning" [] Some("") => 400 MissingRequestBodyError;
    "a broken state of versions": PUT "/photos?versioning" [] Some("<Versioning") => 400 MalformedXML;
    "another root": PUT "/photos?versioning" [] Some("<Tagging></Tagging>") => 400 MalformedXML;
    "a state of nobody": PUT "/photos?versioning" []
        Some("<VersioningConfiguration><Status>Off</Status></VersioningConfiguration>")
        => 400 IllegalVersioningConfigurationException;
    "entities": PUT "/photos?versioning" [] Some(BOMB) => 400 MalformedXML;
    "a deletion of a list without digest": POST "/photos?delete" []
        Some("<Delete><Object><Key>k</Key></Object></Delete>") => 400 InvalidRequest;
    "a deletion of a list of another digest": POST "/photos?delete"
        ["content-md5" = "XUFAKrxLKna5cZ2REBfFkg=="]
        Some("<Delete><Object><Key>k</Key></Object></Delete>") => 400 BadDigest;
    "a deletion of a list of a digest that is none": POST "/photos?delete" ["content-md5" = "none"]
        Some("<Delete><Object><Key>k</Key></Object></Delete>") => 400 InvalidDigest;
    "a deletion of a broken list": POST "/photos?delete" ["content-md5" = "RvHSZNY5IwcVPfIptCr5yw=="]
        Some("<Delete>") => 400 BadDigest;
    "a broken list of parts": POST "/photos/k?uploadId=UPLOAD" [] Some("<CompleteMultipart")
        => 400 MalformedXML;
    "a list of no parts": POST "/photos/k?uploadId=UPLOAD" []
        Some("<CompleteMultipartUpload></CompleteMultipartUpload>") => 400 MalformedXML;
    "a list of a part that did not come": POST "/photos/k?uploadId=UPLOAD" [] Some(PART_1)
        => 400 InvalidPart;
    "a list of parts out of order": POST "/photos/k?uploadId=UPLOAD" [] Some(PARTS_2_1)
        => 400 InvalidPartOrder;
    "a completion of no upload": POST "/photos/k?uploadId=nonsense" [] Some(PART_1) => 404 NoSuchUpload;
    "a bucket in no region": PUT "/other" []
        Some("<CreateBucketConfiguration><LocationConstraint>mars 1</LocationConstraint>\
              </CreateBucketConfiguration>") => 400 InvalidLocationConstraint;
    "a broken bucket": PUT "/other" [] Some("<CreateBucketConfiguration>") => 400 MalformedXML;
    "broken tags": PUT "/photos/k?tagging" [] Some("<Tagging>") => 400 MalformedXML;
    "tags that are none": PUT "/photos/k?tagging" [] Some("<Versioning></Versioning>")
        => 400 MalformedXML;
};

/// Requests about what is not there.
pub(super) const MISSING: &[Plain] = plain! {
    "a reading of no key": GET "/photos/none" [] None => 404 NoSuchKey;
    "a reading in no bucket": GET "/nowhere/k" [] None => 404 NoSuchBucket;
    "a list of no bucket": GET "/nowhere" [] None => 404 NoSuchBucket;
    "a writing in no bucket": PUT "/nowhere/k" [] Some("x") => 404 NoSuchBucket;
    "a deletion in no bucket": DELETE "/nowhere/k" [] None => 404 NoSuchBucket;
    "a deletion of no bucket": DELETE "/nowhere" [] None => 404 NoSuchBucket;
    "a deletion of a bucket that is not empty": DELETE "/photos" [] None => 409 BucketNotEmpty;
    "versions of no bucket": GET "/nowhere?versions" [] None => 404 NoSuchBucket;
    "the place of no bucket": GET "/nowhere?location" [] None => 404 NoSuchBucket;
    "the parts of no upload": GET "/photos/k?uploadId=nonsense" [] None => 404 NoSuchUpload;
    "the end of no upload": DELETE "/photos/k?uploadId=nonsense" [] None => 404 NoSuchUpload;
    "an upload in no bucket": POST "/nowhere/k?uploads" [] None => 404 NoSuchBucket;
    "the tags of no key": GET "/photos/none?tagging" [] None => 404 NoSuchKey;
    "the tags of no bucket": GET "/nowhere?tagging" [] None => 404 NoSuchBucket;
    "the tags of a bucket without": GET "/photos?tagging" [] None => 404 NoSuchTagSet;
    "the web site of a bucket without": GET "/photos?website" [] None
        => 404 NoSuchWebsiteConfiguration;
    "the rules of a bucket without": GET "/photos?cors" [] None => 404 NoSuchCORSConfiguration;
    "the policy of a bucket without": GET "/photos?policy" [] None => 404 NoSuchBucketPolicy;
    "the lives of a bucket without": GET "/photos?lifecycle" [] None
        => 404 NoSuchLifecycleConfiguration;
};

/// Documents that are too large.
pub(super) fn large(ground: &Ground) -> Vec<Row> {
    let of = |name, method, target: &str, body: String, code| {
        let request = ground.raw(method, target).body(body).signed();
        let resource = target.split('?').next().unwrap().to_owned();
        Row {
            name,
            request,
            status: 400,
            code,
            resource,
        }
    };
    let padding = " ".repeat(3 * 1_024 * 1_024);
    let too_large = "MaxMessageLengthExceeded";
    vec![
        of(
            "much about versions",
            "PUT",
            "/photos?versioning",
            padding.clone(),
            too_large,
        ),
        of(
            "much about parts",
            "POST",
            "/photos/k?uploadId=UPLOAD",
            padding.clone(),
            too_large,
        ),
        of(
            "much to delete",
            "POST",
            "/photos?delete",
            padding.clone(),
            too_large,
        ),
        of(
            "much about tags",
            "PUT",
            "/photos/k?tagging",
            padding,
            too_large,
        ),
    ]
}
