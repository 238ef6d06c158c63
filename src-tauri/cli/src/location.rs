//! Where something is: in S3, on this computer, or at the standard streams.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use stave_model::{BucketName, NameError, ObjectKey};
use thiserror::Error;

/// What every place in S3 begins with.
const SCHEME: &str = "s3://";

/// Why a text names no place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LocationError {
    /// A place in S3 was wanted.
    #[error("write it as s3://bucket/key")]
    NotS3,
    /// There is no bucket.
    #[error("the name of a bucket is missing; write it as s3://bucket/key")]
    NoBucket,
    /// A bucket alone was wanted.
    #[error("name a bucket alone, without a key")]
    NotABucket,
    /// A path has at least one character.
    #[error("the path is empty")]
    Empty,
    /// The name is none.
    #[error(transparent)]
    Name(#[from] NameError),
}

/// A bucket and what follows it: a key, a prefix or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Place {
    /// The bucket.
    pub bucket: BucketName,
    /// The key or prefix, exactly as written; empty for the bucket itself.
    pub path: String,
}

impl S3Place {
    /// Returns the key, where there is one.
    pub fn key(&self) -> Result<ObjectKey, NameError> {
        ObjectKey::parse(&self.path)
    }

    /// Returns the prefix that everything below this place begins with: a place that is not the
    /// bucket is a folder, whether or not it was written with its slash.
    pub fn folder(&self) -> String {
        if self.path.is_empty() || self.path.ends_with('/') {
            self.path.clone()
        } else {
            format!("{}/", self.path)
        }
    }

    /// Returns whether this names a folder, so that a copied file keeps its own name in it.
    pub fn is_folder(&self) -> bool {
        self.path.is_empty() || self.path.ends_with('/')
    }
}

impl FromStr for S3Place {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        let rest = text.strip_prefix(SCHEME).ok_or(LocationError::NotS3)?;
        let (bucket, path) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(LocationError::NoBucket);
        }
        let bucket = BucketName::parse(bucket)?;
        if !path.is_empty() {
            ObjectKey::parse(path)?;
        }
        Ok(Self {
            bucket,
            path: path.to_owned(),
        })
    }
}

impl fmt::Display for S3Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "{SCHEME}{}", self.bucket)
        } else {
            write!(f, "{SCHEME}{}/{}", self.bucket, self.path)
        }
    }
}

/// The source or target of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// `-`: standard input or output.
    Standard,
    /// In S3.
    S3(S3Place),
    /// On this computer.
    Local(PathBuf),
}

impl FromStr for Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        match text {
            "" => Err(LocationError::Empty),
            "-" => Ok(Self::Standard),
            text if text.starts_with(SCHEME) => text.parse().map(Self::S3),
            path => Ok(Self::Local(PathBuf::from(path))),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard => f.write_str("-"),
            Self::S3(place) => place.fmt(f),
            Self::Local(path) => path.display().fmt(f),
        }
    }
}

/// Parses a bucket: `s3://name`, with or without a slash behind it, or the bare name.
pub fn parse_bucket(text: &str) -> Result<BucketName, LocationError> {
    if !text.starts_with(SCHEME) {
        return Ok(BucketName::parse(text)?);
    }
    let place: S3Place = text.parse()?;
    if place.path.is_empty() {
        Ok(place.bucket)
    } else {
        Err(LocationError::NotABucket)
    }
}

/// Returns whether a path on this computer names a folder: one that is there, or a name that ends
/// as one.
pub fn is_local_folder(path: &Path) -> bool {
    let written = path.as_os_str().to_string_lossy();
    written.ends_with(['/', std::path::MAIN_SEPARATOR]) || path.is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s3(bucket: &str, path: &str) -> Location {
        Location::S3(S3Place {
            bucket: BucketName::parse(bucket).unwrap(),
            path: path.to_owned(),
        })
    }

    #[test]
    fn a_place_is_in_s3_on_this_computer_or_a_stream() {
        for (text, expected) in [
            ("-", Location::Standard),
            ("s3://photos", s3("photos", "")),
            ("s3://photos/", s3("photos", "")),
            ("s3://photos/a/b.jpg", s3("photos", "a/b.jpg")),
            ("s3://photos//a", s3("photos", "/a")),
            ("s3://photos/../x", s3("photos", "../x")),
            ("photos", Location::Local("photos".into())),
            ("./-", Location::Local("./-".into())),
            ("C:\\x", Location::Local("C:\\x".into())),
        ] {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_names_no_place_says_what_is_missing() {
        let check = |text: &str, expected: LocationError| {
            assert_eq!(text.parse::<S3Place>(), Err(expected), "{text:?}");
        };
        check("photos/a", LocationError::NotS3);
        check("S3://photos", LocationError::NotS3);
        check("s3://", LocationError::NoBucket);
        check("s3:///a", LocationError::NoBucket);
        check("s3://ab", LocationError::Name(NameError::BucketLength(2)));
        assert_eq!("".parse::<Location>(), Err(LocationError::Empty));
    }

    #[test]
    fn a_bucket_is_named_with_or_without_its_scheme() {
        for text in ["photos", "s3://photos", "s3://photos/"] {
            assert_eq!(parse_bucket(text).unwrap().as_str(), "photos", "{text}");
        }
        assert_eq!(
            parse_bucket("s3://photos/a"),
            Err(LocationError::NotABucket)
        );
    }

    #[test]
    fn a_place_that_is_not_the_bucket_is_a_folder_below() {
        let folder = |text: &str| text.parse::<S3Place>().unwrap().folder();
        assert_eq!(folder("s3://photos"), "");
        assert_eq!(folder("s3://photos/a"), "a/");
        assert_eq!(folder("s3://photos/a/"), "a/");
    }
}
