//! A vault in a temporary folder, and short words for what the suites do with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::StreamExt as _;
use stave_engine::{CreateVault, Engine, EngineOptions, Holder, LocalStore};
use stave_model::{BucketName, ByteRange, ObjectKey, UserName, VersionId, Versioning};
use stave_store::{
    Body, BodyError, CreateBucket, DeleteObject, Deleted, Error, GetObject, Got, ObjectRef,
    PutObject, Store, Stored,
};
use tempfile::TempDir;

/// A vault that goes with its folder.
pub struct Vault {
    folder: TempDir,
    options: EngineOptions,
    pub engine: Arc<Engine>,
    pub store: LocalStore,
}

impl Vault {
    /// Makes a vault held by a key file, which costs no time to open.
    pub fn new() -> Self {
        Self::with(EngineOptions::default())
    }

    pub fn with(options: EngineOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let create = CreateVault {
            dir: folder.path().join("vault"),
            holder: Holder::KeyFile(folder.path().join("key")),
            first_access_key: None,
        };
        let (engine, _words) = Engine::create_with(create, options.clone()).unwrap();
        let store = LocalStore::new(Arc::clone(&engine));
        Self {
            folder,
            options,
            engine,
            store,
        }
    }

    /// Closes the vault and opens it again.
    pub fn reopen(&mut self) {
        self.engine.close();
        let holder = Holder::KeyFile(self.folder.path().join("key"));
        self.engine = Engine::open_with(&self.dir(), &holder, self.options.clone()).unwrap();
        self.store = LocalStore::new(Arc::clone(&self.engine));
    }

    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    /// Makes a bucket in the given state of versioning.
    pub async fn bucket(&self, name: &str, versioning: Versioning) -> BucketName {
        let bucket = BucketName::parse(name).unwrap();
        let owner = owner();
        let create = CreateBucket {
            bucket: bucket.clone(),
            owner,
            acl: None,
            ownership: None,
        };
        self.store.create_bucket(create).await.unwrap();
        if versioning != Versioning::Off {
            self.set(&bucket, versioning).await;
        }
        bucket
    }

    pub async fn set(&self, bucket: &BucketName, versioning: Versioning) {
        let set = self.store.put_bucket_versioning(bucket, versioning);
        set.await.unwrap();
    }

    pub async fn put(&self, bucket: &BucketName, key: &str, bytes: impl Into<Vec<u8>>) -> Stored {
        let put = put_of(bucket, key, bytes);
        self.store.put_object(put).await.unwrap()
    }

    /// Reads the latest version.
    pub async fn get(&self, bucket: &BucketName, key: &str) -> Result<Vec<u8>, Error> {
        self.read(GetObject::whole(latest(bucket, key))).await
    }

    pub async fn get_version(
        &self,
        bucket: &BucketName,
        key: &str,
        version: &VersionId,
    ) -> Result<Vec<u8>, Error> {
        self.read(GetObject::whole(at(bucket, key, version))).await
    }

    pub async fn get_range(&self, bucket: &BucketName, key: &str, range: &str) -> Vec<u8> {
        let get = GetObject {
            range: ByteRange::parse(range),
            ..GetObject::whole(latest(bucket, key))
        };
        self.read(get).await.unwrap()
    }

    pub async fn read(&self, get: GetObject) -> Result<Vec<u8>, Error> {
        let got = self.store.get_object(get).await?;
        drain(got).await.map_err(Error::Body)
    }

    pub async fn delete(&self, bucket: &BucketName, key: &str) -> Deleted {
        self.delete_of(latest(bucket, key)).await
    }

    pub async fn delete_version(
        &self,
        bucket: &BucketName,
        key: &str,
        version: &VersionId,
    ) -> Deleted {
        self.delete_of(at(bucket, key, version)).await
    }

    async fn delete_of(&self, object: ObjectRef) -> Deleted {
        let delete = delete_request(object);
        self.store.delete_object(delete).await.unwrap()
    }

    /// Returns the sealed files.
    pub fn blob_files(&self) -> Vec<PathBuf> {
        files_below(&self.dir().join("blobs"))
    }

    /// Returns the files that are being written.
    pub fn staged_files(&self) -> Vec<PathBuf> {
        files_below(&self.dir().join("tmp"))
    }
}

pub fn owner() -> UserName {
    UserName::parse("admin").unwrap()
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

pub fn at(bucket: &BucketName, text: &str, version: &VersionId) -> ObjectRef {
    ObjectRef {
        version: Some(version.clone()),
        ..latest(bucket, text)
    }
}

pub fn put_of(bucket: &BucketName, text: &str, bytes: impl Into<Vec<u8>>) -> PutObject {
    let body = Body::from_bytes(bytes.into());
    PutObject::new(bucket.clone(), key(text), owner(), body)
}

pub fn delete_request(object: ObjectRef) -> DeleteObject {
    DeleteObject {
        object,
        owner: owner(),
        conditions: stave_model::Conditions::default(),
    }
}

pub async fn drain(mut got: Got) -> Result<Vec<u8>, BodyError> {
    let mut all = Vec::new();
    while let Some(chunk) = got.body.next().await {
        all.extend_from_slice(&chunk?);
    }
    Ok(all)
}

/// Bytes that do not repeat within a chunk, so that a piece in the wrong place shows.
pub fn pattern(size_bytes: usize, seed: u8) -> Vec<u8> {
    let mut state = u64::from(seed) + 1;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    };
    (0..size_bytes).map(|_| next()).collect()
}

pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}
