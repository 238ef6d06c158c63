//! The AWS SDK for JavaScript: a script of assertions, run by Node.js.

use stave_tests::server::{Server, succeed};

use crate::{client, scripts};

#[test]
fn the_sdk_for_javascript_finds_the_s3_that_it_knows() {
    // Node.js is a program of the system; the environment only says whether clients are to run.
    if client("python").is_none() {
        return;
    }
    let folder = scripts().join("js");
    let installed = folder.join("node_modules/@aws-sdk/client-s3");
    assert!(installed.exists(), "{} is missing", installed.display());
    let server = Server::start();
    let printed = succeed(server.command("node").arg(folder.join("suite.mjs")));
    assert!(printed.trim_end().ends_with("all held"), "{printed}");
}
