//! `stave audit`: who used which key, and whether the record of it is whole.

use serde_json::Value;

use crate::kit::Shell;
use crate::served_or_not;

served_or_not!(
    each_use_of_a_key_is_recorded,
    a_refusal_is_recorded,
    the_chain_is_checked,
    records_are_exported_into_a_bucket,
    a_record_that_is_not_there_is_not_found,
);

fn used(shell: &Shell) {
    shell.ok("keys create --alias tax");
    shell.file("note", "hello");
    shell.ok("mb papers");
    shell.ok("cp note s3://papers/note --sse aws:kms --sse-kms-key-id alias/tax");
    shell.ok("cat s3://papers/note");
}

fn events(shell: &Shell, line: &str) -> Vec<Value> {
    let mut records = shell.json(line);
    records
        .iter_mut()
        .map(|record| record["event"].take())
        .collect()
}

fn each_use_of_a_key_is_recorded(shell: &Shell) {
    used(shell);
    let decrypts = events(shell, "audit list --event Decrypt");
    assert_eq!(decrypts.len(), 1, "{decrypts:?}");
    assert_eq!(decrypts[0]["userIdentity"]["userName"], "admin");
    let text = decrypts[0].to_string();
    assert!(text.contains("arn:aws:s3:::papers/note"), "{text}");
    let about = events(shell, "audit list --resource s3://papers/note");
    assert!(about.len() >= 2, "{about:?}");
    assert_eq!(shell.json("audit list --limit 1").len(), 1);
    let newest = shell.json("audit list --limit 1").remove(0);
    let sequence = newest["sequence"].as_u64().unwrap();
    let shown = shell.json(&format!("audit show {sequence}")).remove(0);
    assert_eq!(shown["event"], newest["event"]);
    assert_eq!(shell.ok("audit list --user nobody"), "");
}

fn a_refusal_is_recorded(shell: &Shell) {
    used(shell);
    assert_eq!(events(shell, "audit list --denied").len(), 0);
    shell.ok("keys disable alias/tax");
    assert_ne!(shell.run("cat s3://papers/note").code, Some(0));
    let denied = events(shell, "audit list --denied");
    assert!(!denied.is_empty());
    assert!(denied[0]["errorCode"].is_string(), "{denied:?}");
}

fn the_chain_is_checked(shell: &Shell) {
    used(shell);
    let verified = shell.json("audit verify").remove(0);
    assert!(verified["checked"].as_u64().unwrap() >= 3, "{verified}");
    assert_eq!(verified["faults"], serde_json::json!([]));
}

fn records_are_exported_into_a_bucket(shell: &Shell) {
    used(shell);
    let exported = shell.json("audit export s3://papers/trail").remove(0);
    let key = exported["keys"][0].as_str().unwrap().to_owned();
    assert!(
        key.starts_with("trail/AWSLogs/000000000000/CloudTrail/us-east-1/"),
        "{key}"
    );
    let stat = shell.json(&format!("stat s3://papers/{key}")).remove(0);
    assert!(stat["size_bytes"].as_u64().unwrap() > 0);
    shell.fails("audit export s3://missing/", 3);
}

fn a_record_that_is_not_there_is_not_found(shell: &Shell) {
    shell.fails("audit show 999999", 3);
}
