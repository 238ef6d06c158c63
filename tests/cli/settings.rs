//! Tags, and what is set for a bucket.

use serde_json::{Value, json};

use crate::kit::Shell;
use crate::served_or_not;

served_or_not!(
    an_object_is_tagged_and_untagged,
    a_bucket_has_tags_of_its_own,
    wrong_tags_are_answered_by_a_sentence,
    settings_are_set_shown_and_removed,
    a_site_is_pages_or_a_redirect,
    wrong_settings_are_answered_by_a_sentence,
);

fn with_object(shell: &Shell) {
    shell.file("a", "hello");
    shell.ok("mb photos --versioning");
    shell.ok("cp a s3://photos/a");
}

fn an_object_is_tagged_and_untagged(shell: &Shell) {
    with_object(shell);
    assert_eq!(shell.ok("tags get s3://photos/a"), "");
    let said = shell.ok("tags set s3://photos/a \"album=Lake 2026\" print=yes");
    assert_eq!(said, "s3://photos/a has 2 tags.\n");
    shell.ok("tags set s3://photos/a print=no");
    assert_eq!(
        shell.ok("tags get s3://photos/a"),
        "album=Lake 2026\nprint=no\n"
    );
    assert_eq!(
        shell.json("tags get s3://photos/a"),
        [
            json!({"kind": "tag", "key": "album", "value": "Lake 2026"}),
            json!({"kind": "tag", "key": "print", "value": "no"}),
        ]
    );
    shell.ok("tags rm s3://photos/a print");
    assert_eq!(shell.ok("tags get s3://photos/a"), "album=Lake 2026\n");
    shell.ok("tags set s3://photos/a x=1 --only");
    assert_eq!(shell.ok("tags get s3://photos/a"), "x=1\n");
    assert_eq!(
        shell.json("tags rm s3://photos/a"),
        [json!({"kind": "tagged", "place": "s3://photos/a", "tags": 0})]
    );
    // Tags belong to a version and make none of their own.
    assert_eq!(shell.json("versions s3://photos/a").len(), 1);
}

fn a_bucket_has_tags_of_its_own(shell: &Shell) {
    with_object(shell);
    shell.ok("tags set s3://photos team=harbour");
    assert_eq!(shell.ok("tags get s3://photos"), "team=harbour\n");
    assert_eq!(shell.ok("tags get s3://photos/a"), "");
    shell.ok("tags rm s3://photos");
    assert_eq!(shell.ok("tags get s3://photos"), "");
}

fn wrong_tags_are_answered_by_a_sentence(shell: &Shell) {
    with_object(shell);
    let reserved = shell.fails("tags set s3://photos/a aws:x=1", 2);
    assert!(
        reserved.err.contains("does not begin with aws:."),
        "{reserved}"
    );
    let doubled = shell.fails("tags set s3://photos/a x=1 x=2", 2);
    assert!(doubled.err.contains("Name each key once."), "{doubled}");
    let form = shell.fails("tags set s3://photos/a x", 2);
    assert!(form.err.contains("write it as KEY=VALUE"), "{form}");
    let eleven = (0..11)
        .map(|n| format!(" k{n}=1"))
        .collect::<Vec<_>>()
        .concat();
    let many = shell.fails(&format!("tags set s3://photos/a{eleven}"), 2);
    assert!(many.err.contains("There are more than 10 tags."), "{many}");
    let gone = shell.fails("tags rm s3://photos/a nothing", 3);
    assert!(
        gone.err.contains("s3://photos/a has no tag nothing."),
        "{gone}"
    );
    let version = shell.fails("tags get s3://photos --version-id null", 2);
    assert!(
        version.err.contains("A bucket has no versions"),
        "{version}"
    );
    shell.fails("tags get s3://photos/missing", 3);
    shell.fails("tags get s3://missing", 3);
}

/// Returns the value of a setting.
fn value(shell: &Shell, setting: &str) -> Value {
    let lines = shell.json(&format!("bucket-config get photos {setting}"));
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["kind"], "bucket-config");
    assert_eq!(lines[0]["bucket"], "photos");
    assert_eq!(lines[0]["setting"], setting);
    lines[0]["value"].clone()
}

fn who_may_come_in_is_set_from_files(shell: &Shell) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let rules = r#"{"CORSRules": [{"AllowedOrigins": ["http://localhost:5173"], "AllowedMethods": ["GET"]}]}"#;
    let rules = file("cors.json", rules);
    shell.ok(&format!("bucket-config set photos cors {rules}"));
    let told = value(shell, "cors");
    assert_eq!(told[0]["AllowedOrigins"], json!(["http://localhost:5173"]));
    assert_eq!(told[0]["AllowedMethods"], json!(["GET"]));
    let policy = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow",
        "Principal": { "AWS": "arn:aws:iam::000000000000:user/ann" },
        "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*" }] });
    let path = file("policy.json", &policy.to_string());
    shell.ok(&format!("bucket-config set photos policy {path}"));
    assert_eq!(value(shell, "policy"), policy);
    shell.ok("bucket-config set photos public-access --block-acls --block-policy");
    assert_eq!(
        value(shell, "public-access"),
        json!({"block_acls": true, "ignore_acls": false, "block_policy": true,
            "restrict_buckets": false})
    );
    for (setting, name, text, why) in [
        ("cors", "empty", "[]", "1 to 100"),
        (
            "cors",
            "method",
            r#"[{"AllowedOrigins": ["*"], "AllowedMethods": ["get"]}]"#,
            "get",
        ),
        ("policy", "broken", "{", "Line 1"),
        (
            "policy",
            "effect",
            r#"{"Statement": {"Effect": "Maybe"}}"#,
            "Principal",
        ),
    ] {
        let path = file(name, text);
        let refused = shell.fails(&format!("bucket-config set photos {setting} {path}"), 2);
        assert!(refused.err.contains(why), "{why}: {refused}");
    }
    shell.fails("bucket-config set photos policy /nowhere/policy.json", 2);
    for setting in ["cors", "policy", "public-access"] {
        shell.ok(&format!("bucket-config rm photos {setting}"));
    }
}

fn settings_are_set_shown_and_removed(shell: &Shell) {
    shell.ok("mb photos");
    shell.ok("mb logs");
    assert_eq!(value(shell, "ownership"), json!("BucketOwnerEnforced"));
    assert_eq!(value(shell, "payer"), json!("BucketOwner"));
    shell.ok("bucket-config set photos ownership object-writer");
    shell.ok("bucket-config set photos payer requester");
    shell.ok("bucket-config set photos accelerate enable");
    shell.ok("bucket-config set photos logging --to s3://logs/photos/");
    assert_eq!(value(shell, "ownership"), json!("ObjectWriter"));
    assert_eq!(value(shell, "payer"), json!("Requester"));
    assert_eq!(value(shell, "accelerate"), json!("Enabled"));
    assert_eq!(
        value(shell, "logging"),
        json!({"target_bucket": "logs", "target_prefix": "photos/"})
    );
    let all = shell.ok("bucket-config get photos");
    assert!(all.contains("payer          Requester\n"), "{all}");
    who_may_come_in_is_set_from_files(shell);
    let removed = shell.json("bucket-config rm photos logging");
    assert_eq!(
        removed,
        [json!({"kind": "bucket-config-removed", "bucket": "photos", "setting": "logging"})]
    );
    let none = shell.fails("bucket-config get photos logging", 3);
    assert!(
        none.err
            .contains("There is no logging set for s3://photos."),
        "{none}"
    );
}

fn a_site_is_pages_or_a_redirect(shell: &Shell) {
    shell.ok("mb photos");
    shell.ok("bucket-config set photos website --error 404.html");
    let pages = json!({"index": "index.html", "error": "404.html", "rules": []});
    assert_eq!(value(shell, "website"), pages);
    shell.ok("bucket-config set photos website --redirect-to https://www.example.org");
    let elsewhere = json!({"redirect_to": "www.example.org", "protocol": "https"});
    assert_eq!(value(shell, "website"), elsewhere);
    shell.ok("bucket-config rm photos website");
    shell.fails("bucket-config get photos website", 3);
}

fn wrong_settings_are_answered_by_a_sentence(shell: &Shell) {
    shell.ok("mb photos");
    let word = shell.fails("bucket-config set photos payer nobody", 2);
    assert!(
        word.err
            .contains("possible values: bucket-owner, requester"),
        "{word}"
    );
    let kind = shell.fails("bucket-config get photos colour", 2);
    assert!(kind.err.contains("invalid value 'colour'"), "{kind}");
    let target = shell.fails("bucket-config set photos logging --to s3://nowhere", 3);
    assert!(
        target.err.contains("Bucket nowhere does not exist."),
        "{target}"
    );
    let host = shell.fails("bucket-config set photos website --redirect-to ftp://x", 2);
    assert!(host.err.contains("is not the name of a host"), "{host}");
    let index = shell.fails("bucket-config set photos website --index a/b", 2);
    assert!(index.err.contains("no slash"), "{index}");
    shell.fails("bucket-config get missing", 3);
}
