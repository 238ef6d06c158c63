//! Buckets as web sites, on host names of their own. A page is an object that everyone may read; where there
//! is none, the site's rules and its error page speak.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html>

mod redirect;

use std::sync::Arc;

use hyper::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue, LOCATION};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;
use s3s::Body;
use stave_model::{BucketConfig, BucketConfigKind, BucketName, RoutingRule, Website};
use stave_store::{Error, Store};
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;

use self::redirect::{everything_elsewhere, path_of, rule_for};
use super::Service;
use crate::server::{Fault, NestedFault};

/// Where a page says that it stands elsewhere.
const REDIRECT: HeaderName = HeaderName::from_static("x-amz-website-redirect-location");

/// What of a request for a page goes into the reading of its object.
const KEPT: [HeaderName; 6] = [
    hyper::header::RANGE,
    hyper::header::IF_MATCH,
    hyper::header::IF_NONE_MATCH,
    hyper::header::IF_MODIFIED_SINCE,
    hyper::header::IF_UNMODIFIED_SINCE,
    hyper::header::IF_RANGE,
];

/// Answers for web sites.
pub(crate) struct Websites {
    store: Arc<dyn Store>,
    service: Service,
    /// The host by which an object is read as S3 reads it.
    host: HeaderValue,
}

/// A site's pages, as they are set.
struct Pages {
    index_suffix: String,
    error_key: Option<String>,
    rules: Vec<RoutingRule>,
}

/// A request for a page.
struct Wanted<'r> {
    bucket: &'r BucketName,
    head: &'r Parts,
    /// The key, without an index.
    key: String,
}

impl Websites {
    pub(crate) fn new(store: Arc<dyn Store>, service: Service, port: u16) -> Self {
        let host = format!("127.0.0.1:{port}");
        let host = HeaderValue::try_from(host).expect("an address is visible ASCII");
        Self {
            store,
            service,
            host,
        }
    }

    /// Answers a request for a page of a bucket.
    pub(crate) async fn answer(&self, bucket: &BucketName, head: &Parts) -> Response<Body> {
        if head.method != Method::GET && head.method != Method::HEAD {
            let code = "MethodNotAllowed";
            let message = "The specified method is not allowed against this resource.";
            return Fault::new(StatusCode::METHOD_NOT_ALLOWED, code, message).into_response();
        }
        let website = match self.website(bucket).await {
            Ok(website) => website,
            Err(fault) => return fault.into_response(),
        };
        let path = head.uri.path().trim_start_matches('/');
        let key = percent_decode_str(path).decode_utf8_lossy().into_owned();
        let wanted = Wanted { bucket, head, key };
        match website {
            Website::RedirectAll { host, protocol } => {
                everything_elsewhere(&host, protocol.as_deref(), &wanted.key)
            }
            Website::Pages {
                index_suffix,
                error_key,
                rules,
            } => {
                let pages = Pages {
                    index_suffix,
                    error_key,
                    rules,
                };
                self.page(&wanted, &pages).await
            }
        }
    }

    async fn website(&self, bucket: &BucketName) -> Result<Website, Fault> {
        let config = self.store.bucket_config(bucket, BucketConfigKind::Website);
        match config.await {
            Ok(Some(BucketConfig::Website(website))) => Ok(website),
            Ok(_) => Err(Fault::new(
                StatusCode::NOT_FOUND,
                "NoSuchWebsiteConfiguration",
                "The specified bucket does not have a website configuration",
            )
            .with("BucketName", bucket.as_str())),
            Err(Error::NoSuchBucket(_)) => Err(Fault::new(
                StatusCode::NOT_FOUND,
                "NoSuchBucket",
                "The specified bucket does not exist",
            )
            .with("BucketName", bucket.as_str())),
            Err(error) => {
                crate::server::note_failure(&error);
                Err(Fault::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "ServiceUnavailable",
                    "The web site cannot be read at the moment.",
                ))
            }
        }
    }

    /// Looks for the page, for what stands in its place, and for a page that says that there is none.
    async fn page(&self, wanted: &Wanted<'_>, pages: &Pages) -> Response<Body> {
        if let Some(elsewhere) = rule_for(&pages.rules, wanted, None) {
            return elsewhere;
        }
        let is_folder = wanted.key.is_empty() || wanted.key.ends_with('/');
        let key = if is_folder {
            format!("{}{}", wanted.key, pages.index_suffix)
        } else {
            wanted.key.clone()
        };
        let found = self.read(wanted, &key, &wanted.head.headers).await;
        let status = found.status();
        if !status.is_client_error() && !status.is_server_error() {
            return shown(found);
        }
        // Who may not list the bucket is told 403 of what is missing; a folder is found for them all the same.
        let missing = status == StatusCode::NOT_FOUND || status == StatusCode::FORBIDDEN;
        if missing && !is_folder {
            let index = format!("{key}/{}", pages.index_suffix);
            let there = self.read(wanted, &index, &HeaderMap::new()).await;
            if there.status() == StatusCode::OK {
                return to(StatusCode::FOUND, &path_of(&format!("{key}/")));
            }
        }
        if let Some(elsewhere) = rule_for(&pages.rules, wanted, Some(status.as_u16())) {
            return elsewhere;
        }
        let fault = Fault::of_document(&found).with("Key", &key);
        match &pages.error_key {
            Some(error_key) if missing => self.error_page(wanted, error_key, fault).await,
            _ => fault.into_response(),
        }
    }

    async fn error_page(
        &self,
        wanted: &Wanted<'_>,
        error_key: &str,
        fault: Fault,
    ) -> Response<Body> {
        let mut page = self.read(wanted, error_key, &HeaderMap::new()).await;
        if page.status() != StatusCode::OK {
            let nested = NestedFault::of_document(&page).with("Key", error_key);
            return fault.nesting(nested).into_response();
        }
        *page.status_mut() = fault.status();
        page
    }

    /// Reads an object as anyone would who has no key.
    async fn read(&self, wanted: &Wanted<'_>, key: &str, headers: &HeaderMap) -> Response<Body> {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = wanted.head.method.clone();
        request.headers_mut().insert(HOST, self.host.clone());
        for name in KEPT {
            if let Some(value) = headers.get(&name) {
                request.headers_mut().insert(name, value.clone());
            }
        }
        let target = format!("/{}{}", wanted.bucket, path_of(key));
        let Ok(uri) = target.parse() else {
            let message = "Couldn't parse the specified URI.";
            return Fault::new(StatusCode::BAD_REQUEST, "InvalidURI", message).into_response();
        };
        *request.uri_mut() = uri;
        let read = self.service.call(request);
        let read = read.with_subscriber(NoSubscriber::default()).await;
        read.unwrap_or_else(|_| {
            let message = "The answer could not be written.";
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            Fault::new(status, "InternalError", message).into_response()
        })
    }
}

/// Shows a page, unless it says that it stands elsewhere.
fn shown(page: Response<Body>) -> Response<Body> {
    let elsewhere = page.headers().get(REDIRECT);
    let elsewhere = elsewhere.and_then(|place| place.to_str().ok());
    match elsewhere.map(str::to_owned) {
        Some(place) => to(StatusCode::MOVED_PERMANENTLY, &place),
        None => page,
    }
}

/// Sends a browser elsewhere.
fn to(status: StatusCode, place: &str) -> Response<Body> {
    let Ok(place) = HeaderValue::from_str(place) else {
        let message = "The page leads to a place that is none.";
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        return Fault::new(status, "InternalError", message).into_response();
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(LOCATION, place);
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    response
}
