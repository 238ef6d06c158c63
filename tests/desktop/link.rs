//! A plain HTTP client: what a person with a link has.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Opens a link; returns the status and the body.
pub fn open(url: &str) -> (u16, String) {
    ask("GET", url, "", "")
}

/// Sends a body by a link; returns the status and the answer.
pub fn send(url: &str, body: &str) -> (u16, String) {
    let length = format!("Content-Length: {}\r\n", body.len());
    ask("PUT", url, &length, body)
}

/// Asks what a browser asks before a page of an origin may send; returns the status.
pub fn preflight(url: &str, origin: &str) -> u16 {
    let asked = format!("Origin: {origin}\r\nAccess-Control-Request-Method: PUT\r\n");
    ask("OPTIONS", url, &asked, "").0
}

fn ask(method: &str, url: &str, headers: &str, body: &str) -> (u16, String) {
    let rest = url.strip_prefix("http://").expect("a link of the endpoint");
    let (host, path) = rest.split_once('/').expect("a link has a path");
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(
        stream,
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    (status.expect("a status"), body.to_owned())
}
