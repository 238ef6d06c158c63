//! A store under test, and short words for what the cases do with it.

use std::sync::Arc;

use stave_endpoint::{Endpoint, EndpointOptions, PortChoice};
use stave_engine::{CreateVault, Engine, Holder, LocalStore};
use stave_model::{
    Actor, BucketName, Conditions, KeyId, KeyOrigin, KeySpec, ObjectKey, Tags, UserName, VersionId,
    Versioning, Via,
};
use stave_remote::{RemoteOptions, RemoteStore};
use stave_store::{
    Body, CreateBucket, CreateKey, DeleteObject, Deleted, Error, GetObject, KeyService, ObjectRef,
    PutObject, Result, Store, Stored, read_to_end,
};
use tempfile::TempDir;

/// More than any body of these cases.
const BODY_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A store that goes with its folder.
pub struct Kit {
    pub store: Arc<dyn Store>,
    /// Serves until the kit is dropped.
    endpoint: Option<Endpoint>,
    engine: Arc<Engine>,
    _folder: TempDir,
}

impl Drop for Kit {
    fn drop(&mut self) {
        // Nobody asks any more once the door is shut.
        self.endpoint = None;
        self.engine.close();
    }
}

impl Kit {
    /// A vault.
    pub fn local() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let create = CreateVault {
            dir: folder.path().join("vault"),
            holder: Holder::KeyFile(folder.path().join("key")),
            first_access_key: None,
        };
        let (engine, _words) = Engine::create(create).unwrap();
        Self {
            store: Arc::new(LocalStore::new(Arc::clone(&engine))),
            endpoint: None,
            engine,
            _folder: folder,
        }
    }

    /// A vault behind its endpoint.
    pub async fn remote() -> Self {
        let kit = Self::local();
        let local = Arc::new(LocalStore::new(Arc::clone(&kit.engine)));
        let options = EndpointOptions::new(local.clone(), local, PortChoice::Any);
        let endpoint = Endpoint::start(options).await.unwrap();
        let (id, secret) = endpoint.add_session(owner());
        let options = RemoteOptions::new(&endpoint.url(), id.as_str(), secret);
        let mut kit = kit;
        kit.store = Arc::new(RemoteStore::connect(&options).unwrap());
        kit.endpoint = Some(endpoint);
        kit
    }

    /// Makes a key of the key service beneath.
    pub async fn new_key(&self) -> KeyId {
        let create = CreateKey {
            description: String::new(),
            spec: KeySpec::Symmetric,
            origin: KeyOrigin::Made,
            policy: None,
            bypass_lockout_check: false,
            tags: Tags::default(),
        };
        let by = Actor::local(owner(), Via::Store);
        self.keys().create_key(&by, create).await.unwrap().id
    }

    /// Turns a key off.
    pub async fn disable(&self, key: &KeyId) {
        let by = Actor::local(owner(), Via::Store);
        let turned = self.keys().set_key_enabled(&by, key.as_str(), false).await;
        turned.unwrap();
    }

    fn keys(&self) -> LocalStore {
        LocalStore::new(Arc::clone(&self.engine))
    }

    /// Makes a bucket that was never versioned.
    pub async fn bucket(&self, name: &str) -> BucketName {
        let bucket = bucket(name);
        let create = CreateBucket {
            bucket: bucket.clone(),
            owner: owner(),
            acl: None,
            ownership: None,
        };
        self.store.create_bucket(create).await.unwrap();
        bucket
    }

    /// Makes a bucket with versioning on.
    pub async fn versioned(&self, name: &str) -> BucketName {
        let bucket = self.bucket(name).await;
        let set = self
            .store
            .put_bucket_versioning(&bucket, Versioning::Enabled);
        set.await.unwrap();
        bucket
    }

    pub async fn put(&self, bucket: &BucketName, key: &str, body: &'static [u8]) -> Stored {
        self.store
            .put_object(write(bucket, key, body))
            .await
            .unwrap()
    }

    /// Reads the latest version.
    pub async fn get(&self, bucket: &BucketName, key: &str) -> Result<Vec<u8>> {
        self.read(GetObject::whole(latest(bucket, key))).await
    }

    pub async fn read(&self, get: GetObject) -> Result<Vec<u8>> {
        let got = self.store.get_object(get).await?;
        Ok(read_to_end(got.body, BODY_MAX_BYTES).await?.to_vec())
    }

    pub async fn delete(&self, object: ObjectRef) -> Result<Deleted> {
        self.store.delete_object(delete(object)).await
    }
}

pub fn owner() -> UserName {
    UserName::parse("admin").unwrap()
}

pub fn bucket(name: &str) -> BucketName {
    BucketName::parse(name).unwrap()
}

pub fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

pub fn latest(bucket: &BucketName, text: &str) -> ObjectRef {
    ObjectRef {
        bucket: bucket.clone(),
        key: key(text),
        version: None,
    }
}

pub fn version(bucket: &BucketName, text: &str, id: &VersionId) -> ObjectRef {
    ObjectRef {
        version: Some(id.clone()),
        ..latest(bucket, text)
    }
}

pub fn write(bucket: &BucketName, text: &str, body: &'static [u8]) -> PutObject {
    let body = Body::from_bytes(body);
    PutObject::new(bucket.clone(), key(text), owner(), body)
}

pub fn delete(object: ObjectRef) -> DeleteObject {
    DeleteObject {
        object,
        owner: owner(),
        conditions: Conditions::default(),
    }
}

/// Returns the name of the variant of an error: what a caller branches on.
pub fn named<T>(outcome: Result<T>) -> String {
    match outcome {
        Ok(_) => "no error".to_owned(),
        Err(error) => variant(&error),
    }
}

pub fn variant(error: &Error) -> String {
    let shown = format!("{error:?}");
    let end = shown.find([' ', '(', '{']).unwrap_or(shown.len());
    shown[..end].to_owned()
}
