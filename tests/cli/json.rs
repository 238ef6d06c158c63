//! The shape of `--json`, which scripts rely on: one object on each line.

use serde_json::{Value, json};

use crate::kit::Shell;
use crate::served_or_not;

served_or_not!(the_lines_have_the_documented_fields);

/// Replaces what differs from run to run by a word that says that it was there.
fn steady(mut line: Value) -> Value {
    for field in [
        "created",
        "modified",
        "version_id",
        "from_version_id",
        "vault_id",
        "vault",
    ] {
        if let Some(value) = line.get_mut(field) {
            assert!(
                value.as_str().is_some_and(|text| !text.is_empty()),
                "{field}"
            );
            *value = json!("*");
        }
    }
    line
}

fn the_lines_have_the_documented_fields(shell: &Shell) {
    let check = |line: &str, expected: Value| {
        let lines: Vec<Value> = shell.json(line).into_iter().map(steady).collect();
        assert_eq!(Value::from(lines), expected, "{line}");
    };
    shell.file("a", "hello");
    let etag = "5d41402abc4b2a76b9719d911017c592";
    check(
        "mb photos --versioning",
        json!([{"kind": "bucket-made", "name": "photos"}]),
    );
    check(
        "cp a s3://photos/dir/a",
        json!([{"kind": "copied", "source": "a", "target": "s3://photos/dir/a", "size_bytes": 5,
                "etag": etag, "version_id": "*"}]),
    );
    check(
        "ls s3://photos",
        json!([{"kind": "prefix", "prefix": "dir/"}]),
    );
    check(
        "ls -r s3://photos",
        json!([{"kind": "object", "key": "dir/a", "size_bytes": 5, "etag": etag, "modified": "*",
                "storage_class": "STANDARD"}]),
    );
    check(
        "versions -r s3://photos",
        json!([{"kind": "version", "key": "dir/a", "version_id": "*", "is_latest": true,
                "delete_marker": false, "size_bytes": 5, "etag": etag, "modified": "*"}]),
    );
    check(
        "versioning photos",
        json!([{"kind": "versioning", "name": "photos", "versioning": "Enabled"}]),
    );
    check(
        "rm s3://photos/dir/a",
        json!([{"kind": "deleted", "key": "dir/a", "version_id": "*", "delete_marker": true}]),
    );
    check(
        "undelete s3://photos/dir/a",
        json!([{"kind": "undeleted", "key": "dir/a"}]),
    );
    check(
        "access-keys list",
        json!([{"kind": "access-key", "access_key_id": "TESTTESTTESTTESTTEST", "user": "admin",
                "status": "active", "created": "*", "last_used": null}]),
    );
    let removed = shell.json("rb photos --force --yes");
    assert_eq!(
        removed.last(),
        Some(&json!({"kind": "bucket-removed", "name": "photos"}))
    );
}

#[test]
fn a_bucket_is_listed_with_its_counters_where_the_store_keeps_them() {
    let shell = Shell::opened();
    shell.ok("mb photos");
    shell.file("a", "hello");
    shell.ok("cp a s3://photos");
    let lines: Vec<Value> = shell.json("ls").into_iter().map(steady).collect();
    assert_eq!(
        Value::from(lines),
        json!([{"kind": "bucket", "name": "photos", "created": "*", "owner": "admin",
                "versioning": "Off", "objects": 1, "size_bytes": 5}])
    );
}

#[test]
fn an_error_is_one_object_on_standard_error() {
    let shell = Shell::opened();
    let ran = shell.fails("cat s3://photos/a --json", 3);
    assert!(ran.out.is_empty(), "{ran}");
    let error: Value = serde_json::from_str(ran.err.trim()).unwrap();
    assert_eq!(
        error,
        json!({"error": {
            "code": "not-found",
            "exit": 3,
            "what": "Cannot print s3://photos/a.",
            "why": "Bucket photos does not exist.",
            "do": "See your buckets with `stave ls`.",
        }})
    );
}
