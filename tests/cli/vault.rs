//! `stave vault`: lock and unlock, what opens it, and whether it is whole.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::kit::{Ran, Serving, Shell, bare};
use crate::served_or_not;

served_or_not!(
    the_vault_tells_of_itself,
    the_words_are_renewed_and_proved,
    a_new_root_key_has_new_words,
    every_body_is_read,
);

fn the_vault_tells_of_itself(shell: &Shell) {
    let status = shell.json("vault status").remove(0);
    assert_eq!(status["ways_in"], json!(["key file", "recovery words"]));
    assert_eq!(status["vault_id"].as_str().unwrap().len(), 32);
    let holders = shell.json("vault holders");
    assert_eq!(holders[0]["way_in"], "key file");
    assert_eq!(holders[1]["way_in"], "recovery words");
}

fn drill(shell: &Shell, words: &str) -> Ran {
    shell.run_with_input("vault recovery drill", format!("{words}\n").as_bytes())
}

fn renewed(shell: &Shell, line: &str) -> String {
    let made = shell.json(line).remove(0);
    let words = made["recovery_words"].as_str().unwrap().to_owned();
    assert_eq!(words.split(' ').count(), 24);
    words
}

fn the_words_are_renewed_and_proved(shell: &Shell) {
    let first = renewed(shell, "vault recovery renew");
    let proved = drill(shell, &first);
    assert_eq!(proved.code, Some(0), "{proved}");
    let second = renewed(shell, "vault recovery renew");
    assert_ne!(first, second);
    let refused = drill(shell, &first);
    assert_eq!(refused.code, Some(6), "{refused}");
    let mistyped = drill(shell, &second.replacen(' ', " stave ", 1));
    assert_eq!(mistyped.code, Some(6), "{mistyped}");
    assert!(!mistyped.err.contains(&second), "{mistyped}");
    assert_eq!(drill(shell, &second).code, Some(0));
    let none = shell.run("vault recovery drill");
    assert_eq!(none.code, Some(2), "{none}");
}

fn a_new_root_key_has_new_words(shell: &Shell) {
    shell.file("note", "hello");
    shell.ok("mb papers");
    shell.ok("keys create --alias tax");
    shell.ok("cp note s3://papers/note --sse aws:kms --sse-kms-key-id alias/tax");
    let words = renewed(shell, "vault rotate-root");
    assert_eq!(drill(shell, &words).code, Some(0));
    assert_eq!(shell.ok("cat s3://papers/note"), "hello");
    shell.ok("audit verify");
}

fn every_body_is_read(shell: &Shell) {
    shell.file("note", "hello");
    shell.ok("mb papers");
    shell.ok("cp note s3://papers/note");
    shell.file("large", vec![7; 300_000]);
    shell.ok("cp large s3://papers/large");
    let scrub = shell.json("vault scrub").remove(0);
    assert_eq!(
        (&scrub["checked"], &scrub["damaged"]),
        (&json!(2), &json!([]))
    );
    // One byte of a body on the disk: it is found, and named.
    let body = body_file(&shell.path("vault/blobs"));
    let mut bytes = std::fs::read(&body).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&body, bytes).unwrap();
    let ran = shell.fails("vault scrub --json", 1);
    assert!(ran.out.contains("s3://papers/large"), "{ran}");
    assert!(!ran.out.contains("s3://papers/note"), "{ran}");
}

/// Returns the one file below a folder.
fn body_file(folder: &Path) -> PathBuf {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

#[test]
fn a_locked_vault_answers_nothing_and_goes_on_where_it_was() {
    let shell = Shell::served();
    shell.ok("mb papers");
    let endpoint = shell.ready()["endpoint"].clone();
    shell.ok("vault lock");
    assert_eq!(shell.json("vault status")[0]["locked"], true);
    for line in ["ls", "keys list", "audit verify", "vault scrub"] {
        let ran = shell.fails(line, 6);
        assert!(ran.err.contains("stave vault unlock"), "{ran}");
    }
    shell.ok("vault unlock");
    assert_eq!(shell.json("vault status")[0]["locked"], false);
    assert!(shell.ok("ls").contains("papers"));
    // The same process serves at the same address.
    assert_eq!(shell.ready()["endpoint"], endpoint);
}

#[test]
fn what_nobody_has_open_is_neither_locked_nor_unlocked() {
    let shell = Shell::opened();
    shell.ok("vault lock");
    let ran = shell.fails("vault unlock", 6);
    assert!(ran.err.contains("stave serve"), "{ran}");
}

#[test]
fn a_passphrase_is_changed_and_the_former_opens_no_more() {
    let shell = Shell::empty();
    let command = |passphrase: &str, line: &str| {
        let mut command = bare(&shell.path(""));
        command
            .args(crate::kit::words(line))
            .env("STAVE_VAULT", shell.path("vault"))
            .env("STAVE_PASSPHRASE", passphrase);
        command
    };
    Serving::start(command("sesame", "serve --port 0")).end();
    let mut change = command("sesame", "vault passphrase");
    let mut child = crate::kit::piped(&mut change);
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"open barley\n").unwrap();
    let changed = Ran::of("vault passphrase", &child.wait_with_output().unwrap());
    assert_eq!(changed.code, Some(0), "{changed}");
    let ls = |passphrase: &str| Ran::of("ls", &command(passphrase, "ls").output().unwrap());
    assert_eq!(ls("sesame").code, Some(6));
    assert_eq!(ls("open barley").code, Some(0));
}
