//! The SDK's words turned into the model's, and back.

use aws_sdk_s3::types::{EncodingType, Owner};
use aws_smithy_types::DateTime;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use stave_model::{
    BucketName, ByteRange, ETag, ETagCondition, ObjectKey, ResolvedRange, Timestamp, UserName,
    VersionId, Versioning,
};
use stave_store::{Error, ObjectRef};

/// What a path keeps of a key when it is named as the source of a copy.
const COPY_SOURCE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Fails with what an answer lacked or garbled.
pub(crate) fn garbled(
    doing: &'static str,
    source: impl std::error::Error + Send + Sync + 'static,
) -> Error {
    Error::Failed {
        doing,
        source: Box::new(source),
    }
}

/// Returns a moment; the epoch where an answer tells none.
pub(crate) fn moment(at: Option<&DateTime>) -> Timestamp {
    Timestamp::from_millis(at.and_then(|at| at.to_millis().ok()).unwrap_or(0))
}

/// Returns a moment as the SDK carries it, in whole seconds.
pub(crate) fn sdk_moment(at: Timestamp) -> DateTime {
    DateTime::from_secs(at.as_secs())
}

/// Returns the owner's name, or `-` where an answer tells none that is a name here.
pub(crate) fn owner_name(owner: Option<&Owner>) -> UserName {
    owner
        .and_then(|owner| {
            let id = owner.id().and_then(|id| UserName::parse(id).ok());
            id.or_else(|| owner.display_name().and_then(|n| UserName::parse(n).ok()))
        })
        .unwrap_or_else(nobody)
}

/// Returns the name that stands where an answer tells no owner.
pub(crate) fn nobody() -> UserName {
    UserName::parse("-").expect("a hyphen is one of the letters that a user name may have")
}

/// Returns the version that an answer tells; none is the `null` version.
pub(crate) fn version_id(text: Option<&str>) -> VersionId {
    text.and_then(|text| VersionId::parse(text).ok())
        .unwrap_or(VersionId::Null)
}

/// Names the version that was found, so that a later write changes nothing of what is asked. A
/// store without versions may not know the name of the null version.
pub(crate) fn pinned(object: ObjectRef, version: &VersionId) -> ObjectRef {
    let found = match version {
        VersionId::Id(_) => Some(version.clone()),
        VersionId::Null => object.version,
    };
    ObjectRef {
        version: found,
        bucket: object.bucket,
        key: object.key,
    }
}

/// Returns whether a bucket was ever versioned, told by whether an answer names a version.
pub(crate) fn versioning_told(version: Option<&str>) -> Versioning {
    match version {
        Some(_) => Versioning::Enabled,
        None => Versioning::Off,
    }
}

/// Returns an entity tag; empty where an answer tells none.
pub(crate) fn etag(text: Option<&str>) -> ETag {
    ETag::parse(text.unwrap_or_default())
}

/// Returns the number of parts that an entity tag tells, 0 for an object that was put whole.
pub(crate) fn parts_of_etag(etag: &ETag) -> u16 {
    etag.as_str()
        .rsplit_once('-')
        .and_then(|(_, parts)| parts.parse().ok())
        .unwrap_or(0)
}

/// Returns a size; 0 where an answer tells none or a negative one.
pub(crate) fn size(bytes: Option<i64>) -> u64 {
    bytes
        .and_then(|bytes| u64::try_from(bytes).ok())
        .unwrap_or(0)
}

/// Returns a size as the SDK carries it.
pub(crate) fn sdk_size(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// Returns a condition as a header carries it.
pub(crate) fn condition(condition: Option<&ETagCondition>) -> Option<String> {
    condition.map(|condition| match condition {
        ETagCondition::Any => "*".to_owned(),
        ETagCondition::OneOf(tags) => {
            let quoted: Vec<String> = tags.iter().map(ETag::quoted).collect();
            quoted.join(", ")
        }
    })
}

/// Returns a range as a header carries it.
pub(crate) fn range_header(range: ByteRange) -> String {
    match range {
        ByteRange::FromTo {
            first,
            last: Some(last),
        } => format!("bytes={first}-{last}"),
        ByteRange::FromTo { first, last: None } => format!("bytes={first}-"),
        ByteRange::Suffix { length } => format!("bytes=-{length}"),
    }
}

/// Reads `Content-Range`: the range, and the size of the whole.
pub(crate) fn content_range(text: &str) -> Option<(ResolvedRange, u64)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    let length = last.checked_sub(first)?.checked_add(1)?;
    let range = ResolvedRange {
        offset: first,
        length,
    };
    Some((range, total.parse().ok()?))
}

/// Names the source of a copy as its header wants it.
pub(crate) fn copy_source(source: &ObjectRef) -> String {
    let key = utf8_percent_encode(source.key.as_str(), COPY_SOURCE);
    match &source.version {
        Some(version) => {
            let version = utf8_percent_encode(version.as_str(), NON_ALPHANUMERIC);
            format!("{}/{key}?versionId={version}", source.bucket)
        }
        None => format!("{}/{key}", source.bucket),
    }
}

/// Undoes the encoding of names in a listing. A plus is a space: S3 encodes a real plus as `%2B`.
pub(crate) struct Decoder {
    encoded: bool,
}

impl Decoder {
    /// Makes the decoder that an answer's `EncodingType` asks for.
    pub(crate) fn of(encoding: Option<&EncodingType>) -> Self {
        Self {
            encoded: encoding == Some(&EncodingType::Url),
        }
    }

    /// Decodes a name.
    pub(crate) fn text(&self, text: &str) -> String {
        if !self.encoded {
            return text.to_owned();
        }
        let spaced = text.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    }

    /// Decodes a key.
    pub(crate) fn key(&self, text: Option<&str>) -> Result<ObjectKey, Error> {
        ObjectKey::parse(&self.text(text.unwrap_or_default()))
            .map_err(|e| garbled("reading a key of a listing", e))
    }
}

/// Parses the name of a bucket in an answer. `None` for a name that today's rules forbid and that
/// therefore cannot be asked for.
pub(crate) fn bucket_name(text: Option<&str>) -> Option<BucketName> {
    BucketName::parse(text?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(key: &str, version: Option<&str>) -> ObjectRef {
        ObjectRef {
            bucket: BucketName::parse("photos").unwrap(),
            key: ObjectKey::parse(key).unwrap(),
            version: version.map(|v| VersionId::parse(v).unwrap()),
        }
    }

    #[test]
    fn the_source_of_a_copy_is_encoded_but_for_its_slashes() {
        for (key, version, expected) in [
            ("a/b.txt", None, "photos/a/b.txt"),
            ("a b+c?d", None, "photos/a%20b%2Bc%3Fd"),
            ("\u{e9}//x", Some("null"), "photos/%C3%A9//x?versionId=null"),
            ("k", Some("3/Lk=="), "photos/k?versionId=3%2FLk%3D%3D"),
        ] {
            assert_eq!(copy_source(&source(key, version)), expected);
        }
    }

    #[test]
    fn names_of_a_listing_are_decoded_once() {
        let url = Decoder::of(Some(&EncodingType::Url));
        assert_eq!(url.text("a%20b+c%2Bd%2520"), "a b c+d%20");
        assert_eq!(Decoder::of(None).text("a%20b+c"), "a%20b+c");
    }

    #[test]
    fn content_ranges_are_read_with_the_size_of_the_whole() {
        let range = |offset, length| ResolvedRange { offset, length };
        assert_eq!(content_range("bytes 2-5/10"), Some((range(2, 4), 10)));
        for text in [
            "",
            "bytes */10",
            "bytes 5-2/10",
            "bytes 0-1/*",
            "lines 0-1/2",
        ] {
            assert_eq!(content_range(text), None, "{text:?}");
        }
    }

    #[test]
    fn ranges_are_written_as_headers_carry_them() {
        for header in ["bytes=0-9", "bytes=5-", "bytes=-3"] {
            let range = ByteRange::parse(header).unwrap();
            assert_eq!(range_header(range), header);
        }
    }

    #[test]
    fn conditions_are_written_with_quoted_tags() {
        let written = |text| condition(Some(&ETagCondition::parse(text)));
        assert_eq!(written("*").as_deref(), Some("*"));
        assert_eq!(written("a, \"b\"").as_deref(), Some("\"a\", \"b\""));
    }

    #[test]
    fn an_entity_tag_tells_the_number_of_parts() {
        assert_eq!(parts_of_etag(&ETag::parse("\"ab-12\"")), 12);
        assert_eq!(parts_of_etag(&ETag::parse("\"ab\"")), 0);
    }
}
