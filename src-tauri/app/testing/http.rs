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
    let mut lines = vec![
        format!("{method} /{target} HTTP/1.1"),
        format!("Host: {host}"),
        "Connection: close".to_owned(),
    ];
    lines.extend(
        headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}")),
    );
    if !body.is_empty() {
        lines.push(format!("Content-Length: {}", body.len()));
    }
    let head = lines.join("\r\n") + "\r\n\r\n";
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
    let begin = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=");
    let parts = fields
        .iter()
        .map(|HeaderView { name, value }| format!("{begin}\"{name}\"\r\n\r\n{value}\r\n"));
    let fields: String = parts.collect();
    let file_begins = format!("{begin}\"file\"; filename=\"{file_name}\"\r\n\r\n");
    let end = format!("\r\n--{BOUNDARY}--\r\n");
    let body = [
        fields.as_bytes(),
        file_begins.as_bytes(),
        file,
        end.as_bytes(),
    ]
    .concat();
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}
