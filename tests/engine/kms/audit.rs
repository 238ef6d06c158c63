//! The chain of the audit: what it finds; looking records up; their export.

use std::io::Read as _;

use rusqlite::Connection;
use serde_json::Value;
use stave_model::{KeyState, Timestamp, Versioning};
use stave_store::{
    Audit as _, AuditFault, AuditPage, AuditQuery, AuditVerdict, Error, GetObject, KeyService as _,
    Store as _,
};

use super::kit::{DAY_MS, Keys, START_MS, admin, user};
use super::tampering::alter;
use crate::kit::{drain, latest};

/// Makes a vault with ten records, a second apart.
async fn ten_records() -> Keys {
    let keys = Keys::new();
    for _ in 0..10 {
        keys.key().await;
        keys.wait_ms(1_000);
    }
    keys
}

async fn verify(keys: &Keys) -> AuditVerdict {
    keys.vault.store.verify(&admin()).await.unwrap()
}

async fn faults(keys: &Keys) -> Vec<AuditFault> {
    verify(keys).await.faults
}

#[tokio::test]
async fn a_chain_that_nobody_touched_verifies_also_after_a_reopening() {
    let mut keys = ten_records().await;
    let at = Timestamp::from_millis;
    let expected = AuditVerdict {
        checked: 10,
        span: Some((at(START_MS), at(START_MS + 9_000))),
        faults: Vec::new(),
    };
    assert_eq!(verify(&keys).await, expected);
    keys.vault.reopen();
    assert_eq!(verify(&keys).await, expected);
    keys.key().await;
    assert_eq!(verify(&keys).await.checked, 11);
    let empty = verify(&Keys::new()).await;
    assert_eq!(
        (empty.checked, empty.span, empty.faults),
        (0, None, Vec::new())
    );
}

#[tokio::test]
async fn each_kind_of_damage_is_found_and_named() {
    use AuditFault::{Changed, Missing};
    let changed = |sequence| Changed { sequence };
    let missing = |from, to| Missing { from, to };
    let cases = [
        (
            "UPDATE audit SET event = replace(event, 'admin', 'other') WHERE seq = 5",
            vec![changed(5)],
        ),
        (
            "UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 1",
            vec![changed(1)],
        ),
        (
            "UPDATE audit SET mac = randomblob(32) WHERE seq = 5",
            vec![changed(5)],
        ),
        (
            "UPDATE audit SET mac = (SELECT mac FROM audit WHERE seq = 4) WHERE seq = 5",
            vec![changed(5)],
        ),
        ("DELETE FROM audit WHERE seq = 5", vec![missing(5, 5)]),
        ("DELETE FROM audit WHERE seq = 1", vec![missing(1, 1)]),
        (
            "DELETE FROM audit WHERE seq BETWEEN 3 AND 6",
            vec![missing(3, 6)],
        ),
        ("DELETE FROM audit WHERE seq > 8", vec![missing(9, 10)]),
        ("DELETE FROM audit", vec![missing(1, 10)]),
        (
            "CREATE TEMP TABLE both AS SELECT * FROM audit WHERE seq IN (4, 5);
             UPDATE audit SET (event, mac) = (SELECT event, mac FROM both
                WHERE both.seq = 9 - audit.seq) WHERE seq IN (4, 5)",
            vec![changed(4), changed(5)],
        ),
        (
            "INSERT INTO audit SELECT seq + 1, at_ms, event, mac FROM audit WHERE seq = 10",
            vec![changed(11), changed(11)],
        ),
        (
            "DELETE FROM settings WHERE name = 'audit_head'",
            vec![missing(11, 11)],
        ),
        (
            "UPDATE settings SET value = replace(value, '10:', '8:') WHERE name = 'audit_head'",
            vec![missing(11, 11)],
        ),
    ];
    for (sql, expected) in cases {
        let mut keys = ten_records().await;
        alter(&mut keys, sql);
        assert_eq!(faults(&keys).await, expected, "{sql}");
    }
}

/// The vault went on from a backup, and a record of what had happened after it is put among those that came
/// since: it is authentic, and it is not what the next record followed.
#[tokio::test]
async fn a_record_of_another_history_does_not_join_the_chain() {
    let mut keys = ten_records().await;
    let catalog = keys.vault.dir().join("catalog.db");
    keys.vault.engine.close();
    let backup = std::fs::read(&catalog).unwrap();
    keys.vault.reopen();
    keys.key().await;
    keys.vault.engine.close();
    let other = Connection::open(&catalog).unwrap();
    let row = other.query_row("SELECT event, mac FROM audit WHERE seq = 11", [], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?))
    });
    let (event, mac) = row.unwrap();
    drop(other);
    std::fs::write(&catalog, backup).unwrap();
    keys.vault.reopen();
    keys.key().await;
    keys.key().await;
    assert_eq!(faults(&keys).await, []);
    let mac = hex::encode(mac);
    let join = format!("UPDATE audit SET event = '{event}', mac = x'{mac}' WHERE seq = 11");
    alter(&mut keys, &join);
    assert_eq!(faults(&keys).await, [AuditFault::Changed { sequence: 12 }]);
}

#[tokio::test]
async fn a_fault_stays_visible_while_the_chain_goes_on() {
    let cases = [
        (
            "DELETE FROM audit WHERE seq > 8",
            vec![AuditFault::Missing { from: 9, to: 10 }],
        ),
        (
            "DELETE FROM settings WHERE name = 'audit_head'",
            vec![AuditFault::Missing { from: 11, to: 11 }],
        ),
        (
            "UPDATE audit SET event = replace(event, 'admin', 'other') WHERE seq = 10",
            vec![AuditFault::Changed { sequence: 10 }],
        ),
    ];
    for (sql, expected) in cases {
        let mut keys = ten_records().await;
        alter(&mut keys, sql);
        keys.key().await;
        keys.key().await;
        assert_eq!(faults(&keys).await, expected, "{sql}");
    }
}

/// Makes a query by one change.
fn asking(change: impl FnOnce(&mut AuditQuery)) -> AuditQuery {
    let mut query = AuditQuery {
        limit: 10,
        ..AuditQuery::default()
    };
    change(&mut query);
    query
}

#[tokio::test]
async fn records_are_looked_up_by_what_they_say_newest_first() {
    let keys = Keys::new();
    let key = keys.key().await;
    keys.wait_ms(1_000);
    let sealed = keys.encrypt(&key).await;
    keys.wait_ms(1_000);
    assert!(keys.decrypt_by(&user("eve"), &sealed, &[]).await.is_err());
    let at = |ms| Some(Timestamp::from_millis(START_MS + ms));
    let (arn, id) = (Some(key.arn.clone()), Some(key.id.to_string()));
    let cases: [(AuditQuery, &[u64]); 12] = [
        (asking(|_| {}), &[3, 2, 1]),
        (asking(|query| query.from = at(1_000)), &[3, 2]),
        (asking(|query| query.to = at(1_000)), &[2, 1]),
        (
            asking(|query| query.event_name = Some("Decrypt".into())),
            &[3],
        ),
        (asking(|query| query.user = Some("admin".into())), &[2, 1]),
        (
            asking(|query| query.access_key = Some("AKIASUITE".into())),
            &[3, 2, 1],
        ),
        (
            asking(|query| query.access_key = Some("AKIAOTHER".into())),
            &[],
        ),
        (asking(|query| query.resource = arn), &[3, 2, 1]),
        (asking(|query| query.resource = id), &[3, 2, 1]),
        (asking(|query| query.read_only = Some(false)), &[1]),
        (asking(|query| query.denied = Some(true)), &[3]),
        (asking(|query| query.before = Some(3)), &[2, 1]),
    ];
    for (query, expected) in cases {
        let page = look_up(&keys, query.clone()).await;
        let found: Vec<u64> = page.records.iter().map(|record| record.sequence).collect();
        assert_eq!(found, expected, "{query:?}");
        assert_eq!(page.next_before, None);
    }
    let first = keys.records().await.remove(0);
    let event: Value = serde_json::from_str(&first.event).unwrap();
    let id = Some(event["eventID"].as_str().unwrap().into());
    let page = look_up(&keys, asking(|query| query.event_id = id)).await;
    assert_eq!(page.records, [first]);
}

async fn look_up(keys: &Keys, query: AuditQuery) -> AuditPage {
    let store = &keys.vault.store;
    store.look_up(&admin(), query).await.unwrap()
}

#[tokio::test]
async fn pages_join_without_a_gap() {
    let keys = ten_records().await;
    let mut before = None;
    let mut found = Vec::new();
    loop {
        let query = AuditQuery {
            limit: 3,
            before,
            ..AuditQuery::default()
        };
        let page = keys.vault.store.look_up(&admin(), query).await.unwrap();
        found.push(page.records.len());
        before = page.next_before;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(found, [3, 3, 3, 1]);
    for limit in [0, 1_001] {
        let query = AuditQuery {
            limit,
            ..AuditQuery::default()
        };
        let refused = keys.vault.store.look_up(&admin(), query).await;
        assert!(matches!(refused, Err(Error::InvalidArgument(_))), "{limit}");
    }
}

#[tokio::test]
async fn reading_the_audit_is_the_owners_alone_and_leaves_no_record() {
    let keys = ten_records().await;
    let (store, eve) = (&keys.vault.store, user("eve"));
    let query = AuditQuery {
        limit: 1,
        ..AuditQuery::default()
    };
    let refused = store.look_up(&eve, query).await;
    assert!(matches!(refused, Err(Error::AccessDenied)));
    assert!(matches!(store.verify(&eve).await, Err(Error::AccessDenied)));
    assert_eq!(keys.records().await.len(), 10);
    assert_eq!(verify(&keys).await.checked, 10);
}

#[tokio::test]
async fn records_are_exported_as_log_files_of_their_days() {
    let keys = ten_records().await;
    keys.wait_ms(DAY_MS);
    keys.key().await;
    let bucket = keys.vault.bucket("logs", Versioning::Off).await;
    let (store, by) = (&keys.vault.store, admin());
    let from = Some(Timestamp::from_millis(START_MS + 5_000));
    let exported = store
        .export(&by, bucket.clone(), "trail/".to_owned(), from, None)
        .await
        .unwrap();
    assert_eq!(exported.records, 6);
    assert_eq!(exported.keys.len(), 2);
    let mut names = Vec::new();
    for (key, day) in exported.keys.iter().zip(["02", "03"]) {
        let folder = format!("trail/AWSLogs/000000000000/CloudTrail/us-east-1/2026/01/{day}/");
        assert!(key.starts_with(&folder), "{key}");
        assert!(key.ends_with(".json.gz"), "{key}");
        let got = store
            .get_object(GetObject::whole(latest(&bucket, key)))
            .await
            .unwrap();
        let zipped = drain(got).await.unwrap();
        let mut json = String::new();
        flate2::read::GzDecoder::new(&zipped[..])
            .read_to_string(&mut json)
            .unwrap();
        let log: Value = serde_json::from_str(&json).unwrap();
        let events = log["Records"].as_array().unwrap().iter();
        names.extend(events.map(|event| event["eventName"].as_str().unwrap().to_owned()));
    }
    assert_eq!(names, ["CreateKey"; 6]);
    let eve = store
        .export(&user("eve"), bucket, String::new(), None, None)
        .await;
    assert!(matches!(eve, Err(Error::AccessDenied)));
}

#[tokio::test]
async fn a_use_whose_record_cannot_be_written_is_refused() {
    let mut keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let key = keys.key().await;
    keys.put(&bucket, "k", &key).await;
    alter(
        &mut keys,
        "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    assert!(keys.get(&bucket, "k").await.is_err());
    assert!(keys.encrypt_by(&admin(), &key, &[]).await.is_err());
    let store = &keys.vault.store;
    assert!(
        store
            .set_key_enabled(&admin(), &key.arn, false)
            .await
            .is_err()
    );
    alter(&mut keys, "DROP TRIGGER full");
    assert_eq!(keys.describe(&key).await.unwrap().state, KeyState::Enabled);
    assert_eq!(keys.get(&bucket, "k").await.unwrap(), b"the body");
}
