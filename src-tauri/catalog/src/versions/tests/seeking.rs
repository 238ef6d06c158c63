//! A listing visits what it tells, however much lies beside it. Counted in the steps of SQLite's
//! machine, not in time.

use rusqlite::StatementStatus;

use crate::testkit::{add_bucket, add_file, in_memory};
use crate::versions::{self, LIST_OBJECTS, LIST_OLDER, LIST_VERSIONS, ObjectQuery, VersionQuery};
use crate::{ReadTx, WriteTx};

const KEYS: u32 = 1_000_000;

/// A row costs its columns, some two steps each; a seek costs its bounds.
const STEPS_EACH: i32 = 100;

/// Adds a million keys under `big/` and one on either side, in one statement.
const FILL: &str = "WITH RECURSIVE numbers (n) AS
        (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :keys)
    INSERT INTO versions (bucket_id, key, version_id, kind, is_latest, size_bytes, etag,
        modified_ms, owner, sse, part_count, headers, user_metadata)
    SELECT :bucket_id, CAST(printf(:pattern, n) AS BLOB), :version_id, :kind, 1, 0, '', 0,
        'admin', 'AES256', 0, '{\"storage_class\":\"STANDARD\"}', '{}'
    FROM numbers";

fn fill(tx: &WriteTx<'_>, bucket_id: i64, pattern: &str, kind: &str, keys: u32) {
    let mut statement = tx.statement(FILL).unwrap();
    let params = rusqlite::named_params! {
        ":keys": keys,
        ":bucket_id": bucket_id,
        ":pattern": pattern,
        ":version_id": "null",
        ":kind": kind,
    };
    statement.execute(params).unwrap();
}

/// Returns the steps that the statements of listings took, and asserts that none sorted or scanned.
fn steps(tx: &ReadTx<'_>, list: impl FnOnce()) -> i32 {
    let count = |status| -> i32 {
        [LIST_OBJECTS, LIST_VERSIONS, LIST_OLDER]
            .map(|sql| tx.statement(sql).unwrap().get_status(status))
            .iter()
            .sum()
    };
    let before = count(StatementStatus::VmStep);
    list();
    assert_eq!(count(StatementStatus::Sort), 0);
    assert_eq!(count(StatementStatus::FullscanStep), 0);
    count(StatementStatus::VmStep) - before
}

#[track_caller]
fn told_within(tx: &ReadTx<'_>, entries: i32, list: impl FnOnce() -> usize) {
    let mut told = 0;
    let took = steps(tx, || told = list());
    assert_eq!(i32::try_from(told).unwrap(), entries);
    let limit = (entries + 2) * STEPS_EACH;
    assert!(
        took <= limit,
        "{entries} entries took {took} steps, not {limit}"
    );
    assert!(
        took >= entries,
        "{took} steps were counted for {entries} entries"
    );
}

fn objects(tx: &ReadTx<'_>, query: &ObjectQuery<'_>) -> usize {
    let page = versions::list_objects(tx, query).unwrap();
    page.objects.len() + page.common_prefixes.len()
}

fn all_versions(tx: &ReadTx<'_>, query: &VersionQuery<'_>) -> usize {
    let page = versions::list_versions(tx, query).unwrap();
    page.versions.len() + page.common_prefixes.len()
}

#[test]
fn a_page_of_a_million_keys_visits_what_it_tells() {
    in_memory(|tx| {
        let bucket_id = add_bucket(tx, "photos");
        fill(tx, bucket_id, "a%d", "object", 1);
        fill(tx, bucket_id, "big/%07d", "object", KEYS);
        fill(tx, bucket_id, "c%d", "object", 1);
        let page = ObjectQuery {
            bucket_id,
            max: 1_000,
            ..ObjectQuery::default()
        };
        told_within(tx, 1_000, || objects(tx, &page));
        let late = ObjectQuery {
            prefix: "big/",
            after: Some("big/0999489"),
            ..page
        };
        told_within(tx, 510, || objects(tx, &late));
        let folded = ObjectQuery {
            delimiter: "/",
            ..page
        };
        told_within(tx, 3, || objects(tx, &folded));
        let past = ObjectQuery {
            after: Some("big/"),
            ..folded
        };
        told_within(tx, 1, || objects(tx, &past));

        let folded = VersionQuery {
            bucket_id,
            delimiter: "/",
            max: 1_000,
            ..VersionQuery::default()
        };
        told_within(tx, 3, || all_versions(tx, &folded));
    });
}

#[test]
fn old_versions_and_delete_markers_are_not_visited_by_a_listing_of_objects() {
    in_memory(|tx| {
        let bucket_id = add_bucket(tx, "photos");
        add_file(tx, 1);
        fill(tx, bucket_id, "a%d", "object", 1);
        fill(tx, bucket_id, "deleted%05d", "delete_marker", 20_000);
        fill(tx, bucket_id, "z%d", "object", 1);
        let query = ObjectQuery {
            bucket_id,
            max: 10,
            ..ObjectQuery::default()
        };
        told_within(tx, 2, || objects(tx, &query));
    });
}
