//! What lets others into a bucket, from the command line: CORS rules, policies, and what is blocked of
//! the public.

use serde_json::{Value, json};

use crate::kit::Shell;
use crate::served_or_not;

served_or_not!(
    cors_rules_are_set_shown_and_removed,
    a_policy_is_set_shown_and_removed,
    the_public_is_blocked_by_name,
    a_file_that_is_none_is_answered_by_a_sentence,
);

fn value(shell: &Shell, setting: &str) -> Value {
    let line = format!("bucket-config get photos {setting}");
    shell.json(&line).remove(0)["value"].take()
}

fn policy(principal: &Value) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": principal, "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::photos/*",
        }],
    })
}

fn cors_rules_are_set_shown_and_removed(shell: &Shell) {
    shell.ok("mb photos");
    let rule =
        json!({ "AllowedOrigins": ["https://example.org"], "AllowedMethods": ["GET", "PUT"] });
    shell.file("cors.json", json!({ "CORSRules": [rule] }).to_string());
    shell.ok("bucket-config set photos cors cors.json");
    let set = value(shell, "cors");
    assert_eq!(set[0]["AllowedOrigins"], json!(["https://example.org"]));
    assert_eq!(set[0]["AllowedMethods"], json!(["GET", "PUT"]));
    shell.ok("bucket-config rm photos cors");
    shell.fails("bucket-config get photos cors", 3);
}

fn a_policy_is_set_shown_and_removed(shell: &Shell) {
    shell.ok("mb photos");
    let bob = policy(&json!({ "AWS": "arn:aws:iam::000000000000:user/bob" }));
    shell.file("policy.json", bob.to_string());
    shell.ok("bucket-config set photos policy policy.json");
    assert_eq!(value(shell, "policy"), bob);
    shell.ok("bucket-config rm photos policy");
    shell.fails("bucket-config get photos policy", 3);
}

fn the_public_is_blocked_by_name(shell: &Shell) {
    shell.ok("mb photos");
    shell.ok("bucket-config set photos public-access --block-acls --restrict-buckets");
    let some = json!({
        "block_acls": true, "ignore_acls": false, "block_policy": false, "restrict_buckets": true,
    });
    assert_eq!(value(shell, "public-access"), some);
    shell.ok("bucket-config set photos public-access --all");
    let all = json!({
        "block_acls": true, "ignore_acls": true, "block_policy": true, "restrict_buckets": true,
    });
    assert_eq!(value(shell, "public-access"), all);
    // To name nothing would let everything in.
    shell.fails("bucket-config set photos public-access", 2);
    assert_eq!(value(shell, "public-access"), all);
}

fn a_file_that_is_none_is_answered_by_a_sentence(shell: &Shell) {
    shell.ok("mb photos");
    shell.file("nonsense", "nonsense");
    shell.file("empty.json", "{}");
    for line in [
        "cors nonsense",
        "cors empty.json",
        "policy nonsense",
        "policy empty.json",
    ] {
        let ran = shell.fails(&format!("bucket-config set photos {line}"), 2);
        assert!(ran.err.contains("The file does not hold"), "{ran}");
    }
    let ran = shell.fails("bucket-config set photos policy missing.json", 2);
    assert!(ran.err.contains("Cannot read missing.json."), "{ran}");
}

#[test]
fn a_public_policy_is_refused_until_the_public_is_no_longer_blocked() {
    let shell = Shell::served();
    shell.ok("mb photos");
    shell.file("public.json", policy(&json!("*")).to_string());
    let ran = shell.fails("bucket-config set photos policy public.json", 4);
    assert!(ran.err.contains("photos public-access"), "{ran}");
    shell.ok("bucket-config rm photos public-access");
    shell.ok("bucket-config set photos policy public.json");
}
