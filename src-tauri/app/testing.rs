//! A real vault in a folder of its own, for the tests of the app.

pub mod http;

use std::sync::Arc;

use futures::stream::{self, StreamExt as _};
use stave_engine::{CreateVault, Engine, Holder, LocalStore};
use stave_model::{BucketName, Change, ObjectKey, Versioning};
use stave_store::{
    Body, CreateBucket, GetObject, ListUploads, ObjectRef, PutObject, Store, read_to_end,
};
use tempfile::TempDir;

use crate::args::window_user;

/// The bucket of every test.
pub const BUCKET: &str = "photos";

/// A vault with one bucket.
pub struct Kit {
    /// Room for files, beside the vault.
    pub folder: TempDir,
    pub store: Arc<dyn Store>,
    /// The key service and the audit of the same vault.
    pub local: LocalStore,
}

impl Kit {
    /// Makes a vault held by a key file, with a bucket.
    pub async fn new(versioning: Versioning) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let create = CreateVault {
            dir: folder.path().join("vault"),
            holder: Holder::KeyFile(folder.path().join("key")),
            first_access_key: None,
        };
        let made = tokio::task::spawn_blocking(move || Engine::create(create));
        let (engine, _words) = made.await.unwrap().unwrap();
        let local = LocalStore::new(engine);
        let store: Arc<dyn Store> = Arc::new(local.clone());
        let create = CreateBucket::new(bucket(), window_user());
        store.create_bucket(create).await.unwrap();
        if versioning != Versioning::Off {
            store
                .put_bucket_versioning(&bucket(), versioning)
                .await
                .unwrap();
        }
        Self {
            folder,
            store,
            local,
        }
    }

    /// Puts objects whose bodies are their keys.
    pub async fn put_all<K: Into<String>>(&self, keys: impl IntoIterator<Item = K>) {
        stream::iter(keys)
            .for_each_concurrent(64, |key| async move {
                let key = key.into();
                self.put(&key, key.as_bytes()).await;
            })
            .await;
    }

    pub async fn put(&self, key: &str, bytes: &[u8]) {
        let body = Body::from_bytes(bytes.to_vec());
        let put = PutObject::new(bucket(), object_key(key), window_user(), body);
        self.store.put_object(put).await.unwrap();
    }

    /// Returns a body, or `None` where the key is not there.
    pub async fn get(&self, key: &str) -> Option<Vec<u8>> {
        let got = self.store.get_object(GetObject::whole(object(key))).await;
        let bytes = read_to_end(got.ok()?.body, u64::MAX).await.unwrap();
        Some(bytes.to_vec())
    }

    /// Counts the multipart uploads that were begun and neither finished nor dropped.
    pub async fn uploads(&self) -> usize {
        let list = ListUploads {
            bucket: bucket(),
            prefix: String::new(),
            delimiter: String::new(),
            after: None,
            max_uploads: 1_000,
        };
        self.store.list_uploads(list).await.unwrap().uploads.len()
    }
}

pub fn bucket() -> BucketName {
    BucketName::parse(BUCKET).unwrap()
}

pub fn object_key(key: &str) -> ObjectKey {
    ObjectKey::parse(key).unwrap()
}

pub fn object(key: &str) -> ObjectRef {
    ObjectRef {
        bucket: bucket(),
        key: object_key(key),
        version: None,
    }
}

pub fn changed(key: &str) -> Change {
    Change::Object(bucket(), object_key(key))
}
