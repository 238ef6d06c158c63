//! What one request leaves in an access log, field by field in S3's order.

use std::net::IpAddr;
use std::time::Duration;

use hyper::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_RANGE, HOST, HeaderName, HeaderValue, REFERER,
    TRANSFER_ENCODING, USER_AGENT,
};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Response};
use percent_encoding::percent_decode_str;
use stave_model::{BucketName, Clock as _, SystemClock, Timestamp, UserName};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::buffer::Line;
use super::operation::Subject;
use super::text::{bare, key, quoted};
use crate::guard::{Host, Hosts};

const TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");
const DECODED_LENGTH: HeaderName = HeaderName::from_static("x-amz-decoded-content-length");
const COPY_SOURCE: HeaderName = HeaderName::from_static("x-amz-copy-source");
const HOST_ID: HeaderName = HeaderName::from_static("x-amz-id-2");

/// What is not known, or is not there.
const NOTHING: &str = "-";

/// What is known of a request once its answer is made.
pub(crate) struct Record {
    bucket: BucketName,
    received: Timestamp,
    remote: IpAddr,
    operation: String,
    key: Option<String>,
    request_line: String,
    referer: Option<String>,
    user_agent: Option<String>,
    version_id: Option<String>,
    auth_type: Option<&'static str>,
    host: Option<String>,
    /// Of a request that writes: how large what it writes is.
    written_bytes: Option<String>,
    /// Whether the request itself has a body: then it is not known when its last byte came.
    has_body: bool,
    error_code: Option<String>,
    object_bytes: Option<String>,
    host_id: Option<String>,
    turn_around: Option<Duration>,
}

/// What is known when the answer has ended.
pub(crate) struct Ended<'r> {
    pub(crate) status: u16,
    pub(crate) sent_bytes: u64,
    pub(crate) request_id: &'r str,
    pub(crate) requester: Option<&'r UserName>,
    pub(crate) took: Duration,
}

/// Which bucket and key a request names.
struct Named {
    bucket: BucketName,
    key: Vec<u8>,
    is_page: bool,
}

impl Named {
    fn of(parts: &Parts, hosts: &Hosts) -> Option<Self> {
        let host = parts.headers.get(HOST)?.to_str().ok()?;
        let path = parts.uri.path();
        let path = path.strip_prefix('/').unwrap_or(path);
        let website = hosts.website(host);
        let is_page = website.is_some();
        let (bucket, key) =
            match website.map_or_else(|| hosts.parse(host), |b| Some(Host::Bucket(b)))? {
                Host::Bucket(bucket) => (bucket, path),
                Host::Endpoint => {
                    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
                    (BucketName::parse(bucket).ok()?, key)
                }
            };
        let key = percent_decode_str(key).collect();
        Some(Self {
            bucket,
            key,
            is_page,
        })
    }
}

impl Record {
    /// Begins the record of a request; `None` where it names no bucket.
    pub(crate) fn begin(parts: &Parts, hosts: &Hosts, remote: IpAddr) -> Option<Self> {
        let named = Named::of(parts, hosts)?;
        let query = parts.uri.query().unwrap_or_default();
        let copies = parts.headers.contains_key(COPY_SOURCE);
        let subject = Subject {
            method: &parts.method,
            query,
            names_key: !named.key.is_empty(),
            copies: copies && parts.method == Method::PUT,
            is_page: named.is_page,
        };
        let header = |name: &HeaderName| parts.headers.get(name).map(HeaderValue::as_bytes);
        let target = parts.uri.path_and_query().map_or("/", |t| t.as_str());
        let line = format!("{} {target} {:?}", parts.method, parts.version);
        Some(Self {
            bucket: named.bucket,
            received: SystemClock.now(),
            remote,
            operation: subject.operation(),
            key: (!named.key.is_empty()).then(|| key(&named.key)),
            request_line: quoted(line.as_bytes()),
            referer: header(&REFERER).map(quoted),
            user_agent: header(&USER_AGENT).map(quoted),
            version_id: parameter(query, "versionId").map(|id| bare(id.as_bytes())),
            auth_type: auth_type(&parts.headers, query),
            host: header(&HOST).map(bare),
            written_bytes: number(&parts.headers, &DECODED_LENGTH)
                .or_else(|| number(&parts.headers, &CONTENT_LENGTH)),
            has_body: has_body(&parts.headers),
            error_code: None,
            object_bytes: None,
            host_id: None,
            turn_around: None,
        })
    }

    /// Adds what the head of the answer tells.
    pub(crate) fn answered<B>(
        mut self,
        response: &Response<B>,
        error_code: Option<String>,
        since_begin: Duration,
    ) -> Self {
        self.error_code = error_code.map(|code| bare(code.as_bytes()));
        self.object_bytes = self.object_bytes(response);
        self.host_id = response
            .headers()
            .get(HOST_ID)
            .map(|id| bare(id.as_bytes()));
        self.turn_around = (!self.has_body).then_some(since_begin);
        self
    }

    /// Returns the size of the object that was read or written.
    fn object_bytes<B>(&self, response: &Response<B>) -> Option<String> {
        if !response.status().is_success() {
            return None;
        }
        match self.operation.as_str() {
            "REST.PUT.OBJECT" | "REST.PUT.PART" => self.written_bytes.clone(),
            "REST.GET.OBJECT"
            | "REST.HEAD.OBJECT"
            | "WEBSITE.GET.OBJECT"
            | "WEBSITE.HEAD.OBJECT" => {
                let headers = response.headers();
                let range = headers.get(CONTENT_RANGE).and_then(|r| r.to_str().ok());
                let whole = range.and_then(|range| range.rsplit('/').next());
                whole
                    .map(|whole| bare(whole.as_bytes()))
                    .or_else(|| number(headers, &CONTENT_LENGTH))
            }
            _ => None,
        }
    }

    /// Writes the line.
    pub(super) fn line(&self, ended: &Ended<'_>) -> Line {
        let or_nothing = |field: &Option<String>| field.as_deref().unwrap_or(NOTHING).to_owned();
        let counted = |count: u128| match count {
            0 => NOTHING.to_owned(),
            count => count.to_string(),
        };
        let signature = self.auth_type.map_or(NOTHING, |_| "SigV4");
        let turn_around = self.turn_around.map(|time| time.as_millis().to_string());
        let fields = [
            format!("[{}]", told_time(self.received)),
            self.remote.to_string(),
            ended.requester.map_or(NOTHING, UserName::as_str).to_owned(),
            ended.request_id.to_owned(),
            self.operation.clone(),
            or_nothing(&self.key),
            format!("\"{}\"", self.request_line),
            ended.status.to_string(),
            or_nothing(&self.error_code),
            counted(u128::from(ended.sent_bytes)),
            or_nothing(&self.object_bytes),
            ended.took.as_millis().to_string(),
            or_nothing(&turn_around),
            format!("\"{}\"", or_nothing(&self.referer)),
            format!("\"{}\"", or_nothing(&self.user_agent)),
            or_nothing(&self.version_id),
            or_nothing(&self.host_id),
            signature.to_owned(),
            // The cipher: nothing is encrypted on the way within one machine.
            NOTHING.to_owned(),
            self.auth_type.unwrap_or(NOTHING).to_owned(),
            or_nothing(&self.host),
            // The version of TLS, the access point, whether a list decided.
            [NOTHING; 3].join(" "),
        ];
        Line {
            bucket: self.bucket.clone(),
            received: self.received,
            text: fields.join(" "),
        }
    }
}

fn has_body(headers: &HeaderMap) -> bool {
    let length = number(headers, &CONTENT_LENGTH);
    headers.contains_key(TRANSFER_ENCODING) || length.is_some_and(|length| length != "0")
}

/// Returns where the request is signed.
fn auth_type(headers: &HeaderMap, query: &str) -> Option<&'static str> {
    if headers.contains_key(AUTHORIZATION) {
        return Some("AuthHeader");
    }
    parameter(query, "X-Amz-Signature").map(|_| "QueryString")
}

/// Returns the decoded value of a parameter.
fn parameter(query: &str, name: &str) -> Option<String> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(one, _)| percent_decode_str(one).eq(name.bytes()))?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    let value: u64 = value.parse().ok()?;
    Some(value.to_string())
}

fn told_time(at: Timestamp) -> String {
    let at = OffsetDateTime::from_unix_timestamp(at.as_secs());
    let told = at.ok().and_then(|at| at.format(TIME).ok());
    told.unwrap_or_else(|| NOTHING.to_owned())
}
