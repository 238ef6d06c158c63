//! Sessions of users and roles, with their secrets sealed and their tokens hashed.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{AccessKeyId, Session, Timestamp, UserName};

use crate::column::{bytes, parsed, size, time};
use crate::users::{kind_from_sql, kind_to_sql};
use crate::{Error, ReadTx, Result, WriteTx};

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// The session.
    pub session: Session,
    /// The SHA-256 of its token: 32 bytes.
    pub token_hash: Vec<u8>,
    /// Its secret, sealed by the vault.
    pub sealed_secret: Vec<u8>,
    /// The MAC of the session and the hash: 32 bytes.
    pub mac: Vec<u8>,
}

const INSERT: &str = "INSERT INTO sessions (id, identity, kind, name, issued_by, issued_ms,
        expires_ms, policy, token_hash, sealed_secret, mac)
    VALUES (:id, :identity, :kind, :name, :issued_by, :issued_ms,
        :expires_ms, :policy, :token_hash, :sealed_secret, :mac)";

const FIND: &str = "SELECT id, identity, kind, name, issued_by, issued_ms, expires_ms, policy,
        token_hash, sealed_secret, mac
    FROM sessions WHERE id = :id";

const OF_IDENTITY: &str = "SELECT id, identity, kind, name, issued_by, issued_ms, expires_ms,
        policy, token_hash, sealed_secret, mac
    FROM sessions WHERE identity = :identity AND expires_ms > :now_ms ORDER BY seq DESC";

const COUNT: &str =
    "SELECT count(*) AS sessions FROM sessions WHERE identity = :identity AND expires_ms > :now_ms";

const SEALED: &str = "SELECT id, sealed_secret FROM sessions ORDER BY seq";

const SET_SEALED_SECRET: &str = "UPDATE sessions SET sealed_secret = :sealed_secret WHERE id = :id";

const DELETE_OF_IDENTITY: &str = "DELETE FROM sessions WHERE identity = :identity";

const ENDED: &str = "SELECT count(*) AS sessions FROM sessions WHERE expires_ms < :before_ms";

const DELETE_ENDED: &str = "DELETE FROM sessions WHERE expires_ms < :before_ms";

/// Adds a session. `Exists` where there is one of that id, `Tied` where its identity is missing.
pub fn insert(tx: &WriteTx<'_>, row: &SessionRow) -> Result<()> {
    let session = &row.session;
    tx.statement(INSERT)?.execute(named_params! {
        ":id": session.id.as_str(),
        ":identity": session.identity.as_str(),
        ":kind": kind_to_sql(session.kind),
        ":name": session.name,
        ":issued_by": session.issued_by.as_str(),
        ":issued_ms": session.issued.as_millis(),
        ":expires_ms": session.expires.as_millis(),
        ":policy": session.policy,
        ":token_hash": row.token_hash,
        ":sealed_secret": row.sealed_secret,
        ":mac": row.mac,
    })?;
    Ok(())
}

/// Returns the session of that id.
pub fn find(tx: &ReadTx<'_>, id: &AccessKeyId) -> Result<Option<SessionRow>> {
    let mut statement = tx.statement(FIND)?;
    let found = statement.query_row(named_params! { ":id": id.as_str() }, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Lists the sessions of an identity that have not ended, newest first.
pub fn of_identity(
    tx: &ReadTx<'_>,
    identity: &UserName,
    now: Timestamp,
) -> Result<Vec<SessionRow>> {
    let mut statement = tx.statement(OF_IDENTITY)?;
    let live = named_params! { ":identity": identity.as_str(), ":now_ms": now.as_millis() };
    statement.query_and_then(live, read)?.collect()
}

/// Tells how many sessions of an identity have not ended.
pub fn count(tx: &ReadTx<'_>, identity: &UserName, now: Timestamp) -> Result<u64> {
    let mut statement = tx.statement(COUNT)?;
    let live = named_params! { ":identity": identity.as_str(), ":now_ms": now.as_millis() };
    statement.query_row(live, |row| Ok(size(row, "sessions")))?
}

/// Lists all sealed secrets, each with the id of its session.
pub fn sealed(tx: &ReadTx<'_>) -> Result<Vec<(AccessKeyId, Vec<u8>)>> {
    let mut statement = tx.statement(SEALED)?;
    let rows = statement.query_and_then([], |row| {
        let id = parsed(row, "id", AccessKeyId::parse)?;
        Ok((id, bytes(row, "sealed_secret")?))
    })?;
    rows.collect()
}

/// Replaces the seal of a secret, or answers `NoSuchRow`.
pub fn set_sealed_secret(tx: &WriteTx<'_>, id: &AccessKeyId, sealed_secret: &[u8]) -> Result<()> {
    let changed = tx.statement(SET_SEALED_SECRET)?.execute(named_params! {
        ":id": id.as_str(),
        ":sealed_secret": sealed_secret,
    })?;
    match changed {
        1 => Ok(()),
        _ => Err(Error::NoSuchRow { table: "sessions" }),
    }
}

/// Removes all sessions of an identity; returns how many there were.
pub fn delete_of_identity(tx: &WriteTx<'_>, identity: &UserName) -> Result<usize> {
    let of_identity = named_params! { ":identity": identity.as_str() };
    Ok(tx.statement(DELETE_OF_IDENTITY)?.execute(of_identity)?)
}

/// Tells how many sessions ended before a moment.
pub fn count_ended(tx: &ReadTx<'_>, before: Timestamp) -> Result<u64> {
    let mut statement = tx.statement(ENDED)?;
    let ended = named_params! { ":before_ms": before.as_millis() };
    statement.query_row(ended, |row| Ok(size(row, "sessions")))?
}

/// Removes the sessions that ended before a moment; returns how many there were.
pub fn delete_ended(tx: &WriteTx<'_>, before: Timestamp) -> Result<usize> {
    let ended = named_params! { ":before_ms": before.as_millis() };
    Ok(tx.statement(DELETE_ENDED)?.execute(ended)?)
}

fn read(row: &Row<'_>) -> Result<SessionRow> {
    Ok(SessionRow {
        session: Session {
            id: parsed(row, "id", AccessKeyId::parse)?,
            identity: parsed(row, "identity", UserName::parse)?,
            kind: parsed(row, "kind", kind_from_sql)?,
            name: row.get("name")?,
            issued_by: parsed(row, "issued_by", UserName::parse)?,
            issued: time(row, "issued_ms")?,
            expires: time(row, "expires_ms")?,
            policy: row.get("policy")?,
        },
        token_hash: bytes(row, "token_hash")?,
        sealed_secret: bytes(row, "sealed_secret")?,
        mac: bytes(row, "mac")?,
    })
}

#[cfg(test)]
mod tests {
    use stave_model::{AccessKeyId, IdentityKind, Session, Timestamp};

    use super::{
        SessionRow, count, count_ended, delete_ended, delete_of_identity, find, insert,
        of_identity, sealed, set_sealed_secret,
    };
    use crate::testkit::{add_user, in_memory, user};
    use crate::{Error, users};

    fn id(text: &str) -> AccessKeyId {
        AccessKeyId::parse(text).unwrap()
    }

    fn row(text: &str, identity: &str, expires_ms: i64) -> SessionRow {
        SessionRow {
            session: Session {
                id: id(text),
                identity: user(identity),
                kind: IdentityKind::Role,
                name: "ci@build".to_owned(),
                issued_by: user("admin"),
                issued: Timestamp::from_millis(5),
                expires: Timestamp::from_millis(expires_ms),
                policy: Some("{}".to_owned()),
            },
            token_hash: vec![1; 32],
            sealed_secret: vec![2, 3],
            mac: vec![4; 32],
        }
    }

    #[test]
    fn sessions_are_kept_by_identity_until_they_end() {
        in_memory(|tx| {
            let early = insert(tx, &row("ASIA1", "reader", 10));
            assert!(matches!(early, Err(Error::Tied)));
            for name in ["reader", "writer"] {
                add_user(tx, name);
            }
            let rows = [
                row("ASIA1", "reader", 10),
                row("ASIA2", "reader", 20),
                row("ASIA3", "reader", 30),
                row("ASIA4", "writer", 40),
            ];
            for row in &rows {
                insert(tx, row).unwrap();
            }
            assert!(matches!(insert(tx, &rows[0]), Err(Error::Exists)));
            let [first, second, third, _] = rows;
            assert_eq!(find(tx, &id("ASIA1")).unwrap(), Some(first));
            let now = Timestamp::from_millis(10);
            let live = of_identity(tx, &user("reader"), now).unwrap();
            assert_eq!(live, [third, second]);
            assert_eq!(count(tx, &user("reader"), now).unwrap(), 2);
            let before = Timestamp::from_millis(21);
            assert_eq!(count_ended(tx, before).unwrap(), 2);
            assert_eq!(delete_ended(tx, before).unwrap(), 2);
            assert!(matches!(
                users::delete(tx, &user("reader")),
                Err(Error::Tied)
            ));
            assert_eq!(delete_of_identity(tx, &user("reader")).unwrap(), 1);
            assert!(users::delete(tx, &user("reader")).unwrap());
            assert_eq!(sealed(tx).unwrap(), [(id("ASIA4"), vec![2, 3])]);
        });
    }

    #[test]
    fn the_seal_of_a_secret_is_replaced() {
        in_memory(|tx| {
            add_user(tx, "reader");
            insert(tx, &row("ASIA1", "reader", 10)).unwrap();
            set_sealed_secret(tx, &id("ASIA1"), &[9]).unwrap();
            let replaced = SessionRow {
                sealed_secret: vec![9],
                ..row("ASIA1", "reader", 10)
            };
            assert_eq!(find(tx, &id("ASIA1")).unwrap(), Some(replaced));
            let missing = set_sealed_secret(tx, &id("ASIA2"), &[9]);
            assert!(matches!(missing, Err(Error::NoSuchRow { .. })));
        });
    }
}
