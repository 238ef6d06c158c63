//! Bad signatures, and what stands around them.

use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::SignableBody;
use stave_endpoint::presign::{PresignGet, Signer, UrlStyle, presign_get};
use stave_model::{AccessKeyId, BucketName, Clock as _, ObjectKey, SystemClock};

use super::{Ground, Plain, Row, plain};
use crate::kit::{ADMIN_KEY, SECRET};
use crate::raw::Raw;

/// Requests that claim what they may not.
pub(super) const CLAIMS: &[Plain] = plain! {
    "a session token": GET "/photos/k" ["x-amz-security-token" = "t"] None => 400 InvalidToken;
    "another site": GET "/photos/k" ["origin" = "http://evil.example"] None => 403 AccessForbidden;
    "a page of another site": GET "/photos/k" ["sec-fetch-site" = "cross-site"] None => 403 AccessForbidden;
    "a bucket of another owner": GET "/photos/k" ["x-amz-expected-bucket-owner" = "bob"] None
        => 403 AccessDenied;
    "a preflight without a method": OPTIONS "/photos/k" ["origin" = "http://app.example"] None
        => 400 BadRequest;
    "a preflight": OPTIONS "/photos/k"
        ["origin" = "http://app.example", "access-control-request-method" = "PUT"] None
        => 403 AccessForbidden;
};

/// What is changed in a signed request, after it was signed.
enum Change {
    /// A header is left out.
    Without(&'static str),
    /// A header says something else.
    Other(&'static str, &'static str),
    /// A header stands there once more.
    More(&'static str, &'static str),
    /// The header that signs has another text in the place of one.
    Sign(&'static str, &'static str),
}

type Changed = (&'static str, Change, u16, &'static str);

type Linked = (&'static str, &'static str, &'static str, u16, &'static str);

use Change::{More, Other, Sign, Without};

const MALFORMED: &str = "AuthorizationHeaderMalformed";
const MISMATCH: &str = "SignatureDoesNotMatch";
const PARAMETERS: &str = "AuthorizationQueryParametersError";

/// Faults in the head of a signed request.
const HEADS: &[Changed] = &[
    (
        "no signature",
        Without("authorization"),
        403,
        "AccessDenied",
    ),
    ("no date", Without("x-amz-date"), 403, "AccessDenied"),
    (
        "no hash",
        Without("x-amz-content-sha256"),
        400,
        "InvalidRequest",
    ),
    ("no host", Without("host"), 400, "InvalidRequest"),
    (
        "a date in words",
        Other("x-amz-date", "yesterday"),
        403,
        "AccessDenied",
    ),
    (
        "a date without Z",
        Other("x-amz-date", "20260101T000000"),
        403,
        "AccessDenied",
    ),
    (
        "a thirteenth month",
        Other("x-amz-date", "20261301T000000Z"),
        403,
        "AccessDenied",
    ),
    (
        "a date of HTTP",
        Other("x-amz-date", "Sun, 06 Nov 1994 08:49:37 GMT"),
        403,
        "AccessDenied",
    ),
    (
        "a hash that is none",
        Other("x-amz-content-sha256", "none"),
        400,
        "InvalidArgument",
    ),
    (
        "no authorization in it",
        Other("authorization", ""),
        400,
        MALFORMED,
    ),
    (
        "an algorithm alone",
        Other("authorization", "AWS4-HMAC-SHA256"),
        400,
        MALFORMED,
    ),
    (
        "a bearer",
        Other("authorization", "Bearer token"),
        400,
        "InvalidArgument",
    ),
    (
        "a password",
        Other("authorization", "Basic YTpi"),
        400,
        "InvalidArgument",
    ),
    (
        "version 2",
        Other("authorization", "AWS ADMINKEY:c2ln"),
        400,
        "InvalidRequest",
    ),
    (
        "another host",
        Other("host", "evil.example"),
        403,
        "AccessDenied",
    ),
    (
        "an unsigned header",
        More("x-amz-meta-a", "1"),
        403,
        "AccessDenied",
    ),
    (
        "two hosts",
        More("host", "evil.example"),
        400,
        "InvalidRequest",
    ),
    (
        "two dates",
        More("x-amz-date", "20260101T000000Z"),
        400,
        "InvalidRequest",
    ),
    (
        "no credential",
        Sign("Credential=", "Credentials="),
        400,
        MALFORMED,
    ),
    (
        "no list of headers",
        Sign("SignedHeaders=", "Headers="),
        400,
        MALFORMED,
    ),
    (
        "no signature in it",
        Sign("Signature=", "Sign="),
        400,
        MALFORMED,
    ),
    (
        "two signatures",
        Sign("Signature=", "Signature=0, Signature="),
        400,
        MALFORMED,
    ),
    ("a scope of four parts", Sign("/s3/", "/"), 400, MALFORMED),
    (
        "a scope of six parts",
        Sign("/s3/", "/s3/s3/"),
        400,
        MALFORMED,
    ),
    ("another service", Sign("/s3/", "/ec2/"), 400, MALFORMED),
    (
        "another end",
        Sign("aws4_request", "aws5_request"),
        400,
        MALFORMED,
    ),
    (
        "a short year",
        Sign("ADMINKEY/20", "ADMINKEY/"),
        400,
        MALFORMED,
    ),
    (
        "another region",
        Sign("us-east-1", "eu-west-1"),
        400,
        MALFORMED,
    ),
    ("no region", Sign("us-east-1", ""), 400, MALFORMED),
    (
        "an unknown key",
        Sign("ADMINKEY", "NOBODYSKEY"),
        403,
        "InvalidAccessKeyId",
    ),
    (
        "an empty key",
        Sign("ADMINKEY", ""),
        403,
        "InvalidAccessKeyId",
    ),
    (
        "a host that is not signed",
        Sign("host;", ""),
        400,
        MALFORMED,
    ),
    (
        "a header that is not there",
        Sign("host;", "host;x-amz-none;"),
        403,
        MISMATCH,
    ),
    (
        "another signature",
        Sign("Signature=", "Signature=00"),
        403,
        MISMATCH,
    ),
];

/// Faults in links: a text in them and what stands in its place.
const LINKS: &[Linked] = &[
    (
        "a link without end",
        "X-Amz-Expires=60",
        "a=1",
        400,
        PARAMETERS,
    ),
    (
        "a link that never lived",
        "X-Amz-Expires=60",
        "X-Amz-Expires=0",
        403,
        "AccessDenied",
    ),
    (
        "a link of the past",
        "X-Amz-Expires=60",
        "X-Amz-Expires=-1",
        400,
        PARAMETERS,
    ),
    (
        "a link of eight days",
        "X-Amz-Expires=60",
        "X-Amz-Expires=691200",
        400,
        PARAMETERS,
    ),
    (
        "a link for a while",
        "X-Amz-Expires=60",
        "X-Amz-Expires=soon",
        400,
        PARAMETERS,
    ),
    (
        "a link that lives longer",
        "X-Amz-Expires=60",
        "X-Amz-Expires=61",
        403,
        MISMATCH,
    ),
    (
        "a link of two ends",
        "X-Amz-Expires=60",
        "X-Amz-Expires=60&X-Amz-Expires=60",
        400,
        PARAMETERS,
    ),
    (
        "a link without algorithm",
        "X-Amz-Algorithm=",
        "a=",
        400,
        PARAMETERS,
    ),
    (
        "a link of another algorithm",
        "SHA256",
        "SHA1",
        400,
        PARAMETERS,
    ),
    (
        "a link without credential",
        "X-Amz-Credential=",
        "a=",
        400,
        PARAMETERS,
    ),
    (
        "a link of another region",
        "us-east-1",
        "eu-west-1",
        400,
        PARAMETERS,
    ),
    (
        "a link of another service",
        "%2Fs3%2F",
        "%2Fec2%2F",
        400,
        PARAMETERS,
    ),
    (
        "a link of an unknown key",
        "ADMINKEY",
        "NOBODYSKEY",
        403,
        "InvalidAccessKeyId",
    ),
    ("a link without date", "X-Amz-Date=", "a=", 400, PARAMETERS),
    (
        "a link of no date",
        "X-Amz-Date=20",
        "X-Amz-Date=x",
        400,
        PARAMETERS,
    ),
    (
        "a link without headers",
        "X-Amz-SignedHeaders=",
        "a=",
        400,
        PARAMETERS,
    ),
    (
        "a link without host",
        "SignedHeaders=host",
        "SignedHeaders=a",
        400,
        PARAMETERS,
    ),
    (
        "a link without signature",
        "X-Amz-Signature=",
        "a=",
        400,
        PARAMETERS,
    ),
    (
        "a link to something else",
        "/photos/k?",
        "/photos/l?",
        403,
        MISMATCH,
    ),
    ("a link that says more", "?", "?versionId=1&", 403, MISMATCH),
    (
        "a link with a token",
        "?",
        "?X-Amz-Security-Token=t&",
        400,
        "InvalidToken",
    ),
    (
        "a link of version 2",
        "?",
        "?AWSAccessKeyId=a&Signature=b&",
        400,
        "InvalidRequest",
    ),
];

fn row(name: &'static str, request: Raw, status: u16, code: &'static str) -> Row {
    let resource = request.target.split('?').next().unwrap().to_owned();
    Row {
        name,
        request,
        status,
        code,
        resource,
    }
}

pub(super) fn headers(ground: &Ground) -> Vec<Row> {
    let changed = |(name, change, status, code): &Changed| {
        let mut request = ground.raw("GET", "/photos/k").signed();
        let request = match change {
            Without(header) => {
                request.headers.retain(|(n, _)| n != header);
                request
            }
            Other(header, value) => request.replaced(header, value),
            More(header, value) => request.with(header, value),
            Sign(from, to) => {
                let signs = |(n, _): &&(String, String)| n == "authorization";
                let (_, value) = request.headers.iter().find(signs).unwrap();
                assert!(value.contains(from), "{value}");
                let value = value.replacen(from, to, 1);
                request.replaced("authorization", &value)
            }
        };
        row(name, request, *status, code)
    };
    let mut rows: Vec<Row> = HEADS.iter().map(changed).collect();
    let get = ground.raw("GET", "/photos/k").signed();
    let deletes = Raw {
        method: "DELETE",
        ..get.clone()
    };
    rows.push(row("another method", deletes, 403, MISMATCH));
    let lengths = get.with("content-length", "0").with("content-length", "0");
    rows.push(row("two lengths", lengths, 400, "InvalidRequest"));
    rows
}

/// Signatures of another time, or over another body.
pub(super) fn scopes(ground: &Ground) -> Vec<Row> {
    let at = |time: SystemTime| {
        let get = ground.raw("GET", "/photos/k");
        get.signed_over(&SignableBody::Bytes(b""), time)
    };
    let now = SystemTime::now();
    let far = Duration::from_mins(16);
    let other = ground.raw("PUT", "/photos/k").body("hello");
    let other = other.signed_over(&SignableBody::Bytes(b"other"), now);
    let skewed = "RequestTimeTooSkewed";
    vec![
        row("sixteen minutes late", at(now - far), 403, skewed),
        row("sixteen minutes early", at(now + far), 403, skewed),
        row("a day late", at(now - 90 * far), 403, skewed),
        row("another body", other, 400, "XAmzContentSHA256Mismatch"),
    ]
}

pub(super) fn links(ground: &Ground) -> Vec<Row> {
    let url = ground.served.endpoint.url();
    let signer = Signer {
        session_token: None,
        endpoint: url.clone(),
        region: "us-east-1".to_owned(),
        access_key_id: AccessKeyId::parse(ADMIN_KEY).unwrap(),
        secret_access_key: SECRET.into(),
        style: UrlStyle::Path,
    };
    let bucket = BucketName::parse("photos").unwrap();
    let key = ObjectKey::parse("k").unwrap();
    let get = PresignGet::new(bucket, key, Duration::from_mins(1));
    let link = presign_get(&get, &signer, SystemClock.now()).unwrap().url;
    let target = link.strip_prefix(&url).unwrap();
    let changed = |(name, from, to, status, code): &Linked| {
        assert!(target.contains(from), "{target}");
        let request = ground.raw("GET", &target.replacen(from, to, 1));
        row(name, request, *status, code)
    };
    let mut rows: Vec<Row> = LINKS.iter().map(changed).collect();
    let both = ground.raw("GET", target).signed();
    rows.push(row("a link and a header", both, 400, "InvalidArgument"));
    rows
}
