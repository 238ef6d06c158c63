//! Parameters that were added, dropped or changed since it was signed.

use percent_encoding::percent_decode_str;

use super::changes::{Change, Trial};
use super::words::{Cause, Finding, Part};

/// Parameters that SDKs sign and programs drop.
const SIGNED_BY_SDKS: [(&str, &str); 6] = [
    ("x-id", "GetObject"),
    ("x-id", "PutObject"),
    ("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"),
    ("x-amz-checksum-mode", "ENABLED"),
    ("x-amz-sdk-checksum-algorithm", "CRC32"),
    ("x-amz-checksum-crc32", "AAAAAA=="),
];

/// Lives that links usually have, in seconds.
const USUAL_LIVES: [u32; 14] = [
    30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 604_800,
];

pub(super) fn changes(trial: &Trial<'_>) -> Vec<Change> {
    let mut changes = added(trial);
    changes.extend(dropped(trial));
    changes.extend(changed(trial));
    changes
}

/// Parameters that are not of the signature: each alone, and all that no S3 knows together.
fn added(trial: &Trial<'_>) -> Vec<Change> {
    let names = trial.attempt.query.iter().map(|(name, _)| name.clone());
    let of_others: Vec<String> = names.filter(|name| !name.starts_with("X-Amz-")).collect();
    let foreign: Vec<String> = of_others.iter().filter(|n| !is_known(n)).cloned().collect();
    let responses: Vec<String> = of_others
        .iter()
        .filter(|n| n.starts_with("response-"))
        .cloned()
        .collect();
    let mut sets: Vec<Vec<String>> = of_others.iter().map(|name| vec![name.clone()]).collect();
    let several = [foreign, responses, of_others];
    sets.extend(several.into_iter().filter(|set| set.len() > 1));
    sets.into_iter()
        .map(|set| {
            let shown = set.join(", ");
            let word = if set.len() == 1 {
                "parameter"
            } else {
                "parameters"
            };
            let sentence = format!("The {word} {shown} came in after it was signed.");
            let finding = Finding::wrong(Part::Query, sentence)
                .expected(format!("no {shown}"))
                .found(&shown)
                .cure("Take them away; what counts clicks or shortens links adds such parameters.");
            Change::new(Cause::QueryAdded, finding, move |undone| {
                undone.query.retain(|(name, _)| !set.contains(name));
            })
        })
        .collect()
}

/// Returns whether S3 knows a parameter.
fn is_known(name: &str) -> bool {
    const KNOWN: [&str; 16] = [
        "acl",
        "attributes",
        "delimiter",
        "encoding-type",
        "list-type",
        "marker",
        "max-keys",
        "partNumber",
        "prefix",
        "tagging",
        "torrent",
        "uploadId",
        "uploads",
        "versionId",
        "versions",
        "x-id",
    ];
    KNOWN.contains(&name) || name.starts_with("response-") || name.starts_with("x-amz-")
}

fn dropped(trial: &Trial<'_>) -> Vec<Change> {
    SIGNED_BY_SDKS
        .iter()
        .filter(|(name, _)| trial.pasted.parameter(name).is_none())
        .map(|&(name, value)| {
            let sentence = format!("The parameter {name}={value} was signed and is gone.");
            let finding = Finding::wrong(Part::Query, sentence)
                .expected(format!("{name}={value}"))
                .found(format!("no {name}"))
                .cure("Use the link as it was made; no parameter is superfluous.");
            Change::new(Cause::QueryMissing, finding, move |undone| {
                undone.query.push((name.to_owned(), value.to_owned()));
            })
        })
        .collect()
}

fn changed(trial: &Trial<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    if let Some(found) = trial.claim.expires.clone() {
        for life in USUAL_LIVES.map(|life| life.to_string()) {
            if life != found {
                changes.push(value(&found, &life));
            }
        }
    }
    let spaces = "A plus stands in a parameter where a space was signed.";
    changes.push(each_value(
        Cause::WronglyEncoded,
        spaces,
        ("%20", "+"),
        |value| value.replace('+', " "),
    ));
    let twice = "A parameter is percent-encoded twice.";
    changes.push(each_value(
        Cause::DoubleEncoded,
        twice,
        ("%20", "%2520"),
        |value| percent_decode_str(value).decode_utf8_lossy().into_owned(),
    ));
    changes
}

fn value(found: &str, signed: &str) -> Change {
    let sentence = format!("It says a life of {found} seconds, and was signed for {signed}.");
    let finding = Finding::wrong(Part::Query, sentence)
        .expected(format!("X-Amz-Expires={signed}"))
        .found(format!("X-Amz-Expires={found}"))
        .cure("Make a new link: its end is signed and cannot be moved.");
    let signed = signed.to_owned();
    Change::new(Cause::QueryChanged, finding, move |undone| {
        for (name, value) in &mut undone.query {
            if name == "X-Amz-Expires" {
                signed.clone_into(value);
            }
        }
    })
}

fn each_value(
    cause: Cause,
    sentence: &str,
    (expected, found): (&str, &str),
    undo: impl Fn(&str) -> String + 'static,
) -> Change {
    let finding = Finding::wrong(Part::Encoding, sentence)
        .expected(expected)
        .found(found)
        .cure("Encode each value once, a space as %20.");
    Change::new(cause, finding, move |undone| {
        for (name, value) in &mut undone.query {
            if !name.starts_with("X-Amz-") {
                *value = undo(value);
            }
        }
    })
}
