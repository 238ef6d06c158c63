//! How objects are encrypted, from the command line: by keys of the store, of the key service and of
//! a person's own.

use serde_json::{Value, json};

use crate::kit::{Shell, bare};
use crate::served_or_not;

served_or_not!(
    an_object_tells_how_it_is_encrypted,
    a_key_of_ones_own_is_needed_for_each_read,
    a_copy_reads_by_one_key_and_writes_by_another,
    a_large_file_goes_up_in_parts_under_a_key_of_ones_own,
    a_bucket_has_a_default,
    a_key_is_never_taken_from_the_command_line,
);

const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

fn with_bucket(shell: &Shell) {
    shell.file("note", "hello");
    shell.file("mine", KEY);
    shell.file("other", "02".repeat(32));
    shell.ok("mb papers");
}

fn encryption(shell: &Shell, line: &str) -> Value {
    shell.json(line).remove(0)["encryption"].take()
}

fn an_object_tells_how_it_is_encrypted(shell: &Shell) {
    with_bucket(shell);
    shell.ok("cp note s3://papers/a");
    assert_eq!(
        encryption(shell, "stat s3://papers/a"),
        json!({ "kind": "SSE-S3" })
    );
    shell.ok("keys create --alias tax");
    shell.ok("cp note s3://papers/b --sse aws:kms --sse-kms-key-id alias/tax --sse-kms-context team=office");
    let told = encryption(shell, "stat s3://papers/b");
    let key = shell.json("keys show alias/tax").remove(0);
    assert_eq!(told["kind"], "SSE-KMS");
    let named = told["key"].as_str().unwrap();
    assert!(named.ends_with(key["key_id"].as_str().unwrap()), "{told}");
    assert!(shell.ok("stat s3://papers/b").contains("SSE-KMS"));
    shell.fails(
        "cp note s3://papers/c --sse aws:kms --sse-kms-key-id alias/none",
        3,
    );
    shell.fails("stat s3://papers/none", 3);
}

fn a_key_of_ones_own_is_needed_for_each_read(shell: &Shell) {
    with_bucket(shell);
    shell.ok("cp note s3://papers/a --sse-c-key mine");
    assert_eq!(shell.ok("cat s3://papers/a --sse-c-key mine"), "hello");
    assert_eq!(
        encryption(shell, "stat s3://papers/a --sse-c-key mine"),
        json!({ "kind": "SSE-C" })
    );
    shell.ok("cp s3://papers/a back --sse-c-key mine");
    assert_eq!(shell.read("back"), b"hello");
    assert_eq!(shell.ok("cp s3://papers/a - --sse-c-key mine"), "hello");
    for line in [
        "cat s3://papers/a",
        "cat s3://papers/a --sse-c-key other",
        "cp s3://papers/a again",
        "stat s3://papers/a",
    ] {
        let ran = shell.run(line);
        assert_ne!(ran.code, Some(0), "{ran}");
        assert!(!ran.err.contains("AQEB"), "{ran}");
    }
    // A key may come by standard input, or by the environment.
    let ran = shell.run_with_input("cat s3://papers/a --sse-c-key -", KEY.as_bytes());
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (Some(0), "hello"),
        "{}",
        ran.err
    );
    let mut command = shell.command(["cat", "s3://papers/a", "--sse-c-key", "env:MY_KEY"]);
    let output = command.env("MY_KEY", KEY).output().unwrap();
    assert_eq!(output.stdout, b"hello");
}

fn a_copy_reads_by_one_key_and_writes_by_another(shell: &Shell) {
    with_bucket(shell);
    shell.ok("cp note s3://papers/a --sse-c-key mine");
    shell.ok("cp s3://papers/a s3://papers/b --sse-c-copy-source-key mine --sse-c-key other");
    assert_eq!(shell.ok("cat s3://papers/b --sse-c-key other"), "hello");
    shell.ok("cp s3://papers/b s3://papers/c --sse-c-copy-source-key other --sse AES256");
    assert_eq!(shell.ok("cat s3://papers/c"), "hello");
    let ran = shell.run("cp s3://papers/a s3://papers/d");
    assert_ne!(ran.code, Some(0), "{ran}");
}

fn a_large_file_goes_up_in_parts_under_a_key_of_ones_own(shell: &Shell) {
    with_bucket(shell);
    let bytes: Vec<u8> = (0..65 * 1024 * 1024_u32)
        .map(|n| (n / 7).to_le_bytes()[0])
        .collect();
    shell.file("large", &bytes);
    shell.ok("cp large s3://papers/large --sse-c-key mine");
    shell.ok("cp s3://papers/large back --sse-c-key mine");
    assert!(shell.read("back") == bytes);
    assert_ne!(shell.run("cp s3://papers/large again").code, Some(0));
}

fn a_bucket_has_a_default(shell: &Shell) {
    with_bucket(shell);
    shell.ok("keys create --alias tax");
    shell.ok(
        "bucket-config set papers encryption --sse aws:kms --sse-kms-key-id alias/tax --bucket-key",
    );
    let set = shell.json("bucket-config get papers encryption").remove(0);
    assert_eq!(set["value"]["algorithm"], "aws:kms");
    assert_eq!(set["value"]["bucket_key"], true);
    shell.ok("cp note s3://papers/a");
    let told = encryption(shell, "stat s3://papers/a");
    assert_eq!(told["kind"], "SSE-KMS");
    assert_eq!(told["bucket_key"], true);
    shell.ok("bucket-config set papers encryption --sse AES256");
    shell.ok("cp note s3://papers/a");
    assert_eq!(
        encryption(shell, "stat s3://papers/a"),
        json!({ "kind": "SSE-S3" })
    );
}

#[test]
fn objects_are_encrypted_otherwise_in_their_place() {
    let shell = &Shell::opened();
    with_bucket(shell);
    shell.ok("versioning papers enable");
    for key in ["in/a", "in/b", "out/c"] {
        shell.ok(&format!("cp note s3://papers/{key}"));
    }
    shell.ok("cp note s3://papers/in/a");
    shell.ok("keys create --alias tax");
    let done = shell.json("reencrypt s3://papers/in -r --sse aws:kms --sse-kms-key-id alias/tax");
    let summary = done.last().unwrap();
    assert_eq!(
        (&summary["done"], &summary["failed"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(
        encryption(shell, "stat s3://papers/in/a")["kind"],
        "SSE-KMS"
    );
    assert_eq!(
        encryption(shell, "stat s3://papers/out/c")["kind"],
        "SSE-S3"
    );
    assert_eq!(shell.json("versions s3://papers/in/a").len(), 2);
    let all = shell
        .json("reencrypt s3://papers/in/a --all-versions --sse aws:kms --sse-kms-key-id alias/tax");
    assert_eq!(all.last().unwrap()["done"], 2);
    assert_eq!(shell.ok("cat s3://papers/in/a"), "hello");
    shell.ok("reencrypt s3://papers -r --all-versions --sse AES256");
    assert_eq!(encryption(shell, "stat s3://papers/in/b")["kind"], "SSE-S3");
    shell.fails("reencrypt s3://papers/none --sse AES256", 3);
}

#[test]
fn another_encryption_over_an_endpoint_is_refused_before_anything_is_changed() {
    let shell = &Shell::served();
    with_bucket(shell);
    shell.ok("cp note s3://papers/a");
    shell.ok("cp note s3://papers/b");
    let ran = shell.fails("reencrypt s3://papers -r --sse aws:kms", 1);
    assert!(ran.err.contains("over an endpoint"), "{ran}");
    for key in ["a", "b"] {
        let told = encryption(shell, &format!("stat s3://papers/{key}"));
        assert_eq!(told, json!({ "kind": "SSE-S3" }));
    }
}

fn a_key_is_never_taken_from_the_command_line(shell: &Shell) {
    with_bucket(shell);
    let ran = shell.fails(&format!("cp note s3://papers/a --sse-c-key {KEY}"), 2);
    assert!(!ran.err.contains(KEY), "{ran}");
    assert!(ran.err.contains("Put it into a file"), "{ran}");
    shell.file("short", "AQEB");
    shell.fails("cp note s3://papers/a --sse-c-key short", 2);
    shell.fails("cp note s3://papers/a --sse-c-key env:NOT_SET", 2);
}

#[test]
fn an_endpoint_that_is_named_is_a_key_service_too() {
    let shell = Shell::served();
    shell.ok("keys create --alias tax");
    let endpoint = shell.ready()["endpoint"].as_str().unwrap().to_owned();
    let keys = |secret: &str| {
        let mut command = bare(&shell.path(""));
        command
            .args(["keys", "list", "--json", "--endpoint-url", &endpoint])
            .env("AWS_ACCESS_KEY_ID", crate::kit::ACCESS_KEY_ID)
            .env("AWS_SECRET_ACCESS_KEY", secret);
        let output = command.output().unwrap();
        crate::kit::Ran::of("keys list", &output)
    };
    let listed = keys(crate::kit::SECRET);
    assert_eq!(listed.code, Some(0), "{listed}");
    assert!(listed.out.contains("alias/tax"), "{listed}");
    let refused = keys("another secret");
    assert_eq!(refused.code, Some(4), "{refused}");
}
