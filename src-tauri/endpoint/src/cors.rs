//! Pages of other origins. A bucket's CORS rules let some of them in; all others stay outside, whatever they
//! sign. What a browser asks beforehand is answered before anyone is asked who they are, and what a page may
//! read stands on every answer, errors too: without it a browser hides even why it was refused.
//! <https://fetch.spec.whatwg.org/#http-cors-protocol>

use std::sync::Arc;

use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderName, HeaderValue, ORIGIN,
    VARY,
};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Response, StatusCode};
use s3s::Body;
use stave_model::{
    Allowed, BucketConfig, BucketConfigKind, BucketName, Cors, CorsMethod, CorsRule, Preflight,
};
use stave_store::Store;

use crate::server::Refusal;

/// What an answer depends on, for whatever keeps it.
const VARIES: &str = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/// Asks the CORS rules of buckets.
pub(crate) struct CorsGate {
    store: Arc<dyn Store>,
}

/// What a page may read of an answer, and do: headers to be put on it.
#[derive(Debug)]
pub(crate) struct CorsHeaders(Vec<(HeaderName, HeaderValue)>);

impl CorsGate {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// Returns what a page may read of the answer to its request; `None` where no rule of the bucket lets it in.
    pub(crate) async fn lets_in(&self, bucket: &BucketName, parts: &Parts) -> Option<CorsHeaders> {
        let origin = only(&parts.headers, &ORIGIN)?;
        let method = CorsMethod::parse(parts.method.as_str())?;
        let cors = self.rules(bucket).await?;
        let allowed = cors.request(origin, method).ok()?;
        Some(CorsHeaders::of_request(&allowed, origin))
    }

    /// Answers what a browser asks beforehand.
    pub(crate) async fn preflight(
        &self,
        bucket: Option<&BucketName>,
        parts: &Parts,
    ) -> Result<CorsHeaders, Refusal> {
        let origin = only(&parts.headers, &ORIGIN).ok_or_else(no_origin)?;
        let method = only(&parts.headers, &ACCESS_CONTROL_REQUEST_METHOD);
        let method = method.and_then(CorsMethod::parse);
        let method = method.ok_or_else(|| no_method(&parts.headers))?;
        let headers = requested(&parts.headers)?;
        let asked = Preflight {
            origin,
            method,
            headers,
        };
        let cors = match bucket {
            Some(bucket) => self.rules(bucket).await,
            None => None,
        };
        let cors = cors.ok_or_else(|| {
            forbidden(method, "CORSResponse: CORS is not enabled for this bucket.")
        })?;
        let allowed = cors.preflight(&asked).map_err(|_| not_allowed(method))?;
        Ok(CorsHeaders::of_preflight(&allowed, &asked))
    }

    /// Returns the rules of a bucket. Where they cannot be read nobody is let in; who may be told why is told by
    /// the request itself.
    async fn rules(&self, bucket: &BucketName) -> Option<Cors> {
        let kind = BucketConfigKind::Cors;
        match self.store.bucket_config(bucket, kind).await {
            Ok(Some(BucketConfig::Cors(cors))) => Some(cors),
            Ok(_) => None,
            Err(error) => {
                tracing::debug!(%bucket, %error, "the CORS rules of a bucket could not be read");
                None
            }
        }
    }
}

impl CorsHeaders {
    fn of_request(allowed: &Allowed<'_>, origin: &str) -> Self {
        let mut headers = vec![
            (
                ACCESS_CONTROL_ALLOW_ORIGIN,
                allowed.origin(origin).to_owned(),
            ),
            (ACCESS_CONTROL_ALLOW_METHODS, methods(allowed.rule)),
            (VARY, VARIES.to_owned()),
        ];
        if allowed.with_credentials() {
            headers.push((ACCESS_CONTROL_ALLOW_CREDENTIALS, "true".to_owned()));
        }
        if !allowed.rule.exposed.is_empty() {
            let exposed = allowed.rule.exposed.join(", ");
            headers.push((ACCESS_CONTROL_EXPOSE_HEADERS, exposed));
        }
        if let Some(secs) = allowed.rule.max_age_secs {
            headers.push((ACCESS_CONTROL_MAX_AGE, secs.to_string()));
        }
        // Rules and requests hold only what can stand in a header.
        let value = |(name, text)| Some((name, HeaderValue::try_from(text).ok()?));
        Self(headers.into_iter().filter_map(value).collect())
    }

    fn of_preflight(allowed: &Allowed<'_>, asked: &Preflight<'_>) -> Self {
        let mut headers = Self::of_request(allowed, asked.origin);
        if !asked.headers.is_empty() {
            let names = asked.headers.join(", ").to_ascii_lowercase();
            let value = HeaderValue::try_from(names).ok();
            headers
                .0
                .extend(value.map(|value| (ACCESS_CONTROL_ALLOW_HEADERS, value)));
        }
        headers
    }

    /// Puts the headers on an answer.
    pub(crate) fn tell(self, headers: &mut HeaderMap) {
        for (name, value) in self.0 {
            if name == VARY {
                headers.append(name, value);
            } else {
                headers.insert(name, value);
            }
        }
    }
}

/// Makes the answer to what a browser asks beforehand; its headers say it all.
pub(crate) fn answered() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::OK;
    response
}

/// Returns the value of a header that stands once and is text.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    let single = values.next().is_none();
    value.to_str().ok().filter(|_| single)
}

/// Returns the names in `Access-Control-Request-Headers`.
fn requested(headers: &HeaderMap) -> Result<Vec<&str>, Refusal> {
    let mut names = Vec::new();
    for value in headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS) {
        let text = value.to_str().map_err(|_| {
            let message = "Access-Control-Request-Headers is not a list of header names.";
            bad_request(message.to_owned())
        })?;
        let some = text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        names.extend(some);
    }
    Ok(names)
}

fn methods(rule: &CorsRule) -> String {
    let names: Vec<&str> = rule.methods.iter().map(|m| m.as_str()).collect();
    names.join(", ")
}

fn no_origin() -> Refusal {
    bad_request("Insufficient information. Origin request header needed.".to_owned())
}

fn no_method(headers: &HeaderMap) -> Refusal {
    let told = headers.get(ACCESS_CONTROL_REQUEST_METHOD);
    let told = told.and_then(|value| value.to_str().ok()).unwrap_or("null");
    bad_request(format!("Invalid Access-Control-Request-Method: {told}"))
}

fn not_allowed(method: CorsMethod) -> Refusal {
    forbidden(
        method,
        "CORSResponse: This CORS request is not allowed. This is usually because the evalution of \
         Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers \
         are not whitelisted by the resource's CORS spec.",
    )
}

fn forbidden(method: CorsMethod, message: &'static str) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, "AccessForbidden", message)
        .with("Method", method.as_str())
        .with("ResourceType", "OBJECT")
}

fn bad_request(message: String) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "BadRequest", message)
}

/// Returns whether a request is what a browser asks beforehand.
pub(crate) fn is_preflight(parts: &Parts) -> bool {
    parts.method == Method::OPTIONS
}
