//! What is refused before anyone is asked who they are: hosts that are not ours (so DNS rebinding ends
//! here), web pages of other sites, requests that read differently to two readers, and forms of signature
//! that S3 has retired. s3s, behind it, verifies what is let through; what speaks JSON verifies itself.

mod dates;
mod framing;
mod hosts;
mod limits;
mod links;
mod origin;
mod signature;

pub(crate) use dates::is_amz_date;
pub(crate) use framing::Framing;
pub(crate) use hosts::{Host, Hosts};
pub(crate) use signature::refuse_scope;

use std::sync::Arc;

use hyper::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, HOST, HeaderName, ORIGIN,
    TRANSFER_ENCODING,
};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, StatusCode};

use stave_model::BucketName;

use crate::cors::is_preflight;
use crate::dialect::Dialect;
use crate::locked::{self, LockProbe};
use crate::options::{EndpointOptions, Limits};
use crate::query_api::is_call;
use crate::server::{Refusal, links_only};

/// Names the operation of a service that speaks JSON.
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// Headers that two readers must not read differently.
const SINGLE: [HeaderName; 13] = [
    TARGET,
    HOST,
    AUTHORIZATION,
    DATE,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    CONTENT_ENCODING,
    TRANSFER_ENCODING,
    HeaderName::from_static("content-md5"),
    HeaderName::from_static("x-amz-date"),
    HeaderName::from_static("x-amz-content-sha256"),
    HeaderName::from_static("x-amz-decoded-content-length"),
    HeaderName::from_static("x-amz-copy-source"),
];

/// Sub-resources of S3 that s3s does not route: without this a PUT of one would be a PUT of an object.
const UNROUTED: [&str; 8] = [
    "abac",
    "metadataConfiguration",
    "metadataInventoryTable",
    "metadataJournalTable",
    "renameObject",
    "session",
    "annotation",
    "annotations",
];

/// What a request is that was let through.
#[derive(Debug)]
pub(crate) enum Passage {
    /// One that says in its head who signed it.
    Request,
    /// A form: who signed it stands in its body. `foreign` is why it is refused unless someone did.
    Form {
        /// What a page of another site is told.
        foreign: Option<Refusal>,
    },
    /// A call of a service that speaks JSON.
    Json,
    /// One for a page of a web site: nobody signs those.
    Page {
        /// The bucket that is the site.
        bucket: BucketName,
    },
    /// What a browser asks before it sends a request of another origin.
    Preflight {
        /// The bucket whose rules decide.
        bucket: Option<BucketName>,
    },
}

/// Lets requests through or refuses them.
pub(crate) struct Guard {
    hosts: Arc<Hosts>,
    region: String,
    dialect: Dialect,
    is_locked: Option<LockProbe>,
    limits: Limits,
}

impl Guard {
    pub(crate) fn new(options: &EndpointOptions, hosts: Hosts) -> Self {
        Self {
            hosts: Arc::new(hosts),
            region: options.region.clone(),
            dialect: options.dialect,
            is_locked: options.is_locked.clone(),
            limits: options.limits.clone(),
        }
    }

    /// Returns the names that the endpoint answers to.
    pub(crate) fn hosts(&self) -> Arc<Hosts> {
        Arc::clone(&self.hosts)
    }

    /// Returns the bucket whose CORS rules decide whether a page of another origin is let in with its request;
    /// `None` where no rules can.
    pub(crate) fn bucket_of_page(&self, parts: &Parts) -> Option<BucketName> {
        let foreign = parts.headers.contains_key(ORIGIN) && origin::check_page(parts).is_err();
        if !foreign || is_preflight(parts) {
            return None;
        }
        let host = parts.headers.get(HOST)?.to_str().ok()?;
        let site = self.hosts.website(host);
        site.or_else(|| self.hosts.parse(host)?.bucket(parts.uri.path()))
    }

    /// Lets a request through, or says why not. `invited` is whether CORS rules let its page in.
    pub(crate) fn check(&self, parts: &Parts, invited: bool) -> Result<Passage, Refusal> {
        limits::check(parts, &self.limits)?;
        framing::check(parts)?;
        single_headers(&parts.headers)?;
        let host = parts.headers.get(HOST).and_then(|h| h.to_str().ok());
        if let Some(bucket) = host.and_then(|host| self.hosts.website(host)) {
            if is_preflight(parts) {
                let bucket = Some(bucket);
                return Ok(Passage::Preflight { bucket });
            }
            if !invited {
                origin::check_page(parts)?;
            }
            self.refuse_while_locked()?;
            return Ok(Passage::Page { bucket });
        }
        let host = self.host(parts)?;
        if links_only() {
            links::check(parts)?;
        }
        if is_preflight(parts) {
            self.refuse_while_locked()?;
            let bucket = host.bucket(parts.uri.path());
            return Ok(Passage::Preflight { bucket });
        }
        let origin = if invited {
            Ok(())
        } else {
            origin::check(parts)
        };
        if is_form(parts) {
            self.refuse_while_locked()?;
            signature::refuse_beside_form(parts)?;
            let unsigned = links_only().then(links::refused);
            let foreign = origin.err().or(unsigned);
            return Ok(Passage::Form { foreign });
        }
        origin?;
        self.refuse_while_locked()?;
        if is_json(&host, parts) {
            return Ok(Passage::Json);
        }
        operation(parts)?;
        place(&host, parts)?;
        signature::check(parts, &self.region, self.dialect)?;
        Ok(Passage::Request)
    }

    /// Makes of a head that was let through what s3s knows to read.
    pub(crate) fn complete(headers: &mut HeaderMap) {
        dates::supply(headers);
    }

    /// Returns whether a request speaks to a service of JSON, so that it is answered in JSON.
    pub(crate) fn is_json(&self, parts: &Parts) -> bool {
        self.host(parts).is_ok_and(|host| is_json(&host, parts))
    }

    fn refuse_while_locked(&self) -> Result<(), Refusal> {
        let locked = self.is_locked.as_ref().is_some_and(|is_locked| is_locked());
        if locked {
            Err(locked::refusal())
        } else {
            Ok(())
        }
    }

    fn host(&self, parts: &Parts) -> Result<Host, Refusal> {
        if parts.uri.authority().is_some() {
            return Err(invalid_request("The target of the request names a host."));
        }
        let host = parts.headers.get(HOST).and_then(|h| h.to_str().ok());
        let host = host.ok_or_else(|| invalid_request("The request has no Host header."))?;
        self.hosts.parse(host).ok_or_else(|| {
            Refusal::new(
                StatusCode::FORBIDDEN,
                "AccessDenied",
                "This endpoint does not answer to that host name.",
            )
        })
    }
}

/// Refuses what changes the list of buckets as such, and a POST to a bucket that should have been a form.
fn place(host: &Host, parts: &Parts) -> Result<(), Refusal> {
    let path = parts.uri.path().trim_matches('/');
    let in_host = matches!(host, Host::Bucket(_));
    let reads = parts.method == Method::GET || parts.method == Method::HEAD;
    if path.is_empty() && !in_host && !reads {
        return Err(not_allowed());
    }
    let names_a_bucket = path.is_empty() || (!in_host && !path.contains('/'));
    let query = parts.uri.query().unwrap_or_default();
    let deletes = query
        .split('&')
        .any(|pair| pair == "delete" || pair == "delete=");
    if parts.method != Method::POST || !names_a_bucket || deletes {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::PRECONDITION_FAILED,
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold",
    )
    .with(
        "Condition",
        "Bucket POST must be of the enclosure-type multipart/form-data",
    ))
}

fn single_headers(headers: &HeaderMap) -> Result<(), Refusal> {
    let doubled = |name: &&HeaderName| headers.get_all(*name).iter().nth(1).is_some();
    match SINGLE.iter().find(doubled) {
        Some(name) => {
            let message = format!("The header {name} stands twice.");
            Err(invalid_request(message).closing())
        }
        None => Ok(()),
    }
}

/// Tells a call of a service that speaks JSON, or of IAM and STS: S3 has no operation at that place.
fn is_json(host: &Host, parts: &Parts) -> bool {
    *host == Host::Endpoint
        && parts.method == Method::POST
        && parts.uri.path() == "/"
        && (parts.headers.contains_key(TARGET) || is_call(parts))
}

/// Tells a form from everything else. A form is a POST of its own type; its query says nothing.
fn is_form(parts: &Parts) -> bool {
    let content_type = parts.headers.get(CONTENT_TYPE);
    let content_type = content_type.and_then(|t| t.to_str().ok());
    let is_form =
        content_type.is_some_and(|t| t.to_ascii_lowercase().starts_with("multipart/form-data"));
    is_form && parts.method == Method::POST
}

/// Refuses what no operation here takes.
fn operation(parts: &Parts) -> Result<(), Refusal> {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::PUT,
        Method::POST,
        Method::DELETE,
    ];
    if !known.contains(&parts.method) {
        return Err(not_allowed());
    }
    let query = parts.uri.query().unwrap_or_default();
    let mut names = query
        .split('&')
        .map(|pair| pair.split('=').next().unwrap_or_default());
    match names.find(|name| UNROUTED.contains(name)) {
        Some(name) => Err(not_implemented(&format!("The sub-resource {name}"))),
        None => Ok(()),
    }
}

fn not_allowed() -> Refusal {
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "MethodNotAllowed",
        "The specified method is not allowed against this resource.",
    )
}

fn not_implemented(what: &str) -> Refusal {
    let message = format!("{what} is not offered by this endpoint.");
    Refusal::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
}

fn invalid_request(message: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "InvalidRequest", message)
}
