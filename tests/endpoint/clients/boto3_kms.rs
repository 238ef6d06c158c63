//! boto3 and the key service, and S3 under its keys: scripts of assertions with a second user at hand.

use std::process::Command;

use stave_tests::server::{Server, program, succeed};

use crate::{client, scripts};

/// The access key of the second user, whose name is bea.
pub const OTHER_ID: &str = "BEABEABEABEABEABEABE";
/// Its secret.
pub const OTHER_SECRET: &str = "secret-of-bea-secret-of-bea-secret-of-be";

/// Adds the second user, by the terminal.
pub fn add_bea(server: &Server) {
    let mut add = Command::new(program());
    add.args(["access-keys", "add", "--user", "bea"])
        .args(["--access-key-id", OTHER_ID])
        .args(["--secret-access-key", OTHER_SECRET])
        .arg("--vault")
        .arg(server.vault())
        .env("XDG_RUNTIME_DIR", server.folder());
    succeed(&mut add);
}

fn python_with_bea(script: &str) {
    let Some(python) = client("python") else {
        return;
    };
    let server = Server::start();
    add_bea(&server);
    let mut command = server.command(&python.to_string_lossy());
    command
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("OTHER_ACCESS_KEY_ID", OTHER_ID)
        .env("OTHER_SECRET_ACCESS_KEY", OTHER_SECRET)
        .arg(scripts().join("python").join(script));
    let printed = succeed(&mut command);
    assert!(printed.trim_end().ends_with("all held"), "{printed}");
}

#[test]
fn boto3_finds_the_key_service_that_it_knows() {
    python_with_bea("boto3_kms.py");
}

#[test]
fn boto3_finds_every_encryption_of_objects() {
    python_with_bea("boto3_sse.py");
}
