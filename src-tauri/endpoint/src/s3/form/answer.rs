//! What a form is answered that made an object.

use bytes::Bytes;
use hyper::header::{ETAG, HeaderName, HeaderValue, LOCATION};
use hyper::http::uri::Scheme;
use hyper::{Response, StatusCode, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::Body;
use stave_model::{BucketName, ObjectKey};
use stave_store::Stored;

use super::fields::Fields;
use crate::s3::checksums::{Told, header_of};
use crate::s3::convert::told_written;
use crate::server::push_element;

/// What a query leaves as it is.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What a path leaves as it is.
const PATH: &AsciiSet = &QUERY.remove(b'/');

/// Where a form goes, and how the form said so.
pub(super) struct Place {
    pub(super) bucket: BucketName,
    /// The URL of the bucket, without a slash at its end.
    url: String,
}

impl Place {
    /// `in_host`: whether the bucket stands in the name of the host.
    pub(super) fn new(host: &str, bucket: BucketName, in_host: bool) -> Self {
        let url = if in_host {
            format!("http://{host}")
        } else {
            format!("http://{host}/{bucket}")
        };
        Self { bucket, url }
    }

    fn url_of(&self, key: &ObjectKey) -> String {
        format!("{}/{}", self.url, utf8_percent_encode(key.as_str(), PATH))
    }
}

/// Answers as the form asks: by a redirect, by a document, or in silence.
pub(super) fn created(
    fields: &Fields,
    place: &Place,
    key: &ObjectKey,
    stored: &Stored,
) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    let mut set = |name: HeaderName, value: &str| {
        // Ids, digests and encoded URLs are visible ASCII; what is not would be no header.
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(ETAG, &stored.etag.quoted());
    set(LOCATION, &place.url_of(key));
    if let Some(version) = told_written(&stored.version, stored.versioning) {
        set(HeaderName::from_static("x-amz-version-id"), &version);
    }
    if let Some(checksum) = &stored.checksum {
        let told = Told::with_parts(Some(checksum));
        let values = [
            told.crc32,
            told.crc32c,
            told.crc64nvme,
            told.sha1,
            told.sha256,
        ];
        if let Some(value) = values.into_iter().flatten().next() {
            set(
                HeaderName::from_static(header_of(checksum.algorithm)),
                &value,
            );
            set(
                HeaderName::from_static("x-amz-checksum-type"),
                checksum.kind.as_str(),
            );
        }
    }
    if let Some(target) = redirect(fields, place, key, stored) {
        set(LOCATION, &target);
        *response.status_mut() = StatusCode::SEE_OTHER;
        return response;
    }
    *response.status_mut() = match fields.get("success_action_status") {
        Some("200") => StatusCode::OK,
        Some("201") => return with_document(response, place, key, stored),
        Some(_) | None => StatusCode::NO_CONTENT,
    };
    response
}

/// Returns where the browser is sent; what is no URL of the web counts as not said.
fn redirect(fields: &Fields, place: &Place, key: &ObjectKey, stored: &Stored) -> Option<String> {
    let said = fields.get("success_action_redirect");
    let said = said.or_else(|| fields.get("redirect"))?;
    let target: Uri = said.parse().ok()?;
    let of_the_web = [Scheme::HTTP, Scheme::HTTPS]
        .iter()
        .any(|scheme| target.scheme() == Some(scheme));
    if !of_the_web || target.authority().is_none() {
        return None;
    }
    let joint = if said.contains('?') { '&' } else { '?' };
    let encode = |value: &str| utf8_percent_encode(value, QUERY).to_string();
    Some(format!(
        "{said}{joint}bucket={}&key={}&etag={}",
        place.bucket,
        encode(key.as_str()),
        encode(&stored.etag.quoted())
    ))
}

fn with_document(
    mut response: Response<Body>,
    place: &Place,
    key: &ObjectKey,
    stored: &Stored,
) -> Response<Body> {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse>");
    push_element(&mut xml, "Location", &place.url_of(key));
    push_element(&mut xml, "Bucket", place.bucket.as_str());
    push_element(&mut xml, "Key", key.as_str());
    push_element(&mut xml, "ETag", &stored.etag.quoted());
    xml.push_str("</PostResponse>");
    *response.status_mut() = StatusCode::CREATED;
    *response.body_mut() = Body::from(Bytes::from(xml));
    let xml_type = HeaderValue::from_static("application/xml");
    let headers = response.headers_mut();
    headers.insert(hyper::header::CONTENT_TYPE, xml_type);
    response
}
