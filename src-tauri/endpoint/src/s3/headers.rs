//! Headers that operations read by S3's rules: conditions, ranges, and what is stored with an object.

use hyper::HeaderMap;
use s3s::{S3Result, s3_error};
use stave_model::{
    ByteRange, Conditions, ETagCondition, ObjectHeaders, StorageClass, Timestamp, UserMetadata,
};

/// User metadata, names and values together, is at most so large.
const METADATA_MAX_BYTES: usize = 2 * 1_024;

/// The storage classes that S3 names.
const STORAGE_CLASSES: [&str; 11] = [
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "OUTPOSTS",
    "GLACIER_IR",
    "SNOW",
    "EXPRESS_ONEZONE",
];

/// The names of the four conditional headers.
pub(super) struct ConditionNames {
    matches: &'static str,
    none_match: &'static str,
    modified_since: &'static str,
    unmodified_since: &'static str,
}

/// Conditions of the object that a request names.
pub(super) const OF_TARGET: ConditionNames = ConditionNames {
    matches: "if-match",
    none_match: "if-none-match",
    modified_since: "if-modified-since",
    unmodified_since: "if-unmodified-since",
};

/// Conditions of the source of a copy.
pub(super) const OF_SOURCE: ConditionNames = ConditionNames {
    matches: "x-amz-copy-source-if-match",
    none_match: "x-amz-copy-source-if-none-match",
    modified_since: "x-amz-copy-source-if-modified-since",
    unmodified_since: "x-amz-copy-source-if-unmodified-since",
};

/// Returns the text of a header; an empty one is as good as none.
pub(super) fn text<'h>(headers: &'h HeaderMap, name: &str) -> S3Result<Option<&'h str>> {
    let Some(value) = headers.get(name) else {
        return Ok(None);
    };
    let text = std::str::from_utf8(value.as_bytes())
        .map_err(|e| s3_error!(e, InvalidArgument, "The header {name} is not UTF-8."))?;
    Ok((!text.is_empty()).then_some(text))
}

fn owned(headers: &HeaderMap, name: &str) -> S3Result<Option<String>> {
    Ok(text(headers, name)?.map(str::to_owned))
}

/// Reads conditions. A date that is none is ignored, as HTTP demands.
pub(super) fn conditions(headers: &HeaderMap, names: &ConditionNames) -> S3Result<Conditions> {
    let etags = |name| text(headers, name).map(|tags| tags.map(ETagCondition::parse));
    let date = |name| text(headers, name).map(|date| date.and_then(http_date));
    Ok(Conditions {
        if_match: etags(names.matches)?,
        if_none_match: etags(names.none_match)?,
        if_modified_since: date(names.modified_since)?,
        if_unmodified_since: date(names.unmodified_since)?,
    })
}

/// Parses a date as HTTP writes it.
fn http_date(text: &str) -> Option<Timestamp> {
    let date = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    Some(Timestamp::from_millis(date.timestamp_millis()))
}

/// Reads the range of a GET; one that is none is ignored, as HTTP demands.
pub(super) fn range(headers: &HeaderMap) -> S3Result<Option<ByteRange>> {
    Ok(text(headers, "range")?.and_then(ByteRange::parse))
}

/// Reads the range of a part copy, which must be `bytes=first-last`.
pub(super) fn copy_source_range(headers: &HeaderMap) -> S3Result<Option<ByteRange>> {
    let Some(value) = text(headers, "x-amz-copy-source-range")? else {
        return Ok(None);
    };
    match ByteRange::parse(value) {
        Some(range @ ByteRange::FromTo { last: Some(_), .. }) => Ok(Some(range)),
        _ => Err(s3_error!(
            InvalidArgument,
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first \
             and last are the zero-based offsets of the first and last bytes to copy"
        )),
    }
}

/// Reads the headers that are stored with an object.
pub(super) fn object_headers(headers: &HeaderMap) -> S3Result<ObjectHeaders> {
    Ok(ObjectHeaders {
        content_type: owned(headers, "content-type")?,
        cache_control: owned(headers, "cache-control")?,
        content_disposition: owned(headers, "content-disposition")?,
        content_encoding: content_encoding(headers)?,
        content_language: owned(headers, "content-language")?,
        expires: owned(headers, "expires")?,
        website_redirect: owned(headers, "x-amz-website-redirect-location")?,
        storage_class: storage_class(headers)?,
    })
}

/// `aws-chunked` says how the body travels, not how the object is encoded: it is not stored.
fn content_encoding(headers: &HeaderMap) -> S3Result<Option<String>> {
    let Some(value) = text(headers, "content-encoding")? else {
        return Ok(None);
    };
    let is_chunked = |coding: &str| coding.eq_ignore_ascii_case("aws-chunked");
    let codings = || value.split(',').map(str::trim);
    if !codings().any(is_chunked) {
        return Ok(Some(value.to_owned()));
    }
    let kept: Vec<&str> = codings()
        .filter(|coding| !is_chunked(coding) && !coding.is_empty())
        .collect();
    Ok((!kept.is_empty()).then(|| kept.join(", ")))
}

fn storage_class(headers: &HeaderMap) -> S3Result<StorageClass> {
    match text(headers, "x-amz-storage-class")? {
        None => Ok(StorageClass::default()),
        Some(class) if STORAGE_CLASSES.contains(&class) => Ok(StorageClass(class.to_owned())),
        Some(_) => Err(s3_error!(
            InvalidStorageClass,
            "The storage class you specified is not valid"
        )),
    }
}

/// Checks the user metadata that s3s has read.
pub(super) fn user_metadata(metadata: Option<s3s::dto::Metadata>) -> S3Result<UserMetadata> {
    let metadata: UserMetadata = metadata.unwrap_or_default().into_iter().collect();
    let bytes: usize = metadata
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if bytes > METADATA_MAX_BYTES {
        return Err(s3_error!(
            MetadataTooLarge,
            "Your metadata headers exceed the maximum allowed metadata size"
        ));
    }
    Ok(metadata)
}

/// Returns the length of the bytes that will be stored: in chunks they travel in more.
pub(super) fn body_length(headers: &HeaderMap) -> S3Result<u64> {
    let chunked =
        text(headers, "x-amz-content-sha256")?.is_some_and(|v| v.starts_with("STREAMING-"));
    let name = if chunked {
        "x-amz-decoded-content-length"
    } else {
        "content-length"
    };
    let length = text(headers, name)?.ok_or_else(|| {
        s3_error!(
            MissingContentLength,
            "You must provide the Content-Length HTTP header."
        )
    })?;
    length
        .parse()
        .map_err(|e: std::num::ParseIntError| s3_error!(e, InvalidArgument, "{name} is no number"))
}

/// Returns whether the client waits to be asked for the body.
pub(super) fn expects_to_be_asked(headers: &HeaderMap) -> bool {
    let expect = headers.get("expect");
    expect.is_some_and(|e| e.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::{HeaderName, HeaderValue};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs
            .map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)))
            .collect()
    }

    #[track_caller]
    fn stores_encoding(sent: &'static str, stored: Option<&str>) {
        let stored_headers = object_headers(&headers(&[("content-encoding", sent)])).unwrap();
        assert_eq!(
            stored_headers.content_encoding.as_deref(),
            stored,
            "{sent:?}"
        );
    }

    #[test]
    fn aws_chunked_is_no_encoding_of_an_object() {
        stores_encoding("aws-chunked", None);
        stores_encoding("aws-chunked,gzip", Some("gzip"));
        stores_encoding("gzip, aws-chunked", Some("gzip"));
        stores_encoding("gzip", Some("gzip"));
        stores_encoding("deflate, gzip", Some("deflate, gzip"));
        stores_encoding("deflate,gzip", Some("deflate,gzip"));
        stores_encoding("deflate,aws-chunked,gzip", Some("deflate, gzip"));
        stores_encoding("", None);
    }

    #[test]
    fn conditions_are_read_as_http_writes_them() {
        let read = conditions(
            &headers(&[
                ("if-match", "\"a\", \"b\""),
                ("if-modified-since", "Sun, 06 Nov 1994 08:49:37 GMT"),
                ("if-unmodified-since", "yesterday"),
            ]),
            &OF_TARGET,
        )
        .unwrap();
        assert_eq!(read.if_match, Some(ETagCondition::parse("a,b")));
        let since = Timestamp::from_millis(784_111_777_000);
        assert_eq!(read.if_modified_since, Some(since));
        assert_eq!(read.if_unmodified_since, None);
    }

    #[test]
    fn the_range_of_a_part_copy_has_two_ends() {
        let range = |v| copy_source_range(&headers(&[("x-amz-copy-source-range", v)]));
        assert!(range("bytes=0-9").unwrap().is_some());
        for bad in ["bytes=0-", "bytes=-9", "0-9", "bytes=9-0", "bytes=a-b"] {
            assert!(range(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_length_is_that_of_the_stored_bytes() {
        let plain = headers(&[("content-length", "10")]);
        assert_eq!(body_length(&plain).unwrap(), 10);
        let chunked = headers(&[
            ("content-length", "90"),
            ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
            ("x-amz-decoded-content-length", "10"),
        ]);
        assert_eq!(body_length(&chunked).unwrap(), 10);
        assert!(body_length(&headers(&[])).is_err());
    }
}
