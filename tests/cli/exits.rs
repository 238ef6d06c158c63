//! How commands end: the documented exit codes, and three short lines that say what to do.

use crate::kit::{ACCESS_KEY_ID, Ran, SECRET, Shell, bare, words};

#[test]
fn an_error_says_what_why_and_what_to_do() {
    let shell = Shell::opened();
    let ran = shell.fails("ls s3://missing", 3);
    assert_eq!(
        ran.err,
        "stave: Cannot list s3://missing.\n  \
         Why: Bucket missing does not exist.\n  \
         Do: See your buckets with `stave ls`.\n"
    );
}

#[test]
fn wrong_usage_ends_with_two() {
    all_end_with_two(&[
        "",
        "frobnicate",
        "ls photos",
        "ls s3://Photos",
        "ls s3://",
        "cp a",
        "cp a b",
        "cp - -",
        "cp - s3://photos/dir/",
        "cp s3://photos .",
        "cp . s3://photos",
        "cp a s3://photos --jobs 0",
        "cp a s3://photos --metadata color",
        "cp -r - s3://photos",
        "presign s3://photos",
        "presign s3://photos/a --expires 8d",
        "presign s3://photos/a --expires soon",
        "cat s3://photos",
        "versions s3://photos",
        "restore s3://photos/a",
        "access-keys add --access-key-id a!",
        "access-keys add --secret-access-key secret",
        "mb s3://photos/a",
        "ls --endpoint-url not-a-url s3://photos",
    ]);
}

#[test]
fn wrong_usage_of_keys_and_encryption_ends_with_two() {
    all_end_with_two(&[
        "keys",
        "keys show",
        "keys create --spec RSA_2048",
        "keys create --tag team",
        "keys rotation alias/tax --every 30",
        "keys rotation alias/tax --every 90 --off",
        "keys delete alias/tax",
        "keys delete alias/tax --days 3",
        "keys grants add alias/tax --to bob",
        "keys import alias/tax",
        "keys import alias/tax --material a --delete",
        "keys policy set alias/tax missing.json",
        "keys policy check missing.json",
        "keys encrypt alias/tax missing",
        "keys encrypt alias/tax --context purpose",
        "audit list --from yesterday",
        "audit show one",
        "audit export photos",
        "audit list --endpoint-url http://127.0.0.1:1",
        "vault recovery",
        "vault open",
        "cp a s3://photos --sse kms",
        "cp a s3://photos/a --sse-kms-key-id alias/tax",
        "cp a s3://photos/a --sse AES256 --sse-kms-key-id alias/tax",
        "cp a s3://photos/a --sse AES256 --sse-c-key key",
        "cp a s3://photos/a --sse-c-key missing",
        "cp a s3://photos/a --sse-c-copy-source-key key",
        "cp - s3://photos/a --sse-c-key -",
        "cp s3://photos/a b --sse AES256",
        "reencrypt s3://photos/a",
        "reencrypt s3://photos --sse AES256",
        "reencrypt s3://photos/a --sse AES256 --bucket-key",
        "stat s3://photos",
        "bucket-config set photos encryption",
        "bucket-config set photos encryption --sse AES256 --bucket-key",
        "bucket-config set photos public-access",
    ]);
}

#[track_caller]
fn all_end_with_two(lines: &[&str]) {
    let shell = Shell::opened();
    shell.file("a", "1");
    for line in lines {
        let mut command = shell.command(words(line));
        command
            .env("AWS_ACCESS_KEY_ID", "x")
            .env("AWS_SECRET_ACCESS_KEY", "y");
        let ran = Ran::of(line, &command.output().unwrap());
        assert_eq!(ran.code, Some(2), "{ran}");
        assert!(ran.out.is_empty(), "{ran}");
    }
}

#[test]
fn no_vault_is_told_with_its_cure() {
    let shell = Shell::empty();
    for line in [
        "ls",
        "keys list",
        "audit verify",
        "vault status",
        "vault lock",
        "vault scrub",
        "access-keys list",
        "cp a s3://photos/a",
    ] {
        shell.file("a", "1");
        let ran = shell.fails(line, 6);
        assert!(ran.err.contains("There is no vault in"), "{ran}");
        assert!(ran.err.contains("stave serve"), "{ran}");
    }
    assert!(!shell.path("vault").exists());
}

#[test]
fn a_wrong_key_is_denied_and_a_right_one_works_on_any_endpoint() {
    let shell = Shell::served();
    shell.ok("mb photos");
    let url = shell.ready()["endpoint"].as_str().unwrap();
    let run = |line: &str, secret: &str| {
        let mut command = bare(&shell.path(""));
        command
            .args(words(line))
            .args(["--endpoint-url", url])
            .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
            .env("AWS_SECRET_ACCESS_KEY", secret);
        Ran::of(line, &command.output().unwrap())
    };
    let right = run("ls", SECRET);
    assert_eq!(right.code, Some(0), "{right}");
    assert!(right.out.contains("s3://photos"), "{right}");
    for line in ["ls", "ls s3://photos", "cat s3://photos/a"] {
        let wrong = run(line, "not-the-secret");
        assert_eq!(wrong.code, Some(4), "{wrong}");
    }
}

#[test]
fn an_endpoint_without_credentials_is_denied() {
    let shell = Shell::empty();
    let ran = shell.fails("ls --endpoint-url http://127.0.0.1:9", 4);
    assert!(ran.err.contains("AWS_ACCESS_KEY_ID"), "{ran}");
}

#[test]
fn an_endpoint_that_nobody_serves_is_told() {
    let shell = Shell::served();
    let url = shell.ready()["endpoint"].as_str().unwrap().to_owned();
    drop(shell);
    let shell = Shell::empty();
    let mut command = shell.command(["ls", "--endpoint-url", &url]);
    command
        .env("AWS_ACCESS_KEY_ID", "x")
        .env("AWS_SECRET_ACCESS_KEY", "y");
    let ran = Ran::of("ls", &command.output().unwrap());
    assert_eq!(ran.code, Some(1), "{ran}");
    assert!(
        ran.err.contains("No answer") || ran.err.contains("no answer"),
        "{ran}"
    );
}

#[test]
fn help_and_version_end_well() {
    let shell = Shell::empty();
    assert!(shell.ok("--help").contains("Exit codes:"));
    assert!(shell.ok("--version").starts_with("stave "));
    assert!(shell.ok("completions bash").contains("_stave"));
    assert!(shell.ok("completions zsh").starts_with("#compdef stave"));
}

#[test]
fn a_name_cannot_steer_the_terminal() {
    let shell = Shell::opened();
    shell.ok("mb photos");
    shell.file("a", "1");
    let mut command = shell.command(["cp", "a", "s3://photos/\u{1b}[2Jevil"]);
    assert!(command.output().unwrap().status.success());
    let listed = shell.ok("ls s3://photos");
    assert!(
        !listed.contains('\u{1b}') && listed.contains("\\u{1b}[2Jevil"),
        "{listed}"
    );
    let lines = shell.json("ls s3://photos");
    assert_eq!(lines[0]["key"], "\u{1b}[2Jevil");
}
