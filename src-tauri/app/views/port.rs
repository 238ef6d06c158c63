//! The port: TLS, and the requests that came.

use serde::Serialize;
use stave_endpoint::{RequestRecord, SignedHow, TlsIdentity};
use ts_rs::TS;

use super::cors::HeaderView;

/// The certificate of the port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TlsView {
    /// Whether the port speaks TLS.
    pub enabled: bool,
    /// The SHA-256 of the certificate, in hex.
    pub certificate_sha256: String,
    /// Its end.
    pub expires: i64,
    /// Where it lies as a file, for programs that are to trust it.
    pub path: String,
}

impl TlsView {
    /// Tells of a certificate that lies at `path`.
    pub fn of(identity: &TlsIdentity, enabled: bool, path: String) -> Self {
        Self {
            enabled,
            certificate_sha256: identity.sha256(),
            expires: identity.expires().as_millis(),
            path,
        }
    }
}

/// How a request says who signed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SignatureKind {
    /// In a header.
    Header,
    /// In the query: a link.
    Query,
    /// In the fields of a form.
    Form,
    /// In a header, and in each chunk of the body.
    Chunked,
}

impl From<SignedHow> for SignatureKind {
    fn from(how: SignedHow) -> Self {
        match how {
            SignedHow::Header => Self::Header,
            SignedHow::Query => Self::Query,
            SignedHow::Form => Self::Form,
            SignedHow::Chunked => Self::Chunked,
        }
    }
}

/// A request and its answer, without what signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "RequestRecord")]
pub struct RequestView {
    /// Higher than that of every request before.
    pub id: u64,
    /// When it came.
    pub at: i64,
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The `Host` header.
    pub host: String,
    /// The status of the answer.
    pub status: u16,
    /// The code of the error that was told.
    pub code: Option<String>,
    /// Whose key signed it, verified.
    pub user: Option<String>,
    /// The key that it names, verified or not.
    pub access_key: Option<String>,
    /// How it says who signed it.
    pub signature: Option<SignatureKind>,
    /// What it asks for.
    pub operation: Option<String>,
    /// The bucket that it names.
    pub bucket: Option<String>,
    /// The key that it names.
    pub key: Option<String>,
    /// How long it took.
    pub duration_ms: u64,
    /// Bytes of its body.
    pub bytes_in: u64,
    /// Bytes of the answer's body.
    pub bytes_out: u64,
    /// Where it came from.
    pub source_ip: String,
    /// What its client calls itself.
    pub user_agent: String,
    /// The canonical request as the endpoint calculated it.
    pub canonical_request: Option<String>,
    /// What the signature is calculated over.
    pub string_to_sign: Option<String>,
    /// By what it was let in or refused.
    pub decision: Option<String>,
    /// Which CORS rule let its page in, or why none did.
    pub cors: Option<String>,
    /// Its headers, secrets left out.
    pub headers: Vec<HeaderView>,
}

impl From<&RequestRecord> for RequestView {
    fn from(record: &RequestRecord) -> Self {
        Self {
            id: record.id,
            at: record.at.as_millis(),
            method: record.method.clone(),
            target: record.target.clone(),
            host: record.host.clone(),
            status: record.status,
            code: record.code.clone(),
            user: record.user.as_ref().map(|user| user.as_str().to_owned()),
            access_key: record.access_key.clone(),
            signature: record.signature.map(SignatureKind::from),
            operation: record.operation.clone(),
            bucket: record.bucket.clone(),
            key: record.key.clone(),
            duration_ms: record.duration_ms,
            bytes_in: record.bytes_in,
            bytes_out: record.bytes_out,
            source_ip: record.source_ip.to_string(),
            user_agent: record.user_agent.clone().unwrap_or_default(),
            canonical_request: record.canonical_request.clone(),
            string_to_sign: record.string_to_sign.clone(),
            decision: record.decision.clone(),
            cors: record.cors.clone(),
            headers: HeaderView::all(record.headers.clone()),
        }
    }
}
