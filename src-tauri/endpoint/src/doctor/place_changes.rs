//! Other hosts, other places of the bucket, other ways to write a path.

use std::collections::BTreeSet;

use percent_encoding::percent_decode;
use unicode_normalization::UnicodeNormalization as _;

use super::attempt::{Attempt, PathForm};
use super::changes::{Change, Trial};
use super::words::{Cause, Finding, Part};

/// Ports on which S3 servers are found, and those that this one takes where its own is taken.
const USUAL_PORTS: [u16; 12] = [
    9000, 9001, 9002, 9003, 9004, 9005, 80, 443, 4566, 8000, 8080, 8333,
];

pub(super) fn changes(trial: &Trial<'_>) -> Vec<Change> {
    let mut changes = paths(trial.attempt, &trial.pasted.path);
    changes.extend(hosts(trial));
    changes
}

/// The names of the endpoint, with each port that it may have had, and with the bucket before them or behind.
fn hosts(trial: &Trial<'_>) -> Vec<Change> {
    let found = &trial.attempt.host;
    let addresses = &trial.surroundings.addresses;
    let mut names: BTreeSet<&str> = addresses.iter().map(|a| a.host.as_str()).collect();
    let (found_name, found_port) = split_port(found);
    names.insert(found_name);
    let mut ports: Vec<Option<u16>> = vec![found_port, None];
    ports.extend(addresses.iter().map(|address| Some(address.port)));
    ports.extend(USUAL_PORTS.map(Some));
    let mut seen = BTreeSet::from([found.clone()]);
    let mut changes = Vec::new();
    for port in ports {
        for name in &names {
            let host = with_port(name, port);
            if seen.insert(host.clone()) {
                changes.push(other_host(found, &host));
            }
        }
    }
    changes.extend(styles(trial, &names, found_port));
    changes
}

fn other_host(found: &str, signed: &str) -> Change {
    let ((found_name, found_port), (name, port)) = (split_port(found), split_port(signed));
    let (cause, sentence) = if found_name == name {
        let told = |port: Option<u16>| port.map_or("none".to_owned(), |port| port.to_string());
        let sentence = format!(
            "It was signed for the port {}, and is opened at {}.",
            told(port),
            told(found_port)
        );
        (Cause::Port, sentence)
    } else {
        let sentence = format!("It was signed for the host {signed}, and is opened at {found}.");
        (Cause::Host, sentence)
    };
    let finding = Finding::wrong(Part::Host, sentence)
        .expected(signed)
        .found(found)
        .cure(format!(
            "Open it at {signed}, or make it for {found}: the host is signed."
        ));
    let host = signed.to_owned();
    Change::new(cause, finding, move |undone| {
        host.clone_into(&mut undone.host);
    })
}

/// The bucket in the path where it stands in the host, and the other way round.
fn styles(trial: &Trial<'_>, names: &BTreeSet<&str>, port: Option<u16>) -> Vec<Change> {
    let attempt = trial.attempt;
    let path = attempt.shown_path();
    let (found_name, _) = split_port(&attempt.host);
    let mut changes = Vec::new();
    for base in names {
        let in_host = found_name
            .strip_suffix(base)
            .and_then(|b| b.strip_suffix('.'));
        if let Some(bucket) = in_host {
            for name in names.iter().filter(|name| **name != found_name) {
                let moved = format!("/{bucket}{path}");
                changes.push(style(attempt, with_port(name, port), moved));
            }
        }
        let trimmed = path.trim_start_matches('/');
        let (bucket, key) = trimmed.split_once('/').unwrap_or((trimmed, ""));
        if *base != found_name || names.contains(found_name) {
            let host = with_port(&format!("{bucket}.{base}"), port);
            changes.push(style(attempt, host, format!("/{key}")));
        }
    }
    changes
}

fn style(attempt: &Attempt, host: String, path: String) -> Change {
    let (expected, found) = (
        format!("{host}{path}"),
        format!("{}{}", attempt.host, attempt.shown_path()),
    );
    let sentence = format!(
        "It was signed with the bucket in the other place: for {expected}, and is opened as {found}."
    );
    let finding = Finding::wrong(Part::Host, sentence)
        .expected(&expected)
        .found(&found)
        .cure("Use the link as it was made; path style and virtual hosts are signed differently.");
    Change::new(Cause::Style, finding, move |undone| {
        host.clone_into(&mut undone.host);
        undone.path = path.clone().into_bytes();
    })
}

/// Other ways to write the path.
fn paths(attempt: &Attempt, raw: &str) -> Vec<Change> {
    let ways = encodings(attempt).into_iter().chain(slashes(attempt));
    let others = ways.filter(|way| way.path != attempt.path);
    let mut changes: Vec<Change> = others.map(|way| other_path(attempt, way)).collect();
    changes.extend(forms(attempt, raw));
    changes
}

/// A path as it may have been signed.
struct Way {
    cause: Cause,
    path: Vec<u8>,
    /// What was done to it since.
    what: &'static str,
    cure: &'static str,
}

fn encodings(attempt: &Attempt) -> Vec<Way> {
    let text = attempt.shown_path();
    let way = |cause, path: Vec<u8>, what, cure| Way {
        cause,
        path,
        what,
        cure,
    };
    let letters =
        "Use the letters as the key has them: composed and decomposed ones are different.";
    let latin: String = attempt.path.iter().map(|byte| char::from(*byte)).collect();
    vec![
        way(
            Cause::DoubleEncoded,
            percent_decode(&attempt.path).collect(),
            "the path is percent-encoded twice",
            "Encode the key once, byte by byte, with slashes as they are.",
        ),
        way(
            Cause::WronglyEncoded,
            text.replace('+', " ").into_bytes(),
            "a plus stands where a space was signed",
            "Write a space as %20: in a path a plus is a plus.",
        ),
        way(
            Cause::WronglyEncoded,
            text.replace(' ', "+").into_bytes(),
            "a space stands where a plus was signed",
            "Write a plus as %2B.",
        ),
        way(
            Cause::UnicodeForm,
            text.nfc().collect::<String>().into_bytes(),
            "its letters are decomposed (NFD), and composed ones (NFC) were signed",
            letters,
        ),
        way(
            Cause::UnicodeForm,
            text.nfd().collect::<String>().into_bytes(),
            "its letters are composed (NFC), and decomposed ones (NFD) were signed",
            letters,
        ),
        way(
            Cause::WronglyEncoded,
            latin.into_bytes(),
            "its letters are encoded as Latin-1",
            "Encode keys as UTF-8.",
        ),
    ]
}

fn slashes(attempt: &Attempt) -> Vec<Way> {
    let text = attempt.shown_path();
    let way = |path: String, what| Way {
        cause: Cause::Path,
        path: path.into_bytes(),
        what,
        cure: "Use the path as it was signed.",
    };
    let trimmed = text.trim_end_matches('/').to_owned();
    let mut ways = vec![
        way(trimmed, "a slash stands at its end that was not signed"),
        way(format!("{text}/"), "the slash at its end is missing"),
        way(
            text.replace("//", "/"),
            "a slash stands twice that was signed once",
        ),
    ];
    if let Some((_, rest)) = text.trim_start_matches('/').split_once('/') {
        let what = "something, such as a proxy, put a folder before the path";
        ways.push(way(format!("/{rest}"), what));
    }
    ways
}

fn other_path(attempt: &Attempt, way: Way) -> Change {
    let part = match way.cause {
        Cause::Path => Part::Path,
        _ => Part::Encoding,
    };
    let sentence = format!("The path is another than the signed one: {}.", way.what);
    let finding = Finding::wrong(part, sentence)
        .expected(String::from_utf8_lossy(&way.path))
        .found(attempt.shown_path())
        .cure(way.cure);
    Change::new(way.cause, finding, move |undone| {
        way.path.clone_into(&mut undone.path);
    })
}

/// Ways in which signers write a path that S3 does not.
fn forms(attempt: &Attempt, raw: &str) -> Vec<Change> {
    let form = |cause, sentence: &str, expected: String, found: String, form: PathForm| {
        let finding = Finding::wrong(Part::Encoding, sentence)
            .expected(expected)
            .found(found)
            .cure("Turn off double encoding and normalising in the signer: S3 wants neither.");
        Change::new(cause, finding, move |undone| {
            undone.path_form = form.clone();
        })
    };
    let once = attempt.shown_path();
    let mut changes = vec![form(
        Cause::DoubleEncoded,
        "The signature is over a path that is encoded twice, as other services of AWS want it.",
        "the path encoded once".to_owned(),
        "the path encoded twice".to_owned(),
        PathForm::Twice,
    )];
    if raw.contains("%2F") || raw.contains("%2f") {
        changes.push(form(
            Cause::WronglyEncoded,
            "The slashes of the key are encoded as %2F, and signed so; S3 signs slashes as they are.",
            once.clone(),
            raw.to_owned(),
            PathForm::Verbatim(raw.to_owned()),
        ));
    }
    let plain: String = raw.to_owned();
    if !raw.is_ascii()
        || raw.contains([
            '+', '(', ')', '!', '*', '\'', '&', '=', '@', ':', ',', ';', '$',
        ])
    {
        changes.push(form(
            Cause::WronglyEncoded,
            "The signature is over the path as it stands; S3 encodes every byte but letters, digits and -._~/.",
            once,
            plain.clone(),
            PathForm::Verbatim(plain),
        ));
    }
    changes
}

/// Takes a host and its port apart.
pub(super) fn split_port(host: &str) -> (&str, Option<u16>) {
    let bracket = host.rfind(']').unwrap_or(0);
    match host[bracket..].rfind(':') {
        Some(at) => (&host[..bracket + at], host[bracket + at + 1..].parse().ok()),
        None => (host, None),
    }
}

fn with_port(name: &str, port: Option<u16>) -> String {
    port.map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}
