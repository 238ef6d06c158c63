//! Tags between S3's forms and the model: a header written as a query, and a document.

use hyper::HeaderMap;
use percent_encoding::percent_decode;
use s3s::{S3Error, S3Result, dto, s3_error};
use stave_model::{TagError, Tags};

use super::errors::{custom, malformed_xml};
use super::headers::text;
use hyper::StatusCode;

const HEADER: &str = "x-amz-tagging";

/// Reads the tags of an object to be, from the header.
pub(super) fn tags_of_header(headers: &HeaderMap) -> S3Result<Tags> {
    let Some(value) = text(headers, HEADER)? else {
        return Ok(Tags::default());
    };
    let pairs = value.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((decode(key)?, decode(value)?))
    });
    let pairs = pairs.collect::<S3Result<Vec<_>>>()?;
    Tags::of_object(pairs).map_err(|error| match error {
        TagError::Doubled => unreadable(),
        other => refused(other, Owner::Object),
    })
}

/// Decodes as forms do: a plus is a space.
fn decode(text: &str) -> S3Result<String> {
    let spaced = text.replace('+', " ");
    let bytes: Vec<u8> = percent_decode(spaced.as_bytes()).collect();
    String::from_utf8(bytes).map_err(|_| unreadable())
}

fn unreadable() -> S3Error {
    s3_error!(
        InvalidArgument,
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters \
         without tag name duplicates."
    )
}

/// Reads the tags of an object from a document.
pub(super) fn object_tags(document: dto::Tagging) -> S3Result<Tags> {
    Tags::of_object(pairs(document)?).map_err(|error| refused(error, Owner::Object))
}

/// Reads the tags of a bucket from a document.
pub(super) fn bucket_tags(document: dto::Tagging) -> S3Result<Tags> {
    Tags::of_bucket(pairs(document)?).map_err(|error| refused(error, Owner::Bucket))
}

fn pairs(document: dto::Tagging) -> S3Result<Vec<(String, String)>> {
    let pair = |tag: dto::Tag| match (tag.key, tag.value) {
        (Some(key), Some(value)) => Ok((key, value)),
        _ => Err(malformed_xml()),
    };
    document.tag_set.into_iter().map(pair).collect()
}

/// Writes tags as documents do.
pub(super) fn told_tags(tags: &Tags) -> Vec<dto::Tag> {
    let tag = |(key, value): (&str, &str)| dto::Tag {
        key: Some(key.to_owned()),
        value: Some(value.to_owned()),
    };
    tags.iter().map(tag).collect()
}

/// Returns how many tags a version has, as reads tell it: none goes without saying.
pub(super) fn told_count(tags: &Tags) -> Option<i32> {
    i32::try_from(tags.len()).ok().filter(|count| *count > 0)
}

/// What the tags belong to.
#[derive(Debug, Clone, Copy)]
enum Owner {
    Object,
    Bucket,
}

fn refused(error: TagError, owner: Owner) -> S3Error {
    match error {
        TagError::TooMany { maximum } => {
            let what = match owner {
                Owner::Object => "Object tags",
                Owner::Bucket => "Bucket tag count",
            };
            let message = format!("{what} cannot be greater than {maximum}");
            custom("BadRequest", StatusCode::BAD_REQUEST, message)
        }
        TagError::Key => s3_error!(InvalidTag, "The TagKey you have provided is invalid"),
        TagError::Value => s3_error!(InvalidTag, "The TagValue you have provided is invalid"),
        TagError::Doubled => {
            s3_error!(InvalidTag, "Cannot provide multiple Tags with the same key")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    fn read(value: &'static str) -> Result<Vec<(String, String)>, String> {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_static(value));
        let tags = tags_of_header(&headers).map_err(|e| e.code().as_str().to_owned())?;
        let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
        Ok(tags.iter().map(owned).collect())
    }

    #[track_caller]
    fn reads(value: &'static str, expected: &[(&str, &str)]) {
        let read = read(value).unwrap();
        let read: Vec<_> = read.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(read, expected, "{value:?}");
    }

    #[test]
    fn the_header_is_written_as_a_query() {
        reads("", &[]);
        reads("foo=bar&bar", &[("bar", ""), ("foo", "bar")]);
        reads("a%2Bb=c+d&%C3%A9=%3D", &[("a+b", "c d"), ("é", "=")]);
    }

    #[test]
    fn what_is_no_tag_is_refused_by_its_code() {
        for (value, code) in [
            ("a=1&a=2", "InvalidArgument"),
            ("a=%FF", "InvalidArgument"),
            ("=1", "InvalidTag"),
            ("aws:a=1", "InvalidTag"),
            ("a=%3C", "InvalidTag"),
            ("a&b&c&d&e&f&g&h&i&j&k", "BadRequest"),
        ] {
            assert_eq!(read(value), Err(code.to_owned()), "{value}");
        }
    }
}
