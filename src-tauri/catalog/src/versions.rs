//! The versions of keys, their listings, and with them the counters of their bucket.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{Acl, ObjectKey, Tags, UploadId, Version, VersionId, VersionKind};

use crate::acl::acl_to_json;
use crate::column::{key, size, version_id, version_kind};
use crate::counters::Delta;
use crate::encryption::RowSse;
use crate::listing::{self, Scope, Source, Start};
use crate::parts::{self, PartRow};
use crate::tags::tags_to_json;
use crate::{BlobId, Error, ReadTx, Result, WriteTx, blobs};

mod row;

#[cfg(test)]
mod tests;

/// A version and the id of its row. Of the versions of a key, the newest has the greatest id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRow {
    /// The id of the row.
    pub id: i64,
    /// The bucket that it is in.
    pub bucket_id: i64,
    /// The version.
    pub version: Version,
    /// How it is encrypted.
    pub encryption: RowSse,
}

/// A version to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVersion {
    /// The bucket that it goes to.
    pub bucket_id: i64,
    /// The version; it becomes the latest whatever `is_latest` says.
    pub version: Version,
    /// How it is encrypted; what `version` says of it is not looked at.
    pub encryption: RowSse,
    /// The upload that it was completed from.
    pub upload_id: Option<UploadId>,
    /// The parts of its body, whose blobs have rows already; none for a delete marker.
    pub parts: Vec<PartRow>,
}

/// What is listed of the latest versions that are objects.
#[derive(Debug, Clone, Copy, Default)]
pub struct ObjectQuery<'q> {
    /// The bucket.
    pub bucket_id: i64,
    /// Only keys that begin with this.
    pub prefix: &'q str,
    /// Folds keys at the first delimiter after the prefix; empty folds nothing.
    pub delimiter: &'q str,
    /// Begin after this key or common prefix; a key that folds stands for its common prefix.
    pub after: Option<&'q str>,
    /// At most so many keys and common prefixes together.
    pub max: u16,
}

/// A page of objects, in the order of the keys' bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectPage {
    /// The versions.
    pub objects: Vec<Version>,
    /// The folded prefixes, each with its delimiter at the end.
    pub common_prefixes: Vec<String>,
    /// The last key or common prefix told; `None` on the last page.
    pub next_after: Option<String>,
}

/// What is listed of all versions and delete markers.
#[derive(Debug, Clone, Copy, Default)]
pub struct VersionQuery<'q> {
    /// The bucket.
    pub bucket_id: i64,
    /// Only keys that begin with this.
    pub prefix: &'q str,
    /// Folds keys at the first delimiter after the prefix; empty folds nothing.
    pub delimiter: &'q str,
    /// Begin after this key or common prefix, or after this version of the key. Where that version
    /// is gone by now, the rest of its key is told again rather than passed over.
    pub after: Option<(&'q str, Option<&'q VersionId>)>,
    /// At most so many versions and common prefixes together.
    pub max: u16,
}

/// A page of versions: keys in the order of their bytes, newest version first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VersionPage {
    /// Versions and delete markers.
    pub versions: Vec<Version>,
    /// The folded prefixes, each with its delimiter at the end.
    pub common_prefixes: Vec<String>,
    /// The last version or common prefix told; `None` on the last page.
    pub next_after: Option<(String, Option<VersionId>)>,
}

const NEWEST: &str = "SELECT * FROM versions INDEXED BY versions_newest_first
    WHERE bucket_id = :bucket_id AND key = :key ORDER BY id DESC LIMIT 1";

const FIND: &str = "SELECT * FROM versions
    WHERE bucket_id = :bucket_id AND key = :key AND version_id = :version_id";

const BY_ROW: &str = "SELECT * FROM versions WHERE id = :id";

const COMPLETED_FROM: &str = "SELECT * FROM versions INDEXED BY versions_by_upload
    WHERE upload_id = :upload_id AND bucket_id = :bucket_id AND key = :key";

const SET_TAGS: &str = "UPDATE versions SET tags = :tags WHERE id = :id";

const SET_ACL: &str = "UPDATE versions SET acl = :acl WHERE id = :id";

const SET_ENCRYPTION: &str = "UPDATE versions
    SET sse = :sse, kms_key = :kms_key, encryption = :encryption WHERE id = :id";

const HEAD_NEWEST: &str = "SELECT id, bucket_id, key, is_latest, kind, size_bytes
    FROM versions INDEXED BY versions_newest_first
    WHERE bucket_id = :bucket_id AND key = :key ORDER BY id DESC LIMIT 1";

const HEAD_BY_ROW: &str = "SELECT id, bucket_id, key, is_latest, kind, size_bytes
    FROM versions WHERE id = :id";

const MARK_LATEST: &str = "UPDATE versions SET is_latest = :is_latest WHERE id = :id";

const DELETE: &str = "DELETE FROM versions WHERE id = :id";

const ROW_OF: &str = "SELECT id FROM versions
    WHERE bucket_id = :bucket_id AND key = :key AND version_id = :version_id";

const LIST_OBJECTS: &str = "SELECT * FROM versions INDEXED BY versions_listed
    WHERE bucket_id = :bucket_id AND is_latest = 1 AND kind = 'object'
        AND key >= :from AND key < :to
    ORDER BY key";

const LIST_VERSIONS: &str = "SELECT * FROM versions INDEXED BY versions_newest_first
    WHERE bucket_id = :bucket_id AND key >= :from AND key < :to
    ORDER BY key, id DESC";

const LIST_OLDER: &str = "SELECT * FROM versions INDEXED BY versions_newest_first
    WHERE bucket_id = :bucket_id AND key = :key AND id < :row_id
    ORDER BY id DESC";

/// Returns the latest version of a key, which may be a delete marker.
pub fn latest(tx: &ReadTx<'_>, bucket_id: i64, key: &ObjectKey) -> Result<Option<VersionRow>> {
    let mut statement = tx.statement(NEWEST)?;
    let of_key = named_params! { ":bucket_id": bucket_id, ":key": key.as_str().as_bytes() };
    let found = statement.query_row(of_key, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Returns the version of that id.
pub fn find(
    tx: &ReadTx<'_>,
    bucket_id: i64,
    key: &ObjectKey,
    version_id: &VersionId,
) -> Result<Option<VersionRow>> {
    let mut statement = tx.statement(FIND)?;
    let of_id = named_params! {
        ":bucket_id": bucket_id,
        ":key": key.as_str().as_bytes(),
        ":version_id": version_id.as_str(),
    };
    let found = statement.query_row(of_id, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Returns the version of that row.
pub fn by_row(tx: &ReadTx<'_>, row_id: i64) -> Result<Option<VersionRow>> {
    let mut statement = tx.statement(BY_ROW)?;
    let found = statement.query_row(named_params! { ":id": row_id }, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Returns the version that was completed from an upload, as long as it is there.
pub fn completed_from(
    tx: &ReadTx<'_>,
    bucket_id: i64,
    key: &ObjectKey,
    upload_id: &UploadId,
) -> Result<Option<VersionRow>> {
    let mut statement = tx.statement(COMPLETED_FROM)?;
    let of_upload = named_params! {
        ":upload_id": upload_id.as_str(),
        ":bucket_id": bucket_id,
        ":key": key.as_str().as_bytes(),
    };
    let found = statement.query_row(of_upload, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Sets the tags of a version, in the place of those that it has.
pub fn set_tags(tx: &WriteTx<'_>, row_id: i64, tags: &Tags) -> Result<()> {
    let changed = tx.statement(SET_TAGS)?.execute(named_params! {
        ":id": row_id,
        ":tags": tags_to_json(tags)?,
    })?;
    one_row(changed)
}

/// Sets the access control list of a version; `None` is the private one of its owner.
pub fn set_acl(tx: &WriteTx<'_>, row_id: i64, acl: Option<&Acl>) -> Result<()> {
    let changed = tx.statement(SET_ACL)?.execute(named_params! {
        ":id": row_id,
        ":acl": acl.map(acl_to_json).transpose()?,
    })?;
    one_row(changed)
}

/// Sets how a version is encrypted, with the data keys of its parts wrapped for it; nothing else of the parts
/// is looked at.
pub fn set_encryption(
    tx: &WriteTx<'_>,
    row_id: i64,
    encryption: &RowSse,
    rewrapped: &[PartRow],
) -> Result<()> {
    let changed = tx.statement(SET_ENCRYPTION)?.execute(named_params! {
        ":id": row_id,
        ":sse": encryption.kind_to_sql(),
        ":kms_key": encryption.kms_key_to_sql(),
        ":encryption": encryption.to_json()?,
    })?;
    one_row(changed)?;
    for part in rewrapped {
        if !parts::rewrap(tx, row_id, part)? {
            return Err(Error::NoSuchRow { table: "parts" });
        }
    }
    Ok(())
}

/// Adds a version as the latest of its key and returns the id of its row. `Exists` where the key
/// has a version of that id: see `replace`. `Tied` where bucket or blob is missing.
pub fn insert(tx: &WriteTx<'_>, new: &NewVersion) -> Result<i64> {
    row::check(new)?;
    let (bucket_id, version) = (new.bucket_id, &new.version);
    let mut delta = Delta::default();
    if let Some(former) = newest_head(tx, bucket_id, version.key.as_str().as_bytes())? {
        mark_latest(tx, former.id, Mark::Former)?;
        delta.was_latest(former.kind, former.size_bytes)?;
    }
    let row_id = row::insert(tx, new)?;
    for part in &new.parts {
        parts::insert(tx, row_id, part)?;
    }
    delta.version_added(version.size_bytes)?;
    delta.became_latest(version.kind, version.size_bytes)?;
    delta.apply(tx, bucket_id)?;
    Ok(row_id)
}

/// Removes a version for ever: its row, its parts, and every blob that nothing names any more (a
/// file is queued in `gc`). If it was the latest, the newest that remains takes its place.
pub fn remove(tx: &WriteTx<'_>, row_id: i64) -> Result<()> {
    let freed = take_out(tx, row_id)?;
    freed.iter().try_for_each(|blob| blobs::release(tx, blob))
}

/// Puts a version in the place of another of its key, as a write over the `null` version does, and
/// returns the id of the new row. Unlike a removal before the insert, it keeps the blobs that both
/// name.
pub fn replace(tx: &WriteTx<'_>, former_row_id: i64, new: &NewVersion) -> Result<i64> {
    let freed = take_out(tx, former_row_id)?;
    let row_id = insert(tx, new)?;
    freed.iter().try_for_each(|blob| blobs::release(tx, blob))?;
    Ok(row_id)
}

/// Lists the latest versions that are no delete markers.
pub fn list_objects(tx: &ReadTx<'_>, query: &ObjectQuery<'_>) -> Result<ObjectPage> {
    let source = Source {
        by_key: LIST_OBJECTS,
        rest_of_key: None,
        read: read_listed,
    };
    let scope = Scope {
        bucket_id: query.bucket_id,
        prefix: query.prefix,
        delimiter: query.delimiter,
        max: query.max,
    };
    let start = query.after.map_or(Start::Beginning, Start::AfterKey);
    let page = listing::list(tx, &source, scope, start)?;
    Ok(ObjectPage {
        next_after: page.next_after(|version| version.key.as_str().to_owned(), str::to_owned),
        objects: page.items,
        common_prefixes: page.common_prefixes,
    })
}

/// Lists all versions and delete markers.
pub fn list_versions(tx: &ReadTx<'_>, query: &VersionQuery<'_>) -> Result<VersionPage> {
    let source = Source {
        by_key: LIST_VERSIONS,
        rest_of_key: Some(LIST_OLDER),
        read: read_listed,
    };
    let scope = Scope {
        bucket_id: query.bucket_id,
        prefix: query.prefix,
        delimiter: query.delimiter,
        max: query.max,
    };
    let page = listing::list(tx, &source, scope, version_start(tx, query)?)?;
    Ok(VersionPage {
        next_after: page.next_after(
            |version| (version.key.as_str().to_owned(), Some(version.id.clone())),
            |prefix| (prefix.to_owned(), None),
        ),
        versions: page.items,
        common_prefixes: page.common_prefixes,
    })
}

/// What the bookkeeping needs of a version.
struct Head {
    id: i64,
    bucket_id: i64,
    key: Vec<u8>,
    is_latest: bool,
    kind: VersionKind,
    size_bytes: u64,
}

#[derive(Clone, Copy)]
enum Mark {
    Latest,
    Former,
}

/// Removes a version and its parts, and returns the blobs that they named.
fn take_out(tx: &WriteTx<'_>, row_id: i64) -> Result<Vec<BlobId>> {
    let gone = head_by_row(tx, row_id)?.ok_or(Error::NoSuchRow { table: "versions" })?;
    let freed = parts::remove(tx, row_id)?;
    tx.statement(DELETE)?
        .execute(named_params! { ":id": row_id })?;
    let mut delta = Delta::default();
    delta.version_removed(gone.size_bytes)?;
    if gone.is_latest {
        delta.was_latest(gone.kind, gone.size_bytes)?;
        if let Some(next) = newest_head(tx, gone.bucket_id, &gone.key)? {
            mark_latest(tx, next.id, Mark::Latest)?;
            delta.became_latest(next.kind, next.size_bytes)?;
        }
    }
    delta.apply(tx, gone.bucket_id)?;
    Ok(freed)
}

fn one_row(changed: usize) -> Result<()> {
    match changed {
        1 => Ok(()),
        _ => Err(Error::NoSuchRow { table: "versions" }),
    }
}

fn mark_latest(tx: &WriteTx<'_>, row_id: i64, mark: Mark) -> Result<()> {
    tx.statement(MARK_LATEST)?.execute(named_params! {
        ":id": row_id,
        ":is_latest": matches!(mark, Mark::Latest),
    })?;
    Ok(())
}

fn newest_head(tx: &ReadTx<'_>, bucket_id: i64, key: &[u8]) -> Result<Option<Head>> {
    let mut statement = tx.statement(HEAD_NEWEST)?;
    let of_key = named_params! { ":bucket_id": bucket_id, ":key": key };
    let found = statement.query_row(of_key, |row| Ok(read_head(row)));
    found.optional()?.transpose()
}

fn head_by_row(tx: &ReadTx<'_>, row_id: i64) -> Result<Option<Head>> {
    let mut statement = tx.statement(HEAD_BY_ROW)?;
    let found = statement.query_row(named_params! { ":id": row_id }, |row| Ok(read_head(row)));
    found.optional()?.transpose()
}

/// Finds where a listing of versions begins.
fn version_start<'q>(tx: &ReadTx<'_>, query: &VersionQuery<'q>) -> Result<Start<'q>> {
    let (key, id) = match query.after {
        None => return Ok(Start::Beginning),
        Some((key, None)) => return Ok(Start::AfterKey(key)),
        Some((key, Some(id))) => (key, id),
    };
    let mut statement = tx.statement(ROW_OF)?;
    let of_id = named_params! {
        ":bucket_id": query.bucket_id,
        ":key": key.as_bytes(),
        ":version_id": id.as_str(),
    };
    let row_id = statement.query_row(of_id, |row| row.get("id")).optional()?;
    Ok(
        row_id.map_or(Start::WithKey(key), |row_id| Start::AfterRow {
            key,
            row_id,
        }),
    )
}

fn read(row: &Row<'_>) -> Result<VersionRow> {
    named(row, read_columns(row))
}

fn read_listed(row: &Row<'_>) -> Result<Version> {
    named(row, row::read(row))
}

/// Lets damage name the version that a row is, as far as its key and id are whole.
fn named<T>(row: &Row<'_>, read: Result<T>) -> Result<T> {
    read.map_err(|error| match (error, key(row), version_id(row)) {
        (Error::Damaged { what }, Ok(key), Ok(version)) => {
            Error::DamagedVersion { key, version, what }
        }
        (other, ..) => other,
    })
}

fn read_columns(row: &Row<'_>) -> Result<VersionRow> {
    Ok(VersionRow {
        id: row.get("id")?,
        bucket_id: row.get("bucket_id")?,
        version: row::read(row)?,
        encryption: RowSse::read(row)?,
    })
}

fn read_head(row: &Row<'_>) -> Result<Head> {
    Ok(Head {
        id: row.get("id")?,
        bucket_id: row.get("bucket_id")?,
        key: row.get("key")?,
        is_latest: row.get("is_latest")?,
        kind: version_kind(row)?,
        size_bytes: size(row, "size_bytes")?,
    })
}
