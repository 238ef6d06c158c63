//! Sessions: credentials for a while.

use secrecy::{ExposeSecret as _, SecretString};
use stave_model::IdentityKind;
use stave_store::{Error, Identities as _, NewSession, SessionCredentials};

use super::{READ_PHOTOS, TRUST_BOB, name, new_role, why};
use crate::kms::kit::{Keys, START_MS};

pub fn new_session(identity: &str) -> NewSession {
    NewSession {
        identity: name(identity),
        name: "ci@build".to_owned(),
        issued_by: name("bob"),
        seconds: 900,
        policy: None,
    }
}

impl Keys {
    pub async fn begin(&self, identity: &str) -> SessionCredentials {
        let store = &self.vault.store;
        store.begin_session(new_session(identity)).await.unwrap()
    }

    async fn open(&self, of: &SessionCredentials) -> Result<String, Error> {
        let store = &self.vault.store;
        let (session, secret) = store.session(&of.session.id, &of.token).await?;
        assert_eq!(session, of.session);
        Ok(secret.expose_secret().to_owned())
    }
}

#[tokio::test]
async fn a_session_opens_to_who_has_its_token_until_its_end() {
    let mut keys = Keys::new();
    keys.add_role("reader").await;
    let one = keys.begin("reader").await;
    let other = keys.begin("reader").await;
    let session = &one.session;
    assert!(session.id.as_str().starts_with("ASIA") && session.id.as_str().len() == 20);
    assert_eq!(session.kind, IdentityKind::Role);
    assert_eq!(
        (session.name.as_str(), &session.issued_by),
        ("ci@build", &name("bob"))
    );
    let lasts = session.expires.as_millis() - session.issued.as_millis();
    assert_eq!((session.issued.as_millis(), lasts), (START_MS, 900_000));
    keys.vault.reopen();
    assert_eq!(keys.open(&one).await.unwrap(), one.secret.expose_secret());
    let store = &keys.vault.store;
    for token in [other.token.clone(), SecretString::from("")] {
        let refused = store.session(&one.session.id, &token).await;
        assert!(matches!(refused, Err(Error::NoSuchSession)));
    }
    keys.wait_ms(899_999);
    keys.open(&one).await.unwrap();
    keys.wait_ms(1);
    assert!(matches!(keys.open(&one).await, Err(Error::SessionExpired)));
    let listed = keys.vault.store.list_sessions(&name("reader")).await;
    assert_eq!(listed.unwrap(), []);
}

#[tokio::test]
async fn a_session_is_forgotten_a_day_after_its_end() {
    let keys = Keys::new();
    keys.add_role("reader").await;
    let session = keys.begin("reader").await;
    keys.wait_ms(900_000 + 24 * 60 * 60 * 1_000);
    keys.vault.engine.sweep().unwrap();
    assert!(matches!(
        keys.open(&session).await,
        Err(Error::SessionExpired)
    ));
    keys.wait_ms(1);
    keys.vault.engine.sweep().unwrap();
    assert!(matches!(
        keys.open(&session).await,
        Err(Error::NoSuchSession)
    ));
}

#[tokio::test]
async fn sessions_of_an_identity_are_listed_newest_first_and_end_together() {
    let keys = Keys::new();
    keys.add_role("reader").await;
    keys.add_user("bob").await;
    let first = keys.begin("reader").await;
    let second = keys.begin("reader").await;
    let of_bob = keys.begin("bob").await;
    assert_eq!(of_bob.session.name, "bob");
    let store = &keys.vault.store;
    let listed = store.list_sessions(&name("reader")).await.unwrap();
    assert_eq!(listed, [second.session.clone(), first.session.clone()]);
    assert_eq!(store.end_sessions(&name("reader")).await.unwrap(), 2);
    assert_eq!(store.end_sessions(&name("reader")).await.unwrap(), 0);
    for ended in [&first, &second] {
        assert!(matches!(keys.open(ended).await, Err(Error::NoSuchSession)));
    }
    keys.open(&of_bob).await.unwrap();
    keys.vault
        .store
        .delete_identity(&name("bob"))
        .await
        .unwrap();
    assert!(matches!(
        keys.open(&of_bob).await,
        Err(Error::NoSuchSession)
    ));
    let nobody = keys.vault.store.list_sessions(&name("eve")).await;
    assert!(matches!(nobody, Err(Error::NoSuchIdentity(_))));
}

#[tokio::test]
async fn what_a_session_cannot_be_is_refused() {
    const TIME: &str = "a session lasts 900 to 129,600 seconds";
    const NAME: &str = "a session's name has 2 to 64 letters, digits and + = , . @ _ -";
    const ROLE: &str = "sessions of this role may not be so long";
    const NOBODY: &str = "there is no user and no role eve";
    let keys = Keys::new();
    keys.add_role("reader").await;
    keys.add_user("bob").await;
    let cases = [
        ("reader", "ci", 899, None, TIME),
        ("bob", "", 129_601, None, TIME),
        ("bob", "", 129_600, None, "ok"),
        ("reader", "ci", 3_601, None, ROLE),
        ("reader", "ci", 3_600, Some(READ_PHOTOS), "ok"),
        ("reader", "c", 900, None, NAME),
        ("reader", "c i", 900, None, NAME),
        ("eve", "ci", 900, None, NOBODY),
    ];
    let store = &keys.vault.store;
    for (identity, of, seconds, policy, expected) in cases {
        let new = NewSession {
            name: of.to_owned(),
            seconds,
            policy: policy.map(str::to_owned),
            ..new_session(identity)
        };
        assert_eq!(
            why(store.begin_session(new).await),
            expected,
            "{identity} {of} {seconds}"
        );
    }
    let bounded = NewSession {
        policy: Some(TRUST_BOB.to_owned()),
        ..new_session("reader")
    };
    let refused = store.begin_session(bounded).await;
    assert!(matches!(refused, Err(Error::InvalidPolicy(_))));
    let long = stave_store::NewIdentity {
        session_secs: Some(43_200),
        ..new_role("long")
    };
    store.create_identity(long).await.unwrap();
    let whole = NewSession {
        seconds: 43_200,
        ..new_session("long")
    };
    store.begin_session(whole).await.unwrap();
}

#[tokio::test]
async fn the_audit_tells_who_asked_for_a_session_and_no_secret() {
    let keys = Keys::new();
    keys.add_role("reader").await;
    let begun = keys.begin("reader").await;
    let event = keys.last_event().await;
    assert_eq!(event["eventSource"], "sts.amazonaws.com");
    assert_eq!(event["eventName"], "AssumeRole");
    assert_eq!(event["userIdentity"]["userName"], "bob");
    assert_eq!(
        event["responseElements"]["accessKeyId"],
        begun.session.id.as_str()
    );
    let text = event.to_string();
    for secret in [&begun.secret, &begun.token] {
        assert!(!text.contains(secret.expose_secret()));
    }
}
