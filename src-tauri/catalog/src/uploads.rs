//! Multipart uploads in progress.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{
    Acl, ChecksumAlgorithm, ChecksumKind, ObjectHeaders, ObjectKey, Tags, Timestamp, Upload,
    UploadId, UploadUsage, UserMetadata, UserName,
};

use crate::acl::{acl_from_json, acl_to_json};
use crate::column::{bucket_name, key, owner, parsed, size, text_or_null, time, upload_id};
use crate::details::{
    checksum_kind_parse, headers_from_json, headers_to_json, user_metadata_from_json,
    user_metadata_to_json,
};
use crate::encryption::RowSse;
use crate::listing::{self, Scope, Source, Start};
use crate::tags::{object_tags_from_json, tags_to_json};
use crate::{Error, ReadTx, Result, WriteTx, blobs, upload_parts};

/// An upload, what its object will have, and the id of its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// The id of the row.
    pub id: i64,
    /// The bucket that it goes to.
    pub bucket_id: i64,
    /// The upload.
    pub upload: Upload,
    /// The standard headers of the object to be.
    pub headers: ObjectHeaders,
    /// The user metadata of the object to be.
    pub user_metadata: UserMetadata,
    /// The additional checksum of the object to be, and what it covers.
    pub checksum: Option<(ChecksumAlgorithm, ChecksumKind)>,
    /// The tags of the object to be.
    pub tags: Tags,
    /// The access control list of the object to be; `None` is the private one of its owner.
    pub acl: Option<Acl>,
    /// How the object is to be encrypted, and its parts are.
    pub encryption: RowSse,
}

/// An upload to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// The bucket that it goes to.
    pub bucket_id: i64,
    /// Its id.
    pub id: UploadId,
    /// The key that it will have.
    pub key: ObjectKey,
    /// When it was begun.
    pub initiated: Timestamp,
    /// Who began it.
    pub owner: UserName,
    /// The standard headers of the object to be.
    pub headers: ObjectHeaders,
    /// The user metadata of the object to be.
    pub user_metadata: UserMetadata,
    /// The additional checksum of the object to be, and what it covers.
    pub checksum: Option<(ChecksumAlgorithm, ChecksumKind)>,
    /// The tags of the object to be.
    pub tags: Tags,
    /// The access control list of the object to be; `None` is the private one of its owner.
    pub acl: Option<Acl>,
    /// How the object is to be encrypted, and its parts are.
    pub encryption: RowSse,
}

/// What is listed of the uploads.
#[derive(Debug, Clone, Copy, Default)]
pub struct UploadQuery<'q> {
    /// The bucket.
    pub bucket_id: i64,
    /// Only keys that begin with this.
    pub prefix: &'q str,
    /// Folds keys at the first delimiter after the prefix; empty folds nothing.
    pub delimiter: &'q str,
    /// Begin after this key or common prefix, or after this upload of the key. Where that upload is
    /// gone by now, the uploads of its key are told again rather than passed over.
    pub after: Option<(&'q str, Option<&'q UploadId>)>,
    /// At most so many uploads and common prefixes together.
    pub max: u16,
}

/// A page of uploads: keys in the order of their bytes, the first begun first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UploadPage {
    /// The uploads.
    pub uploads: Vec<Upload>,
    /// The folded prefixes, each with its delimiter at the end.
    pub common_prefixes: Vec<String>,
    /// The last upload or common prefix told; `None` on the last page.
    pub next_after: Option<(String, Option<UploadId>)>,
}

const INSERT: &str = "INSERT INTO uploads
        (upload_id, bucket_id, key, initiated_ms, owner, headers, user_metadata,
        checksum_algorithm, checksum_kind, tags, acl, sse, kms_key, encryption)
    VALUES
        (:upload_id, :bucket_id, :key, :initiated_ms, :owner, :headers, :user_metadata,
        :checksum_algorithm, :checksum_kind, :tags, :acl, :sse, :kms_key, :encryption)";

const FIND: &str = "SELECT uploads.*, buckets.name AS bucket
    FROM uploads JOIN buckets ON buckets.id = uploads.bucket_id
    WHERE upload_id = :upload_id AND bucket_id = :bucket_id AND key = :key";

const OF_BUCKET: &str = "SELECT id FROM uploads WHERE bucket_id = :bucket_id";

const DELETE: &str = "DELETE FROM uploads WHERE id = :id";

const ROW_OF: &str = "SELECT id FROM uploads
    WHERE upload_id = :upload_id AND bucket_id = :bucket_id AND key = :key";

const LIST: &str = "SELECT uploads.*, buckets.name AS bucket,
        (SELECT count(*) FROM upload_parts WHERE upload = uploads.id) AS parts,
        (SELECT coalesce(sum(size_bytes), 0) FROM upload_parts WHERE upload = uploads.id)
            AS size_bytes
    FROM uploads INDEXED BY uploads_listed CROSS JOIN buckets ON buckets.id = uploads.bucket_id
    WHERE bucket_id = :bucket_id AND key >= :from AND key < :to
    ORDER BY key, uploads.id";

const LIST_LATER: &str = "SELECT uploads.*, buckets.name AS bucket,
        (SELECT count(*) FROM upload_parts WHERE upload = uploads.id) AS parts,
        (SELECT coalesce(sum(size_bytes), 0) FROM upload_parts WHERE upload = uploads.id)
            AS size_bytes
    FROM uploads INDEXED BY uploads_listed CROSS JOIN buckets ON buckets.id = uploads.bucket_id
    WHERE bucket_id = :bucket_id AND key = :key AND uploads.id > :row_id
    ORDER BY uploads.id";

/// Adds an upload and returns the id of its row.
pub fn insert(tx: &WriteTx<'_>, new: &NewUpload) -> Result<i64> {
    let acl = new.acl.as_ref().map(acl_to_json);
    tx.statement(INSERT)?.execute(named_params! {
        ":upload_id": new.id.as_str(),
        ":bucket_id": new.bucket_id,
        ":key": new.key.as_str().as_bytes(),
        ":initiated_ms": new.initiated.as_millis(),
        ":owner": new.owner.as_str(),
        ":headers": headers_to_json(&new.headers)?,
        ":user_metadata": user_metadata_to_json(&new.user_metadata)?,
        ":checksum_algorithm": new.checksum.map(|(algorithm, _)| algorithm.as_str()),
        ":checksum_kind": new.checksum.map(|(_, kind)| kind.as_str()),
        ":tags": tags_to_json(&new.tags)?,
        ":acl": acl.transpose()?,
        ":sse": new.encryption.kind_to_sql(),
        ":kms_key": new.encryption.kms_key_to_sql(),
        ":encryption": new.encryption.to_json()?,
    })?;
    Ok(tx.last_row_id())
}

/// Returns the upload of that id, if it goes to that bucket and key.
pub fn find(
    tx: &ReadTx<'_>,
    bucket_id: i64,
    key: &ObjectKey,
    upload_id: &UploadId,
) -> Result<Option<UploadRow>> {
    let mut statement = tx.statement(FIND)?;
    let of_id = named_params! {
        ":upload_id": upload_id.as_str(),
        ":bucket_id": bucket_id,
        ":key": key.as_str().as_bytes(),
    };
    let found = statement.query_row(of_id, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Lists the uploads of a bucket.
pub fn list(tx: &ReadTx<'_>, query: &UploadQuery<'_>) -> Result<UploadPage> {
    let source = Source {
        by_key: LIST,
        rest_of_key: Some(LIST_LATER),
        read: read_listed,
    };
    let scope = Scope {
        bucket_id: query.bucket_id,
        prefix: query.prefix,
        delimiter: query.delimiter,
        max: query.max,
    };
    let page = listing::list(tx, &source, scope, start(tx, query)?)?;
    Ok(UploadPage {
        next_after: page.next_after(
            |upload| (upload.key.as_str().to_owned(), Some(upload.id.clone())),
            |prefix| (prefix.to_owned(), None),
        ),
        uploads: page.items,
        common_prefixes: page.common_prefixes,
    })
}

/// Removes an upload and its parts, completed or aborted: every blob that nothing else names goes,
/// a file by way of `gc`. Complete adds the version first, so that its blobs stay.
pub fn remove(tx: &WriteTx<'_>, row_id: i64) -> Result<()> {
    let freed = upload_parts::remove(tx, row_id)?;
    let removed = tx
        .statement(DELETE)?
        .execute(named_params! { ":id": row_id })?;
    if removed != 1 {
        return Err(Error::NoSuchRow { table: "uploads" });
    }
    freed.iter().try_for_each(|blob| blobs::release(tx, blob))
}

/// Removes all uploads to a bucket and their parts.
pub fn remove_all(tx: &WriteTx<'_>, bucket_id: i64) -> Result<()> {
    let mut statement = tx.statement(OF_BUCKET)?;
    let ids = statement.query_map(named_params! { ":bucket_id": bucket_id }, |row| row.get(0))?;
    let ids = ids.collect::<std::result::Result<Vec<i64>, _>>()?;
    ids.into_iter().try_for_each(|id| remove(tx, id))
}

/// Finds where a listing begins.
fn start<'q>(tx: &ReadTx<'_>, query: &UploadQuery<'q>) -> Result<Start<'q>> {
    let (key, id) = match query.after {
        None => return Ok(Start::Beginning),
        Some((key, None)) => return Ok(Start::AfterKey(key)),
        Some((key, Some(id))) => (key, id),
    };
    let mut statement = tx.statement(ROW_OF)?;
    let of_id = named_params! {
        ":upload_id": id.as_str(),
        ":bucket_id": query.bucket_id,
        ":key": key.as_bytes(),
    };
    let row_id = statement.query_row(of_id, |row| row.get("id")).optional()?;
    Ok(
        row_id.map_or(Start::WithKey(key), |row_id| Start::AfterRow {
            key,
            row_id,
        }),
    )
}

fn read_listed(row: &Row<'_>) -> Result<Upload> {
    let usage = UploadUsage {
        parts: row.get("parts")?,
        size_bytes: size(row, "size_bytes")?,
    };
    Ok(Upload {
        usage: Some(usage),
        ..read(row)?.upload
    })
}

fn read(row: &Row<'_>) -> Result<UploadRow> {
    let headers = parsed(row, "headers", headers_from_json)?;
    Ok(UploadRow {
        id: row.get("id")?,
        bucket_id: row.get("bucket_id")?,
        upload: Upload {
            id: upload_id(row)?,
            bucket: bucket_name(row, "bucket")?,
            key: key(row)?,
            initiated: time(row, "initiated_ms")?,
            owner: owner(row)?,
            storage_class: headers.storage_class.clone(),
            usage: None,
        },
        headers,
        user_metadata: parsed(row, "user_metadata", user_metadata_from_json)?,
        checksum: read_checksum(row)?,
        tags: parsed(row, "tags", object_tags_from_json)?,
        acl: text_or_null(row, "acl")?.map(acl_from_json).transpose()?,
        encryption: RowSse::read(row)?,
    })
}

fn read_checksum(row: &Row<'_>) -> Result<Option<(ChecksumAlgorithm, ChecksumKind)>> {
    let algorithm: Option<String> = row.get("checksum_algorithm")?;
    let kind: Option<String> = row.get("checksum_kind")?;
    let (Some(algorithm), Some(kind)) = (algorithm, kind) else {
        return Ok(None);
    };
    let algorithm = ChecksumAlgorithm::parse(&algorithm);
    match (algorithm, checksum_kind_parse(&kind)) {
        (Some(algorithm), Some(kind)) => Ok(Some((algorithm, kind))),
        _ => Err(Error::Damaged { what: "checksum" }),
    }
}

#[cfg(test)]
mod tests {
    use stave_model::{
        CannedAcl, ChecksumAlgorithm, ChecksumKind, StorageClass, Tags, Timestamp, UploadId,
        UploadUsage,
    };

    use super::{NewUpload, UploadPage, UploadQuery, find, insert, list, remove, remove_all};
    use crate::testkit::{add_bucket, add_file, blob, in_memory, key, new_upload, part, user};
    use crate::upload_parts::{self, UploadPartRow};
    use crate::{Error, WriteTx, gc};

    fn id(text: &str) -> UploadId {
        UploadId::parse(text).unwrap()
    }

    #[test]
    fn an_upload_is_found_by_its_id_at_its_bucket_and_key_only() {
        in_memory(|tx| {
            let bucket = add_bucket(tx, "photos");
            let other = add_bucket(tx, "other");
            let mut new = NewUpload {
                checksum: Some((ChecksumAlgorithm::Crc64Nvme, ChecksumKind::FullObject)),
                tags: Tags::of_object([("team".to_owned(), "blue".to_owned())]).unwrap(),
                acl: Some(CannedAcl::PublicRead.written_out(&user("admin"), &user("admin"))),
                ..new_upload(bucket, "a/\0", "u1")
            };
            new.headers.storage_class = StorageClass("GLACIER".to_owned());
            new.user_metadata
                .insert("name".to_owned(), "value".to_owned());
            let row_id = insert(tx, &new).unwrap();
            let row = find(tx, bucket, &new.key, &new.id).unwrap().unwrap();
            assert_eq!((row.id, row.bucket_id), (row_id, bucket));
            assert_eq!(row.upload.bucket.as_str(), "photos");
            assert_eq!((&row.upload.id, &row.upload.key), (&new.id, &new.key));
            assert_eq!(row.upload.initiated, Timestamp::from_millis(2_000));
            assert_eq!(row.upload.storage_class.0, "GLACIER");
            assert_eq!(row.headers, new.headers);
            assert_eq!(row.user_metadata, new.user_metadata);
            assert_eq!(row.checksum, new.checksum);
            assert_eq!((&row.tags, &row.acl), (&new.tags, &new.acl));
            assert_eq!(find(tx, other, &new.key, &new.id).unwrap(), None);
            assert_eq!(find(tx, bucket, &key("a"), &new.id).unwrap(), None);
            assert_eq!(find(tx, bucket, &new.key, &id("u2")).unwrap(), None);
            remove_all(tx, other).unwrap();
            assert!(find(tx, bucket, &new.key, &new.id).unwrap().is_some());
            remove_all(tx, bucket).unwrap();
            assert_eq!(find(tx, bucket, &new.key, &new.id).unwrap(), None);
        });
    }

    #[test]
    fn a_removed_upload_frees_the_blobs_of_its_parts() {
        in_memory(|tx| {
            let bucket = add_bucket(tx, "photos");
            let upload = insert(tx, &new_upload(bucket, "a", "u1")).unwrap();
            for n in [1, 2] {
                add_file(tx, n);
                let row = UploadPartRow {
                    part: part(u16::from(n), n, 10),
                    modified: Timestamp::from_millis(1),
                };
                upload_parts::put(tx, upload, &row).unwrap();
            }
            remove(tx, upload).unwrap();
            assert_eq!(gc::pending(tx, 9).unwrap(), [blob(1), blob(2)]);
            assert_eq!(gc::pending(tx, 1).unwrap(), [blob(1)]);
            assert_eq!(upload_parts::all(tx, upload).unwrap(), []);
            let again = remove(tx, upload);
            assert!(matches!(again, Err(Error::NoSuchRow { table: "uploads" })));
        });
    }

    #[test]
    fn what_the_parts_take_is_told_with_each_upload() {
        in_memory(|tx| {
            let bucket = add_bucket(tx, "photos");
            let begun = insert(tx, &new_upload(bucket, "a", "u1")).unwrap();
            insert(tx, &new_upload(bucket, "b", "u2")).unwrap();
            for (number, n, size_bytes) in [(1, 1, 10), (9, 2, 7), (9, 3, 5)] {
                add_file(tx, n);
                let row = UploadPartRow {
                    part: part(number, n, size_bytes),
                    modified: Timestamp::from_millis(1),
                };
                upload_parts::put(tx, begun, &row).unwrap();
            }
            let usage = UploadUsage {
                parts: 2,
                size_bytes: 15,
            };
            assert_eq!(upload_parts::usage(tx, begun).unwrap(), usage);
            let query = UploadQuery {
                bucket_id: bucket,
                max: 10,
                ..UploadQuery::default()
            };
            let page = list(tx, &query).unwrap();
            let told: Vec<_> = page.uploads.iter().map(|upload| upload.usage).collect();
            assert_eq!(told, [Some(usage), Some(UploadUsage::default())]);
        });
    }

    /// Two uploads of `b`, begun in this order, among others.
    fn fill(tx: &WriteTx<'_>) -> i64 {
        let bucket = add_bucket(tx, "photos");
        let other = add_bucket(tx, "other");
        insert(tx, &new_upload(other, "b", "elsewhere")).unwrap();
        for (key, id) in [
            ("c/x", "u1"),
            ("b", "u9"),
            ("a", "u3"),
            ("b", "u4"),
            ("c/y", "u5"),
        ] {
            insert(tx, &new_upload(bucket, key, id)).unwrap();
        }
        bucket
    }

    fn shown(page: &UploadPage) -> Vec<String> {
        let uploads = page.uploads.iter().map(|u| format!("*{} {}", u.key, u.id));
        let prefixes = page.common_prefixes.iter().map(|p| format!("+{p}"));
        uploads.chain(prefixes).collect()
    }

    #[track_caller]
    fn lists(
        delimiter: &str,
        after: Option<(&str, Option<&str>)>,
        max: u16,
        expected: &[&str],
        next: Option<(&str, Option<&str>)>,
    ) {
        in_memory(|tx| {
            let upload = after.and_then(|(_, upload)| upload).map(id);
            let query = UploadQuery {
                bucket_id: fill(tx),
                prefix: "",
                delimiter,
                after: after.map(|(key, _)| (key, upload.as_ref())),
                max,
            };
            let page = list(tx, &query).unwrap();
            assert_eq!(shown(&page), expected, "{query:?}");
            let found = page.next_after.as_ref();
            let found = found.map(|(key, id)| (key.as_str(), id.as_ref().map(UploadId::as_str)));
            assert_eq!(found, next, "{query:?}");
        });
    }

    #[test]
    fn uploads_are_listed_by_key_then_as_they_were_begun() {
        let all = ["*a u3", "*b u9", "*b u4", "*c/x u1", "*c/y u5"];
        lists("", None, 10, &all, None);
        lists("", None, 5, &all, None);
        lists("", None, 2, &all[..2], Some(("b", Some("u9"))));
        lists(
            "",
            Some(("b", Some("u9"))),
            1,
            &all[2..3],
            Some(("b", Some("u4"))),
        );
        lists("", Some(("b", Some("u4"))), 5, &all[3..], None);
        lists("", Some(("b", None)), 5, &all[3..], None);
        lists(
            "",
            Some(("b", Some("gone"))),
            2,
            &all[1..3],
            Some(("b", Some("u4"))),
        );
        lists("", None, 0, &[], None);
        lists("/", None, 10, &["*a u3", "*b u9", "*b u4", "+c/"], None);
        lists("/", Some(("b", None)), 1, &["+c/"], None);
        lists("/", Some(("c/", None)), 9, &[], None);
    }
}
