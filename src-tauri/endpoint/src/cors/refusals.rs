//! What no rule let in, kept in memory for the owner, who sees at once why an application fails and may turn
//! it into a rule.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use stave_model::{BucketName, Clock as _, CorsMethod, Preflight, SystemClock, Timestamp};
use tokio::sync::broadcast;

use super::widen::Refused;
use crate::endpoint::Endpoint;

/// How many are kept; the oldest gives way.
const KEPT_MAX: usize = 50;

/// A longer origin is none that a browser sends.
const ORIGIN_MAX_BYTES: usize = 512;

/// More headers are none that an application asks for.
const HEADERS_MAX: usize = 64;

/// How many a slow reader may lag behind before it misses some.
const WAITING_MAX: usize = 64;

/// A request of a page that no rule let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorsRefusal {
    /// When it came last.
    pub at: Timestamp,
    /// The bucket that it named; it need not exist.
    pub bucket: BucketName,
    /// The origin of the page.
    pub origin: String,
    /// The method.
    pub method: CorsMethod,
    /// The headers that the browser asked for, in lower case.
    pub headers: Vec<String>,
    /// The key, or nothing.
    pub key: String,
    /// Why no rule let it in.
    pub sentence: String,
}

impl CorsRefusal {
    /// Returns what a rule would have to let in.
    pub fn refused(&self) -> Refused<'_> {
        Refused {
            origin: &self.origin,
            method: self.method,
            headers: &self.headers,
        }
    }

    fn is_again(&self, other: &Self) -> bool {
        self.bucket == other.bucket && self.refused() == other.refused()
    }
}

/// The requests that no rule let in.
pub(crate) struct Refusals {
    kept: Mutex<VecDeque<CorsRefusal>>,
    news: broadcast::Sender<CorsRefusal>,
}

impl Default for Refusals {
    fn default() -> Self {
        Self {
            kept: Mutex::default(),
            news: broadcast::channel(WAITING_MAX).0,
        }
    }
}

impl Refusals {
    /// Keeps one. The same again takes the place of the former, so that a page that tries for ever does not
    /// crowd out others; what no browser sends is not kept.
    pub(super) fn keep(
        &self,
        bucket: &BucketName,
        asked: &Preflight<'_>,
        key: String,
        sentence: String,
    ) {
        if !is_plain(asked) {
            return;
        }
        let lower = asked.headers.iter().map(|name| name.to_ascii_lowercase());
        let refusal = CorsRefusal {
            at: SystemClock.now(),
            bucket: bucket.clone(),
            origin: asked.origin.to_owned(),
            method: asked.method,
            headers: lower.collect(),
            key,
            sentence,
        };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|one| !one.is_again(&refusal));
        kept.truncate(KEPT_MAX - 1);
        kept.push_front(refusal.clone());
        drop(kept);
        // Nobody need listen.
        let _ = self.news.send(refusal);
    }

    fn all(&self) -> Vec<CorsRefusal> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().cloned().collect()
    }
}

/// Returns whether a request could be of a browser. A `*` would become a pattern in a rule.
fn is_plain(asked: &Preflight<'_>) -> bool {
    let origin = asked.origin;
    let is_origin = origin == "null" || origin.contains("://");
    let visible = |text: &str| text.bytes().all(|b| b.is_ascii_graphic() && b != b'*');
    is_origin
        && origin.len() <= ORIGIN_MAX_BYTES
        && asked.headers.len() <= HEADERS_MAX
        && visible(origin)
        && asked.headers.iter().all(|name| visible(name))
}

impl Endpoint {
    /// Returns the requests of pages that no CORS rule let in, the newest first, at most 50.
    pub fn cors_refusals(&self) -> Vec<CorsRefusal> {
        self.refusals().all()
    }

    /// Returns each request of a page that no CORS rule lets in from now on.
    pub fn watch_cors_refusals(&self) -> broadcast::Receiver<CorsRefusal> {
        self.refusals().news.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(refusals: &Refusals, origin: &str, headers: &[&str]) {
        let bucket = BucketName::parse("photos").unwrap();
        let asked = Preflight {
            origin,
            method: CorsMethod::Put,
            headers: headers.to_vec(),
        };
        refusals.keep(&bucket, &asked, "k".to_owned(), "No.".to_owned());
    }

    #[test]
    fn fifty_are_kept_the_newest_first_and_each_once() {
        let refusals = Refusals::default();
        let mut news = refusals.news.subscribe();
        for port in 1..=60 {
            keep(&refusals, &format!("http://localhost:{port}"), &[]);
        }
        keep(&refusals, "http://localhost:30", &[]);
        keep(&refusals, "http://localhost:30", &["Content-Type"]);
        let all = refusals.all();
        assert_eq!(all.len(), 50);
        assert_eq!(all[0].origin, "http://localhost:30");
        assert_eq!(all[0].headers, ["content-type"]);
        assert_eq!(all[1].origin, "http://localhost:30");
        assert_eq!(all[2].origin, "http://localhost:60");
        assert_eq!(all[49].origin, "http://localhost:12");
        assert_eq!(news.try_recv().unwrap().origin, "http://localhost:1");
    }

    #[test]
    fn what_would_become_a_pattern_or_is_of_no_browser_is_not_kept() {
        let refusals = Refusals::default();
        keep(&refusals, "*", &[]);
        keep(&refusals, "http://*", &[]);
        keep(&refusals, "http://a.example", &["*"]);
        keep(&refusals, "somewhere", &[]);
        keep(&refusals, &format!("http://{}", "a".repeat(600)), &[]);
        assert_eq!(refusals.all(), []);
        keep(&refusals, "null", &[]);
        assert_eq!(refusals.all().len(), 1);
    }
}
