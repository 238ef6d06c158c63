//! rclone: a tree goes up, comes back and is compared by rclone itself.

use std::path::Path;
use std::process::Command;

use stave_tests::files::{read_tree, write_tree};
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server, succeed};

use crate::client;

fn rclone(server: &Server, program: &Path, arguments: &[&str]) -> Command {
    let mut command = server.command(&program.to_string_lossy());
    command
        .env("RCLONE_CONFIG_STAVE_TYPE", "s3")
        .env("RCLONE_CONFIG_STAVE_PROVIDER", "Other")
        .env("RCLONE_CONFIG_STAVE_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("RCLONE_CONFIG_STAVE_SECRET_ACCESS_KEY", SECRET)
        .env("RCLONE_CONFIG_STAVE_ENDPOINT", server.url())
        .env("RCLONE_CONFIG_STAVE_REGION", "us-east-1")
        .env("RCLONE_CONFIG", server.folder().join("rclone.conf"))
        .args(arguments);
    command
}

#[test]
fn rclone_copies_a_tree_there_and_back() {
    let Some(program) = client("rclone") else {
        return;
    };
    let server = Server::start();
    let (up, down) = (server.folder().join("up"), server.folder().join("down"));
    let files = write_tree(&up);
    let (up_text, down_text) = (up.to_string_lossy(), down.to_string_lossy());
    let run = |arguments: &[&str]| succeed(&mut rclone(&server, &program, arguments));

    run(&["mkdir", "stave:tree"]);
    run(&[
        "copy",
        &up_text,
        "stave:tree/some where",
        "--s3-upload-cutoff",
        "8M",
        "--s3-chunk-size",
        "5M",
    ]);
    assert_eq!(
        run(&["lsf", "-R", "--files-only", "stave:tree"])
            .lines()
            .count(),
        files
    );
    run(&["check", "--download", &up_text, "stave:tree/some where"]);
    run(&["copy", "stave:tree/some where", &down_text]);
    assert_eq!(read_tree(&up), read_tree(&down));

    run(&[
        "moveto",
        "stave:tree/some where/chunk.bin",
        "stave:tree/moved.bin",
    ]);
    assert_eq!(run(&["lsf", "stave:tree", "--files-only"]), "moved.bin\n");
    run(&["purge", "stave:tree"]);
    assert_eq!(run(&["lsd", "stave:"]), "");
}
