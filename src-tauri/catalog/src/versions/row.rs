//! One version as a row: how it is checked and written, and how it is read.

use rusqlite::{Row, named_params};
use stave_model::{ETag, UploadId, Version, VersionKind};

use super::NewVersion;
use crate::acl::{acl_from_json, acl_to_json};
use crate::column::{
    key, owner, parsed, size, size_to_sql, text_or_null, time, version_id, version_kind,
    version_kind_to_sql,
};
use crate::details::{
    checksum_from_json, checksum_to_json, headers_from_json, headers_to_json,
    user_metadata_from_json, user_metadata_to_json,
};
use crate::encryption::RowSse;
use crate::tags::{object_tags_from_json, tags_to_json};
use crate::{Error, Result, WriteTx};

const INSERT: &str = "INSERT INTO versions
        (bucket_id, key, version_id, kind, is_latest, size_bytes, etag, modified_ms,
        owner, sse, kms_key, encryption, part_count, headers, user_metadata, checksum, tags, acl, upload_id)
    VALUES
        (:bucket_id, :key, :version_id, :kind, 1, :size_bytes, :etag, :modified_ms,
        :owner, :sse, :kms_key, :encryption, :part_count, :headers, :user_metadata, :checksum, :tags, :acl,
        :upload_id)";

/// Asserts what holds of every stored version: the parts make up the body, and only an object has
/// one.
pub(super) fn check(new: &NewVersion) -> Result<()> {
    let version = &new.version;
    let whole = version.parts == 0 && new.parts.len() == 1 && new.parts[0].number == 0;
    let in_parts = version.parts > 0 && usize::from(version.parts) == new.parts.len();
    let fits = match version.kind {
        VersionKind::DeleteMarker => new.parts.is_empty() && version.parts == 0,
        VersionKind::Object => whole || in_parts,
    };
    let sum = new.parts.iter().map(|part| u128::from(part.size_bytes));
    if !fits || sum.sum::<u128>() != u128::from(version.size_bytes) {
        return Err(Error::PartsDoNotFit);
    }
    Ok(())
}

/// Adds the row as the latest and returns its id.
pub(super) fn insert(tx: &WriteTx<'_>, new: &NewVersion) -> Result<i64> {
    let version = &new.version;
    let checksum = version.checksum.as_ref().map(checksum_to_json);
    let acl = version.acl.as_ref().map(acl_to_json);
    tx.statement(INSERT)?.execute(named_params! {
        ":bucket_id": new.bucket_id,
        ":key": version.key.as_str().as_bytes(),
        ":version_id": version.id.as_str(),
        ":kind": version_kind_to_sql(version.kind),
        ":size_bytes": size_to_sql(version.size_bytes)?,
        ":etag": version.etag.as_str(),
        ":modified_ms": version.modified.as_millis(),
        ":owner": version.owner.as_str(),
        ":sse": new.encryption.kind_to_sql(),
        ":kms_key": new.encryption.kms_key_to_sql(),
        ":encryption": new.encryption.to_json()?,
        ":part_count": version.parts,
        ":headers": headers_to_json(&version.headers)?,
        ":user_metadata": user_metadata_to_json(&version.user_metadata)?,
        ":checksum": checksum.transpose()?,
        ":tags": tags_to_json(&version.tags)?,
        ":acl": acl.transpose()?,
        ":upload_id": new.upload_id.as_ref().map(UploadId::as_str),
    })?;
    Ok(tx.last_row_id())
}

/// Reads the version that a row is.
pub(super) fn read(row: &Row<'_>) -> Result<Version> {
    let checksum = text_or_null(row, "checksum")?;
    Ok(Version {
        key: key(row)?,
        id: version_id(row)?,
        kind: version_kind(row)?,
        is_latest: row.get("is_latest")?,
        size_bytes: size(row, "size_bytes")?,
        etag: parsed(row, "etag", |text| Ok::<_, ()>(ETag::parse(text)))?,
        modified: time(row, "modified_ms")?,
        owner: owner(row)?,
        headers: parsed(row, "headers", headers_from_json)?,
        user_metadata: parsed(row, "user_metadata", user_metadata_from_json)?,
        checksum: checksum.map(checksum_from_json).transpose()?,
        sse: RowSse::read(row)?.told(),
        parts: row.get("part_count")?,
        tags: parsed(row, "tags", object_tags_from_json)?,
        acl: text_or_null(row, "acl")?.map(acl_from_json).transpose()?,
    })
}
