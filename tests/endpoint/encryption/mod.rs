//! S3's three kinds of server-side encryption, with its headers and its errors.

mod buckets;
mod customer;
mod keys;
mod refusals;
mod updates;
mod uploads;

use stave_model::{Actor, KeyOrigin, KeySpec, Tags, UserName, Via};
use stave_store::{CreateKey, KeyService as _};

use crate::kit::Served;
use crate::raw::{Answer, Raw};

/// A customer's key and its MD5, both in base64.
pub struct Customer {
    pub key: &'static str,
    pub md5: &'static str,
}

/// The bytes 0 to 31.
pub const ANN: Customer = Customer {
    key: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    md5: "tP/LI3N87DFaSk0aoqYgzg==",
};

/// The bytes 32 to 63.
pub const BEN: Customer = Customer {
    key: "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=",
    md5: "v2HomVYPq94vbXb0BabrcA==",
};

impl Customer {
    /// Sends the key for the object that a request names.
    pub fn on(&self, request: Raw) -> Raw {
        self.with("x-amz", request)
    }

    /// Sends the key for the source of a copy.
    pub fn on_source(&self, request: Raw) -> Raw {
        self.with("x-amz-copy-source", request)
    }

    fn with(&self, start: &str, request: Raw) -> Raw {
        let name = |end: &str| format!("{start}-server-side-encryption-customer-{end}");
        request
            .with(&name("algorithm"), "AES256")
            .with(&name("key"), self.key)
            .with(&name("key-md5"), self.md5)
    }
}

pub const ALGORITHM: &str = "x-amz-server-side-encryption";
pub const KMS_KEY: &str = "x-amz-server-side-encryption-aws-kms-key-id";
pub const CONTEXT: &str = "x-amz-server-side-encryption-context";
pub const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";

/// Makes a PUT of `hello`, or of another body.
pub fn put(served: &Served, target: &str, body: &str) -> Raw {
    Raw::new(served, "PUT", target).body(body)
}

/// Makes a request without a body.
pub fn ask(served: &Served, method: &'static str, target: &str) -> Raw {
    Raw::new(served, method, target)
}

/// Makes a copy of a source.
pub fn copy(served: &Served, source: &str, target: &str) -> Raw {
    put(served, target, "").with("x-amz-copy-source", source)
}

/// Signs and sends, and expects success.
pub async fn done(served: &Served, request: Raw) -> Answer {
    let answer = request.signed().send(served).await;
    assert!((200..300).contains(&answer.status), "{answer:?}");
    answer
}

/// Signs and sends, and expects a refusal that says something.
pub async fn refused(served: &Served, request: Raw, status: u16, code: &str, says: &str) {
    let answer = request.signed().send(served).await;
    answer.is_error(status, code);
    assert!(answer.body.contains(says), "no {says:?} in {}", answer.body);
}

/// Expects that an answer tells SSE-C and the digest of the key, and nothing else.
#[track_caller]
pub fn tells_customer(answer: &Answer, customer: &Customer) {
    let header = |end: &str| {
        let name = format!("x-amz-server-side-encryption-customer-{end}");
        answer.header(&name).map(str::to_owned)
    };
    assert_eq!(header("algorithm").as_deref(), Some("aes256"), "{answer:?}");
    // Heads are lowered by the reader of answers.
    let md5 = customer.md5.to_ascii_lowercase();
    assert_eq!(header("key-md5"), Some(md5));
    assert_eq!(header("key"), None);
    assert_eq!(answer.header(ALGORITHM), None);
}

/// Expects that an answer tells SSE-KMS under a key.
#[track_caller]
pub fn tells_kms(answer: &Answer, arn: &str) {
    assert_eq!(answer.header(ALGORITHM), Some("aws:kms"), "{answer:?}");
    assert_eq!(answer.header(KMS_KEY), Some(arn));
}

/// The owner of the vault.
pub fn owner() -> Actor {
    Actor::local(UserName::parse("admin").unwrap(), Via::Terminal)
}

/// Makes a key of the key service and returns its ARN.
pub async fn key(served: &Served) -> String {
    key_of(served, KeySpec::Symmetric).await
}

/// Makes a key of a kind and returns its ARN.
pub async fn key_of(served: &Served, spec: KeySpec) -> String {
    let create = CreateKey {
        description: String::new(),
        spec,
        origin: KeyOrigin::Made,
        policy: None,
        bypass_lockout_check: false,
        tags: Tags::default(),
    };
    let made = served.store.create_key(&owner(), create).await;
    made.unwrap().arn
}
