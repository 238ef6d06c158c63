//! A record in the making: what the head says is written down when it comes, the rest when the answer has
//! left.

use std::sync::Arc;

use hyper::Method;
use hyper::header::{CONTENT_TYPE, HOST, HeaderName, USER_AGENT};
use hyper::http::request::Parts;
use percent_encoding::percent_decode_str;
use stave_model::{Clock as _, SystemClock, Timestamp, UserName};

use super::canonical::{Calculated, Claim};
use super::record::{RequestRecord, SignedHow};
use super::redact::{self, cut};
use super::{Inspector, Story};
use crate::guard::{Host, Hosts};
use crate::server::Way;

/// The longest of each text: with these a record has 40 KiB at most, and most have two.
const TARGET_MAX: usize = 4 * 1_024;
const HOST_MAX: usize = 256;
const USER_AGENT_MAX: usize = 512;
const OPERATION_MAX: usize = 128;
const ACCESS_KEY_MAX: usize = 128;
const HEADERS_MAX: usize = 8 * 1_024;
const CANONICAL_MAX: usize = 8 * 1_024;

/// Names the operation of a service that speaks JSON.
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// A request that is being answered.
pub(crate) struct Draft {
    inspector: Arc<Inspector>,
    record: RequestRecord,
}

/// What is known when the answer has left.
pub(crate) struct Left<'r> {
    pub(crate) status: u16,
    pub(crate) code: Option<String>,
    pub(crate) user: Option<&'r UserName>,
    pub(crate) access_key: Option<&'r str>,
    pub(crate) duration_ms: u64,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    pub(crate) story: &'r Story,
}

impl Draft {
    /// Writes down what the head of a request says; `None` while nobody looks.
    pub(crate) fn begin(
        inspector: &Arc<Inspector>,
        parts: &Parts,
        hosts: &Hosts,
        way: Way,
        request_id: &str,
    ) -> Option<Self> {
        if !inspector.is_on() {
            return None;
        }
        let text = |name: HeaderName| {
            let value = parts.headers.get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let claim = Claim::of(parts);
        let (canonical_request, string_to_sign) = match &claim {
            Some(claim) => {
                let Calculated {
                    canonical_request,
                    string_to_sign,
                } = claim.calculate(parts);
                (
                    Some(cut(canonical_request, CANONICAL_MAX)),
                    Some(string_to_sign),
                )
            }
            None => (None, None),
        };
        let (bucket, key) = named(parts, hosts);
        let record = RequestRecord {
            id: 0,
            at: now(),
            request_id: request_id.to_owned(),
            method: parts.method.to_string(),
            target: cut(redact::target(&parts.uri), TARGET_MAX),
            host: cut(text(HOST).unwrap_or_default(), HOST_MAX),
            secure: way.secure,
            status: 0,
            code: None,
            user: None,
            access_key: claim
                .as_ref()
                .map(|c| cut(c.access_key().to_owned(), ACCESS_KEY_MAX)),
            signature: claim.map(|c| c.how).or_else(|| form(parts)),
            operation: text(TARGET).map(|target| cut(target, OPERATION_MAX)),
            bucket,
            key,
            duration_ms: 0,
            bytes_in: 0,
            bytes_out: 0,
            source_ip: way.remote,
            user_agent: text(USER_AGENT).map(|agent| cut(agent, USER_AGENT_MAX)),
            headers: headers(parts),
            canonical_request,
            string_to_sign,
            decision: None,
            cors: None,
        };
        Some(Self {
            inspector: Arc::clone(inspector),
            record,
        })
    }

    /// Keeps the record, the answer having left.
    pub(crate) fn finish(self, left: Left<'_>) {
        let mut record = self.record;
        record.status = left.status;
        record.code = left.code;
        record.user = left.user.cloned();
        record.access_key = record
            .access_key
            .or_else(|| left.access_key.map(str::to_owned));
        // A form without a signature is one that nobody signed.
        if record.signature == Some(SignedHow::Form) && record.access_key.is_none() {
            record.signature = None;
        }
        record.duration_ms = left.duration_ms;
        record.bytes_in = left.bytes_in;
        record.bytes_out = left.bytes_out;
        record.operation = left.story.named_operation().or(record.operation);
        record.decision = left.story.decision();
        record.cors = left.story.cors();
        record.string_to_sign = left.story.string_to_sign().or(record.string_to_sign);
        self.inspector.keep(|id| RequestRecord { id, ..record });
    }
}

fn now() -> Timestamp {
    SystemClock.now()
}

/// Returns the bucket and the key that a request names, decoded.
fn named(parts: &Parts, hosts: &Hosts) -> (Option<String>, Option<String>) {
    let host = parts.headers.get(HOST).and_then(|h| h.to_str().ok());
    let host = host.unwrap_or_default();
    let path = parts.uri.path();
    let path = path.strip_prefix('/').unwrap_or(path);
    let of_host = match hosts.parse(host) {
        Some(Host::Bucket(bucket)) => Some(bucket),
        Some(Host::Endpoint) | None => hosts.website(host),
    };
    let (bucket, key) = if let Some(bucket) = of_host {
        (bucket.as_str().to_owned(), path)
    } else {
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        let bucket = percent_decode_str(bucket).decode_utf8_lossy();
        (bucket.into_owned(), key)
    };
    let key = percent_decode_str(key).decode_utf8_lossy().into_owned();
    let some = |text: String| (!text.is_empty()).then(|| cut(text, TARGET_MAX));
    (some(bucket), some(key))
}

fn form(parts: &Parts) -> Option<SignedHow> {
    let content_type = parts.headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let form = content_type
        .to_ascii_lowercase()
        .starts_with("multipart/form-data");
    (form && parts.method == Method::POST).then_some(SignedHow::Form)
}

/// Returns the headers without secrets; those that find no room are left out.
fn headers(parts: &Parts) -> Vec<(String, String)> {
    let mut room = HEADERS_MAX;
    let mut told = Vec::with_capacity(parts.headers.len());
    for (name, value) in &parts.headers {
        let text = redact::header(name, value);
        let bytes = name.as_str().len() + text.len();
        if bytes > room {
            break;
        }
        room -= bytes;
        told.push((name.as_str().to_owned(), text));
    }
    told
}
