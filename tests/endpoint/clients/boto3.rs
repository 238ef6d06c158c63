//! boto3: a script of assertions, run by the Python that has it.

use std::path::Path;

use stave_tests::server::{Server, succeed};

use crate::client;

#[test]
fn boto3_finds_the_s3_that_it_knows() {
    let Some(python) = client("python") else {
        return;
    };
    let server = Server::start();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("endpoint/clients/boto3_suite.py");
    let printed = succeed(server.command(&python.to_string_lossy()).arg(script));
    assert!(printed.trim_end().ends_with("all held"), "{printed}");
}
