//! The signature of a request to a JSON service: read from its head, and calculated over head and body. What
//! is signed is one fixed form of request, so that it is written out here whole.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::time::{Duration, SystemTime};

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use chrono::{DateTime, NaiveDateTime, Utc};
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, HeaderName};
use hyper::http::request::Parts;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

use super::answer::JsonError;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");
const CONTENT_HASH: HeaderName = HeaderName::from_static("x-amz-content-sha256");
const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// How signature version 4 writes a moment.
const AMZ_FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// How far the clock of a signer may be off.
const SKEW: chrono::Duration = chrono::Duration::minutes(15);

/// Headers that need not be among the signed ones: the first goes into what is signed by itself, the second
/// is held against the body, the last only says which program asks.
const COVERED: [&str; 3] = ["x-amz-date", "x-amz-content-sha256", "x-amz-user-agent"];

/// How a head says that it is signed.
#[derive(Debug)]
pub(super) struct Claim<'r> {
    /// The id of the key.
    pub(super) key_id: &'r str,
    /// Day, region, service and terminator.
    scope: &'r str,
    date: &'r str,
    at: DateTime<Utc>,
    /// The names of the headers that are signed.
    names: &'r str,
    /// The signature.
    pub(super) signature: &'r str,
    /// The token of a session; signed, where there is one.
    pub(super) token: Option<SecretString>,
}

impl<'r> Claim<'r> {
    /// Reads a head, and refuses one whose form is not right: whoever signed it, and whether they did. Without a
    /// `region` any will do.
    pub(super) fn of(
        parts: &'r Parts,
        service: &str,
        region: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Self, JsonError> {
        if parts.uri.query().is_some_and(|query| !query.is_empty()) {
            return Err(incomplete("A request to this service has no query."));
        }
        if parts
            .headers
            .get_all(SECURITY_TOKEN)
            .iter()
            .nth(1)
            .is_some()
        {
            return Err(unrecognized());
        }
        let claim = Self::read(&parts.headers)?;
        claim.refuse_scope(service, region)?;
        claim.refuse_old(now)?;
        claim.refuse_uncovered(&parts.headers)?;
        Ok(claim)
    }

    fn read(headers: &'r HeaderMap) -> Result<Self, JsonError> {
        let Some(header) = headers.get(AUTHORIZATION) else {
            let message = "Missing Authentication Token";
            return Err(JsonError::new(
                "MissingAuthenticationTokenException",
                message,
            ));
        };
        let header = header.to_str().unwrap_or_default().trim();
        let fields = header
            .strip_prefix(ALGORITHM)
            .and_then(|f| f.strip_prefix(' '));
        let fields: Vec<(&str, &str)> = fields
            .ok_or_else(|| {
                incomplete("Only AWS4-HMAC-SHA256 in the Authorization header is supported.")
            })?
            .split(',')
            .filter_map(|field| field.trim().split_once('='))
            .collect();
        let only = |name: &str| {
            let mut values = fields.iter().filter(|(n, _)| *n == name);
            match (values.next(), values.next()) {
                (Some((_, value)), None) => Ok(*value),
                _ => Err(incomplete(format!(
                    "Authorization header requires '{name}' parameter, once."
                ))),
            }
        };
        let credential = only("Credential")?;
        let (key_id, scope) = credential
            .split_once('/')
            .ok_or_else(|| incomplete("The credential has no scope."))?;
        let date = headers.get(AMZ_DATE).and_then(|date| date.to_str().ok());
        let date = date.ok_or_else(|| incomplete("The request has no x-amz-date header."))?;
        let at = NaiveDateTime::parse_from_str(date, AMZ_FORMAT);
        let at = at.map_err(|_| incomplete("x-amz-date must be yyyyMMdd'T'HHmmss'Z'."))?;
        let token = headers.get(SECURITY_TOKEN);
        let token = token.map(|token| String::from_utf8_lossy(token.as_bytes()).into_owned());
        Ok(Self {
            key_id,
            scope,
            date,
            at: at.and_utc(),
            names: only("SignedHeaders")?,
            signature: only("Signature")?,
            token: token.map(SecretString::from),
        })
    }

    /// Returns the region of the scope.
    pub(super) fn region(&self) -> &'r str {
        self.scope.split('/').nth(1).unwrap_or_default()
    }

    fn refuse_scope(&self, service: &str, region: Option<&str>) -> Result<(), JsonError> {
        let day = self.date.split('T').next().unwrap_or_default();
        let region = region.unwrap_or_else(|| self.region());
        let expected = format!("{day}/{region}/{service}/aws4_request");
        if self.scope == expected {
            return Ok(());
        }
        let message = format!("Credential should be scoped to '{expected}'.");
        Err(JsonError::new("InvalidSignatureException", message))
    }

    fn refuse_old(&self, now: DateTime<Utc>) -> Result<(), JsonError> {
        let now_text = now.format(AMZ_FORMAT);
        let message = if self.at < now - SKEW {
            format!(
                "Signature expired: {} is now earlier than {now_text} less 15 minutes.",
                self.date
            )
        } else if self.at > now + SKEW {
            format!(
                "Signature not yet current: {} is still later than {now_text} plus 15 minutes.",
                self.date
            )
        } else {
            return Ok(());
        };
        Err(JsonError::new("InvalidSignatureException", message))
    }

    /// Refuses a signature that leaves open where a request goes, what it asks for, or what it is.
    fn refuse_uncovered(&self, headers: &HeaderMap) -> Result<(), JsonError> {
        let names: Vec<&str> = self.names.split(';').collect();
        if !names.is_sorted_by(|a, b| a < b) {
            return Err(incomplete(
                "The names of SignedHeaders are not sorted, or stand twice.",
            ));
        }
        if let Some(name) = names.iter().find(|name| !headers.contains_key(**name)) {
            let message = format!("The signed header {name} is missing from the request.");
            return Err(JsonError::new("InvalidSignatureException", message));
        }
        let must_be_signed = |name: &&str| {
            let of_ours = name.starts_with("x-amz-") && !COVERED.contains(name);
            of_ours || matches!(*name, "host" | "content-type")
        };
        let mut present = headers.keys().map(HeaderName::as_str);
        match present.find(|name| must_be_signed(name) && !names.contains(name)) {
            None => Ok(()),
            Some(name) => Err(JsonError::new(
                "InvalidSignatureException",
                format!("'{name}' must be a 'SignedHeader' in the AWS Authorization."),
            )),
        }
    }

    /// Calculates what the signature has to be.
    pub(super) fn expected(
        &self,
        secret: &str,
        service: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<String, JsonError> {
        let hash = hex::encode(Sha256::digest(body));
        let told = headers.get(CONTENT_HASH);
        if told.is_some_and(|told| told.as_bytes() != hash.as_bytes()) {
            let message = "x-amz-content-sha256 is not the hash of the body.";
            return Err(JsonError::new("InvalidSignatureException", message));
        }
        let mut canonical = b"POST\n/\n\n".to_vec();
        for name in self.names.split(';') {
            canonical.extend_from_slice(name.as_bytes());
            canonical.push(b':');
            canonical.extend_from_slice(&canonical_value(headers, name));
            canonical.push(b'\n');
        }
        canonical.push(b'\n');
        canonical.extend_from_slice(self.names.as_bytes());
        canonical.push(b'\n');
        canonical.extend_from_slice(hash.as_bytes());
        let canonical = hex::encode(Sha256::digest(&canonical));
        let to_sign = format!("{ALGORITHM}\n{}\n{}\n{canonical}", self.date, self.scope);
        let seconds = u64::try_from(self.at.timestamp()).unwrap_or(0);
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let key = generate_signing_key(secret, at, self.region(), service);
        Ok(calculate_signature(key, to_sign.as_bytes()))
    }
}

/// Returns the values of a header as they are signed: runs of spaces are one, and several values stand behind
/// commas.
fn canonical_value(headers: &HeaderMap, name: &str) -> Vec<u8> {
    let values = headers.get_all(name).iter().map(|value| {
        let words = value.as_bytes().split(|b| *b == b' ');
        let words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).collect();
        words.join(&b' ')
    });
    values.collect::<Vec<_>>().join(&b',')
}

/// A key that is none, or is turned off, or a token that no key here has.
pub(super) fn unrecognized() -> JsonError {
    JsonError::new(
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )
}

fn incomplete(message: impl Into<std::borrow::Cow<'static, str>>) -> JsonError {
    JsonError::new("IncompleteSignatureException", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;
    use hyper::header::HeaderValue;

    /// Calculated with botocore 1.44 for this very request.
    const SIGNATURE: &str = "37e5e353f2b00b68cc56391b43bf5a7a697ba2a835109bce40f1c3d44c4b5d84";

    fn signed(authorization: &str) -> Parts {
        let request = Request::post("/")
            .header("host", "127.0.0.1:9000")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", "TrentService.ListKeys")
            .header("x-amz-date", "20240229T120000Z")
            .header("authorization", authorization);
        request.body(()).unwrap().into_parts().0
    }

    fn authorization(names: &str) -> String {
        format!(
            "AWS4-HMAC-SHA256 Credential=AKID/20240229/us-east-1/kms/aws4_request, \
             SignedHeaders={names}, Signature={SIGNATURE}"
        )
    }

    fn noon() -> DateTime<Utc> {
        "2024-02-29T12:00:00Z".parse().unwrap()
    }

    #[track_caller]
    fn refused(parts: &Parts, service: &str, region: &str, now: DateTime<Utc>, code: &str) {
        let error = Claim::of(parts, service, Some(region), now).unwrap_err();
        assert_eq!(error.into_answer().error.as_deref(), Some(code));
    }

    const ALL: &str = "content-type;host;x-amz-date;x-amz-target";

    #[test]
    fn a_signature_is_that_of_other_implementations() {
        let parts = signed(&authorization(ALL));
        let claim = Claim::of(&parts, "kms", Some("us-east-1"), noon()).unwrap();
        assert_eq!(claim.key_id, "AKID");
        let expected = claim.expected("secret", "kms", &parts.headers, b"{}");
        assert_eq!(expected.as_deref(), Ok(SIGNATURE));
    }

    #[test]
    fn a_claim_is_for_one_service_region_and_quarter_of_an_hour() {
        let parts = signed(&authorization(ALL));
        let (kms, region) = ("kms", "us-east-1");
        let invalid = "InvalidSignatureException";
        refused(&parts, "cloudtrail", region, noon(), invalid);
        refused(&parts, kms, "eu-west-1", noon(), invalid);
        let minutes = chrono::Duration::minutes;
        let at = |now| Claim::of(&parts, kms, Some(region), now);
        assert!(at(noon() + minutes(15)).is_ok());
        assert!(at(noon() - minutes(15)).is_ok());
        let anywhere = Claim::of(&parts, kms, None, noon()).map(|claim| claim.region());
        assert_eq!(anywhere, Ok(region));
        refused(&parts, kms, region, noon() + minutes(16), invalid);
        refused(&parts, kms, region, noon() - minutes(16), invalid);
    }

    #[test]
    fn what_decides_must_be_signed() {
        for names in [
            "content-type;x-amz-date;x-amz-target",
            "host;x-amz-date;x-amz-target",
            "content-type;host;x-amz-date",
            "content-type;host;x-amz-date;x-amz-missing;x-amz-target",
        ] {
            let parts = signed(&authorization(names));
            let invalid = "InvalidSignatureException";
            refused(&parts, "kms", "us-east-1", noon(), invalid);
        }
    }

    #[test]
    fn a_claim_is_whole_and_said_once() {
        let whole = authorization(ALL);
        for text in [
            "AWS AKID:f00",
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Credential=AKID, SignedHeaders=host, Signature=f00",
            &format!("{whole}, Signature=f00"),
            &authorization("x-amz-target;host;content-type;x-amz-date"),
        ] {
            let incomplete = "IncompleteSignatureException";
            refused(&signed(text), "kms", "us-east-1", noon(), incomplete);
        }
    }

    /// Returns whether a head and a body, signed as above, would be let in.
    fn passes(parts: &Parts, body: &[u8]) -> bool {
        Claim::of(parts, "kms", Some("us-east-1"), noon()).is_ok_and(|claim| {
            let expected = claim.expected("secret", "kms", &parts.headers, body);
            claim.key_id == "AKID" && expected.is_ok_and(|expected| expected == claim.signature)
        })
    }

    #[test]
    fn no_bit_of_a_signed_request_can_be_turned() {
        let right = signed(&authorization(ALL));
        assert!(passes(&right, b"{}"));
        let mut mutants = 0;
        for (name, value) in &right.headers {
            for at in 0..value.len() * 8 {
                let mut bytes = value.as_bytes().to_vec();
                bytes[at / 8] ^= 1 << (at % 8);
                let Ok(changed) = HeaderValue::from_bytes(&bytes) else {
                    continue;
                };
                let mut mutant = signed("");
                mutant.headers.clone_from(&right.headers);
                mutant.headers.insert(name, changed.clone());
                assert!(!passes(&mutant, b"{}"), "{name}: {changed:?}");
                mutants += 1;
            }
            let mut mutant = signed("");
            mutant.headers.clone_from(&right.headers);
            mutant.headers.remove(name);
            assert!(!passes(&mutant, b"{}"), "without {name}");
        }
        assert!(mutants > 2_000, "{mutants}");
        for body in ["", "{", "{}\n", "{ }", "[]"] {
            assert!(!passes(&right, body.as_bytes()), "{body:?}");
        }
    }
}
