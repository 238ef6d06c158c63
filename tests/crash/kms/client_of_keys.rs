//! The least client of the key service: a signed call of JSON over a connection of its own.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use serde_json::Value;
use stave_tests::server::{ACCESS_KEY_ID, SECRET};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A client of the key service at an address.
#[derive(Clone)]
pub struct Keys {
    host: String,
}

/// How a call ended.
#[derive(Debug)]
pub enum Reply {
    /// It was done.
    Done(Value),
    /// It was refused with this status and document.
    Refused(u16, String),
    /// The connection ended before an answer.
    None,
}

impl Keys {
    /// Makes a client for `http://host:port`.
    pub fn at(url: &str) -> Self {
        let host = url.strip_prefix("http://").expect("plain HTTP");
        let host = host.trim_end_matches('/').to_owned();
        Self { host }
    }

    /// Makes a call.
    pub async fn call(&self, operation: &str, body: Value) -> Reply {
        let body = body.to_string();
        match self.send(operation, &body).await {
            Ok(answer) => read(&answer),
            Err(_) => Reply::None,
        }
    }

    async fn send(&self, operation: &str, body: &str) -> std::io::Result<String> {
        let mut headers = vec![
            ("host".to_owned(), self.host.clone()),
            (
                "content-type".to_owned(),
                "application/x-amz-json-1.1".to_owned(),
            ),
            (
                "x-amz-target".to_owned(),
                format!("TrentService.{operation}"),
            ),
            ("content-length".to_owned(), body.len().to_string()),
        ];
        headers.extend(self.signature(&headers, body));
        let lines: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        let head = lines.join("\r\n");
        let request = format!("POST / HTTP/1.1\r\nconnection: close\r\n{head}\r\n\r\n{body}");
        let mut stream = TcpStream::connect(&self.host).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    fn signature(&self, headers: &[(String, String)], body: &str) -> Vec<(String, String)> {
        let credentials = Credentials::new(ACCESS_KEY_ID, SECRET, None, None, "testkit");
        let identity = credentials.into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name("kms")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .expect("all that is asked for")
            .into();
        let url = format!("http://{}/", self.host);
        let headers = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let body = SignableBody::Bytes(body.as_bytes());
        let request = SignableRequest::new("POST", url, headers, body).expect("a request");
        let signed = sign(request, &params).expect("a signature");
        let (added, _) = signed.into_parts().0.into_parts();
        let own = added
            .iter()
            .map(|header| (header.name().to_owned(), header.value().to_owned()));
        own.collect()
    }
}

/// Reads an answer; one that broke off is none.
fn read(answer: &str) -> Reply {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        return Reply::None;
    };
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let named = name.eq_ignore_ascii_case("content-length");
        named.then(|| value.parse::<usize>().ok())?
    });
    match (status, length) {
        (Some(status), Some(length)) if length == body.len() => match serde_json::from_str(body) {
            Ok(value) if status == 200 => Reply::Done(value),
            _ if status == 200 && body.is_empty() => Reply::Done(Value::Null),
            _ => Reply::Refused(status, body.to_owned()),
        },
        _ => Reply::None,
    }
}
