//! The pages, and the browser that opens them.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// Where Debian and its kin have it.
const CHROMIUM: [&str; 2] = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

/// Serves one page on a port that the system chose, as long as the test runs. Every origin may read it.
pub struct PageServer {
    port: u16,
}

impl PageServer {
    /// Serves a page that runs a script.
    pub fn start(script: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Browsers open connections that they may never use.
                std::thread::spawn(move || answer(stream, script));
            }
        });
        Self { port }
    }

    /// Returns the origin of the page under a host name.
    pub fn origin(&self, host: &str) -> String {
        format!("http://{host}:{}", self.port)
    }
}

fn answer(mut stream: TcpStream, script: &str) {
    // What is asked for does not matter: there is one page.
    let _ = stream.read(&mut [0; 4096]);
    let page = page(script);
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\
         access-control-allow-origin: *\r\ncontent-length: {}\r\n\r\n{page}",
        page.len()
    );
}

/// Returns a page that runs a script.
pub fn page(script: &str) -> String {
    format!("<!doctype html><meta charset=\"utf-8\"><body><script>{script}</script></body>")
}

/// Opens a page in Chromium, runs its function with parameters, and returns what it and the console said.
pub fn visit(page: &Value) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let chromium = CHROMIUM.iter().find(|path| Path::new(path).exists());
    let task = json!({
        "modules": root.join("ui/package.json"),
        "chromium": chromium.expect("Chromium is installed"),
        "resolver": "MAP evil.test 127.0.0.1",
        "pages": { "page": page },
    });
    let mut node = Command::new("node")
        .arg(root.join("tests/endpoint/browser/drive.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Node.js starts");
    let mut input = node.stdin.take().unwrap();
    input.write_all(task.to_string().as_bytes()).unwrap();
    drop(input);
    let output = node.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the browser failed: {complaint}");
    let mut seen: Value = serde_json::from_slice(&output.stdout).unwrap();
    seen["page"].take()
}
