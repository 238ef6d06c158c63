//! The answers that rules give: what a browser is told beforehand, and what a page may read of an answer. Real
//! requests and the lab are answered here alike.

use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderName, HeaderValue, ORIGIN,
    VARY,
};
use hyper::{HeaderMap, StatusCode};
use stave_model::{Allowed, Cors, CorsMethod, CorsRule, Preflight};

use crate::server::Refusal;

/// What an answer depends on, for whatever keeps it.
const VARIES: &str = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/// What a page may read of an answer, and do: headers to be put on it.
#[derive(Debug)]
pub(crate) struct CorsHeaders(Vec<(HeaderName, HeaderValue)>);

/// Reads what a browser asks beforehand.
pub(super) fn asked(headers: &HeaderMap) -> Result<Preflight<'_>, Refusal> {
    let origin = only(headers, &ORIGIN).ok_or_else(no_origin)?;
    let method = only(headers, &ACCESS_CONTROL_REQUEST_METHOD);
    let method = method.and_then(CorsMethod::parse);
    let method = method.ok_or_else(|| no_method(headers))?;
    Ok(Preflight {
        origin,
        method,
        headers: requested(headers)?,
    })
}

/// Answers what a browser asks beforehand, by the rules of the bucket; `None` where it has none.
pub(super) fn preflight(
    cors: Option<&Cors>,
    asked: &Preflight<'_>,
) -> Result<CorsHeaders, Refusal> {
    let cors = cors.ok_or_else(|| {
        let message = "CORSResponse: CORS is not enabled for this bucket.";
        forbidden(asked.method, message)
    })?;
    let allowed = cors.preflight(asked);
    let allowed = allowed.map_err(|_| not_allowed(asked.method))?;
    Ok(CorsHeaders::of_preflight(&allowed, asked))
}

/// Returns what a page may read of the answer to its request; `None` where no rule lets it in.
pub(super) fn request(cors: &Cors, origin: &str, method: CorsMethod) -> Option<CorsHeaders> {
    let allowed = cors.request(origin, method).ok()?;
    Some(CorsHeaders::of_request(&allowed, origin))
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

    /// Returns the headers as text.
    pub(super) fn told(&self) -> Vec<(String, String)> {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = self.0.iter();
        headers
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect()
    }
}

/// Returns the value of a header that stands once and is text.
pub(super) fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
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
