//! Rotation: on demand and by itself.

use stave_model::{KeyOrigin, VersionOrigin, Versioning};
use stave_store::KeyService as _;

use super::kit::{DAY_MS, Keys, START_MS, admin, refusal};

#[tokio::test]
async fn a_rotation_adds_a_version_and_what_older_ones_sealed_opens() {
    let keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let key = keys.key().await;
    let sealed = keys.encrypt(&key).await;
    keys.put(&bucket, "before", &key).await;
    keys.wait_days(1);
    let rotated = keys
        .vault
        .store
        .rotate_key(&admin(), &key.arn)
        .await
        .unwrap();
    assert_eq!(rotated.version, 2);
    keys.put(&bucket, "after", &key).await;
    for name in ["before", "after"] {
        assert_eq!(
            keys.get(&bucket, name).await.unwrap(),
            b"the body",
            "{name}"
        );
    }
    assert_eq!(keys.decrypt(&sealed).await.unwrap(), b"plaintext");
    let versions = keys
        .vault
        .store
        .key_versions(&admin(), &key.arn)
        .await
        .unwrap();
    let told: Vec<_> = versions
        .iter()
        .map(|one| (one.version, one.created.as_millis(), one.origin))
        .collect();
    let expected = [
        (1, START_MS, VersionOrigin::Created),
        (2, START_MS + DAY_MS, VersionOrigin::OnDemand),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_key_rotates_by_itself_at_its_next_use_after_its_time() {
    let keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let key = keys.key().await;
    let store = &keys.vault.store;
    store
        .set_key_rotation(&admin(), &key.arn, Some(90))
        .await
        .unwrap();
    let schedule = keys.describe(&key).await.unwrap().rotation.unwrap();
    assert_eq!(schedule.period_days, 90);
    assert_eq!(schedule.next.as_millis(), START_MS + 90 * DAY_MS);
    keys.wait_ms(90 * DAY_MS - 1);
    keys.put(&bucket, "a", &key).await;
    assert_eq!(keys.describe(&key).await.unwrap().version, 1);
    keys.wait_ms(1);
    keys.put(&bucket, "b", &key).await;
    let rotated = keys.describe(&key).await.unwrap();
    assert_eq!(rotated.version, 2);
    let next = rotated.rotation.unwrap().next;
    assert_eq!(next.as_millis(), START_MS + 180 * DAY_MS);
    let names = keys.event_names().await;
    assert!(names.contains(&"RotateKey".to_owned()), "{names:?}");
    let versions = store.key_versions(&admin(), &key.arn).await.unwrap();
    assert_eq!(versions[1].origin, VersionOrigin::Automatic);
    for name in ["a", "b"] {
        keys.get(&bucket, name).await.unwrap();
    }
}

#[tokio::test]
async fn a_rotation_that_is_due_happens_at_the_opening_and_once_however_late() {
    let mut keys = Keys::new();
    let key = keys.key().await;
    let store = &keys.vault.store;
    store
        .set_key_rotation(&admin(), &key.arn, Some(90))
        .await
        .unwrap();
    keys.wait_days(1_000);
    keys.vault.reopen();
    assert_eq!(keys.describe(&key).await.unwrap().version, 2);
    keys.vault.reopen();
    assert_eq!(keys.describe(&key).await.unwrap().version, 2);
}

#[tokio::test]
async fn a_schedule_has_90_to_2560_days_and_can_be_taken_back() {
    let keys = Keys::new();
    let key = keys.key().await;
    let store = &keys.vault.store;
    let set = async |days| refusal(&store.set_key_rotation(&admin(), &key.arn, days).await);
    for (days, expected) in [
        (Some(89), "Validation"),
        (Some(90), "ok"),
        (Some(2_560), "ok"),
        (Some(2_561), "Validation"),
        (None, "ok"),
    ] {
        assert_eq!(set(days).await, expected, "{days:?}");
    }
    assert_eq!(keys.describe(&key).await.unwrap().rotation, None);
    let external = keys
        .make(|create| create.origin = KeyOrigin::External)
        .await
        .unwrap();
    let rotated = store
        .set_key_rotation(&admin(), &external.arn, Some(90))
        .await;
    assert_eq!(refusal(&rotated), "InvalidState");
}

#[tokio::test]
async fn a_key_rotates_on_demand_25_times() {
    let keys = Keys::new();
    let key = keys.key().await;
    let store = &keys.vault.store;
    for _ in 0..25 {
        store.rotate_key(&admin(), &key.arn).await.unwrap();
    }
    let more = store.rotate_key(&admin(), &key.arn).await;
    assert_eq!(refusal(&more), "LimitExceeded");
    assert_eq!(keys.describe(&key).await.unwrap().version, 26);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rotation_during_a_running_load_loses_no_request() {
    let keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let key = keys.key().await;
    let load = async |worker: u8| {
        for n in 0..20 {
            let name = format!("{worker}/{n}");
            keys.put(&bucket, &name, &key).await;
            assert_eq!(keys.get(&bucket, &name).await.unwrap(), b"the body");
        }
    };
    let rotate = async || {
        for _ in 0..10 {
            keys.vault
                .store
                .rotate_key(&admin(), &key.arn)
                .await
                .unwrap();
        }
    };
    futures::join!(load(0), load(1), load(2), rotate());
    for worker in 0..3 {
        for n in 0..20 {
            keys.get(&bucket, &format!("{worker}/{n}")).await.unwrap();
        }
    }
    assert_eq!(keys.describe(&key).await.unwrap().version, 11);
}
