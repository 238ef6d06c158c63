//! The order in which the parts are looked at: each can be told rightly only where those before it are right.

use secrecy::{ExposeSecret as _, SecretString};

use super::attempt::Attempt;
use super::changes::{self, Trial};
use super::claim::{Claim, claim};
use super::pasted::{Pasted, Shape};
use super::place_changes::split_port;
use super::surroundings::{KeyState, KnownKey, Place, Surroundings};
use super::words::{Cause, Diagnosis, Finding, Part, Report};
use super::{answer, deeds, form, time};

const METHODS: [&str; 4] = ["GET", "PUT", "HEAD", "DELETE"];

/// Looks at all parts.
pub(super) async fn examine(
    pasted: &Pasted,
    surroundings: &Surroundings<'_>,
    mut report: Report,
) -> Diagnosis {
    for (cause, finding) in &pasted.mended {
        report.blame(*cause, finding.clone());
    }
    if let Some(fields) = &pasted.form {
        form::examine(fields, surroundings, &mut report).await;
        return report.end(Cause::Fine, "Nothing is wrong with this form.".to_owned());
    }
    if let Some(said) = pasted
        .answer
        .as_ref()
        .filter(|a| a.element("CanonicalRequest").is_none())
    {
        answer::examine(said, surroundings, &mut report).await;
        return report.end(Cause::Server, said.message.clone());
    }
    match claim(pasted) {
        Ok(claim) => signed(pasted, &claim, surroundings, report).await,
        Err(fault) => {
            let (cause, finding) = fault;
            report.blame(cause, finding);
            report.end(cause, String::new())
        }
    }
}

/// Looks at a request that says who signed it.
async fn signed(
    pasted: &Pasted,
    claim: &Claim,
    surroundings: &Surroundings<'_>,
    mut report: Report,
) -> Diagnosis {
    let ours = is_ours(&pasted.host, surroundings);
    let token = claim.token.clone().map(SecretString::from);
    let known = surroundings.known.key(&claim.key_id, token.as_ref());
    let key = match known.await {
        Ok(key) => key,
        Err(error) => {
            let sentence = format!("Whether the key is known could not be found out: {error}.");
            report.note(Finding::open(Part::Key, sentence));
            None
        }
    };
    let Some(key) = key else {
        unknown_key(claim, ours, &mut report);
        time::examine(claim, surroundings.now, &mut report);
        let verdict = "Nothing is wrong that can be seen from here: it is for another service, \
                       whose keys are not known here.";
        return report.end(Cause::Elsewhere, verdict.to_owned());
    };
    deeds::key(&key, claim, &mut report);
    let attempt = verify(pasted, claim, surroundings, &key, &mut report);
    scope(claim, surroundings, &mut report);
    if let KeyState::Link(link) = &key.state {
        deeds::link(
            link,
            &attempt,
            &place_of(&attempt, surroundings),
            &mut report,
        );
    }
    time::examine(claim, surroundings.now, &mut report);
    host(pasted, ours, surroundings, &mut report);
    unsigned_headers(pasted, claim, &mut report);
    body(pasted, claim, &mut report);
    if !report.has_cause() {
        let place = place_of(&attempt, surroundings);
        deeds::examine(&key, &attempt.method, &place, surroundings, &mut report).await;
    }
    let user = &key.user;
    let verdict = match pasted.shape {
        Shape::Link => format!("Nothing is wrong with this link: {user} signed it, and it works."),
        Shape::Request | Shape::Answer => {
            format!("Nothing is wrong with this request: {user} signed it, and may do it.")
        }
    };
    report.end(Cause::Fine, verdict)
}

/// Returns whether a host is one of this endpoint, whatever its port.
fn is_ours(host: &str, surroundings: &Surroundings<'_>) -> bool {
    let (name, _) = split_port(host);
    let mut addresses = surroundings.addresses.iter();
    addresses.any(|address| {
        let before = name.strip_suffix(address.host.as_str());
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

fn unknown_key(claim: &Claim, ours: bool, report: &mut Report) {
    if !ours {
        let sentence =
            "Its key is of another service, so that its signature cannot be checked here.";
        return report.note(Finding::open(Part::Key, sentence).found(&claim.key_id));
    }
    let sentence = format!(
        "The access key {} is not known here: it was removed, or is of another endpoint.",
        claim.key_id
    );
    let finding = Finding::wrong(Part::Key, sentence)
        .expected("an access key of this vault")
        .found(&claim.key_id)
        .cure("Make the link again with a key of this vault.");
    report.blame(Cause::KeyUnknown, finding);
}

/// Checks the signature, and finds what was changed where it is wrong. Returns the request as it was signed, as far
/// as that was found out.
fn verify(
    pasted: &Pasted,
    claim: &Claim,
    surroundings: &Surroundings<'_>,
    key: &KnownKey,
    report: &mut Report,
) -> Attempt {
    let mut attempt = Attempt::of(pasted, claim);
    let Some(secret) = &key.secret else {
        let sentence = "Without the token of the session the signature cannot be checked.";
        report.note(Finding::open(Part::Signature, sentence));
        return attempt;
    };
    let secret = secret.expose_secret();
    if pasted.method.is_none() {
        let right = METHODS.into_iter().find(|method| {
            (*method).clone_into(&mut attempt.method);
            attempt.is_signed_by(secret, &claim.signature)
        });
        right.unwrap_or("GET").clone_into(&mut attempt.method);
    }
    if attempt.is_signed_by(secret, &claim.signature) {
        let sentence = format!("The signature is right: it is for {}.", attempt.method);
        report.note(Finding::right(Part::Signature, sentence));
        return attempt;
    }
    let trial = Trial {
        pasted,
        claim,
        surroundings,
        attempt: &attempt,
    };
    let mut changed = changes::find(&trial, secret);
    if pasted.shape == Shape::Link {
        changed.retain(|(cause, finding)| !is_of_the_sender(*cause, finding, &mut attempt, report));
        if changed.is_empty() && report_has_sender(report) {
            return attempt;
        }
    }
    if changed.is_empty() {
        nothing_found(pasted, claim, report);
    }
    for (cause, finding) in changed {
        report.blame(cause, finding);
    }
    attempt
}

/// A link alone tells neither its method nor its headers: what it was signed with is told, and is no fault.
fn is_of_the_sender(
    cause: Cause,
    finding: &Finding,
    attempt: &mut Attempt,
    report: &mut Report,
) -> bool {
    let expected = finding.expected.clone().unwrap_or_default();
    match cause {
        Cause::Method => {
            expected.clone_into(&mut attempt.method);
            let sentence = format!("The signature is right: it is for {expected}.");
            report.note(Finding::right(Part::Signature, sentence));
            true
        }
        Cause::HeaderMissing => {
            let sentence = format!("Who uses it must send {expected}.");
            report.note(Finding::right(Part::Header, sentence).expected(expected));
            true
        }
        _ => false,
    }
}

fn report_has_sender(report: &Report) -> bool {
    report.notes(Part::Header) || report.notes(Part::Signature)
}

/// Headers that a client sends without being told.
const SENT_UNSEEN: [&str; 3] = ["content-length", "accept-encoding", "user-agent"];

fn nothing_found(pasted: &Pasted, claim: &Claim, report: &mut Report) {
    let sent = |name: &&String| *name != "host" && pasted.header(name).is_none();
    let missing: Vec<&str> = claim
        .names
        .iter()
        .filter(sent)
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        let names = missing.join(", ");
        let of_the_client = missing.iter().all(|name| SENT_UNSEEN.contains(name));
        if pasted.shape == Shape::Link || of_the_client {
            let sentence = format!(
                "Whether the signature is right depends on what is sent with it: {names}. Paste the \
                 whole request to see."
            );
            return report.note(Finding::open(Part::Header, sentence).expected(names));
        }
        let sentence = format!("The signature covers {names}, which is not sent.");
        let finding = Finding::wrong(Part::Header, sentence)
            .expected(&names)
            .found("nothing")
            .cure(format!("Send {names} as it was when the link was made."));
        return report.blame(Cause::HeaderMissing, finding);
    }
    let finding = Finding::wrong(
        Part::Signature,
        "The signature is not of this request, and none of the usual changes makes it right: another \
         secret signed it, or more than two parts were changed.",
    )
    .expected("a signature by the secret of this key")
    .found("another one")
    .cure("Check the secret that signs; then compare the parts one by one.");
    report.blame(Cause::Signature, finding);
}

fn scope(claim: &Claim, surroundings: &Surroundings<'_>, report: &mut Report) {
    if claim.service != "s3" {
        let sentence = format!("It was signed for the service {}.", claim.service);
        let finding = Finding::wrong(Part::Region, sentence)
            .expected("s3")
            .found(&claim.service)
            .cure("Sign for the service s3.");
        return report.blame(Cause::Service, finding);
    }
    if claim.region != surroundings.region {
        let sentence = format!(
            "It was signed for the region {}, and this endpoint is {}.",
            claim.region, surroundings.region
        );
        let finding = Finding::wrong(Part::Region, sentence)
            .expected(surroundings.region)
            .found(&claim.region)
            .cure(format!(
                "Set the region of the client to {}.",
                surroundings.region
            ));
        report.blame(Cause::Region, finding);
    }
}

/// Looks at whether it goes where the endpoint is.
fn host(pasted: &Pasted, ours: bool, surroundings: &Surroundings<'_>, report: &mut Report) {
    let here: Vec<String> = surroundings
        .addresses
        .iter()
        .map(|a| format!("{}:{}", a.host, a.port))
        .collect();
    let here = here.join(", ");
    if !ours {
        let sentence = format!(
            "It goes to {}, which is not a name of this endpoint.",
            pasted.host
        );
        let finding = Finding::wrong(Part::Host, sentence)
            .expected(here)
            .found(&pasted.host)
            .cure("Use one of its names, or add this one to them.");
        return report.blame(Cause::Host, finding);
    }
    let (_, port) = split_port(&pasted.host);
    let Some(scheme) = pasted.scheme else {
        return;
    };
    let port = port.unwrap_or(scheme.default_port());
    let at_port: Vec<_> = surroundings
        .addresses
        .iter()
        .filter(|a| a.port == port)
        .collect();
    let Some(first) = at_port.first() else {
        let sentence = format!("It goes to the port {port}, and the endpoint is elsewhere now.");
        let finding = Finding::wrong(Part::Host, sentence)
            .expected(here)
            .found(&pasted.host)
            .cure("Start the endpoint on that port again, or make a new link.");
        return report.blame(Cause::Port, finding);
    };
    if at_port.iter().any(|address| address.scheme == scheme) {
        let sentence = format!("{} is this endpoint.", pasted.host);
        return report.note(Finding::right(Part::Host, sentence));
    }
    let (expected, found) = (first.scheme.as_str(), scheme.as_str());
    let sentence = format!("It is opened by {found}, and the port {port} speaks {expected}.");
    let finding = Finding::wrong(Part::Host, sentence)
        .expected(format!("{expected}://{}", pasted.host))
        .found(format!("{found}://{}", pasted.host))
        .cure(format!(
            "Open it by {expected}: the signature does not mind."
        ));
    report.blame(Cause::Scheme, finding);
}

/// Headers that need not be signed though they begin with `x-amz-`.
const NEED_NO_SIGNATURE: [&str; 3] = ["x-amz-date", "x-amz-content-sha256", "x-amz-user-agent"];

fn unsigned_headers(pasted: &Pasted, claim: &Claim, report: &mut Report) {
    let unsigned = pasted.headers.iter().map(|(name, _)| name).find(|name| {
        name.starts_with("x-amz-")
            && !NEED_NO_SIGNATURE.contains(&name.as_str())
            && !claim.names.contains(name)
    });
    let Some(name) = unsigned else {
        return;
    };
    let sentence = format!("The header {name} is sent and was not signed; S3 takes none such.");
    let finding = Finding::wrong(Part::Header, sentence)
        .expected(format!("{name} among {}", claim.names.join(";")))
        .found(format!("{name} beside them"))
        .cure(format!("Leave {name} out, or sign it."));
    report.blame(Cause::HeaderUnsigned, finding);
}

fn body(pasted: &Pasted, claim: &Claim, report: &mut Report) {
    use sha2::{Digest as _, Sha256};
    let Some(body) = &pasted.body else {
        return;
    };
    let is_hash = claim.payload.len() == 64 && claim.payload.bytes().all(|b| b.is_ascii_hexdigit());
    let found = hex::encode(Sha256::digest(body));
    if !is_hash || found == claim.payload {
        return;
    }
    let finding = Finding::wrong(Part::Header, "The body is not the one that was signed.")
        .expected(format!("x-amz-content-sha256: {}", claim.payload))
        .found(format!("the SHA-256 {found}, of {} bytes", body.len()))
        .cure("Send the bytes that were signed; a text editor may have added a line end.");
    report.blame(Cause::BodyChanged, finding);
}

/// Reads which bucket and key a request names.
fn place_of(attempt: &Attempt, surroundings: &Surroundings<'_>) -> Place {
    let (name, _) = split_port(&attempt.host);
    let path = attempt.shown_path();
    let path = path.strip_prefix('/').unwrap_or(&path);
    let mut bases: Vec<&str> = surroundings
        .addresses
        .iter()
        .map(|a| a.host.as_str())
        .collect();
    bases.sort_by_key(|base| std::cmp::Reverse(base.len()));
    let in_host = bases.iter().find_map(|base| name.strip_suffix(base));
    let (bucket, key) = match in_host.and_then(|before| before.strip_suffix('.')) {
        Some(bucket) => (bucket, path),
        None => path.split_once('/').unwrap_or((path, "")),
    };
    let version = attempt.query.iter().find(|(name, _)| name == "versionId");
    Place {
        bucket: bucket.to_owned(),
        key: key.to_owned(),
        version: version.map(|(_, value)| value.clone()),
    }
}
