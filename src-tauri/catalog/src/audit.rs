//! The audit: records in the order of their chain. What a record says and how it is chained is the
//! engine's.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, Row};
use stave_model::Timestamp;

use crate::column::{bytes, size, size_to_sql, time};
use crate::{ReadTx, Result, WriteTx};

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its place in the chain, from 1.
    pub sequence: u64,
    /// When it was written.
    pub at: Timestamp,
    /// The event, as JSON.
    pub event: String,
    /// What chains it: 32 bytes.
    pub mac: Vec<u8>,
}

/// Asks for records, newest first. All that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not after.
    pub to: Option<Timestamp>,
    /// `eventName`
    pub event_name: Option<String>,
    /// `eventID`
    pub event_id: Option<String>,
    /// `userIdentity.userName`
    pub user: Option<String>,
    /// `userIdentity.accessKeyId`
    pub access_key: Option<String>,
    /// The ARN of one of `resources`.
    pub resource: Option<String>,
    /// `readOnly`
    pub read_only: Option<bool>,
    /// Whether there is an `errorCode`.
    pub denied: Option<bool>,
    /// Records before this one.
    pub before: Option<u64>,
}

const INSERT: &str =
    "INSERT INTO audit (seq, at_ms, event, mac) VALUES (:seq, :at_ms, :event, :mac)";

const LAST: &str = "SELECT seq, at_ms, event, mac FROM audit ORDER BY seq DESC LIMIT 1";

const AFTER: &str = "SELECT seq, at_ms, event, mac FROM audit
    WHERE seq > :after ORDER BY seq LIMIT :limit";

const FILTERED: &str = "SELECT seq, at_ms, event, mac FROM audit WHERE ";

/// Adds a record. `Exists` where its place is taken.
pub fn insert(tx: &WriteTx<'_>, row: &AuditRow) -> Result<()> {
    tx.statement(INSERT)?.execute(rusqlite::named_params! {
        ":seq": size_to_sql(row.sequence)?,
        ":at_ms": row.at.as_millis(),
        ":event": row.event,
        ":mac": row.mac,
    })?;
    Ok(())
}

/// Returns the last record.
pub fn last(tx: &ReadTx<'_>) -> Result<Option<AuditRow>> {
    let mut statement = tx.statement(LAST)?;
    let found = statement.query_row([], |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Lists at most so many records behind a place, in the order of the chain.
pub fn after(tx: &ReadTx<'_>, sequence: u64, limit: u32) -> Result<Vec<AuditRow>> {
    let mut statement = tx.statement(AFTER)?;
    let place = rusqlite::named_params! { ":after": size_to_sql(sequence)?, ":limit": limit };
    statement.query_and_then(place, read)?.collect()
}

/// Lists at most so many records that pass a filter, newest first.
pub fn filtered(tx: &ReadTx<'_>, filter: &Filter, limit: u32) -> Result<Vec<AuditRow>> {
    let (mut conditions, mut values) = (vec!["1"], Vec::new());
    for (condition, value) in conditions_of(filter)? {
        conditions.push(condition);
        values.push(value);
    }
    values.push(Value::Integer(i64::from(limit)));
    let wanted = conditions.join(" AND ");
    let mut statement = tx.statement(&format!("{FILTERED}{wanted} ORDER BY seq DESC LIMIT ?"))?;
    let rows = statement.query_and_then(rusqlite::params_from_iter(values), read)?;
    rows.collect()
}

/// The conditions are constants, with one value each; no text of a caller's becomes SQL.
fn conditions_of(filter: &Filter) -> Result<Vec<(&'static str, Value)>> {
    let time = |at: Option<Timestamp>| at.map(|at| Value::Integer(at.as_millis()));
    let text = |text: &Option<String>| text.clone().map(Value::Text);
    let flag = |flag: Option<bool>| flag.map(|flag| Value::Integer(flag.into()));
    let before = filter.before.map(size_to_sql).transpose()?;
    let all = [
        ("at_ms >= ?", time(filter.from)),
        ("at_ms <= ?", time(filter.to)),
        ("seq < ?", before.map(Value::Integer)),
        (
            "json_extract(event, '$.eventName') = ?",
            text(&filter.event_name),
        ),
        (
            "json_extract(event, '$.eventID') = ?",
            text(&filter.event_id),
        ),
        (
            "json_extract(event, '$.userIdentity.userName') = ?",
            text(&filter.user),
        ),
        (
            "json_extract(event, '$.userIdentity.accessKeyId') = ?",
            text(&filter.access_key),
        ),
        (
            "EXISTS (SELECT 1 FROM json_each(event, '$.resources')
                WHERE json_extract(value, '$.ARN') = ?)",
            text(&filter.resource),
        ),
        (
            "json_extract(event, '$.readOnly') = ?",
            flag(filter.read_only),
        ),
        (
            "(json_extract(event, '$.errorCode') IS NOT NULL) = ?",
            flag(filter.denied),
        ),
    ];
    let given = |(condition, value): (&'static str, Option<Value>)| Some((condition, value?));
    Ok(all.into_iter().filter_map(given).collect())
}

fn read(row: &Row<'_>) -> Result<AuditRow> {
    Ok(AuditRow {
        sequence: size(row, "seq")?,
        at: time(row, "at_ms")?,
        event: row.get("event")?,
        mac: bytes(row, "mac")?,
    })
}

#[cfg(test)]
mod tests {
    use stave_model::Timestamp;

    use super::{AuditRow, Filter, after, filtered, insert, last};
    use crate::testkit::in_memory;
    use crate::{Error, WriteTx};

    fn row(sequence: u64, event: &str) -> AuditRow {
        AuditRow {
            sequence,
            at: Timestamp::from_millis(i64::try_from(sequence).unwrap() * 10),
            event: event.to_owned(),
            mac: vec![7; 32],
        }
    }

    fn add_three(tx: &WriteTx<'_>) {
        let events = [
            r#"{"eventName":"Decrypt","eventID":"1","readOnly":true,"userIdentity":
                {"userName":"admin","accessKeyId":"AK1"},"resources":[{"ARN":"k"},{"ARN":"o"}]}"#,
            r#"{"eventName":"Decrypt","eventID":"2","readOnly":true,"errorCode":"AccessDenied",
                "userIdentity":{"userName":"eve","accessKeyId":"AK2"},"resources":[{"ARN":"k"}]}"#,
            r#"{"eventName":"CreateKey","eventID":"3","readOnly":false,"userIdentity":
                {"userName":"admin","accessKeyId":"AK1"},"resources":[]}"#,
        ];
        for (n, event) in (1..).zip(events) {
            insert(tx, &row(n, event)).unwrap();
        }
    }

    #[test]
    fn records_come_in_the_order_of_their_chain() {
        in_memory(|tx| {
            assert_eq!(last(tx).unwrap(), None);
            add_three(tx);
            let taken = insert(tx, &row(2, "{}"));
            assert!(matches!(taken, Err(Error::Exists)));
            assert_eq!(last(tx).unwrap().unwrap().sequence, 3);
            let places = |rows: Vec<AuditRow>| rows.iter().map(|r| r.sequence).collect::<Vec<_>>();
            assert_eq!(places(after(tx, 0, 2).unwrap()), [1, 2]);
            assert_eq!(places(after(tx, 2, 2).unwrap()), [3]);
        });
    }

    /// Checks which records each filter keeps, newest first.
    fn check(cases: &[(Filter, &[u64])]) {
        in_memory(|tx| {
            add_three(tx);
            for (filter, expected) in cases {
                let found = filtered(tx, filter, 10).unwrap();
                let found: Vec<u64> = found.iter().map(|row| row.sequence).collect();
                assert_eq!(found, *expected, "{filter:?}");
            }
            assert_eq!(filtered(tx, &Filter::default(), 2).unwrap().len(), 2);
        });
    }

    /// Makes a filter by one change.
    fn by(change: impl FnOnce(&mut Filter)) -> Filter {
        let mut filter = Filter::default();
        change(&mut filter);
        filter
    }

    #[test]
    fn records_are_filtered_by_place_time_and_kind() {
        let at = |millis| Some(Timestamp::from_millis(millis));
        check(&[
            (Filter::default(), &[3, 2, 1]),
            (by(|filter| filter.from = at(20)), &[3, 2]),
            (by(|filter| filter.to = at(20)), &[2, 1]),
            (by(|filter| filter.before = Some(3)), &[2, 1]),
            (by(|filter| filter.read_only = Some(false)), &[3]),
            (by(|filter| filter.denied = Some(true)), &[2]),
            (by(|filter| filter.denied = Some(false)), &[3, 1]),
        ]);
    }

    #[test]
    fn records_are_filtered_by_names() {
        let both = Filter {
            user: Some("admin".into()),
            event_name: Some("Decrypt".into()),
            ..Filter::default()
        };
        check(&[
            (
                by(|filter| filter.event_name = Some("Decrypt".into())),
                &[2, 1],
            ),
            (by(|filter| filter.event_id = Some("3".into())), &[3]),
            (by(|filter| filter.user = Some("admin".into())), &[3, 1]),
            (by(|filter| filter.access_key = Some("AK2".into())), &[2]),
            (by(|filter| filter.resource = Some("o".into())), &[1]),
            (both, &[1]),
        ]);
    }
}
