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

#[test]
fn rclone_reads_pieces_versions_and_what_is_told() {
    let Some(program) = client("rclone") else {
        return;
    };
    let server = Server::start();
    let run = |arguments: &[&str]| succeed(&mut rclone(&server, &program, arguments));
    let file = server.folder().join("file");
    let path = file.to_string_lossy().into_owned();
    run(&["mkdir", "stave:own"]);
    run(&["backend", "versioning", "stave:own", "Enabled"]);
    let key = "stave:own/a b+ü/日本 🦀.txt";
    let told = ["--metadata", "--metadata-set", "colour=blue"];
    for text in ["0123456789", "abcdefghij"] {
        std::fs::write(&file, text).expect("a file is written");
        run(&[&["copyto", &path, key], &told[..]].concat());
    }

    assert_eq!(run(&["cat", "--offset", "3", "--count", "4", key]), "defg");
    let sum = run(&["hashsum", "md5", key]);
    // The MD5 of the ten letters.
    assert!(
        sum.starts_with("a925576942e94b2ef57a066101b48876 "),
        "{sum}"
    );
    let listed = run(&["lsjson", "--metadata", key]);
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    assert_eq!(listed[0]["Size"], 10);
    assert_eq!(listed[0]["Metadata"]["colour"], "blue");

    let versions = run(&["lsf", "-R", "--files-only", "--s3-versions", "stave:own"]);
    let old = versions.lines().find(|name| name.contains("-v20"));
    let old = old.expect("a version beside the latest");
    let old = format!("stave:own/{old}");
    assert_eq!(run(&["cat", "--s3-versions", &old]), "0123456789");

    run(&["copyto", key, "stave:own/copy"]);
    let link = run(&["link", "--expire", "1m", "stave:own/copy"]);
    let mut curl = server.command("curl");
    let got = succeed(curl.args(["--silent", "--fail", link.trim()]));
    assert_eq!(got, "abcdefghij");
    let all = ["lsf", "-R", "--files-only", "--s3-list-chunk", "1"];
    let listed = run(&[&all[..], &["stave:own"]].concat());
    // Folders and files come in an order of the client's own.
    let mut listed: Vec<&str> = listed.lines().collect();
    listed.sort_unstable();
    assert_eq!(listed, ["a b+ü/日本 🦀.txt", "copy"]);
}
