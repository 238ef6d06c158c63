//! Who owns buckets and access keys.

use rusqlite::named_params;
use stave_model::{Timestamp, UserName};

use crate::column::{parsed, time};
use crate::{ReadTx, Result, WriteTx};

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// The name.
    pub name: UserName,
    /// When it was made.
    pub created: Timestamp,
}

const ENSURE: &str = "INSERT INTO users (name, created_ms) VALUES (:name, :created_ms)
    ON CONFLICT (name) DO NOTHING";

const EXISTS: &str = "SELECT 1 FROM users WHERE name = :name";

const LIST: &str = "SELECT name, created_ms FROM users ORDER BY name";

/// Makes a user unless there is one of that name; returns whether it was made.
pub fn ensure(tx: &WriteTx<'_>, user: &UserRow) -> Result<bool> {
    let made = tx.statement(ENSURE)?.execute(named_params! {
        ":name": user.name.as_str(),
        ":created_ms": user.created.as_millis(),
    })?;
    Ok(made == 1)
}

/// Returns whether there is a user of that name.
pub fn exists(tx: &ReadTx<'_>, name: &UserName) -> Result<bool> {
    let mut statement = tx.statement(EXISTS)?;
    Ok(statement.exists(named_params! { ":name": name.as_str() })?)
}

/// Lists all users by name.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<UserRow>> {
    let mut statement = tx.statement(LIST)?;
    let rows = statement.query_and_then([], |row| {
        Ok(UserRow {
            name: parsed(row, "name", UserName::parse)?,
            created: time(row, "created_ms")?,
        })
    })?;
    rows.collect()
}

#[cfg(test)]
mod tests {
    use stave_model::Timestamp;

    use super::{UserRow, ensure, exists, list};
    use crate::testkit::{in_memory, user};

    #[test]
    fn a_user_is_made_once_and_listed_by_name() {
        in_memory(|tx| {
            let made_at = |name, millis| UserRow {
                name: user(name),
                created: Timestamp::from_millis(millis),
            };
            assert!(ensure(tx, &made_at("bob", 1)).unwrap());
            assert!(ensure(tx, &made_at("alice@example.com", 2)).unwrap());
            assert!(!ensure(tx, &made_at("bob", 3)).unwrap());
            assert!(exists(tx, &user("bob")).unwrap());
            assert!(!exists(tx, &user("Bob")).unwrap());
            let expected = [made_at("alice@example.com", 2), made_at("bob", 1)];
            assert_eq!(list(tx).unwrap(), expected);
        });
    }
}
