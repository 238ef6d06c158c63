//! The form of a signature. Whether it is right is s3s's to verify; here is refused what s3s would take
//! although S3 does not: signature version 2, two forms at once, other scopes, links that live too long,
//! and headers that the signature does not cover.

use hyper::header::{AUTHORIZATION, HeaderName};
use hyper::http::request::Parts;
use hyper::{HeaderMap, StatusCode};
use percent_encoding::percent_decode_str;

use super::dates;
use crate::dialect::Dialect;
use crate::presign::{LONGEST, SHORTEST};
use crate::server::Refusal;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Parameters of a query that authenticate; each stands at most once.
const QUERY_PARAMETERS: [&str; 8] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
    "X-Amz-Security-Token",
    "X-Amz-Content-Sha256",
];

/// Carries the token of a session.
const TOKEN: &str = "x-amz-security-token";

/// Headers that need not be among the signed ones: the first two go into what is signed by themselves, the
/// last only says which program asks.
const COVERED: [&str; 3] = ["x-amz-date", "x-amz-content-sha256", "x-amz-user-agent"];

/// A parsed signature.
struct Signed<'r> {
    credential: &'r str,
    /// The names of the headers that it covers.
    names: &'r str,
    /// The code that S3 uses for faults in it.
    fault: &'static str,
}

pub(super) fn check(parts: &Parts, region: &str, dialect: Dialect) -> Result<(), Refusal> {
    let query = Query::parse(parts.uri.query().unwrap_or_default());
    refuse_version_2(parts, &query)?;
    refuse_stray_token(parts, &query)?;
    let header = parts.headers.get(AUTHORIZATION);
    match (header, query.is_signed()) {
        (None, false) => Ok(()),
        (Some(_), true) => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "InvalidArgument",
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter or the \
             Authorization header should be specified.",
        )),
        (Some(header), false) => {
            let header = header.to_str().map_err(|_| malformed_header())?;
            let signed = parse_header(header)?;
            dates::check(&parts.headers)?;
            refuse_scope(signed.credential, region, signed.fault)?;
            refuse_open_host(&signed)?;
            check_hash(&parts.headers)?;
            check_covered(&signed, &parts.headers)
        }
        (None, true) => {
            query.check_once()?;
            query.check_lifetime(dialect)?;
            let signed = query.signed()?;
            refuse_scope(signed.credential, region, signed.fault)?;
            refuse_open_host(&signed)?;
            check_covered(&signed, &parts.headers)
        }
    }
}

/// Refuses a form whose head is signed as well: which of the two should count?
pub(super) fn refuse_beside_form(parts: &Parts) -> Result<(), Refusal> {
    let query = Query::parse(parts.uri.query().unwrap_or_default());
    refuse_version_2(parts, &query)?;
    if parts.headers.contains_key(AUTHORIZATION) || query.is_signed() {
        return Err(fault(
            "InvalidArgument",
            "Only one auth mechanism allowed; a form is signed by its fields alone.",
        ));
    }
    Ok(())
}

/// Version 2 signs less of a request than a loopback port can do without, and AWS has retired it.
fn refuse_version_2(parts: &Parts, query: &Query) -> Result<(), Refusal> {
    let header = parts.headers.get(AUTHORIZATION);
    let in_header = header.is_some_and(|h| h.as_bytes().starts_with(b"AWS "));
    if in_header || query.has("Signature") || query.has("AWSAccessKeyId") {
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "InvalidRequest",
            "The authorization mechanism you have provided is not supported. Please use \
             AWS4-HMAC-SHA256: in boto3 Config(signature_version='s3v4'), in the AWS CLI \
             `aws configure set default.s3.signature_version s3v4`.",
        ));
    }
    Ok(())
}

/// The token of a session stands where the signature stands, once; which covers it, as all that is Amazon's.
fn refuse_stray_token(parts: &Parts, query: &Query) -> Result<(), Refusal> {
    let tokens = parts.headers.get_all(TOKEN).iter().count();
    let in_header = tokens == 0 || (tokens == 1 && parts.headers.contains_key(AUTHORIZATION));
    let in_query = !query.has("X-Amz-Security-Token") || query.is_signed();
    if in_header && in_query {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::BAD_REQUEST,
        "InvalidToken",
        "The provided token is malformed or otherwise invalid.",
    ))
}

/// Without the host a signature would be good at every other endpoint too.
fn refuse_open_host(signed: &Signed<'_>) -> Result<(), Refusal> {
    if signed.names.split(';').any(|name| name == "host") {
        return Ok(());
    }
    Err(fault(signed.fault, "The Host header must be signed."))
}

fn check_covered(signed: &Signed<'_>, headers: &HeaderMap) -> Result<(), Refusal> {
    let names: Vec<&str> = signed.names.split(';').collect();
    let missing = |name: &&&str| !headers.contains_key(**name);
    if let Some(name) = names.iter().find(missing) {
        let message = format!("The signed header {name} is missing from the request.");
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "SignatureDoesNotMatch",
            message,
        ));
    }
    let unsigned = |name: &&HeaderName| {
        let name = name.as_str();
        name.starts_with("x-amz-") && !COVERED.contains(&name) && !names.contains(&name)
    };
    match headers.keys().find(unsigned) {
        None => Ok(()),
        Some(name) => Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "AccessDenied",
            "There were headers present in the request which were not signed",
        )
        .with("HeadersNotSigned", name.as_str())),
    }
}

/// A signed head says what its body is, be it that it does not say.
fn check_hash(headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(hash) = headers.get("x-amz-content-sha256") else {
        let message = "Missing required header for this request: x-amz-content-sha256";
        return Err(fault("InvalidRequest", message));
    };
    let hash = hash.as_bytes();
    let is_digest = hash.len() == 64 && hash.iter().all(u8::is_ascii_hexdigit);
    if is_digest || hash == b"UNSIGNED-PAYLOAD" || hash.starts_with(b"STREAMING-") {
        return Ok(());
    }
    Err(fault(
        "InvalidArgument",
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, one of the STREAMING- forms, or a valid \
         sha256 value.",
    ))
}

/// Refuses a credential that is not `<key>/<yyyymmdd>/<region>/s3/aws4_request`, with the code that S3 has
/// for the place where it stands.
pub(crate) fn refuse_scope(
    credential: &str,
    region: &str,
    code: &'static str,
) -> Result<(), Refusal> {
    let parts: Vec<&str> = credential.split('/').collect();
    let &[_, date, scope_region, service, terminator] = parts.as_slice() else {
        return Err(fault(code, "The credential has not five parts."));
    };
    if date.len() != 8 || !date.bytes().all(|b| b.is_ascii_digit()) {
        return Err(fault(code, "The date of the credential is not yyyymmdd."));
    }
    if scope_region != region {
        let message = format!("The region '{scope_region}' is wrong; expecting '{region}'");
        return Err(fault(code, message)
            .with("Region", region)
            .of_region(region));
    }
    if service != "s3" {
        return Err(fault(code, "The service of the credential is not 's3'."));
    }
    if terminator != "aws4_request" {
        let message = "The credential does not end with 'aws4_request'.";
        return Err(fault(code, message));
    }
    Ok(())
}

/// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
fn parse_header(header: &str) -> Result<Signed<'_>, Refusal> {
    let Some((algorithm, rest)) = header.trim().split_once(' ') else {
        return Err(malformed_header());
    };
    if algorithm != ALGORITHM {
        return Err(fault("InvalidArgument", "Unsupported Authorization Type"));
    }
    let fields: Vec<(&str, &str)> = rest
        .split(',')
        .filter_map(|field| field.trim().split_once('='))
        .collect();
    let only = |name: &str| {
        let mut values = fields
            .iter()
            .filter(|(n, _)| *n == name)
            .map(|(_, value)| *value);
        let value = values.next().ok_or_else(malformed_header)?;
        values.next().map_or(Ok(value), |_| Err(malformed_header()))
    };
    only("Signature")?;
    Ok(Signed {
        credential: only("Credential")?,
        names: only("SignedHeaders")?,
        fault: "AuthorizationHeaderMalformed",
    })
}

fn malformed_header() -> Refusal {
    fault(
        "AuthorizationHeaderMalformed",
        "The authorization header that you provided is not valid.",
    )
}

fn fault(code: &'static str, message: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, code, message)
}

/// The parameters of a query, decoded.
struct Query(Vec<(String, String)>);

impl Query {
    fn parse(query: &str) -> Self {
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let pairs = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(name), decode(value))
            });
        Self(pairs.collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn is_signed(&self) -> bool {
        let marks = ["X-Amz-Signature", "X-Amz-Credential", "X-Amz-Algorithm"];
        marks.iter().any(|mark| self.has(mark))
    }

    fn check_once(&self) -> Result<(), Refusal> {
        let count = |name: &str| self.0.iter().filter(|(n, _)| n == name).count();
        match QUERY_PARAMETERS.iter().find(|name| count(name) > 1) {
            Some(name) => Err(query_fault(format!("{name} stands more than once."))),
            None => Ok(()),
        }
    }

    fn check_lifetime(&self, dialect: Dialect) -> Result<(), Refusal> {
        let expires = self.get("X-Amz-Expires");
        let expires = expires.ok_or_else(|| query_fault("X-Amz-Expires is missing."))?;
        let Ok(seconds) = expires.parse::<i64>() else {
            return Err(query_fault("X-Amz-Expires should be a number."));
        };
        let (shortest, longest) = (SHORTEST.as_secs(), LONGEST.as_secs());
        if u64::try_from(seconds).is_ok_and(|s| (shortest..=longest).contains(&s)) {
            return Ok(());
        }
        if seconds == 0 {
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "AccessDenied",
                "Request has expired",
            ));
        }
        let message = format!("X-Amz-Expires must be {shortest} to {longest} seconds.");
        match dialect {
            Dialect::Aws => Err(query_fault(message)),
            Dialect::Ceph => Err(Refusal::new(StatusCode::FORBIDDEN, "AccessDenied", message)),
        }
    }

    fn signed(&self) -> Result<Signed<'_>, Refusal> {
        if self.get("X-Amz-Algorithm") != Some(ALGORITHM) {
            return Err(query_fault(
                "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"",
            ));
        }
        let required = |name: &str| {
            let value = self.get(name);
            value.ok_or_else(|| query_fault(format!("{name} is missing.")))
        };
        required("X-Amz-Signature")?;
        if !dates::is_amz_date(required("X-Amz-Date")?) {
            return Err(query_fault(
                "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
            ));
        }
        Ok(Signed {
            credential: required("X-Amz-Credential")?,
            names: required("X-Amz-SignedHeaders")?,
            fault: "AuthorizationQueryParametersError",
        })
    }
}

fn query_fault(message: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    fault("AuthorizationQueryParametersError", message)
}
