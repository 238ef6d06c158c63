//! `stave keys`: the key service, in process and over a running Stave.

use serde_json::{Value, json};

use crate::kit::Shell;
use crate::served_or_not;

served_or_not!(
    a_key_is_made_named_and_listed,
    a_disabled_key_opens_nothing_until_it_is_enabled,
    what_is_sealed_opens_under_the_same_context_alone,
    a_key_rotates_and_still_opens,
    a_key_is_deleted_only_after_some_days,
    a_policy_is_shown_checked_and_set,
    grants_and_tags_are_set_and_removed,
    material_is_imported_and_deleted,
    what_a_key_guards_is_told,
    what_is_not_there_is_told_with_its_cure,
);

/// Makes a key of the name `alias/tax`, and returns its id.
fn tax(shell: &Shell) -> String {
    let made = shell.json("keys create --alias tax --description \"for the office\"");
    assert_eq!(made[0]["kind"], "key");
    made[0]["key_id"].as_str().unwrap().to_owned()
}

fn state(shell: &Shell) -> Value {
    shell.json("keys show alias/tax").remove(0)["state"].take()
}

fn a_key_is_made_named_and_listed(shell: &Shell) {
    let id = tax(shell);
    assert_eq!(id.len(), 36);
    let listed = shell.json("keys list");
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(listed[0]["aliases"], json!(["alias/tax"]));
    assert_eq!(listed[0]["description"], "for the office");
    assert_eq!(listed[0]["spec"], "SYMMETRIC_DEFAULT");
    // A name that is taken leaves no key behind.
    shell.fails("keys create --alias tax", 5);
    for name in ["\"a name\"", "aws/s3", "alias/"] {
        let ran = shell.fails(&format!("keys create --alias {name}"), 2);
        assert!(ran.err.contains("The key was not made."), "{ran}");
    }
    assert_eq!(shell.json("keys list").len(), 1);
    shell.ok("keys alias set income alias/tax");
    shell.ok("keys alias rm tax");
    assert_eq!(shell.json("keys show alias/income")[0]["key_id"], id);
    shell.fails("keys show alias/tax", 3);
    shell.ok("keys describe alias/income \"for the audit\"");
    assert_eq!(shell.json("keys list")[0]["description"], "for the audit");
}

fn a_disabled_key_opens_nothing_until_it_is_enabled(shell: &Shell) {
    tax(shell);
    shell.file("note", "hello");
    shell.ok("mb papers");
    shell.ok("cp note s3://papers/note --sse aws:kms --sse-kms-key-id alias/tax");
    assert_eq!(shell.ok("cat s3://papers/note"), "hello");
    shell.ok("keys disable alias/tax");
    assert_eq!(state(shell), "Disabled");
    let ran = shell.run("cat s3://papers/note");
    assert_ne!(ran.code, Some(0), "{ran}");
    assert!(ran.err.contains("disabled"), "{ran}");
    shell.ok("keys enable alias/tax");
    assert_eq!(shell.ok("cat s3://papers/note"), "hello");
}

fn what_is_sealed_opens_under_the_same_context_alone(shell: &Shell) {
    tax(shell);
    let sealed = shell.run_with_input("keys encrypt alias/tax --context for=tests", b"a secret");
    assert_eq!(sealed.code, Some(0), "{sealed}");
    assert!(!sealed.out.contains("secret"), "{sealed}");
    shell.file("sealed", &sealed.out);
    assert_eq!(
        shell.ok("keys decrypt sealed --context for=tests"),
        "a secret"
    );
    shell.fails("keys decrypt sealed --context for=money", 1);
    shell.file("nonsense", "not base64");
    shell.fails("keys decrypt nonsense", 2);
}

fn a_key_rotates_and_still_opens(shell: &Shell) {
    tax(shell);
    shell.file("plain", "before");
    let sealed = shell.ok("keys encrypt alias/tax plain");
    shell.file("sealed", sealed);
    shell.ok("keys rotate alias/tax");
    let versions = shell.json("keys versions alias/tax");
    assert_eq!(versions.len(), 2, "{versions:?}");
    assert_eq!(versions[0]["origin"], "CREATED");
    assert_eq!(versions[1]["origin"], "ON_DEMAND");
    assert_eq!(shell.ok("keys decrypt sealed"), "before");
    let rotation = shell.json("keys rotation alias/tax --every 90").remove(0);
    assert_eq!(rotation["days"], 90);
    assert!(rotation["next"].is_string(), "{rotation}");
    let off = shell.json("keys rotation alias/tax --off").remove(0);
    assert_eq!((&off["days"], &off["next"]), (&Value::Null, &Value::Null));
}

fn a_key_is_deleted_only_after_some_days(shell: &Shell) {
    tax(shell);
    let ran = shell.fails("keys delete alias/tax --days 7", 2);
    assert!(ran.err.contains("--yes"), "{ran}");
    assert_eq!(state(shell), "Enabled");
    shell.ok("keys delete alias/tax --days 7 --yes");
    assert_eq!(state(shell), "PendingDeletion");
    shell.fails("keys enable alias/tax", 5);
    shell.ok("keys cancel-deletion alias/tax");
    assert_eq!(state(shell), "Disabled");
}

fn a_policy_is_shown_checked_and_set(shell: &Shell) {
    tax(shell);
    let shown = shell.json("keys policy show alias/tax").remove(0);
    assert!(shown["policy"]["Statement"].is_array(), "{shown}");
    let statement = |user: &str, action: &str| {
        json!({
            "Effect": "Allow", "Action": action, "Resource": "*",
            "Principal": { "AWS": format!("arn:aws:iam::000000000000:{user}") },
        })
    };
    let policy = |statements: Value| json!({ "Version": "2012-10-17", "Statement": statements });
    let good = policy(json!([
        statement("root", "kms:*"),
        statement("user/bob", "kms:Decrypt"),
    ]));
    shell.file("good.json", good.to_string());
    shell.ok("keys policy check good.json");
    shell.ok("keys policy set alias/tax good.json");
    let shown = shell.json("keys policy show alias/tax").remove(0);
    assert_eq!(shown["policy"], good);
    shell.file(
        "lockout.json",
        policy(json!([statement("user/bob", "kms:Decrypt")])).to_string(),
    );
    shell.fails("keys policy check lockout.json", 2);
    shell.fails("keys policy set alias/tax lockout.json", 2);
    shell.file("broken.json", "{\n\"Version\": ");
    let ran = shell.fails("keys policy set alias/tax broken.json", 2);
    assert!(ran.err.contains("Line 2, column 11"), "{ran}");
}

fn grants_and_tags_are_set_and_removed(shell: &Shell) {
    tax(shell);
    let line = "keys grants add alias/tax --to bob --operation Decrypt --context team=office";
    let grant = shell.json(line).remove(0)["grant_id"].take();
    let grant = grant.as_str().unwrap().to_owned();
    let listed = shell.json("keys grants list alias/tax");
    assert_eq!(listed[0]["grantee"], "arn:aws:iam::000000000000:user/bob");
    assert_eq!(listed[0]["operations"], json!(["Decrypt"]));
    shell.ok(&format!("keys grants revoke alias/tax {grant}"));
    assert_eq!(shell.ok("keys grants list alias/tax"), "");
    assert_eq!(
        shell.ok("keys tags set alias/tax team=office year=2026"),
        "team=office\nyear=2026\n"
    );
    assert_eq!(shell.ok("keys tags rm alias/tax team"), "year=2026\n");
}

fn material_is_imported_and_deleted(shell: &Shell) {
    shell.ok("keys create --alias tax --external");
    assert_eq!(state(shell), "PendingImport");
    shell.file("material", [7; 32]);
    shell.file("short", [7; 31]);
    let ran = shell.fails("keys import alias/tax --material short", 2);
    assert!(ran.err.contains("31 bytes"), "{ran}");
    shell.ok("keys import alias/tax --material material");
    assert_eq!(state(shell), "Enabled");
    shell.file("plain", "mine");
    let sealed = shell.ok("keys encrypt alias/tax plain");
    shell.file("sealed", sealed);
    shell.ok("keys import alias/tax --delete");
    assert_eq!(state(shell), "PendingImport");
    shell.fails("keys decrypt sealed", 5);
    shell.file("other", [8; 32]);
    shell.fails("keys import alias/tax --material other", 2);
    shell.ok("keys import alias/tax --material material");
    assert_eq!(shell.ok("keys decrypt sealed"), "mine");
}

fn what_a_key_guards_is_told(shell: &Shell) {
    let id = tax(shell);
    shell.ok("mb papers");
    shell.ok("bucket-config set papers encryption --sse aws:kms --sse-kms-key-id alias/tax");
    shell.file("note", "hello");
    shell.ok("cp note s3://papers/note");
    let usage = shell.json("keys usage alias/tax").remove(0);
    assert_eq!(usage["key_id"], id);
    assert_eq!(
        usage["buckets"],
        json!([{ "bucket": "papers", "versions": 1 }])
    );
    assert_eq!(usage["default_of"], json!(["papers"]));
    assert_eq!(
        usage["versions"],
        json!([{ "version": 1, "objects": 1, "size_bytes": 5 }])
    );
}

fn what_is_not_there_is_told_with_its_cure(shell: &Shell) {
    for line in [
        "keys show alias/none",
        "keys enable 12345678-90ab-4def-8123-4567890abcde",
        "keys rotate alias/none",
        "keys usage alias/none",
        "keys alias rm none",
        "keys policy show alias/none",
    ] {
        let ran = shell.fails(line, 3);
        assert!(ran.err.contains("stave keys list"), "{ran}");
    }
}
