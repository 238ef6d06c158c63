//! Users and roles. Whether a row was changed by another hand is the engine's to see, by the MAC beside it.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{Identity, IdentityKind, UserName};

use crate::column::{parsed, time};
use crate::{Error, ReadTx, Result, WriteTx};

/// A user or a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// The identity.
    pub identity: Identity,
    /// The MAC of it and its policies, 32 bytes; `None` for a user from before there was one.
    pub mac: Option<Vec<u8>>,
}

const INSERT: &str = "INSERT INTO users
        (name, created_ms, kind, description, trust, session_secs, mac)
    VALUES (:name, :created_ms, :kind, :description, :trust, :session_secs, :mac)";

const UPDATE: &str = "UPDATE users SET kind = :kind, created_ms = :created_ms,
        description = :description, trust = :trust, session_secs = :session_secs, mac = :mac
    WHERE name = :name";

const FIND: &str = "SELECT name, created_ms, kind, description, trust, session_secs, mac
    FROM users WHERE name = :name";

const LIST: &str = "SELECT name, created_ms, kind, description, trust, session_secs, mac
    FROM users ORDER BY name";

const DELETE: &str = "DELETE FROM users WHERE name = :name";

/// Adds a user or a role. `Exists` where there is one of that name.
pub fn insert(tx: &WriteTx<'_>, row: &UserRow) -> Result<()> {
    write(tx, INSERT, row)?;
    Ok(())
}

/// Replaces what is kept of a user or a role, or answers `NoSuchRow`.
pub fn update(tx: &WriteTx<'_>, row: &UserRow) -> Result<()> {
    match write(tx, UPDATE, row)? {
        1 => Ok(()),
        _ => Err(Error::NoSuchRow { table: "users" }),
    }
}

/// Returns the user or role of that name.
pub fn find(tx: &ReadTx<'_>, name: &UserName) -> Result<Option<UserRow>> {
    let mut statement = tx.statement(FIND)?;
    let found = statement.query_row(named_params! { ":name": name.as_str() }, |row| {
        Ok(read(row))
    });
    found.optional()?.transpose()
}

/// Lists all users and roles by name.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<UserRow>> {
    let mut statement = tx.statement(LIST)?;
    statement.query_and_then([], read)?.collect()
}

/// Removes a user or a role; returns whether there was one. `Tied` while it has keys, policies or sessions.
pub fn delete(tx: &WriteTx<'_>, name: &UserName) -> Result<bool> {
    let of_name = named_params! { ":name": name.as_str() };
    Ok(tx.statement(DELETE)?.execute(of_name)? == 1)
}

fn write(tx: &WriteTx<'_>, sql: &str, row: &UserRow) -> Result<usize> {
    let written = tx.statement(sql)?.execute(named_params! {
        ":name": row.identity.name.as_str(),
        ":created_ms": row.identity.created.as_millis(),
        ":kind": kind_to_sql(row.identity.kind),
        ":description": row.identity.description,
        ":trust": row.identity.trust,
        ":session_secs": row.identity.session_secs,
        ":mac": row.mac,
    })?;
    Ok(written)
}

fn read(row: &Row<'_>) -> Result<UserRow> {
    Ok(UserRow {
        identity: Identity {
            name: parsed(row, "name", UserName::parse)?,
            kind: parsed(row, "kind", kind_from_sql)?,
            created: time(row, "created_ms")?,
            description: row.get("description")?,
            trust: row.get("trust")?,
            session_secs: row.get("session_secs")?,
        },
        mac: row.get("mac")?,
    })
}

pub(crate) fn kind_to_sql(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::User => "user",
        IdentityKind::Role => "role",
    }
}

pub(crate) fn kind_from_sql(text: &str) -> Result<IdentityKind, ()> {
    match text {
        "user" => Ok(IdentityKind::User),
        "role" => Ok(IdentityKind::Role),
        _ => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use stave_model::{Identity, IdentityKind, Timestamp};

    use super::{UserRow, delete, find, insert, list, update};
    use crate::Error;
    use crate::testkit::{add_user, in_memory, user, user_row};

    fn role(name: &str) -> UserRow {
        UserRow {
            identity: Identity {
                name: user(name),
                kind: IdentityKind::Role,
                created: Timestamp::from_millis(9),
                description: "reads\0photos".to_owned(),
                trust: Some("{}".to_owned()),
                session_secs: Some(43_200),
            },
            mac: None,
        }
    }

    #[test]
    fn users_and_roles_share_one_space_of_names() {
        in_memory(|tx| {
            insert(tx, &user_row("bob")).unwrap();
            insert(tx, &role("alice@example.com")).unwrap();
            assert!(matches!(insert(tx, &role("bob")), Err(Error::Exists)));
            let all = [role("alice@example.com"), user_row("bob")];
            assert_eq!(list(tx).unwrap(), all);
            assert_eq!(find(tx, &user("bob")).unwrap(), Some(user_row("bob")));
            assert_eq!(find(tx, &user("Bob")).unwrap(), None);
        });
    }

    #[test]
    fn an_identity_is_changed_and_removed() {
        in_memory(|tx| {
            add_user(tx, "bob");
            let changed = UserRow {
                mac: Some(vec![7; 32]),
                ..role("bob")
            };
            update(tx, &changed).unwrap();
            assert_eq!(list(tx).unwrap(), [changed]);
            let missing = update(tx, &role("eve"));
            assert!(matches!(missing, Err(Error::NoSuchRow { table: "users" })));
            assert!(delete(tx, &user("bob")).unwrap());
            assert!(!delete(tx, &user("bob")).unwrap());
        });
    }
}
