//! Requests signed by the key of a link: each is held against what the link was made for, then counted, and only then
//! served. What it was not made for, or what comes after its end, is refused and left in its log.

use std::sync::Arc;

use hyper::{HeaderMap, Method};
use s3s::{S3Error, S3Result, s3_error};
use stave_model::{Link, LinkOutcome, LinkTarget, ObjectKey, VersionId};
use stave_store::{Links, Visitor};

use super::access::denied;
use super::errors::from_store;
use super::query::Query;
use crate::server::{actor, note_decision};

/// How much of what a client calls itself is kept in the log.
const USER_AGENT_CHARS: usize = 300;

/// Of what is Amazon's, headers that say nothing of what is done.
const HARMLESS: [&str; 6] = [
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-user-agent",
    "x-amz-expected-bucket-owner",
    "x-amz-request-payer",
    "x-amz-checksum-mode",
];

/// What headers of a write begin with that say how its bytes are checked and sealed, and what is noted beside them.
const OF_A_WRITE: [&str; 6] = [
    "x-amz-checksum-",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-trailer",
    "x-amz-decoded-content-length",
    "x-amz-meta-",
    "x-amz-server-side-encryption",
];

/// Fields of a form that give rights away or lead elsewhere.
const NOT_IN_A_FORM: [&str; 3] = ["acl", "tagging", "x-amz-website-redirect-location"];

/// A request as it is held against a link.
pub(super) struct Asked<'r> {
    pub(super) method: &'r Method,
    pub(super) bucket: &'r str,
    /// Decoded; empty where none is named.
    pub(super) key: &'r str,
    pub(super) query: &'r Query<'r>,
    pub(super) headers: &'r HeaderMap,
}

/// A form as it is held against a link.
pub(super) struct Posted<'r> {
    pub(super) bucket: &'r str,
    pub(super) key: &'r ObjectKey,
    pub(super) content_type: Option<&'r str>,
    /// Whether a field is in the form.
    pub(super) has: &'r (dyn Fn(&str) -> bool + Sync),
}

/// Lets the holders of links in.
#[derive(Clone)]
pub(super) struct LinkGate(Option<Arc<dyn Links>>);

impl LinkGate {
    pub(super) fn new(links: Option<Arc<dyn Links>>) -> Self {
        Self(links)
    }

    /// Counts a use of a link for a request that it was made for, or fails.
    pub(super) async fn admit(&self, link: &Link, asked: &Asked<'_>) -> S3Result<()> {
        self.pass(link, fits(&link.target, asked)).await
    }

    /// Counts a use of a link for a form that it was made for, or fails.
    pub(super) async fn admit_form(&self, link: &Link, posted: &Posted<'_>) -> S3Result<()> {
        self.pass(link, fits_form(&link.target, posted)).await
    }

    async fn pass(&self, link: &Link, fits: Result<(), &'static str>) -> S3Result<()> {
        let links = self.0.as_ref().ok_or_else(denied)?;
        let visitor = visitor();
        if let Err(why) = fits {
            let outcome = LinkOutcome::Mismatch;
            let noted = links.note_visit(&link.id, outcome, visitor).await;
            noted.map_err(from_store)?;
            note_decision(|| format!("the link {} was not made for this: {why}", link.id));
            return Err(s3_error!(
                AccessDenied,
                "This link was not made for this request: {why}."
            ));
        }
        let outcome = links.use_link(&link.id, visitor).await;
        match outcome.map_err(from_store)? {
            LinkOutcome::Used => {
                note_decision(|| format!("the link {} opens, for {}", link.id, link.user));
                Ok(())
            }
            outcome => {
                note_decision(|| format!("the link {}: {}", link.id, told(outcome)));
                Err(refused(outcome))
            }
        }
    }
}

fn refused(outcome: LinkOutcome) -> S3Error {
    s3_error!(AccessDenied, "{}", told(outcome))
}

fn told(outcome: LinkOutcome) -> &'static str {
    match outcome {
        LinkOutcome::Revoked => "This link was revoked.",
        LinkOutcome::Expired => "This link has expired.",
        LinkOutcome::UsedUp => "This link was used as often as it may be.",
        LinkOutcome::Mismatch => "This link was made for something else.",
        LinkOutcome::Used => "This link opens.",
    }
}

fn visitor() -> Visitor {
    let actor = actor();
    let agent = |agent: String| agent.chars().take(USER_AGENT_CHARS).collect();
    Visitor {
        source_ip: actor.source_ip,
        user_agent: actor.user_agent.map(agent),
    }
}

/// Holds a request against what a link was made for.
fn fits(target: &LinkTarget, asked: &Asked<'_>) -> Result<(), &'static str> {
    if asked.method.as_str() != target.method() {
        return Err("its method is another");
    }
    if asked.bucket != target.bucket().as_str() || asked.key != target.key() {
        return Err("it names another object");
    }
    match target {
        LinkTarget::Get { version, .. } => {
            parameters(asked.query, |name| {
                name == "versionId" || name.starts_with("response-")
            })?;
            let wanted = version.as_ref().map(VersionId::as_str);
            require(
                asked.query.text("versionId") == wanted,
                "it names another version",
            )?;
            headers(asked, |_| false)
        }
        LinkTarget::Put {
            content_type,
            max_bytes,
            ..
        } => {
            parameters(asked.query, |_| false)?;
            headers(asked, is_of_a_write)?;
            let sent = text(asked.headers, "content-type");
            let right = content_type
                .as_deref()
                .is_none_or(|wanted| sent == Some(wanted));
            require(right, "its Content-Type is another")?;
            let fits =
                max_bytes.is_none_or(|most| length(asked.headers).is_some_and(|l| l <= most));
            require(fits, "its body is longer, or its length is not told")
        }
        LinkTarget::Post { .. } => Err("it is no form"),
    }
}

/// Holds a form against what a link was made for. How long its file may be is held against it as it arrives.
fn fits_form(target: &LinkTarget, posted: &Posted<'_>) -> Result<(), &'static str> {
    let LinkTarget::Post {
        bucket,
        prefix,
        content_type,
        ..
    } = target
    else {
        return Err("it is a form");
    };
    require(posted.bucket == bucket.as_str(), "it names another bucket")?;
    let below = posted.key.as_str().starts_with(prefix.as_str());
    require(below, "it names a key elsewhere")?;
    let sent = posted.content_type.unwrap_or_default();
    let right = content_type
        .as_deref()
        .is_none_or(|start| sent.starts_with(start));
    require(right, "its Content-Type is another")?;
    let stray = NOT_IN_A_FORM.iter().any(|name| (posted.has)(name));
    require(!stray, "it sets more than an object")
}

fn require(holds: bool, why: &'static str) -> Result<(), &'static str> {
    holds.then_some(()).ok_or(why)
}

/// Demands of a query to name nothing but what signs, what is harmless, and what is allowed.
fn parameters(query: &Query<'_>, allowed: impl Fn(&str) -> bool) -> Result<(), &'static str> {
    // What is Amazon's stands for headers, and is held against them there.
    let is_known = |name: &str| {
        name == "x-id" || name.to_ascii_lowercase().starts_with("x-amz-") || allowed(name)
    };
    require(
        query.names().all(is_known),
        "its query asks for something else",
    )
}

/// Demands of what is Amazon's, in the head or in the query, to be harmless or allowed.
fn headers(asked: &Asked<'_>, allowed: impl Fn(&str) -> bool) -> Result<(), &'static str> {
    let is_known =
        |name: &str| !name.starts_with("x-amz-") || HARMLESS.contains(&name) || allowed(name);
    let in_head = asked.headers.keys().all(|name| is_known(name.as_str()));
    let hoisted = asked.query.hoisted();
    let in_query = hoisted.into_iter().all(|name| is_known(&name));
    require(in_head && in_query, "its headers ask for something else")
}

fn is_of_a_write(name: &str) -> bool {
    OF_A_WRITE.iter().any(|start| name.starts_with(start))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Returns how many bytes a body says that it brings; in chunks, how many without their framing.
fn length(headers: &HeaderMap) -> Option<u64> {
    let hash = text(headers, "x-amz-content-sha256").unwrap_or_default();
    let name = if hash.starts_with("STREAMING-") {
        "x-amz-decoded-content-length"
    } else {
        "content-length"
    };
    text(headers, name)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::{HeaderName, HeaderValue};
    use stave_model::BucketName;

    fn bucket() -> BucketName {
        BucketName::parse("photos").unwrap()
    }

    fn get() -> LinkTarget {
        LinkTarget::Get {
            bucket: bucket(),
            key: ObjectKey::parse("a b").unwrap(),
            version: None,
        }
    }

    fn put() -> LinkTarget {
        LinkTarget::Put {
            bucket: bucket(),
            key: ObjectKey::parse("a b").unwrap(),
            content_type: Some("image/png".to_owned()),
            max_bytes: Some(10),
        }
    }

    fn check(target: &LinkTarget, method: &str, query: &str, told: &[(&str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in told {
            let name = HeaderName::try_from(*name).unwrap();
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        }
        let asked = Asked {
            method: &Method::from_bytes(method.as_bytes()).unwrap(),
            bucket: "photos",
            key: "a b",
            query: &Query::parse(query),
            headers: &headers,
        };
        fits(target, &asked).is_ok()
    }

    const SIGNED: &str = "X-Amz-Algorithm=A&X-Amz-Credential=C&X-Amz-Date=D&X-Amz-Expires=1\
        &X-Amz-SignedHeaders=host&X-Amz-Signature=f00&x-id=GetObject";

    #[test]
    fn a_link_to_read_reads_its_object_and_nothing_of_it_beside() {
        let also = |more: &str| format!("{SIGNED}&{more}");
        assert!(check(&get(), "GET", SIGNED, &[("range", "bytes=0-1")]));
        let named = also("response-content-disposition=attachment");
        assert!(check(&get(), "GET", &named, &[]));
        for more in [
            "acl",
            "tagging",
            "attributes",
            "uploads",
            "versionId=7",
            "partNumber=1",
            "torrent",
            "legal-hold",
            "X-Amz-Copy-Source=photos%2Fb",
        ] {
            assert!(!check(&get(), "GET", &also(more), &[]), "{more}");
        }
        assert!(!check(&get(), "HEAD", SIGNED, &[]));
        assert!(!check(&get(), "PUT", SIGNED, &[]));
        assert!(!check(&get(), "DELETE", SIGNED, &[]));
        let customer = [("x-amz-server-side-encryption-customer-algorithm", "AES256")];
        assert!(!check(&get(), "GET", SIGNED, &customer));
    }

    #[test]
    fn a_link_to_write_takes_its_type_and_no_more_than_its_bytes() {
        let png = ("content-type", "image/png");
        let length = |length| ("content-length", length);
        assert!(check(&put(), "PUT", SIGNED, &[png, length("10")]));
        assert!(!check(&put(), "PUT", SIGNED, &[png, length("11")]));
        assert!(!check(&put(), "PUT", SIGNED, &[png]));
        assert!(!check(&put(), "PUT", SIGNED, &[length("1")]));
        let html = ("content-type", "text/html");
        assert!(!check(&put(), "PUT", SIGNED, &[html, length("1")]));
        let copy = ("x-amz-copy-source", "photos/other");
        assert!(!check(&put(), "PUT", SIGNED, &[png, length("1"), copy]));
        let acl = ("x-amz-acl", "public-read");
        assert!(!check(&put(), "PUT", SIGNED, &[png, length("1"), acl]));
        let checked = ("x-amz-checksum-crc32", "AAAAAA==");
        assert!(check(&put(), "PUT", SIGNED, &[png, length("1"), checked]));
        for more in [
            "acl",
            "tagging",
            "partNumber=1&uploadId=7",
            "x-amz-acl=public-read",
        ] {
            let query = format!("{SIGNED}&{more}");
            assert!(!check(&put(), "PUT", &query, &[png, length("1")]), "{more}");
        }
        let streamed = ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        let decoded = ("x-amz-decoded-content-length", "11");
        let streamed = [png, length("1"), streamed, decoded];
        assert!(!check(&put(), "PUT", SIGNED, &streamed));
    }
}
