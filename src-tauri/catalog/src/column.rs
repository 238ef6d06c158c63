//! Single columns, from and to the types of the model. What does not parse is `Damaged`, never a
//! panic.

use rusqlite::Row;
use stave_model::{
    BucketName, ObjectKey, Timestamp, UploadId, UserName, VersionId, VersionKind, Versioning,
};

use crate::{Error, Result};

/// Parses the text of a column; a value that `parse` refuses is damage.
pub(crate) fn parsed<T, E>(
    row: &Row<'_>,
    column: &'static str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T> {
    let damaged = || Error::Damaged { what: column };
    let text = row.get_ref(column)?.as_str().map_err(|_| damaged())?;
    parse(text).map_err(|_| damaged())
}

/// Returns the text of a column that may be empty.
pub(crate) fn text_or_null<'r>(row: &'r Row<'_>, column: &'static str) -> Result<Option<&'r str>> {
    let text = row.get_ref(column)?.as_str_or_null();
    text.map_err(|_| Error::Damaged { what: column })
}

/// Returns a column of bytes as they are.
pub(crate) fn bytes(row: &Row<'_>, column: &'static str) -> Result<Vec<u8>> {
    Ok(row.get::<_, Vec<u8>>(column)?)
}

/// Returns a size in bytes.
pub(crate) fn size(row: &Row<'_>, column: &'static str) -> Result<u64> {
    u64::try_from(row.get::<_, i64>(column)?).map_err(|_| Error::Damaged { what: column })
}

/// Returns a size as SQLite keeps it.
pub(crate) fn size_to_sql(size: u64) -> Result<i64> {
    i64::try_from(size).map_err(|_| Error::TooLarge { what: "a size" })
}

/// Returns a moment.
pub(crate) fn time(row: &Row<'_>, column: &'static str) -> Result<Timestamp> {
    Ok(Timestamp::from_millis(row.get(column)?))
}

/// Returns the key of a row, which has a column of that name.
pub(crate) fn key(row: &Row<'_>) -> Result<ObjectKey> {
    let damaged = || Error::Damaged { what: "key" };
    let bytes = row.get_ref("key")?.as_blob().map_err(|_| damaged())?;
    let text = std::str::from_utf8(bytes).map_err(|_| damaged())?;
    ObjectKey::parse(text).map_err(|_| damaged())
}

pub(crate) fn owner(row: &Row<'_>) -> Result<UserName> {
    parsed(row, "owner", UserName::parse)
}

pub(crate) fn bucket_name(row: &Row<'_>, column: &'static str) -> Result<BucketName> {
    parsed(row, column, BucketName::parse)
}

pub(crate) fn version_id(row: &Row<'_>) -> Result<VersionId> {
    parsed(row, "version_id", VersionId::parse)
}

pub(crate) fn upload_id(row: &Row<'_>) -> Result<UploadId> {
    parsed(row, "upload_id", UploadId::parse)
}

pub(crate) fn version_kind(row: &Row<'_>) -> Result<VersionKind> {
    parsed(row, "kind", |text| match text {
        "object" => Ok(VersionKind::Object),
        "delete_marker" => Ok(VersionKind::DeleteMarker),
        _ => Err(()),
    })
}

pub(crate) fn version_kind_to_sql(kind: VersionKind) -> &'static str {
    match kind {
        VersionKind::Object => "object",
        VersionKind::DeleteMarker => "delete_marker",
    }
}

pub(crate) fn versioning(row: &Row<'_>) -> Result<Versioning> {
    parsed(row, "versioning", |text| match text {
        "off" => Ok(Versioning::Off),
        "enabled" => Ok(Versioning::Enabled),
        "suspended" => Ok(Versioning::Suspended),
        _ => Err(()),
    })
}

pub(crate) fn versioning_to_sql(versioning: Versioning) -> &'static str {
    match versioning {
        Versioning::Off => "off",
        Versioning::Enabled => "enabled",
        Versioning::Suspended => "suspended",
    }
}
