//! The policies of users and roles, as they were given. They stand under the MAC of their identity.

use rusqlite::named_params;
use stave_model::{InlinePolicy, PolicyName, UserName};

use crate::column::parsed;
use crate::{ReadTx, Result, WriteTx};

const PUT: &str = "INSERT INTO identity_policies (identity, name, document)
    VALUES (:identity, :name, :document)
    ON CONFLICT (identity, name) DO UPDATE SET document = excluded.document";

const OF_IDENTITY: &str = "SELECT name, document FROM identity_policies
    WHERE identity = :identity ORDER BY name";

const DELETE: &str = "DELETE FROM identity_policies WHERE identity = :identity AND name = :name";

/// Sets a policy of an identity. `Tied` where there is no such identity.
pub fn put(tx: &WriteTx<'_>, identity: &UserName, policy: &InlinePolicy) -> Result<()> {
    tx.statement(PUT)?.execute(named_params! {
        ":identity": identity.as_str(),
        ":name": policy.name.as_str(),
        ":document": policy.document,
    })?;
    Ok(())
}

/// Lists the policies of an identity, by name.
pub fn of_identity(tx: &ReadTx<'_>, identity: &UserName) -> Result<Vec<InlinePolicy>> {
    let mut statement = tx.statement(OF_IDENTITY)?;
    let of_identity = named_params! { ":identity": identity.as_str() };
    let rows = statement.query_and_then(of_identity, |row| {
        Ok(InlinePolicy {
            name: parsed(row, "name", PolicyName::parse)?,
            document: row.get("document")?,
        })
    })?;
    rows.collect()
}

/// Removes a policy of an identity; returns whether there was one.
pub fn delete(tx: &WriteTx<'_>, identity: &UserName, name: &PolicyName) -> Result<bool> {
    let removed = tx.statement(DELETE)?.execute(named_params! {
        ":identity": identity.as_str(),
        ":name": name.as_str(),
    })?;
    Ok(removed == 1)
}

#[cfg(test)]
mod tests {
    use stave_model::{InlinePolicy, PolicyName};

    use super::{delete, of_identity, put};
    use crate::testkit::{add_user, in_memory, user};
    use crate::{Error, users};

    fn policy(name: &str, document: &str) -> InlinePolicy {
        InlinePolicy {
            name: PolicyName::parse(name).unwrap(),
            document: document.to_owned(),
        }
    }

    #[test]
    fn policies_are_set_replaced_listed_by_name_and_removed() {
        in_memory(|tx| {
            let early = put(tx, &user("bob"), &policy("a", "{}"));
            assert!(matches!(early, Err(Error::Tied)));
            for name in ["bob", "eve"] {
                add_user(tx, name);
            }
            put(tx, &user("bob"), &policy("b", "first")).unwrap();
            put(tx, &user("bob"), &policy("a", "{}")).unwrap();
            put(tx, &user("bob"), &policy("b", "second")).unwrap();
            put(tx, &user("eve"), &policy("c", "{}")).unwrap();
            let expected = [policy("a", "{}"), policy("b", "second")];
            assert_eq!(of_identity(tx, &user("bob")).unwrap(), expected);
            assert!(matches!(users::delete(tx, &user("eve")), Err(Error::Tied)));
            let name = PolicyName::parse("c").unwrap();
            assert!(delete(tx, &user("eve"), &name).unwrap());
            assert!(!delete(tx, &user("eve"), &name).unwrap());
            assert_eq!(of_identity(tx, &user("eve")).unwrap(), []);
            assert!(users::delete(tx, &user("eve")).unwrap());
        });
    }
}
