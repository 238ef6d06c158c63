//! What GET and HEAD have in common.

use hyper::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG,
    EXPIRES, HeaderName, HeaderValue, LAST_MODIFIED,
};
use hyper::{HeaderMap, StatusCode, Uri};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};
use stave_model::{Checksum, Conditions, ObjectHeaders, ResolvedRange, Version, Versioning};
use stave_store::{Error, GetObject};

use super::Operations;
use crate::s3::checksums::Told;
use crate::s3::convert::{length, object_ref, part_number, told_version};
use crate::s3::encryption;
use crate::s3::errors::{from_store, with_headers};
use crate::s3::headers::{OF_TARGET, conditions, range, text};
use crate::s3::query::Query;
use crate::s3::tagging::told_count;
use crate::s3::verified::Caller;

/// What S3 answers where the writer named no type.
const DEFAULT_TYPE: &str = "binary/octet-stream";

const WEBSITE_REDIRECT: HeaderName = HeaderName::from_static("x-amz-website-redirect-location");

/// What a reader may want to be told otherwise, and the header that says it.
const OVERRIDES: [(&str, HeaderName); 6] = [
    ("response-content-type", CONTENT_TYPE),
    ("response-content-language", CONTENT_LANGUAGE),
    ("response-expires", EXPIRES),
    ("response-cache-control", CACHE_CONTROL),
    ("response-content-disposition", CONTENT_DISPOSITION),
    ("response-content-encoding", CONTENT_ENCODING),
];

/// Turns the input of a GET or a HEAD into the store's words.
pub(super) fn reads(
    headers: &HeaderMap,
    bucket: &str,
    key: &str,
    version: Option<&str>,
    part: Option<i32>,
) -> S3Result<GetObject> {
    let range = range(headers)?;
    let part = part.map(part_number).transpose()?;
    if range.is_some() && part.is_some() {
        return Err(s3_error!(
            InvalidRequest,
            "Cannot specify both Range header and partNumber query parameter"
        ));
    }
    Ok(GetObject {
        object: object_ref(bucket, key, version)?,
        range,
        part,
        conditions: conditions(headers, &OF_TARGET)?,
        customer_key: encryption::of_read(headers)?,
    })
}

/// Lets a reader be told otherwise what is stored only if they signed that they want it: what is public
/// stays of the type that its owner gave it.
pub(super) fn check_overrides(caller: &Caller, uri: &Uri) -> S3Result<()> {
    let query = Query::parse(uri.query().unwrap_or_default());
    let overrides = OVERRIDES.iter().any(|(parameter, _)| query.has(parameter));
    if overrides && caller.user().is_none() {
        return Err(s3_error!(
            InvalidRequest,
            "Request specific response headers cannot be used for anonymous GET requests."
        ));
    }
    Ok(())
}

/// What is told of a version beside what is stored with it.
pub(super) struct Shown {
    pub(super) length: i64,
    pub(super) content_range: Option<String>,
    pub(super) parts_count: Option<i32>,
    pub(super) version_id: Option<String>,
    pub(super) checksum: Told,
    pub(super) tag_count: Option<i32>,
}

/// What was asked for, and the checksum of the part where it was one.
pub(super) struct Read<'r> {
    pub(super) get: &'r GetObject,
    pub(super) part_checksum: Option<&'r Checksum>,
}

impl Shown {
    pub(super) fn new(
        version: &Version,
        versioning: Versioning,
        range: Option<ResolvedRange>,
        read: &Read<'_>,
        headers: &HeaderMap,
    ) -> S3Result<Self> {
        let size = version.size_bytes;
        let asked = text(headers, "x-amz-checksum-mode")?;
        let asked = asked.is_some_and(|mode| mode.eq_ignore_ascii_case("enabled"));
        let of_part = read.get.part.is_some() && version.parts > 0;
        // The stored checksum is that of the whole; of a piece that is no part nobody has computed one.
        let whole = range.is_none_or(|r| r.length == size) && !of_part;
        let checksum = if of_part {
            Told::bare(read.part_checksum.filter(|_| asked))
        } else {
            Told::with_parts(version.checksum.as_ref().filter(|_| asked && whole))
        };
        Ok(Self {
            length: length(range.map_or(size, |r| r.length)),
            content_range: range.map(|r| r.content_range(size)),
            parts_count: of_part.then_some(i32::from(version.parts)),
            version_id: told_version(&version.id, versioning),
            checksum,
            tag_count: told_count(&version.tags),
        })
    }
}

/// Returns the headers that are stored with a version, as they came, and in their place what the reader
/// wants to be told otherwise.
pub(super) fn stored_headers(stored: &ObjectHeaders, uri: &Uri) -> S3Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    let content_type = stored.content_type.as_deref().unwrap_or(DEFAULT_TYPE);
    for (name, value) in [
        (CONTENT_TYPE, Some(content_type)),
        (CACHE_CONTROL, stored.cache_control.as_deref()),
        (CONTENT_DISPOSITION, stored.content_disposition.as_deref()),
        (CONTENT_ENCODING, stored.content_encoding.as_deref()),
        (CONTENT_LANGUAGE, stored.content_language.as_deref()),
        (EXPIRES, stored.expires.as_deref()),
        (WEBSITE_REDIRECT, stored.website_redirect.as_deref()),
    ] {
        // What was stored came in a header; what a remote store tells may be none.
        let value = value.and_then(|value| HeaderValue::from_bytes(value.as_bytes()).ok());
        if let Some(value) = value {
            headers.insert(name, value);
        }
    }
    let query = Query::parse(uri.query().unwrap_or_default());
    for (parameter, header) in OVERRIDES {
        let Some(value) = query.value(parameter) else {
            continue;
        };
        let value = HeaderValue::from_bytes(value)
            .map_err(|e| s3_error!(e, InvalidArgument, "{parameter} cannot be a header"))?;
        headers.insert(header, value);
    }
    Ok(headers)
}

impl Operations {
    /// Gives a failed read its code. A client that has the object already is told which one that is.
    pub(super) async fn read_error(&self, error: Error, get: GetObject) -> S3Error {
        if matches!(error, Error::InvalidPart(_)) {
            return no_such_part();
        }
        if !matches!(error, Error::NotModified) {
            return from_store(error);
        }
        let unconditional = GetObject {
            conditions: Conditions::default(),
            ..get
        };
        let not_modified = from_store(error);
        match self.acting().head_object(unconditional).await {
            Ok(head) => {
                let modified = http_date(head.version.modified.as_secs());
                let mut told = vec![(ETAG, head.version.etag.quoted())];
                told.extend(modified.map(|date| (LAST_MODIFIED, date)));
                with_headers(not_modified, told)
            }
            Err(_) => not_modified,
        }
    }
}

/// A part that is not there is a range outside the object to a reader, not a fault of an upload.
fn no_such_part() -> S3Error {
    let message = "The requested partnumber is not satisfiable";
    let mut error = S3Error::with_message(S3ErrorCode::Custom("InvalidPartNumber".into()), message);
    error.set_status_code(StatusCode::RANGE_NOT_SATISFIABLE);
    error
}

fn http_date(secs: i64) -> Option<String> {
    let at = chrono::DateTime::from_timestamp(secs, 0)?;
    Some(at.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
}
