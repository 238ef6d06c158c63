//! What is set for a bucket: one document for each of S3's sub-resources.

use rusqlite::{OptionalExtension as _, named_params};
use stave_model::{BucketConfig, BucketConfigKind};

use crate::{ReadTx, Result, WriteTx};

mod document;

const PUT: &str = "INSERT OR REPLACE INTO bucket_configs (bucket_id, kind, document)
    VALUES (:bucket_id, :kind, :document)";

const FIND: &str = "SELECT document FROM bucket_configs
    WHERE bucket_id = :bucket_id AND kind = :kind";

const REMOVE: &str = "DELETE FROM bucket_configs WHERE bucket_id = :bucket_id AND kind = :kind";

const REMOVE_ALL: &str = "DELETE FROM bucket_configs WHERE bucket_id = :bucket_id";

/// Sets something for a bucket, in the place of what was set before. `Tied` where there is no such
/// bucket.
pub fn put(tx: &WriteTx<'_>, bucket_id: i64, config: &BucketConfig) -> Result<()> {
    tx.statement(PUT)?.execute(named_params! {
        ":bucket_id": bucket_id,
        ":kind": config.kind().as_str(),
        ":document": document::to_json(config)?,
    })?;
    Ok(())
}

/// Returns what is set for a bucket.
pub fn find(
    tx: &ReadTx<'_>,
    bucket_id: i64,
    kind: BucketConfigKind,
) -> Result<Option<BucketConfig>> {
    let mut statement = tx.statement(FIND)?;
    let of_kind = named_params! { ":bucket_id": bucket_id, ":kind": kind.as_str() };
    let found = statement.query_row(of_kind, |row| row.get::<_, String>("document"));
    let found = found.optional()?;
    found
        .map(|json| document::from_json(kind, &json))
        .transpose()
}

/// Removes what is set for a bucket; returns whether anything was.
pub fn remove(tx: &WriteTx<'_>, bucket_id: i64, kind: BucketConfigKind) -> Result<bool> {
    let of_kind = named_params! { ":bucket_id": bucket_id, ":kind": kind.as_str() };
    Ok(tx.statement(REMOVE)?.execute(of_kind)? == 1)
}

/// Removes all that is set for a bucket.
pub(crate) fn remove_all(tx: &WriteTx<'_>, bucket_id: i64) -> Result<()> {
    let of_bucket = named_params! { ":bucket_id": bucket_id };
    tx.statement(REMOVE_ALL)?.execute(of_bucket)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use stave_model::{BucketConfig, BucketConfigKind, ObjectOwnership, Payer};

    use super::{find, put, remove};
    use crate::testkit::{Kit, add_bucket, in_memory};
    use crate::{Error, buckets};

    const PAYS: BucketConfig = BucketConfig::RequestPayment(Payer::Requester);
    const OWNS: BucketConfig = BucketConfig::Ownership(ObjectOwnership::ObjectWriter);

    #[test]
    fn each_kind_is_set_and_removed_by_itself() {
        in_memory(|tx| {
            let (photos, other) = (add_bucket(tx, "photos"), add_bucket(tx, "other"));
            let (pays, owns) = (PAYS.kind(), OWNS.kind());
            put(tx, photos, &PAYS).unwrap();
            put(tx, photos, &OWNS).unwrap();
            assert_eq!(find(tx, photos, pays).unwrap(), Some(PAYS));
            assert_eq!(find(tx, photos, owns).unwrap(), Some(OWNS));
            assert_eq!(find(tx, photos, BucketConfigKind::Website).unwrap(), None);
            assert_eq!(find(tx, other, pays).unwrap(), None);
            let again = BucketConfig::RequestPayment(Payer::BucketOwner);
            put(tx, photos, &again).unwrap();
            assert_eq!(find(tx, photos, pays).unwrap(), Some(again));
            assert!(remove(tx, photos, pays).unwrap());
            assert!(!remove(tx, photos, pays).unwrap());
            assert_eq!(find(tx, photos, pays).unwrap(), None);
            assert_eq!(find(tx, photos, owns).unwrap(), Some(OWNS));
            assert!(matches!(put(tx, 99, &PAYS), Err(Error::Tied)));
        });
    }

    #[test]
    fn what_is_set_goes_with_the_bucket() {
        in_memory(|tx| {
            let (photos, other) = (add_bucket(tx, "photos"), add_bucket(tx, "other"));
            put(tx, photos, &PAYS).unwrap();
            put(tx, other, &PAYS).unwrap();
            buckets::delete(tx, photos).unwrap();
            let again = add_bucket(tx, "photos");
            assert_eq!(find(tx, again, PAYS.kind()).unwrap(), None);
            assert_eq!(find(tx, other, PAYS.kind()).unwrap(), Some(PAYS));
        });
    }

    #[test]
    fn an_altered_document_is_damage_and_no_panic() {
        let kit = Kit::new();
        kit.write(|tx| put(tx, add_bucket(tx, "photos"), &PAYS));
        let kit = kit.altered(|connection| {
            let alter = "UPDATE bucket_configs SET document = '\"Nobody\"'";
            connection.execute_batch(alter).unwrap();
        });
        let found = kit.unwrap().catalog.read(|tx| find(tx, 1, PAYS.kind()));
        let what = "configuration of a bucket";
        assert!(matches!(found, Err(Error::Damaged { what: told }) if told == what));
    }
}
