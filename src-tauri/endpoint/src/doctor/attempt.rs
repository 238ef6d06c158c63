//! A request as somebody may have signed it, and whether a signature is of it.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use sha2::{Digest as _, Sha256};

use super::claim::Claim;
use super::pasted::Pasted;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

/// How a path stands in what is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PathForm {
    /// Encoded once, as S3 wants it.
    Once,
    /// Encoded twice, as other services want it.
    Twice,
    /// Just so.
    Verbatim(String),
}

/// A request as it may have been signed.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) method: String,
    pub(super) host: String,
    /// Decoded.
    pub(super) path: Vec<u8>,
    pub(super) path_form: PathForm,
    /// Decoded, without the signature.
    pub(super) query: Vec<(String, String)>,
    /// Without the host.
    pub(super) headers: Vec<(String, String)>,
    pub(super) names: Vec<String>,
    pub(super) payload: String,
    pub(super) date: String,
    pub(super) day: String,
    pub(super) region: String,
    pub(super) service: String,
}

impl Attempt {
    /// Makes it of what was pasted, as it stands.
    pub(super) fn of(pasted: &Pasted, claim: &Claim) -> Self {
        let query = pasted
            .query
            .iter()
            .filter(|(name, _)| name != "X-Amz-Signature");
        Self {
            method: pasted.method.clone().unwrap_or("GET".to_owned()),
            host: pasted.host.clone(),
            path: percent_decode_str(&pasted.path).collect(),
            path_form: PathForm::Once,
            query: query.cloned().collect(),
            headers: pasted.headers.clone(),
            names: claim.names.clone(),
            payload: claim.payload.clone(),
            date: claim.date.clone(),
            day: claim.day.clone(),
            region: claim.region.clone(),
            service: claim.service.clone(),
        }
    }

    /// Returns the path as text, for people.
    pub(super) fn shown_path(&self) -> String {
        String::from_utf8_lossy(&self.path).into_owned()
    }

    /// Returns whether a signature is of this, by this secret.
    pub(super) fn is_signed_by(&self, secret: &str, signature: &str) -> bool {
        let scope = format!("{}/{}/{}/aws4_request", self.day, self.region, self.service);
        let hash = hex::encode(Sha256::digest(self.canonical().as_bytes()));
        let to_sign = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{hash}", self.date);
        sign(secret, [&self.day, &self.region, &self.service], &to_sign) == signature
    }

    fn canonical(&self) -> String {
        let path = match &self.path_form {
            PathForm::Once => encoded(&self.path),
            PathForm::Twice => encoded(encoded(&self.path).as_bytes()),
            PathForm::Verbatim(path) => path.clone(),
        };
        let encode = |text: &str| percent_encode(text.as_bytes(), UNRESERVED).to_string();
        let mut query: Vec<(String, String)> = self
            .query
            .iter()
            .map(|(n, v)| (encode(n), encode(v)))
            .collect();
        query.sort();
        let query: Vec<String> = query.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mut canonical = format!("{}\n{path}\n{}\n", self.method, query.join("&"));
        for name in &self.names {
            canonical.extend([name.as_str(), ":", &self.value_of(name), "\n"]);
        }
        canonical.extend(["\n", &self.names.join(";"), "\n", &self.payload]);
        canonical
    }

    fn value_of(&self, name: &str) -> String {
        if name == "host" {
            return self.host.clone();
        }
        let values = self.headers.iter().filter(|(n, _)| n == name);
        let values =
            values.map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" "));
        values.collect::<Vec<_>>().join(",")
    }
}

fn encoded(path: &[u8]) -> String {
    percent_encode(path, PATH).to_string()
}

/// Signs a text in a scope: a day, a region and a service.
pub(super) fn sign(secret: &str, [day, region, service]: [&str; 3], text: &str) -> String {
    let mut key = mac(format!("AWS4{secret}").as_bytes(), day.as_bytes());
    for step in [region, service, "aws4_request"] {
        key = mac(&key, step.as_bytes());
    }
    hex::encode(mac(&key, text.as_bytes()))
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key).expect("this code takes keys of every length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}
