//! JuiceFS: its own benchmark of object stores begins with a table of functional checks.

use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server, succeed};

use crate::client;

/// Checks that S3 itself does not pass, with what the program says of them.
const NOT_OF_S3: [(&str, &str); 4] = [
    // S3 answers 416 to a range that begins behind the end; the check wants an empty body.
    (
        "get partial object",
        "failed to get object with the offset out of r...",
    ),
    // An object has no owner of a file system, no mode, and no time that a client could set.
    ("change owner/group", "not support"),
    ("change permission", "not support"),
    ("change mtime", "not support"),
];

const CHECKS: [&str; 16] = [
    "create a bucket",
    "put an object",
    "get an object",
    "get non-exist",
    "get partial object",
    "head an object",
    "delete an object",
    "delete non-exist",
    "list objects",
    "special key",
    "put a big object",
    "put an empty object",
    "multipart upload",
    "change owner/group",
    "change permission",
    "change mtime",
];

/// Returns the checks and their results: the rows of three columns.
fn checks(printed: &str) -> Vec<(&str, &str)> {
    let rows = printed.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        match cells[..] {
            ["", "basic" | "sync", check, result, ""] => Some((check, result)),
            _ => None,
        }
    });
    rows.collect()
}

#[test]
fn juicefs_finds_every_check_passed_that_s3_passes() {
    let Some(program) = client("juicefs") else {
        return;
    };
    let server = Server::start();
    let mut command = server.command(&program.to_string_lossy());
    command.args(["objbench", "--no-color", "--storage", "s3", "-p", "2"]);
    command.args(["--access-key", ACCESS_KEY_ID, "--secret-key", SECRET]);
    command.args(["--big-object-size", "8M", "--small-objects", "20"]);
    let printed = succeed(command.arg(format!("{}/checked", server.url())));
    let found = checks(&printed);
    let expected = CHECKS.map(|check| {
        let other = NOT_OF_S3.iter().find(|(name, _)| *name == check);
        (check, other.map_or("pass", |(_, result)| result))
    });
    assert_eq!(found, expected, "{printed}");
}

#[test]
fn a_table_of_checks_is_read() {
    let table = "\
| CATEGORY |       TEST       |   RESULT    |
+----------+------------------+-------------+
|    basic |    put an object |        pass |
|     sync |     change mtime | not support |
| put small objects | 444.07 objects/s | 4.50 ms/object |";
    assert_eq!(
        checks(table),
        [("put an object", "pass"), ("change mtime", "not support")]
    );
}
