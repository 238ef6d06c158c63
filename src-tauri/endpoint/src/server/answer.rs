//! What every answer has in common: ids, safety headers, and errors in S3's form.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hyper::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER,
};
use hyper::{Response, StatusCode, Uri};
use s3s::Body;

use crate::locked::RETRY_SECS;
use crate::sessions::random;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");
const BUCKET_REGION: HeaderName = HeaderName::from_static("x-amz-bucket-region");
const JSON_REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const EXTENDED_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-id-2");

/// Objects are other people's bytes. Opened in a browser they run no script, load nothing from elsewhere,
/// are shown as the type they claim or not at all, and no other site may embed them.
const SAFETY: [(&str, &str); 3] = [
    ("x-content-type-options", "nosniff"),
    (
        "content-security-policy",
        "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; \
         style-src 'unsafe-inline'",
    ),
    ("cross-origin-resource-policy", "same-origin"),
];

/// An answer to a request that is refused before S3 is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: Cow<'static, str>,
    /// Further elements of the document.
    pub(crate) details: Vec<(&'static str, String)>,
    /// The region to sign for, told in a header as well: the answer to a HEAD has no document.
    pub(crate) region: Option<String>,
    /// Whether the connection ends with it.
    closes: bool,
}

/// Marks an answer behind which nothing more is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closes;

impl Refusal {
    pub(crate) fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            details: Vec::new(),
            region: None,
            closes: false,
        }
    }

    /// Ends the connection with it: where the next request would begin is not known.
    pub(crate) fn closing(mut self) -> Self {
        self.closes = true;
        self
    }

    pub(crate) fn with(mut self, element: &'static str, value: impl Into<String>) -> Self {
        self.details.push((element, value.into()));
        self
    }

    pub(crate) fn of_region(mut self, region: &str) -> Self {
        self.region = Some(region.to_owned());
        self
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>");
        push_element(&mut xml, "Code", &self.code);
        push_element(&mut xml, "Message", &self.message);
        for (element, value) in &self.details {
            push_element(&mut xml, element, value);
        }
        xml.push_str("</Error>");
        let mut response = Response::new(Body::from(xml));
        *response.status_mut() = self.status;
        let xml_type = HeaderValue::from_static("application/xml");
        response.headers_mut().insert(CONTENT_TYPE, xml_type);
        let region = self.region.and_then(|r| HeaderValue::try_from(r).ok());
        if let Some(region) = region {
            response.headers_mut().insert(BUCKET_REGION, region);
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let later = HeaderValue::from(RETRY_SECS);
            response.headers_mut().insert(RETRY_AFTER, later);
        }
        if self.closes {
            response.extensions_mut().insert(Closes);
        }
        response
    }
}

/// Puts the ids and the safety headers on an answer, and completes the document of an error.
pub(super) fn finish(mut response: Response<Body>, request_id: &str, uri: &Uri) -> Response<Body> {
    let host_id = STANDARD.encode(random::<48>());
    if response.status() == StatusCode::NOT_MODIFIED {
        *response.body_mut() = Body::empty();
        response.headers_mut().remove(CONTENT_TYPE);
        response.headers_mut().remove(CONTENT_LENGTH);
    } else if response.status().is_client_error() || response.status().is_server_error() {
        complete_error(&mut response, request_id, &host_id, uri);
    }
    identify(&mut response, request_id, &host_id);
    let headers = response.headers_mut();
    for (name, value) in SAFETY {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Puts the id and the safety headers on an answer of a JSON service. It may hold a secret: no cache keeps it.
pub(super) fn finish_json(mut response: Response<Body>, request_id: &str) -> Response<Body> {
    let headers = response.headers_mut();
    let request_id = HeaderValue::from_str(request_id).expect("hex is visible ASCII");
    headers.insert(JSON_REQUEST_ID, request_id);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in SAFETY {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Puts the ids on an answer.
pub(super) fn identify(response: &mut Response<Body>, request_id: &str, host_id: &str) {
    for (name, value) in [(REQUEST_ID, request_id), (EXTENDED_REQUEST_ID, host_id)] {
        let value = HeaderValue::from_str(value).expect("hex and base64 are visible ASCII");
        response.headers_mut().insert(name, value);
    }
}

/// Adds to the document what s3s leaves out: a message, the resource and the ids.
fn complete_error(response: &mut Response<Body>, request_id: &str, host_id: &str, uri: &Uri) {
    const END: &str = "</Error>";
    let Some(bytes) = response.body().bytes() else {
        return;
    };
    let Ok(xml) = std::str::from_utf8(&bytes) else {
        return;
    };
    let Some(open) = xml.strip_suffix(END) else {
        return;
    };
    let mut xml = open.to_owned();
    if !xml.contains("<Message>") {
        push_element(&mut xml, "Message", default_message(code_of(open)));
    }
    push_element(&mut xml, "Resource", uri.path());
    push_element(&mut xml, "RequestId", request_id);
    push_element(&mut xml, "HostId", host_id);
    xml.push_str(END);
    response.headers_mut().remove(CONTENT_LENGTH);
    *response.body_mut() = Body::from(Bytes::from(xml));
}

pub(super) fn code_of(xml: &str) -> &str {
    let code = xml
        .split_once("<Code>")
        .and_then(|(_, rest)| rest.split_once("</Code>"));
    code.map_or("", |(code, _)| code)
}

/// The words for codes that s3s gives without any.
fn default_message(code: &str) -> &'static str {
    match code {
        "AccessDenied" => "Access Denied",
        "IncompleteBody" => "The request body ended before its declared length.",
        "InternalError" => "We encountered an internal error. Please try again.",
        "InvalidBucketName" => "The specified bucket is not valid.",
        "InvalidURI" => "Couldn't parse the specified URI.",
        "KeyTooLongError" => "Your key is too long.",
        "MalformedXML" => {
            "The XML you provided was not well-formed or did not validate against our schema."
        }
        "MaxMessageLengthExceeded" => "Your request was too big.",
        "MethodNotAllowed" => "The specified method is not allowed against this resource.",
        "MissingContentLength" => "You must provide the Content-Length HTTP header.",
        "MissingRequestBodyError" => "Request body is empty.",
        "NotImplemented" => {
            "A header or query you provided implies functionality that is not offered."
        }
        "SignatureDoesNotMatch" => {
            "The request signature we calculated does not match the signature you provided. \
             Check your key and signing method."
        }
        _ => "The request was refused.",
    }
}

/// Appends `<name>value</name>`, escaped.
pub(crate) fn push_element(xml: &mut String, name: &str, value: &str) {
    xml.extend(["<", name, ">", &escaped(value), "</", name, ">"]);
}

/// Escapes text for a document. Characters that XML cannot hold become U+FFFD.
pub(super) fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '&' => text.push_str("&amp;"),
            '"' => text.push_str("&quot;"),
            '\t' | '\n' => text.push(c),
            c if c.is_control() => text.push('\u{FFFD}'),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_tells_code_message_resource_and_request() {
        let refusal = Refusal::new(StatusCode::BAD_REQUEST, "InvalidRequest", "not <so>")
            .with("Region", "us-east-1");
        let uri = Uri::from_static("/b/k?x=1");
        let response = finish(refusal.into_response(), "00FF", &uri);
        let body = response.body().bytes().unwrap();
        let body = std::str::from_utf8(&body).unwrap();
        assert!(body.contains(
            "<Error><Code>InvalidRequest</Code><Message>not &lt;so&gt;</Message>\
             <Region>us-east-1</Region><Resource>/b/k</Resource><RequestId>00FF</RequestId><HostId>"
        ));
        assert_eq!(response.headers()["x-amz-request-id"], "00FF");
        assert_eq!(response.headers()["x-amz-id-2"].len(), 64);
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    }

    #[test]
    fn an_answer_without_change_has_no_body() {
        let mut response = Response::new(Body::from("<Error></Error>".to_owned()));
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        let response = finish(response, "00FF", &Uri::from_static("/"));
        assert_eq!(response.body().bytes(), Some(Bytes::new()));
    }
}
