//! Requests as they go over the wire, without a client that would mend them.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::views::HeaderView;

/// An answer.
pub struct Answered {
    pub status: u16,
    pub body: String,
}

/// Sends a request to a URL of plain HTTP and reads the whole answer.
pub async fn ask(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Answered {
    let rest = url.strip_prefix("http://").expect("plain HTTP");
    let (host, target) = rest.split_once('/').unwrap_or((rest, ""));
    let mut head = format!("{method} /{target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    // One that refuses may close before it has read the body.
    let _ = stream.write_all(body).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
    let status = head.split(' ').nth(1).expect("a status");
    Answered {
        status: status.parse().unwrap(),
        body: body.to_owned(),
    }
}

/// Writes a form with a file; returns its content type and its body.
pub fn form_of(fields: &[HeaderView], file_name: &str, file: &[u8]) -> (String, Vec<u8>) {
    const BOUNDARY: &str = "a-line-between-parts";
    let mut body = String::new();
    for HeaderView { name, value } in fields {
        body.push_str(&format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\r\n"
    ));
    let mut body = body.into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}
