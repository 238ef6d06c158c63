//! Multipart uploads in progress.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{
    ChecksumAlgorithm, ChecksumKind, ObjectHeaders, ObjectKey, Timestamp, Upload, UploadId,
    UserMetadata, UserName,
};

use crate::column::{bucket_name, key, owner, parsed, time, upload_id};
use crate::details::{
    checksum_kind_parse, headers_from_json, headers_to_json, user_metadata_from_json,
    user_metadata_to_json,
};
use crate::listing::{self, Scope, Source, Start};
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
    /// Begin after this key or common prefix, or after this upload of the key. Where that upload is gone by
    /// now, the uploads of its key are told again rather than passed over.
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
        checksum_algorithm, checksum_kind)
    VALUES
        (:upload_id, :bucket_id, :key, :initiated_ms, :owner, :headers, :user_metadata,
        :checksum_algorithm, :checksum_kind)";

const FIND: &str = "SELECT uploads.*, buckets.name AS bucket
    FROM uploads JOIN buckets ON buckets.id = uploads.bucket_id
    WHERE upload_id = :upload_id AND bucket_id = :bucket_id AND key = :key";

const ANY: &str = "SELECT EXISTS (SELECT 1 FROM uploads WHERE bucket_id = :bucket_id)";

const DELETE: &str = "DELETE FROM uploads WHERE id = :id";

const ROW_OF: &str = "SELECT id FROM uploads
    WHERE upload_id = :upload_id AND bucket_id = :bucket_id AND key = :key";

const LIST: &str = "SELECT uploads.*, buckets.name AS bucket
    FROM uploads INDEXED BY uploads_listed CROSS JOIN buckets ON buckets.id = uploads.bucket_id
    WHERE bucket_id = :bucket_id AND key >= :from AND key < :to
    ORDER BY key, uploads.id";

const LIST_LATER: &str = "SELECT uploads.*, buckets.name AS bucket
    FROM uploads INDEXED BY uploads_listed CROSS JOIN buckets ON buckets.id = uploads.bucket_id
    WHERE bucket_id = :bucket_id AND key = :key AND uploads.id > :row_id
    ORDER BY uploads.id";

/// Adds an upload and returns the id of its row.
pub fn insert(tx: &WriteTx<'_>, new: &NewUpload) -> Result<i64> {
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

/// Returns whether uploads to the bucket are in progress.
pub fn any(tx: &ReadTx<'_>, bucket_id: i64) -> Result<bool> {
    let mut statement = tx.statement(ANY)?;
    Ok(statement.query_row(named_params! { ":bucket_id": bucket_id }, |row| row.get(0))?)
}

/// Lists the uploads of a bucket.
pub fn list(tx: &ReadTx<'_>, query: &UploadQuery<'_>) -> Result<UploadPage> {
    let source = Source {
        by_key: LIST,
        rest_of_key: Some(LIST_LATER),
        read: |row| Ok(read(row)?.upload),
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

/// Removes an upload and its parts, completed or aborted: every blob that nothing else names goes, a
/// file by way of `gc`. Complete adds the version first, so that its blobs stay.
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
        },
        headers,
        user_metadata: parsed(row, "user_metadata", user_metadata_from_json)?,
        checksum: read_checksum(row)?,
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
