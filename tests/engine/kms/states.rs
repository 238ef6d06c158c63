//! Keys through their states: what each takes, and what a refusal says.

use stave_model::{Actor, KeyOrigin, KeySpec, KeyState, Tags};
use stave_store::{Error, KeyService as _};

use super::kit::{DAY_MS, Keys, START_MS, admin, refusal, user};

#[tokio::test]
async fn a_new_key_is_enabled_and_told_as_it_was_asked_for() {
    let keys = Keys::new();
    let tags = Tags::of_bucket([("team".to_owned(), "photos".to_owned())]).unwrap();
    let made = keys
        .make(|create| {
            create.description = "of the photos".to_owned();
            create.tags = tags.clone();
        })
        .await
        .unwrap();
    assert_eq!(
        made.arn,
        format!("arn:aws:kms:us-east-1:000000000000:key/{}", made.id)
    );
    assert_eq!(made.description, "of the photos");
    assert_eq!(
        (made.state, made.spec),
        (KeyState::Enabled, KeySpec::Symmetric)
    );
    assert_eq!((made.origin, made.managed), (KeyOrigin::Made, false));
    assert_eq!(made.created.as_millis(), START_MS);
    assert_eq!(
        (made.deletion, made.material_expires, made.rotation),
        (None, None, None)
    );
    assert_eq!(made.version, 1);
    assert_eq!(keys.describe(&made).await.unwrap(), made);
    let store = &keys.vault.store;
    assert_eq!(store.key_tags(&admin(), &made.arn).await.unwrap(), tags);
    assert_eq!(store.list_keys(&admin()).await.unwrap(), [made]);
}

#[tokio::test]
async fn a_key_is_named_by_id_arn_and_alias_and_by_nothing_else() {
    let keys = Keys::new();
    let key = keys.key().await;
    let store = &keys.vault.store;
    store
        .create_alias(&admin(), "alias/photos", key.id.as_str())
        .await
        .unwrap();
    let arn = "arn:aws:kms:us-east-1:000000000000:alias/photos";
    for named in [key.id.as_str(), &key.arn, "alias/photos", arn] {
        let found = store.describe_key(&admin(), named).await.unwrap();
        assert_eq!(found.id, key.id, "{named}");
    }
    let cases = [
        ("alias/other", "NotFound"),
        ("00000000-0000-4000-8000-000000000000", "NotFound"),
        (
            "arn:aws:kms:eu-west-1:000000000000:alias/photos",
            "InvalidArn",
        ),
        ("photos", "InvalidArn"),
        ("", "Validation"),
    ];
    for (named, expected) in cases {
        let found = store.describe_key(&admin(), named).await;
        assert_eq!(refusal(&found), expected, "{named:?}");
    }
}

/// Brings a key into a state.
async fn bring(keys: &Keys, state: KeyState) -> stave_model::Key {
    let store = &keys.vault.store;
    if state == KeyState::PendingImport {
        return keys
            .make(|create| create.origin = KeyOrigin::External)
            .await
            .unwrap();
    }
    let key = keys.key().await;
    match state {
        KeyState::Disabled => keys.enable(&key, false).await,
        KeyState::PendingDeletion => {
            store
                .schedule_key_deletion(&admin(), key.id.as_str(), 7)
                .await
                .unwrap();
        }
        KeyState::Enabled | KeyState::PendingImport => {}
    }
    key
}

type Outcome = Result<(), Error>;

/// Asks for an operation.
async fn ask(keys: &Keys, by: &Actor, operation: &str, key: &stave_model::Key) -> Outcome {
    let (store, id) = (&keys.vault.store, key.id.as_str());
    match operation {
        "describe" => store.describe_key(by, id).await.map(drop),
        "policy" => store.key_policy(by, id).await.map(drop),
        "encrypt" => keys.encrypt_by(by, key, &[]).await.map(drop),
        "enable" => store.set_key_enabled(by, id, true).await,
        "disable" => store.set_key_enabled(by, id, false).await,
        "description" => store.update_key_description(by, id, "text").await,
        "tag" => store.tag_key(by, id, Tags::default()).await,
        "alias" => store.create_alias(by, &format!("alias/{id}"), id).await,
        "rotate" => store.rotate_key(by, id).await.map(drop),
        "rotation" => store.set_key_rotation(by, id, Some(90)).await,
        "versions" => store.key_versions(by, id).await.map(drop),
        "delete" => store.schedule_key_deletion(by, id, 7).await.map(drop),
        "cancel" => store.cancel_key_deletion(by, id).await.map(drop),
        other => panic!("no operation {other}"),
    }
}

#[tokio::test]
async fn each_state_takes_its_own_operations() {
    use KeyState::{Disabled, Enabled, PendingDeletion, PendingImport};
    let states = [Enabled, Disabled, PendingDeletion, PendingImport];
    let (no, off) = ("InvalidState", "Disabled");
    let cases = [
        ("describe", ["ok", "ok", "ok", "ok"]),
        ("policy", ["ok", "ok", "ok", "ok"]),
        ("encrypt", ["ok", off, no, no]),
        ("enable", ["ok", "ok", no, no]),
        ("disable", ["ok", "ok", no, no]),
        ("description", ["ok", "ok", no, "ok"]),
        ("tag", ["ok", "ok", no, "ok"]),
        ("alias", ["ok", "ok", no, "ok"]),
        ("rotate", ["ok", off, no, no]),
        ("rotation", ["ok", off, no, no]),
        ("versions", ["ok", "ok", "ok", "ok"]),
        ("delete", ["ok", "ok", no, "ok"]),
        ("cancel", [no, no, "ok", no]),
    ];
    let keys = Keys::new();
    for (operation, expected) in cases {
        for (state, expected) in states.into_iter().zip(expected) {
            let key = bring(&keys, state).await;
            let asked = ask(&keys, &admin(), operation, &key).await;
            assert_eq!(
                refusal(&asked),
                expected,
                "{operation} of a key that is {state:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_refusal_names_the_key_its_state_and_the_way_out() {
    let keys = Keys::new();
    let key = bring(&keys, KeyState::PendingDeletion).await;
    let refused = keys.encrypt_by(&admin(), &key, &[]).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("{} is PendingDeletion; cancel its deletion first", key.arn)
    );
    let key = bring(&keys, KeyState::Disabled).await;
    let refused = keys.encrypt_by(&admin(), &key, &[]).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("{} is disabled; enable it and try again", key.arn)
    );
}

#[tokio::test]
async fn a_disabled_key_stops_reads_at_once_and_an_enabled_one_brings_them_back() {
    let keys = Keys::new();
    let key = keys.key().await;
    let sealed = keys.encrypt(&key).await;
    keys.enable(&key, false).await;
    assert_eq!(refusal(&keys.decrypt(&sealed).await), "Disabled");
    keys.enable(&key, true).await;
    assert_eq!(keys.decrypt(&sealed).await.unwrap(), b"plaintext");
}

#[tokio::test]
async fn what_is_kept_is_there_after_a_reopening() {
    let mut keys = Keys::new();
    let key = keys.key().await;
    let sealed = keys.encrypt(&key).await;
    let store = &keys.vault.store;
    store
        .create_alias(&admin(), "alias/photos", &key.arn)
        .await
        .unwrap();
    store
        .update_key_description(&admin(), &key.arn, "text")
        .await
        .unwrap();
    keys.vault.reopen();
    let store = &keys.vault.store;
    let found = store.describe_key(&admin(), "alias/photos").await.unwrap();
    assert_eq!((found.id, found.description), (key.id, "text".to_owned()));
    assert_eq!(keys.decrypt(&sealed).await.unwrap(), b"plaintext");
}

#[tokio::test]
async fn aliases_are_made_moved_listed_and_removed() {
    let keys = Keys::new();
    let (one, other) = (keys.key().await, keys.key().await);
    let hmac = keys
        .make(|create| create.spec = KeySpec::Hmac256)
        .await
        .unwrap();
    let store = &keys.vault.store;
    let by = admin();
    store.create_alias(&by, "alias/a", &one.arn).await.unwrap();
    let again = store.create_alias(&by, "alias/a", &other.arn).await;
    assert_eq!(refusal(&again), "AlreadyExists");
    for (alias, target) in [
        ("alias/aws/s3", one.id.as_str()),
        ("a", one.id.as_str()),
        ("alias/b", "alias/a"),
    ] {
        let refused = store.create_alias(&by, alias, target).await;
        assert_eq!(refusal(&refused), "Validation", "{alias} for {target}");
    }
    keys.wait_ms(DAY_MS);
    store
        .update_alias(&by, "alias/a", &other.arn)
        .await
        .unwrap();
    let listed = store.list_aliases(&by, None).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].name.as_str(), &listed[0].key),
        ("alias/a", &other.id)
    );
    assert_eq!(listed[0].created.as_millis(), START_MS);
    assert_eq!(listed[0].updated.as_millis(), START_MS + DAY_MS);
    assert!(
        store
            .list_aliases(&by, Some(&one.arn))
            .await
            .unwrap()
            .is_empty()
    );
    let moved = store.update_alias(&by, "alias/a", &hmac.arn).await;
    assert_eq!(refusal(&moved), "Validation");
    store.delete_alias(&by, "alias/a").await.unwrap();
    let gone = store.delete_alias(&by, "alias/a").await;
    assert_eq!(refusal(&gone), "NotFound");
}

#[tokio::test]
async fn tags_are_added_changed_and_removed() {
    let keys = Keys::new();
    let key = keys.key().await;
    let store = &keys.vault.store;
    let tags = |pairs: &[(&str, &str)]| {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Tags::of_bucket(pairs.iter().map(owned)).unwrap()
    };
    store
        .tag_key(&admin(), &key.arn, tags(&[("a", "1"), ("b", "2")]))
        .await
        .unwrap();
    store
        .tag_key(&admin(), &key.arn, tags(&[("b", "3")]))
        .await
        .unwrap();
    store
        .untag_key(&admin(), &key.arn, vec!["a".to_owned(), "c".to_owned()])
        .await
        .unwrap();
    assert_eq!(
        store.key_tags(&admin(), &key.arn).await.unwrap(),
        tags(&[("b", "3")])
    );
    let many: Vec<_> = (0..50).map(|n| (format!("k{n}"), String::new())).collect();
    let many = store
        .tag_key(&admin(), &key.arn, Tags::of_bucket(many).unwrap())
        .await;
    assert_eq!(refusal(&many), "Tag");
}

#[tokio::test]
async fn what_needs_no_key_is_the_owners_alone() {
    let keys = Keys::new();
    let (store, eve) = (&keys.vault.store, user("eve"));
    let create = stave_store::CreateKey {
        description: String::new(),
        spec: KeySpec::Symmetric,
        origin: KeyOrigin::Made,
        policy: None,
        bypass_lockout_check: false,
        tags: Tags::default(),
    };
    assert_eq!(
        refusal(&store.create_key(&eve, create).await),
        "AccessDenied"
    );
    assert_eq!(refusal(&store.list_keys(&eve).await), "AccessDenied");
    assert_eq!(
        refusal(&store.list_aliases(&eve, None).await),
        "AccessDenied"
    );
    assert_eq!(
        refusal(&store.generate_random(&eve, 16).await),
        "AccessDenied"
    );
    let refused = store.generate_random(&eve, 16).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "arn:aws:iam::000000000000:user/eve is not allowed to perform kms:GenerateRandom on *: \
         nothing allows it"
    );
}
