//! Requests as they stand on the wire, and connections that carry many of them.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A request that may be changed in any place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Message {
    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Puts another value into a header.
    pub fn set(&mut self, name: &str, value: &str) {
        for (n, v) in &mut self.headers {
            if n == name {
                value.clone_into(v);
            }
        }
    }

    /// Writes it out; the length of its body is always told as it is.
    pub fn bytes(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        if !self.body.is_empty() || matches!(self.method.as_str(), "PUT" | "POST") {
            let length = self.body.len().to_string();
            head.extend(["content-length: ", &length, "\r\n"]);
        }
        head.push_str("\r\n");
        [head.as_bytes(), &self.body].concat()
    }
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// The code of an error; empty without a document.
    pub code: String,
    closes: bool,
}

/// A connection that is opened anew when the other side has closed it.
pub struct Line {
    host: String,
    stream: Option<TcpStream>,
}

impl Line {
    pub fn new(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            stream: None,
        }
    }

    /// Sends a request and reads its answer.
    pub async fn ask(&mut self, message: &Message) -> Reply {
        let bytes = message.bytes();
        let is_head = message.method == "HEAD";
        if let Some(stream) = self.stream.take()
            && let Some(reply) = self.try_ask(stream, &bytes, is_head).await
        {
            return reply;
        }
        // The other side may close a connection at any time that it owes nothing on.
        let stream = TcpStream::connect(&self.host).await.unwrap();
        let reply = self.try_ask(stream, &bytes, is_head).await;
        reply.unwrap_or_else(|| panic!("no answer to {message:?}"))
    }

    async fn try_ask(
        &mut self,
        mut stream: TcpStream,
        bytes: &[u8],
        is_head: bool,
    ) -> Option<Reply> {
        stream.write_all(bytes).await.ok()?;
        let reply = read_reply(&mut stream, is_head).await?;
        self.stream = (!reply.closes).then_some(stream);
        Some(reply)
    }
}

async fn read_reply(stream: &mut TcpStream, is_head: bool) -> Option<Reply> {
    let mut bytes = Vec::with_capacity(2_048);
    loop {
        if let Some(at) = bytes.windows(4).position(|end| end == b"\r\n\r\n") {
            let head = std::str::from_utf8(&bytes[..at])
                .unwrap()
                .to_ascii_lowercase();
            let status = head.split(' ').nth(1).unwrap().parse().unwrap();
            let value = |name: &str| {
                let mut lines = head.lines().filter_map(|line| line.split_once(": "));
                lines.find(|(n, _)| *n == name).map(|(_, value)| value)
            };
            let length = value("content-length").map_or(0, |length| length.parse().unwrap());
            assert_eq!(value("transfer-encoding"), None, "{head}");
            let whole = at + 4 + if is_head || status == 304 { 0 } else { length };
            while bytes.len() < whole {
                more(stream, &mut bytes).await?;
            }
            let document = String::from_utf8_lossy(&bytes[at + 4..whole]);
            let code = document.split_once("<Code>");
            let code = code.and_then(|(_, rest)| rest.split_once("</Code>"));
            return Some(Reply {
                status,
                code: code.map_or(String::new(), |(code, _)| code.to_owned()),
                closes: value("connection") == Some("close"),
            });
        }
        more(stream, &mut bytes).await?;
    }
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let read = stream.read_buf(bytes).await.ok()?;
    (read > 0).then_some(())
}
