//! The access log: one event for each request, told when its answer has left, without secrets.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::{Method, StatusCode, Uri};

use super::notes::Notes;
use super::pace::Pace;

/// What is known of a request when it begins.
pub(super) struct Entry {
    method: Method,
    target: String,
    began: Instant,
}

impl Entry {
    pub(super) fn begin(method: &Method, uri: &Uri) -> Self {
        Self {
            method: method.clone(),
            target: printable_target(uri),
            began: Instant::now(),
        }
    }
}

/// Returns path and query without what signs: a link in a log would be a link for its reader.
fn printable_target(uri: &Uri) -> String {
    let signs = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
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
        let duration_ms = u64::try_from(self.entry.began.elapsed().as_millis()).unwrap_or(u64::MAX);
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
        prints(
            "/b/k?AWSAccessKeyId=AK&Signature=f00&Expires=1",
            "/b/k?Expires=1",
        );
    }
}
