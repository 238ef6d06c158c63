//! `stave users`, `stave roles` and `stave sessions`.

use serde_json::{Value, json};

use crate::kit::{Ran, Shell, bare};
use crate::served_or_not;

served_or_not!(
    a_user_is_made_shown_bound_and_removed,
    a_role_is_made_changed_and_removed,
    what_is_wrong_is_told_with_its_exit_code,
    sessions_of_who_has_none_are_none,
);

const LIST: &str = r#"{"Version": "2012-10-17", "Statement":
    {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}}"#;

const TRUST: &str = r#"{"Version": "2012-10-17", "Statement":
    {"Effect": "Allow", "Action": "sts:AssumeRole",
     "Principal": {"AWS": "arn:aws:iam::000000000000:user/bob"}}}"#;

fn names(lines: &[Value]) -> Vec<&str> {
    lines
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect()
}

fn a_user_is_made_shown_bound_and_removed(shell: &Shell) {
    let made = shell
        .json("users add bob --description \"for the backup\"")
        .remove(0);
    assert_eq!(made["kind"], "identity");
    assert_eq!(
        (&made["type"], &made["name"]),
        (&json!("user"), &json!("bob"))
    );
    assert_eq!(made["arn"], "arn:aws:iam::000000000000:user/bob");
    assert_eq!(names(&shell.json("users list")), ["admin", "bob"]);
    shell.file("list.json", LIST);
    shell.ok("users policy set bob list list.json");
    let ran = shell.run_with_input("users policy set bob more -", LIST.as_bytes());
    assert_eq!(ran.code, Some(0), "{ran}");
    shell.ok("access-keys add --user bob --access-key-id BOBKEY --secret-access-key sesame");
    let shown = shell.json("users show bob").remove(0);
    assert_eq!(shown["policies"], json!(["list", "more"]));
    assert_eq!(shown["keys"][0]["access_key_id"], "BOBKEY");
    assert_eq!(
        (&shown["sessions"], &shown["trust"]),
        (&json!(0), &Value::Null)
    );
    assert!(
        shell
            .ok("users show bob")
            .contains("Policies:    list, more")
    );
    assert_eq!(shell.ok("users policy show bob list"), format!("{LIST}\n"));
    let in_use = shell.fails("users delete bob", 5);
    assert!(
        in_use
            .err
            .contains("bob still has access keys and policies."),
        "{in_use}"
    );
    shell.ok("access-keys rm BOBKEY");
    shell.ok("users policy remove bob list");
    shell.ok("users policy remove bob more");
    shell.fails("users policy show bob list", 3);
    shell.ok("users delete bob");
    assert_eq!(names(&shell.json("users list")), ["admin"]);
}

fn a_role_is_made_changed_and_removed(shell: &Shell) {
    shell.file("trust.json", TRUST);
    let made = shell
        .json("roles add reader --trust trust.json --session 2h")
        .remove(0);
    assert_eq!(
        (&made["type"], &made["session_seconds"]),
        (&json!("role"), &json!(7_200))
    );
    shell.ok("users add bob");
    assert_eq!(names(&shell.json("roles list")), ["reader"]);
    let changed = shell
        .json("roles set reader --description \"reads photos\"")
        .remove(0);
    assert_eq!(changed["description"], "reads photos");
    assert_eq!(changed["session_seconds"], json!(7_200));
    shell.file("list.json", LIST);
    shell.ok("roles policy set reader list list.json");
    let shown = shell.json("roles show reader").remove(0);
    let principal = &shown["trust"]["Statement"]["Principal"]["AWS"];
    assert_eq!(principal, "arn:aws:iam::000000000000:user/bob");
    shell.fails("roles delete reader", 5);
    shell.ok("roles policy remove reader list");
    shell.ok("roles delete reader");
    assert_eq!(shell.json("roles list"), Vec::<Value>::new());
}

fn what_is_wrong_is_told_with_its_exit_code(shell: &Shell) {
    shell.file("trust.json", TRUST);
    shell.file("broken.json", r#"{"Statement": []"#);
    shell.ok("users add bob");
    let cases = [
        ("users add bob", 5),
        ("users add \"no one\"", 2),
        ("users show eve", 3),
        ("users delete eve", 3),
        ("users delete admin", 2),
        ("users policy set bob a broken.json", 2),
        ("users policy set bob a trust.json", 2),
        ("users policy set bob a missing.json", 2),
        ("users policy remove bob a", 3),
        ("roles add reader", 2),
        ("roles add reader --trust broken.json", 2),
        ("roles add reader --trust trust.json --session 1m", 2),
        ("roles set bob --session 2h", 3),
        ("roles set reader", 2),
        ("sessions list eve", 3),
        ("users list --endpoint-url http://127.0.0.1:1", 2),
    ];
    for (line, code) in cases {
        shell.fails(line, code);
    }
    let told = shell.fails("users policy set bob a broken.json", 2);
    assert!(told.err.contains("broken.json is no policy."), "{told}");
}

fn sessions_of_who_has_none_are_none(shell: &Shell) {
    shell.ok("users add bob");
    assert_eq!(shell.json("sessions list bob"), Vec::<Value>::new());
    let ended = shell.json("sessions end bob").remove(0);
    assert_eq!(
        ended,
        json!({ "kind": "sessions-ended", "name": "bob", "ended": 0 })
    );
}

/// Lists the buckets of a served vault by bob's key.
fn ls(shell: &Shell) -> Option<i32> {
    let mut command = bare(&shell.path(""));
    command
        .args(["ls", "--endpoint-url"])
        .arg(shell.ready()["endpoint"].as_str().unwrap())
        .env("AWS_ACCESS_KEY_ID", "BOBKEY")
        .env("AWS_SECRET_ACCESS_KEY", "sesame");
    Ran::of("ls", &command.output().unwrap()).code
}

#[test]
fn a_policy_counts_from_the_next_request_on_and_the_use_of_a_key_is_told() {
    let shell = Shell::served();
    shell.ok("access-keys add --user bob --access-key-id BOBKEY --secret-access-key sesame");
    assert_eq!(
        ls(&shell),
        Some(4),
        "a user without policies may do nothing"
    );
    shell.file("list.json", LIST);
    shell.ok("users policy set bob list list.json");
    assert_eq!(ls(&shell), Some(0));
    let keys = shell.json("access-keys list");
    let bobs = keys.iter().find(|key| key["user"] == "bob").unwrap();
    assert_eq!(bobs["last_used"]["service"], "s3");
    assert_eq!(bobs["last_used"]["region"], "us-east-1");
    shell.ok("users policy remove bob list");
    assert_eq!(ls(&shell), Some(4));
}
