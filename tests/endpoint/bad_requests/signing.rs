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
    "a preflight": OPTIONS "/photos/k" ["origin" = "http://app.example"] None => 403 AccessForbidden;
};

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

/// Faults in the head of a signed request.
pub(super) fn headers(ground: &Ground) -> Vec<Row> {
    let get = || ground.raw("GET", "/photos/k").signed();
    let (malformed, mismatch) = ("AuthorizationHeaderMalformed", "SignatureDoesNotMatch");
    let replaced = |name: &'static str, header: &str, value: &str, status, code| {
        row(name, get().replaced(header, value), status, code)
    };
    let without = |name: &'static str, header: &str, status, code| {
        let mut request = get();
        request.headers.retain(|(n, _)| n != header);
        row(name, request, status, code)
    };
    let authorization = |name: &'static str, from: &str, to: &str, status, code| {
        let request = get();
        let (_, value) = request
            .headers
            .iter()
            .find(|(n, _)| n == "authorization")
            .unwrap();
        assert!(value.contains(from), "{value}");
        let value = value.replacen(from, to, 1);
        row(
            name,
            request.replaced("authorization", &value),
            status,
            code,
        )
    };
    vec![
        without("no signature", "authorization", 403, "AccessDenied"),
        without("no date", "x-amz-date", 403, "AccessDenied"),
        without(
            "no hash of the body",
            "x-amz-content-sha256",
            400,
            "InvalidRequest",
        ),
        without("no host", "host", 400, "InvalidRequest"),
        replaced(
            "a date in words",
            "x-amz-date",
            "yesterday",
            403,
            "AccessDenied",
        ),
        replaced(
            "a date without Z",
            "x-amz-date",
            "20260101T000000",
            403,
            "AccessDenied",
        ),
        replaced(
            "a thirteenth month",
            "x-amz-date",
            "20261301T000000Z",
            403,
            "AccessDenied",
        ),
        replaced(
            "a date of HTTP",
            "x-amz-date",
            "Sun, 06 Nov 1994 08:49:37 GMT",
            403,
            "AccessDenied",
        ),
        replaced(
            "a hash that is none",
            "x-amz-content-sha256",
            "none",
            400,
            "InvalidArgument",
        ),
        replaced(
            "an empty authorization",
            "authorization",
            "",
            400,
            malformed,
        ),
        replaced(
            "an algorithm alone",
            "authorization",
            "AWS4-HMAC-SHA256",
            400,
            malformed,
        ),
        replaced(
            "a bearer",
            "authorization",
            "Bearer token",
            400,
            "InvalidArgument",
        ),
        replaced(
            "a password",
            "authorization",
            "Basic YTpi",
            400,
            "InvalidArgument",
        ),
        replaced(
            "version 2",
            "authorization",
            "AWS ADMINKEY:c2ln",
            400,
            "InvalidRequest",
        ),
        replaced("another host", "host", "evil.example", 403, "AccessDenied"),
        authorization(
            "no credential",
            "Credential=",
            "Credentials=",
            400,
            malformed,
        ),
        authorization(
            "no list of headers",
            "SignedHeaders=",
            "Headers=",
            400,
            malformed,
        ),
        authorization("no signature in it", "Signature=", "Sign=", 400, malformed),
        authorization(
            "two signatures",
            "Signature=",
            "Signature=0, Signature=",
            400,
            malformed,
        ),
        authorization("four parts", "/s3/", "/", 400, malformed),
        authorization("six parts", "/s3/", "/s3/s3/", 400, malformed),
        authorization("another service", "/s3/", "/ec2/", 400, malformed),
        authorization(
            "another end",
            "aws4_request",
            "aws5_request",
            400,
            malformed,
        ),
        authorization(
            "a date of two digits",
            "ADMINKEY/20",
            "ADMINKEY/",
            400,
            malformed,
        ),
        authorization("another region", "us-east-1", "eu-west-1", 400, malformed),
        authorization("no region", "us-east-1", "", 400, malformed),
        authorization(
            "an unknown key",
            "ADMINKEY",
            "NOBODYSKEY",
            403,
            "InvalidAccessKeyId",
        ),
        authorization("an empty key", "ADMINKEY", "", 403, "InvalidAccessKeyId"),
        authorization("a host that is not signed", "host;", "", 400, malformed),
        authorization(
            "a header that is not there",
            "host;",
            "host;x-amz-none;",
            403,
            mismatch,
        ),
        authorization(
            "a short signature",
            "Signature=",
            "Signature=00",
            403,
            mismatch,
        ),
        row(
            "a header that is not signed",
            get().with("x-amz-meta-a", "1"),
            403,
            "AccessDenied",
        ),
        row(
            "another method",
            Raw {
                method: "DELETE",
                ..get()
            },
            403,
            mismatch,
        ),
        row(
            "two hosts",
            get().with("host", "evil.example"),
            400,
            "InvalidRequest",
        ),
        row(
            "two dates",
            get().with("x-amz-date", "20260101T000000Z"),
            400,
            "InvalidRequest",
        ),
        row(
            "two lengths",
            get()
                .with("content-length", "0")
                .with("content-length", "0"),
            400,
            "InvalidRequest",
        ),
    ]
}

/// Signatures of another time, by another secret, or over another body.
pub(super) fn scopes(ground: &Ground) -> Vec<Row> {
    let minutes = |minutes: u64| Duration::from_mins(minutes);
    let at = |time: SystemTime| {
        let get = ground.raw("GET", "/photos/k");
        get.signed_over(&SignableBody::Bytes(b""), time)
    };
    let now = SystemTime::now();
    let other = ground.raw("PUT", "/photos/k").body("hello");
    let other = other.signed_over(&SignableBody::Bytes(b"other"), now);
    let skewed = "RequestTimeTooSkewed";
    vec![
        row("sixteen minutes late", at(now - minutes(16)), 403, skewed),
        row("sixteen minutes early", at(now + minutes(16)), 403, skewed),
        row("a day late", at(now - minutes(24 * 60)), 403, skewed),
        row(
            "signed over another body",
            other,
            400,
            "XAmzContentSHA256Mismatch",
        ),
    ]
}

/// Faults in links.
pub(super) fn links(ground: &Ground) -> Vec<Row> {
    let signer = Signer {
        endpoint: ground.served.endpoint.url(),
        region: "us-east-1".to_owned(),
        access_key_id: AccessKeyId::parse(ADMIN_KEY).unwrap(),
        secret_access_key: SECRET.into(),
        style: UrlStyle::Path,
    };
    let bucket = BucketName::parse("photos").unwrap();
    let key = ObjectKey::parse("k").unwrap();
    let get = PresignGet::new(bucket, key, Duration::from_mins(1));
    let link = presign_get(&get, &signer, SystemClock.now()).unwrap().url;
    let target = link
        .strip_prefix(&ground.served.endpoint.url())
        .unwrap()
        .to_owned();
    let changed = |name: &'static str, from: &str, to: &str, status, code| {
        assert!(target.contains(from), "{target}");
        row(
            name,
            ground.raw("GET", &target.replacen(from, to, 1)),
            status,
            code,
        )
    };
    let parameters = "AuthorizationQueryParametersError";
    let expires = "X-Amz-Expires=60";
    let twice = format!("{expires}&{expires}");
    vec![
        changed("a link without end", expires, "a=1", 400, parameters),
        changed(
            "a link that never lived",
            expires,
            "X-Amz-Expires=0",
            400,
            parameters,
        ),
        changed(
            "a link of the past",
            expires,
            "X-Amz-Expires=-1",
            400,
            parameters,
        ),
        changed(
            "a link of eight days",
            expires,
            "X-Amz-Expires=691200",
            400,
            parameters,
        ),
        changed(
            "a link for a while",
            expires,
            "X-Amz-Expires=soon",
            400,
            parameters,
        ),
        changed(
            "a link that lives longer",
            expires,
            "X-Amz-Expires=61",
            403,
            "SignatureDoesNotMatch",
        ),
        changed("a link of two ends", expires, &twice, 400, parameters),
        changed(
            "a link without algorithm",
            "X-Amz-Algorithm=",
            "a=",
            400,
            parameters,
        ),
        changed(
            "a link of another algorithm",
            "SHA256",
            "SHA1",
            400,
            parameters,
        ),
        changed(
            "a link without credential",
            "X-Amz-Credential=",
            "a=",
            400,
            parameters,
        ),
        changed(
            "a link of another region",
            "us-east-1",
            "eu-west-1",
            400,
            parameters,
        ),
        changed(
            "a link of another service",
            "%2Fs3%2F",
            "%2Fec2%2F",
            400,
            parameters,
        ),
        changed(
            "a link of an unknown key",
            "ADMINKEY",
            "NOBODYSKEY",
            403,
            "InvalidAccessKeyId",
        ),
        changed("a link without date", "X-Amz-Date=", "a=", 400, parameters),
        changed(
            "a link of no date",
            "X-Amz-Date=20",
            "X-Amz-Date=x",
            400,
            parameters,
        ),
        changed(
            "a link without headers",
            "X-Amz-SignedHeaders=",
            "a=",
            400,
            parameters,
        ),
        changed(
            "a link without host",
            "X-Amz-SignedHeaders=host",
            "X-Amz-SignedHeaders=a",
            400,
            parameters,
        ),
        changed(
            "a link without signature",
            "X-Amz-Signature=",
            "a=",
            400,
            parameters,
        ),
        changed(
            "a link to something else",
            "/photos/k?",
            "/photos/l?",
            403,
            "SignatureDoesNotMatch",
        ),
        changed(
            "a link that says more",
            "?",
            "?versionId=1&",
            403,
            "SignatureDoesNotMatch",
        ),
        changed(
            "a link with a token",
            "?",
            "?X-Amz-Security-Token=t&",
            400,
            "InvalidToken",
        ),
        changed(
            "a link of version 2",
            "?",
            "?AWSAccessKeyId=a&Signature=b&",
            400,
            "InvalidRequest",
        ),
        row(
            "a link and a header",
            ground.raw("GET", &target).signed(),
            400,
            "InvalidArgument",
        ),
    ]
}
