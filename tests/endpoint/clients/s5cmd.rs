//! s5cmd: many files at once, wildcards, pipes.

use stave_tests::files::{bytes, read_tree, write_tree};
use stave_tests::server::{Server, succeed};

use crate::client;

#[test]
fn s5cmd_works_on_many_files_at_once() {
    let Some(program) = client("s5cmd") else {
        return;
    };
    let server = Server::start();
    let run = |arguments: &[&str]| {
        let mut command = server.command(&program.to_string_lossy());
        succeed(command.env("S3_ENDPOINT_URL", server.url()).args(arguments))
    };
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
