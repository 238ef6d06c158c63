//! The built `stave` on a fresh vault.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use tempfile::TempDir;

/// A running server; it ends when this is dropped.
pub struct Server {
    child: Child,
    ready: serde_json::Value,
    cold_start_ms: f64,
    _folder: TempDir,
}

impl Server {
    /// Starts the program that `STAVE_BIN` names and waits until it says that it is ready.
    pub fn start() -> Result<Self, String> {
        let program =
            std::env::var("STAVE_BIN").map_err(|_| "STAVE_BIN must name the built program")?;
        let folder = tempfile::tempdir().map_err(|why| format!("no temporary folder: {why}"))?;
        let serve = || {
            let mut serve = Command::new(&program);
            serve
                .args(["serve", "--port", "0", "--vault"])
                .arg(folder.path().join("vault"));
            serve.arg("--key-file").arg(folder.path().join("key"));
            serve
                .env("STAVE_ACCESS_KEY_ID", "BENCHBENCHBENCHBENCH")
                .env("STAVE_SECRET_ACCESS_KEY", "bench-secret-bench-secret");
            serve.stdout(Stdio::piped()).stderr(Stdio::null());
            serve
        };
        // The first start makes the vault; the second is the one that is measured.
        let (mut first, _) = ready(serve())?;
        stop(&mut first);
        let began = Instant::now();
        let (child, ready) = ready(serve())?;
        Ok(Self {
            child,
            ready,
            cold_start_ms: began.elapsed().as_secs_f64() * 1e3,
            _folder: folder,
        })
    }

    /// Returns the address of the endpoint.
    pub fn url(&self) -> &str {
        self.ready["endpoint"].as_str().unwrap_or_default()
    }

    /// Returns the id of the access key.
    pub fn access_key_id(&self) -> &'static str {
        "BENCHBENCHBENCHBENCH"
    }

    /// Returns the secret of the access key.
    pub fn secret(&self) -> &'static str {
        "bench-secret-bench-secret"
    }

    /// Returns how long a start over an existing vault took, to the line that says ready.
    pub fn cold_start_ms(&self) -> f64 {
        self.cold_start_ms
    }

    /// Returns a line of the process's status in KiB, as Linux tells it; 0 elsewhere.
    pub fn resident_kib(&self, line: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .unwrap_or_default();
        let value = status
            .lines()
            .find_map(|l| l.strip_prefix(line)?.strip_prefix(':'));
        value
            .and_then(|v| v.split_whitespace().next()?.parse().ok())
            .unwrap_or(0.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        stop(&mut self.child);
    }
}

fn ready(mut serve: Command) -> Result<(Child, serde_json::Value), String> {
    let mut child = serve
        .spawn()
        .map_err(|why| format!("the server could not be started: {why}"))?;
    let output = child.stdout.take().ok_or("the server has no output")?;
    let mut line = String::new();
    BufReader::new(output)
        .read_line(&mut line)
        .map_err(|why| format!("the server said nothing: {why}"))?;
    let ready =
        serde_json::from_str(&line).map_err(|why| format!("the server said {line:?}: {why}"))?;
    Ok((child, ready))
}

/// Ends a server cleanly where the system has a signal for it.
fn stop(child: &mut Child) {
    let asked = Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .is_ok_and(|status| status.success());
    if !asked {
        let _ = child.kill();
    }
    let _ = child.wait();
}
