//! The door between s3s's words and the model's: text becomes a type once, and types become text.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::dto;
use s3s::{S3Result, s3_error};
use stave_model::{
    BucketName, ETag, NameError, ObjectKey, PartNumber, StorageClass, Timestamp, UploadId,
    UserName, VersionId, Versioning,
};
use stave_store::ObjectRef;

/// What `encoding-type=url` leaves as it is.
const URL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'*');

/// Parses the name of a bucket.
pub(super) fn bucket_name(text: &str) -> S3Result<BucketName> {
    BucketName::parse(text)
        .map_err(|e| s3_error!(e, InvalidBucketName, "The specified bucket is not valid."))
}

/// Parses a key.
pub(super) fn object_key(text: &str) -> S3Result<ObjectKey> {
    ObjectKey::parse(text).map_err(|error| match error {
        NameError::KeyTooLong(_) => s3_error!(KeyTooLongError, "Your key is too long"),
        other => s3_error!(other, InvalidArgument, "A key has at least one byte"),
    })
}

/// Parses `versionId`.
pub(super) fn version_id(text: Option<&str>) -> S3Result<Option<VersionId>> {
    let parse = |text| {
        VersionId::parse(text)
            .map_err(|e| s3_error!(e, InvalidArgument, "Invalid version id specified"))
    };
    text.map(parse).transpose()
}

/// Parses what names an object or one of its versions.
pub(super) fn object_ref(bucket: &str, key: &str, version: Option<&str>) -> S3Result<ObjectRef> {
    Ok(ObjectRef {
        bucket: bucket_name(bucket)?,
        key: object_key(key)?,
        version: version_id(version)?,
    })
}

/// Parses `uploadId`; what is none is an upload that does not exist.
pub(super) fn upload_id(text: &str) -> S3Result<UploadId> {
    UploadId::parse(text).map_err(|e| {
        s3_error!(
            e,
            NoSuchUpload,
            "The specified multipart upload does not exist. The upload ID may be invalid, or the \
             upload may have been aborted or completed."
        )
    })
}

/// Parses the number of a part.
pub(super) fn part_number(number: i32) -> S3Result<PartNumber> {
    PartNumber::new(i64::from(number)).map_err(|e| {
        s3_error!(
            e,
            InvalidArgument,
            "Part number must be an integer between 1 and 10000, inclusive"
        )
    })
}

/// Parses how many entries a page may have; more than S3 gives is as many as it gives.
pub(super) fn page_size(asked: Option<i32>, name: &str, most: u16) -> S3Result<u16> {
    let Some(asked) = asked else {
        return Ok(most);
    };
    if asked < 0 {
        return Err(s3_error!(
            InvalidArgument,
            "Argument {name} must be an integer between 0 and 2147483647"
        ));
    }
    Ok(u16::try_from(asked).unwrap_or(most).min(most))
}

/// Returns a moment as s3s writes it.
pub(super) fn timestamp(at: Timestamp) -> dto::Timestamp {
    let nanos = i128::from(at.as_millis()) * 1_000_000;
    let at = time::OffsetDateTime::from_unix_timestamp_nanos(nanos);
    at.unwrap_or(time::OffsetDateTime::UNIX_EPOCH).into()
}

/// Returns a user as the owner of something.
pub(super) fn owner(user: &UserName) -> dto::Owner {
    dto::Owner {
        display_name: Some(user.as_str().to_owned()),
        id: Some(user.as_str().to_owned()),
    }
}

/// Returns an entity tag as s3s writes it.
pub(super) fn etag(etag: &ETag) -> dto::ETag {
    dto::ETag::Strong(etag.as_str().to_owned())
}

/// Returns the version id as answers tell it: not at all on a bucket that never had versions.
pub(super) fn told_version(id: &VersionId, versioning: Versioning) -> Option<String> {
    (versioning != Versioning::Off).then(|| id.as_str().to_owned())
}

/// Returns the version id as writes tell it: only where each of them adds a version.
pub(super) fn told_written(id: &VersionId, versioning: Versioning) -> Option<String> {
    (versioning == Versioning::Enabled).then(|| id.as_str().to_owned())
}

/// Returns the storage class as reads tell it: the standard one goes without saying.
pub(super) fn told_storage_class(class: &StorageClass) -> Option<dto::StorageClass> {
    let standard = *class == StorageClass::default();
    (!standard).then(|| dto::StorageClass::from(class.0.clone()))
}

/// Returns a length as s3s writes it.
pub(super) fn length(bytes: u64) -> i64 {
    // An object has at most 5 TiB.
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// How a listing writes keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// As they are.
    Plain,
    /// Percent-encoded, for keys that XML cannot hold.
    Url,
}

impl Encoding {
    /// Parses `encoding-type`.
    pub(super) fn parse(asked: Option<&dto::EncodingType>) -> S3Result<Self> {
        match asked.map(dto::EncodingType::as_str) {
            None => Ok(Self::Plain),
            Some("url") => Ok(Self::Url),
            Some(_) => Err(s3_error!(
                InvalidArgument,
                "Invalid Encoding Method specified in Request"
            )),
        }
    }

    /// Writes a key, a prefix or a delimiter.
    pub(super) fn write(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Url => utf8_percent_encode(text, URL).to_string(),
        }
    }

    /// Writes common prefixes.
    pub(super) fn write_prefixes(self, prefixes: &[String]) -> Option<Vec<dto::CommonPrefix>> {
        let write = |prefix: &String| dto::CommonPrefix {
            prefix: Some(self.write(prefix)),
        };
        (!prefixes.is_empty()).then(|| prefixes.iter().map(write).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_keep_slashes_and_write_a_space_as_percent_20() {
        let write = |key| Encoding::Url.write(key);
        assert_eq!(write("quux ab/thud"), "quux%20ab/thud");
        assert_eq!(write("asdf+b"), "asdf%2Bb");
        assert_eq!(write("a_b-c.d~e*"), "a_b-c.d~e*");
        assert_eq!(write("é\n"), "%C3%A9%0A");
    }

    #[test]
    fn a_page_has_at_most_what_s3_gives() {
        let size = |asked| page_size(asked, "max-keys", 1_000).ok();
        assert_eq!(size(None), Some(1_000));
        assert_eq!(size(Some(0)), Some(0));
        assert_eq!(size(Some(7)), Some(7));
        assert_eq!(size(Some(100_000)), Some(1_000));
        assert_eq!(size(Some(-1)), None);
    }
}
