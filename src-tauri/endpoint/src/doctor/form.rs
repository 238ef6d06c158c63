//! Forms: the fields against the policy that they carry.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use stave_model::Timestamp;

use super::claim::Claim;
use super::deeds;
use super::pasted::FormFields;
use super::surroundings::{KeyState, KnownKey, Surroundings};
use super::time::{length, seconds_of_document, utc};
use super::words::{Cause, Finding, Part, Report};

/// Fields that no condition need name.
const EXEMPT: [&str; 3] = ["policy", "x-amz-signature", "file"];

/// Looks at a form.
pub(super) async fn examine(
    form: &FormFields,
    surroundings: &Surroundings<'_>,
    report: &mut Report,
) {
    let field = |name: &str| {
        let found = form
            .fields
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    };
    if field("AWSAccessKeyId").is_some() {
        let finding = Finding::wrong(
            Part::Form,
            "The form is signed by version 2, which AWS has retired.",
        )
        .expected("x-amz-algorithm: AWS4-HMAC-SHA256")
        .found("AWSAccessKeyId and signature")
        .cure("Sign it by version 4.");
        return report.blame(Cause::SigV2, finding);
    }
    let (Some(policy), Some(credential), Some(signature)) = (
        field("policy"),
        field("x-amz-credential"),
        field("x-amz-signature"),
    ) else {
        let finding = Finding::wrong(Part::Form, "The form is not signed.")
            .expected("policy, x-amz-credential and x-amz-signature")
            .found("not all of them")
            .cure("Send all fields of the form, before the file.");
        return report.blame(Cause::Unsigned, finding);
    };
    let claim = match Claim::of_form(credential, signature, field("x-amz-security-token")) {
        Ok(claim) => claim,
        Err(fault) => {
            let (cause, finding) = fault;
            return report.blame(cause, finding);
        }
    };
    let token = claim.token.clone().map(SecretString::from);
    let known = surroundings.known.key(&claim.key_id, token.as_ref());
    let Ok(Some(key)) = known.await else {
        let finding = Finding::wrong(
            Part::Key,
            format!("The access key {} is not known here.", claim.key_id),
        )
        .expected("an access key of this vault")
        .found(&claim.key_id)
        .cure("Make the form again with a key of this vault.");
        return report.blame(Cause::KeyUnknown, finding);
    };
    deeds::key(&key, &claim, report);
    link(&key, report);
    verify(policy, &claim, &key, report);
    conditions(form, policy, surroundings.now, report);
}

fn link(key: &KnownKey, report: &mut Report) {
    let KeyState::Link(link) = &key.state else {
        return;
    };
    let finding = |found: &str| {
        Finding::wrong(Part::Link, format!("The form was {found}."))
            .expected("a live form")
            .found(found)
            .cure("Make a new form.")
    };
    if link.revoked.is_some() {
        report.blame(Cause::LinkRevoked, finding("revoked"));
    } else if link.max_uses.is_some_and(|most| link.uses >= most) {
        report.blame(Cause::LinkUsedUp, finding("used as often as it may be"));
    }
}

fn verify(policy: &str, claim: &Claim, key: &KnownKey, report: &mut Report) {
    let Some(secret) = &key.secret else {
        return;
    };
    if claim.is_over(policy, secret.expose_secret()) {
        return report.note(Finding::right(Part::Signature, "The signature is right."));
    }
    let finding = Finding::wrong(
        Part::Signature,
        "The signature is not of this policy: the policy was changed, or another secret signed it.",
    )
    .expected("a signature of the policy by the secret of this key")
    .found("another one")
    .cure("Send policy and x-amz-signature as they were made.");
    report.blame(Cause::Signature, finding);
}

/// Looks at what the policy says of the fields.
fn conditions(form: &FormFields, policy: &str, now: Timestamp, report: &mut Report) {
    let compact: String = policy.split_ascii_whitespace().collect();
    let document = STANDARD.decode(compact).ok();
    let document = document.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let Some(document) = document else {
        let finding = Finding::wrong(Part::Form, "The policy is not JSON in base64.")
            .expected("a policy document")
            .found("something else")
            .cure("Send the field policy as it was made.");
        return report.blame(Cause::FormField, finding);
    };
    let end = document["expiration"]
        .as_str()
        .and_then(seconds_of_document);
    if let Some(end) = end.filter(|end| now.as_secs() >= *end) {
        let sentence = format!(
            "The form ended {} ago, on {}.",
            length(now.as_secs() - end),
            utc(end)
        );
        let finding = Finding::wrong(Part::Form, sentence)
            .expected(format!("before {}", utc(end)))
            .found(utc(now.as_secs()))
            .cure("Make a new form.");
        report.blame(Cause::FormExpired, finding);
    }
    let conditions = document["conditions"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let conditions: Vec<Condition> = conditions.iter().flat_map(Condition::of).collect();
    for condition in &conditions {
        condition.examine(form, report);
    }
    let named = |name: &str| conditions.iter().any(|c| c.is_of(name));
    let exempt = |name: &str| EXEMPT.contains(&name) || name.starts_with("x-ignore-");
    for (name, value) in &form.fields {
        let lower = name.to_ascii_lowercase();
        if !exempt(&lower) && !named(&lower) {
            let finding = Finding::wrong(
                Part::Form,
                format!("The field {name} is not allowed by the form's policy."),
            )
            .expected(format!("no {name}"))
            .found(format!("{name}: {value}"))
            .cure("Leave it out, or make a form that names it.");
            report.blame(Cause::FormField, finding);
        }
    }
}

/// What a policy says.
enum Condition {
    Exactly(String, String),
    Begins(String, String),
    Size(u64, u64),
}

impl Condition {
    fn of(value: &Value) -> Vec<Self> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if let Some(simple) = value.as_object() {
            let pairs = simple.iter();
            return pairs
                .map(|(n, v)| Self::Exactly(n.to_ascii_lowercase(), text(v)))
                .collect();
        }
        let (how, first, second) = (&value[0], &value[1], &value[2]);
        let field = || text(first).trim_start_matches('$').to_ascii_lowercase();
        let condition = match how.as_str() {
            Some("eq") => Some(Self::Exactly(field(), text(second))),
            Some("starts-with") => Some(Self::Begins(field(), text(second))),
            Some("content-length-range") => first
                .as_u64()
                .zip(second.as_u64())
                .map(|(least, most)| Self::Size(least, most)),
            _ => None,
        };
        condition.into_iter().collect()
    }

    fn is_of(&self, name: &str) -> bool {
        match self {
            Self::Exactly(field, _) | Self::Begins(field, _) => field == name,
            Self::Size(..) => false,
        }
    }

    fn examine(&self, form: &FormFields, report: &mut Report) {
        let field = |name: &str| {
            let found = form
                .fields
                .iter()
                .find(|(n, _)| n.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.as_str())
        };
        let (name, expected, right) = match self {
            // Where a form goes says its bucket.
            Self::Exactly(name, _) if name == "bucket" => return,
            Self::Exactly(name, value) => {
                (name, value.clone(), field(name) == Some(value.as_str()))
            }
            Self::Begins(name, beginning) => {
                let right = field(name).is_some_and(|found| found.starts_with(beginning.as_str()));
                (name, format!("{beginning}…"), right)
            }
            Self::Size(least, most) => return size(*least, *most, form.file_bytes, report),
        };
        if right {
            return;
        }
        let found = field(name).unwrap_or("nothing");
        let sentence = format!("The field {name} must be {expected}, and is {found}.");
        let finding = Finding::wrong(Part::Form, sentence)
            .expected(format!("{name}: {expected}"))
            .found(format!("{name}: {found}"))
            .cure("Send the field as the policy demands, before the file.");
        report.blame(Cause::FormField, finding);
    }
}

fn size(least: u64, most: u64, found: Option<u64>, report: &mut Report) {
    let Some(bytes) = found.filter(|bytes| !(least..=most).contains(bytes)) else {
        return;
    };
    let sentence = format!("The file has {bytes} bytes, and the form takes {least} to {most}.");
    let finding = Finding::wrong(Part::Form, sentence)
        .expected(format!("{least} to {most} bytes"))
        .found(format!("{bytes} bytes"))
        .cure("Send a file of that size, or make a form that takes more.");
    report.blame(Cause::FormSize, finding);
}
