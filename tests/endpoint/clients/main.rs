//! Real clients against the built program: what each does in real work, byte for byte.
//! They run where `STAVE_TEST_CLIENTS` names the folder of the clients' programs; `cargo xtask test` installs them.

mod aws_cli;
mod aws_iam;
mod aws_kms;
mod aws_sdk_rust;
mod boto3;
mod boto3_iam;
mod boto3_kms;
mod five_sdks;
mod javascript;
mod juicefs;
mod minio;
mod object_store;
mod pyarrow;
mod rclone;
mod restic;
mod s3cmd;
#[cfg(target_os = "linux")]
mod s3fs;
mod s5cmd;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use stave_tests::server::{Server, succeed};

/// Returns the path of a client's program, or `None`, said aloud, where the clients are not installed.
fn client(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("STAVE_TEST_CLIENTS") else {
        not_run("STAVE_TEST_CLIENTS does not name the folder of the clients");
        return None;
    };
    let path = PathBuf::from(folder).join(name);
    assert!(path.exists(), "{} is missing", path.display());
    Some(path)
}

/// Returns whether suites that take long are to run, and says aloud where they are not.
fn is_long_run() -> bool {
    let long = std::env::var_os("STAVE_TEST_LONG").is_some();
    if !long {
        not_run("it takes long: `cargo xtask test --all` runs it");
    }
    long
}

/// Says that a test did not run. Written past the test runner, which hides what passing tests print.
fn not_run(why: &str) {
    let test = std::thread::current();
    let line = format!("not run: {}: {why}\n", test.name().unwrap_or("a test"));
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("standard error is open");
}

/// Returns the folder of this suite's own scripts.
fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("endpoint/clients")
}

/// Runs a script of assertions, by the Python that has the clients, against a server of its own.
fn python(script: &str) {
    let Some(python) = client("python") else {
        return;
    };
    let server = Server::start();
    let mut command = server.command(&python.to_string_lossy());
    let script = scripts().join("python").join(script);
    // No bytecode: the checkout stays as it is.
    let printed = succeed(command.env("PYTHONDONTWRITEBYTECODE", "1").arg(script));
    assert!(printed.trim_end().ends_with("all held"), "{printed}");
}

/// Runs a command that has to fail and returns all that it printed.
#[track_caller]
fn fail(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|why| panic!("{command:?} could not be started: {why}"));
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    assert!(
        !output.status.success(),
        "{command:?} went through\n{printed}"
    );
    printed
}
