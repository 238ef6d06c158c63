//! The key service and the audit over a socket: JSON documents, signed by the SDK's signer as its clients sign.

mod audit;
mod control;
mod locked;
mod operations;
mod signing;

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use serde_json::Value;

use crate::kit::{ADMIN_KEY, SECRET, Served};
use crate::raw::{Answer, Raw};

pub const JSON: &str = "application/x-amz-json-1.1";

/// Who signs, for which service and where, and when.
#[derive(Clone)]
pub struct Signer {
    pub id: String,
    pub secret: String,
    pub service: &'static str,
    pub region: &'static str,
    pub at: SystemTime,
}

impl Signer {
    /// The owner of the vault, to the key service, now.
    pub fn owner() -> Self {
        Self::of(ADMIN_KEY, SECRET)
    }

    pub fn of(id: &str, secret: &str) -> Self {
        Self {
            id: id.to_owned(),
            secret: secret.to_owned(),
            service: "kms",
            region: "us-east-1",
            at: SystemTime::now(),
        }
    }

    pub fn to(mut self, service: &'static str) -> Self {
        self.service = service;
        self
    }

    /// Signs a request over its body; every header but the connection's is signed.
    pub fn sign(&self, mut request: Raw) -> Raw {
        let identity = Credentials::new(&self.id, &self.secret, None, None, "test").into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(self.service)
            .time(self.at)
            .settings(SigningSettings::default())
            .build()
            .unwrap()
            .into();
        let (_, host) = request.headers.iter().find(|(n, _)| n == "host").unwrap();
        let url = format!("http://{host}{}", request.target);
        let headers = request.headers.iter().filter(|(n, _)| n != "connection");
        let headers = headers.map(|(n, v)| (n.as_str(), v.as_str()));
        let body = SignableBody::Bytes(&request.body);
        let signable = SignableRequest::new(request.method, url, headers, body).unwrap();
        let (instructions, _) = sign(signable, &params).unwrap().into_parts();
        let (headers, _) = instructions.into_parts();
        let added: Vec<(String, String)> = headers
            .iter()
            .map(|header| (header.name().to_owned(), header.value().to_owned()))
            .collect();
        request.headers.extend(added);
        request
    }
}

/// Makes a call that nobody signed yet.
pub fn unsigned(served: &Served, target: &str, body: impl Into<Vec<u8>>) -> Raw {
    Raw::new(served, "POST", "/")
        .with("content-type", JSON)
        .with("x-amz-target", target)
        .body(body)
}

/// Calls the key service as the owner of the vault.
pub async fn kms(served: &Served, operation: &str, input: Value) -> Answer {
    kms_as(served, &Signer::owner(), operation, input).await
}

/// Calls the key service as someone.
pub async fn kms_as(served: &Served, signer: &Signer, operation: &str, input: Value) -> Answer {
    let target = format!("TrentService.{operation}");
    let call = unsigned(served, &target, input.to_string());
    signer.sign(call).send(served).await
}

/// Calls the audit as the owner of the vault.
pub async fn lookup(served: &Served, input: Value) -> Answer {
    let call = unsigned(
        served,
        "CloudTrail_20131101.LookupEvents",
        input.to_string(),
    );
    Signer::owner()
        .to("cloudtrail")
        .sign(call)
        .send(served)
        .await
}

/// Returns the document of an answer that is expected to be one of success.
#[track_caller]
pub fn document(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some(JSON));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(
        answer
            .header("x-amzn-requestid")
            .is_some_and(|id| !id.is_empty())
    );
    if answer.body.is_empty() {
        return Value::Null;
    }
    serde_json::from_str(&answer.body).unwrap()
}

/// Expects a refusal in the form of AWS' JSON services.
#[track_caller]
pub fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    let document: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(document["__type"], code, "{document}");
    assert!(document["message"].as_str().is_some_and(|m| !m.is_empty()));
    let told = answer.header("x-amzn-errortype");
    assert_eq!(told, Some(code.to_ascii_lowercase().as_str()));
    assert!(
        answer
            .header("x-amzn-requestid")
            .is_some_and(|id| !id.is_empty())
    );
}

/// Makes a key and returns its id.
pub async fn make_key(served: &Served) -> String {
    let made = document(&kms(served, "CreateKey", serde_json::json!({})).await);
    made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
}
