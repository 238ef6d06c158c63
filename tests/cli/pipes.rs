//! A reader that goes away ends a command quietly.

use std::process::Stdio;

use crate::kit::{Ran, Shell, words};

/// Runs a command whose standard output nobody reads.
fn unread(shell: &Shell, line: &str) -> Ran {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = shell.command(words(line));
    command.stdout(writer).stderr(Stdio::piped());
    Ran::of(line, &command.spawn().unwrap().wait_with_output().unwrap())
}

#[test]
fn a_closed_pipe_is_no_error_and_no_panic() {
    let shell = Shell::opened();
    shell.ok("mb photos");
    shell.file("tree/a", "1");
    shell.file("tree/b", vec![b'x'; 1_000_000]);
    shell.ok("cp -r tree s3://photos");
    for line in [
        "ls",
        "ls s3://photos",
        "ls -r s3://photos --json",
        "versions -r s3://photos",
        "cat s3://photos/b",
        "cp s3://photos/b -",
        "access-keys list",
        "doctor",
        "completions bash",
        "presign s3://photos/a",
        "--help",
    ] {
        let ran = unread(&shell, line);
        assert_eq!(ran.code, Some(0), "{ran}");
        assert!(!ran.err.contains("Broken pipe"), "{ran}");
    }
}

#[test]
fn a_server_serves_on_though_nobody_reads_its_line() {
    let shell = Shell::empty();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = shell.command(["serve", "--port", "0"]);
    command.stdout(writer).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    // Its control socket answers once it serves.
    while shell.run("access-keys list --json").code != Some(0)
        || shell.json("vault status")[0]["served"] != true
    {
        assert!(child.try_wait().unwrap().is_none(), "the server ended");
    }
    shell.ok("mb photos");
    crate::kit::signal("-TERM", child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
