//! IAM over a socket: forms, signed by the SDK's signer as its clients sign, answered in XML.

mod access_keys;
mod policies;
mod roles;
mod signing;
mod simulate;
mod users;
mod who;

use std::fmt::Write as _;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;

use crate::kit::{ADMIN_KEY, SECRET, Served};
use crate::raw::{Answer, Raw};

pub const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// Everything that a user may be given.
pub const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// A key that signs.
#[derive(Clone, Debug)]
pub struct Key {
    pub id: String,
    pub secret: String,
    pub token: Option<String>,
}

impl Key {
    /// That of the owner of the vault.
    pub fn owner() -> Self {
        Self {
            id: ADMIN_KEY.to_owned(),
            secret: SECRET.to_owned(),
            token: None,
        }
    }

    /// Reads a key or a session out of an answer.
    pub fn of(answer: &Answer) -> Self {
        let found = |name| element(answer, name).to_owned();
        let has_token = answer.body.contains("<SessionToken>");
        Self {
            id: found("AccessKeyId"),
            secret: found("SecretAccessKey"),
            token: has_token.then(|| found("SessionToken")),
        }
    }

    /// Signs a request for a service; every header but the connection's is signed.
    pub fn sign(&self, mut request: Raw, service: &str, region: &str, at: SystemTime) -> Raw {
        let token = self.token.clone();
        let identity = Credentials::new(&self.id, &self.secret, token, None, "test").into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(service)
            .time(at)
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
        let added = headers.iter();
        let added = added.map(|header| (header.name().to_owned(), header.value().to_owned()));
        let added: Vec<_> = added.collect();
        request.headers.extend(added);
        request
    }
}

/// Makes a call that nobody signed yet.
pub fn unsigned(served: &Served, version: &str, action: &str, params: &[(&str, &str)]) -> Raw {
    let mut form = format!("Action={action}&Version={version}");
    for (name, value) in params {
        form.extend(["&", &encoded(name), "=", &encoded(value)]);
    }
    Raw::new(served, "POST", "/")
        .with("content-type", FORM)
        .body(form)
}

/// Calls IAM as the owner of the vault.
pub async fn iam(served: &Served, action: &str, params: &[(&str, &str)]) -> Answer {
    iam_as(served, &Key::owner(), action, params).await
}

/// Calls IAM as someone.
pub async fn iam_as(served: &Served, key: &Key, action: &str, params: &[(&str, &str)]) -> Answer {
    let call = unsigned(served, "2010-05-08", action, params);
    let signed = key.sign(call, "iam", "us-east-1", SystemTime::now());
    signed.send(served).await
}

/// Makes a user with a key.
pub async fn user(served: &Served, name: &str) -> Key {
    done(&iam(served, "CreateUser", &[("UserName", name)]).await);
    let made = iam(served, "CreateAccessKey", &[("UserName", name)]).await;
    done(&made);
    Key::of(&made)
}

/// Gives a user a policy.
pub async fn allow(served: &Served, user: &str, document: &str) {
    let params = [
        ("UserName", user),
        ("PolicyName", "given"),
        ("PolicyDocument", document),
    ];
    done(&iam(served, "PutUserPolicy", &params).await);
}

/// Expects success, in the form of the Query protocol.
#[track_caller]
pub fn done(answer: &Answer) {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("text/xml"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let id = answer.header("x-amzn-requestid").expect("an id");
    let told = element(answer, "RequestId").to_ascii_lowercase();
    assert_eq!(told, id);
}

/// Expects a refusal, in the form of the Query protocol; returns its message.
#[track_caller]
pub fn refused<'a>(answer: &'a Answer, status: u16, code: &str) -> &'a str {
    let got = (answer.status, element(answer, "Code"));
    assert_eq!(got, (status, code), "{answer:?}");
    assert!(answer.body.contains("<ErrorResponse"));
    assert_eq!(element(answer, "Type"), "Sender");
    let id = answer.header("x-amzn-requestid").expect("an id");
    let told = element(answer, "RequestId").to_ascii_lowercase();
    assert_eq!(told, id);
    let message = element(answer, "Message");
    assert!(!message.is_empty());
    message
}

/// Returns the text of the first element of a name.
#[track_caller]
pub fn element<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let found = elements(answer, name).into_iter().next();
    found.unwrap_or_else(|| panic!("no {name} in {answer:?}"))
}

/// Returns the texts of all elements of a name.
pub fn elements<'a>(answer: &'a Answer, name: &str) -> Vec<&'a str> {
    let open = format!("<{name}>");
    let close = format!("</{name}>");
    let after = answer.body.split(open.as_str()).skip(1);
    after
        .filter_map(|rest| rest.split(close.as_str()).next())
        .collect()
}

/// Encodes text for a form.
fn encoded(text: &str) -> String {
    let mut form = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            form.push(char::from(byte));
        } else {
            write!(form, "%{byte:02X}").expect("text takes text");
        }
    }
    form
}
