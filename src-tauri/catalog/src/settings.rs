//! Named values that belong to the whole vault.

use rusqlite::{OptionalExtension as _, named_params};

use crate::{ReadTx, Result, WriteTx};

const GET: &str = "SELECT value FROM settings WHERE name = :name";

const SET: &str = "INSERT INTO settings (name, value) VALUES (:name, :value)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value";

/// What begins with the prefix, byte by byte: LIKE would take letters of either case.
const BELOW: &str = "SELECT name, value FROM settings
    WHERE substr(name, 1, length(:prefix)) = :prefix ORDER BY name";

const REMOVE: &str = "DELETE FROM settings WHERE name = :name";

/// Returns the value of a setting.
pub fn get(tx: &ReadTx<'_>, name: &str) -> Result<Option<String>> {
    let mut statement = tx.statement(GET)?;
    let value = statement.query_row(named_params! { ":name": name }, |row| row.get("value"));
    Ok(value.optional()?)
}

/// Sets a setting, whether or not it was set before.
pub fn set(tx: &WriteTx<'_>, name: &str, value: &str) -> Result<()> {
    tx.statement(SET)?
        .execute(named_params! { ":name": name, ":value": value })?;
    Ok(())
}

/// Lists the settings whose names begin with a prefix, by name.
pub fn below(tx: &ReadTx<'_>, prefix: &str) -> Result<Vec<(String, String)>> {
    let mut statement = tx.statement(BELOW)?;
    let rows = statement.query_and_then(named_params! { ":prefix": prefix }, |row| {
        Ok((row.get("name")?, row.get("value")?))
    })?;
    rows.collect()
}

/// Removes a setting; returns whether it was set.
pub fn remove(tx: &WriteTx<'_>, name: &str) -> Result<bool> {
    let removed = tx
        .statement(REMOVE)?
        .execute(named_params! { ":name": name })?;
    Ok(removed == 1)
}

#[cfg(test)]
mod tests {
    use super::{below, get, remove, set};
    use crate::testkit::in_memory;

    #[test]
    fn a_setting_is_set_replaced_and_removed() {
        in_memory(|tx| {
            assert_eq!(get(tx, "region").unwrap(), None);
            set(tx, "region", "us-east-1").unwrap();
            set(tx, "region", "eu\0\u{1F600}").unwrap();
            set(tx, "other", "").unwrap();
            assert_eq!(get(tx, "region").unwrap().as_deref(), Some("eu\0\u{1F600}"));
            assert_eq!(get(tx, "Region").unwrap(), None);
            assert!(remove(tx, "region").unwrap());
            assert!(!remove(tx, "region").unwrap());
            assert_eq!(get(tx, "region").unwrap(), None);
            assert_eq!(get(tx, "other").unwrap().as_deref(), Some(""));
        });
    }

    #[test]
    fn settings_are_listed_by_what_their_names_begin_with() {
        in_memory(|tx| {
            for name in ["sealed/b", "sealed/a", "Sealed/c", "sealed", "other"] {
                set(tx, name, name).unwrap();
            }
            let found = below(tx, "sealed/").unwrap();
            let pair = |name: &str| (name.to_owned(), name.to_owned());
            assert_eq!(found, [pair("sealed/a"), pair("sealed/b")]);
        });
    }
}
