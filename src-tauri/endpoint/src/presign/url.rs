//! The URL that is signed: the host in it is the host that clients send.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use stave_model::{BucketName, ObjectKey};

use super::{PresignError, Signer, UrlStyle};

/// RFC 3986's unreserved characters stay as they are, as signature version 4 demands.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A key's slashes stay slashes.
const KEY: &AsciiSet = &UNRESERVED.remove(b'/');

/// Writes the URL of an object.
pub(super) fn object_url(
    signer: &Signer,
    bucket: &BucketName,
    key: &ObjectKey,
    query: &[(&str, &str)],
) -> Result<String, PresignError> {
    let mut url = bucket_url(signer, bucket)?;
    if signer.style == UrlStyle::Path {
        url.push('/');
    }
    url.extend(utf8_percent_encode(key.as_str(), KEY));
    for (name, value) in query {
        push_parameter(&mut url, name, value);
    }
    Ok(url)
}

/// Writes the URL of a bucket: in path style without a slash behind it, else with one.
pub(super) fn bucket_url(signer: &Signer, bucket: &BucketName) -> Result<String, PresignError> {
    let endpoint = signer.endpoint.trim_end_matches('/');
    let wrong = || PresignError::Endpoint(signer.endpoint.clone());
    let (scheme, host) = endpoint.split_once("://").ok_or_else(wrong)?;
    if !matches!(scheme, "http" | "https") || host.is_empty() {
        return Err(wrong());
    }
    Ok(match signer.style {
        UrlStyle::Path => format!("{endpoint}/{bucket}"),
        UrlStyle::VirtualHost => format!("{scheme}://{bucket}.{}/", virtual_host_base(host)),
    })
}

/// Returns the name that buckets stand before: addresses and `localhost` become `s3.localhost`, with the
/// same port.
fn virtual_host_base(host: &str) -> String {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => (name, Some(port)),
        _ => (host, None),
    };
    let local = matches!(name, "127.0.0.1" | "localhost" | "[::1]");
    let name = if local { "s3.localhost" } else { name };
    match port {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    }
}

/// Adds a parameter to a URL.
pub(super) fn push_parameter(url: &mut String, name: &str, value: &str) {
    url.push(if url.contains('?') { '&' } else { '?' });
    url.push_str(name);
    url.push('=');
    url.extend(utf8_percent_encode(value, UNRESERVED));
}
