//! Listing objects, in both versions of the operation.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::Uri;
use s3s::dto::{
    self, EncodingType, ListObjectsInput, ListObjectsOutput, ListObjectsV2Input,
    ListObjectsV2Output, ObjectStorageClass,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};
use stave_model::Version;
use stave_store::{ListObjects, ObjectPage};

use super::Operations;
use crate::dialect::Dialect;
use crate::s3::checksums::{algorithm_name, checksum_type};
use crate::s3::convert::{Encoding, bucket_name, etag, length, owner, page_size, timestamp};
use crate::s3::errors::from_store;
use crate::s3::query::Query;

/// S3 gives at most so many entries on a page.
pub(super) const PAGE_MAX: u16 = 1_000;

pub(super) async fn list_objects(
    ops: &Operations,
    request: S3Request<ListObjectsInput>,
) -> S3Result<S3Response<ListObjectsOutput>> {
    let input = request.input;
    refuse_unordered(ops, &request.uri, input.delimiter.as_deref())?;
    let encoding = Encoding::parse(input.encoding_type.as_ref())?;
    let max_keys = page_size(input.max_keys, "max-keys", PAGE_MAX)?;
    let list = ListObjects {
        bucket: bucket_name(&input.bucket)?,
        prefix: input.prefix.unwrap_or_default(),
        delimiter: input.delimiter.unwrap_or_default(),
        after: input.marker.clone().filter(|marker| !marker.is_empty()),
        max_keys,
    };
    let page = ops
        .store
        .list_objects(list.clone())
        .await
        .map_err(from_store)?;
    // S3 tells where to go on only where keys are folded; otherwise it is the last key.
    let next_marker = page
        .next_after
        .as_ref()
        .filter(|_| !list.delimiter.is_empty());
    Ok(S3Response::new(ListObjectsOutput {
        name: Some(list.bucket.as_str().to_owned()),
        prefix: Some(match ops.dialect {
            Dialect::Aws => encoding.write(&list.prefix),
            Dialect::Ceph => list.prefix.clone(),
        }),
        marker: Some(encoding.write(input.marker.as_deref().unwrap_or_default())),
        max_keys: Some(i32::from(max_keys)),
        is_truncated: Some(page.next_after.is_some()),
        next_marker: next_marker.map(|marker| encoding.write(marker)),
        contents: Some(contents(&page, encoding, Owners::Shown)),
        common_prefixes: encoding.write_prefixes(&page.common_prefixes),
        delimiter: told_delimiter(&list.delimiter, encoding),
        encoding_type: input.encoding_type,
        request_charged: None,
    }))
}

pub(super) async fn list_objects_v2(
    ops: &Operations,
    request: S3Request<ListObjectsV2Input>,
) -> S3Result<S3Response<ListObjectsV2Output>> {
    let input = request.input;
    refuse_unordered(ops, &request.uri, input.delimiter.as_deref())?;
    let encoding = Encoding::parse(input.encoding_type.as_ref())?;
    let max_keys = page_size(input.max_keys, "max-keys", PAGE_MAX)?;
    let token = input.continuation_token.as_deref();
    let token = token.filter(|token| ops.dialect == Dialect::Aws || !token.is_empty());
    let token = token.map(parse_token);
    let list = ListObjects {
        bucket: bucket_name(&input.bucket)?,
        prefix: input.prefix.unwrap_or_default(),
        delimiter: input.delimiter.unwrap_or_default(),
        after: match token.transpose()? {
            Some(after) => Some(after),
            None => input.start_after.clone().filter(|after| !after.is_empty()),
        },
        max_keys,
    };
    let page = ops
        .store
        .list_objects(list.clone())
        .await
        .map_err(from_store)?;
    let owners = match input.fetch_owner {
        Some(true) => Owners::Shown,
        Some(false) | None => Owners::Hidden,
    };
    let count = page.objects.len() + page.common_prefixes.len();
    Ok(S3Response::new(ListObjectsV2Output {
        name: Some(list.bucket.as_str().to_owned()),
        prefix: Some(encoding.write(&list.prefix)),
        max_keys: Some(i32::from(max_keys)),
        key_count: i32::try_from(count).ok(),
        continuation_token: input.continuation_token,
        is_truncated: Some(page.next_after.is_some()),
        next_continuation_token: page.next_after.as_deref().map(token_of),
        contents: Some(contents(&page, encoding, owners)),
        common_prefixes: encoding.write_prefixes(&page.common_prefixes),
        delimiter: told_delimiter(&list.delimiter, encoding),
        encoding_type: input.encoding_type,
        start_after: input.start_after.map(|after| encoding.write(&after)),
        request_charged: None,
    }))
}

/// Ceph knows listings without order, and takes no delimiter for them. Ours are always in order, which is as good.
fn refuse_unordered(ops: &Operations, uri: &Uri, delimiter: Option<&str>) -> S3Result<()> {
    if ops.dialect == Dialect::Aws {
        return Ok(());
    }
    let query = Query::parse(uri.query().unwrap_or_default());
    let unordered = query.text("allow-unordered") == Some("true");
    if unordered && delimiter.is_some_and(|delimiter| !delimiter.is_empty()) {
        return Err(s3_error!(
            InvalidArgument,
            "A listing without order takes no delimiter."
        ));
    }
    Ok(())
}

/// Tokens are opaque to clients, and never encoded a second time.
fn token_of(after: &str) -> String {
    URL_SAFE_NO_PAD.encode(after)
}

fn parse_token(token: &str) -> S3Result<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|b| !b.is_empty());
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| {
        s3_error!(
            InvalidArgument,
            "The continuation token provided is incorrect"
        )
    })
}

/// Returns the delimiter as listings tell it: one that is empty is none.
pub(super) fn told_delimiter(delimiter: &str, encoding: Encoding) -> Option<String> {
    (!delimiter.is_empty()).then(|| encoding.write(delimiter))
}

/// Whether a listing tells whose the objects are.
#[derive(Debug, Clone, Copy)]
enum Owners {
    Shown,
    Hidden,
}

fn contents(page: &ObjectPage, encoding: Encoding, owners: Owners) -> Vec<dto::Object> {
    let told = |version: &Version| dto::Object {
        checksum_algorithm: version
            .checksum
            .as_ref()
            .map(|c| vec![algorithm_name(c.algorithm)]),
        checksum_type: version.checksum.as_ref().map(|c| checksum_type(c.kind)),
        e_tag: Some(etag(&version.etag)),
        key: Some(encoding.write(version.key.as_str())),
        last_modified: Some(timestamp(version.modified)),
        owner: match owners {
            Owners::Shown => Some(owner(&version.owner)),
            Owners::Hidden => None,
        },
        restore_status: None,
        size: Some(length(version.size_bytes)),
        storage_class: Some(ObjectStorageClass::from(
            version.headers.storage_class.0.clone(),
        )),
    };
    page.objects.iter().map(told).collect()
}

/// Returns what was asked as it is told back.
pub(super) fn told_encoding(encoding: Encoding) -> Option<EncodingType> {
    match encoding {
        Encoding::Plain => None,
        Encoding::Url => Some(EncodingType::from_static(EncodingType::URL)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_gives_back_what_it_was_made_of() {
        for after in ["a", "a//b ", "\u{1F600}/x?&"] {
            assert_eq!(parse_token(&token_of(after)).unwrap(), after);
        }
        for bad in ["", "!!", "_w"] {
            assert!(parse_token(bad).is_err(), "{bad:?}");
        }
    }
}
