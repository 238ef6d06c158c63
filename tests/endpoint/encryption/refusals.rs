//! Requests that contradict themselves about encryption: each operation that reads the headers refuses them,
//! and no refusal, no log and no file tells the key.

use std::path::Path;

use super::{ALGORITHM, ANN, BUCKET_KEY, CONTEXT, KMS_KEY, ask, copy, done, put, refused};
use crate::kit::Served;
use crate::logs::log_everything;
use crate::raw::Raw;

const CUSTOMER: &str = "x-amz-server-side-encryption-customer-algorithm";
const KEY: &str = "x-amz-server-side-encryption-customer-key";
const MD5: &str = "x-amz-server-side-encryption-customer-key-md5";

/// Headers, and how they are refused.
type Row = (&'static [(&'static str, &'static str)], u16, &'static str);

const OF_A_WRITE: [Row; 15] = [
    (&[(ALGORITHM, "aes:kms")], 400, "InvalidArgument"),
    (&[(ALGORITHM, "aws:fsx")], 400, "InvalidArgument"),
    (&[(ALGORITHM, "aws:kms:dsse")], 501, "NotImplemented"),
    (&[(KMS_KEY, "a")], 400, "InvalidArgument"),
    (
        &[(ALGORITHM, "AES256"), (KMS_KEY, "a")],
        400,
        "InvalidArgument",
    ),
    (
        &[(ALGORITHM, "AES256"), (CONTEXT, "e30=")],
        400,
        "InvalidArgument",
    ),
    (
        &[(ALGORITHM, "AES256"), (BUCKET_KEY, "true")],
        400,
        "InvalidArgument",
    ),
    (
        &[(ALGORITHM, "aws:kms"), (BUCKET_KEY, "si")],
        400,
        "InvalidArgument",
    ),
    (
        &[(ALGORITHM, "aws:kms"), (CONTEXT, "e30")],
        400,
        "InvalidArgument",
    ),
    (
        &[(ALGORITHM, "aws:kms"), (CONTEXT, "eyJhIjoxfQ==")],
        400,
        "InvalidArgument",
    ),
    (
        &[
            (ALGORITHM, "AES256"),
            (CUSTOMER, "AES256"),
            (KEY, ANN.key),
            (MD5, ANN.md5),
        ],
        400,
        "InvalidArgument",
    ),
    (
        &[(CUSTOMER, "AES256"), (KEY, ANN.key)],
        400,
        "InvalidArgument",
    ),
    (&[(KEY, ANN.key), (MD5, ANN.md5)], 400, "InvalidArgument"),
    (
        &[
            (CUSTOMER, "AES256"),
            (KEY, ANN.key),
            (MD5, "AAAAAAAAAAAAAAAAAAAAAA=="),
        ],
        400,
        "InvalidArgument",
    ),
    (
        &[(CUSTOMER, "AES192"), (KEY, ANN.key), (MD5, ANN.md5)],
        400,
        "InvalidEncryptionAlgorithmError",
    ),
];

fn with(request: Raw, headers: &[(&str, &str)]) -> Raw {
    headers
        .iter()
        .fold(request, |request, (name, value)| request.with(name, value))
}

#[tokio::test]
async fn every_way_of_writing_refuses_what_contradicts_itself() {
    let served = Served::new().await;
    done(&served, put(&served, "/photos/source", "hello")).await;
    for (headers, status, code) in OF_A_WRITE {
        let create = Raw::new(&served, "POST", "/photos/k?uploads").body("");
        for request in [
            put(&served, "/photos/k", "hello"),
            copy(&served, "/photos/source", "/photos/k"),
            create,
        ] {
            let answer = with(request, headers).signed().send(&served).await;
            answer.is_error(status, code);
            assert!(!answer.body.contains(ANN.key), "{answer:?}");
        }
    }
    let none = ask(&served, "GET", "/photos/k");
    refused(&served, none, 404, "NoSuchKey", "").await;
}

#[tokio::test]
async fn a_read_does_not_choose_an_encryption() {
    let served = Served::new().await;
    done(&served, put(&served, "/photos/k", "hello")).await;
    let says = "x-amz-server-side-encryption header is not supported for this operation.";
    for value in ["AES256", "aws:kms"] {
        let get = ask(&served, "GET", "/photos/k").with(ALGORITHM, value);
        refused(&served, get, 400, "InvalidArgument", says).await;
    }
    let head = ask(&served, "HEAD", "/photos/k").with(KMS_KEY, "a");
    assert_eq!(head.signed().send(&served).await.status, 400);
    let half = ask(&served, "GET", "/photos/k").with(KEY, ANN.key);
    refused(
        &served,
        half,
        400,
        "InvalidArgument",
        "a valid encryption algorithm",
    )
    .await;
}

/// Looks for bytes in all files of a folder.
fn holds(folder: &Path, wanted: &[u8]) -> bool {
    let mut entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.any(|entry| {
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            return holds(&path, wanted);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes.windows(wanted.len()).any(|window| window == wanted)
    })
}

#[tokio::test]
async fn a_customers_key_is_in_no_log_and_in_no_file() {
    let served = Served::new().await;
    let written = ANN.on(put(&served, "/photos/k", "hello")).signed();
    let read = ANN.on(ask(&served, "GET", "/photos/k")).signed();
    let half = put(&served, "/photos/k", "hello").with(KEY, ANN.key);
    let half = half.signed();
    // The signer of these requests, which is the test's own, prints what it signs.
    let (logged, _guard) = log_everything();
    assert_eq!(written.send(&served).await.status, 200);
    assert_eq!(read.send(&served).await.body, "hello");
    half.send(&served).await.is_error(400, "InvalidArgument");
    let log = logged.text();
    assert!(log.contains("path=/photos/k"), "{log}");
    let bytes: Vec<u8> = (0..32).collect();
    for told in [ANN.key, &format!("{bytes:?}")] {
        assert!(!log.contains(told), "{told} in {log}");
    }
    assert!(!holds(served.folder(), &bytes));
    assert!(!holds(served.folder(), ANN.key.as_bytes()));
    assert!(!holds(served.folder(), b"hello"));
}
