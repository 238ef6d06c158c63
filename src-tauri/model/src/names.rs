//! Names that arrive as text and are types from then on.

use std::fmt;

use thiserror::Error;

/// Why a name was refused. The text says what to change.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NameError {
    /// A bucket name has 3 to 63 characters.
    #[error("a bucket name has 3 to 63 characters, this one has {0}")]
    BucketLength(usize),
    /// A bucket name has lower-case letters, digits, dots and hyphens only.
    #[error("a bucket name has lower-case letters, digits, dots and hyphens only, not {0:?}")]
    BucketCharacter(char),
    /// A bucket name begins and ends with a letter or a digit.
    #[error("a bucket name begins and ends with a letter or a digit")]
    BucketEdge,
    /// A bucket name has no two dots in a row, nor a dot beside a hyphen.
    #[error("a bucket name has no two dots in a row, nor a dot beside a hyphen")]
    BucketDots,
    /// A bucket name is not formatted as an IP address.
    #[error("a bucket name is not formatted as an IP address")]
    BucketIpAddress,
    /// A bucket name avoids the prefixes and suffixes that S3 keeps for itself.
    #[error("a bucket name does not use {0:?}, which S3 keeps for itself")]
    BucketReserved(&'static str),
    /// A key has at least one byte.
    #[error("a key has at least one byte")]
    KeyEmpty,
    /// A key has at most 1,024 bytes of UTF-8.
    #[error("a key has at most 1024 bytes, this one has {0}")]
    KeyTooLong(usize),
    /// A version id is `null` or the id that a write returned.
    #[error("not a version id")]
    VersionId,
    /// An upload id is the id that CreateMultipartUpload returned.
    #[error("not an upload id")]
    UploadId,
    /// A part number is 1 to 10,000.
    #[error("a part number is 1 to 10000, not {0}")]
    PartNumber(i64),
    /// A user name has 1 to 64 of the characters that IAM allows.
    #[error("a user name has 1 to 64 letters, digits and + = , . @ _ -")]
    UserName,
    /// The name of a policy has 1 to 128 of the characters that IAM allows.
    #[error("the name of a policy has 1 to 128 letters, digits and + = , . @ _ -")]
    PolicyName,
    /// An access key id has 3 to 128 letters, digits and `_`.
    #[error("an access key id has 3 to 128 letters, digits, _ and -")]
    AccessKeyId,
}

/// The name of a bucket, as S3's rules for general purpose buckets allow it
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BucketName(String);

const RESERVED_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

impl BucketName {
    /// Parses a bucket name, or says which rule it breaks.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let length = text.chars().count();
        if !(3..=63).contains(&length) {
            return Err(NameError::BucketLength(length));
        }
        let allowed =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
        if let Some(c) = text.chars().find(|c| !allowed(*c)) {
            return Err(NameError::BucketCharacter(c));
        }
        if text.starts_with(['.', '-']) || text.ends_with(['.', '-']) {
            return Err(NameError::BucketEdge);
        }
        if ["..", ".-", "-."].iter().any(|pair| text.contains(pair)) {
            return Err(NameError::BucketDots);
        }
        if text.parse::<std::net::Ipv4Addr>().is_ok() {
            return Err(NameError::BucketIpAddress);
        }
        if let Some(reserved) = RESERVED_PREFIXES.iter().find(|p| text.starts_with(**p)) {
            return Err(NameError::BucketReserved(reserved));
        }
        if let Some(reserved) = RESERVED_SUFFIXES.iter().find(|s| text.ends_with(**s)) {
            return Err(NameError::BucketReserved(reserved));
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The longest key that S3 takes, in bytes of UTF-8.
const KEY_MAX_BYTES: usize = 1_024;

/// The key of an object: 1 to 1,024 bytes of UTF-8, opaque. `a//b`, `..`, a trailing slash and control
/// characters are keys like any other; order is the order of the bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// Parses a key, or says why it is none.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        match text.len() {
            0 => Err(NameError::KeyEmpty),
            1..=KEY_MAX_BYTES => Ok(Self(text.to_owned())),
            longer => Err(NameError::KeyTooLong(longer)),
        }
    }

    /// Returns the key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of one version of an object. `Null` is S3's version of a bucket whose versioning was off or
/// suspended at the write; it is the only version that a later write may replace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VersionId {
    /// The version written while versioning was off or suspended.
    Null,
    /// An id that a write returned, opaque to clients. A local store mints 32 lower-case hex digits; a
    /// remote one has its own alphabet.
    Id(String),
}

impl VersionId {
    /// Parses the text that a client sends as `versionId`: `null`, or 1 to 1,024 visible ASCII characters.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if text == "null" {
            return Ok(Self::Null);
        }
        let visible = text.bytes().all(|b| b.is_ascii_graphic());
        if text.is_empty() || text.len() > 1_024 || !visible {
            return Err(NameError::VersionId);
        }
        Ok(Self::Id(text.to_owned()))
    }

    /// Returns the text that S3 shows for this version.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Id(id) => id,
        }
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The id of a multipart upload in progress.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UploadId(String);

impl UploadId {
    /// Parses an upload id: 1 to 1,024 visible ASCII characters.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let visible = text.bytes().all(|b| b.is_ascii_graphic());
        if text.is_empty() || text.len() > 1_024 || !visible {
            return Err(NameError::UploadId);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The number of a part of a multipart upload, 1 to 10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartNumber(u16);

impl PartNumber {
    /// The most parts that an upload has.
    pub const MAX: u16 = 10_000;

    /// Checks the bounds of a part number.
    pub fn new(number: i64) -> Result<Self, NameError> {
        match u16::try_from(number) {
            Ok(n @ 1..=Self::MAX) => Ok(Self(n)),
            _ => Err(NameError::PartNumber(number)),
        }
    }

    /// Returns the number.
    pub fn get(self) -> u16 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn bucket_is_refused(text: &str, why: &NameError) {
        assert_eq!(BucketName::parse(text).as_ref(), Err(why), "{text:?}");
    }

    #[test]
    fn bucket_names_follow_the_rules_of_s3() {
        for name in ["abc", "my-bucket", "my.bucket.2", "0a0", &"a".repeat(63)] {
            assert!(BucketName::parse(name).is_ok(), "{name:?}");
        }
        bucket_is_refused("ab", &NameError::BucketLength(2));
        bucket_is_refused(&"a".repeat(64), &NameError::BucketLength(64));
        bucket_is_refused("Photos", &NameError::BucketCharacter('P'));
        bucket_is_refused("a_b", &NameError::BucketCharacter('_'));
        bucket_is_refused("-abc", &NameError::BucketEdge);
        bucket_is_refused("abc.", &NameError::BucketEdge);
        bucket_is_refused("a..b", &NameError::BucketDots);
        bucket_is_refused("192.168.5.4", &NameError::BucketIpAddress);
        bucket_is_refused("xn--abc", &NameError::BucketReserved("xn--"));
        bucket_is_refused("abc-s3alias", &NameError::BucketReserved("-s3alias"));
    }

    #[test]
    fn keys_are_opaque_and_bounded() {
        for key in [
            "a",
            "a//b",
            "..",
            "./x",
            "dir/",
            "\u{1F600}",
            "a\nb",
            &"k".repeat(1_024),
        ] {
            assert_eq!(
                ObjectKey::parse(key).map(|k| k.as_str().to_owned()),
                Ok(key.to_owned())
            );
        }
        assert_eq!(ObjectKey::parse(""), Err(NameError::KeyEmpty));
        assert_eq!(
            ObjectKey::parse(&"k".repeat(1_025)),
            Err(NameError::KeyTooLong(1_025))
        );
    }

    #[test]
    fn part_numbers_are_one_to_ten_thousand() {
        assert_eq!(PartNumber::new(1).map(PartNumber::get), Ok(1));
        assert_eq!(PartNumber::new(10_000).map(PartNumber::get), Ok(10_000));
        assert_eq!(PartNumber::new(0), Err(NameError::PartNumber(0)));
        assert_eq!(PartNumber::new(10_001), Err(NameError::PartNumber(10_001)));
    }

    #[test]
    fn the_null_version_has_a_name_of_its_own() {
        assert_eq!(VersionId::parse("null"), Ok(VersionId::Null));
        assert_eq!(
            VersionId::parse("3f").map(|v| v.to_string()),
            Ok("3f".to_owned())
        );
        assert_eq!(VersionId::parse(""), Err(NameError::VersionId));
        assert_eq!(VersionId::parse("a b"), Err(NameError::VersionId));
    }
}
