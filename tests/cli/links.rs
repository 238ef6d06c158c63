//! `stave presign`: links that work until their end.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::kit::Shell;

/// Sends a request for a URL and returns the status and the body, over a connection of its own.
pub fn request(method: &str, url: &str, body: &str) -> (u16, String) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, target) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "{method} /{target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    (status, body.to_owned())
}

fn link(shell: &Shell, line: &str) -> String {
    shell.ok(line).trim().to_owned()
}

#[test]
fn a_link_reads_without_a_key() {
    let shell = Shell::served();
    shell.ok("mb photos");
    shell.file("a", "hello");
    shell.ok("cp a \"s3://photos/dir/a b+\u{fc}.txt\"");
    let url = link(
        &shell,
        "presign \"s3://photos/dir/a b+\u{fc}.txt\" --expires 15m",
    );
    assert_eq!(request("GET", &url, ""), (200, "hello".to_owned()));
    let other = url.replacen("/dir/", "/other/", 1);
    assert_eq!(request("GET", &other, "").0, 403);
    assert_eq!(request("PUT", &url, "x").0, 403);
}

#[test]
fn a_link_writes_where_asked() {
    let shell = Shell::served();
    shell.ok("mb photos");
    let url = link(&shell, "presign s3://photos/up --put --expires 1h");
    assert_eq!(request("PUT", &url, "from a link").0, 200);
    assert_eq!(shell.ok("cat s3://photos/up"), "from a link");
    assert_eq!(request("GET", &url, "").0, 403);
}

#[test]
fn a_link_to_a_version_stays_with_it() {
    let shell = Shell::served();
    shell.ok("mb photos --versioning");
    shell.file("a", "one");
    let told = shell.json("cp a s3://photos/a");
    let id = told[0]["version_id"].as_str().unwrap();
    shell.file("a", "two");
    shell.ok("cp a s3://photos/a");
    let url = link(
        &shell,
        &format!("presign s3://photos/a --version-id {id} --save-as kept.txt"),
    );
    assert_eq!(request("GET", &url, ""), (200, "one".to_owned()));
}

#[test]
fn a_link_tells_its_exact_end() {
    let shell = Shell::served();
    let lines = shell.json("presign s3://photos/a --expires 7d");
    assert_eq!(lines[0]["kind"], "link");
    assert_eq!(lines[0]["method"], "GET");
    assert_eq!(lines[0]["served"], true);
    let url = lines[0]["url"].as_str().unwrap();
    assert!(url.contains("X-Amz-Expires=604800"), "{url}");
    let signed = url.split("X-Amz-Date=").nth(1).unwrap();
    let expires = lines[0]["expires"].as_str().unwrap();
    // A week later at the same time of the day, to the second.
    let time = format!(
        "{}:{}:{}.000Z",
        &signed[9..11],
        &signed[11..13],
        &signed[13..15]
    );
    assert!(expires.ends_with(&time), "{expires} {url}");
}

#[test]
fn a_link_made_while_nothing_serves_works_once_something_does() {
    let mut shell = Shell::served();
    shell.ok("mb photos");
    shell.file("a", "hello");
    shell.ok("cp a s3://photos/a");
    shell.stop();
    let ran = shell.run("presign s3://photos/a");
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.err.contains("Nothing serves this vault now"), "{ran}");
    let url = ran.out.trim();
    assert!(url.starts_with("http://127.0.0.1:9000/photos/a?"), "{url}");
    assert!(url.contains(crate::kit::ACCESS_KEY_ID), "{url}");
}
