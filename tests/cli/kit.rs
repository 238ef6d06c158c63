//! A shell with a vault of its own, served by another process or not.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use stave_tests::server::program;
use tempfile::TempDir;

/// The first access key of every vault here.
pub const ACCESS_KEY_ID: &str = "TESTTESTTESTTESTTEST";
pub const SECRET: &str = "test-secret-test-secret-test-secret-test";

/// A folder, a vault in it, and the environment of a person who has nothing else set.
pub struct Shell {
    /// Ends before the folder goes.
    server: Option<Serving>,
    folder: TempDir,
}

impl Shell {
    /// A shell in an empty folder, without a vault.
    pub fn empty() -> Self {
        Self {
            server: None,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A vault that nobody has open.
    pub fn opened() -> Self {
        let mut shell = Self::served();
        shell.stop();
        shell
    }

    /// A vault that another process serves.
    pub fn served() -> Self {
        let mut shell = Self::empty();
        shell.start();
        shell
    }

    /// Serves the vault; makes it if there is none.
    pub fn start(&mut self) {
        self.server = Some(Serving::start(self.command(["serve", "--port", "0"])));
    }

    /// Ends the server in good order.
    pub fn stop(&mut self) {
        let code = self.server.take().expect("a server").end();
        assert_eq!(code, Some(0), "a server that is asked to end ends well");
    }

    /// Returns the line with which the server said that it was ready.
    pub fn ready(&self) -> &Value {
        &self.server.as_ref().expect("a server").ready
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
    }

    /// Makes the command, in the folder, with the vault's key file and nothing of this process's
    /// settings.
    pub fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = bare(self.folder.path());
        command
            .args(arguments)
            .env("STAVE_VAULT", self.path("vault"))
            .env("STAVE_KEY_FILE", self.path("key"))
            .env("STAVE_ACCESS_KEY_ID", ACCESS_KEY_ID)
            .env("STAVE_SECRET_ACCESS_KEY", SECRET);
        command
    }

    /// Runs a line of words; a word in double quotes may have spaces.
    pub fn run(&self, line: &str) -> Ran {
        Ran::of(line, &self.command(words(line)).output().unwrap())
    }

    /// Runs it with something on standard input.
    pub fn run_with_input(&self, line: &str, input: &[u8]) -> Ran {
        let mut command = self.command(words(line));
        let mut child = piped(&mut command);
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writing = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().unwrap();
        writing.join().unwrap().unwrap();
        Ran::of(line, &output)
    }

    /// Runs it and returns what it printed; fails the test where it fails.
    #[track_caller]
    pub fn ok(&self, line: &str) -> String {
        let ran = self.run(line);
        assert_eq!(ran.code, Some(0), "{ran}");
        ran.out
    }

    /// Runs it with `--json`, and returns the lines.
    #[track_caller]
    pub fn json(&self, line: &str) -> Vec<Value> {
        self.ok(&format!("{line} --json"))
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{line}: {why}")))
            .collect()
    }

    /// Runs it and checks that it fails with that code.
    #[track_caller]
    pub fn fails(&self, line: &str, code: i32) -> Ran {
        let ran = self.run(line);
        assert_eq!(ran.code, Some(code), "{ran}");
        ran
    }
}

/// Makes a command without a vault, and without the settings of the process that runs the tests.
pub fn bare(folder: &Path) -> Command {
    let mut command = Command::new(program());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let steers = ["STAVE_", "AWS_", "DBUS_", "XDG_"];
        if steers.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command
        .current_dir(folder)
        .env("HOME", folder)
        .env("XDG_RUNTIME_DIR", folder)
        .stdin(Stdio::null());
    command
}

/// Starts a command with all its streams in our hands.
pub fn piped(command: &mut Command) -> Child {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// A running server.
pub struct Serving {
    child: Child,
    pub ready: Value,
}

impl Serving {
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line);
        let ready = ready.unwrap_or_else(|why| panic!("{line:?} is no ready line: {why}"));
        Self { child, ready }
    }

    /// Asks it to end, and returns its exit code.
    pub fn end(mut self) -> Option<i32> {
        signal("-TERM", self.child.id());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process that a test started.
pub fn signal(kind: &str, pid: u32) {
    let sent = Command::new("kill").arg(kind).arg(pid.to_string()).status();
    assert!(sent.unwrap().success());
}

/// What became of a command.
#[derive(Debug)]
pub struct Ran {
    line: String,
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(line: &str, output: &Output) -> Self {
        let ran = Self {
            line: line.to_owned(),
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        assert!(!ran.err.contains("panicked"), "{ran}");
        ran
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            line,
            code,
            out,
            err,
        } = self;
        write!(f, "`stave {line}` ended with {code:?}\n{out}\n{err}")
    }
}

/// Splits a line at its spaces, but for those in double quotes.
pub fn words(line: &str) -> Vec<String> {
    line.split('"')
        .enumerate()
        .flat_map(|(index, piece)| match index % 2 {
            1 => vec![piece.to_owned()],
            _ => piece.split_whitespace().map(str::to_owned).collect(),
        })
        .collect()
}
