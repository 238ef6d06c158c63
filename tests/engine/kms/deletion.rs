//! Deletion of keys: scheduled, taken back, done.

use stave_model::{KeyState, Versioning};
use stave_store::{Error, KeyService as _};

use super::kit::{DAY_MS, Keys, START_MS, admin, refusal};

#[tokio::test]
async fn a_deletion_waits_for_7_to_30_days() {
    let keys = Keys::new();
    for (days, expected) in [(6, "Validation"), (7, "ok"), (30, "ok"), (31, "Validation")] {
        let key = keys.key().await;
        let scheduled = keys
            .vault
            .store
            .schedule_key_deletion(&admin(), &key.arn, days)
            .await;
        assert_eq!(refusal(&scheduled), expected, "{days} days");
        let Ok(told) = scheduled else { continue };
        assert_eq!(told.state, KeyState::PendingDeletion);
        let at = told.deletion.unwrap().as_millis();
        assert_eq!(at, START_MS + i64::from(days) * DAY_MS);
    }
}

#[tokio::test]
async fn a_deleted_key_is_forgotten_and_what_it_guarded_is_never_read_again() {
    let mut keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let key = keys.key().await;
    keys.put(&bucket, "k", &key).await;
    let sealed = keys.encrypt(&key).await;
    let by = admin();
    let store = &keys.vault.store;
    store
        .create_alias(&by, "alias/photos", &key.arn)
        .await
        .unwrap();
    store.schedule_key_deletion(&by, &key.arn, 7).await.unwrap();
    keys.wait_ms(7 * DAY_MS - 1);
    assert_eq!(refusal(&keys.get(&bucket, "k").await), "InvalidState");
    keys.wait_ms(1);
    // From this moment on, also where nothing has been swept yet.
    assert_eq!(refusal(&keys.get(&bucket, "k").await), "NotFound");
    let cancelled = store.cancel_key_deletion(&by, &key.arn).await;
    assert_eq!(refusal(&cancelled), "NotFound");
    keys.vault.reopen();
    let store = &keys.vault.store;
    assert_eq!(refusal(&keys.describe(&key).await), "NotFound");
    assert_eq!(refusal(&keys.get(&bucket, "k").await), "NotFound");
    assert_eq!(refusal(&keys.decrypt(&sealed).await), "NotFound");
    assert!(store.list_keys(&by).await.unwrap().is_empty());
    assert!(store.list_aliases(&by, None).await.unwrap().is_empty());
    let names = keys.event_names().await;
    assert!(names.contains(&"DeleteKey".to_owned()), "{names:?}");
    let versions_kept = super::tampering::query(
        &mut keys,
        &format!("SELECT count(*) FROM keks WHERE name = '{}'", key.id),
    );
    assert_eq!(versions_kept, 0);
}

#[tokio::test]
async fn other_keys_and_objects_stay_when_one_is_deleted() {
    let mut keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let (dying, staying) = (keys.key().await, keys.key().await);
    keys.put(&bucket, "dying", &dying).await;
    keys.put(&bucket, "staying", &staying).await;
    keys.vault.put(&bucket, "plain", "the body").await;
    let store = &keys.vault.store;
    store
        .schedule_key_deletion(&admin(), &dying.arn, 7)
        .await
        .unwrap();
    keys.wait_days(8);
    keys.vault.reopen();
    for name in ["staying", "plain"] {
        assert_eq!(
            keys.get(&bucket, name).await.unwrap(),
            b"the body",
            "{name}"
        );
    }
    let deleted = keys.vault.delete(&bucket, "dying").await;
    assert!(!deleted.delete_marker);
    assert!(matches!(
        keys.get(&bucket, "dying").await,
        Err(Error::NoSuchKey { .. })
    ));
}
