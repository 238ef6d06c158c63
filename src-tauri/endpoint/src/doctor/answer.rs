//! What an error document says by its code, where it does not tell the request that the server got.

use super::pasted::Answer;
use super::surroundings::{KeyState, Surroundings};
use super::time::{length, seconds_of, seconds_of_document, skewed, utc};
use super::words::{Cause, Finding, Part, Report};

/// Looks at the code and at the elements of the document.
pub(super) async fn examine(said: &Answer, surroundings: &Surroundings<'_>, report: &mut Report) {
    match said.code.as_str() {
        "RequestTimeTooSkewed" => skew(said, report),
        "AccessDenied" if said.message.contains("expired") => expired(said, report),
        "InvalidAccessKeyId" => key(said, surroundings, report).await,
        "AuthorizationHeaderMalformed" | "AuthorizationQueryParametersError"
            if said.element("Region").is_some() =>
        {
            region(said, report);
        }
        _ => by_code(said, report),
    }
}

fn skew(said: &Answer, report: &mut Report) {
    let moment = |name: &str| {
        said.element(name)
            .and_then(|at| seconds_of(at).or_else(|| seconds_of_document(at)))
    };
    let finding = match (moment("RequestTime"), moment("ServerTime")) {
        (Some(signed), Some(server)) => skewed(signed, server),
        _ => Finding::wrong(
            Part::Time,
            "The sender's clock is more than 15 minutes off.",
        )
        .cure("Set it right."),
    };
    report.blame(Cause::ClockSkew, finding);
}

fn expired(said: &Answer, report: &mut Report) {
    let moment = |name: &str| said.element(name).and_then(seconds_of_document);
    let finding = match (moment("Expires"), moment("ServerTime")) {
        (Some(end), Some(server)) => {
            let late = length((server - end).max(0));
            let sentence = format!("It had ended {late} before it was used, on {}.", utc(end));
            Finding::wrong(Part::Time, sentence)
                .expected(format!("before {}", utc(end)))
                .found(utc(server))
        }
        _ => Finding::wrong(Part::Time, "It had ended when it was used."),
    };
    let cause = if said.message.contains("Policy") {
        Cause::FormExpired
    } else {
        Cause::Expired
    };
    report.blame(cause, finding.cure("Make a new one."));
}

async fn key(said: &Answer, surroundings: &Surroundings<'_>, report: &mut Report) {
    let id = said.element("AWSAccessKeyId").unwrap_or_default();
    let known = surroundings.known.key(id, None).await.ok().flatten();
    let (cause, sentence, found) = match known.map(|key| key.state) {
        Some(KeyState::Disabled) => (Cause::KeyDisabled, "The access key is turned off.", "off"),
        Some(KeyState::Deleted) => (Cause::KeyDeleted, "The access key was removed.", "removed"),
        Some(
            KeyState::Active
            | KeyState::Session
            | KeyState::TokenMissing
            | KeyState::TokenWrong
            | KeyState::Expired { .. }
            | KeyState::Link(_),
        ) => (
            Cause::Elsewhere,
            "The access key is one of this vault, and the server that answered does not know it.",
            "a key of this vault",
        ),
        None => (
            Cause::KeyUnknown,
            "The server does not know the access key, and neither does this vault.",
            "an unknown key",
        ),
    };
    let finding = Finding::wrong(Part::Key, sentence)
        .expected("an active key of the server")
        .found(format!("{found} {id}").trim())
        .cure("Check which credentials the client takes, and which server it goes to.");
    report.blame(cause, finding);
}

fn region(said: &Answer, report: &mut Report) {
    let expected = said.element("Region").unwrap_or_default();
    let finding = Finding::wrong(
        Part::Region,
        format!("The server is of the region {expected}: {}", said.message),
    )
    .expected(expected)
    .found("another region")
    .cure(format!("Set the region of the client to {expected}."));
    report.blame(Cause::Region, finding);
}

/// What codes say by themselves.
const CODES: [(&str, Cause, Part, &str); 10] = [
    (
        "NoSuchBucket",
        Cause::NoBucket,
        Part::Object,
        "Make the bucket, or correct its name.",
    ),
    (
        "NoSuchKey",
        Cause::NoObject,
        Part::Object,
        "Check the key, capitals and spaces too.",
    ),
    (
        "NoSuchVersion",
        Cause::NoVersion,
        Part::Object,
        "See the versions with `stave versions`.",
    ),
    (
        "ExpiredToken",
        Cause::SessionExpired,
        Part::Key,
        "Get a new session, then sign again.",
    ),
    (
        "InvalidToken",
        Cause::TokenWrong,
        Part::Key,
        "Take id, secret and token of one session.",
    ),
    ("EntityTooLarge", Cause::FormSize, Part::Form, OF_SIZE),
    ("EntityTooSmall", Cause::FormSize, Part::Form, OF_SIZE),
    (
        "SignatureDoesNotMatch",
        Cause::Signature,
        Part::Signature,
        "Paste the link or the request itself: the document does not tell what the server got.",
    ),
    (
        "XAmzContentSHA256Mismatch",
        Cause::BodyChanged,
        Part::Header,
        AS_SIGNED,
    ),
    ("BadDigest", Cause::BodyChanged, Part::Header, AS_SIGNED),
];

const OF_SIZE: &str = "Send a file of the size that the form allows.";

const AS_SIGNED: &str = "Send the bytes that were signed.";

/// What a code says by itself.
fn by_code(said: &Answer, report: &mut Report) {
    let (cause, part, cure) = meaning(said);
    let mut sentence = format!("The server says {}: {}", said.code, said.message);
    if let Some(names) = said.element("HeadersNotSigned") {
        sentence = format!("{sentence} ({names})");
    }
    let finding = Finding::wrong(part, sentence).found(&said.code).cure(cure);
    report.blame(cause, finding);
}

fn meaning(said: &Answer) -> (Cause, Part, &'static str) {
    let known = CODES.iter().find(|(code, ..)| *code == said.code);
    if let Some(&(_, cause, part, cure)) = known {
        return (cause, part, cure);
    }
    if said.code != "AccessDenied" {
        let cure = "Act on what the server says.";
        return (Cause::Server, Part::Signature, cure);
    }
    if said.message.contains("according to Policy") {
        let cure = "Send the fields as the form has them.";
        return (Cause::FormField, Part::Form, cure);
    }
    if said.element("HeadersNotSigned").is_some() {
        let cure = "Leave the header out, or sign it.";
        return (Cause::HeaderUnsigned, Part::Header, cure);
    }
    let cure = "See who may with the policy simulator.";
    (Cause::Denied, Part::Policy, cure)
}
