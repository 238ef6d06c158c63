//! s5cmd: many files at once, wildcards, pipes.

use std::path::Path;
use std::process::{Command, Stdio};

use stave_tests::files::{bytes, read_tree, write_tree};
use stave_tests::server::{Server, succeed};

use crate::{client, fail};

/// Makes a command of the client.
fn s5cmd(server: &Server, program: &Path, arguments: &[&str]) -> Command {
    let mut command = server.command(&program.to_string_lossy());
    command.env("S3_ENDPOINT_URL", server.url()).args(arguments);
    command
}

#[test]
fn s5cmd_works_on_many_files_at_once() {
    let Some(program) = client("s5cmd") else {
        return;
    };
    let server = Server::start();
    let run = |arguments: &[&str]| succeed(&mut s5cmd(&server, &program, arguments));
    let (up, down) = (server.folder().join("up"), server.folder().join("down"));
    write_tree(&up);
    let many = up.join("many");
    std::fs::create_dir(&many).expect("a folder is made");
    for number in 0..200_u64 {
        std::fs::write(many.join(format!("{number:03}.bin")), bytes(number, 1_000))
            .expect("a file is written");
    }

    run(&["mb", "s3://tree"]);
    run(&[
        "cp",
        "--part-size",
        "5",
        &format!("{}/", up.display()),
        "s3://tree/copy/",
    ]);
    assert_eq!(run(&["ls", "s3://tree/copy/many/*"]).lines().count(), 200);
    run(&["cp", "s3://tree/copy/*", &format!("{}/", down.display())]);
    assert_eq!(read_tree(&up), read_tree(&down));
    assert_eq!(run(&["cat", "s3://tree/copy/one byte"]).len(), 1);
    run(&["mv", "s3://tree/copy/many/*", "s3://tree/moved/"]);
    assert_eq!(run(&["ls", "s3://tree/moved/*"]).lines().count(), 200);
    run(&["rm", "s3://tree/*"]);
    run(&["rb", "s3://tree"]);
    assert_eq!(run(&["ls"]), "");
}

#[test]
fn s5cmd_streams_unusual_keys_and_makes_links() {
    let Some(program) = client("s5cmd") else {
        return;
    };
    let server = Server::start();
    let run = |arguments: &[&str]| succeed(&mut s5cmd(&server, &program, arguments));
    let source = server.folder().join("source");
    let content = bytes(17, 6 * 1024 * 1024);
    std::fs::write(&source, &content).expect("a file is written");

    run(&["mb", "s3://own"]);
    let key = "s3://own/a b+c/日本 🦀%";
    let mut pipe = s5cmd(
        &server,
        &program,
        &["pipe", "--content-type", "text/x-own", key],
    );
    let from = std::fs::File::open(&source).expect("the source");
    succeed(pipe.stdin(Stdio::from(from)));
    let told: serde_json::Value =
        serde_json::from_str(&run(&["--json", "head", key])).expect("JSON");
    assert_eq!(told["size"], 6_291_456);
    assert_eq!(told["content_type"], "text/x-own");

    let link = run(&["presign", "--expire", "1m", key]);
    let down = server.folder().join("down");
    let mut curl = server.command("curl");
    let curl = curl.args(["--silent", "--fail", "--output"]).arg(&down);
    succeed(curl.arg(link.trim()));
    assert_eq!(std::fs::read(&down).expect("the file"), content);

    let kept = fail(&mut s5cmd(
        &server,
        &program,
        &["cp", "s3://own/missing", "/dev/null"],
    ));
    assert!(
        kept.contains("NoSuchKey") || kept.contains("no object found"),
        "{kept}"
    );
    let used = run(&["du", "s3://own/*"]);
    assert_eq!(used.split_whitespace().next(), Some("6291456"), "{used}");
    run(&["sync", "s3://own/*", "s3://own/copy/"]);
    assert_eq!(run(&["ls", "s3://own/copy/*"]).lines().count(), 1);
}
