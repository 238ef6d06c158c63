//! A vault with a clock that stands still, and short words for what the suite does with its keys.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::Value;
use stave_engine::EngineOptions;
use stave_model::{
    Actor, BucketName, Clock, EncryptionContext, Key, KeyOrigin, KeySpec, Tags, Timestamp,
    UserName, Via,
};
use stave_store::{
    Audit as _, AuditQuery, AuditRecord, CreateKey, Decrypt, Encrypt, Error, GetObject, KeyError,
    KeyService as _, PutKeyPolicy, PutObject, SseRequest, Store as _,
};

use crate::kit::{Vault, drain, latest, put_of};

/// Where the clock stands at first: 2026-01-02T03:04:05.678Z.
pub const START_MS: i64 = 1_767_323_045_678;

pub const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A clock that stands still until it is set.
#[derive(Debug)]
pub struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// A vault whose time the test owns.
pub struct Keys {
    pub vault: Vault,
    clock: Arc<SetClock>,
}

impl Keys {
    pub fn new() -> Self {
        let clock = Arc::new(SetClock(AtomicI64::new(START_MS)));
        let vault = Vault::with(EngineOptions {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ..EngineOptions::default()
        });
        Self { vault, clock }
    }

    pub fn wait_ms(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn wait_days(&self, days: i64) {
        self.wait_ms(days * DAY_MS);
    }

    /// Makes a key that encrypts.
    pub async fn key(&self) -> Key {
        self.make(|_| {}).await.unwrap()
    }

    pub async fn make(&self, change: impl FnOnce(&mut CreateKey)) -> Result<Key, Error> {
        let mut create = CreateKey {
            description: String::new(),
            spec: KeySpec::Symmetric,
            origin: KeyOrigin::Made,
            policy: None,
            bypass_lockout_check: false,
            tags: Tags::default(),
        };
        change(&mut create);
        self.vault.store.create_key(&admin(), create).await
    }

    pub async fn describe(&self, key: &Key) -> Result<Key, Error> {
        let store = &self.vault.store;
        store.describe_key(&admin(), key.id.as_str()).await
    }

    pub async fn enable(&self, key: &Key, enabled: bool) {
        let store = &self.vault.store;
        let by = admin();
        let set = store.set_key_enabled(&by, key.id.as_str(), enabled);
        set.await.unwrap();
    }

    pub async fn put_policy(&self, key: &Key, policy: &str) -> Result<(), Error> {
        let put = PutKeyPolicy {
            key: key.id.as_str().to_owned(),
            policy: policy.to_owned(),
            bypass_lockout_check: true,
        };
        self.vault.store.put_key_policy(&admin(), put).await
    }

    pub async fn encrypt_by(
        &self,
        by: &Actor,
        key: &Key,
        pairs: &[(&str, &str)],
    ) -> Result<Vec<u8>, Error> {
        let encrypt = Encrypt {
            key: key.id.as_str().to_owned(),
            plaintext: b"plaintext".to_vec().into(),
            context: context(pairs),
            grant_tokens: Vec::new(),
        };
        let encrypted = self.vault.store.encrypt(by, encrypt).await?;
        Ok(encrypted.ciphertext)
    }

    pub async fn encrypt(&self, key: &Key) -> Vec<u8> {
        self.encrypt_by(&admin(), key, &[]).await.unwrap()
    }

    pub async fn decrypt_by(
        &self,
        by: &Actor,
        ciphertext: &[u8],
        pairs: &[(&str, &str)],
    ) -> Result<Vec<u8>, Error> {
        use secrecy::ExposeSecret as _;
        let decrypt = Decrypt {
            key: None,
            ciphertext: ciphertext.to_vec(),
            context: context(pairs),
            grant_tokens: Vec::new(),
        };
        let decrypted = self.vault.store.decrypt(by, decrypt).await?;
        Ok(decrypted.plaintext.expose_secret().to_vec())
    }

    pub async fn decrypt(&self, ciphertext: &[u8]) -> Result<Vec<u8>, Error> {
        self.decrypt_by(&admin(), ciphertext, &[]).await
    }

    /// Writes an object under a key; `None` is the one that the store manages.
    pub async fn put_as(
        &self,
        by: &Actor,
        bucket: &BucketName,
        name: &str,
        sse: SseRequest,
    ) -> Result<(), Error> {
        let put = PutObject {
            encryption: sse,
            ..put_of(bucket, name, "the body")
        };
        let store = self.vault.store.acting_for(by.clone());
        store.put_object(put).await.map(drop)
    }

    pub async fn put(&self, bucket: &BucketName, name: &str, key: &Key) {
        let sse = under(key.id.as_str());
        self.put_as(&admin(), bucket, name, sse).await.unwrap();
    }

    pub async fn get_as(
        &self,
        by: &Actor,
        bucket: &BucketName,
        name: &str,
    ) -> Result<Vec<u8>, Error> {
        let store = self.vault.store.acting_for(by.clone());
        let get = GetObject::whole(latest(bucket, name));
        let got = store.get_object(get).await?;
        Ok(drain(got).await.unwrap())
    }

    pub async fn get(&self, bucket: &BucketName, name: &str) -> Result<Vec<u8>, Error> {
        self.get_as(&admin(), bucket, name).await
    }

    /// Returns all records, oldest first.
    pub async fn records(&self) -> Vec<AuditRecord> {
        let query = AuditQuery {
            limit: 1_000,
            ..AuditQuery::default()
        };
        let page = self.vault.store.look_up(&admin(), query).await.unwrap();
        page.records.into_iter().rev().collect()
    }

    /// Returns the last event.
    pub async fn last_event(&self) -> Value {
        let records = self.records().await;
        serde_json::from_str(&records.last().unwrap().event).unwrap()
    }

    /// Returns the names of all events, oldest first, with the codes of those that were refused.
    pub async fn event_names(&self) -> Vec<String> {
        let records = self.records().await;
        let told = |record: &AuditRecord| {
            let event: Value = serde_json::from_str(&record.event).unwrap();
            let name = event["eventName"].as_str().unwrap().to_owned();
            match event["errorCode"].as_str() {
                Some(code) => format!("{name} {code}"),
                None => name,
            }
        };
        records.iter().map(told).collect()
    }
}

/// The owner of the vault, from the endpoint.
pub fn admin() -> Actor {
    user("admin")
}

/// Somebody who signed a request at the endpoint.
pub fn user(name: &str) -> Actor {
    Actor {
        source_ip: Some("127.0.0.1".parse().unwrap()),
        user_agent: Some("suite/1".to_owned()),
        request_id: Some("REQUEST1".to_owned()),
        access_key: Some(stave_model::AccessKeyId::parse("AKIASUITE").unwrap()),
        ..Actor::local(UserName::parse(name).unwrap(), Via::Endpoint)
    }
}

/// Somebody who did not sign.
pub fn anonymous() -> Actor {
    Actor {
        user: None,
        access_key: None,
        ..admin()
    }
}

pub fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect::<BTreeMap<_, _>>()
}

/// SSE-KMS under a key.
pub fn under(key: &str) -> SseRequest {
    SseRequest::Kms {
        key: Some(key.to_owned()),
        context: EncryptionContext::new(),
        bucket_key: None,
    }
}

/// SSE-KMS under a key, with a bucket key between.
pub fn under_bucket_key(key: &str) -> SseRequest {
    SseRequest::Kms {
        key: Some(key.to_owned()),
        context: EncryptionContext::new(),
        bucket_key: Some(true),
    }
}

/// Returns the name of a refusal of the key service, as AWS KMS has it; `ok` where there is none.
pub fn refusal<T>(outcome: &Result<T, Error>) -> &'static str {
    match outcome {
        Ok(_) => "ok",
        Err(Error::Key(why)) => name_of(why),
        Err(other) => panic!("no refusal of the key service: {other}"),
    }
}

fn name_of(why: &KeyError) -> &'static str {
    match why {
        KeyError::NotFound(_) => "NotFound",
        KeyError::InvalidArn(_) => "InvalidArn",
        KeyError::Disabled { .. } => "Disabled",
        KeyError::InvalidState { .. } => "InvalidState",
        KeyError::AccessDenied { .. } => "AccessDenied",
        KeyError::AlreadyExists(_) => "AlreadyExists",
        KeyError::LimitExceeded(_) => "LimitExceeded",
        KeyError::MalformedPolicyDocument(_) => "MalformedPolicyDocument",
        KeyError::InvalidCiphertext => "InvalidCiphertext",
        KeyError::IncorrectKey => "IncorrectKey",
        KeyError::InvalidKeyUsage { .. } => "InvalidKeyUsage",
        KeyError::InvalidMac => "InvalidMac",
        KeyError::Tag(_) => "Tag",
        KeyError::Unsupported(_) => "Unsupported",
        KeyError::InvalidGrantToken => "InvalidGrantToken",
        KeyError::InvalidImportToken => "InvalidImportToken",
        KeyError::ExpiredImportToken => "ExpiredImportToken",
        KeyError::IncorrectKeyMaterial => "IncorrectKeyMaterial",
        KeyError::Validation(_) => "Validation",
        KeyError::Damaged(_) => "Damaged",
    }
}
