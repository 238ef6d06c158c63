//! `stave access-keys`.

use serde_json::Value;

use crate::kit::{ACCESS_KEY_ID, Ran, SECRET, Shell, bare};
use crate::served_or_not;

served_or_not!(
    a_key_is_added_disabled_enabled_and_removed,
    a_key_is_minted,
    an_id_is_taken_once,
    an_unknown_key_is_not_found,
);

fn status(shell: &Shell, id: &str) -> Option<Value> {
    let keys = shell.json("access-keys list");
    let key = keys.into_iter().find(|key| key["access_key_id"] == id);
    key.map(|key| key["status"].clone())
}

fn a_key_is_added_disabled_enabled_and_removed(shell: &Shell) {
    let line = "access-keys add --user bob --access-key-id BOBKEY --secret-access-key sesame";
    let added = shell.json(line).remove(0);
    assert_eq!(added["user"], "bob");
    assert_eq!(added["secret_access_key"], "sesame");
    assert_eq!(status(shell, "BOBKEY"), Some("active".into()));
    shell.ok("access-keys disable BOBKEY");
    assert_eq!(status(shell, "BOBKEY"), Some("inactive".into()));
    shell.ok("access-keys enable BOBKEY");
    assert_eq!(status(shell, "BOBKEY"), Some("active".into()));
    shell.ok("access-keys rm BOBKEY");
    assert_eq!(status(shell, "BOBKEY"), None);
}

fn a_key_is_minted(shell: &Shell) {
    let added = shell.json("access-keys add").remove(0);
    assert_eq!(added["user"], "admin");
    assert_eq!(added["secret_access_key"].as_str().unwrap().len(), 40);
    let id = added["access_key_id"].as_str().unwrap();
    assert_eq!(status(shell, id), Some("active".into()));
}

fn an_id_is_taken_once(shell: &Shell) {
    let line = format!("access-keys add --access-key-id {ACCESS_KEY_ID}");
    shell.fails(&line, 5);
}

fn an_unknown_key_is_not_found(shell: &Shell) {
    for command in ["enable", "disable", "rm", "show"] {
        shell.fails(&format!("access-keys {command} UNKNOWN"), 3);
    }
}

#[test]
fn a_secret_is_shown_by_who_opens_the_vault() {
    let shell = Shell::opened();
    let shown = shell
        .json(&format!("access-keys show {ACCESS_KEY_ID}"))
        .remove(0);
    assert_eq!(shown["secret_access_key"], SECRET);
}

#[test]
fn a_key_works_at_once_and_stops_at_once() {
    let shell = Shell::served();
    let ls = || {
        let mut command = bare(&shell.path(""));
        command
            .args([
                "ls",
                "--endpoint-url",
                shell.ready()["endpoint"].as_str().unwrap(),
            ])
            .env("AWS_ACCESS_KEY_ID", "BOBKEY")
            .env("AWS_SECRET_ACCESS_KEY", "sesame");
        Ran::of("ls", &command.output().unwrap()).code
    };
    assert_eq!(ls(), Some(4));
    shell.ok("access-keys add --access-key-id BOBKEY --secret-access-key sesame");
    assert_eq!(ls(), Some(0));
    shell.ok("access-keys disable BOBKEY");
    assert_eq!(ls(), Some(4));
}
