//! An interrupted command ends with 130 and leaves nothing half done.

use std::io::Write as _;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use stave_model::BucketName;
use stave_remote::{RemoteOptions, RemoteStore};
use stave_store::{ListUploads, Store as _};

use crate::kit::{ACCESS_KEY_ID, SECRET, Shell, piped, signal};

/// Longer than any machine needs.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn an_interrupted_upload_is_aborted() {
    let shell = Shell::served();
    shell.ok("mb photos");
    let mut command = shell.command(["cp", "-", "s3://photos/long"]);
    let mut child = piped(&mut command);
    let mut input = child.stdin.take().unwrap();
    // One part and some more: the upload begins, and waits for the rest.
    input.write_all(&vec![7; 17 * 1024 * 1024]).unwrap();
    wait_for(&shell, 1);
    signal("-INT", child.id());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    drop(input);
    wait_for(&shell, 0);
    shell.fails("cat s3://photos/long", 3);
    shell.ok("rb photos");
}

/// Asks until so many uploads are in progress.
fn wait_for(shell: &Shell, expected: usize) {
    let url = shell.ready()["endpoint"].as_str().unwrap();
    let options = RemoteOptions::new(url, ACCESS_KEY_ID, SecretString::from(SECRET));
    let store = RemoteStore::connect(&options).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let until = Instant::now() + PATIENCE;
    runtime.block_on(async {
        while Instant::now() < until {
            let list = ListUploads {
                bucket: BucketName::parse("photos").unwrap(),
                prefix: String::new(),
                delimiter: String::new(),
                after: None,
                max_uploads: 10,
            };
            if store.list_uploads(list).await.unwrap().uploads.len() == expected {
                return;
            }
        }
        panic!("there were never {expected} uploads");
    });
}
