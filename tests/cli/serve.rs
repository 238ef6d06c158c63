//! `stave serve`: the contract with whoever starts it.

use std::net::TcpListener;
use std::process::Command;

use crate::kit::{ACCESS_KEY_ID, Ran, SECRET, Serving, Shell, bare, words};

/// A command on the shell's vault that has only what `arguments` and `environment` say.
fn plain(shell: &Shell, arguments: &str, environment: &[(&str, &str)]) -> Command {
    let mut command = bare(&shell.path(""));
    command.args(words(arguments));
    command.args(["--vault", "vault"]);
    command.envs(environment.iter().copied());
    command
}

fn run(shell: &Shell, arguments: &str, environment: &[(&str, &str)]) -> Ran {
    let mut command = plain(shell, arguments, environment);
    Ran::of(arguments, &command.output().unwrap())
}

#[test]
fn the_ready_line_tells_all_and_secrets_once() {
    let shell = Shell::empty();
    let start = || Serving::start(plain(&shell, "serve --port 0 --key-file key", &[]));
    let first = start();
    let ready = first.ready.clone();
    let port = ready["port"].as_u64().unwrap();
    assert_eq!(ready["endpoint"], format!("http://127.0.0.1:{port}"));
    assert_eq!(ready["region"], "us-east-1");
    assert!(ready["vault"].as_str().unwrap().ends_with("vault"));
    assert_eq!(ready["vault_id"].as_str().unwrap().len(), 32);
    assert_eq!(ready["new_vault"], true);
    assert!(ready["pid"].as_u64().unwrap() > 0);
    assert!(ready["access_key_id"].as_str().unwrap().len() >= 16);
    assert_eq!(ready["secret_access_key"].as_str().unwrap().len(), 40);
    let recovery = ready["recovery_words"].as_str().unwrap();
    assert_eq!(recovery.split(' ').count(), 24);
    assert_eq!(first.end(), Some(0));

    let second = start();
    assert_eq!(second.ready["new_vault"], false);
    assert_eq!(second.ready["vault_id"], ready["vault_id"]);
    assert_eq!(second.ready["access_key_id"], ready["access_key_id"]);
    let fields = second.ready.as_object().unwrap();
    assert!(!fields.contains_key("secret_access_key"));
    assert!(!fields.contains_key("recovery_words"));
    assert_eq!(second.end(), Some(0));
}

#[test]
fn the_environment_sets_all_that_the_command_line_does() {
    let shell = Shell::empty();
    let vault = shell.path("elsewhere");
    let key = shell.path("key");
    let mut command = bare(&shell.path(""));
    command
        .arg("serve")
        .env("STAVE_VAULT", &vault)
        .env("STAVE_PORT", "0")
        .env("STAVE_KEY_FILE", &key)
        .env("STAVE_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("STAVE_SECRET_ACCESS_KEY", SECRET);
    let serving = Serving::start(command);
    assert_eq!(serving.ready["access_key_id"], ACCESS_KEY_ID);
    assert!(
        !serving
            .ready
            .as_object()
            .unwrap()
            .contains_key("secret_access_key")
    );
    assert!(vault.is_dir() && key.is_file());
    assert_eq!(serving.end(), Some(0));
}

#[test]
fn a_passphrase_holds_a_vault() {
    let shell = Shell::empty();
    let right = [("STAVE_PASSPHRASE", "correct horse")];
    let serving = Serving::start(plain(&shell, "serve --port 0", &right));
    assert_eq!(serving.end(), Some(0));
    let ran = run(&shell, "ls", &right);
    assert_eq!(ran.code, Some(0), "{ran}");
    let ran = run(&shell, "ls", &[("STAVE_PASSPHRASE", "wrong")]);
    assert_eq!(ran.code, Some(6), "{ran}");
    assert!(
        ran.err
            .contains("The passphrase is not that of this vault."),
        "{ran}"
    );
    let ran = run(&shell, "ls", &[]);
    assert_eq!(ran.code, Some(6), "{ran}");
    assert!(ran.err.contains("STAVE_PASSPHRASE"), "{ran}");
}

#[test]
fn recovery_words_are_written_for_this_user_alone_and_open_the_vault() {
    let shell = Shell::empty();
    let line = "serve --port 0 --key-file key --recovery-words-file words";
    let serving = Serving::start(plain(&shell, line, &[]));
    assert!(
        !serving
            .ready
            .as_object()
            .unwrap()
            .contains_key("recovery_words")
    );
    assert_eq!(serving.end(), Some(0));
    let words = String::from_utf8(shell.read("words")).unwrap();
    assert_eq!(words.split_whitespace().count(), 24);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(shell.path("words"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    std::fs::remove_file(shell.path("key")).unwrap();
    let ran = run(&shell, "ls --key-file key", &[]);
    assert_eq!(ran.code, Some(6), "{ran}");
    assert!(!shell.path("key").exists(), "a lost key is never made anew");
    let ran = run(&shell, "ls --recovery-words-file words", &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
}

#[test]
fn words_of_another_vault_are_not_overwritten() {
    let shell = Shell::empty();
    shell.file("words", "precious");
    let line = "serve --port 0 --key-file key --recovery-words-file words";
    let ran = run(&shell, line, &[]);
    assert_eq!(ran.code, Some(5), "{ran}");
    assert_eq!(shell.read("words"), b"precious");
    assert!(!shell.path("vault").exists());
}

#[test]
fn a_taken_port_is_an_error_and_leaves_no_vault() {
    let shell = Shell::empty();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let ran = run(&shell, &format!("serve --port {port} --key-file key"), &[]);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert!(ran.out.is_empty(), "{ran}");
    assert!(ran.err.contains(&format!("port {port}")), "{ran}");
    assert!(!shell.path("vault").exists());
}

#[test]
fn half_a_first_access_key_is_refused() {
    let shell = Shell::empty();
    let half = [("STAVE_ACCESS_KEY_ID", ACCESS_KEY_ID)];
    let ran = run(&shell, "serve --port 0 --key-file key", &half);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(
        ran.err.contains("STAVE_SECRET_ACCESS_KEY is not set"),
        "{ran}"
    );
    assert!(!shell.path("vault").exists());
}

#[test]
fn nothing_that_could_hold_the_key_makes_no_vault() {
    let shell = Shell::empty();
    let ran = run(&shell, "serve --port 0", &[]);
    assert_eq!(ran.code, Some(6), "{ran}");
    assert!(ran.err.contains("--key-file"), "{ran}");
    assert!(!shell.path("vault/vault.json").exists());
}

#[test]
fn a_vault_is_served_once() {
    let shell = Shell::served();
    let ran = shell.fails("serve --port 0", 6);
    let pid = shell.ready()["pid"].as_u64().unwrap();
    assert!(
        ran.err.contains(&format!("Process {pid} has it open")),
        "{ran}"
    );
    assert!(ran.out.is_empty(), "{ran}");
}

#[test]
fn an_interrupt_ends_it_as_well_as_a_request_to_terminate() {
    for kind in ["-INT", "-TERM", "-HUP"] {
        let shell = Shell::empty();
        let mut child = shell
            .command(["serve", "--port", "0"])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = child.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line).unwrap();
        assert!(line.starts_with('{'), "{line}");
        crate::kit::signal(kind, child.id());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{kind}");
        // The vault was let go of, so the next one opens it at once.
        shell.ok("ls");
    }
}
