//! What a signature says of itself: whose it is, when, for which scope, over which headers.

use super::attempt::sign;
use super::pasted::{Pasted, Shape};
use super::words::{Cause, Finding, Part};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// How many hex digits a signature has.
const SIGNATURE_DIGITS: usize = 64;

/// Where a signature stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Query,
    Header,
}

/// What a signature says of itself.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub(super) how: How,
    pub(super) key_id: String,
    pub(super) day: String,
    pub(super) region: String,
    pub(super) service: String,
    pub(super) date: String,
    pub(super) expires: Option<String>,
    /// The signed headers, as they stand there.
    pub(super) names: Vec<String>,
    pub(super) signature: String,
    pub(super) token: Option<String>,
    /// What is signed of the body.
    pub(super) payload: String,
}

type Fault = (Cause, Finding);

fn fault(cause: Cause, finding: Finding) -> Fault {
    (cause, finding)
}

/// Reads what the signature says, or says why there is none that S3 takes.
pub(super) fn claim(pasted: &Pasted) -> Result<Claim, Fault> {
    let authorization = pasted.header("authorization").unwrap_or_default();
    let formerly =
        pasted.parameter("AWSAccessKeyId").is_some() || authorization.starts_with("AWS ");
    if formerly {
        return Err(version_2());
    }
    if pasted.shape == Shape::Answer {
        return of_answer(pasted);
    }
    if !authorization.is_empty() {
        return of_header(pasted, authorization);
    }
    let marks = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"];
    if marks.iter().all(|mark| pasted.parameter(mark).is_none()) {
        let sentence = "Nobody signed it: only what is public can be read so.";
        let finding = Finding::wrong(Part::Signature, sentence)
            .expected("X-Amz-Signature, or an Authorization header")
            .found("neither")
            .cure("Make a link to it, or sign the request.");
        return Err(fault(Cause::Unsigned, finding));
    }
    of_query(pasted)
}

fn of_query(pasted: &Pasted) -> Result<Claim, Fault> {
    let Some(signature) = pasted.parameter("X-Amz-Signature") else {
        return Err(truncated("the signature is missing", 0));
    };
    let wanted = |name: &'static str| pasted.parameter(name).ok_or_else(|| missing(name));
    let algorithm = wanted("X-Amz-Algorithm")?;
    if algorithm != ALGORITHM {
        let finding = Finding::wrong(
            Part::Signature,
            "It is signed in a way that S3 here does not take.",
        )
        .expected(ALGORITHM)
        .found(algorithm)
        .cure("Sign it by signature version 4.");
        return Err(fault(Cause::Signature, finding));
    }
    let payload = pasted
        .parameter("X-Amz-Content-Sha256")
        .or_else(|| pasted.header("x-amz-content-sha256"));
    Claim {
        how: How::Query,
        date: wanted("X-Amz-Date")?.to_owned(),
        expires: Some(wanted("X-Amz-Expires")?.to_owned()),
        names: split(wanted("X-Amz-SignedHeaders")?),
        signature: signature.to_owned(),
        token: pasted.parameter("X-Amz-Security-Token").map(str::to_owned),
        payload: payload.unwrap_or("UNSIGNED-PAYLOAD").to_owned(),
        ..Claim::of_scope(wanted("X-Amz-Credential")?)?
    }
    .checked()
}

fn of_header(pasted: &Pasted, authorization: &str) -> Result<Claim, Fault> {
    let (_, rest) = authorization.split_once(' ').unwrap_or_default();
    let field = |name: &'static str| {
        let mut fields = rest
            .split(',')
            .filter_map(|field| field.trim().split_once('='));
        let found = fields.find(|(n, _)| *n == name);
        found.map(|(_, value)| value).ok_or_else(|| missing(name))
    };
    let date = pasted.header("x-amz-date");
    let date = date.map_or_else(
        || super::time::amz_of(pasted.header("date")),
        |d| Some(d.to_owned()),
    );
    let token = pasted.header("x-amz-security-token");
    let payload = pasted.header("x-amz-content-sha256");
    Claim {
        how: How::Header,
        date: date.ok_or_else(|| missing("x-amz-date"))?,
        expires: None,
        names: split(field("SignedHeaders")?),
        signature: field("Signature")?.to_owned(),
        token: token.map(str::to_owned),
        payload: payload
            .ok_or_else(|| missing("x-amz-content-sha256"))?
            .to_owned(),
        ..Claim::of_scope(field("Credential")?)?
    }
    .checked()
}

/// Reads it from what a server says that it got.
fn of_answer(pasted: &Pasted) -> Result<Claim, Fault> {
    let element = |name: &'static str| {
        let answer = pasted
            .answer
            .as_ref()
            .and_then(|answer| answer.element(name));
        answer.ok_or_else(|| missing(name))
    };
    let canonical = element("CanonicalRequest")?.trim().to_owned();
    let mut from_behind = canonical.lines().rev();
    let payload = from_behind.next().unwrap_or_default();
    let names = from_behind.next().unwrap_or_default();
    let mut lines = element("StringToSign")?.trim().lines().skip(1);
    let date = lines.next().unwrap_or_default().trim();
    let scope = lines.next().unwrap_or_default().trim();
    let credential = format!("{}/{scope}", element("AWSAccessKeyId")?);
    let in_query = pasted.parameter("X-Amz-Algorithm").is_some();
    let token = pasted.parameter("X-Amz-Security-Token");
    let token = token.or_else(|| pasted.header("x-amz-security-token"));
    Claim {
        how: if in_query { How::Query } else { How::Header },
        date: date.to_owned(),
        expires: pasted.parameter("X-Amz-Expires").map(str::to_owned),
        names: split(names),
        signature: element("SignatureProvided")?.to_owned(),
        token: token.map(str::to_owned),
        payload: payload.to_owned(),
        ..Claim::of_scope(&credential)?
    }
    .checked()
}

impl Claim {
    /// Reads a credential: `<key>/<yyyymmdd>/<region>/<service>/aws4_request`.
    fn of_scope(credential: &str) -> Result<Self, Fault> {
        let parts: Vec<&str> = credential.split('/').collect();
        let malformed = || {
            let sentence =
                "The credential is not a key, a day, a region, a service and aws4_request.";
            let finding = Finding::wrong(Part::Region, sentence)
                .expected("KEY/20260131/us-east-1/s3/aws4_request")
                .found(credential)
                .cure("Make the link again; something cut or rewrote the credential.");
            fault(Cause::Scope, finding)
        };
        let &[key_id, day, region, service, "aws4_request"] = parts.as_slice() else {
            return Err(malformed());
        };
        if day.len() != 8 || !day.bytes().all(|b| b.is_ascii_digit()) {
            return Err(malformed());
        }
        Ok(Self {
            how: How::Query,
            key_id: key_id.to_owned(),
            day: day.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            date: String::new(),
            expires: None,
            names: Vec::new(),
            signature: String::new(),
            token: None,
            payload: String::new(),
        })
    }

    /// Reads what the fields of a form say.
    pub(super) fn of_form(
        credential: &str,
        signature: &str,
        token: Option<&str>,
    ) -> Result<Self, Fault> {
        let claim = Self::of_scope(credential)?;
        Self {
            date: claim.day.clone(),
            signature: signature.to_owned(),
            token: token.map(str::to_owned),
            ..claim
        }
        .checked()
    }

    /// Returns whether the signature is over a text, by this secret: over the policy of a form.
    pub(super) fn is_over(&self, text: &str, secret: &str) -> bool {
        let scope = [&self.day, &self.region, &self.service];
        sign(secret, scope.map(String::as_str), text) == self.signature
    }

    /// Fails where the signature is none, or the day of the scope is another than that of the date.
    fn checked(self) -> Result<Self, Fault> {
        let digits = self.signature.len();
        if digits < SIGNATURE_DIGITS {
            return Err(truncated("its signature is cut off", digits));
        }
        let is_hex = self.signature.bytes().all(|b| b.is_ascii_hexdigit());
        if digits > SIGNATURE_DIGITS || !is_hex {
            let sentence = "The signature is not 64 hex digits: something stands behind it.";
            let finding = Finding::wrong(Part::Signature, sentence)
                .expected("64 hex digits")
                .found(format!("{digits} characters"))
                .cure("Cut off what is not of the link.");
            return Err(fault(Cause::TrailingText, finding));
        }
        if !self.date.starts_with(&self.day) {
            let sentence = format!(
                "The credential is of the day {}, and it was signed on {}.",
                self.day,
                self.date.get(..8).unwrap_or(&self.date)
            );
            let finding = Finding::wrong(Part::Time, sentence)
                .expected(self.date.get(..8).unwrap_or_default())
                .found(&self.day)
                .cure("Sign with one moment: its day in the credential, all of it in X-Amz-Date.");
            return Err(fault(Cause::Scope, finding));
        }
        Ok(self)
    }
}

fn split(names: &str) -> Vec<String> {
    names
        .split(';')
        .map(|name| name.trim().to_ascii_lowercase())
        .collect()
}

fn truncated(what: &str, digits: usize) -> Fault {
    let finding = Finding::wrong(Part::Signature, format!("The link is not whole: {what}."))
        .expected("64 hex digits")
        .found(format!("{digits} of 64"))
        .cure("Copy the whole link; programs that wrap or shorten lines cut it.");
    fault(Cause::Truncated, finding)
}

fn missing(name: &str) -> Fault {
    let finding = Finding::wrong(Part::Query, format!("{name} is missing."))
        .expected(name)
        .found("nothing")
        .cure("Copy the whole link or request; make it again if it never had one.");
    fault(Cause::QueryMissing, finding)
}

fn version_2() -> Fault {
    let sentence =
        "It is signed by version 2 (AWSAccessKeyId and Signature), which AWS has retired.";
    let finding = Finding::wrong(Part::Signature, sentence)
        .expected("AWS4-HMAC-SHA256")
        .found("signature version 2")
        .cure("Sign by version 4: in boto3 Config(signature_version='s3v4').");
    fault(Cause::SigV2, finding)
}
