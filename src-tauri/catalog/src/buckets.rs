//! Buckets and their settings. Their counters are kept by `versions`, in the same transaction.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{Bucket, BucketName, BucketUsage, UserName, Versioning};

use crate::column::{bucket_name, owner, size, time, versioning, versioning_to_sql};
use crate::{Error, ReadTx, Result, WriteTx, bucket_configs};

/// A bucket and the id of its row, which is never used again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketRow {
    /// The id of the row.
    pub id: i64,
    /// The bucket, with its usage.
    pub bucket: Bucket,
}

const INSERT: &str = "INSERT INTO buckets (name, created_ms, owner, versioning)
    VALUES (:name, :created_ms, :owner, :versioning)";

const FIND: &str = "SELECT id, name, created_ms, owner, versioning,
        objects, size_bytes, versions, all_versions_size_bytes
    FROM buckets WHERE name = :name";

const LIST: &str = "SELECT id, name, created_ms, owner, versioning,
        objects, size_bytes, versions, all_versions_size_bytes
    FROM buckets ORDER BY name";

const COUNT: &str = "SELECT count(*) AS buckets FROM buckets WHERE owner = :owner";

const DELETE: &str = "DELETE FROM buckets WHERE id = :id";

const SET_VERSIONING: &str = "UPDATE buckets SET versioning = :versioning WHERE id = :id";

/// Adds a bucket and returns the id of its row; it begins empty whatever `usage` says. `Exists`
/// where there is one of that name.
pub fn insert(tx: &WriteTx<'_>, bucket: &Bucket) -> Result<i64> {
    tx.statement(INSERT)?.execute(named_params! {
        ":name": bucket.name.as_str(),
        ":created_ms": bucket.created.as_millis(),
        ":owner": bucket.owner.as_str(),
        ":versioning": versioning_to_sql(bucket.versioning),
    })?;
    Ok(tx.last_row_id())
}

/// Returns the bucket of that name.
pub fn find(tx: &ReadTx<'_>, name: &BucketName) -> Result<Option<BucketRow>> {
    let mut statement = tx.statement(FIND)?;
    let found = statement.query_row(named_params! { ":name": name.as_str() }, |row| {
        Ok(read(row))
    });
    found.optional()?.transpose()
}

/// Lists all buckets by name.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<BucketRow>> {
    let mut statement = tx.statement(LIST)?;
    statement.query_and_then([], read)?.collect()
}

/// Tells how many buckets a user has.
pub fn count_of_owner(tx: &ReadTx<'_>, owner: &UserName) -> Result<u64> {
    let mut statement = tx.statement(COUNT)?;
    let of_owner = named_params! { ":owner": owner.as_str() };
    statement.query_row(of_owner, |row| Ok(size(row, "buckets")))?
}

/// Removes a bucket and what is set for it. `Tied` while it holds versions or uploads.
pub fn delete(tx: &WriteTx<'_>, id: i64) -> Result<()> {
    bucket_configs::remove_all(tx, id)?;
    let removed = tx.statement(DELETE)?.execute(named_params! { ":id": id })?;
    one_row(removed)
}

/// Sets the versioning state.
pub fn set_versioning(tx: &WriteTx<'_>, id: i64, versioning: Versioning) -> Result<()> {
    let changed = tx.statement(SET_VERSIONING)?.execute(named_params! {
        ":id": id,
        ":versioning": versioning_to_sql(versioning),
    })?;
    one_row(changed)
}

fn one_row(changed: usize) -> Result<()> {
    match changed {
        1 => Ok(()),
        _ => Err(Error::NoSuchRow { table: "buckets" }),
    }
}

fn read(row: &Row<'_>) -> Result<BucketRow> {
    Ok(BucketRow {
        id: row.get("id")?,
        bucket: Bucket {
            name: bucket_name(row, "name")?,
            created: time(row, "created_ms")?,
            owner: owner(row)?,
            versioning: versioning(row)?,
            usage: Some(BucketUsage {
                objects: size(row, "objects")?,
                size_bytes: size(row, "size_bytes")?,
                versions: size(row, "versions")?,
                all_versions_size_bytes: size(row, "all_versions_size_bytes")?,
            }),
        },
    })
}

#[cfg(test)]
mod tests {
    use stave_model::{Bucket, BucketName, BucketUsage, Timestamp, Versioning};

    use super::{BucketRow, count_of_owner, delete, find, insert, list, set_versioning};
    use crate::testkit::{add_bucket, add_file, add_object, in_memory, new_upload, object, user};
    use crate::{Error, uploads, versions};

    fn bucket(name: &str) -> Bucket {
        Bucket {
            name: BucketName::parse(name).unwrap(),
            created: Timestamp::from_millis(1_700_000_000_123),
            owner: user("alice"),
            versioning: Versioning::Enabled,
            usage: Some(BucketUsage::default()),
        }
    }

    #[test]
    fn buckets_are_read_as_they_were_written_and_listed_by_name() {
        in_memory(|tx| {
            let names = ["photos", "a.b", "zoo"];
            let rows = names.map(|name| BucketRow {
                id: insert(tx, &bucket(name)).unwrap(),
                bucket: bucket(name),
            });
            let [photos, first, zoo] = rows;
            assert_eq!(
                find(tx, &photos.bucket.name).unwrap().as_ref(),
                Some(&photos)
            );
            assert_eq!(list(tx).unwrap(), [first, photos, zoo]);
        });
    }

    #[test]
    fn a_name_is_taken_once() {
        in_memory(|tx| {
            insert(tx, &bucket("photos")).unwrap();
            assert!(matches!(insert(tx, &bucket("photos")), Err(Error::Exists)));
        });
    }

    #[test]
    fn the_buckets_of_an_owner_are_counted() {
        in_memory(|tx| {
            insert(tx, &bucket("photos")).unwrap();
            add_bucket(tx, "of-admin");
            assert_eq!(count_of_owner(tx, &user("alice")).unwrap(), 1);
            assert_eq!(count_of_owner(tx, &user("eve")).unwrap(), 0);
        });
    }

    #[test]
    fn versioning_has_three_states() {
        in_memory(|tx| {
            let id = insert(tx, &bucket("photos")).unwrap();
            for state in [Versioning::Suspended, Versioning::Off, Versioning::Enabled] {
                set_versioning(tx, id, state).unwrap();
                let row = find(tx, &bucket("photos").name).unwrap().unwrap();
                assert_eq!(row.bucket.versioning, state);
            }
            let missing = set_versioning(tx, 99, Versioning::Off);
            assert!(matches!(
                missing,
                Err(Error::NoSuchRow { table: "buckets" })
            ));
        });
    }

    #[test]
    fn a_bucket_goes_only_once_it_is_empty_and_its_id_never_comes_back() {
        in_memory(|tx| {
            let id = add_bucket(tx, "photos");
            add_file(tx, 1);
            let version = add_object(tx, id, object("a", "null", 1), 1);
            let upload = uploads::insert(tx, &new_upload(id, "a", "u1")).unwrap();
            assert!(matches!(delete(tx, id), Err(Error::Tied)));
            versions::remove(tx, version).unwrap();
            assert!(matches!(delete(tx, id), Err(Error::Tied)));
            uploads::remove(tx, upload).unwrap();
            delete(tx, id).unwrap();
            assert_eq!(list(tx).unwrap(), []);
            let again = delete(tx, id);
            assert!(matches!(again, Err(Error::NoSuchRow { table: "buckets" })));
            assert!(add_bucket(tx, "photos") > id);
        });
    }
}
