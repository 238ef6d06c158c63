//! Signed headers that are missing, or that say something else than what was signed. Values that a person or a
//! program commonly sends are tried.

use super::changes::{Change, Trial};
use super::words::{Cause, Finding, Part};

/// Types that programs set by themselves, and the most common ones of files.
const TYPES: [&str; 28] = [
    "",
    "application/octet-stream",
    "binary/octet-stream",
    "application/x-www-form-urlencoded",
    "text/plain",
    "text/plain;charset=UTF-8",
    "text/plain; charset=utf-8",
    "text/html",
    "text/html; charset=utf-8",
    "text/css",
    "text/csv",
    "text/markdown",
    "text/javascript",
    "application/javascript",
    "application/json",
    "application/json; charset=utf-8",
    "application/pdf",
    "application/zip",
    "application/gzip",
    "application/xml",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/svg+xml",
    "video/mp4",
    "audio/mpeg",
    "multipart/form-data",
];

const LISTS: [&str; 5] = [
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "bucket-owner-full-control",
];

const CLASSES: [&str; 4] = ["STANDARD", "STANDARD_IA", "REDUCED_REDUNDANCY", "GLACIER"];

/// How many sizes of a body are tried.
const SIZES_MAX: u32 = 4_096;

pub(super) fn changes(trial: &Trial<'_>) -> Vec<Change> {
    let names = trial.claim.names.iter().filter(|name| *name != "host");
    let mut changes: Vec<Change> = names
        .flat_map(|name| {
            let found = trial.pasted.header(name);
            let values = values_of(name, found, trial.pasted.body.as_deref());
            let others = values
                .into_iter()
                .filter(move |v| Some(v.as_str()) != found);
            others.map(move |value| other_value(name, found, &value))
        })
        .collect();
    changes.extend(payloads(trial));
    changes
}

fn other_value(name: &str, found: Option<&str>, signed: &str) -> Change {
    let shown = if signed.is_empty() { "nothing" } else { signed };
    let (cause, sentence) = match found {
        None => (
            Cause::HeaderMissing,
            format!("The header {name} was signed as {shown}, and is not sent."),
        ),
        Some(found) => (
            Cause::HeaderChanged,
            format!("The header {name} was signed as {shown}, and is sent as {found}."),
        ),
    };
    let finding = Finding::wrong(Part::Header, sentence)
        .expected(format!("{name}: {signed}"))
        .found(found.map_or_else(|| format!("no {name}"), |found| format!("{name}: {found}")))
        .cure(format!(
            "Send {name}: {signed} just so, or make the link without it."
        ));
    let (name, signed) = (name.to_owned(), signed.to_owned());
    Change::new(cause, finding, move |undone| {
        undone.headers.retain(|(n, _)| *n != name);
        undone.headers.push((name.clone(), signed.clone()));
    })
}

/// Returns what a header may have said.
fn values_of(name: &str, found: Option<&str>, body: Option<&[u8]>) -> Vec<String> {
    let owned = |values: &[&str]| values.iter().map(|&v| v.to_owned()).collect();
    let mut values: Vec<String> = match name {
        "content-type" => owned(&TYPES),
        "content-length" => {
            let size = body.map(|body| body.len().to_string());
            size.into_iter()
                .chain((0..SIZES_MAX).map(|n| n.to_string()))
                .collect()
        }
        "x-amz-acl" => owned(&LISTS),
        "x-amz-storage-class" => owned(&CLASSES),
        "x-amz-server-side-encryption" => owned(&["AES256", "aws:kms", "aws:kms:dsse"]),
        "x-amz-server-side-encryption-bucket-key-enabled" => owned(&["true", "false"]),
        "x-amz-content-sha256" => owned(&["UNSIGNED-PAYLOAD", EMPTY]),
        "x-amz-sdk-checksum-algorithm" => owned(&["CRC32", "CRC32C", "CRC64NVME", "SHA256"]),
        "cache-control" => owned(&[
            "no-cache",
            "no-store",
            "max-age=0",
            "public, max-age=31536000",
        ]),
        "content-encoding" => owned(&["gzip", "br", "aws-chunked", "identity"]),
        "accept-encoding" => owned(&["identity", "gzip", "gzip, deflate", "gzip, deflate, br"]),
        "if-none-match" => owned(&["*"]),
        _ => Vec::new(),
    };
    values.push(String::new());
    if let Some(found) = found {
        // The same without what stands behind a semicolon, and in lower case.
        values.push(
            found
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned(),
        );
        values.push(found.to_ascii_lowercase());
    }
    values
}

/// The SHA-256 of no bytes.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What may have been signed of the body.
fn payloads(trial: &Trial<'_>) -> Vec<Change> {
    let found = trial.claim.payload.clone();
    let others = ["UNSIGNED-PAYLOAD", EMPTY]
        .into_iter()
        .filter(|p| *p != found);
    others
        .map(|payload| {
            let sentence = format!("The body was signed as {payload}, and is sent as {found}.");
            let finding = Finding::wrong(Part::Header, sentence)
                .expected(format!("x-amz-content-sha256: {payload}"))
                .found(format!("x-amz-content-sha256: {found}"))
                .cure("Sign the hash that is sent.");
            Change::new(Cause::BodyChanged, finding, move |undone| {
                payload.clone_into(&mut undone.payload);
            })
        })
        .collect()
}
