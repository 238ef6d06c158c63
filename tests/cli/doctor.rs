//! `stave doctor`: each check, and its cure where it fails.

use serde_json::Value;

use crate::kit::{Ran, Shell, words};

/// Returns the state of a check and what was found.
fn check(ran: &Ran, name: &str) -> (String, String) {
    let lines: Vec<Value> = ran
        .out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let line = lines.iter().find(|line| line["name"] == name);
    let line = line.unwrap_or_else(|| panic!("no check {name}: {ran}"));
    let text = |field: &str| line[field].as_str().unwrap().to_owned();
    assert!(line["state"] != "bad" || !text("cure").is_empty(), "{ran}");
    (text("state"), text("found"))
}

fn doctor(shell: &Shell) -> Ran {
    shell.run("doctor --json")
}

#[test]
fn a_healthy_vault_passes() {
    let shell = Shell::opened();
    let ran = doctor(&shell);
    assert_eq!(ran.code, Some(0), "{ran}");
    for name in ["vault", "permissions", "key", "open in", "clock", "disk"] {
        assert_eq!(check(&ran, name).0, "good", "{name}: {ran}");
    }
    assert_eq!(check(&ran, "endpoint").0, "note");
}

#[test]
fn a_served_vault_is_asked_through_its_endpoint() {
    let shell = Shell::served();
    let ran = doctor(&shell);
    assert_eq!(ran.code, Some(0), "{ran}");
    let (state, found) = check(&ran, "endpoint");
    assert_eq!(state, "good");
    assert!(
        found.contains(shell.ready()["endpoint"].as_str().unwrap()),
        "{found}"
    );
    let pid = shell.ready()["pid"].to_string();
    assert!(check(&ran, "open in").1.contains(&pid), "{ran}");
}

#[test]
fn no_vault_is_a_note() {
    let shell = Shell::empty();
    let ran = doctor(&shell);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(check(&ran, "vault").0, "note");
}

#[test]
fn a_missing_key_file_is_found() {
    let shell = Shell::opened();
    std::fs::remove_file(shell.path("key")).unwrap();
    let ran = doctor(&shell);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert_eq!(check(&ran, "key").0, "bad");
}

#[test]
fn a_folder_that_others_may_enter_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let shell = Shell::opened();
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(shell.path("vault"), open).unwrap();
    let ran = doctor(&shell);
    assert_eq!(check(&ran, "permissions").0, "note");
}

#[test]
fn a_damaged_manifest_is_found() {
    let shell = Shell::opened();
    shell.file("vault/vault.json", "{}");
    let ran = doctor(&shell);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert_eq!(check(&ran, "vault").0, "bad");
}

#[test]
fn a_taken_port_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let shell = Shell::opened();
    let ran = shell.run(&format!("doctor --json --port {port}"));
    assert_eq!(check(&ran, "port").0, "note");
}

#[test]
fn an_endpoint_is_examined_alone() {
    let shell = Shell::empty();
    let mut command = shell.command(words("doctor --json --endpoint-url http://127.0.0.1:9"));
    command
        .env("AWS_ACCESS_KEY_ID", "x")
        .env("AWS_SECRET_ACCESS_KEY", "y");
    let ran = Ran::of("doctor", &command.output().unwrap());
    assert_eq!(ran.code, Some(1), "{ran}");
    assert_eq!(check(&ran, "endpoint").0, "bad");
}
