//! Requests as bytes on a socket, signed by hand where a test asks for it.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::kit::{ADMIN_KEY, SECRET, Served};

/// An answer, as far as tests look at it.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// Parses what a connection brought; the last answer counts where there are several.
    pub fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok());
        Self {
            status: status.expect("a status"),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines
            .find(|(n, _)| *n == name)
            .map(|(_, value)| value.trim())
    }

    /// Expects S3's document of an error, with ids in document and head.
    #[track_caller]
    pub fn is_error(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{self:?}");
        let element = format!("<Code>{code}</Code>");
        assert!(
            self.body.contains(&element),
            "no {element} in {}",
            self.body
        );
        let id = self.header("x-amz-request-id").expect("a request id");
        assert!(
            self.body
                .to_ascii_lowercase()
                .contains(&format!("<requestid>{id}</requestid>"))
        );
        assert!(self.header("x-amz-id-2").is_some());
        assert!(self.header("server").is_none());
    }
}

/// Sends bytes and reads until the other side closes.
pub async fn send(served: &Served, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(served.host()).await.unwrap();
    stream.write_all(request).await.unwrap();
    Answer::parse(&read_all(&mut stream).await)
}

pub async fn read_all(stream: &mut TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    answer
}

/// A request to be written out.
#[derive(Clone)]
pub struct Raw {
    pub method: &'static str,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Raw {
    /// Makes a request for a target, with the host that the endpoint expects, and closing afterwards.
    pub fn new(served: &Served, method: &'static str, target: &str) -> Self {
        Self {
            method,
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
        .with("host", &served.host())
        .with("connection", "close")
    }

    /// Adds a header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Replaces a header.
    pub fn replaced(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(n, _)| n != name);
        self.with(name, value)
    }

    /// Gives it a body and its length.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        let length = self.body.len().to_string();
        self.with("content-length", &length)
    }

    /// Signs it as the owner of the vault, over the bytes of its body.
    pub fn signed(self) -> Self {
        let body = self.body.clone();
        self.signed_over(&SignableBody::Bytes(&body), SystemTime::now())
    }

    /// Signs it over what is said of its body; every header but the connection's is signed.
    pub fn signed_over(self, body: &SignableBody<'_>, at: SystemTime) -> Self {
        self.signed_in(body, at, "us-east-1", "s3")
    }

    /// Signs it for another scope.
    pub fn signed_in(
        self,
        body: &SignableBody<'_>,
        at: SystemTime,
        region: &str,
        service: &str,
    ) -> Self {
        let admin = Credentials::new(ADMIN_KEY, SECRET, None, None, "test");
        self.signed_in_by(&admin, body, at, (region, service))
    }

    /// Signs it by some key, over the bytes of its body.
    pub fn signed_by(self, credentials: &Credentials) -> Self {
        let body = self.body.clone();
        let body = SignableBody::Bytes(&body);
        self.signed_in_by(credentials, &body, SystemTime::now(), ("us-east-1", "s3"))
    }

    fn signed_in_by(
        mut self,
        credentials: &Credentials,
        body: &SignableBody<'_>,
        at: SystemTime,
        (region, service): (&str, &str),
    ) -> Self {
        let identity = credentials.clone().into();
        let mut settings = SigningSettings::default();
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        let params = SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(service)
            .time(at)
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let (_, host) = self.headers.iter().find(|(n, _)| n == "host").unwrap();
        let url = format!("http://{host}{}", self.target);
        let headers = self.headers.iter().filter(|(n, _)| n != "connection");
        let headers = headers.map(|(n, v)| (n.as_str(), v.as_str()));
        let signable = SignableRequest::new(self.method, url, headers, clone_body(body)).unwrap();
        let (instructions, _) = sign(signable, &params).unwrap().into_parts();
        let (headers, _) = instructions.into_parts();
        for header in headers {
            self.headers
                .push((header.name().to_owned(), header.value().to_owned()));
        }
        self
    }

    /// Returns the signature that stands in the request: the seed of signed chunks.
    pub fn signature(&self) -> String {
        let (_, authorization) = self
            .headers
            .iter()
            .find(|(n, _)| n == "authorization")
            .unwrap();
        authorization.rsplit('=').next().unwrap().to_owned()
    }

    /// Writes it out.
    pub fn bytes(&self) -> Vec<u8> {
        let mut request = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            request.extend([name, ": ", value, "\r\n"]);
        }
        request.push_str("\r\n");
        let mut request = request.into_bytes();
        request.extend_from_slice(&self.body);
        request
    }

    /// Sends it.
    pub async fn send(&self, served: &Served) -> Answer {
        send(served, &self.bytes()).await
    }
}

fn clone_body<'b>(body: &SignableBody<'b>) -> SignableBody<'b> {
    match body {
        SignableBody::Bytes(bytes) => SignableBody::Bytes(bytes),
        SignableBody::UnsignedPayload => SignableBody::UnsignedPayload,
        SignableBody::Precomputed(hash) => SignableBody::Precomputed(hash.clone()),
        SignableBody::StreamingUnsignedPayloadTrailer => {
            SignableBody::StreamingUnsignedPayloadTrailer
        }
        other => panic!("no test signs over {other:?}"),
    }
}
