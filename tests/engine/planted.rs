//! Values that must stand nowhere: bodies, keys of customers, what the key service seals, imported material, the
//! passphrase, secrets. They go through every operation, also ones that fail half way; then every file of the vault,
//! all that was logged and all that the audit tells is searched for them, in every form.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use bytes::Bytes;
use futures::StreamExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use stave_engine::{CreateVault, Engine, EngineOptions, Holder, LocalStore};
use stave_model::{
    AccessKeyId, Actor, BucketName, ByteRange, Checksums, EncryptionContext, KeyOrigin, KeySpec,
    Tags, Via,
};
use stave_store::{
    AccessKeys as _, Audit as _, AuditQuery, Body, BodyError, CompleteUpload, CompletedPart,
    CopyObject, CreateBucket, CreateKey, CreateUpload, CustomerKey, Decrypt, Encrypt,
    GenerateDataKey, GenerateMac, GetObject, ImportKeyMaterial, KeyService as _, NewAccessKey,
    PutObject, ReEncrypt, ReencryptObject, SseRequest, Store as _, UploadPart, UploadPartCopy,
    UploadRef, WrappingAlgorithm,
};
use stave_vault::{ImportWrapping, wrap_for_import};
use tempfile::TempDir;
use tracing_subscriber::fmt::MakeWriter;

use crate::copies::copy_of;
use crate::kit::{drain, files_below, latest, owner, pattern, put_of};
use crate::uploads::{PART, create_of, number};

mod search;

use search::{Planted, found_below, found_in};

const PASSPHRASE: &str = "planted passphrase of thirty-nine chars";
const OTHER_PASSPHRASE: &str = "planted passphrase that follows the first";
const SECRET: &str = "planted+secret/of0an1access2key3of4forty";
const BODY: u8 = 11;
const CUSTOMER: u8 = 12;
const OTHER_CUSTOMER: u8 = 13;
const SEALED: u8 = 14;
const MATERIAL: u8 = 15;
const MESSAGE: u8 = 16;

/// A key of an object, which must be found: it stands in rows, and in the audit as a part of an ARN.
const NAME: &str = "control/a-name-that-is-no-secret";

/// What all tests of this program log, from the first that asks on.
static LOGGED: LazyLock<Logged> = LazyLock::new(|| {
    let logged = Logged::default();
    let everything = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(logged.clone())
        .finish();
    tracing::subscriber::set_global_default(everything).expect("nobody else takes the log");
    logged
});

#[derive(Debug, Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl io::Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Logged {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// A vault under a passphrase.
struct Sown {
    folder: TempDir,
    engine: Arc<Engine>,
    store: LocalStore,
    bucket: BucketName,
    by: Actor,
    planted: Vec<Planted>,
}

impl Sown {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let create = CreateVault {
            dir: folder.path().join("vault"),
            holder: Holder::Passphrase(PASSPHRASE.into()),
            first_access_key: Some((AccessKeyId::parse("CONTROLKEY").unwrap(), SECRET.into())),
        };
        let (engine, words) = Engine::create_with(create, EngineOptions::default()).unwrap();
        let store = LocalStore::new(Arc::clone(&engine));
        let bucket = BucketName::parse("sown").unwrap();
        let create = CreateBucket::new(bucket.clone(), owner());
        store.create_bucket(create).await.unwrap();
        let planted = vec![
            Planted::new("passphrase", PASSPHRASE),
            Planted::new("other passphrase", OTHER_PASSPHRASE),
            Planted::new("recovery words", words.expose().join(" ")),
            Planted::new("secret", SECRET),
            Planted::new("body", pattern(32, BODY)),
            Planted::new("customer's key", pattern(32, CUSTOMER)),
            Planted::new("other customer's key", pattern(32, OTHER_CUSTOMER)),
            Planted::new("sealed plaintext", pattern(32, SEALED)),
            Planted::new("imported material", pattern(32, MATERIAL)),
            Planted::new("message", pattern(32, MESSAGE)),
        ];
        Self {
            folder,
            engine,
            store,
            bucket,
            by: Actor::local(owner(), Via::Endpoint),
            planted,
        }
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    /// Searches the files as they are now.
    fn assert_nothing_on_disk(&self, when: &str) {
        let control = [Planted::new("control", NAME)];
        assert_ne!(
            found_below(&self.dir(), &control),
            [],
            "{when}: the search finds nothing"
        );
        assert_eq!(found_below(&self.dir(), &self.planted), [], "{when}");
    }

    async fn kms_key(&self, origin: KeyOrigin, spec: KeySpec) -> String {
        let create = CreateKey {
            description: "planted".to_owned(),
            spec,
            origin,
            policy: None,
            bypass_lockout_check: false,
            tags: Tags::default(),
        };
        let key = self.store.create_key(&self.by, create).await.unwrap();
        key.id.as_str().to_owned()
    }

    async fn put(&self, name: &str, body: Body, encryption: &SseRequest) -> bool {
        let put = PutObject {
            encryption: encryption.clone(),
            body,
            ..put_of(&self.bucket, name, "")
        };
        let store = self.store.acting_for(self.by.clone());
        store.put_object(put).await.is_ok()
    }

    /// Reads a whole object and a range of it.
    async fn read(&self, name: &str, customer_key: Option<CustomerKey>, size: usize) {
        let store = self.store.acting_for(self.by.clone());
        for range in [None, ByteRange::parse("bytes=3-40")] {
            let get = GetObject {
                customer_key: customer_key.clone(),
                range,
                ..GetObject::whole(latest(&self.bucket, name))
            };
            let got = drain(store.get_object(get).await.unwrap()).await.unwrap();
            let whole = body(size);
            assert!(
                got == if range.is_some() {
                    &whole[3..41]
                } else {
                    &whole[..]
                },
                "{name}"
            );
        }
    }

    async fn begin(&self, name: &str, encryption: &SseRequest) -> UploadRef {
        let create = CreateUpload {
            encryption: encryption.clone(),
            ..create_of(&self.bucket, name, None)
        };
        let store = self.store.acting_for(self.by.clone());
        let upload = store.create_upload(create).await.unwrap().upload;
        UploadRef {
            bucket: self.bucket.clone(),
            key: crate::kit::key(name),
            upload,
        }
    }

    async fn part(
        &self,
        upload: &UploadRef,
        of: i64,
        body: Body,
        key: Option<CustomerKey>,
    ) -> Option<CompletedPart> {
        let part = UploadPart {
            upload: upload.clone(),
            number: number(of),
            checksums: Checksums::default(),
            body,
            customer_key: key,
        };
        let store = self.store.acting_for(self.by.clone());
        let part = store.upload_part(part).await.ok()?.part;
        Some(CompletedPart {
            number: part.number,
            etag: part.etag,
            checksum: None,
        })
    }
}

/// The planted bytes, again and again.
fn body(size: usize) -> Vec<u8> {
    pattern(32, BODY).into_iter().cycle().take(size).collect()
}

fn whole(size: usize) -> Body {
    Body::from_bytes(body(size))
}

/// A body that breaks off after so many bytes.
fn broken(size: usize) -> Body {
    let sent = Ok(Bytes::from(body(size)));
    let end = Err(BodyError::Aborted("the line is dead".to_owned()));
    let stream = futures::stream::iter([sent, end]);
    Body::from_stream(Box::pin(stream), Some(2 * size as u64))
}

/// A body of which all but the end has come, and the sender that the end waits for.
fn waiting(
    size: usize,
) -> (
    Body,
    tokio::sync::oneshot::Sender<()>,
    tokio::sync::oneshot::Receiver<()>,
) {
    let (go_on, wait) = tokio::sync::oneshot::channel();
    let (taken, is_taken) = tokio::sync::oneshot::channel();
    let first = futures::stream::iter(
        body(size)
            .chunks(65_536)
            .map(Bytes::copy_from_slice)
            .collect::<Vec<_>>(),
    );
    let last = futures::stream::once(async move {
        let _ = taken.send(());
        let _ = wait.await;
        Bytes::from(body(size)[..32].to_vec())
    });
    let stream = first.chain(last).map(Ok::<_, BodyError>);
    // The stream is read by one side at a time; `Sync` is what the type of bodies asks for.
    let stream = Box::pin(stream);
    (
        Body::from_stream(stream, Some(size as u64 + 32)),
        go_on,
        is_taken,
    )
}

fn customer(seed: u8) -> CustomerKey {
    CustomerKey::new(pattern(32, seed).try_into().unwrap())
}

fn under(key: &str) -> SseRequest {
    SseRequest::Kms {
        key: Some(key.to_owned()),
        context: EncryptionContext::from([("visible".to_owned(), "yes".to_owned())]),
        bucket_key: None,
    }
}

/// Writes, reads, copies, encrypts otherwise, and breaks off, under one kind of encryption.
async fn sow_objects(sown: &Sown, kind: &str, encryption: &SseRequest, others: &[SseRequest]) {
    let key = key_of(encryption);
    let store = sown.store.acting_for(sown.by.clone());
    for (size, name) in [(1_000, "small"), (300_000, "large")] {
        let name = format!("{NAME}/{kind}/{name}");
        assert!(sown.put(&name, whole(size), encryption).await, "{name}");
        sown.read(&name, key.clone(), size).await;
        assert!(!sown.put(&name, broken(size), encryption).await, "{name}");
        let wrong = GetObject {
            customer_key: Some(customer(OTHER_CUSTOMER)),
            ..GetObject::whole(latest(&sown.bucket, &name))
        };
        assert!(store.get_object(wrong).await.is_err(), "{name}");
        for (n, other) in others.iter().enumerate() {
            let target = format!("{name}/copy{n}");
            let copy = CopyObject {
                encryption: other.clone(),
                source_customer_key: key.clone(),
                ..copy_of(latest(&sown.bucket, &name), &sown.bucket, &target)
            };
            store.copy_object(copy).await.unwrap();
        }
    }
    sow_parts(sown, kind, encryption).await;
    let reencrypt = ReencryptObject {
        object: latest(&sown.bucket, &format!("{NAME}/{kind}/large")),
        encryption: others[0].clone(),
        customer_key: key,
    };
    store.reencrypt_object(reencrypt).await.unwrap();
}

/// Completes one upload, leaves one as it is, and gives one up.
async fn sow_parts(sown: &Sown, kind: &str, encryption: &SseRequest) {
    let key = key_of(encryption);
    let store = sown.store.acting_for(sown.by.clone());
    let upload = sown
        .begin(&format!("{NAME}/{kind}/parts"), encryption)
        .await;
    let first = sown.part(&upload, 1, whole(PART), key.clone()).await;
    let failed = sown.part(&upload, 2, broken(200_000), key.clone()).await;
    assert!(failed.is_none());
    let copy = UploadPartCopy {
        upload: upload.clone(),
        number: number(2),
        source: latest(&sown.bucket, &format!("{NAME}/{kind}/large")),
        range: ByteRange::parse("bytes=0-99999"),
        source_conditions: stave_model::Conditions::default(),
        customer_key: key.clone(),
        source_customer_key: key.clone(),
    };
    let second = store.upload_part_copy(copy).await.unwrap().part;
    let second = CompletedPart {
        number: second.number,
        etag: second.etag,
        checksum: None,
    };
    let complete = CompleteUpload {
        upload,
        parts: vec![first.unwrap(), second],
        conditions: stave_model::Conditions::default(),
        checksum: None,
        size_bytes: None,
        customer_key: key.clone(),
    };
    store.complete_upload(complete).await.unwrap();
    let stays = sown
        .begin(&format!("{NAME}/{kind}/stays"), encryption)
        .await;
    let part = sown.part(&stays, 1, whole(100_000), key.clone()).await;
    assert!(part.is_some());
    let given_up = sown
        .begin(&format!("{NAME}/{kind}/given-up"), encryption)
        .await;
    let part = sown.part(&given_up, 1, whole(100_000), key).await;
    assert!(part.is_some());
    store.abort_upload(given_up).await.unwrap();
}

fn key_of(encryption: &SseRequest) -> Option<CustomerKey> {
    match encryption {
        SseRequest::Customer(key) => Some(key.clone()),
        SseRequest::BucketDefault | SseRequest::S3 | SseRequest::Kms { .. } => None,
    }
}

/// Lets the key service seal, open, seal again, mint, sign, and take material in.
async fn sow_keys(sown: &Sown) -> String {
    let (store, by) = (&sown.store, &sown.by);
    let first = sown.kms_key(KeyOrigin::Made, KeySpec::Symmetric).await;
    let second = sown.kms_key(KeyOrigin::Made, KeySpec::Symmetric).await;
    let encrypt = Encrypt {
        key: first.clone(),
        plaintext: pattern(32, SEALED).into(),
        context: EncryptionContext::new(),
        grant_tokens: Vec::new(),
    };
    let sealed = store.encrypt(by, encrypt).await.unwrap().ciphertext;
    let decrypt = |ciphertext: Vec<u8>| Decrypt {
        key: None,
        ciphertext,
        context: EncryptionContext::new(),
        grant_tokens: Vec::new(),
    };
    let opened = store.decrypt(by, decrypt(sealed.clone())).await.unwrap();
    assert_eq!(opened.plaintext.expose_secret(), pattern(32, SEALED));
    let again = ReEncrypt {
        source: decrypt(sealed.clone()),
        key: second,
        context: EncryptionContext::new(),
    };
    store.re_encrypt(by, again).await.unwrap();
    let mut damaged = sealed;
    *damaged.last_mut().unwrap() ^= 1;
    assert!(store.decrypt(by, decrypt(damaged)).await.is_err());
    let hmac = sown.kms_key(KeyOrigin::Made, KeySpec::Hmac256).await;
    let mac = GenerateMac {
        key: hmac,
        message: pattern(32, MESSAGE),
        algorithm: "HMAC_SHA_256".to_owned(),
        grant_tokens: Vec::new(),
    };
    let made = store.generate_mac(by, mac.clone()).await.unwrap();
    store.verify_mac(by, mac, made).await.unwrap();
    let external = sown.kms_key(KeyOrigin::External, KeySpec::Symmetric).await;
    let parameters = store.import_parameters(by, &external, WrappingAlgorithm::OaepSha256, 2_048);
    let parameters = parameters.await.unwrap();
    let wrapped = wrap_for_import(
        &parameters.public_key,
        ImportWrapping::OaepSha256,
        &pattern(32, MATERIAL),
    );
    let import = ImportKeyMaterial {
        key: external.clone(),
        token: parameters.token,
        wrapped: wrapped.unwrap(),
        expires: None,
    };
    store.import_key_material(by, import).await.unwrap();
    assert!(
        sown.put(&format!("{NAME}/imported"), whole(5_000), &under(&external))
            .await
    );
    store.delete_imported_material(by, &external).await.unwrap();
    store.rotate_key(by, &first).await.unwrap();
    first
}

/// Mints a data key and a secret, which are planted from then on.
async fn sow_minted(sown: &mut Sown, key: &str) {
    let generate = GenerateDataKey {
        key: key.to_owned(),
        bytes: 32,
        context: EncryptionContext::new(),
        grant_tokens: Vec::new(),
        plaintext: true,
    };
    let made = sown
        .store
        .generate_data_key(&sown.by, generate)
        .await
        .unwrap();
    let plaintext = made.plaintext.unwrap();
    sown.planted
        .push(Planted::new("data key", plaintext.expose_secret()));
    let random = sown.store.generate_random(&sown.by, 32).await.unwrap();
    sown.planted
        .push(Planted::new("random bytes", random.expose_secret()));
    let new = NewAccessKey {
        user: owner(),
        id: None,
        secret: None,
    };
    let (_, minted) = sown.store.add_access_key(new).await.unwrap();
    sown.planted
        .push(Planted::new("minted secret", minted.expose_secret()));
}

/// Searches while a body is half taken in.
async fn search_half_way(sown: &Sown, encryption: &SseRequest) {
    let (body, go_on, taken) = waiting(2_000_000);
    let name = format!("{NAME}/slow");
    let put = sown.put(&name, body, encryption);
    let look = async {
        taken.await.unwrap();
        let staged = files_below(&sown.dir().join("tmp"));
        assert!(!staged.is_empty(), "nothing is staged");
        sown.assert_nothing_on_disk("half way");
        go_on.send(()).unwrap();
    };
    let (written, ()) = tokio::join!(put, look);
    assert!(written);
}

async fn all_events(sown: &Sown) -> Vec<u8> {
    let query = AuditQuery {
        limit: 1_000,
        ..AuditQuery::default()
    };
    let page = sown.store.look_up(&sown.by, query).await.unwrap();
    let events: Vec<String> = page
        .records
        .into_iter()
        .map(|record| record.event)
        .collect();
    events.join("\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_stands_in_the_vault_the_log_or_the_audit() {
    let logged = LOGGED.clone();
    let mut sown = Sown::new().await;
    let key = sow_keys(&sown).await;
    sow_minted(&mut sown, &key).await;
    let kinds = [
        ("s3", SseRequest::S3),
        ("kms", under(&key)),
        ("customer", SseRequest::Customer(customer(CUSTOMER))),
    ];
    let targets = [
        under(&key),
        SseRequest::Customer(customer(OTHER_CUSTOMER)),
        SseRequest::S3,
    ];
    for (name, kind) in &kinds {
        sow_objects(&sown, name, kind, &targets).await;
        search_half_way(&sown, kind).await;
    }
    sown.assert_nothing_on_disk("while it runs");

    let events = all_events(&sown).await;
    assert_eq!(
        found_in(&events, &[Planted::new("control", NAME)]),
        ["control"]
    );
    assert_eq!(found_in(&events, &sown.planted), [""; 0], "the audit");

    change_holders(&sown);
    sown.engine.sweep().unwrap();
    sown.assert_nothing_on_disk("after a sweep");
    sown.engine.lock();
    sown.assert_nothing_on_disk("locked");
    let wrong = Holder::Passphrase(PASSPHRASE.into());
    assert!(sown.engine.unlock(&wrong).is_err());
    sown.engine
        .unlock(&Holder::Passphrase(OTHER_PASSPHRASE.into()))
        .unwrap();
    sown.engine.close();
    sown.assert_nothing_on_disk("closed");

    tracing::trace!(name = NAME, "the control of the search");
    let logged = logged.0.lock().unwrap();
    assert_eq!(
        found_in(&logged, &[Planted::new("control", NAME)]),
        ["control"]
    );
    assert_eq!(found_in(&logged, &sown.planted), [""; 0], "the log");
}

/// Changes the passphrase and the root key.
fn change_holders(sown: &Sown) {
    let (old, new) = (
        SecretString::from(PASSPHRASE),
        SecretString::from(OTHER_PASSPHRASE),
    );
    sown.engine.change_passphrase(Some(&old), &new).unwrap();
    sown.engine.rotate_root(&[Holder::Passphrase(new)]).unwrap();
}

/// The search of the vault would see plaintext that is kept: one file of it in the vault's folder is found.
#[test]
fn a_file_in_the_clear_would_be_found() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("blobs/ab");
    std::fs::create_dir_all(&place).unwrap();
    write(&place.join("cd"), &[b"head".to_vec(), body(100)].concat());
    let planted = [Planted::new("body", pattern(32, BODY))];
    let found = found_below(folder.path(), &planted);
    assert_eq!(found, [("body", "blobs/ab/cd".to_owned())]);
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}
