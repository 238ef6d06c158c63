//! The keys that sign requests, with their secrets sealed.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{AccessKey, AccessKeyId, AccessKeyStatus, KeyUse, Timestamp, UserName};

use crate::column::{bytes, parsed, size, time};
use crate::{Error, ReadTx, Result, WriteTx};

/// An access key and its sealed secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKeyRow {
    /// The key.
    pub key: AccessKey,
    /// Its secret, sealed by the vault.
    pub sealed_secret: Vec<u8>,
    /// The MAC of whose it is and whether it counts, 32 bytes; `None` for a key from before there was one.
    pub mac: Option<Vec<u8>>,
}

const INSERT: &str = "INSERT INTO access_keys (id, user, status, created_ms, sealed_secret, mac)
    VALUES (:id, :user, :status, :created_ms, :sealed_secret, :mac)";

const FIND: &str = "SELECT id, user, status, created_ms, sealed_secret, mac,
        used_ms, used_service, used_region
    FROM access_keys WHERE id = :id";

const LIST: &str = "SELECT id, user, status, created_ms, sealed_secret, mac,
        used_ms, used_service, used_region
    FROM access_keys ORDER BY created_ms, seq";

const COUNT: &str = "SELECT count(*) AS keys FROM access_keys WHERE user = :user";

const SET_STATUS: &str = "UPDATE access_keys SET status = :status, mac = :mac WHERE id = :id";

const SET_MAC: &str = "UPDATE access_keys SET mac = :mac WHERE id = :id";

const SET_USED: &str = "UPDATE access_keys
    SET used_ms = :used_ms, used_service = :used_service, used_region = :used_region
    WHERE id = :id";

const SET_SEALED_SECRET: &str =
    "UPDATE access_keys SET sealed_secret = :sealed_secret WHERE id = :id";

const DELETE: &str = "DELETE FROM access_keys WHERE id = :id";

/// Adds a key. `Exists` where there is one of that id, `Tied` where its user is missing.
pub fn insert(tx: &WriteTx<'_>, row: &AccessKeyRow) -> Result<()> {
    tx.statement(INSERT)?.execute(named_params! {
        ":id": row.key.id.as_str(),
        ":user": row.key.user.as_str(),
        ":status": status_to_sql(row.key.status),
        ":created_ms": row.key.created.as_millis(),
        ":sealed_secret": row.sealed_secret,
        ":mac": row.mac,
    })?;
    Ok(())
}

/// Returns the key of that id.
pub fn find(tx: &ReadTx<'_>, id: &AccessKeyId) -> Result<Option<AccessKeyRow>> {
    let mut statement = tx.statement(FIND)?;
    let found = statement.query_row(named_params! { ":id": id.as_str() }, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Lists all keys, oldest first.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<AccessKeyRow>> {
    let mut statement = tx.statement(LIST)?;
    statement.query_and_then([], read)?.collect()
}

/// Tells how many keys a user has.
pub fn count_of_user(tx: &ReadTx<'_>, user: &UserName) -> Result<u64> {
    let mut statement = tx.statement(COUNT)?;
    let of_user = named_params! { ":user": user.as_str() };
    statement.query_row(of_user, |row| Ok(size(row, "keys")))?
}

/// Turns a key on or off, with the MAC of what it is then; returns whether there is one of that id.
pub fn set_status(
    tx: &WriteTx<'_>,
    id: &AccessKeyId,
    status: AccessKeyStatus,
    mac: &[u8],
) -> Result<bool> {
    let changed = tx.statement(SET_STATUS)?.execute(named_params! {
        ":id": id.as_str(),
        ":status": status_to_sql(status),
        ":mac": mac,
    })?;
    Ok(changed == 1)
}

/// Sets the MAC of a key, or answers `NoSuchRow`.
pub fn set_mac(tx: &WriteTx<'_>, id: &AccessKeyId, mac: &[u8]) -> Result<()> {
    let of_id = named_params! { ":id": id.as_str(), ":mac": mac };
    one_row(tx.statement(SET_MAC)?.execute(of_id)?)
}

/// Keeps the last use of a key; returns whether there is one of that id.
pub fn set_used(tx: &WriteTx<'_>, id: &AccessKeyId, used: &KeyUse) -> Result<bool> {
    let changed = tx.statement(SET_USED)?.execute(named_params! {
        ":id": id.as_str(),
        ":used_ms": used.at.as_millis(),
        ":used_service": used.service,
        ":used_region": used.region,
    })?;
    Ok(changed == 1)
}

/// Replaces the seal of a secret: the same secret, sealed under another root key. `NoSuchRow` where there is no
/// key of that id.
pub fn set_sealed_secret(tx: &WriteTx<'_>, id: &AccessKeyId, sealed_secret: &[u8]) -> Result<()> {
    let changed = tx.statement(SET_SEALED_SECRET)?.execute(named_params! {
        ":id": id.as_str(),
        ":sealed_secret": sealed_secret,
    })?;
    one_row(changed)
}

/// Removes a key; returns whether there was one of that id.
pub fn delete(tx: &WriteTx<'_>, id: &AccessKeyId) -> Result<bool> {
    let removed = tx
        .statement(DELETE)?
        .execute(named_params! { ":id": id.as_str() })?;
    Ok(removed == 1)
}

fn one_row(changed: usize) -> Result<()> {
    match changed {
        1 => Ok(()),
        _ => Err(Error::NoSuchRow {
            table: "access_keys",
        }),
    }
}

fn read(row: &Row<'_>) -> Result<AccessKeyRow> {
    Ok(AccessKeyRow {
        key: AccessKey {
            id: parsed(row, "id", AccessKeyId::parse)?,
            user: parsed(row, "user", UserName::parse)?,
            status: parsed(row, "status", status_from_sql)?,
            created: time(row, "created_ms")?,
            last_used: last_used(row)?,
        },
        sealed_secret: bytes(row, "sealed_secret")?,
        mac: row.get("mac")?,
    })
}

fn last_used(row: &Row<'_>) -> Result<Option<KeyUse>> {
    let Some(at) = row.get::<_, Option<i64>>("used_ms")? else {
        return Ok(None);
    };
    let text = |column| Ok::<_, Error>(row.get::<_, Option<String>>(column)?.unwrap_or_default());
    Ok(Some(KeyUse {
        at: Timestamp::from_millis(at),
        service: text("used_service")?,
        region: text("used_region")?,
    }))
}

fn status_to_sql(status: AccessKeyStatus) -> &'static str {
    match status {
        AccessKeyStatus::Active => "active",
        AccessKeyStatus::Inactive => "inactive",
    }
}

fn status_from_sql(text: &str) -> Result<AccessKeyStatus, ()> {
    match text {
        "active" => Ok(AccessKeyStatus::Active),
        "inactive" => Ok(AccessKeyStatus::Inactive),
        _ => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use stave_model::{AccessKey, AccessKeyId, AccessKeyStatus, KeyUse, Timestamp};

    use super::{
        AccessKeyRow, count_of_user, delete, find, insert, list, set_sealed_secret, set_status,
        set_used,
    };
    use crate::testkit::{in_memory, user};
    use crate::{Error, WriteTx, testkit};

    fn id(text: &str) -> AccessKeyId {
        AccessKeyId::parse(text).unwrap()
    }

    fn row(text: &str, created: i64) -> AccessKeyRow {
        AccessKeyRow {
            key: AccessKey {
                id: id(text),
                user: user("admin"),
                status: AccessKeyStatus::Active,
                created: Timestamp::from_millis(created),
                last_used: None,
            },
            sealed_secret: vec![0, 255, 7],
            mac: Some(vec![5; 32]),
        }
    }

    fn add_user(tx: &WriteTx<'_>) {
        testkit::add_user(tx, "admin");
    }

    #[test]
    fn keys_are_listed_oldest_first() {
        in_memory(|tx| {
            add_user(tx);
            let rows = [row("SECOND", 20), row("FIRST", 10), row("THIRD", 20)];
            for row in &rows {
                insert(tx, row).unwrap();
            }
            let [second, first, third] = rows;
            assert_eq!(find(tx, &id("FIRST")).unwrap().as_ref(), Some(&first));
            assert_eq!(list(tx).unwrap(), [first, second, third]);
        });
    }

    #[test]
    fn a_key_is_turned_off_and_removed() {
        in_memory(|tx| {
            add_user(tx);
            insert(tx, &row("KEY", 10)).unwrap();
            assert!(set_status(tx, &id("KEY"), AccessKeyStatus::Inactive, &[6; 32]).unwrap());
            let found = find(tx, &id("KEY")).unwrap().unwrap();
            assert_eq!(found.key.status, AccessKeyStatus::Inactive);
            assert_eq!(found.mac, Some(vec![6; 32]));
            assert!(delete(tx, &id("KEY")).unwrap());
            assert!(!delete(tx, &id("KEY")).unwrap());
            assert!(!set_status(tx, &id("KEY"), AccessKeyStatus::Active, &[6; 32]).unwrap());
            assert_eq!(find(tx, &id("KEY")).unwrap(), None);
        });
    }

    #[test]
    fn an_id_is_taken_once_and_a_user_is_needed() {
        in_memory(|tx| {
            assert!(matches!(insert(tx, &row("KEY", 1)), Err(Error::Tied)));
            add_user(tx);
            insert(tx, &row("KEY", 1)).unwrap();
            assert!(matches!(insert(tx, &row("KEY", 2)), Err(Error::Exists)));
        });
    }

    #[test]
    fn the_seal_of_a_secret_is_replaced() {
        in_memory(|tx| {
            add_user(tx);
            insert(tx, &row("KEY", 10)).unwrap();
            set_sealed_secret(tx, &id("KEY"), &[1, 2]).unwrap();
            let replaced = AccessKeyRow {
                sealed_secret: vec![1, 2],
                ..row("KEY", 10)
            };
            assert_eq!(find(tx, &id("KEY")).unwrap(), Some(replaced));
            let missing = set_sealed_secret(tx, &id("OTHER"), &[1]);
            assert!(matches!(missing, Err(Error::NoSuchRow { .. })));
        });
    }

    #[test]
    fn the_last_use_of_a_key_is_kept() {
        in_memory(|tx| {
            add_user(tx);
            insert(tx, &row("KEY", 10)).unwrap();
            let used = KeyUse {
                at: Timestamp::from_millis(99),
                service: "s3".to_owned(),
                region: "eu-central-1".to_owned(),
            };
            assert!(set_used(tx, &id("KEY"), &used).unwrap());
            assert!(!set_used(tx, &id("OTHER"), &used).unwrap());
            let found = find(tx, &id("KEY")).unwrap().unwrap();
            assert_eq!(found.key.last_used, Some(used));
            assert_eq!(count_of_user(tx, &user("admin")).unwrap(), 1);
            assert_eq!(count_of_user(tx, &user("eve")).unwrap(), 0);
        });
    }
}
