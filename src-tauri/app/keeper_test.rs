//! The vault's life, with a passphrase as a person has one and a key file as a script has one.

use std::ffi::OsString;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use secrecy::SecretString;
use stave_engine::Holder;
use stave_model::Versioning;
use tempfile::TempDir;

use super::Keeper;
use crate::events::{Event, Events};
use crate::opening::Environment;
use crate::settings::SettingsFile;
use crate::views::{
    EndpointState, HolderKind, Purpose, TransferKind, TransferState, VaultCreated, VaultState,
};

struct Rig {
    folder: TempDir,
    heard: Arc<Mutex<Vec<Event>>>,
}

impl Rig {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            heard: Arc::default(),
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the app's keeper; the endpoint takes any port.
    fn keeper(&self, variables: &[(&str, &Path)]) -> Keeper {
        let environment = Environment::read(|name| {
            if name == "STAVE_PORT" {
                return Some(OsString::from("0"));
            }
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.as_os_str().to_owned())
        });
        let heard = Arc::clone(&self.heard);
        Keeper::new(
            self.path().join("vault"),
            environment,
            Arc::new(SettingsFile::read(self.path().join("settings.json"))),
            Events::new(move |event| heard.lock().unwrap().push(event)),
        )
    }
}

/// Returns the words that are asked for.
fn check(created: &VaultCreated) -> Vec<String> {
    let words = &created.recovery_words;
    created.check.iter().map(|at| words[*at].clone()).collect()
}

fn passphrase(text: &str) -> Holder {
    Holder::Passphrase(SecretString::from(text))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_run_ends_when_the_words_were_typed_back() {
    let rig = Rig::new();
    let keeper = rig.keeper(&[]);
    keeper.open_silently().await;
    assert_eq!(keeper.status().await.state, VaultState::Absent);
    let holder = passphrase("correct horse battery staple");
    let created = keeper.create(holder.clone(), Purpose::Build).await.unwrap();
    assert_eq!(created.recovery_words.len(), 24);
    // A window that is loaded again is shown the same sheet.
    let again = keeper.create(holder, Purpose::Build).await.unwrap();
    assert_eq!(again.recovery_words, created.recovery_words);
    assert_eq!(keeper.session().err().unwrap().code, "locked");

    let wrong = vec!["abandon".to_owned(), "abandon".to_owned()];
    let refused = keeper.confirm(&wrong).await.unwrap_err();
    assert_eq!(refused.code, "words_differ");
    let typed: Vec<_> = created
        .check
        .iter()
        .map(|at| created.recovery_words[*at].clone())
        .collect();
    keeper.confirm(&typed).await.unwrap();

    let status = keeper.status().await;
    assert_eq!(status.state, VaultState::Open);
    assert_eq!(
        status.holders,
        [HolderKind::Passphrase, HolderKind::Recovery]
    );
    let session = keeper.session().unwrap();
    let buckets = session.store.list_buckets().await.unwrap();
    assert_eq!(buckets[0].name.as_str(), "dev");
    assert_eq!(buckets[0].versioning, Versioning::Enabled);
    assert_eq!(session.gate.status().await.state, EndpointState::On);
    assert!(rig.heard.lock().unwrap().contains(&Event::Vault));
    keeper.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_vault_opens_by_its_passphrase_or_its_words() {
    let rig = Rig::new();
    let keeper = rig.keeper(&[]);
    let created = keeper
        .create(passphrase("open sesame"), Purpose::Keep)
        .await
        .unwrap();
    let typed: Vec<_> = created
        .check
        .iter()
        .map(|at| created.recovery_words[*at].clone())
        .collect();
    keeper.confirm(&typed).await.unwrap();

    assert_eq!(keeper.lock().await.state, VaultState::Locked);
    assert!(keeper.session().is_err());
    let wrong = keeper
        .unlock(Some(passphrase("open says me")))
        .await
        .unwrap_err();
    assert_eq!(wrong.code, "wrong_passphrase");
    let opened = keeper
        .unlock(Some(passphrase("open sesame")))
        .await
        .unwrap();
    assert_eq!(opened.state, VaultState::Open);

    keeper.lock().await;
    let words = SecretString::from(created.recovery_words.join(" "));
    let opened = keeper
        .recover(words, passphrase("a new beginning"))
        .await
        .unwrap();
    assert_eq!(opened.state, VaultState::Open);
    // From then on the new passphrase opens it, and the old one no longer.
    keeper.lock().await;
    let old = keeper.unlock(Some(passphrase("open sesame"))).await;
    assert_eq!(old.unwrap_err().code, "wrong_passphrase");
    let new = keeper.unlock(Some(passphrase("a new beginning"))).await;
    assert_eq!(new.unwrap().state, VaultState::Open);
    keeper.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_were_never_typed_back_are_asked_for_at_the_next_start() {
    let rig = Rig::new();
    let first = rig.keeper(&[]);
    let created = first
        .create(passphrase("open sesame"), Purpose::Keep)
        .await
        .unwrap();
    first.end().await;

    // Left for another day, they are asked for again.
    let second = rig.keeper(&[]);
    second.open_silently().await;
    assert_eq!(second.status().await.state, VaultState::WordsUnconfirmed);
    assert_eq!(second.unlock(None).await.unwrap().state, VaultState::Locked);
    second
        .unlock(Some(passphrase("open sesame")))
        .await
        .unwrap();
    second.end().await;

    let third = rig.keeper(&[]);
    third.open_silently().await;
    let wrong = SecretString::from("abandon ".repeat(24));
    let refused = third.recover(wrong, Holder::Keychain).await.unwrap_err();
    assert_eq!(refused.code, "wrong_recovery_words");
    assert_eq!(third.status().await.state, VaultState::WordsUnconfirmed);
    let words = SecretString::from(created.recovery_words.join(" "));
    let opened = third.recover(words, Holder::Keychain).await.unwrap();
    assert_eq!(opened.state, VaultState::Open);
    // Nothing but the proof was wanted: the key is kept as it was.
    assert_eq!(
        opened.holders,
        [HolderKind::Passphrase, HolderKind::Recovery]
    );
    third.end().await;

    let fourth = rig.keeper(&[]);
    fourth.open_silently().await;
    assert_eq!(fourth.status().await.state, VaultState::Locked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_file_of_the_environment_makes_and_opens_a_vault_without_a_person() {
    let rig = Rig::new();
    let key = rig.path().join("key");
    for _ in 0..2 {
        let keeper = rig.keeper(&[("STAVE_KEY_FILE", &key)]);
        keeper.open_silently().await;
        assert_eq!(keeper.status().await.state, VaultState::Open);
        keeper.end().await;
    }
    std::fs::remove_file(&key).unwrap();
    let keeper = rig.keeper(&[("STAVE_KEY_FILE", &key)]);
    keeper.open_silently().await;
    assert_eq!(keeper.status().await.state, VaultState::NeedsRecovery);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_that_is_open_elsewhere_says_so() {
    let rig = Rig::new();
    let key = rig.path().join("key");
    let first = rig.keeper(&[("STAVE_KEY_FILE", &key)]);
    first.open_silently().await;
    let second = rig.keeper(&[("STAVE_KEY_FILE", &key)]);
    second.open_silently().await;
    let status = second.status().await;
    assert_eq!(status.state, VaultState::InUse);
    first.end().await;
    // "Try again" is an unlock by nothing.
    let opened = second.unlock(None).await.unwrap();
    assert_eq!(opened.state, VaultState::Open);
    second.end().await;
}

/// Asks the endpoint for its buckets without signing, and returns the status line.
async fn asked(port: u16) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let connected = tokio::net::TcpStream::connect(("127.0.0.1", port)).await;
    let mut stream = connected.unwrap();
    let request = format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_endpoint_keeps_its_port_while_the_vault_is_locked() {
    let rig = Rig::new();
    let key = rig.path().join("key");
    let keeper = rig.keeper(&[("STAVE_KEY_FILE", &key)]);
    keeper.open_silently().await;
    let port = keeper.session().unwrap().gate.status().await.port;
    assert!(asked(port).await.contains("403"));
    assert_eq!(keeper.lock().await.state, VaultState::Locked);
    assert_eq!(keeper.session().err().unwrap().code, "locked");
    let status = keeper.house().unwrap().gate.status().await;
    assert_eq!((status.state, status.port), (EndpointState::Locked, port));
    assert!(asked(port).await.contains("503"));
    let opened = keeper.unlock(None).await.unwrap();
    assert_eq!(opened.state, VaultState::Open);
    let status = keeper.session().unwrap().gate.status().await;
    assert_eq!((status.state, status.port), (EndpointState::On, port));
    assert!(asked(port).await.contains("403"));
    keeper.end().await;
    assert!(
        tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_endpoint_stays_off_when_told_to() {
    let rig = Rig::new();
    let key = rig.path().join("key");
    let keeper = rig.keeper(&[("STAVE_KEY_FILE", &key)]);
    keeper.open_silently().await;
    let session = keeper.session().unwrap();
    let off = session.gate.stop().await.unwrap();
    assert_eq!((off.state, off.url.as_str()), (EndpointState::Off, ""));
    let on = session.gate.start(None).await.unwrap();
    assert_eq!(on.state, EndpointState::On);
    keeper.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_that_is_left_alone_locks_itself() {
    let rig = Rig::new();
    let key = rig.path().join("key");
    let keeper = rig.keeper(&[("STAVE_KEY_FILE", &key)]);
    keeper.open_silently().await;
    let later = |minutes: u64| Instant::now() + Duration::from_secs(60 * minutes + 1);
    keeper.lock_if_idle(later(600)).await;
    assert_eq!(keeper.status().await.state, VaultState::Open);
    assert_eq!(
        keeper.set_idle_lock(1_441).unwrap_err().code,
        "invalid_idle_lock"
    );
    keeper.set_idle_lock(10).unwrap();
    assert_eq!(keeper.status().await.idle_minutes, 10);
    keeper.lock_if_idle(later(5)).await;
    assert_eq!(keeper.status().await.state, VaultState::Open);
    keeper.lock_if_idle(later(10)).await;
    assert_eq!(keeper.status().await.state, VaultState::Locked);
    keeper.unlock(None).await.unwrap();
    keeper.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_words_are_asked_for_until_they_are_proved() {
    let rig = Rig::new();
    let keeper = rig.keeper(&[]);
    let first = keeper
        .create(passphrase("open sesame"), Purpose::Keep)
        .await
        .unwrap();
    keeper.confirm(&check(&first)).await.unwrap();
    assert!(keeper.status().await.recovery_confirmed);

    let needed = keeper.rotate_root(None).await.err().unwrap();
    assert_eq!(needed.code, "holder_needed");
    assert!(keeper.status().await.recovery_confirmed);
    let secret = SecretString::from("open sesame");
    let second = keeper.rotate_root(Some(secret)).await.unwrap();
    assert_ne!(first.recovery_words, second.recovery_words);
    assert!(!keeper.status().await.recovery_confirmed);
    let former = SecretString::from(first.recovery_words.join(" "));
    let drilled = keeper.drill(former).await.unwrap();
    assert!(!drilled.opens);
    assert!(drilled.problem.is_some());
    let wrong = keeper.confirm(&["abandon".to_owned()]).await.unwrap_err();
    assert_eq!(wrong.code, "words_differ");
    keeper.confirm(&check(&second)).await.unwrap();
    assert!(keeper.status().await.recovery_confirmed);

    let third = keeper.renew_recovery().await.unwrap();
    assert!(!keeper.status().await.recovery_confirmed);
    let words = SecretString::from(third.recovery_words.join(" "));
    assert!(keeper.drill(words).await.unwrap().opens);
    assert!(keeper.status().await.recovery_confirmed);
    let sheet = keeper.recovery_sheet(&third.recovery_words).unwrap();
    assert!(sheet.html.contains(&third.recovery_words[23]));
    let typo = keeper.recovery_sheet(&["<b>".to_owned()]).err().unwrap();
    assert_eq!(typo.code, "wrong_recovery_words");
    keeper.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_passphrase_is_changed_by_who_knows_it() {
    let rig = Rig::new();
    let keeper = rig.keeper(&[]);
    let created = keeper
        .create(passphrase("open sesame"), Purpose::Keep)
        .await
        .unwrap();
    keeper.confirm(&check(&created)).await.unwrap();
    let secret = |text: &str| SecretString::from(text);
    let wrong = keeper.change_passphrase(Some(secret("sesame")), secret("barley"));
    assert_eq!(wrong.await.unwrap_err().code, "wrong_passphrase");
    let changed = keeper.change_passphrase(Some(secret("open sesame")), secret("open barley"));
    changed.await.unwrap();
    keeper.lock().await;
    let former = keeper.unlock(Some(passphrase("open sesame"))).await;
    assert_eq!(former.unwrap_err().code, "wrong_passphrase");
    let opened = keeper.unlock(Some(passphrase("open barley"))).await;
    assert_eq!(opened.unwrap().state, VaultState::Open);
    keeper.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scrub_reads_every_body_and_is_shown_among_the_transfers() {
    let rig = Rig::new();
    let key = rig.path().join("key");
    let keeper = rig.keeper(&[("STAVE_KEY_FILE", &key)]);
    keeper.open_silently().await;
    let job = keeper.scrub().unwrap();
    let session = keeper.session().unwrap();
    let view = loop {
        let mut all = session.transfers.list().into_iter();
        let view = all.find(|view| view.id == job).unwrap();
        if view.ended.is_some() {
            break view;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(view.kind, TransferKind::Scrub);
    assert_eq!(view.state, TransferState::Done, "{view:?}");
    keeper.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_told_with_its_way_out() {
    let rig = Rig::new();
    let key = rig.path().join("key");
    let keeper = rig.keeper(&[("STAVE_KEY_FILE", &key)]);
    keeper.open_silently().await;
    let session = keeper.session().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let status = session.gate.start(Some(port)).await.unwrap();
    assert_eq!(status.state, EndpointState::Failed);
    assert!(status.message.contains(&port.to_string()), "{status:?}");
    assert!(!status.hint.is_empty());
    let zero = session.gate.start(Some(0)).await.unwrap_err();
    assert_eq!(zero.code, "invalid_port");
    keeper.end().await;
}
