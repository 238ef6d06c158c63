//! Asks the CORS rules of buckets about real requests.

use std::sync::Arc;

use hyper::header::{HOST, HeaderName, ORIGIN};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use percent_encoding::percent_decode_str;
use s3s::Body;
use stave_model::{BucketConfig, BucketConfigKind, BucketName, Cors, CorsMethod, Preflight};
use stave_store::{Error, Store};

use super::answer::{self, CorsHeaders};
use super::refusals::Refusals;
use crate::server::{Refusal, note_cors};

const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Asks the CORS rules of buckets.
pub(crate) struct CorsGate {
    store: Arc<dyn Store>,
    refusals: Arc<Refusals>,
}

/// What rules a bucket has.
enum Rules {
    Some(Cors),
    None,
    NoBucket,
}

impl Rules {
    fn cors(&self) -> Option<&Cors> {
        match self {
            Self::Some(cors) => Some(cors),
            Self::None | Self::NoBucket => None,
        }
    }

    /// Says what decides a request.
    fn sentence(&self, bucket: &BucketName, asked: &Preflight<'_>) -> String {
        match self {
            Self::NoBucket => format!("There is no bucket {bucket}."),
            Self::Some(_) | Self::None => super::lab::sentence(self.cors(), asked),
        }
    }
}

impl CorsGate {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            refusals: Arc::default(),
        }
    }

    /// Returns what no rule let in.
    pub(crate) fn refusals(&self) -> Arc<Refusals> {
        Arc::clone(&self.refusals)
    }

    /// Returns what a page may read of the answer to its request; `None` where no rule of the bucket lets it in.
    pub(crate) async fn lets_in(&self, bucket: &BucketName, parts: &Parts) -> Option<CorsHeaders> {
        let origin = answer::only(&parts.headers, &ORIGIN)?;
        let method = CorsMethod::parse(parts.method.as_str())?;
        let rules = self.rules(bucket).await;
        let told = rules
            .cors()
            .and_then(|cors| answer::request(cors, origin, method));
        // A form or a link that a page only sends its reader to is no request that a rule is for.
        let is_fetch = answer::only(&parts.headers, &SEC_FETCH_MODE) == Some("cors");
        // Its headers were asked about beforehand.
        let asked = Preflight {
            origin,
            method,
            headers: Vec::new(),
        };
        if told.is_none() && is_fetch {
            self.keep(bucket, &rules, &asked, parts);
        }
        note_cors(|| rules.sentence(bucket, &asked));
        told
    }

    /// Answers what a browser asks beforehand.
    pub(crate) async fn preflight(
        &self,
        bucket: Option<&BucketName>,
        parts: &Parts,
    ) -> Result<CorsHeaders, Refusal> {
        let asked = answer::asked(&parts.headers)?;
        let Some(bucket) = bucket else {
            return answer::preflight(None, &asked);
        };
        let rules = self.rules(bucket).await;
        let told = answer::preflight(rules.cors(), &asked);
        if told.is_err() {
            self.keep(bucket, &rules, &asked, parts);
        }
        note_cors(|| rules.sentence(bucket, &asked));
        told
    }

    /// Keeps what no rule let in, for the owner: the page is not told whether there is such a bucket.
    fn keep(&self, bucket: &BucketName, rules: &Rules, asked: &Preflight<'_>, parts: &Parts) {
        let sentence = rules.sentence(bucket, asked);
        self.refusals
            .keep(bucket, asked, key_of(bucket, parts), sentence);
    }

    /// Returns the rules of a bucket. Where they cannot be read nobody is let in; who may be told why is told by
    /// the request itself.
    async fn rules(&self, bucket: &BucketName) -> Rules {
        let kind = BucketConfigKind::Cors;
        match self.store.bucket_config(bucket, kind).await {
            Ok(Some(BucketConfig::Cors(cors))) => Rules::Some(cors),
            Ok(_) => Rules::None,
            Err(Error::NoSuchBucket(_)) => Rules::NoBucket,
            Err(error) => {
                tracing::debug!(%bucket, %error, "the CORS rules of a bucket could not be read");
                Rules::None
            }
        }
    }
}

/// Returns the key that a request names, for people to recognise it.
fn key_of(bucket: &BucketName, parts: &Parts) -> String {
    let path = percent_decode_str(parts.uri.path()).decode_utf8_lossy();
    let path = path.trim_start_matches('/');
    let host = answer::only(&parts.headers, &HOST).unwrap_or_default();
    let in_host = host
        .split_once('.')
        .is_some_and(|(first, _)| first == bucket.as_str());
    let key = if in_host {
        path
    } else {
        path.split_once('/').map_or("", |(_, key)| key)
    };
    key.to_owned()
}

/// Makes the answer to what a browser asks beforehand; its headers say it all.
pub(crate) fn answered() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::OK;
    response
}

/// Returns whether a request is what a browser asks beforehand.
pub(crate) fn is_preflight(parts: &Parts) -> bool {
    parts.method == Method::OPTIONS
}
