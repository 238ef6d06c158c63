//! docs/S3_SUPPORT.md: made of the tables here, each line of which is asked of a running endpoint.
//! `STAVE_WRITE_DOCS=1` writes the page anew; without it a page that is not up to date is a failure.

mod accounts;
mod headers;
mod operations;
mod page;

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::encryption::{ANN, done, key};
use crate::kit::{BUCKET, Served};
use crate::raw::{Answer, Raw};
use accounts::CALLS;
use headers::{HEADERS, beside};
use operations::{OPERATIONS, Operation};

/// What can be said of an operation or a header.
#[derive(Clone, Copy)]
pub enum Support {
    /// As AWS documents it.
    Answered(&'static str),
    /// Not all of it, and why.
    Partly(&'static str),
    /// Refused, and why.
    Refused(&'static str),
}

/// Serves a bucket with an object and an upload in progress; returns the id of that too.
async fn scene() -> (Served, String) {
    let served = Served::new().await;
    let s3 = served.client();
    let put = s3.put_object().bucket(BUCKET).key("k").send().await;
    put.unwrap();
    let sealed = Raw::new(&served, "PUT", "/photos/sealed").body("hello");
    done(&served, ANN.on(sealed)).await;
    let begun = s3.create_multipart_upload().bucket(BUCKET).key("parts");
    let upload = begun.send().await.unwrap();
    let upload = upload.upload_id().unwrap().to_owned();
    (served, upload)
}

fn request(served: &Served, operation: &Operation, upload: &str, key: &str) -> Raw {
    let (method, target) = operation.request.split_once(' ').unwrap();
    let target = target.replace("{upload}", upload);
    let mut raw = Raw::new(served, method, &target);
    if operation.name.contains("Copy") {
        raw = raw.with("x-amz-copy-source", "/photos/k");
    }
    if operation.name == "GetObjectAttributes" {
        raw = raw.with("x-amz-object-attributes", "ETag");
    }
    if operation.name == "RenameObject" {
        raw = raw.with("x-amz-rename-source", "/photos/k");
    }
    let body = operation.body.replace("{key}", key);
    if operation.name == "UpdateObjectEncryption" {
        let digest = STANDARD.encode(Sha256::digest(&body));
        raw = raw.with("x-amz-checksum-sha256", &digest);
    }
    if operation.name == "DeleteObjects" {
        raw = raw.with("content-md5", "xZmzr//X6Lztv69pohhbPg==");
    }
    if !body.is_empty() || ["PUT", "POST"].contains(&method) {
        raw = raw.body(body);
    }
    raw.signed()
}

/// Returns the status, and the code of a refusal.
fn outcome(answer: &Answer) -> String {
    let code = answer.body.split_once("<Code>");
    let code = code.and_then(|(_, rest)| rest.split_once("</Code>"));
    match code {
        Some((code, _)) if answer.status >= 300 => format!("{} {code}", answer.status),
        _ => answer.status.to_string(),
    }
}

#[tokio::test]
async fn each_operation_is_answered_as_the_page_says() {
    let (served, upload) = scene().await;
    let key = key(&served).await;
    let mut wrong = Vec::new();
    for operation in OPERATIONS {
        let raw = request(&served, operation, &upload, &key);
        let got = outcome(&raw.send(&served).await);
        let is_refused = matches!(operation.support, Support::Refused(_));
        let says_too_much = !is_refused && got.starts_with("501");
        let says_too_little = is_refused && got.starts_with('2');
        if got != operation.answer || says_too_much || says_too_little {
            let Operation { name, answer, .. } = operation;
            wrong.push(format!("{name}: {got}, not {answer}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn each_header_is_taken_as_the_page_says() {
    let (served, _) = scene().await;
    let mut wrong = Vec::new();
    for header in HEADERS {
        let (method, target) = header.request.split_once(' ').unwrap();
        let mut raw = Raw::new(&served, method, target).with(header.name, header.value);
        for (name, value) in beside(header.name) {
            raw = raw.with(&name, value);
        }
        if method == "PUT" {
            raw = raw.body("hello");
        }
        let got = outcome(&raw.signed().send(&served).await);
        let is_taken = got.starts_with('2') || got == "304" || got.starts_with("412");
        let is_refused = matches!(header.support, Support::Refused(_));
        if got != header.answer || is_taken == is_refused {
            wrong.push(format!("{}: {got}, not {}", header.name, header.answer));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn each_call_of_iam_and_sts_is_answered_as_the_page_says() {
    let served = Served::empty().await;
    let key = accounts::scene(&served).await;
    let mut wrong = Vec::new();
    for call in CALLS {
        let got = outcome(&accounts::ask(&served, call, &key).await);
        let is_refused = matches!(call.support, Support::Refused(_));
        if got != call.answer || is_refused != got.starts_with("400") {
            wrong.push(format!("{}: {got}, not {}", call.name, call.answer));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/S3_SUPPORT.md");
    let page = page::page();
    if std::env::var_os("STAVE_WRITE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let present = std::fs::read_to_string(&path).unwrap();
    let hint = "`STAVE_WRITE_DOCS=1 cargo test -p stave-tests --test endpoint support` writes it";
    assert!(
        present == page,
        "docs/S3_SUPPORT.md is not up to date: {hint}"
    );
}
