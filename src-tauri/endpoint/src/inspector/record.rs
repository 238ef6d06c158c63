//! What is kept of one request.

use std::net::IpAddr;

use stave_model::{Timestamp, UserName};

/// How a request says who signed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedHow {
    /// In its `Authorization` header.
    Header,
    /// In its query: a link.
    Query,
    /// In the fields of a form.
    Form,
    /// In its `Authorization` header, and in each chunk of its body.
    Chunked,
}

impl SignedHow {
    /// Returns the word that the window knows it by.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Query => "query",
            Self::Form => "form",
            Self::Chunked => "chunked",
        }
    }
}

/// One request and its answer, without what signs: texts are cut at limits of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// Higher than that of every request before.
    pub id: u64,
    /// When its head had come.
    pub at: Timestamp,
    /// The id that its answer tells.
    pub request_id: String,
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The `Host` header; empty without one.
    pub host: String,
    /// Whether it came by TLS.
    pub secure: bool,
    /// The status of the answer.
    pub status: u16,
    /// The code of the error that was told.
    pub code: Option<String>,
    /// Whose key signed it, verified.
    pub user: Option<UserName>,
    /// The id of the key that it names, verified or not.
    pub access_key: Option<String>,
    /// How it says who signed it; `None` where it does not.
    pub signature: Option<SignedHow>,
    /// What it asks for; `None` where it was refused before that was known.
    pub operation: Option<String>,
    /// The bucket that it names.
    pub bucket: Option<String>,
    /// The key that it names.
    pub key: Option<String>,
    /// From its head to the end of the answer.
    pub duration_ms: u64,
    /// Bytes of its body that were read.
    pub bytes_in: u64,
    /// Bytes of the answer's body.
    pub bytes_out: u64,
    /// Where it came from.
    pub source_ip: IpAddr,
    /// What its client calls itself.
    pub user_agent: Option<String>,
    /// Its headers, secrets left out.
    pub headers: Vec<(String, String)>,
    /// The canonical request as the endpoint calculated it, secrets left out.
    pub canonical_request: Option<String>,
    /// What the signature is calculated over, as the endpoint calculated it.
    pub string_to_sign: Option<String>,
    /// By what it was let in or refused, in words.
    pub decision: Option<String>,
    /// Which CORS rule let its page in, or why none did.
    pub cors: Option<String>,
}
