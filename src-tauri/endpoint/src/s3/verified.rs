//! The step between verifying and doing. What arrives here is signed by a known key, and its body fails
//! while it is read if a byte of it differs from what was signed; or nobody signed it, and then its caller
//! has no name. Small documents are read and checked at once; headers that s3s would parse more strictly
//! than S3 does are put aside for the operation.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hyper::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE,
    CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, EXPIRES, HOST, HeaderName, HeaderValue, IF_MATCH,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE, RANGE,
};
use hyper::http::Extensions;
use hyper::{HeaderMap, Method, Request, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use s3s::route::S3Route;
use s3s::service::S3Service;
use s3s::{Body, S3Error, S3Request, S3Response, S3Result, TrailingHeaders, s3_error};
use stave_model::UserName;

use super::access::denied;
use super::checksums::{Demand, check_document};
use super::convert::object_ref;
use super::documents::read_document;
use super::encryption;
use super::features;
use super::keys::Keys;
use super::links::{Asked, LinkGate};
use super::ops::unquote_etag;
use super::query::Query;
use super::reencrypt::Reencryption;
use super::references;
use crate::guard::{Host, Hosts};
use crate::server::note_verified;
use crate::signers::SignedBy;

/// Who asks. Only a verifier makes one.
#[derive(Debug, Clone)]
pub(super) struct Caller(Option<UserName>);

/// What S3 calls the owner of what nobody signed for.
const NOBODY: &str = "65a011a29cdf8ec533ec3d1ccaae921c";

impl Caller {
    /// Makes the one who sent a form whose signature was verified; `None` for one that nobody signed.
    pub(super) fn of_form(user: Option<UserName>) -> Self {
        Self(user)
    }

    /// Returns who signed; `None` where nobody did.
    pub(super) fn user(&self) -> Option<&UserName> {
        self.0.as_ref()
    }

    /// Returns who owns what the caller writes.
    pub(super) fn writer(&self) -> UserName {
        let nobody = || UserName::parse(NOBODY).expect("hex is a user name");
        self.0.clone().unwrap_or_else(nobody)
    }
}

/// Whether the caller is told to have been charged.
#[derive(Debug, Clone, Default)]
pub(super) struct Charged(Arc<AtomicBool>);

impl Charged {
    pub(super) fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn tell(&self, headers: &mut HeaderMap) {
        if self.0.load(Ordering::Relaxed) {
            let requester = HeaderValue::from_static("requester");
            headers.insert("x-amz-request-charged", requester);
        }
    }
}

/// The headers of a verified request as they came, and those that come behind its body.
#[derive(Debug, Clone)]
pub(super) struct Verbatim {
    pub(super) headers: HeaderMap,
    pub(super) trailers: Option<TrailingHeaders>,
}

/// Headers that operations read by our own rules.
const PUT_ASIDE: [HeaderName; 19] = [
    AUTHORIZATION,
    RANGE,
    IF_MATCH,
    IF_NONE_MATCH,
    IF_MODIFIED_SINCE,
    IF_UNMODIFIED_SINCE,
    HeaderName::from_static("x-amz-copy-source-if-match"),
    HeaderName::from_static("x-amz-copy-source-if-none-match"),
    HeaderName::from_static("x-amz-copy-source-if-modified-since"),
    HeaderName::from_static("x-amz-copy-source-if-unmodified-since"),
    HeaderName::from_static("x-amz-copy-source-range"),
    CACHE_CONTROL,
    CONTENT_DISPOSITION,
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_TYPE,
    EXPIRES,
    HeaderName::from_static("x-amz-storage-class"),
    HeaderName::from_static("x-amz-website-redirect-location"),
];

const COPY_SOURCE: HeaderName = HeaderName::from_static("x-amz-copy-source");

/// Sub-resources of objects whose PUT carries a document and not the object.
const OBJECT_DOCUMENTS: [&str; 5] = ["acl", "legal-hold", "retention", "tagging", "encryption"];

/// Leads every verified request to its operation.
pub(super) struct Verified {
    inner: S3Service,
    reencryption: Reencryption,
    door: Door,
    document_bytes: usize,
}

/// What is asked about a signature that is right, before anything is done by it.
pub(super) struct Door {
    pub(super) hosts: Arc<Hosts>,
    pub(super) keys: Keys,
    pub(super) links: LinkGate,
}

impl Verified {
    pub(super) fn new(
        inner: S3Service,
        reencryption: Reencryption,
        door: Door,
        document_bytes: usize,
    ) -> Self {
        Self {
            inner,
            reencryption,
            door,
            document_bytes,
        }
    }

    /// Returns the bucket and the key that a request names, as they stand in it; `None` where it names no key.
    fn named<'u>(&self, headers: &HeaderMap, uri: &'u Uri) -> Option<(Cow<'u, str>, &'u str)> {
        let host = headers.get(HOST).and_then(|h| h.to_str().ok());
        let path = uri.path().trim_start_matches('/');
        let (bucket, key) = match host.and_then(|h| self.door.hosts.parse(h)) {
            Some(Host::Bucket(bucket)) => (Cow::Owned(bucket.as_str().to_owned()), path),
            Some(Host::Endpoint) | None => {
                let (bucket, key) = path.split_once('/')?;
                (Cow::Borrowed(bucket), key)
            }
        };
        (!key.is_empty()).then_some((bucket, key))
    }

    /// Notes the use of the key that signed, and holds a link's request against what the link was made for.
    async fn admit(&self, request: &S3Request<Body>) -> S3Result<()> {
        let Some(SignedBy::Link(link)) = self.door.keys.used() else {
            return Ok(());
        };
        let query = Query::parse(request.uri.query().unwrap_or_default());
        let named = self.named(&request.headers, &request.uri);
        let (bucket, key) = named.unwrap_or_default();
        let asked = Asked {
            method: &request.method,
            bucket: &bucket,
            key: &percent_decode_str(key).decode_utf8_lossy(),
            query: &query,
            headers: &request.headers,
        };
        self.door.links.admit(&link, &asked).await
    }

    /// Returns whether the body is the bytes of an object or a part, not a document about something.
    fn carries_an_object(&self, request: &S3Request<Body>, uri: &Uri, query: &Query<'_>) -> bool {
        let names_a_document = OBJECT_DOCUMENTS.iter().any(|name| query.has(name));
        let names_a_key = self.named(&request.headers, uri).is_some();
        request.method == Method::PUT && names_a_key && !names_a_document
    }

    /// Does what s3s has no operation for; `None` where it has one.
    async fn beside(
        &self,
        request: &S3Request<Body>,
        uri: &Uri,
        query: &Query<'_>,
        body: &Body,
    ) -> Option<S3Result<()>> {
        let (bucket, key) = self.named(&request.headers, uri)?;
        if request.method != Method::PUT || !query.has("encryption") {
            return None;
        }
        let document = body.bytes().unwrap_or_default();
        let key = percent_decode_str(key).decode_utf8_lossy();
        let object = object_ref(&bucket, &key, query.text("versionId"));
        let expected = request.headers.get("x-amz-expected-bucket-owner");
        Some(match object {
            Ok(object) => {
                let expected = expected.map(HeaderValue::as_bytes);
                let update = self.reencryption.update(object, expected, &document);
                update.await
            }
            Err(error) => Err(error),
        })
    }

    async fn body(
        &self,
        request: &mut S3Request<Body>,
        uri: &Uri,
        query: &Query<'_>,
    ) -> S3Result<Body> {
        let whole = self.carries_an_object(request, uri, query);
        let body = std::mem::take(&mut request.input);
        if whole {
            return Ok(body);
        }
        let trailers = request.trailing_headers.as_ref();
        let document = read_document(body, self.document_bytes).await?;
        let reencrypts = query.has("encryption") && self.named(&request.headers, uri).is_some();
        let demand = if query.has("delete") || reencrypts {
            Demand::Digest
        } else if query.has("uploadId") {
            Demand::OfObject
        } else {
            Demand::Nothing
        };
        check_document(&request.headers, trailers, &document, demand)?;
        let document = if query.has("encryption") && !reencrypts {
            encryption::without_blocked(document)?
        } else {
            document
        };
        let document = references::write_out(document);
        let length = HeaderValue::from(document.len());
        request.headers.insert(CONTENT_LENGTH, length);
        Ok(Body::from(document))
    }
}

#[async_trait::async_trait]
impl S3Route for Verified {
    fn is_match(&self, _: &Method, _: &Uri, _: &HeaderMap, _: &mut Extensions) -> bool {
        true
    }

    async fn check_access(&self, request: &mut S3Request<Body>) -> S3Result<()> {
        // s3s gives credentials to a request whose signature it has verified, and to no other.
        let user = if request.credentials.is_some() {
            let user = note_verified().ok_or_else(denied)?;
            self.admit(request).await?;
            Some(user)
        } else {
            is_unsigned(request)?;
            None
        };
        request.extensions.insert(Caller(user));
        Ok(())
    }

    async fn call(&self, mut request: S3Request<Body>) -> S3Result<S3Response<Body>> {
        let uri = std::mem::take(&mut request.uri);
        let query = Query::parse(uri.query().unwrap_or_default());
        if query.is_signed() {
            query.hoist(&mut request.headers)?;
        }
        features::check(&request.headers, &request.method)?;
        let body = self.body(&mut request, &uri, &query).await?;
        if let Some(done) = self.beside(&request, &uri, &query, &body).await {
            return done.map(|()| S3Response::new(Body::empty()));
        }
        let verbatim = Verbatim {
            headers: encryption::put_aside(&mut request.headers),
            trailers: request.trailing_headers.take(),
        };
        let charged = Charged::default();
        request.extensions.insert(verbatim);
        request.extensions.insert(charged.clone());
        for name in PUT_ASIDE {
            request.headers.remove(name);
        }
        read_plus_as_space(&mut request.headers);
        let mut inner = Request::new(body);
        *inner.method_mut() = request.method;
        *inner.uri_mut() = query.without_signature(&uri)?;
        *inner.headers_mut() = request.headers;
        *inner.extensions_mut() = request.extensions;
        let response = self.inner.call(inner).await;
        let response = response.map_err(|e| S3Error::internal_error(Unwritten(e)))?;
        let (parts, body) = response.into_parts();
        let body = if query.has("attributes") {
            unquote_etag(body)
        } else {
            body
        };
        let mut response = S3Response::with_headers(body, parts.headers);
        charged.tell(&mut response.headers);
        response.status = Some(status_of(parts.status, &response.headers));
        Ok(response)
    }
}

/// Lets a request pass as one that nobody signed if nothing in it looks like a signature.
fn is_unsigned(request: &S3Request<Body>) -> S3Result<()> {
    let query = Query::parse(request.uri.query().unwrap_or_default());
    if request.headers.contains_key(AUTHORIZATION) || query.is_signed() {
        return Err(denied());
    }
    let hash = request.headers.get("x-amz-content-sha256");
    if hash.is_some_and(|hash| hash.as_bytes().starts_with(b"STREAMING-")) {
        // s3s takes chunks apart behind a signature alone; as it comes, their framing would be stored.
        return Err(s3_error!(
            NotImplemented,
            "A body in aws-chunked form needs a signed request."
        ));
    }
    Ok(())
}

/// S3 decodes the source of a copy as a form's field: `+` is a space there. s3s decodes it as a path.
fn read_plus_as_space(headers: &mut HeaderMap) {
    let Some(source) = headers.get_mut(COPY_SOURCE) else {
        return;
    };
    let Ok(text) = source.to_str() else { return };
    let (path, version) = text.split_at(text.find('?').unwrap_or(text.len()));
    if path.contains('+') {
        let spaced = path.replace('+', "%20") + version;
        *source = HeaderValue::try_from(spaced).expect("what was a header's text stays one");
    }
}

/// A HEAD of a range or a part is answered as its GET would be; s3s always says 200.
fn status_of(status: StatusCode, headers: &HeaderMap) -> StatusCode {
    if status == StatusCode::OK && headers.contains_key(CONTENT_RANGE) {
        return StatusCode::PARTIAL_CONTENT;
    }
    status
}

/// s3s could not write an answer.
#[derive(Debug, thiserror::Error)]
#[error("the answer could not be written: {0:?}")]
struct Unwritten(s3s::HttpError);
