//! `aws iam` and `aws sts`: users, roles and sessions by the terminal of AWS, and a profile that takes a role.

use std::path::PathBuf;
use std::process::Command;

use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server, succeed};

use crate::{client, fail};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:root"},"Action":"sts:AssumeRole"}}"#;
const READS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::desk","arn:aws:s3:::desk/*"]}]}"#;

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
            .args(["--output", "text"])
            .args(line.split(' '))
            .args(more)
            .env("AWS_MAX_ATTEMPTS", "1")
            .env("AWS_PAGER", "");
        command
    }

    fn run(&self, line: &str, more: &[&str]) -> String {
        succeed(&mut self.command(line, more)).trim().to_owned()
    }

    /// Runs it with a key of somebody's: id, secret, and the token of a session.
    fn as_key(&self, key: &str, line: &str) -> Command {
        let mut words = key.split_whitespace();
        let mut command = self.command(line, &[]);
        command
            .env("AWS_ACCESS_KEY_ID", words.next().expect("an id"))
            .env("AWS_SECRET_ACCESS_KEY", words.next().expect("a secret"));
        if let Some(token) = words.next() {
            command.env("AWS_SESSION_TOKEN", token);
        }
        command
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path = self.server.folder().join(name);
        std::fs::write(&path, content).expect("a file is written");
        path.to_string_lossy().into_owned()
    }
}

#[track_caller]
fn refused(name: &str, command: &mut Command) {
    let printed = fail(command);
    assert!(printed.contains(name), "{name} is not in {printed}");
}

#[test]
fn a_user_of_the_terminal_may_what_its_policy_says() {
    let Some(cli) = Cli::start() else {
        return;
    };
    cli.run("s3 mb s3://desk", &[]);
    let made = cli.run("iam create-user --query User.Arn --user-name ana", &[]);
    assert_eq!(made, "arn:aws:iam::000000000000:user/ana");
    let key =
        "iam create-access-key --user-name ana --query AccessKey.[AccessKeyId,SecretAccessKey]";
    let key = cli.run(key, &[]);
    let list = "s3api list-objects-v2 --bucket desk --query length(Contents||`[]`)";
    refused("AccessDenied", &mut cli.as_key(&key, list));
    let reads = cli.file("reads.json", READS);
    let put = "iam put-user-policy --user-name ana --policy-name reads --policy-document";
    cli.run(put, &[&format!("file://{reads}")]);
    assert_eq!(succeed(&mut cli.as_key(&key, list)).trim(), "0");
    refused(
        "AccessDenied",
        &mut cli.as_key(&key, "s3api delete-bucket --bucket desk"),
    );
    let got = "iam get-user-policy --user-name ana --policy-name reads --query \
               PolicyDocument.Statement[0].Action";
    assert_eq!(cli.run(got, &[]), "s3:GetObject\ts3:ListBucket");
    let who = "sts get-caller-identity --query Arn";
    let arn = "arn:aws:iam::000000000000:user/ana";
    assert_eq!(succeed(&mut cli.as_key(&key, who)).trim(), arn);
    let id = key.split_whitespace().next().expect("an id");
    let off =
        format!("iam update-access-key --user-name ana --status Inactive --access-key-id {id}");
    cli.run(&off, &[]);
    refused("InvalidAccessKeyId", &mut cli.as_key(&key, list));
    refused(
        "DeleteConflict",
        &mut cli.command("iam delete-user --user-name ana", &[]),
    );
    cli.run(
        "iam delete-access-key --user-name ana --access-key-id",
        &[id],
    );
    cli.run(
        "iam delete-user-policy --user-name ana --policy-name reads",
        &[],
    );
    cli.run("iam delete-user --user-name ana", &[]);
    let users = cli.run("iam list-users --query Users[].UserName", &[]);
    assert_eq!(users, "admin");
    refused(
        "NoSuchEntity",
        &mut cli.command("iam get-user --user-name ana", &[]),
    );
}

#[test]
fn a_session_of_the_terminal_is_kept_in_the_environment() {
    let Some(cli) = Cli::start() else {
        return;
    };
    cli.run("s3 mb s3://desk", &[]);
    let trust = cli.file("trust.json", TRUST);
    let create =
        "iam create-role --role-name reader --query Role.Arn --assume-role-policy-document";
    let role = cli.run(create, &[&format!("file://{trust}")]);
    assert_eq!(role, "arn:aws:iam::000000000000:role/reader");
    let reads = cli.file("reads.json", READS);
    let put = "iam put-role-policy --role-name reader --policy-name reads --policy-document";
    cli.run(put, &[&format!("file://{reads}")]);
    let assume = "sts assume-role --role-session-name desk --query \
                  Credentials.[AccessKeyId,SecretAccessKey,SessionToken] --role-arn";
    let session = cli.run(assume, &[&role]);
    let who = "sts get-caller-identity --query Arn";
    let arn = "arn:aws:sts::000000000000:assumed-role/reader/desk";
    assert_eq!(succeed(&mut cli.as_key(&session, who)).trim(), arn);
    succeed(&mut cli.as_key(&session, "s3 ls s3://desk"));
    refused(
        "AccessDenied",
        &mut cli.as_key(&session, "s3 mb s3://other"),
    );
    let cut: Vec<&str> = session.split_whitespace().take(2).collect();
    refused("InvalidClientTokenId", &mut cli.as_key(&cut.join(" "), who));
    let own =
        "sts get-session-token --query Credentials.[AccessKeyId,SecretAccessKey,SessionToken]";
    let own = cli.run(own, &[]);
    succeed(&mut cli.as_key(&own, "s3 mb s3://other"));
    refused(
        "InvalidClientTokenId",
        &mut cli.as_key(&own, "iam list-users"),
    );
    let simulate = format!(
        "iam simulate-principal-policy --policy-source-arn {role} --action-names s3:GetObject \
         s3:PutObject --resource-arns arn:aws:s3:::desk/a --query EvaluationResults[].EvalDecision"
    );
    assert_eq!(cli.run(&simulate, &[]), "allowed\timplicitDeny");
}

#[test]
fn a_profile_takes_a_role_by_itself() {
    let Some(cli) = Cli::start() else {
        return;
    };
    cli.run("s3 mb s3://desk", &[]);
    let trust = cli.file("trust.json", TRUST);
    let create = "iam create-role --role-name reader --assume-role-policy-document";
    cli.run(create, &[&format!("file://{trust}")]);
    let reads = cli.file("reads.json", READS);
    let put = "iam put-role-policy --role-name reader --policy-name reads --policy-document";
    cli.run(put, &[&format!("file://{reads}")]);
    let url = cli.server.url();
    cli.file(
        "aws-config",
        &format!(
            "[profile base]\nregion = us-east-1\nendpoint_url = {url}\n\
             aws_access_key_id = {ACCESS_KEY_ID}\naws_secret_access_key = {SECRET}\n\
             [profile reader]\nregion = us-east-1\nendpoint_url = {url}\n\
             role_arn = arn:aws:iam::000000000000:role/reader\nrole_session_name = desk\n\
             source_profile = base\n"
        ),
    );
    let as_reader = |line: &str| {
        let mut command = cli.command(line, &["--profile", "reader"]);
        command
            .env_remove("AWS_ENDPOINT_URL")
            .env_remove("AWS_ACCESS_KEY_ID")
            .env_remove("AWS_SECRET_ACCESS_KEY");
        command
    };
    let who = succeed(&mut as_reader("sts get-caller-identity --query Arn"));
    assert_eq!(
        who.trim(),
        "arn:aws:sts::000000000000:assumed-role/reader/desk"
    );
    succeed(&mut as_reader("s3 ls s3://desk"));
    refused("AccessDenied", &mut as_reader("s3 rb s3://desk"));
    cli.run(
        "iam delete-role-policy --role-name reader --policy-name reads",
        &[],
    );
    refused(
        "AccessDenied",
        &mut as_reader("s3api list-objects-v2 --bucket desk"),
    );
}
