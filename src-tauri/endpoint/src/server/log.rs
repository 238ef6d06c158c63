//! The access log: one event for each request, told when its answer has left, without secrets.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::{Method, Response, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use stave_model::AccessKeyId;

use super::answer::code_of;
use super::notes::Notes;
use super::pace::Pace;
use super::page::Fault;
use crate::access_logs::{AccessLogs, Ended, Record};
use crate::inspector::{Draft, Left};

/// What is known of a request when it begins.
pub(super) struct Entry {
    method: Method,
    target: String,
    began: Instant,
    /// What goes into the log of a bucket.
    filed: Option<(Arc<AccessLogs>, Record)>,
    /// What is told to whoever inspects requests.
    draft: Option<(Draft, Option<String>)>,
}

impl Entry {
    pub(super) fn begin(method: &Method, uri: &Uri) -> Self {
        Self {
            method: method.clone(),
            target: printable_target(uri),
            began: Instant::now(),
            filed: None,
            draft: None,
        }
    }

    /// Has `draft` kept when the answer has left.
    pub(super) fn inspect(&mut self, draft: Draft, error_code: Option<String>) {
        self.draft = Some((draft, error_code));
    }

    /// Has `record` written into the log of its bucket when the answer has left.
    pub(super) fn file<B>(
        &mut self,
        logs: &Arc<AccessLogs>,
        record: Record,
        response: &Response<B>,
        error_code: Option<String>,
    ) {
        let record = record.answered(response, error_code, self.began.elapsed());
        self.filed = Some((Arc::clone(logs), record));
    }
}

/// Returns the code of the error that is told. The answer to a HEAD has no document to tell one; its status
/// says what is known.
pub(super) fn error_code(response: &Response<s3s::Body>) -> Option<String> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    if let Some(fault) = response.extensions().get::<Fault>() {
        return fault.code().map(str::to_owned);
    }
    let document = response.body().bytes().unwrap_or_default();
    let code = match (code_of(&String::from_utf8_lossy(&document)), status) {
        ("", StatusCode::NOT_FOUND) => "NoSuchKey",
        ("", StatusCode::FORBIDDEN) => "AccessDenied",
        ("", StatusCode::PRECONDITION_FAILED) => "PreconditionFailed",
        ("", _) => return None,
        (code, _) => return Some(code.to_owned()),
    };
    Some(code.to_owned())
}

/// Returns path and query without what signs: a link in a log would be a link for its reader.
fn printable_target(uri: &Uri) -> String {
    let signs = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        // Readers of a query decode names before they compare them.
        let name = percent_decode_str(name).decode_utf8_lossy();
        let name = name.to_ascii_lowercase();
        name.starts_with("x-amz-") || name.contains("signature") || name == "awsaccesskeyid"
    };
    let query = uri.query().unwrap_or_default();
    let kept: Vec<&str> = query.split('&').filter(|p| !signs(p)).collect();
    match kept.join("&") {
        query if query.is_empty() => uri.path().to_owned(),
        query => format!("{}?{query}", uri.path()),
    }
}

/// The body of an answer; tells the log when it is gone.
pub(crate) struct LoggedBody {
    inner: s3s::Body,
    entry: Entry,
    status: StatusCode,
    notes: Arc<Notes>,
    pace: Arc<Pace>,
    sent_bytes: u64,
    broken: bool,
}

impl LoggedBody {
    pub(super) fn new(
        inner: s3s::Body,
        entry: Entry,
        status: StatusCode,
        notes: Arc<Notes>,
        pace: Arc<Pace>,
    ) -> Self {
        Self {
            inner,
            entry,
            status,
            notes,
            pace,
            sent_bytes: 0,
            broken: false,
        }
    }
}

impl Body for LoggedBody {
    type Data = Bytes;
    type Error = s3s::StdError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, s3s::StdError>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                self.sent_bytes += frame.data_ref().map_or(0, Bytes::len) as u64;
            }
            Poll::Ready(Some(Err(error))) => {
                self.broken = true;
                self.notes.failed(error.as_ref());
            }
            Poll::Ready(None) | Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for LoggedBody {
    fn drop(&mut self) {
        self.pace.answered();
        let status = self.status.as_u16();
        let took = self.entry.began.elapsed();
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        if let Some((logs, record)) = &self.entry.filed {
            let ended = Ended {
                status,
                sent_bytes: self.sent_bytes,
                request_id: self.notes.request_id(),
                requester: self.notes.caller(),
                took,
            };
            logs.add(record, &ended);
        }
        if let (Some((draft, code)), Some(story)) = (self.entry.draft.take(), self.notes.story()) {
            draft.finish(Left {
                status,
                code,
                user: self.notes.caller(),
                access_key: self.notes.claimed_key().map(AccessKeyId::as_str),
                duration_ms,
                bytes_in: self.notes.received_bytes(),
                bytes_out: self.sent_bytes,
                story,
            });
        }
        tracing::info!(
            target: "stave::access",
            method = %self.entry.method,
            path = %self.entry.target,
            status,
            bytes = self.sent_bytes,
            duration_ms,
            request_id = %self.notes.request_id(),
            user = self.notes.caller().map(tracing::field::display),
            broken = self.broken.then_some(true),
            error = self.notes.failure(),
            "{} {} {status}",
            self.entry.method,
            self.entry.target,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn prints(target: &str, expected: &str) {
        assert_eq!(printable_target(&target.parse().unwrap()), expected);
    }

    #[test]
    fn what_signs_is_not_logged() {
        prints("/b/k", "/b/k");
        prints("/b/k?versionId=7", "/b/k?versionId=7");
        prints(
            "/b/k?X-Amz-Signature=f00&versionId=7&X-Amz-Credential=AK%2F1",
            "/b/k?versionId=7",
        );
        prints("/b/k?X-%41mz-Signature=f00", "/b/k");
        prints(
            "/b/k?AWSAccessKeyId=AK&Signature=f00&Expires=1",
            "/b/k?Expires=1",
        );
    }
}
