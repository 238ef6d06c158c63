//! The built `stave`, serving a vault on a port that the system chose.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The access key id that a server made here has.
pub const ACCESS_KEY_ID: &str = "TESTTESTTESTTESTTEST";
/// The secret of that key.
pub const SECRET: &str = "test-secret-test-secret-test-secret-test";

/// A running server; it is ended when this is dropped.
pub struct Server {
    child: Child,
    ready: serde_json::Value,
    started_in: Duration,
    folder: TempDir,
}

impl Server {
    /// Starts the program that `STAVE_BIN` names on a new vault, and waits until it says that it is ready.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::start_in(folder, &[])
    }

    /// Starts it over the vault in `folder`, or makes one there; `environment` is added to the server's.
    pub fn start_in(folder: TempDir, environment: &[(&str, &str)]) -> Self {
        Self::try_start_in(folder, environment)
            .unwrap_or_else(|said| panic!("the server is not ready: {said}"))
    }

    /// Starts it as `start_in` does; where it ends instead of being ready, returns what it said.
    pub fn try_start_in(folder: TempDir, environment: &[(&str, &str)]) -> Result<Self, String> {
        let log_path = folder.path().join("server.log");
        let log = std::fs::File::create(&log_path).expect("a log file");
        let mut serve = serve_in(&folder);
        serve
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log);
        let began = Instant::now();
        let mut child = serve.spawn().expect("the built program starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let ready = serde_json::from_str(&line).unwrap_or(serde_json::Value::Null);
        if !ready["endpoint"].is_string() {
            end(&mut child);
            return Err(std::fs::read_to_string(&log_path).unwrap_or_default());
        }
        Ok(Self {
            child,
            ready,
            started_in: began.elapsed(),
            folder,
        })
    }

    /// Returns the address of the endpoint.
    pub fn url(&self) -> &str {
        self.ready["endpoint"].as_str().expect("an endpoint")
    }

    /// Returns the id of the process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns the vault's folder.
    pub fn vault(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    /// Returns the folder that holds the vault, its key file and the log.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns how long the start took, to the line that says ready.
    pub fn started_in(&self) -> Duration {
        self.started_in
    }

    /// Returns a line of the process's status in KiB, as Linux tells it (`VmRSS`, `VmHWM`); 0 elsewhere.
    pub fn status_kib(&self, line: &str) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let value = status
            .lines()
            .find_map(|l| l.strip_prefix(line)?.strip_prefix(':'));
        value
            .and_then(|v| v.split_whitespace().next()?.parse().ok())
            .unwrap_or(0)
    }

    /// Makes a client's command: path style, our credentials, and no configuration of the user's.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ENDPOINT_URL", self.url())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", self.folder().join("aws-config"))
            .env(
                "AWS_SHARED_CREDENTIALS_FILE",
                self.folder().join("aws-credentials"),
            )
            .env("HOME", self.folder())
            .env("XDG_RUNTIME_DIR", self.folder())
            .env_remove("AWS_CA_BUNDLE")
            .stdin(Stdio::null());
        command
    }

    /// Ends the server as `kill -9` does, and returns its folder.
    pub fn kill(mut self) -> TempDir {
        self.child.kill().expect("the server is killed");
        self.child.wait().expect("its end");
        self.take_folder()
    }

    /// Ends the server cleanly and returns its folder.
    pub fn stop(mut self) -> TempDir {
        end(&mut self.child);
        self.take_folder()
    }

    fn take_folder(mut self) -> TempDir {
        std::mem::replace(
            &mut self.folder,
            tempfile::tempdir().expect("a temporary folder"),
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Makes the command of a server over the vault in `folder`, with nothing of the user's.
fn serve_in(folder: &TempDir) -> Command {
    let mut serve = Command::new(program());
    serve
        .args(["serve", "--port", "0", "--vault"])
        .arg(folder.path().join("vault"))
        .arg("--key-file")
        .arg(folder.path().join("key"))
        .env("STAVE_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("STAVE_SECRET_ACCESS_KEY", SECRET)
        .env("XDG_RUNTIME_DIR", folder.path());
    serve
}

/// Returns the built program that `STAVE_BIN` names, or the one beside this test's own folder.
pub fn program() -> PathBuf {
    if let Some(named) = std::env::var_os("STAVE_BIN") {
        return PathBuf::from(named);
    }
    let own = std::env::current_exe().expect("a path");
    let profile = own.ancestors().nth(2).expect("the folder of the profile");
    let built = profile.join(format!("stave{}", std::env::consts::EXE_SUFFIX));
    assert!(
        built.is_file(),
        "{} is missing: run `cargo build -p stave-cli` first",
        built.display()
    );
    built
}

/// Runs a command and returns its standard output; fails the test with all that it printed where it fails.
#[track_caller]
pub fn succeed(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|why| panic!("{command:?} could not be started: {why}"));
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success(),
        "{command:?} ended with {}\n{out}\n{err}",
        output.status
    );
    out.into_owned()
}

/// Ends a process cleanly where the system has a signal for it.
fn end(child: &mut Child) {
    if child.try_wait().is_ok_and(|ended| ended.is_some()) {
        return;
    }
    let asked = Command::new("kill").arg(child.id().to_string()).status();
    if !asked.is_ok_and(|status| status.success()) {
        let _ = child.kill();
    }
    let _ = child.wait();
}
