//! Under which circumstances something is asked for, as conditions of policies can ask for them.

use hyper::HeaderMap;
use stave_policy::Context;

use super::bearer::Asker;
use crate::s3::query::Query;
use crate::s3::tagging::tags_of_header;

/// Headers that are condition keys by their own names, `s3:` before them.
const HEADERS: [&str; 16] = [
    "x-amz-acl",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-metadata-directive",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
    "if-match",
    "if-none-match",
];

/// Parameters of a query that are condition keys, and the names that they have as such.
const PARAMETERS: [(&str, &str); 4] = [
    ("prefix", "s3:prefix"),
    ("delimiter", "s3:delimiter"),
    ("max-keys", "s3:max-keys"),
    ("versionId", "s3:VersionId"),
];

/// How S3 names the place of a signature.
const HEADER: &str = "REST-HEADER";
const QUERY: &str = "REST-QUERY-STRING";

/// Under which circumstances something is asked for. Written out only for a policy.
#[derive(Clone, Copy)]
pub(super) enum Circumstances<'r> {
    /// Those of the caller alone.
    Caller,
    /// Those of a request.
    Request {
        headers: &'r HeaderMap,
        query: &'r Query<'r>,
    },
    /// Those of a form, whose fields stand for headers.
    Form { headers: &'r HeaderMap },
    /// Those of a listing of what begins so.
    Listing { prefix: &'r str },
}

impl Circumstances<'_> {
    pub(super) fn context(self, asker: &Asker) -> Context {
        let mut context = asker.context();
        match self {
            Self::Caller => {}
            Self::Request { headers, query } => {
                add_request(&mut context, headers, query);
                let in_header = headers.contains_key("authorization");
                add_signature(&mut context, asker, if in_header { HEADER } else { QUERY });
            }
            Self::Form { headers } => {
                add_request(&mut context, headers, &Query::parse(""));
                add_signature(&mut context, asker, "POST");
            }
            Self::Listing { prefix } => context.add("s3:prefix", prefix),
        }
        asker.suppose(&mut context);
        context
    }
}

/// Adds what a request says.
fn add_request(context: &mut Context, headers: &HeaderMap, query: &Query<'_>) {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    for name in HEADERS {
        if let Some(value) = text(name) {
            context.add(&format!("s3:{name}"), value.trim_start_matches('/'));
        }
    }
    if let Some(referer) = text("referer") {
        context.add("aws:Referer", referer);
    }
    for (parameter, key) in PARAMETERS {
        if let Some(value) = query.text(parameter) {
            context.add(key, value);
        }
    }
    // Tags that are malformed are refused by the operation; to a policy they are none.
    for (name, value) in tags_of_header(headers).unwrap_or_default().iter() {
        context.add(&format!("s3:RequestObjectTag/{name}"), value);
        context.add("s3:RequestObjectTagKeys", name);
    }
}

/// Adds how a request is signed, where somebody signed it.
fn add_signature(context: &mut Context, asker: &Asker, auth_type: &str) {
    if asker.user.is_some() {
        context.add("s3:authType", auth_type);
        context.add("s3:signatureversion", "AWS4-HMAC-SHA256");
    }
}
