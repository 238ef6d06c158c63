//! A new root key, cut short: at each step the process is killed, the power goes or the disk fails. Afterwards the
//! vault opens by its key file, and by the words from before or those that came with the new root key; every object and
//! every secret is whole.
//!
//! The rotation runs in a child process, which is this program again, with the library before the C library.

use std::env;
use std::fmt::Display;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use stave_engine::{CreateVault, Engine, Holder, LocalStore, OpenError, RecoveryWords};
use stave_model::{
    AccessKeyId, BucketName, EncryptionContext, LinkAudience, LinkTarget, ObjectKey, UserName,
};
use stave_store::{
    AccessKeys as _, Body, CreateBucket, CustomerKey, GetObject, Identities as _, Links as _,
    NewAccessKey, NewLink, NewSession, ObjectRef, PutObject, SseRequest, Store as _,
};
use stave_tests::files::bytes;
use tempfile::TempDir;

use crate::power::copy;
use crate::replay::{Cut, Log, Player};
use crate::shim::{Control, KILL, Lasting, library};

/// Tells a child which folder is its.
const FOLDER: &str = "STAVE_TEST_ROTATION_FOLDER";
/// Tells a child which fault it arms: `<nth> <errno> <once|on>`; without one it arms none.
const FAULT: &str = "STAVE_TEST_ROTATION_FAULT";
/// More steps than a rotation takes: a sweep that gets here does not end.
const STEPS_MAX: u64 = 400;
/// How many moments an ordinary run plays; `STAVE_TEST_LONG` plays every one.
const MOMENTS: usize = 60;
/// How long a vault that was closed may still be held.
const LET_GO_MAX: Duration = Duration::from_secs(5);
const EIO: i32 = 5;
const ENOSPC: i32 = 28;
const BUCKET: &str = "crash";
const KEY_OF_CUSTOMER: [u8; 32] = [7; 32];
/// The setting that holds the session.
const SESSION: &str = "session";
const SECRET: &str = "the secret of an access key";
/// Bodies in rows and in files, under each kind of key.
const OBJECTS: [(&str, u64, usize); 6] = [
    ("s3/small", 1, 500),
    ("s3/large", 2, 200_000),
    ("kms/small", 3, 500),
    ("kms/large", 4, 100_000),
    ("customer/small", 5, 500),
    ("customer/large", 6, 100_000),
];

/// A vault that was closed, beside its key file and the words from before.
struct Base {
    folder: TempDir,
    words: SecretString,
}

impl Base {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let create = CreateVault {
            dir: folder.path().join("vault"),
            holder: key_file(folder.path()),
            first_access_key: None,
        };
        let (engine, words) = Engine::create(create).expect("a vault is made");
        let store = LocalStore::new(Arc::clone(&engine));
        let bucket = CreateBucket::new(bucket(), owner());
        store.create_bucket(bucket).await.expect("a bucket is made");
        for (name, seed, size) in OBJECTS {
            let body = Body::from_bytes(bytes(seed, size));
            let put = PutObject {
                encryption: encryption(name),
                ..PutObject::new(self::bucket(), key(name), owner(), body)
            };
            store.put_object(put).await.expect("an object is stored");
        }
        let new = NewAccessKey {
            user: owner(),
            id: None,
            secret: Some(SecretString::from(SECRET)),
        };
        store.add_access_key(new).await.expect("an access key");
        add_session_and_link(&store).await;
        engine.close();
        let words = text(&words);
        Self { folder, words }
    }

    /// Copies the vault and its key file into a folder of their own.
    fn copied(&self) -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        copy(self.folder.path(), folder.path());
        folder
    }
}

/// Adds a session and a link; the id and the token of the session are a sealed setting.
async fn add_session_and_link(store: &LocalStore) {
    let new = NewSession {
        identity: owner(),
        name: String::new(),
        issued_by: owner(),
        seconds: 129_600,
        policy: None,
    };
    let begun = store.begin_session(new).await.expect("a session");
    let both = format!("{} {}", begun.session.id, begun.token.expose_secret());
    let kept = store.put_sealed_setting(SESSION, Some(SecretString::from(both)));
    kept.await.expect("a sealed setting");
    let new = NewLink {
        user: owner(),
        title: String::new(),
        target: LinkTarget::Get {
            bucket: bucket(),
            key: key(OBJECTS[0].0),
            version: None,
        },
        audience: LinkAudience::Computer,
        seconds: 604_800,
        max_uses: None,
    };
    store.make_link(new).await.expect("a link");
}

/// Opens the secrets of the session, the link and the setting.
async fn open_secrets(store: &LocalStore) -> Result<(), String> {
    let setting = store.sealed_setting(SESSION).await;
    let setting = setting.map_err(|why| format!("the setting: {why}"))?;
    let both = setting.ok_or("the setting is gone")?;
    let (id, token) = both
        .expose_secret()
        .split_once(' ')
        .ok_or("another value")?;
    let id = AccessKeyId::parse(id).map_err(|_| "another value")?;
    let opened = store.session(&id, &SecretString::from(token)).await;
    opened.map_err(|why| format!("the session: {why}"))?;
    let links = store.list_links().await.expect("links");
    let link = links.first().ok_or("the link is gone")?;
    let opened = store.link(&link.id).await;
    opened.map_err(|why| format!("the link: {why}"))?;
    Ok(())
}

fn bucket() -> BucketName {
    BucketName::parse(BUCKET).expect("a name")
}

fn owner() -> UserName {
    UserName::parse("admin").expect("a name")
}

fn key(name: &str) -> ObjectKey {
    ObjectKey::parse(name).expect("a key")
}

fn key_file(folder: &Path) -> Holder {
    Holder::KeyFile(folder.join("key"))
}

fn text(words: &RecoveryWords) -> SecretString {
    SecretString::from(words.expose().join(" "))
}

fn encryption(name: &str) -> SseRequest {
    match name.split('/').next() {
        Some("kms") => SseRequest::Kms {
            key: None,
            context: EncryptionContext::new(),
            bucket_key: None,
        },
        Some("customer") => SseRequest::Customer(CustomerKey::new(KEY_OF_CUSTOMER)),
        _ => SseRequest::S3,
    }
}

/// Reads all that the vault holds; returns what is wrong.
async fn read_all(engine: &Arc<Engine>) -> Vec<String> {
    let store = LocalStore::new(Arc::clone(engine));
    let mut wrong = Vec::new();
    for (name, seed, size) in OBJECTS {
        let object = ObjectRef {
            bucket: bucket(),
            key: key(name),
            version: None,
        };
        let get = GetObject {
            customer_key: name
                .starts_with("customer")
                .then(|| CustomerKey::new(KEY_OF_CUSTOMER)),
            ..GetObject::whole(object)
        };
        match read(&store, get).await {
            Ok(body) if body == bytes(seed, size) => {}
            Ok(body) => wrong.push(format!("{name}: {} other bytes", body.len())),
            Err(why) => wrong.push(format!("{name}: {why}")),
        }
    }
    let keys = store.list_access_keys().await.expect("access keys");
    for key in keys {
        if let Err(why) = store.access_key_secret(&key.id).await {
            wrong.push(format!("{}: {why}", key.id));
        }
    }
    wrong.extend(open_secrets(&store).await.err());
    wrong
}

async fn read(store: &LocalStore, get: GetObject) -> Result<Vec<u8>, String> {
    let mut got = store.get_object(get).await.map_err(|why| why.to_string())?;
    let mut all = Vec::new();
    while let Some(chunk) = got.body.next().await {
        all.extend_from_slice(&chunk.map_err(|why| why.to_string())?);
    }
    Ok(all)
}

/// Opens what is left by the key file and by the words; returns what is wrong, and whether the new words count.
async fn look(folder: &Path, base: &Base, new_words: Option<&SecretString>) -> (Vec<String>, bool) {
    let dir = folder.join("vault");
    let engine = match open(&dir, &key_file(folder)).await {
        Ok(engine) => engine,
        Err(why) => return (vec![told("by the key file", &why)], false),
    };
    let mut wrong = read_all(&engine).await;
    let report = engine.scrub(&mut |_| {}, &AtomicBool::new(false));
    match report {
        Ok(report) if report.damaged_total == 0 && report.bodies == 6 => {}
        other => wrong.push(format!("scrubbed: {other:?}")),
    }
    let old = engine.check_recovery_words(&base.words).is_ok();
    let new = new_words.is_some_and(|words| engine.check_recovery_words(words).is_ok());
    engine.close();
    if old == new && new_words.is_some() {
        wrong.push(format!(
            "the old words open it: {old}, the new words: {new}"
        ));
    }
    let words = if new { new_words } else { Some(&base.words) };
    let by_words = words.map(|words| Holder::RecoveryWords(words.clone()));
    // Where nobody ever saw the new words, the switch may be done all the same; then the key file is the way in.
    if let Some(holder) = by_words.filter(|_| old || new) {
        match open(&dir, &holder).await {
            Ok(engine) => {
                wrong.extend(read_all(&engine).await);
                engine.close();
            }
            Err(why) => wrong.push(told("by the words", &why)),
        }
    }
    (wrong, !old)
}

/// Opens a vault that this process may still hold for a moment: by a body whose reader is ending, or by a child of a
/// neighbouring test that is about to become another program.
async fn open(dir: &Path, holder: &Holder) -> Result<Arc<Engine>, OpenError> {
    let given_up = Instant::now() + LET_GO_MAX;
    loop {
        match Engine::open(dir, holder) {
            Err(OpenError::InUse { .. }) if Instant::now() < given_up => {
                tokio::task::yield_now().await;
            }
            outcome => return outcome,
        }
    }
}

fn told(how: &str, why: &dyn std::error::Error) -> String {
    let cause = why.source().map(ToString::to_string).unwrap_or_default();
    format!("the vault does not open {how}: {why}: {cause}")
}

/// Runs a test of this program in a child process, over the vault in `folder`.
fn run(test: &str, folder: &Path, environment: &[(&str, &dyn Display)]) -> ExitStatus {
    let mut child = Command::new(env::current_exe().expect("this program"));
    child.args(["--exact", &format!("root_keys::{test}"), "--nocapture"]);
    child.env(FOLDER, folder).env("LD_PRELOAD", library());
    child.env("STAVE_SHIM_ROOT", folder.join("vault"));
    for (name, value) in environment {
        child.env(name, value.to_string());
    }
    let output = child.output().expect("this program starts");
    let shown = String::from_utf8_lossy(&output.stdout);
    let killed = output.status.signal() == Some(9);
    assert!(
        killed || (output.status.success() && shown.contains("1 passed")),
        "{shown}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.status
}

/// The child: rotates the root key, and keeps the new words beside the vault. After a failure it goes on with the vault.
async fn rotate_in(folder: PathBuf) {
    let holder = key_file(&folder);
    let engine = Engine::open(&folder.join("vault"), &holder).expect("the vault opens");
    let fault = env::var(FAULT).ok();
    let control = env::var_os("STAVE_SHIM_CONTROL").map(|path| Control::at(Path::new(&path)));
    if let (Some(fault), Some(control)) = (&fault, &control) {
        let parts: Vec<&str> = fault.split(' ').collect();
        let lasting = if parts[2] == "on" {
            Lasting::FromThenOn
        } else {
            Lasting::Once
        };
        let [nth, errno] = [0, 1].map(|at| parts[at].parse::<u16>().expect("a number"));
        control.fail(u64::from(nth), i32::from(errno), lasting);
    }
    let rotated = engine.rotate_root(std::slice::from_ref(&holder));
    let struck = control
        .as_ref()
        .is_some_and(|control| control.failed().is_some());
    if let Some(control) = &control {
        control.relent();
    }
    match &rotated {
        Ok(words) => std::fs::write(folder.join("words"), text(words).expose_secret()),
        Err(why) => {
            assert!(struck, "{why}: {:?}", std::error::Error::source(why));
            Ok(())
        }
    }
    .expect("the words are kept");
    if engine.is_locked() {
        assert!(
            rotated.is_err(),
            "a rotation that succeeded locked the vault"
        );
        engine.unlock(&holder).expect("the vault is unlocked");
    }
    assert_eq!(read_all(&engine).await, Vec::<String>::new());
    engine.close();
}

fn words_of(folder: &Path) -> Option<SecretString> {
    let words = std::fs::read_to_string(folder.join("words")).ok()?;
    Some(SecretString::from(words))
}

/// Lets the n-th operation of a rotation meet a fault, for every n until a rotation is through without.
async fn sweep(test: &str, errno: i32, lasting: &str) {
    let base = Base::new().await;
    let elsewhere = tempfile::tempdir().expect("a folder");
    let (mut switched, mut kept) = (0, 0);
    for nth in 1..=STEPS_MAX {
        let folder = base.copied();
        let control = Control::new(elsewhere.path());
        let fault = format!("{nth} {errno} {lasting}");
        let status = run(
            test,
            folder.path(),
            &[(FAULT, &fault), ("STAVE_SHIM_CONTROL", &control.path())],
        );
        let new_words = words_of(folder.path());
        let (wrong, is_new) = look(folder.path(), &base, new_words.as_ref()).await;
        assert_eq!(wrong, Vec::<String>::new(), "operation {nth}: {fault}");
        if is_new {
            switched += 1;
        } else {
            kept += 1;
        }
        let struck = status.signal().is_some() || control.failed().is_some();
        if !struck {
            assert!(is_new, "a rotation without a fault changed nothing");
            assert!(kept > 10, "only {kept} steps before the switch");
            eprintln!(
                "{errno} {lasting}: {nth} steps, {kept} kept the old root key, {switched} not"
            );
            return;
        }
    }
    panic!("a rotation takes more than {STEPS_MAX} steps");
}

/// Cuts a recorded rotation short at many moments, in three ways each.
async fn cut_short(base: &Base, log: &Log, new_words: &SecretString) -> Vec<String> {
    let mut player = log.play(&base.folder.path().join("vault"));
    let mut moments = log.moments();
    if env::var_os("STAVE_TEST_LONG").is_none() {
        // All around `vault.json`, and some of the others.
        let named: Vec<u64> = ["/vault.json.next", "/vault.json", ""]
            .into_iter()
            .flat_map(|path| log.moments_of(path))
            .collect();
        let step = (moments.len() / MOMENTS).max(1);
        let spread: Vec<u64> = moments.iter().copied().step_by(step).collect();
        moments.retain(|at| named.contains(at) || spread.contains(at));
    }
    let mut wrong = Vec::new();
    for moment in &moments {
        player.until(*moment);
        let random = Cut::Random(moment.wrapping_mul(0x9e37_79b9));
        for how in [Cut::Nothing, Cut::Forgetful, random] {
            let found = look_after(base, &player, how, new_words).await;
            wrong.extend(
                found
                    .iter()
                    .map(|what| format!("{how:?} at {moment}: {what}")),
            );
        }
    }
    eprintln!(
        "{} of {} moments of a rotation",
        moments.len(),
        log.moments().len()
    );
    wrong
}

async fn look_after(
    base: &Base,
    player: &Player<'_>,
    how: Cut,
    new_words: &SecretString,
) -> Vec<String> {
    let left = tempfile::tempdir().expect("a folder");
    let key = base.folder.path().join("key");
    std::fs::copy(key, left.path().join("key")).expect("the key file is copied");
    player.cut(how, &left.path().join("vault"));
    look(left.path(), base, Some(new_words)).await.0
}

/// Records a rotation; with `lie`, syncs of files whose path holds that word are not done.
fn record(test: &str, base: &Base, lie: Option<&str>) -> (Log, SecretString) {
    let (folder, outside) = (base.copied(), tempfile::tempdir().expect("a folder"));
    let log = outside.path().join("log");
    let shown = log.display();
    let mut environment: Vec<(&str, &dyn Display)> = vec![("STAVE_SHIM_LOG", &shown)];
    if let Some(lie) = &lie {
        environment.push(("STAVE_SHIM_LIE", lie));
    }
    run(test, folder.path(), &environment);
    let words = words_of(folder.path()).expect("the new words");
    (Log::read(&log), words)
}

/// Runs as the child where there is one to be, else as the test.
macro_rules! in_two_processes {
    ($(#[$doc:meta])* async fn $name:ident($test:ident) $body:block) => {
        $(#[$doc])*
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            if let Some(folder) = env::var_os(FOLDER) {
                return rotate_in(folder.into()).await;
            }
            let $test = stringify!($name);
            $body
        }
    };
}

in_two_processes! {
    async fn a_rotation_survives_a_kill_at_every_step(test) {
        sweep(test, KILL, "once").await;
    }
}

in_two_processes! {
    async fn a_rotation_survives_an_input_output_error_at_every_step(test) {
        sweep(test, EIO, "once").await;
    }
}

in_two_processes! {
    async fn a_rotation_survives_a_disk_that_fails_from_then_on(test) {
        sweep(test, EIO, "on").await;
    }
}

in_two_processes! {
    async fn a_rotation_survives_a_full_disk(test) {
        sweep(test, ENOSPC, "on").await;
    }
}

in_two_processes! {
    async fn a_rotation_survives_a_power_cut(test) {
        let base = Base::new().await;
        let (log, words) = record(test, &base, None);
        let wrong = cut_short(&base, &log, &words).await;
        assert_eq!(wrong, Vec::<String>::new());
    }
}

in_two_processes! {
    /// Where the rows are never made durable, a `vault.json` that switched names a root key that wraps nothing.
    async fn a_transaction_that_is_never_synced_is_found_out(test) {
        let base = Base::new().await;
        let (log, words) = record(test, &base, Some("/catalog.db-wal"));
        let wrong = cut_short(&base, &log, &words).await;
        assert!(!wrong.is_empty(), "nobody noticed that the catalog is never synced");
        eprintln!("{} losses, as {}", wrong.len(), wrong[0]);
    }
}
