//! s3cmd: the oldest of the clients, with ways of its own.

use std::path::Path;
use std::process::Command;

use stave_tests::files::{bytes, read_tree, write_tree};
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server, succeed};

use crate::{client, fail};

fn s3cmd(server: &Server, program: &Path, arguments: &[&str]) -> Command {
    let mut command = server.command(&program.to_string_lossy());
    let host = server.url().trim_start_matches("http://");
    command
        .args(["--host", host, "--host-bucket", host, "--no-ssl"])
        .args(["--access_key", ACCESS_KEY_ID, "--secret_key", SECRET])
        .args(["--region", "us-east-1", "--no-progress"])
        .args(arguments);
    command
}

#[test]
fn s3cmd_syncs_a_tree_there_and_back() {
    let Some(program) = client("s3cmd") else {
        return;
    };
    let server = Server::start();
    let run = |arguments: &[&str]| succeed(&mut s3cmd(&server, &program, arguments));
    let (up, down) = (server.folder().join("up"), server.folder().join("down"));
    let files = write_tree(&up);
    std::fs::create_dir(&down).expect("a folder is made");
    let (up_text, down_text) = (format!("{}/", up.display()), format!("{}/", down.display()));

    run(&["mb", "s3://tree"]);
    let parts = "--multipart-chunk-size-mb=5";
    run(&["sync", parts, &up_text, "s3://tree/some where/"]);
    let listed = run(&["ls", "--recursive", "s3://tree"]);
    assert_eq!(listed.lines().count(), files, "{listed}");
    run(&["sync", "s3://tree/some where/", &down_text]);
    assert_eq!(read_tree(&up), read_tree(&down));
    let again = run(&["sync", parts, &up_text, "s3://tree/some where/"]);
    assert!(!again.contains("upload:"), "{again}");
    let used = run(&["du", "s3://tree/some where/"]);
    // The nine sizes of the tree.
    assert_eq!(used.split_whitespace().next(), Some("21340133"), "{used}");
    run(&["del", "--recursive", "--force", "s3://tree"]);
    run(&["rb", "s3://tree"]);
    assert_eq!(run(&["ls"]), "");
}

#[test]
fn s3cmd_copies_tells_and_continues() {
    let Some(program) = client("s3cmd") else {
        return;
    };
    let server = Server::start();
    let run = |arguments: &[&str]| succeed(&mut s3cmd(&server, &program, arguments));
    let file = |name: &str| server.folder().join(name).to_string_lossy().into_owned();
    let content = bytes(3, 6 * 1024 * 1024);
    std::fs::write(file("file"), &content).expect("a file is written");

    run(&["mb", "s3://own"]);
    let told = [
        "--add-header",
        "x-amz-meta-colour: blue",
        "--mime-type",
        "text/x-own",
    ];
    run(&[&["put"], &told[..], &[&file("file"), "s3://own/a b+ü%.bin"]].concat());
    let info = run(&["info", "s3://own/a b+ü%.bin"]);
    assert!(info.contains("File size: 6291456"), "{info}");
    assert!(info.contains("MIME type: text/x-own"), "{info}");
    assert!(info.contains("x-amz-meta-colour: blue"), "{info}");

    run(&["cp", "s3://own/a b+ü%.bin", "s3://own/copy"]);
    run(&["mv", "s3://own/copy", "s3://own/deep/moved"]);
    let top = run(&["ls", "s3://own"]);
    assert_eq!(top.lines().count(), 2, "{top}");
    assert!(
        top.contains("DIR") && top.contains("s3://own/deep/"),
        "{top}"
    );

    // The beginning is there: only the rest is asked for.
    std::fs::write(file("half"), &content[..3_000_000]).expect("a file is written");
    run(&["get", "--continue", "s3://own/deep/moved", &file("half")]);
    assert_eq!(std::fs::read(file("half")).expect("the file"), content);

    let missing = fail(&mut s3cmd(
        &server,
        &program,
        &["get", "s3://own/missing", &file("m")],
    ));
    assert!(missing.contains("does not exist"), "{missing}");
    let missing = fail(&mut s3cmd(
        &server,
        &program,
        &["ls", "s3://missing-bucket"],
    ));
    assert!(missing.contains("NoSuchBucket"), "{missing}");
}
