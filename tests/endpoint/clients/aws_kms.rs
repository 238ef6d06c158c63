//! `aws kms` and `aws cloudtrail`: the key service by the terminal of AWS, and S3 under its keys.

use std::path::PathBuf;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use stave_tests::server::{Server, program, succeed};

use crate::boto3_kms::{OTHER_ID, OTHER_SECRET, add_bea};
use crate::{client, fail};

/// A server, and the client.
struct Cli {
    server: Server,
    aws: PathBuf,
}

impl Cli {
    fn start() -> Option<Self> {
        let aws = client("aws")?;
        let server = Server::start();
        Some(Self { server, aws })
    }

    /// Makes a command of the words of `line` and then `more`, which may hold spaces.
    fn command(&self, line: &str, more: &[&str]) -> Command {
        let mut command = self.server.command(&self.aws.to_string_lossy());
        command
            .args(["--endpoint-url", self.server.url(), "--output", "text"])
            .args(line.split(' '))
            .args(more)
            .env("AWS_PAGER", "");
        command
    }

    fn run(&self, line: &str, more: &[&str]) -> String {
        succeed(&mut self.command(line, more)).trim().to_owned()
    }

    /// Runs what has to be refused, and expects the name of the refusal in what is printed.
    #[track_caller]
    fn refused(&self, name: &str, line: &str, more: &[&str]) {
        let printed = fail(&mut self.command(line, more));
        assert!(printed.contains(name), "{name} is not in {printed}");
    }

    /// Runs it as the second user.
    #[track_caller]
    fn refused_to_bea(&self, name: &str, line: &str) {
        let mut command = self.command(line, &[]);
        command
            .env("AWS_ACCESS_KEY_ID", OTHER_ID)
            .env("AWS_SECRET_ACCESS_KEY", OTHER_SECRET);
        let printed = fail(&mut command);
        assert!(printed.contains(name), "{name} is not in {printed}");
    }

    fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a file is written");
        path
    }

    fn path(&self, name: &str) -> String {
        let path = self.server.folder().join(name);
        path.to_string_lossy().into_owned()
    }

    fn key(&self, more: &[&str]) -> String {
        let query = "kms create-key --query KeyMetadata.KeyId";
        self.run(query, more)
    }

    fn state(&self, key: &str) -> String {
        let describe = "kms describe-key --query KeyMetadata.KeyState --key-id";
        self.run(describe, &[key])
    }
}

#[test]
fn the_terminal_of_aws_seals_files_by_keys_with_names() {
    let Some(cli) = Cli::start() else {
        return;
    };
    let key = cli.key(&["--description", "of the terminal"]);
    cli.run(
        "kms create-alias --alias-name alias/desk --target-key-id",
        &[&key],
    );
    let target = "kms list-aliases --query Aliases[?AliasName=='alias/desk'].TargetKeyId";
    assert_eq!(cli.run(target, &[]), key);
    let plain = cli.file("plain", b"what nobody else reads\n");
    let encrypt = format!(
        "kms encrypt --key-id alias/desk --plaintext fileb://{plain} --encryption-context room=7 \
         --query CiphertextBlob"
    );
    let blob = cli.run(&encrypt, &[]);
    let sealed = cli.file("sealed", &decode(&blob));
    let decrypt = format!(
        "kms decrypt --ciphertext-blob fileb://{sealed} --encryption-context room=7 --query Plaintext"
    );
    let opened = decode(&cli.run(&decrypt, &[]));
    assert_eq!(opened, b"what nobody else reads\n");
    let other_room = decrypt.replace("room=7", "room=8");
    cli.refused("InvalidCiphertextException", &other_room, &[]);
    cli.run("kms rotate-key-on-demand --key-id", &[&key]);
    let rotations = "kms list-key-rotations --query Rotations[].RotationType --key-id";
    assert_eq!(cli.run(rotations, &[&key]), "ON_DEMAND");
    assert_eq!(decode(&cli.run(&decrypt, &[])), b"what nobody else reads\n");
    cli.run(
        "kms enable-key-rotation --rotation-period-in-days 180 --key-id",
        &[&key],
    );
    let status =
        "kms get-key-rotation-status --query [KeyRotationEnabled,RotationPeriodInDays] --key-id";
    assert_eq!(cli.run(status, &[&key]), "True\t180");
}

#[test]
fn a_key_that_is_turned_off_stops_s3_until_it_is_on_again() {
    let Some(cli) = Cli::start() else {
        return;
    };
    let key = cli.key(&[]);
    let (up, down) = (cli.file("up", b"under a key"), cli.path("down"));
    cli.run("s3 mb s3://desk", &[]);
    let put =
        format!("s3 cp --no-progress --sse aws:kms --sse-kms-key-id {key} {up} s3://desk/file");
    cli.run(&put, &[]);
    let get = "s3 cp --no-progress s3://desk/file";
    // The answer to a HEAD, with which this client begins, has no document to name the refusal in.
    let raw = "s3api get-object --bucket desk --key file";
    cli.run(get, &[&down]);
    assert_eq!(std::fs::read(&down).expect("the file"), b"under a key");
    cli.run("kms disable-key --key-id", &[&key]);
    cli.refused("KMS.DisabledException", raw, &[&down]);
    cli.run("kms enable-key --key-id", &[&key]);
    cli.run(raw, &[&down]);
    let schedule = "kms schedule-key-deletion --pending-window-in-days 7 --query KeyState --key-id";
    assert_eq!(cli.run(schedule, &[&key]), "PendingDeletion");
    cli.refused("KMS.KMSInvalidStateException", raw, &[&down]);
    cli.run("kms cancel-key-deletion --key-id", &[&key]);
    assert_eq!(cli.state(&key), "Disabled");
    cli.run("kms enable-key --key-id", &[&key]);
    cli.run(raw, &[&down]);
    assert_eq!(std::fs::read(&down).expect("the file"), b"under a key");
}

#[test]
fn what_a_policy_or_the_lack_of_a_grant_refuses_stands_in_the_audit() {
    let Some(cli) = Cli::start() else {
        return;
    };
    add_bea(&cli.server);
    let key = cli.key(&[]);
    let random = format!("kms generate-data-key --key-spec AES_256 --query KeyId --key-id {key}");
    cli.refused_to_bea("AccessDeniedException", &random);
    let principal = "arn:aws:iam::000000000000:user/bea";
    let grant = format!(
        "kms create-grant --key-id {key} --grantee-principal {principal} --operations Encrypt \
         --query GrantId"
    );
    let grant = cli.run(&grant, &[]);
    let grants = format!("kms list-grants --key-id {key} --query Grants[].GrantId");
    assert_eq!(cli.run(&grants, &[]), grant);
    cli.refused_to_bea("AccessDeniedException", &random);
    cli.run("kms revoke-grant --key-id", &[&key, "--grant-id", &grant]);
    let read = format!("kms get-key-policy --key-id {key} --policy-name default --query Policy");
    assert!(cli.run(&read, &[]).contains("000000000000:root"));
    let locked_out = cli.file("policy", br#"{"Version":"2012-10-17","Statement":[]}"#);
    let put = format!(
        "kms put-key-policy --key-id {key} --policy-name default --policy file://{locked_out}"
    );
    cli.refused("MalformedPolicyDocumentException", &put, &[]);
    let events = "cloudtrail lookup-events --query Events[].[EventName,Username] \
                  --lookup-attributes AttributeKey=Username,AttributeValue=bea";
    let seen = cli.run(events, &[]);
    assert_eq!(seen, "GenerateDataKey\tbea\nGenerateDataKey\tbea");
    let records = events.replace("[EventName,Username]", "CloudTrailEvent");
    let records = cli.run(&records, &[]);
    assert!(
        records.contains(r#""errorCode":"AccessDenied""#),
        "{records}"
    );
}

#[test]
fn a_vault_that_is_locked_by_the_terminal_answers_again_after_the_unlock() {
    let Some(cli) = Cli::start() else {
        return;
    };
    let key = cli.key(&[]);
    let vault = |verb: &str| {
        let mut command = Command::new(program());
        command
            .args(["vault", verb, "--vault"])
            .arg(cli.server.vault())
            .arg("--key-file")
            .arg(cli.path("key"))
            .env("XDG_RUNTIME_DIR", cli.server.folder());
        succeed(&mut command);
    };
    vault("lock");
    for (name, line) in [
        ("KMSInternalException", "kms list-keys"),
        ("ServiceUnavailable", "cloudtrail lookup-events"),
        ("ServiceUnavailable", "s3api list-buckets"),
    ] {
        let printed = fail(cli.command(line, &[]).env("AWS_MAX_ATTEMPTS", "1"));
        assert!(printed.contains(name), "{name} is not in {printed}");
        assert!(printed.contains("stave vault unlock"), "{printed}");
    }
    vault("unlock");
    assert_eq!(cli.state(&key), "Enabled");
}

/// Reads base64 as the client prints it.
fn decode(text: &str) -> Vec<u8> {
    let bytes = STANDARD.decode(text.trim());
    bytes.expect("base64")
}
