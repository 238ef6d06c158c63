//! A vault in a folder of its own, and short words for what the tests beside this file do with it.
#![allow(
    dead_code,
    reason = "each suite is a crate of its own and uses a part of this"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::StreamExt as _;
use secrecy::SecretString;
use stave_engine::{
    CreateVault, Engine, EngineOptions, Holder, LocalStore, OpenError, PassphraseCost,
    RecoveryWords, VaultOptions,
};
use stave_model::{
    BucketName, Checksums, ETag, ObjectHeaders, ObjectKey, PartNumber, Tags, UserMetadata, UserName,
};
use stave_store::{
    Body, CreateBucket, CreateUpload, CustomerKey, Error, GetObject, ObjectRef, PutObject, Result,
    SseRequest, Store, UploadPart, UploadRef,
};
use tempfile::TempDir;

pub const PASSPHRASE: &str = "correct horse battery staple";

pub const CUSTOMER_KEY: [u8; 32] = [7; 32];

/// A vault that opens by a passphrase and by words, and goes with its folder.
pub struct Vault {
    pub folder: TempDir,
    pub engine: Arc<Engine>,
    pub store: LocalStore,
    pub words: RecoveryWords,
}

impl Vault {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let create = CreateVault {
            dir: folder.path().join("vault"),
            holder: passphrase(),
            first_access_key: None,
        };
        let (engine, words) = Engine::create_with(create, options()).unwrap();
        let store = LocalStore::new(Arc::clone(&engine));
        Self {
            folder,
            engine,
            store,
            words,
        }
    }

    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    pub async fn bucket(&self) -> BucketName {
        bucket(&self.store).await
    }
}

/// The full cost of a passphrase protects nobody here.
pub fn options() -> EngineOptions {
    EngineOptions {
        vault: VaultOptions {
            passphrase_cost: PassphraseCost::cheap_for_tests(),
            ..VaultOptions::default()
        },
        ..EngineOptions::default()
    }
}

pub fn open(dir: &Path, holder: &Holder) -> std::result::Result<Arc<Engine>, OpenError> {
    Engine::open_with(dir, holder, options())
}

pub fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

pub fn passphrase() -> Holder {
    Holder::Passphrase(secret(PASSPHRASE))
}

pub fn text_of(words: &RecoveryWords) -> SecretString {
    SecretString::from(words.expose().join(" "))
}

pub fn by_words(words: &RecoveryWords) -> Holder {
    Holder::RecoveryWords(text_of(words))
}

pub fn owner() -> UserName {
    UserName::parse("admin").unwrap()
}

pub fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

pub async fn bucket(store: &LocalStore) -> BucketName {
    let bucket = BucketName::parse("photos").unwrap();
    let create = CreateBucket {
        bucket: bucket.clone(),
        owner: owner(),
        acl: None,
        ownership: None,
    };
    store.create_bucket(create).await.unwrap();
    bucket
}

pub async fn put(
    store: &LocalStore,
    bucket: &BucketName,
    name: &str,
    bytes: Vec<u8>,
    encryption: SseRequest,
) -> Result<()> {
    let body = Body::from_bytes(bytes);
    let put = PutObject {
        encryption,
        ..PutObject::new(bucket.clone(), key(name), owner(), body)
    };
    store.put_object(put).await.map(drop)
}

pub fn whole(bucket: &BucketName, name: &str, customer_key: Option<[u8; 32]>) -> GetObject {
    GetObject {
        customer_key: customer_key.map(CustomerKey::new),
        ..GetObject::whole(ObjectRef {
            bucket: bucket.clone(),
            key: key(name),
            version: None,
        })
    }
}

pub async fn read(store: &LocalStore, get: GetObject) -> Result<Vec<u8>> {
    let mut got = store.get_object(get).await?;
    let mut all = Vec::new();
    while let Some(chunk) = got.body.next().await {
        all.extend_from_slice(&chunk.map_err(Error::Body)?);
    }
    Ok(all)
}

pub async fn get(store: &LocalStore, bucket: &BucketName, name: &str) -> Result<Vec<u8>> {
    read(store, whole(bucket, name, None)).await
}

/// Begins an upload and sends its only part.
pub async fn upload(
    store: &LocalStore,
    bucket: &BucketName,
    name: &str,
    part: Vec<u8>,
    encryption: SseRequest,
) -> (UploadRef, ETag) {
    let customer_key = match &encryption {
        SseRequest::Customer(key) => Some(key.clone()),
        SseRequest::BucketDefault | SseRequest::S3 | SseRequest::Kms { .. } => None,
    };
    let create = CreateUpload {
        bucket: bucket.clone(),
        key: key(name),
        owner: owner(),
        headers: ObjectHeaders::default(),
        user_metadata: UserMetadata::new(),
        checksum: None,
        tags: Tags::default(),
        acl: None,
        encryption,
    };
    let begun = store.create_upload(create).await.unwrap();
    let upload = UploadRef {
        bucket: bucket.clone(),
        key: key(name),
        upload: begun.upload,
    };
    let part = UploadPart {
        upload: upload.clone(),
        number: PartNumber::new(1).unwrap(),
        checksums: Checksums::default(),
        body: Body::from_bytes(part),
        customer_key,
    };
    let stored = store.upload_part(part).await.unwrap();
    (upload, stored.part.etag)
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

/// Copies a folder as a backup would.
pub fn copy(from: &Path, to: &Path) {
    for file in files_below(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(file, target).unwrap();
    }
}
