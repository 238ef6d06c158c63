//! A vault in a temporary folder behind an endpoint on a port that the system chose.

use std::path::Path;
use std::sync::Arc;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::RequestId;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_http_client::Builder;
use secrecy::{ExposeSecret as _, SecretString};
use stave_endpoint::{Endpoint, EndpointOptions, PortChoice};
use stave_engine::{CreateVault, Engine, EngineOptions, Holder, LocalStore};
use stave_model::{AccessKeyId, InlinePolicy, PolicyName, UserName};
use stave_store::{AccessKeys, Identities as _, NewAccessKey};
use tempfile::TempDir;

/// The secret of every key in these tests.
pub const SECRET: &str = "a secret of forty characters, or nearly so";

/// The key of the owner of the vault.
pub const ADMIN_KEY: &str = "ADMINKEY";

/// The bucket that most tests use.
pub const BUCKET: &str = "photos";

/// Lets somebody make buckets and see them.
const OWN_BUCKETS: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow",
    "Action":["s3:CreateBucket","s3:ListAllMyBuckets"],"Resource":"*"}}"#;

/// Five MiB: the least size of a part that is not the last.
pub const PART: usize = 5 * 1_024 * 1_024;

/// A running endpoint; it goes with its folder.
pub struct Served {
    pub endpoint: Endpoint,
    pub store: LocalStore,
    pub engine: Arc<Engine>,
    folder: TempDir,
}

impl Served {
    /// Serves a new vault with the bucket `photos`.
    pub async fn new() -> Self {
        let served = Self::empty().await;
        served
            .client()
            .create_bucket()
            .bucket(BUCKET)
            .send()
            .await
            .unwrap();
        served
    }

    /// Serves a new vault without a bucket.
    pub async fn empty() -> Self {
        Self::with(|_| {}).await
    }

    /// Serves a new vault, with options changed.
    pub async fn with(change: impl FnOnce(&mut EndpointOptions)) -> Self {
        Self::over(EngineOptions::default(), change).await
    }

    /// Serves a new vault of an engine with other options.
    pub async fn over(engine: EngineOptions, change: impl FnOnce(&mut EndpointOptions)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let create = CreateVault {
            dir: folder.path().join("vault"),
            holder: Holder::KeyFile(folder.path().join("key")),
            first_access_key: Some((AccessKeyId::parse(ADMIN_KEY).unwrap(), SECRET.into())),
        };
        let (engine, _words) = Engine::create_with(create, engine).unwrap();
        let store = LocalStore::new(Arc::clone(&engine));
        let mut options = EndpointOptions::new(
            Arc::new(store.clone()),
            Arc::new(store.clone()),
            PortChoice::Any,
        );
        options.identities = Some(Arc::new(store.clone()));
        options.links = Some(Arc::new(store.clone()));
        options.key_service = Some(Arc::new(store.clone()));
        options.audit = Some(Arc::new(store.clone()));
        let locks = Arc::clone(&engine);
        options.is_locked = Some(Arc::new(move || locks.is_locked()));
        change(&mut options);
        let endpoint = Endpoint::start(options).await.unwrap();
        Self {
            endpoint,
            store,
            engine,
            folder,
        }
    }

    /// Unlocks the vault by its key file.
    pub fn unlock(&self) {
        let holder = Holder::KeyFile(self.folder.path().join("key"));
        self.engine.unlock(&holder).unwrap();
    }

    /// Returns the folder of the vault and of its key.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns `host:port` as path-style clients send it.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.endpoint.port())
    }

    /// Makes a client of the owner of the vault, as an application would.
    pub fn client(&self) -> Client {
        self.client_of(ADMIN_KEY, SECRET)
    }

    /// Makes a client of some key.
    pub fn client_of(&self, id: &str, secret: &str) -> Client {
        Client::from_conf(self.config(id, secret).force_path_style(true).build())
    }

    /// Makes a configuration that tests may change.
    pub fn config(&self, id: &str, secret: &str) -> aws_sdk_s3::config::Builder {
        aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(self.endpoint.url())
            .credentials_provider(Credentials::new(id, secret, None, None, "test"))
            .retry_config(aws_sdk_s3::config::retry::RetryConfig::disabled())
            .http_client(Builder::new().build_http())
    }

    /// Adds a user with a key of that name who may have buckets of their own, and makes a client of it.
    pub async fn user(&self, name: &str) -> Client {
        let client = self.powerless(name).await;
        self.allow(name, "own-buckets", OWN_BUCKETS).await;
        client
    }

    /// Sets a policy of a user or a role.
    pub async fn allow(&self, identity: &str, policy: &str, document: &str) {
        let policy = InlinePolicy {
            name: PolicyName::parse(policy).unwrap(),
            document: document.to_owned(),
        };
        let identity = UserName::parse(identity).unwrap();
        let put = self.store.put_identity_policy(&identity, policy);
        put.await.unwrap();
    }

    /// Adds a user with a key of that name and no policy, and makes a client of it.
    pub async fn powerless(&self, name: &str) -> Client {
        let id = format!("{}KEY", name.to_ascii_uppercase());
        let new = NewAccessKey {
            user: UserName::parse(name).unwrap(),
            id: Some(AccessKeyId::parse(&id).unwrap()),
            secret: Some(SecretString::from(SECRET)),
        };
        self.store.add_access_key(new).await.unwrap();
        self.client_of(&id, SECRET)
    }

    /// Makes a client of a credential in memory.
    pub fn session(&self, user: &str) -> Client {
        let (id, secret) = self.endpoint.add_session(UserName::parse(user).unwrap());
        self.client_of(id.as_str(), secret.expose_secret())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.engine.close();
    }
}

/// Bytes that differ from place to place and repeat late.
pub fn bytes(length: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_u32;
    let next = |state: &mut u32| {
        *state ^= *state << 13;
        *state ^= *state >> 17;
        *state ^= *state << 5;
        u8::try_from(*state & 0xFF).unwrap()
    };
    (0..length).map(|_| next(&mut state)).collect()
}

/// Reads the body of an answer to its end.
pub async fn read(body: ByteStream) -> Vec<u8> {
    body.collect().await.unwrap().to_vec()
}

/// Expects a refusal with this status and code, and with a request id.
#[track_caller]
pub fn refused<T, E>(outcome: Result<T, SdkError<E>>, status: u16, code: &str)
where
    T: std::fmt::Debug,
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    SdkError<E>: RequestId,
{
    let error = outcome.expect_err("a refusal");
    let response = error.raw_response().expect("an answer");
    let got = (response.status().as_u16(), error.code().unwrap_or_default());
    assert_eq!(got, (status, code), "{:?}", error.message());
    assert!(error.request_id().is_some_and(|id| !id.is_empty()));
}

/// Expects a refusal of a HEAD, whose answer has no body to tell a code.
#[track_caller]
pub fn refused_head<T, E>(outcome: Result<T, SdkError<E>>, status: u16)
where
    T: std::fmt::Debug,
    E: std::error::Error + Send + Sync + 'static,
{
    let error = outcome.expect_err("a refusal");
    let response = error.raw_response().expect("an answer");
    assert_eq!(response.status().as_u16(), status);
    assert!(response.headers().get("x-amz-request-id").is_some());
}
