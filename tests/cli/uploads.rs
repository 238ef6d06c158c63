//! Uploads that were begun and not finished.

use serde_json::Value;
use stave_model::{
    BucketName, Checksums, ObjectHeaders, ObjectKey, PartNumber, Tags, UserMetadata, UserName,
};
use stave_store::{Body, CreateUpload, Store as _, UploadPart, UploadRef};

use crate::kit::{ACCESS_KEY_ID, SECRET, Shell};

/// Begins an upload with one part, as a client that then goes away.
fn begin(shell: &Shell, key: &str, size: usize) {
    use secrecy::SecretString;
    use stave_remote::{RemoteOptions, RemoteStore};

    let url = shell.ready()["endpoint"].as_str().unwrap();
    let options = RemoteOptions::new(url, ACCESS_KEY_ID, SecretString::from(SECRET));
    let store = RemoteStore::connect(&options).unwrap();
    let create = CreateUpload {
        bucket: BucketName::parse("photos").unwrap(),
        key: ObjectKey::parse(key).unwrap(),
        owner: UserName::parse("admin").unwrap(),
        headers: ObjectHeaders::default(),
        user_metadata: UserMetadata::new(),
        checksum: None,
        tags: Tags::default(),
        acl: None,
        encryption: stave_store::SseRequest::BucketDefault,
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let upload = UploadRef {
            bucket: create.bucket.clone(),
            key: create.key.clone(),
            upload: store.create_upload(create).await.unwrap().upload,
        };
        let part = UploadPart {
            upload,
            number: PartNumber::new(1).unwrap(),
            checksums: Checksums::default(),
            body: Body::from_bytes(vec![7; size]),
            customer_key: None,
        };
        store.upload_part(part).await.unwrap();
    });
}

/// Returns what is listed: key and size.
fn listed(shell: &Shell, place: &str) -> Vec<(String, Option<u64>)> {
    let lines = shell.json(&format!("uploads ls {place}"));
    let told = |line: &Value| {
        assert_eq!(line["kind"], "upload");
        let key = line["key"].as_str().unwrap().to_owned();
        (key, line["size_bytes"].as_u64())
    };
    lines.iter().map(told).collect()
}

fn left_behind() -> Shell {
    let shell = Shell::served();
    shell.ok("mb photos");
    begin(&shell, "a", 100);
    begin(&shell, "b/1", 2_000);
    begin(&shell, "b/2", 30_000);
    shell
}

#[test]
fn uploads_are_listed_with_what_they_take() {
    let mut shell = left_behind();
    let keys = |found: Vec<(String, Option<u64>)>| found.into_iter().map(|(key, _)| key);
    assert!(keys(listed(&shell, "s3://photos")).eq(["a", "b/1", "b/2"]));
    shell.stop();
    // The vault keeps the sums; the protocol of S3 has no word for them.
    assert_eq!(
        listed(&shell, "s3://photos/b/"),
        [
            ("b/1".to_owned(), Some(2_000)),
            ("b/2".to_owned(), Some(30_000))
        ]
    );
    let ran = shell.run("uploads ls s3://photos --human");
    assert!(ran.out.contains("29.2 KiB"), "{ran}");
    assert!(ran.err.contains("3 unfinished uploads, 31.3 KiB"), "{ran}");
}

#[test]
fn an_upload_is_aborted_by_its_id_by_its_age_or_with_all_others() {
    let shell = left_behind();
    let first = shell.json("uploads ls s3://photos/a").remove(0);
    let id = first["upload_id"].as_str().unwrap();
    shell.ok(&format!("uploads abort s3://photos/a --upload-id {id}"));
    assert_eq!(listed(&shell, "s3://photos").len(), 2);
    shell.fails(&format!("uploads abort s3://photos/a --upload-id {id}"), 3);
    assert_eq!(
        shell.ok("uploads abort s3://photos --older-than 7d --yes"),
        ""
    );
    assert_eq!(listed(&shell, "s3://photos").len(), 2);
    let aborted = shell.json("uploads abort s3://photos/b/ --all --yes");
    assert_eq!(aborted.len(), 2);
    assert_eq!(aborted[0]["kind"], "upload-aborted");
    assert_eq!(listed(&shell, "s3://photos"), []);
    shell.ok("rb photos");
}

#[test]
fn what_is_aborted_is_said_aloud() {
    let shell = left_behind();
    let which = shell.fails("uploads abort s3://photos", 2);
    assert!(which.err.contains("--upload-id"), "{which}");
    let asked = shell.fails("uploads abort s3://photos --all", 2);
    assert!(
        asked.err.contains("Repeat the command with --yes."),
        "{asked}"
    );
    let key = shell.fails("uploads abort s3://photos --upload-id x", 2);
    assert!(
        key.err
            .contains("An upload is named by its key and its id."),
        "{key}"
    );
    assert_eq!(listed(&shell, "s3://photos").len(), 3);
}
