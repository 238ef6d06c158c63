//! A freshly made vault, served to the suite, with the users that the suite speaks as.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::group::Group;
use super::lists::Dialect;
use crate::command::{Outcome, output};

/// What the server is started with beside its vault. The suite signs its forms by version 2, and takes access control
/// lists to be on in new buckets, as they were when it was written.
const ARGUMENTS: &[&str] = &[
    "serve",
    "--port",
    "0",
    "--legacy-form-signatures",
    "--object-ownership",
    "ObjectWriter",
];

/// The users of the suite, by the sections of its configuration. None is the vault's owner, whom no rule binds.
pub const USERS: &[(&str, &str)] = &[
    ("s3 main", "main"),
    ("s3 alt", "alt"),
    ("s3 tenant", "tenant"),
    ("iam", "iam"),
    ("iam root", "root"),
    ("iam alt root", "altroot"),
];

/// The vault's owner, who makes keys and runs no test.
pub const OWNER: &str = "admin";

/// The access key id of a user.
pub fn access_key_id(user: &str) -> String {
    format!("CONFORMANCE{}", user.to_uppercase())
}

/// The secret of that key, which lives as long as the vault of the run.
pub fn secret(user: &str) -> String {
    format!("conformance-secret-of-the-user-{user}")
}

/// A running server; it and its vault are gone when this is dropped.
pub struct Server {
    /// The endpoint's address.
    pub url: String,
    /// Its port.
    pub port: u64,
    // Dropped in this order: the process, then its folder.
    _process: Group,
    _folder: TempDir,
}

impl Server {
    /// Starts `program` on a new vault, and adds the users; its log goes to `log`.
    pub fn start(program: &Path, dialect: Dialect, log: &Path) -> Outcome<Self> {
        let folder = tempfile::Builder::new()
            .prefix("stave-conformance-")
            .tempdir()
            .map_err(|why| format!("there is no temporary folder: {why}"))?;
        let said = std::fs::File::create(log)
            .map_err(|why| format!("{} cannot be written: {why}", log.display()))?;
        let mut serve = on_vault(program, &folder);
        serve
            .args(ARGUMENTS)
            .args(["--dialect", dialect.name()])
            .arg("--json")
            .stdout(Stdio::piped())
            .stderr(said);
        let mut process = Group::spawn(&mut serve)?;
        let mut line = String::new();
        if let Some(output) = process.child.stdout.take() {
            // Where nothing can be read the line stays empty, which is told below.
            drop(BufReader::new(output).read_line(&mut line));
        }
        let ready: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
        let (Some(url), Some(port)) = (ready["endpoint"].as_str(), ready["port"].as_u64()) else {
            let why = std::fs::read_to_string(log).unwrap_or_default();
            return Err(format!("the server did not start: {why}"));
        };
        for user in USERS.iter().map(|(_, user)| user).chain([&OWNER]) {
            add_user(program, &folder, user)?;
        }
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            port,
            _process: process,
            _folder: folder,
        })
    }
}

fn add_user(program: &Path, folder: &TempDir, user: &str) -> Outcome {
    let mut add = on_vault(program, folder);
    add.args(["access-keys", "add", "--user", user, "--access-key-id"])
        .arg(access_key_id(user))
        .arg("--secret-access-key")
        .arg(secret(user));
    output(&mut add)
        .map(drop)
        .ok_or_else(|| format!("the user {user} could not be added"))
}

/// Makes a command on the vault in `folder`, free of the caller's own settings.
fn on_vault(program: &Path, folder: &TempDir) -> Command {
    let place = |name: &str| -> PathBuf { folder.path().join(name) };
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let shown = name.to_string_lossy();
        if shown.starts_with("STAVE_") || shown.starts_with("AWS_") {
            command.env_remove(&name);
        }
    }
    command
        .env("STAVE_VAULT", place("vault"))
        .env("STAVE_KEY_FILE", place("vault.key"));
    command
}
