//! Real clients against the built program: what each does in real work, byte for byte.
//! They run where `STAVE_TEST_CLIENTS` names the folder of the clients' programs; `cargo xtask test` installs them.

mod aws_cli;
mod boto3;
mod rclone;
mod restic;
mod s5cmd;

use std::path::PathBuf;

/// Returns the path of a client's program, or `None`, said aloud, where the clients are not installed.
fn client(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("STAVE_TEST_CLIENTS") else {
        eprintln!("not run: STAVE_TEST_CLIENTS does not name the folder of the clients");
        return None;
    };
    let path = PathBuf::from(folder).join(name);
    assert!(path.exists(), "{} is missing", path.display());
    Some(path)
}
