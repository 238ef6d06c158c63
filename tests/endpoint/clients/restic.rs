//! restic: a repository is made, two backups go in, all of it is checked, one is restored.

use std::process::Command;

use stave_tests::files::{bytes, read_tree, write_tree};
use stave_tests::server::{Server, succeed};

use crate::client;

#[test]
fn restic_backs_up_checks_and_restores() {
    // restic is a program of the system; the environment only says whether clients are to run.
    if client("rclone").is_none() {
        return;
    }
    let server = Server::start();
    let restic = |arguments: &[&str]| {
        let mut command: Command = server.command("restic");
        command.env(
            "RESTIC_REPOSITORY",
            format!("s3:{}/backup/laptop", server.url()),
        );
        command
            .env("RESTIC_PASSWORD", "a password of the test")
            .env("RESTIC_CACHE_DIR", server.folder().join("cache"));
        succeed(command.args(arguments))
    };
    let (from, to) = (server.folder().join("from"), server.folder().join("to"));
    write_tree(&from);
    let shown = from.to_string_lossy().into_owned();

    restic(&["init"]);
    restic(&["backup", &shown]);
    std::fs::write(from.join("new.bin"), bytes(99, 3_000_000)).expect("a file is written");
    restic(&["backup", &shown]);
    assert!(restic(&["check", "--read-data"]).contains("no errors were found"));
    restic(&["restore", "latest", "--target", &to.to_string_lossy()]);
    let restored = to.join(shown.trim_start_matches('/'));
    assert_eq!(read_tree(&from), read_tree(&restored));
    restic(&["forget", "--keep-last", "1", "--prune"]);
    assert!(restic(&["check"]).contains("no errors were found"));
}
