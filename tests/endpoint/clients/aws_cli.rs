//! The AWS CLI: sync, multipart, versions, pre-signed links.

use std::path::Path;

use stave_tests::files::{bytes, read_tree, write_tree};
use stave_tests::server::{Server, succeed};

use crate::client;

/// Runs the client with the words of `line` and then `paths`.
fn aws(server: &Server, program: &Path, line: &str, paths: &[&str]) -> String {
    let mut command = server.command(&program.to_string_lossy());
    succeed(command.args(line.split(' ')).args(paths))
}

#[test]
fn the_aws_cli_syncs_a_tree_there_and_back() {
    let Some(program) = client("aws") else { return };
    let server = Server::start();
    let aws = |line: &str, paths: &[&str]| aws(&server, &program, line, paths);
    let (up, down) = (server.folder().join("up"), server.folder().join("down"));
    write_tree(&up);
    let (up_text, down_text) = (up.to_string_lossy(), down.to_string_lossy());

    aws("s3 mb s3://tree", &[]);
    aws("s3 sync --no-progress", &[&up_text, "s3://tree/copy"]);
    aws("s3 sync --no-progress s3://tree/copy", &[&down_text]);
    assert_eq!(read_tree(&up), read_tree(&down));
    assert_eq!(
        aws(
            "s3 sync --no-progress --size-only",
            &[&up_text, "s3://tree/copy"]
        ),
        ""
    );
    aws("s3 rm --recursive --quiet s3://tree", &[]);
    let left = aws(
        "s3api list-objects-v2 --bucket tree --output text --query",
        &["Contents"],
    );
    assert_eq!(left.trim(), "None");
}

#[test]
fn the_aws_cli_reads_versions_and_makes_links() {
    let Some(program) = client("aws") else { return };
    let server = Server::start();
    // Version 1 of this client signs links the retired way unless it is told.
    let config = server.folder().join("aws-config");
    std::fs::write(config, "[default]\ns3 =\n    signature_version = s3v4\n")
        .expect("a file is written");
    let aws = |line: &str, paths: &[&str]| aws(&server, &program, line, paths);

    aws("s3 mb s3://tree", &[]);
    aws(
        "s3api put-bucket-versioning --bucket tree --versioning-configuration Status=Enabled",
        &[],
    );
    let file = server.folder().join("file");
    for text in ["first", "second"] {
        std::fs::write(&file, text).expect("a file is written");
        aws(
            "s3 cp --no-progress",
            &[&file.to_string_lossy(), "s3://tree/file"],
        );
    }
    let query = "s3api list-object-versions --bucket tree --prefix file --output text --query";
    let versions = aws(query, &["Versions[].VersionId"]);
    let oldest = versions.split_whitespace().last().expect("two versions");
    let old = server.folder().join("old");
    let get = format!("s3api get-object --bucket tree --key file --version-id {oldest}");
    aws(&get, &[&old.to_string_lossy()]);
    assert_eq!(
        std::fs::read_to_string(&old).expect("the old version"),
        "first"
    );

    let link = aws("s3 presign --expires-in 60 s3://tree/file", &[]);
    let mut curl = server.command("curl");
    assert_eq!(
        succeed(curl.args(["--silent", "--fail", link.trim()])),
        "second"
    );
}

#[test]
fn the_aws_cli_uploads_in_parts_and_reads_ranges() {
    let Some(program) = client("aws") else { return };
    let server = Server::start();
    let aws = |line: &str, paths: &[&str]| aws(&server, &program, line, paths);
    let (large, range) = (server.folder().join("large"), server.folder().join("range"));
    let content = bytes(7, 50 * 1024 * 1024 + 11);
    std::fs::write(&large, &content).expect("a file is written");
    aws("s3 mb s3://large", &[]);
    aws(
        "s3 cp --no-progress",
        &[&large.to_string_lossy(), "s3://large/file"],
    );
    let head = aws(
        "s3api head-object --bucket large --key file --output text --query",
        &["[ContentLength,ETag]"],
    );
    assert!(head.contains("52428811") && head.contains("-7\""), "{head}");
    let get = "s3api get-object --bucket large --key file --range bytes=8388600-8388700";
    aws(get, &[&range.to_string_lossy()]);
    assert_eq!(
        std::fs::read(&range).expect("the range"),
        content[8_388_600..=8_388_700]
    );
}
