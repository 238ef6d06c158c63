//! The canonical request and the string to sign, as the verifier calculates them: what a person holds beside
//! those of a client to see which part does not match.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>

use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, DATE, HeaderName};
use hyper::http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

use super::record::SignedHow;
use super::redact::{self, LEFT_OUT, is_secret_parameter};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// RFC 3986's unreserved characters stay as they are.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A path's slashes stay slashes.
const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

/// How the head of a request says who signed it.
pub(super) struct Claim {
    pub(super) how: SignedHow,
    credential: String,
    date: String,
    names: Vec<String>,
    payload: String,
}

/// What is calculated of a claim.
pub(super) struct Calculated {
    /// Without secrets.
    pub(super) canonical_request: String,
    pub(super) string_to_sign: String,
}

impl Claim {
    /// Reads the claim of a head; `None` where it has none, or one of another form.
    pub(super) fn of(parts: &Parts) -> Option<Self> {
        match parts.headers.get(AUTHORIZATION) {
            Some(value) => Self::of_header(value.to_str().ok()?, &parts.headers),
            None => Self::of_query(&pairs(parts.uri.query().unwrap_or_default())),
        }
    }

    fn of_header(value: &str, headers: &HeaderMap) -> Option<Self> {
        let fields = value.strip_prefix(ALGORITHM)?;
        let field = |wanted: &str| {
            let mut fields = fields
                .split(',')
                .filter_map(|field| field.trim().split_once('='));
            let (_, value) = fields.find(|(name, _)| *name == wanted)?;
            Some(value.to_owned())
        };
        let text = |name: &str| headers.get(name)?.to_str().ok().map(str::to_owned);
        let payload = text("x-amz-content-sha256").unwrap_or_default();
        // A body in chunks without signatures is signed as any other.
        let chunked = payload.starts_with("STREAMING-AWS4-");
        Some(Self {
            how: if chunked {
                SignedHow::Chunked
            } else {
                SignedHow::Header
            },
            credential: field("Credential")?,
            date: text("x-amz-date").or_else(|| text(DATE.as_str()))?,
            names: names_of(&field("SignedHeaders")?),
            payload,
        })
    }

    fn of_query(query: &[(String, String)]) -> Option<Self> {
        let get = |wanted: &str| {
            let (_, value) = query.iter().find(|(name, _)| name == wanted)?;
            Some(value.clone())
        };
        Some(Self {
            how: SignedHow::Query,
            credential: get("X-Amz-Credential")?,
            date: get("X-Amz-Date")?,
            names: names_of(&get("X-Amz-SignedHeaders")?),
            payload: "UNSIGNED-PAYLOAD".to_owned(),
        })
    }

    /// Returns the id of the key that the head names.
    pub(super) fn access_key(&self) -> &str {
        self.credential.split('/').next().unwrap_or_default()
    }

    /// Calculates what the signature should be over.
    pub(super) fn calculate(&self, parts: &Parts) -> Calculated {
        let true_one = self.canonical_request(parts, Secrets::Kept);
        let scope = self
            .credential
            .split_once('/')
            .map_or("", |(_, scope)| scope);
        let hash = hex::encode(Sha256::digest(&true_one));
        Calculated {
            canonical_request: self.canonical_request(parts, Secrets::LeftOut),
            string_to_sign: format!("{ALGORITHM}\n{}\n{scope}\n{hash}", self.date),
        }
    }

    fn canonical_request(&self, parts: &Parts, secrets: Secrets) -> String {
        let path = percent_decode_str(parts.uri.path()).decode_utf8_lossy();
        let path = utf8_percent_encode(&path, PATH);
        let query = canonical_query(parts.uri.query().unwrap_or_default(), secrets);
        let mut text = format!("{}\n{path}\n{query}\n", parts.method);
        for name in &self.names {
            let value = canonical_value(&parts.headers, name, secrets);
            text.extend([name, ":", &value, "\n"]);
        }
        text.extend(["\n", &self.names.join(";"), "\n", &self.payload]);
        text
    }
}

/// Whether secrets stand in a canonical request: they are signed, and they are nobody's to read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Secrets {
    Kept,
    LeftOut,
}

fn names_of(text: &str) -> Vec<String> {
    let mut names: Vec<String> = text.split(';').map(str::to_ascii_lowercase).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Reads a query as a form's fields are written.
fn pairs(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    });
    pairs.collect()
}

fn canonical_query(query: &str, secrets: Secrets) -> String {
    let encode = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
    let signed = pairs(query)
        .into_iter()
        .filter(|(name, _)| name != "X-Amz-Signature");
    let mut pairs: Vec<(String, String)> = signed
        .map(|(name, value)| {
            let hidden = secrets == Secrets::LeftOut && is_secret_parameter(&name);
            let value = if hidden {
                LEFT_OUT.to_owned()
            } else {
                encode(&value)
            };
            (encode(&name), value)
        })
        .collect();
    // Equal names keep their order.
    pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
    let pairs: Vec<String> = pairs.into_iter().map(|(n, v)| format!("{n}={v}")).collect();
    pairs.join("&")
}

/// Returns the values of a header as they are signed: runs of spaces are one, and several values stand
/// behind commas.
fn canonical_value(headers: &HeaderMap, name: &str, secrets: Secrets) -> String {
    let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
        return String::new();
    };
    let values = headers.get_all(&name).iter().map(|value| {
        let text = match secrets {
            Secrets::Kept => String::from_utf8_lossy(value.as_bytes()).into_owned(),
            Secrets::LeftOut => redact::header(&name, value),
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ")
    });
    values.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    /// The example of S3's documentation of a GET with a range.
    #[test]
    fn a_signed_head_is_calculated_as_s3_documents_it() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let request = Request::get("/test.txt")
            .header("host", "examplebucket.s3.amazonaws.com")
            .header("range", "bytes=0-9")
            .header("x-amz-content-sha256", empty)
            .header("x-amz-date", "20130524T000000Z")
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
                 SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8",
            );
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let claim = Claim::of(&parts).unwrap();
        assert_eq!(claim.access_key(), "AKIAIOSFODNN7EXAMPLE");
        let calculated = claim.calculate(&parts);
        assert_eq!(
            calculated.canonical_request,
            format!(
                "GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\n\
                 x-amz-content-sha256:{empty}\nx-amz-date:20130524T000000Z\n\n\
                 host;range;x-amz-content-sha256;x-amz-date\n{empty}"
            )
        );
        assert_eq!(
            calculated.string_to_sign,
            "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n\
             7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972"
        );
    }

    #[test]
    fn secrets_are_signed_and_not_shown() {
        let request = Request::get("/k?X-Amz-Credential=AK/20130524/us-east-1/s3/aws4_request\
             &X-Amz-Date=20130524T000000Z&X-Amz-SignedHeaders=host%3Bx-amz-server-side-encryption-customer-key\
             &X-Amz-Security-Token=t0ken&X-Amz-Signature=f00d")
            .header("host", "h")
            .header("x-amz-server-side-encryption-customer-key", "k3y");
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let claim = Claim::of(&parts).unwrap();
        assert_eq!(claim.how, SignedHow::Query);
        let shown = claim.calculate(&parts).canonical_request;
        assert!(!shown.contains("t0ken") && !shown.contains("k3y") && !shown.contains("f00d"));
        assert!(shown.contains("X-Amz-Security-Token=***"), "{shown}");
        let signed = claim.canonical_request(&parts, Secrets::Kept);
        assert!(signed.contains("X-Amz-Security-Token=t0ken"), "{signed}");
        assert!(signed.contains("customer-key:k3y"), "{signed}");
    }
}
