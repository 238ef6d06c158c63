//! The policy of a form: until when, and what its fields may say. Everything that a form says must be
//! allowed by it.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDateTime;
use hyper::StatusCode;
use serde_json::Value;
use stave_model::LinkTarget;

use super::fields::Fields;
use crate::dialect::Dialect;
use crate::server::Refusal;

/// How a policy writes its end: in UTC, with or without parts of a second.
const EXPIRATION_FORMAT: &str = "%Y-%m-%dT%H:%M:%S%.fZ";

/// Fields that no condition need name: what signs, and what a program marks as its own.
const EXEMPT: [&str; 4] = ["x-amz-signature", "signature", "awsaccesskeyid", "policy"];
const IGNORED_PREFIX: &str = "x-ignore-";

/// How long a file may be, in bytes, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LengthRange {
    pub(super) least: u64,
    pub(super) most: u64,
}

impl LengthRange {
    /// Returns what of it a link takes too.
    pub(super) fn within(self, target: &LinkTarget) -> Self {
        match target {
            LinkTarget::Post {
                min_bytes,
                max_bytes,
                ..
            } => Self {
                least: self.least.max(*min_bytes),
                most: max_bytes.map_or(self.most, |most| most.min(self.most)),
            },
            LinkTarget::Get { .. } | LinkTarget::Put { .. } => self,
        }
    }
}

/// How the value of a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    Exactly,
    StartsWith,
}

impl Match {
    fn as_str(self) -> &'static str {
        match self {
            Self::Exactly => "eq",
            Self::StartsWith => "starts-with",
        }
    }
}

/// What one field may say.
#[derive(Debug, PartialEq, Eq)]
struct Condition {
    how: Match,
    /// In lower case.
    field: String,
    value: String,
}

/// A policy.
#[derive(Debug)]
pub(super) struct Policy {
    expiration: NaiveDateTime,
    conditions: Vec<Condition>,
    ranges: Vec<LengthRange>,
}

impl Policy {
    /// Parses the document as the field carries it.
    pub(super) fn parse(encoded: &str) -> Result<Self, Refusal> {
        let invalid = || invalid("Invalid JSON.");
        let compact: String = encoded.split_ascii_whitespace().collect();
        let document = STANDARD.decode(compact).map_err(|_| invalid())?;
        let document = String::from_utf8(document).map_err(|_| invalid())?;
        let document: Value =
            serde_json::from_str(&plain_json(&document)).map_err(|_| invalid())?;
        let document = document.as_object().ok_or_else(invalid)?;
        let mut policy = Self {
            expiration: parse_expiration(document.get("expiration"))?,
            conditions: Vec::new(),
            ranges: Vec::new(),
        };
        let conditions = document.get("conditions").and_then(Value::as_array);
        let conditions = conditions.ok_or_else(|| self::invalid("Policy missing conditions."))?;
        for condition in conditions {
            policy.add(condition)?;
        }
        Ok(policy)
    }

    /// Lets the fields of a form to `bucket` pass, or says what does not.
    pub(super) fn check(
        &self,
        fields: &Fields,
        bucket: &str,
        now: NaiveDateTime,
        dialect: Dialect,
    ) -> Result<(), Refusal> {
        if now >= self.expiration {
            return Err(denied("Policy expired."));
        }
        // A form says its bucket by where it goes; a field of that name only repeats it.
        let value = |name: &str| match name {
            "bucket" => Some(bucket),
            // To Ceph's gateway a field that is not there is an empty one.
            name if dialect == Dialect::Ceph => fields.get(name).or(Some("")),
            name => fields.get(name),
        };
        for condition in &self.conditions {
            if !value(&condition.field).is_some_and(|value| condition.allows(value)) {
                let Condition { how, field, value } = condition;
                let how = how.as_str();
                let message =
                    format!("Policy Condition failed: [\"{how}\", \"${field}\", \"{value}\"]");
                return Err(denied(&message));
            }
        }
        let says_another = fields.get("bucket").is_some_and(|said| said != bucket);
        let named = |name: &str| self.conditions.iter().any(|c| c.field == name);
        let exempt = |name: &str| EXEMPT.contains(&name) || name.starts_with(IGNORED_PREFIX);
        let mut said = fields.iter().map(|(name, _)| name).chain(["bucket"]);
        match said.find(|name| !exempt(name) && !named(name)) {
            Some(name) => Err(denied(&format!("Extra input fields: {name}"))),
            None if says_another => Err(denied("The field bucket names another bucket.")),
            None => Ok(()),
        }
    }

    /// Returns the range that all of its ranges leave, within what S3 takes.
    pub(super) fn length_range(&self, most: u64) -> LengthRange {
        let all = LengthRange { least: 0, most };
        self.ranges.iter().fold(all, |left, range| LengthRange {
            least: left.least.max(range.least),
            most: left.most.min(range.most),
        })
    }

    fn add(&mut self, condition: &Value) -> Result<(), Refusal> {
        if let Value::Object(simple) = condition {
            let mut pairs = simple.iter();
            let (Some((field, Value::String(value))), None) = (pairs.next(), pairs.next()) else {
                return Err(invalid(
                    "Invalid Simple-Condition: Simple-Conditions must have exactly one property \
                     specified.",
                ));
            };
            self.conditions.push(Condition {
                how: Match::Exactly,
                field: field.to_ascii_lowercase(),
                value: value.clone(),
            });
            return Ok(());
        }
        let Some([Value::String(operation), first, second]) =
            condition.as_array().map(Vec::as_slice)
        else {
            return Err(invalid("Invalid Condition: it has not three parts."));
        };
        match operation.to_ascii_lowercase().as_str() {
            "eq" => self.add_match(Match::Exactly, first, second),
            "starts-with" => self.add_match(Match::StartsWith, first, second),
            "content-length-range" => {
                let (Some(least), Some(most)) = (length(first), length(second)) else {
                    return Err(invalid(
                        "Invalid Content-Length-Range: its ends are whole numbers from 0.",
                    ));
                };
                self.ranges.push(LengthRange { least, most });
                Ok(())
            }
            _ => Err(invalid("Invalid Condition: its operation is unknown.")),
        }
    }

    fn add_match(&mut self, how: Match, field: &Value, value: &Value) -> Result<(), Refusal> {
        let field = field.as_str().and_then(|field| field.strip_prefix('$'));
        let (Some(field), Value::String(value)) = (field, value) else {
            return Err(invalid(
                "Invalid Condition: it names a field as $field, and a text.",
            ));
        };
        self.conditions.push(Condition {
            how,
            field: field.to_ascii_lowercase(),
            value: value.clone(),
        });
        Ok(())
    }
}

impl Condition {
    fn allows(&self, value: &str) -> bool {
        match self.how {
            Match::Exactly => value == self.value,
            // A type may be a list, and each of it is asked.
            Match::StartsWith if self.field == "content-type" => value
                .split(',')
                .all(|one| one.trim_start().starts_with(&self.value)),
            Match::StartsWith => value.starts_with(&self.value),
        }
    }
}

fn parse_expiration(expiration: Option<&Value>) -> Result<NaiveDateTime, Refusal> {
    let expiration = expiration.ok_or_else(|| invalid("Policy missing expiration."))?;
    let text = expiration.as_str().unwrap_or_default();
    NaiveDateTime::parse_from_str(text, EXPIRATION_FORMAT)
        .map_err(|_| invalid(&format!("Invalid 'expiration' value: '{text}'")))
}

/// Some programs write lengths as texts.
fn length(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok(),
        value => value.as_u64(),
    }
}

/// S3 lets a policy escape a dollar sign and a vertical tab, which JSON does not.
fn plain_json(document: &str) -> String {
    let mut plain = String::with_capacity(document.len());
    let mut chars = document.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, false) => plain.push(c),
            (_, true) => match chars.next() {
                Some('$') => plain.push('$'),
                Some('v') => plain.push_str("\\u000b"),
                Some(escaped) => plain.extend(['\\', escaped]),
                None => plain.push('\\'),
            },
        }
    }
    plain
}

fn invalid(why: &str) -> Refusal {
    let message = format!("Invalid Policy: {why}");
    Refusal::new(StatusCode::BAD_REQUEST, "InvalidPolicyDocument", message)
}

fn denied(why: &str) -> Refusal {
    let message = format!("Invalid according to Policy: {why}");
    Refusal::new(StatusCode::FORBIDDEN, "AccessDenied", message)
}
